#!/usr/bin/env python3
"""Three backends over three real etcds: what one takes all have; kills, a stopped member, a lost quorum; nothing acknowledged is lost.

  cluster_test.py [--faults] [STORY...]    the stories named, or the short ones; --faults: the long ones
"""
import base64, http.client, json, os, random, signal, sqlite3, sys, threading, time, urllib.error, uuid

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from cluster_world import ETCD, Cluster, Embedded, SmallCluster
from stories import in_world, run_stories, stored
from wire import HOST, Agent, Backend, Closed, eventually


def check(name, **more):
    return {"type": "CheckConfig", "api_version": "core/v2", "metadata": {"name": name, "namespace": "default"},
            "spec": {"command": "true", "interval": 3600, "subscriptions": ["none"], **more}}["spec"] | {"metadata": {"name": name, "namespace": "default"}}


def stale_of(member):
    """Picket-Stale of a read; None: it has none."""
    member.api("GET", "/checks")  # logged in
    c = http.client.HTTPConnection(HOST, member.api_port, timeout=10)
    c.request("GET", "/api/core/v2/namespaces/default/checks", headers={"Authorization": "Bearer " + member.token})
    value = c.getresponse().getheader("Picket-Stale")
    c.close()
    return value


def sees(member, path, wanted=200):
    return lambda: member.api("GET", path)[0] == wanted


class Load(threading.Thread):
    """An agent that numbers its events, keeps what is not acknowledged and sends it again, at the next member when one is gone."""

    def __init__(self, members, name, checks=5, shared=0):
        super().__init__(daemon=True)
        self.members, self.name_, self.checks, self.shared = members, name, checks, shared
        self.acked, self.made, self.stopping, self.sessions, self.at, self.gaps, self.last = 0, 0, False, 0, 0, [], time.time()

    def check_of(self, n):
        return f"c{n % self.checks}"

    def run(self):
        while not self.stopping or self.acked < self.made:
            member = self.members[self.at % len(self.members)]
            try:
                a = Agent(member, self.name_, headers=[("Picket-Ack", "stream-" + self.name_)], timeout=5)
                self.sessions += 1
                self.session(a)
            except (OSError, Closed, AssertionError, KeyError):
                pass
            self.at += 1
            time.sleep(0.05)
            if self.stopping and time.time() > self.give_up:
                return

    def session(self, a):
        n = int(dict((k.lower(), v) for k, v in a.headers)["picket-ack"])
        self.acked = max(self.acked, n)
        self.got(n)
        n = self.acked
        a.keepalive()
        while not self.stopping or n < self.made or self.acked < self.made:
            sent = 0
            while sent < 10 and n - self.acked < 100 and (n < self.made or not self.stopping):
                n += 1
                sent += 1
                self.made = max(self.made, n)
                a.message(f"event {n}", {
                    "timestamp": int(time.time()), "id": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.name_}-{n}")), "entity": a.entity(),
                    "check": {"metadata": {"name": self.check_of(n), "namespace": "default"}, "interval": 10, "status": n % 3, "output": str(n),
                              "executed": 1_700_000_000 + n}, "metadata": {"namespace": "default"}})
            self.listen(a)
            if self.stopping and time.time() > self.give_up:
                return

    def listen(self, a):
        try:
            while True:
                self.got(int(a.wait_message("ack", 0.02)["seq"]))
        except TimeoutError:
            pass

    def got(self, ack):
        if ack > self.acked:
            self.gaps.append(time.time() - self.last)
            self.acked = ack
        self.last = time.time()

    def finish(self, seconds=30):
        self.give_up = time.time() + seconds
        self.stopping = True
        self.join(seconds + 5)
        return None if self.acked == self.made else f"{self.name_}: {self.made} events, acknowledged {self.acked}"


def same(members, path):
    texts = []
    for m in members:
        status, body = m.api("GET", path)
        texts.append(json.dumps(body, sort_keys=True) if status == 200 else f"status {status}")
    return len(set(texts)) == 1


def history_problem(member, load):
    """Every number once and in order: the last 21 results of each check are exactly the last 21 numbers of it."""
    for c in range(load.checks):
        event = stored(member, load.name_, f"c{c}")
        numbers = [n for n in range(1, load.acked + 1) if n % load.checks == c]
        if not numbers:
            continue
        if not event:
            return f"{load.name_}/c{c} is not stored"
        if event["check"]["output"] != str(numbers[-1]):
            return f"{load.name_}/c{c}: the last is {event['check']['output']}, expected {numbers[-1]}"
        got = [h["executed"] - 1_700_000_000 for h in event["check"]["history"]]
        if got != numbers[-21:]:
            return f"{load.name_}/c{c}: history {got}, expected {numbers[-21:]}"
    return None


