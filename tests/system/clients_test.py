#!/usr/bin/env python3
"""What other clients of a Sensu Go backend send, in their order: the modules of Ansible's collection sensu.sensu_go (look,
compare, PUT, look again), Terraform's provider (POST, GET, PUT, DELETE, and "not found"), and people's curl.

  clients_test.py [NAME...]     NAME: part of a test's name
"""
import base64, json, os, re, subprocess, sys
from urllib.parse import quote

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from wire import Agent, Backend, eventually
from stories import run_stories

SHA = "a" * 128


def basic(user, password): return {"Authorization": "Basic " + base64.b64encode(("%s:%s" % (user, password)).encode()).decode()}


class Playbook:
    """A run of Ansible modules: one login, then requests with exactly these headers."""

    def __init__(self, b, key=None):
        self.b = b
        if key: self.headers = {"Authorization": "Key " + key}
        else:
            status, body = b.http("GET", "/auth", headers=basic("admin", "P@ssw0rd!"))
            assert status == 200, body
            self.headers = {"Authorization": "Bearer " + json.loads(body)["access_token"]}

    def request(self, method, path, payload=None):
        headers = dict(self.headers)
        body = None
        if payload is not None:
            body = json.dumps(payload, separators=(",", ":"))
            headers["content-type"] = "application/json"
        status, data = self.b.http(method, path, body, headers)
        return status, json.loads(data) if status == 200 and data else None

    def get(self, path):
        status, body = self.request("GET", path)
        assert status in (200, 404), "GET %s: %d" % (path, status)
        return body

    def put(self, path, payload):
        status, _ = self.request("PUT", path, payload)
        assert status in (200, 201), "PUT %s: %d" % (path, status)

    def delete(self, path):
        status, _ = self.request("DELETE", path)
        assert status == 204, "DELETE %s: %d" % (path, status)

    def present(self, path, payload):
        """Whether something was changed, as a task reports it."""
        now = self.get(path)
        if now is not None and not differ(now, payload): return False
        self.put(path, payload)
        assert self.get(path) is not None, path
        return True

    def absent(self, path):
        if self.get(path) is None: return False
        self.delete(path)
        return True


SETS = ("subscriptions", "handlers", "runtime_assets", "output_metric_handlers", "env_vars", "entity_attributes")
BUILD = ("url", "sha512", "filters", "headers")


def alike(key, now, want):
    if key in SETS: return set(now or []) == set(want)
    if key == "builds": return [[n.get(k) or None for k in BUILD] for n in now or []] == [[w.get(k) or None for k in BUILD] for w in want]
    if key == "rules": return [{k: sorted(v or []) for k, v in n.items()} for n in now] == [{**{"resource_names": []}, **{k: sorted(v) for k, v in w.items()}} for w in want]
    if key in ("proxy_requests", "system", "metadata"): return not differ(now or {}, want)
    return now == want


def differ(now, want): return any(not alike(k, now.get(k), v) for k, v in want.items())


def path_of(plural, name, ns="default"):
    return "/api/core/v2/" + ("namespaces/%s/" % ns if ns else "") + plural + "/" + quote(name, safe="")


