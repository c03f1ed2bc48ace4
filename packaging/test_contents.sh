# packaging/test_contents.sh - test_contents: what every artefact has to hold, by listing it: program, documents, licences, a bill of
# materials that names what is linked and whose hash is the program's. Sourced by packaging/test.sh.

names_in() {  # ARTEFACT: the paths in it
  case $1 in
    *.deb) dpkg-deb --fsys-tarfile "$1" | tar t ;;
    *.rpm) rpm -qlp "$1" ;;
    *.tar.gz) tar tzf "$1" ;;
    *.zip) python3 -m zipfile -l "$1" | awk '{print $1}' ;;
    *.msi) msiextract -l "$1" ;;
    *-oci.tar) layer_of "$1" | tar tz ;;
  esac
}
layer_of() { tar xOf "$1" "$(tar tvf "$1" | sort -k3 -n -r | awk 'NR==1 {print $NF}')"; }  # the largest blob
unpacked() {  # ARTEFACT FOLDER
  rm -rf "$2"; mkdir -p "$2"
  case $1 in
    *.deb) dpkg-deb -x "$1" "$2" ;;
    *.rpm) rpm2cpio "$1" | (cd "$2" && cpio -id --quiet) ;;
    *.tar.gz) tar xzf "$1" -C "$2" ;;
    *.zip) python3 -m zipfile -e "$1" "$2" ;;
    *.msi) msiextract -C "$2" "$1" >/dev/null ;;
    *-oci.tar) layer_of "$1" | tar xz -C "$2" ;;
  esac
}
holds() {  # ARTEFACT PATTERN...
  local names pattern; names=$(names_in "$1")
  for pattern in "${@:2}"; do grep -qE "(^|/)$pattern\$" <<<"$names" || { echo "$1 holds no $pattern"; return 1; }; done
}
links_are_good() { unpacked "$1" "$work/unpacked" && python3 packaging/documents.py --check "$work/unpacked" && ! grep -rlE --include='*.md' '(^|[^a-z])packaging/(checks|examples|container/(compose|kubernetes))' "$work/unpacked"; }
version_resource() { local program; unpacked "$1" "$work/unpacked" && program=$(find "$work/unpacked" -name picket.exe) && iconv -f utf-16le -t ascii -c "$program" | tr -d '\0' | grep -aq "ProductVersion$version"; }
msi_tables() { msiinfo export "$1" Environment | grep -q '^PATH.*INSTALLDIR' && msiinfo export "$1" Property | grep -q '^SecureCustomProperties.*BACKENDURL;SUBSCRIPTIONS'; }
checksums_are_good() { (cd "$out" && sha256sum --quiet -c SHA256SUMS) && grep -q "$(basename "$deb")" "$out/SHA256SUMS"; }
preset_in() { case $1 in *arm64*|*aarch64*) echo arm64 ;; *armv7*|*armhf*) echo armv7 ;; *windows*) echo windows ;; *) echo release ;; esac; }
bill_is_right() {  # ARTEFACT: the hash in the bill is that of the program in it, and it names the libraries that the linker was given, no others
  local folder=$work/unpacked
  unpacked "$1" "$folder" && python3 - "$folder" "build/$(preset_in "$(basename "$1")")/build.ninja" <<'PYTHON'
import glob, hashlib, json, os, re, sys
found = {os.path.basename(p): p for p in glob.glob(sys.argv[1] + "/**", recursive=True) if os.path.isfile(p) and not os.path.islink(p) and "/sdk/" not in p}
bill = json.load(open(found["sbom.spdx.json"]))
packages = {p["name"]: p for p in bill["packages"]}
program = found.get("picket") or found.get("picket.exe")
assert packages["picket"]["checksums"][0]["checksumValue"] == hashlib.sha256(open(program, "rb").read()).hexdigest(), "not the program's hash"
link = next(part for part in open(sys.argv[2]).read().split("\nbuild ") if part.startswith("bin/picket") and "LINK_LIBRARIES" in part)
linked = set(re.findall(r"deps/([a-z]+)-[0-9a-f]{12}/lib/", link))
bundled = {name for name, p in packages.items() if p.get("comment") == "in the dashboard"}
others = {name for name in packages if not name.startswith("debian-")} - bundled - {"picket", "glibc", "libstdc++", "mingw-w64"}
assert len(linked) > 5 and linked == others, linked ^ others
texts = open(found["LICENSES.txt"], errors="replace").read()
assert all("\n%s %s: " % (name, packages[name]["versionInfo"]) in texts for name in linked | bundled) and "preact" in bundled, "a licence is missing"
for p in bill["packages"]:  # what scanners look for, and who it is from
    purls = [r["referenceLocator"] for r in p.get("externalRefs", []) if r["referenceType"] == "purl"]
    assert len(purls) == 1 and re.fullmatch(r"pkg:(generic|github|deb)/[^@ ]+@[^@ ]+", purls[0]) and p["supplier"], p["name"]
identifiers = {p["SPDXID"] for p in bill["packages"]} | {"SPDXRef-DOCUMENT"}
assert len(identifiers) == len(bill["packages"]) + 1 and all({r["spdxElementId"], r["relatedSpdxElement"]} <= identifiers for r in bill["relationships"])
PYTHON
}
commented() {  # every option of --help but those of the command line alone, and every line a comment but for where state lies
  local folder=$work/unpacked name words
  unpacked "$deb" "$folder" || return 1
  for name in agent backend edge; do
    words="$name start"; [ $name != edge ] || words=edge
    ! grep -vE '^(#|$|state-dir: |cache-dir: )' "$folder/etc/picket/$name.yml" || return 1
    # shellcheck disable=SC2086
    diff <("$folder/usr/bin/picket" $words --help | sed -nE 's/^ {1,6}(-[a-zA-Z], )?--([a-z0-9-]+).*/\2/p' | grep -vxE 'config-file|help|interactive|print-config' | sort) \
      <(sed -nE 's/^#?([a-z][a-z0-9-]*):.*/\1/p' "$folder/etc/picket/$name.yml" | sort) || return 1
  done
}
completes() {  # the completion scripts are read by their shells
  local share=$work/unpacked/usr/share
  unpacked "$deb" "$work/unpacked" && bash -n "$share/bash-completion/completions/picket" && zsh -n "$share/zsh/vendor-completions/_picket" && fish -n "$share/fish/vendor_completions.d/picket.fish" &&
    bash -c "source $share/bash-completion/completions/picket; COMP_WORDS=(picket ag); COMP_CWORD=1; \$(complete -p picket | sed 's/.*-F \([^ ]*\).*/\1/'); [ \"\${COMPREPLY[*]}\" = agent ]"
}
pages_are_clean() { local page; for page in "$work"/unpacked/usr/share/man/man*/*.gz; do [ -z "$(zcat "$page" | MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z - 2>&1 >/dev/null)" ] || return 1; done; }
tables_are_good() { systemd-sysusers --root="$work/unpacked" picket.conf && systemd-tmpfiles --create --root="$work/unpacked" picket.conf && [ "$(stat -c %a "$work/unpacked/var/lib/picket/agent")" = 750 ]; }
sdk_of_tar() {  # the SDK of the archive, wherever it is unpacked
  local folder=$work/unpacked sdk flags
  unpacked "$out/picket-$version-linux-$(deb_arch native).tar.gz" "$folder" && sdk=$(echo "$folder"/*/sdk) && flags=$(PKG_CONFIG_PATH=$sdk/share/pkgconfig pkg-config --cflags picket-plugin) &&
    cc $flags "$sdk"/share/doc/picket-dev/examples/check_queue.c -o "$folder/check" && { "$folder/check" -h || true; } | grep -q "files that wait"
}
sdk_of_deb() {
  local folder=$work/unpacked
  unpacked "$dev_deb" "$folder" && c++ -std=c++11 -I"$folder/usr/include" "$folder/usr/share/doc/picket-dev/examples/check_words.cc" -o "$folder/check" &&
    mkdir "$folder/user" && printf 'cmake_minimum_required(VERSION 3.13)\nproject(u C)\nfind_package(PicketPlugin 1 REQUIRED)\nadd_executable(u %s)\ntarget_link_libraries(u PicketPlugin::plugin)\n' \
      "$folder/usr/share/doc/picket-dev/examples/check_queue.c" >"$folder/user/CMakeLists.txt" && cmake -S "$folder/user" -B "$folder/b" -DCMAKE_PREFIX_PATH="$folder/usr" && cmake --build "$folder/b"
}
sensu_names() {  # ARTEFACT: the program, unit and pages of its part, and nothing of another
  local part
  case $(basename "$1") in picket-sensu-agent*) part=agent ;; picket-sensu-backend*) part=backend ;; picket-sensu-cli*) part=cli ;; *) part=all ;; esac
  case $part in
    cli) holds "$1" usr/bin/sensuctl sensuctl.1.gz completions/sensuctl ;;
    all) holds "$1" doc/picket-sensu/FROM-SENSU.md && ! names_in "$1" | grep -E 'bin/|\.service$' ;;
    *) holds "$1" "usr/sbin/sensu-$part" "sensu-$part.service" "sensu-$part.8.gz" "sysusers.d/picket-sensu-$part.conf" && [ "$(names_in "$1" | grep -cE '/s?bin/.|\.service$')" = 2 ] ;;
  esac
}

