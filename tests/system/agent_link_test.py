#!/usr/bin/env python3
"""Stories of an agent and its backends: bad peers, certificates, a full disk, no backend for long, both sides killed.

usage: agent_link_test.py [NAME...]        ends with `N passed, N failed`
"""
import base64, json, os, shutil, socket, ssl, subprocess, sys, tempfile, threading, time, urllib.request

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import Agent, BINARY, free_port
from agent_story import Story, run_stories, same, tcp, wait_for_socket
from fake_backend import Conn, FakeBackend, NOT_FOUND
from stop_test import certificate, relay


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
        assert "cannot write the spool" in a.log_text(), a.log_text()[-1000:]
        backend = FakeBackend(port)
        conn = backend.accept()
        got = [conn.expect("event", timeout=10)[1]["check"]["metadata"]["name"] for _ in names]
        same(got, names, "what arrived")
        # With room again (a pong has proved what arrived) spool is writable again, and survives.
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


def test_offline_schedule():
    """A backend's checks go on while it is away, and stop when it is back."""
    s = Story("--retry-min", "500ms", "--retry-max", "500ms")
    config = {"command": "echo x", "interval": 1, "publish": True, "metadata": {"name": "pub", "namespace": "default"}}
    asked = time.time()
    s.conn.send("check_request\n" + json.dumps({"config": config, "issued": int(time.time())}))
    s.conn.expect("event", name="pub")
    port = s.backend.port
    s.backend.close()
    s.conn.cut()
    time.sleep(7)
    s.backend = FakeBackend(port)
    conn = s.backend.accept()
    online = time.time()
    conn.expect("keepalive")
    offline, end = [], time.time() + 2
    while time.time() < end or len(offline) < 2:
        m = conn.next(0.2 if len(offline) >= 2 else 30)
        if m is None and len(offline) < 2: raise AssertionError("runs without a backend: %r" % offline)
        check = m[1]["check"] if m and m[0] == "event" else {"metadata": {}}
        if check["metadata"].get("annotations", {}).get("picket.io/started-by") == "offline-schedule": offline.append(check["issued"])
    same((sorted(set(offline)), offline[0] >= int(asked)), (offline, True), "one run a period, in order, each of its own second")
    assert offline[-1] <= online, "runs go on though a backend is back: %r" % offline
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


if __name__ == "__main__": sys.exit(run_stories(globals()))
