"""Receivers of the webhook forms: each takes what its service documents, and refuses everything else.

Slack: incoming webhooks, formatting text. PagerDuty: Events API v2. Teams: "when a Teams webhook request is received" of Workflows,
with an adaptive card (the connectors of Office 365 are gone). ntfy: publishing by headers. Discord: execute webhook. Google Chat: incoming
webhooks, cards v2. Telegram: sendMessage, HTML style. Matrix: client-server API, send an event. Opsgenie: alert API. Alertmanager: API v2.
Gotify: create message. Pushover: message API. SMS: Twilio's Messages.
"""
import base64, email.header, html.parser, json, re, time, urllib.parse

KEY = "0123456789abcdef0123456789abcdef"


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
