#!/usr/bin/env python3
"""The built-in handlers webhook, email and file against small servers of our own: handlers_test.py [PICKET]."""
import base64, http.server, json, os, shutil, socket, ssl, subprocess, sys, tempfile, threading, time, urllib.error, urllib.request

PICKET = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PICKET", "build/dev/bin/picket")
passed = failed = 0


def check(what, good, seen=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("FAILED:", what, seen)


given = set()


def free_port():
    """A port that nobody has, and that was not given before: two of one program must differ."""
    while True:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        if port not in given:
            given.add(port)
            return port


class Hook(http.server.BaseHTTPRequestHandler):
    calls = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Hook.calls.append((self.path, dict(self.headers), body))
        self.send_response(500 if "broken" in self.path else 200)
        self.end_headers()

    def log_message(self, *args):
        pass


def certificate(directory):
    """A certificate for 127.0.0.1 that is its own authority, or None without openssl."""
    if not shutil.which("openssl"):
        return None
    cert, key = directory + "/cert.pem", directory + "/key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=mail", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert], check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


def smtp_session(conn, mails, context, implicit):
    if implicit:
        conn = context.wrap_socket(conn, server_side=True)
    f = conn.makefile("rwb")
    say = lambda text: (f.write(text.encode() + b"\r\n"), f.flush())
    say("220 test")
    mail, data, secure = {"to": []}, False, implicit
    while True:
        raw = f.readline()
        if not raw:
            break
        line = raw.rstrip(b"\r\n").decode()
        if data:
            if line == ".":
                data = False
                mail["secure"] = secure
                mails.append(mail)
                say("250 taken")
            else:
                mail["text"] = mail.get("text", "") + (line[1:] if line.startswith("..") else line) + "\n"
        elif line.startswith("EHLO"):
            f.write(b"250-test\r\n" + (b"250-STARTTLS\r\n" if context and not secure else b""))
            say("250 AUTH PLAIN")
        elif line == "STARTTLS":
            say("220 go")
            conn = context.wrap_socket(conn, server_side=True)
            f = conn.makefile("rwb")
            say = lambda text: (f.write(text.encode() + b"\r\n"), f.flush())
            secure = True
        elif line.startswith("AUTH PLAIN"):
            mail["auth"] = base64.b64decode(line.split()[2])
            say("235 ok")
        elif line.startswith("MAIL"):
            mail["from"] = line
            say("250 ok")
        elif line.startswith("RCPT"):
            mail["to"].append(line)
            say("250 ok")
        elif line == "DATA":
            data = True
            say("354 go")
        elif line == "QUIT":
            say("221 bye")
            break
    conn.close()


