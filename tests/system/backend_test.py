#!/usr/bin/env python3
"""The backend as a process: what it is killed in the middle of, and what it is sent that makes no sense.

  backend_test.py [NAME...]     NAME: part of a test's name
"""
import base64, json, os, random, resource, signal, socket, subprocess, sys, threading, time, urllib.error, urllib.request

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from stories import run_stories, stored
from wire import HOST, Agent, Backend, Closed, Wire, eventually


def silent_agent_fails():
    """An agent that is gone without a word: warning, then critical, then back to normal with the next keepalive."""
    b = Backend()
    try:
        a = Agent(b, "gone", "linux")
        a.keepalive(timeout=5, ttl=8, interval=2)
        if not eventually(lambda: stored(b, "gone", "keepalive")):
            return "the keepalive is not stored"
        a.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # as kill -9 does: a reset, no close
        a.close()
        began = time.time()
        event = eventually(lambda: (e := stored(b, "gone", "keepalive")) and e["check"]["status"] == 1 and e, 9)
        if not event:
            return "no warning"
        if not 4 < time.time() - began < 8:
            return f"the warning came after {time.time() - began:.1f} s"
        if not event["check"]["output"].startswith("No keepalive sent from gone for "):
            return event["check"]["output"]
        event = eventually(lambda: (e := stored(b, "gone", "keepalive")) and e["check"]["status"] == 2 and e, 9)
        if not event or event["check"]["state"] != "failing" or not event["check"]["output"].endswith("(>= 8)"):
            return f"no critical: {event and event['check']['output']}"
        a = Agent(b, "gone", "linux")
        a.keepalive(timeout=5, ttl=8, interval=2)
        event = eventually(lambda: (e := stored(b, "gone", "keepalive")) and e["check"]["status"] == 0 and e, 3)
        return None if event and event["check"]["state"] == "passing" else "it does not come back"
    finally:
        b.stop()


def kill_under_load():
    """kill -9 in the middle of load: what was acknowledged is there, and what was defined; several rounds."""
    b = Backend()
    try:
        b.api("PUT", "/checks/kept", {"command": "true", "interval": 60, "subscriptions": ["x"], "publish": False, "metadata": {"name": "kept", "namespace": "default"}})
        highest = {}
        for round_ in range(6):
            acked, stop = {}, threading.Event()
            threads = [threading.Thread(target=load, args=(b, f"a{n}", highest.get(f"a{n}", 0), acked, stop)) for n in range(4)]
            for t in threads:
                t.start()
            time.sleep(0.6 + random.random())
            b.kill()
            stop.set()
            for t in threads:
                t.join()
            b.token = None
            b.start()
            if sum(acked.values()) == 0:
                return f"round {round_}: nothing was acknowledged"
            for name, number in acked.items():
                highest[name] = number
                for back in range(0, min(number, 10)):  # the last ten numbers went to ten different checks
                    event = stored(b, name, f"c{(number - back) % 10}")
                    if not event or int(event["check"]["output"]) < number - back:
                        return f"round {round_}: {name} number {number - back} was acknowledged and is {event and event['check']['output']}"
                a = Agent(b, name, headers=[("Picket-Ack", "stream-" + name)])
                told = int(dict((k.lower(), v) for k, v in a.headers).get("picket-ack", -1))
                a.close()
                if told < number:
                    return f"round {round_}: {name} is told {told} after an acknowledgement of {number}"
                highest[name] = told
            if b.api("GET", "/checks/kept")[0] != 200:
                return f"round {round_}: the check is gone"
        return None
    finally:
        b.stop()


def load(b, name, first, acked, stop):
    number = first
    try:
        a = Agent(b, name, headers=[("Picket-Ack", "stream-" + name)])
        a.keepalive()
        number = max(number, int(dict((k.lower(), v) for k, v in a.headers)["picket-ack"]))
        acked[name] = number
        while not stop.is_set():
            for _ in range(20):
                number += 1
                a.event(f"c{number % 10}", kind=f"event {number}", output=str(number))
            while acked[name] < number - 100:
                acked[name] = max(acked[name], a.wait_message("ack", 2)["seq"])
    except (OSError, Closed, TimeoutError, ValueError, KeyError):
        pass


