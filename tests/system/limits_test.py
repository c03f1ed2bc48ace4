#!/usr/bin/env python3
"""The API at its bounds: thousands of objects and readers that hardly read, headers and bodies that are too large, requests
that never end, too many connections, and streams of changes.

  limits_test.py [NAME...]     NAME: part of a test's name
"""
import json, os, socket, sys, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from wire import HOST, Agent, Backend, eventually
from stories import run_stories

EVENTS, OUTPUT = 4000, 4000  # some 20 MB as a list
READERS = 24


def open_request(b, path, extra=()):
    """A GET whose answer nobody reads yet; with so small a window that the backend must keep what it has to say."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.settimeout(30)
    s.connect((HOST, b.api_port))
    lines = ["GET %s HTTP/1.1" % path, "Host: x", "Authorization: Bearer " + b.token, *extra]
    s.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return s


def read_all(s):
    data = b""
    try:
        while block := s.recv(1 << 16): data += block
    except OSError:
        pass
    return data


def read_some(s):
    data = b""
    while b"}" not in data: data += s.recv(4096)
    return data


def status_of(data): return int(data.split()[1]) if data.startswith(b"HTTP/1.1 ") else None


def many_events(b):
    a = Agent(b, "many", "x")
    a.keepalive()
    for i in range(EVENTS): a.event("check%05d" % i, output="x" * OUTPUT)
    assert eventually(lambda: b.api("GET", "/events/many/check%05d" % (EVENTS - 1))[0] == 200, 60), "the events did not arrive"
    a.close()


def slow_readers_of_long_lists(b):
    """Streams and pages: the memory stays, others are served, and a reader that takes nothing at all is let go."""
    many_events(b)
    quick = lambda: b.api("GET", "/events/many/check00000")[0] == 200
    before = b.rss_kb()
    for path in ("/api/core/v2/events", "/api/core/v2/namespaces/default/events?limit=%d" % EVENTS):
        readers = [open_request(b, path) for _ in range(READERS)]
        for _ in range(20):
            assert quick(), "others are not served"
            for s in readers: s.recv(512)
        grown = b.rss_kb() - before
        assert grown < (READERS * 5 << 10), "%s: grown by %d kB for %d readers" % (path, grown, READERS)
        assert "limit" in path or len(b.api("GET", path)[1]) == EVENTS + 1, "the list is not whole"
        for s in readers: s.close()
    assert eventually(lambda: b"picket_api_lists_open 0" in b.http("GET", "/metrics")[1], 30), "lists stay open"


def readers_of_whole_lists_that_read_nothing(b):
    """A list that is answered as a whole, asked for by many clients that take nothing: they hold no more than the bound, are told so, and
    give way to one that reads."""
    body = lambda i: {"metadata": {"namespace": "default"}, "check": "check%03d" % i, "reason": "x" * 100_000}
    for i in range(60): assert b.api("POST", "/silenced", body(i))[0] == 201
    path, before = "/api/core/v2/namespaces/default/silenced", b.rss_kb()
    idle = [open_request(b, path) for _ in range(40)]
    begins = [status_of(s.recv(64)) for s in idle]
    grown = b.rss_kb() - before
    assert grown < 80 << 10, "grown by %d kB for %d readers" % (grown, len(idle))
    assert 1 <= begins.count(200) <= 10, begins  # on a slow machine the first have been closed before the last are answered
    if 503 in begins:
        refused = read_some(idle[begins.index(503)])
        assert b"unread" in refused and b"Retry-After: 1" in refused, refused
    assert b.api("GET", "/silenced/*:check000")[0] == 200, "others are not served"
    eventually(lambda: False, 2.5)  # kUnreadPatienceMs
    assert len(b.api("GET", "/silenced")[1]) == 60, "one that reads is not served"
    log = b.log_text()
    assert 1 <= log.count("clients do not read their answers") <= 10, log[-2000:]
    for s in idle: s.close()
    for i in range(60): assert b.api("DELETE", "/silenced/*:check%03d" % i)[0] == 204


def watchers_that_read_nothing(b):
    """Streams of changes that nobody takes: together they hold no more than the bound, and one that reads gets all."""
    before = b.rss_kb()
    idle = [open_request(b, "/api/picket/v1/watch?kinds=handlers") for _ in range(80)]
    for s in idle: assert status_of(s.recv(64)) == 200
    for i in range(12):
        spec = {"metadata": {"name": "h%d" % i, "namespace": "default"}, "type": "pipe", "command": "x" * 400_000}
        assert b.api("PUT", "/handlers/h%d" % i, spec)[0] == 201
    grown = b.rss_kb() - before
    assert grown < 90 << 10, "grown by %d kB for %d streams" % (grown, len(idle))
    for s in idle: s.close()
    for i in range(12): assert b.api("DELETE", "/handlers/h%d" % i)[0] == 204


def pages_hold_everything_once(b):
    """However large the objects are, a page is bounded, and the tokens lead through all of them."""
    seen, path, pages = [], "/api/core/v2/namespaces/default/events?limit=%d" % (EVENTS * 2), 0
    token = ""
    while True:
        s = open_request(b, path + token, ["Connection: close"])
        head, _, body = read_all(s).partition(b"\r\n\r\n")
        assert len(body) < 6 << 20, "a page of %d bytes" % len(body)
        seen += [e["check"]["metadata"]["name"] for e in json.loads(body)]
        pages += 1
        line = next((l for l in head.split(b"\r\n") if l.lower().startswith(b"sensu-continue:")), None)
        if not line: break
        token = "&continue=" + line.split()[1].decode()
    wanted = sorted(["keepalive"] + ["check%05d" % i for i in range(EVENTS)])
    assert seen == wanted, "%d of %d, in %d pages" % (len(seen), len(wanted), pages)
    assert pages > 1, "one page held all"


def too_large(b):
    head = "POST /api/core/v2/namespaces/default/checks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\n" % b.token
    for request, want in ((head + "X: " + "y" * 40_000 + "\r\n\r\n", (431, 400, None)),
                          (head + "".join("X%d: y\r\n" % i for i in range(5000)) + "\r\n", (431, 400, None)),
                          ("GET /" + "a" * 40_000 + " HTTP/1.1\r\nHost: x\r\n\r\n", (414, 431, 400, None)),
                          (head + "Content-Length: 600000\r\n\r\n" + "x" * 600_000, (400, 413)),
                          (head + "Content-Length: 99999999999\r\n\r\n", (400, 408, 413))):
        s = socket.create_connection((HOST, b.api_port), 10)
        try: s.sendall(request.encode())
        except OSError: pass
        s.settimeout(40)
        got = status_of(read_all(s))
        assert got in want, "%s: %s, want one of %s" % (request[:60], got, want)
    assert b.api("GET", "/checks")[0] == 200


def a_request_that_never_ends(b):
    """A peer that sends a byte now and then is let go when the request's time is over; meanwhile all others are served."""
    slow = [socket.create_connection((HOST, b.api_port), 60) for _ in range(20)]
    for s in slow: s.sendall(b"GET /health HTTP/1.1\r\nX: ")
    body = socket.create_connection((HOST, b.api_port), 60)
    body.sendall(("POST /api/core/v2/namespaces/default/checks HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nAuthorization: Bearer %s\r\n\r\n{" % b.token).encode())
    open_ = set(slow + [body])
    end = time.time() + 60
    while open_ and time.time() < end:
        assert b.http("GET", "/health")[0] == 200
        for s in list(open_):
            try:
                s.sendall(b"x" if s is not body else b" ")
                s.settimeout(0.01)
                if not s.recv(1000): open_.discard(s)
            except socket.timeout: pass
            except OSError: open_.discard(s)
        time.sleep(0.5)
    assert not open_, "%d requests are still waited for" % len(open_)