def settled_problem(cluster, loads):
    problems = [p for p in (l.finish() for l in loads) if p]
    if problems:
        return "; ".join(problems)
    alive = [m for m in cluster.members if m.process.poll() is None]
    if not eventually(lambda: same(alive, "/events"), 15, 0.2):
        return "members do not have the same events"
    for load in loads:
        for m in alive:
            if problem := history_problem(m, load):
                return f"backend-{m.i}: {problem}"
    return None


@in_world(Cluster)
def what_one_takes_all_have(w):
    a, b, c = w.members
    if a.api("PUT", "/checks/x", check("x"))[0] not in (200, 201):
        return "A refuses a check"
    if not all(eventually(sees(m, "/checks/x"), 5) for m in (b, c)):
        return "B or C do not see the check made at A"
    if b.api("DELETE", "/checks/x")[0] != 204 or not all(eventually(sees(m, "/checks/x", 404), 5) for m in (a, c)):
        return "a check deleted at B is still there"
    token = a.token
    for m in (b, c):
        status = m.http("GET", "/api/core/v2/namespaces/default/checks", headers={"Authorization": "Bearer " + token})[0]
        if status != 200:
            return f"A's login is not known at backend-{m.i}: {status}"
    return None


@in_world(Cluster)
def a_write_that_two_members_make_at_once_is_made_once(w):
    results = []

    def make(m, k):
        results.append((k, m.api("POST", "/checks", check(f"once-{k}", command=f"echo {m.i}"))[0]))
    for m in w.members:
        m.login()
    for k in range(20):
        threads = [threading.Thread(target=make, args=(m, k)) for m in w.members]
        for t in threads: t.start()
        for t in threads: t.join()
    for k in range(20):
        got = sorted(s for n, s in results if n == k)
        if got != [201, 409, 409]:
            return f"once-{k}: {got}"
    return None if eventually(lambda: same(w.members, "/checks"), 5) else "members have different checks"


@in_world(Cluster)
def events_of_agents_at_all_members_are_the_same_everywhere(w):
    loads = [Load([m], f"agent-{m.i}") for m in w.members]
    for l in loads: l.start()
    time.sleep(3)
    return settled_problem(w, loads)


@in_world(Cluster)
def killed_members_and_leaders_lose_nothing(w):
    loads = [Load(w.members[i:] + w.members[:i], f"agent-{i}") for i in range(3)]
    for l in loads: l.start()
    time.sleep(1)
    w.members[1].kill()
    time.sleep(2)
    w.members[1].start()
    leader = w.etcd.leader()
    w.etcd.kill(leader)
    time.sleep(6)
    w.etcd.start(leader)
    w.wait_ready()
    time.sleep(2)
    return settled_problem(w, loads)


@in_world(Cluster)
def a_lost_quorum_refuses_writes_and_comes_back(w):
    load = Load(w.members[:1], "agent-q")
    load.start()
    time.sleep(1)
    if stale_of(w.members[0]) is not None:
        return "with a quorum a read says that it is old"
    for i in (1, 2):
        w.etcd.kill(i)
    w.members[0].login() if not w.members[0].token else None
    time.sleep(8)
    began = time.time()
    status, body = w.members[0].api("PUT", "/checks/q", check("q"))
    if status != 503 or "no quorum" not in json.dumps(body):
        return f"without a quorum a write gets {status} {body}"
    if time.time() - began > 2:
        return "the refusal takes too long"
    if w.members[0].api("GET", "/events")[0] != 200:
        return "reads do not go on"
    if not 5 <= int(stale_of(w.members[0]) or -1) <= 60:
        return f"without a quorum a read has Picket-Stale {stale_of(w.members[0])}"
    named = lambda: all(name in json.dumps(w.members[0].api("PUT", "/checks/q", check("q"))[1]) for name in ("e1 (", "e2 ("))
    if not eventually(named, 10, 0.5):
        return f"who is missing is not said: {w.members[0].api('PUT', '/checks/q', check('q'))}"
    for i in (1, 2):
        w.etcd.start(i)
    if not eventually(lambda: w.members[0].api("PUT", "/checks/q", check("q"))[0] in (200, 201), 15, 0.3):
        return "it does not come back"
    if not eventually(lambda: stale_of(w.members[0]) is None, 5, 0.3):
        return "reads are old though the quorum is back"
    return settled_problem(w, [load])


