#!/usr/bin/env python3
"""Foreign name services: whatever /etc/nsswitch.conf names, no library of the system is loaded into the program, names are found, unknown
users are unknown, and users of a directory come by `getent`, which may be slow, broken or missing.

In a network and mount namespace of its own (as root; elsewhere there is nothing to try), with a name server of its own. The foreign
modules are made here: loading one leaves a mark. Only the static program keeps those of `hosts` out; the others no build loads.

  name_services_test.py [NAME...]
"""
import fcntl, os, shutil, socket, struct, subprocess, sys, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
import agent_process
from agent_process import BINARY
from agent_story import Story
from stories import run_stories
from wire import Backend, eventually

HOSTS = ["files dns", "files myhostname dns", "files dns myhostname", "files myhostname resolve [!UNAVAIL=return] dns", "files resolve [!UNAVAIL=return] dns",
         "files mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] dns", "files mdns4_minimal [NOTFOUND=return] dns", "mymachines files wins dns",
         "files hesiod dns"]
USERS = ["files systemd", "compat systemd", "compat", "files sss", "sss files", "files winbind", "files ldap", "files [NOTFOUND=return] nis"]
FILES = [None, "", "\x00\xff garbage: : [[\nhosts\npasswd:\ngroup: [=]\n" + "x" * 5000]  # no nsswitch.conf at all, an empty one, and what is none
FOREIGN = r"""
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((constructor)) static void loaded(void) { close(open(getenv("MARK"), O_CREAT | O_WRONLY, 0644)); }
"""
scratch = tempfile.mkdtemp(prefix="picket-nss-")
MARK = scratch + "/loaded"


def is_static():
    with open(BINARY, "rb") as f: return b"/ld-linux" not in f.read(4096)


def modules_make():
    with open(scratch + "/m.c", "w") as f: f.write(FOREIGN)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", scratch + "/m.so", scratch + "/m.c"], check=True)
    for name in "myhostname resolve mdns4_minimal mymachines wins hesiod systemd compat sss winbind ldap nis".split():
        shutil.copy(scratch + "/m.so", "%s/libnss_%s.so.2" % (scratch, name))


def nsswitch(text):
    if text is None:
        subprocess.run(["mount", "--bind", "/dev/null", "/etc/nsswitch.conf"], check=True)  # an empty file is as none
        return
    with open(scratch + "/nsswitch", "wb") as f: f.write(text.encode("latin1"))
    subprocess.run(["mount", "--bind", scratch + "/nsswitch", "/etc/nsswitch.conf"], check=True)


def has_loaded(pid):
    """A module of ours, by its memory: the mark is left by what a check runs as well."""
    with open("/proc/%d/maps" % pid) as f: return scratch in f.read()


def foreign(**more): return {**os.environ, "LD_LIBRARY_PATH": scratch, "MARK": MARK, **more}


def name_server():
    """Knows here.example, and no other name."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 53))
    def serve():
        while True:
            q, peer = s.recvfrom(600)
            end = q.index(b"\0", 12) + 5
            known = q[12:end].startswith(b"\4here\7example\0\0\1")
            there = q[12:end].startswith(b"\4here\7example\0")
            answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if known else b""
            s.sendto(q[:2] + (b"\x81\x80" if there else b"\x81\x83") + b"\0\1" + (b"\0\1" if known else b"\0\0") + b"\0\0\0\0" + q[12:end] + answer, peer)
    threading.Thread(target=serve, daemon=True).start()


def check_names(what):
    for name, text in [("here.example", "refused"), ("nowhere.example", "could not be resolved"), ("foo.localhost", "could not be resolved"), ("localhost", "refused")]:
        p = subprocess.run([BINARY, "check", "tcp", "-H", name, "-p", "9", "-t", "5s"], capture_output=True, text=True, env=foreign())
        if (p.returncode != 2 or text not in p.stdout) and is_static(): return "%s: %s: status %s, %r" % (what, name, p.returncode, p.stdout + p.stderr)
    if os.path.exists(MARK) and is_static(): return "%s: a module was loaded" % what


def names_of_hosts():
    for line in HOSTS:
        nsswitch("passwd: files\nhosts: %s\nservices: hesiod files\nnetworks: sss\n" % line)
        if problem := check_names("hosts: " + line): return problem
    for text in FILES:
        nsswitch(text)
        if problem := check_names("nsswitch.conf %r" % (text and text[:20])): return problem


def of_user(user, name): return {"metadata": {"name": name, "namespace": "default", "annotations": {"picket.io/run-as": user}}}


def run_as(story, user): return story.run("as-" + user, "id -u", **of_user(user, "as-" + user))


def unknown_users():
    for text in ["passwd: %s\ngroup: %s\nshadow: %s\ninitgroups: %s\nhosts: files dns\n" % ((line,) * 4) for line in USERS] + FILES:
        nsswitch(text)
        s = Story(env={"LD_LIBRARY_PATH": scratch, "MARK": MARK})
        try:
            for user in ("no-such-user", "0", "-h", "a:b"):
                c = run_as(s, user)
                if 'cannot run the command as user "%s": unknown user' % user not in c["output"]: return "%r: %r" % (text, c)
            c = run_as(s, "nobody")
            if c["output"].strip() != "65534": return "%r: %r" % (text, c)
            if has_loaded(s.agent.process.pid): return "%r: the agent has loaded a module" % text
            s.end()
        finally:
            s.agent.remove()


DIRECTORY = """#!/bin/sh
case $2 in
  tester) echo 'tester:*:65534:65534:of a directory,,,:/:/bin/sh' ;;
  large) echo 'large:*:4000000000:65534::/:/bin/sh' ;;
  broken) echo 'broken:x:12' ;;
  minus) echo 'minus:*:4294967295:65534::/:/bin/sh' ;;
  long) yes long:x:1 ;;
  slow) sleep 600 ;;
  crash) kill -9 $$ ;;
  *) exit 2 ;;
