#!/usr/bin/env python3
"""The installer under wine: install, a check runs and reaches a backend, stop, upgrade, uninstall. Builds two installers first.

usage: packaging/windows/test.py        ends with `N passed, N failed`
"""
import glob, os, shutil, subprocess, sys, tempfile, time, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OUT = tempfile.mkdtemp(prefix="picket-msi-")
os.environ.update(PICKET_PACKAGE_DIR=OUT, WINEPREFIX=OUT + "/prefix", PICKET=os.path.join(ROOT, "build/windows/bin/picket.exe"))
sys.path[:0] = [os.path.join(ROOT, "tests", d) for d in ("support", "system")]
import windows_test as w
from agent_process import free_port
from fake_backend import FakeBackend

WINE = os.path.join(ROOT, "scripts/wine.sh")
PROGRAM = w.wine_path("C:\\Program Files\\Picket\\picket.exe")
CONFIG = w.wine_path(w.PROGRAM_DATA + "\\config\\agent.yml")


def build(*number):
    subprocess.run([os.path.join(HERE, "build.sh"), *number], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return max(glob.glob(OUT + "/*.msi"), key=os.path.getmtime)


def msiexec(*args):
    log = OUT + "/msiexec.log"
    p = subprocess.run([WINE, "msiexec", *args, "/qn", "/l*v", z(log)], cwd=OUT, timeout=120 * w.PATIENCE)
    assert p.returncode == 0, "msiexec %s: status %d, %s" % (" ".join(args), p.returncode, log)


def end_wine():
    for how in ("--kill", "--wait"): subprocess.run(["wineserver", how], capture_output=True, timeout=60 * w.PATIENCE)


def z(path): return "Z:" + path.replace("/", "\\")


def installed_picket(*args, status=0):
    p = subprocess.run([WINE, PROGRAM, *args], capture_output=True, text=True, timeout=60 * w.PATIENCE)
    assert p.returncode == status, (args, p.returncode, p.stdout, p.stderr)
    return p.stdout.strip()


def answers(backend, name):
    """The agent that dials next says that it lives, and runs a check."""
    import json
    conn = backend.accept()
    conn.expect("keepalive")
    config = {"metadata": {"name": name, "namespace": "default"}, "command": "echo " + name, "interval": 60, "timeout": 60}
    conn.send("check_request\n" + json.dumps({"config": config, "issued": int(time.time())}))
    assert conn.expect("event", name=name)[1]["check"]["output"] == name + "\r\n"


class Story:
    def __init__(self):
        subprocess.run([WINE, "cmd", "/c", "echo made"], check=True, capture_output=True, timeout=60 * w.PATIENCE)
        self.first, self.backend = build(), FakeBackend()
        number = os.path.basename(self.first).split("-")[1].split(".")
        self.second = build("%s.%s.%d" % (number[0], number[1], int(number[2].split("+")[0]) + 1))
        ports = [free_port() for _ in range(3)]
        self.config = "backend-url: [%s]\nname: msi\nsocket-port: %d\napi-port: %d\nstatsd-metrics-port: %d\n" % (self.backend.url, *ports)

    def the_zip_runs_where_it_is_unpacked(self):
        folder = OUT + "/a folder"
        with zipfile.ZipFile(self.first[:-len("msi")] + "zip") as archive: archive.extractall(folder)
        program, = glob.glob(folder + "/*/picket.exe")
        p = subprocess.run([WINE, program, "check", "disk"], capture_output=True, text=True, timeout=60 * w.PATIENCE)
        assert p.returncode in (0, 1, 2) and p.stdout.startswith("DISK "), (p.returncode, p.stdout, p.stderr)
        p = subprocess.run([WINE, program, "agent", "check-config", "--name", "zip"], capture_output=True, text=True, timeout=60 * w.PATIENCE)
        assert p.returncode == 0 and "configuration is good" in p.stdout, (p.stdout, p.stderr)

    def install(self):
        """A configuration that is there before stays as it is."""
        # wine's service manager of the session before has to be gone: what it is told is lost, and it does not show what goes in the event log
        end_wine()
        self.event_log = OUT + "/event-log"
        self.session = w.stay(open(self.event_log, "wb"), WINEDEBUG="-all,+eventlog")
        os.makedirs(os.path.dirname(CONFIG), exist_ok=True)
        with open(CONFIG, "w") as f: f.write(self.config)
        msiexec("/i", z(self.first), "BACKENDURL=ws://elsewhere.invalid:8081")
        assert os.path.exists(PROGRAM), "no program"
        assert open(CONFIG).read() == self.config, "the configuration was changed"

    def runs_checks(self):
        answers(self.backend, "first")
        assert installed_picket("agent", "service", "status") == "PicketAgent: running"

    def stops_and_starts(self):
        installed_picket("agent", "service", "stop")
        assert installed_picket("agent", "service", "status", status=1) == "PicketAgent: stopped"
        installed_picket("agent", "service", "start")
        answers(self.backend, "again")

    def upgrade(self):
        """The program is the same one: that it was an older one is written where it notes its version. wine keeps no event log, but says what goes in."""
        with open(w.wine_path(w.PROGRAM_DATA + "\\state\\PicketAgent.version"), "r+") as f:
            assert f.read(), "no version is noted"
            f.seek(0); f.write("0.0.9"); f.truncate()
        msiexec("/i", z(self.second))
        w.wait(lambda: b"takes the place of 0.0.9" in open(self.event_log, "rb").read(), "the event of the upgrade")
        assert open(CONFIG).read() == self.config, "the configuration was changed"
        answers(self.backend, "upgraded")
        assert installed_picket("agent", "service", "status") == "PicketAgent: running"

    def uninstall(self):
        msiexec("/x", z(self.second))
        assert not os.path.exists(PROGRAM), "the program is still there"
        p = subprocess.run([WINE, os.environ["PICKET"], "agent", "service", "status"], capture_output=True, text=True, timeout=60 * w.PATIENCE)
        assert p.returncode == 1 and "install it first" in p.stderr, (p.stdout, p.stderr)
        for kept in (CONFIG, w.wine_path(w.PROGRAM_DATA + "\\log\\agent.log")): assert os.path.exists(kept), kept + " is gone"

    def first_configuration(self):
        """What the installer is told goes into the first configuration."""
        os.remove(CONFIG)
        msiexec("/i", z(self.first), "BACKENDURL=wss://one.invalid:8081", "SUBSCRIPTIONS=windows,iis")
        text = open(CONFIG).read()
        assert 'backend-url: "wss://one.invalid:8081"\nsubscriptions: "windows,iis"\n' in text, text[:300]
        msiexec("/x", z(self.first))


def main():
    story = Story()
    passed = 0
    steps = (story.the_zip_runs_where_it_is_unpacked, story.install, story.runs_checks, story.stops_and_starts, story.upgrade, story.uninstall, story.first_configuration)
    for step in steps:
        try: step()
        except Exception as e:
            print("FAIL %s: %s: %s" % (step.__name__, type(e).__name__, e))
            break
        passed += 1
        print("ok   " + step.__name__)
    end_wine()
    if passed == len(steps): shutil.rmtree(OUT, ignore_errors=True)
    else: print("left in " + OUT)
    print("%d passed, %d failed" % (passed, len(steps) - passed))
    return 0 if passed == len(steps) else 1


if __name__ == "__main__": sys.exit(main())
