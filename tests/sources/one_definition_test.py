#!/usr/bin/env python3
"""One name, one type: no type or function of our programs is defined twice with external linkage. The language calls two of a name undefined
behaviour and asks no compiler to say so; the linker takes either.

Reads the sources: definitions at namespace scope, outside of unnamed namespaces, by their whole name. Twice is allowed to files that are never
in one program: those of _unix and _win, of _mbedtls and _openssl; and forward declarations are no definitions.

  one_definition_test.py [FOLDER...]    folders of the tree that make up the programs; by default all
"""
import collections, os, re, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = ["agent", "backend", "checks", "cli", "common"]
EITHER = [("_unix", "_win"), ("_mbedtls", "_openssl")]

TOKEN = re.compile(r"""//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'|^[ \t]*\#(?:\\\n|[^\n])*|\d[\w.']*|[A-Za-z_]\w*|::|\s+|.""", re.S | re.M | re.X)


def tokens(text):
    for m in TOKEN.finditer(text):
        t = m.group()
        if t.isspace() or t[:2] in ("//", "/*") or t.lstrip().startswith("#"): continue
        yield t if t[0] not in "\"'R" or len(t) == 1 or t.isidentifier() else '""'


def named(words):
    """What a `{` opens, by the words since the last `;`, `{` or `}`: (kind, name)."""
    if "namespace" in words:
        at = words.index("namespace")
        return "namespace", "".join(words[at + 1:])
    if words[:2] == ["extern", '""']: return "namespace", None
    if "template" in words[:1]:  # template <...>: the same name may be specialised
        depth = 0
        for i, w in enumerate(words[1:], 1):
            depth += (w == "<") - (w == ">")
            if depth == 0:
                words = words[i + 1:]
                break
        if words[:1] and words[0] in ("struct", "class") and "<" in words: return "other", ""
        return "template", type_name(words)
    if name := type_name(words): return "type", name
    if words.count("(") != words.count(")"): return "other", ""  # a default argument
    if "(" in words and "=" not in words[:words.index("(")] and words[0] not in ("static", "inline", "constexpr"):
        head = words[:words.index("(")]
        if head and head[-1].isidentifier() and len(head) > 1: return "function", function_name(words)
    return "other", ""


def type_name(words):
    for i, w in enumerate(words):
        if w in ("struct", "class", "union", "enum") and "(" not in words[:i]:
            rest = [x for x in words[i + 1:] if x not in ("class", "struct", "final", "alignas")]
            if rest and rest[0].isidentifier() and (len(rest) == 1 or rest[1] == ":"): return rest[0]
            return ""
        if w in ("(", "="): return ""
    return ""


def function_name(words):
    """With its qualifiers and the text of its parameters: overloads are other functions."""
    at = words.index("(")
    name = words[at - 1]
    i = at - 2
    while i > 0 and words[i] == "::":
        name = words[i - 1] + "::" + name
        i -= 2
    depth = 0
    for end in range(at, len(words)):
        depth += (words[end] == "(") - (words[end] == ")")
        if depth == 0: break
    parameters, parameter, depth = [], [], 0
    for w in words[at + 1:end] + [","]:
        depth += (w in "<(") - (w in ">)")
        if w == "," and depth == 0:
            if len(parameter) > 1 and parameter[-1].isidentifier() and parameter[-2] != "::": parameter.pop()  # its name
            parameters.append(" ".join(parameter))
            parameter = []
        else:
            parameter.append(w)
    return name + "(" + ", ".join(parameters) + ")"


def definitions(text):
    """(kind, whole name) of each definition with external linkage."""
    scopes, words = [], []  # scopes: (kind, name)
    for t in tokens(text):
        if t == "{":
            kind, name = named(words) if all(k == "namespace" for k, _ in scopes) else ("other", "")
            if kind in ("type", "function", "template") and name and ("namespace", "") not in scopes:
                yield kind, "::".join([n for _, n in scopes if n] + [name])
            scopes.append((kind, name))
            words = []
        elif t == "}":
            if scopes: scopes.pop()
            words = []
        elif t == ";":
            words = []
        else:
            words.append(t)


