#!/usr/bin/env python3
"""What the backend makes of events, seen from outside: what is kept of them, who is notified of them, what runs for them.

  judgement_test.py [NAME...]     NAME: part of a test's name
"""
import hashlib, http.server, io, json, os, shutil, sys, tarfile, threading, time, uuid

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from stories import run_stories, stored
from wire import Agent, Backend, eventually, free_port


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
    b, each = Backend(), 800  # 32,000 events: half a second's work for a backend that does nothing else
    last_one = str(each - 1)
    try:
        b.login()  # a password hash takes longer than the rest
        agents = [Agent(b, f"f{i}") for i in range(40)]
        frames = []
        for a in agents:
            a.keepalive()
            events = [{"timestamp": 1700000000 + n, "entity": a.entity(), "metadata": {"namespace": "default"},
                       "check": {"metadata": {"name": "c", "namespace": "default"}, "status": 0, "output": str(n), "executed": 1700000000 + n}} for n in range(each)]
            frames.append(b"".join(a.frame_bytes("event\n" + json.dumps(e)) for e in events))
        threads = [threading.Thread(target=a.s.sendall, args=(f,)) for a, f in zip(agents, frames)]
        for t in threads:
            t.start()
        # An answer counts that came while the backend still had something of theirs to do.
        answered, last, end = 0, None, time.time() + 20
        while last != last_one and time.time() < end:
            event = stored(b, "f39", "c")
            last = event["check"]["output"] if event else None
            answered += last != last_one
        for t in threads:
            t.join()
        for i in range(40):
            event = eventually(lambda: (e := stored(b, f"f{i}", "c")) and e["check"]["output"] == last_one and e)
            if not event or event["check"]["occurrences"] != each:
                return f"f{i}: {event and (event['check']['output'], event['check']['occurrences'])}"
        return None if answered else "the API did not answer while agents sent"
    finally:
        b.stop()