# plural, name, what a task says, and what a later one says instead
TASKS = [
    ("assets", "org/my-asset", {"builds": [{"url": "https://x/a.tgz", "sha512": SHA, "filters": ["entity.system.os == 'linux'"], "headers": {"X": "y"}}]},
     {"builds": [{"url": "https://x/b.tgz", "sha512": SHA}]}),
    ("checks", "disk", {"command": "check-disk", "interval": 60, "subscriptions": ["b", "a"], "handlers": ["mail", "chat"], "ttl": 120, "timeout": 5,
                        "stdin": False, "publish": True, "round_robin": True, "env_vars": ["A=b"], "runtime_assets": ["z", "y"],
                        "check_hooks": [{"warning": ["h"]}], "output_metric_format": "nagios_perfdata", "output_metric_handlers": ["i"],
                        "proxy_requests": {"entity_attributes": ["entity.entity_class == 'proxy'"], "splay": True, "splay_coverage": 30},
                        "secrets": [{"name": "S", "secret": "s"}]}, {"interval": 30, "command": "other"}),
    ("entities", "router", {"entity_class": "proxy", "subscriptions": ["net"], "system": {"hostname": "r1", "os": "ios"}, "deregister": True,
                            "deregistration": {"handler": "slack"}, "redact": ["key"], "last_seen": 1522798317}, {"entity_class": "proxy", "subscriptions": ["net", "core"]}),
    ("filters", "hours", {"action": "allow", "expressions": ["event.check.occurrences == 1"], "runtime_assets": ["a"]}, {"action": "deny", "expressions": ["true"]}),
    ("handlers", "tcp", {"type": "tcp", "filters": ["hours"], "mutator": "m", "timeout": 30, "socket": {"host": "10.0.1.99", "port": 4444}},
     {"type": "udp", "socket": {"host": "10.0.1.98", "port": 4445}}),
    ("handlers", "pipe", {"type": "pipe", "command": "cat", "env_vars": ["K=v"], "runtime_assets": ["a"], "secrets": [{"name": "S", "secret": "s"}]},
     {"type": "pipe", "command": "tee"}),
    ("handlers", "all", {"type": "set", "handlers": ["tcp", "pipe"]}, {"type": "set", "handlers": ["pipe"]}),
    ("hooks", "ps", {"command": "ps aux", "timeout": 10, "stdin": True, "runtime_assets": ["a"]}, {"command": "ps", "timeout": 20}),
    ("mutators", "m", {"command": "jq .", "timeout": 5, "env_vars": ["A=b"], "runtime_assets": ["a"]}, {"command": "jq"}),
    ("pipelines", "p", {"workflows": [{"name": "w", "handler": {"name": "pipe", "type": "Handler", "api_version": "core/v2"}}]},
     {"workflows": [{"name": "v", "handler": {"name": "all", "type": "Handler", "api_version": "core/v2"}}]}),
    ("roles", "reader", {"rules": [{"verbs": ["list", "get"], "resources": ["checks", "assets"]}]}, {"rules": [{"verbs": ["get"], "resources": ["checks"], "resource_names": ["x"]}]}),
    ("rolebindings", "readers", {"subjects": [{"type": "Group", "name": "g"}, {"type": "User", "name": "u"}], "role_ref": {"type": "Role", "name": "reader"}}, None),
]
CLUSTER = [
    ("clusterroles", "cr", {"rules": [{"verbs": ["get"], "resources": ["users"]}]}, {"rules": [{"verbs": ["list"], "resources": ["users"]}]}),
    ("clusterrolebindings", "crb", {"subjects": [{"type": "User", "name": "u"}], "role_ref": {"type": "ClusterRole", "name": "cr"}}, None),
]


def run_task(play, plural, name, first, then, ns):
    path, metadata = path_of(plural, name, ns), {"name": name, **({"namespace": ns} if ns else {}), "labels": {"a": "b"}, "annotations": {"c": "1"}}
    told = [play.absent(path), play.present(path, {**first, "metadata": metadata}), play.present(path, {**first, "metadata": metadata})]
    assert told == [False, True, False], "%s: %s %s" % (path, told, play.get(path))
    if then is not None:
        told = [play.present(path, {**then, "metadata": metadata}) for _ in range(2)]
        assert told == [True, False], "%s again: %s %s" % (path, told, play.get(path))
    assert play.get(path_of(plural, "", ns).rstrip("/")), "the list of %s is empty" % plural
    assert [play.absent(path), play.absent(path)] == [True, False], path


def ansible_says_changed_once(b):
    play = Playbook(b)
    version = json.loads(b.http("GET", "/version")[1])["sensu_backend"].split("#")[0]
    assert [int(n) for n in version.split(".")] >= [5, 21, 0], version  # decides how it changes passwords
    for task in TASKS: run_task(play, *task, "default")
    for task in CLUSTER: run_task(play, *task, None)
    assert [play.present("/api/core/v2/namespaces/dev", {"name": "dev"}) for _ in range(2)] == [True, False]
    assert play.absent("/api/core/v2/namespaces/dev")
    for opt_out in (False, True):
        play.put("/api/core/v2/tessen", {"opt_out": opt_out})
        assert play.get("/api/core/v2/tessen") == {"opt_out": opt_out}
    for path in ("/api/enterprise/store/v1/provider", "/api/enterprise/authentication/v2/authproviders", "/api/enterprise/secrets/v1/namespaces/default/secrets"):
        assert play.get(path) is None, path


def ansible_silences(b):
    play, path = Playbook(b), path_of("silenced", "entity:web:*")
    want = {"subscription": "entity:web", "expire": 3600, "expire_on_resolve": True, "reason": "why", "begin": 4000000000,
            "metadata": {"name": "entity:web:*", "namespace": "default"}}
    assert [play.present(path, want), play.present(path, want)] == [True, False], play.get(path)
    assert play.absent(path)


