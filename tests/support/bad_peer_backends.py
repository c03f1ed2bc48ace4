"""What the stories of bad_peers_test.py are told with: a backend that misbehaves, and the agents it is tried on."""
import json, os, re, socket, ssl, struct, sys, threading, time, warnings

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("system", "conformance")]
import bad_peers
from agent_process import Agent, PATIENCE
from bad_peers import HOLD, READ, RESET
from certificates import Authority
from fake_backend import Conn, FakeBackend, JSON_ONLY

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
