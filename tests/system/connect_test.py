#!/usr/bin/env python3
"""How an agent reaches its backend and its assets: certificates of its own and of others, read again when they change, proxies of
the environment, several URLs, sessions of bounded length; and no secret of a URL in the log.

  connect_test.py [NAME...]     NAME: part of a story's name
"""
import base64, hashlib, http.server, io, json, os, shutil, socket, ssl, sys, tarfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import Agent, PATIENCE, run_stories
from certificates import Authority
from fake_backend import FakeBackend

LONG = 20 * PATIENCE
QUICK = ("--retry-min", "50ms", "--retry-max", "200ms", "--backend-handshake-timeout", 2)


class Proxy:
    """CONNECT and plain HTTP, to wherever `places` says a name is; remembers which peer was asked for, and with which password."""
    def __init__(self, places):
        self.places, self.asked = places, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try: s, _ = self.listener.accept()
            except OSError: return
            threading.Thread(target=self.one, args=(s,), daemon=True).start()

    def one(self, s):
        head = b""
        while b"\r\n\r\n" not in head:
            more = s.recv(4096)
            if not more: return
            head += more
        lines = head.decode("latin1").split("\r\n")
        method, target = lines[0].split(" ")[:2]
        host = target if method == "CONNECT" else target.split("/")[2]
        user = next((base64.b64decode(l.split(" ")[2]).decode() for l in lines if l.lower().startswith("proxy-authorization: basic ")), None)
        self.asked.append((method, host, user))
        port = self.places.get(host)
        if port is None: s.sendall(b"HTTP/1.1 502 No Such Place\r\nContent-Length: 0\r\n\r\n"); s.close(); return
        there = socket.create_connection(("127.0.0.1", port))
        if method == "CONNECT": s.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else: there.sendall(head)
        for a, b in ((s, there), (there, s)): threading.Thread(target=self.copy, args=(a, b), daemon=True).start()

    @staticmethod
    def copy(a, b):
        try:
            while data := a.recv(65536): b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError: pass


def same(got, want, what):
    assert got == want, "%s: want %r got %r" % (what, want, got)


def ends(agent, backend, *secrets):
    status, text = agent.stop(LONG), agent.log_text()
    agent.remove()
    backend.close()
    same(status, 0, "exit status\n" + text[-2000:])
    for secret in secrets: assert secret not in text, "%r is in the log" % secret


def said(agent, text):
    end = time.time() + LONG
    while text not in agent.log_text():
        assert time.time() < end, "never said %r:\n%s" % (text, agent.log_text()[-2000:])
        time.sleep(0.05)


def peer_name(conn): return dict(x[0] for x in conn.sock.getpeercert()["subject"])["commonName"]


def a_client_certificate_stands_for_user_and_password():
    ca, people = Authority("ca"), Authority("people")
    cert, key = people.signed("agent-7", "DNS:agent-7")
    b = FakeBackend(context=ca.server("backend", clients=people))
    a = Agent(b.url, "--trusted-ca-file", ca.file, "--cert-file", cert, "--key-file", key, "--password", "S3cret!", *QUICK)
    conn = b.accept()
    conn.expect("keepalive", timeout=LONG)
    same((peer_name(conn), conn.header("Authorization"), conn.header("Sensu-User")), ("agent-7", None, None), "who it is")
    ends(a, b, "S3cret!")


def certificates_are_read_again_when_they_change():
    """A new authority, and a new certificate of our own: both serve the next connection, without a restart."""
    old, new, people = Authority("old"), Authority("new"), Authority("people")
    trusted = old.folder + "/trusted.pem"
    shutil.copy(old.file, trusted)
    cert, key = people.signed("before", "DNS:before")
    own = [people.folder + "/own.pem", people.folder + "/own.key"]
    for source, target in zip((cert, key), own): shutil.copy(source, target)
    b = FakeBackend(context=new.server("backend", clients=people))
    a = Agent(b.url, "--trusted-ca-file", trusted, "--cert-file", own[0], "--key-file", own[1], *QUICK)
    opened = []
    waiting = threading.Thread(target=lambda: opened.append(b.accept(timeout=LONG)), daemon=True)  # those that refuse are ignored
    waiting.start()
    said(a, "signed by an unknown CA")
    shutil.copy(new.file, trusted)
    waiting.join(LONG)
    conn = opened[0]
    conn.expect("keepalive", timeout=LONG)
    same(peer_name(conn), "before", "our name")
    for source, target in zip(people.signed("after", "DNS:after"), own): shutil.copy(source, target)
    conn.cut()
    conn = b.accept(timeout=LONG)
    conn.expect("keepalive", timeout=LONG)
    same(peer_name(conn), "after", "our name")
    ends(a, b)


