#!/usr/bin/env python3
"""Replays the backend's side of the recordings in conformance/agent-wire against `picket agent start`.

Each recording of a real agent is driven again: same options, the same answers to the upgrade requests, the same frames in the
same order; the events and first keepalives that come back are compared with the recorded ones. Waiting times are not replayed
except where the recording is about them. Any file of that form works (PICKET_CONFORMANCE_DIR).

usage: wire_agent_test.py [--only TEXT] [-v]        ends with `N passed, N failed`

Ignored, because the specification calls it variable: system facts, last_seen, timestamp, executed, durations, ids, column numbers
of templates, versions. Departures of ours from a recorded agent are rules in wire_departures.py, each with its reason.
"""
import json, os, re, socket, sys, time, urllib.request

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from agent_process import Agent, CONFORMANCE, PATIENCE, WINDOWS
from fake_backend import FakeBackend
from wire_departures import is_departure, is_of_another_shell

FOLDER = os.path.join(CONFORMANCE, "agent-wire")
INPUT_STEPS = ("agent_http", "tcp_send", "udp_send", "statsd")
VERBOSE = "-v" in sys.argv


def version(text):
    m = re.match(r"(\d+)\.(\d+)\.(\d+)", text or "")
    return tuple(int(x) for x in m.groups()) if m else None


def _name_of(record):
    try: q = json.loads(record.get("payload", "").split("\n", 1)[1])
    except (ValueError, IndexError): return None
    return ((q.get("config") or q.get("check") or {}).get("metadata") or {}).get("name")


class Recording:
    def __init__(self, path):
        with open(path) as f: lines = [json.loads(l) for l in f]
        self.name = os.path.basename(path)[:-6]
        self.head, self.records = lines[0], lines[1:]
        self.steps = self.head.get("steps", [])
        self.starts = [s for s in self.steps if "agent_start" in s]
        self.agent = version((self.starts[0].get("agent_version") if self.starts else None) or self.head["peer_versions"]["agent"])
        self.conns = []
        for r in self.records:
            if r["conn"] not in self.conns: self.conns.append(r["conn"])
        self.ordered = {c: self.put_in_order([r for r in self.records if r["conn"] == c]) for c in self.conns}

    @staticmethod
    def put_in_order(records):
        """The proxy that recorded logged each direction on its own: within milliseconds an answer can stand before its question."""
        out, held = [], []
        for i, r in enumerate(records):
            near = [x for x in records[i + 1:i + 4] if x["kind"] == "frame" and x["dir"] == "backend->agent" and x["opcode"] in (1, 2, 8) and x["t"] - r["t"] < 0.01]
            is_answer = r["kind"] == "frame" and r["dir"] == "agent->backend" and near and \
                (r["opcode"] == 8 or r.get("payload", "").startswith("event\n") and any(_name_of(x) and _name_of(x) == _name_of(r) for x in near))
            if is_answer: held.append(r)
            else:
                out.append(r)
                if held and r["kind"] == "frame" and r["dir"] == "backend->agent":
                    out += held
                    held = []
        return out + held

    def why_not(self):
        if not self.starts: return "no agent in it"
        if not self.agent: return "the agent is hand-written"
        if len(self.starts) > 1 and len(self.starts) != len(self.conns): return "several agents at once"
        if any("payload_base64" in r and r.get("opcode") in (0, 1, 2) and r["dir"] == "backend->agent" for r in self.records):
            return "protobuf session"
        if any("payload_base64" in r and r["dir"] == "agent->backend" for r in self.records): return "protobuf session"
        return None

    def messages(self, direction):
        parts = {}
        for r in self.records:
            if r["kind"] != "frame" or r["dir"] != direction or r["opcode"] not in (0, 1, 2): continue
            parts[r["conn"]] = parts.get(r["conn"], "") + r.get("payload", "")
            if not r["fin"]: continue
            kind, _, payload = parts.pop(r["conn"]).partition("\n")
            yield kind, payload

    def talks(self, conn):
        """The agent said something there, or was refused: not just a connection while shutting down."""
        return any(r["kind"] == "frame" and r["dir"] == "agent->backend" and r["opcode"] in (1, 2) for r in self.of(conn)) or \
            not any(r["kind"] == "frame" for c in self.conns for r in self.of(c))

    def of(self, conn): return self.ordered[conn]


# ---- comparing ----

EXACT = (6, 9, 0)  # agents from this version on wrote what we write; of older ones nothing, null and empty are equal


def same_nothing(x): return x is None or x == [] or x == {} or x == ""

COLUMNS = re.compile(r":\d+:\d+:")
CACHE = re.compile(r"/\S*?/([0-9a-f]{128})")


