#!/bin/bash
# format.sh [--check] FILES - clang-format, except where we align by hand: tables (from "= {" to "};") and structs and functions
# written on one line. --check changes nothing and fails if something would change.
set -uo pipefail
check=no; [ "${1:-}" != --check ] || { check=yes; shift; }
ranges() {  # FILE -> the line ranges clang-format may touch
  awk '
    function flush(to) { if (from && to >= from) printf "--lines=%d:%d ", from, to; from = 0 }
    !table && /(= |[(] ?)[{] *(\/\/.*)?$|= [{][{].*[^;]$/ { table = 1; flush(NR - 1) }
    !table && (/^(struct|union|inline|enum) .*[}];?$/ || /^ *struct .*[}];/ || /clang-format off/) { flush(NR - 1); next }
    !table && !from { from = NR }
    table && /[}]+[)]*;|^[}]/ { table = 0; from = 0 }
    END { flush(NR) }' "$1"
}
status=0
for f in "$@"; do
  r=$(ranges "$f")
  [ -n "$r" ] || continue
  if [ $check = yes ]; then
    # shellcheck disable=SC2086
    clang-format $r "$f" | diff -u --label "$f" --label "$f formatted" "$f" - || status=1
  else
    # shellcheck disable=SC2086
    clang-format -i $r "$f"
  fi
done
exit $status
