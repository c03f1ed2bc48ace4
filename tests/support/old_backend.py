"""A stand-in of an old backend: answers with what a real one of that release answered when it was recorded (tests/conformance/api).

Of every kind it has the objects of the longest recorded lists. Agents, their events, users' hashes and silences with an end are
the recorded ones under further names. It checks logins, and counts what is written to it: a move only reads.
"""
import base64, copy, glob, http.server, json, os, re, threading, time

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "conformance", "api")
LIST = re.compile(r"^/api/core/v2/(?:namespaces/([^/]+)/)?([a-z]+)$")
VERSION = {"5.11.1": "5.11.1#5f3d2ea", "6.9.2": "6.9.2"}
KEY = "7f63b5bc-41f4-4b3e-b59b-5431afd7e6a2"
HASH = "$2a$10$"  # of a hash that is there


def exchanges(release):
    for path in sorted(glob.glob("%s/%s/*.json" % (CORPUS, release))):
        for step in json.load(open(path))["steps"]:
            for exchange in step.get("exchanges") or []: yield exchange


def recorded_lists(release):
    """kind -> {(namespace, name): object}, of all recorded lists."""
    kinds = {}
    for exchange in exchanges(release):
        request, response = exchange["request"], exchange["response"]
        found = LIST.match(request["path"].split("?")[0])
        body = (response.get("body") or {}).get("json")
        if request["method"] != "GET" or not found or response["status"] != 200 or not isinstance(body, list): continue
        for item in body:
            if "{{" in json.dumps(item): continue
            kinds.setdefault(found.group(2), {})[key_of(item)] = item
    return kinds


def key_of(item):
    if "entity" in item: return tuple(item["entity"]["metadata"].get(k) for k in ("namespace", "name")) + (item.get("check", {}).get("metadata", {}).get("name"),)
    metadata = item.get("metadata") or {}
    return metadata.get("namespace"), metadata.get("name") or item.get("name") or item.get("username")


def recorded_members(release):
    """type -> members that its objects have, as seen anywhere in the recordings."""
    members = {}
    for kind, items in recorded_lists(release).items():
        for item in items.values(): members.setdefault(kind, set()).update(item)
    return members


