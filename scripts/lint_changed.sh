#!/bin/bash
# lint_changed.sh [BUILD_DIR] - scripts/lint_files.sh on what was changed: since the branch left origin/main, or by the last commits of
# main, and what is not committed. The newest come first, as clang-tidy has a minute. A CTest, so a part of ./dev test.
# Without git, or in a clone without history, the format of all files is checked and nothing is tidied.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
kCommits=6 kSeconds=45

all() { git ls-files 2>/dev/null || find . -type f -not -path './build/*' -not -path './.*' | cut -c3-; }
range() {  # the commits to look at; "": no history
  local head base
  head=$(git rev-parse HEAD 2>/dev/null) || return 0
  base=$(git merge-base HEAD origin/main 2>/dev/null)
  [ -n "$base" ] && [ "$base" != "$head" ] || base=$(git rev-list --first-parent --max-count $((kCommits + 1)) HEAD | tail -1)
  [ "$base" = "$head" ] || echo "$base..HEAD"
}
changed() { git diff --name-only HEAD; git ls-files --others --exclude-standard; git log --name-only --format= "$1"; }
sources() { grep -E '\.(cc|h|py)$'; }

commits=$(range)
if [ -n "$commits" ]; then changed "$commits" | sources | scripts/lint_files.sh --jobs 1 --seconds $kSeconds ${1:+--build "$1"}
else all | sources | scripts/lint_files.sh --format-only; fi
