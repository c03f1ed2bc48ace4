#!/usr/bin/env python3
"""picket.exe under wine as people use it: edge with checks of Windows, results from other programs, and the agent as a service.

usage: windows_test.py [NAME]      PICKET=build/windows/bin/picket.exe; ends with `N passed, N failed`
"""
import base64, json, os, socket, subprocess, sys, tempfile, time, urllib.request

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(HERE)
os.environ["PICKET"] = os.path.abspath(os.environ.get("PICKET", os.path.join(ROOT, "build/windows/bin/picket.exe")))
sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import COMMAND, PATIENCE, STOP, free_port
from edge_process import Edge
from fake_backend import FakeBackend

PROGRAM_DATA = "C:\\ProgramData\\picket"


def wine_path(path):
    """Where a path of Windows is in the file system here."""
    prefix = os.environ.get("WINEPREFIX", os.path.expanduser("~/.cache/picket-wine"))
    return os.path.join(prefix, "dosdevices/c:", *path[3:].split("\\"))


def picket(*args, status=0):
    p = subprocess.run(COMMAND + list(args), capture_output=True, text=True, timeout=60 * PATIENCE, cwd=ROOT)
    assert p.returncode == status, "picket %s: status %d, want %d: %s%s" % (" ".join(args), p.returncode, status, p.stdout, p.stderr)
    return p.stdout


def stay(log=subprocess.DEVNULL, **environment):
    """wine ends its services with the last program of a user: this one stays until its standard input is closed. What wine has to
    say of its services goes to `log`."""
    return subprocess.Popen([COMMAND[0], "cmd"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, env={**os.environ, **environment})


def wait(what, why, seconds=30):
    end = time.time() + seconds * PATIENCE
    while time.time() < end:
        value = what()
        if value: return value
        time.sleep(0.2)
    raise AssertionError("not in time: " + why)


# ---- edge ----

class World:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="picket-windows-")
        self.edge = Edge()

    def run(self, name, command, **fields):
        self.edge.put_check(name, command, **fields)
        self.edge.execute(name)
        return wait(lambda: self.edge.event("this", name), "event of " + name)["check"]

    def file(self, name, content):
        path = os.path.join(self.dir, name)
        with open(path, "wb") as f: f.write(content)
        return "Z:" + path.replace("/", "\\")

    def close(self): self.edge.close()


def test_checks(w):
    """cmd runs the command as it is written; status and output come back."""
    check = w.run("plain", "echo %OS%& exit 2")
    assert (check["output"], check["status"]) == ("Windows_NT\r\n", 2), check
    check = w.run("quoted", "echo \"a  b\" 'c'")
    assert check["output"] == "\"a  b\" 'c'\r\n", check
    check = w.run("variables", "echo %TV%", env_vars=["TV=x y"])
    assert check["output"] == "x y\r\n", check


def test_code_page(w):
    """What a program writes in the console's code page is UTF-8 in the event."""
    check = w.run("page", "type " + w.file("page.txt", b"Gr\x81n \x82t\x82\r\n"))
    assert check["output"] == "Grün été\r\n", check["output"]
    check = w.run("utf8", "type " + w.file("utf8.txt", "Grün € 日本\r\n".encode()))
    assert check["output"] == "Grün € 日本\r\n", check["output"]


def test_timeout(w):
    check = w.run("slow", "echo begun& ping -n 60 127.0.0.1 >nul", timeout=2)
    assert check["status"] == 2 and check["output"].startswith("Execution timed out\n"), check


def test_hook_and_handler(w):
    """A handler gets the event as UTF-8 on its standard input."""
    out = os.path.join(w.dir, "handled.json")
    command = "find \"{\" > Z:" + out.replace("/", "\\")
    status, body = w.edge.api("PUT", "/handlers/keep", {"metadata": {"name": "keep", "namespace": "default"}, "type": "pipe", "command": command, "timeout": 60})
    assert status in (200, 201), (status, body)
    w.run("handled", "echo to be handled& exit 1", handlers=["keep"])
    text = wait(lambda: os.path.exists(out) and open(out, errors="replace").read(), "the handler's file")
    assert "to be handled" in text, text


def test_result_sockets(w):
    address = ("127.0.0.1", w.edge.port["socket-port"])
    c = socket.create_connection(address, timeout=10)
    c.sendall(b'{"name":"by_tcp","output":"over tcp","status":1}')
    assert c.recv(10) == b"ok", "no ok over TCP"
    c.close()
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'{"name":"by_udp","output":"over udp","status":0}', address)
    assert wait(lambda: w.edge.event("this", "by_tcp"), "result over TCP")["check"]["output"] == "over tcp"
    assert wait(lambda: w.edge.event("this", "by_udp"), "result over UDP")["check"]["output"] == "over udp"


