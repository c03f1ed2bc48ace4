"""A backend that counts as Sensu's does: a session's messages are read in order and handed to workers, and each reads the check's stored
event, takes its time, counts on from it, and writes it back. Nothing keeps two results of one check apart.

    backend = ConcurrentBackend()
    backend.publish("c", "true", interval=2)
    backend.go_away(); backend.come_back()
    backend.alerts      # [(check, executed)]: results that are not 0 and occurrence 1, what most handlers get
    backend.events      # check -> the stored event
"""
import json, queue, random, threading, time

from agent_process import free_port
from fake_backend import FakeBackend, JSON_ONLY, NOT_FOUND

WORKERS = 100  # eventd-workers
HISTORY = 21


class ConcurrentBackend:
    def __init__(self, slow=0.3, seed=1):
        self.port, self.slow, self.random = free_port(), slow, random.Random(seed)
        self.events, self.alerts, self.resolved, self.arrived = {}, [], [], []
        self.checks, self.queue, self.backend, self.conn = {}, queue.Queue(1000), None, None
        for _ in range(WORKERS): threading.Thread(target=self._work, daemon=True).start()
        threading.Thread(target=self._schedule, daemon=True).start()
        self.come_back()

    @property
    def url(self): return "ws://127.0.0.1:%d" % self.port

    # ---- there and away ----
    def come_back(self):
        self.backend = FakeBackend(self.port)
        threading.Thread(target=self._serve, args=(self.backend,), daemon=True).start()

    def go_away(self):
        backend, conn, self.backend, self.conn = self.backend, self.conn, None, None
        backend.close()
        if conn: conn.cut()

    def _serve(self, backend):
        while True:
            try: conn = backend.accept(headers=JSON_ONLY, first=NOT_FOUND, timeout=None)
            except OSError: return
            if self.backend is not backend: return conn.cut()
            self.conn = conn
            threading.Thread(target=self._read, args=(conn,), daemon=True).start()

    # ---- what comes ----
    def _read(self, conn):
        while True:
            got = conn.next(timeout=3600)
            if got is None: return
            if got[0] == "event" and got[1].get("check"): self.queue.put(got[1])

    def _work(self):
        while True: self.handle(self.queue.get())

    def handle(self, event):
        check = event["check"]
        name = check["metadata"]["name"]
        before = self.events.get(name)
        time.sleep(self.random.uniform(0, self.slow))  # reading and writing the store
        history = (before["check"]["history"] if before else [])[-HISTORY + 1:] + [{"status": check["status"], "executed": check["executed"]}]
        same = len(history) > 1 and history[-2]["status"] == check["status"]
        check["history"], check["occurrences"] = history, before["check"]["occurrences"] + 1 if same else 1
        self.events[name] = event
        self.arrived.append((name, check["executed"], check["status"]))
        if check["status"] != 0 and check["occurrences"] == 1: self.alerts.append((name, check["executed"]))
        if check["status"] == 0 and before and before["check"]["status"] != 0: self.resolved.append((name, check["executed"]))

    # ---- what is asked for ----
    def publish(self, name, command, interval): self.checks[name] = [command, interval, time.time() + interval]

    def _schedule(self):
        while True:
            time.sleep(0.05)
            for name, check in list(self.checks.items()):
                if time.time() < check[2]: continue
                check[2] += check[1]
                self._ask(name, check[0], check[1])

    def _ask(self, name, command, interval):
        config = {"command": command, "interval": interval, "publish": True, "subscriptions": ["linux"], "metadata": {"name": name, "namespace": "default"}}
        conn = self.conn
        try:
            if conn: conn.send("check_request\n" + json.dumps({"config": config, "issued": int(time.time()), "assets": [], "hooks": []}))
        except OSError: pass
