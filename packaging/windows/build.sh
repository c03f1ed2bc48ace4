#!/bin/bash
# packaging/windows/build.sh [MSI-VERSION] - picket-VERSION-windows-amd64.msi and .zip, the same bytes from the same commit.
# MSI-VERSION: another number for the installer (X.Y.Z), to try an upgrade with.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C TZ=UTC
umask 022
for tool in wixl msibuild zip faketime python3; do
  command -v $tool >/dev/null || { echo "package: $tool is missing; apt-get install wixl msitools zip faketime python3" >&2; exit 1; }
done
./dev build windows picket
version=$([ ! -x scripts/version.sh ] && sed -n "s/^project(picket VERSION \([0-9.]*\).*/\1/p" CMakeLists.txt || scripts/version.sh)
number=${1:-${version%%[-+]*}}                            # Windows Installer counts in three numbers
next=${number%.*}.$((${number##*.} + 1))
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
out=${PICKET_PACKAGE_DIR:-$PWD/build/package}
name=picket-$version-windows-amd64
[ "$number" = "${version%%[-+]*}" ] || name=picket-$number-windows-amd64
stage=$out/work/windows/$name

put() { sed 's/\r*$/\r/' "$1" >"$stage/$2"; }             # text as every editor of Windows shows it
rm -rf "$out/work/windows"; mkdir -p "$stage"
cp build/windows/bin/picket.exe "$stage/"
put README.md README.md; put LICENSE LICENSE.txt; put CHANGELOG.md CHANGELOG.md; put docs/WINDOWS.md WINDOWS.md; put docs/OPTIONS.md OPTIONS.md
scripts/deps.sh windows | while read -r _ library; do cat "$library/SBOM"; done | sed 's/$/\r/' >"$stage/LIBRARIES.txt"  # versions, hashes, patches
sbom=no
[ ! -x packaging/sbom.py ] || { packaging/sbom.py windows build/windows/bin/picket.exe "$name" "$stage"; sbom=yes; }
find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

(cd "$stage/.." && rm -f "$out/$name.zip" && find "$name" -type f | sort | zip -q -X -9 "$out/$name.zip" -@)

# Numbers of its own for each content, and no clock: wixl takes both from the machine otherwise.
uuid() { python3 -c 'import sys, uuid; print("{" + str(uuid.uuid5(uuid.NAMESPACE_URL, sys.argv[1])).upper() + "}")' "picket:$1:$number:$version"; }
still() { faketime -f "$(date -u -d "@$SOURCE_DATE_EPOCH" '+%Y-%m-%d %H:%M:%S')" "$@"; }
msi=$out/$name.msi
rm -f "$msi"
cp packaging/windows/picket.wxs "$stage/"
(cd "$stage" && still wixl -a x64 -D "Sbom=$sbom" -D "Version=$number" -D "NextVersion=$next" -D "ProductCode=$(uuid product)" -o "$msi" picket.wxs)
still msibuild "$msi" -s "Picket $number" "picket maintainers" "x64;1033" "$(uuid package)"
ls -l "$msi" "$out/$name.zip" | awk '{printf "%s %.2f MB\n", $NF, $5 / 1e6}'
