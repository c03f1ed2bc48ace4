#!/usr/bin/env python3
"""The built-in checks side by side with Debian's monitoring-plugins: the same status for the same thresholds. What is in checks_test.py and
checks_network_test.py already is not repeated: disk, load, swap, users, procs, file_age, tcp, http, certificates, smtp, ssh, ntp, icmp."""
import os, shutil, socket, subprocess, sys, tempfile, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
import checks_network_test as network
import checks_test
from checks_test import PLUGINS, check, run, same
from edge_process import free_ports, run_cases

cases = []


def case(story):
    cases.append(story)
    return story


def pairs(plugin, rows):
    """Rows of (our words, theirs)."""
    if not os.path.exists(PLUGINS + plugin): return print("  %s is not installed" % plugin)
    for ours, theirs in rows: same([str(w) for w in ours], plugin, [str(w) for w in theirs])


@case
def ranges():
    """Of numbers 0 to 5, as -w, -c and both; what theirs takes for zero ours refuses."""
    place = tempfile.mkdtemp(prefix="picket-check-")
    texts = ["3", "3:", "~:3", "1:3", "@1:3", "0", "@0", "@0:0", "~:0", "-5:5", "@-5:5", "-1", "~:-1", "-3:-1", "@~:3", "2:2", "@2:2", ":", ":3", "1.5:2.5", "2.5", "0.5:", "@2:", "1e0", "4:9"]
    try:
        for count in range(6):
            if count: open("%s/%d" % (place, count), "w").close()
            if count in (1, 4): continue
            file = ["file", "-p", place, "-n", "*"]
            cluster = ["-s", "-d", ",".join(["2"] * count + ["0"])]
            pairs("check_cluster", [(file + ["--count-warning=" + t], cluster + ["-w", t]) for t in texts])
            pairs("check_cluster", [(file + ["--count-critical=" + t], cluster + ["-c", t]) for t in texts])
            pairs("check_cluster", [(file + ["--count-warning=" + t, "--count-critical=" + u], cluster + ["-w", t, "-c", u]) for t, u in zip(texts, reversed(texts))])
        pairs("check_cluster", [(file + ["--count-warning=" + t], cluster + ["-w", t]) for t in ["20:10", "1:x"]])
        for text in ["x", "@", "~", "1 2", "1:2:3", "nan", "0x10", "--1", "+-1", "+", "1,2"]:
            status, output = check(*file, "--count-warning=" + text)
            assert status == 3 and "is not a range" in output and "expected 10" in output, (text, status, output)
    finally: shutil.rmtree(place)


@case
def a_log():
    place = tempfile.mkdtemp(prefix="picket-check-")
    log = place + "/log"
    ours, theirs = ["log", log, "-m", "ERR", "-s", place + "/state"], ["-F", log, "-O", place + "/old", "-q", "ERR"]
    try:
        for text in ["ERR before\n", "", "fine\n", "ERR one\n", "ERR two\nERR three\nfine\n", ""]:
            with open(log, "a") as f: f.write(text)
            pairs("check_log", [(ours, theirs)])
    finally: shutil.rmtree(place)


@case
def memory_and_states_of_processes():
    span = "%d.75" % (10000 + os.getpid())  # nobody else's
    sleeper = subprocess.Popen(["sleep", span])
    name, zombie_name = "^sleep %s$" % span, "pkt%d" % os.getpid()
    parent = subprocess.Popen([sys.executable, "-c", "import ctypes, os, time\nif os.fork() == 0: ctypes.CDLL(None).prctl(15, b'%s'); os._exit(0)\ntime.sleep(60)" % zombie_name])
    try:
        deadline = time.time() + 10
        while check("process", "-n", zombie_name, "-s", "Z")[0] and time.time() < deadline: time.sleep(0.05)
        pairs("check_procs", [(["process", "-n", zombie_name, "-s", "Z", "-w", w, "-c", c], ["-C", zombie_name, "-s", "Z", "-w", w, "-c", c]) for w, c in [("0", "5"), ("5", "9"), ("0", "0")]])
        pairs("check_procs", [(["process", "-a", name, "-u", user, "-w", "1:", "-c", "0:"], ["--ereg-argument-array=" + name, "-u", user, "-w", "1:", "-c", "0:"]) for user in ["root", "nobody"]])
        pairs("check_procs", [(["process", "-a", name, "-c", "~:", "--memory-warning", kb * 1024, "--memory-critical", kc * 1024], ["--ereg-argument-array=" + name, "-m", "RSS", "-w", kb, "-c", kc])
                              for kb, kc in [(1, 2), (1, 900000), (900000, 900001)]])
    finally:
        for p in (sleeper, parent): p.kill(); p.wait()


