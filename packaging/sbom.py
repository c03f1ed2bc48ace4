#!/usr/bin/env python3
"""sbom.py TARGET PICKET NAME DIRECTORY - what is linked into a program: DIRECTORY/sbom.spdx.json (SPDX 2.3), LICENSES.txt.

TARGET is one of scripts/deps.sh's; the versions and hashes are those it recorded beside each library, the licences those it
found in the sources. Names and identifiers come from the content alone, so the same commit gives the same files.
`sbom.py none - NAME DIRECTORY`: of a package in which nothing is linked (links, sources): picket alone, no LICENSES.txt.
More words: what an image holds beside the program, as names of this machine's Debian packages or the path of a root file system."""
import hashlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse

TREE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
# What scripts/deps.sh builds but the program does not link.
NOT_LINKED = {"cjson"}
LICENCES = {
    "libuv": "MIT", "zlib": "Zlib", "mbedtls": "Apache-2.0 OR GPL-2.0-or-later", "lws": "MIT", "inih": "BSD-3-Clause", "yaml": "MIT",
    "sqlite": "LicenseRef-public-domain", "duktape": "MIT", "archive": "BSD-2-Clause", "httpparser": "MIT",
    "bcrypt": "LicenseRef-public-domain",
}
# What vulnerabilities are filed under: the project at its forge for a purl, vendor and product for a CPE.
KNOWN_AS = {
    "libuv": ("github/libuv/libuv", "libuv:libuv"), "zlib": ("github/madler/zlib", "zlib:zlib"), "mbedtls": ("github/mbed-tls/mbedtls", "arm:mbed_tls"),
    "lws": ("github/warmcat/libwebsockets", "warmcat:libwebsockets"), "inih": ("github/benhoyt/inih", "inih_project:inih"),
    "yaml": ("github/yaml/libyaml", "pyyaml:libyaml"), "sqlite": ("github/sqlite/sqlite", "sqlite:sqlite"),
    "duktape": ("github/svaarala/duktape", "duktape:duktape"), "archive": ("github/libarchive/libarchive", "libarchive:libarchive"),
    "httpparser": ("github/nodejs/http-parser", "nodejs:http-parser"), "bcrypt": ("github/besser82/libxcrypt", "libxcrypt_project:libxcrypt"),
    "preact": ("github/preactjs/preact", None), "@preact/signals": ("github/preactjs/signals", None), "@preact/signals-core": ("github/preactjs/signals", None),
    "glibc": (None, "gnu:glibc"), "libstdc++": (None, "gnu:gcc"), "mingw-w64": (None, "mingw-w64:mingw-w64"),
}
# The runtime of the compiler, static in the program: (name, licence, Debian package that says its version, its copyright file).
RUNTIME = {
    "linux": [("glibc", "LGPL-2.1-or-later", "libc6-dev"), ("libstdc++", "GPL-3.0-or-later WITH GCC-exception-3.1", "libstdc++-12-dev")],
    "arm64": [("glibc", "LGPL-2.1-or-later", "libc6-dev-arm64-cross"),
              ("libstdc++", "GPL-3.0-or-later WITH GCC-exception-3.1", "libstdc++-12-dev-arm64-cross")],
    "armv7": [("glibc", "LGPL-2.1-or-later", "libc6-dev-armhf-cross"),
              ("libstdc++", "GPL-3.0-or-later WITH GCC-exception-3.1", "libstdc++-12-dev-armhf-cross")],
    "windows": [("mingw-w64", "ZPL-2.1", "mingw-w64-x86-64-dev"),
                ("libstdc++", "GPL-3.0-or-later WITH GCC-exception-3.1", "g++-mingw-w64-x86-64-posix")],
}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=TREE).stdout


def sha256(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def libraries(target):
    for line in run("scripts/deps.sh", target).splitlines():
        name, directory = line.split(" ", 1)
        if name in NOT_LINKED:
            continue
        with open(directory + "/SBOM") as f:
            first, *patches = f.read().splitlines()
        _, version, _, digest = first.split()[:4]
        with open(directory + "/LICENSE", errors="replace") as f:
            yield name, version, digest, [p.strip() for p in patches], f.read()


def debian_version(package):
    try:
        return run("dpkg-query", "-W", "-f", "${Version}", package)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def debian_copyright(package):
    for path in (f"/usr/share/doc/{package}/copyright",):
        if os.path.exists(path):
            with open(path, errors="replace") as f:
                return f.read()
    return f"see Debian's package {package}\n"


def package(name, version, licence, **more):
    return {"SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name), "name": name, "versionInfo": version, "licenseConcluded": licence,
            "licenseDeclared": licence, "copyrightText": "NOASSERTION", "filesAnalyzed": False, "downloadLocation": "NOASSERTION",
            "supplier": "NOASSERTION", **more}


def upstream(version):
    """1:2.13.1+ds-2+deb12u1 -> 2.13.1"""
    return re.match(r"(?:\d+:)?([0-9][0-9A-Za-z.]*)", version).group(1) if re.match(r"(?:\d+:)?[0-9]", version) else version


def references(name, version, debian=None):
    """How scanners find it. `debian`: the Debian package it is, and its version there."""
    project, product = KNOWN_AS.get(name, (None, None))
    quoted = lambda text: urllib.parse.quote(text, safe=".-~")
    purl = f"pkg:deb/debian/{quoted(debian)}@{quoted(version)}?distro=debian-12" if debian else f"pkg:{project}@{quoted(upstream(version))}" if project else None
    refs = [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}] if purl else []
    if product:
        locator = f"cpe:2.3:a:{product.replace('+', chr(92) + '+')}:{upstream(version)}:*:*:*:*:*:*:*"
        refs.append({"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": locator})
    return refs


