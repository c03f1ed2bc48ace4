#!/usr/bin/env python3
"""Backends that misbehave in every way the protocol allows (bad_peers.py). Of each: the agent lives, says a clear line that names the
URL and why, neither grows nor spins, leaves in time, and what was handed in on 3030 meanwhile arrives at the next good backend.

  bad_peers_test.py [TEXT...]     TEXT: part of a story's name
"""
import errno, json, os, re, socket, ssl, struct, sys, threading, time, warnings

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
import bad_peers
from agent_process import Agent, PATIENCE
from bad_peers import HOLD, READ, RESET, message
from certificates import Authority
from fake_backend import Conn, FakeBackend, JSON_ONLY, NOT_FOUND

LONG = 20 * PATIENCE        # longer than anything takes; only failures wait for it
QUICK, CALM = 1, 15         # backend-handshake-timeout of agents whose peers say nothing, and of all others
RETRY_MS = 50               # their retry-min
GROWTH_KB = 40 << 10        # of all stories together: allocators, caches, and the sanitizer's own keeping
QUIET_CPU = 0.5             # part of a processor that a story without floods may take
FLAGS = ("--retry-min", "%dms" % RETRY_MS, "--retry-max", "200ms")
HEARTBEAT = ("--backend-heartbeat-interval", 1, "--backend-heartbeat-timeout", 3)
ENV = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}


# ---- a bad peer at work ----

def play(sock, steps):
    """Does what a story of HANDSHAKES or TLS says on a connection that was just accepted."""
    conn = Conn(sock, True)
    sock.settimeout(LONG)
    try:
        for step in steps:
            if step == READ: conn.read_request() if not isinstance(conn.sock, RawHello) else conn.sock.recv(4096)
            elif step == RESET: sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif step == HOLD: hold(sock)
            elif isinstance(step, tuple): drip(sock, step[1](conn) if callable(step[1]) else step[1])
            else: sock.sendall(step(conn) if callable(step) else step)
    except OSError: pass  # the agent left in the middle
    finally: sock.close()


def hold(sock):
    while sock.recv(65536): pass


def drip(sock, data):
    for byte in data:
        sock.sendall(bytes([byte]))
        time.sleep(0.1)
    hold(sock)


class RawHello:
    """A socket whose READ takes the TLS hello instead of an HTTP request."""
    def __init__(self, sock): self.sock = sock
    def __getattr__(self, name): return getattr(self.sock, name)


def certificates():
    ca, foreign = Authority("ca"), Authority("foreignca")
    made = {"good": ca.server("good"), "other": ca.server("other", "DNS:elsewhere.example"), "expired": ca.server("expired", days=-1),
            "foreign": foreign.server("foreign"), "selfsigned": ca.server("selfsigned", itself=True), "old": ca.server("old")}
    made["old"].set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        made["old"].minimum_version, made["old"].maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    return ca.file, made


# ---- an agent that is watched ----

class Watched:
    """An agent; `story` marks where the log of a story begins and how much work was done until then."""
    def __init__(self, name, *urls, more=()):
        self.agent = Agent(urls[0], "--backend-url", ",".join(urls), *FLAGS, *more, name=name, env=ENV)
        self.urls, self.pushed, self.log_at, self.started, self.cpu = urls, 0, 0, 0, 0
        self.first_kb = None

    def story(self):
        self.log_at, self.started, self.cpu = len(self.agent.log_text()), time.time(), self.cpu_seconds()

    def cpu_seconds(self):
        with open("/proc/%d/stat" % self.agent.process.pid) as f: fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def calm(self):
        elapsed, used = time.time() - self.started, self.cpu_seconds() - self.cpu
        assert used < 0.3 + QUIET_CPU * elapsed, "took %.2f s of processor in %.2f s" % (used, elapsed)

    def push(self):
        self.pushed += 1
        name = "meanwhile-%d" % self.pushed
        for attempt in range(100):
            try: s = socket.create_connection(("127.0.0.1", self.agent.socket_port), timeout=LONG)
            except ConnectionRefusedError: time.sleep(0.1); continue  # it is still starting
            with s:
                s.settimeout(LONG)
                s.sendall(json.dumps({"name": name, "output": "x"}).encode())
                assert s.recv(10) == b"ok", "the result was not taken"
            return name
        raise AssertionError("the agent takes no results")

    def lines(self):
        for line in self.agent.log_text()[self.log_at:].splitlines():
            try: yield json.loads(line)
            except ValueError: raise AssertionError("not a log line: " + line[:300])

    def said(self, want, url):
        """Waits for a line that says it, with the URL when it is about a connection."""
        end = time.time() + LONG
        while time.time() < end:
            for line in self.lines():
                text = " ".join([line["msg"]] + ["%s=%s" % (k, v) for k, v in line.items() if k not in ("msg", "time")])
                if re.search(want, text, re.S):
                    assert line.get("url") == url, "the line does not name the URL: %s" % line
                    return
            time.sleep(0.05)
        raise AssertionError("never said %r; the log:\n%s" % (want, self.agent.log_text()[self.log_at:][-1500:]))

    def runs(self):
        assert self.agent.process.poll() is None, "the agent died:\n" + self.agent.log_text()[-3000:]

    def alive(self):
        self.runs()
        if self.first_kb is None: self.first_kb = self.agent.rss_kb()
        grown = self.agent.rss_kb() - self.first_kb
        assert grown < GROWTH_KB, "grown by %d kB" % grown

    def end(self):
        status = self.agent.stop(LONG)
        text = self.agent.log_text()
        self.agent.remove()
        assert status == 0, "exit status %s\n%s" % (status, text[-3000:])


