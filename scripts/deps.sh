#!/bin/bash
# deps.sh TARGET - fetches and builds the libraries of cmake/deps.lock as static libraries, once.
#
# TARGET: linux | arm64 | armv7 (Debian's cross compilers) | windows (mingw-w64)
# Prints a line "NAME DIRECTORY" for each; the directory holds include/, lib/, LICENSE and SBOM. It is named after a hash of all that
# determines its content (lock line, recipe below, what it links), so trees with different recipes can share one
# PICKET_DEPS_DIR, and a changed recipe builds that library only. When all are there, this touches no network.
#   PICKET_DEPS_DIR   where the result goes; default .deps in the tree
#   DEPS_CACHE        source archives, kept; default ~/.cache/picket-deps
#   DEPS_ARCHIVES     Debian archives to ask, with spaces between; default: those apt installs from
set -euo pipefail
cd "$(dirname "$0")/.."
tree=$PWD
deps=${PICKET_DEPS_DIR:-$tree/.deps}
mkdir -p "$deps"; deps=$(cd "$deps" && pwd -P)
cache=${DEPS_CACHE:-$HOME/.cache/picket-deps}
lock=cmake/deps.lock

die() { echo "deps.sh: $*" >&2; exit 1; }
say() { echo "deps.sh: $*" >&2; }
lock_row() { awk -v n="$1" '$1==n' $lock; }
lock_names() { awk '$1 !~ /^#/ && NF {print $1}' $lock; }

platform=${1:-linux} toolchain=()
case $platform in
  linux) CC=gcc AR=ar ;;
  arm64) CC=aarch64-linux-gnu-gcc AR=aarch64-linux-gnu-ar toolchain=("-DCMAKE_TOOLCHAIN_FILE=$tree/cmake/arm64.cmake") ;;
  armv7) CC=arm-linux-gnueabihf-gcc AR=arm-linux-gnueabihf-ar toolchain=("-DCMAKE_TOOLCHAIN_FILE=$tree/cmake/armv7.cmake") ;;
  windows) CC=x86_64-w64-mingw32-gcc-posix AR=x86_64-w64-mingw32-ar toolchain=("-DCMAKE_TOOLCHAIN_FILE=$tree/cmake/mingw.cmake") ;;
  *) die "there is no target \"$platform\"; use linux, arm64, armv7 or windows" ;;
esac
work=$deps/work/$platform
launcher=$(command -v ccache || true)
cflags="-O2 -g0 -ffunction-sections -fdata-sections"

# --- where sources come from: the cache, a Debian archive, the library's own address. Their hash decides, never the place ---

# The archives this machine installs from, one a line; DEPS_ARCHIVES names others (a mirror of your own; the tests' fake one).
archives() {
  if [ -n "${DEPS_ARCHIVES+set}" ]; then tr ' ' '\n' <<<"$DEPS_ARCHIVES"; return; fi
  ! command -v apt-get >/dev/null || apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 2>/dev/null | sort -u
}
# URL FILE. What answers nothing for ten seconds is given up.
kAptHelper=/usr/lib/apt/apt-helper
download_apt() {  # with apt's own proxies and transports, where there is apt
  [ -x $kAptHelper ] || { download_url "$@"; return; }
  $kAptHelper -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10 download-file "$1" "$2" >/dev/null 2>&1
}
download_url() { curl -fsSL --connect-timeout 5 --speed-limit 1000 --speed-time 10 -o "$2" "$1" 2>/dev/null; }
check_sum() { [ "$(sha256sum <"$2" | cut -d' ' -f1)" = "$1" ]; }
have_source() {  # NAME -> the archive of known content in the cache, if there is one
  local version sum url_sum dir
  read -r _ version _ sum url_sum _ < <(lock_row "$1")
  [ "$url_sum" != same ] || url_sum=$sum
  dir=$cache/$1-$version
  if [ -f "$dir/orig.tar" ] && check_sum "$sum" "$dir/orig.tar"; then echo "$dir/orig.tar"
  elif [ -f "$dir/url.tar" ] && check_sum "$url_sum" "$dir/url.tar"; then echo "$dir/url.tar"
  else return 1; fi
}

