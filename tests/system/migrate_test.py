#!/usr/bin/env python3
"""A fleet moves over from Sensu Go 5.11.1 and 6.9.2, and back: `picket migrate plan`, `run` and `check` against stand-ins of both
(tests/support/old_backend.py), with a real backend and a real agent on this side.

  migrate_test.py [NAME...]     NAME: part of a test's name
"""
import json, os, re, shutil, signal, subprocess, sys, tempfile, textwrap, time, urllib.error, urllib.request

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from doc_commands import with_statuses
from edge_process import PICKET, free_ports, run_cases
from old_backend import KEY, OldBackend, recorded_members

PICKET = os.path.abspath(PICKET)
PLURALS = {"checks": "CheckConfig", "handlers": "Handler", "filters": "EventFilter", "hooks": "HookConfig", "mutators": "Mutator", "assets": "Asset",
           "silenced": "Silenced", "roles": "Role", "clusterroles": "ClusterRole", "clusterrolebindings": "ClusterRoleBinding"}


class New:
    """A picket backend with an empty store, and a person at its command line, whose home has a profile of sensuctl for another one."""

    def __init__(self, *options):
        self.dir = tempfile.mkdtemp(prefix="picket-migrate-")
        self.api, self.agents = free_ports(2)
        self.options, self.processes = list(options), []
        self.sensuctl = self.dir + "/home/.config/sensu/sensuctl"
        os.makedirs(self.sensuctl)
        with open(self.sensuctl + "/cluster", "w") as f: f.write('{"api-url": "http://old.example:8080", "access_token": "t", "expires_at": 1}')
        self.start()
        self.ok("ctl", "configure", "-n", "--url", self.url, "--username", "admin", "--password", "P@ssw0rd!")

    url = property(lambda self: "http://127.0.0.1:%d" % self.api)

    def start(self):
        self.backend = self.run_beside("backend", "start", "--state-dir", self.dir + "/state", "--cache-dir", self.dir + "/cache", "--api-listen-address",
                                       "127.0.0.1:%d" % self.api, "--agent-host", "127.0.0.1", "--agent-port", str(self.agents), "--log-level", "info", *self.options)
        self.wait(self.is_up, "the API answers")

    def is_up(self):
        try: return urllib.request.urlopen(self.url + "/health", timeout=5).status == 200
        except OSError: return False

    def run_beside(self, *argv):
        log = open(self.dir + "/log", "ab")
        process = subprocess.Popen([PICKET, *argv], stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def end(self, process):
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        self.processes.remove(process)

    def agent(self, name):
        return self.run_beside("agent", "start", "--name", name, "--subscriptions", "system", "--backend-url", "ws://127.0.0.1:%d" % self.agents, "--state-dir",
                               self.dir + "/agent-" + name, "--cache-dir", self.dir + "/cache-" + name, "--disable-api", "--disable-sockets", "--statsd-disable",
                               "--keepalive-interval", "1", "--password", "0ld-secret", "--labels", "db_password=hunter2", "--redact", "db_password")

    def wait(self, what, why, seconds=60):
        end = time.time() + seconds
        while time.time() < end:
            if what(): return
            time.sleep(0.1)
        raise AssertionError("not within %d s: %s\n%s" % (seconds, why, open(self.dir + "/log", errors="replace").read()[-1500:]))

    def run(self, *argv, **env):
        environment = {"HOME": self.dir + "/home", "PATH": os.environ["PATH"], "TZ": "UTC", **env}
        p = subprocess.run([PICKET, *argv], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=120)
        return p.returncode, p.stdout, p.stderr

    def ok(self, *argv, **env):
        status, out, err = self.run(*argv, **env)
        assert status == 0, "%s: %d %s %s" % (" ".join(argv), status, out, err)
        return out + err

    def get(self, path): return json.loads(self.ok("ctl", *path.split(), "--format", "json"))

    def file(self, name, text):
        with open(self.dir + "/" + name, "w") as f: f.write(text)
        return self.dir + "/" + name

    def close(self):
        for process in self.processes: process.kill(), process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


def moved(story, release):
    old, new = OldBackend(release), New()
    try: story(old, new)
    finally: new.close(), old.close()


def from_flags(old): return ["--from", old.url, "--from-username", "admin", "--from-password", "P@ssw0rd!"]


def carry(old, new):
    """plan and run, with the users of etcd; what run could not carry is what the recordings have that picket refuses."""
    hashed = new.ok("ctl", "user", "hash-password", "0ld-secret").strip()
    users = old.users_file(new.dir + "/users.json", hashed)
    plan = new.ok("migrate", "plan", *from_flags(old), "--users", users, "--record", new.dir + "/before.json")
    status, out, err = new.run("migrate", "run", *from_flags(old), "--users", users)
    return plan, status, out, err


def story(old, new):
    plan, status, out, err = carry(old, new)
    assert "its password is Sensu's default" in plan, plan
    assert "silent now, and silent after the move, without a second alert: default/down" in plan, plan
    assert "default/secret: label db_password is REDACTED" in plan, plan
    assert "not told again" in plan and "with their passwords: admin, agent, alice" in plan, plan
    assert "events with their past: 6;" in out, (out, err)
    assert not old.writes, old.writes
    for line in err.splitlines():  # what picket refuses on purpose has a reason
        assert re.search(r"is not valid|unknown verb|missing command|cannot|must|invalid|is REDACTED|left out|not written|could not be carried|has no|no attribute|ClusterRole \S+: rules.*permits nothing", line), line

    # Users keep their passwords, keys go on.
    new.ok("ctl", "user", "test-creds", "alice", "--password", "0ld-secret")
    new.ok("ctl", "configure", "-n", "--url", new.url, "--username", "admin", "--password", "0ld-secret")
    if old.release[0] != "5": assert "default" in new.ok("ctl", "namespace", "list", "--api-key", KEY)

    # Silences keep their ends, incidents their count.
    silence = next(s for s in new.get("silenced list") if s["metadata"]["name"] == "entity:well:disk")
    assert abs(silence["expire_at"] - old.end) <= 3, (silence, old.end)
    disk = new.get("event info well disk")
    assert disk["check"]["occurrences"] == 5 and disk["check"]["status"] == 2, disk["check"]

    # A second run changes nothing but passwords.
    again = new.ok("migrate", "run", *from_flags(old)) if status == 0 else new.run("migrate", "run", *from_flags(old))[1]
    assert "0 created, 0 changed" in again, again

    # Before the agents are over nobody is well, and check says so.
    status, out, err = new.run("migrate", "check", "--record", new.dir + "/before.json")
    assert status == 1 and re.search(r"default/well +silent", out) and re.search(r"default/down +down", out), (status, out, err)

    # One comes over: its secret is its own again, and its incident goes on.
    agent = new.agent("secret")
    body = json.dumps({"entity": {"entity_class": "agent", "metadata": {"name": "secret", "namespace": "default"}},
                       "check": {"status": 2, "interval": 10, "command": "x", "executed": int(time.time()), "metadata": {"name": "disk", "namespace": "default"}}})
    try:
        new.wait(lambda: re.search(r"default/secret +changed +disk: no result since the move", new.run("migrate", "check", *from_flags(old))[1]), "the agent is over")
        assert new.get("entity info secret")["metadata"]["labels"]["db_password"] == "REDACTED"
        new.ok("ctl", "create", "-f", new.file("event.json", '{"type": "Event", "api_version": "core/v2", "metadata": {"namespace": "default"}, "spec": %s}' % body))
        new.wait(lambda: re.search(r"default/secret +well", new.run("migrate", "check", *from_flags(old))[1]), "its check has reported")
        assert new.get("event info secret disk")["check"]["occurrences"] == 6
    finally: new.end(agent)


def a_fleet_of_5_moves(): moved(story, "5.11.1")
def a_fleet_of_6_moves(): moved(story, "6.9.2")


def tokens_expire_during_a_move():
    """Login tokens of the old backend live for minutes, of which its clock has its own opinion: it is logged in to anew, and no file holds them."""
    for ahead in (0, -100000):
        old, new = OldBackend("5.11.1", token_uses=3, clock_ahead=ahead), New()
        try:
            mine = open(new.dir + "/home/.config/picket/ctl/cluster").read()
            plan, status, out, err = carry(old, new)
            assert "events with their past: 6;" in out, (out, err)
            assert "nauthorized" not in out + err, (out, err)
            assert old.logins > 6 and 0 < old.expired < old.logins, (old.logins, old.expired)
            assert not old.writes, old.writes
            assert open(new.dir + "/home/.config/picket/ctl/cluster").read() == mine, "its tokens are in our profile"
        finally: new.close(), old.close()


RULE = """
type: Handler
metadata: {name: pager}
spec: {type: file, file: {path: %s}, filters: [is_incident, not_silenced], alert: {after: 1}}
"""


def open_incidents_are_not_notified_again():
    """Handlers get alert rules after the move. Incidents that were open are not notified, also after a restart; their ends are."""
    old, new = OldBackend("6.9.2"), New()
    try:
        for event in old.kinds["events"]: event["check"].update(handlers=["pager"], is_silenced=False, silenced=[])
        carry(old, new)
        new.ok("ctl", "configure", "-n", "--url", new.url, "--username", "admin", "--password", "0ld-secret")
        said = new.ok("ctl", "event", "explain", "down", "disk")
        assert "Taken over from another backend at occurrence 5, which has notified of it" in said, said
        new.ok("ctl", "create", "-f", new.file("pager.yaml", RULE % (new.dir + "/alerts")))
        def result(host, status, check="disk"):
            body = {"entity": {"entity_class": "agent", "metadata": {"name": host, "namespace": "default"}},
                    "check": {"status": status, "interval": 10, "command": "x", "handlers": ["pager"], "executed": int(time.time()), "metadata": {"name": check, "namespace": "default"}}}
            new.ok("ctl", "create", "-f", new.file("event.json", json.dumps({"type": "Event", "api_version": "core/v2", "metadata": {"namespace": "default"}, "spec": body})))
        alerts = lambda: [(e["entity"]["metadata"]["name"], e["check"]["metadata"]["name"], e["check"]["status"]) for e in map(json.loads, open(new.dir + "/alerts"))] if os.path.exists(new.dir + "/alerts") else []
        result("down", 2)
        assert "repeats what was sent" in new.ok("ctl", "event", "explain", "down", "disk")
        new.end(new.backend), new.start()
        result("secret", 2), result("down", 2)
        result("secret", 0)
        result("down", 2, "new")
        new.wait(lambda: len(alerts()) >= 2, "the end and the new incident are notified")
        time.sleep(0.5)
        assert sorted(alerts()) == [("down", "new", 2), ("secret", "disk", 0)], alerts()
    finally: new.close(), old.close()


def profiles_do_not_mix():
    """`picket ctl` reads sensuctl's profile while it has none of its own, and never writes it."""
    new = New()
    try:
        theirs = open(new.sensuctl + "/cluster").read()
        assert "old.example" in theirs, theirs
        assert new.url in open(new.dir + "/home/.config/picket/ctl/cluster").read()
        shutil.rmtree(new.dir + "/home/.config/picket")
        assert "http://old.example:8080" in new.ok("ctl", "config", "view")
        new.ok("ctl", "config", "set-namespace", "acme")
        assert open(new.sensuctl + "/cluster").read() == theirs and not os.path.exists(new.sensuctl + "/profile")
    finally: new.close()


def documents(text): return [json.loads(d) for d in re.split(r"(?<=^\})\n(?=\{)", text, flags=re.M) if d.strip()]


def dumps_for_older_releases(release="5.11.1", short="5.11"):
    """Everything that the old one had comes back in a form in which it knows every member."""
    old, new = OldBackend(release), New()
    try:
        carry(old, new)
        new.ok("ctl", "configure", "-n", "--url", new.url, "--username", "admin", "--password", "0ld-secret")
        new.ok("ctl", "create", "-f", new.file("own.yaml", OWN))
        text = new.ok("ctl", "dump", "all", "--all-namespaces", "--for", short, "--format", "wrapped-json", "--file", new.dir + "/back.json")
        assert "Handler mail is not in the dump: %s has no handlers of type email" % short in text, text
        assert ("CheckConfig piped: CheckConfig has no \"pipelines\" in 5.11" in text) == (short == "5.11"), text
        known, plural = recorded_members(release), {v: k for k, v in PLURALS.items()}
        back = documents(open(new.dir + "/back.json").read())
        types = [d["type"] for d in back]
        assert types.index("Handler") < types.index("CheckConfig") and types.index("Silenced") < types.index("CheckConfig"), types
        for d in back:
            members = known.get(plural.get(d["type"]), None)
            if members is None: continue
            strange = {k for k in d["spec"] if k not in members and d["spec"][k] not in (None, [], {}, "", 0, False)}
            assert not strange, (d["type"], d["metadata"], strange)
            if short == "5.11": assert not set(d["spec"]) - members - {"when", "subdue"}, (d["type"], set(d["spec"]) - members)
        assert not [d for d in back if d["type"] == "Entity" and d["spec"]["entity_class"] == "agent"]
    finally: new.close(), old.close()


def dumps_for_6_9(): dumps_for_older_releases("6.9.2", "6.9")


def by_place(text):
    """The documents of a dump, by kind and place, without what a backend fills in by itself."""
    found = {}
    for d in documents(text):
        d["metadata"].pop("created_by", None)
        labels = d["metadata"].get("labels") or {}
        if labels.pop("sensu.io/managed_by", "") and not labels: d["metadata"].pop("labels")  # the mark of `create`
        if d["type"] == "Entity": d["spec"].pop("last_seen", None)
        if d["type"] == "Silenced": assert 0 < d["spec"].pop("expire") <= 5400 and d["spec"].pop("begin"), d  # seconds that are left
        found[(d["type"], d["metadata"].get("namespace"), d["metadata"].get("name") or d["spec"].get("name"))] = d
    return found


def what_is_dumped_for_an_older_release_is_loaded_without_a_difference(release="5.11.1", short="5.11"):
    """Every kind that the release has: created in an empty backend, twice, dumped again, and applied on top."""
    old, new, empty = OldBackend(release), New(), New()
    try:
        carry(old, new)
        new.ok("ctl", "configure", "-n", "--url", new.url, "--username", "admin", "--password", "0ld-secret")
        new.ok("ctl", "create", "-f", new.file("own.yaml", OWN))
        what = ["ctl", "dump", "all", "--all-namespaces", "--for", short, "--format", "wrapped-json"]
        first = new.ok(*what, "--file", new.dir + "/back.json")
        assert "Event, 6 objects are not in the dump: events are results, not configuration" in first, first
        assert first.count("Event") == 1 and first.count("agents bring theirs") == 1, first
        for _ in range(2): empty.ok("ctl", "create", "-f", new.dir + "/back.json")
        written = open(new.dir + "/back.json").read()
        empty.ok(*what, "--file", empty.dir + "/again.json")
        before, again = by_place(written), by_place(open(empty.dir + "/again.json").read())
        kinds = {key[0] for key in before}
        assert len(kinds) >= (12 if short == "5.11" else 13), kinds
        for key, body in before.items(): assert again.get(key) == body, (key, body, again.get(key))
        for words in (["--dry-run"], []):
            out = empty.ok("ctl", "apply", new.dir + "/back.json", "--set", "", *words)
            assert "0 created, 0 changed" in out, out
    finally: new.close(), empty.close(), old.close()


def what_is_dumped_for_6_9_is_loaded_without_a_difference(): what_is_dumped_for_an_older_release_is_loaded_without_a_difference("6.9.2", "6.9")


def what_is_dumped_is_loaded_without_a_difference():
    """Every kind: loaded, read back, loaded again into the same and into an empty backend."""
    old, new, empty = OldBackend("6.9.2"), New(), New()
    try:
        carry(old, new)
        new.ok("ctl", "configure", "-n", "--url", new.url, "--username", "admin", "--password", "0ld-secret")
        new.ok("ctl", "create", "-f", new.file("own.yaml", OWN))
        what = ["ctl", "dump", "all", "--all-namespaces", "--omit", "core/v2.User,core/v2.APIKey,core/v2.Event"]
        first = new.ok(*what)
        path = new.file("all.yaml", first)
        for words in (["--dry-run"], []):
            out = new.ok("ctl", "apply", path, "--set", "", *words)
            assert "0 created, 0 changed" in out, out
        foreseen = new.run("ctl", "apply", "--dry-run", path, "--set", "", "--config-dir", empty.dir + "/home/.config/picket/ctl")[1]
        out = empty.ok("ctl", "apply", path, "--set", "")
        counts = re.search(r"\d+ created, .*", out).group()
        assert counts == re.search(r"\d+ created, .*", foreseen).group(), (counts, foreseen)
        assert "0 created, 0 changed" in empty.ok("ctl", "apply", path, "--set", "")
        leave = re.compile(r"^.*(last_seen|created_by|begin): .*\n", re.M)
        kinds = {d["type"] for d in documents(new.ok(*what, "--format", "wrapped-json"))}
        assert len(kinds) >= 14, kinds
        again = documents(empty.ok(*what, "--format", "wrapped-json"))
        before = {(d["type"], d["metadata"].get("namespace"), d["metadata"].get("name")): d for d in documents(new.ok(*what, "--format", "wrapped-json"))}
        for d in again:
            d["metadata"].pop("created_by", None)
            key = (d["type"], d["metadata"].get("namespace"), d["metadata"].get("name"))
            if key in before:
                before[key]["metadata"].pop("created_by", None)
                if d["type"] in ("Entity",): d["spec"].pop("last_seen"), before[key]["spec"].pop("last_seen")
                assert d == before[key], (d, before[key])
    finally: new.close(), empty.close(), old.close()


OWN = """
type: Handler
metadata: {name: mail}
spec: {type: email, email: {host: mx, from: a@example.org, to: [b@example.org]}}
---
type: Pipeline
metadata: {name: p}
spec: {workflows: [{name: w, handler: {api_version: core/v2, type: Handler, name: mail}}]}
---
type: CheckConfig
metadata: {name: piped}
spec: {command: x, interval: 60, subscriptions: [linux], pipelines: [{api_version: core/v2, type: Pipeline, name: p}]}
---
type: CheckConfig
metadata: {name: resting}
spec: {command: x, interval: 60, subscriptions: [linux], subdue: {days: {all: [{begin: "5:00PM", end: "6:00PM"}]}}}
---
type: EventFilter
metadata: {name: hours}
spec: {action: allow, expressions: ["true"], when: {days: {all: [{begin: "5:00PM", end: "6:00PM"}]}}}
"""


def order_and_what_cannot_be_written():
    """A dump whose third object is refused, and with an agent's entity in it: the rest is written, checks last, and shown apart."""
    new = New()
    try:
        agent_entity = "{entity_class: agent, subscriptions: [linux]}"
        path = new.file("dump.yaml", OWN + """
---
type: Entity
metadata: {name: own, labels: {sensu.io/managed_by: sensu-agent}}
spec: %s
---
type: Entity
metadata: {name: box, labels: {pw: REDACTED, zone: a}}
spec: {entity_class: proxy}
---
type: User
metadata: {name: bob}
spec: {username: bob, groups: [ops]}
---
type: Handler
metadata: {name: away, namespace: nowhere}
spec: {type: pipe, command: cat}
""" % agent_entity)
        for words in (["--dry-run"], []):
            status, out, err = new.run("ctl", "apply", path, *words)
            assert status == 1, (out, err)
            for said in ("left out Entity default/own: its agent says it", "not written: User bob: a user is written with password",
                         "not written: Handler nowhere/away: ", "label pw is REDACTED in the file"):
                assert said in err, (said, err)
            assert "6 created" in out and "1 left out, 2 not written" in out, out
            assert out.index("create Handler default/mail") < out.index("create CheckConfig default/piped"), out
        assert new.get("entity info box")["metadata"]["labels"] == {"picket.io/set": "default", "zone": "a"}
        assert new.get("check info resting")["subdue"]["days"]["all"], "subdue is kept"
        status, out, err = new.run("ctl", "create", "-f", path)
        assert status == 1 and "not written: Handler nowhere/away" in err and "left out Entity default/own" in err, (out, err)
        assert new.get("check info resting")["subdue"]["days"]["all"] and new.get("filter info hours")["when"]["days"]["all"], "create keeps windows, too"
    finally: new.close()


def secrets_are_not_written_over():
    """A proxy whose label is redacted: the dump that has REDACTED in it changes the rest and leaves the secret."""
    new = New()
    try:
        spec = "{entity_class: proxy, redact: [pw]}"
        new.ok("ctl", "apply", new.file("a.yaml", "type: Entity\nmetadata: {name: box, labels: {pw: s3cret, zone: a}}\nspec: %s\n" % spec))
        path = new.file("b.yaml", "type: Entity\nmetadata: {name: box, labels: {pw: REDACTED, zone: b}}\nspec: %s\n" % spec)
        said = new.ok("ctl", "apply", path)
        assert "1 changed" in said and "label pw is REDACTED in the file" in said, said
        new.ok("ctl", "backup", new.dir + "/b.sqlite")
        stored = open(new.dir + "/b.sqlite", "rb").read()
        assert b"s3cret" in stored
        assert "0 changed" in new.ok("ctl", "apply", path)
    finally: new.close()


def old_passwords_for_a_while():
    """Agents with Sensu's password, from another address of this machine: in while the operator says so, loudly."""
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    bad = subprocess.run([PICKET, "backend", "check-config", "--state-dir", "/nowhere/x", "--agent-default-login-from", "10.0.0.0/8"], capture_output=True, text=True)
    assert bad.returncode != 0 and "come together" in bad.stderr, bad
    far = subprocess.run([PICKET, "backend", "check-config", "--state-dir", "/nowhere/x", "--agent-default-login-from", "10.0.0.0/8", "--agent-default-login-until", "2099-01-01T00:00:00Z"], capture_output=True, text=True)
    assert far.returncode != 0 and "92 days" in far.stderr, far
    known = subprocess.run([PICKET, "backend", "check-config", "--state-dir", "/nowhere/x"], env={**os.environ, "PICKET_AGENT_PASSWORD": "P@ssw0rd!"}, capture_output=True, text=True)
    assert known.returncode == 0 and "agents on other machines are refused with it" in known.stdout + known.stderr, known
    new = New("--agent-default-login-from", "127.0.0.0/8", "--agent-default-login-until", soon)
    try:
        assert "may be any agent" in open(new.dir + "/log").read()
        import base64, http.client
        def upgrade(host):
            c = http.client.HTTPConnection("127.0.0.1", new.agents, timeout=10)
            c.request("GET", "/", headers={"Host": host, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                                           "Sec-WebSocket-Key": base64.b64encode(b"0" * 16).decode(), "Sensu-AgentName": "x", "Sensu-Namespace": "default",
                                           "Sensu-Subscriptions": "", "Authorization": "Basic " + base64.b64encode(b"agent:P@ssw0rd!").decode()})
            return c.getresponse().status
        assert upgrade("monitoring.example.org") == 101
        new.wait(lambda: "an agent logs in with the default password" in open(new.dir + "/log").read(), "the login is told")
        new.end(new.backend)
        new.options = []
        new.start()
        assert upgrade("monitoring.example.org") == 401
    finally: new.close()


STUBS = {
    "etcdctl": "#!/bin/sh\n[ \"$*\" = 'get --prefix /sensu.io/users --print-value-only' ] && [ \"$ETCDCTL_API\" = 3 ] && cat DIR/etcd.json\n",
    "runuser": "#!/bin/sh\n[ \"$1 $2 $3\" = '-u picket-backend --' ] && shift 3 && exec \"$@\"\n",
    "systemctl": "#!/bin/sh\necho \"$*\" >>DIR/systemctl\ncase $* in 'enable --now picket-backend') setsid picket backend start --config-file DIR/etc/picket/backend.yml "
                 "--api-listen-address 127.0.0.1:API --agent-port AGENTS >>DIR/log 2>&1 & echo $! >DIR/pid ;; esac\n",
    "sensuctl": "#!/bin/sh\nexec -a sensuctl DIR/bin/picket \"$@\"\n".replace("/bin/sh", "/bin/bash"),
}


def guide_commands():
    """The fences of the guide marked `move`, in their order: one script."""
    with open(os.path.join(os.path.dirname(__file__), "../../docs/FROM-SENSU.md")) as f: text = f.read()
    fences = [textwrap.dedent(f) for f in re.findall(r"^ *```sh move\n(.*?)^ *```$", text, re.M | re.S)]
    assert len(fences) >= 5, fences
    return "\n".join(fences)


def follow_the_guide(old):
    """Every command of the guide, as it is written, in one shell; paths, ports and the old address are the test's."""
    d = tempfile.mkdtemp(prefix="picket-guide-")
    spare_api, spare_agents, api, agents = free_ports(4)
    try:
        for name in ("bin", "srv/move", "etc/picket", "home/.config/sensu/sensuctl"): os.makedirs(d + "/" + name)
        os.symlink(PICKET, d + "/bin/picket")
        for name, text in STUBS.items():
            with open(d + "/bin/" + name, "w") as f: f.write(text.replace("DIR", d).replace(":API", ":%d" % api).replace("AGENTS", str(agents)))
            os.chmod(d + "/bin/" + name, 0o755)
        with open(d + "/etc/picket/backend.yml", "w") as f: f.write("state-dir: %s/state\ncache-dir: %s/cache\nagent-host: 127.0.0.1\n" % (d, d))
        with open(d + "/srv/move/old-password", "w") as f: f.write("P@ssw0rd!\n")
        os.chmod(d + "/srv/move/old-password", 0o600)
        with open(d + "/home/.config/sensu/sensuctl/cluster", "w") as f: json.dump({"api-url": old.url, "access_token": "old-token", "expires_at": 4000000000}, f)
        hashed = subprocess.run([PICKET, "ctl", "user", "hash-password", "P@ssw0rd!"], capture_output=True, text=True).stdout.strip()
        old.users_file(d + "/etcd.json", hashed)
        script = with_statuses(guide_commands())
        for written, ours in (("http://old:8080", old.url), (":18080", ":%d" % spare_api), ("--agent-port 18081", "--agent-port %d" % spare_agents),
                              ("http://127.0.0.1:8080", "http://127.0.0.1:%d" % api), ("/srv/move", d + "/srv/move"), ("/etc/picket", d + "/etc/picket"),
                              ("--for 6.9", "--for 5.11" if old.release[0] == "5" else "--for 6.9")):
            assert written in script, written
            script = script.replace(written, ours)
        env = {"HOME": d + "/home", "PATH": d + "/bin:" + os.environ["PATH"], "TZ": "UTC"}
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240)
        assert done.returncode == 0, done.stdout[-3000:]
        for said in ("Old backend: ", "events with their past: 6"): assert said in done.stdout, (said, done.stdout[-3000:])
        assert re.search(r"default/down +.*down +", re.sub("\x1b[^m]*m", "", done.stdout)), done.stdout[-3000:]
        assert open(d + "/systemctl").read().split("\n")[:2] == ["stop sensu-backend", "enable --now picket-backend"]
        written = [path for method, path, body in old.writes]
        assert written and all(method == "PUT" for method, path, body in old.writes), written[:3]
        assert any("/checks/" in path for path in written) and not any("/users/" in path or "/events/" in path for path in written), written
    finally:
        if os.path.exists(d + "/pid"):
            try: os.kill(int(open(d + "/pid").read()), signal.SIGKILL)
            except OSError: pass
        shutil.rmtree(d, ignore_errors=True)
        old.close()


def the_guide_from_5(): follow_the_guide(OldBackend("5.11.1"))
def the_guide_from_6(): follow_the_guide(OldBackend("6.9.2"))


TESTS = [the_guide_from_5, the_guide_from_6, a_fleet_of_5_moves, a_fleet_of_6_moves, profiles_do_not_mix, dumps_for_older_releases, dumps_for_6_9, tokens_expire_during_a_move, open_incidents_are_not_notified_again,
         what_is_dumped_for_an_older_release_is_loaded_without_a_difference, what_is_dumped_for_6_9_is_loaded_without_a_difference, what_is_dumped_is_loaded_without_a_difference,
         order_and_what_cannot_be_written, secrets_are_not_written_over, old_passwords_for_a_while]

if __name__ == "__main__":
    wanted = sys.argv[1:]
    sys.exit(run_cases([t for t in TESTS if not wanted or any(w in t.__name__ for w in wanted)]))