def bundled():
    """What the dashboard's bundle holds, as its own file says: NAME VERSION (LICENCE), then the text."""
    with open(TREE + "/backend/dashboard/dist/THIRD-PARTY.txt") as f:
        _, *parts = re.split(r"^(\S+ \S+ \([^)]+\))$", f.read(), flags=re.M)
    for head, text in zip(parts[::2], parts[1::2]):
        name, version, licence = re.match(r"(\S+) (\S+) \((.+)\)", head).groups()
        yield package(name, version, licence, comment="in the dashboard", externalRefs=references(name, version)), text.strip(" \n-") + "\n"


def linked(target):
    """Of each library in the program: its entry, and its licence as text."""
    yield from bundled()
    for name, version, digest, patches, licence in libraries(target):
        more = {"checksums": [{"algorithm": "SHA256", "checksumValue": digest}], "comment": "the hash is that of the source archive",
                "externalRefs": references(name, version)}
        if patches:
            more["sourceInfo"] = "; ".join(patches)
        yield package(name, version, LICENCES[name], **more), licence
    for name, spdx, debian in RUNTIME[target]:
        also = ", with libgcc of the same sources" if name == "libstdc++" else ""
        version = debian_version(debian)
        yield package(name, version, spdx, sourceInfo=f"Debian package {debian}{also}", supplier="Organization: Debian",
                      externalRefs=references(name, version, debian)), debian_copyright(debian)


def licence_texts(version, target, entries):
    rule = "=" * 100
    parts = [f"picket {version} is under the licence in the file LICENSE. It contains these libraries, under these licences.\n"]
    parts += [f"{rule}\n{entry['name']} {entry['versionInfo']}: {entry['licenseConcluded']}\n{rule}\n\n{text}" for entry, text in entries]
    if target != "windows":
        parts.append("The program is linked statically with glibc (LGPL): who wants to relink it with another glibc builds it from its source,\n"
                     "which is free, by `./dev release`.\n")
    return "\n".join(parts)


def beside(arguments):
    """The Debian packages an image holds beside the program: those named, of this machine; or all that a root file system knows."""
    root = arguments[0] if arguments[:1] and "/" in arguments[0] else None
    query = ("dpkg-query", f"--admindir={root or ''}/var/lib/dpkg", "-W", "-f", "${Package}\t${Version}\n", *(() if root else arguments))
    for line in run(*query).splitlines() if arguments else []:
        name, version = line.split("\t")
        yield package("debian-" + name, version, "NOASSERTION", sourceInfo=f"Debian package {name}; its licences: /usr/share/doc/{name}/copyright",
                      supplier="Organization: Debian", externalRefs=references("", version, name))


def relation(kind, entry, of="SPDXRef-picket"):
    return {"spdxElementId": of, "relationshipType": kind, "relatedSpdxElement": entry["SPDXID"]}


def document(artefact, version, program, libs, others):
    packages = [program, *libs, *others]
    body = json.dumps(packages, sort_keys=True).encode()
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": artefact,
        "documentNamespace": f"https://picket.invalid/spdx/{artefact}-{version}-{hashlib.sha256(body).hexdigest()[:16]}",
        "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))),
                         "creators": ["Tool: picket-packaging-sbom"]},
        "packages": packages,
        "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-public-domain", "extractedText": "The author disclaims copyright to this source code."}],
        "relationships": [relation("DESCRIBES", p, "SPDXRef-DOCUMENT") for p in (program, *others)] + [relation("STATIC_LINK", p) for p in libs],
    }


def main():
    target, path, artefact, out, *more = sys.argv[1:]
    version = run("scripts/version.sh").strip()
    checksums = {"checksums": [{"algorithm": "SHA256", "checksumValue": sha256(path)}]} if target != "none" else {}
    entries = list(linked(target)) if target != "none" else []
    os.makedirs(out, exist_ok=True)
    with open(out + "/sbom.spdx.json", "w") as f:
        json.dump(document(artefact, version, package("picket", version, "MIT", supplier="Organization: picket maintainers",
                                            externalRefs=[{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                                           "referenceLocator": "pkg:generic/picket@" + urllib.parse.quote(version, safe=".-~")}], **checksums), [e for e, _ in entries], list(beside(more))), f, indent=1, sort_keys=True)
        f.write("\n")
    if entries:
        with open(out + "/LICENSES.txt", "w") as f:
            f.write(licence_texts(version, target, entries))


main()
