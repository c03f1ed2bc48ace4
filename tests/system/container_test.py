#!/usr/bin/env python3
"""The container image as containers run it: read-only, process 1, environment alone, drained by SIGTERM, orphans reaped."""
import base64, json, os, shutil, sys, tempfile, urllib.error, urllib.request

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from container_process import Container, can_run, make_root, ports
from edge_process import run_cases

API = 0  # the port of the backend under test
PASSWORD = "a-test-password"


def api(method, path, body=None):
    basic = base64.b64encode(("admin:" + PASSWORD).encode()).decode()
    token = json.load(urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:%d/auth" % API, headers={"Authorization": "Basic " + basic}), timeout=10))["access_token"]
    request = urllib.request.Request("http://127.0.0.1:%d/api/core/v2/namespaces/default%s" % (API, path), None if body is None else json.dumps(body).encode(),
                                     method=method, headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer: text = answer.read()
    except urllib.error.HTTPError as error:
        if error.code == 404: return None
        raise
    return json.loads(text) if text.strip() else True


def execute(name, command):
    api("PUT", "/checks/" + name, {"command": command, "interval": 3600, "timeout": 20, "publish": False, "subscriptions": ["entity:pod"],
                                   "metadata": {"name": name, "namespace": "default"}})
    api("POST", "/checks/%s/execute" % name, {"check": name})


def event(name): return api("GET", "/events/pod/" + name)


class Pair:
    """A backend and an agent, both from the one image."""
    def __init__(self, root):
        global API
        API, agents = ports(2)
        self.backend = Container(root, ["backend", "start"], PICKET_API_LISTEN_ADDRESS="127.0.0.1:%d" % API, PICKET_AGENT_HOST="127.0.0.1",
                                 PICKET_AGENT_PORT=str(agents), PICKET_DASHBOARD_HOST="127.0.0.1", PICKET_DASHBOARD_PORT="0",
                                 PICKET_CLUSTER_ADMIN_PASSWORD=PASSWORD, PICKET_AGENT_PASSWORD="an-agent-password")
        try: self.backend.wait(lambda: self.backend.pid() and self.backend.run("health", "backend")[0] == 0, "the backend answers")
        except BaseException: self.backend.close(); raise
        self.agent = Container(root, ["agent", "start"], PICKET_BACKEND_URL="ws://127.0.0.1:%d" % agents, PICKET_NAME="pod", PICKET_PASSWORD="an-agent-password",
                               PICKET_SUBSCRIPTIONS="web", PICKET_DISABLE_SOCKETS="true", PICKET_DISABLE_API="true", PICKET_STATSD_DISABLE="true")
        try: self.agent.wait(lambda: self.agent.pid() and self.agent.run("health", "agent", "--connected")[0] == 0, "the agent is connected")
        except BaseException: self.close(); raise

    def close(self): self.agent.close(); self.backend.close()


def with_pair(story):
    def run():
        pair = Pair(ROOT)
        try: story(pair)
        except Exception as error:
            raise AssertionError("%s\n--- agent\n%s\n--- backend\n%s" % (error, pair.agent.text()[-2000:], pair.backend.text()[-2000:]))
        finally: pair.close()
    run.__name__ = story.__name__
    return run


@with_pair
def the_environment_is_configuration_enough_and_the_root_is_read_only(pair):
    entity = api("GET", "/entities/pod")
    assert "web" in entity["subscriptions"], entity
    with open("/proc/%d/mountinfo" % pair.agent.pid()) as f: mounts = {l.split()[4]: l.split()[5] for l in f}
    assert "ro" in mounts["/"].split(","), mounts
    execute("writes", "echo x >/etc/x")
    check = pair.agent.wait(lambda: event("writes"), "result")["check"]
    assert check["status"] != 0 and "ead-only" in check["output"], check


@with_pair
def the_healthcheck_says_what_runs_and_what_does_not(pair):
    assert pair.backend.run("health", "backend")[0] == 0
    assert pair.agent.run("health", "agent")[0] == 0
    status, text = pair.agent.run("health", "agent", "--name", "other")
    assert status == 1 and "no agent responds" in text, (status, text)
    status, text = pair.backend.run("health", "backend", "--api-listen-address", "127.0.0.1:1")
    assert status == 1 and "query the backend" in text, (status, text)
    assert pair.backend.stop() == 0
    pair.agent.wait(lambda: pair.agent.run("health", "agent", "--connected")[0] == 1, "the agent is not connected any more")
    assert pair.agent.run("health", "agent")[0] == 0, "an agent is well without its backend"


@with_pair
def orphans_are_reaped(pair):
    execute("forks", "(sleep 0.2 >/dev/null 2>&1 &) ; echo forked")
    check = pair.agent.wait(lambda: event("forks"), "result")["check"]
    assert check["output"] == "forked\n", check
    pair.agent.wait(lambda: all(state != "Z" and command != "sleep" for state, command in pair.agent.processes()), "the orphan is gone")


@with_pair
def sigterm_lets_a_running_check_end_and_its_result_arrive(pair):
    execute("slow", "sleep 1; echo done")
    pair.agent.wait(lambda: any(command == "sleep" for _, command in pair.agent.processes()), "the check runs")
    assert pair.agent.stop() == 0, pair.agent.text()
    check = pair.backend.wait(lambda: event("slow"), "the result arrived")["check"]
    assert (check["status"], check["output"]) == (0, "done\n"), check
    assert pair.backend.stop() == 0, pair.backend.text()


if not can_run():
    print("no root or no namespaces here: nothing was tested")
    sys.exit(0)
folder = tempfile.mkdtemp(prefix="picket-image-")
os.chmod(folder, 0o755)
ROOT = folder + "/root"
try:
    make_root(ROOT)
    failed = run_cases([the_environment_is_configuration_enough_and_the_root_is_read_only, the_healthcheck_says_what_runs_and_what_does_not,
                        orphans_are_reaped, sigterm_lets_a_running_check_end_and_its_result_arrive])
finally:
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(failed)
