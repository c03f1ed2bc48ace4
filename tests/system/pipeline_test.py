#!/usr/bin/env python3
"""What handlers and mutators get, and what becomes of them: bytes, environment, time limits, sockets.

  pipeline_test.py [NAME...]     NAME: part of a test's name
"""
import json, os, socket, sys, threading, time, uuid

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from stories import in_world, run_stories, stored
from wire import HOST, Agent, Backend, eventually, free_port


class World(Backend):
    """A backend with an agent; commands write into files of its folder."""

    def __init__(self, *options, **more):
        super().__init__(*options, **more)
        self.agent = Agent(self, "app")
        self.agent.keepalive()
        eventually(lambda: stored(self, "app", "keepalive"))

    def file(self, name):
        return os.path.join(self.state, name)

    def read(self, name):
        """The bytes of a file that a command has written and put into its place, or None."""
        return eventually(lambda: os.path.exists(self.file(name)) and [open(self.file(name), "rb").read()] or None) and open(self.file(name), "rb").read()

    def put(self, kind, name, body):
        status, answer = self.api("PUT", f"/{kind}/{name}", {**body, "metadata": {"name": name, "namespace": "default"}})
        assert status in (200, 201), answer

    def keeps(self, name, **more):
        """A handler that keeps what it gets in the file of its name."""
        f = self.file(name)
        self.put("handlers", name, {"type": "pipe", "command": f"cat > {f}.new; mv {f}.new {f}", **more})

    def told(self, check, handlers, status=1, wait=10, **more):
        """One result, and what is said of its handlers: {name: (outcome, why)}."""
        event = {"id": (name := str(uuid.uuid4())), "timestamp": int(time.time()), "entity": self.agent.entity(), "metadata": {"namespace": "default"},
                 "check": {"metadata": {"name": check, "namespace": "default"}, "status": status, "output": "out", "handlers": handlers, **more}}
        self.agent.message("event", event)
        path = f"/api/picket/v1/namespaces/default/events/app/{check}/decisions"
        seen = lambda: (d := self.api("GET", path)[1]) and d.get("id") == name and {h["handler"]: (h["outcome"], h.get("why", "")) for h in d["handlers"]}
        return eventually(seen, wait)


story = in_world(lambda: World("--log-level", "info", env={"FROM_BACKEND": "yes", "REPLACED": "by the backend"}))


@story
def bytes_and_environment(w):
    """Exactly the event on stdin; the backend's environment with env_vars over it, PATH in front; nothing of the event in it."""
    w.put("handlers", "h", {"type": "pipe", "command": f"cat > {w.file('in')}; env -0 > {w.file('env')}.new; pwd > {w.file('pwd')}; /bin/mv {w.file('env')}.new {w.file('env')}",
                            "env_vars": ["REPLACED=by the handler", "PATH=/opt/mine", "LIST=a=b"]})
    text = "a<b>&\u2028\x01\x7f\n\t\"ü"
    w.agent.message("event", {"timestamp": int(time.time()), "metadata": {"namespace": "default"},
                              "entity": {**w.agent.entity(), "metadata": {"name": "app", "namespace": "default", "labels": {"password": "hunter2", "x": "<"}}},
                              "check": {"metadata": {"name": "c", "namespace": "default"}, "status": 1, "output": text, "handlers": ["h"], "max_output_size": 3}})
    env = dict(line.split("=", 1) for line in w.read("env").decode().split("\0") if line)
    if env.get("FROM_BACKEND") != "yes" or env["REPLACED"] != "by the handler" or env["LIST"] != "a=b" or env["PATH"] != "/opt/mine:" + os.environ["PATH"]:
        return f"the environment is {env}"
    strange = set(env) - set(os.environ) - {"FROM_BACKEND", "REPLACED", "LIST", "PWD", "OLDPWD", "SHLVL", "_"}
    if strange:
        return f"variables nobody asked for: {strange}"
    if w.read("pwd").decode().strip() != os.getcwd():
        return "another working directory"
    raw = w.read("in").decode()
    if '"output":"a\\u003cb\\u003e\\u0026\\u2028\\u0001\x7f\\n\\t\\"ü"' not in raw or raw[-1] != "}" or "\n" in raw or ": " in raw:
        return f"stdin is {raw}"
    event = json.loads(raw)
    if event["check"]["output"] != text or event["metadata"]["labels"] != {"sensu.io/output_truncated_bytes": str(len(text.encode()) - 3)}:
        return "the handler does not get the whole output"
    if event["entity"]["metadata"]["labels"] != {"password": "REDACTED", "x": "<"}:
        return f"labels: {event['entity']['metadata']['labels']}"
    kept = stored(w, "app", "c")
    w.put("handlers", "needs", {"type": "pipe", "command": "true", "secrets": [{"name": "TOKEN", "secret": "vault-token"}]})
    if not eventually(lambda: '"secret":"TOKEN"' in w.log_text()):
        return "who names a secret does not hear that nobody gets it"
    return None if kept["check"]["output"] == "a<b" else f"stored: {kept['check']['output']}"