def any_certificate_does_when_configured():
    b = FakeBackend(context=Authority("ca").server("selfsigned", "DNS:elsewhere.example", days=-1, itself=True))
    a = Agent(b.url, "--insecure-skip-tls-verify", *QUICK)
    b.accept().expect("keepalive", timeout=LONG)
    ends(a, b)


def a_proxy_leads_to_the_backend():
    """wss and ws through CONNECT, with the proxy's user and password; what NO_PROXY names is reached directly."""
    ca = Authority("ca")
    secure, plain = FakeBackend(context=ca.server("backend", "DNS:backend.example")), FakeBackend()
    proxy = Proxy({"backend.example:8081": secure.port, "plain.example:9000": plain.port})
    where = "http://agent:pr0xyPass@" + proxy.address
    env = {"HTTPS_PROXY": where, "HTTP_PROXY": where, "NO_PROXY": "direct.invalid"}
    a = Agent("wss://backend.example", "--trusted-ca-file", ca.file, *QUICK, env=env)
    secure.accept().expect("keepalive", timeout=LONG)
    same(proxy.asked[0], ("CONNECT", "backend.example:8081", "agent:pr0xyPass"), "what the proxy was asked")
    ends(a, secure, "pr0xyPass")
    a = Agent("ws://plain.example:9000", *QUICK, env=env)
    plain.accept().expect("keepalive", timeout=LONG)
    same(proxy.asked[-1], ("CONNECT", "plain.example:9000", "agent:pr0xyPass"), "what the proxy was asked for ws")
    ends(a, plain, "pr0xyPass")
    asked = len(proxy.asked)
    a = Agent("ws://direct.invalid:9000", *QUICK, env=env)
    said(a, '\\"direct.invalid\\" could not be resolved')
    same(len(proxy.asked), asked, "what the proxy was asked")
    ends(a, FakeBackend())


def a_proxy_that_refuses_is_reported():
    proxy = Proxy({})
    b = FakeBackend()
    a = Agent("ws://nowhere.example:9000,%s" % b.url, *QUICK, env={"HTTP_PROXY": "http://agent:pr0xyPass@" + proxy.address})
    conn = b.accept()
    if not proxy.asked:  # it was not its turn yet
        conn.cut()
        b.accept().expect("keepalive", timeout=LONG)
    said(a, "refused CONNECT nowhere.example:9000: HTTP/1.1 502 No Such Place")
    ends(a, b, "pr0xyPass")


def a_password_in_a_url_is_not_logged():
    b = FakeBackend()
    a = Agent("ws://someone:uRlSecret@127.0.0.1:%d" % b.port, *QUICK)
    b.accept_raw(timeout=LONG).refuse("401 Unauthorized", "no")
    said(a, "handshake failed with status 401")
    b.accept().expect("keepalive", timeout=LONG)
    ends(a, b, "uRlSecret")


def every_url_has_its_turn():
    """Three backends, each broken off in turn: the agent goes round, and each session begins with a keepalive."""
    bs = [FakeBackend() for _ in range(3)]
    a = Agent(",".join(b.url for b in bs), *QUICK)
    order = []
    while len(order) < 6:
        for i, b in enumerate(bs):
            try: conn = b.accept(timeout=0.1)
            except OSError: continue
            conn.expect("keepalive", timeout=LONG)
            order.append(i)
            conn.cut()
    same(order[:3], order[3:6], "two rounds")
    same(sorted(order[:3]), [0, 1, 2], "who had a turn")
    ends(a, bs[0])


def sessions_of_bounded_length():
    b = FakeBackend()
    a = Agent(b.url, "--max-session-length", "1s", *QUICK)
    for _ in range(3):
        conn = b.accept(timeout=LONG)
        conn.expect("keepalive", timeout=LONG)
        assert conn.closed.wait(LONG), "the session went on"
        same([e.data for e in conn.log if e.kind == "close"][0], (1001, "bye"), "how it ended")
    ends(a, b)


# ---- assets ----

def archive(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text), 0o755
            t.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


