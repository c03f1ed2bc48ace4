#!/usr/bin/env python3
"""The spool against kill -9 at random instants and backends that break off: every result that was answered with ok arrives, in
acknowledged sessions exactly once, otherwise at least once.

usage: spool_test.py [ROUNDS]        default 12 per mode; ends with `N passed, N failed`
"""
import json, os, random, shutil, socket, sys, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import Agent
from fake_backend import FakeBackend, JSON_ONLY, NOT_FOUND


RESULTS_MAX = 250  # of one round
BOUND = str(1 << 30)  # hundreds of rounds stay below it: what is dropped at the bound is another story's


class Collector(threading.Thread):
    """A backend that keeps every event's name; acknowledges when asked to, sometimes late, and breaks connections."""
    def __init__(self, acknowledges, dice):
        super().__init__(daemon=True)
        self.backend, self.acknowledges, self.dice = FakeBackend(), acknowledges, dice
        self.names, self.losses, self.committed, self.stopped, self.calm = [], [], {}, False, False
        self.commit = threading.Lock()  # the thread of a broken session may still be reading when the next one begins
        self.start()

    def run(self):
        while not self.stopped:
            try: conn = self.backend.accept_raw(timeout=1)
            except OSError: continue
            threading.Thread(target=self.session, args=(conn,), daemon=True).start()

    def session(self, conn):
        stream = conn.header("Picket-Ack")
        headers = list(JSON_ONLY)
        acked = self.acknowledges and stream
        if acked: headers.append(("Picket-Ack", str(self.committed.get(stream, 0))))
        try:
            conn.upgrade(headers)
            conn.send(NOT_FOUND)
            while True:
                text = conn.messages.get(timeout=60)
                if text is None: return
                kind, _, payload = text.partition("\n")
                if not kind.startswith("event"): continue
                name = json.loads(payload)["check"]["metadata"]["name"]
                if name == "agent-spool":
                    self.losses.append(json.loads(payload)["check"]["output"])
                    name += "-%d" % len(self.losses)
                with self.commit:
                    if acked:
                        number = int(kind.split(" ")[1])
                        if number <= self.committed.get(stream, 0): continue
                        self.committed[stream] = number
                    self.names.append(name)
                if acked and self.dice.random() < 0.7: conn.send("ack\n" + json.dumps({"seq": self.committed[stream]}))
                if not self.calm and self.dice.random() < 0.01: conn.cut(); return
                if acked and self.calm: conn.send("ack\n" + json.dumps({"seq": self.committed[stream]}))
        except Exception: return


def tear(dir, dice):
    """A torn end, as a power cut leaves it: the newest segment ends within a record."""
    segments = sorted(os.path.join(root, f) for root, _, files in os.walk(dir + "/state") for f in files if f.endswith(".seg"))
    if not segments: return
    with open(segments[-1], "ab") as x: x.write(b"pkS1" + os.urandom(dice.randrange(40)))


def push(port, name, output):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as s:
            s.sendall(json.dumps({"name": name, "output": output}).encode())
            return s.recv(10) == b"ok"
    except OSError: return False


