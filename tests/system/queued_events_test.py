#!/usr/bin/env python3
"""What agents from 5.12 on queued before a move comes to us in protobuf, whatever the session speaks.

  queued_events_test.py [NAME...]     NAME: part of a test's name
"""
import base64, copy, glob, json, os, sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
import core_protobuf
from stories import run_stories, stored
from wire import Agent, Backend, eventually

CORPUS = os.path.join(os.environ.get("PICKET_CONFORMANCE_DIR", "tests/conformance"), "agent-wire")


def recorded_events():
    """Every result that an agent of 6.9.2 sent in JSON, one per check name and recording."""
    seen, out = set(), []
    for path in sorted(glob.glob(CORPUS + "/6.9.2--*.jsonl")):
        if any(word in path for word in ("raw-json", "malformed", "validation", "large", "name-conflict", "handshake")): continue
        for line in open(path):
            r = json.loads(line)
            if r.get("dir") != "agent->backend" or not r.get("payload", "").startswith("event\n{") or not r["fin"]: continue
            event = json.loads(r["payload"].split("\n", 1)[1])
            if not event.get("check") or event["check"].get("proxy_entity_name") or " " in event["check"]["metadata"]["name"]: continue
            event["check"]["metadata"]["name"] += "-%d" % len(out)
            seen.add(path)
            out.append(event)
    assert len(out) > 30 and len(seen) > 10, (len(out), len(seen))
    return out


def of_entity(event, name):
    event = copy.deepcopy(event)
    event["entity"]["metadata"].update(name=name, namespace="default")
    event["entity"]["entity_class"] = "agent"
    return event


def comparable(event):
    event["entity"]["metadata"]["name"] = event["entity"]["subscriptions"] = event["check"]["processed_by"] = None
    event["pipelines"] = event["pipelines"] or None  # protobuf knows no empty list
    return event


def same_as_json():
    """Each recorded result, once in JSON and once in protobuf: what is stored is the same."""
    b = Backend()
    try:
        agents = {name: Agent(b, name, "x") for name in ("as-json", "as-protobuf")}
        for a in agents.values(): a.keepalive()
        events = recorded_events()
        for e in events:
            agents["as-json"].frame("event\n" + json.dumps(of_entity(e, "as-json")))
            agents["as-protobuf"].frame(b"event\n" + core_protobuf.event(of_entity(e, "as-protobuf")))
        for e in events:
            check = e["check"]["metadata"]["name"]
            want, got = (eventually(lambda: stored(b, name, check)) for name in agents)
            if not want or not got: return f"{check} is not stored: {bool(want)} {bool(got)}\n{b.log_text()[-1500:]}"
            if comparable(want) != comparable(got):
                differs = [k for k in want["check"] if want["check"][k] != got["check"].get(k)]
                return f"{check} {differs}\njson     {json.dumps(want)}\nprotobuf {json.dumps(got)}"
        return None
    finally:
        b.stop()


def real_frames():
    """The frames of a session that a real agent of 6.9.2 had in protobuf, sent as they were recorded: nothing is refused."""
    b = Backend()
    try:
        a = Agent(b, "rec-agent", "rec")
        for line in open(CORPUS + "/6.9.2--protobuf.jsonl"):
            r = json.loads(line)
            if r.get("dir") == "agent->backend" and r.get("opcode") == 2: a.frame(base64.b64decode(r["payload_base64"]))
        event = eventually(lambda: stored(b, "rec-agent", "c-pb"))
        if not event: return "the result is not stored\n" + b.log_text()[-1500:]
        if event["check"]["output"] != "hunter2 n\n" or event["check"]["hooks"][0]["output"] != "hook hunter2\n": return event["check"]
        if event["entity"]["metadata"]["labels"]["password"] != "REDACTED": return "the label is shown as it is"
        if not eventually(lambda: stored(b, "rec-agent", "keepalive")): return "the keepalive is not stored"
        if "metric points left out" not in b.log_text(): return "nothing is said of the point that is infinite"
        return "something was refused" if "not stored" in b.log_text() or "cannot be read" in b.log_text() else None
    finally:
        b.stop()


def damaged():
    """What is no event is refused with a sentence; the session goes on."""
    b = Backend()
    try:
        a = Agent(b, "a1", "x")
        a.keepalive()
        whole = core_protobuf.event({"timestamp": 1, "entity": a.entity(), "check": {"metadata": {"name": "c", "namespace": "default"}, "status": 1}})
        a.frame(b"event\n" + whole[:-1])
        a.frame(b"event\n\x08\x01\x1b")
        a.event("after")
        if not eventually(lambda: stored(b, "a1", "after")): return "the session did not go on"
        if stored(b, "a1", "c"): return "half an event is stored"
        return None if b.log_text().count("protobuf: ") == 2 else b.log_text()[-1000:]
    finally:
        b.stop()


if __name__ == "__main__":
    sys.exit(run_stories([same_as_json, real_frames, damaged]))
