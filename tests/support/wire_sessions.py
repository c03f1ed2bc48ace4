"""Whole recorded sessions played again: frames in both directions, with what the driver did in between."""
import json, time

from wire import Backend, Closed, Wire
from wire_recordings import compare_message, compare_response, message, request_of, response_of, send_recorded, upgrade


class Driver:
    """Carries out the steps of a recording on our API, one at a time, as frames are waited for."""

    def __init__(self, backend, steps, runs):
        self.backend, self.steps, self.at, self.problem = backend, steps, 0, None
        self.wait, self.seen = 0.25, set()
        self.configs = {}  # as the recorded backend sent them: for steps whose body was left out or shortened
        for r in (r for run in runs for c in run.values() for r in c if r["kind"] == "frame" and r["dir"] == "backend->agent"):
            kind, body = message(r)
            if kind == "check_request" and body.get("config"):
                self.configs[body["config"]["metadata"]["name"]] = body["config"]

    def up_to_deletion(self):
        at = next((i for i, s in enumerate(self.steps) if i >= self.at and s.get("delete", "").startswith("/entities/")), None)
        while at is not None and self.at <= at:
            self.next()
        time.sleep(0.2)

    def change_entity(self, config):
        """If that is the next step: the entity as it was configured then."""
        follows = next((s for s in self.steps[self.at:] if any(v in s for v in ("put", "patch", "delete", "execute"))), {})
        if follows.get("put", "").startswith("/entities/"):
            self.next(config)

    def next(self, expected=None):
        while self.at < len(self.steps):
            step = self.steps[self.at]
            self.at += 1
            for verb in ("put", "patch", "delete", "execute"):
                if verb in step:
                    self.run(verb, step, expected)
                    return True
        return False

    def run(self, verb, step, expected):
        if verb == "execute":
            body = {"check": step["execute"], **({"subscriptions": step["subscriptions"]} if "subscriptions" in step else {})}
            status, answer = self.backend.api("POST", f"/checks/{step['execute']}/execute", body)
        elif verb == "patch":
            status, answer = self.backend.api("PATCH", step["patch"], step.get("body", {}), headers={"Content-Type": "application/" + ("merge-patch+" if step["status"] < 400 else "") + "json"})
        else:
            path = step[verb] if step[verb].startswith("/") else "/checks/" + step[verb]
            body = step.get("body")
            if verb == "put" and (not body or "x repeated)" in json.dumps(body)):
                body = self.configs.get(path.split("/")[-1]) if path.startswith("/checks/") else expected
            status, answer = self.backend.api(verb.upper(), path, body)
            published = verb == "put" and body and body.get("publish")
            self.wait = (body.get("interval") or 60) + 0.5 if published else 0.25
        # 5.x answered writes with 201 and 204 in other places; what matters here is that it was done.
        if "status" in step and (status < 400) != (step["status"] < 400):
            self.problem = f"{verb} {step[verb]}: {status} {answer}, recorded {step['status']}"


def session(report, name, head, runs):
    """Sends what the agent sent; every message of the recorded backend must come, in any order between two sends."""
    problems = []
    for run in runs:  # each began with a backend that knew nothing
        backend = Backend()
        try:
            driver = Driver(backend, head["steps"], runs)
            problems += session_run(backend, driver, run)
            while not problems and driver.next():
                pass
            if driver.problem:
                problems.append(driver.problem)
        except Exception as e:  # a broken replay is a failed case, not the end of the run
            problems.append(f"{type(e).__name__}: {e}")
        finally:
            backend.stop()
    report.case(name, problems[0] if problems else None)


