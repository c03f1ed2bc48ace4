#!/bin/bash
# pre_commit.sh - what `./dev hook` lets git run before a commit: formats and tidies the files of the commit, and asks the tidy test.
# What it formats is added to the commit; a file that has further changes of its own is only checked. git commit --no-verify leaves it out.
set -uo pipefail
cd "$(git rev-parse --show-toplevel)" || exit
bad=0
changed=$(git diff --cached --name-only --diff-filter=ACMR -- '*.cc' '*.h' '*.py')
linted=$(scripts/lint_files.sh --fix-format <<<"$changed") || { echo "$linted"; bad=1; }
tidied=$(python3 tests/tidy_test.py) || { echo "$tidied"; bad=1; }
[ $bad = 0 ] || echo "pre-commit: mend the above, or commit with --no-verify" >&2
exit $bad
