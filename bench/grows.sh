#!/bin/bash
# grows.sh [SECONDS] - what the backend costs as it grows: 100, 1,000 and 10,000 agents, each with twenty checks of 100, 1,000 and 10,000 in all,
# sending as fast as they are read; and what scheduling so many checks takes of a core. Prints the table of docs/BENCHMARKS.md. After
# ./dev build release bench; wants 10,200 open files (ulimit -n); on a machine that does something else: chrt -f 10 bench/grows.sh
set -euo pipefail
bin=$(cd "$(dirname "$0")/.." && pwd)/build/release/bin
seconds=${1:-3}
declare -A scheduling  # checks -> of a core, from bench_schedule's rows for an interval of 60 s
while read -r checks share; do scheduling[$checks]=$share; done < <("$bin/bench_schedule" | awk '$2 == 60 {print $1, $NF}')

echo "| agents | checks | events/s | CPU µs per event | RSS without agents | idle agents | loaded | scheduling |"
echo "|---|---|---|---|---|---|---|---|"
for agents in 100 1000 10000; do
  for checks in 100 1000 10000; do
    row=$("$bin/bench_ingest" --ack --agents "$agents" --checks 20 --names "$checks" --seconds "$seconds" | tail -1)
    IFS='|' read -r _ _ _ _ _ _ rate cpu _ empty idle loaded _ <<<"$row"
    echo "| $agents | $checks |$rate|$cpu|$empty|$idle|$loaded| ${scheduling[$checks]:-} % |"
  done
done
