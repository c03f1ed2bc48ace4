#!/usr/bin/env python3
"""Stories of what an agent is given and reports: configuration, tools, inputs of other programs, reload, the first process of a container.

usage: agent_settings_test.py [NAME...]        ends with `N passed, N failed`
"""
import json, os, pty, shutil, signal, socket, subprocess, sys, tempfile, urllib.error, urllib.request

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import Agent, BINARY
from agent_story import Story, conf_dir, run_stories, same, tcp, tool
from fake_backend import FakeBackend
from stop_test import certificate


def test_fatal_starts():
    for flags, want in ((("--name", "a b"), "invalid agent name: cannot contain spaces or special characters"),
                        (("--keepalive-timeout", "3"), "bad keepalive timeout: 3 (minimum value is 5 seconds)"),
                        (("--backend-url", "http://127.0.0.1:1"), "backend URL (http://127.0.0.1:1) must have ws:// or wss:// scheme"),
                        (("--log-level", "loud"), "not a valid logrus Level"),
                        (("--bogus", "1"), 'unknown option "--bogus"; see --help'),
                        (("--keepalive-interval", "five"), '--keepalive-interval: invalid value "five"'),
                        (("--keepalive-critical-timeout", "60"), "if set, --keepalive-critical-timeout must be greater than --keepalive-warning-timeout")):
        a = Agent("ws://127.0.0.1:9", *flags)
        same(a.process.wait(5), 1, "exit status of %s" % (flags,))
        line = json.loads(a.log_text().strip().split("\n")[-1])
        same((line["level"], line["msg"], want in line["error"]), ("fatal", "error executing sensu-agent", True), "what is logged, " + a.log_text())
        a.remove()


def at_terminal(*args):
    """What the program writes onto a terminal, and its exit status."""
    master, slave = pty.openpty()
    p = subprocess.Popen([BINARY] + list(args), stderr=slave, stdout=slave, stdin=subprocess.DEVNULL)
    os.close(slave)
    text = b""
    try:
        while chunk := os.read(master, 4096): text += chunk
    except OSError: pass  # the other side was closed
    os.close(master)
    return p.wait(10), text.decode().replace("\r", "")


def test_fatal_starts_at_a_terminal():
    """A person reads a sentence; with a log file that has its line as well."""
    d = tempfile.mkdtemp()
    log = d + "/log"
    for args in (["agent", "start", "--name", "a b"], ["backend", "start", "--log-level", "loud"], ["edge", "--agent-port", "x"]):
        code, text = at_terminal(*args)
        same((code, text.startswith("picket %s: " % args[0]), "{" in text), (1, True, False), text)
    code, text = at_terminal("agent", "start", "--log-file", log, "--trusted-ca-file", d + "/none.pem", "--state-dir", d, "--config-file", "/dev/null")
    assert code == 1 and text.startswith("picket agent: ") and json.loads(open(log).read().split("\n")[-2])["level"] == "fatal", text
    shutil.rmtree(d)


def test_unknown_keys():
    """What sensu-agent ignores in agent.yml is ignored here, and reported in the log and by check-config."""
    d = tempfile.mkdtemp()
    path = d + "/agent.yml"
    with open(path, "w") as f: f.write("keepalve-interval: 5\nlabels: {a: b}\nfuture:\n  - {x: {y: z}}\nlabels: {a: c}\n")
    s = Story("--config-file", path)
    told = [json.loads(l)["warning"] for l in s.agent.log_text().split("\n") if "configuration warning" in l]
    want = [path + ':5: "labels" is set twice, the last value is used; remove one of them',
            path + ':1: unknown option "keepalve-interval", "5" is ignored; did you mean "keepalive-interval"? See --help',
            path + ':4: unknown option "future", its value is ignored; see --help']
    same(told, want, "the log")
    s.end()
    for program in ("agent", "backend", "edge"):
        for strict in (False, True):
            p = subprocess.run([BINARY, program, "check-config"] + ["--strict"] * strict + ["--config-file", path], capture_output=True, text=True, timeout=20)
            same((p.returncode, p.stdout.count("warning: "), "--strict" in p.stderr), (int(strict), 3, strict), program + ": " + p.stdout + p.stderr)
    for strict in (False, True):  # a value that the reference ignores
        code, out, err = tool("check-config", "--config-file", "/dev/null", "--keepalive-pipelines", "core/v2.Pipeline.p1,foo", *["--strict"] * strict)
        same((code, 'warning: keepalive-pipelines: "foo" is ignored' in out), (int(strict), True), out + err)
    with open(path, "w") as f: f.write("check: {x: {command: y}}\n")
    code, out, err = tool("check-config", "--config-file", path)
    same((code, "note: " + path + ":1: check has no effect; expected checks" in out), (0, True), out + err)
    shutil.rmtree(d)


