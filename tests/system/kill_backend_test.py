#!/usr/bin/env python3
"""kill -9 of the backend at random instants under load, round after round on the same state.

  kill_backend_test.py [ROUNDS] [SEED]     default 4 rounds; hundreds take a few minutes

Four agents number their events and get what is committed. After each kill it is asked, for every agent and check:
is the stored event the last one of those that the backend says it has, and not older than what was acknowledged; are the
21 results of its history, its occurrences, watermark, last_ok and state exactly what these events make; did the handler
of the newest incident or its end run; did any handler run more than once more; are the incidents exactly those that these
events make, each with what became of its alerts.
"""
import collections, json, os, random, sys, threading, time, tempfile

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from wire import Agent, Backend, Closed, Report, eventually

AGENTS, CHECKS, BASE = 4, 7, 1_700_000_000


def status_of(n):
    """Incidents of different lengths, with a second severity, that begin and end at different numbers for each check."""
    return (0, 0, 1, 2, 2, 0, 0, 0, 1, 0)[(n // CHECKS + n % CHECKS) % 10]


def numbers_of(check, last):
    return [n for n in range(1, last + 1) if n % CHECKS == check]


def expected(numbers):
    """What the rules make of these results: history, occurrences, watermark, last_ok."""
    history, occurrences, watermark, last_ok = [], 0, 0, 0
    for n in numbers:
        s = status_of(n)
        before = history[-1][0] if history else None
        history = (history + [(s, BASE + n)])[-21:]
        occurrences = occurrences + 1 if s == before else 1
        if before == 0 and s != 0:
            watermark = 1
        elif occurrences > watermark:
            watermark += 1
        if s == 0:
            last_ok = BASE + n
    return history, occurrences, watermark, last_ok


class Load(threading.Thread):
    """An agent that sends from `first` on until it is cut off; `acked` is the highest number it got."""

    def __init__(self, backend, name):
        super().__init__()
        self.backend, self.name_, self.acked, self.stopping = backend, name, 0, False

    def run(self):
        try:
            a = Agent(self.backend, self.name_, headers=[("Picket-Ack", "stream-" + self.name_)])
            n = self.acked = int(dict((k.lower(), v) for k, v in a.headers)["picket-ack"])
            a.keepalive()
            while not self.stopping:
                for _ in range(20):
                    n += 1
                    a.event(f"c{n % CHECKS}", status=status_of(n), kind=f"event {n}", output=str(n), executed=BASE + n, handlers=["note"])
                while self.acked < n - 40:
                    self.acked = max(self.acked, a.wait_message("ack", 5)["seq"])
        except (OSError, Closed, TimeoutError, KeyError):
            pass


PATIENCE_S = 60  # on a machine that does much else


def told(backend, name):
    a = Agent(backend, name, headers=[("Picket-Ack", "stream-" + name)], timeout=PATIENCE_S)
    number = int(dict((k.lower(), v) for k, v in a.headers)["picket-ack"])
    a.close()
    return number


class Told:
    """How often the handler ran for each (agent, number). The file grows over all rounds: it is read on from where it ended."""

    def __init__(self, path):
        self.path, self.at, self.runs = path, 0, collections.Counter()
        open(path, "w").close()

    def look(self):
        with open(self.path, "rb") as f:
            f.seek(self.at)
            for line in f:
                if not line.endswith(b"\n"):
                    break  # being written, or cut off by a kill: then the next run goes on in the same line
                self.at += len(line)
                for part in line.split(b'{"timestamp":')[1:]:
                    try:
                        event = json.loads(b'{"timestamp":' + part)
                    except ValueError:
                        continue
                    self.runs[event["entity"]["metadata"]["name"], int(event["check"]["output"])] += 1
        return self.runs


def is_told(n):
    return status_of(n) != 0 or (n > CHECKS and status_of(n - CHECKS) != 0)


def still_there(backend):
    """After something took too long: is the backend only slow?"""
    begin = time.time()
    try:
        status = backend.http("GET", "/health", timeout=2 * PATIENCE_S)[0]
        return f"the backend is slow: /health says {status} after {time.time() - begin:.1f} s"
    except Exception as e:
        with open(f"/proc/{backend.process.pid}/stat") as f: state, ticks = (x := f.read().rsplit(")", 1)[1].split())[0], x[11:13]
        return f"the backend hangs: /health {type(e).__name__}; state {state}, {ticks} ticks used"


def event_problem(event, numbers):
    if not event:
        return f"not stored, its last is {numbers[-1]}"
    check = event["check"]
    if int(check["output"]) != numbers[-1]:
        return f"stored is {check['output']}, the last that is committed is {numbers[-1]}"
    history, occurrences, watermark, last_ok = expected(numbers)
    got = ([(h["status"], h["executed"]) for h in check["history"]], check["occurrences"], check["occurrences_watermark"], check["last_ok"])
    if got != (history, occurrences, watermark, last_ok):
        return f"after {numbers[-1]}: {got}, expected {(history, occurrences, watermark, last_ok)}"
    return None if (check["state"] == "passing") == (status_of(numbers[-1]) == 0) else f"state is {check['state']}"


def incidents_of(numbers):
    """What these results make of incidents: begin, end (0 = open), worst status."""
    found = []
    for n in numbers:
        s = status_of(n)
        if s != 0 and (not found or found[-1][1] != 0):
            found.append([BASE + n, 0, s])
        elif s != 0:
            found[-1][2] = max(found[-1][2], s)
        elif found and found[-1][1] == 0:
            found[-1][1] = BASE + n
    return found


INCIDENTS_KEPT = 20  # of an event; these are older than thirty days


def incident_problem(backend, entity, check, numbers):
    """No incident lost, none invented, and of each it is known what became of its alerts."""
    path = f"/api/picket/v1/namespaces/default/incidents?entity={entity}&check={check}"
    wanted = incidents_of(numbers)

    def problem():
        status, got = backend.api("GET", path)
        if status != 200:
            return f"{path}: {status}"
        got.reverse()
        seen = [[i["begin"], i["end"], i["worst"]] for i in got]
        # One that is open stands beside those that are kept of those that have ended.
        if seen[-INCIDENTS_KEPT + 1:] != wanted[-INCIDENTS_KEPT + 1:] or len(seen) < min(len(wanted), INCIDENTS_KEPT) or seen != wanted[-len(seen):]:
            return f"incidents {seen}, expected {wanted[-INCIDENTS_KEPT:]}"
        silent = [(i["id"], len(got), i) for i in got if not i["decisions"] or i["undecided"]]
        if silent:
            return f"incidents without a decision: {silent}"
        return None

    last = []
    return None if eventually(lambda: not last.append(problem()) and last[-1] is None, 20) else last[-1]


def handler_problem(seen, name, committed):
    newest = {n % CHECKS: n for n in range(max(1, committed - CHECKS + 1), committed + 1) if is_told(n)}
    missing = lambda: [n for n in newest.values() if seen.look()[name, n] == 0]
    if not eventually(lambda: not missing(), 20):
        return f"handlers of {missing()} never ran"
    return None


def round_(backend, seen, rng):
    loads = [Load(backend, f"a{i}") for i in range(AGENTS)]
    for l in loads:
        l.start()
    time.sleep(0.15 + rng.random() * 0.6)
    backend.kill()
    for l in loads:
        l.stopping = True
    for l in loads:
        l.join()
    backend.token = None
    backend.start()
    for l in loads:
        committed = told(backend, l.name_)
        if committed < l.acked:
            return f"{l.name_} was acknowledged {l.acked} and is told {committed}"
        for check in range(CHECKS):
            numbers = numbers_of(check, committed)
            status, event = backend.api("GET", f"/events/{l.name_}/c{check}")
            problem = numbers and event_problem(event if status == 200 else None, numbers)
            if problem:
                return f"{l.name_}/c{check}: {problem}"
        if problem := handler_problem(seen, l.name_, committed):
            return f"{l.name_}: {problem}"
        for check in range(CHECKS):
            if problem := incident_problem(backend, l.name_, f"c{check}", numbers_of(check, committed)):
                return f"{l.name_}/c{check}: {problem}"
    # A run can be cut off by a kill after it began and before that is known: once more for each kill it was cut off by.
    often = [(k, v) for k, v in seen.look().items() if v > 2]
    return f"handlers ran again and again: {often}" if often else None


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    rng, report, backend = random.Random(seed), Report(), Backend()
    path = os.path.join(tempfile.mkdtemp(prefix="picket-told-"), "told.jsonl")  # no handler writes into the state-dir
    backend.api("PUT", "/handlers/note", {"type": "file", "file": {"path": path, "max_megabytes": 4000}, "filters": ["is_incident"], "metadata": {"name": "note", "namespace": "default"}})
    seen, done, problem = Told(path), 0, None
    try:
        while done < rounds and not problem:
            try:
                problem = round_(backend, seen, rng)
            except Exception as e:
                problem = f"{type(e).__name__}: {e}; {still_there(backend)}"
            done += 1
        again = sum(v > 1 for v in seen.look().values())
        report.case(f"{done} rounds of kill -9 under load (seed {seed})", problem and f"round {done}: {problem}")
        print(f"# {sum(told(backend, f'a{i}') for i in range(AGENTS)) if not problem else '?'} events committed, {sum(seen.runs.values())} handler runs, {again} of them twice", file=sys.stderr)
    finally:
        backend.stop()
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
