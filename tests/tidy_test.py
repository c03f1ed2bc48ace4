#!/usr/bin/env python3
"""The rules of the tree that a program can check: which room includes which, first lines, sizes, names, references, words, widths.

  tidy_test.py [--top DIR] [RULE...]    the rules named, or all; prints what breaks them. Ends with "N passed, N failed".
  tidy_test.py --self-test              for each rule a planted violation in a copy of the tree, which it has to find
  tidy_test.py --arrows                 the includes between rooms, counted

Only files that git knows (or would add) are looked at.
"""
import fnmatch, os, re, shutil, subprocess, sys, tempfile

# ---- the house ---------------------------------------------------------------------------------------------------------
# A library, the libraries it stands on, and its rooms in order: a room may include itself, the rooms before it in its line,
# and every room of the libraries below. "." is the folder above the rooms.
LIBRARIES = [
    ("base", "common", [], "basic json types time tls wire text template options rules"),
    ("io", "common", ["base"], "os process program socket http assets"),
    ("agent_core", "agent", ["base"], "check config metrics core input"),
    ("agent", "agent", ["agent_core", "io"], ". edge"),
    ("backend_core", "backend", ["base"], "event script access enroll agent_protocol route incident notify schedule rows cluster"),
    ("backend", "backend", ["backend_core", "io"], "etcd store shared auth deliver ingest agents api pages endpoints ."),
    ("checks_core", "checks", ["base"], "facts judge protocol"),
    ("checks", "checks", ["checks_core", "io"], "io os run kinds ."),
    ("cli", "cli", ["agent", "backend", "checks"], "ctl show commands verbs nouns dispatch ."),
]
# Includes against that order which stand for now, each with what ends it. One that nothing needs any more is an error.
UPWARD = {}
# Headers of libraries, and the rooms that may include them. What is not here anybody may, as the libraries' links allow.
LIBRARY_HEADERS = {
    "sqlite3.h": ["backend/store"],
    "libwebsockets.h": ["common/socket"],
    "duktape.h": ["backend/script"],
    "yaml.h": ["common/text"],
    "ini.h": ["common/text"],
    "archive.h": ["common/assets", "checks/run"],
    "mbedtls/*": ["common/tls"],
    "openssl/*": ["common/tls"],
    "uv.h": ["common/" + r for r in "os process program socket http assets".split()] + ["agent", "agent/edge", "cli", "cli/*"] +
            ["backend", "checks"] + ["backend/" + r for r in "etcd store shared auth deliver ingest agents api pages endpoints".split()] +
            ["checks/" + r for r in "io os run kinds".split()],
}
LINES_MAX, WIDTH_MAX = 500, 140
TOPS = ("agent", "backend", "checks", "cli", "common")
# Documents of developers: every name in `code` in them has to be one of the tree.
DEVELOPERS_DOCUMENTS = ["docs/ARCHITECTURE.md", "docs/STYLE.md", "docs/DEBUGGING.md", "docs/PROTOCOL.md", "docs/reference/limits.md", "CONTRIBUTING.md"]
GENERATED = ["docs/OPTIONS.md", "docs/EVENT.md", "docs/CHECKS.md"]  # by ./dev docs; their width is their tables'
RECORDED = ("tests/conformance/", "tests/corpus/")  # of others: not ours to tidy, but for the documents and tests in it
# Names in documents and comments that are of other programs, or examples.
FOREIGN = set("""dashboard_files.h requests_total of_name PascalCase kConstant noun_verb lat_bucket lat_sum lat_count duk_error max_connect_errors close_notify handle_buffer_resizing
  a.sql b.sql NNN_name.sql check_disk check_json check_words check_mem check_load check_oracle plugin_name a_gauge my_check agent_process.py
  x_test.cc NAME_unix.cc NAME_win.cc check_NAME.cc NAME.cc plugin.sh stories.py""".split())


