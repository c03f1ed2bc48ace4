#!/usr/bin/env python3
"""A backend's certificates: what check-config says of files that cannot work, and which peers its webhooks trust. trust_test.py"""
import http.server, json, os, subprocess, sys, tempfile, threading, time, urllib.request

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from certificates import Authority
from edge_process import PICKET, free_ports
from stories import run_stories

KEY = "11111111-2222-3333-4444-555555555555"


def checked(*options):
    """(status, what is printed) of check-config."""
    done = subprocess.run([PICKET, "backend", "check-config", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
    return done.returncode, done.stdout


def files_that_cannot_work():
    """check-config refuses, with the option's name, what a listener could not use; a start says the same."""
    house, other = Authority("house"), Authority("other")
    cert, key = house.signed("one")
    foreign_key = other.signed("two")[1]
    text = house.folder + "/text"
    with open(text, "w") as f: f.write("-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n")
    empty = house.folder + "/empty"
    open(empty, "w").close()
    for options, said in ((("--cert-file", cert, "--key-file", key, "--trusted-ca-file", house.file), None),
                          (("--cert-file", cert, "--key-file", foreign_key), "cert-file"),
                          (("--cert-file", text, "--key-file", key), "cert-file"),
                          (("--cert-file", cert, "--key-file", cert), "cert-file"),
                          (("--cert-file", cert), "key-file"),
                          (("--dashboard-cert-file", cert, "--dashboard-key-file", foreign_key), "dashboard-cert-file"),
                          (("--trusted-ca-file", text), "trusted-ca-file"),
                          (("--trusted-ca-file", empty), "trusted-ca-file"),
                          (("--trusted-ca-file", house.folder + "/not-there"), "trusted-ca-file")):
        status, output = checked(*options)
        if said is None and status != 0: return "good files are refused: " + output
        if said is not None and (status == 0 or said not in output): return "%s: status %d, %s" % (options, status, output)
    done = subprocess.run([PICKET, "backend", "start", "--cert-file", cert, "--key-file", foreign_key, "--state-dir", house.folder + "/state"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
    if done.returncode == 0 or "cert-file" not in done.stdout: return "a start takes them: " + done.stdout


def uses_and_names_that_cannot_work():
    """A certificate of a client is none of a server; a key that everybody reads is warned of; names and addresses that the start refuses."""
    folder = tempfile.mkdtemp()
    for words in (["init"], ["member", "m1"], ["client", "c1"]):
        subprocess.run([PICKET, "ca", *words, "--dir", folder], check=True, stdout=subprocess.DEVNULL, timeout=30)
    pair = lambda name: ("--cert-file", "%s/%s.pem" % (folder, name), "--key-file", "%s/%s-key.pem" % (folder, name))
    rows = [(pair("m1"), None), (pair("c1"), "no certificate of a server"), (("--event-log-file", folder), "is a directory"),
            (("--agent-host", "999.1.1.1"), "not an address"), (("--agent-host", "10.0.0.1"), None), (("--name", "a b"), "name"),
            (("--deregistration-handler", "a b"), "deregistration-handler"), (("--cluster-admin-username", "A B"), "cluster-admin-username")]
    for options, said in rows:
        status, text = checked("--strict", "--state-dir", folder + "/state", *options)
        if (status == 0) != (said is None) or (said or "") not in text: return "%s: %d %s" % (options, status, text)
    os.chmod(folder + "/m1-key.pem", 0o644)
    status, text = checked("--state-dir", folder + "/state", *pair("m1"))
    if status != 0 or "readable by everybody" not in text: return "of the open key: " + text


def certificates_that_end():
    """A certificate that has ended or soon will is reported by check-config, and by a start, which goes on."""
    house = Authority("house")
    for days, said in ((0, "has expired"), (3, "replace it before it expires"), (20, None)):
        cert, key = house.signed("d%d" % days, days=days)
        if days == 0: time.sleep(1.1)
        status, output = checked("--cert-file", cert, "--key-file", key)
        if status != 0 or ("warning: cert-file" in output) != bool(said) or (said or "") not in output: return "%d days: status %d, %s" % (days, status, output)
        status, output = checked("--strict", "--cert-file", cert, "--key-file", key)
        if (status != 0) != bool(said): return "%d days, strict: status %d, %s" % (days, status, output)
    one, two = free_ports(2)
    cert, key = house.folder + "/d0.pem", house.folder + "/d0.key"
    with open(house.folder + "/log", "w+") as log:
        backend = subprocess.Popen([PICKET, "backend", "start", "--cert-file", cert, "--key-file", key, "--state-dir", house.folder + "/state", "--agent-port", str(one),
                                    "--api-listen-address", "127.0.0.1:%d" % two, "--agent-host", "127.0.0.1"], stdout=log, stderr=log)
        end, text = time.time() + 20, ""
        while time.time() < end and "has expired" not in text:
            time.sleep(0.1)
            with open(house.folder + "/log") as f: text = f.read()
        backend.terminate()
        backend.wait(20)
    if "has expired" not in text: return "the start does not say it: " + text


def first_passwords():
    """What the first start would refuse check-config refuses; once there is a store they count no more."""
    folder = tempfile.mkdtemp()
    for option in ("--cluster-admin-password", "--agent-password"):
        for value, good in (("abc", False), ("abcdefgh", True), ("x" * 73, False)):
            status, output = checked("--state-dir", folder, option + "=" + value)
            if (status == 0) != good or (not good and option[2:] not in output): return "%s=%s: status %d, %s" % (option, value, status, output)
    open(folder + "/picket.db", "w").close()
    status, output = checked("--state-dir", folder, "--cluster-admin-password=abc")
    if status != 0: return "refused although the store is there: " + output


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.calls.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args): pass


def hook_of(authority):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.calls = []
    server.socket = authority.server("hook").wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def webhooks_trust_whom_the_backend_trusts():
    """trusted-ca-file reaches webhooks, beside the system's CA certificates and not instead of them."""
    house, system, nobody = Authority("house"), Authority("system"), Authority("nobody")
    hooks = {name: hook_of(a) for name, a in (("house", house), ("system", system), ("nobody", nobody))}
    api, agents = free_ports(2)
    with tempfile.TemporaryDirectory() as state:
        log = open(state + "/log", "wb")
        backend = subprocess.Popen([PICKET, "backend", "start", "--state-dir", state + "/s", "--cache-dir", state + "/c", "--trusted-ca-file", house.file,
                                    "--api-listen-address", "127.0.0.1:%d" % api, "--agent-host", "127.0.0.1", "--agent-port", str(agents), "--dashboard-port", "0",
                                    "--cluster-admin-api-key", KEY, "--cluster-admin-password", "secret1234"],
                                   stdout=log, stderr=log, env=dict(os.environ, SSL_CERT_FILE=system.file))

        def ask(method, path, body=None):
            request = urllib.request.Request("http://127.0.0.1:%d%s" % (api, path), method=method, data=body and json.dumps(body).encode(),
                                             headers={"Authorization": "Key " + KEY, "Content-Type": "application/json"})
            return urllib.request.urlopen(request, timeout=10).read()

        def within(seconds, what):
            end = time.time() + seconds
            while time.time() < end:
                try:
                    if what(): return True
                except OSError: pass
                time.sleep(0.05)
            return False

        try:
            if not within(30, lambda: ask("GET", "/health") is not None): return "the API does not answer"
            for name, hook in hooks.items():
                ask("PUT", "/api/core/v2/namespaces/default/handlers/" + name,
                    {"metadata": {"name": name, "namespace": "default"}, "type": "webhook",
                     "webhook": {"url": "https://127.0.0.1:%d/" % hook.server_port, "form": "json"}})
            ask("POST", "/api/core/v2/namespaces/default/events",
                {"entity": {"metadata": {"name": "e", "namespace": "default"}, "entity_class": "proxy"},
                 "check": {"metadata": {"name": "c", "namespace": "default"}, "status": 2, "output": "x", "interval": 1, "handlers": list(hooks)}})
            if not within(30, lambda: hooks["house"].calls and hooks["system"].calls): return "called were " + str({n: h.calls for n, h in hooks.items()})
            if hooks["nobody"].calls: return "a server of an unknown authority was trusted"
        finally:
            backend.terminate()
            backend.wait(30)
            for hook in hooks.values(): hook.shutdown()


if __name__ == "__main__": sys.exit(run_stories([files_that_cannot_work, uses_and_names_that_cannot_work, certificates_that_end, first_passwords, webhooks_trust_whom_the_backend_trusts]))
