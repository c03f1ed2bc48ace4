#!/usr/bin/env python3
"""The webhook forms against receivers that take what their services document, and refuse everything else.

  receivers_test.py [NAME...]     NAME: part of a test's name.

Slack: incoming webhooks, formatting text. PagerDuty: Events API v2. Teams: "when a Teams webhook request is received" of Workflows,
with an adaptive card (the connectors of Office 365 are gone). ntfy: publishing by headers. Discord: execute webhook. Google Chat: incoming
webhooks, cards v2. Telegram: sendMessage, HTML style. Matrix: client-server API, send an event. Opsgenie: alert API. Alertmanager: API v2.
Gotify: create message. Pushover: message API. SMS: Twilio's Messages. Over http and https.
"""
import base64, email.header, html.parser, http.server, json, os, re, shutil, ssl, subprocess, sys, tempfile, threading, time, urllib.parse

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


def text_of(value, most, what, least=1):
    need(isinstance(value, str), f"{what} must be a string")
    need(least <= len(value) <= most, f"{what} has {len(value)} characters, not {least} to {most}")
    need(not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value), f"{what} has control characters")
    return value


def link_of(value, what):
    need(isinstance(value, str) and re.fullmatch(r"https?://[^\s<>\"|]+", value) and len(value) <= 500, f"{what} is not a URL: {value}")


class Html(html.parser.HTMLParser):
    """The tags a service takes, each closed in order; what is left is the text."""

    def __init__(self, allowed, void=()):
        super().__init__(convert_charrefs=True)
        self.allowed, self.void, self.open, self.text = allowed, void, [], ""

    def handle_starttag(self, tag, attributes):
        need(tag in self.allowed, f"can't parse entities: unsupported start tag {tag}")
        for name, value in attributes:
            need(name == "href" and tag == "a", f"attribute {name}")
            link_of(value, "href")
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        need(self.open and self.open.pop() == tag, f"can't parse entities: unexpected end tag {tag}")

    def handle_data(self, data):
        self.text += data

    @classmethod
    def parsed(cls, text, allowed, void=()):
        parser = cls(allowed, void)
        parser.feed(text)
        parser.close()
        need(not parser.open, "can't parse entities: a tag is not closed")
        return parser.text


