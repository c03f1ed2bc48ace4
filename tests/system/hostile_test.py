#!/usr/bin/env python3
"""Nonsense on every port of picket edge: refused, no growth, and the service goes on for everybody else."""
import base64, os, random, socket, sys, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from edge_process import Edge, run_cases

TCP = ("agent-port", "backend-api-port", "socket-port", "api-port")
GROWTH_KB = 24 * 1024  # what allocators and caches may keep; a leak of one 10 MB message in ten would show

edge = Edge()


def connect(name):
    s = socket.create_connection(("127.0.0.1", edge.port[name]), timeout=10)
    s.settimeout(10)
    return s


def send_and_drop(name, data):
    """Sends what is taken, reads what is answered, closes."""
    try:
        with connect(name) as s:
            try: s.sendall(data)
            except OSError: pass
            try: s.shutdown(socket.SHUT_WR)
            except OSError: pass
            try:
                while s.recv(65536): pass
            except OSError: pass
    except OSError: pass


def alive():
    assert edge.process.poll() is None, edge.log_text()[-3000:]
    assert edge.health() == 200
    assert edge.event("this", "keepalive")["check"]["status"] == 0


def no_growth(rounds):
    """Runs `rounds` once to warm up, then again: the second time nothing may grow."""
    rounds()
    time.sleep(1)
    before, files = edge.resident_kb(), edge.open_files()
    rounds()
    time.sleep(2)
    after, files_after = edge.resident_kb(), edge.open_files()
    assert after - before < GROWTH_KB, "memory grew from %d to %d kB" % (before, after)
    assert files_after <= files + 8, "open files grew from %d to %d" % (files, files_after)
    alive()


def random_bytes_on_every_tcp_port():
    chance = random.Random(1)
    def rounds():
        for i in range(60): send_and_drop(TCP[i % len(TCP)], chance.randbytes(chance.choice([1, 7, 100, 5000, 70000])))
    no_growth(rounds)


def http_that_is_almost_right():
    texts = [b"GET / HTTP/1.1\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"POST /api HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
             b"POST /api/core/v2/namespaces/default/checks HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
             b"POST /events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n", b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
             b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20000 + b"\r\n", b"GET /" + b"a" * 200000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
             b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n"]
    no_growth(lambda: [send_and_drop(name, text) for name in TCP for text in texts])


def ten_megabytes_to_every_tcp_port():
    big = b'{"name":"big","output":"' + b"x" * (10 << 20)
    posts = b"POST /api/core/v2/namespaces/default/events HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(big) + big
    def rounds():
        for name in TCP:
            send_and_drop(name, big)
            send_and_drop(name, posts)
    no_growth(rounds)


def connections_that_say_nothing():
    def rounds():
        held = [connect(TCP[i % len(TCP)]) for i in range(200)]
        for s in held[::2]: s.send(b"G")
        alive()
        for s in held: s.close()
    no_growth(rounds)


def wrong_passwords_are_refused_and_slow_nobody():
    def attempt(i):
        basic = base64.b64encode(b"admin:wrong%d" % i)
        for name, path in (("agent-port", b"/"), ("backend-api-port", b"/auth")):
            with connect(name) as s:
                s.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Basic %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSensu-AgentName: evil\r\n"
                          b"Sensu-Namespace: default\r\nSensu-Subscriptions: x\r\n\r\n" % (path, basic))
                assert b" 401 " in s.recv(4096).split(b"\r\n")[0]
    def rounds():
        threads = [threading.Thread(target=attempt, args=(i,)) for i in range(12)]
        for t in threads: t.start()
        alive()  # while a dozen passwords are being hashed
        for t in threads: t.join()
    no_growth(rounds)


def udp_nonsense_on_the_result_and_statsd_ports():
    chance = random.Random(2)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    def rounds():
        for name in ("socket-port", "statsd-metrics-port"):
            for _ in range(300): s.sendto(chance.randbytes(chance.choice([0, 1, 50, 1400, 60000])), ("127.0.0.1", edge.port[name]))
    no_growth(rounds)
    s.sendto(b'{"name":"after_nonsense","output":"still here","status":0}', ("127.0.0.1", edge.port["socket-port"]))
    edge.wait(lambda: edge.event("this", "after_nonsense"), "the UDP listener lives on")


try:
    edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
    status = run_cases([random_bytes_on_every_tcp_port, http_that_is_almost_right, ten_megabytes_to_every_tcp_port,
                        connections_that_say_nothing, wrong_passwords_are_refused_and_slow_nobody,
                        udp_nonsense_on_the_result_and_statsd_ports])
finally:
    edge.close()
sys.exit(status)