def test_built_in_checks(w):
    """They measure this Windows, without a process."""
    for name, command in (("disk", "picket check disk"), ("memory", "picket check memory"), ("uptime", "picket check uptime")):
        check = w.run(name, command)
        assert check["status"] in (0, 1, 2) and check["output"].strip(), check


def test_facts(w):
    status, entity = w.edge.api("GET", "/entities/this")
    system = entity["system"]
    assert status == 200 and system["os"] == "windows" and system["platform"].startswith("Microsoft") and system["arch"] == "amd64", entity


def test_ctrl_c(w):
    """Runs last: Ctrl-C stops it with status 0, and what was stored is there at the next start."""
    w.edge.process.send_signal(STOP)
    assert w.edge.process.wait(timeout=30 * PATIENCE) == 0, w.edge.log_text()[-2000:]
    w.edge.start()
    assert w.edge.event("this", "plain")["check"]["status"] == 2


# ---- the agent as a service ----

class Service:
    def __init__(self):
        self.session = stay()
        subprocess.run(COMMAND + ["agent", "service", "uninstall"], capture_output=True, timeout=60 * PATIENCE)
        self.backend = FakeBackend()
        self.ports = [free_port() for _ in range(3)]
        picket("agent", "service", "install", "--backend-url", self.backend.url, "--name", "win-service", "--socket-port", str(self.ports[0]),
               "--api-port", str(self.ports[1]), "--statsd-metrics-port", str(self.ports[2]), "--shutdown-timeout", "20s")
        self.conn = self.backend.accept()

    def state(self, status=0): return picket("agent", "service", "status", status=status).strip()

    def request(self, name, command, timeout=60):
        config = {"metadata": {"name": name, "namespace": "default"}, "command": command, "interval": 60, "timeout": timeout}
        self.conn.send("check_request\n" + json.dumps({"config": config, "issued": int(time.time())}))

    def close(self):
        subprocess.run(COMMAND + ["agent", "service", "uninstall"], capture_output=True, timeout=60 * PATIENCE)
        self.backend.close()
        self.session.stdin.close()
        self.session.wait()


def test_service_runs(s):
    assert s.state() == "PicketAgent: running"
    s.conn.expect("keepalive")
    s.request("hello", "echo from a service")
    assert s.conn.expect("event", name="hello")[1]["check"]["output"] == "from a service\r\n"
    with open(wine_path(PROGRAM_DATA + "\\log\\agent.log")) as f: assert '"component"' in f.read(), "the log file is empty"
    assert os.path.exists(wine_path(PROGRAM_DATA + "\\config\\agent.yml")), "no first configuration"


def test_service_status(s):
    """What the running agent reports about itself, over its pipe."""
    status = json.loads(picket("agent", "status", "--name", "win-service"))
    assert status["session"]["state"] == "connected" and status["session"]["url"] == s.backend.url, status
    assert status["spool"]["enabled"] is True and status["checks"]["run"] >= 1, status
    picket("health", "agent", "--connected", "--name", "win-service")
    p = subprocess.run(COMMAND + ["agent", "status", "--name", "nobody"], capture_output=True, text=True, timeout=60 * PATIENCE)
    assert p.returncode == 1 and "no agent responds at" in p.stderr, p.stderr


def test_service_reload(s):
    before = open(wine_path(PROGRAM_DATA + "\\log\\agent.log")).read()
    picket("agent", "service", "reload")
    assert s.state() == "PicketAgent: running"
    s.request("after", "echo still there")
    assert s.conn.expect("event", name="after")[1]["check"]["output"] == "still there\r\n"
    assert "was not reloaded" not in open(wine_path(PROGRAM_DATA + "\\log\\agent.log")).read()[len(before):]


def test_service_drains(s):
    """A stop waits for the running check, whose result still arrives."""
    s.request("draining", "ping -n 6 127.0.0.1 >nul& echo drained")
    time.sleep(2)
    picket("agent", "service", "stop")
    assert s.state(status=1) == "PicketAgent: stopped"
    assert s.conn.expect("event", name="draining")[1]["check"]["output"] == "drained\r\n"


def test_service_starts_again(s):
    picket("agent", "service", "start")
    s.conn = s.backend.accept()
    s.conn.expect("keepalive")
    assert s.state() == "PicketAgent: running"


def test_service_that_cannot_start(s):
    """The event log and the error file say why; the others are seen by their exit status."""
    picket("agent", "service", "uninstall")
    p = subprocess.run(COMMAND + ["agent", "service", "install", "--no-such-option", "1"], capture_output=True, text=True, timeout=60 * PATIENCE)
    assert p.returncode == 1 and "PicketAgent" in p.stderr, p.stderr
    with open(wine_path(PROGRAM_DATA + "\\log\\PicketAgent.err")) as f: assert "no-such-option" in f.read()


