#!/usr/bin/env python3
"""Stops an agent at random instants while everything it can do is going on: checks of every kind, assets that are being fetched, names
and clouds being asked for, results on all its inputs, TLS sessions that come up and break. It has to end with status 0, each time.

usage: stop_test.py [ROUNDS]        default 12; SEED=N; ends with `N passed, N failed`
WRAP="valgrind -q --error-exitcode=99" runs the agent under that; GLIBC's own watch over its heap:
LD_PRELOAD=libc_malloc_debug.so.0 MALLOC_CHECK_=3 MALLOC_PERTURB_=165 tests/system/stop_test.py 300
"""
import hashlib, http.server, io, json, os, random, select, shlex, shutil, signal, socket, ssl, subprocess, sys, tarfile, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
import agent_process
from agent_process import Agent, BINARY
from fake_backend import Conn, FakeBackend, JSON_ONLY, NOT_FOUND

WRAP = shlex.split(os.environ.get("WRAP", ""))
SLOWNESS = 12 if WRAP else 1  # of what runs under a wrapper
CHECKS = ["true", "exit 2", "sleep 30", "(sleep 30 &) ; echo left behind", "head -c 3000000 /dev/zero", "cat", "echo '{{ .name }}'",
          "picket check load", "picket check memory", "picket check dns -H localhost", "picket check tcp -H 127.0.0.1 -p 9",
          "trap '' TERM; sleep 30", "echo :::name:::", "!sensu_test_check!", "asset-tool", "/does/not/exist"]


def certificate(dir):
    for name in ("one", "two"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-keyout", dir + "/%s.key" % name, "-out", dir + "/%s.pem" % name, "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)


def archive():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        data = b"#!/bin/sh\necho tool\n" + b"#" * 200000
        info = tarfile.TarInfo("bin/asset-tool")
        info.size, info.mode = len(data), 0o755
        t.addfile(info, io.BytesIO(data))
    return out.getvalue()


class Files(http.server.ThreadingHTTPServer):
    """Serves the archive and the clouds' metadata, in no hurry."""
    daemon_threads = True

    def __init__(self, data):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                try:
                    time.sleep(random.uniform(0, 0.3))
                    body = data if self.path.startswith("/asset") else b"no"
                    self.send_response(200 if body is data else 404)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    for at in range(0, len(body), 64):
                        self.wfile.write(body[at:at + 64])
                        if random.random() < 0.1: time.sleep(0.01)
                except OSError: pass
            def log_message(self, *a): pass
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_): pass


def write_all(sock, data):
    while data:
        try: data = data[sock.send(data):]
        except ssl.SSLWantReadError: select.select([sock], [], [], 1)
        except (ssl.SSLWantWriteError, BlockingIOError): select.select([], [sock], [], 1)


def relay(secure, plain):
    """Python's TLS sockets are not for two threads at once: one thread speaks TLS, the session's threads have the other end."""
    try:
        for s in (secure, plain): s.setblocking(False)
        while True:
            if not secure.pending(): select.select([secure, plain], [], [], 1)
            for a, b in ((secure, plain), (plain, secure)):
                try: data = a.recv(65536)
                except (ssl.SSLWantReadError, BlockingIOError): continue
                if not data: return
                write_all(b, data)
    except (OSError, ValueError): pass
    finally: secure.close(), plain.close()


class Asker:
    """A backend that asks for checks without end, acknowledges or not, and sometimes breaks off."""
    def __init__(self, dir, files, sha512):
        self.plain, self.secure = FakeBackend(), FakeBackend()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(dir + "/one.pem", dir + "/one.key")
        self.asset = {"metadata": {"name": "tool", "namespace": "default"}, "url": files.url + "/asset", "sha512": sha512}
        self.stopped, self.issued = False, int(time.time())
        for backend in (self.plain, self.secure): threading.Thread(target=self.accept, args=(backend,), daemon=True).start()

    def accept(self, backend):
        while not self.stopped:
            try:
                backend.listener.settimeout(1)
                sock, _ = backend.listener.accept()
                sock.settimeout(20)
                threading.Thread(target=self.session, args=(sock, backend is self.secure), daemon=True).start()
            except OSError: continue

    def session(self, sock, secure):
        try:
            if secure:
                tls, (sock, end) = self.context.wrap_socket(sock, server_side=True), socket.socketpair()
                threading.Thread(target=relay, args=(tls, end), daemon=True).start()
            conn = Conn(sock, True)
            if not conn.read_request(): return
            acked = conn.header("Picket-Ack") and random.random() < 0.5
            conn.upgrade(list(JSON_ONLY) + ([("Picket-Ack", "0")] if acked else []))
            if random.random() < 0.8: conn.send(NOT_FOUND)
            for n in range(200):
                self.issued += 1
                command = random.choice(CHECKS)
                config = {"command": command, "interval": 10, "metadata": {"name": "c%d" % random.randrange(40), "namespace": "default"},
                          "timeout": random.choice([0, 1, 10]), "stdin": command == "cat", "check_hooks": [{"non-zero": ["h"]}],
                          "output_metric_format": random.choice(["", "nagios_perfdata", "prometheus_text"])}
                request = {"config": config, "issued": self.issued, "assets": [self.asset] if command == "asset-tool" else [],
                           "hooks": [{"metadata": {"name": "h", "namespace": "default"}, "command": "echo hook", "timeout": 5}]}
                conn.send("check_request\n" + json.dumps(request))
                if random.random() < 0.3: time.sleep(random.uniform(0, 0.05))
                if random.random() < 0.01: return conn.cut()
                if acked and random.random() < 0.2: conn.send('ack\n{"seq":%d}' % random.randrange(n + 1))
        except Exception: return


