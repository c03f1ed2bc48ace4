"""Three etcds and three backends over them, on loopback ports: started, killed, stopped (SIGSTOP), asked."""
import json, os, shutil, signal, subprocess, tempfile, threading, time, urllib.request

from wire import HOST, Agent, Backend, eventually, free_port

ETCD = shutil.which("etcd")


class Etcd:
    """Members of one etcd that the test runs; the backends are told their client URLs."""

    def __init__(self, count=3, *options):
        self.options = options
        self.dir = tempfile.mkdtemp(prefix="picket-etcd-")
        self.ports = [(free_port(), free_port()) for _ in range(count)]
        self.processes = [None] * count
        for i in range(count):
            self.start(i)

    def url(self, i):
        return f"http://{HOST}:{self.ports[i][0]}"

    def start(self, i):
        cluster = ",".join(f"e{k}=http://{HOST}:{peer}" for k, (_, peer) in enumerate(self.ports))
        peer = f"http://{HOST}:{self.ports[i][1]}"
        log = open(os.path.join(self.dir, f"e{i}.log"), "ab")
        self.processes[i] = subprocess.Popen(
            [ETCD, "--name", f"e{i}", "--data-dir", os.path.join(self.dir, f"e{i}"), "--listen-client-urls", self.url(i), "--advertise-client-urls", self.url(i),
             "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", cluster, "--heartbeat-interval", "100",
             "--election-timeout", "1000", "--pre-vote", *self.options], stdout=log, stderr=log)

    def kill(self, i, number=signal.SIGKILL):
        self.processes[i].send_signal(number)
        if number != signal.SIGSTOP and number != signal.SIGCONT:
            self.processes[i].wait(20)

    def ask(self, i, path, body=None, timeout=3):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url(i) + path, data), timeout=timeout) as r:
            return json.loads(r.read())

    def leader(self):
        for i in range(len(self.ports)):
            try:
                status = self.ask(i, "/v3/maintenance/status", {})
                if status.get("leader") == status["header"]["member_id"]:
                    return i
            except OSError:
                pass
        return None

    def stop(self):
        for p in self.processes:
            if p.poll() is None:
                p.send_signal(signal.SIGCONT)
                p.kill()
                p.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


class Member(Backend):
    """One backend of the cluster. It asks its own etcd first."""

    def __init__(self, etcd, i, *options, state=None):
        self.etcd, self.i = etcd, i
        urls = [etcd.url((i + k) % len(etcd.ports)) for k in range(len(etcd.ports))]
        super().__init__("--no-embed-etcd", "--etcd-name", f"backend-{i}", "--etcd-client-urls", ",".join(urls), "--log-level", "info", *options,
                         state=state)

    def is_ready(self):
        try:
            return self.http("GET", "/ready", timeout=2)[0] == 200
        except OSError:
            return False


class Cluster:
    def __init__(self, count=3, *options):
        self.etcd = Etcd()
        self.members = [Member(self.etcd, i, *options) for i in range(count)]
        self.wait_ready()

    def wait_ready(self, timeout=40):
        for m in self.members:
            if m.process.poll() is None and not eventually(m.is_ready, timeout, 0.05):
                raise RuntimeError(f"backend-{m.i} is not ready: " + m.log_text()[-3000:])

    def stop(self):
        for m in self.members:
            m.process.send_signal(signal.SIGCONT)
            m.stop()
        self.etcd.stop()


class EtcdAlone:
    """Etcds without backends: a story starts them itself (`members`), and they are stopped with it."""

    def __init__(self):
        self.etcd, self.members = Etcd(), []

    wait_ready = Cluster.wait_ready
    stop = Cluster.stop


class SmallCluster(Cluster):
    """etcds that are full at 32 MB, and picket may make room in them."""

    def __init__(self):
        self.etcd = Etcd(3, "--quota-backend-bytes", str(32 << 20))
        self.members = [Member(self.etcd, i, "--etcd-maintenance") for i in range(3)]
        self.wait_ready()


class Embedded:
    """Three backends, each with its own etcd as a child, by the options that an operator writes."""

    def __init__(self, count=3):
        self.ports = [(free_port(), free_port()) for _ in range(count)]
        cluster = ",".join(f"backend-{i}=http://{HOST}:{peer}" for i, (_, peer) in enumerate(self.ports))
        self.members = []
        for i, (client, peer) in enumerate(self.ports):
            m = Backend("--etcd-name", f"backend-{i}", "--etcd-initial-cluster", cluster, "--etcd-listen-client-urls", f"http://{HOST}:{client}",
                        "--etcd-advertise-client-urls", f"http://{HOST}:{client}", "--etcd-listen-peer-urls", f"http://{HOST}:{peer}",
                        "--etcd-initial-advertise-peer-urls", f"http://{HOST}:{peer}", "--log-level", "info")
            m.i = i
            self.members.append(m)
        for m in self.members:
            if not eventually(lambda: self.is_ready(m), 60, 0.1):
                raise RuntimeError(f"backend-{m.i} is not ready: " + m.log_text()[-3000:])

    @staticmethod
    def is_ready(m):
        try:
            return m.http("GET", "/ready", timeout=2)[0] == 200
        except OSError:
            return False

    def stop(self):
        for m in self.members:
            m.stop()
