"""sensuctl 5.x and 6.9.2 differ; 6.9.2 stands. What that excuses when cli_test.py drives the recordings of 5.x.

A rule makes two texts (or JSON values) alike in one respect. The table of docs/COMPATIBILITY.md names every rule with its
reason, and the single steps that no rule covers; of those the recording of 6.9.2 must have the same command line and
differ from the older one in the same respect. A row that excuses nothing is an error, a rule without a row is off.
"""
import json, re

ANSI = re.compile(r'\x1b(\[[0-9;?]*[A-Za-z]|[78])')
# Members that 6.x types have and 5.x types have not; always with an empty value in these recordings.
NEW_FIELDS = ('builds', 'cloud_provider', 'expire_at', 'is_silenced', 'jwt_expires_at', 'libc_type', 'memberidhex', 'pipelines',
              'processes', 'scheduler', 'secrets', 'sensu_agent_version', 'sequence', 'timeout', 'vm_role', 'vm_system', 'islearner',
              'xxx_nounkeyedliteral', 'xxx_sizecache', 'xxx_unrecognized', 'id', 'processed_by', 'float_type', 'headers',
              'max_output_size', 'discard_output', 'eval', 'type', 'opt_out')
EMPTY = (None, [], {}, '', 0, False)
FIELD_LINE = re.compile(r'^\s*(?:- )?"?(%s)"?: (null|\[\]|\{\}|""|0|false|"<now>"|<now>|15s|"15s"),?$' % '|'.join(NEW_FIELDS))


def is_help(text):
    return '\nUsage:\t' in text


def drop_field_lines(text):
    return '\n'.join(line.rstrip(',') for line in text.split('\n') if not FIELD_LINE.match(line))


def words_of_table(text):
    """Tables and lists of facts by their words: the older ones start a column earlier and lack a column or a row."""
    if '\x1b[1;99m' not in text:
        return text
    plain = [line for line in ANSI.sub('', text).split('\n') if line.strip() and not line.lstrip().startswith('─')]
    return '\n'.join(' '.join(line.split()) for line in plain)


def drop_new_rows(text):
    text = re.sub(r'(?m)^(UUID:|Timeout: 15s|JWT Expiration Timestamp:).*\n?', '', text)
    return re.sub(r'(?m)( UUID| (<uuid>))$', '', text).rstrip('\n')


def fold_help(text):
    return '<help>\n' if is_help(text) else text


def fold_question(text):
    """The question of a deletion: cursor movements, and 6.x names the kind."""
    text = re.sub(r'\s+', ' ', ANSI.sub('', text)).strip()
    return re.sub(r"(delete|disable|revoke) (?:[\w-]+ )?(?:resource )?'", r"\1 '", text) if '(y/N)' in text else text


SAID = re.compile(r'^(OK|Created|Updated|Deleted|Removed|Resolved|Added|Set)\n$')


def fold_said(text):
    return '<done>\n' if SAID.match(text) else text.replace('have been logout', 'have been logged out')


def fold_error(text):
    """5.0.0 prints the answer as it came."""
    m = re.match(r'^Error: (\{.*\})\n$', text)
    try:
        return 'Error: %s\n' % {k.lower(): v for k, v in json.loads(m.group(1)).items()}['message'] if m else text
    except (ValueError, KeyError):
        return text


def fold_empty_lists(text):
    return re.sub(r'(: |^)\[\](?=,?$)', r'\1null', text, flags=re.M)


TEXT_RULES = [('fields', drop_field_lines), ('said', fold_said), ('errors', fold_error), ('empty', fold_empty_lists), ('tables', lambda t: drop_new_rows(words_of_table(t))), ('help', fold_help),
              ('questions', fold_question)]


def drop_fields(want, got):
    """`got` without members that only 6.x has and that say nothing."""
    if isinstance(got, dict) and isinstance(want, dict):
        return {k: drop_fields(want.get(k), v) for k, v in got.items()
                if k in want or not (k in NEW_FIELDS and (v in EMPTY))}
    if isinstance(got, list) and isinstance(want, list) and len(want) == len(got):
        return [drop_fields(w, g) for w, g in zip(want, got)]
    return got


