#!/usr/bin/env python3
"""The webhook forms against receivers that take what Slack, PagerDuty, Teams and ntfy document, and refuse everything else.

  receivers_test.py [NAME...]     NAME: part of a test's name.

Slack: incoming webhooks, formatting text. PagerDuty: Events API v2. Teams: "when a Teams webhook request is received" of Workflows,
with an adaptive card (the connectors of Office 365 are gone). ntfy: publishing by headers. Over http and https.
"""
import email.header, http.server, json, os, re, shutil, ssl, subprocess, sys, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from wire import Backend, Report, eventually

KEY = "0123456789abcdef0123456789abcdef"
OUTPUTS = {
    "quotes": 'full "/" \\ and \'more\'',
    "lines": "DISK CRITICAL\r\n/ 99%\n\n/var 98%\ttab",
    "unicode": "Température 40 °C, 温度, 🔥",
    "control": "bell \x07 escape \x1b[31m and a zero-width \u200b",
    "markup": "<!channel> & <http://evil.example|click> [x](http://evil.example) *b* _i_ `c`",
    "large": "x" * 100_000 + "…end",
    "nothing": "",
}


class Refused(Exception):
    pass


def need(good, why):
    if not good:
        raise Refused(why)


def slack(headers, body):
    need(headers["Content-Type"].startswith("application/json"), "invalid_payload")
    message = json.loads(body)
    need(message.get("text") or message.get("blocks") or message.get("attachments"), "no_text")
    need(len(message.get("attachments", [])) <= 100, "too_many_attachments")
    texts = [message["text"], *(a.get("text", "") for a in message.get("attachments", [])), *(a.get("fallback", "") for a in message.get("attachments", []))]
    for text in texts:
        need(len(text) <= 40_000, "msg_too_long")
        need(not re.search(r"[<>]|&(?!(amp|lt|gt);)", text), "markup of a check's output is not escaped")
    for a in message.get("attachments", []):
        need(re.fullmatch(r"good|warning|danger|#[0-9a-fA-F]{6}", a.get("color", "good")), "invalid_color")
        need(isinstance(a.get("ts", 0), int), "invalid_attachment")
        need(all(set(f) <= {"title", "value", "short"} for f in a.get("fields", [])), "invalid_attachment")
    return 200, b"ok", message["text"]


class PagerDuty:
    open, closed = set(), set()