def discord(headers, body, path):
    need(headers["Content-Type"].startswith("application/json"), "type of the content")
    m = json.loads(body)
    need(set(m) <= {"username", "content", "embeds", "allowed_mentions"}, "fields")
    text_of(m["content"], 2000, "content"), text_of(m["username"], 80, "username")
    need(m["allowed_mentions"] == {"parse": []}, "everybody would be called")
    need(1 <= len(m["embeds"]) <= 10, "embeds")
    total = 0
    for e in m["embeds"]:
        total += len(text_of(e["title"], 256, "title")) + len(text_of(e["description"], 4096, "description", 0))
        need(type(e["color"]) is int and 0 <= e["color"] <= 0xFFFFFF, "color")
        need(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", e["timestamp"]), "timestamp")
        need(len(e["fields"]) <= 25, "fields")
        for f in e["fields"]:
            total += len(text_of(f["name"], 256, "field name")) + len(text_of(f["value"], 1024, "field value"))
            need(type(f["inline"]) is bool, "inline")
        need(e["description"].count("`") in (0, 6), "a block of code ends early")
    need(total <= 6000, f"embeds have {total} characters")
    need(not re.search(r"(?<!\\)[*_`\[]", m["content"]), "markup of a check's output is not escaped")
    return 204, b"", m["content"].replace("\\", "")


def googlechat(headers, body, path):
    need(len(body) <= 32_000, "a message has at most 32,000 bytes")
    query = urllib.parse.parse_qs(path.partition("?")[2])
    need(query.get("key") == ["K"] and query.get("token") == ["T"], "key and token")
    need(query.get("messageReplyOption") == ["REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"], "messageReplyOption")
    m = json.loads(body)
    need(set(m) <= {"text", "cardsV2", "thread"}, "fields")
    text_of(m["text"], 4096, "text"), text_of(m["thread"]["threadKey"], 4000, "threadKey")
    need("<users/" not in m["text"] and not re.search(r"<http", m["text"]), "markup of a check's output acts")
    rich = ("b", "i", "u", "s", "font", "a", "br")
    for c in m["cardsV2"]:
        text_of(c["cardId"], 100, "cardId"), text_of(c["card"]["header"]["title"], 1000, "title")
        for section in c["card"]["sections"]:
            need(1 <= len(section["widgets"]) <= 100, "widgets")
            for w in section["widgets"]:
                need(len(w) == 1 and set(w) <= {"decoratedText", "textParagraph", "buttonList"}, "widget")
                for kind, v in w.items():
                    if kind == "buttonList":
                        [(text_of(b["text"], 100, "button"), link_of(b["onClick"]["openLink"]["url"], "openLink")) for b in v["buttons"]]
                    else:
                        Html.parsed(text_of(v["text"], 10_000, kind), rich, ("br",))
    return 200, b"{}", m["text"].replace("\u200b", "")


def telegram(headers, body, path):
    need(path == "/bot123:ABC/sendMessage", "Not Found")
    m = json.loads(body)
    need(isinstance(m["chat_id"], (str, int)) and re.fullmatch(r"-?\d+|@\w+", str(m["chat_id"])), "chat not found")
    need(m["parse_mode"] == "HTML" and type(m["disable_notification"]) is bool, "parse_mode")
    need(m["link_preview_options"] == {"is_disabled": True}, "link_preview_options")
    need(all(e in ("lt", "gt", "amp", "quot") for e in re.findall(r"&(\w+);", m["text"])), "can't parse entities: unsupported entity")
    text = Html.parsed(m["text"], ("b", "i", "u", "s", "a", "code", "pre", "blockquote"))
    text_of(text.strip(), 4096, "message text")
    return 200, b'{"ok":true,"result":{}}', text.partition("\n")[0]


class Matrix:
    said = {}


def matrix(headers, body, path):
    need(headers.get("Authorization") == "Bearer syt_token", "M_UNKNOWN_TOKEN")
    room = re.fullmatch(r"/_matrix/client/v3/rooms/([^/]+)/send/m\.room\.message/([^/]+)", path)
    need(room and urllib.parse.unquote(room[1]) == "!abc:matrix.example", "M_NOT_FOUND")
    need(len(body) <= 65_536 - 1000, "M_TOO_LARGE")
    m = json.loads(body)
    need(m["msgtype"] in ("m.text", "m.notice") and m["format"] == "org.matrix.custom.html", "M_BAD_JSON")
    need(m["m.mentions"] == {}, "m.mentions")
    text_of(m["body"], 65_536, "body")
    Html.parsed(m["formatted_body"], ("b", "a", "br", "pre", "i", "code", "p"), ("br",))
    need(Matrix.said.setdefault(room[2], m["body"]) == m["body"], "one transaction, two messages")
    return 200, b'{"event_id":"$x"}', m["body"].partition("\n")[0]


class Opsgenie:
    open, closed = set(), set()


def opsgenie(headers, body, path):
    need(headers.get("Authorization") == "GenieKey og-key", "Key format is not valid")
    m = json.loads(body)
    if path != "/v2/alerts":
        alias = re.fullmatch(r"/v2/alerts/([^/]+)/close\?identifierType=alias", path)
        need(alias, "not found")
        need(set(m) <= {"user", "source", "note"}, "fields")
        text_of(m["user"], 100, "user"), text_of(m["source"], 100, "source"), text_of(m["note"], 25_000, "note")
        Opsgenie.open.discard(urllib.parse.unquote(alias[1])), Opsgenie.closed.add(urllib.parse.unquote(alias[1]))
        return 202, b'{"result":"Request will be processed"}', m["note"]
    need(set(m) <= {"message", "alias", "description", "entity", "source", "priority", "tags", "details"}, "fields")
    for name, most in (("message", 130), ("alias", 512), ("description", 15_000), ("entity", 512), ("source", 100)):
        text_of(m[name], most, name)
    need("<" not in m["message"] + m["description"], "HTML of a check's output is shown")
    need(m["priority"] in ("P1", "P2", "P3", "P4", "P5"), "priority")
    need(len(m["tags"]) <= 20 and all(text_of(t, 50, "tag") for t in m["tags"]), "tags")
    need(all(isinstance(v, str) for v in m["details"].values()) and sum(len(k) + len(v) for k, v in m["details"].items()) <= 8000, "details")
    Opsgenie.open.add(m["alias"])
    return 202, b'{"result":"Request will be processed"}', m["message"]


class Alertmanager:
    firing = set()


def alertmanager(headers, body, path):
    alerts = json.loads(body)
    need(isinstance(alerts, list), "json: cannot unmarshal object into models.PostableAlerts")
    for a in alerts:
        need(set(a) <= {"labels", "annotations", "startsAt", "endsAt", "generatorURL"}, "fields")
        for group in ("labels", "annotations"):
            for k, v in a[group].items():
                need(re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", k) and isinstance(v, str), f"invalid {group}: {k}")
        need(a["labels"].get("alertname"), "at least one label pair required")
        parsed = [time.strptime(a[k], "%Y-%m-%dT%H:%M:%SZ") for k in ("startsAt", "endsAt")]
        need(parsed[0] <= parsed[1], "start time must be before end time")
        key = json.dumps(a["labels"], sort_keys=True)
        (Alertmanager.firing.add if time.mktime(parsed[1]) > time.mktime(time.gmtime()) + 60 else Alertmanager.firing.discard)(key)
    return 200, b"", alerts[0]["annotations"]["summary"]


def gotify(headers, body, path):
    need(headers.get("X-Gotify-Key") == "AgotifyToken", "you need to provide a valid access token")
    m = json.loads(body)
    text_of(m["message"], 100_000, "message"), text_of(m["title"], 1000, "title")
    need(type(m["priority"]) is int and 0 <= m["priority"] <= 10, "priority")
    need(m["extras"]["client::display"] == {"contentType": "text/plain"}, "extras")
    if "client::notification" in m["extras"]:
        link_of(m["extras"]["client::notification"]["click"]["url"], "click")
    return 200, b'{"id":1}', m["message"].partition("\n")[0]


def pushover(headers, body, path):
    m = json.loads(body)
    need(re.fullmatch(r"[A-Za-z0-9]{30}", m["token"]), "application token is invalid")
    need(re.fullmatch(r"[A-Za-z0-9]{30}", m["user"]), "user identifier is not a valid user, group, or subscribed user key")
    text_of(m["message"], 1024, "message"), text_of(m["title"], 250, "title")
    need(type(m["priority"]) is int and -2 <= m["priority"] <= 1, "priority 2 needs retry and expire")
    need(type(m["timestamp"]) is int, "timestamp")
    if "url" in m:
        link_of(m["url"], "url"), text_of(m["url_title"], 100, "url_title")
    return 200, b'{"status":1}', m["message"].partition("\n")[0]


def sms(headers, body, path):
    need(headers["Authorization"] == "Basic " + base64.b64encode(b"AC123:secret").decode(), "Authenticate")
    need(headers["Content-Type"] == "application/x-www-form-urlencoded", "type of the content")
    fields = urllib.parse.parse_qs(body.decode("ascii"), strict_parsing=True, keep_blank_values=True, errors="strict")
    need(set(fields) == {"To", "From", "Body"} and all(len(v) == 1 for v in fields.values()), "fields")
    need(re.fullmatch(r"\+[1-9]\d{6,14}", fields["To"][0]), "'To' number is not valid")
    return 201, b"{}", text_of(fields["Body"][0], 1600, "Body")


def slack(headers, body, path):
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
        for f in a.get("fields", []):
            need(set(f) <= {"title", "value", "short"}, "invalid_attachment")
            if link := re.fullmatch(r"<(.*)>", f["value"]):
                link_of(link[1].replace("&amp;", "&"), "link")
            else:
                need(not re.search(r"[<>]|&(?!(amp|lt|gt);)", f["value"]), "markup of a check's output is not escaped")
    return 200, b"ok", message["text"]


class PagerDuty:
    open, closed = set(), set()


def pagerduty(headers, body, path):
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
        for link in event.get("links", []):
            link_of(link["href"], "href"), text_of(link["text"], 1000, "text")
        PagerDuty.open.add(event["dedup_key"])
    else:
        PagerDuty.open.discard(event["dedup_key"])
        PagerDuty.closed.add(event["dedup_key"])
    return 202, json.dumps({"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}).encode(), payload.get("summary", "")


def teams(headers, body, path):
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
    for action in card.get("actions", []):
        need(action["type"] == "Action.OpenUrl" and action["title"], "action")
        link_of(action["url"], "url")
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


def ntfy(headers, body, path):
    need(len(body) <= 4096, "beyond 4096 bytes a message becomes an attachment")
    need(headers.get("Priority", "3") in "12345", "priority")
    need(all(re.fullmatch(r"[a-z0-9_+-]+", t) for t in headers.get("Tags", "").split(",")), "tags")
    title = str(email.header.make_header(email.header.decode_header(headers.get("Title", ""))))
    need(title and "\n" not in title, "title")
    for action in filter(None, headers.get("Actions", "").split(";")):
        need(re.fullmatch(r'\s*view, [^,;"]+, "https?://[^"]+"', action), f"actions: {action}")
    return 200, json.dumps({"id": "x", "time": int(time.time()), "event": "message", "topic": "alerts", "message": body.decode()}).encode(), title


# Beginning of the path -> receiver, and the handler that goes there.
PUSHOVER = "azGDORePK8gMaC0QOYAMyEEuzJnyUi"
FORMS = {
    "/services/T0/B0/X": (slack, {}),
    "/v2/enqueue": (pagerduty, {"key": KEY}),
    "/workflows/1/triggers/manual/paths/invoke": (teams, {}),
    "/alerts": (ntfy, {}),
    "/api/webhooks/1/t": (discord, {}),
    "/v1/spaces/S/messages?key=K&token=T": (googlechat, {}),
    "/bot": (telegram, {"url": "", "key": "123:ABC", "to": "-100200"}),
    "/_matrix/": (matrix, {"url": "/", "key": "syt_token", "to": "!abc:matrix.example"}),
    "/v2/alerts": (opsgenie, {"url": "", "key": "og-key"}),
    "/api/v2/alerts": (alertmanager, {"url": ""}),
    "/message": (gotify, {"url": "", "key": "AgotifyToken"}),
    "/1/messages.json": (pushover, {"url": "", "key": PUSHOVER, "to": PUSHOVER}),
    "/2010-04-01/Accounts/AC123/Messages.json": (sms, {"url": "", "key": "AC123:secret", "to": "+491701234567", "from": "+15005550006"}),
}


def form_at(path):
    return max((known for known in FORMS if path.startswith(known)), key=len)


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

    def do_PUT(self):
        self.do_POST()

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
            form = form_at(self.path)
            need((self.command == "PUT") == (form == "/_matrix/"), "method")
            status, text, heard = FORMS[form][0](self.headers, body, self.path)
            self.taken.append((form, heard))
            self.answer(status, text)
        except (Refused, ValueError, KeyError, TypeError, IndexError, AttributeError) as e:
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


LINKS = {"picket.io/runbook": "https://wiki.example/Runbook_1?a=1&b=(2)", "picket.io/url": "https://grafana.example/d/x?var=*"}


def report(b, entity, check, status, output, handlers, **more):
    code, answer = b.api("PUT", f"/events/{entity}/{check}", {
        "entity": {"entity_class": "proxy", "metadata": {"name": entity, "namespace": "default"}},
        "check": {"metadata": {"name": check, "namespace": "default", **more.pop("metadata", {})}, "interval": 10, "status": status, "output": output,
                  "handlers": handlers, **more}})
    assert code in (200, 201), (code, answer)


def decided(b, entity, check):
    """What `event explain` prints: handler -> sentence."""
    status, answer = b.api("GET", f"/api/picket/v1/namespaces/default/events/{entity}/{check}/decisions")
    return json.dumps(answer) if status == 200 else ""


def forms(b, base, name):
    Receiver.taken.clear(), Receiver.refused.clear()
    for service in (PagerDuty, Opsgenie):
        service.open.clear(), service.closed.clear()
    for path, (form, fields) in FORMS.items():
        hook(b, form.__name__, base + fields.get("url", path), form.__name__, **{k: v for k, v in fields.items() if k != "url"})
    handlers, sent = [form.__name__ for form, _ in FORMS.values()], 0
    long = "e" * 200 + name
    for entity in ("web1", long):
        for check, output in OUTPUTS.items():
            for status in (1, 2, 127, 0):
                hooks = [{"metadata": {"name": "df", "namespace": "default"}, "command": "df", "output": output, "status": 1}]
                report(b, entity, check if entity == "web1" else check + "-" + "c" * 100, status, output, handlers, hooks=hooks, metadata={"annotations": LINKS})
                sent += len(handlers)
    eventually(lambda: len(Receiver.taken) + len(Receiver.refused) >= sent, 180)
    if Receiver.refused or len(Receiver.taken) != sent:
        return f"{len(Receiver.taken)} of {sent} taken, refused: {Receiver.refused[:5]}"
    eventually(lambda: not (PagerDuty.open or Opsgenie.open or Alertmanager.firing), 20)  # on a busy machine some are sent twice
    for service in (PagerDuty, Opsgenie):
        if service.open or len(service.closed) != 2 * len(OUTPUTS):
            return f"{service.__name__}: open after their end: {sorted(service.open)[:3]}, closed {len(service.closed)}"
    if Alertmanager.firing:
        return f"Alertmanager: firing after their end: {sorted(Alertmanager.firing)[:3]}"
    heard = {path: [t for p, t in Receiver.taken if p == path] for path in FORMS}
    for path, texts in heard.items():
        if path not in ("/alerts", "/message", "/1/messages.json") and not any("CRITICAL: web1/" in t for t in texts):
            return f"{path}: {texts[:2]}"
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
        b = Backend("--dashboard-url", "https://picket.example/", env={"SSL_CERT_FILE": cert} if cert else {})
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
