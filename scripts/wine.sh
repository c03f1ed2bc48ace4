#!/bin/bash
# wine.sh PROGRAM.exe ARGS - runs a Windows program under wine with a prefix of its own.
export WINEPREFIX=${WINEPREFIX:-$HOME/.cache/picket-wine} WINEDEBUG=-all
mkdir -p "$WINEPREFIX"
for wine in /usr/lib/wine/wine64 wine64 wine; do command -v $wine >/dev/null && exec $wine "$@"; done
echo "wine.sh: no wine here; install wine64" >&2
exit 127