esac
"""


def users_of_a_directory():
    os.makedirs(scratch + "/bin")
    with open(scratch + "/bin/getent", "w") as f: f.write(DIRECTORY)
    os.chmod(scratch + "/bin/getent", 0o755)
    nsswitch("passwd: files sss\n")
    s = Story(env={"PATH": scratch + "/bin:" + os.environ["PATH"]})
    began = time.time()
    s.request("slow", "id -u", **of_user("slow", "slow"))
    for user, has in [("tester", "65534"), ("large", "4000000000"), ("broken", "unknown user"), ("minus", "unknown user"),
                      ("crash", "do not respond"), ("nobody-here", "unknown user")]:
        c = run_as(s, user)
        if has not in c["output"]: return "%s: %r" % (user, c["output"])
    if time.time() - began > 4.5: return "one slow question held up the others"
    c = s.conn.expect("event", timeout=10, name="slow")[1]["check"]
    if "do not respond" not in c["output"]: return c["output"]
    s.request("slow2", "id -u", **of_user("slow", "slow2"))
    time.sleep(0.3)
    began = time.time()
    s.end()
    if time.time() - began > 8: return "the end waited for the question"


def no_getent():
    os.makedirs(scratch + "/empty", exist_ok=True)
    os.path.exists(scratch + "/empty/sh") or os.symlink("/bin/sh", scratch + "/empty/sh")
    s = Story(env={"PATH": scratch + "/empty"})
    c = run_as(s, "no-such-user")
    s.end()
    if 'cannot run the command as user "no-such-user": unknown user in /etc/passwd, and directory services cannot be queried' not in c["output"]: return c["output"]


def a_webhook_and_an_agent():
    """Names that the loop asks for: of a webhook, of the backend."""
    nsswitch("passwd: files systemd\nhosts: files myhostname resolve [!UNAVAIL=return] dns\n")
    b = Backend(env={"LD_LIBRARY_PATH": scratch, "MARK": MARK, "PICKET_AGENT_PASSWORD": "named-and-known"})  # the default one is for this machine's names
    for name in ("foo.localhost", "nowhere.example", "here.example"):
        b.api("PUT", "/handlers/h", {"type": "webhook", "webhook": {"form": "json", "url": "http://%s:9/x" % name}, "metadata": {"name": "h", "namespace": "default"}})
        b.api("PUT", "/events/x/c", {"entity": {"entity_class": "proxy", "metadata": {"name": "x", "namespace": "default"}},
                                     "check": {"metadata": {"name": "c", "namespace": "default"}, "interval": 60, "status": 2, "output": name, "handlers": ["h"]}})
    url = "ws://here.example:%d" % b.agent_port
    a = subprocess.Popen([BINARY, "agent", "start", "--name", "named", "--backend-url", url, "--state-dir", scratch + "/a", "--cache-dir", scratch + "/a", "--disable-api",
                          "--disable-sockets", "--statsd-disable", "--password", "named-and-known"], env=foreign(), stderr=subprocess.DEVNULL)
    try:
        if not eventually(lambda: b.api("GET", "/entities/named")[0] == 200, 10): return "the agent does not come: exit status %s" % a.poll()
        if is_static() and (has_loaded(b.process.pid) or has_loaded(a.pid)): return "a module was loaded"
        if b.process.poll() is not None or a.poll() is not None: return "ended: backend %s, agent %s" % (b.process.poll(), a.poll())
    finally:
        a.kill(), a.wait()
        b.stop()


def own_world():
    """This script again, in namespaces of its own. False: there is no right to it."""
    if os.environ.get("PICKET_NSS_WORLD"):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", b"lo", 0x41))  # SIOCSIFFLAGS: up, running
        with open(scratch + "/resolv.conf", "w") as f: f.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        subprocess.run(["mount", "--bind", scratch + "/resolv.conf", "/etc/resolv.conf"], check=True)
        return True
    if os.geteuid() != 0 or not os.path.exists("/etc/nsswitch.conf") or subprocess.run(["unshare", "-m", "-n", "true"], capture_output=True).returncode != 0: return False
    os.execvpe("unshare", ["unshare", "-m", "-n", sys.executable, os.path.abspath(__file__)] + sys.argv[1:], {**os.environ, "PICKET_NSS_WORLD": "1", "PICKET": BINARY})


if __name__ == "__main__":
    if not own_world():
        print("skipped, no right to mount\n0 passed, 0 failed")
        sys.exit(0)
    modules_make()
    name_server()
    status = run_stories([names_of_hosts, unknown_users, users_of_a_directory, no_getent, a_webhook_and_an_agent])
    shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(status)
