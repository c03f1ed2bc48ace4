#!/usr/bin/env python3
"""What the backend makes of events, seen from outside: what is kept of them, what is told about them, what runs for them.

  judgement_test.py [NAME...]     NAME: part of a test's name
"""
import json, os, sys, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from wire import Agent, Backend, Report, eventually


def stored(backend, entity, check):
    status, event = backend.api("GET", f"/events/{entity}/{check}")
    return event if status == 200 else None


def unknown_attributes():
    """What no table names comes back as it came, to the last digit; through the API it is dropped, as in the reference."""
    b = Backend()
    try:
        a = Agent(b, "new", "linux")
        a.keepalive(entity={"rack": 1234567890123456789012})
        big = '{"at":1234567890123456789,"list":[1.50,{"x":null}]}'
        event = {"timestamp": int(time.time()), "entity": a.entity(rack="B7"), "metadata": {"namespace": "default", "run": 7},
                 "check": {"metadata": {"name": "c", "namespace": "default"}, "status": 0, "output": "", "custom": "RAW"}, "origin": "RAW"}
        a.frame("event\n" + json.dumps(event).replace('"RAW"', big))
        if not eventually(lambda: stored(b, "new", "c")):
            return "the event is not stored"
        token = {"Authorization": "Bearer " + b.token}
        text = b.http("GET", "/api/core/v2/namespaces/default/events/new/c", headers=token)[1].decode()
        for part in (f'"custom":{big}', f'"origin":{big}', '"rack":"B7"', '"run":7'):
            if part not in text:
                return f"{part} is not in {text}"
        entity = b.http("GET", "/api/core/v2/namespaces/default/entities/new", headers=token)[1].decode()
        if '"rack":1234567890123456789012' not in entity:
            return f"the entity is {entity}"
        b.api("POST", "/events", {**event, "origin": 1, "check": {**event["check"], "custom": 1}})
        if "custom" in stored(b, "new", "c")["check"]:
            return "the API keeps what the reference drops"
        return None
    finally:
        b.stop()


def seen_every_second():
    """Agents put the present second into the entity of every event: each event shows its own, and the text is kept once."""
    b = Backend("--event-log-file", log := f"/tmp/picket-seen-{os.getpid()}.log")
    try:
        b.api("PUT", "/handlers/note", {"type": "pipe", "command": f"cat >> {log}.out", "metadata": {"name": "note", "namespace": "default"}})
        for round_ in (0, 10):  # a second session shares the text with the first
            a = Agent(b, "s", "linux")
            for n in range(3):
                event = {"timestamp": 1700000000, "entity": a.entity(last_seen=1700000000 + round_ + n), "metadata": {"namespace": "default"},
                         "check": {"metadata": {"name": f"c{n}", "namespace": "default"}, "status": 1, "output": "x", "handlers": ["note"]}}
                a.message("event", event)
            seen = lambda: [(stored(b, "s", f"c{n}") or {"entity": {}})["entity"].get("last_seen") for n in range(3)]
            want = [1700000000 + round_ + n for n in range(3)]
            if not eventually(lambda: seen() == want):
                return f"stored: {seen()}"
            a.close()
        told = lambda: open(log + ".out").read().count('"last_seen":17000000') if os.path.exists(log + ".out") else 0
        if not eventually(lambda: told() == 6):
            return f"handlers saw {told()}"
        if [json.loads(l)["entity"]["last_seen"] % 100 for l in open(log)] != [0, 1, 2, 10, 11, 12]:
            return "the log file has other times"
        if [e["entity"]["last_seen"] for e in b.api("GET", "/events")[1]] != want:
            return "a list has other times"
        b.process.terminate()
        b.process.wait(10)
        import sqlite3
        texts = sqlite3.connect(os.path.join(b.state, "picket.db")).execute("SELECT count(*) FROM entity_texts t JOIN events e ON e.entity_text = t.id WHERE e.entity = 's' GROUP BY t.id").fetchall()
        return None if len(texts) == 1 else f"{len(texts)} texts of one entity"
    finally:
        b.stop()
        for name in (log, log + ".out"):
            if os.path.exists(name):
                os.remove(name)


