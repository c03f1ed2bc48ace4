"""Starts `picket agent start` for a test: free ports, own directories, everything removed at the end."""
import os, shutil, signal, socket, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.abspath(os.environ.get("PICKET", os.path.join(ROOT, "build/dev/bin/picket")))
# A program of Windows runs under wine: slower, and a SIGINT is its Ctrl-C, which stops it as SIGTERM stops ours.
WINDOWS = BINARY.endswith(".exe")
COMMAND = [os.path.join(ROOT, "scripts/wine.sh"), BINARY] if WINDOWS else [BINARY]
STOP = signal.SIGINT if WINDOWS else signal.SIGTERM
PATIENCE = 8 if WINDOWS else 1
CONFORMANCE = os.environ.get("PICKET_CONFORMANCE_DIR", os.path.join(ROOT, "tests/conformance"))


given = set()


def free_port():
    """A port that nobody has, and that was not given before: two of one program must differ."""
    while True:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        if port not in given:
            given.add(port)
            return port


class Agent:
    started = []  # all of this process, for checks that none is left

    def __init__(self, url, *flags, env=None, dir=None, name="test-agent"):
        self.own_dir = dir is None
        self.dir = dir or tempfile.mkdtemp(prefix="picket-agent-")
        self.socket_port, self.api_port, self.statsd_port = free_port(), free_port(), free_port()
        base = {"--backend-url": url, "--name": name, "--socket-port": self.socket_port, "--api-port": self.api_port,
                "--statsd-metrics-port": self.statsd_port, "--cache-dir": self.dir + "/cache", "--state-dir": self.dir + "/state",
                "--log-level": "debug"}
        argv = COMMAND + ["agent", "start"]
        for k, v in base.items():
            if k not in flags: argv += [k, str(v)]
        argv += [str(f) for f in flags]
        full_env = {k: v for k, v in os.environ.items() if not k.startswith(("SENSU_", "PICKET_"))}
        full_env.update(env or {})
        self.log_path = self.dir + "/agent.log"
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(argv, stderr=self.log, stdout=self.log, stdin=subprocess.DEVNULL, env=full_env, cwd=self.dir)
        Agent.started.append(self)

    def stop(self, timeout=15 * PATIENCE):
        """SIGTERM; the exit status."""
        if self.process.poll() is None: self.process.send_signal(STOP)
        try: status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "did not stop"
        self.log.close()
        return status

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def remove(self):
        if self.process.poll() is None: self.kill()
        if self.own_dir: shutil.rmtree(self.dir, ignore_errors=True)

    def log_text(self):
        with open(self.log_path, errors="replace") as f: return f.read()

    def rss_kb(self):
        with open("/proc/%d/status" % self.process.pid) as f:
            for line in f:
                if line.startswith("VmRSS"): return int(line.split()[1])


def run_stories(stories):
    """These functions, or those whose names hold an argument of the script. The exit status."""
    passed = failed = 0
    for story in stories:
        if len(sys.argv) > 1 and not any(t in story.__name__ for t in sys.argv[1:]): continue
        started, problem = time.time(), None
        try: story()
        except Exception as e: problem = "%s: %s" % (type(e).__name__, e)
        for agent in Agent.started: agent.remove()  # of a story that went wrong; of others nothing is left
        Agent.started.clear()
        passed, failed = passed + (problem is None), failed + (problem is not None)
        print("%s %s (%.1f s)%s" % ("FAIL" if problem else "ok  ", story.__name__, time.time() - started, ": " + problem if problem else ""), flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0
