#!/usr/bin/env python3
"""What the backend makes of events, seen from outside: what is kept of them, what is told about them, what runs for them.

  judgement_test.py [NAME...]     NAME: part of a test's name
"""
import json, os, sys, time

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


TESTS = [unknown_attributes]


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
