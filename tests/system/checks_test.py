#!/usr/bin/env python3
"""The built-in checks against real things, side by side with Debian's monitoring-plugins where they are installed, and inside an agent."""
import glob, gzip, json, os, re, shutil, socket, subprocess, sys, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from edge_process import Edge, run_cases

PICKET = os.environ.get("PICKET", "build/dev/bin/picket")
PLUGINS = "/usr/lib/nagios/plugins/"
cases = []


def case(story):
    cases.append(story)
    return story


def run(argv, seconds=30):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds)
    return done.returncode, done.stdout.decode(errors="replace")


def check(*args):
    return run([PICKET, "check"] + [str(a) for a in args])


def expect(status, *args, has=()):
    got, text = check(*args)
    assert got == status, "picket check %s: status %d, not %d: %s" % (" ".join(map(str, args)), got, status, text)
    for word in [has] if isinstance(has, str) else has:
        assert word in text, "picket check %s: %r is not in %r" % (" ".join(map(str, args)), word, text)
    return text


def same(ours, plugin, theirs):
    """Same status for the same thresholds."""
    if not os.path.exists(PLUGINS + plugin):
        return print("  %s is not installed: %s stands alone" % (plugin, " ".join(ours)))
    a, b = check(*ours), run([PLUGINS + plugin] + theirs)
    assert a[0] == b[0], "picket check %s\n%r\n%s %s\n%r" % (" ".join(ours), a, plugin, " ".join(theirs), b)


@case
def disk_space_and_inodes_of_a_real_file_system():
    if os.geteuid() != 0: return print("  not root: no file system can be mounted")
    place = tempfile.mkdtemp(prefix="picket check ")
    if subprocess.call(["mount", "-t", "tmpfs", "-o", "size=4m,nr_inodes=100", "none", place], stderr=subprocess.DEVNULL) != 0:
        os.rmdir(place)
        return print("  mounting is not allowed here")
    try:
        with open(place + "/half", "wb") as f: f.write(b"x" * (2 << 20))
        expect(0, "disk", "-p", place, "-w", "60", "-c", "70", has="50.0 % used")
        expect(1, "disk", "-p", place, "-w", "40", "-c", "70", has="of the space used")
        expect(2, "disk", "-p", place, "-w", "40", "-c", "45")
        expect(1, "disk", "-p", place, "--free", "-w", "60:", "-c", "10:")
        for w, c in [("60", "55"), ("40", "30"), ("60", "30"), ("55", "52")]:
            same(["disk", "-p", place, "--free", "-w", w + ":", "-c", c + ":"], "check_disk", ["-w", w + "%", "-c", c + "%", "-p", place])
        for i in range(90): open(place + "/%d" % i, "w").close()
        expect(1, "disk", "-p", place, "-W", "90", "-K", "95", has="of the inodes used")
        same(["disk", "-p", place, "--free", "-w", "1:", "-c", "0:", "-W", "10:", "-K", "5:"], "check_disk", ["-w", "1%", "-c", "0%", "-W", "10%", "-K", "5%", "-p", place])
        subprocess.check_call(["mount", "-o", "remount,ro", place])
        expect(0, "disk", "-p", place, "-W", "95", "-K", "99")
        expect(2, "disk", "-p", place, "--writable", place.replace(" ", "?"), has="read-only")
        expect(2, "disk", "-T", "tmpfs", "--writable", "/tmp/picket?check?*", has="read-only")
    finally:
        subprocess.call(["umount", place])
        os.rmdir(place)


