#!/bin/bash
# pre_commit.sh - what `./dev hook` lets git run before a commit: formats and tidies the files of the commit, and asks the tidy test.
# What it formats is added to the commit; a file that has further changes of its own is only checked. git commit --no-verify leaves it out.
set -uo pipefail
cd "$(git rev-parse --show-toplevel)" || exit
changed() { git diff --cached --name-only --diff-filter=ACMR -z -- "$@"; }
mapfile -d '' -t code < <(changed '*.cc' '*.h')
mapfile -d '' -t python < <(changed '*.py')
bad=0

for file in "${code[@]}"; do
  if ! command -v clang-format >/dev/null; then echo "pre-commit: clang-format is not there; ./dev fmt installs it" >&2; break; fi
  if git diff --quiet -- "$file"; then scripts/format.sh "$file" && git add -- "$file"
  else scripts/format.sh --check "$file" || bad=1; fi
done

units=()  # what clang-tidy can compile here: no headers, nothing of Windows, no fuzz targets
for file in "${code[@]}"; do
  case $file in *.h|*_win.cc|tests/fuzz/*|plugins-sdk/*) ;; *) units+=("$file") ;; esac
done
if [ ${#units[@]} -gt 0 ]; then
  if [ -e build/dev/compile_commands.json ] && command -v clang-tidy >/dev/null; then
    printf '%s\0' "${units[@]}" | xargs -0 -P "$(nproc)" -n 1 clang-tidy --quiet -p build/dev 2>/dev/null || bad=1
  else
    echo "pre-commit: not tidied: ./dev build, and clang-tidy, have to be there first" >&2
  fi
fi

for file in "${python[@]}"; do python3 -m py_compile "$file" || bad=1; done
if [ -e tests/tidy_test.py ]; then
  tidied=$(python3 tests/tidy_test.py) || { echo "$tidied"; bad=1; }
fi
[ $bad = 0 ] || echo "pre-commit: mend the above, or commit with --no-verify" >&2
exit $bad