class Tree:
    def __init__(self, top):
        self.top = os.path.abspath(top)
        out = subprocess.run(["git", "-C", self.top, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True, check=True)
        self.files = [f for f in out.stdout.split("\0") if f and os.path.isfile(os.path.join(self.top, f))]
        self.texts = {}
        self.names = {os.path.basename(f) for f in self.files}

    def text(self, name):
        if name not in self.texts:
            try:
                with open(os.path.join(self.top, name), encoding="utf-8") as f: self.texts[name] = f.read()
            except UnicodeDecodeError: self.texts[name] = ""
        return self.texts[name]

    def lines(self, name): return self.text(name).split("\n")

    def ending(self, *endings):
        return [f for f in self.files if f.endswith(endings) and (not f.startswith(RECORDED) or f.endswith((".md", "_test.py")))]

    def code(self): return [f for f in self.ending(".cc", ".h") if not f.startswith(RECORDED)]
    def product(self): return [f for f in self.code() if f.split("/")[0] in TOPS]
    def documents(self): return self.ending(".md")


# ---- rooms -------------------------------------------------------------------------------------------------------------

def rooms():
    """room -> (library, the rooms it may include)"""
    of_library, found = {}, {}
    for name, folder, links, line in LIBRARIES:
        of_library[name] = [folder if r == "." else folder + "/" + r for r in line.split()]
    def below(library, seen):
        for name, _, links, _ in LIBRARIES:
            if name == library:
                for l in links:
                    if l not in seen:
                        seen.add(l)
                        below(l, seen)
        return seen
    for name, folder, links, line in LIBRARIES:
        allowed = [r for l in below(name, set()) for r in of_library[l]]
        for i, room in enumerate(of_library[name]): found[room] = (name, set(allowed) | set(of_library[name][:i + 1]))
    return found


def includes(tree, name):
    for n, line in enumerate(tree.lines(name), 1):
        m = re.match(r'\s*#\s*include\s+(["<])([^">]+)[">]', line)
        if m: yield n, m.group(1), m.group(2)


def arrows(tree):
    """(from room, to room) -> the places"""
    out = {}
    for f in tree.product():
        room = os.path.dirname(f)
        for n, quote, header in includes(tree, f):
            if quote == '"' and os.path.dirname(header) != room and header in tree.files: out.setdefault((room, os.path.dirname(header)), []).append((f, n, header))
    return out


def rule_rooms(tree):
    """Every file is in a room; rooms include what the table says; includes name the file from the top."""
    table = rooms()
    for f in tree.product():
        if os.path.dirname(f) not in table: yield f, 1, "this folder is no room: name it in tests/tidy_test.py, in the line of its library"
    for f in tree.code():
        if f.startswith("plugins-sdk/"): continue
        for n, quote, header in includes(tree, f):
            if quote == '"' and header not in tree.files and not re.match(r"(picket/|schema_sql|generated/)", header) and not header.endswith(("schema_sql.h", "dashboard_files.h")):
                yield f, n, '"%s": includes name a file of ours from the top of the tree, those of libraries stand in <>' % header
    used = set()
    for (a, b), places in sorted(arrows(tree).items()):
        if a not in table or b in table[a][1]: continue
        if (a, b) in UPWARD: used.add((a, b)); continue
        for f, n, header in places: yield f, n, '%s may not include %s ("%s"): see the order of rooms in tests/tidy_test.py' % (a, b, header)
    for a, b in sorted(set(UPWARD) - used): yield "tests/tidy_test.py", 1, "UPWARD: %s does not include %s any more; take the row away" % (a, b)


def rule_libraries(tree):
    """A library's header is included by the rooms that wrap it."""
    for f in tree.product():
        for n, quote, header in includes(tree, f):
            for pattern, allowed in LIBRARY_HEADERS.items():
                if fnmatch.fnmatch(header, pattern) and quote == "<" and not any(fnmatch.fnmatch(os.path.dirname(f), r) for r in allowed):
                    yield f, n, "<%s> belongs to %s" % (header, ", ".join(allowed[:4]))


# ---- files -------------------------------------------------------------------------------------------------------------

def rule_first_line(tree):
    """The first line of a source is `// path - one sentence.`; the sentence may go on in the next lines."""
    for f in tree.code():
        if f.startswith(("plugins-sdk/", "cmake/")): continue
        lines = tree.lines(f)
        start = "// " + f + " - "
        if not lines[0].startswith(start): yield f, 1, "the first line is not \"%sSENTENCE.\"" % start; continue
        words = []
        for line in lines:
            if not line.startswith("//") or line.strip() == "//": break
            words.append(line[2:].strip())
        if not re.search(r"\w[\w)`'\"}\]*]*[.:](\s|$)", " ".join(words)[len(f) + 3:]): yield f, 1, "the first sentence has no end"


def rule_length(tree):
    """No source has more than 500 lines."""
    for f in tree.code():
        n = tree.text(f).count("\n")
        if n > LINES_MAX and not f.startswith("plugins-sdk/"): yield f, n, "%d lines; %d at most" % (n, LINES_MAX)


def rule_names(tree):
    """No two product files have one name, and a header's source lies beside it."""
    seen, stems = {}, {}
    for f in tree.product():
        base = os.path.basename(f)
        if base in seen: yield f, 1, "%s has this name already" % seen[base]; continue
        seen[base] = f
        other = stems.setdefault(os.path.splitext(base)[0], f)
        if os.path.dirname(other) != os.path.dirname(f): yield f, 1, "%s is of this name, too, and in another room" % other


def rule_linted(tree):
    """clang-tidy looks at the headers of every top folder that has C++."""
    seen = re.search(r"HeaderFilterRegex: '(.*)'", tree.text(".clang-tidy"))
    if not seen: yield ".clang-tidy", 1, "there is no HeaderFilterRegex"; return
    for top in sorted({f.split("/")[0] for f in tree.code() if f.endswith(".h") and "/" in f} - {"cmake"}):
        if not re.search(seen.group(1), "/tree/%s/x.h" % top): yield ".clang-tidy", 1, "HeaderFilterRegex leaves out %s/" % top


def rule_one_definition(tree):
    """No type or function is defined twice (one_definition_test.py, which is a test of its own as well)."""
    script = [f for f in tree.files if os.path.basename(f) == "one_definition_test.py"]
    if not script: yield "tests", 1, "there is no one_definition_test.py"; return
    ran = subprocess.run([sys.executable, os.path.join(tree.top, script[0])], capture_output=True, text=True, cwd=tree.top)
    if ran.returncode != 0: yield script[0], 1, "says: " + (ran.stdout + ran.stderr).strip()[:600]


# ---- references --------------------------------------------------------------------------------------------------------

COMMENT = {".cc": r"//.*", ".h": r"//.*", ".py": r"#.*", ".sh": r"#.*", ".cmake": r"#.*", ".txt": r"#.*", "": r"#.*"}


def strip_literals(line): return re.sub(r'"(\\.|[^"\\])*"', '""', line)


def comments(tree):
    """(file, line number, text) of every comment line, and of every line of the documents"""
    for f in tree.documents():
        for n, line in enumerate(tree.lines(f), 1): yield f, n, line
    for f in tree.files:
        ending = os.path.splitext(f)[1]
        if ending not in (".cc", ".h", ".py", ".sh", ".cmake") and os.path.basename(f) not in ("CMakeLists.txt", "dev", ".clang-format", ".clang-tidy"): continue
        if f.startswith(RECORDED) and not f.endswith("_test.py"): continue
        pattern = re.compile(COMMENT.get(ending, r"#.*"))
        for n, line in enumerate(tree.lines(f), 1):
            if "//" not in line and "#" not in line: continue
            m = pattern.search(strip_literals(line))
            if m and not m.group().startswith(("#include", "#!", "#pragma", "#if", "#endif", "#else", "#define")): yield f, n, m.group()


def rule_rule_numbers(tree):
    """Numbers of the reference (B-52) that are cited exist, once; there is no other way to cite it."""
    known = {}
    for f in tree.files:
        if not f.startswith("docs/reference/"): continue
        for n, line in enumerate(tree.lines(f), 1):
            for number in re.findall(r"^\*\*([ABCHLW]-\d+)\b", line):
                if number in known: yield f, n, "%s is in %s already" % (number, known[number])
                known.setdefault(number, f)
    if not known: return
    old = re.compile(r"backend-processing|agent-behaviour|backend-api\.md|6x-verified|sensu-1-client|\(\d{1,2}\.\d{1,2}(, \d{1,2}\.\d{1,2})*\)[.:;,)]?( |$)")
    for f, n, text in comments(tree):
        if f.startswith("tests/tidy_test"): continue
        for number in re.findall(r"(?<![\w-])([ABCHLW]-\d+)\b", text):
            if number not in known and number not in ("A-9",): yield f, n, "there is no rule %s in docs/reference" % number
        if not f.startswith(RECORDED) and f.endswith((".cc", ".h")) and old.search(text): yield f, n, "cites by %s: name a rule of docs/reference by its number" % old.search(text).group().strip()


def anchors(text): return {re.sub(r"[^\w\- ]", "", h.strip().lower()).replace(" ", "-") for h in re.findall(r"^#+ (.*)$", text, re.M)}


def rule_links(tree):
    """Links in documents lead to files that are there, and to headings that are there."""
    for f in tree.documents():
        if f.startswith("tests/conformance/"): continue
        for n, line in enumerate(tree.lines(f), 1):
            for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
                if re.match(r"[a-z]+:", target): continue
                path, _, anchor = target.partition("#")
                at = os.path.normpath(os.path.join(os.path.dirname(f), path)) if path else f
                if at not in tree.files and not os.path.isdir(os.path.join(tree.top, at)): yield f, n, "there is no %s" % at
                elif anchor and at.endswith(".md") and anchor not in anchors(tree.text(at)): yield f, n, "%s has no heading #%s" % (at, anchor)


FILE_NAME = re.compile(r"(?<![\w/.$%{@-])((?:[\w*.-]+/)*[\w*-]+\.(?:cc|h|md|py|sh|cmake|awk|sql))(?![\w/(-]|\.\w)")


def rule_files(tree):
    """Files that documents and comments name are there."""
    headers = {h for f in tree.code() for _, quote, h in includes(tree, f) if quote == "<"}
    for f, n, text in comments(tree):
        if f.startswith(RECORDED) or f in GENERATED or f == "CHANGELOG.md" or f.startswith("tests/tidy_test"): continue
        for name in FILE_NAME.findall(text):
            base = os.path.basename(name)
            if base in FOREIGN or name in headers or name.startswith(("http", "usr/", "etc/", "build/", "/", "../../..")): continue
            if "*" in name:
                found = any(fnmatch.fnmatch(x, "*" + name) for x in tree.files)
            elif "/" in name:
                found = os.path.normpath(os.path.join(os.path.dirname(f), name)) in tree.files or any(x == name or x.endswith("/" + name) for x in tree.files)
            else:
                found = name in tree.names or any(x.endswith("_" + name) and name.startswith(("unix", "win")) for x in tree.names)
            if not found: yield f, n, "there is no file %s" % name


WORD = re.compile(r"[A-Za-z_]\w*")


def rule_words(tree):
    """Functions, constants and types that developers' documents and comments name are in the code."""
    said = set()
    for f in tree.files:
        if f.endswith((".md", ".png")) or f.startswith(RECORDED) or f == "tests/tidy_test.py": continue
        ending = os.path.splitext(f)[1]
        pattern = COMMENT.get(ending, r"#.*") if ending in COMMENT else None
        for line in tree.lines(f):
            if pattern and ("//" in line or "#" in line): line = re.sub(r"(?<![:\"'\w])" + pattern if "//" in pattern else r"(^|\s)" + pattern, "", line) if '"' not in line else line
            said.update(WORD.findall(line))
        said.add(os.path.basename(f).split(".")[0])
        said.update(f.split("/"))
    parts = {p for w in said for p in [w.strip("_")]}
    for f in DEVELOPERS_DOCUMENTS:
        if f not in tree.files: yield f, 1, "is not there"; continue
        code = False
        for n, line in enumerate(tree.lines(f), 1):
            if line.startswith("```"): code = not code
            if code: continue
            for span in re.findall(r"`([^`]+)`", line):
                for word in WORD.findall(span) if re.fullmatch(r"[\w:]+(\(\))?", span) else []:
                    if ("_" in word or re.match(r"k[A-Z]", word) or re.match(r"[A-Z][a-z]+[A-Z]", word)) and word not in parts and word not in FOREIGN and not word.startswith("_") and not word.endswith("_"):
                        yield f, n, "there is no %s in the code" % word
    for f, n, text in comments(tree):
        if not f.endswith((".cc", ".h")) or f.startswith("plugins-sdk/examples"): continue
        for word in re.findall(r"(?<![\w.*/<-])([a-z]+(?:_[a-z0-9]+)+|k[A-Z]\w+)(?![\w*./>-])", text):
            if word.startswith("bench_") and "bench/%s.cc" % word[6:] in tree.files: continue
            if word not in parts and word not in FOREIGN: yield f, n, "there is no %s in the code" % word


# ---- vocabulary --------------------------------------------------------------------------------------------------------

# Words that documents do not use, and the glossary's word (docs/ARCHITECTURE.md) for each.
PRIVATE_WORDS = [
    (r"pass(ed|es|ing)? over", "ignored, skipped"),
    (r"turn(ed|s)? (itself |themselves )?over", "rotated"),
    (r"dead man", "TTL, countdown"),
    (r"(is|are|was|were|be|been) told|telling people|tells? (people|nobody|somebody|everybody)", "notified, alerted, reported"),
    (r"f[ae]ll(s|en)? silent", "stops reporting"),
    (r"nobody knows", "unknown"),
    (r"whoever", "a subject: the user, the client"),
    (r"stands above", "takes precedence"),
    (r"is well again", "is OK"),
]


def rule_vocabulary(tree):
    """Documents use the words that operators use; one word for one thing."""
    for f in tree.documents():
        if f in GENERATED or f.startswith("tests/"): continue
        code = False
        for n, line in enumerate(tree.lines(f), 1):
            if line.strip().startswith("```"): code = not code
            for pattern, better in PRIVATE_WORDS:
                m = re.search(r"\b(%s)\b" % pattern, line, re.I)
                if m and not code: yield f, n, '"%s": say %s' % (m.group(), better)


CHANGELOG_GROUPS = ["Agent", "Backend", "Alerting", "Command line", "Checks", "Packaging", "Security", "Compatibility"]


def rule_changelog(tree):
    """Each release has the groups of the list, each once: a merge by union can bring back what was taken out."""
    seen = []
    for n, line in enumerate(tree.lines("CHANGELOG.md") if "CHANGELOG.md" in tree.files else [], 1):
        if line.startswith("## "): seen = []
        if not line.startswith("### "): continue
        group = line[4:]
        if group not in CHANGELOG_GROUPS: yield "CHANGELOG.md", n, "there is no group %s: use %s" % (group, ", ".join(CHANGELOG_GROUPS))
        elif group in seen: yield "CHANGELOG.md", n, "the group %s is here twice" % group
        seen.append(group)


# ---- widths ------------------------------------------------------------------------------------------------------------

def rule_width_documents(tree):
    """No line of a document has more than 140 columns, but rows of tables and what cannot be broken."""
    for f in tree.documents():
        if f in GENERATED or f.startswith("tests/conformance/"): continue
        for n, line in enumerate(tree.lines(f), 1):
            if len(line) > WIDTH_MAX and not line.startswith("|") and " " in line.strip()[:WIDTH_MAX]: yield f, n, "%d columns" % len(line)


def rule_width_code(tree):
    """No line of C++ has more than 140 columns without what stands between quotation marks."""
    for f in tree.code():
        raw = False
        for n, line in enumerate(tree.lines(f), 1):
            was_raw = raw
            if not raw and re.search(r'R"\w*\((?!.*\)\w*")', line): raw = True
            elif raw and re.search(r'\)\w*"', line): raw = False
            if len(line) <= WIDTH_MAX or was_raw: continue
            if len(strip_literals(re.sub(r'R"(\w*)\(.*?\)\1"', '""', line))) > WIDTH_MAX: yield f, n, "%d columns" % len(line)


RULES = [(name[5:], f) for name, f in sorted(globals().items()) if name.startswith("rule_")]


def run(tree, names):
    passed = failed = 0
    for name, rule in RULES:
        if names and name not in names: continue
        found = list(rule(tree))
        for f, n, what in found: print("%s:%d: %s: %s" % (f, n, name, what))
        passed, failed = passed + (not found), failed + bool(found)
    return passed, failed


# ---- the test of the test ----------------------------------------------------------------------------------------------

def edit(path, change):
    with open(path, encoding="utf-8") as f: text = f.read()
    with open(path, "w", encoding="utf-8") as f: f.write(change(text))


def put(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f: f.write(text)


HEAD = "// %s - planted.\n#pragma once\n"
PLANTED = [  # rule, what is wrong, the plant (at the top of a copy)
    ("rooms", "a core includes an edge", lambda t: put("common/json/planted.h", HEAD % "common/json/planted.h" + '#include "common/socket/net.h"\n')),
    ("rooms", "an agent's room includes the backend", lambda t: put("agent/core/planted.h", HEAD % "agent/core/planted.h" + '#include "backend/store/store.h"\n')),
    ("rooms", "a room includes a later one of its library", lambda t: put("backend/store/planted.h", HEAD % "backend/store/planted.h" + '#include "backend/api/api.h"\n')),
    ("rooms", "a new folder that is no room", lambda t: put("backend/attic/planted.h", HEAD % "backend/attic/planted.h")),
    ("rooms", "an include that does not begin at the top", lambda t: put("common/json/planted.h", HEAD % "common/json/planted.h" + '#include "json.h"\n')),
    ("libraries", "SQL outside of the store", lambda t: put("backend/api/planted.h", HEAD % "backend/api/planted.h" + "#include <sqlite3.h>\n")),
    ("first_line", "no first line", lambda t: put("common/json/planted.h", "#pragma once\n")),
    ("first_line", "the path of another file", lambda t: put("common/json/planted.h", HEAD % "common/json/other.h")),
    ("first_line", "no sentence", lambda t: put("common/json/planted.h", "// common/json/planted.h - \n#pragma once\n")),
    ("length", "a long file", lambda t: put("common/json/planted.h", HEAD % "common/json/planted.h" + "\n" * 600)),
    ("names", "the name of another file", lambda t: put("cli/show/store.h", HEAD % "cli/show/store.h")),
    ("linted", "a folder that clang-tidy does not see", lambda t: edit(".clang-tidy", lambda s: s.replace("|checks", ""))),
    ("one_definition", "one type, two definitions", lambda t: [put("common/json/planted%d.cc" % i, "// common/json/planted%d.cc - planted.\nnamespace picket {\nstruct PlantedTwice { int a%d = 0; };\n}\n" % (i, i)) for i in (1, 2)]),
    ("rule_numbers", "a rule that is not there", lambda t: put("common/json/planted.h", HEAD % "common/json/planted.h" + "// Counts down (B-999).\n")),
    ("rule_numbers", "a bare number", lambda t: put("common/json/planted.h", HEAD % "common/json/planted.h" + "// Counts down (4.8).\n")),
    ("rule_numbers", "a document that is not here", lambda t: put("common/json/planted.h", HEAD % "common/json/planted.h" + "// Counts down (backend-processing.md 4).\n")),
    ("rule_numbers", "a number twice", lambda t: edit("docs/reference/processing.md", lambda s: s + "\n**B-1 Again.** Twice.\n")),
    ("links", "a link to nothing", lambda t: edit("docs/STYLE.md", lambda s: s + "\nSee [this](NOTHING.md).\n")),
    ("links", "a heading that is not there", lambda t: edit("docs/STYLE.md", lambda s: s + "\nSee [this](ARCHITECTURE.md#no-such-heading).\n")),
    ("files", "a file in a comment that is not there", lambda t: put("common/json/planted.h", HEAD % "common/json/planted.h" + "// As in no_such_file.cc.\n")),
    ("files", "a document in a comment that is not there", lambda t: put("common/json/planted.h", HEAD % "common/json/planted.h" + "// As docs/NOWHERE.md says.\n")),
    ("words", "a function in ARCHITECTURE that is not there", lambda t: edit("docs/ARCHITECTURE.md", lambda s: s + "\n`no_such_function` does it.\n")),
    ("words", "a constant in a comment that is not there", lambda t: put("common/json/planted.h", HEAD % "common/json/planted.h" + "// At most kNoSuchLimitMax, see no_such_function.\n")),
    ("vocabulary", "a private word", lambda t: edit("docs/STYLE.md", lambda s: s + "\nThe log is turned over.\n")),
    ("changelog", "a group of another name", lambda t: edit("CHANGELOG.md", lambda s: s + "\n### agent\n- Something.\n")),
    ("width_documents", "a wide document", lambda t: edit("docs/STYLE.md", lambda s: s + "\n" + "wide " * 40 + "\n")),
    ("width_code", "a wide line", lambda t: put("common/json/planted.h", HEAD % "common/json/planted.h" + "// " + "wide " * 40 + "\n")),
]


def self_test(top):
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "tree")
        subprocess.run(["git", "clone", "-q", top, copy], check=True)
        for f in Tree(top).files:  # with what is not committed yet
            if os.path.islink(os.path.join(top, f)): continue
            os.makedirs(os.path.dirname(os.path.join(copy, f)), exist_ok=True)
            shutil.copy(os.path.join(top, f), os.path.join(copy, f))
        subprocess.run("git add -A && git -c user.name=x -c user.email=x@x commit -qm now --allow-empty", shell=True, cwd=copy, check=True)
        rules, before = dict(RULES), {}
        os.chdir(copy)
        for name, what, plant in PLANTED:
            if name not in before: before[name] = {(f, w) for f, _, w in rules[name](Tree(copy))}
            plant(copy)
            found = {(f, w) for f, _, w in rules[name](Tree(copy))} - before[name]
            subprocess.run("git reset -q --hard && git clean -qfd", shell=True, check=True)
            if found: passed += 1
            else: failed, _ = failed + 1, print("not found: %s: %s" % (name, what))
        for name, _ in RULES:
            if name not in before: failed, _ = failed + 1, print("no violation of %s is planted" % name)
        os.chdir("/")
    return passed, failed


def main():
    arguments = sys.argv[1:]
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if "--top" in arguments:
        at = arguments.index("--top")
        top = os.path.abspath(arguments[at + 1])
        del arguments[at:at + 2]
    if arguments == ["--arrows"]:
        for (a, b), places in sorted(arrows(Tree(top)).items()): print("%-24s %-24s %d" % (a, b, len(places)))
        return 0
    passed, failed = self_test(top) if arguments == ["--self-test"] else run(Tree(top), arguments)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__": sys.exit(main())