@case
def load_swap_users_and_processes_as_the_plugins_judge_them():
    for w, c in [("1000,1000,1000", "2000,2000,2000"), ("0,0,0", "2000,2000,2000"), ("0,0,0", "0,0,0")]:
        same(["load", "-w", w, "-c", c], "check_load", ["-w", w, "-c", c])
        same(["load", "-r", "-w", w, "-c", c], "check_load", ["-r", "-w", w, "-c", c])
    for state in ["ok", "warning", "critical"]:
        if os.path.exists("/proc/swaps") and len(open("/proc/swaps").readlines()) < 2:
            same(["swap", "--no-swap", state], "check_swap", ["-w", "10%", "-c", "5%", "-n", state])
    for w, c in [("1000", "2000"), ("0", "2000")]:
        same(["users", "-w", w, "-c", c], "check_users", ["-w", w, "-c", c])
    span = "%d.5" % (10000 + os.getpid())  # nobody else's
    sleeper, pid_file = subprocess.Popen(["sleep", span]), "/tmp/picket-check-%d.pid" % os.getpid()
    try:
        for w, c in [("1:", "1:"), ("2:", "1:"), ("5:", "2:"), ("0", "5"), ("@1:1", "5")]:
            same(["process", "-a", "^sleep %s$" % span, "-w", w, "-c", c], "check_procs", ["--ereg-argument-array=^sleep %s$" % span, "-w", w, "-c", c])
        with open(pid_file, "w") as f: f.write("%d\n" % sleeper.pid)
        expect(0, "process", "-f", pid_file, has="1 process with pid")
        expect(2, "process", "-f", pid_file, "--memory-critical", "1", has="out of range")
        expect(1, "process", "-n", "sleep", "-a", span, "--age-warning", "3600:", has="youngest running for")
    finally:
        sleeper.kill()
        sleeper.wait()
    status, text = run(["sh", "-c", PICKET + " check process -a 'there is no such process'; exit $?"])
    assert status == 2 and "0 processes" in text, text  # the shell's own command line is not counted
    expect(2, "process", "-f", pid_file, has="0 processes")
    for text in ["", "none", "-5", "0", "1e300", "99999999999999999999"]:
        with open(pid_file, "w") as f: f.write(text)
        expect(3, "process", "-f", pid_file, has="no PID in the file")
    os.remove(pid_file)
    expect(2, "process", "-f", pid_file, has="0 processes")


@case
def files_by_age_size_number_and_content():
    place = tempfile.mkdtemp(prefix="picket-check-")
    try:
        path = place + "/a.log"
        with open(path, "w") as f: f.write("one\ntwo 2\nthree\n")
        os.utime(path, (time.time() - 500, time.time() - 500))
        for w, c in [("240", "600"), ("100", "300"), ("600", "900")]:
            same(["file", path, "-w", w, "-c", c], "check_file_age", ["-w", w, "-c", c, "-f", path])
        for w, c in [("10", "5"), ("100", "5"), ("100", "50")]:
            same(["file", path, "--size-warning", w + ":", "--size-critical", c + ":"], "check_file_age", ["-w", "9999", "-c", "9999", "-W", w, "-C", c, "-f", path])
        same(["file", place + "/none"], "check_file_age", ["-f", place + "/none"])
        expect(0, "file", path, "--contains", r"^two \d$")
        expect(2, "file", path, "--contains", r"^two$", has="does not contain")
        expect(2, "file", path, "--lacks", "thr.e", has="contains thr.e")
        os.mkdir(place + "/below")
        for i in range(3): open(place + "/below/%d.msg" % i, "w").close()
        expect(2, "file", "-p", place, "-n", "*.msg", "--count-critical", "1:", has="0 files")
        expect(0, "file", "-p", place, "-R", "-n", "*.msg", "--count-critical", "1:3", has="files=3")
        expect(1, "file", "-p", place, "-R", "-n", "*.msg", "--count-warning", "2")
        expect(3, "file", "-p", place + "/none", "-n", "*")
    finally:
        shutil.rmtree(place)


