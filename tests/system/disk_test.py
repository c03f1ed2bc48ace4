#!/usr/bin/env python3
"""A state directory on a real file system that fills up, or turns read-only, and comes back.

  disk_test.py [NAME...]     NAME: part of a test's name. Without the right to mount there is nothing to test: all is skipped.
"""
import base64, contextlib, json, os, shutil, sqlite3, subprocess, sys, tempfile

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from stories import run_stories, stored
from wire import HOST, Agent, Backend, Closed, eventually


def run(*words):
    return subprocess.run(words, capture_output=True).returncode == 0


class Tmpfs:
    """A few megabytes of memory as a disk."""

    def __init__(self, megabytes):
        self.path = tempfile.mkdtemp(prefix="picket-disk-")
        self.mounted = run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", self.path)

    def fill(self):
        with open(os.path.join(self.path, "filler"), "wb", buffering=0) as f:
            try:
                while True:
                    f.write(b"x" * 4096)
            except OSError:
                pass

    def close(self):
        run("umount", "-l", self.path)
        os.rmdir(self.path)


class Ext4:
    """An image that Linux can be made to find an error in: the file system is read-only from then on, until it is repaired."""

    def __init__(self, megabytes, *options):
        self.path, self.image = tempfile.mkdtemp(prefix="picket-disk-"), tempfile.mktemp(prefix="picket-image-")
        self.options = ",".join(("loop", "errors=remount-ro", *options))
        with open(self.image, "wb") as f:
            f.truncate(megabytes << 20)
        self.mounted = run("mkfs.ext4", "-q", "-F", self.image) and self.mount() and os.access(self.trigger(), os.W_OK)

    def mount(self):
        return run("mount", "-o", self.options, self.image, self.path)

    def trigger(self):
        device = next(l.split()[0] for l in open("/proc/mounts") if self.path in l)
        return f"/sys/fs/ext4/{os.path.basename(device)}/trigger_fs_error"

    def turn_read_only(self):
        with open(self.trigger(), "w") as f:
            f.write("1")

    def take_away(self):
        self.device = next(l.split()[0] for l in open("/proc/mounts") if self.path in l)
        run("umount", "-l", self.path)

    def bring_back(self):
        """As an administrator does: the device is free only when nobody holds a file on it, and Linux has let go of it."""
        in_use = lambda: subprocess.run(("losetup", "-j", self.image), capture_output=True).stdout
        if not eventually(lambda: not in_use(), 20):
            return f"the disk is in use still: {in_use()}"
        run("e2fsck", "-fy", self.image)
        return None if self.mount() else "it cannot be mounted again"

    def close(self):
        run("umount", "-l", self.path)
        os.rmdir(self.path)
        os.remove(self.image)


def about_itself(b):
    """The statuses of the backend's event about its store."""
    entities = b.api("GET", "/api/core/v2/namespaces/sensu-system/entities")[1] or [{}]
    if not isinstance(entities, list):
        return []  # the store cannot be read
    name = entities[0].get("metadata", {}).get("name")
    status, event = b.api("GET", f"/api/core/v2/namespaces/sensu-system/events/{name}/backend-store")
    return [h["status"] for h in event["check"]["history"]] if status == 200 else []


def goes_on_without(disk, take_away):
    """-> (backend, problem): what it does while its disk takes nothing."""
    out = os.path.join(tempfile.gettempdir(), f"picket-told-{os.getpid()}-{os.path.basename(disk.path)}")
    b = Backend("--state-dir", os.path.join(disk.path, "state"))  # the log does not lie on the disk that goes away
    try:
        for ns, kind in (("default", "note"), ("sensu-system", "keepalive")):
            b.api("PUT", f"/api/core/v2/namespaces/{ns}/handlers/{kind}",
                  {"type": "pipe", "command": f"cat >> {out}.{kind}; echo >> {out}.{kind}", "metadata": {"name": kind, "namespace": ns}})
        told = lambda kind, word: os.path.exists(f"{out}.{kind}") and word in open(f"{out}.{kind}").read()
        first = Agent(b, "app", headers=[("Picket-Ack", "s")])
        first.keepalive()
        first.event("web", kind="event 1")
        first.wait_message("ack")
        first.close()
        take_away()
        a = Agent(b, "app")
        for n in range(60):
            a.event("web", status=2, output=f"down {n} " + "x" * 3000, handlers=["note"])
        if not eventually(lambda: told("note", "down 59"), 20):
            return b, "nobody was alerted"
        if not eventually(lambda: "is not writable" in b.log_text()):
            return b, "the log says nothing"
        if not eventually(lambda: told("keepalive", "backend-store")):
            return b, "no event about itself reached a handler"
        if not eventually(lambda: define(b) >= 500, 5):
            return b, f"a definition was taken: {define(b)}"
        if problem := an_administrator_comes(b):
            return b, problem
        acked = Agent(b, "late", headers=[("Picket-Ack", "t")])
        try:
            for n in range(1, 4):
                acked.event(f"c{n}", kind=f"event {n}", status=2, output=f"incident {n} of late", handlers=["note"])
            if not eventually(lambda: told("note", "incident 3 of late"), 10):
                return b, "what comes behind an event that is not on the disk alerts nobody"
            return b, f"an event was acknowledged: {acked.wait_message('ack', 1)}"
        except (TimeoutError, Closed, OSError):
            pass
        return b, None if stored(b, "app", "web") else "what is stored cannot be read"
    finally:
        for kind in ("note", "keepalive"):
            if os.path.exists(f"{out}.{kind}"):
                os.remove(f"{out}.{kind}")


