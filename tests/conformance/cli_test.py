#!/usr/bin/env python3
"""Drive `picket` under the name sensuctl with the recorded command lines and compare what it prints and asks for.

  cli_test.py --picket build/dev/bin/picket [--live] [--versions 6.9.2,5.11.1,5.0.0] [FILE...]

Without --live a small server answers every request with the recorded answer and checks that the request is the recorded
one (method, path, JSON body).  With --live the commands go to a fresh picket backend per scenario; then only output and
exit status are compared.  FILEs default to the folders of the versions in $PICKET_CONFORMANCE_DIR/api
(tests/conformance/api); cli_versions.py says what may differ from the older ones.  Standard library only.  Exit status 0 = everything matched.
"""
import argparse, base64, difflib, glob, http.client, http.server, json, os, re, shutil, subprocess, sys, tempfile, threading, time, urllib.parse

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", d) for d in ("support", "system", "conformance")]
from cli_versions import ANSI, Versions, same_command

STANDARD = '6.9.2'
PASSWORDS = {'admin': 'P@ssw0rd!', 'agent': 'P@ssw0rd!', 'viewer': 'V1ewerP@ss', 'bob': 'P@ssw0rd123'}
NOWISH = {'timestamp', 'issued', 'begin', 'executed', 'last_seen', 'last_ok', 'expires_at', 'created_at', 'expire_at'}
ANY_INT = {'cluster_id', 'member_id', 'MemberID', 'ID', 'raft_term'}
PLACE = re.compile(r'\{\{([^}]*)\}\}')

# Steps that differ on purpose: (scenario, part of the command line, what is compared less, reason).
DELIBERATE = [
    ('*', 'sensuctl version', 'stdout', 'prints its own version'),
    ('cli-configure', 'config view --format wrapped-json', 'stderr', 'an error text that says what to do, not a Go value'),
    ('dump-cli', 'dump all --all-namespaces', 'request GET', 'asks the right path for events of all namespaces'),
    ('cluster-member-add', 'member-list', '', 'the recorded server had lost its quorum and never answered'),
    ('cli-check-create', '--stdin', 'POST', 'honours --stdin, which 6.9.2 forgets'),
    ('cli-check-new-fields', 'create --file', 'PUT', 'an empty list inside a threshold is sent as null: the API keeps it so'),
    ('cli-create-invalid', 'create -f', 'PUT /api/core/v2/namespaces/default/roles/rr body: .rules[0].verbs', 'the same for an empty list of verbs'),
]


DELIBERATE_LIVE = [
    ('cli-check-create', 'list', 'stdout', 'the check has the --stdin it was given'),
    ('cli-check-create', 'info c2', 'stdout', 'the check has the --stdin it was given'),
    ('cluster-member-add', 'member-add', '', 'a picket backend is a cluster of one'),
]


def jwt(user, n):
    b64 = lambda d: base64.urlsafe_b64encode(json.dumps(d).encode()).decode().rstrip('=')
    return '%s.%s.%s' % (b64({'alg': 'HS256', 'typ': 'JWT'}), b64({'sub': user, 'exp': 4000000000, 'jti': '%s%d' % (user, n)}), 'c2ln')


