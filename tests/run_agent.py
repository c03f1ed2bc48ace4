#!/usr/bin/env python3
"""Stories of a whole agent: assets, allow list, a check that writes without end, many checks at once, bad peers, restarts.

usage: run_agent.py [NAME...]        ends with `N passed, N failed`
"""
import hashlib, http.server, io, json, os, shutil, signal, socket, ssl, subprocess, sys, tarfile, tempfile, threading, time, urllib.error, urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent_process import Agent, BINARY, free_port
from fake_backend import Conn, FakeBackend, JSON_ONLY, NOT_FOUND
from run_stop import certificate, relay

ISSUED = [int(time.time())]


def archive(files, mode="w:gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as t:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            if isinstance(content, tuple):  # a link
                info.type, info.linkname = content
                t.addfile(info)
            else:
                data = content.encode()
                info.size, info.mode = len(data), 0o755
                t.addfile(info, io.BytesIO(data))
    return out.getvalue()


class Files(http.server.ThreadingHTTPServer):
    """A web server of archives; remembers what was asked for."""
    def __init__(self):
        self.files, self.asked = {}, []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                server.asked.append((self.path, dict(self.headers)))
                data = server.files.get(self.path)
                self.send_response(200 if data is not None else 404)
                self.send_header("Content-Length", str(len(data or b"no")))
                self.end_headers()
                self.wfile.write(data if data is not None else b"no")
            def log_message(self, *a): pass
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def asset(self, name, data, **more):
        self.files["/" + name] = data
        url = "http://127.0.0.1:%d/%s" % (self.server_address[1], name)
        return dict({"metadata": {"name": name, "namespace": "default"}, "url": url, "sha512": hashlib.sha512(data).hexdigest()}, **more)


class Story:
    def __init__(self, *flags, answer_pings=True, env=None, headers=JSON_ONLY):
        self.backend = FakeBackend(answer_pings=answer_pings)
        self.agent = Agent(self.backend.url, *flags, env=env)
        self.conn = self.backend.accept(headers=headers)
        self.conn.expect("keepalive")

    def request(self, name, command, assets=(), hooks=(), timeout_of_check=0, **config):
        ISSUED[0] += 1
        if timeout_of_check: config["timeout"] = timeout_of_check
        c = dict({"command": command, "interval": 60, "metadata": {"name": name, "namespace": "default"}}, **config)
        self.conn.send("check_request\n" + json.dumps({"config": c, "issued": ISSUED[0], "assets": list(assets), "hooks": list(hooks)}))

    def run(self, name, command, timeout=10, **more):
        self.request(name, command, **more)
        return self.conn.expect("event", timeout=timeout, name=name)[1]["check"]

    def end(self):
        status = self.agent.stop()
        text = self.agent.log_text()
        self.agent.remove()
        self.backend.close()
        assert status == 0, "exit status %s\n%s" % (status, text[-2000:])


def same(got, want, what=""):
    assert got == want, "%s: want %r got %r" % (what, want, got)


def test_assets():
    files, s = Files(), Story()
    script = "#!/bin/sh\necho from-asset $0\n"
    good = files.asset("good", archive({"bin/assetcmd": script, "bin/alias": (tarfile.SYMTYPE, "assetcmd")}))
    plain = files.asset("plain", archive({"bin/tarcmd": "#!/bin/sh\necho tar\n"}, "w"))
    c = s.run("a-good", "assetcmd; alias >/dev/null; echo $GOOD_PATH", assets=[good])
    folder = s.agent.dir + "/cache/" + good["sha512"]
    same(c["output"], "from-asset %s/bin/assetcmd\n%s\n" % (folder, folder), "good")
    same(len(files.asked), 1, "downloads")
    s.run("a-again", "assetcmd", assets=[good])
    same(len(files.asked), 1, "downloads after a second use")
    same(s.run("a-two", "tarcmd; assetcmd >/dev/null", assets=[plain, good])["status"], 0, "two")
    bad = dict(good, sha512="0" * 128, metadata={"name": "bad-sha"})
    c = s.run("a-sha", "assetcmd", assets=[bad])
    same(c["status"], 3, "sha")
    assert c["output"].startswith('error getting assets for check: could not validate downloaded asset "bad-sha" ('), c["output"]
    gone = dict(files.asset("gone", b"x"), url="http://127.0.0.1:%d/nothing" % files.server_address[1])
    same(s.run("a-404", "x", assets=[gone])["output"], "error getting assets for check: error fetching asset: Response Code 404", "404")
    same(s.run("a-text", "x", assets=[files.asset("text", b"just text")])["output"],
         "error getting assets for check: given file of format '' does not appear valid", "text")
    no = dict(files.asset("no", archive({"bin/never": script})), filters=["entity.system.os == 'plan9'"])
    same(s.run("a-filtered", "never", assets=[no])["status"], 127, "filtered out")
    yes = {"metadata": {"name": "b"}, "builds": [dict(no), dict(files.asset("yes", archive({"bin/built": script})), filters=["entity.system.os == 'linux'", "entity.name == 'test-agent'"])]}
    same(s.run("a-build", "built >/dev/null", assets=[yes])["status"], 0, "build")
    bad_filter = dict(no, filters=["entity.("])
    same(s.run("a-badfilter", "x", assets=[bad_filter])["status"], 3, "bad filter")
    for name, content in (("up", {"../evil": "x"}), ("abs", {"/tmp/picket-evil": "x"}), ("link", {"d": (tarfile.SYMTYPE, "/tmp"), "d/picket-evil": "x"}),
                          ("hard", {"h": (tarfile.LNKTYPE, "../../etc/passwd")}), ("fifo", {"f": (tarfile.FIFOTYPE, "")})):
        c = s.run("a-" + name, "true", assets=[files.asset(name, archive(content))])
        assert c["output"].startswith("error getting assets for check: error extracting asset: archive holds"), c["output"]
    assert not os.path.exists("/tmp/picket-evil")
    same([n for n in os.listdir(s.agent.dir + "/cache") if len(n) != 128], [], "left over in the cache")
    s.request("a-hook", "exit 1", check_hooks=[{"non-zero": ["h"]}], hooks=[{"metadata": {"name": "h", "namespace": "default"}, "command": "assetcmd >/dev/null", "timeout": 5}])
    same(s.conn.expect("event", name="a-hook")[1]["check"]["hooks"][0]["status"], 127, "a hook has not the check's assets")
    s.end()


def test_allow_list():
    d = tempfile.mkdtemp()
    program = d + "/allowed.sh"
    with open(program, "w") as f: f.write("#!/bin/sh\necho allowed $SECRET\n")
    os.chmod(program, 0o755)
    with open(program, "rb") as f: sum = hashlib.sha512(f.read()).hexdigest()
    with open(d + "/allow.yaml", "w") as f:
        f.write("- exec: %s\n  args: [\"\"]\n  sha512: %s\n- exec: echo\n  args: [\"-n\", \"hi\"]\n  enable_env: true\n" % (program, sum))
    s = Story("--allow-list", d + "/allow.yaml")
    same(s.run("ok", program, env_vars=["SECRET=x"])["output"], "allowed\n", "allowed, without env_vars")
    same(s.run("echo", "echo -n hi", env_vars=["A=b"])["output"], "hi", "allowed")
    same(s.run("no", "echo -n ho")["output"], "check command denied by the agent allow list", "denied")
    with open(program, "a") as f: f.write("# changed\n")
    same(s.run("changed", program)["output"], "check command denied by the agent allow list", "changed program")
    s.end()
    with open(d + "/allow.txt", "w") as f: f.write("")
    a = Agent("ws://127.0.0.1:9", "--allow-list", d + "/allow.txt")
    same(a.process.wait(5), 1, "exit status")
    assert "invalid file extension" in a.log_text()
    a.remove()


def test_endless_output():
    s = Story("--max-output-size", "100000")
    before = s.agent.rss_kb()
    c = s.run("big", "yes | head -c 1000000000; echo end", timeout=60)
    same(c["status"], 0, "status")
    assert 90000 < len(c["output"]) <= 100000, len(c["output"])
    assert s.agent.rss_kb() - before < 20000, s.agent.rss_kb() - before
    s.end()


def test_five_hundred_checks():
    s = Story()
    started = time.time()
    for i in range(500): s.request("c%d" % i, "echo %d" % i)
    seen = set()
    while len(seen) < 500: seen.add(s.conn.expect("event", timeout=30)[1]["check"]["metadata"]["name"])
    print("  500 checks in %.2f s" % (time.time() - started))
    s.end()


def test_timeout_kills_the_tree():
    s = Story()
    marker = s.agent.dir + "/alive"
    ISSUED[0] += 1
    config = {"command": "echo before; (sleep 3; touch %s) & sleep 30" % marker, "interval": 60, "timeout": 1, "metadata": {"name": "slow", "namespace": "default"}}
    s.conn.send("check_request\n" + json.dumps({"config": config, "issued": ISSUED[0]}))
    c = s.conn.expect("event", timeout=8, name="slow")[1]["check"]
    same((c["status"], c["output"]), (2, "Execution timed out\nbefore\n"), "timeout")
    time.sleep(3)
    assert not os.path.exists(marker), "a grandchild lived on"
    s.end()


def living(marker):
    """Processes with the marker in their environment, zombies left out."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/environ" % pid, "rb") as f: is_ours = marker.encode() in f.read()
            with open("/proc/%s/stat" % pid) as f: state = f.read().rsplit(")", 1)[1].split()[0]
            if is_ours and state != "Z": found.append(pid)
        except OSError: pass
    return found


def test_fork_bomb():
    """A hundred processes that fork on, deaf to SIGTERM, some in sessions of their own: nothing is left after the timeout."""
    s = Story()
    marker = "PICKET_BOMB=%d" % os.getpid()
    bomb = "trap '' TERM; f() { [ $1 -gt 0 ] || { setsid sleep 60 & exec sleep 60; }; f $(($1 - 1)) & f $(($1 - 1)) & wait; }; f 5"
    c = s.run("bomb", bomb, timeout_of_check=1, env_vars=[marker], timeout=20)
    same((c["status"], c["output"].split("\n")[0]), (2, "Execution timed out"), "bomb")
    end = time.time() + 5
    while living(marker) and time.time() < end: time.sleep(0.1)
    same(living(marker), [], "left of the bomb")
    c = s.run("burn", "while :; do :; done", timeout=20, metadata={"name": "burn", "namespace": "default", "annotations": {"picket.io/cpu-seconds": "1", "picket.io/nice": "19"}})
    same(c["status"], 4294967295, "beyond its processor time")
    c = s.run("eat", "head -c 300000000 /dev/zero | tail -c 200000000 | wc -c", timeout=20,
              metadata={"name": "eat", "namespace": "default", "annotations": {"picket.io/memory-max": "50000000"}})
    assert "200000000" not in c["output"], c["output"]
    same(s.run("after", "echo fine")["output"], "fine\n", "the next check")
    s.end()


def test_stub_of_load_tests():
    s = Story()
    c = s.run("stub", "!sensu_test_check!")
    same((c["status"], c.get("duration", 0), bool(c["output"])), (0, 0, True), "stub")
    s.end()


def test_overlap_is_told():
    s = Story()
    s.request("slow", "sleep 1")
    s.request("slow", "sleep 1")
    s.request("slow", "sleep 1")
    c = s.conn.expect("event", name="slow")[1]["check"]
    same(c["metadata"]["annotations"], {"picket.io/overlaps": "2"}, "annotations")
    s.end()


def test_cloud():
    """A server of instance metadata; the answer comes with a later keepalive."""
    class Metadata(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            is_azure = self.path == "/metadata/instance" and self.headers["Metadata"] == "true"
            body = b'{"newest-versions":["2023-07-01"]}' if is_azure else b"no"
            self.send_response(400 if is_azure else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def log_message(self, *a): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    s = Story("--detect-cloud-provider", "--cloud-metadata-url", "http://127.0.0.1:%d" % server.server_address[1], "--keepalive-interval", "1")
    same([s.conn.expect("keepalive")[1]["entity"]["system"]["cloud_provider"] for _ in range(2)][-1], "Azure", "provider")
    s.end()
    server.shutdown()


def test_full_disk():
    """The spool's disk is full: results are taken all the same, wait in memory, and arrive; nothing that was written is hurt."""
    d = tempfile.mkdtemp(prefix="picket-full-")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", d], capture_output=True).returncode != 0:
        print("  (no right to mount a small disk here)")
        return
    try:
        port = free_port()
        a = Agent("ws://127.0.0.1:%d" % port, "--retry-min", "200ms", "--retry-max", "200ms", "--state-dir", d, "--spool-fsync", "always")
        wait_for_socket(a)
        names = ["d%d" % i for i in range(120)]
        for n in names: same(tcp(a.socket_port, json.dumps({"name": n, "output": "x" * 20000}).encode()), b"ok", n)  # 2.6 MB into 1 MB
        assert "the spool cannot be written" in a.log_text(), a.log_text()[-1000:]
        backend = FakeBackend(port)
        conn = backend.accept()
        got = [conn.expect("event", timeout=10)[1]["check"]["metadata"]["name"] for _ in names]
        same(got, names, "what arrived")
        # With room again (a pong has proved what arrived) the spool is written again, and survives.
        time.sleep(1.5)
        backend.close()
        conn.cut()
        time.sleep(2)
        same(tcp(a.socket_port, b'{"name":"later","output":"x"}'), b"ok", "later")
        a.kill()
        b = Agent("ws://127.0.0.1:%d" % port, "--retry-min", "200ms", "--retry-max", "200ms", "--state-dir", d)
        backend = FakeBackend(port)
        backend.accept().expect("event", timeout=10, name="later")
        same(b.stop(), 0, "exit status")
        a.remove()
        b.remove()
        backend.close()
    finally:
        subprocess.run(["umount", "-l", d])
        os.rmdir(d)


def wait_for_socket(agent):
    for _ in range(100):
        try: return socket.create_connection(("127.0.0.1", agent.socket_port), timeout=1).close()
        except OSError: time.sleep(0.05)


def test_default_timeout():
    s = Story("--default-check-timeout", "1")
    c = s.run("slow", "sleep 30", timeout=8)
    same((c["status"], c["output"]), (2, "Execution timed out\n"), "timeout")
    s.end()


def test_bad_peers():
    """A backend that misbehaves in every way the protocol allows; the agent lives on and comes back."""
    b = FakeBackend()
    a = Agent(b.url, "--backend-handshake-timeout", "1", "--retry-min", "50ms", "--retry-max", "200ms")
    def refuse(*args): b.accept_raw().refuse(*args)
    refuse("401 Unauthorized", "bad credentials\n")
    refuse("302 Found", "", [("Location", "http://127.0.0.1:1/")])
    refuse("200 OK", "hello")
    c = b.accept_raw(); c.sock.close()                                   # gone before the answer
    c = b.accept_raw(); c.sock.sendall(b"\x00\xff" * 1000); c.sock.close()  # no HTTP
    c = b.accept_raw(); c.sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\n" + b"X: y\r\n" * 20000); c.sock.close()
    c = b.accept_raw(); c.sock.sendall(b"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n")
    c = b.accept_raw()                                                   # never answers
    for nonsense in (b"\x82\xff" + b"\xff" * 12, b"\xf3\x00", b"\x8f\x00", b"\x80\x05hello", b"\x82\x85abcdhello", b"\x89\x7e\x01\x00" + b"p" * 256, b"\x88\x01x"):
        c = b.accept(timeout=10)
        c.expect("keepalive")
        c.sock.sendall(nonsense)
        assert c.closed.wait(5), "the agent stayed after %r" % nonsense[:10]
    c = b.accept()
    c.expect("keepalive")
    for text in ("check_request\n" + "[" * 10000, "check_request\n{\"config\":{\"metadata\":{\"name\":\"" + "x" * 100000 + "\"}}}", "\x00\n\x00",
                 "entity_config\n{\"metadata\":{}}", "entity_config\n{\"metadata\":null}", "x" * 3000 + "\n", "check_request\n" + json.dumps({"config": None, "issued": 1})):
        c.send(text)
    s = json.dumps({"config": {"command": "echo alive", "interval": 5, "metadata": {"name": "alive", "namespace": "default"}}, "issued": 5})
    c.send("check_request\n" + s)
    same(c.expect("event", name="alive")[1]["check"]["output"], "alive\n", "after nonsense")
    same(a.stop(), 0, "exit status")
    a.remove()
    b.close()


def test_idle_memory():
    s = Story()
    time.sleep(1)
    print("  connected and idle: %d kB RSS (this build)" % s.agent.rss_kb())
    s.end()


def test_fatal_starts():
    for flags, want in ((("--name", "a b"), "invalid agent name: cannot contain spaces or special characters"),
                        (("--keepalive-timeout", "3"), "bad keepalive timeout: 3 (minimum value is 5 seconds)"),
                        (("--backend-url", "http://127.0.0.1:1"), "backend URL (http://127.0.0.1:1) must have ws:// or wss:// scheme"),
                        (("--log-level", "loud"), "not a valid logrus Level"),
                        (("--keepalive-critical-timeout", "60"), "if set, --keepalive-critical-timeout must be greater than --keepalive-warning-timeout")):
        a = Agent("ws://127.0.0.1:9", *flags)
        same(a.process.wait(5), 1, "exit status of %s" % (flags,))
        assert want.replace('"', '\\"') in a.log_text(), (want, a.log_text())
        a.remove()


def test_check_config_tells_all():
    """Every error of options, allow list, TLS files and checks at once, each with file and line."""
    d = tempfile.mkdtemp()
    path, wrong = d + "/agent.yml", d + "/wrong.pem"
    with open(wrong, "w") as f: f.write("no certificate\n")
    with open(path, "w") as f:
        f.write("name: a b\nbackend-url: http://x\nkeepalive-interval: 5\nkeepalive-warning-timeout: 3\nlog-level: loud\napi-port: 99999\n"
                "allow-list: %s/none.yml\ntrusted-ca-file: %s\ncert-file: %s/none.pem\nspool-fsync: sometimes\nconf-dir: %s/none\nchecks:\n  - name: x\n" % (d, wrong, d, d))
    code, out, err = tool("check-config", "-c", path)
    same(code, 1, "exit status")
    told = {int(l.split(":")[1]): l for l in err.replace("picket agent: ", "").strip().split("\n") if l.startswith(path + ":")}
    same(sorted(told), [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13], "lines that are wrong, in\n" + err)
    assert "trusted-ca-file: " in told[8] and wrong in told[8] and "cert-file: " in told[9] and "conf-dir" in told[11], err
    code, out, err = tool("check-config", "--name", "a b", "--config-file", "/dev/null")
    assert err.startswith("picket agent: invalid agent name"), err
    shutil.rmtree(d)


def test_http_and_ping():
    s = Story()
    base = "http://127.0.0.1:%d" % s.agent.api_port
    same(urllib.request.urlopen(base + "/healthz").read(), b"ok", "healthz")
    r = urllib.request.urlopen(urllib.request.Request(base + "/ping/backup?ttl=90000&status=1", data=b"done", method="POST"))
    same(r.status, 202, "ping")
    c = s.conn.expect("event", name="backup")[1]["check"]
    same((c["ttl"], c["status"], c["output"]), (90000, 1, "done"), "ping's event")
    assert b"picket_agent_connected 1" in urllib.request.urlopen(base + "/metrics").read()
    s.end()


def tcp(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as c:
        c.sendall(data)
        return c.recv(100)


def test_input_limits():
    """More than the rate, more than the size, more than the connections: each is told, none harms what comes after."""
    s = Story("--input-rate-limit", "0.001", "--input-burst-limit", "3", "--socket-max-bytes", "2000")
    result = lambda name: json.dumps({"name": name, "output": "x"}).encode()
    same([tcp(s.agent.socket_port, result("r%d" % i)) for i in range(3)], [b"ok"] * 3, "the burst")
    same(tcp(s.agent.socket_port, result("r3")), b"busy", "beyond it")
    url = "http://127.0.0.1:%d" % s.agent.api_port
    try: urllib.request.urlopen(url + "/ping/p", data=b"x"); raise AssertionError("taken")
    except urllib.error.HTTPError as e: same((e.code, e.read(), e.headers["Retry-After"]), (429, b"more than 0 results a second; see input-rate-limit\n", "1"), "HTTP")
    same(tcp(s.agent.socket_port, b'{"name":"big","output":"' + b"x" * 5000), b"invalid", "too large")
    try: urllib.request.urlopen(url + "/events", data=b"{" + b" " * 5000); raise AssertionError("taken")
    except urllib.error.HTTPError as e: same((e.code, e.read()), (413, b"the body is larger than 2000 bytes; see socket-max-bytes\n"), "HTTP size")
    idle = [socket.create_connection(("127.0.0.1", s.agent.socket_port)) for _ in range(256)]
    with socket.create_connection(("127.0.0.1", s.agent.socket_port), timeout=5) as c: same(c.recv(10), b"busy", "too many connections")
    for c in idle: c.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u:
        u.sendto(result("udp"), ("127.0.0.1", s.agent.socket_port))
        u.sendto(b"junk", ("127.0.0.1", s.agent.statsd_port))
    metrics = urllib.request.urlopen(url + "/metrics").read().decode()
    assert "picket_agent_input_refused_total 3" in metrics or "picket_agent_input_refused_total 2" in metrics, metrics
    same([s.conn.expect("event")[1]["check"]["metadata"]["name"] for _ in range(3)], ["r0", "r1", "r2"], "what was taken")
    s.end()


def test_agent_ini():
    """Checks in sections of agent.ini, a 1.x client, safe mode."""
    d = tempfile.mkdtemp(prefix="picket-ini-")
    with open(d + "/agent.ini", "w") as f:
        f.write("subscriptions = linux\n[check beat]\ncommand = echo :::site|nowhere::: ; echo two\ninterval = 1\nhook.ok = echo hook\n"
                "[check asked]\ncommand = echo ours\ninterval = 60\nstandalone = no\n[client]\nsite = here\nsafe_mode = true\n")
    s = Story("--config-file", d + "/agent.ini", env={"SENSU_CLIENT_SUBSCRIPTIONS": "not,these", "SENSU_CLIENT_ADDRESS": "10.1.2.3"})
    same(s.conn.header("Sensu-Subscriptions"), "linux", "subscriptions")
    c = s.conn.expect("event", timeout=5, name="beat")[1]["check"]
    same((c["output"], c["hooks"][0]["output"]), ("here\ntwo\n", "hook\n"), "a check of agent.ini")
    same(s.run("asked", "echo theirs")["output"], "ours\n", "safe mode: our command")
    same(s.run("unknown", "echo theirs")["status"], 3, "safe mode: not defined here")
    with open(d + "/agent.ini", "a") as f: f.write("[check bad]\ninterval = often\n")
    code, out, err = tool("check-config", "--config-file", d + "/agent.ini")
    same(code, 1, "check-config")
    assert d + "/agent.ini:14: check \"bad\": interval: write a number" in err, err
    s.end()


def tool(*args):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SENSU_", "PICKET_"))}
    p = subprocess.run([BINARY, "agent"] + [str(a) for a in args], capture_output=True, text=True, env=env, timeout=20)
    return p.returncode, p.stdout, p.stderr


def conf_dir(checks, **client):
    d = tempfile.mkdtemp(prefix="picket-conf-")
    with open(d + "/checks.json", "w") as f: json.dump({"checks": checks, "client": client}, f)
    return d


def test_local_checks_and_tools():
    d = conf_dir({"beat": {"command": "echo beat :::mysql.port|0:::", "interval": 1, "standalone": True, "contact": "ops"},
                  "hung": {"command": "exit 2", "interval": 3600, "standalone": True, "timeout": 5},
                  "native": {"extension": "native", "interval": 1, "standalone": True}}, mysql={"port": 3306}, subscriptions=["db"])
    with open(d + "/cert.yml", "w") as f: f.write("type: CheckConfig\napi_version: core/v2\nmetadata: {name: go-check}\nspec: {command: 'echo {{ .name }}', interval: 3600, timeout: 3}\n")
    s = Story("--conf-dir", d)
    same(s.conn.header("Sensu-Subscriptions"), "db", "subscriptions of the 1.x client")
    c = s.conn.expect("event", timeout=5, name="beat")[1]["check"]
    same(c["output"], "beat 3306\n", "output")
    same(c["metadata"]["annotations"], {"contact": "ops", "picket.io/started-by": "agent-schedule"}, "annotations")
    flags = ("--conf-dir", d, "--state-dir", s.agent.dir + "/state", "--name", "test-agent", "--cache-dir", s.agent.dir + "/cache")
    code, out, err = tool("status", *flags)
    same(code, 0, "status: " + err)
    status = json.loads(out)
    same(status["session"]["state"], "connected", "state")
    same([r["check"] for r in status["checks"]["next_runs"]][0], "beat", "next runs: " + out)
    same(tool("status", "--state-dir", "/nowhere", "--name", "x")[0], 1, "status without an agent")
    code, out, err = tool("check-config", *flags)
    same((code, "3 local checks" in out, 'note: check "beat" has no timeout' in out, 'check "native" has no command and is not run' in out), (0, True, True, True), "check-config: " + out + err)
    code, out, err = tool("run", "hung", *flags)
    same((code, json.loads(out)["check"]["status"]), (2, 2), "run")
    code, out, err = tool("run", "go-check", "--dry-run", *flags)
    assert code == 0 and "command:   echo test-agent" in out, out + err
    same(tool("run", "nope", *flags)[0], 1, "run of an unknown check")
    # Reload: the beat becomes another; a broken file changes nothing.
    with open(d + "/checks.json", "w") as f: f.write("{\"checks\": {\"beat\": {\"command\": 7}}}")
    s.agent.process.send_signal(signal.SIGHUP)
    s.conn.expect("event", timeout=5, name="beat")
    same(tool("check-config", *flags)[0], 1, "check-config of a broken file")
    with open(d + "/checks.json", "w") as f: json.dump({"checks": {"beat2": {"command": "echo two", "interval": 1, "standalone": True}}}, f)
    s.agent.process.send_signal(signal.SIGHUP)
    # The 1.x client is gone, so the subscriptions changed: a new session.
    conn = s.backend.accept()
    conn.expect("keepalive")
    same(conn.expect("event", timeout=5, name="beat2")[1]["check"]["output"], "two\n", "after the reload")
    s.end()


def secure_session(backend, context):
    """The next connection, with TLS as the context says; the relay because Python's TLS sockets are not for two threads at once."""
    backend.listener.settimeout(10)
    sock, _ = backend.listener.accept()
    sock.settimeout(10)
    mine, end = socket.socketpair()
    tls = context.wrap_socket(sock, server_side=True)
    threading.Thread(target=relay, args=(tls, end), daemon=True).start()
    conn = Conn(mine, True)
    conn.read_request()
    conn.upgrade()
    conn.send(NOT_FOUND)
    return conn, tls.getpeercert()


def test_certificates_are_read_again():
    """The backend gets another certificate, the agent another authority and client certificate in the same files: no restart."""
    d, backend = tempfile.mkdtemp(), FakeBackend()
    certificate(d)
    contexts = {}
    for name in ("one", "two"):
        contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts[name].load_cert_chain(d + "/%s.pem" % name, d + "/%s.key" % name)
        contexts[name].load_verify_locations(d + "/%s.pem" % name)
        contexts[name].verify_mode = ssl.CERT_REQUIRED
    def use(name):
        for kind in ("pem", "key"): shutil.copyfile(d + "/%s.%s" % (name, kind), d + "/agent." + kind)
    use("one")
    a = Agent(backend.url.replace("ws:", "wss:"), "--trusted-ca-file", d + "/agent.pem", "--cert-file", d + "/agent.pem", "--key-file", d + "/agent.key",
              "--retry-min", "100ms", "--retry-max", "200ms")
    conn, _ = secure_session(backend, contexts["one"])
    same(conn.header("Authorization"), None, "a password beside the certificate")
    conn.expect("keepalive")
    conn.cut()
    try: secure_session(backend, contexts["two"])
    except (OSError, ssl.SSLError): pass
    else: raise AssertionError("a certificate that is not known was taken")
    use("two")
    for attempt in range(3):  # a dial may have begun before
        try: conn, shown = secure_session(backend, contexts["two"])
        except (OSError, ssl.SSLError): continue
        break
    conn.expect("keepalive")
    assert shown, "no client certificate"
    same(a.stop(), 0, "exit status")
    a.remove()
    backend.close()
    shutil.rmtree(d)


def test_reload_keeps_the_connection():
    """Other checks, another log level, a broken file between: the session goes on, and so does what is running."""
    d = conf_dir({"one": {"command": "echo one", "interval": 1, "standalone": True}})
    with open(d + "/agent.yml", "w") as f: f.write("log-level: info\n")
    s = Story("--conf-dir", d, "--config-file", d + "/agent.yml")
    s.conn.expect("event", timeout=5, name="one")
    s.request("running", "sleep 1.5; echo done")
    for number, text in enumerate(("{\"checks\": {\"one\"", json.dumps({"checks": {"two": {"command": "echo two", "interval": 1, "standalone": True}}}))):
        with open(d + "/checks.json", "w") as f: f.write(text)
        s.agent.process.send_signal(signal.SIGHUP)
        s.conn.expect("event", timeout=5, name=("one", "two")[number])
    same(s.conn.expect("event", timeout=8, name="running")[1]["check"]["output"], "done\n", "what was running")
    assert "was not reloaded" in s.agent.log_text() and '"reconnects":false' in s.agent.log_text(), s.agent.log_text()[-1500:]
    assert not any(e.kind in ("close", "eof") for e in s.conn.log), "the connection was dropped"
    s.end()


def test_offline_schedule():
    """A backend's checks go on while it is away, and stop when it is back."""
    s = Story("--retry-min", "500ms", "--retry-max", "500ms")
    config = {"command": "echo x", "interval": 1, "publish": True, "metadata": {"name": "pub", "namespace": "default"}}
    s.conn.send("check_request\n" + json.dumps({"config": config, "issued": int(time.time())}))
    s.conn.expect("event", name="pub")
    port = s.backend.port
    s.backend.close()
    s.conn.cut()
    time.sleep(7)
    s.backend = FakeBackend(port)
    conn = s.backend.accept()
    conn.expect("keepalive")
    checks = []
    end = time.time() + 2
    while time.time() < end:
        m = conn.next(0.2)
        if m and m[0] == "event": checks.append(m[1]["check"])
    offline = [c for c in checks if c["metadata"].get("annotations", {}).get("picket.io/started-by") == "offline-schedule"]
    assert 2 <= len(offline) <= 6, [c["issued"] for c in offline]
    same(len({c["issued"] for c in offline}), len(offline), "one run a period")
    s.end()


def test_offline_schedule_after_a_restart():
    """What a backend asked for goes on after the agent was stopped and started while the backend was away."""
    s = Story("--retry-min", "200ms", "--retry-max", "200ms")
    config = {"command": "echo again", "interval": 2, "publish": True, "metadata": {"name": "pub", "namespace": "default"}}
    s.conn.send("check_request\n" + json.dumps({"config": config, "issued": int(time.time())}))
    s.conn.expect("event", name="pub")
    port = s.backend.port
    s.backend.close()
    s.conn.cut()
    same(s.agent.stop(), 0, "exit status")
    same(os.stat(s.agent.dir + "/state/agent-test-agent.schedule.json").st_mode & 0o777, 0o600, "mode")
    a = Agent("ws://127.0.0.1:%d" % port, "--retry-min", "200ms", "--retry-max", "200ms", dir=s.agent.dir)
    time.sleep(6)
    backend = FakeBackend(port)
    conn = backend.accept()
    check = {"metadata": {}}
    while "annotations" not in check["metadata"]: check = conn.expect("event", name="pub")[1]["check"]  # the first run may come again
    same((check["output"], check["metadata"]["annotations"]), ("again\n", {"picket.io/started-by": "offline-schedule"}), "a run without a backend")
    same(a.stop(), 0, "exit status")
    backend.close()
    s.agent.remove()


def test_two_agents_one_state():
    s = Story()
    b = Agent(s.backend.url, dir=s.agent.dir)
    same(b.process.wait(5), 1, "exit status of the second")
    text = b.log_text()
    assert "is held by process %d" % s.agent.process.pid in text and "state-dir or name of its own" in text, text[-600:]
    c = Agent(s.backend.url, dir=s.agent.dir, name="other")  # the same folder, another name: its own spool
    s.backend.accept().expect("keepalive")
    same(c.stop(), 0, "exit status of a third with a name of its own")
    s.agent.kill()
    d = Agent(s.backend.url, dir=s.agent.dir)
    s.backend.accept().expect("keepalive")  # a kill -9 leaves no lock behind
    same(d.stop(), 0, "exit status")
    s.agent.remove()
    s.backend.close()


def test_both_sides_killed():
    """Our own backend, killed with -9 again and again under a stream of results, and the agent too: every result exactly once."""
    import base64, random
    dice, d, a = random.Random(7), tempfile.mkdtemp(prefix="picket-both-"), None
    agent_port, api_port, dashboard = free_port(), free_port(), free_port()
    env = dict(os.environ, PICKET_BACKEND_CLUSTER_ADMIN_USERNAME="admin", PICKET_BACKEND_CLUSTER_ADMIN_PASSWORD="P@ssw0rd!")
    def start():
        with open(d + "/backend.log", "ab") as log:
            return subprocess.Popen([BINARY, "backend", "start", "--state-dir", d + "/b", "--agent-host", "127.0.0.1", "--agent-port", str(agent_port), "--api-listen-address",
                                     "127.0.0.1:%d" % api_port, "--dashboard-host", "127.0.0.1", "--dashboard-port", str(dashboard)], env=env, stderr=log, stdout=subprocess.DEVNULL)
    def api(path, auth):
        return json.load(urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:%d%s" % (api_port, path), headers={"Authorization": auth}), timeout=5))
    def agent(): return Agent("ws://127.0.0.1:%d" % agent_port, "--retry-min", "100ms", "--retry-max", "300ms", dir=d)
    b, a, n = start(), agent(), 0
    time.sleep(2)
    for _ in range(6):
        for _ in range(dice.randrange(1, 5)):
            try:
                with socket.create_connection(("127.0.0.1", a.socket_port), timeout=3) as s:
                    s.sendall(json.dumps({"name": "seq", "output": str(n), "status": 7 + n}).encode())
                    if s.recv(10) == b"ok": n += 1
            except OSError: pass
            time.sleep(dice.random() * 0.1)
        if dice.random() < 0.6:
            b.kill(); b.wait()
            b = start()
        if dice.random() < 0.4:
            a.kill()
            a = agent()
            time.sleep(0.5)
    history, end = [], time.time() + 20
    while time.time() < end and len(history) < min(n, 21):
        time.sleep(0.5)
        try:
            token = api("/auth", "Basic " + base64.b64encode(b"admin:P@ssw0rd!").decode())["access_token"]
            history = [h["status"] for h in api("/api/core/v2/namespaces/default/events/test-agent/seq", "Bearer " + token)["check"]["history"]]
        except OSError: pass
    a.stop()
    a.remove()
    b.terminate()
    b.wait()
    same(history, [7 + i for i in range(n)][-21:], "statuses in the backend's history")


def test_first_process_of_a_container():
    """As process 1 of a PID namespace: orphans are reaped, SIGTERM ends it with 0."""
    if subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "true"], capture_output=True).returncode != 0:
        print("  (no right to make a PID namespace here)")
        return
    b = FakeBackend()
    d = tempfile.mkdtemp(prefix="picket-pid1-")
    p = subprocess.Popen(["unshare", "--pid", "--fork", "--mount-proc", BINARY, "agent", "start", "--backend-url", b.url, "--name", "p1", "--disable-api",
                          "--disable-sockets", "--statsd-disable", "--state-dir", d, "--cache-dir", d], stderr=subprocess.DEVNULL)
    conn = b.accept()
    conn.expect("keepalive")
    config = {"command": "(sh -c 'sleep 0.2; exit 3' >/dev/null 2>&1 &) ; sleep 0.6; ps -o pid,stat,comm", "interval": 1, "metadata": {"name": "z", "namespace": "default"}}
    conn.send("check_request\n" + json.dumps({"config": config, "issued": 5}))
    out = conn.expect("event", name="z")[1]["check"]["output"]
    assert " Z" not in out, out
    first = [c for c in open("/proc/%d/task/%d/children" % (p.pid, p.pid)).read().split()]
    os.kill(int(first[0]), signal.SIGTERM)
    same(p.wait(10), 0, "exit status")
    b.close()


def main():
    wanted = [a for a in sys.argv[1:] if not a.startswith("-")]
    passed = failed = 0
    for name, test in sorted(globals().items()):
        if not name.startswith("test_") or (wanted and name[5:] not in wanted): continue
        started = time.time()
        try:
            test()
            passed += 1
            print("ok   %s (%.1f s)" % (name[5:], time.time() - started))
        except Exception as e:
            failed += 1
            print("FAIL %s: %s: %s" % (name[5:], type(e).__name__, e))
            if "-v" in sys.argv: raise
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__": sys.exit(main())