def arrival(backend, headers=JSON_ONLY):
    """The next session. On a busy machine an agent may have given up an attempt before we looked."""
    for _ in range(20):
        try: return backend.accept(headers=headers, timeout=LONG)
        except (BrokenPipeError, ConnectionResetError): pass
        except OSError as e:
            if e.errno != errno.EBADF: raise
    raise AssertionError("twenty attempts were given up")


def arrives(conn, name): conn.expect("event", timeout=LONG, name=name)


def arrive_in_order(one, names):
    """All of them at the next good backend. With a heartbeat of seconds a session may end because this process, which has to answer its
    pings, was not given the processor for this time: what was not confirmed then comes again in the next one."""
    got, end = 0, time.time() + 3 * LONG
    while time.time() < end:
        conn = one.session()
        while got < len(names) and (message := conn.next(LONG)):
            name = ((message[1].get("check") or {}).get("metadata") or {}).get("name")
            if message[0] == "event" and name == names[got]: got += 1
            else: assert name not in names[got:], "%s before %s" % (name, names[got])
        if got == len(names): return conn
    raise AssertionError("no event %s; the agent:\n%s" % (names[got], one.watched.agent.log_text()[-3000:]))


# ---- the runs ----

class Report:
    def __init__(self): self.passed, self.failed, self.lock = 0, 0, threading.Lock()

    def case(self, name, run):
        started, problem = time.time(), None
        try: run()
        except Exception as e: problem = "%s: %s" % (type(e).__name__, e)
        with self.lock:
            if problem is None: self.passed += 1
            else: self.failed += 1
            print("%s %s (%.1f s)%s" % ("FAIL" if problem else "ok  ", name, time.time() - started, ": " + problem if problem else ""), flush=True)
        return problem is None


def wanted(group, stories):
    texts = sys.argv[1:]
    return [(group + ": " + s[0], s) for s in stories if not texts or any(t in group + ": " + s[0] for t in texts)]


