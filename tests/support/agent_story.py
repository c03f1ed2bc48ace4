"""What the stories of a whole agent share: an agent with a backend, a server of assets, one way to run them."""
import hashlib, http.server, io, json, os, socket, subprocess, sys, tarfile, tempfile, threading, time

from agent_process import Agent, BINARY
from fake_backend import FakeBackend, JSON_ONLY

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


def wait_for_socket(agent):
    for _ in range(100):
        try: return socket.create_connection(("127.0.0.1", agent.socket_port), timeout=1).close()
        except OSError: time.sleep(0.05)


def tcp(port, data, timeout=5):
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as c:
        c.sendall(data)
        return c.recv(100)


def tool(*args):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SENSU_", "PICKET_"))}
    p = subprocess.run([BINARY, "agent"] + [str(a) for a in args], capture_output=True, text=True, env=env, timeout=20)
    return p.returncode, p.stdout, p.stderr


def conf_dir(checks, **client):
    d = tempfile.mkdtemp(prefix="picket-conf-")
    with open(d + "/checks.json", "w") as f: json.dump({"checks": checks, "client": client}, f)
    return d


def run_stories(stories):
    """The functions test_* of a script, or those its arguments name; -v: stop at the first that fails. The exit status."""
    wanted = [a for a in sys.argv[1:] if not a.startswith("-")]
    passed = failed = 0
    for name, test in sorted(stories.items()):
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
