#!/usr/bin/env python3
"""What an agent keeps to itself and keeps away: secrets, web pages, what a backend sends past an allow list, ports, what checks leave.

usage: agent_guard_test.py [NAME...]        ends with `N passed, N failed`
"""
import hashlib, json, os, signal, socket, subprocess, sys, tempfile, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import BINARY, Agent, free_port
from agent_story import Files, Story, archive, run_stories, same

SECRET = "Hush-4711-word"


def proc(pid, what):
    with open("/proc/%d/%s" % (pid, what), "rb") as f: return f.read().decode(errors="replace")


def lives(pid):
    try: return proc(pid, "stat").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError: return False


def secret_file(mode=0o600, text=SECRET + "\n"):
    handle, path = tempfile.mkstemp(prefix="picket-secret-")
    os.write(handle, text.encode())
    os.close(handle)
    os.chmod(path, mode)
    return path


def authorization(s):
    import base64
    return base64.b64decode(s.conn.header("Authorization").split()[1]).decode()


def test_secrets_stay_with_the_agent():
    path, folder = secret_file(), tempfile.mkdtemp()
    with open(folder + "/password", "w") as f: f.write(SECRET + "\n")
    ways = [((), {"PICKET_PASSWORD": SECRET, "SENSU_API_PASSWORD": SECRET, "PICKET_LABELS": "password=" + SECRET}), (("--password", SECRET), {}),
            (("--password=" + SECRET,), {}), (("--password-file", path), {}), ((), {"SENSU_PASSWORD_FILE": path}), ((), {"CREDENTIALS_DIRECTORY": folder})]
    for flags, env in ways:
        s = Story(*flags, env=dict(env, KEPT="yes"))
        same(authorization(s), "agent:" + SECRET, str((flags, env)))
        c = s.run("env", "env; cat /proc/%d/environ /proc/%d/cmdline | tr '\\0' '\\n'; ps -ef" % ((s.agent.process.pid,) * 2))
        assert "KEPT=yes" in c["output"], c["output"]
        assert SECRET not in c["output"], (flags, env, c["output"])
        for what in ("environ", "cmdline"): assert SECRET not in proc(s.agent.process.pid, what), (flags, env, what)
        log = s.agent.log_text()
        s.end()
        assert SECRET not in log, log
    os.remove(path)


def config(*words, env=None):
    full = {k: v for k, v in os.environ.items() if not k.startswith(("SENSU_", "PICKET_"))}
    full.update(env or {})
    p = subprocess.run([BINARY] + list(words), capture_output=True, text=True, env=full, timeout=60)
    return p.returncode, p.stdout + p.stderr


def test_secret_files_that_cannot_be_used():
    for path, words in ((secret_file(0o622), "writable by every user"), (secret_file(text="\n"), "file is empty"),
                        (secret_file(text="a\nb\n"), "more than one line"), ("/nonexistent/pw", "/nonexistent/pw")):
        for program in (["agent", "check-config", "--password-file"], ["backend", "check-config", "--cluster-admin-password-file"],
                        ["backend", "check-config", "--agent-password-file"]):
            status, said = config(*program, path)
            assert status != 0 and path in said and words in said, (program, path, said)
    path = secret_file(0o644)
    status, said = config("agent", "check-config", "--password-file", path)
    assert status == 0 and "warning" in said and path in said, said
    same(config("agent", "check-config", "--strict", "--password-file", path)[0] != 0, True, "strict")
    for program in ("agent", "backend", "edge"):
        status, said = config(program, *(["start"] if program != "edge" else []), "--print-config",
                              env={"PICKET_PASSWORD": SECRET, "PICKET_ADMIN_PASSWORD": SECRET, "PICKET_AGENT_PASSWORD": SECRET, "PICKET_BACKEND_URL": "ws://u:%s@h" % SECRET})
        assert status == 0 and SECRET not in said, said


def test_options_without_effect():
    for program, option, value in (("backend", "require-fips", "true"), ("backend", "access-token-expiry", "1m"),
                                   ("backend", "enable-cert-revocation-check", "true"), ("agent", "require-fips", "true")):
        status, said = config(program, "check-config", "--%s=%s" % (option, value))
        assert status == 1 and option in said and value in said and "is not supported" in said, said
    status, said = config("backend", "check-config", "--etcd-name", "a", "--etcd-listen-client-urls", "http://127.0.0.1:2379")
    assert status == 0 and said.count("warning") == 1 and "no effect, because this backend is a single node" in said and "etcd-name" in said, said
    status, said = config("backend", "check-config", "--etcd-initial-cluster", "a=http://a,b=http://b")
    assert status == 1 and "etcd-initial-cluster" in said and "expected http://HOST:PORT" in said, said


