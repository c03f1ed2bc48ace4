#!/usr/bin/env python3
"""Stories of a whole agent and its checks: assets, allow list, one that writes without end, many at once, one that forks on, limits.

usage: agent_test.py [NAME...]        ends with `N passed, N failed`
"""
import hashlib, http.server, json, os, sys, tarfile, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import Agent
from agent_story import ISSUED, Files, Story, archive, run_stories, same


def test_assets():
    files, s = Files(), Story()
    script = "#!/bin/sh\necho from-asset $0\n"
    good = files.asset("good", archive({"bin/assetcmd": script, "bin/alias": (tarfile.SYMTYPE, "assetcmd")}))
    plain = files.asset("plain", archive({"bin/tarcmd": "#!/bin/sh\necho tar\n"}, "w"))
    c = s.run("a-good", "assetcmd; alias >/dev/null; echo $GOOD_PATH", assets=[good])
    folder = s.agent.dir + "/cache/" + good["sha512"]
    same(c["output"], "from-asset %s/bin/assetcmd\n%s\n" % (folder, folder), "good")
    same(len(files.asked), 1, "downloads")
    s.run("a-again", "assetcmd", assets=[good])
    same(len(files.asked), 1, "downloads after a second use")
    same(s.run("a-two", "tarcmd; assetcmd >/dev/null", assets=[plain, good])["status"], 0, "two")
    bad = dict(good, sha512="0" * 128, metadata={"name": "bad-sha"})
    c = s.run("a-sha", "assetcmd", assets=[bad])
    same(c["status"], 3, "sha")
    assert c["output"].startswith('error getting assets for check: could not validate downloaded asset "bad-sha" ('), c["output"]
    gone = dict(files.asset("gone", b"x"), url="http://127.0.0.1:%d/nothing" % files.server_address[1])
    same(s.run("a-404", "x", assets=[gone])["output"], "error getting assets for check: error fetching asset: Response Code 404", "404")
    same(s.run("a-text", "x", assets=[files.asset("text", b"just text")])["output"],
         "error getting assets for check: given file of format '' does not appear valid", "text")
    no = dict(files.asset("no", archive({"bin/never": script})), filters=["entity.system.os == 'plan9'"])
    same(s.run("a-filtered", "never", assets=[no])["status"], 127, "filtered out")
    yes = {"metadata": {"name": "b"}, "builds": [dict(no), dict(files.asset("yes", archive({"bin/built": script})), filters=["entity.system.os == 'linux'", "entity.name == 'test-agent'"])]}
    same(s.run("a-build", "built >/dev/null", assets=[yes])["status"], 0, "build")
    bad_filter = dict(no, filters=["entity.("])
    same(s.run("a-badfilter", "x", assets=[bad_filter])["status"], 3, "bad filter")
    for name, content in (("up", {"../evil": "x"}), ("abs", {"/tmp/picket-evil": "x"}), ("link", {"d": (tarfile.SYMTYPE, "/tmp"), "d/picket-evil": "x"}),
                          ("hard", {"h": (tarfile.LNKTYPE, "../../etc/passwd")}), ("fifo", {"f": (tarfile.FIFOTYPE, "")})):
        c = s.run("a-" + name, "true", assets=[files.asset(name, archive(content))])
        assert c["output"].startswith("error getting assets for check: error extracting asset: archive contains"), c["output"]
    assert not os.path.exists("/tmp/picket-evil")
    same([n for n in os.listdir(s.agent.dir + "/cache") if len(n) != 128], [], "left over in the cache")
    s.request("a-hook", "exit 1", check_hooks=[{"non-zero": ["h"]}], hooks=[{"metadata": {"name": "h", "namespace": "default"}, "command": "assetcmd >/dev/null", "timeout": 5}])
    same(s.conn.expect("event", name="a-hook")[1]["check"]["hooks"][0]["status"], 127, "a hook has not the check's assets")
    s.end()


def test_allow_list():
    d = tempfile.mkdtemp()
    program = d + "/allowed.sh"
    with open(program, "w") as f: f.write("#!/bin/sh\necho allowed $SECRET\n")
    os.chmod(program, 0o755)
    with open(program, "rb") as f: sum = hashlib.sha512(f.read()).hexdigest()
    with open(d + "/allow.yaml", "w") as f:
        f.write("- exec: %s\n  args: [\"\"]\n  sha512: %s\n- exec: echo\n  args: [\"-n\", \"hi\"]\n  enable_env: true\n" % (program, sum))
    s = Story("--allow-list", d + "/allow.yaml")
    same(s.run("ok", program, env_vars=["SECRET=x"])["output"], "allowed\n", "allowed, without env_vars")
    same(s.run("echo", "echo -n hi", env_vars=["A=b"])["output"], "hi", "allowed")
    same(s.run("no", "echo -n ho")["output"], "check command denied by the agent allow list", "denied")
    with open(program, "a") as f: f.write("# changed\n")
    same(s.run("changed", program)["output"], "check command denied by the agent allow list", "changed program")
    s.end()
    with open(d + "/allow.txt", "w") as f: f.write("")
    a = Agent("ws://127.0.0.1:9", "--allow-list", d + "/allow.txt")
    same(a.process.wait(5), 1, "exit status")
    assert "invalid file extension" in a.log_text()
    a.remove()


