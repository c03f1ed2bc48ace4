"""One `picket edge` under test: started on free ports of 127.0.0.1, asked over its API, looked at through /proc."""
import base64, json, os, shutil, signal, socket, subprocess, tempfile, time, urllib.error, urllib.request

PICKET = os.environ.get("PICKET", "build/dev/bin/picket")
WINDOWS = PICKET.endswith(".exe")  # under wine
PROGRAM = ["scripts/wine.sh", PICKET] if WINDOWS else [PICKET]


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets: s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets: s.close()
    return ports


class Edge:
    PORTS = ("agent-port", "backend-api-port", "dashboard-port", "socket-port", "api-port", "statsd-metrics-port")

    def __init__(self, *options):
        self.dir = tempfile.mkdtemp(prefix="picket-edge-")
        self.port = dict(zip(self.PORTS, free_ports(len(self.PORTS))))
        self.options, self.token = list(options), None
        self.start()

    def start(self):
        argv = PROGRAM + ["edge", "--state-dir", self.dir + "/state", "--name", "this", "--log-level", "info"]
        if not any(o.startswith("--starter-checks") for o in self.options): argv += ["--starter-checks=false"]
        for name, port in self.port.items(): argv += ["--" + name, str(port)]
        self.log = open(self.dir + "/log", "ab")
        self.process = subprocess.Popen(argv + self.options, stdout=self.log, stderr=self.log)
        self.wait(lambda: self.health() == 200, "the API answers")

    def health(self):
        try: return urllib.request.urlopen("http://127.0.0.1:%d/health" % self.port["backend-api-port"], timeout=5).status
        except OSError: return None

    def wait(self, what, why, seconds=240 if WINDOWS else 20):
        end = time.time() + seconds
        while time.time() < end:
            value = what()
            if value: return value
            if self.process.poll() is not None: raise AssertionError("picket edge has ended: " + self.log_text()[-2000:])
            time.sleep(0.05)
        raise AssertionError("not within %d s: %s" % (seconds, why))

    def log_text(self):
        with open(self.dir + "/log", errors="replace") as f: return f.read()

    def login(self):
        basic = base64.b64encode(b"admin:P@ssw0rd!").decode()
        request = urllib.request.Request("http://127.0.0.1:%d/auth" % self.port["backend-api-port"],
                                         headers={"Authorization": "Basic " + basic})
        self.token = json.load(urllib.request.urlopen(request, timeout=10))["access_token"]

    def api(self, method, path, body=None):
        """(status, decoded body) of a request below /api/core/v2/namespaces/default."""
        if not self.token: self.login()
        data = None if body is None else json.dumps(body).encode()
        url = "http://127.0.0.1:%d/api/core/v2/namespaces/default%s" % (self.port["backend-api-port"], path)
        request = urllib.request.Request(url, data, method=method,
                                         headers={"Authorization": "Bearer " + self.token, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer: status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error: status, text = error.code, error.read()
        return status, json.loads(text) if text.strip() else None

    def event(self, entity, check):
        status, body = self.api("GET", "/events/%s/%s" % (entity, check))
        return body if status == 200 else None

    def put_check(self, name, command, **fields):
        spec = {"command": command, "interval": 3600, "timeout": 10, "publish": False, "subscriptions": ["entity:this"],
                "metadata": {"name": name, "namespace": "default"}, **fields}
        status, body = self.api("PUT", "/checks/" + name, spec)
        assert status in (200, 201), (status, body)

    def execute(self, name):
        status, body = self.api("POST", "/checks/%s/execute" % name, {"check": name})
        assert status == 202, (status, body)

    def resident_kb(self):
        with open("/proc/%d/status" % self.process.pid) as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))

    def open_files(self): return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)

    def close(self):
        if self.process.poll() is None: self.kill()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def run_cases(cases):
    """Runs functions one after the other, prints what the test runner counts, returns the exit status."""
    failed = 0
    for case in cases:
        try:
            case()
            print("ok   " + case.__name__, flush=True)
        except Exception as error:  # a case may fail in any way; the next still runs
            failed += 1
            print("FAIL %s: %s: %s" % (case.__name__, type(error).__name__, error), flush=True)
    print("%d passed, %d failed" % (len(cases) - failed, failed))
    return 1 if failed else 0