class TwoBackends:
    """The first URL is bad, the second good. Each story begins with the end of the good session: the agent comes to the bad one,
    and must arrive at the good one again, with what was handed in meanwhile."""
    def __init__(self, name, secure=False, handshake=CALM):
        self.handshake, self.secure, self.good, self.name, self.watched = handshake, secure, FakeBackend(), name, None
        self.bad = FakeBackend()
        self.ca, self.contexts = certificates() if secure else (None, {})
        self.open = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def start(self):
        self.url = "wss" + self.bad.url[2:] if self.secure else self.bad.url
        self.watched = Watched(self.name, self.url, self.good.url, more=("--backend-handshake-timeout", self.handshake, *(("--trusted-ca-file", self.ca) if self.secure else ())))
        self.conn = self.arrival()
        self.conn.expect("keepalive", timeout=LONG)

    def arrival(self): return arrival(self.good)

    def accept(self):
        """An agent that comes to the bad one is sent away until a story begins."""
        while True:
            try: self.bad.listener.settimeout(LONG); sock, _ = self.bad.listener.accept()
            except socket.timeout: continue
            except OSError: return
            steps, context = self.steps if self.open.is_set() else ([], None)
            threading.Thread(target=self.serve, args=(sock, steps, context), daemon=True).start()

    def serve(self, sock, steps, context):
        sock.settimeout(LONG)
        if self.open.is_set(): self.came += 1
        if context is None: return play(RawHello(sock) if self.secure else sock, steps)
        try: secured = self.contexts[context].wrap_socket(sock, server_side=True)
        except (OSError, ssl.SSLError): return sock.close()  # the agent refused
        play(secured, steps)

    def run(self, steps, context, log):
        if not self.watched or self.watched.agent.process.poll() is not None: self.start()
        w = self.watched
        w.story()
        self.steps, self.came = (steps, context), 0
        self.open.set()
        self.conn.cut()
        # It may be the good one's turn first.
        while self.came == 0:
            try: self.good.listener.settimeout(0.2); sock, _ = self.good.listener.accept()
            except socket.timeout: continue
            sock.close()
        name = w.push()
        self.conn = self.arrival()
        arrives(self.conn, name)
        self.open.clear()
        w.said(log, self.url)
        w.calm()
        assert self.came <= 4, "came to the bad one %d times" % self.came
        w.alive()

    def forget(self):
        """A story went wrong: the next one begins with an agent of its own."""
        self.open.clear()
        if self.watched: self.watched.agent.remove()
        self.watched = None

    def end(self):
        if self.watched: self.watched.end()
        self.bad.close()
        self.good.close()


class OneBackend:
    """One URL whose peer changes from session to session."""
    def __init__(self, name, *flags): self.name, self.flags, self.watched, self.backend = name, flags, None, FakeBackend()

    def session(self, headers=JSON_ONLY):
        if self.watched: self.watched.runs()
        else: self.watched = Watched(self.name, self.backend.url, more=("--keepalive-interval", 60, *self.flags))
        conn = arrival(self.backend, headers)
        conn.expect("keepalive", timeout=LONG)
        return conn

    def works(self, conn, issued):
        """A check comes back: the session is as good as ever."""
        conn.send("check_request\n" + json.dumps(bad_peers.check(name="alive", command="echo alive", issued=issued)))
        got = conn.expect("event", timeout=LONG, name="alive")[1]["check"]
        assert got["output"] == "alive\n", got["output"]

    def broken(self, frames, log):
        conn = self.session()
        w = self.watched
        w.story()
        name = w.push()
        try: conn.raw(frames)
        except OSError: pass  # it left while we were still talking
        if "without a close frame" in log: conn.cut()
        assert conn.closed.wait(LONG), "the agent stayed"
        w.said(log, self.backend.url)
        good = self.session()
        seen = [m for m in conn.log if m.kind == "message" and name in m.data]
        if not seen: arrives(good, name)
        w.calm()
        w.alive()
        good.cut()

    def patient(self, frames, log):
        conn = self.session()
        w = self.watched
        w.story()
        name = w.push()
        conn.raw(frames)
        self.works(conn, int(time.time() * 1000))
        if log: w.said(log, self.backend.url)
        assert any(name in m.data for m in conn.log if m.kind == "message") or arrives(conn, name) is None
        assert not conn.closed.is_set(), "the agent left"
        w.alive()
        conn.cut()

    def request(self, payload, outcome):
        conn = self.session()
        w = self.watched
        w.story()
        issued, payload = int(time.time() * 1000), json.loads(json.dumps(payload))
        if payload["issued"] == 1: payload["issued"] = issued
        metadata = payload["config"].get("metadata", {})
        if metadata.get("name") == "story": metadata["name"] = "story-%d" % issued  # events of the last session may come once more
        conn.send("check_request\n" + json.dumps(payload))
        if isinstance(outcome, tuple): w.said(outcome[1], self.backend.url)
        else:
            check = {"metadata": {"name": "alive"}}
            while check["metadata"].get("name", "") != metadata.get("name", ""): check = conn.expect("event", timeout=LONG)[1]["check"]
            assert outcome is None or check["output"].startswith(outcome) and (outcome or not check["output"]), "output %r" % check["output"][:300]
        self.works(conn, issued)
        w.alive()
        conn.cut()

    def forget(self):
        """A story went wrong: the next one begins with an agent and a port of its own."""
        if self.watched: self.watched.agent.remove()
        self.watched = None
        self.backend.close()
        self.backend = FakeBackend()

    def end(self):
        if self.watched: self.watched.end()
        self.backend.close()


# ---- stories that are more than a row ----

