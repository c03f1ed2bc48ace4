#!/bin/bash
# deps.sh TARGET - fetches and builds the libraries of cmake/deps.lock as static libraries into .deps/TARGET/{include,lib}.
#
# TARGET: linux | linux-openssl (libwebsockets with the system's OpenSSL) | windows (mingw-w64)
# Each library is built once; its stamp is the hash of its lock line, its recipe below and the stamps of what it links. When
# all stamps fit, this ends at once and touches no network.
#   PICKET_DEPS_DIR   where the result goes; default .deps in the tree. Several trees may share one.
#   DEPS_CACHE        source archives, kept; default ~/.cache/picket-deps
set -euo pipefail
cd "$(dirname "$0")/.."
tree=$PWD
target=${1:-linux}
deps=${PICKET_DEPS_DIR:-$tree/.deps}
mkdir -p "$deps"; deps=$(cd "$deps" && pwd)
prefix=$deps/$target
work=$deps/work/$target
cache=${DEPS_CACHE:-$HOME/.cache/picket-deps}
lock=cmake/deps.lock

die() { echo "deps.sh: $*" >&2; exit 1; }
lock_row() { awk -v n="$1" '$1==n' $lock; }
lock_names() { awk '$1 !~ /^#/ && NF {print $1}' $lock; }

case $target in
  linux|linux-openssl) CC=${CC:-gcc} AR=ar toolchain=() ;;
  windows) CC=x86_64-w64-mingw32-gcc-posix AR=x86_64-w64-mingw32-ar toolchain=("-DCMAKE_TOOLCHAIN_FILE=$tree/cmake/mingw.cmake") ;;
  *) die "there is no target \"$target\"; use linux, linux-openssl or windows" ;;
esac
launcher=$(command -v ccache || true)
cflags="-O2 -g0 -ffunction-sections -fdata-sections"

# --- where sources come from: the cache, the distribution's source packages, the URL ---------------------------------

apt_setup() {  # a private list of source packages at the archives this machine already uses; needs no root
  [ -d "$deps/work/apt/ready" ] && return
  local a=$deps/work/apt main security key=signed-by=/usr/share/keyrings/debian-archive-keyring.gpg
  command -v apt-get >/dev/null || return 1
  rm -rf "$a"; mkdir -p "$a/lists" "$a/cache"
  local targets; targets=$(apt-get indextargets --format '$(REPO_URI)|$(CODENAME)' 'Identifier: Packages')
  main=$(awk -F'|' '$2=="bookworm"||$2=="trixie"{print $1;exit}' <<<"$targets")
  security=$(awk -F'|' '$2~/-security$/{print $1;exit}' <<<"$targets")
  [ -n "$main" ] || return 1
  echo "deb-src [$key] $main trixie main" >"$a/main.list"
  cp "$a/main.list" "$a/src.list"
  [ -z "$security" ] || echo "deb-src [$key] $security trixie-security main" >>"$a/src.list"
  apt_run src.list update && mkdir "$a/ready"
}
apt_run() {  # LIST ARGS...
  local a=$deps/work/apt list=$1; shift
  apt-get -qq -o Dir::Etc::sourcelist="$a/$list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$a/lists" \
    -o Dir::Cache="$a/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=2 "$@"
}
fetch_apt() {  # PACKAGE -> orig and debian archives in the current directory. Mirrors have holes, so both lists are tried.
  local kind list
  apt_setup || return 1
  for kind in tar diff; do
    for list in src.list main.list; do
      apt_run $list source --$kind-only --download-only "$1" 2>fetch.log && break
    done || { cat fetch.log >&2; return 1; }
  done
}
check_sum() { [ "$(sha256sum <"$2" | cut -d' ' -f1)" = "$1" ]; }