def test_certificates_that_nobody_looks_at_let_nobody_in():
    state, ports = tempfile.mkdtemp(), [free_port() for _ in range(2)]
    argv = [BINARY, "backend", "start", "--state-dir", state, "--agent-host", "127.0.0.1", "--agent-port", str(ports[0]),
            "--api-listen-address", "127.0.0.1:%d" % ports[1], "--enable-cert-revocation-check"]
    with open(state + "/log", "w") as log:
        p = subprocess.Popen(argv, stdout=log, stderr=log)
    try:
        end = time.time() + 30
        while time.time() < end and socket.socket().connect_ex(("127.0.0.1", ports[1])) != 0:
            time.sleep(0.05)
        same(socket.socket().connect_ex(("127.0.0.1", ports[0])) != 0, True, "the agents' port is closed")
        said = open(state + "/log").read()
        assert '"level":"error"' in said and "enable-cert-revocation-check" in said and "stays closed" in said, said
    finally:
        p.kill()
        p.wait()


def http(port, *headers, path="/events", method="POST", body=b'{"check":{"metadata":{"name":"page"},"output":"x"}}'):
    text = "%s %s HTTP/1.1\r\n%s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (method, path, "\r\n".join(headers), len(body))
    with socket.create_connection(("127.0.0.1", port), timeout=5) as c:
        c.sendall(text.encode() + body)
        return int(c.makefile("rb").readline().split()[1])


def test_web_pages():
    s = Story("--api-hosts", "agents.example.org")
    port = s.agent.api_port
    host = "Host: 127.0.0.1:%d" % port
    same(http(port, host), 202, "a program")
    same(http(port, "Host: " + socket.gethostname()), 202, "by this machine's name")
    same(http(port, "Host: agents.example.org:3031"), 202, "by a name of the configuration")
    same(http(port, host, "Origin: http://evil.example", "Content-Type: text/plain"), 403, "a page")
    same(http(port, host, "Sec-Fetch-Site: cross-site", path="/ping/x", method="GET", body=b""), 403, "a picture")
    same(http(port, "Host: evil.example:%d" % port), 403, "DNS rebinding")
    same(http(port, "Host: lb.example", path="/healthz", method="GET", body=b""), 200, "a load balancer")
    with socket.create_connection(("127.0.0.1", s.agent.socket_port), timeout=5) as c:
        started = time.time()
        c.sendall(b'POST / HTTP/1.1\r\nHost: x\r\n\r\n{"name":"page","output":"x"}')
        same(c.recv(100), b"invalid", "HTTP on the result socket")
        assert time.time() - started < 2
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.sendto(b'POST / HTTP/1.1\r\n\r\n{"name":"page","output":"x"}', ("127.0.0.1", s.agent.socket_port))
    log = s.agent.log_text()
    assert "request to the HTTP API rejected" in log and "evil.example" in log
    s.end()


def test_allow_list_and_what_comes_with_a_request():
    d, files = tempfile.mkdtemp(), Files()
    program = d + "/good.sh"
    with open(program, "w") as f: f.write("#!/bin/sh\necho GOOD $MARK $LD_PRELOAD\n")
    os.chmod(program, 0o755)
    script = "#!/bin/sh\necho ASSET $MARK\n"
    known = hashlib.sha512(script.encode()).hexdigest()
    with open(d + "/allow.json", "w") as f:
        json.dump([{"exec": program, "args": [""]}, {"exec": "bare", "args": [""]}, {"exec": "known", "args": [""], "sha512": known},
                   {"exec": "echo", "args": ["$MARK", "$LD_AUDIT"], "enable_env": True}], f)
    s = Story("--allow-list", d + "/allow.json")
    asset = files.asset("x", archive({"bin/bare": script, "bin/known": script, "bin/echo": script, "bin/sh": script}))

    def run(name, command, **more):
        s.conn.send("check_request\n" + json.dumps({"config": {"command": command, "interval": 60, "env_vars": ["MARK=evil", "LD_AUDIT=/x"],
            "metadata": {"name": name, "namespace": "default"}}, "issued": int(time.time()), "secrets": ["MARK=evil", "LD_PRELOAD=/x", "BASH_ENV=/x"], "assets": [asset]}))
        return s.conn.expect("event", name=name)[1]["check"]
    same(run("plain", program)["output"], "GOOD\n", "no environment")
    same(run("bare", "bare")["status"], 127, "a bare name is not the asset's")
    same(run("known", "known")["output"], "ASSET\n", "its content is known")
    same(run("env", "echo $MARK $LD_AUDIT")["output"], "evil\n", "the environment, but what loads code; this machine's programs first")
    same(run("place", "sh " + program)["status"], 3, "another program with the listed one as its argument")
    log = s.agent.log_text()
    assert "assets not used" in log and "LD_PRELOAD" in log, log
    s.end()