@case
def new_lines_of_a_log_across_rotation():
    place = tempfile.mkdtemp(prefix="picket-check-")
    log, state = place + "/app.log", place + "/made/state"
    args = ["log", log, "-m", "ERR", "-i", "known", "-s", state]

    def write(text, mode="a"):
        with open(log, mode) as f: f.write(text)
    try:
        expect(2, *args, has="No such file")
        write("ERR before\n")
        expect(0, *args, has="first run")
        write("fine\nERR one\nERR known\nERR half")
        expect(2, *args, has=["1 of 3 new lines", "ERR one"])
        expect(0, *args, has="0 of 0")
        write(" whole\nERR two\n")
        expect(2, *args, has="2 of 2 new lines")
        write("ERR last of the old\n")
        os.rename(log, log + ".1")  # rotated: the rest of the old file comes first
        write("ERR first of the new\n")
        expect(2, *args, has=["2 of 2 new lines", "rotated", "ERR last of the old", "ERR first of the new"])
        write("ERR x\n")
        os.rename(log, place + "/app-20260101.log")
        write("", "w")
        expect(2, *args, has="1 of 1 new lines")
        write("a line that is longer than what was there before, ERR\n", "w")  # copytruncate, and grown beyond the old place
        expect(2, *args, has="1 of 1 new lines")
        write("ERR short\n", "w")
        expect(2, *args, has=["1 of 1 new lines", "truncated and restarted"])
        os.rename(log, log + ".2.gz")
        os.remove(log + ".2.gz")
        write("ERR other\n")
        expect(2, *args, has="ERR other")
        # Compressed at once, and copied and cut: what was not read yet is in the copy.
        write("ERR unread, then compressed\n")
        with open(log, "rb") as plain, gzip.open(place + "/app.log-20260102.gz", "wb") as packed: packed.write(plain.read())
        with gzip.open(place + "/app.log-20260101.gz", "wb") as packed: packed.write(b"another one, whose errors are old news: ERR\n" * 100)
        os.remove(log)
        write("ERR behind it\n")
        expect(2, *args, has=["2 of 2 new lines", "ERR unread, then compressed", "ERR behind it"])
        write("fine\n" * 200 + "ERR unread, then copied\n")
        shutil.copy(log, log + ".1")
        write("ERR fresh\n", "w")
        expect(2, *args, has=["2 of 202 new lines", "truncated and restarted", "ERR unread, then copied", "ERR fresh"])
        expect(0, *args, has="0 of 0")
        # Three rotations between two runs: two of the files were never looked at, one of them is compressed.
        for old in glob.glob(place + "/app*"):
            if old != log: os.remove(old)
        write("ERR end of the third\n")
        for name in (".3", ".2", ".1"):
            os.rename(log, log + name)
            write("ERR behind %s\n" % name)
        subprocess.run(["gzip", log + ".2"], check=True)
        expect(2, *args, has=["4 of 4 new lines", "rotated 3 times", "ERR end of the third", "ERR behind .3", "ERR behind .2", "ERR behind .1"])
        expect(0, *args, has="0 of 0")
        for old in glob.glob(log + ".*"): os.remove(old)
        os.rename(log, log + "-20261118")
        with open(log + "-20261119.xz", "w") as f: f.write("sealed")
        write("ERR after it\n")
        expect(2, *args, has=["1 of 1 new lines", "app.log-20261119.xz cannot be decompressed, its lines are lost"])
        expect(1, "log", log, "-m", "ERR", "-s", state + "2", "--from-start", "-w", "0", "-c", "5")
        expect(3, "log", log, "-m", "(", "-s", state)
        with open(state, "w") as f: f.write("broken")
        expect(3, *args, has="remove it")
    finally: shutil.rmtree(place)


class Bus:
    """A system bus that says what was recorded of one, and then nothing. `text`: instead of a recording."""

    def __init__(self, path, text):
        self.server, self.text = socket.socket(socket.AF_UNIX), text
        self.server.bind(path)
        self.server.listen(5)
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=" + path
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try: connection = self.server.accept()[0]
            except OSError: return
            with connection:
                heard = b""
                while heard.count(b"Properties") < 8: heard += connection.recv(4096) or b"Properties" * 8
                if not self.text: connection.recv(1)  # until the other side has had enough
                for at in range(0, len(self.text), 100): connection.sendall(self.text[at:at + 100])

    def close(self):
        del os.environ["DBUS_SYSTEM_BUS_ADDRESS"]
        self.server.close()


@case
def a_kernel_that_waits_for_a_reboot():
    """In a mount namespace of its own, with another /boot and /run."""
    inside = lambda script: run(["unshare", "-m", "sh", "-c", "mount -t tmpfs none /boot && mount -t tmpfs none /run && " + script + '; exec "$0" check uptime', PICKET])
    if os.geteuid() != 0 or not shutil.which("unshare") or not os.path.isdir("/boot") or inside("true")[1].startswith(("mount", "unshare")):
        return print("  not root: /boot cannot be another one")
    own = os.uname().release
    assert inside("true")[0] == 0
    assert inside("touch /boot/vmlinuz-999.1")[0] == 0  # where kernels come from elsewhere
    assert inside("touch /boot/vmlinuz-%s /boot/vmlinuz-1.0" % own)[0] == 0
    status, text = inside("touch /boot/vmlinuz-%s /boot/vmlinuz-999.1 /boot/vmlinuz-999.0" % own)
    assert status == 1 and "kernel 999.1" in text, text
    status, text = inside("touch /run/reboot-required; echo libc6 > /run/reboot-required.pkgs")
    assert status == 1 and "libc6" in text, text


