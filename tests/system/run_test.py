#!/usr/bin/env python3
"""`picket run`: the command keeps its input, output and exit status; its outcome reaches the agent, at once or when there is one.

  run_test.py [NAME...]     NAME: part of a story's name
"""
import json, os, signal, subprocess, sys, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import Agent, COMMAND, PATIENCE, run_stories
from fake_backend import FakeBackend

LONG = 20 * PATIENCE


def same(got, want, what): assert got == want, "%s: want %r got %r" % (what, want, got)


class Place:
    """An agent with its backend; the folder of results that wait is the agent's."""
    def __init__(self):
        self.backend = FakeBackend()
        self.agent = Agent(self.backend.url, "--disable-api")
        self.conn = self.backend.accept()
        self.conn.expect("keepalive", timeout=LONG)
        self.outbox = self.agent.dir + "/state/outbox"

    def argv(self, *args, name="job", ttl="25h"):
        command = args[args.index("--"):]
        flags = args[:args.index("--")]
        return COMMAND + ["run", "--name", name, "--ttl", ttl, "--socket-port", str(self.agent.socket_port), "--outbox", self.outbox,
                          "--report-timeout", "5s", *flags, *command]

    def run(self, *args, **more):
        stdin = more.pop("stdin", "")
        return subprocess.run(self.argv(*args, **more), input=stdin, capture_output=True, text=True, timeout=LONG)

    def check(self, name="job"): return self.conn.expect("event", timeout=LONG, name=name)[1]["check"]

    def end(self):
        same(self.agent.stop(LONG), 0, "exit status of the agent")
        self.agent.remove()
        self.backend.close()


def everything_passes_through():
    p = Place()
    r = p.run("--", "sh", "-c", "cat; echo err >&2; exit 7", stdin="in\n")
    same((r.returncode, r.stdout, r.stderr), (7, "in\n", "err\n"), "the command")
    c = p.check()
    same((c["status"], c["ttl"], c["metadata"]["annotations"]["ttl_status"]), (2, 90000, "2"), "the result")
    assert c["output"].startswith("sh exited with status 7 after ") and "in\n" in c["output"] and "err\n" in c["output"], c["output"]
    assert c["executed"] >= time.time() - 60 and c["duration"] > 0, c
    same(p.run("--", "true", name="fine").returncode, 0, "success")
    same(p.check("fine")["status"], 0, "status of success")
    p.end()


def bytes_and_blanks_are_not_touched():
    p = Place()
    data = bytes(range(256)) * 400
    r = subprocess.run(p.argv("--", "cat"), input=data, capture_output=True, timeout=LONG)
    assert r.stdout == data, "%d of %d bytes" % (len(r.stdout), len(data))
    r = p.run("--", "printf", "%s|", "a b", "", "$HOME", "*", "-x")
    same(r.stdout, "a b||$HOME|*|-x|", "arguments")
    p.end()