# NAME -> $cache/NAME-VERSION/orig.tar or url.tar. A file whose hash is not the lock's is said and never used.
fetch() {
  local name=$1 version pool sum url_sum url dir archive tried=()
  read -r _ version pool sum url_sum url < <(lock_row "$name")
  [ "$url_sum" != same ] || url_sum=$sum
  dir=$cache/$name-$version
  have_source "$name" >/dev/null && return
  mkdir -p "$dir"
  local f
  for f in "$dir/orig.tar" "$dir/url.tar"; do [ ! -f "$f" ] || say "$name: $f is not what cmake/deps.lock pins; it is not used"; done
  for archive in $(archives); do
    fetch_from download_apt "${archive%/}/pool/main/${pool//+/%2b}" "$sum" "$dir/orig.tar" && return
    tried+=("${archive%/}")
  done
  [ "$url" = none ] || { fetch_from download_url "$url" "$url_sum" "$dir/url.tar" && return; tried+=("$url"); }
  say "$name $version cannot be fetched: tried ${tried[*]:-nothing, as apt-get names no archive}."
  say "  Put the file ${pool##*/} (sha256 $sum)"
  say "  at $dir/orig.tar and begin again${url_sum:+; the one at $url (sha256 $url_sum) goes to $dir/url.tar}."
  return 1
}
fetch_from() {  # HOW URL SUM FILE
  local part=$4.part.$BASHPID
  if ! $1 "$2" "$part"; then rm -f "$part"; return 1; fi
  if ! check_sum "$3" "$part"; then say "$name: $2 is not what cmake/deps.lock pins (sha256 $3); it is not used"; rm -f "$part"; return 1; fi
  mv "$part" "$4"
  say "$name: fetched ($(($(stat -c %s "$4") / 1024)) kB)"
}
fetch_all() {  # NAMES: four at once; the first that cannot be had ends it
  local name left=0
  for name in "$@"; do
    [ $left -lt 4 ] || { wait -n || return 1; left=$((left - 1)); }
    fetch "$name" 9>&- & left=$((left + 1))
  done
  while [ $left -gt 0 ]; do wait -n || return 1; left=$((left - 1)); done
}

# What a distributor has to pass on: the library's own licence.
licences() {  # OUT: in the source tree
  local f
  for f in LICENSE* COPYING License LICENSING licenses/*; do
    [ -f "$f" ] && printf '==== %s ====\n\n' "$f" && cat "$f" && echo
  done >"$1"
  [ -s "$1" ] || die "$name: there is no licence in its source"
}

unpack() {  # NAME -> its source tree in $src, as upstream made it: no patch is applied (cmake/deps.lock says why none is missed)
  local name=$1 archive
  archive=$(have_source "$name") || die "$name: its archive has gone from $cache"
  src=$work/$name
  rm -rf "$src"; mkdir -p "$src"
  if [ "$(head -c 2 "$archive")" = PK ]; then
    unzip -q "$archive" -d "$src" && mv "$src"/*/* "$src"
  else
    tar xf "$archive" -C "$src" --strip-components=1
  fi
  echo "$name $(lock_row "$name" | awk '{print $2}') sha256 $(sha256sum <"$archive" | cut -d' ' -f1)" >"$work/$name.sbom"
}

# --- how each is built: build_NAME runs in the source tree and fills $out ----------------------------

archive_of() {  # LIB FLAGS -- FILES: compile and archive a library that needs no build system
  local lib=$1 flags=() f objects=(); shift
  while [ "$1" != -- ]; do flags+=("$1"); shift; done; shift
  flags+=("-ffile-prefix-map=$PWD=.")  # the same bytes wherever it is built
  mkdir -p obj
  for f in "$@"; do objects+=("obj/$(basename "$f" .c).o"); done
  printf '%s\n' "$@" | xargs -P2 -I{} sh -c 'f={}; exec "$@" -c "$f" -o "obj/$(basename "$f" .c).o"' - \
    $launcher $CC $cflags "${flags[@]}"
  rm -f "$out/lib/$lib"; $AR rcs "$out/lib/$lib" "${objects[@]}"
}
cmake_of() {  # OPTIONS: configure, build and install with its own CMake
  cmake -G Ninja -S . -B b "${toolchain[@]}" -DCMAKE_BUILD_TYPE=None "-DCMAKE_C_FLAGS=$cflags -ffile-prefix-map=$PWD=. ${EXTRA_CFLAGS:-}" \
    ${launcher:+-DCMAKE_C_COMPILER_LAUNCHER=$launcher} -DCMAKE_INSTALL_PREFIX="$out" -DCMAKE_INSTALL_LIBDIR=lib \
    -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF -Wno-dev "$@"
  cmake --build b
  cmake --install b
}

