#!/usr/bin/env python3
"""The two images under a real container engine: podman loads them, docker-compose starts compose.yaml through podman's socket and scales it
(docs/CONTAINERS.md, "One image, scaled out, round robin"). All in a network name space of its own, from which no way leads out.

usage: packaging/container/engine.py SMALL.tar PLUGINS.tar [--workers 4] [--checks 40] [--interval 5] [--seconds 20]
Needs root, podman, crun, netavark, aardvark-dns, docker-compose; says so and ends with 0 where no container can run. Ends with `N passed, N failed`.
"""
import argparse, collections, json, os, shutil, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
PASSWORD, AGENTS = "a-test-password", "an-agent-password"
# What an engine expects and this machine may lack: one plain hierarchy of cgroups (crun refuses mixed ones), the loopback; and a /run of its own,
# where engine and name server look for what ran before.
ENTER = "mount --make-rprivate / && mount -t tmpfs none /run && umount -lR /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && ip link set lo up && exec \"$@\""
STORAGE = '[storage]\ndriver = "overlay"\nrunroot = "%s/run"\ngraphroot = "%s/graph"\n'
ENGINE = ('[containers]\ncgroups = "disabled"\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n[network]\nnetwork_backend = "netavark"\n'
          'network_config_dir = "%s/networks"\n[engine]\nruntime = "crun"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\ntmp_dir = "%s/tmp"\n')


def run(*argv, status=0):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300)
    assert status is None or done.returncode == status, "%s: status %d\n%s" % (" ".join(argv), done.returncode, (done.stdout + done.stderr)[-1500:])
    return done.stdout


def podman(*words, **more): return run("podman", *words, **more)


