#!/bin/bash
# backend/dashboard/test/current_test.sh - dist/ was built from the sources that lie here, and nobody edited it. Needs coreutils only.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
said=$(sha256sum --check --quiet dist/sources.sha256 2>&1) || { echo "dist/ is older than: $said; run ./dev dashboard"; failed=1; }
listed=$(cut -d' ' -f3- dist/sources.sha256 | sort)
there=$({ echo build.mjs; echo package-lock.json; echo tsconfig.json; find src -type f; } | sort)
[ "$listed" = "$there" ] || { echo "files that came or went since dist/ was built:"; diff <(echo "$listed") <(echo "$there") || true; failed=1; }
hash=$(cd dist && find . -type f ! -name index.html ! -name sources.sha256 -printf '%f\n' | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-12)
grep -q "/_/$hash/app.js" dist/index.html || { echo "dist/ is not as it was built ($hash): run ./dev dashboard"; failed=1; }
echo "$((1 - failed)) passed, $failed failed"
exit $failed