@case
def services_over_a_bus():
    place = tempfile.mkdtemp(prefix="picket-check-")
    with open("tests/corpus/dbus_answer/service_over_a_bus", "rb") as f: recorded = f.read()
    try:
        bus = Bus(place + "/bus", recorded)
        expect(0, "service", "sleeper", has=["sleeper active (running), static", "running=1"])
        expect(2, "service", "sleeper", "--stopped", has="is active (running)")
        expect(1, "service", "sleeper", "other", "--memory-warning", "1", has="of memory")
        expect(3, "service", "--", "--version", has="is not a valid service name")
        bus.text = b"REJECTED EXTERNAL\r\n"
        expect(3, "service", "sleeper", has="rejected the login")
        bus.text = recorded[:500]
        expect(3, "service", "sleeper", has="connection closed")
        bus.close()
        silent = Bus(place + "/silent", b"")
        expect(3, "service", "sleeper", "-t", "200ms", has="still waiting for the service manager about sleeper")
        silent.close()
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=" + place + "/none"
        if not os.path.exists("/run/systemd/private"): expect(3, "service", "sleeper", has="systemd is not available")
    finally:
        os.environ.pop("DBUS_SYSTEM_BUS_ADDRESS", None)
        shutil.rmtree(place)


REAL_SYSTEMD = """
mount -t tmpfs none /run && mkdir -p /run/systemd/system /run/u/systemd/user
export XDG_RUNTIME_DIR=/run/u
unit() { printf '[Service]\\n%b\\n' "$2" > /run/u/systemd/user/$1.service; }
unit runs 'ExecStart=/bin/sleep 1000'
unit broken 'ExecStart=/bin/false'
unit restarts 'ExecStart=/bin/sh -c "sleep 0.1; exit 1"\\nRestart=always\\nRestartSec=10ms\\nStartLimitIntervalSec=0'
ln -s /dev/null /run/u/systemd/user/masked.service
$SYSTEMD --user --log-target=null 2>/dev/null 3>/dev/null &
for i in $(seq 100); do systemctl --user start runs broken restarts 2>/dev/null && break; sleep 0.1; done
ln -s /run/u/systemd/private /run/systemd/private
[ "$WAY" = private ] || { systemctl --user start dbus.service; export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/u/bus; }
for i in $(seq 100); do [ "$(systemctl --user show -P NRestarts restarts)" -ge 2 ] && systemctl --user is-failed -q broken && break; sleep 0.1; done
for args in "runs" "broken" "restarts --restarts-warning 1 --not-running ok" "not-there" "masked" "masked --stopped" "basic.target" "runs --memory-warning 1"; do
  echo "$args: $("$PICKET" check service $args | head -1)"
done
"""


