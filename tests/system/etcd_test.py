#!/usr/bin/env python3
"""Backends that start the real etcd: its members, their health, and what happens when some of them are down or it is not there.

  etcd_test.py [STORY...]     the stories named, or all. Nothing where etcd is not installed (apt-get install etcd-server).

The backends here have the store of a single node (--etcd-members-only): only etcd and its commands are tried.
"""
import json, os, shutil, signal, subprocess, sys, tempfile, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from stories import run_stories
from wire import Backend, eventually, free_port

ADMIN = {"PICKET_ADMIN_PASSWORD": "a password of ours"}
LIMIT = 3.5  # seconds: three for etcd, the rest for a busy machine


def ca(folder, *names):
    program = os.environ.get("PICKET", "build/dev/bin/picket")
    run = lambda *a: subprocess.run([program, "ca", *a, "--dir", folder], check=True, capture_output=True)
    run("init")
    for name in names: run("member", name, "127.0.0.1")
    run("client", "client")


class Cluster:
    """`count` backends, each with an etcd of its own; `tls`: the guide's certificates."""
    def __init__(self, count=3, tls=False):
        self.folder, self.tls = tempfile.mkdtemp(prefix="picket-etcd-"), tls
        self.names = ["backend-%d" % i for i in range(count)]
        self.scheme = "https" if tls else "http"
        self.clients = [self.url() for _ in self.names]
        self.peers = [self.url() for _ in self.names]
        if tls: ca(self.folder, *self.names)
        self.backends = [self.backend(i) for i in range(count)]

    def url(self): return "%s://127.0.0.1:%d" % (self.scheme, free_port())

    def options(self, i, name, client, peer, cluster):
        out = ["--etcd-name", name, "--etcd-listen-client-urls", client, "--etcd-listen-peer-urls", peer, "--etcd-initial-advertise-peer-urls", peer,
               "--etcd-initial-cluster", cluster, "--etcd-members-only", "--log-level", "info"]
        if len(self.names) == 1: out += ["--store", "etcd"]
        if self.tls:
            own, key, authority = ("%s/%s" % (self.folder, f) for f in (name + ".pem", name + "-key.pem", "ca.pem"))
            for side in ("etcd-", "etcd-peer-"):
                out += ["--%scert-file" % side, own, "--%skey-file" % side, key, "--%strusted-ca-file" % side, authority, "--%sclient-cert-auth" % side]
        return out

    def backend(self, i, *more, env=None):
        cluster = ",".join("%s=%s" % pair for pair in zip(self.names, self.peers))
        return Backend(*self.options(i, self.names[i], self.clients[i], self.peers[i], cluster), *more, env={**ADMIN, **(env or {})})

    def health(self, i=0):
        began = time.time()
        status, body = self.backends[i].http("GET", "/health?timeout=3")
        took = time.time() - began
        assert status == 200 and took < LIMIT, (status, took)
        return json.loads(body)

    def healthy(self, i=0): return [m["Name"] for m in self.health(i)["ClusterHealth"] if m["Healthy"]]

    def all_healthy(self): return eventually(lambda: sorted(self.healthy()) == self.names, 40)

    def api(self, method, path, i=0):
        b = self.backends[i]
        if not b.token: login(b)
        began = time.time()
        status, body = b.http(method, "/api/core/v2/cluster" + path, None, {"Authorization": "Bearer " + b.token})
        took = time.time() - began
        assert took < LIMIT, (path, took)
        return status, body.decode()

    def members(self, i=0):
        status, body = self.api("GET", "/members", i)
        assert status == 200, body
        return {m.get("name", ""): m for m in json.loads(body)["members"]}

    def etcd(self, i):
        """The process of a backend's etcd."""
        pids = subprocess.run(["pgrep", "-P", str(self.backends[i].process.pid), "etcd"], capture_output=True, text=True).stdout.split()
        return int(pids[0]) if pids else 0

    def stop(self):
        for b in self.backends: b.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def login(b):
    import base64
    word = base64.b64encode(("admin:" + ADMIN["PICKET_ADMIN_PASSWORD"]).encode()).decode()
    status, body = b.http("GET", "/auth", None, {"Authorization": "Basic " + word})
    assert status == 200, (status, body)
    b.token = json.loads(body)["access_token"]