def smtp_server(mails, context=None, implicit=False):
    """A mail server on a port of its own, which is returned."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            conn, _ = listener.accept()
            try:
                smtp_session(conn, mails, context, implicit)
            except OSError:
                pass  # a client that refused our certificate

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


class Backend:
    def __init__(self, state, environment):
        self.port, self.agent = free_port(), free_port()
        self.process = subprocess.Popen(
            [PICKET, "backend", "start", "--state-dir", state, "--agent-host", "127.0.0.1", "--agent-port", str(self.agent), "--api-listen-address",
             "127.0.0.1:%d" % self.port, "--dashboard-host", "127.0.0.1", "--dashboard-port", str(free_port())], stderr=subprocess.DEVNULL,
            env={**os.environ, **environment})
        for _ in range(100):
            try:
                self.token = json.load(self.open("/auth", basic=True))["access_token"]
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the backend does not answer")

    def open(self, path, body=None, method="GET", basic=False):
        headers = {"Content-Type": "application/json"}
        headers["Authorization"] = "Basic " + base64.b64encode(b"admin:P@ssw0rd!").decode() if basic else "Bearer " + self.token
        data = None if body is None else json.dumps(body).encode()
        return urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:%d%s" % (self.port, path), data, headers, method=method), timeout=10)

    def put(self, kind, body):
        body["metadata"]["namespace"] = "default"
        self.open("/api/core/v2/namespaces/default/%s/%s" % (kind, body["metadata"]["name"]), body, "PUT").read()


def wait_for(condition, seconds=15):
    end = time.time() + seconds
    while time.time() < end and not condition():
        time.sleep(0.05)
    return condition()


def main():
    hooks = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hooks.serve_forever, daemon=True).start()
    url = "http://127.0.0.1:%d" % hooks.server_port
    mails, secure_mails, wrong_mails = [], [], []
    mail_port = smtp_server(mails)
    with tempfile.TemporaryDirectory() as state:
        tls, other = certificate(state), None
        if tls:
            os.mkdir(state + "/other")
            other = certificate(state + "/other")  # of an authority nobody trusts
        os.umask(0)
        backend = Backend(state, {"SSL_CERT_FILE": tls[0]} if tls else {})
        try:
            log = tempfile.mkdtemp(prefix="picket-told-") + "/events.jsonl"  # no handler writes into the state-dir
            handlers = {
                "chat": {"type": "webhook", "webhook": {"url": url + "/slack", "form": "slack"}},
                "own": {"type": "webhook", "webhook": {"url": url + "/own", "body": '{"text":"{{ .check.output }}"}', "headers": {"X-Team": "ops"}}},
                "broken": {"type": "webhook", "webhook": {"url": url + "/broken"}},
                "mail": {"type": "email", "email": {"host": "127.0.0.1", "port": mail_port, "from": "picket <p@example.org>",
                                                    "to": ["a@example.org", "b@example.org"], "username": "u", "password": "p"}},
                "nobody": {"type": "email", "timeout": 5, "email": {"host": "127.0.0.1", "port": free_port(), "from": "p@x", "to": ["a@x"]}},
                "log": {"type": "file", "file": {"path": log}},
            }
            if tls:
                address = {"host": "127.0.0.1", "from": "p@x", "to": ["a@x"], "username": "u", "password": "p"}
                handlers["starttls"] = {"type": "email", "email": {**address, "security": "starttls", "port": smtp_server(secure_mails, tls[1])}}
                handlers["tls"] = {"type": "email", "email": {**address, "security": "tls", "port": smtp_server(secure_mails, tls[1], True)}}
                handlers["untrusted"] = {"type": "email", "email": {**address, "security": "starttls", "port": smtp_server(wrong_mails, other[1])}}
                handlers["zz-last"] = {"type": "webhook", "webhook": {"url": url + "/last"}}
            for name, h in handlers.items():
                backend.put("handlers", {"metadata": {"name": name}, **h})
            for bad in ({"type": "webhook"}, {"type": "webhook", "webhook": {"url": "ftp://x"}}, {"type": "email", "email": {"host": "x", "from": "x", "to": []}},
                        {"type": "file", "file": {"path": "relative"}}):
                try:
                    backend.put("handlers", {"metadata": {"name": "bad"}, **bad})
                    check("a bad definition is refused", False, bad)
                except urllib.error.HTTPError as e:
                    check("a bad definition is refused", e.code == 400, e.code)
            event = {"entity": {"entity_class": "proxy", "metadata": {"name": "web1", "namespace": "default"}},
                     "check": {"metadata": {"name": "disk", "namespace": "default"}, "interval": 10, "status": 2, "output": 'full "/"\nBcc: x', "handlers": sorted(handlers)}}
            backend.open("/api/core/v2/namespaces/default/events/web1/disk", event, "PUT").read()
            check("the last handlers ran", wait_for(lambda: len({path for path, _, _ in Hook.calls}) == 3 + bool(tls) and mails, 90))
            check("a server that fails is asked again", sum(path == "/broken" for path, _, _ in Hook.calls) == 3, Hook.calls)
            calls = {path: (headers, body) for path, headers, body in Hook.calls}
            check("slack", json.loads(calls["/slack"][1])["text"] == 'CRITICAL: web1/disk: full "/"', calls.get("/slack"))
            check("own template", json.loads(calls["/own"][1]) == {"text": 'full "/"\nBcc: x'}, calls.get("/own"))
            check("own header", calls["/own"][0].get("X-Team") == "ops")
            if tls:
                check("mails over TLS", [m["secure"] for m in secure_mails] == [True, True], secure_mails)
                check("no mail, and no password, for a server nobody trusts", wrong_mails == [], wrong_mails)
            check("sender", mails[0]["from"] == "MAIL FROM:<p@example.org>", mails[0])
            check("recipients", len(mails[0]["to"]) == 2)
            check("password", mails[0]["auth"] == b"\0u\0p")
            check("subject", 'Subject: CRITICAL: web1/disk: full "/"\n' in mails[0]["text"], mails[0]["text"])
            check("file", wait_for(lambda: os.path.exists(log) and open(log).read().count("\n") == 1))
            check("the file is not for everybody, also under umask 000", os.stat(log).st_mode & 0o777 == 0o640, oct(os.stat(log).st_mode))
            check("one JSON line", json.loads(open(log).read())["check"]["output"] == 'full "/"\nBcc: x')
        finally:
            backend.process.terminate()
            check("a clean stop", backend.process.wait(10) == 0)
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


sys.exit(main())