def test_endless_output():
    s = Story("--max-output-size", "100000")
    before = s.agent.rss_kb()
    c = s.run("big", "yes | head -c 1000000000; echo end", timeout=60)
    same(c["status"], 0, "status")
    assert 90000 < len(c["output"]) <= 100000, len(c["output"])
    assert s.agent.rss_kb() - before < 20000, s.agent.rss_kb() - before
    s.end()


def test_five_hundred_checks():
    s = Story()
    started = time.time()
    for i in range(500): s.request("c%d" % i, "echo %d" % i)
    seen = set()
    while len(seen) < 500: seen.add(s.conn.expect("event", timeout=30)[1]["check"]["metadata"]["name"])
    print("  500 checks in %.2f s" % (time.time() - started))
    s.end()


def test_timeout_kills_the_tree():
    s = Story()
    marker = s.agent.dir + "/alive"
    ISSUED[0] += 1
    config = {"command": "echo before; (sleep 3; touch %s) & sleep 30" % marker, "interval": 60, "timeout": 1, "metadata": {"name": "slow", "namespace": "default"}}
    s.conn.send("check_request\n" + json.dumps({"config": config, "issued": ISSUED[0]}))
    c = s.conn.expect("event", timeout=8, name="slow")[1]["check"]
    same((c["status"], c["output"]), (2, "Execution timed out\nbefore\n"), "timeout")
    time.sleep(3)
    assert not os.path.exists(marker), "a grandchild lived on"
    s.end()


def living(marker):
    """Processes with the marker in their environment, zombies left out."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/environ" % pid, "rb") as f: is_ours = marker.encode() in f.read()
            with open("/proc/%s/stat" % pid) as f: state = f.read().rsplit(")", 1)[1].split()[0]
            if is_ours and state != "Z": found.append(pid)
        except OSError: pass
    return found


def test_fork_bomb():
    """A hundred processes that fork on, deaf to SIGTERM, some in sessions of their own: nothing is left after the timeout."""
    s = Story()
    marker = "PICKET_BOMB=%d" % os.getpid()
    bomb = "trap '' TERM; f() { [ $1 -gt 0 ] || { setsid sleep 60 & exec sleep 60; }; f $(($1 - 1)) & f $(($1 - 1)) & wait; }; f 5"
    c = s.run("bomb", bomb, timeout_of_check=1, env_vars=[marker], timeout=20)
    same((c["status"], c["output"].split("\n")[0]), (2, "Execution timed out"), "bomb")
    end = time.time() + 5
    while living(marker) and time.time() < end: time.sleep(0.1)
    same(living(marker), [], "left of the bomb")
    c = s.run("burn", "while :; do :; done", timeout=20, metadata={"name": "burn", "namespace": "default", "annotations": {"picket.io/cpu-seconds": "1", "picket.io/nice": "19"}})
    same(c["status"], 4294967295, "beyond its processor time")
    c = s.run("eat", "head -c 300000000 /dev/zero | tail -c 200000000 | wc -c", timeout=20,
              metadata={"name": "eat", "namespace": "default", "annotations": {"picket.io/memory-max": "50000000"}})
    assert "200000000" not in c["output"], c["output"]
    same(s.run("after", "echo fine")["output"], "fine\n", "the next check")
    s.end()


def test_stub_of_load_tests():
    s = Story()
    c = s.run("stub", "!sensu_test_check!")
    same((c["status"], c.get("duration", 0), bool(c["output"])), (0, 0, True), "stub")
    s.end()


def test_overlap_is_reported():
    s = Story()
    s.request("slow", "sleep 1")
    s.request("slow", "sleep 1")
    s.request("slow", "sleep 1")
    c = s.conn.expect("event", name="slow")[1]["check"]
    same(c["metadata"]["annotations"], {"picket.io/overlaps": "2"}, "annotations")
    s.end()


def test_cloud():
    """A server of instance metadata; the answer comes with a later keepalive."""
    class Metadata(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            is_azure = self.path == "/metadata/instance" and self.headers["Metadata"] == "true"
            body = b'{"newest-versions":["2023-07-01"]}' if is_azure else b"no"
            self.send_response(400 if is_azure else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def log_message(self, *a): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    s = Story("--detect-cloud-provider", "--cloud-metadata-url", "http://127.0.0.1:%d" % server.server_address[1], "--keepalive-interval", "1")
    same([s.conn.expect("keepalive")[1]["entity"]["system"]["cloud_provider"] for _ in range(2)][-1], "Azure", "provider")
    s.end()
    server.shutdown()


def test_default_timeout():
    s = Story("--default-check-timeout", "1")
    c = s.run("slow", "sleep 30", timeout=8)
    same((c["status"], c["output"]), (2, "Execution timed out\n"), "timeout")
    s.end()


def test_idle_memory():
    s = Story()
    time.sleep(1)
    print("  connected and idle: %d kB RSS (this build)" % s.agent.rss_kb())
    s.end()


if __name__ == "__main__": sys.exit(run_stories(globals()))
