#!/usr/bin/env python3
"""`picket ctl` as a person uses it, against a running `picket edge`: windows, assets and commands of an index, apply of a
dump, backup and restore, init, completion in real shells.

  ctl_test.py [NAME...]     NAME: part of a test's name
"""
import hashlib, http.server, io, json, os, pty, shutil, socket, subprocess, sys, tarfile, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from certificates import Authority
from edge_process import PICKET, Edge, run_cases


class Home:
    """One person's home directory, logged in to one edge."""

    def __init__(self, edge, user="admin", password="P@ssw0rd!"):
        self.dir, self.edge = tempfile.mkdtemp(prefix="picket-home-"), edge
        self.url = "http://127.0.0.1:%d" % edge.port["backend-api-port"]
        self.ok("configure", "-n", "--url", self.url, "--username", user, "--password", password)

    def run(self, *argv, stdin="", env={}):
        environment = {"HOME": self.dir, "PATH": os.environ["PATH"], "TZ": "UTC", **env}
        p = subprocess.run([PICKET, "ctl", *argv], input=stdin.encode(), capture_output=True, env=environment, timeout=60)
        return p.returncode, p.stdout.decode(), p.stderr.decode()

    def ok(self, *argv, **how):
        status, out, err = self.run(*argv, **how)
        assert status == 0, "%s: %d %s %s" % (" ".join(argv), status, out, err)
        return out

    def refused(self, *argv, **how):
        status, out, err = self.run(*argv, **how)
        assert status == 1, "%s: %d %s %s" % (" ".join(argv), status, out, err)
        return err

    def file(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w") as f: f.write(text)
        return path

    def spec(self, group, name): return json.loads(self.ok(group, "info", name, "--format", "json"))


class Index:
    """Answers like the public index of assets, and serves the archives."""

    def __init__(self, files):
        outer = self
        self.files = files

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = outer.files.get(self.path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *args): pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.httpd.server_address[1]
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()

    def definition(self, name, version, archive, **annotations):
        annotations = {"io.sensu.bonsai." + k: v for k, v in annotations.items()}
        annotations.update({"io.sensu.bonsai.api_url": self.url + "/" + name, "io.sensu.bonsai.version": version,
                            "io.sensu.bonsai.namespace": name.split("/")[0], "io.sensu.bonsai.name": name.split("/")[1]})
        build = {"url": self.url + archive, "sha512": hashlib.sha512(self.files[archive]).hexdigest(), "filters": ["entity.system.os == 'linux'"]}
        wrapped = {"type": "Asset", "api_version": "core/v2", "metadata": {"name": "x", "annotations": annotations}, "spec": {"builds": [build]}}
        self.files["/%s/%s/release_asset_builds" % (name, version)] = json.dumps(wrapped).encode()


def archive(**programs):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        for name, text in programs.items():
            info = tarfile.TarInfo("bin/" + name)
            info.size, info.mode = len(text), 0o755
            tar.addfile(info, io.BytesIO(text.encode()))
    return data.getvalue()


def versions(*names): return json.dumps({"versions": [{"version": v} for v in names]}).encode()


# ---- the tests ----

def time_windows(edge):
    me = Home(edge)
    days = me.file("days.yml", "days:\n  monday:\n  - begin: 5:00PM\n    end: 8:00AM\n")
    me.ok("check", "create", "c", "--command", "true", "--interval", "60", "--subscriptions", "x")
    me.ok("check", "set-subdue", "c", "-f", days)
    assert me.spec("check", "c")["subdue"] == {"days": {"monday": [{"begin": "5:00PM", "end": "8:00AM"}]}}
    new = [{"begin": "2026-01-01T17:00:00-05:00", "end": "2026-01-02T08:00:00-05:00", "repeat": ["daily"]}]
    me.ok("check", "set-subdue", "c", stdin=json.dumps(new))
    assert me.spec("check", "c")["subdues"] == new and me.spec("check", "c")["subdue"] is None
    assert "invalid begin time" in me.refused("check", "set-subdue", "c", stdin='{"begin":"soon","end":"later"}')
    assert "invalid time window" in me.refused("check", "set-subdue", "c", stdin='{"monday":1}')
    me.ok("check", "remove-subdue", "c")
    assert not me.spec("check", "c").get("subdues")
    me.ok("filter", "create", "f", "--action", "allow", "--expressions", "event.check.status == 1")
    me.ok("filter", "set-when", "f", "--file", days)
    assert me.spec("filter", "f")["when"]["days"]["monday"]
    me.ok("filter", "remove-when", "f")
    assert not me.spec("filter", "f").get("when")


def windows_survive_edit_and_apply(edge):
    me = Home(edge)
    text = json.dumps({"type": "CheckConfig", "metadata": {"name": "w"}, "spec": {
        "command": "true", "interval": 60, "subdue": {"days": {"all": [{"begin": "1:00 AM", "end": "2:00 AM"}]}}}})
    me.ok("apply", me.file("w.json", text))
    me.ok("edit", "check", "w", env={"EDITOR": "sed -i s/interval:.60/interval:\\ 90/"})
    check = me.spec("check", "w")
    assert check["interval"] == 90 and check["subdue"]["days"]["all"], check


def expressions_are_judged_before_anything_is_written(edge):
    me = Home(edge)
    kind = lambda what_kind, name, **spec: json.dumps({"type": what_kind, "api_version": "core/v2", "metadata": {"name": name, "namespace": "default"}, "spec": spec})
    good = kind("CheckConfig", "judged", command="true", interval=60)
    for what, bad in (("syntax error in expression 1", kind("EventFilter", "crooked", action="allow", expressions=["true", "event.check.status =="])),
                      ("eval", kind("Mutator", "crooked", type="javascript", eval="return {")),
                      ("syntax error in expression 0", kind("CheckConfig", "crooked", command="true", interval=60, proxy_requests={"entity_attributes": ["&&"]}))):
        path = me.file("bad.json", good + "\n" + bad)
        status, out, err = me.run("apply", "--dry-run", path)
        assert status == 1 and "crooked" in err and what in err and "1 created" in out, (status, out, err)
        err = me.refused("apply", path)
        assert "nothing was changed" in err and what in err, err
        assert me.run("check", "info", "judged")[0] == 1, "half of it was written"


def what_can_have_no_effect_is_said(edge):
    """Names that no object can have are refused; what the reference takes and can have no effect is taken, with a warning."""
    me = Home(edge)
    kind = lambda what_kind, name, **spec: json.dumps({"type": what_kind, "api_version": "core/v2", "metadata": {"name": name, "namespace": "default"}, "spec": spec})
    err = me.refused("create", "-f", me.file("h.json", kind("Handler", "h", type="pipe", command="true", filters=["is incident"])))
    assert 'filters: "is incident" cannot be the name of a filter' in err and "correct it" in err, err
    for what, text in (("rules[0] has no verbs", kind("Role", "idle", rules=[{"verbs": [], "resources": ["checks"]}])),
                       ("is in the past", kind("Silenced", "*:idle", check="idle", begin=1500000000, expire_at=1600000000))):
        status, _, err = me.run("create", "-f", me.file("idle.json", text))
        assert status == 0 and "warning: " in err and what in err, (status, err)
    status, _, err = me.run("create", "-f", me.file("good.json", kind("Role", "busy", rules=[{"verbs": ["get"], "resources": ["checks"]}])))
    assert status == 0 and not err, err


def handlers_and_why(edge):
    """What handlers of ours do is shown without the addresses that are secrets, and `event explain` says what became of each."""
    home = Home(edge)
    handler = lambda name, **spec: json.dumps({"type": "Handler", "api_version": "core/v2", "metadata": {"name": name, "namespace": "default"}, "spec": spec})
    said = {"hook": dict(type="webhook", webhook={"url": "http://127.0.0.1:1/SECRET", "form": "slack"}),
            "mail": dict(type="email", email={"host": "127.0.0.1", "from": "a@x", "to": ["b@x", "c@x"]}),
            "note": dict(type="file", file={"path": home.dir + "/told"}, alert={"after": 2, "every": 30})}
    home.ok("create", "-f", home.file("handlers.json", "\n".join(handler(n, **spec) for n, spec in said.items())))
    listed = home.ok("handler", "list")
    assert "slack" in listed and "b@x,c@x" in listed and "told" in listed and "SECRET" not in listed and "UNKNOWN" not in listed, listed
    assert "from occurrence 2 on, then every 30" in home.ok("handler", "info", "note")
    event = {"entity": {"entity_class": "proxy", "metadata": {"name": "web1", "namespace": "default"}},
             "check": {"metadata": {"name": "why", "namespace": "default"}, "interval": 60, "status": 1, "output": "", "handlers": ["note"]}}
    home.ok("create", "-f", home.file("event.json", json.dumps({"type": "Event", "api_version": "core/v2", "metadata": {"namespace": "default"}, "spec": event})))
    explained = lambda *more: home.ok("event", "explain", "web1", "why", *more)
    end = time.time() + 10
    while "occurrence 1 is before occurrence 2" not in explained() and time.time() < end: time.sleep(0.05)
    assert "held back" in explained() and "outcome: held back\n" in explained("--format", "yaml"), explained("--format", "yaml")
    assert json.loads(explained("--format", "json"))["handlers"][0]["handler"] == "note"


def assets_of_an_index(edge):
    me, index = Home(edge), Index({"/a.tgz": archive(x="x")})
    index.files["/acme/thing"] = versions("1.9.0", "v1.10.0", "1.11.0-rc1", "nonsense", "1.11.0-rc.2")
    for v in ("1.9.0", "v1.10.0", "1.11.0-rc.2"): index.definition("acme/thing", v, "/a.tgz")
    at = ("--index", index.url)
    me.ok("asset", "add", "acme/thing:1.9", *at)
    assert me.spec("asset", "acme/thing")["metadata"]["annotations"]["io.sensu.bonsai.version"] == "1.9.0"
    assert json.loads(me.ok("asset", "outdated", "--format", "json", *at))[0]["latest_version"] == "1.11.0-rc1"
    me.ok("asset", "add", "acme/thing:1.10.0", "--rename", "thing", *at)
    assert me.spec("asset", "thing")["builds"][0]["url"] == index.url + "/a.tgz"
    assert "1.9.0, v1.10.0" in me.refused("asset", "add", "acme/thing:3.0", *at)
    assert "not in the asset index" in me.refused("asset", "add", "acme/nothing", *at)
    assert "NAMESPACE/NAME" in me.refused("asset", "add", "thing", *at)
    index.files["/acme/thing"] = versions("1.9.0")
    assert json.loads(me.ok("asset", "outdated", "--format", "json", *at)) == []


def commands_of_the_command_line(edge):
    program = '#!/bin/sh\necho "$SENSU_NAMESPACE $SENSU_API_URL $# $1 $2"; cat; exit 7\n'
    me, index = Home(edge), Index({"/c.tgz": archive(entrypoint=program)})
    index.files["/acme/tool"] = versions("0.1.0")
    index.definition("acme/tool", "0.1.0", "/c.tgz", type="sensuctl", provider="sensuctl/command")
    index.files["/acme/plain"] = versions("0.1.0")
    index.definition("acme/plain", "0.1.0", "/c.tgz")
    at = ("--index", index.url)
    me.ok("command", "install", "tool", "acme/tool", *at)
    assert "already" in me.refused("command", "install", "tool", "acme/tool", *at)
    assert "another kind" in me.refused("command", "install", "plain", "acme/plain", *at)
    assert "tool" in me.ok("command", "list")
    for _ in range(2):  # fetched once
        status, out, _ = me.run("command", "exec", "tool", "--", "--flag", "a b", stdin="from me")
        assert (status, out) == (7, "default %s 2 --flag a b\nfrom me" % me.url), (status, out)
        index.files.pop("/c.tgz", None)
    index.files["/c.tgz"] = archive(entrypoint=program)
    me.ok("command", "install", "bad", "--url", index.url + "/c.tgz", "--checksum", "0" * 128)
    assert "does not match specified sha512" in me.refused("command", "exec", "bad")
    me.ok("command", "delete", "tool")
    assert "unknown command tool" in me.refused("command", "exec", "tool")


def what_is_dumped_can_be_applied(edge):
    me = Home(edge)
    me.ok("user", "create", "dumped", "--password", "long-enough")
    me.ok("api-key", "grant", "dumped")
    me.ok("silenced", "create", "--subscription", "linux", "--expire", "3600", "--reason", "why")
    me.ok("event", "info", "this", "keepalive")
    path = os.path.join(me.dir, "all.yml")
    me.ok("dump", "all", "--all-namespaces", "-f", path)
    _, _, told = me.run("apply", path)
    assert "skipped" in told, told
    assert "0 created, 0 changed, 0 deleted" in me.ok("apply", path)
    assert "would delete" in me.ok("apply", me.file("none.yml", ""), "--prune", "--dry-run")


def a_backup_brings_everything_back(edge):
    me = Home(edge)
    me.ok("user", "create", "kept", "--password", "long-enough")
    me.ok("check", "create", "kept", "--command", "true", "--interval", "60", "--subscriptions", "x")
    saved = os.path.join(me.dir, "saved")
    me.ok("backup", saved)
    assert os.stat(saved).st_mode & 0o077 == 0
    me.ok("check", "delete", "kept", "--skip-confirm")
    me.ok("check", "create", "later", "--command", "true", "--interval", "60", "--subscriptions", "x")
    state = edge.dir + "/state/backend"
    assert "is using" in me.refused("restore", saved, "--state-dir", state)
    edge.stop()
    if os.geteuid() == 0: os.chown(state, 12345, 12345)  # root restores, the store is the backend user's
    me.ok("restore", saved, "--state-dir", state)
    if os.geteuid() == 0: assert os.stat(state + "/picket.db").st_uid == 12345
    edge.start()
    me.ok("check", "info", "kept")  # with the token of before: the signing key is in the backup, too
    assert "not found" in me.refused("check", "info", "later")
    Home(edge, "kept", "long-enough")


def following_outlives_a_restart(edge):
    me = Home(edge)
    out = open(os.path.join(me.dir, "followed"), "w+")
    follow = subprocess.Popen([PICKET, "ctl", "event", "follow"], env={"HOME": me.dir, "PATH": os.environ["PATH"]}, stdout=out, stderr=subprocess.DEVNULL)

    def told(check):
        edge.api("PUT", "/events/this/" + check, {"entity": {"metadata": {"name": "this", "namespace": "default"}, "entity_class": "agent"},
                                                  "check": {"metadata": {"name": check, "namespace": "default"}, "interval": 10, "status": 1, "output": "told"}})
        out.seek(0)
        return "default  this/%s  " % check in out.read()

    try:
        edge.wait(lambda: told("before"), "the first event is told")
        edge.stop()
        edge.start()
        edge.token = None
        edge.wait(lambda: told("after"), "an event is told after the restart", 60)
    finally:
        follow.kill()
        follow.wait()
    assert "not picket" not in me.refused("event", "follow", "--api-url", "http://127.0.0.1:1")


def one_backend_per_state_directory(edge):
    state = edge.dir + "/state/backend"
    p = subprocess.run([PICKET, "backend", "start", "--state-dir", state, "--agent-host", "127.0.0.1", "--agent-port", "0", "--api-listen-address", "127.0.0.1:0"],
                       capture_output=True, timeout=60)
    assert p.returncode == 1 and b"another backend uses" in p.stderr, p
    p = subprocess.run([PICKET, "backend", "init", "--state-dir", state, "--cluster-admin-password", "long-enough"], capture_output=True, timeout=60)
    assert p.returncode == 3, p


def init_before_the_first_start(_):
    folder = tempfile.mkdtemp(prefix="picket-init-")

    def init(*argv, stdin=""):
        p = subprocess.run([PICKET, "backend", "init", "--state-dir", folder, *argv], input=stdin.encode(), capture_output=True,
                           env={"PATH": os.environ["PATH"]}, timeout=60)
        return p.returncode, p.stderr.decode()

    assert init()[0] == 1 and "--interactive" in init()[1]
    assert init("--cluster-admin-password", "short")[0] == 1
    assert init("--interactive", stdin="me\nlong-enough\nlong-enougH\n\n")[0] == 1
    assert init("--cluster-admin-username", "root", "--cluster-admin-password", "long-enough", "--wait", "--timeout", "5")[0] == 0
    assert init("--cluster-admin-password", "long-enough")[0] == 3
    assert init("--cluster-admin-password", "long-enough", "--ignore-already-initialized")[0] == 0
    shutil.rmtree(folder)


def doctor_knows_who_has_which_port(edge):
    me, port = Home(edge), edge.port
    env = {"PICKET_AGENT_PORT": str(port["agent-port"]), "PICKET_API_LISTEN_ADDRESS": ":%d" % port["backend-api-port"], "PICKET_SOCKET_PORT": str(port["socket-port"])}
    out = me.ok("doctor", env=env)
    for what in ("an agent accepts results on port %d" % port["socket-port"], "the API of a backend on port", "the agents' port of a backend on port", "logged in as admin"):
        assert "ok    " in out and what in out, (what, out)
    status, out, _ = me.run("doctor", env={**env, "PICKET_AGENT_PORT": str(port["socket-port"]), "PICKET_SOCKET_PORT": str(port["agent-port"])})
    assert status == 1 and out.count("is used by another program") == 2, out
    assert "does not respond" in me.run("doctor", "--api-url", "http://127.0.0.1:1", env=env)[1]


SHELLS = {
    "bash": 'source <(picket ctl completion bash); COMP_WORDS=(%(words)s); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _picket_ctl_complete; echo "${COMPREPLY[@]}"',
    "fish": 'picket ctl completion fish | source; echo (complete -C "%(line)s" | string split -f1 \\t)',
    "zsh": 'autoload -U compinit && compinit -u -D; source <(picket ctl completion zsh); '
           'COMP_WORDS=(%(words)s); COMP_CWORD=$((${#COMP_WORDS}-1)); setopt ksharrays shwordsplit; _picket_ctl_complete; echo "${COMPREPLY[@]}"',
}


def completion_in_real_shells(_):
    folder = tempfile.mkdtemp(prefix="picket-bin-")
    os.symlink(os.path.abspath(PICKET), folder + "/picket")
    env = {"PATH": folder + ":" + os.environ["PATH"], "HOME": folder}
    table = [("picket ct", "ctl"), ("picket ctl che", "check"), ("picket ctl check set-st", "set-stdin"), ("picket ctl --namespace x check li", "list"),
             ("picket ctl check info disk --fo", "--format"), ("picket ctl check create x --interv", "--interval")]
    for shell, script in SHELLS.items():
        if not shutil.which(shell): continue
        for line, want in table:
            words = " ".join("'%s'" % w for w in line.split())
            argv = [shell] + (["-f"] if shell == "zsh" else []) + ["-c", script % {"words": words, "line": line}]
            p = subprocess.run(argv, env=env, capture_output=True, timeout=60)
            got = p.stdout.decode().split()  # zsh picks what fits afterwards
            assert want in got and (shell == "zsh" or len(got) == 1), (shell, line, p.stdout.decode(), p.stderr.decode()[-300:])
    # the script of the package, for the whole program
    for line, want in (("picket ag", "agent"), ("picket check memo", "memory"), ("picket agent start --backend-u", "--backend-url"), ("picket ctl check set-st", "set-stdin")):
        script = SHELLS["bash"].replace("picket ctl completion", "picket docs completion").replace("_picket_ctl_complete", "_picket_complete")
        p = subprocess.run(["bash", "-c", script % {"words": " ".join("'%s'" % w for w in line.split())}], env=env, capture_output=True, text=True, timeout=60)
        assert p.stdout.split() == [want], (line, p.stdout, p.stderr[-300:])
    shutil.rmtree(folder)


def doctor_looks_at_the_certificates_that_are_served(edge):
    me, ours, others = Home(edge), Authority("ours"), Authority("others")
    table = [("good", ours.server("good", days=90), 0, "ok    wss://127.0.0.1:%d serves a certificate for 127.0.0.1, valid for "),
             ("ends soon", ours.server("soon", days=4), 0, "warn  wss://127.0.0.1:%d serves a certificate for 127.0.0.1, valid for "),
             ("has ended", ours.server("over", days=-1), 1, "fail  wss://127.0.0.1:%d serves a certificate that has expired"),
             ("another's name", ours.server("named", "DNS:other.example", days=90), 1, "fail  wss://127.0.0.1:%d: clients refuse its certificate"),
             ("of strangers", others.server("strange", days=90), 1, "fail  wss://127.0.0.1:%d: clients refuse its certificate"),
             ("no TLS", None, 0, "warn  wss://127.0.0.1:%d: ")]
    for why, context, want, text in table:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]

        def serve():
            try:
                while True:
                    s, _ = listener.accept()
                    try: (context.wrap_socket(s, server_side=True) if context else s).close()
                    except OSError: pass
            except OSError: pass

        threading.Thread(target=serve, daemon=True).start()
        env = {"PICKET_AGENT_PORT": str(edge.port["agent-port"]), "PICKET_API_LISTEN_ADDRESS": ":%d" % edge.port["backend-api-port"],
               "PICKET_SOCKET_PORT": str(edge.port["socket-port"]), "PICKET_BACKEND_URL": "wss://127.0.0.1:%d" % port, "PICKET_TRUSTED_CA_FILE": ours.file}
        status, out, _ = me.run("doctor", env=env)
        assert text % port in out and status == want, (why, status, out)
        listener.close()


