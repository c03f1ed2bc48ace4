#!/usr/bin/env python3
"""One part does not wait for another: files that do not answer, and who is served meanwhile; and the end comes all the same.

  waiting_test.py [NAME...]
"""
import base64, json, os, shutil, signal, subprocess, sys, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_story import Story
from stories import in_world, run_stories
from wire import Backend, eventually

scratch = tempfile.mkdtemp(prefix="picket-waiting-")


def handler(b, name, path, timeout=0):
    status, answer = b.api("PUT", "/handlers/" + name, {"type": "file", "file": {"path": path}, "timeout": timeout, "metadata": {"name": name, "namespace": "default"}})
    assert status in (200, 201), answer


def event(b, entity, handlers, output="o"):
    b.api("PUT", f"/events/{entity}/c", {"entity": {"entity_class": "proxy", "metadata": {"name": entity, "namespace": "default"}},
                                         "check": {"metadata": {"name": "c", "namespace": "default"}, "interval": 60, "status": 2, "output": output, "handlers": handlers}})


def quick_login(b, name):
    """Somebody nobody has remembered: his password is hashed."""
    b.api("PUT", f"/api/core/v2/users/{name}", {"username": name, "password": "password1", "groups": []})
    began = time.time()
    auth = base64.b64encode(f"{name}:password1".encode()).decode()
    status, _ = b.http("GET", "/auth", headers={"Authorization": "Basic " + auth})
    return status == 200 and time.time() - began < 3


def ends(b, within=9):
    """The seconds that the end took, None when it did not come."""
    began = time.time()
    b.process.terminate()
    try:
        b.process.wait(within)
    except subprocess.TimeoutExpired:
        return None
    return time.time() - began


def state_of(pid):
    with open(f"/proc/{pid}/stat") as f: return f.read().rsplit(") ", 1)[1][0]


def full_pipe(name):
    """A FIFO whose reader has fallen asleep."""
    path = f"{scratch}/{name}"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    try:
        while True: os.write(writer, b"x" * 4096)
    except BlockingIOError:
        pass
    os.close(writer)
    return path, reader


def world():
    b = Backend("--log-level", "warn")
    b.login()
    return b


@in_world(world)
def a_pipe_without_a_reader(b):
    os.mkfifo(scratch + "/nobody")
    handler(b, "nobody", scratch + "/nobody")
    for i in range(20): event(b, f"e{i}", ["nobody"])
    if not eventually(lambda: b.log_text().count("event handler failed") == 20 and "it has no reader" in b.log_text(), 5): return "not said of each: " + b.log_text()[-500:]
    if not quick_login(b, "fresh"): return "a login waits"
    if (took := ends(b)) is None or took > 3: return f"the end took {took}"


@in_world(world)
def readers_that_sleep(b):
    """More of them than there are threads; another file and logins go on, each line's end is reported, a reader that wakes up gets the next."""
    pipes = [full_pipe(f"asleep{i}") for i in range(12)]
    for i, (path, _) in enumerate(pipes): handler(b, f"asleep{i}", path, timeout=2)
    handler(b, "good", scratch + "/good.log")
    for i in range(12):
        for n in range(3): event(b, f"e{i}-{n}", [f"asleep{i}"])
    time.sleep(0.3)
    began = time.time()
    if not quick_login(b, "fresh"): return "a login waits"
    event(b, "good", ["good"], "hello")
    if not eventually(lambda: b.log_text().count("within 2 s") >= 36, 12): return f"{b.log_text().count('within 2 s')} of 36 lines were told as lost"
    if not eventually(lambda: os.path.exists(scratch + "/good.log") and "hello" in open(scratch + "/good.log").read(), 3): return "another file waits"
    path, reader = pipes[0]
    while True:
        try:
            if not os.read(reader, 65536): break
        except BlockingIOError:
            break
    event(b, "e0-0", ["asleep0"], "awake again")
    if not eventually(lambda: b"awake again" in (os.read(reader, 65536) if not time.sleep(0.05) else b""), 5): return "nothing comes when the reader is awake again"
    event(b, "e1-0", ["asleep1"], "at the end")
    if (took := ends(b)) is None or took > 4: return f"the end took {took}"
    for _, r in pipes: os.close(r)