def numbers_once():
    """A number that was sent twice counts once, and a refused event counts as dealt with."""
    b = Backend()
    try:
        a = Agent(b, "twice", headers=[("Picket-Ack", "s1")])
        a.keepalive()
        a.event("c", kind="event 1", output="1")
        a.event("c", kind="event 2", status=-1)   # refused: a negative status
        a.event("c", kind="event 1", output="again")
        a.event("c", kind="event 4", output="4")
        seq = 0
        while seq < 4:
            seq = a.wait_message("ack", 3)["seq"]
        event = stored(b, "twice", "c")
        if event["check"]["output"] != "4" or event["check"]["occurrences"] != 2 or len(event["check"]["history"]) != 2:
            return f"stored: {event['check']['output']}, occurrences {event['check']['occurrences']}"
        other = Agent(b, "twice", headers=[("Picket-Ack", "s1")])  # the same spool again: the newer connection wins
        if dict((k.lower(), v) for k, v in other.headers).get("picket-ack") != "4":
            return f"told {other.headers}"
        try:
            while a.read_frame(3)[0] != 8:
                pass
        except (Closed, TimeoutError):
            pass
        return None if a.close_code == 1001 else "the older connection stays"
    finally:
        b.stop()


def nonsense():
    """Garbage, half-open connections, 10 MB messages and wrong passwords: refused, logged, and no growth."""
    b = Backend()
    try:
        good = Agent(b, "good", "linux")
        good.keepalive()
        good.event("first")
        if not eventually(lambda: stored(b, "good", "first")):
            return "a good event is not stored"
        attack(b, 1)
        before = b.rss_kb()
        for round_ in range(3):
            attack(b, round_)
        good.event("last")
        if not eventually(lambda: stored(b, "good", "last")):
            return "the good agent is not served any more"
        grown = b.rss_kb() - before
        if grown > 12 * 1024:
            return f"grown by {grown} kB"
        log = b.log_text()
        for word in ("agent rejected", "message without a type"):
            if word not in log:
                return f"the log does not say {word!r}"
        return None
    finally:
        b.stop()


def attack(b, seed):
    rng = random.Random(seed)
    for _ in range(20):  # bytes that are no request
        w = Wire(b)
        try:
            w.send(bytes(rng.randrange(256) for _ in range(rng.randrange(1, 3000))))
        except OSError:
            pass
        w.close()
    halves = [Wire(b) for _ in range(50)]  # connections that never say anything, or half of it
    for w in halves[::2]:
        w.send(b"GET / HTTP/1.1\r\nHost: x\r\nAuthor")
    for i in range(10):
        a = Agent(b, f"bad{i}", password="wrong" + str(i))
        assert a.status == 401, a.status_line
        a.close()
    a = Agent(b, "big")
    try:  # 10 MB in one message: the limit is 8
        a.frame(b"event\n" + b"x" * (10 << 20))
        while a.read_frame(5)[0] != 8:
            pass
    except (OSError, Closed, TimeoutError):
        pass
    if a.close_code not in (1009, None):
        raise AssertionError(f"10 MB: closed with {a.close_code}")
    a.close()
    a = Agent(b, "frag")
    try:  # fragments without an end
        for i in range(12):
            a.frame(b"event\n" + b"y" * (1 << 20), opcode=2 if i == 0 else 0, fin=False)
    except OSError:
        pass
    a.close()
    for payload in (b"garbage", b"event\n{", b"event\n" + b"[" * 5000, b"keepalive\n{}", b"\xff\xfe\n{}", b""):
        a = Agent(b, "odd")
        try:
            a.frame(payload)
            a.read_frame(0.05)
        except (Closed, TimeoutError, OSError):
            pass
        a.close()
    for w in halves:
        w.close()