def session_run(backend, driver, run):
    problems, wires, pending = [], {}, {}
    order = sorted((r for records in run.values() for r in records), key=lambda r: r["t"])
    for i, r in enumerate(order):
        conn = r["conn"]
        if r["kind"] == "http_request":
            if conn in wires:
                continue
            w = Wire(backend)
            w.request(r["start_line"], [h for h in r["headers"]], r.get("body", ""))
            w.knows_config = "Accept" in dict(r["headers"]) or "User-Agent" not in dict(r["headers"])
            wires[conn], pending[conn] = w, []
        elif r["kind"] == "http_response" and conn in wires:
            status, _, _ = wires[conn].response()
            if 'namespace "default" not found' in r["body"]:
                continue  # that backend was still starting
            if r["start_line"].split()[1] != status.split()[1]:
                problems.append(f"conn {conn}: {status!r}, recorded {r['start_line']!r}")
                wires.pop(conn).close()
        elif r["kind"] == "frame" and conn in wires:
            if r["dir"] == "agent->backend":
                if leads_to_close(order[i + 1:], conn):
                    driver.up_to_deletion()  # before this message: the backend closes when it has processed it
                try:
                    send_recorded(wires[conn], r)
                except OSError:
                    pass  # closed by us already: the recorded close comes or has come
            else:
                problem = expect(wires[conn], pending[conn], driver, r, order[i + 1:])
                if problem:
                    problems.append(f"conn {conn} at {r['t']}: {problem}")
                    return problems
        elif r["kind"] == "tcp_eof" and r["dir"] == "agent->backend" and conn in wires:
            wires[conn].close()
            wires.pop(conn)
    for w in wires.values():
        w.close()
    return problems


def leads_to_close(later, conn):
    follows = next((r for r in later if r["conn"] == conn and r["kind"] == "frame"), None)
    return follows is not None and follows["dir"] == "backend->agent" and follows["opcode"] == 8


def matches(record, opcode, payload, w):
    if record["opcode"] == 8:
        return opcode == 8 and (w.close_code, w.close_reason) == (record.get("close_code"), record.get("close_reason", ""))
    if record["opcode"] in (9, 10):
        return opcode == record["opcode"] and payload.decode() == record.get("payload", "")
    if opcode != 2 or record["opcode"] != 2:
        return False
    kind, body = message(record)
    got_kind, got = message(payload.decode())
    if kind != got_kind:
        return False
    if kind == "check_request":
        same = lambda b: (b["config"]["metadata"]["name"], b["config"].get("proxy_entity_name"))
        return same(body) == same(got)
    return True


HELD = 0.8  # an agent that might be of 5.12 to 5.21 gets entity_config after half a second (kConfigHoldMs)


def expect(w, pending, driver, record, later):
    """Waits for the recorded message; steps of the driver are carried out until it comes."""
    kind, body = message(record) if record["opcode"] == 2 else (record["op"], None)
    name = body["config"]["metadata"]["name"] if kind == "check_request" else None
    if kind == "entity_config" and not w.knows_config:
        driver.change_entity(body)
        return None  # an agent before 5.12, which calls it an unknown message type: it gets none from us
    if kind == "check_request" and duplicate_ahead(record, later):
        return None  # one per subscription in the recording, one per agent from us
    deadline = time.time() + 4 + driver.wait
    while True:
        for i, (opcode, payload) in enumerate(pending):
            if matches(record, opcode, payload, w):
                pending.pop(i)
                if name:
                    driver.seen.add(name)
                return compare_message(kind, body, payload) if record["opcode"] == 2 else None
        try:
            pending.append(w.read_frame(max(driver.wait, HELD) if kind == "entity_config" else driver.wait))
            if again(pending[-1], driver.seen):
                pending.pop()
                raise TimeoutError  # an interval check that goes on while another message is waited for
        except TimeoutError:
            if name in driver.seen and body["config"].get("publish"):
                return None  # how often an interval check runs before it is deleted is a matter of the driver's pace
            if optional(kind, body) and record["t"] < 3:
                return None
            if driver.next(body if kind == "entity_config" else None):
                deadline = time.time() + 4 + driver.wait
            elif time.time() > deadline:
                if optional(kind, body):
                    return None
                return f"{kind} did not come; came instead: {[p[:80] for _, p in pending]}"
        except Closed:
            return None if record["opcode"] == 8 and w.close_code is None and record.get("close_code") == 1000 else f"the connection ended where {kind} was recorded"
        if time.time() > deadline + 90:
            return f"{kind} did not come"


def again(frame, seen):
    kind, body = message(frame[1].decode(errors="replace")) if frame[0] == 2 else ("", None)
    return kind == "check_request" and body["config"]["metadata"]["name"] in seen and body["config"].get("publish")


def duplicate_ahead(record, later):
    _, body = message(record)
    return any(r["kind"] == "frame" and r["conn"] == record["conn"] and r["dir"] == "backend->agent" and r["t"] - record["t"] < 0.2
               and message(r)[0] == "check_request" and message(r)[1] == body for r in later)


def optional(kind, body):
    """A configuration with redacted values is not sent back (W-15)."""
    return kind == "entity_config" and "REDACTED" in json.dumps(body)
