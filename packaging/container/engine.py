#!/usr/bin/env python3
"""The two images under a real container engine, podman or Docker: it loads them, docker-compose starts compose.yaml through its socket and scales it
(docs/CONTAINERS.md, "One image, scaled out, round robin"); and the pods of kubernetes.yaml as its containers. All in a network name space of its own,
from which no way leads out.

usage: packaging/container/engine.py podman|docker SMALL.tar PLUGINS.tar [--workers 4] [--checks 40] [--interval 5] [--seconds 20]
Needs root, docker-compose, skopeo; podman, crun, netavark, aardvark-dns or dockerd with its client; says so and ends with 0 where no container can run. Ends with `N passed, N failed`.
"""
import argparse, collections, datetime, json, os, shutil, subprocess, sys, tempfile, threading, time, urllib.request
import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
PASSWORD, AGENTS = "a-test-password", "an-agent-password"
# /run and /dev/shm of its own, where engines and name servers keep locks and look for what ran before; the loopback. crun refuses mixed
# hierarchies of cgroups, so podman gets a plain one.
ENTER = 'mount --make-rprivate / && mount -t tmpfs none /run && mount -t tmpfs none /dev/shm && ip link set lo up && %s exec "$@"'
PLAIN = "umount -lR /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup &&"
STORAGE = '[storage]\ndriver = "overlay"\nrunroot = "%s/run"\ngraphroot = "%s/graph"\n'
ENGINE = ('[containers]\ncgroups = "disabled"\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n[network]\nnetwork_backend = "netavark"\n'
          'network_config_dir = "%s/networks"\n[engine]\nruntime = "crun"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\ntmp_dir = "%s/tmp"\n')


def run(*argv, status=0):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300)
    assert status is None or done.returncode == status, "%s: status %d\n%s" % (" ".join(argv), done.returncode, (done.stdout + done.stderr)[-1500:])
    return done.stdout


def engine(*words, **more): return run(os.environ["PICKET_ENGINE"], *words, **more)
def is_podman(): return os.environ["PICKET_ENGINE"] == "podman"


