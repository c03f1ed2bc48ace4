"""A program of the container image, run as a container runs it: the image's files as the root, read-only, process 1 of its own
PID namespace, a user without rights, the environment alone as configuration. Needs root on Linux."""
import os, re, shutil, signal, subprocess, tempfile, time

from edge_process import PICKET, free_ports

ROOTFS = "packaging/container/rootfs.sh"
UID = 10001

# In the new namespaces; $1 is the root, $2 the folder for what may be written. Every step replaces the shell, so that the
# program at the end has the process number 1.
ENTER = """set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount -t tmpfs -o mode=0755,uid=%d,gid=%d none "$1/var/lib/picket"
mount -t tmpfs -o mode=1777 none "$1/tmp"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -o remount,bind,ro "$1"
shift
exec chroot --userspec=%d:%d "$PICKET_TEST_ROOT" "$@"
""" % (UID, UID, UID, UID)


def can_run():
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True).returncode == 0


def libraries(program):
    out = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
    return re.findall(r"(/\S+) \(0x", out)


def make_root(path):
    """The image, with the program under test; and what a check of this test needs: a shell and sleep."""
    subprocess.run([ROOTFS, path, os.path.realpath(PICKET)], check=True)
    for program in ("/bin/sh", "/bin/sleep"):
        shutil.copy(os.path.realpath(program), path + "/usr/bin/" + os.path.basename(program))
    os.symlink("usr/bin", path + "/bin")
    for library in {l for p in (PICKET, "/bin/sh", "/bin/sleep") for l in libraries(os.path.realpath(p))}:
        target = path + library
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.exists(target): shutil.copy(library, target)


class Container:
    def __init__(self, root, words, **environment):
        self.root, self.log = root, tempfile.NamedTemporaryFile(prefix="picket-container-", suffix=".log")
        image = {"PATH": "/usr/bin", "HOME": "/var/lib/picket", "PICKET_STATE_DIR": "/var/lib/picket", "PICKET_CACHE_DIR": "/tmp/cache"}
        self.environment = {**image, **environment}
        argv = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", ENTER, "sh", root, "/usr/bin/picket"] + words
        self.outer = subprocess.Popen(argv, stdout=self.log, stderr=self.log, env={**self.environment, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                                                                                   "PICKET_TEST_ROOT": root})

    def pid(self):
        """Process 1 of the container, by its number out here."""
        try:
            with open("/proc/%d/task/%d/children" % (self.outer.pid, self.outer.pid)) as f: return int(f.read().split()[0])
        except (OSError, IndexError): return None

    def text(self):
        with open(self.log.name, errors="replace") as f: return f.read()

    def wait(self, what, why, seconds=30):
        end = time.time() + seconds
        while time.time() < end:
            value = what()
            if value: return value
            if self.outer.poll() is not None: raise AssertionError("the container has ended (%d): %s" % (self.outer.returncode, self.text()[-2000:]))
            time.sleep(0.05)
        raise AssertionError("not within %d s: %s\n%s" % (seconds, why, self.text()[-2000:]))

    def run(self, *words):
        """Another program in the container, as an orchestrator's probe runs one: its exit status and what it says."""
        argv = ["nsenter", "--target", str(self.pid()), "--mount", "--pid", "--root", "--setuid", str(UID), "--setgid", str(UID), "/usr/bin/picket"]
        done = subprocess.run(argv + list(words), env=self.environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def processes(self):
        """(state, command) of everything in its PID namespace."""
        space, out = os.readlink("/proc/%d/ns/pid" % self.pid()), []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink("/proc/%s/ns/pid" % name) != space: continue
                with open("/proc/%s/stat" % name) as f: text = f.read()
                out.append((text[text.rindex(")") + 2], text[text.index("(") + 1:text.rindex(")")]))
            except OSError: pass
        return out

    def stop(self, seconds=30):
        """SIGTERM to process 1, as a container's end; the exit status."""
        os.kill(self.pid(), signal.SIGTERM)
        return self.outer.wait(seconds)

    def close(self):
        if self.outer.poll() is None:
            if self.pid(): os.kill(self.pid(), signal.SIGKILL)  # the end of process 1 is the end of its name space
            self.outer.wait()
        self.log.close()


def ports(count): return free_ports(count)
