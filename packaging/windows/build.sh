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

rm -rf "$work/windows"; mkdir -p "$stage"
cp build/windows/bin/picket.exe "$stage/"
documents "$stage" --windows
scripts/deps.sh windows | while read -r _ library; do cat "$library/SBOM"; done | sed 's/$/\r/' >"$stage/LIBRARIES.txt"  # versions, hashes, patches
packaging/sbom.py windows build/windows/bin/picket.exe "$name" "$stage"
same_times "$stage"

(cd "$stage/.." && rm -f "$out/$name.zip" && find "$name" -type f | sort | zip -q -X -9 "$out/$name.zip" -@)

# Numbers of its own for each content, and no clock: wixl takes both from the machine otherwise.
uuid() { python3 -c 'import sys, uuid; print("{" + str(uuid.uuid5(uuid.NAMESPACE_URL, sys.argv[1])).upper() + "}")' "picket:$1:$number:$version"; }
still() { faketime -f "$(date -u -d "@$SOURCE_DATE_EPOCH" '+%Y-%m-%d %H:%M:%S')" "$@"; }
msi=$out/$name.msi
rm -f "$msi"
packaging/windows/documents_wxs.py "$stage" <packaging/windows/picket.wxs >"$work/picket.wxs" && mv "$work/picket.wxs" "$stage/"
(cd "$stage" && still wixl -a x64 -D "Version=$number" -D "NextVersion=$next" -D "ProductCode=$(uuid product)" -o "$msi" picket.wxs)
# `picket` in every prompt that is opened afterwards; and the properties reach the part that runs as the system also where somebody who is no
# administrator began.
printf 'Environment\tName\tValue\tComponent_\r\ns72\tl255\tL255\ts72\r\nEnvironment\tEnvironment\r\nPATH\t=-*PATH\t[~];[INSTALLDIR]\tProgram\r\n' >"$work/windows/Environment.idt"
still msibuild "$msi" -i "$work/windows/Environment.idt"
for row in "RemoveEnvironmentStrings 3300" "WriteEnvironmentStrings 5200"; do
  still msibuild "$msi" -q "INSERT INTO \`InstallExecuteSequence\` (\`Action\`, \`Sequence\`) VALUES ('${row% *}', ${row#* })"
done
still msibuild "$msi" -q "UPDATE \`Property\` SET \`Value\` = 'OLDERFOUND;NEWERFOUND;BACKENDURL;SUBSCRIPTIONS' WHERE \`Property\` = 'SecureCustomProperties'"
still msibuild "$msi" -s "Picket $number" "picket maintainers" "x64;1033" "$(uuid package)"
ls -l "$msi" "$out/$name.zip" | awk '{printf "%s %.2f MB\n", $NF, $5 / 1e6}'
