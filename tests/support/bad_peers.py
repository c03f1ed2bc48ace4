"""The table of bad backends: what each does, and what the agent must say of it. Data for bad_peers_test.py.

    HANDSHAKES  (why, steps, log)          before there is a session: the agent goes on to the next URL
    TLS         (why, certificate, steps, log)    the same of wss://
    SESSIONS    (why, frames, log)         after the 101: the agent leaves, or is left
    PATIENT     (why, frames, log)         after the 101: the agent stays, and works on; log None: nothing to say
    REQUESTS    (why, payload, outcome)    one check_request; outcome: the output of its event, or ("log", text)

Steps: bytes are sent; a function of the connection gives bytes; READ the request; HOLD until the agent goes; RESET; END is
implied. log is a regular expression over the message and its fields.
"""
import json, os, struct

from fake_backend import raw_frame

READ, HOLD, RESET = "read", "hold", "reset"


def slowly(data): return ("slowly", data)  # a byte now and then, for ever


def http(status, body="", *headers):
    return ("HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), "".join(h + "\r\n" for h in headers), body)).encode()


def switch(*lines, accept=None, leave_out=()):
    """A 101 as a function of the connection; leave_out: which of its headers are missing."""
    def made(conn):
        own = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": conn.accept_value() if accept is None else accept}
        kept = ["%s: %s" % h for h in own.items() if h[0] not in leave_out]
        return ("\r\n".join(["HTTP/1.1 101 Switching Protocols", *kept, *lines]) + "\r\n\r\n").encode()
    return made


SILENT = r"handshake timed out after 1000 ms; still waiting for a response to the handshake"
GONE = r"closed the connection during the handshake|connection reset"

HANDSHAKES = [
    ("accepts and says nothing", [READ, HOLD], SILENT),
    ("accepts and does not even read", [HOLD], SILENT),
    ("closes before it read", [], GONE),
    ("closes without an answer", [READ], GONE),
    ("resets", [READ, RESET], GONE),
    ("half a status line, then nothing", [READ, b"HTTP/1.1 101 Swi", HOLD], SILENT),
    ("half a status line, then the end", [READ, b"HTTP/1.1 101 Swi"], r"not HTTP|" + GONE),
    ("half a head, then nothing", [READ, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n", HOLD], SILENT),
    ("a right answer, a byte now and then", [READ, slowly(switch())], SILENT),
    ("200", [READ, http("200 OK", "hello")], r"handshake failed with status 200.*hello"),
    ("200 that never ends", [READ, b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000, HOLD], r"handshake failed with status 200"),
    ("200 whose body never comes", [READ, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", HOLD], r"handshake failed with status 200|handshake timed out after 1000 ms"),
    ("200, chunked nonsense", [READ, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", HOLD], r"the response is not HTTP"),
    ("204", [READ, b"HTTP/1.1 204 No Content\r\n\r\n"], r"handshake failed with status 204"),
    ("a redirect is not followed", [READ, http("302 Found", "", "Location: ws://127.0.0.1:1/")], r"handshake failed with status 302"),
    ("401", [READ, http("401 Unauthorized", "bad credentials\n")], r"status 401.*bad credentials"),
    ("403", [READ, http("403 Forbidden", "Forbidden\n")], r"status 403.*Forbidden"),
    ("404", [READ, http("404 Not Found", 'namespace "nope" not found\n')], r"status 404.*nope"),
    ("409", [READ, http("409 Conflict", "taken")], r"status 409.*taken"),
    ("429", [READ, http("429 Too Many Requests", "", "Retry-After: 100000")], r"status 429"),
    ("503", [READ, http("503 Service Unavailable", "agentd temporarily unavailable during startup\n")], r"status 503.*temporarily unavailable"),
    ("a body of terminal commands", [READ, http("500 Internal Server Error", "\x1b[2J\x1b[31m\x07")], r"status 500"),
    ("wrong Sec-WebSocket-Accept", [READ, switch(accept="s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")], r"invalid Sec-WebSocket-Accept"),
    ("empty Sec-WebSocket-Accept", [READ, switch(accept="")], r"invalid Sec-WebSocket-Accept"),
    ("no Sec-WebSocket-Accept", [READ, switch(leave_out=["Sec-WebSocket-Accept"])], r"invalid Sec-WebSocket-Accept"),
    ("no Upgrade header", [READ, switch(leave_out=["Upgrade"])], r"101 but is not a WebSocket upgrade"),
    ("no Connection header", [READ, switch(leave_out=["Connection"])], r"101 but is not a WebSocket upgrade"),
    ("an extension nobody offered", [READ, switch("Sec-WebSocket-Extensions: permessage-deflate")], r"extensions that were not offered"),
    ("a sub-protocol nobody offered", [READ, switch("Sec-WebSocket-Protocol: chat")], r"subprotocol that was not offered"),
    ("a bare 101", [READ, b"HTTP/1.1 101 OK\r\n\r\n", HOLD], r"101 but is not a WebSocket upgrade"),
    ("100 Continue for ever", [READ, b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000, HOLD], r"interim responses"),
    ("HTTP/2", [READ, b"HTTP/2.0 101 OK\r\n\r\n", HOLD], r"the response is not HTTP"),
    ("another protocol", [READ, b"SSH-2.0-OpenSSH_9.2\r\n", HOLD], r"the response is not HTTP"),
    ("random bytes", [READ, os.urandom(5000), HOLD], r"the response is not HTTP"),
    ("zeros", [READ, b"\0" * 5000, HOLD], r"the response is not HTTP"),
    ("a header of a megabyte", [READ, b"HTTP/1.1 101 OK\r\nX: " + b"y" * (1 << 20), HOLD], r"the response is not HTTP: the headers are larger than"),
    ("a header's name of a megabyte", [READ, b"HTTP/1.1 101 OK\r\n" + b"y" * (1 << 20), HOLD], r"the response is not HTTP: the headers are larger than"),
    ("twenty thousand headers", [READ, b"HTTP/1.1 101 OK\r\n" + b"X: y\r\n" * 20_000, HOLD], r"the response is not HTTP: more than"),
    ("a status of many digits", [READ, b"HTTP/1.1 99999999999999999999 OK\r\n\r\n", HOLD], r"the response is not HTTP"),
    ("a length beyond any", [READ, b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", HOLD], r"the response is not HTTP"),
    ("a negative length", [READ, b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", HOLD], r"the response is not HTTP"),
]

ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
TLS_SILENT = r"handshake timed out after 1000 ms; still waiting for the TLS handshake"
TLS = [  # certificate None: what comes is no TLS
    ("for another host", "other", [], r"the certificate is not for \"127.0.0.1\""),
    ("expired", "expired", [], r"has expired"),
    ("self-signed", "selfsigned", [], r"unknown CA"),
    ("an authority of its own", "foreign", [], r"unknown CA"),
    ("right certificate, no answer", "good", [READ, HOLD], SILENT),
    ("right certificate, 401", "good", [READ, http("401 Unauthorized", "bad credentials\n")], r"status 401.*bad credentials"),
    ("right certificate, ends at once", "good", [], GONE),
    ("right certificate, an answer a byte now and then", "good", [READ, slowly(switch())], SILENT),
    ("TLS 1.1 at most", "old", [], r"no TLS version accepted here|alert 70|alert 40"),
    ("no word after our hello", None, [HOLD], TLS_SILENT),
    ("closes in the middle of the handshake", None, [READ], r"closed the connection during the TLS handshake|connection reset"),
    ("resets in the middle of the handshake", None, [READ, RESET], r"closed the connection during the TLS handshake|connection reset"),
    ("half a record, then the end", None, [READ, b"\x16\x03\x03\x40"], r"closed the connection during the TLS handshake|connection reset"),
    ("a record a byte now and then", None, [READ, slowly(b"\x16\x03\x03\x40\x00" + b"\x02" * 10_000)], TLS_SILENT),
    ("a record too long", None, [READ, b"\x16\x03\x03\xff\xff" + b"\x02" * 70_000, HOLD], r"TLS"),
    ("an alert", None, [READ, ALERT, HOLD], r"rejected the TLS handshake: alert 40"),
    ("plain HTTP", None, [READ, http("400 Bad Request", "no TLS here")], r"does not use TLS"),
    ("random bytes", None, [READ, b"\xfe" + os.urandom(5000), HOLD], r"TLS"),
]

close = lambda code, reason=b"": raw_frame(8, struct.pack(">H", code) + reason)

SESSIONS = [  # frames as bytes, then (when the agent is to be left) the end
    ("a masked frame", raw_frame(2, b"hello", mask=b"abcd"), r"a server's frame is masked"),
    ("reserved bits", raw_frame(2, b"x", reserved=4), r"a reserved bit is set"),
    ("a reserved opcode", raw_frame(3, b"x"), r"opcode 3 is reserved"),
    ("a reserved control opcode", raw_frame(15), r"opcode 15 is reserved"),
    ("a ping in fragments", raw_frame(9, fin=False), r"a control frame is fragmented"),
    ("a ping of 256 bytes", raw_frame(9, b"p" * 256), r"a control frame is larger than 125 bytes"),
    ("a length of 2^63", raw_frame(2, size=1 << 63), r"invalid length"),
    ("a length of 2^62", raw_frame(2, size=1 << 62), r"a message of more than 8388608 bytes"),
    ("one byte beyond the largest message", raw_frame(2, size=(8 << 20) + 1), r"a message of more than 8388608 bytes"),
    ("fragments beyond the largest message", raw_frame(2, b"x" * (5 << 20), fin=False) + raw_frame(0, size=4 << 20), r"a message of more than 8388608 bytes"),
    ("a continuation of nothing", raw_frame(0, b"hello"), r"a continuation frame without a first frame"),
    ("a message inside another", raw_frame(2, b"a", fin=False) + raw_frame(1, b"b"), r"a new message inside a fragmented one"),
    ("half a close code", raw_frame(8, b"x"), r"a close frame with a truncated code"),
    ("close 0", close(0), r"close code 0 may not be sent"),
    ("close 1005", close(1005), r"close code 1005 may not be sent"),
    ("close 1006", close(1006), r"close code 1006 may not be sent"),
    ("close 5000", close(5000), r"close code 5000 may not be sent"),
    ("close 65535", close(65535), r"close code 65535 may not be sent"),
    ("close without a code", raw_frame(8), r"disconnected.*1005"),
    ("close 1000", close(1000), r"disconnected.*1000"),
    ("close 1008 with a reason", close(1008, b"go away"), r"disconnected.*1008.*go away"),
    ("close 1011 with a reason that is not UTF-8", close(1011, b"\xff\xfe"), r"disconnected.*1011"),
    ("close 1012", close(1012), r"disconnected.*1012"),
    ("close 4999", close(4999), r"disconnected.*4999"),
    ("close inside a message", raw_frame(2, b"check_", fin=False) + close(1001), r"disconnected.*1001"),
    ("frames behind its close", close(1001) + raw_frame(2, b"check_request\n{}") * 1000, r"disconnected.*1001"),
    ("the end within a frame's head", b"\x82", r"closed the connection without a close frame"),
    ("the end within a message", raw_frame(2, b"check", size=1000), r"closed the connection without a close frame"),
    ("a message without a newline", raw_frame(2, b"x" * 3000), r"invalid message, disconnecting from the backend.*no newline"),
    ("an empty message", raw_frame(2), r"invalid message, disconnecting from the backend.*no newline"),
    ("random bytes", bytes([0xff, 0xff]) + os.urandom(3000), r"reserved bit|invalid length"),
]


def fragments(data, size):
    parts = [data[i:i + size] for i in range(0, len(data), size)]
    return [raw_frame(2 if i == 0 else 0, p, fin=i == len(parts) - 1) for i, p in enumerate(parts)]


def message(kind, payload):
    text = payload if isinstance(payload, (bytes, str)) else json.dumps(payload)
    return raw_frame(2, kind.encode() + b"\n" + (text.encode() if isinstance(text, str) else text))


def between(frames, other): return b"".join(f + other for f in frames)


UNKNOWN_TYPE = b"noise\n{}"
PROTOBUF = b"\x0a\x1f\x0a\x07echo hi\x28\x3c\x92\x02\x0f\x0a\x04name\x12\x07default\x20\x01"
PATIENT = [
    ("fragments of one byte, each followed by a ping", between(fragments(UNKNOWN_TYPE, 1), raw_frame(9, b"p")), r"unknown message type.*noise"),
    ("empty fragments", raw_frame(2, UNKNOWN_TYPE, fin=False) + raw_frame(0, fin=False) * 1000 + raw_frame(0), r"unknown message type.*noise"),
    ("a size written longer than it need be", raw_frame(2, UNKNOWN_TYPE, size_bytes=8), r"unknown message type.*noise"),
    ("a text frame that is not UTF-8", raw_frame(1, b"noise\n\xff\xfe\xfd"), r"unknown message type.*noise"),
    ("a type that is not UTF-8", raw_frame(1, b"\xff\xfe\n{}"), r"unknown message type"),
    ("a type of a megabyte", raw_frame(2, b"t" * (1 << 20) + b"\n{}"), r"unknown message type"),
    ("a flood of pings", raw_frame(9, b"p" * 125) * 50_000, None),
    ("pongs nobody asked for", raw_frame(10) * 5000 + raw_frame(10, b"x" * 125) * 5000, None),
    ("only a newline", message("", ""), r"unknown message type"),
    ("a message in the other direction", message("keepalive", {}), r"unknown message type.*keepalive"),
    ("an acknowledgement nobody asked for", message("ack", {"seq": 5}), r"unknown message type.*ack"),
    ("check_request of nothing", message("check_request", b""), r"invalid check request ignored"),
    ("check_request null", message("check_request", "null"), r"invalid check request ignored"),
    ("check_request of a list", message("check_request", "[]"), r"invalid check request ignored"),
    ("check_request of a number", message("check_request", "7"), r"invalid check request ignored"),
    ("check_request of bad JSON", message("check_request", '{"config":{"command":'), r"invalid check request ignored"),
    ("check_request of two documents", message("check_request", "{}{}"), r"invalid check request ignored"),
    ("check_request in protobuf, though JSON was agreed on", message("check_request", PROTOBUF), r"invalid check request ignored"),
    ("check_request of deep JSON", message("check_request", "[" * 100_000), r"invalid check request ignored"),
    ("check_request of deep JSON that ends", message("check_request", '{"config":' * 5000 + "{}" + "}" * 5000), r"invalid check request ignored"),
    ("check_request without config", message("check_request", {"issued": 7}), r"config missing"),
    ("check_request with config null", message("check_request", {"config": None, "issued": 7}), r"config missing"),
    ("entity_config of nothing", message("entity_config", b""), r"invalid entity_config ignored"),
    ("entity_config null", message("entity_config", "null"), r"invalid entity_config ignored"),
    ("entity_config without metadata", message("entity_config", {"entity_class": "agent"}), r"invalid entity_config ignored"),
    ("entity_config with metadata null", message("entity_config", {"metadata": None}), r"invalid entity_config ignored"),
    ("entity_config of strings", message("entity_config", '"agent"'), r"invalid entity_config ignored"),
    ("entity_config with labels of numbers", message("entity_config", {"metadata": {"name": "x", "labels": {"a": 1}}}), r"invalid entity_config ignored"),
    ("entity_config with a list of lists", message("entity_config", {"metadata": {"name": "x"}, "subscriptions": [["a"]]}), r"invalid entity_config ignored"),
    ("entity_config in protobuf", message("entity_config", PROTOBUF), r"invalid entity_config ignored"),
    ("not found, again and again", message("entity_config", {"metadata": {"name": "not found"}, "entity_class": "agent"}) * 1000, None),
]


def check(name="story", command="echo ran", **more):
    config = {"command": command, "interval": 60, "metadata": {"name": name, "namespace": "default"}}
    beside = {k: more.pop(k) for k in ("issued", "assets", "hooks", "hook_assets", "secrets") if k in more}
    config.update(more)
    return {"config": {k: v for k, v in config.items() if v is not None}, "issued": 1, **beside}


def deep(depth): return json.loads("[" * depth + "]" * depth)


NO_SUCH_PLACE = {"metadata": {"name": "gone", "namespace": "default"}, "url": "http://127.0.0.1:1/none.tar.gz", "sha512": "0" * 128}
REFUSED = ("log", r"invalid check request ignored")
INVALID = "given check is invalid: "
REQUESTS = [
    ("no command", check(command=None), ""),
    ("an empty command", check(command=""), ""),
    ("no metadata", check(metadata=None), INVALID + "check name must not be empty"),
    ("no name", check(metadata={"namespace": "default"}), INVALID + "check name must not be empty"),
    ("a name of blanks", check(name="a b"), INVALID + "check name cannot contain spaces or special characters"),
    ("a name that is a path", check(name="../../etc"), INVALID + "check name cannot contain spaces or special characters"),
    ("a name of ten thousand letters", check(name="n" * 10_000), "given check is invalid: check name must not have more than 1024 bytes"),
    ("no namespace", check(metadata={"name": "story"}), INVALID + "namespace must be set"),
    ("interval 0", check(interval=0), INVALID + "check interval must be greater than 0 or a valid cron schedule must be provided"),
    ("interval and cron", check(cron="* * * * *"), INVALID + "must only specify either an interval or a cron schedule"),
    ("a bad cron", check(interval=0, cron="99 * * * *"), INVALID + "check cron string is invalid"),
    ("a negative interval", check(interval=-1), REFUSED),
    ("a negative timeout", check(timeout=-1), REFUSED),
    ("a timeout beyond any", check(timeout=4294967296), REFUSED),
    ("the largest timeout", check(timeout=4294967295), "ran\n"),
    ("a timeout as text", check(timeout="5"), REFUSED),
    ("a fraction as timeout", check(timeout=1.5), REFUSED),
    ("a command that is a number", check(command=7), REFUSED),
    ("issued as text", check(issued="now"), REFUSED),
    ("ttl below interval", check(ttl=5), INVALID + "ttl must be greater than check interval"),
    ("an unknown metric format", check(output_metric_format="xml"), INVALID + "output metric format is not valid"),
    ("an environment variable without =", check(env_vars=["A"]), INVALID + "environment variables must be of the form FOO=BAR"),
    ("an empty subscription", check(subscriptions=[""]), INVALID + "subscriptions cannot be empty strings"),
    ("a NUL in the command", check(command="echo a\0b"), None),
    ("a command of seven megabytes", check(command="#" + "x" * (7 << 20)), None),
    ("standard input of a megabyte", check(command="wc -c >/dev/null; echo read", stdin=True, metadata={"name": "story", "namespace": "default", "annotations": {"a": "x" * (1 << 20)}}), "read\n"),
    ("standard input nobody reads", check(command="echo deaf", stdin=True, metadata={"name": "story", "namespace": "default", "annotations": {"a": "x" * (1 << 20)}}), "deaf\n"),
    ("an attribute of deep JSON", dict(check(), custom=deep(60)), "ran\n"),
    ("an attribute of JSON too deep", dict(check(), custom=deep(90)), REFUSED),
    ("a token of nothing", check(command="echo {{ .labels.nothing }}"), "error while substituting check tokens: command: unmatched token: "),
    ("a token that does not end", check(command="echo {{ .name"), "error while substituting check tokens: command: "),
    ("a function that is not there", check(command='echo {{ exec "rm" }}'), 'error while substituting check tokens: command: could not parse the template: '),
    ("a loop of loops", check(command="{{ range .system.network.interfaces }}" * 40 + "x" + "{{ end }}" * 40), None),
    ("a token of 1.x that matches nothing", check(command="echo :::nothing.here:::"), ":::nothing.here:::\n"),
    ("an asset that is not there", check(assets=[NO_SUCH_PLACE]), "error getting assets for check: "),
    ("an asset of no URL", check(assets=[{"metadata": {"name": "a"}, "url": "", "sha512": "0" * 128}]), "error getting assets for check: "),
    ("an asset of a file", check(assets=[{"metadata": {"name": "a"}, "url": "file:///etc/passwd", "sha512": "0" * 128}]), "error getting assets for check: "),
    ("an asset whose hash is a path", check(assets=[dict(NO_SUCH_PLACE, sha512="../../../tmp/evil")]), "error getting assets for check: "),
    ("an asset of nothing", check(assets=[{}]), "error getting assets for check: "),
    ("a filter of an asset that never ends", check(assets=[dict(NO_SUCH_PLACE, filters=["(function(){for(;;){}})()"])]), "error getting assets for check: "),
    ("assets that are no list", check(assets={"a": 1}), REFUSED),
    ("hooks nobody defined", check(command="echo ran; exit 1", check_hooks=[{"non-zero": ["ghost"]}]), "ran\n"),
    ("a hook of a type nobody knows", check(check_hooks=[{"sometimes": ["h"]}], hooks=[{"metadata": {"name": "h"}, "command": "x"}]), "ran\n"),
    ("a subdue of nonsense", check(subdues=[{"begin": "soon", "end": "later", "repeat": ["often"]}]), INVALID + "subdue 0 invalid"),
    ("a threshold of nonsense", check(command="echo a.b 1 1", output_metric_format="graphite_plaintext",
                                      output_metric_thresholds=[{"name": "a.b", "thresholds": [{"min": "high", "max": "low", "status": 2}]}]),
     "The result of this check cannot be stored as it is: invalid metric threshold 0"),
    ("a proxy entity with a bad name", check(proxy_entity_name="a b"), INVALID + "proxy entity name cannot contain spaces or special characters"),
]
