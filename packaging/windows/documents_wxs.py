#!/usr/bin/env python3
"""documents_wxs.py STAGE < picket.wxs - the installer's source with every file of STAGE but the program in it, at the marks @DIRECTORIES@ and
@REFERENCES@: a component for each folder, whose number is made of the folder's name and so stays the same from version to version."""
import os
import sys
import uuid

NUMBERS = uuid.UUID("8c1c3bb5-3e0b-4f27-9b8d-0f2b9a1d6e02")


def identifier(path): return "".join(c if c.isalnum() or c in "._" else "_" for c in path) or "top"


def component(folder, names):
    number = str(uuid.uuid5(NUMBERS, folder)).upper()
    files = [f'<File Id="{identifier(os.path.join(folder, n))}" Name="{n}" Source="{os.path.join(folder, n)}"{" KeyPath=" + chr(34) + "yes" + chr(34) if i == 0 else ""} />'
             for i, n in enumerate(names)]
    return f'<Component Id="Documents_{identifier(folder)}" Guid="{number}" Win64="yes">' + "".join(files) + "</Component>"


def directory(folder, references):
    """the <Component> of a folder, and the <Directory>s of those in it"""
    names = sorted(os.listdir(os.path.join(sys.argv[1], folder)))
    files = [n for n in names if os.path.isfile(os.path.join(sys.argv[1], folder, n)) and n not in ("picket.exe", "picket.wxs")]
    if files: references.append(f'<ComponentRef Id="Documents_{identifier(folder)}" />')
    found = [component(folder, files)] if files else []
    for name in names:
        below = os.path.join(folder, name)
        if os.path.isdir(os.path.join(sys.argv[1], below)):
            found.append(f'<Directory Id="DIR_{identifier(below)}" Name="{name}">' + "".join(directory(below, references)) + "</Directory>")
    return found


def main():
    references = []
    directories = directory("", references)
    sys.stdout.write(sys.stdin.read().replace("@DIRECTORIES@", "\n          ".join(directories)).replace("@REFERENCES@", "\n      ".join(references)))


main()
