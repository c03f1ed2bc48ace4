#!/usr/bin/env python3
"""The two images as an engine runs them: unpacked from their archives, with the user, words and environment of their own
configuration, read-only, process 1 of a PID namespace, SIGTERM at the end. Backend from the small image, agents from the one with plugins.

usage: packaging/container/test.py SMALL.tar PLUGINS.tar        needs root; ends with `N passed, N failed`
"""
import gzip, hashlib, io, json, os, shutil, subprocess, sys, tarfile, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../../tests", d) for d in ("support", "system")]
from container_process import Container, ports

PASSWORD, AGENTS = "a-test-password", "an-agent-password"
ENTER = """set -e
user=$1; shift; group=$1; shift
mount --make-rprivate /
mount --bind "$PICKET_TEST_ROOT" "$PICKET_TEST_ROOT"
for folder in var/lib/picket var/cache/picket; do mount -t tmpfs -o mode=0755,uid=$user,gid=$group none "$PICKET_TEST_ROOT/$folder"; done
mount -t tmpfs -o mode=1777 none "$PICKET_TEST_ROOT/tmp"
mount -t proc proc "$PICKET_TEST_ROOT/proc"
mount --rbind /dev "$PICKET_TEST_ROOT/dev"
mount -o remount,bind,ro "$PICKET_TEST_ROOT"
cd /
exec chroot --userspec=$user:$group "$PICKET_TEST_ROOT" "$@"
"""