def who_reads_our_output_slowly():
    """Holds up neither the deadline nor the report; what the command had written comes all the same."""
    p = Place()
    q = subprocess.Popen(p.argv("--timeout", "500ms", "--", "sh", "-c", "yes; :"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    c = p.check()
    assert c["status"] == 2 and "timed out and was killed" in c["output"], c
    out, _ = q.communicate(timeout=LONG)
    same((q.returncode, set(out.split(b"\n")) <= {b"y", b""}, len(out) >= 65536), (124, True, True), "the command and its output")
    size = 150000
    q = subprocess.Popen(p.argv("--", "sh", "-c", "head -c %d /dev/zero; echo over >&2" % size, name="slow"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.3)
    out, err = q.communicate(timeout=LONG)
    same((q.returncode, len(out), err), (0, size, b"over\n"), "what was slowly read")
    p.check("slow")
    p.end()


def who_reads_our_output_no_longer():
    """Is gone for the command, too; a full disk is said."""
    p = Place()
    q = subprocess.Popen(p.argv("--", "yes"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    q.stdout.read(10)
    q.stdout.close()
    same(q.wait(LONG), 128 + signal.SIGPIPE, "exit status")
    p.check()
    with open("/dev/full", "w") as full:
        r = subprocess.run(p.argv("--", "sh", "-c", "echo lost; exit 3", name="full"), stdout=full, stderr=subprocess.PIPE, text=True, timeout=LONG)
    same(r.returncode, 3, "exit status")
    assert "cannot be passed on to stdout" in r.stderr and "No space left" in r.stderr, r.stderr
    assert "lost" in p.check("full")["output"]
    p.end()


def ends_that_are_no_exit():
    p = Place()
    r = p.run("--timeout", "300ms", "--", "sh", "-c", "echo begun; sleep 30")
    same((r.returncode, r.stdout), (124, "begun\n"), "out of time")
    c = p.check()
    assert c["status"] == 2 and "timed out and was killed" in c["output"] and "begun" in c["output"], c
    same(p.run("--", "sh", "-c", "kill -9 $$", name="killed").returncode, 137, "killed")
    assert "killed by signal 9" in p.check("killed")["output"]
    r = p.run("--", "/no/such/program", name="absent")
    same(r.returncode, 127, "absent")
    same(p.check("absent")["status"], 2, "status of the absent")
    q = subprocess.Popen(p.argv("--", "sh", "-c", "trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.1; done"), stdout=subprocess.PIPE, text=True)
    same(q.stdout.readline(), "up\n", "it runs")
    q.send_signal(signal.SIGTERM)
    same((q.communicate(timeout=LONG)[0], q.returncode), ("bye\n", 5), "a signal is the command's")
    p.end()


def a_plugin_is_taken_at_its_word():
    p = Place()
    p.run("--plugin", "--", "sh", "-c", "echo 'WARN - x|a=1'; exit 1")
    c = p.check()
    same((c["status"], c["output"]), (1, "WARN - x|a=1\n"), "the result")
    p.end()


def without_an_agent_the_result_waits():
    """In a file for its owner only; the next agent takes it, with the time it had."""
    p = Place()
    p.agent.stop(LONG)
    r = p.run("--", "echo", "alone")
    same((r.returncode, r.stdout), (0, "alone\n"), "the command")
    assert "it is kept in " + p.outbox in r.stderr, r.stderr
    files = os.listdir(p.outbox)
    same((len(files), os.stat(p.outbox + "/" + files[0]).st_mode & 0o777), (1, 0o600), "files that wait")
    before = time.time()
    again = Agent(p.backend.url, "--disable-api", dir=p.agent.dir)
    conn = p.backend.accept(timeout=LONG)
    c = conn.expect("event", timeout=LONG, name="job")[1]["check"]
    assert c["output"].endswith("alone\n") and c["executed"] <= before, c
    same(os.listdir(p.outbox), [], "files that wait")
    same(again.stop(LONG), 0, "exit status of the agent")
    p.agent.remove()
    p.backend.close()


def the_place_that_nobody_names_is_read_by_every_agent():
    """Without --outbox and whatever state-dir the agent has: of the machine (root, packages), or of the user."""
    p = Place()
    p.agent.stop(LONG)
    home = p.agent.dir + "/home"
    env = dict({k: v for k, v in os.environ.items() if not k.startswith(("SENSU_", "PICKET_", "XDG_"))}, HOME=home, XDG_STATE_HOME=home + "/state")
    r = subprocess.run(COMMAND + ["run", "--name", "hourly", "--ttl", "2h", "--socket-port", str(p.agent.socket_port), "--", "echo", "unnamed"],
                       capture_output=True, text=True, timeout=LONG, env=env)
    assert r.returncode == 0 and "it is kept in " in r.stderr, r.stderr
    assert p.agent.dir + "/elsewhere" not in r.stderr, r.stderr
    again = Agent(p.backend.url, "--disable-api", "--state-dir", p.agent.dir + "/elsewhere/agent", env=dict(HOME=home, XDG_STATE_HOME=home + "/state"))
    conn = p.backend.accept(timeout=LONG)
    assert conn.expect("event", timeout=LONG, name="hourly")[1]["check"]["output"].endswith("unnamed\n")
    same(again.stop(LONG), 0, "exit status of the agent")
    again.remove()
    p.agent.remove()
    p.backend.close()


def what_cannot_be_asked_for():
    for args, want in ((["--ttl", "1h", "--", "true"], "--name is missing"), (["--name", "a b", "--ttl", "1h", "--", "true"], "--name"),
                       (["--name", "a", "--", "true"], "--ttl is missing"), (["--name", "a", "--ttl", "soon", "--", "true"], "ttl"),
                       (["--name", "a", "--ttl", "1h"], "command is missing")):
        r = subprocess.run(COMMAND + ["run", *args], capture_output=True, text=True, timeout=LONG)
        assert r.returncode == 2 and want in r.stderr, (args, r)


def what_anybody_leaves_in_the_outbox():
    """Pipes, links and folders with the name of a result hang nobody, show nothing of other files, and hold up no result."""
    p = Place()
    p.agent.stop(LONG)
    p.run("--", "echo", "alone")
    secret = p.agent.dir + "/secret"
    result = json.dumps({"name": "leak", "output": "secret", "status": 1, "ttl": 90})
    for path in (secret, secret + "2"):
        with open(path, "w") as f: f.write(result)
    for i in range(30): os.mkfifo(f"{p.outbox}/result-000-{i:03}-pipe.json", 0o666)
    os.symlink(secret, p.outbox + "/result-0000-link.json")
    os.link(secret + "2", p.outbox + "/result-0000-twice.json")
    again = Agent(p.backend.url, "--disable-api", dir=p.agent.dir)
    conn = p.backend.accept(timeout=LONG)
    seen = []
    while not seen or seen[-1] != "job": seen.append(conn.expect("event", timeout=40 + LONG)[1]["check"]["metadata"]["name"])
    assert "leak" not in seen, seen
    same([n for n in os.listdir(p.outbox)], [], "files that wait")
    assert os.path.exists(secret)
    same(again.stop(LONG), 0, "exit status of the agent")
    p.agent.remove()
    p.backend.close()


STORIES = [everything_passes_through, bytes_and_blanks_are_not_touched, who_reads_our_output_slowly,
           who_reads_our_output_no_longer, ends_that_are_no_exit, a_plugin_is_taken_at_its_word, without_an_agent_the_result_waits,
           the_place_that_nobody_names_is_read_by_every_agent, what_anybody_leaves_in_the_outbox, what_cannot_be_asked_for]


if __name__ == "__main__": sys.exit(run_stories(STORIES))