class Server:
    """Answers the exchanges of the running step in order."""

    def __init__(self):
        self.pending, self.errors, self.substitute, self.versions = [], [], lambda x: x, None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def handle_any(self):
                length = int(self.headers.get('Content-Length') or 0)
                outer.answer(self, self.rfile.read(length) if length else b'')

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

            def log_message(self, *args):
                pass

        self.httpd = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.port = self.httpd.server_address[1]
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()

    def answer(self, handler, body):
        if handler.path == '/version' and not (self.pending and self.pending[0]['request']['path'] == '/version'):
            text = b'{"sensu_backend":"6.9.2"}'  # ctl asks before it sends a password: sensuctl does not know that 5.x would misread it
            handler.send_response(200)
            handler.send_header('Content-Length', str(len(text)))
            handler.end_headers()
            return handler.wfile.write(text)
        if not self.pending:
            self.errors.append('unexpected request %s %s' % (handler.command, handler.path))
            handler.send_response(599)
            handler.send_header('Content-Length', '0')
            return handler.end_headers()
        exchange = self.pending.pop(0)
        self.compare(exchange['request'], handler, body)
        response = exchange['response']
        status, text = response['status'], b''
        payload = response.get('body')
        if payload and 'json' in payload:
            text = json.dumps(fresh(self.substitute(payload['json']))).encode()
        elif payload:
            text = self.substitute(payload.get('text', '')).encode()
        if not isinstance(status, int):  # the genuine server panicked
            handler.close_connection = True
            return handler.connection.close()
        handler.send_response(status)
        for name, value in (response.get('headers') or {}).items():
            if name.lower() not in ('content-length', 'connection', 'transfer-encoding', 'date'):
                handler.send_header(name, self.substitute(value))
        handler.send_header('Content-Length', str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def compare(self, want, handler, body):
        path = self.substitute(want['path'])
        same = handler.path == path
        if not same and '?' in path and '?' in handler.path:
            split = lambda p: (p.partition('?')[0], sorted(urllib.parse.parse_qsl(p.partition('?')[2], keep_blank_values=True)))
            same = split(path) == split(handler.path)
        if handler.command != want['method'] or not same:
            self.errors.append('request %s %s, recorded %s %s' % (handler.command, handler.path, want['method'], path))
        expected = want.get('body')
        if expected and 'json' in expected:
            try:
                got = json.loads(body)
            except ValueError:
                return self.errors.append('request body is no JSON: %r' % body[:200])
            wanted = self.substitute(expected['json'])
            diff = compare_json(wanted, self.versions.json(wanted, got) if self.versions else got)
            if diff:
                self.errors.append('%s %s body: %s' % (want['method'], path, diff))
        elif not expected and body not in (b'', b'null'):
            self.errors.append('%s %s: a body where none was recorded: %r' % (want['method'], path, body[:200]))


def fresh(value):
    """Recorded tokens expired long ago: they are handed out with a life of their own."""
    if isinstance(value, dict) and isinstance(value.get('expires_at'), int) and 'access_token' in value:
        return dict(value, expires_at=int(time.time()) + 900)
    return value


def compare_json(want, got, key='', path=''):
    if key in NOWISH and isinstance(want, int) and want > 1700000000:
        return '' if isinstance(got, int) and got > 1700000000 else '%s: %r is no present time' % (path, got)
    if key in ('password_hash',):
        return '' if isinstance(got, str) and got else '%s: no hash' % path
    if key in ANY_INT and isinstance(want, int):
        return '' if isinstance(got, int) else '%s: %r is no number' % (path, got)
    if isinstance(want, dict) and isinstance(got, dict):
        for k in sorted(set(want) | set(got)):
            if k not in got:
                return '%s.%s is missing' % (path, k)
            if k not in want:
                return '%s.%s was not recorded (%r)' % (path, k, got[k])
            diff = compare_json(want[k], got[k], k, path + '.' + k)
            if diff:
                return diff
        return ''
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for i, (w, g) in enumerate(zip(want, got)):
            diff = compare_json(w, g, '', '%s[%d]' % (path, i))
            if diff:
                return diff
        return ''
    return '' if want == got and type(want) == type(got) else '%s: %r, recorded %r' % (path, got, want)


# Texts that differ from run to run, made the same on both sides.
VOLATILE = [
    (re.compile(r'\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b'), '<uuid>'),
    (re.compile(r'\b1[789]\d{8}\b'), '<now>'),
    (re.compile(r'\b20(2[3-9]|3\d)-\d\d-\d\d[ T]\d\d:\d\d:\d\d( [+-]\d{4} [A-Z]+|Z|[+-]\d\d:\d\d)'), '<date>'),
    (re.compile(r'eyJ[\w-]+\.[\w-]+\.[\w-]+'), '<token>'),
]
VOLATILE_LIVE = VOLATILE + [
    (re.compile(r'(?<![0-9a-f-])[0-9a-f]{14,16}\b'), '<hex>'), (re.compile(r'\b\d{17,20}\b'), '<id>'),
    (re.compile(r'(Hostname: +).*'), r'\1<host>'),
    (re.compile(r'http://127\.0\.0\.1:\d+'), '<local>'), (re.compile(r'raft_?term"?: \d+'), '<term>'),
    (re.compile(r'(\n( *)"system": )\{\n.*?\n\2\}', re.S), r'\1<system>'),
]


def shape(text, rules):
    for pattern, name in rules:
        text = pattern.sub(name, text)
    return text


class Run:
    def __init__(self, options, server):
        self.o, self.server = options, server
        self.scenarios = self.scenarios_ok = self.steps = self.steps_ok = 0
        self.failures, self.deliberate = [], []
        self.versions = None

    def url(self):
        return self.o.url or 'http://127.0.0.1:%d' % self.server.port

    def substitute(self, value):
        if isinstance(value, dict):
            return {k: self.substitute(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.substitute(v) for v in value]
        if not isinstance(value, str):
            return value

        def place(m):
            what = m.group(1)
            if what == 'API_URL':
                return self.url()
            if what == 'API_HOST':
                return self.url().split('//')[1]
            if what == 'HOME':
                return self.home
            kind, _, rest = what.partition(':')
            if what.startswith('PORT+'):
                return str(30000 + int(what[5:]))
            if kind in ('access_token', 'refresh_token'):
                user, _, n = rest.partition('#')
                return self.tokens.get(what) or jwt(user, int(n) * 2 + (kind == 'refresh_token'))
            if what.startswith('api_key#'):
                return self.tokens.get(what) or '00000000-0000-4000-8000-%012d' % int(what[8:])
            return m.group(0)
        return PLACE.sub(place, value)

    def scenario(self, path, versions):
        d = json.load(open(path))
        self.versions = self.server.versions = None if d['server_version'] == STANDARD else versions
        if not any('argv' in s for s in d['steps']):
            return
        newer = os.path.join(os.path.dirname(path), '..', STANDARD, os.path.basename(path))
        steps = json.load(open(newer))['steps'] if self.versions and os.path.exists(newer) else []
        self.version, self.recorded = d['server_version'], {'older': d['steps'], 'standard': steps}
        self.scenarios += 1
        name = d['name']
        self.home, self.tokens = tempfile.mkdtemp(prefix='picket-cli-'), {}
        os.symlink(os.path.abspath(self.o.picket), self.home + '/sensuctl')
        try:
            backend = self.fresh_backend(d) if self.o.live else None
        except Exception as e:
            self.steps += 1
            return self.failures.append((name, -1, [], ['no backend: %s' % str(e)[-300:]], '', ''))
        self.login(d['preconditions'].get('logged_in_as'))
        before = len(self.failures)
        for i, step in enumerate(d['steps']):
            if 'sleep_seconds' in step and self.o.url:
                time.sleep(min(step['sleep_seconds'], 2))
            if 'argv' in step:
                self.step(name, i, step)
            elif self.o.url:
                self.raw(step)
        if len(self.failures) == before:
            self.scenarios_ok += 1
        crash = backend.stop() if backend else ''
        if crash:
            self.failures.append((name, -1, [], [crash], '', ''))
        shutil.rmtree(self.home)

    def fresh_backend(self, scenario):
        import api_test
        backend = api_test.Backend(self.o.picket)
        self.o.url = backend.url
        credentials = 'Basic ' + base64.b64encode(b'admin:P@ssw0rd!').decode()
        token = json.loads(backend.get('/auth', {'Authorization': credentials})[2])['access_token']
        api_test.replay.call(backend.url, 'PUT', '/api/core/v2/tessen', {'Authorization': 'Bearer ' + token}, b'{"opt_out":true}')
        if scenario['preconditions'].get('agent_connected'):
            name = scenario['preconditions']['agent_connected']
            backend.start('agent', 'start', '--name', name, '--subscriptions', 'system', '--labels', 'region=eu', '--disable-api',
                          '--backend-url', 'ws://127.0.0.1:%d' % backend.agent, '--disable-sockets', '--statsd-disable',
                          '--cache-dir', backend.dir + '/agent', '--state-dir', backend.dir + '/agent-state')
            backend.wait_for('/api/core/v2/namespaces/default/events/%s/keepalive' % name, 200, {'Authorization': 'Bearer ' + token})
        return backend

    def raw(self, step):
        """Plain requests between the commands change the backend's state; their answers are replay.py's business."""
        for e in step.get('exchanges', []):
            if 'listener' in step:
                continue
            u = urllib.parse.urlsplit(self.url())
            c = http.client.HTTPConnection(u.hostname, u.port, timeout=20)
            token = json.load(open(self.home + '/.config/sensu/sensuctl/cluster')).get('access_token', '')
            body = e['request'].get('body')
            text = json.dumps(self.substitute(body['json'])) if body and 'json' in body else (body or {}).get('text')
            headers = {k: self.substitute(v) for k, v in (e['request'].get('headers') or {}).items() if k.lower() != 'authorization'}
            if 'Authorization' in (e['request'].get('headers') or {}):
                headers['Authorization'] = 'Bearer ' + token
            try:
                c.request(e['request']['method'], self.substitute(e['request']['path']), body=text, headers=headers)
                c.getresponse().read()
            except OSError:
                pass

    def login(self, user):
        if not user:
            return
        folder = self.home + '/.config/sensu/sensuctl'
        if self.o.url:
            self.command(['sensuctl', 'configure', '-n', '--url', self.url(), '--username', user, '--password', PASSWORDS[user]], {}, '')
            return
        os.makedirs(folder)
        json.dump({'api-url': self.url(), 'trusted-ca-file': '', 'insecure-skip-tls-verify': False,
                   'access_token': jwt(user, 2), 'expires_at': int(time.time()) + 900, 'refresh_token': jwt(user, 3)}, open(folder + '/cluster', 'w'))
        json.dump({'format': 'tabular', 'namespace': 'default'}, open(folder + '/profile', 'w'))

    def command(self, argv, env, stdin):
        environment = {'HOME': self.home, 'PATH': os.environ['PATH'], 'TZ': 'UTC', 'LSAN_OPTIONS': os.environ.get('LSAN_OPTIONS', '')}
        environment.update(env)
        p = subprocess.run([self.home + '/sensuctl'] + argv[1:], input=stdin.encode(), capture_output=True, env=environment, timeout=60)
        return p.returncode, p.stdout.decode('utf-8', 'replace'), p.stderr.decode('utf-8', 'replace')

    def expire_token(self, argv):
        """Where the recording shows a refresh first, the stored token is made to look expired."""
        path = self.home + '/.config/sensu/sensuctl/cluster'
        if os.path.exists(path):
            c = json.load(open(path))
            c['expires_at'] = 1
            json.dump(c, open(path, 'w'))

    def step(self, name, i, step):
        self.steps += 1
        for file, content in (step.get('files') or {}).items():
            open(os.path.join(self.home, file), 'w').write(self.substitute(content))
        exchanges = step.get('exchanges') or []
        if 'note' in step and 'expires_at' in step['note']:
            self.expire_token(step['argv'])
        self.server.pending, self.server.errors = list(exchanges), []
        self.server.substitute = self.substitute
        argv = [self.substitute(a) for a in step['argv']]
        env = {k: self.substitute(v) for k, v in (step.get('env') or {}).items()}
        stdin = self.substitute(step.get('stdin') or '')
        if 'terminal_keys' in step:
            stdin = '\n' * 60
        code, out, err = self.command(argv, env, stdin)
        if self.o.url:
            self.learn(step, out)
        problems = list(self.server.errors)
        if not self.o.url and self.server.pending:
            problems.append('not asked: %s %s' % (self.server.pending[0]['request']['method'], self.server.pending[0]['request']['path']))
        if code != step['exit_code']:
            problems.append('exit status %d, recorded %d' % (code, step['exit_code']))
        if 'terminal_keys' not in step:
            problems += self.texts('stdout', self.substitute(step.get('stdout') or ''), out)
            if not self.o.url or self.o.stderr:
                problems += self.texts('stderr', self.substitute(step.get('stderr') or ''), err)
        problems = self.forgive(name, ' '.join(step['argv']), problems)
        if problems and self.versions:
            problems = self.versions.excused(self.version, name, i, step, same_command(self.recorded, i, step), problems)
        if problems:
            self.failures.append((name, i, step['argv'], problems, out, err))
        else:
            self.steps_ok += 1

    def learn(self, step, out):
        recorded = step.get('stdout') or ''
        for m in re.finditer(r'\{\{(api_key#\d+)\}\}', recorded):
            found = re.search(r'[0-9a-f]{8}-[0-9a-f-]{27}', out)
            if found and m.group(1) not in self.tokens:
                self.tokens[m.group(1)] = found.group(0)

    def texts(self, which, want, got):
        rules = VOLATILE_LIVE if self.o.url else VOLATILE
        a, b = shape(want, rules), shape(got, rules)
        if a == b:
            return []
        if '\x1b[?25l' in want:  # a prompt: without what moves the cursor
            clean = lambda t: re.sub(r'\s+', ' ', ANSI.sub('', t).replace('[? for help]', '')).strip()
            if clean(a) == clean(b):
                return []
        if which == 'stderr' and free_text(a) and (b.startswith('Error: ') or b.startswith('\nError: ') or b.startswith('resource ')):
            return []
        if self.versions and self.versions.same_text(a, b):
            return []
        if self.o.url and tabular(ANSI.sub('', a)) == tabular(ANSI.sub('', b)):
            return []
        return ['%s differs:\n%s' % (which, '\n'.join(list(difflib.unified_diff(a.split('\n'), b.split('\n'), 'recorded', 'ours', n=1, lineterm=''))[:14]))]

    def forgive(self, name, command, problems):
        for scenario, part, which, reason in DELIBERATE + (DELIBERATE_LIVE if self.o.live else []):
            if scenario in ('*', name) and part in command:
                left = [p for p in problems if which and not p.startswith(which)]
                if len(left) != len(problems):
                    self.deliberate.append((name, command, reason))
                problems = left
        return problems


def tabular(text):
    return [line.split() for line in text.split('\n') if line.strip() and not line.startswith('─')]


def free_text(err):
    return re.search(r'json: |invalid character|EOF|syntax error|bad id|dial tcp|yaml: |unexpected|expected exactly', err) is not None


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--picket', default=os.environ.get('PICKET', 'build/dev/bin/picket'))
    p.add_argument('--live', action='store_true')
    p.add_argument('--stderr', action='store_true', help='compare stderr in live mode too')
    p.add_argument('--versions', default=STANDARD, help='of the recordings, with commas between them')
    p.add_argument('--table', default=os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), '..', 'docs', 'COMPATIBILITY.md'))
    p.add_argument('-v', '--verbose', action='store_true')
    p.add_argument('files', nargs='*')
    o = p.parse_args()
    o.url = None  # of the real backend
    root = os.environ.get('PICKET_CONFORMANCE_DIR') or os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'conformance')
    files = o.files or [f for v in o.versions.split(',') for f in sorted(glob.glob('%s/api/%s/*.json' % (root, v)))]
    run, versions = Run(o, Server()), Versions(o.table)
    for f in files:
        run.scenario(f, versions)
    for name, i, argv, problems, out, err in run.failures:
        print('FAIL %s step %d: %s' % (name, i, ' '.join(argv)))
        for problem in problems:
            print('    ' + problem.replace('\n', '\n    '))
        if o.verbose:
            print('    stdout: %r\n    stderr: %r' % (out, err))
    for name, command, reason in run.deliberate if o.verbose else []:
        print('deliberate: %s: %s: %s' % (name, command, reason))
    unused = versions.unused() if not o.files and not o.live and '5.11.1' in o.versions and '5.0.0' in o.versions else []
    for row in unused:
        print('FAIL %s: %s excuses nothing' % (o.table, row))
    print('scenarios: %d of %d passed; steps: %d of %d passed' % (run.scenarios_ok, run.scenarios, run.steps_ok, run.steps))
    print('%d passed, %d failed' % (run.steps_ok, run.steps - run.steps_ok + len(unused)))
    return 1 if run.failures or unused or not run.scenarios else 0


if __name__ == '__main__':
    sys.exit(main())