def an_administrator_comes(b):
    """Logs in, looks, refreshes the session, looks again, and logs out: all of it in memory."""
    status, data = b.http("GET", "/auth", headers={"Authorization": "Basic " + base64.b64encode(b"admin:P@ssw0rd!").decode()})
    if status != 200:
        return f"nobody can log in: {status}"
    looks = lambda tokens: b.http("GET", "/api/core/v2/namespaces", headers={"Authorization": "Bearer " + tokens["access_token"]})[0]
    tokens = json.loads(data)
    for _ in range(3):
        status, data = b.http("POST", "/auth/token", json.dumps({"refresh_token": tokens["refresh_token"]}),
                              {"Authorization": "Bearer " + tokens["access_token"], "Content-Type": "application/json"})
        if status != 200:
            return f"a session cannot be refreshed: {status}"
        tokens = json.loads(data)
        if (status := looks(tokens)) != 200:
            return f"a refreshed session sees nothing: {status}"
    return None if "a session cannot be stored now" in b.log_text() else "nothing is said of a session that ends with the backend"


def define(b):
    return b.api("PUT", "/checks/refused", {"command": "true", "interval": 60, "subscriptions": [], "metadata": {"name": "refused", "namespace": "default"}})[0]


def full_disk():
    """The disk is full: on it goes from memory, refuses what it cannot promise, says so, and recovers by itself."""
    disk, b = Tmpfs(4), None
    if not disk.mounted:
        return "skip"
    try:
        b, problem = goes_on_without(disk, disk.fill)
        if problem:
            return problem
        os.remove(os.path.join(disk.path, "filler"))
        event = eventually(lambda: (e := stored(b, "app", "web")) and e["check"]["output"].startswith("down 59") and e, 15)
        if not event or event["check"]["occurrences"] != 60:
            return f"afterwards: {event and (event['check']['output'][:10], event['check']['occurrences'])}"
        if not eventually(lambda: about_itself(b) == [2, 0]):
            return f"its event about itself: {about_itself(b)}"
        if not eventually(lambda: define(b) == 201, 5):
            return f"definitions are refused still: {define(b)}"
        b.kill()
        b.token = None
        b.start()
        return None if stored(b, "app", "web")["check"]["occurrences"] == 60 else "lost with a kill -9 afterwards"
    finally:
        if b:
            b.stop()
        disk.close()


def read_only():
    """Linux finds an error on the disk and takes no writes any more: on it goes from memory. Then the disk is taken away, repaired
    and brought back, under the running backend, which writes what it kept."""
    return turned_read_only(Ext4(32))


def read_only_at_once():
    """Likewise, on a file system whose mapped pages are gone with the error: a process that touches one is killed."""
    return turned_read_only(Ext4(32, "data=journal"))