def a_restore_from_a_pipe_waits_for_nobody(edge):
    me = Home(edge)
    os.mkfifo(me.dir + "/pipe")
    started = time.time()
    err = me.refused("restore", me.dir + "/pipe", "--state-dir", me.dir + "/state")
    assert "is no file" in err and time.time() - started < 10, err
    assert not os.path.exists(me.dir + "/state"), os.listdir(me.dir)


def colours_are_for_a_terminal_that_wants_them(edge):
    me = Home(edge)
    assert edge.api("PUT", "/events/coloured/red", {"entity": {"metadata": {"name": "coloured", "namespace": "default"}, "entity_class": "proxy"},
                    "check": {"metadata": {"name": "red", "namespace": "default"}, "interval": 60, "status": 2, "output": "x"}})[0] in (200, 201)
    os.symlink(os.path.abspath(PICKET), me.dir + "/sensuctl")
    subprocess.run([me.dir + "/sensuctl", "configure", "-n", "--url", me.url, "--username", "admin", "--password", "P@ssw0rd!"],
                   env={"HOME": me.dir}, check=True, timeout=60)  # it has a profile of its own

    def shown(argv, terminal, **env):
        environment = {"HOME": me.dir, "PATH": os.environ["PATH"], "TERM": "xterm", **env}
        ours, theirs = pty.openpty() if terminal else os.pipe()
        p = subprocess.Popen(argv, stdout=theirs, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=environment)
        os.close(theirs)
        out = b""
        while True:
            try: part = os.read(ours, 65536)
            except OSError: part = b""  # a terminal that nobody holds any more
            if not part: break
            out += part
        os.close(ours)
        assert p.wait(60) == 0 and b"coloured" in out, out
        return b"\x1b[" in out

    ctl, listing = [PICKET, "ctl"], ["event", "list"]
    for argv, terminal, env, want in ((ctl + listing, True, {}, True), (ctl + listing, False, {}, False), (ctl + listing, True, {"NO_COLOR": "1"}, False),
                                      (ctl + listing, True, {"NO_COLOR": ""}, True), (ctl + listing, True, {"TERM": "dumb"}, False),
                                      ([me.dir + "/sensuctl"] + listing, False, {}, True), ([me.dir + "/sensuctl"] + listing, False, {"NO_COLOR": "1"}, False)):
        assert shown(argv, terminal, **env) == want, (argv, terminal, env, want)


TESTS = [time_windows, windows_survive_edit_and_apply, expressions_are_judged_before_anything_is_written, what_can_have_no_effect_is_said, handlers_and_why, assets_of_an_index, commands_of_the_command_line, what_is_dumped_can_be_applied,
         a_backup_brings_everything_back, following_outlives_a_restart, one_backend_per_state_directory, init_before_the_first_start, doctor_knows_who_has_which_port, completion_in_real_shells,
         doctor_looks_at_the_certificates_that_are_served, a_restore_from_a_pipe_waits_for_nobody, colours_are_for_a_terminal_that_wants_them]


def main():
    edge = Edge()
    chosen = [t for t in TESTS if len(sys.argv) == 1 or any(a in t.__name__ for a in sys.argv[1:])]

    def with_edge(test):
        def case(): test(edge)
        case.__name__ = test.__name__
        return case

    try: return run_cases([with_edge(t) for t in chosen])
    finally: edge.close()


if __name__ == "__main__":
    sys.exit(main())