def slow_reader():
    """An agent that does not read what it is sent costs a bounded amount and misses check requests only."""
    b = Backend()
    try:
        a = Agent(b, "slow", "linux")
        a.keepalive()
        a.wait_message("entity_config")
        a.wait_message("entity_config")
        command = "echo " + "x" * 60000
        b.api("PUT", "/checks/large", {"command": command, "interval": 3600, "subscriptions": ["linux"], "publish": False, "metadata": {"name": "large", "namespace": "default"}})
        before = b.rss_kb()
        for _ in range(400):
            b.api("POST", "/checks/large/execute", {"check": "large"})
        if b.rss_kb() - before > 12 * 1024:
            return f"grown by {b.rss_kb() - before} kB"
        if "check requests dropped" not in b.log_text():
            return "nothing is said about dropped requests"
        try:  # it wakes up: what was queued comes, then it is served as before
            while True:
                a.read_frame(0.5)
        except TimeoutError:
            pass
        a.event("still")
        if not eventually(lambda: stored(b, "slow", "still")):
            return "its events are not taken any more"
        b.api("POST", "/checks/large/execute", {"check": "large"})
        a.wait_message("check_request")
        return None
    finally:
        b.stop()


def ttl_while_down():
    """A check with a ttl falls silent while the backend is down: its event comes after the start."""
    b = Backend()
    try:
        a = Agent(b, "ttl", "linux")
        a.keepalive()
        a.event("backup", ttl=6, interval=5)
        if not eventually(lambda: stored(b, "ttl", "backup")):
            return "the event is not stored"
        b.kill()
        b.token = None
        b.start()
        keep = Agent(b, "ttl", "linux")
        keep.keepalive()
        event = eventually(lambda: (e := stored(b, "ttl", "backup")) and e["check"]["status"] == 1 and e, 75)
        if not event or not event["check"]["output"].startswith("Last check execution was "):
            return "no failure of the silent check"
        return None
    finally:
        b.stop()


def handlers_after_crash():
    """A handler of an incident runs; a decision is written down; a handler that had not begun at kill -9 runs after it."""
    b = Backend()
    try:
        out = os.path.join(b.state, "handled")
        b.api("PUT", "/handlers/note", {"type": "pipe", "command": f"cat >> {out}; echo >> {out}", "metadata": {"name": "note", "namespace": "default"}})
        a = Agent(b, "app")
        a.keepalive()
        a.event("web", status=2, handlers=["note", "missing"])
        text = eventually(lambda: os.path.exists(out) and open(out).read().endswith("}\n") and open(out).read(), 5)
        if not text:
            return "the handler did not run"
        event = json.loads(text.splitlines()[0])
        if event["check"]["metadata"]["name"] != "web" or event["entity"]["metadata"]["name"] != "app" or event["check"]["state"] != "failing":
            return f"stdin was {text[:300]}"
        return None
    finally:
        b.stop()


def tcp_and_udp_handlers():
    """tcp and udp handlers get the event's bytes, nothing more."""
    b = Backend()
    try:
        with socket.socket() as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            server.bind((HOST, 0)), server.listen(), server.settimeout(10)
            udp.bind((HOST, 0)), udp.settimeout(10)
            for kind, s in (("tcp", server), ("udp", udp)):
                b.api("PUT", f"/handlers/{kind}", {"type": kind, "socket": {"host": HOST, "port": s.getsockname()[1]}, "metadata": {"name": kind, "namespace": "default"}})
            a = Agent(b, "app")
            a.keepalive()
            a.event("web", status=1, handlers=["tcp", "udp"])
            conn, _ = server.accept()
            data = b""
            while part := conn.recv(65536):
                data += part
            datagram = udp.recv(65536)
            return None if json.loads(data) == json.loads(datagram) and not data.endswith(b"\n") else f"{data[:100]} {datagram[:100]}"
    finally:
        b.stop()