def turned_read_only(disk):
    b = None
    if not disk.mounted:
        disk.close()
        return "skip"
    try:
        b, problem = goes_on_without(disk, disk.turn_read_only)
        if problem:
            return problem
        os.sync()
        disk.take_away()
        held = lambda: [f for f in os.listdir(f"/proc/{b.process.pid}/fd") if in_state(b, f)]
        if not eventually(lambda: not held(), 10):
            return f"it holds files of the disk that was taken away: {[in_state(b, f) for f in held()]}"
        seen = stored(b, "app", "web")
        if not seen or not seen["check"]["output"].startswith("down 59"):
            return f"what came since is not shown: {seen and seen['check']['output'][:10]}"
        late = Agent(b, "app")
        late.event("web", status=2, output="down 60", handlers=["note"])
        if problem := disk.bring_back():
            return problem
        recovered = lambda: "is writable again" in b.log_text()
        if not eventually(lambda: recovered() or "an older copy" in b.log_text(), 20):
            return "it did not recover: " + b.log_text()[-500:]
        if not recovered():
            return after_lost_writes(b)
        event = eventually(lambda: (e := stored(b, "app", "web")) and e["check"]["output"] == "down 60" and e, 20)
        if not event or event["check"]["occurrences"] != 61:
            return f"afterwards: {event and (event['check']['output'], event['check']['occurrences'])}"
        if not eventually(lambda: about_itself(b)[-1:] == [0] or "an older copy" in b.log_text()):
            return f"its event about itself: {about_itself(b)}"
        if "an older copy" in b.log_text():  # ext4 lost a write that it had called safe, and the file was looked at once more
            return after_lost_writes(b)
        if not eventually(lambda: define(b) == 201, 5):
            return "the repaired disk is not written to"
        if run(b.program, "backend", "start", "--state-dir", os.path.join(disk.path, "state"), "--agent-port", "0", "--api-listen-address", "127.0.0.1:0"):
            return "another backend may use the same directory"
        return None if b.process.poll() is None else "it ended"
    finally:
        if b:
            b.stop()
        disk.close()


def after_lost_writes(b):
    """After its error ext4 takes a few writes more and lets fsync say that they are safe, which the repair shows to be wrong: what
    lies there is older than the memory, which the backend says and leaves alone. A restart goes on with it."""
    b.process.terminate()
    if b.process.wait(20) != 0:
        return f"it stopped with {b.process.returncode}"
    b.token = None
    b.start()
    if not stored(b, "app", "web"):
        return "what was acknowledged before the error is not there"
    return None if define(b) == 201 else "the repaired disk is not written to"


def cannot_start():
    """A database that cannot be used: status 1, and a sentence with the file, what is wrong, and what to do."""
    disk = Tmpfs(8)
    if not disk.mounted:
        return "skip"
    state = os.path.join(disk.path, "state")
    file = os.path.join(state, "picket.db")
    argv = [os.path.abspath(os.environ.get("PICKET", "build/dev/bin/picket")), "backend", "start", "--state-dir", state, "--agent-host", HOST, "--agent-port", "0",
            "--api-listen-address", f"{HOST}:0", "--dashboard-port", "0"]
    started = lambda prefix=(): subprocess.run([*prefix, *argv], capture_output=True, text=True, timeout=30)

    def seeded():
        shutil.rmtree(state, ignore_errors=True)
        subprocess.run([*argv[:2], "init", "--state-dir", state, "--cluster-admin-username", "admin", "--cluster-admin-password", "P@ssw0rd!"], capture_output=True)
        with contextlib.closing(sqlite3.connect(file)) as db:
            db.execute("pragma wal_checkpoint(truncate)")

    def newer():
        with contextlib.closing(sqlite3.connect(file)) as db:
            db.execute("pragma user_version = 999")

    def overwrite(at, data):
        with open(file, "r+b") as f:
            f.seek(at)
            f.write(data)

    def in_its_place():
        os.remove(file)
        os.mkdir(file)

    other_user = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
    rows = [  # what happened to the file, the words to be said, which program starts
        (newer, ("schema 999", "use a newer program"), ()),
        (lambda: overwrite(0, b"no database"), ("file is not a database", "restore a backup"), ()),
        (lambda: overwrite(4096, b"\xff" * 8192), ("damaged", "restore a backup"), ()),
        (in_its_place, ("unable to open", "check that the state directory exists and is writable"), ()),
        (lambda: os.chmod(state, 0o755) or os.chmod(file, 0o600), ("unable to open", "writable"), other_user),
        (lambda: os.chmod(state, 0o755) or os.chmod(file, 0o644), ("writ",), other_user),
        (lambda: run("mount", "-o", "remount,ro", disk.path), ("writ",), ()),
    ]
    try:
        for number, (change, words, who) in enumerate(rows):
            seeded()
            change()
            ended = started(who)
            missing = [w for w in (file, *words) if w not in ended.stderr]
            if ended.returncode != 1 or missing:
                return f"row {number}: status {ended.returncode}, {missing} missing in: {ended.stderr[-400:]}"
    finally:
        disk.close()


def in_state(b, fd):
    try:
        path = os.readlink(f"/proc/{b.process.pid}/fd/{fd}")
        return path if "picket-disk-" in path or "/state/" in path or path.startswith("/state") else ""
    except OSError:
        return ""


TESTS = [full_disk, read_only, read_only_at_once, cannot_start]


if __name__ == "__main__":
    sys.exit(run_stories(TESTS))