def story(acknowledges, rounds, seed):
    dice = random.Random(seed)
    collector = Collector(acknowledges, random.Random(seed + 1))
    dir = tempfile.mkdtemp(prefix="picket-spool-")
    accepted, n = [], 0
    bad = []
    try:
        for r in range(rounds):
            # In some rounds there is no backend at all.
            url = collector.backend.url if dice.random() < 0.7 else "ws://127.0.0.1:9"
            agent = Agent(url, "--retry-max", "1s", "--spool-max-size", BOUND, dir=dir)
            end, last = time.time() + dice.uniform(0.05, 1.0), len(accepted) + RESULTS_MAX
            while time.time() < end and len(accepted) < last:
                name = "r%d-%d" % (r, n)
                n += 1
                if push(agent.socket_port, name, "x" * dice.choice([1, 10, 1000, 30000])): accepted.append(name)
                elif agent.process.poll() is not None: break
            agent.kill()
            if dice.random() < 0.2: tear(dir, dice)
        collector.calm = True
        agent = Agent(collector.backend.url, "--retry-max", "1s", "--spool-max-size", BOUND, "--events-rate-limit", "0", dir=dir)
        end = time.time() + 40
        while time.time() < end and not set(accepted) <= set(collector.names): time.sleep(0.2)
        time.sleep(0.5)
        status = agent.stop()
        if status != 0: bad.append("exit status %s" % status)
        missing = [x for x in accepted if x not in set(collector.names)]
        bad += ["told of a loss: " + x for x in collector.losses if "no result is known to be lost" not in x]  # torn ends are no loss
        if missing: bad.append("%d of %d missing: %s" % (len(missing), len(accepted), missing[:5]))
        twice = len(collector.names) - len(set(collector.names))
        if acknowledges and twice: bad.append("%d came twice" % twice)
        order = [x for x in dict.fromkeys(collector.names)]
        place = {x: i for i, x in enumerate(order)}
        seen = [place[x] for x in accepted if x in place]
        if seen != sorted(seen): bad.append("order was not kept")
        print("%s: %d rounds, %d results accepted, %d sent twice" % ("acknowledged" if acknowledges else "plain", rounds, len(accepted), twice))
        if bad: print(agent.log_text()[-3000:])
    finally:
        collector.stopped = True
        collector.backend.close()
        shutil.rmtree(dir, ignore_errors=True)
    return bad


def of_a_loss(flags, between):
    """Results while no backend is there, `between` happens to them, then one comes: (accepted, arrived, what was reported)."""
    collector, dir = Collector(True, random.Random(1)), tempfile.mkdtemp(prefix="picket-spool-")
    collector.calm = True
    try:
        agent = Agent("ws://127.0.0.1:9", "--retry-max", "1s", *flags, dir=dir)
        accepted, end = [], time.time() + 30
        while len(accepted) < 60 and time.time() < end:
            name = "n%d" % len(accepted)
            if push(agent.socket_port, name, name + " " + "x" * 40000): accepted.append(name)
        between(agent, dir)
        agent = Agent(collector.backend.url, "--retry-max", "1s", "--events-rate-limit", "0", *flags, dir=dir)
        end = time.time() + 30
        while time.time() < end and not (collector.losses and accepted[-1] in collector.names): time.sleep(0.05)
        agent.stop()
        agent = Agent(collector.backend.url, "--retry-max", "1s", *flags, dir=dir)  # it is reported once
        time.sleep(0.5)
        agent.stop()
        return accepted, [n for n in collector.names if n in set(accepted)], collector.losses
    finally:
        collector.stopped = True
        collector.backend.close()
        shutil.rmtree(dir, ignore_errors=True)


def judge_loss(accepted, arrived, told):
    lost = len(accepted) - len(arrived)
    if len(told) != 1: return ["told %d times: %s" % (len(told), told)]
    word = "%d result%s lost" % (lost, " was" if lost == 1 else "s were")
    return [] if lost and word in told[0] else ["%d are missing, and what was told is %r" % (lost, told[0])]


def corrupted_middle():
    """kill -9, then bytes of two records in the middle of the spool turn into others."""
    def between(agent, dir):
        agent.kill()
        for name in (b"n20 ", b"n41 "):
            for path in (os.path.join(root, f) for root, _, files in os.walk(dir + "/state") for f in files if f.endswith(".seg")):
                with open(path, "r+b") as f:
                    at = f.read().find(name)
                    if at >= 0:
                        f.seek(at)
                        f.write(b"??")
    return judge_loss(*of_a_loss((), between))


def oldest_dropped():
    """More than the spool may hold; the agent is stopped and started again before a backend comes."""
    return judge_loss(*of_a_loss(("--spool-max-size", str(2 << 20)), lambda agent, dir: agent.stop()))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    failed = 0
    for acknowledges in (True, False):
        bad = story(acknowledges, rounds, int(os.environ.get("SEED", "1")))
        for b in bad: print("FAIL %s: %s" % ("acknowledged" if acknowledges else "plain", b))
        failed += bool(bad)
    for loss in (corrupted_middle, oldest_dropped):
        bad = loss()
        for b in bad: print("FAIL %s: %s" % (loss.__name__, b))
        failed += bool(bad)
    print("%d passed, %d failed" % (4 - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__": sys.exit(main())