def wait(what, why, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        value = what()
        if value: return value
        time.sleep(0.3)
    raise AssertionError("not within %d s: %s" % (seconds, why))


class Story:
    def __init__(self, options, folder):
        self.options, self.folder, self.service, self.ending = options, folder, None, threading.Event()
        self.runs, self.lock = {}, threading.Lock()  # (check, when it ran) -> who ran it
        tags = [json.loads(run("skopeo", "inspect", "--raw", "oci-archive:" + p)) and self.tag(p) for p in (options.small, options.plugins)]
        self.small, self.plugins = tags
        os.environ.update(PICKET_VERSION=self.small.split(":")[1], PICKET_ADMIN_PASSWORD=PASSWORD, PICKET_AGENTS_PASSWORD=AGENTS,
                          DOCKER_HOST="unix://%s/socket" % folder, COMPOSE_PROJECT_NAME="picket")

    def tag(self, path):
        index = json.loads(run("tar", "xOf", path, "index.json"))
        return index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"]

    def ask_them(self):
        """What systemd's timers do for podman elsewhere: ask each container how it is. depends_on waits for the answers."""
        while not self.ending.wait(1):
            for c in podman("ps", "-q", status=None).split(): subprocess.run(["podman", "healthcheck", "run", c], capture_output=True)

    def compose(self, *words): return run("docker-compose", "-f", HERE + "/compose.yaml", *words)
    def workers(self): return podman("ps", "-q", "--filter", "name=picket_worker").split()
    def ctl(self, *words, status=0): return podman("exec", "picket_backend_1", "/usr/bin/picket", "ctl", "--config-dir", "/tmp/ctl", *words, status=status)
    def entities(self): return {e["metadata"]["name"] for e in json.loads(self.ctl("entity", "list", "--format", "json")) if e["entity_class"] == "agent"}
    def well(self, name, *words): return subprocess.run(["podman", "exec", name, "/usr/bin/picket", "health", *words], capture_output=True).returncode == 0

    def scaled(self, count):
        self.compose("up", "-d", "--scale", "worker=%d" % count)
        wait(lambda: len(self.workers()) == count and all(self.well(w, "agent", "--connected") for w in self.workers()), "%d workers are connected" % count)

    def look(self):
        """Who ran what, as the events say; asked for until the end."""
        while not self.ending.wait(1):
            for event in json.loads(self.ctl("event", "list", "--format", "json", status=None) or "[]"):
                check = event["check"]
                if check.get("round_robin"):
                    with self.lock: self.runs[check["metadata"]["name"], check["executed"]] = check["processed_by"]

    def spread(self, seconds):
        """Runs of each worker in the time that comes."""
        with self.lock: before = set(self.runs)
        time.sleep(seconds)
        with self.lock: return collections.Counter(who for key, who in self.runs.items() if key not in before)

    def even(self, seconds):
        counts, workers = self.spread(seconds), set(self.workers())
        print("     runs in %d s: %s" % (seconds, ", ".join("%s %d" % pair for pair in sorted(counts.items()))), flush=True)
        mean = sum(counts.values()) / len(workers)
        assert set(counts) == workers, (counts, workers)
        assert all(0.5 * mean <= n <= 1.5 * mean for n in counts.values()), counts
        expected = self.options.checks * seconds / self.options.interval
        assert sum(counts.values()) >= 0.8 * expected, "%d runs, %d expected" % (sum(counts.values()), expected)

    def archives_load_under_their_names(self):
        for path in (self.options.small, self.options.plugins): podman("load", "-i", path)
        for name in (self.small, self.plugins):
            config = json.loads(podman("image", "inspect", name))[0]["Config"]
            assert config["User"] == "10001:10001" and config["Entrypoint"] == ["/usr/bin/picket"], config

    def a_container_alone(self):
        """The line of the documents, without network; and a check of the image without a shell."""
        places = ("--read-only", "--tmpfs", "/var/lib/picket:mode=1777", "--tmpfs", "/var/cache/picket:mode=1777,exec")
        podman("run", "-d", "--name", "alone", "--network", "none", *places, "-e", "PICKET_BACKEND_URL=ws://127.0.0.1:1", "-e", "PICKET_SUBSCRIPTIONS=workers", self.small)
        wait(lambda: self.well("alone", "agent"), "the agent is well without a backend", 10)
        podman("stop", "-t", "20", "alone")
        assert podman("inspect", "--format", "{{.State.ExitCode}}", "alone").strip() == "0"
        assert "DISK OK" in podman("run", "--rm", "--network", "none", "--read-only", self.small, "check", "disk")

    def compose_up(self):
        threading.Thread(target=self.ask_them, daemon=True).start()
        self.scaled(self.options.workers)
        healthy = lambda: len(podman("ps", "-q", "--filter", "health=healthy").split()) == self.options.workers + 1
        wait(healthy, "all are healthy")
        self.ctl("configure", "-n", "--url", "http://127.0.0.1:8080", "--username", "admin", "--password", PASSWORD, "--format", "json")
        assert self.entities() == set(self.workers()), (self.entities(), self.workers())

    def nothing_can_be_written_or_won(self):
        worker = self.workers()[0]
        podman("exec", worker, "touch", "/usr/bin/x", status=1)
        status = podman("exec", worker, "cat", "/proc/1/status")
        assert "Uid:\t10001\t" in status and "NoNewPrivs:\t1" in status and "CapBnd:\t0000000000000000" in status, status

    def work_goes_around(self):
        threading.Thread(target=self.look, daemon=True).start()
        for n in range(self.options.checks):
            name = "page-%03d" % n
            self.ctl("check", "create", name, "--command", "check_http -H backend -p 8080 -u /health", "--interval", str(self.options.interval), "--subscriptions", "workers",
                     "--round-robin", "--proxy-entity-name", name, "--timeout", "20")
        time.sleep(2 * self.options.interval)
        self.even(self.options.seconds)
        assert all(e["check"]["output"].startswith("HTTP OK") for e in json.loads(self.ctl("event", "list", "--format", "json")) if e["check"].get("round_robin"))

    def two_die_three_come(self):
        gone = self.workers()[:2]
        for w in gone: podman("rm", "--force", "--time", "0", w)  # SIGKILL, nothing says farewell
        time.sleep(self.options.interval)
        self.even(self.options.seconds)
        self.scaled(self.options.workers + 1)
        time.sleep(2 * self.options.interval)
        self.even(self.options.seconds)
        wait(lambda: not self.entities() & set(gone), "the entities of the dead are gone", 180)

    def every_interval_was_served(self):
        """Each check ran on, whoever was there: a death costs a check the run that the dead one had, no more."""
        with self.lock: checks = {name: sorted(when for n, when in self.runs if n == name) for name, _ in self.runs}
        gaps = {name: max(b - a for a, b in zip(times, times[1:])) for name, times in checks.items()}
        print("     longest pause of a check: %d s, of %d checks more than an interval and a half: %d" %
              (max(gaps.values()), len(gaps), sum(g > 1.5 * self.options.interval for g in gaps.values())), flush=True)
        assert len(checks) == self.options.checks and max(gaps.values()) <= 3 * self.options.interval + 2, gaps

    def fewer_again(self):
        """Scaling down is SIGTERM: the workers end with 0, and the others have their work at once."""
        gone = self.workers()[:-2]
        for w in gone: podman("stop", "-t", "30", w)
        assert {podman("inspect", "--format", "{{.State.ExitCode}}", w).strip() for w in gone} == {"0"}
        self.even(self.options.seconds)

    def a_backend_keeps_its_volume(self):
        podman("restart", "-t", "30", "picket_backend_1")
        wait(lambda: self.well("picket_backend_1", "backend"), "the backend is back")
        wait(lambda: all(self.well(w, "agent", "--connected") for w in self.workers()), "the workers are connected again", 120)
        self.ctl("configure", "-n", "--url", "http://127.0.0.1:8080", "--username", "admin", "--password", PASSWORD, "--format", "json")  # /tmp was its own
        self.ctl("check", "info", "page-000")
        self.even(self.options.seconds)

    def down(self):
        self.ending.set()
        ours = podman("ps", "-q").split()
        for c in ours: podman("stop", "-t", "60", c)
        assert {podman("inspect", "--format", "{{.State.ExitCode}}", c).strip() for c in ours} == {"0"}
        self.compose("down", "-v")

    def close(self):
        self.ending.set()
        subprocess.run(["podman", "rm", "--all", "--force", "--time", "0"], capture_output=True)
        subprocess.run(["podman", "network", "prune", "--force"], capture_output=True)
        if self.service: self.service.terminate(); self.service.wait()


def no_engine(folder):
    """Why no container can run here, whatever its image: tried with the machine's own files."""
    for tool in ("podman", "crun", "netavark", "skopeo", "docker-compose"):
        if not (shutil.which(tool) or os.path.exists("/usr/lib/podman/" + tool)): return tool + " is not installed"
    for command in (["network", "create", "trial"], ["run", "--rm", "--network", "trial", "--rootfs", "/:O", "true"]):
        done = subprocess.run(["podman", *command], capture_output=True, text=True)
        if done.returncode: return "podman %s: %s" % (" ".join(command), done.stderr.strip()[-300:])
    podman("network", "rm", "trial")


def inside(options, folder):
    why = no_engine(folder)
    if why: print("skip: no container can run here (%s)" % why); return 0
    story, passed = Story(options, folder), 0
    story.service = subprocess.Popen(["podman", "system", "service", "--time", "0", "unix://%s/socket" % folder], stderr=subprocess.DEVNULL)
    steps = (story.archives_load_under_their_names, story.a_container_alone, story.compose_up, story.nothing_can_be_written_or_won, story.work_goes_around,
             story.two_die_three_come, story.every_interval_was_served, story.fewer_again, story.a_backend_keeps_its_volume, story.down)
    try:
        for step in steps:
            step()
            passed += 1
            print("ok   engine: " + step.__name__.replace("_", " "), flush=True)
    except Exception as e:
        print("FAIL engine: %s: %s: %s" % (step.__name__.replace("_", " "), type(e).__name__, e), file=sys.stderr)
        for c in podman("ps", "-aq", status=None).split(): print("--- %s\n%s" % (c, subprocess.run(["podman", "logs", "--tail", "5", c], capture_output=True, text=True).stderr), file=sys.stderr)
    finally:
        story.close()
    print("%d passed, %d failed" % (passed, len(steps) - passed))
    return 0 if passed == len(steps) else 1


def main():
    p = argparse.ArgumentParser()
    p.add_argument("small"), p.add_argument("plugins"), p.add_argument("--inside", default="")
    for name, value in (("workers", 4), ("checks", 40), ("interval", 5), ("seconds", 20)): p.add_argument("--" + name, type=int, default=value)
    options = p.parse_args()
    if options.inside: return inside(options, options.inside)
    folder = tempfile.mkdtemp(prefix="picket-engine-")
    for name, text in (("storage.conf", STORAGE), ("containers.conf", ENGINE)):
        with open(os.path.join(folder, name), "w") as f: f.write(text % (folder, folder))
    os.environ.update(CONTAINERS_STORAGE_CONF=folder + "/storage.conf", CONTAINERS_CONF=folder + "/containers.conf", TMPDIR=folder)
    try: return subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", ENTER, "sh", sys.executable, *sys.argv, "--inside", folder]).returncode
    finally: shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__": sys.exit(main())
