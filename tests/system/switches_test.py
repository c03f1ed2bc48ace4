#!/usr/bin/env python3
"""What comes, what goes, and what falls silent: registration, keepalives, deregistration, dead man's switches.

  switches_test.py [NAME...]     NAME: part of a test's name
"""
import json, os, sys, tempfile, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from stories import in_world, run_stories, stored
from wire import Agent, Backend, eventually


class World(Backend):
    """A backend whose handlers `registration`, `keepalive`, `gone` and `all` keep what they get."""

    def __init__(self):
        super().__init__("--log-level", "info")
        self.kept = tempfile.mkdtemp(prefix="picket-told-")  # no handler writes into the state-dir
        for name in ("registration", "keepalive", "gone", "all"):
            self.api("PUT", f"/handlers/{name}", {"type": "file", "file": {"path": os.path.join(self.kept, name)}, "metadata": {"name": name, "namespace": "default"}})

    def told(self, handler):
        path = os.path.join(self.kept, handler)
        return [json.loads(l) for l in open(path) if l.endswith("\n")] if os.path.exists(path) else []

    def checks(self, handler):
        """[(entity, check, status)] of what a handler got."""
        return [(e["entity"]["metadata"]["name"], e.get("check", {}).get("metadata", {}).get("name"), e.get("check", {}).get("status")) for e in self.told(handler)]

    def post(self, entity, check, status=0, **more):
        answer = self.api("POST", "/events", {"entity": {"entity_class": "proxy", "metadata": {"name": entity, "namespace": "default"}},
                                              "check": {"metadata": {"name": check, "namespace": "default"}, "interval": 5, "status": status, "output": "out",
                                                        "handlers": ["all"], "executed": int(time.time()), **more}})
        assert answer[0] in (200, 201), answer


story = in_world(World)


@story
def comings_and_goings(w):
    """An agent that is first seen registers, once; one that deregisters leaves nothing, says so, and touches no other."""
    w.post("proxy", "c")
    agents = {name: Agent(w, name, "linux") for name in ("ag1", "ag10")}
    for name, a in agents.items():
        for _ in range(2):
            a.keepalive(timeout=5, interval=5, entity={"deregister": name == "ag1", "deregistration": {"handler": "gone"}})
        a.event("disk", status=2, handlers=["all"])
    if not eventually(lambda: stored(w, "ag1", "disk") and stored(w, "ag10", "disk") and len(w.told("registration")) == 2):
        return f"registrations: {w.checks('registration')}"
    r = next(e for e in w.told("registration") if e["entity"]["metadata"]["name"] == "ag1")
    if (r["check"]["status"], r["check"]["interval"], r["check"]["handlers"], r["check"]["subscriptions"], r["check"]["output"]) != (1, 1, ["registration"], [], ""):
        return f"registration: {r['check']}"
    if stored(w, "ag1", "registration"):
        return "the registration is stored"
    end = time.time() + 12
    while time.time() < end and not w.told("gone"):
        agents["ag10"].keepalive(timeout=5, interval=5)
        time.sleep(0.5)
    if w.checks("gone") != [("ag1", "deregistration", 1)] or w.api("GET", "/entities/ag1")[0] != 404 or stored(w, "ag1", "disk"):
        return f"deregistration: {w.checks('gone')} {w.api('GET', '/entities/ag1')[0]}"
    last = eventually(lambda: [e for e in w.told("all") if e["check"]["output"] == "Resolving due to entity deregistering"])
    if [(e["entity"]["metadata"]["name"], e["check"]["status"], e["check"]["history"]) for e in last] not in ([("ag1", 0, [])], [("ag1", 0, None)]):
        return f"resolutions: {last}"
    if not stored(w, "ag10", "disk") or w.api("GET", "/entities/ag10")[0] != 200:
        return "ag10 is gone, too"
    return None if len(w.told("registration")) == 2 else f"registrations: {w.checks('registration')}"


