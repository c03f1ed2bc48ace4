#!/usr/bin/env python3
"""The webhook forms against receivers that take what their services document (form_receivers.py). Over http and https.

  receivers_test.py [NAME...]     NAME: part of a test's name.
"""
import collections, http.server, json, os, shutil, ssl, subprocess, sys, tempfile, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from form_receivers import Alertmanager, FORMS, Opsgenie, PagerDuty, Refused, need
from wire import Backend, Report, eventually

OUTPUTS = {
    "quotes": 'full "/" \\ and \'more\'',
    "lines": "DISK CRITICAL\r\n/ 99%\n\n/var 98%\ttab",
    "unicode": "Température 40 °C, 温度, 🔥",
    "control": "bell \x07 escape \x1b[31m and a zero-width \u200b",
    "markup": "<!channel> & <http://evil.example|click> [x](http://evil.example) *b* _i_ `c`",
    "large": "x" * 100_000 + "…end",
    "nothing": "",
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
        return f"{len(Receiver.taken)} of {sent} taken ({collections.Counter(form for form, _ in Receiver.taken)}), refused: {Receiver.refused[:5]}"
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
