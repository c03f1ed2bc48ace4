#!/bin/bash
# packaging/deb/build.sh [ARCH] - picket_VERSION_ARCH.deb; picket-sensu{,-agent,-backend,-cli}_VERSION_all.deb and
# picket-dev_VERSION_all.deb. The program is
# static, so one package serves every release of the distribution.
set -euo pipefail
source "$(dirname "$0")/../lib.sh"
arch=${1:-native}
root=$work/deb-$arch/picket sensu=$work/deb-$arch/picket-sensu
packaging/stage.sh "$arch" "$root" "$sensu"

changelog() {  # NAME
  printf '%s (%s) unstable; urgency=medium\n\n  * See /usr/share/doc/picket/CHANGELOG.md.\n\n -- %s  %s\n' "$1" "$package_version" \
    "$maintainer" "$(date -R -d "@$SOURCE_DATE_EPOCH")"
}
copyright() {
  printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: picket\n\nFiles: *\n'
  printf 'Copyright: %s\nLicense: MIT\n' "$(sed -n 's/^Copyright (c) //p' LICENSE)"
  sed -n '/^Permission/,$p' LICENSE | sed 's/^$/./; s/^/ /'
  printf '\nComment: What is linked into the program, with versions and licences, is in LICENSES.txt and sbom.spdx.json beside this file.\n'
}
control() {  # PACKAGE ARCH SIZE DEPENDS... as lines; the description comes on standard input
  printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: %s\nInstalled-Size: %s\nPriority: optional\n' "$1" "$package_version" \
    "$2" "$maintainer" "$3"
  cat
}
scripts_put() {  # ROOT PACKAGE: those of sensu-agent and sensu-backend are one text
  local script from=packaging/deb/$2 part=""
  case $2 in picket-sensu-agent|picket-sensu-backend) from=packaging/deb/picket-sensu-part part=${2##*-} ;; esac
  for script in postinst prerm postrm; do [ ! -f "$from.$script" ] || sed "s/@PART@/$part/g" "$from.$script" | put_text 0755 "$1/DEBIAN/$script"; done
  [ ! -f "$from.triggers" ] || put 0644 "$from.triggers" "$1/DEBIAN/triggers"
}
finish() {  # ROOT PACKAGE ARCH < control fields and description
  local root=$1 name=$2 doc=$1/usr/share/doc/$2 size
  copyright | put_text 0644 "$doc/copyright"
  changelog "$name" | put_gz "$doc/changelog.gz"
  rm -f "$doc/LICENSE"  # its text is in copyright
  [ ! -f "$doc/README.md" ] || sed -i 's/](LICENSE)/](copyright)/g' "$doc/README.md"
  [ ! -f "packaging/deb/$name.lintian" ] || put 0644 "packaging/deb/$name.lintian" "$root/usr/share/lintian/overrides/$name"
  mkdir -p "$root/DEBIAN"
  scripts_put "$root" "$name"
  size=$(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%s\n' | awk '{k += int(($1 + 1023) / 1024)} END {print k}')
  control "$name" "$3" "$size" >"$root/DEBIAN/control"
  [ ! -d "$root/etc" ] || (cd "$root" && find etc -type f | sort | sed 's#^#/#') >"$root/DEBIAN/conffiles"
  (cd "$root" && find . -path ./DEBIAN -prune -o -type f -print | sort | sed 's#^\./##' | xargs md5sum) >"$root/DEBIAN/md5sums"
  same_times "$root"
  dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$root" "$out/${name}_${package_version}_$3.deb" >/dev/null
  echo "$out/${name}_${package_version}_$3.deb"
}

finish "$root" picket "$(deb_arch "$arch")" <<'TEXT'
Section: admin
Depends: passwd
Recommends: ca-certificates
Suggests: monitoring-plugins-basic
Description: monitoring agent, server and command-line client in one program
 picket monitors servers. It runs built-in checks and Nagios plugins, takes
 results from scripts on port 3030, alerts when a job stops reporting, and stores
 everything in one SQLite file. Its agent and backend work with Sensu Go. All
 programs are one static binary without dependencies.
TEXT
[ "$arch" = native ] || exit 0
# One for each package of Sensu's, so that the agent of a host is exchanged and its backend stays, or the other way round.
sensu_part() {  # PART PROGRAM
  finish "$sensu-$1" "picket-sensu-$1" all <<TEXT
Section: admin
Depends: picket (>= $package_version), passwd
Provides: sensu-go-$1
Conflicts: sensu-go-$1
Replaces: sensu-go-$1
Description: picket under the name $2
 Under this name picket reads the configuration of Sensu Go in /etc/sensu and
 uses its directories. A host moves to picket, and back, by exchanging packages.
TEXT
}
sensu_part agent sensu-agent
sensu_part backend sensu-backend
sensu_part cli sensuctl
finish "$sensu" picket-sensu all <<TEXT
Section: admin
Depends: picket-sensu-agent (>= $package_version), picket-sensu-backend (>= $package_version), picket-sensu-cli (>= $package_version)
Description: picket under the names sensu-agent, sensu-backend and sensuctl
 All three names at once, and how to move from Sensu Go to picket. On a host
 that keeps a part of Sensu Go install the one package of the part that moves.
TEXT
packaging/stage_dev.sh "$work/deb-$arch/picket-dev" /usr picket-dev
finish "$work/deb-$arch/picket-dev" picket-dev all <<'TEXT'
Section: libdevel
Suggests: gcc | g++, cmake, pkgconf
Enhances: picket
Description: SDK for authors of checks, handlers and mutators
 A C99 header, a C++11 wrapper, a library for POSIX sh, examples, and pkg-config
 and CMake files. Plugins written with them do not need picket and also run under
 Nagios and Sensu.
TEXT