def pagerduty(headers, body):
    need(len(body) <= 512 * 1024, "too large")
    event = json.loads(body)
    need(len(event.get("routing_key", "")) == 32, "Length of 'routing_key' is incorrect (should be 32 characters)")
    need(event.get("event_action") in ("trigger", "acknowledge", "resolve"), "event_action")
    need(0 < len(event.get("dedup_key", "")) <= 255, "dedup_key")
    payload = event.get("payload", {})
    if event["event_action"] == "trigger":
        need(0 < len(payload.get("summary", "")) <= 1024, "summary")
        need(payload.get("source"), "source")
        need(payload.get("severity") in ("critical", "error", "warning", "info"), "severity")
        need(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", payload.get("timestamp", "")), "timestamp")
        need(isinstance(payload.get("custom_details", {}), dict), "custom_details")
        PagerDuty.open.add(event["dedup_key"])
    else:
        PagerDuty.open.discard(event["dedup_key"])
        PagerDuty.closed.add(event["dedup_key"])
    return 202, json.dumps({"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}).encode(), payload.get("summary", "")


def teams(headers, body):
    need(headers["Content-Type"].startswith("application/json"), "type of the content")
    need(len(body) <= 28 * 1024, "a message has at most 28 KB")
    message = json.loads(body)
    need(message.get("type") == "message", "type")
    need(len(message.get("attachments", [])) == 1, "attachments")
    a = message["attachments"][0]
    need(a.get("contentType") == "application/vnd.microsoft.card.adaptive", "contentType")
    need(a.get("contentUrl") is None, "contentUrl")
    card = a["content"]
    need(card.get("type") == "AdaptiveCard" and card.get("$schema") == "http://adaptivecards.io/schemas/adaptive-card.json", "card")
    need(tuple(map(int, card.get("version", "").split("."))) <= (1, 5), "version")
    for item in card["body"]:
        need(item.get("type") in ("TextBlock", "FactSet"), f"element {item.get('type')}")
        if item["type"] == "TextBlock":
            need(isinstance(item["text"], str), "text")
            need(item.get("color", "default") in ("default", "dark", "light", "accent", "good", "warning", "attention"), "color")
            need(item.get("size", "default") in ("default", "small", "medium", "large", "extraLarge"), "size")
            need(item.get("weight", "default") in ("default", "lighter", "bolder"), "weight")
            need(item.get("fontType", "default") in ("default", "monospace"), "fontType")
            need(not re.search(r"(?<!\\)[\[*_`]", item["text"]), "markup of a check's output is not escaped")
        else:
            need(all(isinstance(f["title"], str) and isinstance(f["value"], str) for f in item["facts"]), "facts")
    return 202, b"", card["body"][0]["text"]


def ntfy(headers, body):
    need(len(body) <= 4096, "beyond 4096 bytes a message becomes an attachment")
    need(headers.get("Priority", "3") in "12345", "priority")
    need(all(re.fullmatch(r"[a-z0-9_+-]+", t) for t in headers.get("Tags", "").split(",")), "tags")
    title = str(email.header.make_header(email.header.decode_header(headers.get("Title", ""))))
    need(title and "\n" not in title, "title")
    return 200, json.dumps({"id": "x", "time": int(time.time()), "event": "message", "topic": "alerts", "message": body.decode()}).encode(), title


FORMS = {"/services/T0/B0/X": slack, "/v2/enqueue": pagerduty, "/workflows/1/triggers/manual/paths/invoke": teams, "/alerts": ntfy}


class Receiver(http.server.BaseHTTPRequestHandler):
    taken, refused, seen = [], [], []  # (path, text)
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", headers=()):
        try:
            self.answer_whole(status, body, headers)
        except OSError:
            pass  # the waiting peer has gone

    def answer_whole(self, status, body, headers):
        self.send_response(status)
        for k, v in (("Content-Length", str(len(body))), *headers):
            self.send_header(k, v)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        before = sum(path == self.path for path, _ in self.seen)
        self.seen.append((self.path, time.time()))
        kind = self.path.strip("/")
        if kind == "limited":
            return self.answer(*((429, b"", (("Retry-After", "2"),)) if before == 0 else (200,)))
        if kind == "overloaded":
            return self.answer(503 if before < 2 else 200)
        if kind == "dead":
            return self.answer(502)
        if kind == "wrong":
            return self.answer(400, b"no such hook")
        if kind == "hangs":
            time.sleep(4)
            return self.answer(200)
        try:
            status, text, heard = FORMS[self.path](self.headers, body)
            self.taken.append((self.path, heard))
            self.answer(status, text)
        except (Refused, ValueError, KeyError, TypeError, IndexError) as e:
            self.refused.append((self.path, f"{type(e).__name__}: {e}"))
            self.answer(400, str(e).encode())

    def log_message(self, *args):
        pass


def served(tls):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"


def certificate(directory):
    cert, key = directory + "/cert.pem", directory + "/key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=hooks", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert], check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


def hook(b, name, url, form="", timeout=0, **more):
    status, answer = b.api("PUT", f"/handlers/{name}", {"type": "webhook", "timeout": timeout, "webhook": {"url": url, "form": form, **more}, "metadata": {"name": name, "namespace": "default"}})
    assert status in (200, 201), (status, answer)


def report(b, entity, check, status, output, handlers):
    code, answer = b.api("PUT", f"/events/{entity}/{check}", {
        "entity": {"entity_class": "proxy", "metadata": {"name": entity, "namespace": "default"}},
        "check": {"metadata": {"name": check, "namespace": "default"}, "interval": 10, "status": status, "output": output, "handlers": handlers}})
    assert code in (200, 201), (code, answer)


def decided(b, entity, check):
    """What `event explain` prints: handler -> sentence."""
    status, answer = b.api("GET", f"/api/picket/v1/namespaces/default/events/{entity}/{check}/decisions")
    return json.dumps(answer) if status == 200 else ""


def forms(b, base, name):
    Receiver.taken.clear(), Receiver.refused.clear(), PagerDuty.open.clear(), PagerDuty.closed.clear()
    hook(b, "slack", base + "/services/T0/B0/X", "slack")
    hook(b, "pagerduty", base + "/v2/enqueue", "pagerduty", key=KEY)
    hook(b, "teams", base + "/workflows/1/triggers/manual/paths/invoke", "teams")
    hook(b, "ntfy", base + "/alerts", "ntfy")
    handlers, sent = ["slack", "pagerduty", "teams", "ntfy"], 0
    long = "e" * 200 + name
    for entity in ("web1", long):
        for check, output in OUTPUTS.items():
            for status in (1, 2, 127, 0):
                report(b, entity, check if entity == "web1" else check + "-" + "c" * 100, status, output, handlers)
                sent += len(handlers)
    eventually(lambda: len(Receiver.taken) + len(Receiver.refused) >= sent, 60)
    if Receiver.refused or len(Receiver.taken) != sent:
        return f"{len(Receiver.taken)} of {sent} taken, refused: {Receiver.refused[:5]}"
    if PagerDuty.open or len(PagerDuty.closed) != 2 * len(OUTPUTS):
        return f"incidents open after their end: {sorted(PagerDuty.open)[:3]}, closed {len(PagerDuty.closed)}"
    heard = {path: [t for p, t in Receiver.taken if p == path] for path in FORMS}
    for path, texts in heard.items():
        if path != "/alerts" and not any("温度" in t and "🔥" in t for t in texts):
            return f"{path}: characters are lost: {[t for t in texts if 'unicode' in t][:1]}"
    return None if any("CRITICAL: web1/disk" in t or "CRITICAL: web1/quotes" in t for t in heard["/alerts"]) else f"ntfy: {heard['/alerts'][:2]}"


def tried_again(b, base, name):
    """429 and 5xx are tried again, what the receiver asks for is waited; what is refused is not; one that hangs is left."""
    Receiver.seen.clear()
    times = lambda path: [t for p, t in Receiver.seen if p == path]
    for kind in ("limited", "overloaded", "dead", "wrong"):
        hook(b, kind, f"{base}/{kind}")
        report(b, "web1", f"{kind}-{name}", 2, "down", [kind])
    hook(b, "hangs", f"{base}/hangs", timeout=1)
    report(b, "web1", f"hangs-{name}", 2, "down", ["hangs"])
    expected = {"limited": (2, "sent to"), "overloaded": (3, "sent to"), "dead": (3, "502"), "wrong": (1, "no such hook"), "hangs": (3, "not sent to")}
    for kind, (tries, word) in expected.items():
        said = eventually(lambda: (d := decided(b, "web1", f"{kind}-{name}")) and word in d and d, 40)
        if not said or len(times("/" + kind)) != tries:
            return f"{kind}: tried {len(times('/' + kind))} times, not {tries}; {decided(b, 'web1', f'{kind}-{name}')}"
    first, second = times("/limited")
    if second - first < 2:
        return f"Retry-After: 2 was not waited for: {second - first:.1f} s"
    report(b, "web1", f"dead2-{name}", 2, "down", ["dead"])  # it is known to be dead: once
    eventually(lambda: "502" in decided(b, "web1", f"dead2-{name}"), 10)
    return None if len(times("/dead")) == 4 else f"a dead receiver was tried {len(times('/dead')) - 3} times more"


def main():
    report, wanted = Report(), sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        cert, context = certificate(directory) if shutil.which("openssl") else (None, None)
        b = Backend(env={"SSL_CERT_FILE": cert} if cert else {})
        try:
            for name, base in (("http", served(None)), ("https", served(context) if context else None)):
                for test in (forms, tried_again):
                    full = f"{test.__name__} over {name}"
                    if not base or (wanted and not any(w in full for w in wanted)):
                        continue
                    try:
                        report.case(full, test(b, base, name))
                    except Exception as e:
                        report.case(full, f"{type(e).__name__}: {e}")
        finally:
            b.stop()
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
