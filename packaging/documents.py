#!/usr/bin/env python3
"""documents.py FOLDER [--windows] - what every artefact has to explain, in one folder: README, CHANGELOG, docs/, checks/, examples/.

Links and paths lead to what is there: what lies elsewhere in the source tree is found at its place in the artefact, and a link to what only the
source tree has becomes plain text. --windows: lines end as every editor of Windows shows them, and the licence is LICENSE.txt.

documents.py --check FOLDER: names links of the documents below FOLDER that lead nowhere; exit status 1 when there are any."""
import os
import re
import sys

TREE = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
LINK = re.compile(r"(!?)\[((?:[^\[\]]|!?\[[^\[\]]*\]\([^()]*\))*)\]\(([^()\s#]*)(#[^()\s]*)?\)")


def sources(windows):
    """place in the artefact -> place in the tree"""
    found = {"README.md": "README.md", "CHANGELOG.md": "CHANGELOG.md", "SECURITY.md": "SECURITY.md",
             "LICENSE.txt" if windows else "LICENSE": "LICENSE"}
    for folder, place, ends in [("docs", "docs", (".md", ".json", ".png")), ("docs/reference", "docs/reference", (".md",)),
                                ("packaging/checks", "checks", (".yaml",)),
                                ("packaging/examples", "examples", (".yml", ".ini"))]:
        for name in sorted(os.listdir(os.path.join(TREE, folder))):
            if name.endswith(ends): found[f"{place}/{name}"] = f"{folder}/{name}"
    for name in ("compose.yaml", "kubernetes.yaml"): found["examples/" + name] = "packaging/container/" + name
    found["examples/checks-with-privileges.conf"] = "packaging/files/systemd/checks-with-privileges.conf"
    return found


def relinked(text, place, source, placed):
    """`text` of the file `source`, to lie at `place`; placed: tree -> artefact."""
    def link(m):
        image, words, to, anchor = m.groups()
        if not to or "://" in to or to.startswith("mailto:"): return m.group()
        there = placed.get(os.path.normpath(os.path.join(os.path.dirname(source), to)))
        if there is None: return words
        return f"{image}[{words}]({os.path.relpath(there, os.path.dirname(place) or '.')}{anchor or ''})"
    text = LINK.sub(link, text)
    for there, here in [*placed.items(), ("packaging/checks/", "checks/"), ("packaging/examples/", "examples/")]:
        if there.startswith("packaging/"): text = text.replace(there, here)
    return text


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f: f.write(data)
    os.chmod(path, 0o644)


def dead(folder):
    for directory, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if not name.endswith(".md"): continue
            with open(os.path.join(directory, name), encoding="utf-8") as f: text = f.read()
            for m in LINK.finditer(text):
                to = m.group(3)
                if to and "://" not in to and not to.startswith("mailto:") and not os.path.exists(os.path.join(directory, to)):
                    yield f"{os.path.relpath(os.path.join(directory, name), folder)}: {to}"


def main():
    if sys.argv[1] == "--check":
        found = list(dead(sys.argv[2]))
        print("\n".join("leads nowhere: " + f for f in found), end="\n" if found else "")
        return bool(found)
    folder, windows = sys.argv[1], "--windows" in sys.argv[2:]
    found = sources(windows)
    placed = {source: place for place, source in found.items()}
    for place, source in found.items():
        with open(os.path.join(TREE, source), "rb") as f: data = f.read()
        if source.endswith(".md"): data = relinked(data.decode(), place, source, placed).encode()
        if windows and not source.endswith(".png"): data = re.sub(rb"\r*\n", b"\r\n", data)
        write(os.path.join(folder, place), data)
    return 0


sys.exit(main())