def archive(files):
    """A tar.gz as bytes, with its SHA-512."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text), 0o755
            tar.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue(), hashlib.sha512(out.getvalue()).hexdigest()


def runtime_assets():
    """Handlers, mutators and filters use what assets bring; builds are chosen for the backend; what cannot be had holds nothing up."""
    tool, tool_sum = archive({"bin/note-tool": "#!/bin/sh\nx=$(cat)\nprintf '%s\\n %s\\n' \"$x\" \"$NOTE_TOOL_PATH\" >> \"$OUT\"\n"})
    shout, shout_sum = archive({"bin/shout": "#!/bin/sh\necho MUTATED\n"})
    lib, lib_sum = archive({"lib/ours.js": "function is_ours(event) { return event.check.name === 'mine'; }\n"})
    served, asked = {"/tool": tool, "/shout": shout, "/lib": lib}, []

    class Serve(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = served.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    b = Backend("--cache-dir", cache := f"/tmp/picket-cache-{os.getpid()}")
    try:
        out = os.path.join(b.state, "out")
        put = lambda kind, name, body: b.api("PUT", f"/{kind}/{name}", {**body, "metadata": {"name": name, "namespace": "default"}})
        put("assets", "note-tool", {"builds": [{"url": url + "/never", "sha512": "0" * 128, "filters": ["entity.system.os == 'plan9'"]},
                                               {"url": url + "/tool", "sha512": tool_sum, "filters": ["entity.system.os == 'linux'", "entity.entity_class == 'backend'"]}]})
        put("assets", "shout", {"url": url + "/shout", "sha512": shout_sum})
        put("assets", "ours", {"url": url + "/lib", "sha512": lib_sum})
        put("assets", "gone", {"url": url + "/gone", "sha512": "1" * 128})
        put("assets", "forged", {"url": url + "/tool", "sha512": "2" * 128})
        put("mutators", "shout", {"command": "shout", "runtime_assets": ["shout"]})
        put("filters", "ours", {"action": "allow", "expressions": ["is_ours(event)"], "runtime_assets": ["ours"]})
        put("handlers", "note", {"type": "pipe", "command": "note-tool", "env_vars": ["OUT=" + out], "mutator": "shout", "filters": ["ours"],
                                 "runtime_assets": ["note-tool", "not-defined"]})
        put("handlers", "bare", {"type": "pipe", "command": f"cat > /dev/null; echo bare >> {out}.bare", "runtime_assets": ["gone", "forged"]})
        a = Agent(b, "x")
        a.keepalive()
        for check in ("mine", "other", "mine", "mine"):
            a.event(check, status=1, handlers=["note", "bare"])
        text = eventually(lambda: os.path.exists(out) and (t := open(out).read()).count("\n") == 6 and t)
        want = f"MUTATED\n {cache}/backend/{tool_sum}\n"
        if text != want * 3:
            return f"the handler wrote {os.path.exists(out) and open(out).read()!r}"
        if not eventually(lambda: os.path.exists(out + ".bare") and open(out + ".bare").read() == "bare\n" * 4):
            return "assets that cannot be had keep a handler from running"
        if [asked.count(p) for p in ("/tool", "/shout", "/lib", "/never")][1:] != [1, 1, 0]:
            return f"asked for: {asked}"
        log = b.log_text()
        for word in ("Response Code 404", "does not match specified sha512", "asset not available"):
            if word not in log:
                return f"the log does not say {word!r}"
        put("assets", "ours", {"url": url + "/gone", "sha512": "3" * 128})
        a.event("other", status=1, handlers=["note"])  # the library is away: the expression raises and is skipped, as in 6.x
        return None if eventually(lambda: open(out).read().count("MUTATED") == 4) else "a changed asset is not looked at again"
    finally:
        b.stop()
        server.shutdown()
        shutil.rmtree(cache, ignore_errors=True)


def why_not():
    """Occurrence control and dependencies: who was notified, who was not, and the reason that is kept with the event."""
    b = Backend()
    try:
        out = os.path.join(b.state, "out")
        put = lambda kind, name, body: b.api("PUT", f"/{kind}/{name}", {**body, "metadata": {"name": name, "namespace": "default"}})
        put("handlers", "seldom", {"type": "pipe", "command": f"cat >> {out}; echo >> {out}", "filters": ["is_incident"], "alert": {"after": 2, "every": 3}})
        put("filters", "prod", {"action": "allow", "expressions": ["event.entity.labels.env == 'prod'"]})
        put("handlers", "prod", {"type": "pipe", "command": "true", "filters": ["prod"]})
        a = Agent(b, "app")
        a.keepalive()

        def told(check, status, handlers, annotations=None):
            """The decisions about one more result: [(handler, outcome, why)]."""
            event = {"id": (name := str(uuid.uuid4())), "timestamp": int(time.time()), "entity": a.entity(), "metadata": {"namespace": "default"},
                     "check": {"metadata": {"name": check, "namespace": "default", "annotations": annotations}, "status": status, "output": "", "handlers": handlers}}
            a.message("event", event)
            path = f"/api/picket/v1/namespaces/default/events/app/{check}/decisions"
            seen = lambda: (d := b.api("GET", path)[1]) and d.get("id") == name and [(h["handler"], h["outcome"], h.get("why", "")) for h in d["handlers"]]
            return eventually(seen) if handlers else eventually(lambda: (stored(b, "app", check) or {}).get("id") == name)

        outcomes = [told("disk", 2, ["seldom", "prod", "none"]) for _ in range(6)] + [told("disk", 0, ["seldom"])]
        if [o[-1 if i == 6 else next(n for n, h in enumerate(o) if h[0] == "seldom")][1] for i, o in enumerate(outcomes)] != \
                ["held back", "delivered", "held back", "held back", "delivered", "held back", "delivered"]:
            return f"alert rule: {outcomes}"
        by = {h[0]: h for h in outcomes[0]}
        if "occurrence 1 is before occurrence 2" not in by["seldom"][2] or by["prod"][1] != "filtered" or "env" not in by["prod"][2] or by["none"][1] != "unknown":
            return f"reasons: {outcomes[0]}"
        if not eventually(lambda: open(out).read().count("\n") == 3):
            return "not told three times"
        told("db", 2, [])
        put("handlers", "all", {"type": "pipe", "command": "true"})
        held = told("web", 2, ["all"], {"picket.io/depends-on": "db"})
        if held[0][1] != "held back" or "db" not in held[0][2]:
            return f"dependency: {held}"
        told("web2", 2, ["all"], {"picket.io/depends-on": "db"})
        ended = told("web2", 0, ["all"], {"picket.io/depends-on": "db"})
        if ended[0][1:] != ("held back", "the resolved incident was held back"):
            return f"the end of what was held back: {ended}"
        told("db", 0, [])
        after = told("web", 1, ["all"], {"picket.io/depends-on": "db"})
        if after[0][1] != "delivered":
            return f"after it is well again: {after}"
        told("ring1", 2, [], {"picket.io/depends-on": "ring2"})
        ring = told("ring2", 2, ["all"], {"picket.io/depends-on": "ring1"})
        if ring[0][1] != "delivered":
            return f"two that depend on each other: {ring}"
        put("handlers", "once", {"type": "pipe", "command": "true", "filters": ["not_silenced"], "alert": {"after": 1, "every": 0}})
        put("handlers", "lost", {"type": "tcp", "socket": {"host": "127.0.0.1", "port": free_port()}, "alert": {"after": 1, "every": 0}})
        b.api("PUT", "/silenced/*:mem", {"check": "mem", "metadata": {"name": "*:mem", "namespace": "default"}})
        told("mem", 2, ["once"])
        b.api("DELETE", "/silenced/*:mem")
        late = told("mem", 2, ["once", "lost"])
        if [h[1] for h in late] != ["failed", "delivered"] or not late[0][2].startswith("not sent"):
            return f"after the silence: {late}"
        b.kill()
        b.start()
        a = Agent(b, "app")
        again = told("mem", 2, ["once", "lost"])
        if again[1][1:] != ("held back", "alert rule: occurrence 3 repeats what was sent at occurrence 2") or not again[0][2].startswith("not sent"):
            return f"after a restart: {again}"
        return None
    finally:
        b.stop()


def absence():
    """The backend was down for ten minutes: nobody is called dead for it, and it says that it was away."""
    b = Backend()
    try:
        a = Agent(b, "app")
        a.keepalive(timeout=5)
        a.event("backup", ttl=6, interval=5)
        a.event("turns", ttl=6, interval=5, round_robin=True)  # others may have had their turn since: not called dead, ever
        if not eventually(lambda: stored(b, "app", "backup") and stored(b, "app", "keepalive")):
            return "the events are not stored"
        b.process.terminate()
        b.process.wait(10)
        import sqlite3
        db, now = sqlite3.connect(os.path.join(b.state, "picket.db")), int(time.time())
        for back in range(-5, 60):  # ten minutes ago, all of it
            t = now - back
            db.execute("UPDATE events SET head = replace(head, ?, ?), last_seen = 0", (str(t), str(t - 600)))
            db.execute("UPDATE objects SET body = replace(body, ?, ?) WHERE kind = 'entities'", (str(t), str(t - 600)))
        db.execute("UPDATE objects SET body = CAST(body AS INTEGER) - 600 WHERE name = 'alive'")  # its own note of when it ran last
        db.commit()
        db.close()
        b.token = None
        b.start()
        name = b.api("GET", "/api/core/v2/namespaces/sensu-system/entities")[1][0]["metadata"]["name"]
        about = lambda: b.api("GET", f"/api/core/v2/namespaces/sensu-system/events/{name}/backend-away")
        if not eventually(lambda: about()[0] == 200):
            return "no event says that the backend was away"
        check = about()[1]["check"]
        if check["status"] != 1 or not check["output"].startswith("The backend was down for ") or "2 keepalive" not in check["output"]:
            return f"it says {check['output']}"
        time.sleep(1)
        dead = [c for c in ("keepalive", "backup") if stored(b, "app", c)["check"]["status"] != 0]
        return f"called dead at once: {dead}" if dead else None
    finally:
        b.stop()


def wrong_clock():
    """An agent whose clock is an hour slow is alive; that its clock is wrong is an event of its own, which ends with a later session."""
    b = Backend()
    try:
        a = Agent(b, "late")
        for i in range(3): a.keepalive(clock=-3600)
        if not eventually(lambda: stored(b, "late", "agent-clock")):
            return "no event about the clock"
        check = stored(b, "late", "agent-clock")["check"]
        if check["status"] != 1 or " behind the backend's" not in check["output"] or check["handlers"] != ["keepalive"]:
            return f"it says {check['status']} {check['output']} to {check['handlers']}"
        if stored(b, "late", "keepalive")["check"]["status"] != 0:
            return "the agent is called dead"
        Agent(b, "late").keepalive()
        if not eventually(lambda: stored(b, "late", "agent-clock")["check"]["status"] == 0):
            return "the clock is right again, and nobody says so"
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


TESTS = [unknown_attributes, seen_every_second, full_speed, runtime_assets, why_not, absence, wrong_clock, metric_history]


if __name__ == "__main__":
    sys.exit(run_stories(TESTS))
