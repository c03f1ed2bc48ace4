#!/bin/sh
# check_age.sh [-w RANGE] [-c RANGE] FILE - a check in sh: minutes since a file was changed.
. "${PICKET_PLUGIN_SH:-/usr/share/picket/picket-plugin.sh}"

pk_init AGE "Minutes since a file was changed." 1.0
pk_args "$@"
file=${pk_arguments# }
[ -n "$file" ] || pk_exit unknown "which file?"
changed=$(stat -c %Y -- "$file" 2>/dev/null) || pk_exit unknown "$file is not there"
minutes=$((($(date +%s) - changed) / 60))
pk_perf age "$minutes" "" 0
pk_exit "$(pk_judge "$minutes")" "$file is $minutes minutes old"
