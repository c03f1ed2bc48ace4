#!/bin/bash
# packaging/windows/build.sh [MSI-VERSION] - picket-VERSION-windows-amd64.msi and .zip, the same bytes from the same commit.
# MSI-VERSION: another number for the installer (X.Y.Z), to try an upgrade with.
set -euo pipefail
source "$(dirname "$0")/../lib.sh"
for tool in wixl msibuild zip faketime python3; do command -v $tool >/dev/null || die "$tool is missing; apt-get install wixl msitools zip faketime python3"; done
rm -f build/windows/build_info.cc  # a tag is no commit: look anew
./dev build windows picket
number=${1:-${version%%[-+]*}}                            # Windows Installer counts in three numbers
next=${number%.*}.$((${number##*.} + 1))
name=picket-$version-windows-amd64
[ "$number" = "${version%%[-+]*}" ] || name=picket-$number-windows-amd64
stage=$work/windows/$name

text() { sed 's/\r*$/\r/' "$1" >"$stage/$2"; }             # text as every editor of Windows shows it
rm -rf "$work/windows"; mkdir -p "$stage"
cp build/windows/bin/picket.exe "$stage/"
text README.md README.md; text LICENSE LICENSE.txt; text CHANGELOG.md CHANGELOG.md; text docs/WINDOWS.md WINDOWS.md; text docs/OPTIONS.md OPTIONS.md
scripts/deps.sh windows | while read -r _ library; do cat "$library/SBOM"; done | sed 's/$/\r/' >"$stage/LIBRARIES.txt"  # versions, hashes, patches
packaging/sbom.py windows build/windows/bin/picket.exe "$name" "$stage"
same_times "$stage"

(cd "$stage/.." && rm -f "$out/$name.zip" && find "$name" -type f | sort | zip -q -X -9 "$out/$name.zip" -@)

# Numbers of its own for each content, and no clock: wixl takes both from the machine otherwise.
uuid() { python3 -c 'import sys, uuid; print("{" + str(uuid.uuid5(uuid.NAMESPACE_URL, sys.argv[1])).upper() + "}")' "picket:$1:$number:$version"; }
still() { faketime -f "$(date -u -d "@$SOURCE_DATE_EPOCH" '+%Y-%m-%d %H:%M:%S')" "$@"; }
msi=$out/$name.msi
rm -f "$msi"
cp packaging/windows/picket.wxs "$stage/"
(cd "$stage" && still wixl -a x64 -D "Version=$number" -D "NextVersion=$next" -D "ProductCode=$(uuid product)" -o "$msi" picket.wxs)
still msibuild "$msi" -s "Picket $number" "picket maintainers" "x64;1033" "$(uuid package)"
ls -l "$msi" "$out/$name.zip" | awk '{printf "%s %.2f MB\n", $NF, $5 / 1e6}'