@story
def ends_of_commands(w):
    """In the order of names, one after the other; exit status and time limit are outcomes that keep nobody else from being notified."""
    w.put("handlers", "a-slow", {"type": "pipe", "command": f"sleep 0.3; echo a >> {w.file('order')}"})
    w.put("handlers", "b-fails", {"type": "pipe", "command": f"echo b >> {w.file('order')}; echo no such thing >&2; exit 3"})
    w.put("handlers", "c-hangs", {"type": "pipe", "command": f"echo begun; (sleep 60; echo late >> {w.file('order')}) & echo $! > {w.file('child')}; wait", "timeout": 1})
    w.put("handlers", "d-reads-nothing", {"type": "pipe", "command": f"exec <&-; echo d >> {w.file('order')}"})
    w.put("handlers", "inner", {"type": "set", "handlers": ["b-fails", "d-reads-nothing"]})
    w.put("handlers", "all", {"type": "set", "handlers": ["c-hangs", "inner", "a-slow", "a-slow"]})
    said = w.told("c", ["all", "d-reads-nothing", "nobody"], wait=15, output="x" * 200_000)
    if not said or open(w.file("order")).read().split() != ["a", "b", "d"]:
        return f"{open(w.file('order')).read()!r} {said}"
    if [said[n][0] for n in ("a-slow", "b-fails", "c-hangs")] != ["delivered", "failed", "failed"]:
        return f"it says {said}"
    if not said["b-fails"][1].startswith("exit status 3 after") or "no such thing" not in said["b-fails"][1] or not said["c-hangs"][1].startswith("timed out"):
        return f"it says {said}"
    if said["nobody"][0] != "unknown" or said["d-reads-nothing"][0] != "delivered":
        return f"it says {said}"
    logged = [json.loads(l) for l in w.log_text().splitlines() if "event pipe handler executed" in l]
    hangs = next(l for l in logged if l["handler"] == "c-hangs")
    if (hangs["status"], hangs["output"]) != (2, "Execution timed out\nbegun\n"):
        return f"the log says {hangs}"
    state = f"/proc/{w.read('child').decode().strip()}/stat"
    return None if not os.path.exists(state) or open(state).read().split()[2] == "Z" else "its child lives on"