def test_too_many_results_at_once():
    s = Story("--input-burst-limit", "100")
    many = b"[" + b",".join([b'{"name":"n","output":""}'] * 101) + b"]"
    for port, data, wanted in ((s.agent.socket_port, many, b"invalid"), (s.agent.socket_port, many.replace(b'{"name":"n","output":""},', b"", 1), b"ok")):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as c:
            c.sendall(data)
            same(c.recv(100), wanted, "answer")
    same(http(s.agent.api_port, "Host: localhost", "Content-Type: application/json", path="/results", body=many), 413, "over HTTP")
    before = s.agent.rss_kb()
    with socket.create_connection(("127.0.0.1", s.agent.socket_port), timeout=20) as c:
        c.sendall(b"[" + b",".join([b"{}"] * 3_000_000) + b"]")
        same(c.recv(100), b"invalid", "three million")
    assert s.agent.rss_kb() - before < 60_000, s.agent.rss_kb() - before
    s.end()


def test_a_burst_of_datagrams():
    s = Story()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for i in range(500): udp.sendto(b'{"name":"d%d","output":"x"}' % i, ("127.0.0.1", s.agent.socket_port))
    seen = set()
    while len(seen) < 500: seen.add(s.conn.expect("event", timeout=20)[1]["check"]["metadata"]["name"])
    s.end()


def test_background_and_timeout():
    s = Story()
    def pid_in(output): return int(output.split()[0])
    left = []
    for name, command in (("nohup", "nohup sleep 300 & echo $!"), ("pipe", "sleep 300 & echo $!"), ("session", "setsid sh -c 'echo $$; exec sleep 300' & sleep 0.2")):
        started = time.time()
        c = s.run(name, command)
        same(c["status"], 0, name)
        assert time.time() - started < 4, name
        left.append(pid_in(c["output"]))
    hook = {"metadata": {"name": "h", "namespace": "default"}, "command": "nohup sleep 300 & echo $!", "timeout": 30}
    c = s.run("hooked", "exit 2", hooks=[hook], check_hooks=[{"critical": ["h"]}])
    left.append(pid_in(c["hooks"][0]["output"]))
    time.sleep(1)
    for pid in left: os.kill(pid, 0)
    c = s.run("late", "(setsid sh -c 'echo $$; trap \"\" TERM; sleep 300; sleep 300' &); sleep 300", timeout_of_check=1, timeout=20)
    same(c["status"], 2, "timeout")
    gone = int(c["output"].split("\n")[1])
    time.sleep(0.3)
    assert not lives(gone), "the orphan of a timed out check lives"
    for pid in left:
        os.kill(pid, 0)
        os.kill(pid, signal.SIGKILL)
    s.end()


def test_two_agents_of_one_machine():
    """What times out under the one kills nothing of the other, although both count their commands from one."""
    one, other = Story(), Story()
    counted = 4
    for n in range(counted): one.request("long%d" % n, "sleep 300", timeout_of_check=3)
    time.sleep(0.5)  # of what is older than the command that times out nothing is asked
    left = []
    for n in range(counted):
        c = other.run("daemon%d" % n, "(setsid sh -c 'echo $$; exec sleep 300' &); sleep 0.2")
        left.append(int(c["output"].split()[0]))
    for n in range(counted): same(one.conn.expect("event", timeout=30)[1]["check"]["status"], 2, "timeout")
    time.sleep(0.3)
    same([pid for pid in left if not lives(pid)], [], "killed by the other agent's timeout")
    for pid in left: os.kill(pid, signal.SIGKILL)
    one.end()
    other.end()


def test_ports():
    port = str(free_port())
    status, said = config("agent", "check-config", "--socket-port", port, "--api-port", port)
    assert status != 0 and "socket-port and api-port" in said, said
    status, said = config("agent", "check-config", "--socket-port", "3031")
    assert status == 0 and "the HTTP API is disabled" in said, said
    d = tempfile.mkdtemp()
    with open(d + "/client.json", "w") as f: f.write('{"client":{"name":"c","socket":{"port":3031}}}')
    status, said = config("agent", "check-config", "--conf-dir", d)
    assert status == 0 and "the HTTP API is disabled" in said and "client.socket.port" in said + "client.socket.port", said
    status, said = config("backend", "check-config", "--agent-port", "8080")
    assert status != 0 and "agent-port and api-listen-address" in said, said
    status, said = config("edge", "check-config", "--socket-port", "8081")
    assert status != 0 and "socket-port and agent-port" in said, said


if __name__ == "__main__": sys.exit(run_stories(globals()))