@in_world(Cluster)
def what_was_alerted_without_a_quorum_is_not_alerted_again(w):
    path = os.path.join(w.etcd.dir, "alerts")
    os.mkdir(path)
    w.members[0].api("PUT", "/handlers/note", file_handler(path) | {"alert": {"after": 1, "every": 0}})
    stays, moves = [Agent(w.members[0], name) for name in ("stays", "moves")]
    for a in (stays, moves):
        a.keepalive()
        a.event("disk", handlers=["note"])
    if not eventually(lambda: all(sees(m, f"/events/{a.name}/disk")() for m in w.members for a in (stays, moves)), 10):
        return "the events do not come"
    alerts = lambda: sorted((e["entity"]["metadata"]["name"], e["check"]["occurrences"])
                            for e in (json.load(open(os.path.join(path, name))) for name in os.listdir(path)) if e["check"]["status"] == 2)
    for i in (1, 2):
        w.etcd.kill(i)
        w.members[i].kill()
    time.sleep(7)
    for a in (stays, moves):
        a.event("disk", status=2, handlers=["note"])
    if not eventually(lambda: len(alerts()) == 2, 10):
        return f"without a quorum these alerts went out: {alerts()}"
    refused, _ = w.members[0].api("PUT", "/api/picket/v1/namespaces/default/events/stays/disk/resolve", {})
    if refused != 503 or w.members[0].api("GET", "/events/stays/disk")[1]["check"]["status"] != 2:
        return f"an event is resolved without a quorum, and the answer is {refused}"
    for i in (1, 2):
        w.etcd.start(i)
        w.members[i].start()
    w.wait_ready()
    if not eventually(lambda: stale_of(w.members[0]) is None, 15, 0.3):
        return "it does not come back"
    status_of = lambda m, a: m.api("GET", f"/events/{a.name}/disk")[1]["check"]["status"]
    if not eventually(lambda: all(status_of(m, a) == 2 for m in w.members for a in (stays, moves)), 15, 0.2):
        return "the others do not hear what is the matter"
    moves = Agent(w.members[1], "moves")
    moves.keepalive()
    for _ in range(4):
        time.sleep(1.1)
        for a in (stays, moves):
            a.event("disk", status=2, handlers=["note"])
    time.sleep(2)
    return None if len(alerts()) == 2 else f"alerted again: {alerts()}"


@in_world(Cluster)
def a_member_that_was_stopped_is_fenced_and_goes_on(w):
    loads = [Load(w.members[i:] + w.members[:i], f"agent-{i}") for i in range(3)]
    for l in loads: l.start()
    time.sleep(1)
    w.members[2].process.send_signal(signal.SIGSTOP)
    time.sleep(15)
    w.members[2].process.send_signal(signal.SIGCONT)
    time.sleep(3)
    return settled_problem(w, loads)


@in_world(Cluster)
def a_copy_that_is_deleted_is_made_again(w):
    load = Load(w.members[:1], "agent-d")
    load.start()
    time.sleep(1)
    w.members[2].kill()
    for name in ("picket.db", "picket.db-wal", "picket.db-shm"):
        try:
            os.unlink(os.path.join(w.members[2].state, name))
        except FileNotFoundError:
            pass
    w.members[2].start()
    w.wait_ready()
    w.members[2].token = None
    return settled_problem(w, [load])


@in_world(Embedded)
def with_etcds_of_its_own_it_is_a_cluster_by_its_options_alone(w):
    a, b, c = w.members
    def healthy(m):
        members = json.loads(m.http("GET", "/health")[1])["ClusterHealth"]
        return len(members) == 3 and all(x["Healthy"] for x in members)
    for m in w.members:
        if not eventually(lambda: healthy(m), 15, 0.5):
            return f"health at backend-{m.i}: {m.http('GET', '/health')[1][:400]}"
    if a.api("PUT", "/checks/x", check("x"))[0] not in (200, 201) or not all(eventually(sees(m, "/checks/x"), 5) for m in (b, c)):
        return "a check made at A is not everywhere"
    b.kill()
    if not eventually(lambda: a.api("PUT", "/checks/y", check("y"))[0] in (200, 201), 15, 0.3):
        return "with one of three dead nothing can be written"
    b.start()
    b.token = None
    if not eventually(lambda: Embedded.is_ready(b), 30, 0.1) or not eventually(sees(b, "/checks/y"), 10):
        return "a member that was killed does not come back: " + b.log_text()[-1500:]
    return None