def full_disk():
    """No room for the database: changes are refused, events live on and alert, all is written when there is room again."""
    b = Backend()
    try:
        out = os.path.join("/tmp", f"picket-alerts-{os.getpid()}")
        b.api("PUT", "/handlers/note", {"type": "pipe", "command": f"cat >> {out}", "metadata": {"name": "note", "namespace": "default"}})
        first = Agent(b, "app", headers=[("Picket-Ack", "first")])
        first.keepalive()
        first.event("web", kind="event 1")
        first.wait_message("ack")  # committed, not only seen
        first.close()
        a = Agent(b, "app")
        soft, hard = resource.prlimit(b.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(b.process.pid, resource.RLIMIT_FSIZE, (20_000, hard))  # less than the files have: no write succeeds
        try:
            for n in range(5):
                a.event("web", status=2, output=f"down {n}", handlers=["note"])
                a.event(f"new{n}", status=1)
            if not eventually(lambda: os.path.exists(out) and "down 4" in open(out).read(), 5):
                return "nobody was alerted"
            status, answer = b.api("PUT", "/checks/refused", {"command": "true", "interval": 60, "subscriptions": [], "metadata": {"name": "refused", "namespace": "default"}})
            if status < 500:
                return f"a definition was taken: {status} {answer}"
            status, shown = b.api("GET", "/events/app/web")
            if status != 200:
                return f"events cannot be read: {status} {shown}"
            if shown["check"]["status"] != 2:
                return "what came since is not shown"
            if "the store is not writable" not in b.log_text():
                return "the log says nothing"
        finally:
            resource.prlimit(b.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
        event = eventually(lambda: (e := stored(b, "app", "web")) and e["check"]["status"] == 2 and e, 8)
        if not event or event["check"]["occurrences"] != 5 or event["check"]["output"] != "down 4":
            return f"afterwards the event is {event and event['check']['output']}, occurrences {event and event['check']['occurrences']}"
        missing = [n for n in range(5) if not eventually(lambda: stored(b, "app", f"new{n}"), 3)]
        if missing:
            return f"lost: {missing}"
        name = eventually(lambda: (b.api("GET", "/api/core/v2/namespaces/sensu-system/entities")[1] or [{}])[0].get("metadata", {}).get("name"), 3)
        about_itself = lambda: b.api("GET", f"/api/core/v2/namespaces/sensu-system/events/{name}/backend-store")
        if not eventually(lambda: (r := about_itself())[0] == 200 and [h["status"] for h in r[1]["check"]["history"]] == [2, 0], 8):
            return f"its event about itself: {about_itself()}"
        return None
    finally:
        b.stop()
        if os.path.exists(out):
            os.remove(out)


def log_file_and_stop():
    """Every event is a line of the event log file; SIGHUP opens it anew; a handler that hangs does not keep us from stopping."""
    path = os.path.join("/tmp", f"picket-events-{os.getpid()}.log")
    b = Backend("--event-log-file", path)
    try:
        b.api("PUT", "/handlers/hang", {"type": "pipe", "command": "sleep 60", "metadata": {"name": "hang", "namespace": "default"}})
        a = Agent(b, "x")
        a.keepalive()
        a.event("before")
        if not eventually(lambda: os.path.exists(path) and '"name":"before"' in open(path).read(), 5):
            return "the event is not in the file"
        os.rename(path, path + ".1")
        b.process.send_signal(signal.SIGHUP)
        time.sleep(0.2)
        a.event("after", status=1, handlers=["hang"])
        if not eventually(lambda: os.path.exists(path) and '"name":"after"' in open(path).read(), 5):
            return "the file was not opened anew"
        event = json.loads(open(path).read().splitlines()[0])
        if event["entity"]["metadata"]["name"] != "x" or event["check"]["state"] != "failing":
            return f"the line is {event}"
        time.sleep(0.3)
        began = time.time()
        b.process.terminate()
        if b.process.wait(20) != 0 or time.time() - began > 8:
            return f"it stopped with {b.process.returncode} after {time.time() - began:.1f} s"
        return None
    finally:
        b.stop()
        for name in (path, path + ".1"):
            if os.path.exists(name):
                os.remove(name)


def begun_once_more():
    """A delivery that is under way when the backend is killed begins again at the next start, and if that is killed too, no more."""
    path = os.path.join("/tmp", f"picket-begun-{os.getpid()}")
    b = Backend()
    try:
        runs = lambda: len(open(path).read().splitlines()) if os.path.exists(path) else 0
        told = lambda: json.dumps(b.api("GET", "/api/picket/v1/namespaces/default/events/x/bomb/decisions")[1])
        b.api("PUT", "/handlers/dies", {"type": "pipe", "command": f"echo run >> {path}; exec sleep 30", "metadata": {"name": "dies", "namespace": "default"}})
        a = Agent(b, "x")
        a.keepalive()
        a.event("bomb", status=2, handlers=["dies"])
        for begun in (1, 2):
            if not eventually(lambda: runs() == begun, 10):
                return f"begun {runs()} times at start {begun}"
            b.kill()
            b.token = None
            b.start()
        if not eventually(lambda: '"failed"' in told() and "the backend stopped twice" in told(), 10):
            return f"decided: {told()}"
        if runs() != 2:
            return f"begun {runs()} times"
        line = next((l for l in b.log_text().splitlines() if "given up" in l), "")
        if not all(word in line for word in ('"error"', '"x"', '"bomb"', '"dies"')):
            return f"logged: {line}"
        b.kill()
        b.token = None
        b.start()
        if not eventually(lambda: b.api("GET", "/events")[0] == 200, 5) or runs() != 2 or b.log_text().count("given up") != 1:
            return "its mark stays"
        return None
    finally:
        b.stop()
        if os.path.exists(path):
            os.remove(path)


def password_reset_offline():
    """Whoever may read the database gets in: not while the backend runs, and not by a user or password that cannot be."""
    b = Backend()
    def reset(text, *user):
        return subprocess.run([b.program, "backend", "reset-password", *user, "--state-dir", b.state], input=text, text=True, capture_output=True, timeout=60)
    def login(password):
        basic = base64.b64encode(b"admin:" + password.encode()).decode()
        request = urllib.request.Request(f"http://{HOST}:{b.api_port}/auth", headers={"Authorization": "Basic " + basic})
        try: return urllib.request.urlopen(request, timeout=20).status
        except urllib.error.HTTPError as e: return e.code
    try:
        if login("P@ssw0rd!") != 200:
            return "the first login is refused"
        done = reset("another-one\n")
        if done.returncode != 1 or "picket ctl user reset-password admin" not in done.stderr:
            return f"while it runs: {done.returncode} {done.stderr}"
        b.process.terminate()
        b.process.wait(20)
        for text, user, why in (("short\n", "admin", "at least 8"), ("", "admin", "at least 8"), ("another-one\n", "nobody", "the users are admin, agent")):
            done = reset(text, user)
            if done.returncode != 1 or why not in done.stderr:
                return f"{user}: {done.returncode} {done.stderr}"
        done = reset("another-one\n")
        if done.returncode != 0 or "admin has a new password" not in done.stdout:
            return f"{done.returncode} {done.stdout} {done.stderr}"
        b.start()
        if (login("P@ssw0rd!"), login("another-one")) != (401, 200):
            return "the old password works, or the new one does not"
        return None
    finally:
        b.stop()


TESTS = [password_reset_offline, silent_agent_fails, kill_under_load, numbers_once, nonsense, slow_reader, ttl_while_down, handlers_after_crash, begun_once_more, tcp_and_udp_handlers, log_file_and_stop, full_disk]


if __name__ == "__main__":
    sys.exit(run_stories(TESTS))
