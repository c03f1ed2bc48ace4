#!/usr/bin/env python3
"""All cases of conformance/socket against `picket agent start`, events included; a fake backend takes the events.

usage: socket_test.py [--only PREFIX]     (PICKET, PICKET_CONFORMANCE_DIR)
Ends with `N passed, N failed`.
"""
import importlib.util, os, sys, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import Agent, CONFORMANCE, PATIENCE
from fake_backend import FakeBackend

FOLDER = os.path.join(CONFORMANCE, "socket")


def load_cases_module():
    path = os.path.join(FOLDER, "run_cases.py")
    if not os.path.exists(path): path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "conformance/socket/run_cases.py")
    spec = importlib.util.spec_from_file_location("run_cases", path)
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module


def as_stored(event):
    """What a backend makes of an event: a proxy's check belongs to the proxy."""
    proxy = (event.get("check") or {}).get("proxy_entity_name")
    if proxy: event["entity"] = {"entity_class": "proxy", "metadata": {"name": proxy}}
    return event


def main():
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    cases = load_cases_module()
    backend = FakeBackend()
    agent = Agent(backend.url, "--namespace", "default")
    conn = backend.accept()
    conn.expect("keepalive")
    started = time.time()
    import json
    names = sorted(n for n in os.listdir(FOLDER) if n.endswith(".json") and n.startswith(only))
    fails, todo = {}, []
    for name in names:
        with open(os.path.join(FOLDER, name)) as f: case = json.load(f)
        want, bad = case["want"], []
        reply, ms, closed = (cases.tcp if case["proto"] == "tcp" else cases.udp)("127.0.0.1", agent.socket_port, case["steps"])
        allowed = want["reply"] if isinstance(want["reply"], list) else [want["reply"]]
        if reply not in allowed: bad.append("reply: want %r got %r" % (want["reply"], reply))
        if ms is not None and want.get("within_ms") and ms > want["within_ms"] * PATIENCE: bad.append("reply after %d ms" % ms)
        ends_waiting = case["steps"] and case["steps"][-1].get("wait_ms") is not None
        # A reply that came before the last bytes were sent has no time to compare.
        if ms is not None and ms >= 0 and want.get("between_ms") and not ends_waiting \
           and not want["between_ms"][0] <= ms <= want["between_ms"][1] * PATIENCE: bad.append("reply after %d ms" % ms)
        if want.get("close") and closed is False: bad.append("connection left open")
        if bad: fails[case["id"]] = bad
        todo.append((case, want))
    time.sleep(1 * PATIENCE)
    events = [as_stored(json.loads(e.data.split("\n", 1)[1])) for e in conn.log if e.kind == "message" and e.data.startswith("event")]
    expected = 0
    for case, want in todo:
        if want.get("events") in (None, "any"): continue
        for w in want["events"]:
            if "metrics" in w: continue
            expected += 1
            why = cases.event_ok(w, events, "test-agent", started)
            if why: fails.setdefault(case["id"], []).append(why)
    known = {((e.get("check") or {}).get("metadata") or {}).get("name") for e in events}
    wanted = {w.get("name") for _, want in todo if isinstance(want.get("events"), list) for w in want["events"]}
    maybe = {"val_st_fl"}  # cases with `any`
    for name in known - wanted - maybe: fails.setdefault("unexpected event", []).append(str(name))
    status = agent.stop()
    if status != 0: fails["exit"] = ["status %s" % status]
    if fails: print(agent.log_text()[-4000:])
    agent.remove()
    for k, v in sorted(fails.items()): print("FAIL", k, "; ".join(v))
    print("socket: %d events compared" % expected)
    print("%d passed, %d failed" % (len(todo) - len(fails), len(fails)))
    return 1 if fails else 0


if __name__ == "__main__": sys.exit(main())
