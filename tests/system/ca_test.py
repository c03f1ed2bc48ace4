#!/usr/bin/env python3
"""`picket ca`: what it writes, as openssl, etcd, our listeners and our clients see it; and new files taken without a restart. ca_test.py"""
import os, re, shutil, ssl, stat, subprocess, sys, time, urllib.request

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from edge_process import free_ports
from secured_backend import Backend, Pki, SecuredAgent, made, picket, within
from stories import run_stories


def openssl(*words):
    done = subprocess.run(["openssl", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
    return done.returncode, done.stdout


def text_of(path): return openssl("x509", "-in", path, "-noout", "-text")[1]


def made_and_verified():
    """openssl verifies what was made, for the purposes it is for and no other; keys are their owner's alone."""
    pki = Pki()
    pki.make("client", "client")
    pki.make("agent", "web-1")
    for name, purpose, good in (("b", "sslserver", True), ("b", "sslclient", True), ("client", "sslclient", True), ("client", "sslserver", False),
                                ("web-1", "sslclient", True), ("web-1", "sslserver", False)):
        status, said = openssl("verify", "-x509_strict", "-CAfile", pki("ca"), "-purpose", purpose, pki(name))
        if (status == 0) != good: return "%s as %s: %s" % (name, purpose, said)
    b, ca = text_of(pki("b")), text_of(pki("ca"))
    for words in ("DNS:b", "DNS:localhost", "IP Address:127.0.0.1", "TLS Web Server Authentication, TLS Web Client Authentication", "CA:FALSE", "prime256v1"):
        if words not in b: return "the member lacks %s: %s" % (words, b)
    for words in ("CA:TRUE", "Certificate Sign"):
        if words not in ca: return "the authority lacks %s: %s" % (words, ca)
    if "CN = web-1" not in text_of(pki("web-1")).replace("CN=", "CN = "): return text_of(pki("web-1"))
    for name in ("ca", "b", "client", "web-1"):
        mode = stat.S_IMODE(os.stat(pki(name + "-key")).st_mode)
        if mode != 0o600: return "%s-key.pem has mode %o" % (name, mode)
        if openssl("pkey", "-in", pki(name + "-key"), "-noout")[0]: return name + "-key.pem is not read by openssl"


def nothing_is_overwritten():
    """A file that is there is kept, and the error says what to do; --force replaces it."""
    pki = Pki()
    with open(pki("b"), "rb") as f: before = f.read()
    for words in (("init",), ("member", "b", "10.0.0.1")):
        status, said = picket("ca", *words, "--dir", pki.dir)
        if status == 0 or "exists" not in said or "--force" not in said: return "%s: %d %s" % (words, status, said)
    with open(pki("b"), "rb") as f:
        if f.read() != before: return "it was replaced"
    made("ca", "member", "b", "10.0.0.1", "--dir", pki.dir, "--force")
    if "10.0.0.1" not in text_of(pki("b")): return "--force does not replace it"
    for words, said in ((("member",), "NAME ADDRESS"), (("frobnicate",), "unknown command"), (("client", "../x"), "expected up to 64"), (("show", "/none"), "/none"),
                        (("member", "c", "https://c:1"), "without scheme")):
        status, output = picket("ca", *words, "--dir", pki.dir)
        if status == 0 or said not in output: return "%s: %d %s" % (words, status, output)
    status, said = picket("ca", "client", "x", "--dir", pki.dir + "/nowhere")
    if status == 0 or "picket ca init" not in said: return said


def shown_and_renewed():
    """renew keeps names, uses and key; --new-key the names and uses; show says whether the key is its own."""
    pki = Pki()
    old, key = text_of(pki("b")), open(pki("b-key")).read()
    shown = made("ca", "show", pki("b"))
    for words in ("CN=b", "CN=picket CA", "127.0.0.1", "server and client", " days left)", "belongs to it", "sha256:"):
        if words not in shown: return "show lacks %s: %s" % (words, shown)
    made("ca", "renew", pki("b"), "--days", "10")
    new = text_of(pki("b"))
    for words in ("IP Address:127.0.0.1", "TLS Web Server Authentication, TLS Web Client Authentication"):
        if words not in new: return "renewed it lacks %s: %s" % (words, new)
    if open(pki("b-key")).read() != key or not re.search(r"\((9|10) days left", made("ca", "show", pki("b"))): return "renewed: " + made("ca", "show", pki("b"))
    if old.split("Serial Number")[1][:80] == new.split("Serial Number")[1][:80]: return "the serial number is the same"
    made("ca", "renew", pki("b"), "--new-key")
    if open(pki("b-key")).read() == key or " belongs to it" not in made("ca", "show", pki("b")): return "--new-key: " + made("ca", "show", pki("b"))
    made("ca", "renew", pki("ca"))
    if openssl("verify", "-CAfile", pki("ca"), pki("b"))[0]: return "the renewed authority does not know its certificates"
    other = Pki()
    status, said = picket("ca", "renew", pki("b"), "--dir", other.dir)
    if status == 0 or "was signed by" not in said: return said
    shutil.copy(other("b-key"), pki("b-key"))
    if "NOT belong" not in made("ca", "show", pki("b")): return "a foreign key is not noticed"


def etcd_takes_them():
    """The gateway of an etcd that asks for client certificates works: it needs both usages in a member's certificate."""
    if not shutil.which("etcd"): return "skip"
    pki = Pki()
    client, key = pki.make("client", "client")
    one, two = free_ports(2)
    etcd = subprocess.Popen(["etcd", "--data-dir", pki.dir + "/etcd", "--listen-client-urls", "https://127.0.0.1:%d" % one, "--advertise-client-urls", "https://127.0.0.1:%d" % one,
                             "--listen-peer-urls", "https://127.0.0.1:%d" % two, "--initial-advertise-peer-urls", "https://127.0.0.1:%d" % two,
                             "--initial-cluster", "default=https://127.0.0.1:%d" % two, "--client-cert-auth", "--peer-client-cert-auth",
                             "--cert-file", pki("b"), "--key-file", pki("b-key"), "--trusted-ca-file", pki("ca"),
                             "--peer-cert-file", pki("b"), "--peer-key-file", pki("b-key"), "--peer-trusted-ca-file", pki("ca")],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        context = ssl.create_default_context(cafile=pki("ca"))
        context.load_cert_chain(client, key)
        ask = lambda: urllib.request.urlopen(urllib.request.Request("https://127.0.0.1:%d/v3/maintenance/status" % one, b"{}"), context=context, timeout=5).read()
        if b"leader" not in within(30, ask, "the gateway answers"): return "no status"
        try:
            urllib.request.urlopen("https://127.0.0.1:%d/health" % one, context=ssl.create_default_context(cafile=pki("ca")), timeout=5)
            return "a client without a certificate is let in"
        except OSError: pass
    finally:
        etcd.terminate()
        etcd.wait(20)


def new_files_without_a_restart():
    """Listeners serve a new certificate to the next connection; those that are open go on; broken files change nothing and are logged once."""
    pki = Pki()
    backend = Backend(pki)
    agent = SecuredAgent(backend, "a", "--password", "shared-secret", "--trusted-ca-file", pki("ca"))
    try:
        agent.wait_connected()
        first = backend.serial()
        made("ca", "renew", pki("b"))
        second = backend.serial()
        if not second or first == second or backend.serial(backend.agents) != second: return "served is %s after %s" % (second, first)
        if backend.ask("GET", "/health")[0] != 200: return "the API does not answer"
        with open(pki("b"), "w") as f: f.write("-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n")
        for _ in range(3):
            if backend.serial() != second: return "broken files are not survived: " + backend.serial()
        within(20, lambda: "previous ones stay in use" in backend.log_text(), "broken files are logged")
        time.sleep(1)
        said = backend.log_text().count("previous ones stay in use")
        if said > 2: return "said %d times" % said  # once for the API's files, once for those of the agents' port
        made("ca", "member", "b", "127.0.0.1", "--dir", pki.dir, "--force")
        third = within(20, lambda: backend.serial() not in ("", first, second) and backend.serial(), "the next files are taken")
        if agent.connects() != 1: return "the agent's session did not go on: " + agent.log_text()
        if not third: return "nothing is served"
    finally:
        agent.close()
        backend.close()


def the_end_is_reported():
    """Thirty days before a certificate ends the backend reports it as an event, doctor warns, and renewing it resolves the event."""
    pki = Pki("--days", "20")
    backend = Backend(pki)
    try:
        event = within(30, lambda: backend.event("the-backend", "backend-certificates", "sensu-system"), "the event is there")
        if event["check"]["status"] != 1 or "cert-file " + pki("b") not in event["check"]["output"]: return str(event["check"])
        status, said = picket("ctl", "doctor", env={"SENSU_BACKEND_CERT_FILE": pki("b"), "SENSU_BACKEND_KEY_FILE": pki("b-key"), "HOME": pki.dir})
        if not re.search("warn  certificate %s is valid for (19|20) days" % pki("b"), said): return said
        made("ca", "renew", pki("b"), "--days", "700")
        within(90, lambda: backend.event("the-backend", "backend-certificates", "sensu-system")["check"]["status"] == 0, "the event is resolved")
    finally:
        backend.close()


if __name__ == "__main__":
    sys.exit(run_stories([made_and_verified, nothing_is_overwritten, shown_and_renewed, etcd_takes_them, new_files_without_a_restart, the_end_is_reported]))