def flood_of_requests(one):
    """Thousands of requests in one second, the same check and many: all different ones come back, copies are ignored."""
    conn = one.session()
    one.watched.story()
    issued = int(time.time() * 1000)
    conn.raw(b"".join(message("check_request", bad_peers.check(name="same", issued=issued)) for _ in range(1000)) +
             b"".join(message("check_request", bad_peers.check(name="many-%d" % i, issued=issued, command="true")) for i in range(1000)))
    seen = {}
    while len(seen) < 1001:
        name = conn.expect("event", timeout=3 * LONG)[1]["check"]["metadata"]["name"]
        seen[name] = seen.get(name, 0) + 1
    one.works(conn, issued + 1)
    assert seen["same"] == 1 and max(seen.values()) == 1, seen
    one.watched.alive()
    conn.cut()


def never_answers_pings(one):
    conn = one.session()
    conn.answer_pings = False
    one.watched.story()
    assert conn.closed.wait(LONG), "the agent stayed"
    one.watched.said(r"no pong", one.backend.url)
    one.watched.calm()
    one.session().cut()


def never_reads(one):
    """It takes nothing more: the agent goes on, keeps what it has to say within bounds, and leaves when no pong comes."""
    if not one.watched: one.session().cut()
    sock, _ = one.backend.listener.accept()
    conn = Conn(sock, False)
    conn.read_request()
    conn._read = lambda: None
    conn.upgrade(JSON_ONLY)
    conn.send(NOT_FOUND)
    one.watched.story()
    names = [one.watched.push() for _ in range(50)]
    one.watched.said(r"no pong", one.backend.url)
    sock.close()
    good = arrive_in_order(one, names)
    one.watched.alive()
    good.cut()


def pongs_do_not_stand_for_pings(one):
    """A pong nobody asked for proves nothing: what was not read is sent again."""
    conn = one.session()
    conn.answer_pings = False
    one.watched.story()
    name = one.watched.push()
    arrives(conn, name)
    conn.raw(bad_peers.raw_frame(10) * 20 + bad_peers.raw_frame(10, b"7") * 20)
    time.sleep(0.5)  # the agent's ping after the event is on its way by now
    conn.raw(bad_peers.raw_frame(10) * 20)
    conn.cut()
    good = one.session()
    arrives(good, name)
    good.cut()


def says_nothing_of_the_entity(one):
    """A 6.x backend that never sends entity_config: the agent goes on with its own."""
    conn = one.session()
    conn.cut()
    conn = one.backend.accept(first=None, timeout=LONG)
    one.watched.story()
    conn.expect("keepalive", timeout=LONG)
    one.watched.said(r"no entity_config received", one.backend.url)
    one.works(conn, int(time.time() * 1000))
    conn.cut()


def octet_stream_is_promised(one):
    """The 101 says protobuf although JSON was asked for: the agent speaks JSON, and takes JSON."""
    conn = one.session(headers=[("Accept", "application/octet-stream"), ("Content-Type", "application/octet-stream")])
    one.watched.story()
    one.works(conn, int(time.time() * 1000))
    conn.cut()


def acknowledgements_that_lie(one):
    """Nonsense about acknowledgements, in the 101 and in the session, costs nothing that was not acknowledged."""
    one.session().cut()
    for header in ("junk", "-1", "99999999999999999999", "1e3", ""):
        conn = one.session(headers=JSON_ONLY + [("Picket-Ack", header)])
        one.works(conn, int(time.time() * 1000))
        conn.cut()
    conn = one.session(headers=JSON_ONLY + [("Picket-Ack", "0")])
    one.watched.story()
    name = one.watched.push()
    arrives(conn, name)
    for seq in ("-1", '"5"', "1.5", "99999999999", "null", "[]", "18446744073709551617"):
        conn.send('ack\n{"seq":%s}' % seq)
    for text in ("ack\n", "ack\n{}", "ack\nnull", "ack\n{"): conn.send(text)
    one.works(conn, int(time.time() * 1000))
    one.watched.said(r"ack ignored", one.backend.url)
    conn.cut()
    good = one.session(headers=JSON_ONLY + [("Picket-Ack", "0")])
    arrives(good, name)
    good.cut()


def closes_right_after_the_upgrade(one):
    """Time and again: the attempts come at a bounded rate."""
    one.session().cut()
    one.watched.story()
    started, count = time.time(), 0
    while count < 12:
        conn = one.backend.accept_raw(timeout=LONG)
        conn.upgrade()
        conn.cut()
        count += 1
    elapsed = time.time() - started
    assert count <= 6 + elapsed * 1000 / RETRY_MS, "%d attempts in %.2f s" % (count, elapsed)
    one.watched.calm()
    name = one.watched.push()
    good = one.session()
    arrives(good, name)
    good.cut()