class Files(http.server.ThreadingHTTPServer):
    """A web server of archives that keeps what was asked; `slow`: half of the body, then nothing until `go`."""
    def __init__(self, context=None):
        self.files, self.asked, self.slow, self.go = {}, [], set(), threading.Event()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path = "/" + self.path.split("/")[-1]
                server.asked.append((self.path, self.headers))
                data = server.files[path]
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    if path in server.slow:
                        self.wfile.write(data[:len(data) // 2])
                        self.wfile.flush()
                        server.go.wait(LONG)
                    self.wfile.write(data[len(data) // 2 if path in server.slow else 0:])
                except OSError: pass
            def log_message(self, *a): pass
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]
        if context: self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def asset(self, name, url, **more):
        data = self.files["/" + name] = archive({"bin/" + name: "#!/bin/sh\necho %s\n" % name})
        return dict({"metadata": {"name": name, "namespace": "default"}, "url": url + "/" + name, "sha512": hashlib.sha512(data).hexdigest()}, **more)


ISSUED = [int(time.time())]


def ask(conn, name, asset):
    ISSUED[0] += 1
    config = {"command": asset["metadata"]["name"], "interval": 60, "metadata": {"name": name, "namespace": "default"}}
    conn.send("check_request\n" + json.dumps({"config": config, "issued": ISSUED[0], "assets": [asset]}))


def output_of(conn, name, asset):
    ask(conn, name, asset)
    return conn.expect("event", timeout=LONG, name=name)[1]["check"]["output"]


def assets_by_https_headers_and_proxy():
    """The own authority beside the system's, headers (a value with commas is several), plain HTTP by the proxy."""
    ca = Authority("ca")
    secure, plain = Files(ca.server("files")), Files()
    proxy = Proxy({"files.example:8000": plain.port})
    b = FakeBackend()
    a = Agent(b.url, "--trusted-ca-file", ca.file, *QUICK, env={"HTTP_PROXY": "http://u:pr0xyPass@" + proxy.address})
    conn = b.accept()
    conn.expect("keepalive", timeout=LONG)
    asset = secure.asset("one", "https://127.0.0.1:%d/d" % secure.port, headers={"X-Token": "abc, def"})
    same(output_of(conn, "https", asset), "one\n", "by HTTPS")
    same(secure.asked[0][1].get_all("X-Token"), ["abc", "def"], "headers")
    same(output_of(conn, "proxied", plain.asset("two", "http://files.example:8000")), "two\n", "by the proxy")
    same(proxy.asked, [("GET", "files.example:8000", "u:pr0xyPass")], "what the proxy was asked")
    foreign = Files(Authority("foreignca").server("foreign"))
    assert "unknown CA" in output_of(conn, "foreign", foreign.asset("three", "https://127.0.0.1:%d" % foreign.port))
    ends(a, b, "pr0xyPass")


def a_kill_in_the_middle_of_an_install():
    """kill -9 while an asset is fetched: the next process fetches it again, and nothing half is ever used."""
    files, b = Files(), FakeBackend()
    asset = files.asset("big", "http://127.0.0.1:%d" % files.port)
    files.slow.add("/big")
    a = Agent(b.url, *QUICK)
    conn = b.accept()
    conn.expect("keepalive", timeout=LONG)
    ask(conn, "first", asset)
    while not files.asked: time.sleep(0.05)
    a.kill()
    # As a kill while it unpacks leaves it: a folder of the name's beginning with half of the files.
    half = a.dir + "/cache/" + asset["sha512"] + ".unpacking/bin"
    os.makedirs(half)
    with open(half + "/big", "w") as f: f.write("half")
    files.slow.clear()
    files.go.set()
    again = Agent(b.url, *QUICK, dir=a.dir)
    conn = b.accept(timeout=LONG)
    conn.expect("keepalive", timeout=LONG)
    same(output_of(conn, "second", asset), "big\n", "after the restart")
    same(output_of(conn, "third", asset), "big\n", "from the index")
    same(len(files.asked), 2, "downloads")
    same([n for n in os.listdir(a.dir + "/cache") if len(n) != 128], [], "left over in the cache")
    again.stop(LONG)
    a.remove()
    b.close()


STORIES = [a_client_certificate_stands_for_user_and_password, certificates_are_read_again_when_they_change, any_certificate_does_when_configured,
           a_proxy_leads_to_the_backend, a_proxy_that_refuses_is_reported, a_password_in_a_url_is_not_logged, every_url_has_its_turn,
           sessions_of_bounded_length, assets_by_https_headers_and_proxy, a_kill_in_the_middle_of_an_install]


if __name__ == "__main__": sys.exit(run_stories(STORIES))
