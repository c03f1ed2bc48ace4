#!/usr/bin/env python3
"""Dead man's switches: pings as clients of healthchecks.io send them, with a real borgmatic where there is one; results that are expected
by the agent's configuration or by a check of the backend, and missed, also when none ever came.

  pings_test.py [NAME...]     NAME: part of a story's name
"""
import json, os, re, shutil, subprocess, sys, tempfile, time, urllib.error, urllib.request

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from edge_process import PROGRAM, Edge, run_cases

SLOW = 60


class Place:
    """An edge whose agent has `checks` in its configuration; `ping` is a client."""

    def __init__(self, checks=None):
        self.dir = tempfile.mkdtemp(prefix="picket-pings-")
        with open(self.dir + "/agent.yml", "w") as f:
            f.write(json.dumps({"checks": checks or {}}) + "\n")
        self.edge = Edge("--agent-config", self.dir + "/agent.yml")
        self.edge.wait(lambda: self.edge.event("this", "keepalive"), "keepalive event", SLOW)
        self.url = "http://127.0.0.1:%d/ping/" % self.edge.port["api-port"]

    def ping(self, path, body=None, method="POST"):
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, body, method=method), timeout=10) as r:
                return r.status, r.read().decode(), dict(r.headers)
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode(), dict(e.headers)

    def check(self, name, entity="this", **wanted):
        """The event's check, when it has these values."""
        def look():
            event = self.edge.event(entity, name)
            return event if event and all(event["check"].get(k) == v for k, v in wanted.items()) else None
        event = self.edge.wait(look, "%s/%s with %s; it is %s" % (entity, name, wanted, self.edge.event(entity, name)), SLOW)
        return event["check"]

    def close(self):
        self.edge.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def story(**checks):
    def wrap(run):
        def case():
            place = Place(checks)
            try:
                run(place)
            except Exception as error:
                raise AssertionError("%s: %s\n--- log\n%s" % (type(error).__name__, error, place.edge.log_text()[-3000:]))
            finally:
                place.close()
        case.__name__ = run.__name__
        return case
    return wrap


def annotations(check): return check["metadata"]["annotations"]


@story()
def a_client_of_healthchecks_io_gets_what_it_wants(p):
    """200, OK in the body, and the bound of the body: what runitor and curl -f look at."""
    run = "rid=" + "7e6f2c1a-0000-4000-8000-00000000000"
    for path, body in (("job/start?" + run + "1", None), ("job/log", b"half way"), ("job/start?" + run + "2", None)):
        status, text, headers = p.ping(path, body)
        assert (status, text) == (200, "OK\n"), (path, status, text)
        assert headers["Ping-Body-Limit"] == "100000", headers
    time.sleep(1.2)
    assert p.ping("job/0?ttl=1d&" + run + "1", b"42 files")[:2] == (200, "OK\n")
    check = p.check("job", status=0)
    assert check["output"] == "42 files" and 1 < check["duration"] < 30 and check["ttl"] == 86400, check
    assert p.ping("job/3?ttl=1d&" + run + "2", b"disk full")[0] == 200
    assert p.check("job", status=2)["output"] == "disk full"
    for method in ("HEAD", "GET"):
        assert p.ping("job?ttl=1d", method=method)[0] == 200
        p.check("job", status=0)
    assert p.ping("job/fail?ttl=1d", b"by hand")[0] == 200
    p.check("job", status=2, output="by hand")
    assert p.ping("job?tll=1d")[:2] == (400, '"tll" is not a parameter of a ping; did you mean "ttl"?\n')


@story()
def a_shell_that_wraps_restic_reports_exit_status_and_output(p):
    script = 'out=$(sh -c "$1" 2>&1); code=$?; curl -fsS -m 10 --retry 5 --data-raw "$out" "$0/$code?ttl=25h" >/dev/null'
    for command, status, output in (("echo saved", 0, "saved"), ("echo repository is locked >&2; exit 11", 2, "repository is locked")):
        subprocess.run(["sh", "-c", script, p.url + "restic", command], check=True)
        assert p.check("restic", status=status)["output"] == output


@story(borg={"expect": {"ttl": "26h"}, "handlers": ["nobody"]})
def borgmatic_reports_to_us(p):
    if not shutil.which("borgmatic") or not shutil.which("borg"):
        return print("     no borgmatic here: left out")
    source, repo, config = p.dir + "/source", p.dir + "/repo", p.dir + "/borgmatic.yaml"
    os.mkdir(source)
    open(source + "/file", "w").write("x" * 1000)
    with open(config, "w") as f:
        f.write(f"location:\n  source_directories: [{source}]\n  repositories: [{repo}]\nstorage:\n  unknown_unencrypted_repo_access_is_ok: true\n"
                f"  borg_base_directory: {p.dir}\nhooks:\n  healthchecks:\n    ping_url: {p.url}borg\n")
    env = {**os.environ, "HOME": p.dir}
    borgmatic = lambda *more: subprocess.run(["borgmatic", "--config", config, "--no-color", *more], env=env, capture_output=True, text=True, timeout=300)
    made = borgmatic("init", "--encryption", "none")
    assert made.returncode == 0, made.stdout + made.stderr
    ran = borgmatic("--verbosity", "1", "--monitoring-verbosity", "1", "create")
    assert ran.returncode == 0 and "Healthchecks error" not in ran.stdout + ran.stderr, ran.stdout + ran.stderr
    check = p.edge.wait(lambda: (e := p.edge.event("this", "borg")) and "picket.io/never-reported" not in annotations(e["check"]) and e["check"], "a report", SLOW)
    assert check["status"] == 0 and check["ttl"] == 26 * 3600 and check["handlers"] == ["nobody"], check
    assert check["duration"] > 0 and "borg" in check["output"].lower(), check
    shutil.rmtree(repo)
    ran = borgmatic("--monitoring-verbosity", "1", "create")
    assert ran.returncode != 0, "a backup without a repository"
    failed = p.check("borg", status=2)
    assert "does not exist" in failed["output"] or "Repository" in failed["output"], failed["output"]