def in_cluster(*given, **more):
    def story(f):
        def run():
            c = Cluster(*given, **more)
            try: return f(c)
            finally: c.stop()
        run.__name__ = f.__name__
        return run
    return story


def state(pid):
    with open("/proc/%d/stat" % pid) as f: return f.read().rsplit(")", 1)[1].split()[0]


@in_cluster(3)
def story_one_of_three_may_go(c):
    if not c.all_healthy(): return "not healthy: %s" % c.health()
    if sorted(c.members()) != c.names: return "members: %s" % c.members()
    old = c.etcd(1)
    os.kill(old, signal.SIGKILL)
    if not eventually(lambda: c.etcd(1) not in (0, old), 20): return "its etcd is not started again"
    if not c.all_healthy(): return "not well after its etcd was killed: %s" % c.health()
    c.backends[1].kill()  # and its etcd with it
    if not eventually(lambda: c.healthy() == ["backend-0", "backend-2"] or c.healthy() == ["backend-2", "backend-0"], 15): return "a dead member is healthy: %s" % c.health()
    c.backends[1].start()
    return None if c.all_healthy() else "not well again: %s" % c.health()


@in_cluster(3)
def story_answers_come_whatever_is_down(c):
    if not c.all_healthy(): return "not healthy: %s" % c.health()
    stopped = [c.etcd(i) for i in range(3)]
    try:
        for count, pid in enumerate(stopped, 1):
            os.kill(pid, signal.SIGSTOP)  # hung, not gone: it takes connections and says nothing
            if not eventually(lambda: state(pid) == "T"): return "it does not stop"
            health = c.health()  # has its own limit
            silent = [m for m in health["ClusterHealth"] if not m["Healthy"]]
            if len(silent) < count: return "%d are stopped, not healthy are only %s" % (count, silent)
            for method, path in (("GET", "/members"), ("GET", "/id"), ("POST", "/members?peer-addrs=http://127.0.0.1:9")): c.api(method, path)
        if "no response within" not in json.dumps(health): return "health does not say why: %s" % health
        status, body = c.api("GET", "/members")
        if status != 503 or "no response" not in body: return "members of a silent cluster: %s %s" % (status, body)
    finally:
        for pid in stopped: os.kill(pid, signal.SIGCONT)
    return None if c.all_healthy() else "not well again: %s" % c.health()


@in_cluster(3)
def story_a_new_member_is_a_learner_until_it_is_in_sync(c):
    if not c.all_healthy(): return "not healthy: %s" % c.health()
    c.names.append("backend-3"); c.clients.append(c.url()); c.peers.append(c.url())
    end = time.time() + 30
    while True:  # etcd changes no members in its first seconds
        status, body = c.api("POST", "/members?peer-addrs=" + c.peers[3])
        if status == 200 or time.time() > end: break
        time.sleep(0.5)
    if status != 200: return "member-add: %s %s" % (status, body)
    added = json.loads(body)
    if not added["member"].get("isLearner"): return "not a learner: %s" % added
    status, _ = c.api("POST", "/members?peer-addrs=http://127.0.0.1:9")
    if status == 200: return "a second learner was taken"
    c.backends.append(c.backend(3, "--etcd-initial-cluster-state", "existing"))
    if not eventually(lambda: c.members().get("backend-3", {"isLearner": True}).get("isLearner") is None, 40): return "not promoted: %s" % c.members()
    number = "%x" % c.members()["backend-3"]["ID"]
    if c.api("PUT", "/members/%s?peer-addrs=%s" % (number, c.peers[3]))[0] != 200: return "member-update"
    if c.api("DELETE", "/members/" + number)[0] != 200: return "member-remove"
    if "backend-3" in c.members(): return "still there"
    status, body = c.api("DELETE", "/members/1")
    return None if (status, body) == (500, "etcdserver: member not found\n") else "an unknown member: %s %s" % (status, body)


@in_cluster(1)
def story_a_wrong_address_harms_nobody(c):
    if not c.all_healthy(): return "not healthy: %s" % c.health()
    status, body = c.api("POST", "/members?peer-addrs=http://127.0.0.1:9")
    if status != 200: return "member-add: %s %s" % (status, body)
    status = subprocess.run(["curl", "-s", "-m", "3", c.clients[0] + "/v3/kv/put", "-d", '{"key":"YQ==","value":"Yg=="}'], capture_output=True)
    return None if b"revision" in status.stdout else "etcd takes no write: %s" % status.stdout