def alternatives(files):
    """Files of which only one is in a program."""
    def side(f, pair): return next((p for p in pair if os.path.splitext(f)[0].endswith(p)), None)
    return any(sorted(side(f, pair) or "" for f in files) == sorted(pair) for pair in EITHER)


def clashes(sources):
    where = collections.defaultdict(list)
    for path, text in sources:
        for key in set(definitions(text)): where[key].append(path)
    return [(kind, name, files) for (kind, name), files in sorted(where.items()) if len(files) > 1 and not alternatives(files)]


def tree(folders):
    for folder in folders:
        for directory, _, names in sorted(os.walk(os.path.join(ROOT, folder))):
            for name in sorted(names):
                if name.endswith((".h", ".cc")) and name not in ("openssl",):
                    path = os.path.join(directory, name)
                    with open(path, encoding="utf-8") as f: yield os.path.relpath(path, ROOT), f.read()


MADE_UP = [  # sources, the names that clash
    ({"a.h": "namespace p { struct Ping { int x; }; }", "b.cc": "namespace p { struct Ping { char y; }; }"}, ["p::Ping"]),
    ({"a.h": "namespace p { struct Ping; }", "b.cc": "namespace p { struct Ping { char y; }; }"}, []),
    ({"a.cc": "namespace p { namespace { struct Ping { int x; }; } }", "b.cc": "namespace p { struct Ping { char y; }; }"}, []),
    ({"a_unix.cc": "namespace p { struct Ping { int x; }; }", "a_win.cc": "namespace p { struct Ping { char y; }; }"}, []),
    ({"a_unix.cc": "namespace p { struct Ping { int x; }; }", "b_win.cc": "namespace p { struct Ping { char y; }; }"}, []),
    ({"a_unix.cc": "struct P { int x; };", "b_unix.cc": "struct P { char y; };", "a_win.cc": "struct P { int y; };"}, ["P"]),
    ({"a.h": "namespace p { void f(int a = {}, std::function<int(int)> b = {}); }", "b.cc": "namespace p { void f(int a, std::function<int(int)> b) {} }"}, []),
    ({"a.cc": "namespace p { struct A { struct Ping { int x; }; }; }", "b.cc": "namespace p { struct Ping { char y; }; }"}, []),
    ({"a.cc": "namespace p { enum class Kind : int { a }; }", "b.cc": "namespace p { struct Kind final { int a; }; }"}, ["p::Kind"]),
    ({"a.cc": "namespace p { void f(int a) {} }", "b.cc": "namespace p { void f(int b) { } }"}, ["p::f(int)"]),
    ({"a.cc": "namespace p { void f(int a) {} }", "b.cc": "namespace p { void f(long b) { } static void f(int) {} }"}, []),
    ({"a.cc": "// struct X { };\nconst char* s = \"struct X {\"; struct X { int i = '{'; };", "b.cc": "/* { */ R\"(struct X {)\"; namespace { struct X { }; }"}, []),
    ({"a.cc": "struct X { int a; };", "b.cc": "#define struct X {\nstruct X : Y { int b; };"}, ["X"]),
    ({"a.h": "template <class T> struct V { T t; };", "b.h": "template <class U> struct V { U u; };"}, ["V"]),
]


def main():
    passed = failed = 0
    for sources, wanted in MADE_UP:
        got = [name for _, name, _ in clashes(sources.items())]
        passed, failed = passed + (got == wanted), failed + (got != wanted)
        if got != wanted: print("FAIL the reader of sources: %r: want %r got %r" % (sources, wanted, got))
    found = clashes(tree(sys.argv[1:] or PROGRAM))
    for kind, name, files in found: print("FAIL the %s %s is defined in %s" % (kind, name, " and in ".join(files)))
    passed, failed = passed + (not found), failed + len(found)
    print("%d passed, %d failed" % (passed, failed))
    return failed > 0


if __name__ == "__main__": sys.exit(main())
