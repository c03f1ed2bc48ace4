"""A backend of the agent protocol, made for tests: standard library only, scripted, and as badly behaved as one likes.

    backend = FakeBackend()                     # listens on 127.0.0.1, port in backend.port
    conn = backend.accept()                     # next upgrade request; answers 101 as `answer` says
    conn.send("check_request\\n{...}")
    type, payload = conn.expect("event")        # the next message of that type, decoded
    backend.close()

Every message, ping and close that comes is kept with its time in conn.log. What no honest backend sends is made with
raw_frame and conn.raw; FakeBackend(context=...) speaks TLS.
"""
import base64, collections, hashlib, json, os, queue, socket, struct, threading, time

from agent_process import PATIENCE

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
JSON_ONLY = [("Accept", "application/json"), ("Content-Type", "application/json")]
NOT_FOUND = ('entity_config\n{"metadata":{"name":"not found","namespace":"default"},"entity_class":"agent",'
             '"subscriptions":null,"deregister":false,"deregistration":{}}')

Entry = collections.namedtuple("Entry", "at kind data")  # kind: message, ping, pong, close, eof


def raw_frame(op, data=b"", fin=True, reserved=0, mask=None, size=None, size_bytes=None):
    """A frame as one likes it: `size` is what its head claims, `size_bytes` (0, 2, 8) how the size is written."""
    n = len(data) if size is None else size
    if size_bytes is None: size_bytes = 0 if n < 126 else 2 if n < 65536 else 8
    head = bytes([(128 if fin else 0) | reserved << 4 | op, (128 if mask else 0) | {0: n, 2: 126, 8: 127}[size_bytes]])
    head += b"" if size_bytes == 0 else struct.pack(">H" if size_bytes == 2 else ">Q", n)
    return head + (mask or b"") + (_unmask(data, mask) if mask else data)