fetch() {  # NAME -> $cache/NAME-VERSION/{orig.tar,debian.tar} of known content
  local name=$1 version package sum url_sum url dir got
  read -r _ version package sum url_sum url < <(lock_row "$name")
  dir=$cache/$name-$version
  if [ -f "$dir/orig.tar" ] && check_sum "$sum" "$dir/orig.tar"; then return; fi
  if [ -f "$dir/url.tar" ] && check_sum "$url_sum" "$dir/url.tar"; then return; fi
  mkdir -p "$dir" "$work/fetch-$name"; cd "$work/fetch-$name"
  if fetch_apt "$package"; then
    got=$(ls ./*.orig.tar.* | grep -v '\.asc$')
    check_sum "$sum" "$got" || die "$name: $got is not the archive that cmake/deps.lock pins (sha256 $sum). If Debian moved to another version, review it and update the lock"
    for d in ./*.debian.tar.*; do [ -f "$d" ] && { cp "$d" "$dir/debian.tar"; basename "$d" >"$dir/debian.name"; }; done
    mv "$got" "$dir/orig.tar"
  elif [ "$url_sum" != - ]; then
    echo "deps.sh: $name: no source package here, trying $url (without Debian's patches)" >&2
    curl -fsSL -o url.part "$url" || die "$name: $url cannot be fetched; put the archive into $dir/orig.tar"
    check_sum "$url_sum" url.part || die "$name: $url is not what cmake/deps.lock pins (sha256 $url_sum)"
    mv url.part "$dir/url.tar"
  else
    die "$name: not in $dir, and apt-get source $package failed; the lock has no checked URL for it"
  fi
  cd "$tree"; rm -rf "$work/fetch-$name"
}

unpack() {  # NAME -> the patched source tree in $src
  local name=$1 version dir p
  version=$(lock_row "$name" | awk '{print $2}')
  dir=$cache/$name-$version src=$work/$name
  rm -rf "$src"; mkdir -p "$src"
  if [ ! -f "$dir/orig.tar" ]; then
    case $(lock_row "$name") in
      *.zip) unzip -q "$dir/url.tar" -d "$src" && mv "$src"/*/* "$src" ;;
      *) tar xf "$dir/url.tar" -C "$src" --strip-components=1 ;;
    esac
    echo "$name $version sha256 $(sha256sum <"$dir/url.tar" | cut -d' ' -f1) unpatched" >"$work/$name.sbom"
    return
  fi
  tar xf "$dir/orig.tar" -C "$src" --strip-components=1
  echo "$name $version sha256 $(sha256sum <"$dir/orig.tar" | cut -d' ' -f1)" >"$work/$name.sbom"
  [ -f "$dir/debian.tar" ] || return 0
  tar xf "$dir/debian.tar" -C "$src"
  echo "  patches $(cat "$dir/debian.name") sha256 $(sha256sum <"$dir/debian.tar" | cut -d' ' -f1)" >>"$work/$name.sbom"
  [ -f "$src/debian/patches/series" ] || return 0
  while read -r p _; do
    case $p in ''|'#'*) continue ;; esac
    patch -s -d "$src" -p1 <"$src/debian/patches/$p" >/dev/null || die "$name: Debian's $p does not apply"
    echo "    $p" >>"$work/$name.sbom"
  done <"$src/debian/patches/series"
}

# --- how each is built: build_NAME runs in the patched source tree ---------------------------------------------------

archive_of() {  # LIB FLAGS -- FILES: compile and archive a library that needs no build system
  local lib=$1 flags=() f objects=(); shift
  while [ "$1" != -- ]; do flags+=("$1"); shift; done; shift
  mkdir -p obj
  for f in "$@"; do objects+=("obj/$(basename "$f" .c).o"); done
  printf '%s\n' "$@" | xargs -P2 -I{} sh -c 'f={}; exec "$@" -c "$f" -o "obj/$(basename "$f" .c).o"' - \
    $launcher $CC $cflags "${flags[@]}"
  rm -f "$prefix/lib/$lib"; $AR rcs "$prefix/lib/$lib" "${objects[@]}"
}
cmake_of() {  # OPTIONS: configure, build and install with its own CMake
  cmake -G Ninja -S . -B b "${toolchain[@]}" -DCMAKE_BUILD_TYPE=None "-DCMAKE_C_FLAGS=$cflags ${EXTRA_CFLAGS:-}" \
    ${launcher:+-DCMAKE_C_COMPILER_LAUNCHER=$launcher} -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_PREFIX_PATH="$prefix" -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF -Wno-dev "$@"
  cmake --build b && cmake --install b
}