@in_cluster(3, tls=True)
def story_the_guides_certificates(c):
    if not c.all_healthy(): return "not healthy: %s" % c.health()
    if sorted(c.members()) != c.names: return "members: %s" % c.members()
    # An etcd that others run: this one, with the client's certificate.
    f = lambda name: "%s/%s" % (c.folder, name)
    outside = Backend("--no-embed-etcd", "--etcd-client-urls", ",".join(c.clients), "--etcd-trusted-ca-file", f("ca.pem"), "--etcd-cert-file", f("client.pem"),
                      "--etcd-key-file", f("client-key.pem"), "--etcd-members-only", env=ADMIN)
    try:
        names = lambda: sorted(m["Name"] for m in json.loads(outside.http("GET", "/health")[1])["ClusterHealth"] if m["Healthy"])
        if not eventually(lambda: names() == c.names, 20): return "from outside: %s" % outside.http("GET", "/health")[1]
    finally: outside.stop()
    bare = subprocess.run(["curl", "-s", "-m", "3", "--cacert", f("ca.pem"), c.clients[0] + "/health"], capture_output=True)
    return None if bare.returncode else "etcd answers somebody without a certificate: %s" % bare.stdout


@in_cluster(3)
def story_etcd_ends_with_its_backend(c):
    if not c.all_healthy(): return "not healthy: %s" % c.health()
    pids = [c.etcd(i) for i in range(3)]
    c.backends[0].kill(signal.SIGKILL)
    if not eventually(lambda: not os.path.exists("/proc/%d" % pids[0]), 10): return "the etcd of a killed backend runs on"
    began = time.time()
    if c.backends[1].kill(signal.SIGTERM) != 0: return "the stop is no success"
    if time.time() - began > 12: return "the stop took %.1f s" % (time.time() - began)
    return "the etcd of a stopped backend runs on" if os.path.exists("/proc/%d" % pids[1]) else None


def config(*options):
    r = subprocess.run([os.environ.get("PICKET", "build/dev/bin/picket"), "backend", "check-config", *options], capture_output=True, text=True,
                       env={**os.environ, **ADMIN})
    return r.returncode, r.stdout + r.stderr


def story_combinations_are_checked():
    folder = tempfile.mkdtemp(prefix="picket-etcd-")
    try:
        ca(folder, "a")
        f = lambda name: "%s/%s" % (folder, name)
        given = ["--etcd-name", "a", "--etcd-initial-cluster", "a=https://10.0.0.1:2380,b=https://10.0.0.2:2380,c=https://10.0.0.3:2380", "--etcd-peer-trusted-ca-file", f("ca.pem"),
                 "--etcd-peer-client-cert-auth", "--etcd-peer-cert-file"]
        status, said = config(*given, f("client.pem"), "--etcd-peer-key-file", f("client-key.pem"))
        if status != 1 or "is not for servers" not in said or "is not for 10.0.0.1" not in said: return "a client's certificate: %s" % said
        subprocess.run([os.environ.get("PICKET", "build/dev/bin/picket"), "ca", "member", "b", "10.0.0.1", "--dir", folder], check=True, capture_output=True)
        status, said = config(*given, f("b.pem"), "--etcd-peer-key-file", f("b-key.pem"), "--etcd-listen-peer-urls", "https://10.0.0.1:2380")
        return None if status == 0 and "warning" not in said else "a member's certificate: %s" % said
    finally: shutil.rmtree(folder, ignore_errors=True)


def story_what_cannot_be_is_said():
    two = ["--etcd-name", "a", "--etcd-initial-cluster", "a=http://127.0.0.1:1,b=http://127.0.0.1:2"]
    for options, words in ((two + ["--etcd-members-only", "--etcd-program", "/nowhere/etcd"], "there is no /nowhere/etcd"),
                           (two + ["--etcd-members-only", "--etcd-program", "no-such-etcd"], "apt-get install etcd-server")):
        try: Backend(*options, env=ADMIN).stop()
        except RuntimeError as e:
            if words in str(e): continue
            return "%s: %s" % (options, e)
        return "it starts with %s" % options


if __name__ == "__main__":
    if not shutil.which("etcd"):
        print("left out: no etcd on this machine (apt-get install etcd-server)\n0 passed, 0 failed")
        sys.exit(0)
    sys.exit(run_stories([f for name, f in list(globals().items()) if name.startswith("story_")]))
