#!/usr/bin/env python3
"""The whole in one process: a new user's first minutes with picket edge, and a kill -9 in the middle."""
import json, os, socket, subprocess, sys, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from edge_process import PICKET, Edge, run_cases

PLUGINS = "/usr/lib/nagios/plugins/"


def with_edge(story):
    def run():
        edge = Edge()
        try: story(edge)
        except Exception as error:
            raise AssertionError("%s\n--- log\n%s" % (error, edge.log_text()[-3000:]))
        finally: edge.close()
    run.__name__ = story.__name__
    return run


@with_edge
def the_local_agent_reports_itself(edge):
    event = edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
    assert event["check"]["status"] == 0, event["check"]
    entity = edge.api("GET", "/entities/this")[1]
    assert entity["entity_class"] == "agent" and "linux" in entity["subscriptions"], entity
    assert entity["system"]["hostname"] == socket.gethostname(), entity["system"]


@with_edge
def a_check_runs_and_its_result_is_stored(edge):
    edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
    edge.put_check("greets", "echo hello; echo world >&2; exit 1", handlers=["nobody"])
    edge.execute("greets")
    event = edge.wait(lambda: edge.event("this", "greets"), "result")
    check = event["check"]
    assert (check["status"], check["output"], check["state"]) == (1, "hello\nworld\n", "failing"), check
    assert check["history"] == [{"status": 1, "executed": check["executed"]}], check["history"]
    assert 0 < check["duration"] < 5 and check["handlers"] == ["nobody"], check


@with_edge
def a_real_plugin_gives_its_perfdata(edge):
    edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
    command = PLUGINS + "check_disk -w 1% -c 1% -p /"
    edge.put_check("disk", command if os.path.exists(PLUGINS + "check_disk") else "echo 'DISK OK| /=1MB;2;3;0;4'",
                   output_metric_format="nagios_perfdata")
    edge.execute("disk")
    event = edge.wait(lambda: edge.event("this", "disk"), "result")
    assert event["check"]["output"].startswith("DISK"), event["check"]["output"]


@with_edge
def a_check_that_hangs_is_killed_with_all_it_started(edge):
    edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
    marker = "987.%d" % os.getpid()
    edge.put_check("hangs", "sleep %s & sleep %s; echo never" % (marker, marker), timeout=1)
    edge.execute("hangs")
    check = edge.wait(lambda: edge.event("this", "hangs"), "result")["check"]
    assert check["status"] == 2 and check["output"].startswith("Execution timed out"), check
    left = [p for p in os.listdir("/proc") if p.isdigit() and marker in command_line(p)]
    assert not left, "still running: %s" % left


def command_line(pid):
    try:
        with open("/proc/%s/cmdline" % pid) as f: return f.read()
    except OSError: return ""


@with_edge
def a_script_reports_on_port_3030_and_falls_silent(edge):
    edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
    reply = say(edge, {"name": "backup", "ttl": 5, "output": "ok", "status": 0})
    assert reply == b"ok", reply
    event = edge.wait(lambda: edge.event("this", "backup"), "result")
    assert event["check"]["status"] == 0 and event["check"]["ttl"] == 5, event["check"]
    silent = edge.wait(lambda: (lambda e: e if e["check"]["status"] == 2 else None)(edge.event("this", "backup")), "silence noticed")
    assert silent["check"]["output"].startswith("Last check execution was "), silent["check"]["output"]


def say(edge, document):
    with socket.create_connection(("127.0.0.1", edge.port["socket-port"]), timeout=5) as s:
        s.sendall(json.dumps(document).encode())
        return s.recv(100)


@with_edge
def what_was_committed_survives_kill_9(edge):
    edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
    edge.put_check("kept", "true")
    for i in range(30): assert say(edge, {"name": "r%d" % i, "output": "n%d" % i, "status": i % 3}) == b"ok"
    edge.wait(lambda: edge.event("this", "r29"), "last result")
    time.sleep(0.5)  # what can be read may still be on its way to the disk; commits come every 10 ms
    edge.kill()
    edge.token = None
    edge.start()
    assert edge.api("GET", "/checks/kept")[0] == 200
    for i in range(30):
        event = edge.event("this", "r%d" % i)
        assert event and event["check"]["output"] == "n%d" % i and event["check"]["status"] == i % 3, (i, event)


@with_edge
def its_own_agent_outlives_a_new_password_of_all_agents(edge):
    edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
    me = dict(os.environ, HOME=edge.dir)
    for argv in (["configure", "-n", "--url", "http://127.0.0.1:%d" % edge.port["backend-api-port"], "--username", "admin", "--password", "P@ssw0rd!"],
                 ["user", "reset-password", "agent", "--new-password", "AGENTS-SECRET"]):
        subprocess.run([PICKET, "ctl", *argv], env=me, check=True, capture_output=True, timeout=60)
    edge.put_check("still", "echo here")
    for _ in range(2):
        edge.wait(lambda: edge.execute("still") or edge.event("this", "still"), "result under the new password")
        edge.api("DELETE", "/events/this/still")
        edge.stop()
        edge.start()
    assert "status 401" not in edge.log_text(), edge.log_text()


@with_edge
def it_stops_on_sigterm(edge):
    edge.wait(lambda: edge.event("this", "keepalive"), "keepalive event")
    begin = time.time()
    assert edge.stop() == 0
    assert time.time() - begin < 10


sys.exit(run_cases([the_local_agent_reports_itself, a_check_runs_and_its_result_is_stored, a_real_plugin_gives_its_perfdata,
                    a_check_that_hangs_is_killed_with_all_it_started, a_script_reports_on_port_3030_and_falls_silent,
                    what_was_committed_survives_kill_9,
                    its_own_agent_outlives_a_new_password_of_all_agents, it_stops_on_sigterm]))