def file_handler(path):
    return {"metadata": {"name": "note", "namespace": "default"}, "type": "pipe", "command": f"cat > $(mktemp {path}/XXXXXXXX)"}


@in_world(Cluster)
def a_dead_agent_is_alerted_once_and_turns_are_taken_once(w):
    path = os.path.join(w.etcd.dir, "alerts")
    os.mkdir(path)
    w.members[0].api("PUT", "/handlers/keepalive", file_handler(path) | {"metadata": {"name": "keepalive", "namespace": "default"}})
    w.members[1].api("PUT", "/checks/turn", check("turn", subscriptions=["ring"], interval=5, round_robin=True, publish=True))
    agents = []
    for m in w.members:
        a = Agent(m, f"ring-{m.i}", subscriptions="ring")
        a.keepalive(timeout=120)
        agents.append(a)
    dying = Agent(w.members[2], "dying")
    dying.keepalive(timeout=5)
    dying.close()
    requests, end = [], time.time() + 26

    def listen(a):
        while time.time() < end:
            try:
                requests.append((time.time(), a.name, a.wait_message("check_request", 1)["issued"]))
            except (TimeoutError, Closed):
                pass
    threads = [threading.Thread(target=listen, args=(a,)) for a in agents]
    for t in threads: t.start()
    for t in threads: t.join()
    if len({issued for _, _, issued in requests}) != len(requests):
        return f"a turn was taken twice: {sorted(requests)}"
    if not 3 <= len(requests) <= 7 or len({name for _, name, _ in requests}) < 2:
        return f"in 26 s, every 5 s, these got turns: {sorted(requests)}"
    alerts = [json.load(open(os.path.join(path, name))) for name in os.listdir(path)]
    dead = [(e["entity"]["metadata"]["name"], e["check"]["status"]) for e in alerts if e["check"]["metadata"]["name"] == "keepalive" and e["check"]["status"] > 0
            and e["check"]["occurrences"] == 1]
    return None if dead == [("dying", 1)] else f"alerts: {dead}"


@in_world(Cluster)
def a_log_that_is_long_is_trimmed_and_a_new_copy_is_made_from_a_checkpoint(w):
    blob = "".join(random.choice("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/") for _ in range(480_000))
    for k in range(200):  # some 70 MB when compressed
        status, body = w.members[k % 3].api("PUT", "/checks/big", check("big", annotations=None) | {
            "metadata": {"name": "big", "namespace": "default", "annotations": {"blob": blob[k:] + blob[:k]}}})
        if status not in (200, 201):
            return f"PUT {k}: {status} {str(body)[:200]}"
    w.members[0].api("PUT", "/checks/last", check("last"))

    def trimmed():
        try:
            return w.etcd.ask(0, "/v3/kv/range", {"key": base64.b64encode(b"/picket/c/trimmed").decode()}).get("count")
        except OSError:
            return False
    if not eventually(trimmed, 60, 1):
        return "nothing was trimmed"
    m = w.members[2]
    m.kill()
    for name in ("picket.db", "picket.db-wal", "picket.db-shm"):
        if os.path.exists(os.path.join(m.state, name)):
            os.unlink(os.path.join(m.state, name))
    m.start()
    w.wait_ready()
    if "made anew from a checkpoint" not in m.log_text():
        return "the copy was not made from the checkpoint: " + m.log_text()[-2000:]
    m.token = None
    return None if same(w.members, "/checks") else "members have different checks"


def fill(etcd):
    """A key of somebody else, written until etcd is full; its last value is small."""
    key = base64.b64encode(b"/others/key").decode()
    try:
        for _ in range(60):
            etcd.ask(0, "/v3/kv/put", {"key": key, "value": base64.b64encode(random.randbytes(1_000_000)).decode()}, timeout=10)
    except urllib.error.HTTPError as e:
        return e.code == 429
    return False


