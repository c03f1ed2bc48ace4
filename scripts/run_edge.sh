#!/bin/bash
# scripts/run_edge.sh PICKET [--with-a-failing-check] [OPTIONS OF picket edge] - what ./dev run does after building:
# starts picket edge with its state in .state/ (it begins with the built-in checks of a host), adds some real Nagios plugins the first
# time, shows the first results.
set -euo pipefail
picket=$1; shift
failing=no arguments=()
for word in "$@"; do
  if [ "$word" = --with-a-failing-check ]; then failing=yes; else arguments+=("$word"); fi
done

api_port=8080 socket_port=3030
for ((i = 0; i < ${#arguments[@]}; i++)); do
  case ${arguments[$i]} in
    --backend-api-port) api_port=${arguments[$((i + 1))]} ;;
    --backend-api-port=*) api_port=${arguments[$i]#*=} ;;
    --socket-port) socket_port=${arguments[$((i + 1))]} ;;
    --socket-port=*) socket_port=${arguments[$i]#*=} ;;
  esac
done
mkdir -p .state
log=.state/edge.log
"$picket" edge --state-dir .state "${arguments[@]}" 2>"$log" &
edge=$!
trap 'kill -TERM $edge 2>/dev/null' INT TERM
trap 'kill -TERM $edge 2>/dev/null; wait $edge 2>/dev/null' EXIT

ctl() { "$picket" ctl --config-dir .state/ctl "$@"; }
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$api_port") 2>/dev/null; }
for ((i = 0; ; i++)); do
  kill -0 $edge 2>/dev/null || { echo "picket edge has ended; the end of its log:" >&2; tail -5 "$log" >&2; exit 1; }
  answers && break
  [ $i -lt 200 ] || { echo "picket edge does not answer on port $api_port; see $log" >&2; exit 1; }
  sleep 0.05
done

ctl configure -n --url "http://127.0.0.1:$api_port" --username admin --password 'P@ssw0rd!' --format tabular >/dev/null
checks=()
if [ ! -f .state/starter-checks-loaded ]; then
  sed "s/-p 8080/-p $api_port/" packaging/checks/nagios-plugins.yaml | ctl create
  checks=(cpu memory disk uptime nagios-disk nagios-load nagios-processes api-port)
  touch .state/starter-checks-loaded
fi
if [ $failing = yes ]; then
  ctl create -f packaging/checks/failing.yaml
  checks+=(fails-on-purpose)
fi
echo "  log          $log"
echo
# A new check waits for its turn; the first results need not.
for ((i = 0; i < 40; i++)); do [ "$(ctl entity list --format json | grep -c '"entity_class": "agent"')" -gt 0 ] && break; sleep 0.1; done
for check in "${checks[@]}"; do ctl check execute "$check" >/dev/null; done
for ((i = 0; i < 40; i++)); do
  [ "$(ctl event list --format json | grep -c '"history"')" -gt "${#checks[@]}" ] && break
  [ ${#checks[@]} -gt 0 ] || break
  sleep 0.1
done
# sensuctl's table is as wide as its widest output; here one line per event that fits a terminal.
ctl event list | sed 's/\x1b\[[0-9;]*m//g' | awk -F '   +' '
  NR == 1 { printf "%-18s %-18s %-9s %s\n", "ENTITY", "CHECK", "STATUS", "OUTPUT"; next }
  $4 ~ /^[0-9]+$/ { split("OK WARNING CRITICAL UNKNOWN", word, " ")
                    sub(/[|].*/, "", $3); sub(/^ +/, "", $1)
                    printf "%-18s %-18s %-9s %.90s\n", $1, $2, word[($4 > 2 ? 3 : $4) + 1], $3 }'
cat <<TEXT

Look again:      $picket ctl --config-dir .state/ctl event list
Report yourself: echo '{"name":"backup","ttl":3600,"output":"ok","status":0}' >/dev/tcp/127.0.0.1/$socket_port
Stop:            Ctrl-C
TEXT
wait $edge
