#!/bin/bash
# lint_files.sh [OPTIONS] - what is wrong in the files named on standard input, a line each: clang-format, clang-tidy, Python that does not
# compile. Ends with "N passed, N failed". For scripts/pre_commit.sh, scripts/lint_changed.sh and ./dev lint.
#   --fix-format   formats instead of checking; files with changes that are not in git's index are only checked
#   --format-only  no clang-tidy
#   --seconds N    no clang-tidy begins after N seconds; how many files were left out is said
#   --jobs N       of clang-tidy at once
#   --build DIR    whose compile_commands.json clang-tidy reads (build/asan, else build/dev)
# Sources of Windows are tidied with the headers of mingw, where those are installed; fuzz targets and the SDK's examples are not.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
top=$(pwd -P) fix=no tidy=yes seconds=0 jobs=$(nproc) build=""
while [ $# -gt 0 ]; do
  case $1 in
    --fix-format) fix=yes ;;
    --format-only) tidy=no ;;
    --seconds) seconds=$2; shift ;;
    --jobs) jobs=$2; shift ;;
    --build) build=$2; shift ;;
    *) echo "lint_files.sh: there is no option \"$1\"" >&2; exit 2 ;;
  esac
  shift
done
for b in build/asan build/dev; do [ -n "$build" ] || [ ! -e $b/compile_commands.json ] || build=$b; done
commands=$build/compile_commands.json
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
awk '!seen[$0]++' | while read -r f; do [ ! -f "$f" ] || echo "$f"; done >"$work/files"
touch "$work/untidy" "$work/left" "$work/unbuilt"
passed=0 failed=0
count() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi; }
of() { grep -E "$1" "$work/files" || true; }
is_in() { grep -qxF -- "$2" "$work/$1"; }

format_file() {
  if [ $fix = yes ] && git diff --quiet -- "$1"; then scripts/format.sh "$1" && git add -- "$1"
  else scripts/format.sh --check "$1"; fi
}
format_all() {
  command -v clang-format >/dev/null || { echo "lint: the format is not checked: clang-format is not installed (./dev fmt)" >&2; return; }
  for f in $(of '\.(cc|h)$'); do format_file "$f"; count $?; done
}

units() {  # a header is tidied with the source beside it
  while read -r f; do
    case $f in
      tests/fuzz/*|plugins-sdk/*) ;;
      *.cc) echo "$f" ;;
      *.h) [ ! -f "${f%.h}.cc" ] || echo "${f%.h}.cc" ;;
    esac
  done <"$work/files" | awk '!seen[$0]++'
}
kMingw=x86_64-w64-mingw32-g++-posix
windows_flags() {  # the libraries' headers are the same, and the system's are mingw's; bcrypt.h is another one on Windows
  echo -std=c++17 --target=x86_64-w64-mingw32 -I. -include cmake/windows_names.h -D_WIN32_WINNT=0x0A00
  $kMingw -xc++ -E -v /dev/null 2>&1 | sed -n 's|^ \(/.*/c++.*\)|-isystem \1|p'
  grep -oh '\-isystem [^ "]*' "$commands" | grep -v /bcrypt- | sort -u
}
tidy_file() {  # what it finds is printed; its file is in one of the lists
  [ "$seconds" = 0 ] || [ "$(date +%s)" -lt "$deadline" ] || { echo "$1" >>"$work/left"; return; }
  case $1 in
    *_win.cc|*_win_test.cc)
      [ -s "$work/windows" ] || { echo "$1" >>"$work/unbuilt"; return; }
      # shellcheck disable=SC2046
      clang-tidy --quiet "$1" -- $(cat "$work/windows") 2>/dev/null || echo "$1" >>"$work/untidy" ;;
    *)
      grep -qF "\"$top/$1\"" "$commands" || { echo "$1" >>"$work/unbuilt"; return; }
      clang-tidy --quiet -p "$build" "$1" 2>/dev/null || echo "$1" >>"$work/untidy" ;;
  esac
}
tidy_all() {
  local all f; all=$(units)
  [ -n "$all" ] || return 0
  if [ ! -e "$commands" ] || ! command -v clang-tidy >/dev/null; then
    echo "lint: not tidied: a build (./dev build) and clang-tidy have to be there first" >&2; return
  fi
  ! command -v $kMingw >/dev/null || windows_flags | tr '\n' ' ' >"$work/windows"
  deadline=$(($(date +%s) + seconds))
  export -f tidy_file; export seconds deadline build commands work top
  xargs -P "$jobs" -n 1 bash -c 'tidy_file "$1"' - <<<"$all"
  for f in $all; do
    if is_in untidy "$f"; then count 1; elif ! is_in left "$f" && ! is_in unbuilt "$f"; then count 0; fi
  done
  [ ! -s "$work/left" ] || echo "lint: $(wc -l <"$work/left") files were not tidied within $seconds s; ./dev lint tidies all" >&2
  [ ! -s "$work/unbuilt" ] || echo "lint: not tidied, as $build does not compile them: $(tr '\n' ' ' <"$work/unbuilt")" >&2
}

format_all
[ $tidy = no ] || tidy_all
for f in $(of '\.py$'); do python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$f"; count $?; done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
