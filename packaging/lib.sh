# packaging/lib.sh - what the package scripts share; sourced. Everything they make depends on the commit alone: its time is
# the time of every file, and nothing of this machine goes in (check: ./dev package test reproducible).
export LC_ALL=C TZ=UTC
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/.."
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
version=$(scripts/version.sh)
package_version=${version/-/\~}  # deb and rpm: a ~ sorts before what follows
out=${PICKET_PACKAGE_DIR:-$PWD/build/package}
work=$out/work
maintainer="picket maintainers <maintainers@picket.invalid>"
homepage=https://picket.invalid/
mkdir -p "$out" "$work"

die() { echo "package: $*" >&2; exit 1; }

# The preset and the words of each packager for an architecture: native | arm64 | armv7.
preset_of() { case $1 in native) echo release ;; *) echo "$1" ;; esac; }
native_arch() { case $(uname -m) in x86_64) echo amd64 ;; aarch64) echo arm64 ;; armv7l) echo armhf ;; *) uname -m ;; esac; }
deb_arch() { case $1 in native) native_arch ;; armv7) echo armhf ;; *) echo "$1" ;; esac; }
rpm_arch() { case $(deb_arch "$1") in amd64) echo x86_64 ;; arm64) echo aarch64 ;; armhf) echo armv7hl ;; *) deb_arch "$1" ;; esac; }
program_of() { echo "$PWD/build/$(preset_of "$1")/bin/picket"; }
native=$(program_of native)  # prints man pages and examples for every architecture

# install FILE with MODE at PATH
put() { install -D -m "$1" "$2" "$3"; }
put_text() { mkdir -p "$(dirname "$2")"; cat >"$2"; chmod "$1" "$2"; }
put_gz() { mkdir -p "$(dirname "$1")"; gzip -9n >"$1"; chmod 0644 "$1"; }
same_times() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

# A generated example with our directories in front: the only lines of it that are in force.
conffile() {  # NAME STATE CACHE
  printf '# Configuration of picket %s. Everything has its default, except the state directory.\n' "$1"
  printf 'state-dir: %s\n' "$2"
  [ -z "$3" ] || printf 'cache-dir: %s\n' "$3"
  echo
  "$native" docs "$1.yml" | sed '/^#state-dir:/d; /^#cache-dir:/d'
}

documents() { python3 packaging/documents.py "$@"; }  # DIR [--windows]: what every artefact has to carry and to explain