@story
def mutators(w):
    """Each kind: what the handler gets, and that it is not run when there is nothing to get."""
    program = {"command": "printf '%s:' $WHO; cat >&2", "env_vars": ["WHO=me"]}
    for name, m in {"pipe": program, "fails": {"command": "cat; exit 1"}, "hangs": {"command": "sleep 60", "timeout": 1}, "empty": {"command": "true"},
                    "not-found": {"command": "/no/such/program"},
                    "text": {"type": "javascript", "eval": "return WHO + event.check.output", "env_vars": ["WHO=js:"]},
                    "changed": {"type": "javascript", "eval": "event.check.output = '<new>'; event.check.labels = {a: 1}"},
                    "number": {"type": "javascript", "eval": "return 5"}, "throws": {"type": "javascript", "eval": "throw new Error('mine')"},
                    "endless": {"type": "javascript", "eval": "while (true) {}", "timeout": 1}, "syntax": {"type": "javascript", "eval": "return ("}}.items():
        status, answer = w.api("PUT", f"/mutators/{name}", {**m, "metadata": {"name": name, "namespace": "default"}})
        if status not in (200, 201) and name != "syntax":
            return f"mutator {name}: {answer}"
    names = ["pipe", "fails", "hangs", "empty", "not-found", "text", "changed", "number", "throws", "endless", "only_check_output", "json", "missing"]
    for name in names:
        w.keeps("h-" + name, mutator=name)
    said = w.told("c", ["h-" + n for n in names if n != "endless"], wait=20)
    said.update(w.told("c1", ["h-endless"], wait=20))  # it takes all the time that the scripts of one event have
    got = {n: w.read("h-" + n).decode() if os.path.exists(w.file("h-" + n)) else None for n in names}
    raw = got["json"]
    changed = json.loads(got["changed"] or "{}")
    if json.loads(raw)["check"]["output"] != "out" or changed["check"]["metadata"]["labels"] != {"a": 1} or changed["check"]["output"] != "<new>":
        return f"changed: {got['changed']}"
    if "\\u003cnew\\u003e" not in got["changed"] or changed["id"] != json.loads(raw)["id"] or changed["entity"] != json.loads(raw)["entity"]:
        return f"changed: {got['changed']}"
    want = {"pipe": "me:" + raw, "empty": "", "text": "js:out", "only_check_output": "out"}
    for n in want:
        if got[n] != want[n]:
            return f"{n}: {got[n]} {said['h-' + n]}"
    whys = {"fails": "exit status 1", "hangs": "timed out", "not-found": "exit status 127", "number": "bad mutator result", "throws": "Error: mine",
            "endless": "time limit", "missing": "mutator does not exist"}
    for n, why in whys.items():
        if got[n] is not None or said["h-" + n][0] != "failed" or why not in said["h-" + n][1]:
            return f"{n}: {got[n]} {said['h-' + n]}"
    figures = w.http("GET", "/metrics")[1].decode()
    for name in ("eventd_update_event", "event_handler", "pipeline", "pipeline_filter", "pipeline_handler", "pipeline_mutator"):
        count = next(float(l.split()[1]) for l in figures.splitlines() if l.startswith(f"sensu_go_{name}_duration_count "))
        if count == 0 or f'sensu_go_{name}_duration{{quantile="0.99"}} NaN' in figures:
            return f"/metrics knows nothing of {name}"
    if 'sensu_go_handler_requests{status="1",type="pipe"}' not in figures or "sensu_go_store_event_bytes_count 0\n" in figures:
        return "/metrics does not count"
    w.keeps("nothing", mutator="only_check_output")
    w.told("c2", ["nothing"], output="")
    return None if w.read("nothing") == b"" else "empty output is not an empty stdin"


