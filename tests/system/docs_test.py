#!/usr/bin/env python3
"""The manuals, run: every fence of README.md, docs/*.md and plugins-sdk/README.md that is marked is done as it is written.

    ```sh run       bash runs it, all of its lines, as root of a machine with `picket` in the path and an edge on its usual ports
    ```yaml apply   `picket ctl apply --dry-run` and `create` take it (json, too)
    ```yaml agent   `picket agent check-config --strict` finds nothing in it (ini, too)

A command with `# status 1` behind it has to end so (tests/support/doc_commands.py).

Files that the manuals name below /srv, /etc/picket and /var/lib/picket lie in a folder of the test. Where the system allows it the
test has a network of its own, for the usual ports. usage: docs_test.py [PART-OF-A-NAME]...
"""
import glob, http.server, os, re, shutil, socket, subprocess, sys, tempfile, textwrap, threading, time, urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from doc_commands import with_statuses

PICKET = os.path.abspath(os.environ.get("PICKET", "build/dev/bin/picket"))
FENCE = re.compile(r"^( *)```(\w+) (run|apply|agent)\n(.*?)^\1```$", re.M | re.S)
LEAST = 12  # marked fences; a mark that goes away is a promise that nobody keeps any more


def fences():
    first = ["docs/TUTORIAL.md", "README.md", "plugins-sdk/README.md"]  # the tutorial begins with a machine that nobody has touched
    for path in first + sorted(set(glob.glob("docs/*.md")) - set(first)):
        text = open(path).read()
        for found in FENCE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield "%s:%d" % (path, line), found.group(2), found.group(3), textwrap.dedent(found.group(4))


def phones():
    """The ntfy server of the tutorial: what the manuals send to phones arrives here, as (title, text)."""
    class Topic(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self.server.messages.append((self.headers["Title"], text))
            self.send_response(200)
            self.end_headers()
        def log_message(self, *_): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Topic)
    server.messages = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Machine:
    """A machine with an edge on it, whose files all lie in `dir`."""
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="picket-docs-")
        self.phones = phones()
        for d in ("bin", "home", "srv", "etc/picket", "var/lib/picket"): os.makedirs(self.dir + "/" + d)
        os.symlink(PICKET, self.dir + "/bin/picket")
        self.env = {"HOME": self.dir + "/home", "LANG": "C.UTF-8", "PATH": self.dir + "/bin:" + os.environ["PATH"]}
        self.log = open(self.dir + "/log", "wb")
        self.edge = subprocess.Popen([PICKET, "edge", "--state-dir", self.dir + "/var/lib/picket/edge", "--starter-checks=false"], stdout=self.log, stderr=self.log, env=self.env)
        self.wait_for("http://127.0.0.1:8080/health")
        self.wait_for("http://127.0.0.1:3031/healthz")
        self.must(self.bash("picket ctl configure -n --url http://127.0.0.1:8080 --username admin --password 'P@ssw0rd!'"))

    def wait_for(self, url, seconds=60):
        end = time.time() + seconds
        while True:
            try: return urllib.request.urlopen(url, timeout=5)
            except OSError:
                if time.time() > end or self.edge.poll() is not None:
                    raise AssertionError("no answer of " + url + ": " + open(self.dir + "/log", errors="replace").read()[-1500:])
                time.sleep(0.1)

    def here(self, text):
        text = text.replace("https://ntfy.sh/", "http://127.0.0.1:%d/" % self.phones.server_port).replace("/tmp/picket-demo", self.dir + "/demo")
        return re.sub(r"(?<![\w./-])/(srv|etc/picket|var/lib/picket)(?=/)", lambda m: self.dir + m.group(0), text)

    def bash(self, text):
        script = 'ctl() { picket ctl "$@"; }\n' + self.here(with_statuses(text))
        return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.dir, env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)

    def must(self, done):
        if done.returncode != 0: raise AssertionError("%s ended with %d: %s" % (done.args[-1], done.returncode, done.stdout[-800:]))

    def write(self, name, text):
        with open(self.dir + "/" + name, "w") as f: f.write(text)
        return self.dir + "/" + name

    def run(self, language, text): self.must(self.bash(text))

    def apply(self, language, text):
        path = self.write("snippet." + language, text)
        self.must(self.bash("picket ctl apply --dry-run '%s' && picket ctl create -f '%s'" % (path, path)))

    def agent(self, language, text):
        path = self.write("agent." + {"yaml": "yml"}.get(language, language), text)
        self.must(self.bash("picket agent check-config --strict --config-file '%s' --state-dir '%s/agent'" % (path, self.dir)))

    def stop(self):
        self.edge.terminate()
        self.edge.wait(30)
        shutil.rmtree(self.dir, ignore_errors=True)