def normalise(event):
    e = json.loads(json.dumps(event))
    stamp = e.pop("timestamp", 0)
    entity = e.get("entity") or {}
    for k in ("system", "last_seen", "sensu_agent_version"): entity.pop(k, None)
    e["id"] = bool(e.get("id"))
    check = e.get("check") or {}
    for k in ("executed", "duration"): check.pop(k, None)
    check["issued"] = bool(check.get("issued"))
    for h in check.get("hooks") or []:
        for k in ("executed", "duration"): h.pop(k, None)
        h["output"] = COLUMNS.sub(":L:C:", h.get("output") or "")
    if "output" in check: check["output"] = CACHE.sub(r"CACHE/\1", COLUMNS.sub(":L:C:", check["output"]))
    for p in (e.get("metrics") or {}).get("points") or []:
        t = p.get("timestamp", 0)
        if abs(t - stamp) < 100 or abs(t / 1e9 - stamp) < 100: p["timestamp"] = "now"
        p["tags"] = sorted(((t.get("name", ""), t.get("value", "")) for t in p.get("tags") or []))
    if (e.get("metrics") or {}).get("points"):
        e["metrics"]["points"].sort(key=lambda p: json.dumps(p, sort_keys=True))
    if re.fullmatch(r"1\d{9}\n", check.get("output") or ""): check["output"] = "a time\n"
    return e


def with_unix_lines(event):
    return json.loads(json.dumps(event).replace("\\r\\n", "\\n"))


ABSENT = "absent"


def differences(want, got, exact, path=""):
    """What is in `want` and not the same in `got`; if exact, also what is only in `got`, and which kind of nothing it is."""
    if not exact and same_nothing(want) and (same_nothing(got) or got is ABSENT): return []
    if isinstance(want, dict) and isinstance(got, dict):
        keys = set(want) | set(got) if exact else set(want)
        return [d for k in sorted(keys) for d in differences(want.get(k, ABSENT), got.get(k, ABSENT), exact, path + "." + k)]
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return [d for i, (w, g) in enumerate(zip(want, got)) for d in differences(w, g, exact, "%s[%d]" % (path, i))]
    if want == got and type(want) == type(got): return []
    if isinstance(want, (int, float)) and isinstance(got, (int, float)) and want == got: return []
    return ["%s: want %s got %s" % (path, json.dumps(want)[:300], json.dumps(got)[:300])]


# ---- driving ----

