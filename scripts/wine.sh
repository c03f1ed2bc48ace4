#!/bin/bash
# wine.sh PROGRAM.exe ARGS - runs a Windows program under wine with a prefix of its own, made once: Windows 10, no dialogs.
export WINEPREFIX=${WINEPREFIX:-$HOME/.cache/picket-wine} WINEDEBUG=${WINEDEBUG:--all} WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe="
unset DISPLAY
ulimit -n "$(ulimit -Hn)"  # of the server of wine, which holds the files of all its programs
for wine in /usr/lib/wine/wine64 wine64 wine; do command -v $wine >/dev/null && break; wine=""; done
[ -n "$wine" ] || { echo "wine.sh: no wine here; install wine64" >&2; exit 127; }
if [ ! -f "$WINEPREFIX/picket-ready" ]; then
  mkdir -p "$WINEPREFIX"
  ( flock 9
    [ -f "$WINEPREFIX/picket-ready" ] && exit
    $wine wineboot --init 9>&- && $wine reg add 'HKCU\Software\Wine' /v Version /d win10 /f 9>&- && touch "$WINEPREFIX/picket-ready"
  ) 9>"$WINEPREFIX/lock" >/dev/null 2>&1
fi
exec $wine "$@"