class OldBackend:
    def __init__(self, release, password="P@ssw0rd!", agent_password="P@ssw0rd!", token_uses=None, clock_ahead=0):
        """token_uses: a token has expired after so many requests. clock_ahead: of what it says of their end, seconds."""
        self.release, self.writes, self.logins, self.expired = release, [], 0, 0
        self.token_uses, self.uses, self.clock_ahead = token_uses, 0, clock_ahead
        self.passwords = {"admin": password, "agent": agent_password}
        self.kinds = {kind: list(items.values()) for kind, items in recorded_lists(release).items()}
        self.now = int(time.time())
        self.people()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self): outer.answer(self)
            do_PUT = do_POST = do_DELETE = do_PATCH = do_GET
            def log_message(self, *args): pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    # ---- what it has ----

    def people(self):
        agent = next(e for e in self.kinds["entities"] if e["entity_class"] == "agent")
        keepalive = next(e for e in self.kinds["events"] if e.get("check", {}).get("metadata", {}).get("name") == "keepalive")
        self.kinds["entities"] = [e for e in self.kinds["entities"] if e["entity_class"] == "proxy"]
        self.kinds["events"] = []
        for name, labels in (("well", {}), ("down", {}), ("secret", {"db_password": "REDACTED"})):
            entity = copy.deepcopy(agent)
            entity["metadata"].update(name=name, namespace="default", labels=labels)
            entity.update(last_seen=self.now - 5, subscriptions=["system", "entity:" + name], redact=["db_password"])
            self.kinds["entities"].append(entity)
            self.event(keepalive, entity, "keepalive", 2 if name == "down" else 0)
            self.event(keepalive, entity, "disk", 2, occurrences=5)
        silence = copy.deepcopy(self.kinds["silenced"][0])
        silence.update(subscription="entity:well", check="disk", begin=self.now - 3600, expire_on_resolve=False)
        silence["metadata"].update(name="entity:well:disk", namespace="default")
        self.end = self.now + 1800
        silence.update({"expire": 1800} if self.release[0] == "5" else {"expire": 5400, "expire_at": self.end})
        self.kinds["silenced"] = [silence]
        self.kinds["users"] = [{"username": n, "groups": [g], "disabled": False}
                               for n, g in (("admin", "cluster-admins"), ("agent", "system:agents"), ("alice", "cluster-admins"))]
        if self.release[0] != "5":
            self.kinds["apikeys"] = [{"metadata": {"name": KEY, "created_by": "admin"}, "username": "admin", "created_at": self.now - 9}]

    def event(self, recorded, entity, check, status, occurrences=1):
        event = copy.deepcopy(recorded)
        event.update(timestamp=self.now - 5, entity=entity)
        event["check"].update(status=status, executed=self.now - 5, issued=self.now - 5, occurrences=occurrences, occurrences_watermark=occurrences)
        event["check"]["metadata"].update(name=check, namespace="default")
        event["check"]["history"] = [{"status": status, "executed": self.now - 5 - 10 * i} for i in range(occurrences, 0, -1)]
        event.pop("id", None)
        self.kinds["events"].append(event)

    def users_file(self, path, hashed):
        """As etcdctl prints it: 5.x has the hash in `password`, 6.x in `password_hash`."""
        with open(path, "w") as f:
            for user in self.kinds["users"]:
                hashes = {"password": hashed} if self.release[0] == "5" else {"password": "", "password_hash": hashed}
                f.write(json.dumps({**user, **hashes}) + "\n")
        return path

    # ---- what it answers ----

    def send(self, handler, status, body=None, headers={}):
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items(): handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    def is_in(self, authorization):
        if authorization == "Key " + KEY: return True
        if authorization == "Bearer old-token": return self.token_uses is None
        if authorization.startswith("Bearer "):
            self.uses += 1
            valid = authorization == "Bearer old-token-%d" % self.logins and self.uses <= self.token_uses
            self.expired += not valid
            return valid
        if not authorization.startswith("Basic "): return False
        user, _, password = base64.b64decode(authorization[6:]).decode().partition(":")
        return self.passwords.get(user) == password

    def token(self):
        self.logins, self.uses = self.logins + 1, 0
        name = "old-token" if self.token_uses is None else "old-token-%d" % self.logins
        return {"access_token": name, "refresh_token": "r", "expires_at": int(time.time()) + 900 + self.clock_ahead}

    def answer(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        path = handler.path.split("?")[0]
        if path == "/version": return self.send(handler, 200, {"etcd": {}, "sensu_backend": VERSION[self.release]})
        if not self.is_in(handler.headers.get("Authorization", "")): return self.send(handler, 401, b"Unauthorized\n")
        if path == "/auth": return self.send(handler, 200, self.token())
        if path == "/auth/test": return self.send(handler, 200)
        if handler.command != "GET": return self.write(handler, path, body)
        return self.read(handler, path)

    def read(self, handler, path):
        found = LIST.match(path)
        if self.release[0] == "5":  # it says what is left
            for silence in self.kinds["silenced"]: silence["expire"] = self.end - int(time.time())
        if found and found.group(2) in self.kinds:
            items = self.kinds[found.group(2)]
            return self.send(handler, 200, [i for i in items if not found.group(1) or key_of(i)[0] == found.group(1)])
        one = re.match(r"^/api/core/v2/(?:namespaces/([^/]+)/)?([a-z]+)/([^/]+)$", path)
        for item in self.kinds.get(one.group(2), []) if one else []:
            if key_of(item)[:2] == (one.group(1), one.group(3)): return self.send(handler, 200, item)
        self.send(handler, 404, {"message": "not found", "code": 2})

    def write(self, handler, path, body):
        self.writes.append((handler.command, path, json.loads(body) if body else None))
        self.send(handler, 201)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
