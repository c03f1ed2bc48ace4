#!/usr/bin/env python3
"""An outage of a backend that knows nothing of picket, and processes what comes afterwards concurrently: one incident, one alert.

  outage_test.py [-v] [NAME...]
"""
import os, socket, sys, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import Agent
from agent_story import run_stories, same, wait_for_socket
from concurrent_backend import ConcurrentBackend

CHECKS = ["c%d" % i for i in range(5)]
INTERVAL = 2


def eventually(what, timeout):
    end = time.time() + timeout
    while not what() and time.time() < end: time.sleep(0.1)
    return what()


def test_the_fake_counts_as_the_reference():
    """Two results at the same time are two alerts, one after the other are one."""
    b = ConcurrentBackend(slow=0.2)
    event = lambda at: {"check": {"metadata": {"name": "c"}, "status": 1, "executed": at}}
    b.handle({"check": {"metadata": {"name": "c"}, "status": 0, "executed": 0}})
    threads = [threading.Thread(target=b.handle, args=(event(at),)) for at in (1, 2)]
    for t in threads: t.start()
    for t in threads: t.join()
    same(len(b.alerts), 2)
    b.handle(event(3))
    same(len(b.alerts), 2)
    b.go_away()


class Outage:
    """An agent that runs five checks; their status is in a file."""
    def __init__(self, *flags):
        self.backend = ConcurrentBackend()
        self.agent = Agent(self.backend.url, "--retry-min", "1s", "--retry-max", "1s", *flags)
        self.file = self.agent.dir + "/status"
        self.state(0)
        for name in CHECKS: self.backend.publish(name, "exit $(cat %s)" % self.file, INTERVAL)
        assert eventually(lambda: all(self.count(name) >= 2 for name in CHECKS), 30), self.backend.arrived
        same(self.backend.alerts, [])

    def state(self, status):
        with open(self.file + ".new", "w") as f: f.write(str(status))
        os.rename(self.file + ".new", self.file)

    def count(self, name): return sum(1 for n, _, _ in self.backend.arrived if n == name)

    def is_caught_up(self):
        newest = {n: max(at for m, at, _ in self.backend.arrived if m == n) for n in CHECKS}
        return all(at >= time.time() - INTERVAL - 1.5 for at in newest.values())

    def end(self):
        same(self.agent.stop(), 0)
        self.agent.remove()
        self.backend.go_away()


def in_order(backend):
    for name in CHECKS:
        times = [at for n, at, _ in backend.arrived if n == name]
        same(times, sorted(times), name)
        history = [h["executed"] for h in backend.events[name]["check"]["history"]]
        same(history, times[-21:], name)


def test_storm():
    """Five checks begin to fail in an outage and go on failing after it: five alerts. They end: five resolutions."""
    o = Outage()
    o.backend.go_away()
    time.sleep(3 * INTERVAL)
    o.state(1)
    time.sleep(7 * INTERVAL)
    o.backend.come_back()
    assert eventually(lambda: len(o.backend.alerts) >= 5 and o.is_caught_up(), 60), o.backend.alerts
    time.sleep(3 * INTERVAL)
    same(sorted(n for n, _ in o.backend.alerts), CHECKS, "alerts")
    in_order(o.backend)
    for name in CHECKS:
        failed = sum(1 for n, _, status in o.backend.arrived if n == name and status == 1)
        assert failed >= 7, (name, failed)
        same(o.backend.events[name]["check"]["occurrences"], failed, name)
    o.state(0)
    assert eventually(lambda: len(o.backend.resolved) >= 5, 30), o.backend.resolved
    time.sleep(2 * INTERVAL)
    same(sorted(n for n, _ in o.backend.resolved), CHECKS, "resolutions")
    o.end()


def test_incident_that_was_over():
    """It began and ended while nobody was there: it is notified, and its end, once each."""
    o = Outage()
    o.backend.go_away()
    time.sleep(2 * INTERVAL)
    o.state(2)
    time.sleep(3 * INTERVAL)
    o.state(0)
    time.sleep(3 * INTERVAL)
    o.backend.come_back()
    assert eventually(lambda: len(o.backend.resolved) >= 5 and o.is_caught_up(), 60), o.backend.resolved
    time.sleep(2 * INTERVAL)
    same(sorted(n for n, _ in o.backend.alerts), CHECKS, "alerts")
    same(sorted(n for n, _ in o.backend.resolved), CHECKS, "resolutions")
    in_order(o.backend)
    o.end()


def test_results_of_scripts():
    """What scripts got `ok` for arrives, all of it and in order, and alerts once."""
    b = ConcurrentBackend()
    agent = Agent(b.url, "--retry-min", "1s", "--retry-max", "1s")
    wait_for_socket(agent)
    assert eventually(lambda: b.conn, 20)
    b.go_away()
    time.sleep(0.5)
    for i in range(6):
        with socket.create_connection(("127.0.0.1", agent.socket_port), timeout=5) as c:
            c.sendall(b'{"name":"pushed","output":"%d","status":%d}' % (i, 0 if i < 2 else 1))
            same(c.recv(100), b"ok")
        time.sleep(1.6)
    b.come_back()
    assert eventually(lambda: len(b.arrived) >= 6, 60), b.arrived
    same([status for _, _, status in b.arrived], [0, 0, 1, 1, 1, 1])
    same(b.events["pushed"]["check"]["occurrences"], 4)
    same(len(b.alerts), 1)
    same(agent.stop(), 0)
    agent.remove()
    b.go_away()


if __name__ == "__main__": sys.exit(run_stories(globals()))