build_libuv() { cmake_of -DLIBUV_BUILD_SHARED=OFF -DLIBUV_BUILD_TESTS=OFF -DLIBUV_BUILD_BENCH=OFF; }
build_zlib() {  # Debian's tree lacks what zlib's CMake wants
  cp zconf.h.in zconf.h
  archive_of libz.a -DHAVE_UNISTD_H -D_LARGEFILE64_SOURCE -- adler32.c compress.c crc32.c deflate.c gz*.c infback.c inffast.c \
    inflate.c inftrees.c trees.c uncompr.c zutil.c
  cp zlib.h zconf.h "$out/include/"
}
build_mbedtls() {
  cp "$tree/cmake/mbedtls_config.h" "$out/include/picket_mbedtls_config.h"
  cmake_of -DENABLE_PROGRAMS=OFF -DENABLE_TESTING=OFF -DGEN_FILES=OFF -DMBEDTLS_FATAL_WARNINGS=OFF \
    -DMBEDTLS_USER_CONFIG_FILE="$out/include/picket_mbedtls_config.h"
}
build_lws() {  # without git it does not put the commit of the tree around it into the library;
  # it carries bytes alone; TLS, HTTP and WebSocket are ours (common/tls/tls.h, http1.h, ws_frames.h)
  local uv more=(-DLWS_WITHOUT_CLIENT=ON -DLWS_WITH_FILE_OPS=OFF -DLWS_WITH_HTTP_UNCOMMON_HEADERS=OFF -DLWS_WITH_NETLINK=OFF -DLWS_WITH_UDP=OFF
    -DLWS_WITH_LWSAC=OFF -DLWS_WITH_LEJP=OFF -DLWS_WITH_LEJP_CONF=OFF)
  [ $platform != windows ] || more=()  # its part for Windows does not compile without file operations
  uv=$(dir_of libuv)
  GIT_DIR=/dev/null cmake_of -DLWS_WITH_SSL=OFF -DLWS_WITH_LIBUV=ON -DLWS_WITH_EVLIB_PLUGINS=OFF "-DLWS_LIBUV_INCLUDE_DIRS=$uv/include" \
    "-DLWS_LIBUV_LIBRARIES=$uv/lib/libuv.a" -DLWS_WITH_SHARED=OFF -DLWS_WITHOUT_TESTAPPS=ON -DLWS_WITHOUT_EXTENSIONS=ON \
    -DLWS_ROLE_WS=OFF -DLWS_WITH_HTTP2=OFF -DLWS_WITH_SECURE_STREAMS=OFF -DLWS_IPV6=ON -DLWS_UNIX_SOCK=ON \
    -DLWS_WITH_HTTP_BASIC_AUTH=OFF -DLWS_HAVE_SYS_CAPABILITY_H=OFF -DLWS_HAVE_LIBCAP=OFF -DLWS_WITH_MINIMAL_EXAMPLES=OFF \
    -DLWS_WITH_UPNG=OFF -DLWS_WITH_JPEG=OFF -DLWS_WITH_LHP=OFF -DLWS_WITH_CACHE_NSCOOKIEJAR=OFF \
    -DLWS_WITH_CUSTOM_HEADERS=OFF -DLWS_WITH_SYS_SMD=OFF -DLWS_WITH_CONMON=OFF -DLWS_WITH_DIR=OFF "${more[@]}" -DDISABLE_WERROR=ON
}
build_cjson() {
  archive_of libcjson.a -DCJSON_HIDE_SYMBOLS -- cJSON.c
  mkdir -p "$out/include/cjson"; cp cJSON.h "$out/include/cjson/"
}
build_inih() {  # the handler receives the line number; lines of any length up to 64 kB
  archive_of libinih.a -DINI_HANDLER_LINENO=1 -DINI_USE_STACK=0 -DINI_ALLOW_REALLOC=1 -DINI_MAX_LINE=65536 -- ini.c
  cp ini.h "$out/include/"
}
build_yaml() {
  archive_of libyaml.a -Os -DYAML_DECLARE_STATIC -DYAML_VERSION_MAJOR=0 -DYAML_VERSION_MINOR=2 -DYAML_VERSION_PATCH=5 \
    '-DYAML_VERSION_STRING="0.2.5"' -Iinclude -- src/*.c
  cp include/yaml.h "$out/include/"
}
# The amalgamation is made on the build machine, then compiled for the target. What backend/store/sqlite.cc has no use for
# is left out, a fifth of the library: a migration that wants a trigger or a foreign key takes its word off this list first.
# For size: SQLite is a seventh of the instructions an event takes.
build_sqlite() {
  local omit=() what
  for what in ANALYZE AUTHORIZATION AUTOINCREMENT AUTOMATIC_INDEX AUTOVACUUM COMPILEOPTION_DIAGS COMPLETE CTE DATETIME_FUNCS DECLTYPE \
      DEPRECATED DESERIALIZE EXPLAIN FOREIGN_KEY GET_TABLE HEX_INTEGER INCRBLOB INTROSPECTION_PRAGMAS JSON LIKE_OPTIMIZATION \
      LOAD_EXTENSION LOCALTIME PROGRESS_CALLBACK REINDEX SHARED_CACHE TCL_VARIABLE TRACE TRIGGER UTF16 VIEW WINDOWFUNC; do
    omit+=("-DSQLITE_OMIT_$what")
  done
  env -u CC -u AR ./configure --disable-tcl --disable-readline
  make sqlite3.c "OPTS=${omit[*]}"
  archive_of libsqlite3.a -Os "${omit[@]}" -DSQLITE_DQS=0 -DSQLITE_THREADSAFE=1 -DSQLITE_DEFAULT_MEMSTATUS=0 -- sqlite3.c
  cp sqlite3.h "$out/include/"
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
  # The matcher of regular expressions does not ask for the time: a billion steps are 20 s, ten million are 0.2 s.
  sed -i 's/^#define DUK_RE_EXECUTE_STEPS_LIMIT .*/#define DUK_RE_EXECUTE_STEPS_LIMIT 10000000L/' src-noline/duktape.c
  grep -q '^#define DUK_RE_EXECUTE_STEPS_LIMIT 10000000L' src-noline/duktape.c
  # Static glibc brings each of these in four versions, 240 kB; atan2, sin and cos suffice to an ulp or two, and the
  # first of them an x86 has itself.
  local atan2='atan2((y),(x))'
  [[ $($CC -dumpmachine) != x86_64*-linux* ]] ||
    atan2='({double picket_r; __asm__("fpatan" : "=t"(picket_r) : "0"((double)(x)), "u"((double)(y)) : "st(1)"); picket_r;})'
  archive_of libduktape.a -Os -Isrc-noline "-DDUK_ATAN2(y,x)=$atan2" '-DDUK_ASIN(x)=DUK_ATAN2((x),sqrt((1.0-(x))*(1.0+(x))))' \
    '-DDUK_ACOS(x)=DUK_ATAN2(sqrt((1.0-(x))*(1.0+(x))),(x))' '-DDUK_ATAN(x)=DUK_ATAN2((x),1.0)' '-DDUK_TAN(x)=(sin(x)/cos(x))' \
    -- src-noline/duktape.c
  cp src-noline/duktape.h src-noline/duk_config.h "$out/include/"
}
build_archive() {
  local off=() f zlib
  zlib=$(dir_of zlib)
  for f in MBEDTLS NETTLE OPENSSL LIBB2 LZ4 LZO LZMA ZSTD BZip2 LIBXML2 EXPAT PCREPOSIX PCRE2POSIX LIBGCC CNG TAR CPIO CAT \
      UNZIP XATTR ACL ICONV TEST INSTALL WERROR; do off+=("-DENABLE_$f=OFF"); done
  EXTRA_CFLAGS="-w -Os" cmake_of "${off[@]}" -DENABLE_ZLIB=ON "-DZLIB_INCLUDE_DIR=$zlib/include" \
    "-DZLIB_LIBRARY=$zlib/lib/libz.a" -DPOSIX_REGEX_LIB=NONE
  cp b/libarchive/libarchive.a "$out/lib/"; cp libarchive/archive.h libarchive/archive_entry.h "$out/include/"
}
build_httpparser() {  # strict; a header's size is limited by us, per listener
  archive_of libhttp_parser.a -DHTTP_PARSER_STRICT=1 -DHTTP_MAX_HEADER_SIZE=0x7fffffff -- http_parser.c
  cp http_parser.h "$out/include/"
}
build_bcrypt() {  # of libxcrypt the one file that does bcrypt (public domain), without the rest (LGPL) and its tables
  mkdir one; cp lib/crypt-bcrypt.c lib/byteorder.h one/
  cat >one/crypt-port.h <<'C'
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#define INCLUDE_bcrypt 1
#define INCLUDE_bcrypt_a 1
#define INCLUDE_bcrypt_y 1
#define XCRYPT_USE_BIGENDIAN (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
#define ARG_UNUSED(x) x __attribute__((__unused__))
#define NO_INLINE __attribute__((__noinline__))
#define MIN_SIZE(x) static (x)
#define ALG_SPECIFIC_SIZE 8192
#define CRYPT_OUTPUT_SIZE 384
#include <assert.h>
#include "bcrypt.h"
#define crypt_bcrypt_rn picket_bcrypt
C
  cat >"$out/include/bcrypt.h" <<'C'
// $2a$, $2b$ and $2y$ hashes of a password; `output` (61 bytes or more) begins with a NUL when `setting` is none of them.
// `scratch` is memory to work in, kBcryptScratch bytes.
#include <stddef.h>
#include <stdint.h>
enum { kBcryptScratch = 8192 };
#ifdef __cplusplus
extern "C"
#endif
void picket_bcrypt(const char* phrase, size_t phrase_size, const char* setting, size_t setting_size, uint8_t* output,
                   size_t output_size, void* scratch, size_t scratch_size);
C
  archive_of libbcrypt.a -Ione "-I$out/include" -- one/crypt-bcrypt.c
}
links_of() { case $1 in lws) echo libuv ;; archive) echo zlib ;; esac; }