def test_signals_before_the_start():
    """An agent that still waits for its file: a signal waits as well, and does then what it always does."""
    d = tempfile.mkdtemp()
    fifo, file = d + "/agent.yml", d + "/later.yml"
    for sent in ([signal.SIGTERM], [signal.SIGINT], [signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM]):
        os.mkfifo(fifo)
        with open(file, "w") as f: f.write("labels: {}\n")
        a = Agent("ws://127.0.0.1:9", "--config-file", fifo)
        with open(fifo, "w") as f:  # opens when the agent has opened it
            for number in sent: a.process.send_signal(number)
            os.replace(file, fifo)
            f.write("labels: {}\n")
        same((a.process.wait(15), '"msg":"stopping"' in a.log_text()), (0, True), "%s: %s" % (sent, a.log_text()))
        a.remove()
        os.remove(fifo)
    shutil.rmtree(d)


def test_check_config_reports_all():
    """Every error of options (wrong types, wrong values), allow list, TLS files and checks at once, each with file and line."""
    d = tempfile.mkdtemp()
    path, wrong = d + "/agent.yml", d + "/wrong.pem"
    with open(wrong, "w") as f: f.write("no certificate\n")
    with open(path, "w") as f:
        f.write("name: a b\nbackend-url: http://x\nkeepalive-interval: five\nkeepalive-warning-timeout: 3\nlog-level: loud\napi-port: 99999\n"
                "allow-list: %s/none.yml\ntrusted-ca-file: %s\ncert-file: %s/none.pem\nspool-fsync: sometimes\nconf-dir: %s/none\nspool-size: 3\nchecks:\n  - name: x\n" % (d, wrong, d, d))
    code, out, err = tool("check-config", "-c", path)
    same(code, 1, "exit status")
    told = {int(l.split(":")[1]): l for l in err.replace("picket agent: ", "").strip().split("\n") if l.startswith(path + ":")}
    same(sorted(told), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14], "lines that are wrong, in\n" + err)
    assert out.startswith("warning: " + path + ":12: unknown option \"spool-size\""), out
    assert "trusted-ca-file: " in told[8] and wrong in told[8] and "cert-file: " in told[9] and "conf-dir" in told[11], err
    for program in ("agent", "backend", "edge"):  # what only the start would have found
        for option, value in (("--log-max-size", "huge"), ("--log-level", "loud")):
            p = subprocess.run([BINARY, program, "check-config", "--config-file", "/dev/null", option, value], capture_output=True, text=True, timeout=20)
            assert p.returncode == 1 and value in p.stderr, (program, option, p)
    for client, told in (('{"subscriptions": "web"}', "c.json:2: client.subscriptions: expected an array"), ('{"socket": {"port": 70000}}', "c.json:2: client.socket.port: must be a port"),
                         ('{\n"keepalive": {"thresholds":\n {"warning": 5}}}', "c.json:4: client.keepalive.thresholds.warning: must be greater")):
        with open(d + "/c.json", "w") as f: f.write('{"client":\n%s}' % client)
        code, out, err = tool("check-config", "--config-file", "/dev/null", "--conf-dir", d + "/c.json")  # a file is taken, too
        assert code == 1 and told in err, err
    with open(d + "/c.json", "w") as f:
        f.write('{"checks":\n{"d1": {"command": "x", "interval": "often", "standalone": true},\n"d3": {"command": "x", "standalone": true},\n'
                '"d5": {"command": "x", "interval": 60, "standalone": true, "hooks": {"sometimes": {"command": "y"}}}}}')
    code, out, err = tool("check-config", "--config-file", "/dev/null", "--conf-dir", d + "/c.json")
    same([[l for l in err.split("\n") if "c.json:%d: " % line in l] != [] for line in (2, 3, 4)], [True] * 3, "lines that are wrong, in\n" + err)
    with open(d + "/a.pem", "w") as f: f.write("there\n")
    for one, other in (("cert-file", "key-file"), ("key-file", "cert-file")):
        code, out, err = tool("check-config", "--config-file", "/dev/null", "--" + one, d + "/a.pem")
        assert code == 1 and one + ": cert-file and key-file belong together" in err, err
    code, out, err = tool("check-config", "--name", "a b", "--config-file", "/dev/null")
    assert err.startswith("picket agent: invalid agent name"), err
    shutil.rmtree(d)