def ansible_users(b):
    play, path = Playbook(b), "/api/core/v2/users/bob"
    def may(password):
        """Wrong passwords make an address wait; a client that waits gets the true reason."""
        status = eventually(lambda: (s := b.http("GET", "/auth/test", headers=basic("bob", password))[0]) != 429 and s, 20)
        return status

    play.put(path, {"username": "bob", "password": "first-one", "groups": ["g1", "g2"], "disabled": False})
    assert (may("first-one"), may("another-one")) == (200, 401)
    assert play.get(path) == {"username": "bob", "groups": ["g1", "g2"], "disabled": False}, play.get(path)
    for prefix in ("$2a$", "$2b$", "$2y$"):  # Go, Python, PHP and htpasswd
        password = "hashed-by-" + prefix[1:3]
        hashed = subprocess.run([b.program, "ctl", "user", "hash-password", password], capture_output=True, text=True, check=True).stdout.strip()
        play.put(path + "/reset_password", {"username": "bob", "password_hash": prefix + hashed[4:]})
        assert (may(password), may("first-one")) == (200, 401), prefix
    play.put(path + "/groups/g3", None)
    play.delete(path + "/groups/g1")
    assert play.get(path)["groups"] == ["g2", "g3"]
    play.delete(path)
    assert play.get(path)["disabled"] is True and may(password) == 401
    play.put(path + "/reinstate", None)
    assert may(password) == 200
    play.put("/api/core/v2/users/eve", {"username": "eve", "password_hash": hashed})
    assert b.http("GET", "/auth", headers=basic("eve", password))[0] == 200
    assert {u["username"] for u in play.get("/api/core/v2/users")} >= {"bob", "eve", "admin", "agent"}


def ansible_events(b):
    """The module sends the definition of the check as the check of the event."""
    play = Playbook(b)
    a = Agent(b, "web", "linux")
    a.keepalive()
    assert eventually(lambda: play.get(path_of("entities", "web")))
    play.put(path_of("checks", "http"), {"command": "x", "interval": 60, "subscriptions": ["linux"], "metadata": {"name": "http", "namespace": "default"}})
    event = {"metadata": {"namespace": "default"}, "timestamp": 1234567, "entity": play.get(path_of("entities", "web")),
             "check": {**play.get(path_of("checks", "http")), "status": 1, "output": "slow", "duration": 1.5, "executed": 1234567, "issued": 1234567,
                       "state": "failing", "total_state_change": 0, "last_ok": 0, "history": [{"executed": 0, "status": 1}]},
             "metrics": {"handlers": ["influx"], "points": [{"name": "n", "value": 1, "timestamp": 1234567, "tags": [{"name": "a", "value": "b"}]}]}}
    for _ in range(2): play.put("/api/core/v2/namespaces/default/events/web/http", event)
    got = play.get("/api/core/v2/namespaces/default/events/web/http")
    assert (got["check"]["status"], got["check"]["output"]) == (1, "slow"), got
    a.close()


def terraform_resources(b):
    """POST, GET, PUT with what was read, DELETE; a resource that is gone is recognized by the words."""
    b.login()
    for plural, name, first, then in TASKS:
        path = path_of(plural, "").rstrip("/")
        body = {**first, "metadata": {"name": name, "namespace": "default"}}
        status, answer = b.api("POST", path, body)
        assert status in (200, 201), (plural, status, answer)
        assert b.api("POST", path, body)[0] == 409, plural
        one = path_of(plural, name)
        status, read = b.api("GET", one)
        assert status == 200 and not differ(read, first), (plural, read)
        status, answer = b.api("PUT", one, {**read, **(then or first)})
        assert status in (200, 201) and not differ(b.api("GET", one)[1], then or first), (plural, answer)
        assert b.api("DELETE", one)[0] == 204, plural
        status, answer = b.api("GET", one)
        assert (status, answer["message"], answer["code"]) == (404, "not found", 2), (plural, status, answer)
    assert b.api("GET", "/api/core/v2/namespaces/nosuch")[1]["message"] == "not found"