@case
def services_of_a_real_systemd():
    systemd = "/usr/lib/systemd/systemd"
    if os.geteuid() != 0 or not os.path.exists(systemd) or not shutil.which("unshare") or not shutil.which("systemctl"):
        return print("  not root, or no systemd here: a recorded one stands in for it")
    inside = ["unshare", "-m", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", REAL_SYSTEMD]
    for way in ["private"] + (["bus"] if shutil.which("dbus-daemon") else []):
        done = subprocess.run(inside, env={**os.environ, "PICKET": PICKET, "SYSTEMD": systemd, "WAY": way}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        text = done.stdout.decode(errors="replace")
        if "systemd is not available" in text: return print("  systemd does not start in here: a recorded one stands in for it")
        for line in ["runs: SERVICE OK: runs active (running), static", "broken: SERVICE CRITICAL: broken is failed (failed)", "was restarted", "not-there: SERVICE CRITICAL: not-there is not installed",
                     "masked: SERVICE CRITICAL: masked is inactive (dead)", "masked --stopped: SERVICE OK", "basic.target: SERVICE OK: basic.target active (active)"]:
            assert line in text, (way, line, text)
        counted = re.search("^runs: .*memory=", text, re.M)  # whether it can depends on the control groups of where the test runs
        memory = "WARNING" if counted else "UNKNOWN: runs is running, but its memory is not measured"
        assert "runs --memory-warning 1: SERVICE " + memory in text, (way, memory, text)


@case
def containers_of_made_up_systems():
    place = tempfile.mkdtemp(prefix="picket-check-")
    try:
        files = {"cgroup.controllers": "memory\n", "memory.current": "900\n", "memory.max": "1000\n", "memory.stat": "anon 1\ninactive_file 50\n", "cpu.max": "max 100000\n",
                 "cpu.stat": "usage_usec 5\n", "pids.current": "9\n", "pids.max": "max\n", "memory.events": "oom_kill 0\n"}
        for name, text in files.items():
            with open(place + "/" + name, "w") as f: f.write(text)
        expect(1, "container", "-p", place, "-i", "20ms", has="memory 85.0 %")
        expect(2, "container", "-p", place, "-i", "20ms", "-c", "84")
    finally: shutil.rmtree(place)
    expect(0, "interface", "lo", "-i", "20ms", has="lo_in=")
    expect(2, "interface", "nope0", "-i", "20ms")
    expect(0, "disk-io", "-i", "20ms", "-w", "") if any(not d.startswith(("loop", "ram")) for d in os.listdir("/sys/block")) else None


@case
def the_formats_and_exit_statuses():
    expect(0, "uptime", "--reboot-required", "ok", has=" | uptime=")
    expect(0, "cpu", "-i", "50ms", "-w", "101", "-c", "101", "--format", "prometheus", has=["picket_cpu_usage_percent ", "picket_check_status{check=\"cpu\"} 0"])
    expect(0, "memory", "-w", "100", "-c", "100", "--format", "influx", has="memory status=0,used_percent=")
    expect(3, "memory", "--help", has="Examples:")
    expect(3, "nothing")
    expect(3, "cpu", "-i", "5s", "-t", "50ms", has="timeout after 50 ms")
    assert run([PICKET, "check", "--help"])[0] == 0
    for shell in ["bash", "zsh", "fish"]: assert "memory" in run([PICKET, "check", "--completion", shell])[1]
    assert subprocess.call(["bash", "-n", "-c", run([PICKET, "check", "--completion", "bash"])[1]]) == 0


@case
def the_agent_runs_them_itself():
    edge = Edge()
    try:
        edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
        # There is no picket in the search path: what starts a process fails, and that is how the two are distinguished here.
        edge.put_check("inside", "picket check memory -w 100 -c 100")
        edge.put_check("outside", "picket check memory -w 100 -c 100; true")
        edge.put_check("full-path", os.path.abspath(PICKET) + " check disk -p / -w '~:' -c '~:' -W '' -K ''")
        edge.put_check("late", "picket check cpu -i 20s -t 30", timeout=1)
        edge.put_check("wrong", "picket check memory -w x")
        edge.put_check("niced", "picket check memory", metadata={"name": "niced", "namespace": "default", "annotations": {"picket.io/nice": "5"}})
        for name in ["inside", "outside", "full-path", "late", "wrong", "niced"]: edge.execute(name)
        event = edge.wait(lambda: edge.event("this", "inside"), "result")
        assert event["check"]["status"] == 0 and event["check"]["output"].startswith("MEMORY OK: "), event["check"]
        assert 0 <= event["check"]["duration"] < 5, event["check"]["duration"]
        assert "not found" in edge.wait(lambda: edge.event("this", "outside"), "result")["check"]["output"]
        assert "not found" in edge.wait(lambda: edge.event("this", "niced"), "result")["check"]["output"]
        for i, words in enumerate([["file", "/nope"], ["memory", "-w", "x"], ["http", "ftp://127.0.0.1/"], ["users", "--wrong"], ["load", "--help"],
                                   ["process", "-n", "no such", "-c", "1:"], ["uptime", "--format", "xml"]]):
            edge.put_check("same%d" % i, "picket check " + " ".join("'%s'" % w for w in words))
            edge.execute("same%d" % i)
            inside = edge.wait(lambda: edge.event("this", "same%d" % i), "result")["check"]
            assert (inside["status"], inside["output"]) == check(*words), (inside["output"], check(*words))
        full = edge.wait(lambda: edge.event("this", "full-path"), "result")["check"]
        assert full["status"] == 0 and full["output"].startswith("DISK OK: "), full
        late = edge.wait(lambda: edge.event("this", "late"), "result")["check"]
        assert late["status"] == 2 and late["output"].startswith("Execution timed out"), late
        assert edge.wait(lambda: edge.event("this", "wrong"), "result")["check"]["status"] == 3
    except Exception as error:
        raise AssertionError("%s\n--- log\n%s" % (error, edge.log_text()[-3000:]))
    finally: edge.close()


@case
def agent_run_runs_them_itself_too():
    place = tempfile.mkdtemp(prefix="picket-check-")
    try:
        local = {"mem": {"command": "picket check memory -w 100 -c 100"}, "shell": {"command": "picket check memory; true"}, "late": {"command": "picket check cpu -i 20s -t 30", "timeout": 1}}
        with open(place + "/checks.json", "w") as f: json.dump({"checks": {name: {"interval": 3600, "standalone": True, **c} for name, c in local.items()}}, f)
        for name, status, output in [("mem", 0, "MEMORY OK: "), ("shell", 0, "not found"), ("late", 2, "Execution timed out")]:  # no picket is in the search path
            got, text = run([PICKET, "agent", "run", name, "--conf-dir", place, "--state-dir", place, "--cache-dir", place])
            event = json.loads(text)
            assert got == status and output in event["check"]["output"] and event["check"]["status"] == status, (name, got, text)
    finally: shutil.rmtree(place)


@case
def the_agent_goes_on_while_its_checks_hang():
    edge = Edge()
    try:
        edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
        pipe = edge.dir + "/pipe"  # nobody writes to it
        os.mkfifo(pipe)
        for i in range(40):  # more than there are threads
            edge.put_check("hangs%d" % i, "picket check process -f %s -n %d -t 2" % (pipe, i))
            edge.execute("hangs%d" % i)
        threads = lambda: len(os.listdir("/proc/%d/task" % edge.process.pid))
        edge.wait(lambda: threads() >= 32, "the threads hang")
        with socket.create_connection(("127.0.0.1", edge.port["socket-port"])) as s:
            s.sendall(b'{"name":"meanwhile","output":"here","status":0}')
            s.shutdown(socket.SHUT_WR)
        edge.wait(lambda: edge.event("this", "meanwhile"), "a result of the socket")
        edge.put_check("loop", "picket check http http://127.0.0.1:%d/health" % edge.port["backend-api-port"])
        edge.execute("loop")
        assert edge.wait(lambda: edge.event("this", "loop"), "a check of the network")["check"]["status"] == 0
        for i in (0, 39):
            check_ = edge.wait(lambda: edge.event("this", "hangs%d" % i), "the end of hangs%d" % i)["check"]
            assert check_["status"] == 3 and "still waiting for " in check_["output"], check_
        edge.execute("hangs0")
        again = edge.wait(lambda: (e := edge.event("this", "hangs0")) and e["check"]["occurrences"] == 2 and e, "hangs0 again")["check"]
        assert "an earlier run is still waiting for " + pipe in again["output"], again["output"]
    except Exception as error:
        raise AssertionError("%s\n--- log\n%s" % (error, edge.log_text()[-3000:]))
    finally: edge.close()


@case
def an_edge_begins_with_the_checks_of_its_host_and_takes_the_ready_ones():
    edge = Edge("--starter-checks=true")
    try:
        edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
        names = {c["metadata"]["name"] for c in edge.api("GET", "/checks")[1]}
        assert {"cpu", "memory", "disk", "uptime"} <= names, names
        asked = {}

        def result(name):  # asked again: an agent that has just come has not got its subscriptions yet
            if time.time() - asked.get(name, 0) > 2:
                asked[name] = time.time()
                edge.execute(name)
            return edge.event("this", name)
        for name in ["memory", "disk", "uptime"]:
            output = edge.wait(lambda: result(name), name)["check"]["output"]
            assert output.startswith(name.upper() + " "), output
        ctl = [PICKET, "ctl", "--config-dir", edge.dir + "/ctl"]
        status, text = run(ctl + ["configure", "-n", "--url", "http://127.0.0.1:%d" % edge.port["backend-api-port"], "--username", "admin", "--password", "P@ssw0rd!"])
        assert status == 0, text
        for name in ["linux-host", "windows-host", "web-server", "database-host", "backup-job"]:
            status, text = run(ctl + ["apply", "--set", name, "packaging/checks/%s.yaml" % name])
            assert status == 0, text
        assert edge.api("GET", "/checks/web-errors")[1]["command"].endswith("--missing ok")
        edge.api("DELETE", "/checks/cpu")
        edge.kill()
        edge.token = None
        edge.start()
        assert edge.api("GET", "/checks/cpu")[0] == 404  # at the first start only
    except Exception as error:
        raise AssertionError("%s\n--- log\n%s" % (error, edge.log_text()[-3000:]))
    finally: edge.close()


if __name__ == "__main__":
    cases = [c for c in cases if len(sys.argv) < 2 or any(a in c.__name__ for a in sys.argv[1:])]
    os.chdir(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    PICKET = os.path.abspath(PICKET)
    sys.exit(run_cases(cases))