def wait(what, why, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        value = what()
        if value: return value
        time.sleep(0.3)
    raise AssertionError("not within %d s: %s" % (seconds, why))


class Pod:
    """The one container of a workload of kubernetes.yaml, as a kubelet would start it (but hostPID, which podman wants cgroups for)."""
    def __init__(self, document, secret, hosts, version):
        self.name, self.spec = document["metadata"]["name"], document["spec"]["template"]["spec"]
        self.box, = self.spec["containers"]
        claims = [v["metadata"]["name"] for v in document["spec"].get("volumeClaimTemplates", [])]
        self.volumes = {**{v["name"]: v for v in self.spec["volumes"]}, **{name: {"claim": name} for name in claims}}
        user, rights = self.spec["securityContext"], self.box["securityContext"]
        assert user["runAsNonRoot"] and rights["readOnlyRootFilesystem"] and not rights["allowPrivilegeEscalation"]
        argv = ["run", "-d", "--name", self.name, "--network", "host" if self.spec.get("hostNetwork") else "pods", "--user", "%d:%d" % (user["runAsUser"], user["runAsGroup"]),
                "--cap-drop", ",".join(rights["capabilities"]["drop"]), "--security-opt", "no-new-privileges", "--read-only", *(["--read-only-tmpfs=false"] if is_podman() else [])]
        for host in hosts.items(): argv += ["--add-host", "%s:%s" % host]
        for entry in self.box["env"]: argv += ["--env", "%s=%s" % (entry["name"], entry.get("value") or self.value_from(entry["valueFrom"], secret))]
        for mount in self.box["volumeMounts"]: argv += self.mounted(mount)
        engine(*argv, self.box["image"].replace("VERSION", version), *self.box["args"])

    def value_from(self, source, secret):
        return secret[source["secretKeyRef"]["key"]] if "secretKeyRef" in source else {"spec.nodeName": "a-node", "metadata.name": self.name}[source["fieldRef"]["fieldPath"]]

    def mounted(self, mount):
        volume, path = self.volumes[mount["name"]], mount["mountPath"]
        if "hostPath" in volume: return ["--volume", "%s:%s:%s" % (volume["hostPath"]["path"], path, "ro" if mount.get("readOnly") else "rw")]
        if "claim" in volume: return ["--volume", "%s:%s" % (volume["claim"], path)]
        return ["--tmpfs", path + ":mode=1777,exec"]  # a kubelet's emptyDir is everybody's

    def address(self): return engine("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", self.name).strip()

    def fine(self, probe):
        if "exec" in probe: return subprocess.run([os.environ["PICKET_ENGINE"], "exec", self.name, *probe["exec"]["command"]], capture_output=True).returncode == 0
        try: return urllib.request.urlopen("http://%s:%d%s" % (self.address(), probe["httpGet"]["port"], probe["httpGet"]["path"]), timeout=5).status == 200
        except OSError: return False

    def probed(self):
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            if kind in self.box: wait(lambda: self.fine(self.box[kind]), "%s of %s" % (kind, self.name), 30)

    def stop(self):
        engine("stop", "-t", str(self.spec["terminationGracePeriodSeconds"]), self.name)
        assert engine("inspect", "--format", "{{.State.ExitCode}}", self.name).strip() == "0", self.name


class Story:
    def __init__(self, options, folder):
        self.options, self.ending = options, threading.Event()
        self.logs = {}  # of every worker there was
        self.small, self.plugins = self.tag(options.small), self.tag(options.plugins)
        os.environ.update(PICKET_VERSION=self.small.split(":")[1], PICKET_ADMIN_PASSWORD=PASSWORD, PICKET_AGENTS_PASSWORD=AGENTS,
                          COMPOSE_PROJECT_NAME="picket")

    def tag(self, path):
        run("skopeo", "inspect", "oci-archive:" + path)
        index = json.loads(run("tar", "xOf", path, "index.json"))
        return index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"]

    def ask_them(self):
        """What systemd's timers do for podman elsewhere: ask each container how it is. depends_on waits for the answers."""
        while not self.ending.wait(1):
            for c in engine("ps", "-q", status=None).split(): subprocess.run(["podman", "healthcheck", "run", c], capture_output=True)

    def compose(self, *words): return run("docker-compose", "-f", HERE + "/compose.yaml", *words)
    def workers(self): return engine("ps", "-q", "--filter", "name=picket_worker").split()
    def ctl(self, *words, status=0): return engine("exec", "picket_backend_1", "/usr/bin/picket", "ctl", "--config-dir", "/tmp/ctl", *words, status=status)
    def entities(self): return {e["metadata"]["name"] for e in json.loads(self.ctl("entity", "list", "--format", "json")) if e["entity_class"] == "agent"}
    def well(self, name, *words): return subprocess.run([os.environ["PICKET_ENGINE"], "exec", name, "/usr/bin/picket", "health", *words], capture_output=True).returncode == 0

    def scaled(self, count):
        self.compose("up", "-d", "--scale", "worker=%d" % count)
        wait(lambda: len(self.workers()) == count and all(self.well(w, "agent", "--connected") for w in self.workers()), "%d workers are connected" % count)

    def runs(self):
        """(when, check, who) of every run there was, as the workers' logs say."""
        for w in engine("ps", "-aq", "--filter", "name=picket_worker").split():
            self.logs[w] = subprocess.run([os.environ["PICKET_ENGINE"], "logs", w], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
        lines = ((json.loads(l), w) for w, text in self.logs.items() for l in text.splitlines() if '"scheduling check execution"' in l)
        return sorted((datetime.datetime.fromisoformat(l["time"].replace("Z", "+00:00")).timestamp(), l["check"], w) for l, w in lines)

    def even(self, seconds):
        begin = time.time()
        time.sleep(seconds)
        end, workers = time.time(), set(self.workers())
        counts = collections.Counter(who for when, _, who in self.runs() if begin <= when < end)
        print("     runs in %d s: %s" % (seconds, ", ".join("%s %d" % pair for pair in sorted(counts.items()))), flush=True)
        mean = sum(counts.values()) / len(workers)
        assert set(counts) == workers, (counts, workers)
        assert all(0.5 * mean <= n <= 1.5 * mean for n in counts.values()), counts
        expected = self.options.checks * seconds / self.options.interval
        assert sum(counts.values()) >= 0.5 * expected, "%d runs, %d expected" % (sum(counts.values()), expected)

    def archives_load_under_their_names(self):
        for path in (self.options.small, self.options.plugins): engine("load", "-i", path)
        for name in (self.small, self.plugins):
            config = json.loads(engine("image", "inspect", name))[0]["Config"]
            assert config["User"] == "10001:10001" and config["Entrypoint"] == ["/usr/bin/picket"], config

    def a_container_alone(self):
        """The line of the documents, without network; and a check of the image without a shell."""
        places = ("--read-only", "--tmpfs", "/var/lib/picket:mode=1777", "--tmpfs", "/var/cache/picket:mode=1777,exec")
        engine("run", "-d", "--name", "alone", "--network", "none", *places, "-e", "PICKET_BACKEND_URL=ws://127.0.0.1:1", "-e", "PICKET_SUBSCRIPTIONS=workers", self.small)
        wait(lambda: self.well("alone", "agent"), "the agent is well without a backend", 10)
        engine("stop", "-t", "20", "alone")
        assert engine("inspect", "--format", "{{.State.ExitCode}}", "alone").strip() == "0"
        assert "DISK OK" in engine("run", "--rm", "--network", "none", "--read-only", self.small, "check", "disk")

    def pods_of_kubernetes(self):
        """StatefulSet, DaemonSet, Deployment: environment, rights, mounts and probes of their containers. There is no cluster around them."""
        with open(HERE + "/kubernetes.yaml") as f: documents = list(yaml.safe_load_all(f))
        secret, = (d["stringData"] for d in documents if d["kind"] == "Secret")
        backend, *agents = (d for d in documents if "template" in d.get("spec", {}))
        engine("network", "create", "pods")
        version, hosts = self.small.split(":")[1], {}
        pods = [Pod(backend, secret, hosts, version)]
        pods[0].probed()
        hosts["picket-backend.picket.svc"] = pods[0].address()
        for document in agents: pods.append(Pod(document, secret, hosts, version))
        for pod in pods[1:]: pod.probed()
        assert "DISK OK" in engine("exec", "picket-agent", "check_disk", "-w", "1%", "-c", "0%", "-p", "/host/etc")
        engine("exec", "picket-agent", "touch", "/host/tmp/x", status=1)
        for pod in reversed(pods): pod.stop()

    def compose_up(self):
        if is_podman(): threading.Thread(target=self.ask_them, daemon=True).start()
        self.scaled(self.options.workers)
        healthy = lambda: len(engine("ps", "-q", "--filter", "health=healthy").split()) == self.options.workers + 1
        wait(healthy, "all are healthy")
        self.ctl("configure", "-n", "--url", "http://127.0.0.1:8080", "--username", "admin", "--password", PASSWORD, "--format", "json")
        assert self.entities() == set(self.workers()), (self.entities(), self.workers())

    def nothing_can_be_written_or_won(self):
        worker = self.workers()[0]
        engine("exec", worker, "touch", "/usr/bin/x", status=1)
        status = engine("exec", worker, "cat", "/proc/1/status")
        assert "Uid:\t10001\t" in status and "NoNewPrivs:\t1" in status and "CapBnd:\t0000000000000000" in status, status

    def work_goes_around(self):
        address = json.loads(engine("inspect", "picket_backend_1"))[0]["NetworkSettings"]["Networks"]["picket_default"]["IPAddress"]  # the engine's name server is slow at times
        for n in range(self.options.checks):
            name = "page-%03d" % n
            self.ctl("check", "create", name, "--command", "check_http -H %s -p 8080 -u /health" % address, "--interval", str(self.options.interval), "--subscriptions", "workers",
                     "--round-robin", "--proxy-entity-name", name, "--timeout", "20")
        time.sleep(2 * self.options.interval)
        self.even(self.options.seconds)
        assert all(e["check"]["output"].startswith("HTTP OK") for e in json.loads(self.ctl("event", "list", "--format", "json")) if e["check"].get("round_robin"))

    def two_die_three_come(self):
        gone, _ = self.workers()[:2], self.runs()  # their logs go with them
        for w in gone: engine("rm", "--force", *(["--time", "0"] if is_podman() else []), w)  # SIGKILL, nothing says farewell
        time.sleep(self.options.interval)
        self.even(self.options.seconds)
        self.scaled(self.options.workers + 1)
        time.sleep(2 * self.options.interval)
        self.even(self.options.seconds)
        wait(lambda: not self.entities() & set(gone), "the entities of the dead are gone", 180)

    def every_interval_was_served(self):
        """Each check ran on, whoever was there: a death costs a check the run that the dead one had, no more."""
        checks = collections.defaultdict(list)
        for when, name, _ in self.runs(): checks[name].append(when)
        gaps = {name: max(b - a for a, b in zip(times, times[1:])) for name, times in checks.items()}
        print("     longest pause of a check: %.1f s; more than an interval and a half: %d of %d" %
              (max(gaps.values()), sum(g > 1.5 * self.options.interval for g in gaps.values()), len(gaps)), flush=True)
        assert len(checks) == self.options.checks and max(gaps.values()) <= 4 * self.options.interval, gaps

    def fewer_again(self):
        """Scaling down is SIGTERM: the workers end with 0, and the others have their work at once."""
        gone = self.workers()[:-2]
        for w in gone: engine("stop", "-t", "30", w)
        assert {engine("inspect", "--format", "{{.State.ExitCode}}", w).strip() for w in gone} == {"0"}
        time.sleep(self.options.interval)
        self.even(self.options.seconds)

    def a_backend_keeps_its_volume(self):
        engine("restart", "-t", "30", "picket_backend_1")
        wait(lambda: self.well("picket_backend_1", "backend"), "the backend is back")
        wait(lambda: all(self.well(w, "agent", "--connected") for w in self.workers()), "the workers are connected again", 120)
        self.ctl("configure", "-n", "--url", "http://127.0.0.1:8080", "--username", "admin", "--password", PASSWORD, "--format", "json")  # /tmp was its own
        self.ctl("check", "info", "page-000")
        begin = time.time()
        wait(lambda: {who for when, _, who in self.runs() if when > begin} == set(self.workers()), "all workers have work again")

    def down(self):
        self.ending.set()
        ours = engine("ps", "-q").split()
        for c in ours: engine("stop", "-t", "60", c)
        assert {engine("inspect", "--format", "{{.State.ExitCode}}", c).strip() for c in ours} == {"0"}
        self.compose("down", "-v")

    def close(self): self.ending.set()  # what runs ends with its name space


def started(folder):
    """The engine at its socket; and why no container can run here, whatever its image: tried with the machine's own files."""
    socket = "unix://%s/socket" % folder
    service = {"podman": ["podman", "system", "service", "--time", "0", socket],
               "docker": ["dockerd", "--host", socket, "--data-root", folder + "/data", "--exec-root", "/run/docker", "--pidfile", "/run/docker.pid"]}[os.environ["PICKET_ENGINE"]]
    for tool in (service[0], os.environ["PICKET_ENGINE"], "skopeo", "docker-compose", *(["crun"] if is_podman() else [])):
        if not shutil.which(tool): return tool + " is not installed"
    os.environ["DOCKER_HOST"] = socket
    with open(folder + "/log", "w") as log: subprocess.Popen(service, stdout=log, stderr=log)
    trials = [["network", "create", "trial"], ["network", "rm", "trial"]]
    if is_podman(): trials.insert(1, ["run", "--rm", "--network", "trial", "--rootfs", "/:O", "true"])
    try: wait(lambda: subprocess.run([os.environ["PICKET_ENGINE"], "version"], capture_output=True).returncode == 0, "the engine answers", 30)
    except AssertionError:
        with open(folder + "/log") as f: return service[0] + ": " + f.read()[-300:]
    for words in trials:
        done = subprocess.run([os.environ["PICKET_ENGINE"], *words], capture_output=True, text=True)
        if done.returncode: return "%s %s: %s" % (os.environ["PICKET_ENGINE"], " ".join(words), done.stderr.strip()[-300:])


def inside(options, folder):
    why = started(folder)
    if why: print("skip: no container can run here (%s)" % why); return 0
    story, passed = Story(options, folder), 0
    steps = (story.archives_load_under_their_names, story.a_container_alone, story.pods_of_kubernetes, story.compose_up, story.nothing_can_be_written_or_won, story.work_goes_around,
             story.two_die_three_come, story.every_interval_was_served, story.fewer_again, story.a_backend_keeps_its_volume, story.down)
    try:
        for step in steps:
            step()
            passed += 1
            print("ok   %s: %s" % (options.engine, step.__name__.replace("_", " ")), flush=True)
    except Exception as e:
        print("FAIL %s: %s: %s: %s" % (options.engine, step.__name__.replace("_", " "), type(e).__name__, e), file=sys.stderr)
        for c in engine("ps", "-aq", status=None).split(): print("--- %s\n%s" % (c, subprocess.run([os.environ["PICKET_ENGINE"], "logs", "--tail", "5", c], capture_output=True, text=True).stderr), file=sys.stderr)
    finally:
        story.close()
    print("%d passed, %d failed" % (passed, len(steps) - passed))
    return 0 if passed == len(steps) else 1


def main():
    p = argparse.ArgumentParser()
    p.add_argument("engine", choices=("podman", "docker")), p.add_argument("small"), p.add_argument("plugins"), p.add_argument("--inside", default="")
    for name, value in (("workers", 4), ("checks", 40), ("interval", 5), ("seconds", 20)): p.add_argument("--" + name, type=int, default=value)
    options = p.parse_args()
    if options.inside: return inside(options, options.inside)
    folder = tempfile.mkdtemp(prefix="picket-engine-")
    for name, text in (("storage.conf", STORAGE), ("containers.conf", ENGINE)):
        with open(os.path.join(folder, name), "w") as f: f.write(text % (folder, folder))
    os.environ.update(CONTAINERS_STORAGE_CONF=folder + "/storage.conf", CONTAINERS_CONF=folder + "/containers.conf", TMPDIR=folder, PICKET_ENGINE=options.engine)
    enter = ENTER % (PLAIN if options.engine == "podman" else "")
    try: return subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", enter, "sh", sys.executable, *sys.argv, "--inside", folder]).returncode
    finally: shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__": sys.exit(main())
