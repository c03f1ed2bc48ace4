# picket-plugin.sh - for checks in POSIX sh: the conventions of picket/plugin.h. Source it:
#
#   . /usr/share/picket/picket-plugin.sh
#   pk_init QUEUE "Counts the files that wait."
#   pk_args "$@"                      # -w -c -t -v -V -h; what is left is in $pk_arguments
#   pk_perf files "$count" "" 0
#   pk_exit "$(pk_judge "$count")" "$count files wait"
#
# Needs sh and awk; ps too, to end at the timeout what hangs. Names begin with pk_.

pk_init() {  # NAME SUMMARY [VERSION]
  pk_name=$1 pk_summary=$2 pk_version=${3:-} pk_warning='' pk_critical='' pk_timeout=10 pk_verbose=0 pk_arguments='' pk_perfdata='' pk_details=''
}

# STATE TEXT: prints the result and ends. STATE is ok, warning, critical, unknown, or 0 to 3.
pk_exit() {
  case $1 in ok | 0) set -- 0 OK "$2" ;; warning | 1) set -- 1 WARNING "$2" ;; critical | 2) set -- 2 CRITICAL "$2" ;; *) set -- 3 UNKNOWN "$2" ;; esac
  pk_line=$(printf '%s' "$3" | tr '|\n\r\t' '/   ')
  printf '%s %s: %s' "$pk_name" "$2" "$pk_line"
  [ "$pk_verbose" = 0 ] || printf '%s' "$pk_details"
  [ -z "$pk_perfdata" ] || printf ' | %s' "${pk_perfdata# }"
  echo
  [ -z "${pk_watchdog:-}" ] || kill "$pk_watchdog" 2>/dev/null
  exit "$1"
}

# TEXT: a further line, printed with -v.
pk_detail() {
  pk_details="$pk_details
$(printf '%s' "$1" | tr '|\n\r\t' '/   ')"
}

# RANGE: status 0 when it is one.
pk_is_range() {
  printf '%s\n' "$1" | awk '
    { text = $0; sub(/^@/, "", text); n = split(text, part, ":")
      number = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"
      low = n == 2 ? part[1] : ""; high = n == 2 ? part[2] : text
      if (n > 2 || text == "" || (n == 1 && high !~ number)) exit 1
      if (low != "" && low != "~" && low !~ number) exit 1
      if (high != "" && high !~ number) exit 1
      if (low != "~" && high != "" && low + 0 > high + 0) exit 1 }'
}

# RANGE VALUE: status 0 when the value alerts.
pk_alerts() {
  [ -n "$1" ] || return 1
  printf '%s %s\n' "$1" "$2" | awk '
    { inside = sub(/^@/, "", $1); n = split($1, part, ":"); value = $2 + 0
      low = n == 2 ? part[1] : "0"; high = n == 2 ? part[2] : $1
      within = (low == "~" || value >= low + 0) && (high == "" || value <= high + 0)
      exit !(inside == within) }'
}

# VALUE: prints the state by -w and -c.
pk_judge() {
  case $1 in '' | *[!0-9.eE+-]*) echo unknown; return ;; esac
  if pk_alerts "$pk_critical" "$1"; then echo critical
  elif pk_alerts "$pk_warning" "$1"; then echo warning
  else echo ok; fi
}

# LABEL VALUE [UNIT [MIN [MAX]]]: a figure, with the ranges of -w and -c.
pk_perf() {
  pk_label=$(printf '%s' "$1" | tr '=|\n' '___' | sed "s/'/''/g")
  case $pk_label in *[\ \']* | '') pk_label="'$pk_label'" ;; esac
  pk_figure="$pk_label=$2${3:-};$pk_warning;$pk_critical;${4:-};${5:-}"
  while [ "${pk_figure%;}" != "$pk_figure" ]; do pk_figure=${pk_figure%;}; done
  pk_perfdata="$pk_perfdata $pk_figure"
}

pk_help() {
  printf '%s\n\nOptions:\n' "$pk_summary"
  printf '  %-22s %s\n' '-w RANGE' 'warning: 10, 10:, ~:10, 10:20 or @10:20' '-c RANGE' 'critical, likewise' '-t SECONDS' 'when to give up (10)' \
    '-v' 'more lines of text' '-h' 'print this'
}

pk_args() {
  while [ $# -gt 0 ]; do
    case $1 in --[a-z]*=*)
      pk_option=$1; shift
      set -- "${pk_option%%=*}" "${pk_option#*=}" "$@" ;;
    esac
    case $1 in
      -w | --warning | -c | --critical | -t | --timeout)
        [ $# -gt 1 ] || pk_exit unknown "$1: a value is missing"
        case $1 in -w | --warning) pk_warning=$2 ;; -c | --critical) pk_critical=$2 ;; *) pk_timeout=$2 ;; esac
        case $1 in -t | --timeout) ;; *) pk_is_range "$2" || pk_exit unknown "$1 \"$2\" is no range; write 10, 10:, ~:10, 10:20 or @10:20" ;; esac
        shift ;;
      -v | --verbose) pk_verbose=1 ;;
      -V | --version) echo "$pk_name${pk_version:+ $pk_version}"; exit 3 ;;
      -h | --help) pk_help; exit 3 ;;
      --) shift; pk_arguments="$pk_arguments $*"; break ;;
      -*) pk_exit unknown "there is no option $1; see --help" ;;
      *) pk_arguments="$pk_arguments $1" ;;
    esac
    shift
  done
  case $pk_timeout in '' | *[!0-9]* | 0) pk_exit unknown "--timeout \"$pk_timeout\": write seconds" ;; esac
  trap 'printf "%s UNKNOWN: no result within %s s\n" "$pk_name" "$pk_timeout"; exit 3' ALRM
  # The watchdog's own output is closed, so that nobody who reads ours waits for it.
  pk_watch "$pk_timeout" $$ </dev/null >/dev/null 2>&1 &
  pk_watchdog=$!
}

# SECONDS PID: after so long an end to PID, which is this shell, by way of its trap. A shell looks at signals between its commands only:
# what it waits for has to end first, and all that this has started.
pk_watch() {
  trap 'kill "$pk_sleeper"; exit' TERM
  sleep "$1" & pk_sleeper=$!
  wait "$pk_sleeper"
  pk_own=$(exec sh -c 'echo $PPID')
  pk_started=$(ps -A -o pid= -o ppid= | awk -v top="$2" -v own="$pk_own" '
    { parent[$1] = $2 }
    END { for (p in parent) { for (q = p; q in parent && q != top && q != own;) q = parent[q]; if (q == top && p != top) print p } }')
  kill -ALRM "$2"
  # shellcheck disable=SC2086
  kill -PIPE $pk_started  # the one of which shells say nothing when a program ends by it
  sleep 1
  # shellcheck disable=SC2086
  kill -KILL $pk_started  # what does not mind that one
}