def full_speed():
    """Agents that all send at full speed have the loop in turns: nothing is lost or overtaken, and the API answers meanwhile."""
    b = Backend()
    try:
        agents = [Agent(b, f"f{i}") for i in range(40)]
        frames = []
        for a in agents:
            a.keepalive()
            events = [{"timestamp": 1700000000 + n, "entity": a.entity(), "metadata": {"namespace": "default"},
                       "check": {"metadata": {"name": "c", "namespace": "default"}, "status": 0, "output": str(n), "executed": 1700000000 + n}} for n in range(150)]
            frames.append(b"".join(a.frame_bytes("event\n" + json.dumps(e)) for e in events))
        threads = [threading.Thread(target=a.s.sendall, args=(f,)) for a, f in zip(agents, frames)]
        for t in threads:
            t.start()
        answered = 0
        while any(t.is_alive() for t in threads):
            answered += b.api("GET", "/entities/f0")[0] == 200
        for t in threads:
            t.join()
        for i in range(40):
            event = eventually(lambda: (e := stored(b, f"f{i}", "c")) and e["check"]["output"] == "149" and e)
            if not event or event["check"]["occurrences"] != 150:
                return f"f{i}: {event and (event['check']['output'], event['check']['occurrences'])}"
        return None if answered else "the API did not answer while agents sent"
    finally:
        b.stop()


def metric_history():
    """Metrics of a check, of a spool and of no check: kept for a day, over a restart, and gone with what they belong to."""
    b = Backend()
    try:
        a = Agent(b, "m", "linux")
        a.keepalive()
        now = int(time.time())
        metrics = lambda *points: {"handlers": None, "points": [{"name": n, "value": v, "timestamp": t, "tags": tags} for n, v, t, tags in points]}

        def send(check, points):
            event = {"timestamp": now, "entity": a.entity(), "metadata": {"namespace": "default"}, "metrics": points}
            if check:
                event["check"] = {"metadata": {"name": check, "namespace": "default"}, "status": 0, "output": "", "executed": now}
            a.message("event", event)

        send("load", metrics(("load1", 0.5, now, []), ("load1", 1.5, now, []), ("cpu", 3, now, [{"name": "core", "value": "0"}])))
        send("load", metrics(("load1", 9, (now - 7200) * 1000, [])))
        send("", metrics(("hits", 42, now, [])))
        path = "/api/picket/v1/namespaces/default/events/"
        ready = lambda: len((b.api("GET", path + "m/load/metrics")[1] or {}).get("series", [{}])[0].get("points", [])) == 2
        if not eventually(ready):
            return f"the history is {b.api('GET', path + 'm/load/metrics')}"
        b.process.terminate()
        b.process.wait(10)
        b.token = None
        b.start()
        status, shown = b.api("GET", path + "m/load/metrics")
        load, cpu = shown["series"]
        if load["name"] != "load1" or [p[1:] for p in load["points"]] != [[9, 9, 9], [1, 0.5, 1.5]] or shown["step"] != 120:
            return f"after a restart: {shown}"
        if cpu["tags"] != [{"name": "core", "value": "0"}]:
            return f"tags: {cpu}"
        if b.api("GET", path + "m/metrics")[1]["series"][0]["points"][0][1] != 42:
            return "metrics without a check are not kept"
        b.api("DELETE", "/events/m/load")
        if b.api("GET", path + "m/load/metrics")[0] != 404:
            return "the history is there without its event"
        b.api("POST", "/events", {"entity": {"metadata": {"name": "m", "namespace": "default"}, "entity_class": "agent"},
                                  "check": {"metadata": {"name": "load", "namespace": "default"}, "status": 0}})
        if b.api("GET", path + "m/load/metrics")[1]["series"]:
            return "a new event has the history of the deleted one"
        b.api("DELETE", "/entities/m")
        import sqlite3
        b.process.terminate()
        b.process.wait(10)
        db = sqlite3.connect(os.path.join(b.state, "picket.db"))
        left = [db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("metric_series", "metric_steps")]
        return None if left == [0, 0] else f"rows left: {left}"
    finally:
        b.stop()


TESTS = [unknown_attributes, seen_every_second, full_speed, metric_history]


def main():
    report = Report()
    for test in TESTS:
        if len(sys.argv) > 1 and not any(a in test.__name__ for a in sys.argv[1:]):
            continue
        try:
            problem = test()
        except Exception as e:
            problem = f"{type(e).__name__}: {e}"
        report.case(test.__name__, problem)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