test_contents() {
  local file short documents='README.md CHANGELOG.md SECURITY.md INSTALL.md UPGRADE.md FROM-SENSU.md CONTAINERS.md OPTIONS.md openapi.json docs/reference/processing.md compose.yaml kubernetes.yaml windows-host.yaml'
  for file in "$out"/picket{_"$package_version"_*.deb,-"$package_version"-1.*.rpm,-"$version"-*}; do
    [ -f "$file" ] || continue
    short=$(basename "$file"); short=${short/git*.????????????/GIT}
    expect "$short: licences, bill of materials" holds "$file" 'LICENSES.txt' 'sbom.spdx.json' '(LICENSE|LICENSE.txt|copyright)'
    expect "$short: the bill is that of the program in it" bill_is_right "$file"
  done
  for file in "${sensu_debs[@]}" "$dev_deb" "${sensu_rpms[@]}" "$devel_rpm"; do
    expect "$(basename "${file/git*.????????????/GIT}"): licence, bill of materials" holds "$file" 'sbom.spdx.json' '(LICENSE|copyright)'
  done
  for file in "$deb" "$rpm" "$out/picket-$version-linux-$(deb_arch native).tar.gz"; do expect "${file##*.}: documents and examples" holds "$file" $documents agent.yml checks-with-privileges.conf linux-host.yaml; done
  for file in "$deb" "$dev_deb" "$rpm" "$out/picket-$version"-{linux-*.tar.gz,windows-*.zip,windows-*.msi}; do
    [ ! -f "$file" ] || expect "$(basename "${file/git*.????????????/GIT}"): no link of a document leads nowhere" links_are_good "$file"
  done
  for file in "$deb" "$rpm"; do
    expect "${file##*.}: program, units, users, pages, completion, rotation" holds "$file" usr/bin/picket picket-{agent,backend,edge}.service sysusers.d/picket.conf tmpfiles.d/picket.conf \
      picket{,-ctl,-run}.1.gz picket-{agent,backend,edge}.8.gz completions/picket _picket picket.fish logrotate.d/picket etc/picket/{agent,backend,edge}.yml
  done
  for file in "${sensu_debs[@]}" "${sensu_rpms[@]}"; do expect "$(basename "${file/git*.????????????/GIT}"): Sensu's names, each in its package alone" sensu_names "$file"; done
  for file in "$dev_deb" "$devel_rpm"; do expect "${file##*.}: for authors of plugins" holds "$file" include/picket/plugin.h{,pp} picket-plugin.pc PicketPluginConfig.cmake picket-plugin.sh check_json.py check_queue.c; done
  for file in "$out/picket-$version"-windows-*.{zip,msi}; do
    [ ! -f "$file" ] || expect "${file##*.}: documents, examples" holds "$file" $documents WINDOWS.md agent.yml
    [ ! -f "$file" ] || expect "${file##*.}: the program's version is in its resources" version_resource "$file"
  done
  for file in "$out/picket-$version"-windows-*.msi; do [ ! -f "$file" ] || expect "msi: PATH, and properties for everybody" msi_tables "$file"; done
  expect "the checksums are those of the files beside them" checksums_are_good
  expect "the conffiles say every option, commented" commented
  expect "the completion scripts are good" completes
  expect "the man pages are good" pages_are_clean
  expect "sysusers and tmpfiles are good" tables_are_good
  expect "the SDK of the archive compiles a check, where it lies" sdk_of_tar
  expect "the SDK of the deb compiles checks, by CMake as well" sdk_of_deb
}