class Conn:
    def __init__(self, sock, answer_pings):
        self.sock, self.answer_pings = sock, answer_pings
        self.log, self.messages = [], queue.Queue()
        self.start_line, self.headers, self.opened_at = "", [], None
        self.closed = threading.Event()
        self.lock = threading.Lock()

    def header(self, name, default=None):
        for k, v in self.headers:
            if k.lower() == name.lower(): return v
        return default

    # ---- handshake ----
    def read_request(self):
        data = b""
        while b"\r\n\r\n" not in data:
            d = self.sock.recv(4096)
            if not d: return False
            data += d
        lines = data.decode("latin1").split("\r\n\r\n")[0].split("\r\n")
        self.start_line = lines[0]
        self.headers = [tuple(l.split(": ", 1)) if ": " in l else (l.rstrip(":"), "") for l in lines[1:]]
        return True

    def accept_value(self):
        key = self.header("Sec-WebSocket-Key", "").encode()
        return base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()

    def upgrade(self, headers=JSON_ONLY):
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: " + self.accept_value()]
        lines += ["%s: %s" % h for h in headers]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.opened_at = time.time()
        threading.Thread(target=self._read, daemon=True).start()

    def refuse(self, status, body="", headers=()):
        lines = ["HTTP/1.1 %s" % status, "Content-Type: text/plain; charset=utf-8", "Content-Length: %d" % len(body)]
        lines += ["%s: %s" % h for h in headers]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        self.sock.close()

    # ---- frames ----
    def _exact(self, n):
        data = b""
        while len(data) < n:
            d = self.sock.recv(n - len(data))
            if not d: raise EOFError
            data += d
        return data

    def _frame(self):
        a, b = self._exact(2)
        n = b & 127
        if n == 126: n = struct.unpack(">H", self._exact(2))[0]
        elif n == 127: n = struct.unpack(">Q", self._exact(8))[0]
        mask = self._exact(4) if b & 128 else None
        data = self._exact(n)
        if mask: data = bytes(x ^ mask[i & 3] for i, x in enumerate(data)) if n < 65536 else _unmask(data, mask)
        return bool(a & 128), a & 15, data

    def _read(self):
        parts = b""
        try:
            while True:
                fin, op, data = self._frame()
                now = time.time()
                if op == 8:
                    code = struct.unpack(">H", data[:2])[0] if len(data) >= 2 else 0
                    self.log.append(Entry(now, "close", (code, data[2:].decode("utf-8", "replace"))))
                    try: self.frame(8, data[:2])
                    except OSError: pass
                    break
                if op == 9:
                    self.log.append(Entry(now, "ping", data))
                    if self.answer_pings: self.frame(10, data)
                elif op == 10: self.log.append(Entry(now, "pong", data))
                else:
                    parts += data
                    if fin:
                        text, parts = parts.decode("utf-8"), b""
                        self.log.append(Entry(now, "message", text))
                        self.messages.put(text)
        except (EOFError, OSError): self.log.append(Entry(time.time(), "eof", None))
        self.closed.set()
        self.messages.put(None)
        try: self.sock.close()
        except OSError: pass

    def frame(self, op, data=b"", fin=True):
        if isinstance(data, str): data = data.encode()
        head = bytes([(128 if fin else 0) | op])
        if len(data) < 126: head += bytes([len(data)])
        elif len(data) < 65536: head += b"\x7e" + struct.pack(">H", len(data))
        else: head += b"\x7f" + struct.pack(">Q", len(data))
        with self.lock: self.sock.sendall(head + data)

    def raw(self, data):
        with self.lock: self.sock.sendall(data)

    def send(self, message, op=2): self.frame(op, message)

    def close(self, code=1001, reason="bye"):
        self.frame(8, b"" if code is None else struct.pack(">H", code) + reason.encode())

    def cut(self):
        try: self.sock.shutdown(socket.SHUT_RDWR)
        except OSError: pass

    # ---- what came ----
    def next(self, timeout=5 * PATIENCE):
        try: text = self.messages.get(timeout=timeout)
        except queue.Empty: return None
        if text is None:
            self.messages.put(None)
            return None
        kind, _, payload = text.partition("\n")
        return kind, json.loads(payload)

    def expect(self, kind, timeout=5 * PATIENCE, name=None):
        """The next message of this type (`event` also as `event N`), of that check; others are ignored."""
        end = time.time() + timeout
        while time.time() < end:
            got = self.next(max(0.01, end - time.time()))
            if got is None: break
            if got[0].split(" ")[0] != kind: continue
            if name is not None and ((got[1].get("check") or {}).get("metadata") or {}).get("name") != name: continue
            return got
        raise AssertionError("no %s %s within %s s" % (kind, name or "", timeout))


def _unmask(data, mask):
    n = len(data)
    key = int.from_bytes((mask * (n // 4 + 1))[:n], "big")
    return (int.from_bytes(data, "big") ^ key).to_bytes(n, "big")


class FakeBackend:
    def __init__(self, port=0, answer_pings=True, context=None):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        self.url = "%s://127.0.0.1:%d" % ("wss" if context else "ws", self.port)
        self.answer_pings, self.context = answer_pings, context

    def accept_raw(self, timeout=10 * PATIENCE):
        """The next TCP connection with its upgrade request read, not answered yet."""
        self.listener.settimeout(timeout)
        sock, _ = self.listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(None)
        try:
            if self.context: sock = self.context.wrap_socket(sock, server_side=True)
            conn = Conn(sock, self.answer_pings)
            if conn.read_request(): return conn
        except OSError: pass  # gone before it asked
        return self.accept_raw(timeout)

    def accept(self, headers=JSON_ONLY, first=NOT_FOUND, timeout=10 * PATIENCE):
        conn = self.accept_raw(timeout)
        conn.upgrade(headers)
        if first: conn.send(first)
        return conn

    def close(self): self.listener.close()
