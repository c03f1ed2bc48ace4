"""A backend under test that speaks TLS with certificates of `picket ca`, and agents that connect to it."""
import json, os, shutil, ssl, subprocess, sys, tempfile, time, urllib.error, urllib.request

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from edge_process import PICKET, free_ports

KEY = "11111111-2222-3333-4444-555555555555"
ENV = {k: v for k, v in os.environ.items() if not k.startswith(("SENSU_", "PICKET_"))}


def picket(*words, env=None, timeout=60):
    """(status, what is printed) of a command."""
    done = subprocess.run([PICKET, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout, env=dict(ENV, **(env or {})))
    return done.returncode, done.stdout


def made(*words):
    status, said = picket(*words)
    assert status == 0, "%s: %s" % (" ".join(words), said)
    return said


def within(seconds, what, why):
    end = time.time() + seconds
    while time.time() < end:
        try:
            value = what()
            if value: return value
        except OSError: pass
        time.sleep(0.05)
    raise AssertionError("not within %d s: %s" % (seconds, why))


class Pki:
    """A folder with an authority and a member for 127.0.0.1."""
    def __init__(self, *member_options):
        self.dir = tempfile.mkdtemp(prefix="picket-ca-")
        made("ca", "init", "--dir", self.dir)
        made("ca", "member", "b", "127.0.0.1", "--dir", self.dir, *member_options)

    def __call__(self, name): return "%s/%s.pem" % (self.dir, name)

    def make(self, kind, name, *options):
        made("ca", kind, name, "--dir", self.dir, *options)
        return self(name), self(name + "-key")


class Backend:
    def __init__(self, pki, *options, tls=True):
        self.pki, self.tls, self.dir = pki, tls, tempfile.mkdtemp(prefix="picket-backend-")
        self.agents, self.port = free_ports(2)
        self.options = list(options) + (["--cert-file", pki("b"), "--key-file", pki("b-key"), "--trusted-ca-file", pki("ca")] if tls else [])
        self.process = None
        self.start()

    def start(self):
        self.log = open(self.dir + "/log", "ab")
        argv = [PICKET, "backend", "start", "--state-dir", self.dir + "/s", "--cache-dir", self.dir + "/c", "--api-listen-address", "127.0.0.1:%d" % self.port,
                "--agent-host", "127.0.0.1", "--agent-port", str(self.agents), "--dashboard-port", "0", "--cluster-admin-api-key", KEY, "--log-level", "info",
                "--cluster-admin-password", "secret1234", "--agent-password", "shared-secret", "--name", "the-backend", *self.options]
        self.process = subprocess.Popen(argv, stdout=self.log, stderr=self.log, env=ENV)
        within(30, lambda: self.ask("GET", "/health")[0] == 200 or self.process.poll() is not None, "the API answers")
        assert self.process.poll() is None, self.log_text()[-3000:]

    @property
    def url(self): return "%s://127.0.0.1:%d" % ("https" if self.tls else "http", self.port)

    @property
    def agent_url(self): return "%s://127.0.0.1:%d" % ("wss" if self.tls else "ws", self.agents)

    def ask(self, method, path, body=None, key=KEY):
        request = urllib.request.Request(self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                         headers={**({"Authorization": "Key " + key} if key else {}), "Content-Type": "application/json"})
        context = ssl.create_default_context(cafile=self.pki("ca")) if self.tls else None
        try:
            with urllib.request.urlopen(request, timeout=10, context=context) as answer: status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error: status, text = error.code, error.read()
        return status, text.decode()

    def event(self, entity, check, ns="default"):
        status, text = self.ask("GET", "/api/core/v2/namespaces/%s/events/%s/%s" % (ns, entity, check))
        return json.loads(text) if status == 200 else None

    def ctl(self, *words):
        options = ["--api-url", self.url, "--api-key", KEY] + (["--trusted-ca-file", self.pki("ca")] if self.tls else [])
        return picket("ctl", *words, *options, env={"HOME": self.dir, "XDG_CONFIG_HOME": self.dir})

    def log_text(self):
        with open(self.dir + "/log", errors="replace") as f: return f.read()

    def serial(self, port=None):
        """Of the certificate that a listener serves now."""
        done = subprocess.run("openssl s_client -connect 127.0.0.1:%d </dev/null 2>/dev/null | openssl x509 -noout -serial" % (port or self.port), shell=True,
                              capture_output=True, text=True, timeout=20)
        return done.stdout.strip()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        self.log.close()

    def close(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)


class SecuredAgent:
    """`picket agent start` with a state directory that outlives it."""
    def __init__(self, backend, name, *options, env=None, state=None, start=True):
        self.backend, self.name, self.options, self.env = backend, name, list(options), env or {}
        self.dir = state or tempfile.mkdtemp(prefix="picket-agent-")
        self.process = None
        if start: self.start()

    def words(self): return ["--name", self.name, "--state-dir", self.dir, "--cache-dir", self.dir + "/c"]

    def start(self):
        self.log = open(self.dir + "/log", "ab")
        argv = [PICKET, "agent", "start", *self.words(), "--backend-url", self.backend.agent_url, "--disable-api", "--disable-sockets", "--statsd-disable",
                "--log-level", "info", "--retry-min", "200ms", "--retry-max", "1s", *self.options]
        self.process = subprocess.Popen(argv, stdout=self.log, stderr=self.log, env=dict(ENV, **self.env))

    def log_text(self):
        with open(self.dir + "/log", errors="replace") as f: return f.read()

    def connects(self): return self.log_text().count("successfully connected")

    def wait_connected(self, times=1, seconds=30):
        within(seconds, lambda: self.connects() >= times, "agent %s connects %d times: %s" % (self.name, times, self.log_text()[-1500:]))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        self.log.close()

    def close(self):
        if self.process: self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)
