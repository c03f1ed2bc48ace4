#!/usr/bin/env python3
"""Backends that misbehave in every way the protocol allows (bad_peers.py). Of each: the agent lives, says a clear line that names the
URL and why, neither grows nor spins, leaves in time, and what was handed in on 3030 meanwhile arrives at the next good backend.

  bad_peers_test.py [TEXT...]     TEXT: part of a story's name
"""
import json, os, sys, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
import bad_peers
from bad_peer_backends import (HEARTBEAT, LONG, OneBackend, QUICK, RETRY_MS, Report, TwoBackends, arrive_in_order, arrives, wanted)
from bad_peers import message
from fake_backend import Conn, FakeBackend, JSON_ONLY, NOT_FOUND


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