def connections_of_one_client(b):
    """More than its share is closed at once; when they go, it is served again."""
    many = []
    for _ in range(600):
        s = socket.create_connection((HOST, b.api_port), 10)
        s.settimeout(10)
        many.append(s)
    refused = 0
    for s in many[512:]:
        try:
            s.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            refused += not s.recv(100)
        except OSError: refused += 1
    assert refused >= 80, "only %d of 88 were refused" % refused
    for s in many: s.close()

    def served():
        try: return b.http("GET", "/health")[0] == 200
        except OSError: return False
    assert eventually(served), "nobody is served afterwards"


class Stream:
    """Server-sent events, as dictionaries."""

    def __init__(self, b, query):
        self.s, self.buffer = open_request(b, "/api/picket/v1/watch?" + query), b""
        self.read_until(b": picket")

    def read_until(self, what):
        while what not in self.buffer:
            data = self.s.recv(4096)
            if not data: raise AssertionError("the stream ended: %r" % self.buffer[-300:])
            self.buffer += data
        head, _, self.buffer = self.buffer.partition(what)
        return head + what

    def next(self):
        lines = self.read_until(b'"object":') + self.read_until(b"\n")
        fields = dict(l.split(": ", 1) for l in lines.decode().split("\n") if ": " in l and not l.startswith(":") and l[0] != "{")
        return fields["event"], json.loads(fields["data"])


def streams_of_changes(b):
    """A follower gets each change; a slow one is let go, and costs nothing."""
    watching, sleeping = Stream(b, "kinds=checks,events&namespace=default"), open_request(b, "/api/picket/v1/watch?kinds=checks")
    check = {"command": "true", "interval": 60, "subscriptions": ["x"], "metadata": {"name": "w", "namespace": "default"}}
    b.api("PUT", "/checks/w", check)
    kind, data = watching.next()
    assert (kind, data["kind"], data["object"]["command"]) == ("put", "checks", "true"), data
    b.api("DELETE", "/checks/w")
    kind, data = watching.next()
    assert (kind, data["object"]) == ("delete", None), data
    before = b.rss_kb()
    for i in range(120):  # some 24 MB, of which the sleeping one takes nothing
        b.api("PUT", "/checks/w", {**check, "command": str(i) * 100_000})
        kind, data = watching.next()
        assert data["object"]["command"].startswith(str(i)), kind
    assert b.rss_kb() - before < 24 << 10, "grown by %d kB" % (b.rss_kb() - before)
    assert eventually(lambda: b"picket_api_watches_open 1\n" in b.http("GET", "/metrics")[1]), "the one that sleeps is still told"
    for query in ("kinds=secrets", "kinds=jwt,events"):
        assert status_of(read_all(open_request(b, "/api/picket/v1/watch?" + query, ["Connection: close"]))) == 400
    sleeping.close()


TESTS = [slow_readers_of_long_lists, readers_of_whole_lists_that_read_nothing, watchers_that_read_nothing, pages_hold_everything_once, too_large, streams_of_changes, connections_of_one_client, a_request_that_never_ends]


def main():
    b = Backend()
    b.login()
    try: return run_stories(TESTS, b)
    finally: b.stop()


if __name__ == "__main__":
    sys.exit(main())
