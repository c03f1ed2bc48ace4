#!/bin/sh
# version.sh [NEXT] - the version of this tree: of a commit with a tag vX.Y.Z that tag's, behind one X.Y.Z+gitDATE.COMMIT,
# before the first NEXT-gitDATE.COMMIT (NEXT: the version in CMakeLists.txt). Packages write a ~ for the -, so that it
# sorts before NEXT. The date is the commit's, not a count of commits, which a shallow clone does not know.
set -eu
cd "$(dirname "$0")/.."
next=${1:-$(sed -n 's/^project(picket VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)}
git rev-parse -q --verify HEAD >/dev/null 2>&1 || { echo "$next"; exit; }
commit=git$(TZ=UTC git log -1 --format=%cd.%h --abbrev=12 --date=format-local:%Y%m%d%H%M%S)
tag=$(git describe --tags --match 'v[0-9]*' --abbrev=0 2>/dev/null || true)
if [ -z "$tag" ]; then
  echo "$next-$commit"
elif [ "$(git rev-parse "$tag^{commit}")" = "$(git rev-parse HEAD)" ]; then
  echo "${tag#v}"
else
  echo "${tag#v}+$commit"
fi