@case
def udp_and_names():
    def talk(s):
        while True:
            data, peer = s.recvfrom(1000)
            s.sendto(b"you said " + data, peer)
    port, closed = network.serve(talk, socket.SOCK_DGRAM), free_ports(1)[0]
    pairs("check_udp", [(["udp", "-p", port, "-s", "status", "-e", e], ["-H", "127.0.0.1", "-p", port, "-s", "status", "-e", e]) for e in ["you said", "status"]])
    pairs("check_udp", [(["udp", "-p", closed, "-s", "x", "-e", "x", "-t", "2"], ["-H", "127.0.0.1", "-p", closed, "-s", "x", "-e", "x", "-t", "2"])])
    port = network.dns_server({"www.example.org": ["192.0.2.7"]})
    if shutil.which("dig"):
        pairs("check_dig", [(["dns", name, "-s", "127.0.0.1", "-p", port] + ours, ["-H", "127.0.0.1", "-p", port, "-l", name, "-T", "A"] + theirs) for name, ours, theirs in [
            ("www.example.org", [], []), ("www.example.org", ["-a", "192.0.2.7"], ["-a", "192.0.2.7"]), ("no.example.org", [], []),
            ("www.example.org", ["-w", "0", "-c", "9"], ["-w", "0.000001", "-c", "9"]), ("www.example.org", ["-c", "0"], ["-c", "0.000001"])]])


@case
def answers_that_are_expected():
    port = network.mail()
    pairs("check_smtp", [(["smtp", "-p", port] + more, ["-H", "127.0.0.1", "-p", port] + more) for more in [["-w", "5", "-c", "9"], ["-c", "0.0000001"], ["-w", "0.0000001", "-c", "9"]]])
    for plugin, words in [("check_ftp", b"220 ready\r\n"), ("check_imap", b"* OK ready\r\n"), ("check_pop", b"+OK ready\r\n")]:
        for said in [words, b"- no\r\n"]:
            port = network.serve(lambda c, said=said: (c.sendall(said), c.recv(100)))
            ours, theirs = check("tcp", "-p", port, "-e", words.split(b" ")[0].decode() if words[:1] != b"*" else "* OK"), run([PLUGINS + plugin, "-H", "127.0.0.1", "-p", str(port)]) if os.path.exists(PLUGINS + plugin) else None
            # Theirs only warns of an answer that is not the one expected; ours is critical: a port that is another service is down.
            assert theirs is None or (ours[0], theirs[0]) == ((0, 0) if said == words else (2, 1)), (plugin, said, ours, theirs)


@case
def a_real_ssh_server():
    program = shutil.which("sshd") or "/usr/sbin/sshd"
    if not os.path.exists(program) or os.geteuid() != 0: return print("  sshd is not installed, or this is not root")
    place, port = tempfile.mkdtemp(prefix="picket-check-"), free_ports(1)[0]
    os.makedirs("/run/sshd", exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place + "/key"], check=True)
    server = subprocess.Popen([program, "-D", "-e", "-f", "/dev/null", "-h", place + "/key", "-p", str(port), "-o", "ListenAddress=127.0.0.1", "-o", "PidFile=none"], stderr=subprocess.DEVNULL)
    try:
        network.until_well("ssh", "-p", port)
        pairs("check_ssh", [(["ssh", "-p", port], ["-p", port, "127.0.0.1"]), (["ssh", "-p", port, "-r", "^OpenSSH_1"], ["-p", port, "-r", "OpenSSH_1", "127.0.0.1"])])
    finally:
        server.terminate()
        server.wait(timeout=10)
        shutil.rmtree(place)


