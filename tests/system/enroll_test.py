#!/usr/bin/env python3
"""Agents prove themselves: certificates on the agents' port, revocation lists, and enrolment with tokens. enroll_test.py [STORY...]"""
import concurrent.futures, glob, http.server, json, os, re, stat, subprocess, sys, threading, time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from secured_backend import Backend, Pki, SecuredAgent, made, picket, within
from stories import run_stories

ENROLL = "/api/picket/v1/enroll"


def mutual(pki, *more): return Backend(pki, "--agent-auth-trusted-ca-file", pki("ca"), *more)
def signing(pki, *more): return mutual(pki, "--agent-auth-ca-key-file", pki("ca-key"), *more)


def token_of(backend, *options):
    status, said = backend.ctl("enroll", "create", *options)
    assert status == 0, said
    return re.search(r"^picket\.\S+$", said, re.M).group()


def enroll(backend, agent, token, *options, env=None):
    return picket("agent", "enroll", *agent.words(), "--url", backend.url, *(["--token", token] if token else []), *options, env=env)


def refused(agent, why="reconnection attempt failed|handshake failed"):
    within(20, lambda: re.search(why, agent.log_text()), "the agent is refused: " + agent.log_text()[-1000:])
    return agent.connects() == 0


def certificates_are_required():
    """The agents' port takes an agent whose certificate is of a user, and nobody without one, of another CA, or of no user."""
    pki, other = Pki(), Pki()
    backend, agents = mutual(pki), []

    def start(name, folder, certificate, *options):
        words = ["--cert-file", folder.make("agent", certificate)[0], "--key-file", folder(certificate + "-key")] if certificate else []
        agents.append(SecuredAgent(backend, name, "--trusted-ca-file", pki("ca"), *words, *options))
        return agents[-1]

    try:
        start("good", pki, "agent").wait_connected()
        for agent in (start("none", pki, None, "--password", "shared-secret"), start("foreign", other, "agent"), start("nobody", pki, "some-name")):
            if not refused(agent): return agent.name + " is let in"
        if "it requires a client certificate" not in agents[1].log_text(): return "not said to the agent: " + agents[1].log_text()[-800:]
        log = backend.log_text()
        if "no user has the name of the certificate, some-name" not in log: return "not said why: " + log[-2000:]
        if backend.ctl("user", "disable", "agent", "--skip-confirm")[0]: return "disable"
        within(10, lambda: "agent session closed" in backend.log_text(), "the session of a disabled user ends")
    finally:
        for agent in agents: agent.close()
        backend.close()


def options_that_belong_together():
    """What cannot work is refused by check-config, by its option's name."""
    pki = Pki()
    tls = ("--cert-file", pki("b"), "--key-file", pki("b-key"))
    for options, said in (((*tls, "--agent-auth-trusted-ca-file", pki("ca")), None), (("--agent-auth-trusted-ca-file", pki("ca")), "cert-file"),
                          ((*tls, "--agent-auth-cert-file", pki("b")), "agent-auth-key-file"),
                          ((*tls, "--agent-auth-cert-file", pki("b"), "--agent-auth-key-file", pki("b-key")), "agent-auth-trusted-ca-file"),
                          ((*tls, "--agent-auth-crl-urls", "http://x"), "agent-auth-trusted-ca-file"),
                          ((*tls, "--agent-auth-trusted-ca-file", pki("ca"), "--agent-auth-ca-key-file", pki("b-key")), "agent-auth-ca-key-file")):
        status, output = picket("backend", "check-config", "--state-dir", pki.dir + "/s", *options)
        if said is None and status: return output
        if said and (status == 0 or said not in output): return "%s: %d %s" % (options, status, output)


def crl_of(pki, *revoked):
    """A revocation list of pki's authority, made by openssl."""
    index = pki.dir + "/index.txt"
    with open(index, "w") as f: pass
    with open(pki.dir + "/number", "w") as f: f.write("01\n")
    with open(pki.dir + "/ca.conf", "w") as f:
        f.write("[ca]\ndefault_ca=d\n[d]\ndatabase=%s\ncrlnumber=%s/number\ndefault_md=sha256\ndefault_crl_days=30\ncertificate=%s\nprivate_key=%s\n" % (index, pki.dir, pki("ca"), pki("ca-key")))
    for name in revoked: subprocess.run(["openssl", "ca", "-config", pki.dir + "/ca.conf", "-revoke", pki(name)], check=True, capture_output=True)
    subprocess.run(["openssl", "ca", "-config", pki.dir + "/ca.conf", "-gencrl", "-out", pki.dir + "/crl.pem"], check=True, capture_output=True)
    with open(pki.dir + "/crl.pem", "rb") as f: return f.read()