build_libuv() { cmake_of -DLIBUV_BUILD_SHARED=OFF -DLIBUV_BUILD_TESTS=OFF -DLIBUV_BUILD_BENCH=OFF; }
build_zlib() {  # Debian's tree lacks what zlib's CMake wants
  cp zconf.h.in zconf.h
  archive_of libz.a -DHAVE_UNISTD_H -D_LARGEFILE64_SOURCE -- adler32.c compress.c crc32.c deflate.c gz*.c infback.c inffast.c \
    inflate.c inftrees.c trees.c uncompr.c zutil.c
  cp zlib.h zconf.h "$prefix/include/"
}
build_mbedtls() {
  cp "$tree/cmake/mbedtls_config.h" "$prefix/include/picket_mbedtls_config.h"
  cmake_of -DENABLE_PROGRAMS=OFF -DENABLE_TESTING=OFF -DGEN_FILES=OFF -DMBEDTLS_FATAL_WARNINGS=OFF \
    -DMBEDTLS_USER_CONFIG_FILE="$prefix/include/picket_mbedtls_config.h"
}
build_lws() {
  local tls=(-DLWS_WITH_MBEDTLS=ON "-DLWS_MBEDTLS_INCLUDE_DIRS=$prefix/include"
    "-DLWS_MBEDTLS_LIBRARIES=$prefix/lib/libmbedtls.a;$prefix/lib/libmbedx509.a;$prefix/lib/libmbedcrypto.a"
    "-DMBEDTLS_LIBRARY=$prefix/lib/libmbedtls.a" "-DMBEDX509_LIBRARY=$prefix/lib/libmbedx509.a"
    "-DMBEDCRYPTO_LIBRARY=$prefix/lib/libmbedcrypto.a")
  [ "$target" = linux-openssl ] && tls=(-DLWS_WITH_SSL=ON)
  # lws has to see the same mbedTLS structures as mbedTLS itself
  EXTRA_CFLAGS="-DMBEDTLS_USER_CONFIG_FILE='\"$prefix/include/picket_mbedtls_config.h\"'" cmake_of "${tls[@]}" \
    -DLWS_WITH_LIBUV=ON -DLWS_WITH_EVLIB_PLUGINS=OFF "-DLWS_LIBUV_INCLUDE_DIRS=$prefix/include" \
    "-DLWS_LIBUV_LIBRARIES=$prefix/lib/libuv.a" -DLWS_WITH_SHARED=OFF -DLWS_WITHOUT_TESTAPPS=ON \
    -DLWS_WITHOUT_EXTENSIONS=OFF -DLWS_WITH_ZLIB=ON "-DLWS_ZLIB_INCLUDE_DIRS=$prefix/include" \
    "-DLWS_ZLIB_LIBRARIES=$prefix/lib/libz.a" -DLWS_WITH_HTTP2=OFF -DLWS_WITH_SECURE_STREAMS=OFF -DLWS_IPV6=ON \
    -DLWS_UNIX_SOCK=ON -DLWS_WITH_HTTP_BASIC_AUTH=OFF -DLWS_WITH_CUSTOM_HEADERS=ON -DLWS_ROLE_RAW_FILE=ON \
    -DLWS_HAVE_SYS_CAPABILITY_H=OFF -DLWS_HAVE_LIBCAP=OFF -DLWS_WITH_MINIMAL_EXAMPLES=OFF -DLWS_WITH_LWSAC=ON \
    -DDISABLE_WERROR=ON
}
build_cjson() {
  archive_of libcjson.a -DCJSON_HIDE_SYMBOLS -- cJSON.c
  mkdir -p "$prefix/include/cjson"; cp cJSON.h "$prefix/include/cjson/"
}
build_inih() {  # the handler receives the line number; lines of any length up to 64 kB
  archive_of libinih.a -DINI_HANDLER_LINENO=1 -DINI_USE_STACK=0 -DINI_ALLOW_REALLOC=1 -DINI_MAX_LINE=65536 -DINI_ALLOW_NO_VALUE=0 -- ini.c
  cp ini.h "$prefix/include/"
}
build_yaml() {
  archive_of libyaml.a -DYAML_DECLARE_STATIC -DYAML_VERSION_MAJOR=0 -DYAML_VERSION_MINOR=2 -DYAML_VERSION_PATCH=5 \
    '-DYAML_VERSION_STRING="0.2.5"' -Iinclude -- src/*.c
  cp include/yaml.h "$prefix/include/"
}
build_sqlite() {  # the amalgamation is made on the build machine, then compiled for the target
  env -u CC -u AR ./configure --disable-tcl --disable-readline && make sqlite3.c
  archive_of libsqlite3.a -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_DQS=0 -DSQLITE_THREADSAFE=1 \
    -DSQLITE_DEFAULT_MEMSTATUS=0 -- sqlite3.c
  cp sqlite3.h "$prefix/include/"
}
build_duktape() {  # scripts can be stopped (picket_duk_timeout, ours); they can neither read files nor print
  sed -i 's/^#undef DUK_USE_INTERRUPT_COUNTER$/#define DUK_USE_INTERRUPT_COUNTER/
    s/^#undef DUK_USE_EXEC_TIMEOUT_CHECK$/#define DUK_USE_EXEC_TIMEOUT_CHECK(udata) picket_duk_timeout(udata)\
#ifdef __cplusplus\
extern "C"\
#else\
extern\
#endif\
unsigned int picket_duk_timeout(void *udata);/' src-noline/duk_config.h
  grep -q '^#define DUK_USE_EXEC_TIMEOUT_CHECK' src-noline/duk_config.h
  archive_of libduktape.a -Isrc-noline -- src-noline/duktape.c
  cp src-noline/duktape.h src-noline/duk_config.h "$prefix/include/"
}
build_archive() {
  local off=() f
  for f in MBEDTLS NETTLE OPENSSL LIBB2 LZ4 LZO LZMA ZSTD BZip2 LIBXML2 EXPAT PCREPOSIX PCRE2POSIX LIBGCC CNG TAR CPIO CAT \
      UNZIP XATTR ACL ICONV TEST INSTALL WERROR; do off+=("-DENABLE_$f=OFF"); done
  EXTRA_CFLAGS=-w cmake_of "${off[@]}" -DENABLE_ZLIB=ON "-DZLIB_INCLUDE_DIR=$prefix/include" \
    "-DZLIB_LIBRARY=$prefix/lib/libz.a" -DPOSIX_REGEX_LIB=NONE
  cp b/libarchive/libarchive.a "$prefix/lib/"; cp libarchive/archive.h libarchive/archive_entry.h "$prefix/include/"
}
links_of() { case $1 in lws) echo libuv mbedtls zlib ;; archive) echo zlib ;; esac; }

# --- once each, side by side -----------------------------------------------------------------------------------------

stamp_of() {  # NAME
  local name=$1 d
  { lock_row "$name"; declare -f "build_$name" archive_of cmake_of unpack; echo "$target $cflags"
    case $name in mbedtls|lws) cat cmake/mbedtls_config.h ;; esac
    for d in $(links_of "$name"); do stamp_of "$d"; done; } | sha256sum | cut -d' ' -f1
}
built() { [ "$(cat "$prefix/stamp/$1" 2>/dev/null)" = "$(stamp_of "$1")" ]; }

make_one() {  # NAME
  built "$1" && return
  local d start=$SECONDS
  rm -f "$prefix/stamp/$1"
  fetch "$1"
  unpack "$1"
  for d in $(links_of "$1"); do
    until built "$d"; do [ ! -f "$work/failed" ] || exit 1; sleep 0.2; done
  done
  (cd "$src" && "build_$1") >"$work/$1.log" 2>&1 || { touch "$work/failed"; tail -30 "$work/$1.log" >&2; die "$1 does not build; the whole log is $work/$1.log"; }
  mv "$work/$1.sbom" "$prefix/stamp/$1.sbom"
  stamp_of "$1" >"$prefix/stamp/$1"
  rm -rf "$src"
  echo "deps.sh: $target: $1 built in $((SECONDS - start)) s"
}

missing=()
for name in $(lock_names); do built "$name" || missing+=("$name"); done
[ ${#missing[@]} -gt 0 ] || exit 0

mkdir -p "$prefix/include" "$prefix/lib" "$prefix/stamp" "$work" "$cache"
exec 9>"$deps/lock"; flock 9   # trees that share the directory take turns
rm -f "$work/failed"
echo "deps.sh: $target: building ${missing[*]} into $prefix (once)"
for name in "${missing[@]}"; do fetch "$name"; done
jobs_of=()
for name in "${missing[@]}"; do make_one "$name" 9>&- & jobs_of+=($!); done
status=0
for j in "${jobs_of[@]}"; do wait "$j" || { status=1; touch "$work/failed"; }; done
[ $status = 0 ] || exit 1
cat "$prefix"/stamp/*.sbom >"$prefix/SBOM"
