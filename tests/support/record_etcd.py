#!/usr/bin/env python3
"""Records what a real etcd says, into tests/corpus/etcd_json: record_etcd.py (Debian's etcd-server has to be there).

Each file is the body of one answer, or one message of a watch, as it came. The calls are those of backend/etcd.
"""
import base64, json, os, socket, struct, subprocess, sys, tempfile, time, urllib.error, urllib.request

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "corpus", "etcd_json")
NAMES, PORTS, PEERS = "abc", [24711, 24712, 24713], [24901, 24902, 24903]
b = lambda text: base64.b64encode(text.encode()).decode()


def start(i, folder, *more):
    cluster = ",".join("%s=http://127.0.0.1:%d" % (n, p) for n, p in zip(NAMES, PEERS))
    client, peer = "http://127.0.0.1:%d" % PORTS[i], "http://127.0.0.1:%d" % PEERS[i]
    return subprocess.Popen(["etcd", "--name", NAMES[i], "--data-dir", os.path.join(folder, NAMES[i]), "--listen-client-urls", client, "--advertise-client-urls", client,
                             "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", cluster, "--quota-backend-bytes", "8388608",
                             "--logger", "zap", "--log-outputs", "stderr", "--log-level", "error", *more], stderr=subprocess.DEVNULL)


def ask(path, body=None, port=PORTS[0], timeout=15):
    data = None if body is None else json.dumps(body).encode()
    try: return urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:%d%s" % (port, path), data), timeout=timeout).read()
    except urllib.error.HTTPError as e: return e.read()


def keep(name, answer):
    with open(os.path.join(OUT, name), "wb") as f: f.write(answer)
    print(name, answer[:150])
    return answer


def call(name, path, body=None): return keep(name, ask(path, body))


