#!/bin/bash
# packaging/test.sh [lint] [contents] [deb] [rpm] [systemd] [container] [engine] [manifests] [windows] [reproducible] - the proof of the packages,
# everything when nothing is named. What is in build/package (./dev package all) is checked, listed, installed, started, upgraded, removed and
# purged: in fresh roots of Debian 12 and 11 and one for rpm, under a real systemd, as containers without and with an engine, under wine; and
# built once more in a clone, libraries and all, without the compiler's cache.
# Needs root, the Debian archive of this machine, time. Ends with a line "N passed, N failed".
set -uo pipefail
source "$(dirname "$0")/lib.sh"
source packaging/test_roots.sh
source packaging/test_systemd.sh
source packaging/test_contents.sh
passed=0 failed=0
ok() { passed=$((passed + 1)); echo "ok   $*"; }
bad() { failed=$((failed + 1)); echo "FAIL $*" >&2; }
expect() { local what=$1; shift; if "$@" >"$work/test.log" 2>&1; then ok "$what"; else bad "$what: $*"; tail -15 "$work/test.log" >&2; return 1; fi; }
deb=$out/picket_${package_version}_$(deb_arch native).deb sensu_debs=("$out"/picket-sensu{,-agent,-backend,-cli}_"${package_version}"_all.deb)
dev_deb=$out/picket-dev_${package_version}_all.deb devel_rpm=$out/picket-devel-$package_version-1.noarch.rpm
rpm=$out/picket-$package_version-1.$(rpm_arch native).rpm sensu_rpms=("$out"/picket-sensu{,-agent,-backend,-cli}-"$package_version"-1.noarch.rpm)

# --- what the distributions' own checkers say -------------------------------------------------------------------------------

test_lint() {
  expect "lintian has no errors in the deb" lintian --fail-on error "$deb" "${sensu_debs[@]}" "$dev_deb"
  expect "rpmlint has no errors in the rpm" rpmlint -c packaging/rpm/rpmlint.toml "$rpm" "${sensu_rpms[@]}" "$devel_rpm"
  local units=$work/units unit
  rm -rf "$units"; mkdir -p "$units/usr/bin"
  for unit in agent backend edge; do
    dpkg-deb --fsys-tarfile "$deb" | tar x -C "$units" ./usr/lib/systemd/system ./usr/bin 2>/dev/null
    expect "systemd-analyze verify picket-$unit" verify "$units/usr/lib/systemd/system/picket-$unit.service"
    # 0 is closed, 10 is open; what the agent may do, its checks may do
    expect "systemd-analyze security picket-$unit" systemd-analyze security --offline=true --threshold=40 "$units/usr/lib/systemd/system/picket-$unit.service"
  done
}
verify() {  # the programs of the unit need not be on this machine
  local said; said=$(systemd-analyze verify --man=no "$1" 2>&1 | grep "$(basename "$1")" | grep -v 'is not executable: No such file' || true)
  [ -z "$said" ] || { echo "$said"; return 1; }
}

# --- the images, the installer ---------------------------------------------------------------------------------------------

test_container() { expect "the images run as an engine runs them" packaging/container/test.py "$out/picket-$version-oci.tar" "$out/picket-$version-plugins-oci.tar"; }
test_engine() {
  local engine
  for engine in podman docker; do
    expect "the images under $engine, started and scaled by docker-compose" /usr/bin/python3 packaging/container/engine.py $engine "$out/picket-$version-oci.tar" "$out/picket-$version-plugins-oci.tar"
    grep '^skip' "$work/test.log"
  done
}
test_manifests() { expect "compose file and Kubernetes manifests, field by field" /usr/bin/python3 packaging/container/manifests.py; }
test_windows() { expect "the installer under wine: install, check, stop, upgrade, uninstall" packaging/windows/test.py; }

# --- the same commit, the same bytes -----------------------------------------------------------------------------------------

# A clone in another folder, with libraries built there and nothing from the compiler's cache, against what this tree has packed.
test_reproducible() {
  local clone=$work/a-longer-name-for-the-other/clone file same
  [ -z "$(git status --porcelain --untracked-files=no)" ] || { bad "reproducible: there are changes here that no commit holds"; return; }
  rm -rf "${clone%/*}"; git clone -q . "$clone"
  (cd "$clone" && unset SOURCE_DATE_EPOCH PICKET_PACKAGE_DIR PICKET_DEPS_DIR && export CCACHE_DISABLE=1 && for p in deb rpm tar container windows; do ./dev package $p; done) >"$work/repro.log" 2>&1 ||
    { bad "packages build in a fresh clone: $work/repro.log"; tail -20 "$work/repro.log" >&2; return; }
  for file in "$clone"/build/package/picket*; do
    same=$(basename "$file")
    expect "the same bytes from another folder: ${same/git*.????????????/GIT}" cmp "$file" "$out/$same"
  done
  [ "$failed" != 0 ] || rm -rf "${clone%/*}"
}

[ -f "$deb" ] || die "there is no $deb; ./dev package deb, rpm, tar, ... make those of this commit"
[ $# -gt 0 ] || set -- lint contents deb rpm systemd container engine manifests windows reproducible
for what in "$@"; do "test_$what"; done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
