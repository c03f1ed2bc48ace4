#!/bin/bash
# docs.sh PICKET - writes the documents that are printed from the tables in the code. The tests compare the committed files.
set -euo pipefail
cd "$(dirname "$0")/.."
picket=$(realpath "$1")
"$picket" docs docs/   # the lead adds this command