def revoked_certificates():
    """A certificate on the list of a URL or a file is refused; the port waits for a list it has never read."""
    pki = Pki()
    pki.make("agent", "agent")
    pki.make("agent", "web")
    body, asked = [None], []

    class Lists(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200 if body[0] else 503)
            self.send_header("Content-Length", str(len(body[0] or b"")))
            self.end_headers()
            self.wfile.write(body[0] or b"")

        def log_message(self, *args): pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Lists)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    backend = mutual(pki, "--agent-auth-crl-urls", "http://127.0.0.1:%d/crl" % server.server_port)
    agents = []
    try:
        if backend.ctl("user", "create", "web", "--password", "web-password", "--groups", "system:agents")[0]: return "user"
        agents = [SecuredAgent(backend, n, "--trusted-ca-file", pki("ca"), "--cert-file", pki(n), "--key-file", pki(n + "-key")) for n in ("agent", "web")]
        within(20, lambda: asked, "the list is asked for")
        if any(a.connects() for a in agents): return "let in without the list"
        body[0] = crl_of(pki, "web")
        agents[0].wait_connected(seconds=40)
        within(20, lambda: "our certificate has been revoked" in agents[1].log_text(), "the revoked one is refused")
        if agents[1].connects(): return "the revoked one is let in"
        server.shutdown()
        server.server_close()
        backend.stop()
        backend.start()
        agents[0].wait_connected(2, 40)  # from the list in state-dir
    finally:
        for agent in agents: agent.close()
        backend.close()


def enrolled_with_a_certificate():
    """create, enroll, twice, start; files are the agent's alone; the name is nobody else's; revoke ends it and it cannot come back."""
    pki = Pki()
    backend = signing(pki)
    agent, thief = SecuredAgent(backend, "web-1", start=False), SecuredAgent(backend, "web-1", start=False)
    try:
        token = token_of(backend, "--name", "web-*")
        status, said = enroll(backend, agent, token)
        if status or "enrolled" not in said: return said
        status, said = enroll(backend, agent, token)
        if status or "already" not in said: return "twice: " + said
        for path in glob.glob(agent.dir + "/agent-web-1.*"):
            mode = stat.S_IMODE(os.stat(path).st_mode)
            if mode != 0o600: return "%s has mode %o" % (path, mode)
        agent.start()
        agent.wait_connected()
        within(20, lambda: backend.event("web-1", "keepalive"), "its keepalive is there")
        if backend.event("web-1", "keepalive")["check"]["status"]: return "keepalive"
        status, said = enroll(backend, thief, token)
        if status == 0: return "the name is taken over with the same token"
        other = token_of(backend, "--uses", "5")
        status, said = enroll(backend, thief, other)
        if status == 0 or "enrolled already" not in said: return "the name is taken over: " + said
        status, listed = backend.ctl("enroll", "list")
        if status or "web-1" not in listed or "used up" not in listed: return listed
        status, said = backend.ctl("enroll", "revoke", "web-1")
        if status: return said
        within(10, lambda: "agent session closed" in backend.log_text(), "the session ends at once")
        time.sleep(3)
        if agent.connects() != 1: return "it came back"
        status, said = enroll(backend, agent, other, "--force")
        if status == 0 or "revoked after" not in said: return "an old token lets it in again: " + said
        fresh = token_of(backend)
        status, said = enroll(backend, agent, fresh, "--force")
        if status: return said
        agent.wait_connected(2)
        log = backend.log_text()
        for words in ('"agent enrolled"', '"enrolment refused"', "enrollgrants", "enrolledagents"):
            if words not in log: return "no audit line with " + words
        if any(t.split(".")[2] in log for t in (token, other, fresh)): return "a secret is in the log"
    finally:
        agent.close()
        thief.close()
        backend.close()


def enrolled_with_a_password():
    """Without a CA for agents each gets a password of its own; PICKET_ENROLL_TOKEN does it at a start; the shared one is no key to it."""
    pki = Pki()
    backend = Backend(pki)
    agents = []
    try:
        token = token_of(backend, "--uses", "2")
        agents.append(SecuredAgent(backend, "c-1", env={"PICKET_ENROLL_TOKEN": token, "PICKET_ENROLL_URL": backend.url}))
        agents[0].wait_connected()
        agents.append(SecuredAgent(backend, "c-1", "--password", "shared-secret", "--trusted-ca-file", pki("ca")))
        if not refused(agents[1], "status 403"): return "the shared password may be an enrolled agent"
        agents.append(SecuredAgent(backend, "c-2", "--password", "shared-secret", "--trusted-ca-file", pki("ca")))
        agents[2].wait_connected()
        if json.load(open(glob.glob(agents[0].dir + "/agent-c-1.credential")[0]))["user"] != "agent/default/c-1": return "the user"
        with open(glob.glob(agents[0].dir + "/agent-c-1.credential")[0]) as f: credential = json.load(f)
        import base64, urllib.request, ssl
        basic = base64.b64encode(("%s:%s" % (credential["user"], credential["password"])).encode()).decode()
        try:
            urllib.request.urlopen(urllib.request.Request(backend.url + "/auth", headers={"Authorization": "Basic " + basic}), context=ssl.create_default_context(cafile=pki("ca")))
            return "an agent's password logs in to the API"
        except urllib.error.HTTPError as error:
            if error.code != 401: return "the API answers %d" % error.code
        # A running agent that enrols takes its new credential without a restart.
        status, said = enroll(backend, agents[2], token)
        if status: return said
        agents[2].wait_connected(2, 40)
        agents[0].stop()
        agents[0].env = {}
        agents[0].start()
        agents[0].wait_connected(2)
        if backend.ctl("enroll", "revoke", "c-1")[0] or backend.ctl("enroll", "forget", "c-2")[0]: return "revoke, forget"
        time.sleep(3)
        if agents[0].connects() != 2: return "revoked, and back"
    finally:
        for agent in agents: agent.close()
        backend.close()


