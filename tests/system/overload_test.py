#!/usr/bin/env python3
"""Handlers that do not keep up: each takes as long as it likes, mail servers that are dead in every way. Ingest goes on, the memory
and the queues stay within their bounds, the other handlers are served, what is dropped is counted and reported by an event, and what
waited is delivered in order when it is over.

  overload_test.py [NAME...] [--incidents N]     NAME: part of a test's name; N: more than the 5,000 that may wait for one handler
"""
import json, os, socket, sys, threading, time, tempfile

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from wire import HOST, Agent, Backend, eventually
from stories import run_stories, stored

LANE_MAX, PLACES = 5000, 8  # kLaneMax; 6 of 8 places for one handler
INCIDENTS = int(sys.argv.pop(sys.argv.index("--incidents") + 1)) if "--incidents" in sys.argv else 5600
if "--incidents" in sys.argv: sys.argv.remove("--incidents")
GROWTH_KB = 150 << 10


class Server:
    """Accepts everybody and answers nobody until it is opened; keeps what it gets, in order."""

    def __init__(self):
        self.open, self.told = threading.Event(), []
        self.listener = socket.create_server((HOST, 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            threading.Thread(target=self.serve, args=(self.listener.accept()[0],), daemon=True).start()


class Hook(Server):
    """Of HTTP: bodies."""

    def serve(self, s):
        data = b""
        while b"\r\n\r\n" not in data: data += s.recv(65536)
        head, body = data.split(b"\r\n\r\n", 1)
        length = next(int(l.split(b":")[1]) for l in head.split(b"\r\n") if l.lower().startswith(b"content-length"))
        while len(body) < length: body += s.recv(65536)
        self.told.append(body.decode())
        self.open.wait()
        s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        s.close()


class Mails(Server):
    """Of mail: subjects. It says nothing at all before."""

    def serve(self, s):
        self.open.wait()
        try:
            f = s.makefile("rwb")
            say = lambda text: (f.write(text + b"\r\n"), f.flush())
            say(b"220 here again")
            in_data = False
            for line in f:
                if in_data and line.startswith(b"Subject:"): self.told.append(line.decode().strip())
                if in_data and line != b".\r\n": continue
                word = line[:4].upper()
                in_data = word == b"DATA"
                say(b"354 go" if in_data else b"221 bye" if word == b"QUIT" else b"250 ok")
        except OSError:
            pass  # it gave up while we were silent


def black_hole():
    """A port whose queue of connections is full: a client that dials hears nothing at all."""
    s = socket.socket()
    s.bind((HOST, 0))
    s.listen(0)
    fill = []
    for _ in range(4):
        c = socket.socket()
        c.setblocking(False)
        c.connect_ex(s.getsockname())
        fill.append(c)
    return s.getsockname()[1], [s, *fill]


def define(b, name, body):
    status, answer = b.api("PUT", "/handlers/" + name, {**body, "metadata": {"name": name, "namespace": "default"}})
    assert status in (200, 201), answer


def metric(b, name):
    text = b.http("GET", "/metrics")[1].decode()
    return sum(float(l.split()[-1]) for l in text.splitlines() if l.startswith(name))


def incidents(b, count, handler, prefix="c"):
    """A number of checks that fail for the first time, as fast as the backend takes them."""
    a = Agent(b, handler, "x")
    a.keepalive()
    for i in range(count): a.event("%s%05d" % (prefix, i), status=2, handlers=[handler], output="number %d" % i)
    assert eventually(lambda: stored(b, handler, "%s%05d" % (prefix, count - 1)), 120), "ingest does not go on"
    a.close()


def numbers(texts): return [int(t.split("number ")[1].split('"')[0].split("\\")[0].split()[0]) for t in texts]


def late(found):
    """Those that came after more than PLACES later ones: a try that waited, a thread that was not scheduled. Few, if order is kept."""
    newest, them = 0, []
    for n in found:
        if n < newest - PLACES: them.append(n)
        newest = max(newest, n)
    return them


def told(b, status):
    def look():
        code, e = b.api("GET", "/events/%s/backend-handlers" % socket.gethostname(), ns="sensu-system")
        return e["check"]["output"] if code == 200 and e["check"]["status"] == status else None
    return look


def slow_handlers(b):
    hook, log = Hook(), os.path.join(tempfile.mkdtemp(prefix="picket-told-"), "quick.log")
    define(b, "slow", {"type": "webhook", "timeout": 300, "webhook": {"url": "http://%s:%d/" % (HOST, hook.port), "body": '{"text":"{{ .check.output }}"}'}})
    define(b, "quick", {"type": "file", "file": {"path": log}})
    before = b.rss_kb()
    incidents(b, INCIDENTS, "slow")
    grown = b.rss_kb() - before
    print("# %d incidents for a slow handler: memory grew by %d kB" % (INCIDENTS, grown), file=sys.stderr)
    if grown > GROWTH_KB + INCIDENTS * 4: return "grown by %d kB" % grown  # what an event takes that is known, 4 kB at most
    waits = LANE_MAX + PLACES - PLACES // 4
    dropped = lambda: metric(b, "picket_deliveries_dropped_total")
    if not eventually(lambda: dropped() == INCIDENTS - waits, 30): return "%d dropped of %d" % (dropped(), INCIDENTS)
    incidents(b, 200, "quick", prefix="q")
    if not eventually(lambda: os.path.exists(log) and open(log).read().count("number ") >= 200, 60): return "the others wait for the slow one"
    if len(late(numbers(l for l in open(log) if "number " in l))) > 20: return "the quick handler's events are out of order"
    if not (said := eventually(told(b, 2), 30)): return "no event says that handlers do not keep up"
    if "default/slow" not in said: return said
    hook.open.set()
    if not eventually(lambda: len(hook.told) == waits, 120, 0.2): return "%d of %d were told in the end" % (len(hook.told), waits)
    if len(late(numbers(hook.told))) > 50: return "what waited came out of order: %s" % late(numbers(hook.told))
    if not (said := eventually(told(b, 0), 60, 0.2)): return "no event says that they keep up again"
    return None if str(INCIDENTS - waits) in said else said


def dead_mail_servers(b):
    mails, (hole, held), log = Mails(), black_hole(), os.path.join(tempfile.mkdtemp(prefix="picket-told-"), "beside.log")
    with socket.create_server((HOST, 0)) as s: nobody = s.getsockname()[1]
    email = lambda port: {"type": "email", "timeout": 1, "email": {"host": HOST, "port": port, "from": "p@example.org", "to": ["a@example.org"],
                                                                   "subject": "{{ .check.output }}"}}
    for name, port in ("silent", mails.port), ("refusing", nobody), ("hole", hole): define(b, name, email(port))
    define(b, "beside", {"type": "file", "file": {"path": log}})
    before = b.rss_kb()
    for name in "silent", "refusing", "hole": incidents(b, 400, name, prefix="m")
    incidents(b, 200, "beside", prefix="q")
    if not eventually(lambda: os.path.exists(log) and open(log).read().count("number ") >= 200, 60): return "the others wait for the dead ones"
    if (grown := b.rss_kb() - before) > GROWTH_KB: return "grown by %d kB" % grown
    failed = lambda name: '"handler":"%s"' % name in "".join(l for l in b.log_text().splitlines() if "event handler failed" in l)
    for name in "silent", "refusing", "hole":
        if not eventually(lambda: failed(name), 60, 0.2): return "nothing says that mails are not sent: " + name
    mails.open.set()
    if not eventually(lambda: any("number 399" in s for s in mails.told), 120, 0.2): return "no mails when the server is back: %s" % mails.told[-3:]
    found = numbers(mails.told)
    if len(found) < 100 or len(late(found)) > PLACES: return "out of order: %s" % found
    for s in held: s.close()


def main():
    b = Backend("--handlers-max", str(PLACES))
    try: return run_stories([slow_handlers, dead_mail_servers], b)
    finally: b.stop()


if __name__ == "__main__":
    sys.exit(main())