def inputs(agent, over):
    """Programs that report to the agent; each may be refused at any time."""
    document = json.dumps({"name": "r", "output": "x" * random.choice([1, 3000]), "ttl": 30})
    request = "POST /%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while not over.is_set():
        try:
            kind = random.randrange(5)
            if kind == 0: u.sendto(document.encode(), ("127.0.0.1", agent.socket_port))
            elif kind == 1: u.sendto(b"a:1|c\nb:2|ms\nc:x|s", ("127.0.0.1", agent.statsd_port))
            else:
                port = agent.socket_port if kind == 2 else agent.api_port
                text = document if kind == 2 else request % ("results", len(document), document) if kind == 3 else "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
                with socket.create_connection(("127.0.0.1", port), timeout=1) as s:
                    s.sendall(text.encode()[:random.choice([20, 100000])])
                    if random.random() < 0.7: s.recv(1000)
        except OSError: time.sleep(0.02)


def configuration(dir):
    os.makedirs(dir + "/conf.d", exist_ok=True)
    checks = {"own%d" % i: {"command": c, "standalone": True, "interval": 1} for i, c in enumerate(CHECKS[:9])}
    with open(dir + "/conf.d/checks.json", "w") as f: json.dump({"checks": checks}, f)


def a_round(dir, asker, files, dice):
    url = dice.choice([asker.plain.url, asker.secure.url.replace("ws:", "wss:"), asker.secure.url.replace("ws:", "wss:").replace("127.0.0.1", "localhost"), "ws://127.0.0.1:9"])
    flags = ["--trusted-ca-file", dir + "/%s.pem" % dice.choice(["one", "one", "one", "two"]), "--insecure-skip-tls-verify" if "localhost" in url else "--cert-file=",
             "--shutdown-timeout", "1s", "--retry-min", "10ms", "--retry-max", "50ms", "--conf-dir", dir + "/conf.d", "--max-concurrent-checks", "8",
             "--statsd-flush-interval", "1", "--detect-cloud-provider", "--cloud-metadata-url", files.url, "--disable-assets=false"]
    agent = Agent(url, *flags, dir=dir, env={"PATH": os.path.dirname(BINARY) + ":" + os.environ.get("PATH", "")})
    over = threading.Event()
    threads = [threading.Thread(target=inputs, args=(agent, over), daemon=True) for _ in range(3)]
    for t in threads: t.start()
    time.sleep(SLOWNESS * dice.choice([dice.uniform(0, 0.1), dice.uniform(0, 0.6), dice.uniform(0.6, 2)]))
    if dice.random() < 0.3 and os.path.getsize(dir + "/agent.log"): agent.process.send_signal(signal.SIGHUP)
    status = agent.stop(timeout=60 * SLOWNESS)  # on a machine under load
    over.set()
    for t in threads: t.join()
    return status


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    dice = random.Random(int(os.environ.get("SEED", "1")))
    if WRAP: agent_process.COMMAND = WRAP + [BINARY]
    dir = tempfile.mkdtemp(prefix="picket-stop-")
    passed = failed = early = 0
    try:
        certificate(dir)
        configuration(dir)
        data = archive()
        files = Files(data)
        asker = Asker(dir, files, hashlib.sha512(data).hexdigest())
        for r in range(rounds):
            if os.path.exists(dir + "/agent.log"): os.unlink(dir + "/agent.log")
            if dice.random() < 0.3: shutil.rmtree(dir + "/state", ignore_errors=True)
            if dice.random() < 0.3: shutil.rmtree(dir + "/cache", ignore_errors=True)
            status = a_round(dir, asker, files, dice)
            if status == -signal.SIGTERM and not os.path.getsize(dir + "/agent.log"):  # before it listened for signals
                early += 1
                continue
            with open(dir + "/agent.log", errors="replace") as f: lines = f.readlines()
            if status == 0: passed += 1
            elif status == 1 and any("address already in use" in l for l in lines): early += 1  # somebody else's port by now
            else:
                failed += 1
                words = [l for l in lines if not l.startswith("{")][:120] or [l[:400].rstrip() + "\n" for l in lines[-12:]]
                print("FAIL round %d: status %s\n%s" % (r, status, "".join(words)), flush=True)
    finally:
        shutil.rmtree(dir, ignore_errors=True)
    if early: print("%d times it had not begun" % early)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__": sys.exit(main())