def drop_label(want, got):
    if isinstance(got, list) and isinstance(want, list) and len(want) == len(got):
        return [drop_label(w, g) for w, g in zip(want, got)]
    if not isinstance(got, dict) or not isinstance(want, dict):
        return got
    got = {k: drop_label(want.get(k), v) for k, v in got.items()}
    labels = got.get('labels')
    if isinstance(labels, dict) and 'sensu.io/managed_by' not in (want.get('labels') or {}):
        labels = {k: v for k, v in labels.items() if k != 'sensu.io/managed_by'}
        got['labels'] = labels
        if not labels and 'labels' not in want:
            del got['labels']
    return got


def empty_lists(want, got):
    if isinstance(got, dict) and isinstance(want, dict):
        return {k: empty_lists(want.get(k), v) for k, v in got.items()}
    return [] if got is None and want == [] else got


JSON_RULES = [('fields', drop_fields), ('managed-by', drop_label), ('empty', empty_lists)]


class Versions:
    """The table, and what of it was of use."""

    def __init__(self, table):
        self.rules, self.rows, self.used = set(), {}, set()
        for line in open(table):
            m = re.match(r'\| *`rule:([\w-]+)` *\|', line)
            if m:
                self.rules.add(m.group(1))
            m = re.match(r'\| *`cli:([\d.*]+)/([\w.*-]+)` *\| *([\d\s-]+) *\|', line)
            if m:
                steps = {n for a, b in re.findall(r'(\d+)(?:-(\d+))?', m.group(3)) for n in range(int(a), int(b or a) + 1)}
                self.rows.setdefault((m.group(1), m.group(2)), set()).update(steps)

    def same_text(self, want, got):
        used = set()
        for name, shape in TEXT_RULES:
            if name not in self.rules:
                continue
            a, b = shape(want), shape(got)
            if (a, b) != (want, got):
                used.add(name)
            want, got = a, b
            if want == got:
                self.used |= used
                return True
        return False

    def json(self, want, got):
        for name, shape in JSON_RULES:
            changed = shape(want, got) if name in self.rules else got
            if changed != got:
                self.used.add(name)
            got = changed
        return got

    def excused(self, version, scenario, number, step, standard, problems):
        """The problems that no row excuses."""
        key = next((k for k in ((version, scenario), ('5.*', scenario)) if number in self.rows.get(k, ())), None)
        if not problems or not key:
            return problems
        alone = [p for p in problems if p.startswith('unexpected request')]  # and what came of the answer nobody recorded
        left = [p for p in alone or problems if not differs_too(step, standard, p)]
        if len(left) < len(problems):
            self.used.add((key, number))
        return left

    def unused(self):
        return (['the rule %s' % r for r in sorted(self.rules - self.used)] +
                ['step %d of %s/%s' % (n, *k) for k in sorted(self.rows) for n in sorted(self.rows[k]) if (k, n) not in self.used])


def differs_too(step, standard, problem):
    """Whether 6.9.2 was recorded to differ from this step in what the problem is about."""
    if standard is None:
        return False
    if problem.startswith(('stdout', 'stderr')):
        return (step.get(problem[:6]) or '') != (standard.get(problem[:6]) or '')
    if problem.startswith('exit status'):
        return step['exit_code'] != standard['exit_code']
    asked = [[e['request'] for e in s.get('exchanges') or []] for s in (step, standard)]
    return asked[0] != asked[1]


def same_command(steps, number, step):
    """The step of 6.9.2 with the same command line, for the same time as in this scenario."""
    key = lambda s: json.dumps([s.get('argv'), s.get('stdin'), s.get('files')])
    before = [s for s in steps['older'][:number] if key(s) == key(step)]
    same = [s for s in steps['standard'] if key(s) == key(step)]
    return same[len(before)] if len(same) > len(before) else None