@case
def echo_requests():
    for plugin, address in [("check_ping", ["-H", "127.0.0.1", "-p", "2"]), ("check_icmp", ["-n", "2", "-H", "127.0.0.1"])]:
        if plugin == "check_ping" and not shutil.which("ping"): continue
        pairs(plugin, [(["ping", "-n", "2", "-i", "20ms", "-w", w, "-c", c, "-l", "20", "-L", "60"], address + ["-w", w + ",20%", "-c", c + ",60%"])
                       for w, c in [("1000", "2000"), ("0", "1000")] if check("ping", "-n", "1")[0] == 0])


@case
def swap_on_a_loop_device():
    if os.geteuid() != 0 or not shutil.which("swapon") or not shutil.which("mkswap"): return print("  not root: no swap can be switched on")
    place = tempfile.mkdtemp(prefix="picket-check-", dir="/var/tmp")
    file = place + "/swap"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        with open(file, "wb") as f: f.write(b"\0" * (16 << 20))
        os.chmod(file, 0o600)
        subprocess.run(["mkswap", file], check=True, **quiet)
        if subprocess.call(["swapon", file], **quiet) != 0: return print("  this system takes no swap")
        try:
            pairs("check_swap", [(["swap", "--free", "-w", w + ":", "-c", c + ":"], ["-w", w + "%", "-c", c + "%"]) for w, c in [("20", "10"), ("99", "10"), ("50", "20")]])
            assert "MiB" in check("swap")[1]
        finally: subprocess.call(["swapoff", file], **quiet)
    finally: shutil.rmtree(place)


@case
def an_ext4_file_system_on_a_loop_device():
    if os.geteuid() != 0 or not shutil.which("mkfs.ext4"): return print("  not root, or no mkfs.ext4: no file system can be made")
    place = tempfile.mkdtemp(prefix="picket-check-")
    image, at = place + "/image", place + "/mounted"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    os.mkdir(at)
    try:
        with open(image, "wb") as f: f.truncate(16 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-N", "64", image], check=True, **quiet)
        if subprocess.call(["mount", "-o", "loop", image, at], **quiet) != 0: return print("  there is no loop device here")
        try:
            with open(at + "/half", "wb") as f: f.write(b"x" * (6 << 20))
            os.sync()
            levels = ["5", "20", "40", "60", "80", "95"]  # with the blocks that are root's own, which only df's way of counting leaves out
            pairs("check_disk", [(["disk", "-p", at, "--free", "-w", w + ":", "-c", c + ":"], ["-w", w + "%", "-c", c + "%", "-p", at]) for w in levels for c in levels if int(c) <= int(w)])
            for i in range(48): open("%s/%d" % (at, i), "w").close()
            pairs("check_disk", [(["disk", "-p", at, "--free", "-w", "0:", "-c", "0:", "-W", w + ":", "-K", c + ":"], ["-w", "0%", "-c", "0%", "-W", w + "%", "-K", c + "%", "-p", at]) for w, c in [("5", "1"), ("50", "1"), ("50", "40")]])
            while True:
                try: open("%s/more%s" % (at, time.time()), "w").close()
                except OSError: break
            assert check("disk", "-p", at)[0] == 2, check("disk", "-p", at)  # full inodes
            subprocess.run(["mount", "-o", "remount,ro", at], check=True, **quiet)
            assert "read-only" in check("disk", "-p", at, "--writable", at)[1]
        finally: subprocess.call(["umount", at], **quiet)
    finally: shutil.rmtree(place)


@case
def databases():
    closed = free_ports(1)[0]
    pairs("check_mysql", [(["mysql", "-p", closed], ["-H", "127.0.0.1", "-P", closed])])
    pairs("check_pgsql", [(["postgres", "-p", closed], ["-H", "127.0.0.1", "-P", closed])])


if __name__ == "__main__":
    checks_test.PICKET = os.path.abspath(checks_test.PICKET)
    cases = [c for c in cases if len(sys.argv) < 2 or any(a in c.__name__ for a in sys.argv[1:])]
    try: status = run_cases(cases)
    finally: shutil.rmtree(network.scratch, ignore_errors=True)
    sys.exit(status)