def test_http_and_ping():
    s = Story()
    base = "http://127.0.0.1:%d" % s.agent.api_port
    same(urllib.request.urlopen(base + "/healthz").read(), b"ok", "healthz")
    r = urllib.request.urlopen(urllib.request.Request(base + "/ping/backup?ttl=90000&status=1", data=b"done", method="POST"))
    same(r.status, 200, "ping")
    c = s.conn.expect("event", name="backup")[1]["check"]
    same((c["ttl"], c["status"], c["output"]), (90000, 1, "done"), "ping's event")
    assert b"picket_agent_connected 1" in urllib.request.urlopen(base + "/metrics").read()
    s.end()


def test_input_limits():
    """More than the rate, more than the size, more than the connections: each is reported, none harms what comes after."""
    s = Story("--input-rate-limit", "0.001", "--input-burst-limit", "3", "--socket-max-bytes", "2000")
    result = lambda name: json.dumps({"name": name, "output": "x"}).encode()
    same([tcp(s.agent.socket_port, result("r%d" % i)) for i in range(3)], [b"ok"] * 3, "the burst")
    same(tcp(s.agent.socket_port, result("r3")), b"busy", "beyond it")
    url = "http://127.0.0.1:%d" % s.agent.api_port
    try: urllib.request.urlopen(url + "/ping/p", data=b"x"); raise AssertionError("taken")
    except urllib.error.HTTPError as e: same((e.code, e.read(), e.headers["Retry-After"]), (429, b"more than 0 results per second; see input-rate-limit\n", "1"), "HTTP")
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