def nobody_listens(one):
    """The port is closed for a while; then a backend is there."""
    one.session().cut()
    one.watched.story()
    one.backend.close()
    name = one.watched.push()
    one.watched.said(r"reconnection attempt failed.*(refused|connect to)", one.backend.url)
    time.sleep(1)
    attempts = sum(l["msg"] == "connecting to backend URL" for l in one.watched.lines())
    assert attempts <= 6 + (time.time() - one.watched.started) * 1000 / RETRY_MS, attempts
    one.watched.calm()
    one.backend = FakeBackend(one.backend.port)
    good = one.session()
    arrives(good, name)
    good.cut()


def result_too_large_for_a_message(one):
    """Metrics can make an event far larger than a message may be: the session and the events after it live on."""
    conn = one.session()
    one.watched.story()
    issued = int(time.time() * 1000)
    many = "yes 'a.b 1 1' | head -c 3000000"
    conn.send("check_request\n" + json.dumps(bad_peers.check(name="huge", command=many, issued=issued, output_metric_format="graphite_plaintext")))
    event = conn.expect("event", timeout=3 * LONG, name="huge")[1]
    sizes = [len(m.data) for m in conn.log if m.kind == "message"]
    assert max(sizes) <= 8 << 20, "a message of %d bytes" % max(sizes)
    assert event["metrics"]["points"], "no points are left"
    one.works(conn, issued + 1)
    conn.cut()


SILENT = [never_answers_pings, never_reads]
MORE = [flood_of_requests, pongs_do_not_stand_for_pings, says_nothing_of_the_entity, octet_stream_is_promised,
        acknowledgements_that_lie, closes_right_after_the_upgrade, nobody_listens, result_too_large_for_a_message]


def lane(report, peer, cases):
    for name, run in cases:
        if not report.case(name, run): peer.forget()
    report.case(peer.name + ": the agent ends as it should", peer.end) if cases else peer.end()


def main():
    report = Report()
    two, secure = TwoBackends("handshakes"), TwoBackends("tls", secure=True)
    quick, quick_secure = TwoBackends("silence", handshake=QUICK), TwoBackends("tls-silence", secure=True, handshake=QUICK)
    is_quick = lambda s: "handshake timed out after" in s[-1]
    handshakes, tls = wanted("handshake", bad_peers.HANDSHAKES), wanted("tls", bad_peers.TLS)
    ones = [OneBackend("sessions"), OneBackend("patient"), OneBackend("requests"), OneBackend("more"), OneBackend("silent", *HEARTBEAT)]
    lanes = [
        (two, [(n, lambda s=s: two.run(s[1], None, s[2])) for n, s in handshakes if not is_quick(s)]),
        (quick, [(n, lambda s=s: quick.run(s[1], None, s[2])) for n, s in handshakes if is_quick(s)]),
        (secure, [(n, lambda s=s: secure.run(s[2], s[1], s[3])) for n, s in tls if not is_quick(s)]),
        (quick_secure, [(n, lambda s=s: quick_secure.run(s[2], s[1], s[3])) for n, s in tls if is_quick(s)]),
        (ones[0], [(n, lambda s=s: ones[0].broken(s[1], s[2])) for n, s in wanted("session", bad_peers.SESSIONS)]),
        (ones[1], [(n, lambda s=s: ones[1].patient(s[1], s[2])) for n, s in wanted("patient", bad_peers.PATIENT)]),
        (ones[2], [(n, lambda s=s: ones[2].request(s[1], s[2])) for n, s in wanted("request", bad_peers.REQUESTS)]),
        (ones[3], [(n, lambda s=s: s[1](ones[3])) for n, s in wanted("more", [(f.__name__, f) for f in MORE])]),
        (ones[4], [(n, lambda s=s: s[1](ones[4])) for n, s in wanted("silent", [(f.__name__, f) for f in SILENT])]),
    ]
    threads = [threading.Thread(target=lane, args=(report, peer, cases)) for peer, cases in lanes]
    for t in threads: t.start()
    for t in threads: t.join()
    print("%d passed, %d failed" % (report.passed, report.failed))
    return 1 if report.failed else 0


if __name__ == "__main__": sys.exit(main())
