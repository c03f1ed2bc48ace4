#!/usr/bin/env python3
"""Drives the recorded API exchanges (conformance/api) against picket: a fresh backend for every scenario.

  api_test.py [--picket PATH] [--keep-going] [--jobs N] [VERSION/SCENARIO ...]

The comparison is that of the corpus (replay.py), with three things said once and for all:
  * 6.9.2 stands. Where the same request of the same scenario was answered differently by 6.9.2, its answer is right for
    the 5.x recordings too (whose keys may be fewer than ours: --allow-more); for 5.0.0 so is that of 5.11.1.
  * What depends on the recorded machine is compared by its form: hex ids, the host's name, parser texts.
  * docs/COMPATIBILITY.md has the table of deliberate differences. A row excuses its steps and nothing else; a row that
    excuses nothing is an error.
PICKET_CONFORMANCE_DIR names another corpus of the same form. Last line: "N passed, N failed".
"""
import argparse, importlib.util, json, os, re, shutil, signal, socket, subprocess, sys, tempfile, threading, time, types

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CORPUS = os.path.join(os.environ.get('PICKET_CONFORMANCE_DIR', os.path.join(HERE, 'conformance')), 'api')
STANDARD = '6.9.2'  # whose answers stand
NEWER = {'5.11.1': ['6.9.2'], '5.0.0': ['6.9.2', '5.11.1']}  # whose answers to the same request are right as well
SLEEP_FACTOR = 0.1  # events are committed before they are answered: nothing to wait for but silences that run out


def load_replay():
    spec = importlib.util.spec_from_file_location('replay', os.path.join(CORPUS, 'replay.py'))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


