#!/usr/bin/env python3
"""The built-in handlers webhook, email and file against small servers of our own: handlers_test.py [PICKET]."""
import base64, http.server, json, os, socket, subprocess, sys, tempfile, threading, time, urllib.request

PICKET = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PICKET", "build/dev/bin/picket")
passed = failed = 0


def check(what, good, seen=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("FAILED:", what, seen)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Hook(http.server.BaseHTTPRequestHandler):
    calls = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Hook.calls.append((self.path, dict(self.headers), body))
        self.send_response(500 if "broken" in self.path else 200)
        self.end_headers()

    def log_message(self, *args):
        pass


def smtp_server(listener, mails):
    while True:
        conn, _ = listener.accept()
        f = conn.makefile("rwb")
        say = lambda text: (f.write(text.encode() + b"\r\n"), f.flush())
        say("220 test")
        mail, data = {"to": []}, False
        for raw in f:
            line = raw.rstrip(b"\r\n").decode()
            if data:
                if line == ".":
                    data = False
                    mails.append(mail)
                    say("250 taken")
                else:
                    mail["text"] = mail.get("text", "") + (line[1:] if line.startswith("..") else line) + "\n"
            elif line.startswith("EHLO"):
                f.write(b"250-test\r\n")
                say("250 AUTH PLAIN")
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


class Backend:
    def __init__(self, state):
        self.port, self.agent = free_port(), free_port()
        self.process = subprocess.Popen(
            [PICKET, "backend", "start", "--state-dir", state, "--agent-host", "127.0.0.1", "--agent-port", str(self.agent), "--api-listen-address",
             "127.0.0.1:%d" % self.port, "--dashboard-host", "127.0.0.1", "--dashboard-port", str(free_port())], stderr=subprocess.DEVNULL)
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
    mail_listener, mails = socket.create_server(("127.0.0.1", 0)), []
    threading.Thread(target=smtp_server, args=(mail_listener, mails), daemon=True).start()
    with tempfile.TemporaryDirectory() as state:
        backend = Backend(state)
        try:
            log = state + "/events.jsonl"
            handlers = {
                "chat": {"type": "webhook", "webhook": {"url": url + "/slack", "form": "slack"}},
                "own": {"type": "webhook", "webhook": {"url": url + "/own", "body": '{"text":"{{ .check.output }}"}', "headers": {"X-Team": "ops"}}},
                "broken": {"type": "webhook", "webhook": {"url": url + "/broken"}},
                "mail": {"type": "email", "email": {"host": "127.0.0.1", "port": mail_listener.getsockname()[1], "from": "picket <p@example.org>",
                                                    "to": ["a@example.org", "b@example.org"], "username": "u", "password": "p"}},
                "nobody": {"type": "email", "timeout": 5, "email": {"host": "127.0.0.1", "port": free_port(), "from": "p@x", "to": ["a@x"]}},
                "log": {"type": "file", "file": {"path": log}},
            }
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
            check("the last handlers ran", wait_for(lambda: len(Hook.calls) == 3 and mails))
            calls = {path: (headers, body) for path, headers, body in Hook.calls}
            check("slack", json.loads(calls["/slack"][1])["text"] == 'CRITICAL: web1/disk: full "/"', calls.get("/slack"))
            check("own template", json.loads(calls["/own"][1]) == {"text": 'full "/"\nBcc: x'}, calls.get("/own"))
            check("own header", calls["/own"][0].get("X-Team") == "ops")
            check("sender", mails[0]["from"] == "MAIL FROM:<p@example.org>", mails[0])
            check("recipients", len(mails[0]["to"]) == 2)
            check("password", mails[0]["auth"] == b"\0u\0p")
            check("subject", 'Subject: CRITICAL: web1/disk: full "/"\n' in mails[0]["text"], mails[0]["text"])
            check("file", wait_for(lambda: os.path.exists(log) and open(log).read().count("\n") == 1))
            check("one JSON line", json.loads(open(log).read())["check"]["output"] == 'full "/"\nBcc: x')
        finally:
            backend.process.terminate()
            check("a clean stop", backend.process.wait(10) == 0)
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


sys.exit(main())