@story
def dead_mans_switches(w):
    """What falls silent fails, every ttl seconds, until it reports, is deleted, or reports without a ttl; only the keepalive of a
    silent agent fails, not its checks."""
    a = Agent(w, "agent", "linux")
    a.keepalive(timeout=5, interval=5)
    a.event("on-agent", ttl=8, interval=5, handlers=["all"])
    for check in ("repeats", "deleted", "without", "alive"):
        w.post("host", check, ttl=6)
    w.post("host", "short", ttl=6, labels=None, command="keep me")
    if w.api("POST", "/events", {"entity": {"entity_class": "proxy", "metadata": {"name": "host", "namespace": "default"}},
                                 "check": {"metadata": {"name": "x", "namespace": "default"}, "ttl": 4}})[0] != 400:
        return "a ttl of 4 is taken"
    w.post("host", "without")
    if w.api("DELETE", "/events/host/deleted")[0] != 204:
        return "not deleted"
    begun = time.time()
    while time.time() - begun < 20:
        time.sleep(1)
        w.post("host", "alive", ttl=6)
    failed = [(c[1], e["check"]["occurrences"], e["check"]["output"]) for c, e in zip(w.checks("all"), w.told("all")) if c[2] == 1]
    repeats = [f[1:] for f in failed if f[0] == "repeats"]
    if [r[0] for r in repeats][:3] != [1, 2, 3] or any(not r[1].startswith("Last check execution was ") for r in repeats):
        return f"failures: {repeats}"
    if any(not 6 * n <= int(r[1].split()[4]) <= 6 * n + 2 * n for n, r in enumerate(repeats, 1)):
        return f"each says how long nothing was heard: {repeats}"
    others = {f[0] for f in failed}
    if others != {"repeats", "short"}:
        return f"failed: {others}"
    kept = stored(w, "host", "short")["check"]
    if (kept["command"], kept["state"], kept["interval"], kept["ttl"]) != ("keep me", "failing", 5, 6):
        return f"its definition: {kept}"
    dead = [c for c in w.checks("keepalive") if c[2]]
    if not dead or {c[:2] for c in dead} != {("agent", "keepalive")}:
        return f"keepalives: {w.checks('keepalive')}"
    if w.api("DELETE", "/events/agent/keepalive")[0] != 204:
        return "the keepalive is not deleted"
    time.sleep(7)
    if stored(w, "agent", "keepalive"):
        return "a keepalive that was deleted fails"
    w.post("host", "repeats", ttl=6)
    again = eventually(lambda: (e := stored(w, "host", "repeats")["check"]) and e["status"] == 0 and e)
    return None if again and again["state"] == "passing" and again["history"][-2]["status"] == 1 else f"after it reported: {again}"


@story
def held_back_with_its_host(w):
    """A check that falls silent while its host is silent is notified when the host is back and it is not; critical has its own time."""
    a = Agent(w, "host9", "linux")
    a.keepalive(timeout=5, interval=5, ttl=8)
    begun = time.time()
    a.event("backup", ttl=7, interval=5, handlers=["all"])
    if not eventually(lambda: stored(w, "host9", "backup") and stored(w, "host9", "keepalive")):
        return "not stored"
    a.close()
    critical = eventually(lambda: [c for c in w.checks("keepalive") if c == ("host9", "keepalive", 2)] and time.time() - begun, timeout=13)
    if not critical or not 7.5 <= critical < 9.8:
        return f"critical after {critical} s: {w.checks('keepalive')}"
    if not eventually(lambda: "held back until the host is back" in w.log_text()) or [c for c in w.checks("all") if c[0] == "host9" and c[2]]:
        return f"not held back: {w.checks('all')}"
    b = Agent(w, "host9", "linux")
    back = time.time()
    told = lambda: [e for e in w.told("all") if e["entity"]["metadata"]["name"] == "host9" and e["check"]["status"] == 1]
    while time.time() - back < 12 and not told():
        b.keepalive(timeout=5, interval=5)
        time.sleep(0.5)
    after = time.time() - back
    if not told() or after < 6:
        return f"{after} s after the host came back: {w.checks('all')}"
    return None if told()[0]["check"]["output"].startswith("Last check execution was ") else told()[0]["check"]["output"]


@story
def metrics_alone(w):
    """Metrics without a check are handled and not stored; their proxy is not created."""
    a = Agent(w, "m")
    a.keepalive()
    point = {"name": "x", "value": 1.5, "timestamp": int(time.time()), "tags": []}
    a.message("event", {"timestamp": int(time.time()), "entity": a.entity(), "metadata": {"namespace": "default"}, "metrics": {"handlers": ["all"], "points": [point]}})
    told = eventually(lambda: w.told("all"))
    if not told or "check" in told[0] or told[0]["metrics"]["points"] != [point]:
        return f"told: {told}"
    names = [e["check"]["metadata"]["name"] for e in w.api("GET", "/events")[1]]
    return None if set(names) <= {"keepalive"} else f"stored: {names}"


TESTS = [comings_and_goings, dead_mans_switches, held_back_with_its_host, metrics_alone]


if __name__ == "__main__":
    sys.exit(run_stories(TESTS))