def test_larger_than_a_message():
    """An event that cannot be cut to fit is refused on every way; one that can be is taken, and arrives."""
    s = Story()
    large = "x" * (9 << 20)
    url = "http://127.0.0.1:%d/" % s.agent.api_port
    for route, body in (("events", {"check": {"metadata": {"name": "c", "annotations": {"a": large}}}}), ("results", {"name": "c", "output": "x", "a": large})):
        try: urllib.request.urlopen(urllib.request.Request(url + route, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"})); raise AssertionError("taken")
        except urllib.error.HTTPError as e: same((e.code, b"exceeds the message limit" in e.read()), (413, True), route)
    same(tcp(s.agent.socket_port, json.dumps({"name": "c", "output": "x", "a": large}).encode(), 60), b"invalid", "TCP")
    same(tcp(s.agent.socket_port, json.dumps({"name": "cut", "output": large}).encode(), 60), b"ok", "output")
    assert len(s.conn.expect("event", timeout=60, name="cut")[1]["check"]["output"]) > 2 << 20
    assert "the event exceeds the message limit" in s.agent.log_text() and "event dropped" not in s.agent.log_text()
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
    assert d + "/agent.ini:14: check \"bad\": interval: expected a number" in err, err
    s.end()


def test_local_checks_and_tools():
    d = conf_dir({"beat": {"command": "echo beat :::mysql.port|0:::", "interval": 1, "standalone": True, "contact": "ops"},
                  "hung": {"command": "exit 2", "interval": 3600, "standalone": True, "timeout": 5},
                  "numbers": {"command": "echo 'ok | a=1 rx=12,345B c=x'", "interval": 3600, "standalone": True, "timeout": 5, "output_metric_format": "nagios_perfdata"},
                  "native": {"extension": "native", "interval": 1, "standalone": True}}, mysql={"port": 3306}, subscriptions=["db"])
    with open(d + "/cert.yml", "w") as f: f.write("type: CheckConfig\napi_version: core/v2\nmetadata: {name: go-check}\nspec: {command: 'echo {{ .name }}', interval: 3600, timeout: 3}\n")
    s = Story("--conf-dir", d)
    same(s.conn.header("Sensu-Subscriptions"), "db", "subscriptions of the 1.x client")
    c = s.conn.expect("event", timeout=5, name="beat")[1]["check"]
    same(c["output"], "beat 3306\n", "output")
    same(c["metadata"]["annotations"], {"contact": "ops", "picket.io/default-handler": "default", "picket.io/started-by": "agent-schedule"}, "annotations")
    flags = ("--conf-dir", d, "--state-dir", s.agent.dir + "/state", "--name", "test-agent", "--cache-dir", s.agent.dir + "/cache")
    code, out, err = tool("status", *flags)
    same(code, 0, "status: " + err)
    status = json.loads(out)
    same(status["session"]["state"], "connected", "state")
    same([r["check"] for r in status["checks"]["next_runs"]][0], "beat", "next runs: " + out)
    same(tool("status", "--state-dir", "/nowhere", "--name", "x")[0], 1, "status without an agent")
    code, out, err = tool("check-config", *flags)
    same((code, "4 local checks" in out, 'note: check "beat" has no timeout' in out, 'check "native" has no command and is not run' in out), (0, True, True, True), "check-config: " + out + err)
    code, out, err = tool("run", "hung", *flags)
    same((code, json.loads(out)["check"]["status"]), (2, 2), "run")
    code, out, err = tool("run", "numbers", *flags)
    same((code, [p["name"] for p in json.loads(out)["metrics"]["points"]]), (0, ["a"]), "run with numbers")
    assert '2 metrics were ignored; the first: comma in a number: expected a decimal point and no thousands separator: "rx=12,345B"' in err, err
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
    assert "configuration not reloaded" in s.agent.log_text() and '"reconnects":false' in s.agent.log_text(), s.agent.log_text()[-1500:]
    assert not any(e.kind in ("close", "eof") for e in s.conn.log), "the connection was dropped"
    s.end()


def test_two_agents_one_state():
    s = Story()
    b = Agent(s.backend.url, dir=s.agent.dir)
    same(b.process.wait(5), 1, "exit status of the second")
    text = b.log_text()
    assert "is held by process %d" % s.agent.process.pid in text and "use another state-dir or name" in text, text[-600:]
    c = Agent(s.backend.url, dir=s.agent.dir, name="other")  # the same folder, another name: its own spool
    s.backend.accept().expect("keepalive")
    same(c.stop(), 0, "exit status of a third with a name of its own")
    s.agent.kill()
    d = Agent(s.backend.url, dir=s.agent.dir)
    s.backend.accept().expect("keepalive")  # a kill -9 leaves no lock
    same(d.stop(), 0, "exit status")
    s.agent.remove()
    s.backend.close()


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


if __name__ == "__main__": sys.exit(run_stories(globals()))
