#!/bin/bash
# backend/dashboard/test/tools_test.sh unit|browser|pages - the tests of `./dev test` that need Node.js (and Chromium), which it fetches. Where that
# is not possible they are left out, and it is said. `./dev dashboard test` has more: every page on a phone, too, and the budgets.
set -euo pipefail
cd "$(dirname "$0")/.."
missing=""
command -v node >/dev/null || missing+=" node"
[ -d node_modules/esbuild ] || missing+=" node_modules (run ./dev dashboard)"
[ "$1" = unit ] || [ -x "${PICKET_CHROMIUM:-/usr/bin/chromium}" ] || missing+=" chromium"
if [ -n "$missing" ]; then echo "left out, there is no$missing"; echo "0 passed, 0 failed"; exit 0; fi
case $1 in
  unit) exec node test/run.mjs unit ;;
  pages) exec node test/run.mjs browser pages 'desktop|(problems|event|silence|palette|menu|login), phone' ;;
  browser) exec node test/run.mjs browser 'stories|hostile|real' ;;
  *) echo "say what: unit, browser or pages" >&2; exit 2 ;;
esac
