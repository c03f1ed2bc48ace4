"""A backend to try things on, and a WebSocket client that sends exactly the bytes it is given. Standard library only."""
import base64, http.client, json, os, shutil, signal, socket, struct, subprocess, tempfile, time

HOST = "127.0.0.1"


given = set()


def free_port():
    """A port that nobody has, and that was not given before: two of one program must differ."""
    while True:
        with socket.socket() as s:
            s.bind((HOST, 0))
            port = s.getsockname()[1]
        if port not in given:
            given.add(port)
            return port


class Backend:
    """The real program in a state directory of its own."""

    def __init__(self, *options, state=None, env=None):
        self.program = os.environ.get("PICKET", "build/dev/bin/picket")
        self.state = state or tempfile.mkdtemp(prefix="picket-test-")
        self.agent_port, self.api_port, self.dashboard_port = free_port(), free_port(), free_port()
        self.options, self.env, self.token, self.process = options, env, None, None
        self.start()

    def start(self, wait=True):
        argv = [self.program, "backend", "start", "--state-dir", self.state, "--agent-host", HOST,
                "--agent-port", str(self.agent_port), "--api-listen-address", f"{HOST}:{self.api_port}",
                "--dashboard-host", HOST, "--dashboard-port", str(self.dashboard_port), *self.options]
        self.log = open(os.path.join(self.state, "log"), "ab")
        self.process = subprocess.Popen(argv, stdout=self.log, stderr=self.log, env={**os.environ, **(self.env or {})},
                                        restore_signals=False)  # SIGXFSZ stays ignored: a test takes the disk away by a file size limit
        if not wait:
            return
        end = time.time() + 30
        while time.time() < end:
            try:
                socket.create_connection((HOST, self.api_port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError("the backend ended: " + self.log_text()[-2000:])
                time.sleep(0.02)
        raise RuntimeError("the backend does not listen: " + self.log_text()[-2000:])

    def log_text(self):
        with open(os.path.join(self.state, "log"), errors="replace") as f:
            return f.read()

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        return self.process.wait(30)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.state, ignore_errors=True)

    def rss_kb(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return next(int(l.split()[1]) for l in f if l.startswith("VmRSS"))

    def http(self, method, path, body=None, headers=None, timeout=20):
        c = http.client.HTTPConnection(HOST, self.api_port, timeout=timeout)
        c.request(method, path, body, headers or {})
        r = c.getresponse()
        data = r.read()
        c.close()
        return r.status, data

    def login(self):
        auth = base64.b64encode(b"admin:P@ssw0rd!").decode()
        status, data = self.http("GET", "/auth", headers={"Authorization": "Basic " + auth})
        assert status == 200, data
        self.token = json.loads(data)["access_token"]
        self.token_time = time.time()

    def api(self, method, path, body=None, ns="default", headers=None):
        """Path below the namespace ("/checks/x"), or an absolute one ("/api/...")."""
        if not self.token or time.time() - self.token_time > 200:
            self.login()
        if not path.startswith("/api/"):
            path = f"/api/core/v2/namespaces/{ns}{path}"
        h = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json", **(headers or {})}
        status, data = self.http(method, path, None if body is None else json.dumps(body), h)
        try:
            return status, json.loads(data) if data else None
        except ValueError:
            return status, data


class Closed(Exception):
    pass


class Wire:
    """One TCP connection to the agents' port."""

    def __init__(self, backend, timeout=10):
        self.s = socket.create_connection((HOST, backend.agent_port), timeout)
        self.buf, self.close_code, self.close_reason = b"", None, None

    def send(self, data):
        self.s.sendall(data)

    def fill(self, deadline):
        left = deadline - time.time()
        if left <= 0:
            raise TimeoutError
        self.s.settimeout(left)
        try:
            data = self.s.recv(65536)
        except socket.timeout:
            raise TimeoutError
        except OSError:
            data = b""
        if not data:
            raise Closed
        self.buf += data

    def need(self, n, deadline):
        while len(self.buf) < n:
            self.fill(deadline)

    def take(self, n):
        out, self.buf = self.buf[:n], self.buf[n:]
        return out

    def request(self, start_line, headers, body=""):
        text = start_line + "\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers) + "\r\n" + body
        self.send(text.encode())

    def response(self, timeout=10, head=False):
        """-> (status line, [(name, value)], body)"""
        deadline = time.time() + timeout
        while b"\r\n\r\n" not in self.buf:
            self.fill(deadline)
        raw, self.buf = self.buf.split(b"\r\n\r\n", 1)
        lines = raw.decode("latin-1").split("\r\n")
        headers = [tuple(l.split(": ", 1)) if ": " in l else (l.rstrip(":"), "") for l in lines[1:]]
        length = next((int(v) for k, v in headers if k.lower() == "content-length"), 0)
        if head or " 101 " in lines[0]:
            length = 0
        self.need(length, deadline)
        return lines[0], headers, self.take(length).decode(errors="replace")

    def frame(self, *args, **more):
        self.send(self.frame_bytes(*args, **more))

    @staticmethod
    def frame_bytes(payload, opcode=2, fin=True, mask=b"\x01\x02\x03\x04"):
        if isinstance(payload, str):
            payload = payload.encode()
        n = len(payload)
        head = bytes([(0x80 if fin else 0) | opcode])
        if n < 126:
            head += bytes([0x80 | n])
        elif n < 65536:
            head += bytes([0x80 | 126]) + struct.pack(">H", n)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", n)
        key = (mask * (n // 4 + 1))[:n]
        masked = (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(n, "big") if n else b""
        return head + mask + masked

    def read_frame(self, timeout=5):
        """-> (opcode, payload); Closed at the end of the connection, TimeoutError when nothing comes."""
        deadline = time.time() + timeout
        self.need(2, deadline)
        n, at = self.buf[1] & 127, 2
        if n == 126:
            self.need(4, deadline)
            n, at = struct.unpack(">H", self.buf[2:4])[0], 4
        elif n == 127:
            self.need(10, deadline)
            n, at = struct.unpack(">Q", self.buf[2:10])[0], 10
        self.need(at + n, deadline)
        opcode = self.buf[0] & 15
        payload = self.take(at + n)[at:]
        if opcode == 8:
            self.close_code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else None
            self.close_reason = payload[2:].decode(errors="replace")
        return opcode, payload

    def close(self):
        self.s.close()


class Agent(Wire):
    """A session of a simulated agent."""

    def __init__(self, backend, name, subscriptions="", ns="default", password="P@ssw0rd!", headers=(), timeout=10):
        super().__init__(backend, timeout)
        self.name, self.ns = name, ns
        auth = base64.b64encode(("agent:" + password).encode()).decode()
        self.request("GET / HTTP/1.1", [("Host", "x"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                                        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Version", "13"),
                                        ("Sensu-AgentName", name), ("Sensu-Namespace", ns), ("Sensu-User", "agent"),
                                        ("Sensu-Subscriptions", subscriptions), ("Authorization", "Basic " + auth), *headers])
        self.status_line, self.headers, self.body = self.response(timeout)
        self.status = int(self.status_line.split()[1])
        self.subscriptions = [s for s in subscriptions.split(",") if s]

    def entity(self, **more):
        return {"entity_class": "agent", "metadata": {"name": self.name, "namespace": self.ns}, "subscriptions": self.subscriptions,
                "system": {"network": {"interfaces": None}}, "deregistration": {}, **more}

    def message(self, kind, event):
        self.frame(kind + "\n" + json.dumps(event))

    def keepalive(self, timeout=120, interval=20, clock=0, **more):
        """clock: the seconds by which the agent's clock is ahead."""
        self.message("keepalive", {"timestamp": int(time.time()) + clock, "entity": self.entity(**more.pop("entity", {})),
                                   "check": {"metadata": {"name": "keepalive", "namespace": self.ns}, "interval": interval,
                                             "timeout": timeout, **more}, "metadata": {"namespace": self.ns}})

    def event(self, check, status=0, kind="event", **more):
        self.message(kind, {"timestamp": int(time.time()), "entity": self.entity(),
                            "check": {"metadata": {"name": check, "namespace": self.ns}, "interval": 10, "status": status,
                                      "output": "out", "executed": int(time.time()), **more}, "metadata": {"namespace": self.ns}})

    def wait_message(self, kind, timeout=5):
        """The next message of that kind, decoded."""
        end = time.time() + timeout
        while True:
            opcode, payload = self.read_frame(end - time.time())
            if opcode == 8:
                raise Closed
            head, _, body = payload.partition(b"\n")
            if opcode in (1, 2) and head.decode() == kind:
                return json.loads(body)


def eventually(what, timeout=10, step=0.02):
    """The first true value of `what()`, or its last one when the time is over."""
    end = time.time() + timeout
    while True:
        value = what()
        if value or time.time() > end:
            return value
        time.sleep(step)


class Report:
    """Counts cases; the last line is what ./dev test adds up."""

    def __init__(self):
        self.passed = self.failed = 0

    def case(self, name, problem):
        if problem:
            self.failed += 1
            print(f"FAIL {name}: {problem}", flush=True)
        else:
            self.passed += 1

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