class Image:
    """An OCI archive; every digest and size in it is checked on the way."""
    def __init__(self, path, folder):
        with tarfile.open(path) as tar: self.files = {m.name: tar.extractfile(m).read() for m in tar.getmembers() if m.isfile()}
        assert json.loads(self.files["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
        manifest = json.loads(self.blob(json.loads(self.files["index.json"])["manifests"][0]))
        self.config = json.loads(self.blob(manifest["config"]))
        self.root = folder
        layer, = manifest["layers"]
        plain = gzip.decompress(self.blob(layer))
        assert self.config["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(plain).hexdigest()]
        with tarfile.open(fileobj=io.BytesIO(plain)) as tar: tar.extractall(folder, numeric_owner=True)

    def blob(self, descriptor):
        data = self.files["blobs/sha256/" + descriptor["digest"].split(":")[1]]
        assert len(data) == descriptor["size"] and hashlib.sha256(data).hexdigest() == descriptor["digest"].split(":")[1], descriptor
        return data


class Engine(Container):
    def __init__(self, image, words=None, **environment):
        config = image.config["config"]
        self.log = tempfile.NamedTemporaryFile(prefix="picket-image-", suffix=".log")
        self.environment = {**dict(pair.split("=", 1) for pair in config["Env"]), **environment}
        argv = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", ENTER, "sh", *config["User"].split(":"), *config["Entrypoint"], *(words or config["Cmd"])]
        self.outer = subprocess.Popen(argv, stdout=self.log, stderr=self.log, env={**self.environment, "PATH": self.environment["PATH"] + ":/usr/sbin:/usr/bin:/sbin:/bin",
                                                                                   "PICKET_TEST_ROOT": image.root})


class Story:
    def __init__(self, folder, small, plugins):
        self.small, self.plugins = Image(small, folder + "/small"), Image(plugins, folder + "/plugins")
        self.api, self.agents = ports(2)
        self.backend, self.workers, self.number = None, [], 0

    def ctl(self, *words):
        status, out = self.backend.run("ctl", "--config-dir", "/tmp/ctl", *words)
        assert status == 0, (words, out)
        return out

    def worker(self, name):
        w = Engine(self.plugins, None, PICKET_BACKEND_URL="ws://127.0.0.1:%d" % self.agents, PICKET_NAME=name, PICKET_PASSWORD=AGENTS, PICKET_SUBSCRIPTIONS="workers",
                   PICKET_DEREGISTER="true", PICKET_KEEPALIVE_INTERVAL="2", PICKET_KEEPALIVE_WARNING_TIMEOUT="6",
                   PICKET_DISABLE_SOCKETS="true", PICKET_DISABLE_API="true", PICKET_STATSD_DISABLE="true")
        self.workers.append(w)
        w.wait(lambda: w.pid() and w.run("health", "agent", "--connected")[0] == 0, name + " is connected")
        return w

    def create(self, command, interval, *more):
        self.number += 1
        name = "check-%d" % self.number
        self.ctl("check", "create", name, "--command", command, "--interval", str(interval), "--subscriptions", "workers", "--timeout", "30", "--round-robin", "--proxy-entity-name", name, *more)
        return name

    def result(self, name):
        status, out = self.backend.run("ctl", "--config-dir", "/tmp/ctl", "event", "info", name, name, "--format", "json")
        return json.loads(out)["check"] if status == 0 else None

    def check(self, command):
        """Run once, for a proxy entity of its own: its status and output."""
        name = self.create(command, 3600)
        self.ctl("check", "execute", name)
        found = self.workers[0].wait(lambda: self.result(name), name)
        return found["status"], found["output"]

    def turns(self, count):
        """Who ran each of the first runs of a check that is due every five seconds, the shortest turn of a ring."""
        name, who = self.create("check_dummy 0 x", 5), {}
        def enough():
            time.sleep(0.5)
            found = self.result(name)
            if found: who[found["executed"]] = found["processed_by"]
            return len(who) >= count
        self.workers[0].wait(enough, "%d runs" % count, seconds=60)
        self.ctl("check", "delete", name, "--skip-confirm")
        return [who[t] for t in sorted(who)]

    def a_backend_from_its_environment(self):
        self.backend = Engine(self.small, ["backend", "start"], PICKET_API_LISTEN_ADDRESS="127.0.0.1:%d" % self.api, PICKET_AGENT_HOST="127.0.0.1", PICKET_AGENT_PORT=str(self.agents),
                              PICKET_DASHBOARD_HOST="127.0.0.1", PICKET_DASHBOARD_PORT="0", PICKET_CLUSTER_ADMIN_PASSWORD=PASSWORD, PICKET_AGENT_PASSWORD=AGENTS)
        self.backend.wait(lambda: self.backend.pid() and self.backend.run("health", "backend")[0] == 0, "the backend answers")
        self.ctl("configure", "-n", "--url", "http://127.0.0.1:%d" % self.api, "--username", "admin", "--password", PASSWORD, "--format", "json")

    def an_agent_from_its_environment(self):
        w = self.worker("one")
        with open("/proc/%d/mountinfo" % w.pid()) as f: mounts = {l.split()[4]: l.split()[5] for l in f}
        assert "ro" in mounts["/"].split(","), mounts
        with open("/proc/%d/status" % w.pid()) as f: assert "Uid:\t10001\t10001" in f.read()

    def real_plugins(self):
        for command, expected in (("check_disk -w 1% -c 0% -p /", "DISK OK"), ("check_load -w 999 -c 999", "LOAD OK"), ("check_procs -c 1:", "PROCS OK"),
                                  ("check_http -H 127.0.0.1 -p %d -u /health" % self.api, "HTTP OK"), ("check_tcp -H 127.0.0.1 -p %d" % self.agents, "TCP OK"),
                                  ("check_dummy 0 fine", "OK: fine"), ("picket check disk", "DISK OK")):
            status, output = self.check(command)
            assert status == 0 and output.startswith(expected), (command, status, output)
        status, output = self.check("check_tcp -H 127.0.0.1 -p 1")
        assert status == 2 and "refused" in output, (status, output)

    def nothing_can_be_changed(self):
        status, output = self.check("touch /etc/x /usr/bin/x; id -u")
        assert "Read-only file system" in output and "10001" in output, output

    def work_goes_around_the_workers(self):
        for name in ("two", "three"): self.worker(name)
        seen = self.turns(4)
        assert set(seen[:3]) == {"one", "two", "three"} and seen[3] == seen[0], seen

    def a_worker_less(self):
        """SIGTERM: what it runs ends and arrives, it leaves the ring, its entity goes."""
        gone = self.workers.pop()
        assert gone.stop() == 0, gone.text()
        gone.close()
        seen = self.turns(2)
        assert set(seen) == {"one", "two"}, seen
        self.workers[0].wait(lambda: '"three"' not in self.ctl("entity", "list", "--format", "json"), "the entity is gone")

    def the_end(self):
        for w in self.workers: assert w.stop() == 0, w.text()
        assert self.backend.stop() == 0, self.backend.text()

    def close(self):
        for c in [*self.workers, self.backend]:
            if c: c.close()


def main():
    folder = tempfile.mkdtemp(prefix="picket-images-")
    os.chmod(folder, 0o755)
    passed, story = 0, Story(folder, *sys.argv[1:3])
    steps = (story.a_backend_from_its_environment, story.an_agent_from_its_environment, story.real_plugins, story.nothing_can_be_changed,
             story.work_goes_around_the_workers, story.a_worker_less, story.the_end)
    try:
        for step in steps:
            step()
            passed += 1
            print("ok   images: " + step.__name__.replace("_", " "), flush=True)
    except Exception as e:
        print("FAIL images: %s: %s: %s" % (step.__name__.replace("_", " "), type(e).__name__, e), file=sys.stderr)
    finally:
        story.close()
        shutil.rmtree(folder, ignore_errors=True)
    print("%d passed, %d failed" % (passed, len(steps) - passed))
    return 0 if passed == len(steps) else 1


if __name__ == "__main__": sys.exit(main())