def watch(request, count):
    """The first `count` messages over a WebSocket."""
    s = socket.create_connection(("127.0.0.1", PORTS[0]))
    s.settimeout(5)
    s.sendall(b"GET /v3/watch HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    got = b""
    while b"\r\n\r\n" not in got: got += s.recv(4096)
    got = got.split(b"\r\n\r\n", 1)[1]
    text = json.dumps({"create_request": request}).encode()
    s.sendall(bytes([0x82, 0xfe]) + struct.pack(">H", len(text)) + b"\0\0\0\0" + text)
    out = []
    while len(out) < count:
        while len(got) < 10: got += s.recv(65536)
        n, at = got[1] & 127, 2
        if n == 126: n, at = struct.unpack(">H", got[2:4])[0], 4
        elif n == 127: n, at = struct.unpack(">Q", got[2:10])[0], 10
        while len(got) < at + n: got += s.recv(1 << 20)
        out.append(got[at:at + n])
        got = got[at + n:]
    s.close()
    return out


def record(folder, etcds):
    call("range_nothing.json", "/v3/kv/range", {"key": b("a")})
    call("put.json", "/v3/kv/put", {"key": b("a"), "value": b("1")})
    for i in range(5): ask("/v3/kv/put", {"key": b("l/%d" % i), "value": b("value %d" % i)})
    call("range_page.json", "/v3/kv/range", {"key": b("l/"), "range_end": b("l0"), "limit": 2})
    call("delete.json", "/v3/kv/deleterange", {"key": b("l/0")})
    create = {"compare": [{"target": "CREATE", "key": b("x"), "result": "EQUAL", "create_revision": "0"}],
              "success": [{"request_put": {"key": b("x"), "value": b("y")}}, {"request_range": {"key": b("a")}}, {"request_delete_range": {"key": b("a")}}],
              "failure": [{"request_range": {"key": b("x")}}]}
    call("txn_done.json", "/v3/kv/txn", create)
    call("txn_not_done.json", "/v3/kv/txn", create)
    call("compaction.json", "/v3/kv/compaction", {"revision": 4})
    call("error_future_revision.json", "/v3/kv/compaction", {"revision": 9999})
    call("error_compacted.json", "/v3/kv/range", {"key": b("a"), "revision": 2})
    lease = json.loads(call("lease_grant.json", "/v3/lease/grant", {"TTL": 600}))["ID"]
    call("lease_keepalive.json", "/v3/lease/keepalive", {"ID": lease})
    call("lease_keepalive_ended.json", "/v3/lease/keepalive", {"ID": "123"})
    call("error_no_lease.json", "/v3/lease/revoke", {"ID": "123"})
    call("lease_revoke.json", "/v3/lease/revoke", {"ID": lease})
    call("status.json", "/v3/maintenance/status", {})
    call("alarms_none.json", "/v3/maintenance/alarm", {"action": "GET"})
    call("health.json", "/health")
    call("version.json", "/version")
    call("error_not_json.json", "/v3/kv/nothing", {})
    call("error_bad_json.json", "/v3/kv/range", {"key": 1})
    call("error_too_large.json", "/v3/kv/put", {"key": b("big"), "value": b("x" * 2000000)})
    call("members.json", "/v3/cluster/member/list", {})
    call("error_no_member.json", "/v3/cluster/member/remove", {"ID": "1"})
    time.sleep(6)  # etcd changes no members in its first seconds
    added = json.loads(call("member_added.json", "/v3/cluster/member/add", {"peerURLs": ["http://127.0.0.1:9"], "isLearner": True}))["member"]["ID"]
    call("error_not_in_sync.json", "/v3/cluster/member/promote", {"ID": added})
    call("error_second_learner.json", "/v3/cluster/member/add", {"peerURLs": ["http://127.0.0.1:10"], "isLearner": True})
    call("members_learner.json", "/v3/cluster/member/list", {})
    call("member_removed.json", "/v3/cluster/member/remove", {"ID": added})
    ask("/v3/kv/put", {"key": b("w/1"), "value": b("one")})
    revision = json.loads(ask("/v3/kv/range", {"key": b("w/1")}))["header"]["revision"]
    ask("/v3/kv/txn", {"success": [{"request_put": {"key": b("w/1"), "value": b("two")}}, {"request_put": {"key": b("w/2"), "value": b("zwei")}}]})
    ask("/v3/kv/deleterange", {"key": b("w/1")})
    created, events = watch({"key": b("w/"), "range_end": b("w0"), "start_revision": revision, "fragment": True}, 2)
    keep("watch_created.json", created)
    keep("watch_events.json", events)
    keep("watch_compacted.json", watch({"key": b("w/"), "range_end": b("w0"), "start_revision": 2, "fragment": True}, 2)[1])
    first = int(revision) + 3
    ask("/v3/kv/txn", {"success": [{"request_put": {"key": b("f/%d" % i), "value": b("f" * 700000)}} for i in range(2)]})
    ask("/v3/kv/txn", {"success": [{"request_put": {"key": b("f/%d" % i), "value": b("g" * 700000)}} for i in range(2)]})
    messages = watch({"key": b("f/"), "range_end": b("f0"), "start_revision": first, "fragment": True}, 3)[1:]
    for i, m in enumerate(messages):  # the values are long and say nothing
        for letter in (b"f", b"g"): m = m.replace(base64.b64encode(letter * 700000), base64.b64encode(letter * 30))
        keep("watch_fragment_%d.json" % i, m)
    for i in range(400):
        answer = ask("/v3/kv/put", {"key": b("n/%d" % i), "value": b("n" * 500000)})
        if b"exceeded" in answer: break
    keep("error_no_space.json", answer)
    call("alarms_no_space.json", "/v3/maintenance/alarm", {"action": "GET"})
    for e in etcds[1:]: e.kill()
    time.sleep(2)
    call("error_no_quorum.json", "/v3/kv/deleterange", {"key": b("q")})  # a put would have no space
    call("status_no_quorum.json", "/v3/maintenance/status", {})
    call("health_no_quorum.json", "/health")
    call("lease_keepalive_no_quorum.json", "/v3/lease/keepalive", {"ID": "123"})


def main():
    os.makedirs(OUT, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        etcds = [start(i, folder) for i in range(3)]
        try:
            for _ in range(100):
                try:
                    if b"true" in ask("/health", timeout=2): break
                except OSError: pass
                time.sleep(0.2)
            record(folder, etcds)
        finally:
            for e in etcds: e.kill()


main()