@story
def sockets(w):
    """tcp: all bytes, then the end, nothing else; nobody there, nobody reading, and a datagram that is too large are said."""
    server, stuck = socket.socket(), socket.socket()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for s in (server, stuck, udp):
        s.bind((HOST, 0))
        s.settimeout(10)
    server.listen()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    stuck.listen()
    w.keeps("z-last")
    for name, kind, port, timeout in (("tcp", "tcp", server.getsockname()[1], 0), ("stuck", "tcp", stuck.getsockname()[1], 1), ("nobody", "tcp", free_port(), 0),
                                      ("udp", "udp", udp.getsockname()[1], 0)):
        w.put("handlers", name, {"type": kind, "timeout": timeout, "socket": {"host": HOST, "port": port}})
    w.put("handlers", "nowhere", {"type": "udp", "socket": {"host": "no-such-host.invalid", "port": 5}, "timeout": 2})
    data = []

    def read_all():
        conn, _ = server.accept()
        while part := conn.recv(1 << 20):
            data.append(part)

    reader = threading.Thread(target=read_all, daemon=True)
    reader.start()
    began = time.time()
    names = ["tcp", "stuck", "nobody", "udp", "nowhere", "z-last"]
    said = w.told("c", names, wait=30, output="x" * 6_000_000)
    took = time.time() - began
    reader.join(10)
    if b"".join(data) != w.read("z-last"):
        return f"{sum(map(len, data))} bytes by tcp, {said}"
    for name, words in {"tcp": "sent to 127.0.0.1", "stuck": "not sent to 127.0.0.1", "nobody": "refused", "udp": "too long", "nowhere": "not sent to no-such-host.invalid"}.items():
        if words not in said[name][1]:
            return f"{name}: {said[name]}"
    if "within 1 s" not in said["stuck"][1] or took > 15:
        return f"who does not read: {said['stuck']} after {took:.1f} s"
    w.told("c", ["udp"], output="y")
    if json.loads(udp.recv(65536))["check"]["output"] != "y":
        return "no datagram"
    w.put("handlers", "stuck", {"type": "tcp", "socket": {"host": HOST, "port": stuck.getsockname()[1]}})
    w.agent.event("d", status=1, handlers=["stuck"], output="x" * 6_000_000)
    if not eventually(lambda: stored(w, "app", "d")):
        return "not stored"
    began = time.time()
    w.process.terminate()
    w.process.wait(30)
    return None if time.time() - began < 10 else f"it took {time.time() - began:.0f} s to stop"


@story
def keepalives_and_pipelines(w):
    """Keepalives go to the handlers and pipelines that the agent names; workflows have filters and mutators of their own."""
    for name in ("oncall", "inside", "outside"):
        w.keeps(name, filters=["has_metrics"] if name == "inside" else [])
    ref = lambda kind, name: {"api_version": "core/v2", "type": kind, "name": name}
    w.put("pipelines", "p", {"workflows": [{"name": "no", "filters": [ref("EventFilter", "has_metrics")], "handler": ref("Handler", "outside")},
                                           {"name": "yes", "filters": [ref("EventFilter", "is_incident")], "mutator": ref("Mutator", "only_check_output"), "handler": ref("Handler", "inside")}]})
    a = Agent(w, "silent")
    a.message("keepalive", {"timestamp": int(time.time()), "entity": a.entity(keepalive_handlers=["oncall"]), "metadata": {"namespace": "default"},
                            "pipelines": [ref("Pipeline", "p")], "check": {"metadata": {"name": "keepalive", "namespace": "default"}, "interval": 5, "timeout": 5}})
    said = lambda: {(h["handler"], h.get("workflow", "")): h["outcome"] for h in
                    (w.api("GET", "/api/picket/v1/namespaces/default/events/silent/keepalive/decisions")[1] or {}).get("handlers", [])}
    if not eventually(lambda: said() == {("outside", "no"): "filtered", ("inside", "yes"): "filtered", ("oncall", ""): "delivered"}):
        return f"passing: {said()}"
    a.close()
    if not eventually(lambda: said().get(("inside", "yes")) == "delivered"):
        return f"failing: {said()}"
    text = w.read("inside").decode()
    if not text.startswith("No keepalive sent from silent for "):
        return f"the workflow's handler got {text}"
    event = json.loads(w.read("oncall"))
    return None if not os.path.exists(w.file("outside")) and event["check"]["handlers"] == ["oncall"] else f"{event['check']}"


TESTS = [bytes_and_environment, ends_of_commands, mutators, sockets, keepalives_and_pipelines]


if __name__ == "__main__":
    sys.exit(run_stories(TESTS))
