#!/usr/bin/env python3
"""The built-in checks of the network against real servers on 127.0.0.1, side by side with Debian's monitoring-plugins where installed."""
import http.server, os, shutil, socket, ssl, struct, subprocess, sys, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
import checks_test
from checks_test import expect, run, same
from edge_process import free_ports, run_cases

cases = []
scratch = tempfile.mkdtemp(prefix="picket-checks-")


def case(story):
    cases.append(story)
    return story


def serve(talk, kind=socket.SOCK_STREAM):
    """A server of threads: talk(connection). Returns its port."""
    s = socket.socket(socket.AF_INET, kind)
    s.bind(("127.0.0.1", 0))
    if kind == socket.SOCK_DGRAM:
        threading.Thread(target=talk, args=(s,), daemon=True).start()
        return s.getsockname()[1]
    s.listen(20)

    def accept():
        while True:
            connection = s.accept()[0]
            threading.Thread(target=quietly, args=(talk, connection), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return s.getsockname()[1]


def quietly(talk, connection):
    try:
        with connection: talk(connection)
    except OSError: pass


def sh(command): subprocess.run(command, shell=True, cwd=scratch, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def certificate(name, days, names="DNS:localhost,IP:127.0.0.1", authority="ca"):
    with open("%s/%s.ext" % (scratch, name), "w") as f: f.write("subjectAltName=%s\n" % names)
    sh("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {0}.key -subj /CN={0} -out {0}.csr && openssl x509 -req -in {0}.csr "
       "-CA {2}.pem -CAkey {2}.key -CAcreateserial -days {1} -extfile {0}.ext -out {0}.pem".format(name, days, authority))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("%s/%s.pem" % (scratch, name), "%s/%s.key" % (scratch, name))
    return context


def tls_server(context, talk=lambda c: c.recv(10)):
    def wrapped(connection):
        with context.wrap_socket(connection, server_side=True) as c: talk(c)
    return serve(wrapped)


for ca in ["ca", "otherca"]:
    sh("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 300 -subj '/CN=Test %s' -keyout %s.key -out %s.pem" % (ca, ca, ca))
CA = ["--ca-file", scratch + "/ca.pem"]
good = certificate("good", 90)
time.sleep(1.1)  # in its first second it has whole 90 days


@case
def tcp_ports():
    def talk(c):
        c.sendall(b"hello\r\n")
        c.sendall(b"pong " + c.recv(100))
        c.recv(10)
    port, closed = serve(talk), free_ports(1)[0]
    expect(0, "tcp", "-p", port, has="time=")
    expect(2, "tcp", "-p", closed, has="connection refused")
    expect(0, "tcp", "-p", port, "-b", has='response "hello')
    expect(0, "tcp", "-p", port, "-s", "ping\\r\\n", "-e", "pong ping")
    expect(2, "tcp", "-p", port, "-s", "ping", "-e", "gnop", "-t", "300ms", has="timeout after 300 ms")
    expect(1, "tcp", "-p", port, "-s", "ping", "-e", "gnop", "-t", "300ms:warning")
    expect(3, "tcp", has="--port")
    expect(2, "tcp", "-H", "no.such.name.invalid", "-p", port, has="could not be resolved")
    expect(2, "tcp", "-p", port, "-c", "0:0.000001", has="slow response")
    for w, c in [("5", "10"), ("0.0000001", "10"), ("0.0000001", "0.0000002")]:
        same(["tcp", "-p", str(port), "-w", w, "-c", c], "check_tcp", ["-H", "127.0.0.1", "-p", str(port), "-w", w, "-c", c])
    same(["tcp", "-p", str(closed)], "check_tcp", ["-H", "127.0.0.1", "-p", str(closed)])
    same(["tcp", "-p", str(port), "-e", "hello"], "check_tcp", ["-H", "127.0.0.1", "-p", str(port), "-e", "hello"])


@case
def udp_ports():
    def talk(s):
        while True:
            data, peer = s.recvfrom(1000)
            s.sendto(b"you said " + data, peer)
    port = serve(talk, socket.SOCK_DGRAM)
    expect(0, "udp", "-p", port, "-s", "status", "-e", "said status")
    expect(2, "udp", "-p", port, "-s", "status", "-e", "nothing", has="is not in the response")
    expect(2, "udp", "-p", free_ports(1)[0], "-s", "x", "-t", "2", has="refused")
    expect(3, "udp", "-p", port)


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        code = int(self.path[1:4]) if self.path[1:4].isdigit() else 200
        body = b'{"status": "up"}\n' if code == 200 else b"sorry"
        if self.path.startswith("/slow"): time.sleep(0.3)
        if self.path.startswith("/echo"): body = repr(self.headers.items()).encode()
        self.send_response(code)
        if code in (301, 302): self.send_header("Location", self.path[4:] or "/")
        self.send_header("X-Test", "some value")
        if self.path.startswith("/chunks"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"5\r\nhello\r\n6\r\n there\r\n0\r\n\r\n")
            return
        self.send_header("Content-Length", str(len(body) + (10 if self.path.startswith("/short") else 0)))
        self.end_headers()
        if self.command != "HEAD": self.wfile.write(body)
        if self.path.startswith("/short"): self.connection.close()

    do_HEAD = do_GET

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args): pass


def web(context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    if context: server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


@case
def web_pages():
    port = web()
    url = "http://127.0.0.1:%d" % port
    text = expect(0, "http", url + "/", has=["HTTP 200 OK", "first_byte=", "size=17B", "status=200"])
    assert "tls=" not in text
    expect(0, "http", "-u", url + "/", "-r", '"status": *"up"', "-s", "up", "--header", "X-Test: some")
    expect(2, "http", "-u", url + "/", "-s", "down", has="is not in the body")
    expect(2, "http", "-u", url + "/", "--lacks", "u.\"", has="the body matches")
    expect(2, "http", "-u", url + "/", "--header", "X-None:")
    expect(1, "http", url + "/404")
    expect(2, "http", url + "/500")
    expect(0, "http", url + "/500", "-e", "200,5xx")
    expect(0, "http", url + "/301")
    expect(1, "http", url + "/301", "-f", "warning")
    expect(0, "http", url + "/302/301/", "-f", "follow", has="HTTP 200")
    expect(2, "http", url + "/302/302/302/", "-f", "follow", "--redirects-max", "1", has="more redirects")
    expect(0, "http", url + "/chunks", "-s", "hello there")
    expect(2, "http", url + "/short", has="truncated")
    expect(0, "http", url + "/", "-j", "HEAD", has="size=0B")
    expect(0, "http", url + "/post", "-d", "a=b", "-s", "a=b", "-e", "201")
    expect(1, "http", url + "/slow", "-w", "0.1", "-c", "20", has="slow response")
    expect(0, "http", "http://elsewhere.example:%d/echo" % port, "-I", "127.0.0.1", "--send-header", "X-Mine: 7", "-r", "elsewhere.example.*X-Mine.*7")
    with open(scratch + "/secret", "w") as f: f.write("user:pass\n")
    expect(0, "http", url + "/echo", "--authorization-file", scratch + "/secret", "-s", "Basic dXNlcjpwYXNz")
    expect(2, "http", "http://127.0.0.1:%d/" % free_ports(1)[0], has="connection refused")
    expect(2, "http", "ftp://127.0.0.1/", has="unsupported URL scheme")
    for path, more, theirs in [("/", [], []), ("/404", [], []), ("/500", [], []), ("/301", [], []), ("/301", ["-f", "warning"], ["-f", "warning"]),
                               ("/301", ["-f", "critical"], ["-f", "critical"]), ("/301/", ["-f", "follow"], ["-f", "follow"]),
                               ("/", ["-s", "up"], ["-s", "up"]), ("/", ["-s", "down"], ["-s", "down"]), ("/", ["-r", "st.tus"], ["-r", "st.tus"]),
                               ("/slow", ["-w", "0.1", "-c", "9"], ["-w", "0.1", "-c", "9"]), ("/slow", ["-c", "0.1"], ["-c", "0.1"]),
                               ("/404", ["-e", "404"], ["-e", "404"])]:
        same(["http", url + path] + more, "check_http", ["-H", "127.0.0.1", "-p", str(port), "-u", path] + theirs)


@case
def certificates():
    page = web(good)
    url = "https://localhost:%d/" % page
    expect(0, "http", "-4", url, *CA, has=["cert_days=89", "tls="])
    expect(2, "http", "-4", url, has="unknown CA")
    expect(0, "http", "-4", url, "-k")
    expect(1, "http", "-4", url, *CA, "--cert-warning", "100:", has="expires in 89 d")
    port = tls_server(good)
    expect(0, "tls", "-p", port, "-v", *CA, has=["TLSv1.3", "certificate CN=good, issued by CN=Test ca, EC", "127.0.0.1"])
    expect(0, "tls", "-p", port, "--server-name", "localhost", *CA)
    expect(2, "tls", "-p", port, "--server-name", "example.org", *CA, has="not for")
    expect(2, "tls", "-p", port, "--ca-file", scratch + "/otherca.pem", has="unknown CA")
    expect(2, "tls", "-p", port, *CA, "--cert-critical", "100:")
    expect(3, "tls", "-p", port, "--ca-file", scratch + "/none.pem")
    short = tls_server(certificate("short", 5))
    expect(1, "tls", "-p", short, *CA)
    expect(0, "tls", "-p", short, *CA, "--cert-warning", "4:")
    expect(2, "tls", "-p", tls_server(certificate("old", -1)), *CA, has="expired") if ssl.OPENSSL_VERSION_INFO[0] < 3 else None
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.load_cert_chain(scratch + "/good.pem", scratch + "/good.key")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    expect(0, "tls", "-p", tls_server(old), "-v", *CA, has="TLSv1.2")
    expect(2, "tls", "-p", serve(lambda c: c.sendall(b"SSH-2.0-x\r\n" * 20)), *CA, has="TLS")
    expect(0, "tcp", "-p", tls_server(good, lambda c: c.sendall(b"hello")), "--tls", "-b", *CA, has="hello")
    for w, c in [("14", "3"), ("100", "3"), ("120", "100")]:
        same(["tls", "-p", str(page), *CA, "--cert-warning", w + ":", "--cert-critical", c + ":"],
             "check_http", ["-H", "127.0.0.1", "-p", str(page), "-S", "-C", "%s,%s" % (w, c)])


def mail(context=None):
    def talk(c):
        f = c.makefile("rwb", buffering=0)
        f.write(b"220-welcome\r\n220 mx.test ESMTP\r\n")
        while True:
            line = f.readline().upper()
            if line.startswith((b"EHLO", b"HELO")): f.write(b"250-mx.test\r\n250-SIZE 1000\r\n" + (b"250 STARTTLS\r\n" if context else b"250 HELP\r\n"))
            elif line.startswith(b"STARTTLS"):
                f.write(b"220 go\r\n")
                c = context.wrap_socket(c, server_side=True)
                f = c.makefile("rwb", buffering=0)
            else:
                if line.startswith(b"QUIT"): f.write(b"221 bye\r\n")
                return
    return serve(talk)


@case
def mail_servers_and_ssh():
    plain, secure = mail(), mail(good)
    expect(0, "smtp", "-p", plain, has="250-mx.test")
    expect(2, "smtp", "-p", plain, "--starttls", has="not offer STARTTLS")
    expect(0, "smtp", "-p", secure, "--starttls", *CA, has="cert_days=89")
    expect(2, "smtp", "-p", secure, "--starttls", has="unknown CA")
    expect(0, "tls", "-p", secure, "--starttls", "smtp", *CA)
    expect(2, "smtp", "-p", serve(lambda c: c.sendall(b"554 go away\r\n")), has="554 go away")
    same(["smtp", "-p", str(plain)], "check_smtp", ["-H", "127.0.0.1", "-p", str(plain)])
    banner = serve(lambda c: (c.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n"), c.recv(100)))
    expect(0, "ssh", "-p", banner, has="OpenSSH_9.2p1")
    expect(2, "ssh", "-p", banner, "-r", "OpenSSH_8")
    expect(2, "ssh", "-p", serve(lambda c: c.sendall(b"220 ftp\r\n")))
    same(["ssh", "-p", str(banner)], "check_ssh", ["-p", str(banner), "127.0.0.1"])


def dns_server(records, tcp_only=False):
    """Answers A questions from a dictionary; what is not in it is NXDOMAIN. On one port of UDP and TCP."""
    def answer(q, truncate):
        name, at = [], 12
        while q[at]:
            name.append(q[at + 1:at + 1 + q[at]].decode())
            at += q[at] + 1
        found = records.get(".".join(name))
        flags = 0x8580 | (0x0200 if truncate else 0) | (3 if found is None else 0)
        out = q[:2] + struct.pack(">HHHHH", flags, 1, 0 if truncate else len(found or []), 0, 0) + q[12:at + 5]
        for address in [] if truncate else found or []: out += b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(address)
        return out

    def by_udp(s):
        while True:
            q, peer = s.recvfrom(600)
            s.sendto(answer(q, tcp_only), peer)

    def by_tcp(c):
        q = c.recv(600)[2:]
        a = answer(q, False)
        c.sendall(struct.pack(">H", len(a)) + a)
    t = socket.socket()
    t.bind(("127.0.0.1", 0))
    t.listen(5)
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.bind(t.getsockname())
    threading.Thread(target=by_udp, args=(u,), daemon=True).start()

    def accept():
        while True: quietly(by_tcp, t.accept()[0])
    threading.Thread(target=accept, daemon=True).start()
    return t.getsockname()[1]


@case
def names():
    records = {"www.example.org": ["192.0.2.7", "192.0.2.8"]}
    here = ["-s", "127.0.0.1", "-p", str(dns_server(records))]
    expect(0, "dns", "www.example.org", *here, has=["is 192.0.2.7, 192.0.2.8", "records=2", "ttl=60s"])
    expect(0, "dns", "www.example.org", "-a", "192.0.2.8", "-A", *here)
    expect(2, "dns", "www.example.org", "-a", "192.0.2.9", *here, has="not 192.0.2.9")
    expect(2, "dns", "no.example.org", *here, has="NXDOMAIN")
    expect(2, "dns", "www.example.org", "-q", "MX", *here, has="no such record")
    expect(3, "dns", "www.example.org", "-q", "XX", *here)
    expect(0, "dns", "www.example.org", "-s", "127.0.0.1", "-p", dns_server(records, True), has="192.0.2.8")
    expect(2, "dns", "www.example.org", "-s", "127.0.0.1", "-p", free_ports(1)[0], "-t", "3", has="refused")


@case
def a_dead_server_of_names():
    """In a mount namespace of its own, where /etc/resolv.conf names a server that never answers."""
    if os.geteuid() != 0 or not shutil.which("unshare") or subprocess.call(["unshare", "-m", "true"], stderr=subprocess.DEVNULL) != 0:
        return print("  not root: /etc/resolv.conf cannot be another one")
    with open(scratch + "/resolv.conf", "w") as f: f.write("nameserver 127.0.0.9\noptions timeout:5 attempts:3\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        try: silent.bind(("127.0.0.9", 53))
        except OSError: return print("  port 53 of 127.0.0.9 is taken")
        for args, status, text in [("tcp -H picket.example -p 80", 2, "timeout after 300 ms"), ("http http://picket.example/", 2, "timeout after 300 ms"),
                                   ("ping -H picket.example", 2, "timeout after 300 ms"), ("dns picket.example", 2, "timeout after 300 ms"),
                                   ("tcp -H 127.0.0.1 -p 1", 2, "refused")]:
            got = run(["unshare", "-m", "sh", "-c", 'mount --bind "$0/resolv.conf" /etc/resolv.conf && exec "$@"', scratch, checks_test.PICKET, "check"] + args.split() + ["-t", "300ms"])
            assert got[0] == status and text in got[1], (args, got)


def ntp_server(offset, stratum=2, leap=0):
    def talk(s):
        while True:
            q, peer = s.recvfrom(100)
            now = time.time() + 2208988800 + offset
            stamp = struct.pack(">II", int(now), int((now % 1) * 2**32))
            s.sendto(bytes([leap << 6 | 0x24, stratum, 6, 0xec]) + b"\0" * 8 + b"TEST" + stamp + q[40:48] + stamp + stamp, peer)
    return serve(talk, socket.SOCK_DGRAM)


@case
def the_time():
    exact, late, lost = ntp_server(0), ntp_server(-2), ntp_server(0, 16, 3)
    expect(0, "time", "-H", "127.0.0.1", "-p", exact, has="stratum 2")
    expect(1, "time", "-H", "127.0.0.1", "-p", late, has="WARNING: offset -")
    expect(2, "time", "-H", "127.0.0.1", "-p", late, "-c", "1")
    expect(2, "time", "-H", "127.0.0.1", "-p", lost, has="not synchronised")
    expect(2, "time", "-H", "127.0.0.1", "-p", ntp_server(0, 0), has="rejected by the server")
    for port in [exact, late]:
        for w, c in [("0.5", "5"), ("0.5", "1"), ("5", "9")]:
            same(["time", "-H", "127.0.0.1", "-p", str(port), "-w", w, "-c", c], "check_ntp_time", ["-H", "127.0.0.1", "-p", str(port), "-w", w, "-c", c])


@case
def echo_requests():
    status, text = run([checks_test.PICKET, "check", "ping", "-n", "3", "-i", "10ms"])
    if "not permitted" in text:
        assert status == 3 and "ping_group_range" in text, text
        return print("  this user may not send echo requests: seen is only that the error says so")
    assert status == 0 and "3 of 3 received" in text and "loss=0%" in text, text
    expect(1, "ping", "-n", "2", "-i", "10ms", "-w", "0:0", "-c", "5000")
    expect(0, "ping", "-H", "localhost", "-4", "-n", "2", "-i", "10ms", "-s", "1000")
    same(["ping", "-n", "2", "-w", "100", "-c", "500", "-l", "20", "-L", "60"], "check_icmp", ["-n", "2", "-w", "100,20%", "-c", "500,60%", "127.0.0.1"])


def until_well(*args):
    """Until its server answers."""
    for _ in range(200):
        if run([checks_test.PICKET, "check"] + [str(a) for a in args])[0] == 0: return
        time.sleep(0.1)
    raise AssertionError("no server: " + " ".join(map(str, args)))


@case
def redis():
    expect(2, "redis", "-p", free_ports(1)[0])
    with open(scratch + "/password", "w") as f: f.write("open sesame\n")
    with open(scratch + "/wrong", "w") as f: f.write("open barley\n")
    if not shutil.which("redis-server"):
        print("  redis-server is not installed: a few lines of Python stand in for it")
        expect(0, "redis", "-p", serve(lambda c: c.sendall(b"+PONG\r\n" if b"PING" in c.recv(100) else b"-ERR\r\n")), has="PONG")
        return
    port, secure = free_ports(2)
    certificate("redis", 90)
    server = subprocess.Popen(["redis-server", "--port", str(port), "--tls-port", str(secure), "--tls-cert-file", scratch + "/redis.pem", "--tls-key-file", scratch + "/redis.key", "--tls-ca-cert-file", scratch + "/ca.pem",
                               "--tls-auth-clients", "no", "--requirepass", "open sesame", "--maxclients", "3", "--bind", "127.0.0.1", "--save", "", "--dir", scratch], stdout=subprocess.DEVNULL)
    try:
        until_well("redis", "-p", port)
        expect(0, "redis", "-p", port, has="password required")
        expect(0, "redis", "-p", port, "--password-file", scratch + "/password", has="PONG")
        expect(2, "redis", "-p", port, "--password-file", scratch + "/wrong", has="WRONGPASS")
        expect(2, "redis", "-p", port, "-u", "nobody", "--password-file", scratch + "/password", has="WRONGPASS")
        expect(0, "redis", "-p", secure, "-S", *CA, "--password-file", scratch + "/password", has=["PONG", "cert_days="])
        expect(2, "redis", "-p", secure, "-S", has="unknown CA; set its CA file (--ca-file)")
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        expect(2, "redis", "-p", port, has="max number of clients")
        for c in held: c.close()
    finally: server.kill(); server.wait()


def postgres_program(name):
    for place in sorted([d for d in ["/usr/lib/postgresql/" + v + "/bin" for v in (os.listdir("/usr/lib/postgresql") if os.path.isdir("/usr/lib/postgresql") else [])]]):
        if os.access(place + "/" + name, os.X_OK): return place + "/" + name
    return shutil.which(name)


@case
def postgres():
    initdb, server = postgres_program("initdb"), postgres_program("postgres")
    if not initdb or not server: return print("  postgres is not installed: its handshake is seen in the unit tests alone")
    user = [] if os.geteuid() != 0 else ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    if user and subprocess.call(["id", "postgres"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) != 0:
        return print("  postgres does not run as root, and there is no user postgres: its handshake is seen in the unit tests alone")
    data = tempfile.mkdtemp(prefix="picket-postgres-")
    os.chmod(data, 0o700)
    if user: shutil.chown(data, "postgres", "postgres")
    port = free_ports(1)[0]
    try:
        subprocess.run(user + [initdb, "-D", data, "-A", "trust", "--no-sync"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        process = subprocess.Popen(user + [server, "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", data, "-c", "fsync=off", "-c", "max_connections=6", "-c", "superuser_reserved_connections=0"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        try:
            until_well("postgres", "-p", port, "-u", "postgres")
            expect(0, "postgres", "-p", port, "-u", "postgres", has="accepts connections, version ")
            expect(0, "postgres", "-p", port, has="accepts connections")
            same(["postgres", "-p", str(port), "-u", "postgres"], "check_pgsql", ["-H", "127.0.0.1", "-P", str(port), "-l", "postgres", "-d", "postgres"])
            held = []
            for _ in range(6):  # all there are
                held.append(socket.create_connection(("127.0.0.1", port)))
                body = struct.pack(">I", 196608) + b"user\0postgres\0\0"
                held[-1].sendall(struct.pack(">I", len(body) + 4) + body)
                assert held[-1].recv(1) == b"R"
            time.sleep(0.3)
            expect(2, "postgres", "-p", port, "-u", "postgres", has="53300")
            for c in held: c.close()
            until_well("postgres", "-p", port, "-u", "postgres")
            with open(data + "/pg_hba.conf", "w") as f: f.write("host all all 127.0.0.1/32 scram-sha-256\n")
            process.send_signal(1)  # read again: from now on a password is wanted, and that is an answer, too
            time.sleep(0.2)
            expect(0, "postgres", "-p", port, has="accepts connections")
            expect(2, "postgres", "-p", port, "--tls", has="does not support TLS")
        finally:
            process.terminate()
            process.wait(timeout=30)
        expect(2, "postgres", "-p", port, has="refused")
    finally: shutil.rmtree(data, ignore_errors=True)


@case
def mysql():
    packet = lambda n, body: struct.pack("<I", len(body))[:3] + bytes([n]) + body

    def talk(c):
        c.sendall(packet(0, b"\x0a8.0.36\0" + b"x" * 60))
        login = c.recv(1000)
        assert b"mysql_native_password" in login and b"watcher" in login
        c.sendall(packet(2, b"\xff\x15\x04#28000Access denied"))
    expect(0, "mysql", "-p", serve(talk), "-u", "watcher", has="version 8.0.36")
    expect(2, "mysql", "-p", serve(lambda c: c.sendall(packet(0, b"\xff\x10\x04Too many connections"))), has="Too many connections")


@case
def mariadb():
    if not shutil.which("mariadbd") or not shutil.which("mariadb-install-db") or os.geteuid() != 0 or subprocess.call(["id", "mysql"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) != 0:
        return print("  mariadb-server is not installed, or this is not root: what one said is in the unit tests")
    data, port = tempfile.mkdtemp(prefix="picket-mariadb-"), free_ports(1)[0]
    shutil.chown(data, "mysql", "mysql")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    ask = lambda sql: subprocess.run(["mariadb", "--no-defaults", "-S", data + "/socket", "-u", "root", "-e", sql], check=True, **quiet)
    try:
        subprocess.run(["mariadb-install-db", "--no-defaults", "--user=mysql", "--datadir=" + data, "--auth-root-authentication-method=normal"], check=True, **quiet)
        server = subprocess.Popen(["mariadbd", "--no-defaults", "--user=mysql", "--datadir=" + data, "--port=%d" % port, "--bind-address=127.0.0.1", "--socket=" + data + "/socket",
                                   "--pid-file=" + data + "/pid", "--max-connections=10"], **quiet)
        try:
            until_well("mysql", "-p", port)
            expect(0, "mysql", "-p", port, "-u", "root", has="MariaDB")
            ask("delete from mysql.global_priv where user = ''; flush privileges; create user 'locked'@'%' account lock")
            expect(0, "mysql", "-p", port, "-u", "nobody", has="MariaDB")  # refused, and that is an answer
            expect(0, "mysql", "-p", port, "-u", "locked", has="MariaDB")
            held = [socket.create_connection(("127.0.0.1", port)) for _ in range(12)]
            for c in held: c.recv(1)
            expect(2, "mysql", "-p", port, has="error 1040: Too many connections")
            for c in held: c.close()
        finally: server.terminate(); server.wait(timeout=30)
        expect(2, "mysql", "-p", port, has="refused")
    finally: shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    checks_test.PICKET = os.path.abspath(checks_test.PICKET)
    cases = [c for c in cases if len(sys.argv) < 2 or any(a in c.__name__ for a in sys.argv[1:])]
    try: status = run_cases(cases)
    finally: shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(status)