@in_world(SmallCluster)
def a_full_etcd_is_given_room_and_the_event_says_so(w):
    load = Load(w.members[:1], "agent-full")
    load.start()
    time.sleep(1)
    if not fill(w.etcd):
        return "etcd is not full after 60 MB"
    m = w.members[1]
    refused = lambda: m.api("PUT", "/checks/full", check("full"))[0] == 503
    eventually(refused, 5, 0.1)  # it may be over before anybody looks
    if not eventually(lambda: m.api("PUT", "/checks/full", check("full"))[0] in (200, 201), 60, 0.5):
        return f"it stays full: {m.api('PUT', '/checks/full', check('full'))}: " + "".join(x.log_text()[-1500:] for x in w.members)
    for i in range(3):
        if int(w.etcd.ask(i, "/v3/maintenance/status", {})["dbSize"]) > 16 << 20:
            return f"e{i} was not defragmented"
    if w.etcd.ask(0, "/v3/maintenance/alarm", {"action": "GET"}).get("alarms"):
        return "the alarm stays"
    outputs = lambda: [e["check"]["output"] for e in m.api("GET", "/events", ns="sensu-system")[1] or [] if e["check"]["metadata"]["name"] == "backend-store"]
    if not eventually(lambda: any("it was compacted and defragmented" in o for o in outputs()), 15, 0.5):
        return f"the event does not say what was done: {outputs()}"
    return settled_problem(w, [load])


@in_world(Cluster)
def a_copy_that_differs_is_found_and_made_again(w):
    m = w.members[2]
    m.kill()
    db = sqlite3.connect(os.path.join(m.state, "picket.db"))
    text = db.execute("SELECT value FROM meta WHERE key='cluster'").fetchone()[0]
    raw = bytearray.fromhex(text)
    at = next(i for i, byte in enumerate(raw) if byte < 0x80) + 1  # behind the position: the hash of all decisions
    raw[at] ^= 1
    db.execute("UPDATE meta SET value=? WHERE key='cluster'", (raw.hex(),))
    db.commit()
    db.close()
    m.start()
    w.wait_ready()
    loads = [Load([x], f"agent-{x.i}") for x in w.members[:2]]
    for l in loads: l.start()
    if not eventually(lambda: m.process.poll() is not None, 60, 0.3):
        return "nobody noticed"
    if "differs from that of the others" not in m.log_text():
        return "it ended without a word: " + m.log_text()[-800:]
    m.start()
    w.wait_ready()
    m.token = None
    return settled_problem(w, loads)


@in_world(Cluster)
def a_copy_that_ran_alone_does_not_go_back_as_it_is(w):
    m = w.members[2]
    w.members[0].api("PUT", "/checks/x", check("x"))
    if not eventually(sees(m, "/checks/x"), 5):
        return "C does not see it"
    m.process.terminate()
    m.process.wait(20)
    alone = Backend("--log-level", "info", state=m.state)
    if alone.api("GET", "/checks/x")[0] != 200:
        return "the copy is no store of a single backend"
    alone.process.terminate()
    alone.process.wait(20)
    m.start(wait=False)
    m.process.wait(20)
    return None if "has the data of a single backend" in m.log_text() else m.log_text()[-800:]


SHORT = (what_one_takes_all_have, with_etcds_of_its_own_it_is_a_cluster_by_its_options_alone, a_write_that_two_members_make_at_once_is_made_once, events_of_agents_at_all_members_are_the_same_everywhere,
         a_lost_quorum_refuses_writes_and_comes_back)
LONG = (what_was_alerted_without_a_quorum_is_not_alerted_again, a_full_etcd_is_given_room_and_the_event_says_so, a_copy_that_ran_alone_does_not_go_back_as_it_is, a_copy_that_differs_is_found_and_made_again, a_dead_agent_is_alerted_once_and_turns_are_taken_once, a_log_that_is_long_is_trimmed_and_a_new_copy_is_made_from_a_checkpoint,
        killed_members_and_leaders_lose_nothing, a_member_that_was_stopped_is_fenced_and_goes_on, a_copy_that_is_deleted_is_made_again)

if __name__ == "__main__":
    if not ETCD:
        print("skipped: there is no etcd on this machine (apt-get install etcd-server)\n0 passed, 0 failed")
        sys.exit(0)
    faults = "--faults" in sys.argv
    sys.argv = [x for x in sys.argv if x != "--faults"]
    sys.exit(run_stories(LONG if faults else SHORT + LONG if len(sys.argv) > 1 else SHORT))