def terraform_check_hooks_and_keys(b):
    b.login()
    b.api("POST", "/checks", {"command": "x", "interval": 60, "subscriptions": ["a"], "metadata": {"name": "hooked", "namespace": "default"}})
    for kind, hook in (("non-zero", "h1"), ("non-zero", "h2"), ("1", "h3")):
        assert b.api("PUT", "/checks/hooked/hooks/" + kind, {kind: [hook]})[0] in (201, 204)
    assert b.api("GET", "/checks/hooked")[1]["check_hooks"] == [{"non-zero": ["h1", "h2"]}, {"1": ["h3"]}]
    assert b.api("DELETE", "/checks/hooked/hooks/non-zero/hook/h1")[0] == 204
    assert b.api("GET", "/checks/hooked")[1]["check_hooks"][0] == {"non-zero": ["h2"]}
    for name in ("carl", "dora"): b.api("PUT", "/api/core/v2/users/" + name, {"username": name, "password": "long-enough", "groups": ["cluster-admins"]})
    assert b.api("POST", "/api/core/v2/apikeys", {"username": "carl"})[0] == 201
    key = next(k["metadata"]["name"] for k in b.api("GET", "/api/core/v2/apikeys")[1] if k["username"] == "carl")
    patch = {"Content-Type": "application/merge-patch+json"}
    assert b.api("PATCH", "/api/core/v2/apikeys/" + key, {"username": "dora"}, headers=patch)[0] == 200
    assert b.api("GET", "/api/core/v2/apikeys/" + key)[1]["username"] == "dora"
    Playbook(b, key).present(path_of("hooks", "by-key"), {"command": "x", "timeout": 1, "metadata": {"name": "by-key", "namespace": "default"}})
    assert b.api("GET", "/hooks/by-key")[1]["metadata"]["created_by"] == "dora"
    assert b.api("DELETE", "/api/core/v2/apikeys/" + key)[0] == 204
    assert b.http("GET", "/api/core/v2/namespaces", headers={"Authorization": "Key " + key})[0] == 401


def curl_as_in_the_manual(b):
    b.login()
    token = {"Authorization": "Bearer " + b.token}
    merge = {**token, "Content-Type": "application/merge-patch+json"}
    body = json.dumps({"metadata": {"name": "c", "namespace": "default"}, "command": "x", "interval": 60, "subscriptions": ["a"]})
    where = "/api/core/v2/namespaces/default/checks"
    assert b.http("POST", where, body, {**token, "Content-Type": "application/json"})[0] == 201
    assert b.http("PATCH", where + "/c", '{"interval": 30}', merge)[0] == 200
    assert b.http("PATCH", where + "/c", '{"interval": 30}', {**merge, "If-Match": '"other"'})[0] == 412
    assert b.http("POST", where + "/c/execute", '{"check":"c","subscriptions":["entity:a"]}', {**token, "Content-Type": "application/json"})[0] == 202
    status, data = b.http("GET", where + "?labelSelector=" + quote("region == \"eu\""), headers=token)
    assert (status, data) == (200, b"[]"), (status, data)
    assert b.http("GET", "/health")[0] == b.http("GET", "/ready")[0] == b.http("GET", "/metrics")[0] == 200


def openapi_is_whole(b):
    """What generators of clients stumble over: references to nothing, variables nobody declares, operations without an answer."""
    b.login()
    document = json.loads(b.http("GET", "/api/openapi.json")[1])
    schemas = document["components"]["schemas"]

    def references(value):
        if isinstance(value, dict):
            if "$ref" in value: yield value["$ref"]
            for v in value.values(): yield from references(v)
        if isinstance(value, list):
            for v in value: yield from references(v)

    missing = {r for r in references(document) if r.rpartition("/")[2] not in schemas}
    assert not missing, missing
    for path, operations in document["paths"].items():
        for method, o in operations.items():
            named = [(p["in"], p["name"]) for p in o["parameters"]]
            assert len(set(named)) == len(named), (path, method, named)
            assert {n for i, n in named if i == "path"} == set(re.findall(r"\{(\w+)\}", path)), (path, method, named)
            assert o["responses"] and o["summary"] and o["tags"], (path, method)
            if method == "get" and not re.search(r"\{|watch|backup|session", path):  # each is there and answers as it says; sessions are the dashboard's port's
                answer = b.http("GET", path, headers={"Authorization": basic("admin", "P@ssw0rd!")["Authorization"] if path.startswith("/auth") else "Bearer " + b.token})
                assert str(answer[0]) in o["responses"], (path, answer)


TESTS = [openapi_is_whole, ansible_says_changed_once, ansible_silences, ansible_users, ansible_events, terraform_resources, terraform_check_hooks_and_keys, curl_as_in_the_manual]


def main():
    b = Backend()
    try: return run_stories(TESTS, b)
    finally: b.stop()


if __name__ == "__main__":
    sys.exit(main())