def shipped(machine):
    """The definitions that packages bring to begin with are taken by a backend as they are."""
    for path in sorted(glob.glob("packaging/checks/*.yaml")):
        machine.must(machine.bash("picket ctl apply --dry-run '%s'" % os.path.abspath(path)))


def woken(machine):
    """Whoever followed the tutorial has seen these on the phone, in this order."""
    host = socket.gethostname()
    seen = [title for title, _ in machine.phones.messages]
    wanted = ["CRITICAL: picket-test/test", "CRITICAL: %s/demo" % host, "CRITICAL: %s/demo" % host, "OK: %s/demo" % host, "CRITICAL: %s/backup" % host]
    said = machine.phones.messages[2][1] if len(seen) > 2 else ""
    if "Acknowledged by admin: I am on it" not in said: raise AssertionError("the third message is %r: %s" % (said, seen))
    if seen != wanted: raise AssertionError("the phone shows %s instead of %s" % (seen, wanted))


def names_in(path, column=0, section=None):
    """What stands in backticks in a column of the tables of a manual."""
    text = open(path).read()
    if section: text = text.split("\n## %s\n" % section, 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1:] for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row[column])}


def same(what, program, manual):
    if program - manual: raise AssertionError("%s without a line in the manual: %s" % (what, sorted(program - manual)))
    if manual - program: raise AssertionError("%s that the program does not have: %s" % (what, sorted(manual - program)))


def series(section, url):
    text = urllib.request.urlopen(url, timeout=10).read().decode()
    same("series", set(re.findall(r"^# TYPE (\S+)", text, re.M)), names_in("docs/METRICS.md", section=section))


def log_calls():
    """Every call that writes a log line, up to the bracket that ends it."""
    for path in sorted(p for room in ("agent", "backend", "common", "cli", "checks") for p in glob.glob(room + "/**/*.cc", recursive=True)):
        text = open(path).read()
        for call in re.finditer(r"\blog_(?:error|warn|info|debug|trace|line|audit)\(", text):
            yield re.match(r"(?:[^()\"]|\"(?:\\.|[^\"\\])*\"|\((?:[^()\"]|\"(?:\\.|[^\"\\])*\"|\([^()]*\))*\))*", text[call.end():]).group(0)


def log_components():
    seen = {found.group(1) for found in (re.match(r'\s*"([a-z-]+)"', call) for call in log_calls()) if found}
    missing = {name for name in seen if " " not in name} - names_in("docs/LOGS.md", section="Components") - {"login", "logout", "imported", "changed", "refused"}
    if missing: raise AssertionError("components without a line in docs/LOGS.md: %s" % sorted(missing))


def log_fields():
    same("fields", {name for call in log_calls() for name in re.findall(r'\{"([a-z_]+)",', call)}, names_in("docs/LOGS.md", section="Fields"))


def in_network_of_its_own():
    """The same program again, where nobody else has port 8080."""
    if os.environ.get("PICKET_DOCS_INSIDE"): return
    for unshare in (["unshare", "-n"], ["unshare", "-rn"]):
        try: works = subprocess.run(unshare + ["sh", "-c", "ip link set lo up"], stderr=subprocess.DEVNULL).returncode == 0
        except OSError: works = False
        if works:
            os.environ["PICKET_DOCS_INSIDE"] = "1"
            os.execvp("unshare", unshare + ["sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable] + sys.argv)


def main():
    in_network_of_its_own()
    passed = failed = 0
    machine = Machine()
    try:
        stories = [(name, lambda m=mark, l=language, t=text: getattr(machine, m)(l, t)) for name, language, mark, text in fences()]
        mine = [i for i, story in enumerate(stories) if story[0].startswith("docs/TUTORIAL.md")]
        stories.insert(mine[-1] + 1, ("docs/TUTORIAL.md", lambda: woken(machine)))
        if len(stories) < LEAST and len(sys.argv) == 1: raise SystemExit('only %d fences are marked' % len(stories))
        stories.append(("docs/METRICS.md backend", lambda: series("Backend", "http://127.0.0.1:8080/metrics")))
        stories.append(("docs/METRICS.md agent", lambda: series("Agent", "http://127.0.0.1:3031/metrics")))
        stories += [("docs/LOGS.md components", log_components), ("docs/LOGS.md fields", log_fields)]
        stories.append(("packaging/checks", lambda: shipped(machine)))
        for name, story in stories:
            if len(sys.argv) > 1 and not any(word in name for word in sys.argv[1:]): continue
            try:
                story()
                passed += 1
            except Exception as e:
                failed += 1
                print("FAIL %s: %s" % (name, e))
    finally:
        machine.stop()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__": sys.exit(main())