def one_use_is_one_use():
    """Twenty agents with a token for one at the same moment: one is enrolled. The same request again is the same agent."""
    pki = Pki()
    backend = Backend(pki)
    try:
        token = token_of(backend)
        ask = lambda name: backend.ask("POST", ENROLL, {"token": token, "namespace": "default", "name": name, "secret_hash": "%064x" % 7}, key=None)
        with concurrent.futures.ThreadPoolExecutor(20) as pool: answers = list(pool.map(ask, ["n-%d" % i for i in range(20)]))
        good = [i for i, (status, _) in enumerate(answers) if status == 200]
        if len(good) != 1: return "%d were enrolled: %s" % (len(good), answers)
        if ask("n-%d" % good[0])[0] != 200: return "the same request again is refused"
        if ask("other")[0] != 403: return "another one is let in"
    finally:
        backend.close()


def guesses_and_hostile_bodies():
    """Wrong tokens are slowed down like wrong passwords; bodies that are no request are answered, and bounded."""
    pki = Pki()
    backend = Backend(pki)
    try:
        good = token_of(backend)
        parts = good.split(".")
        ask = lambda body: backend.ask("POST", ENROLL, body, key=None)[0]
        request = lambda token: {"token": token, "namespace": "default", "name": "a", "secret_hash": "%064x" % 7}
        for body in ([], {}, {"token": good}, {"token": 1}, {"x": "y" * 100_000}, dict(request(good), name="a/b"), dict(request(good), public_key="x", secret_hash="")):
            if ask(body) != 400: return "%s: %d" % (str(body)[:80], ask(body))
        seen = [ask(request("%s.%s.%032x.%s" % (parts[0], parts[1], i, parts[3]))) for i in range(8)]
        if seen[:5] != [401] * 5 or seen[-1] != 429: return "guesses are answered with %s" % seen
    finally:
        backend.close()


def another_backend_is_noticed():
    """The agent compares the backend's CA with the token's before it says anything."""
    pki, other = Pki(), Pki()
    backend, impostor = Backend(pki), Backend(other)
    agent = SecuredAgent(backend, "a", start=False)
    try:
        token = token_of(backend)
        status, said = enroll(impostor, agent, token)
        if status == 0 or "not the one whose token this is" not in said: return said
        if "enrolment refused" in impostor.log_text(): return "the token was sent"
        status, said = picket("agent", "enroll", *agent.words(), "--url", backend.url.replace("https", "http"), "--token", token)
        if status == 0 or "https://" not in said: return said
        if enroll(backend, agent, "rubbish")[0] == 0 or enroll(backend, agent, None)[0] == 0: return "without a token"
        if enroll(backend, agent, token)[0]: return "the right one is refused"
    finally:
        agent.close()
        backend.close()
        impostor.close()


def certificates_renew_themselves():
    """When a third of its time is left the agent gets the next certificate in its session."""
    pki = Pki()
    backend = signing(pki)
    agent = SecuredAgent(backend, "web-1", start=False)
    try:
        if enroll(backend, agent, token_of(backend))[0]: return "enroll"
        path = agent.dir + "/agent-web-1.credential"
        with open(path) as f: credential = json.load(f)
        credential["begun"], credential["until"] = 1, int(time.time()) + 1000
        with open(path, "w") as f: json.dump(credential, f)
        with open(agent.dir + "/agent-web-1.cert.pem") as f: before = f.read()
        agent.start()
        agent.wait_connected()
        within(20, lambda: open(agent.dir + "/agent-web-1.cert.pem").read() != before, "the certificate is renewed: " + agent.log_text()[-800:])
        within(5, lambda: json.load(open(path))["until"] > time.time() + 80 * 86400, "the end is known")
        if "agent certificate renewed" not in backend.log_text(): return "no audit line"
        agent.stop()
        agent.start()
        agent.wait_connected(2)
    finally:
        agent.close()
        backend.close()


if __name__ == "__main__":
    sys.exit(run_stories([certificates_are_required, options_that_belong_together, revoked_certificates, enrolled_with_a_certificate, enrolled_with_a_password, one_use_is_one_use,
                          guesses_and_hostile_bodies, another_backend_is_noticed, certificates_renew_themselves]))