@in_world(world)
def a_disk_that_does_not_answer(b):
    """Frozen, which blocks as a dead network disk does: in the kernel, without an end."""
    if os.geteuid() != 0 or not shutil.which("fsfreeze") or not shutil.which("mkfs.ext4"): return "skip"
    disk, image = scratch + "/disk", scratch + "/image"
    os.makedirs(disk)
    with open(image, "wb") as f: f.truncate(16 << 20)
    if subprocess.run(["mkfs.ext4", "-q", image], capture_output=True).returncode != 0 or subprocess.run(["mount", "-o", "loop", image, disk], capture_output=True).returncode != 0: return "skip"
    try:
        for i in range(6): handler(b, f"dead{i}", f"{disk}/log{i}", timeout=1)
        event(b, "before", ["dead0"])
        if not eventually(lambda: os.path.exists(disk + "/log0"), 5): return "nothing is written while it answers"
        subprocess.run(["fsfreeze", "-f", disk], check=True)
        try:
            for i in range(6): event(b, f"e{i}", [f"dead{i}"])
            if not quick_login(b, "fresh"): return "a login waits"
            if not eventually(lambda: b.log_text().count("within 1 s") >= 6, 6): return "not told: " + b.log_text()[-500:]
            event(b, "late", ["dead0"])
            if not eventually(lambda: "an earlier line is still waiting" in b.log_text(), 4): return "a stuck file is begun again"
            b.process.terminate()  # its memory goes when the kernel lets go of the threads
            if not eventually(lambda: state_of(b.process.pid) == "Z", 5): return "it does not end"
        finally:
            subprocess.run(["fsfreeze", "-u", disk])
    finally:
        subprocess.run(["umount", "-l", disk])


def an_event_log_that_nobody_reads():
    path, reader = full_pipe("events")
    b = Backend("--log-level", "warn", "--event-log-file", path)
    try:
        b.login()
        for i in range(10): event(b, f"e{i}", [])
        if not quick_login(b, "fresh"): return "a login waits"
        b.process.send_signal(signal.SIGHUP)
        if b.api("GET", "/events/e9/c")[0] != 200: return "events wait"
        if (took := ends(b)) is None: return "it does not end"
        if "event log lines lost" not in b.log_text(): return "nothing is said of the lines that are lost"
    finally:
        b.stop()
        os.close(reader)
    p = subprocess.run([b.program, "backend", "start", "--state-dir", scratch + "/s", "--event-log-file", path], capture_output=True, text=True, timeout=10)
    if p.returncode == 0 or "it has no reader" not in p.stderr: return f"a pipe without a reader is taken: {p.returncode} {p.stderr[-300:]}"


def a_program_that_cannot_be_read():
    """An allow list reads programs: one that does not answer holds up its check alone."""
    program, allow = scratch + "/hangs.sh", scratch + "/allow.json"
    os.mkfifo(program)
    os.chmod(program, 0o755)
    with open(allow, "w") as f: json.dump([{"exec": program, "args": [""], "sha512": "0" * 128}, {"exec": "/bin/echo", "args": ["hi"]}], f)
    s = Story("--allow-list", allow, "--shutdown-timeout", "1s")
    try:
        for i in range(6): s.request(f"hangs{i}", program)
        if s.run("echo", "/bin/echo hi")["output"] != "hi\n": return "another check"
        began = time.time()
        s.agent.process.terminate()
        if s.conn.expect("event", timeout=5, name="hangs3")[1]["check"]["status"] != 3: return "nothing is said of a check that was stopped"
        s.end()
        if time.time() - began > 6: return "the end waits"
    finally:
        s.agent.remove()


if __name__ == "__main__":
    status = run_stories([a_pipe_without_a_reader, readers_that_sleep, a_disk_that_does_not_answer, an_event_log_that_nobody_reads, a_program_that_cannot_be_read])
    shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(status)