def test_service_uninstalls(s):
    picket("agent", "service", "uninstall")
    p = subprocess.run(COMMAND + ["agent", "service", "status"], capture_output=True, text=True, timeout=60 * PATIENCE)
    assert p.returncode == 1 and "install it first" in p.stderr, p.stderr
    assert os.path.exists(wine_path(PROGRAM_DATA + "\\config\\agent.yml")), "the configuration went with the service"


# ---- backend and edge as services ----

def port_answers(port, path="/health"):
    try: return urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, path), timeout=5).status == 200
    except OSError: return False


class Served:
    """A program as a service, stopped and started again: it runs, answers, keeps what it stored, and is gone in the end."""
    def __init__(self, program, service, *options):
        self.session = stay()
        self.program, self.service = program, service
        self.api, self.agents = free_port(), free_port()
        self.command("uninstall", check=False)
        self.command("install", *options, "--state-dir", "Z:" + tempfile.mkdtemp(prefix="picket-served-").replace("/", "\\"),
                     "--agent-port", str(self.agents), "--dashboard-port", str(free_port()))

    def command(self, *args, check=True):
        p = subprocess.run(COMMAND + [self.program, "service", *args], capture_output=True, text=True, timeout=60 * PATIENCE)
        assert not check or p.returncode == 0, "picket %s service %s: %s%s" % (self.program, args[0], p.stdout, p.stderr)
        return p.stdout.strip()

    def request(self, method, path, body=None):
        basic = base64.b64encode(b"admin:P@ssw0rd!").decode()
        url = "http://127.0.0.1:%d" % self.api
        token = json.load(urllib.request.urlopen(urllib.request.Request(url + "/auth", headers={"Authorization": "Basic " + basic}), timeout=60))["access_token"]
        request = urllib.request.Request(url + "/api/core/v2/namespaces/default" + path, None if body is None else json.dumps(body).encode(),
                                         method=method, headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer: text = answer.read()
        return json.loads(text) if text.strip() else None

    def lives(self):
        wait(lambda: port_answers(self.api), "the API of the service")
        assert self.command("status") == self.service + ": running"
        if not self.request("GET", "/checks"):
            self.request("PUT", "/checks/kept", {"metadata": {"name": "kept", "namespace": "default"}, "command": "exit 0", "interval": 60, "subscriptions": ["x"]})

    def is_kept(self):
        self.command("stop")
        assert self.command("status", check=False) == self.service + ": stopped"
        assert not port_answers(self.api), "it still answers"
        self.command("start")
        wait(lambda: port_answers(self.api), "the API after a start")
        assert [c["metadata"]["name"] for c in self.request("GET", "/checks") if c["metadata"]["name"] == "kept"] == ["kept"]

    def close(self):
        self.command("uninstall", check=False)
        self.session.stdin.close()
        self.session.wait()


class BackendService(Served):
    def __init__(self):
        port = free_port()
        super().__init__("backend", "PicketBackend", "--api-listen-address", "127.0.0.1:%d" % port, "--agent-host", "127.0.0.1", "--dashboard-host", "127.0.0.1")
        self.api = port


class EdgeService(Served):
    def __init__(self):
        port = free_port()
        super().__init__("edge", "PicketEdge", "--backend-api-port", str(port), "--name", "this", "--starter-checks=false", "--socket-port", str(free_port()),
                         "--api-port", str(free_port()), "--statsd-metrics-port", str(free_port()))
        self.api = port


def test_backend_service(s):
    s.lives()
    s.is_kept()


def test_edge_service(s):
    s.lives()
    wait(lambda: [e for e in s.request("GET", "/entities") if e["metadata"]["name"] == "this"], "its own agent")
    s.is_kept()


SETS = (
    (World, (test_checks, test_code_page, test_timeout, test_hook_and_handler, test_result_sockets, test_built_in_checks, test_facts, test_ctrl_c)),
    (Service, (test_service_runs, test_service_status, test_service_reload, test_service_drains, test_service_starts_again, test_service_that_cannot_start, test_service_uninstalls)),
    (BackendService, (test_backend_service,)),
    (EdgeService, (test_edge_service,)),
)


def main():
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    passed = failed = 0
    for make, tests in SETS:
        chosen = [t for t in tests if only in t.__name__ or t.__name__ == "test_checks" and "ctrl" in only]
        if not chosen: continue
        world = make()
        for test in chosen:
            started = time.time()
            try:
                test(world)
                passed += 1
                print("ok   %s (%.1f s)" % (test.__name__, time.time() - started))
            except Exception as e:
                failed += 1
                print("FAIL %s: %s: %s" % (test.__name__, type(e).__name__, e))
        world.close()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__": sys.exit(main())
