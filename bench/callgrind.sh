#!/bin/bash
# callgrind.sh PICKET [ARGS of bench_ingest]: instructions per event under callgrind, and where they go. Repeatable on a busy machine.
#
# PICKET: a release binary with symbols: cmake --preset release -B build/symbols -DPICKET_SYMBOLS=ON && ninja -C build/symbols picket.
# By environment: BENCH=build/release/bin/bench_ingest, EVENTS=4000, TOP=40 lines, INCLUSIVE=yes for functions with what they call, OUT=/tmp/callgrind.picket.
set -euo pipefail
picket=$(readlink -f "$1"); shift
here=$(cd "$(dirname "$0")/.." && pwd)
events=${EVENTS:-4000} out=${OUT:-/tmp/callgrind.picket}
wrapper=$(mktemp); trap 'rm -f "$wrapper" "$wrapper.zero"' EXIT
printf '#!/bin/sh\nexec valgrind --tool=callgrind --callgrind-out-file=%s "%s" "$@"\n' "$out" "$picket" >"$wrapper"
printf '#!/bin/sh\ncallgrind_control -z "$1" >/dev/null\n' >"$wrapper.zero"
chmod +x "$wrapper" "$wrapper.zero"
rm -f "$out"
PICKET=$wrapper "${BENCH:-$here/build/release/bin/bench_ingest}" --events "$events" --when-warm "$wrapper.zero" "$@"
total=$(awk '/^(summary|totals):/ {print $2; exit}' "$out")
echo "instructions: $total, $((total / events)) an event"
callgrind_annotate --inclusive="${INCLUSIVE:-no}" --threshold=100 "$out" 2>/dev/null |
  awk -v events="$events" -v top="${TOP:-40}" '
    /PROGRAM TOTALS/ || /^ *[0-9,]+ \(/ {n = $1; gsub(",", "", n); $1 = $2 = ""; sub(/^[ %)]+/, ""); if (shown++ < top) printf "%9.0f  %s\n", n / events, substr($0, 1, 150)}'
