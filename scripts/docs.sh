#!/bin/bash
# docs.sh PICKET - writes the documents that are printed from the tables in the code. The tests compare the committed files.
set -euo pipefail
cd "$(dirname "$0")/.."
picket=$(realpath "$1")
mkdir -p docs packaging/examples
"$picket" docs options >docs/OPTIONS.md
"$picket" docs event >docs/EVENT.md
"$picket" docs checks >docs/CHECKS.md
for name in agent.yml agent.ini backend.yml backend.ini edge.yml; do "$picket" docs $name >packaging/examples/$name; done
for name in linux-host.yaml windows-host.yaml; do "$picket" docs $name >packaging/checks/$name; done