# --- once each, side by side -----------------------------------------------------------------------------------------

declare -A dirs
for name in $(lock_names); do  # the lock lists a library after those it links
  hash=$({
    lock_row "$name" | awk '{print $1, $2, $4}'
    declare -f "build_$name" archive_of cmake_of licences; echo "$cflags"
    [ $name != mbedtls ] || cat cmake/mbedtls_config.h
    for d in $(links_of "$name"); do echo "${dirs[$d]##*/}"; done
  } | sha256sum | cut -c1-12)
  dirs[$name]=$deps/$platform/$name-$hash
done
dir_of() { echo "${dirs[$1]}"; }
built() { [ -f "${dirs[$1]}/SBOM" ]; }
missing=()
for name in $(lock_names); do built "$name" || missing+=("$name"); done

end_others() { local j; for j in $(jobs -p); do pkill -P "$j" 2>/dev/null || true; kill "$j" 2>/dev/null || true; done; }

make_one() {  # NAME
  built "$1" && return
  local name=$1 d start=$SECONDS out=${dirs[$1]} log=$work/$1.log
  unpack "$name"
  for d in $(links_of "$name"); do until built "$d"; do sleep 0.2; done; done  # whoever fails ends us
  rm -rf "$out"; mkdir -p "$out/include" "$out/lib"
  (cd "$src"; licences "$out/LICENSE"; "build_$name") >"$log" 2>&1 &  # in the background, so that set -e counts in it
  wait $! || { tail -30 "$log" >&2; die "$name does not build; the whole log is $log"; }
  mv "$work/$name.sbom" "$out/SBOM"
  rm -rf "$src"
  say "$platform: $name built in $((SECONDS - start)) s"
}

if [ ${#missing[@]} -gt 0 ]; then
  mkdir -p "$work" "$cache"
  exec 9>"$deps/lock"; flock 9  # trees that share the directory take turns
  say "$platform: building ${missing[*]} in $deps (once; some two minutes on two cores)"
  fetch_all "${missing[@]}" || { end_others; exit 1; }
  for name in "${missing[@]}"; do (make_one "$name") 9>&- & done
  for name in "${missing[@]}"; do wait -n || { end_others; die "not all libraries could be built"; }; done
fi
for name in $(lock_names); do echo "$name ${dirs[$name]}"; done