@story(nightly={"expect": {"ttl": "5s", "status": 1}, "handlers": ["nobody"]}, calm={"expect": {"schedule": "0 2 * * *", "tz": "Europe/Berlin", "grace": "1h"}})
def what_the_agent_expects_is_missed(p):
    """Also when it never came; a restart does not begin its time anew; a misspelt name is refused."""
    first = p.check("nightly")
    never = p.check("nightly", status=1)
    assert re.fullmatch(r"no result for \d+ s, expected every 5 s, none since it is expected, \d{4}-\d\d-\d\d \d\d:\d\d UTC", never["output"]), never["output"]
    assert first["handlers"] == ["nobody"], first
    calm = p.check("calm", status=0)
    assert calm["output"] == "No result yet, expected daily at 02:00 Europe/Berlin with 1 h grace", calm["output"]
    assert 0 < calm["ttl"] <= 25 * 3600, calm
    status, text, _ = p.ping("nigthly")
    assert (status, text) == (404, '"nigthly" is not expected by this agent; did you mean "nightly"?\n'), (status, text)
    assert p.ping("nightly", b"done")[0] == 200
    assert p.check("nightly", status=0)["output"] == "done"
    silent = p.check("nightly", status=1)
    assert re.fullmatch(r"no result for \d+ s, expected every 5 s, last \d{4}-\d\d-\d\d \d\d:\d\d UTC", silent["output"]), silent["output"]
    p.edge.kill()
    p.edge.start()
    time.sleep(3)
    assert p.edge.event("this", "nightly")["check"]["status"] == 1, "a restart has made it good"
    assert p.ping("nightly/0", b"again")[0] == 200
    p.check("nightly", status=0)


@story()
def what_the_backend_expects_is_missed(p):
    """By a check without a command: of agents with a subscription, and of one entity; defined once, changed, deleted."""
    spec = lambda name, **more: {"metadata": {"name": name, "namespace": "default"}, "handlers": ["nobody"], **more}
    status, answer = p.edge.api("PUT", "/checks/backup", spec("backup", subscriptions=["entity:this"], expect={"ttl": 6}))
    assert status in (200, 201), answer
    status, answer = p.edge.api("PUT", "/checks/dump", spec("dump", proxy_entity_name="db1", expect={"schedule": "0 2 * * *", "tz": "Europe/Berlin", "grace": "1h"}))
    assert status in (200, 201), answer
    assert p.edge.api("PUT", "/checks/bad", spec("bad", subscriptions=["x"], expect={"scheduel": "@daily"}))[0] == 400
    waiting = p.check("dump", entity="db1", status=0)
    assert waiting["output"] == "No result yet, expected daily at 02:00 Europe/Berlin with 1 h grace" and waiting["ttl"] > 0, waiting
    never = p.check("backup", status=2)
    assert "none since it is expected" in never["output"] and never["handlers"] == ["nobody"], never
    assert p.ping("backup", b"1 file")[0] == 200
    good = p.check("backup", status=0)
    assert good["ttl"] == 6 and good["handlers"] == ["nobody"] and annotations(good)["picket.io/expected"] == "every 6 s", good
    p.check("backup", status=2)
    p.edge.kill()
    p.edge.start()
    p.edge.wait(lambda: p.edge.event("this", "keepalive"), "keepalive event", SLOW)
    assert p.ping("backup", b"2 files")[0] == 200
    p.check("backup", status=0)
    p.check("backup", status=2)
    assert p.edge.api("DELETE", "/checks/backup")[0] == 204
    assert p.ping("backup", b"3 files")[0] == 200
    p.check("backup", status=0)
    time.sleep(9)
    assert p.edge.event("this", "backup")["check"]["status"] == 0, "it is expected after its definition is gone"


@story(job={"expect": {"ttl": "26h"}, "handlers": ["nobody"]})
def picket_run_and_its_outbox_are_expected_alike(p):
    run = lambda *more: subprocess.run(PROGRAM + ["run", "--name", "job", "--ttl", "0", *more, "--", "echo", "made"], capture_output=True, text=True)
    assert run("--socket-port", str(p.edge.port["socket-port"])).returncode == 0
    check = p.edge.wait(lambda: (e := p.edge.event("this", "job")) and "made" in e["check"]["output"] and e["check"], "the result", SLOW)
    assert check["ttl"] == 26 * 3600 and check["handlers"] == ["nobody"], check
    outbox = p.edge.dir + "/state/agent/outbox"
    left = subprocess.run(PROGRAM + ["run", "--name", "job", "--ttl", "0", "--outbox", outbox, "--socket-port", "1", "--", "sh", "-c", "echo later; exit 1"], capture_output=True, text=True)
    assert left.returncode == 1 and os.listdir(outbox), left.stderr
    p.edge.kill()
    p.edge.start()
    check = p.edge.wait(lambda: (e := p.edge.event("this", "job")) and "later" in e["check"]["output"] and e["check"], "what waited", SLOW)
    assert check["ttl"] > 25 * 3600 and check["status"] == 2, check


STORIES = [v for k, v in list(globals().items()) if getattr(v, "__qualname__", "").startswith("story.") and callable(v)]

if __name__ == "__main__":
    wanted = sys.argv[1:]
    sys.exit(run_cases([s for s in STORIES if not wanted or any(w in s.__name__ for w in wanted)]))