replay = load_replay()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]  # all at once, so that none is given twice
    for s in sockets:
        s.bind(('127.0.0.1', 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


# ---- the program under test ----

class Backend:
    """picket backend (and an agent where the scenario has one) in a directory of its own."""

    def __init__(self, picket):
        self.dir = tempfile.mkdtemp(prefix='picket-api-')
        self.api, self.agent = free_ports(2)
        self.url, self.agent_url = 'http://127.0.0.1:%d' % self.api, 'http://127.0.0.1:%d' % self.agent
        env = {k: v for k, v in os.environ.items() if not k.startswith(('SENSU_', 'PICKET_'))}
        self.log = open(os.path.join(self.dir, 'log'), 'w+')
        self.children = []
        self.picket, self.env = picket, env
        # The recording's host is called vm.
        self.start('backend', 'start', '--state-dir', self.dir + '/state', '--name', 'vm', '--log-level', 'warn',
                   '--api-listen-address', '127.0.0.1:%d' % self.api, '--agent-host', '127.0.0.1', '--agent-port', str(self.agent))
        self.wait_for('/ready', 200)

    def start(self, *arguments):
        self.children.append(subprocess.Popen([self.picket, *arguments], env=self.env, stdout=self.log, stderr=self.log))

    def get(self, path, headers={}):
        return replay.call(self.url, 'GET', path, headers, None)

    def wait_for(self, path, status, headers={}, seconds=15):
        end = time.time() + seconds
        while time.time() < end:
            if self.get(path, headers)[0] == status:
                return
            if any(c.poll() is not None for c in self.children):
                break
            time.sleep(0.005)
        self.log.seek(0)
        raise RuntimeError('picket does not answer %s with %s: %s' % (path, status, self.log.read()[-500:]))

    def connect_agent(self, name, labels, token):
        self.start('agent', 'start', '--name', name, '--subscriptions', 'system', '--backend-url', 'ws://127.0.0.1:%d' % self.agent,
                   '--disable-api', '--disable-sockets', '--statsd-disable', '--cache-dir', self.dir + '/agent', '--state-dir', self.dir + '/agent-state',
                   *('--labels=%s=%s' % kv for kv in labels.items()))
        self.wait_for('/api/core/v2/namespaces/default/events/%s/keepalive' % name, 200, {'Authorization': 'Bearer ' + token})

    def stop(self):
        crashed = [c.returncode for c in self.children if c.poll() is not None]
        for c in self.children:
            c.send_signal(signal.SIGTERM)
        for c in self.children:
            try:
                c.wait(10)
            except subprocess.TimeoutExpired:
                c.kill()
                crashed.append('does not stop')
        bad = crashed or [c.returncode for c in self.children if c.returncode != 0]
        self.log.seek(0)
        text = self.log.read()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)
        return 'picket ended with %s: %s' % (bad, text[-9000:]) if bad else ''


# ---- comparing ----

HEX = re.compile(r'[0-9a-f]{8,16}')
SYNTAX = re.compile(r'^(.*syntax error in expression \d+: ).*', re.S)


class Comparison(replay.Replay):
    agent = False  # a real one runs checks: how long they took is its own affair

    def same(self, want, got, key, where, out):
        if key == 'MemberIDHex' and isinstance(got, str) and HEX.fullmatch(got):
            return
        if key == 'duration' and self.agent and isinstance(got, float):
            return
        if isinstance(want, str) and isinstance(got, str):
            m = SYNTAX.match(want)
            if m and got.startswith(m.group(1)):
                return
            if where.endswith('.metadata.name') and want in ('host.example', 'vm'):
                return
        super().same(want, got, key, where, out)


def labels_of(scenario, agent):
    """The labels the recorded agent was started with: those of its entity as first shown."""
    def find(value):
        for v in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
            if (found := find(v)) is not None:
                return found
        if isinstance(value, dict) and value.get('entity_class') == 'agent' and value['metadata']['name'] == agent:
            return value['metadata'].get('labels', {})
    for step in scenario['steps']:
        for e in step['exchanges']:
            if (found := find((e['response']['body'] or {}).get('json'))) is not None:
                return found
    return {}


def request_key(exchange):
    q = exchange['request']
    return json.dumps([q['method'], q['path'], q['body']], sort_keys=True)


def without_managed_by(value):
    """The label that sensuctl 6.9.2 puts on what it creates, and 5.x does not."""
    if isinstance(value, list):
        return [without_managed_by(v) for v in value]
    if not isinstance(value, dict):
        return value
    value = {k: without_managed_by(v) for k, v in value.items()}
    labels = value.get('labels')
    if isinstance(labels, dict) and labels.pop('sensu.io/managed_by', None) and not labels:
        del value['labels']
    return value


class Standard:
    """What 6.9.2 answered to the same requests; to the same method and path, where its client sent another body."""

    def __init__(self, scenario):
        self.same, self.place = {}, {}
        for step in scenario['steps'] if scenario else []:
            for e in step['exchanges']:
                self.same.setdefault(request_key(e), []).append(e['response'])
                self.place.setdefault((e['request']['method'], e['request']['path']), []).append(e['response'])

    def answer(self, exchange):
        same = self.same.get(request_key(exchange), [])
        place = self.place.get((exchange['request']['method'], exchange['request']['path']), [])
        there = place.pop(0) if place else None
        found = same.pop(0) if same else there
        return found and {**found, 'body': without_managed_by(found['body'])}


def run_exchanges(backend, scenario, newer, allow_more):
    """[(step, message)] of what differs; the second value counts exchanges."""
    arguments = types.SimpleNamespace(url=backend.url, agent_url=backend.agent_url, dashboard_url=None, allow_more=allow_more)
    compare = Comparison(arguments)
    compare.tok, compare.cont = {}, {}
    if scenario['preconditions'].get('logged_in_as'):
        compare.login('admin', 1)
    if scenario['preconditions'].get('agent_connected'):
        agent = scenario['preconditions']['agent_connected']
        backend.connect_agent(agent, labels_of(scenario, agent), compare.tok['access_token:admin#1'])
        compare.agent = True
    others = [Standard(n) for n in newer]
    differences, count = [], 0
    for number, step in enumerate(scenario['steps']):
        time.sleep(step.get('sleep_seconds', 0) * SLEEP_FACTOR)
        listener = step.get('listener', '')
        if listener.startswith('dashboard'):
            continue
        base = backend.agent_url if listener.startswith('agent') else backend.url
        for e in step['exchanges']:
            seconds = [o.answer(e) for o in others]
            sent = send(compare, base, e['request'])
            if sent is None:
                continue
            count += 1
            bad = check(compare, e['response'], sent)
            for version, second in zip(NEWER.get(scenario['server_version'], []), seconds):
                if bad and second is not None:
                    compare.a = types.SimpleNamespace(**{**vars(arguments), 'allow_more': version != STANDARD})
                    bad = check(compare, second, sent) and bad
                    compare.a = arguments
            differences += [(number, '%s %s: %s' % (e['request']['method'], e['request']['path'][:90], b)) for b in bad]
    return differences, count


def send(compare, base, q):
    if q['body'] and 'elided' in q['body']:
        body = elided_body(q['body']['elided'])
        if body is None:
            return None
    else:
        body = q['body'] and compare.subst(q['body']['text'] if 'text' in q['body'] else json.dumps(q['body']['json'])).encode()
    if body and '/silenced' in q['path']:  # begun when it was recorded: now
        body = re.sub(rb'"begin": 17\d{8}\b', b'"begin": %d' % time.time(), body)
    path = compare.subst(q['path'])
    for k, v in compare.cont.items():
        path = path.replace('continue=' + k, 'continue=' + v)
    headers = {}
    for k, v in q['headers'].items():
        m = re.fullmatch(r'Basic \{\{base64:(.*)\}\}', v)
        headers[k] = 'Basic ' + replay.base64.b64encode(m.group(1).encode()).decode() if m else compare.subst(v)
    return replay.call(base, q['method'], path, headers, body)


def elided_body(text):
    """A body too large for the recording: its length and its start are told, the rest repeats the last character."""
    m = re.match(r'(\d+) bytes, starting with: (.*)$', text, re.S)
    if not m or not m.group(2).startswith('{"metadata"'):
        return None
    length, start = int(m.group(1)), m.group(2).rstrip('.')
    end = '", "interval": 10}'
    return (start + 'x' * (length - len(start) - len(end)) + end).encode()


def check(compare, r, sent):
    """As replay.py's Replay.scenario compares one answer."""
    status, headers, body = sent
    out = []
    if isinstance(r['status'], str):
        if status not in (r['status'], 400, 404, 409, 500):
            out.append('status %s, want a 4xx/5xx or a closed connection' % status)
        return out
    if status != r['status']:
        return ['status %s, want %s (%r)' % (status, r['status'], body[:120])]
    for k in ('Sensu-Continue', 'Location'):
        if (k in r['headers']) != (k in headers):
            out.append('header %s: %r, want %r' % (k, headers.get(k), r['headers'].get(k)))
    for k in ('ETag', 'Content-Type', 'X-Content-Type-Options'):
        want, got = r['headers'].get(k), headers.get(k.title())
        if k == 'ETag':
            want, got = bool(want), bool(got)
            if not want:  # 5.x has none
                continue
        if want != got and not (compare.a.allow_more and k == 'ETag'):
            out.append('header %s: %r, want %r' % (k, got, want))
    if 'Location' in headers and replay.API_KEY.search(r['headers'].get('Location', '')):
        compare.same(r['headers']['Location'], headers['Location'], 'Location', 'header Location', out)
    if 'Sensu-Continue' in headers:
        compare.cont[r['headers'].get('Sensu-Continue', '')] = headers['Sensu-Continue']
    want = r['body']
    if want is None:
        if body.strip():
            out.append('body %r, want none' % body[:80])
    elif 'json' in want:
        try:
            compare.same(want['json'], json.loads(body), '', '$', out)
        except ValueError:
            out.append('body is not JSON: %r' % body[:80])
    elif 'text' in want:
        text = body.decode('utf-8', 'replace')
        if text.strip() != want['text'].strip() and not replay.FREE_TEXT.match(want['text']):
            out.append('text %r, want %r' % (text[:100], want['text'][:100]))
    return out


# ---- deliberate differences ----

def read_differences(path):
    """Rows `| VERSION/SCENARIO | STEPS | ... |` of docs/COMPATIBILITY.md; STEPS: `3 5-7` or `all`."""
    rows = {}
    for line in open(path):
        m = re.match(r'\| *`?([0-9.*]+)/([\w.-]+)`? *\| *([\d\s,-]+|all) *\|', line)
        if not m:
            continue
        steps = set()
        for part in re.findall(r'(\d+)(?:-(\d+))?', m.group(3)):
            steps.update(range(int(part[0]), int(part[1] or part[0]) + 1))
        rows.setdefault((m.group(1), m.group(2)), []).append(None if m.group(3).strip() == 'all' else steps)
    return rows


def excused(rows, version, name, step):
    return any(s is None or step in s for v in (version, '*') for s in rows.get((v, name), []))


# ---- running ----

def run_scenario(picket, version, name, rows):
    scenario = json.load(open(os.path.join(CORPUS, version, name + '.json')))
    paths = [os.path.join(CORPUS, v, name + '.json') for v in NEWER.get(version, [])]
    newer = [json.load(open(p)) if os.path.exists(p) else None for p in paths]
    backend = Backend(picket)
    try:
        differences, count = run_exchanges(backend, scenario, newer, version != STANDARD)
    except Exception as e:
        differences, count = [(-1, 'aborted: %r' % e)], 0
    crash = backend.stop()
    bad = [(s, m) for s, m in differences if not excused(rows, version, name, s)]
    excuses = len(differences) - len(bad)
    if crash:
        bad.append((-1, crash))
    return bad, excuses, count


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--picket', default=os.environ.get('PICKET', 'build/dev/bin/picket'))
    p.add_argument('--versions', default='6.9.2,5.11.1,5.0.0')
    p.add_argument('--jobs', type=int, default=2)
    p.add_argument('--table', default=os.path.join(HERE, '..', 'docs', 'COMPATIBILITY.md'))
    p.add_argument('--raw', action='store_true', help='do not excuse anything')
    p.add_argument('scenarios', nargs='*')
    a = p.parse_args()
    rows = {} if a.raw else read_differences(a.table)
    work = [(v, f[:-5]) for v in a.versions.split(',') if os.path.isdir(os.path.join(CORPUS, v))
            for f in sorted(os.listdir(os.path.join(CORPUS, v))) if f.endswith('.json')]
    if a.scenarios:
        work = [w for w in work if '/'.join(w) in a.scenarios or w[1] in a.scenarios]
    lock, results, used = threading.Lock(), {}, set()

    def worker():
        while True:
            with lock:
                if not todo:
                    return
                version, name = todo.pop(0)
            results[version, name] = run_scenario(a.picket, version, name, rows)

    todo = list(work)
    threads = [threading.Thread(target=worker) for _ in range(a.jobs)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    passed = failed = 0
    for version, name in work:
        bad, excuses, count = results[version, name]
        note = ', %d deliberate differences' % excuses if excuses else ''
        print('%s %s/%s: %d exchanges%s' % ('FAIL' if bad else 'ok  ', version, name, count, note))
        for step, message in bad[:20]:
            print('     step %d %s' % (step, message))
        passed, failed = passed + (not bad), failed + bool(bad)
        if excuses:
            used.update(k for k in ((version, name), ('*', name)) if k in rows)
    if not a.scenarios and not os.environ.get('PICKET_CONFORMANCE_DIR'):
        for row in sorted(set(rows) - used):
            print('FAIL docs/COMPATIBILITY.md: the row of %s/%s excuses nothing' % row)
            failed += 1
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(1 if failed or not passed else 0)


if __name__ == '__main__':
    main()