class Replay:
    not_compared = 0

    def __init__(self, rec):
        self.rec, self.bad, self.compared = rec, [], 0
        self.inputs_done, self.local_names = False, None
        self.seen_events, self.raced = set(), set()
        for conn in rec.conns:
            for kind, payload in rec.messages("agent->backend"):
                if kind == "event": self.is_race(_name_of({"payload": "event\n" + payload}) or "", json.loads(payload))
            self.seen_events.clear()
            break

    def fail(self, text): self.bad.append(text)

    def start_agent(self, step):
        argv = list(step["agent_start"])[1:]
        flags, i, dir_flags = [], 0, ("--cache-dir", "--api-port", "--socket-port", "--statsd-metrics-port", "--backend-url", "-c", "--log-level")
        while i < len(argv):
            if argv[i] in dir_flags: i += 2
            else:
                flags.append(argv[i])
                i += 1
        name = flags[flags.index("--name") + 1] if "--name" in flags else "a"
        agent = Agent.__new__(Agent)
        config = None
        at = self.rec.steps.index(step)
        for s in reversed(self.rec.steps[:at]):
            if "config_file" in s: config = s["config_file"]; break
        extra = []
        if config is not None and "-c" in argv:
            path = "/tmp/picket-wire-%d.yml" % os.getpid()
            with open(path, "w") as f: f.write(config)
            extra = ["-c", path]
        if "--retry-max" not in flags: extra += ["--retry-max", "2s"]  # only the waits between refusals are shortened
        agent.__init__(self.backend.url, *flags, *extra, name=name)
        return agent

    def inputs(self, agent):
        """The programs that talked to the agent itself, in order; their replies are compared too."""
        if self.inputs_done: return
        self.inputs_done = True
        for s in self.rec.steps:
            try:
                if "agent_http" in s and s.get("body") is not None or "agent_http" in s and s["agent_http"].startswith("GET"): self.http(agent, s)
                elif "tcp_send" in s: self.tcp(agent, s)
                elif "udp_send" in s: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(s["udp_send"].encode(), ("127.0.0.1", agent.socket_port))
                elif "statsd" in s: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(s["statsd"].encode(), ("127.0.0.1", agent.statsd_port))
            except OSError as e: self.fail("%s: %s" % (json.dumps(s)[:80], e))

    def http(self, agent, s):
        method, path = s["agent_http"].split(" ")
        body = s.get("body")
        data = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        try:
            r = urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:%d%s" % (agent.api_port, path), data=data, method=method), timeout=5)
            status, text = r.status, r.read().decode()
        except urllib.error.HTTPError as e: status, text = e.code, e.read().decode()
        if self.rec.agent < (6, 5, 0) or path in ("/brand", "/", "/metrics"): return  # ours answers more than theirs
        if status != s["status"]: self.fail("%s %s: status %s, want %s" % (method, path, status, s["status"]))
        wordy = s["status"] == 400 and ("invalid character" in s.get("response", "") or "cannot unmarshal" in s.get("response", ""))
        if "response" in s and path != "/version" and not wordy and text != s["response"]: self.fail("%s %s: %r, want %r" % (method, path, text, s["response"]))

    def tcp(self, agent, s):
        c = socket.create_connection(("127.0.0.1", agent.socket_port), timeout=3)
        for chunk in s["tcp_send"]:
            c.sendall(chunk.encode())
            time.sleep(0.05)
        if s.get("half_close"): c.shutdown(socket.SHUT_WR)
        try: c.recv(100)
        except OSError: pass
        c.close()

    def match(self, conn, recorded, agent, pending):
        """Waits for our counterpart of a recorded event and compares."""
        name = ((recorded.get("check") or {}).get("metadata") or {}).get("name", "")
        end = time.time() + 8 * PATIENCE
        while True:
            for i, e in enumerate(pending):
                if ((e.get("check") or {}).get("metadata") or {}).get("name", "") == name:
                    got = json.loads(json.dumps(pending.pop(i)).replace(agent.dir, "/var/cache/agent"))
                    self.compare(recorded, got, name or "metrics")
                    return
            if time.time() > end: return self.fail("no event of %r came" % name)
            m = conn.next(max(0.05, end - time.time()))
            if m is None: return self.fail("no event of %r came" % name)
            if m[0].split(" ")[0] == "event": pending.append(m[1])

    def compare(self, recorded, got, name):
        self.compared += 1
        if name == "metrics" and "check" not in recorded: return self.compare_statsd(recorded, got)
        want, have = normalise(recorded), normalise(with_unix_lines(got) if WINDOWS else got)
        if name in self.raced: want.pop("sequence", None); have.pop("sequence", None)
        if self.rec.agent < (6, 5, 0): want.pop("sequence", None); want.pop("pipelines", None); want["id"] = have["id"]
        for line in differences(want, have, self.rec.agent >= EXACT):
            if is_of_another_shell(recorded, line): Replay.not_compared += 1
            elif not is_departure(name, line, self.rec.agent, self.rec.name): self.fail("%s %s" % (name, line))

    def compare_statsd(self, recorded, got):
        """The reference sends one event per processor core; ours is one. Values of its first flush must be among ours."""
        ours = {p["name"]: p["value"] for p in got["metrics"]["points"]}
        for p in recorded["metrics"]["points"]:
            if "per_second" in p["name"] or "." not in p["name"]: continue
            if p["name"] not in ours: self.fail("statsd: %s is missing" % p["name"])

    def session(self, conn_id, agent, is_last):
        records = self.rec.of(conn_id)
        request = next((r for r in records if r["kind"] == "http_request"), None)
        if request is None: return True
        conn = self.backend.accept_raw(timeout=30 * PATIENCE)
        self.compare_request(request, conn)
        response = next((r for r in records if r["kind"] == "http_response"), None)
        if response is None:  # the backend that never answers
            conn.sock.settimeout(20)
            try: conn.sock.recv(1)
            except socket.timeout: self.fail("the handshake was not given up")
            except OSError: pass
            return True
        status = int(response["start_line"].split(" ")[1])
        headers = [tuple(h) for h in response["headers"] if h[0].lower() not in ("upgrade", "connection", "sec-websocket-accept", "content-length", "date")]
        if status != 101:
            conn.refuse(" ".join(response["start_line"].split(" ")[1:]), response.get("body") or "", [h for h in headers if h[0].lower() == "location"])
            return True
        no_pong = not any(r["kind"] == "frame" and r.get("opcode") == 10 and r["dir"] == "backend->agent" for r in records) and \
            any(r["kind"] == "frame" and r.get("opcode") == 9 and r["dir"] == "agent->backend" for r in records)
        conn.answer_pings = not no_pong
        conn.upgrade(headers)
        first = next((r["t"] for r in records if r["kind"] == "frame" and r["dir"] == "agent->backend" and r.get("payload", "").startswith("keepalive")), None)
        if first is not None and first - response["t"] > 1.5 and any(t in s for s in self.rec.steps for t in INPUT_STEPS): self.inputs(agent)
        return self.frames(records, conn, agent, is_last)

    def compare_request(self, recorded, conn):
        want = {k.lower(): v for k, v in recorded["headers"]}
        for name in ("sensu-agentname", "sensu-namespace", "sensu-user", "authorization", "sensu-subscriptions"):
            if want.get(name) != conn.header(name): self.fail("header %s: want %r got %r" % (name, want.get(name), conn.header(name)))
        if recorded["start_line"] != conn.start_line: self.fail("start line: %r" % conn.start_line)
        if conn.header("Accept") == "application/octet-stream": self.fail("octet-stream was offered")

    def frames(self, records, conn, agent, is_last):
        pending, parts, keepalive_seen, malformed = [], "", False, False
        patience = 3 * PATIENCE + max(r["t"] for r in records) - min(r["t"] for r in records)
        for at, r in enumerate(records):
            if r["kind"] == "send_error": continue
            if r["kind"] != "frame":
                continue
            if r["dir"] == "backend->agent":
                if r["opcode"] in (0, 1, 2):
                    if malformed: continue  # raced with the agent's leaving
                    malformed = r["fin"] and r["opcode"] != 0 and "\n" not in r.get("payload", "")
                    try: conn.frame(r["opcode"], r.get("payload", ""), r["fin"])
                    except OSError: self.fail("the agent left before %r" % r.get("payload", "")[:60]); return True
                elif r["opcode"] == 9: conn.frame(9, r.get("payload", ""))
                elif r["opcode"] == 8:
                    if any(e.kind == "close" for e in conn.log): continue  # the echo
                    try: conn.close(r.get("close_code"), r.get("close_reason") or "")
                    except OSError: pass
                    conn.closed.wait(5 * PATIENCE)
                    return True
                continue
            if r["opcode"] in (0, 1, 2):
                parts += r.get("payload", "")
                if not r["fin"]: continue
                text, parts = parts, ""
                kind, _, payload = text.partition("\n")
                if kind == "keepalive":
                    if not keepalive_seen:
                        keepalive_seen = True
                        self.first_keepalive(conn, json.loads(payload), pending)
                elif kind == "event":
                    event = json.loads(payload)
                    name = ((event.get("check") or {}).get("metadata") or {}).get("name", "")
                    if self.is_local(name):
                        if any("agent_http" in s and s["agent_http"].startswith("POST") and s.get("body") is None for s in self.rec.steps) and \
                           not any(name in json.dumps(s) for s in self.rec.steps): continue  # its input was not recorded
                        self.inputs(agent)
                        if not name and "check" not in event and any(e.get("metrics") and not e.get("check") for e in self.seen_statsd): continue
                    if not name and "metrics" not in event: continue  # 5.x: malformed failure events of hooks
                    if name and self.is_stale(name): continue
                    if self.is_race(name, event): continue
                    if self.depends_on_assets(name): continue
                    self.match(conn, event, agent, pending)
                    if not name: self.seen_statsd.append(event)
            elif r["opcode"] == 8:
                later = [x for x in records[at + 1:] if x["kind"] == "frame" and x["dir"] == "agent->backend" and x["opcode"] in (1, 2)]
                if is_last and not later: break
                if not conn.closed.wait(patience): self.fail("the agent did not leave the session")
                code = [e.data[0] for e in conn.log if e.kind == "close"]
                if code and r.get("close_code") and code[0] != r["close_code"]: self.fail("close %s, want %s" % (code[0], r["close_code"]))
                return True
        if is_last: return False
        cut_by = next((r for r in records if r["kind"] == "tcp_eof"), None)
        if cut_by is None or cut_by.get("dir") == "backend->agent":
            conn.cut()
        elif conn.answer_pings and not malformed: conn.cut()
        if not conn.closed.wait(patience): self.fail("the connection did not end")
        return True

    seen_statsd = []

    def first_keepalive(self, conn, recorded, pending):
        end = time.time() + 8 * PATIENCE
        while time.time() < end:
            m = conn.next(max(0.05, end - time.time()))
            if m is None: break
            if m[0] != "keepalive":
                pending.append(m[1])
                if not self.early_ok: self.fail("an event came before the first keepalive")
                continue
            self.compared += 1
            want, have = normalise(recorded), normalise(m[1])
            if self.rec.agent < (6, 5, 0): want.pop("sequence", None); want.pop("pipelines", None); want["id"] = have["id"]
            for line in differences(want, have, self.rec.agent >= EXACT):
                if not is_departure("keepalive", line, self.rec.agent, self.rec.name): self.fail("keepalive %s" % line)
            return
        self.fail("no keepalive came")

    early_ok = False

    def is_local(self, name):
        if self.local_names is None:
            self.local_names = set()
            for kind, payload in self.rec.messages("backend->agent"):
                if kind != "check_request": continue
                try: self.local_names.add((json.loads(payload).get("config") or {}).get("metadata", {}).get("name", ""))
                except ValueError: pass
        return name not in self.local_names

    def is_race(self, name, event):
        """Two copies of one request, both executed: the reference looks for copies in parallel tasks."""
        check = event.get("check") or {}
        if not check.get("issued"): return False
        key = (name, check["issued"], check.get("proxy_entity_name"))
        if self.is_local(name) or key not in self.seen_events:
            self.seen_events.add(key)
            return False
        self.raced.add(name)
        return True

    def is_stale(self, name):
        """Requests without `issued`, or not newer than one before: agents before 6.7.3 ran them."""
        if self.rec.agent >= (6, 7, 3): return False
        seen = {}
        for kind, payload in self.rec.messages("backend->agent"):
            if kind != "check_request": continue
            try: q = json.loads(payload)
            except ValueError: continue
            c = q.get("config") or {}
            if (c.get("metadata") or {}).get("name") != name: continue
            key, issued = c.get("proxy_entity_name", ""), q.get("issued", 0)
            if issued <= seen.get(key, 0): return True
            seen[key] = issued
        return False

    def depends_on_assets(self, name):
        """Their files are on the recorder's disk; tests/run_assets.py has its own."""
        for r in self.rec.records:
            p = r.get("payload", "")
            if r["kind"] == "frame" and r["dir"] == "backend->agent" and p.startswith("check_request") and '"%s"' % name in p:
                try: q = json.loads(p.split("\n", 1)[1])
                except ValueError: continue
                if (q.get("config") or {}).get("metadata", {}).get("name") != name: continue
                if "--disable-assets" in self.rec.starts[0]["agent_start"]: return False
                if q.get("assets") or any((v or {}).get("assets") for v in (q.get("hook_assets") or {}).values()): return True
        return False

    def run(self):
        Replay.seen_statsd = []
        self.backend = FakeBackend()
        agents, agent, index = [], None, 0
        try:
            for i, conn_id in enumerate(self.rec.conns):
                if agent is None or (len(self.rec.starts) > 1 and index < len(self.rec.starts)):
                    if agent is not None and agent.stop() != 0: self.fail("the agent did not exit with 0")
                    agent = self.start_agent(self.rec.starts[index])
                    agents.append(agent)
                    index += 1
                last = i + 1 == len(self.rec.conns) or len(self.rec.starts) > 1
                rest = self.rec.conns[i + 1:]
                if not any(self.rec.talks(c) for c in rest): last = True
                if not self.rec.talks(conn_id) and i > 0: continue
                self.session(conn_id, agent, last)
                if agent.process.poll() is not None: self.fail("the agent ended with status %s" % agent.process.returncode); break
            if agent is not None and agent.process.poll() is None:
                status = agent.stop()
                if status != 0: self.fail("exit status %s" % status)
        finally:
            if self.bad and VERBOSE:
                for a in agents: print(a.log_text()[-3000:])
            for a in agents: a.remove()
            self.backend.close()
        return self.bad


def main():
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    passed = failed = compared = 0
    skipped = {}
    for name in sorted(os.listdir(FOLDER)):
        if not name.endswith(".jsonl") or only not in name: continue
        rec = Recording(os.path.join(FOLDER, name))
        why = rec.why_not()
        if why:
            skipped.setdefault(why, []).append(rec.name)
            continue
        started = time.time()
        replay = Replay(rec)
        try: bad = replay.run()
        except Exception as e:
            bad = replay.bad + ["%s: %s" % (type(e).__name__, e)]
            if VERBOSE: raise
        compared += replay.compared
        if bad: failed += 1
        else: passed += 1
        if bad or VERBOSE: print("%s %s (%d compared, %.1f s)" % ("FAIL" if bad else "ok  ", rec.name, replay.compared, time.time() - started))
        for b in bad[:12]: print("     " + b)
    for why, names in sorted(skipped.items()): print("skipped, %s: %d" % (why, len(names)))
    print("%d messages compared" % compared)
    if Replay.not_compared: print("%d outputs not compared: commands of sh" % Replay.not_compared)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__": sys.exit(main())
