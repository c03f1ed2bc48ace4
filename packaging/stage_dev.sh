#!/bin/bash
# packaging/stage_dev.sh ROOT PREFIX NAME - the files for authors of plugins, as the SDK's own install component "dev" puts them below PREFIX:
# headers, pkg-config and CMake files, the shell library, examples; its documents in the folder of the package NAME.
set -euo pipefail
root=$(realpath -m "$1")
source "$(dirname "$0")/lib.sh"
prefix=$2 name=$3 doc=$root$2/share/doc/$3
rm -rf "$root" "$root.build"
cmake -S plugins-sdk -B "$root.build" -DCMAKE_INSTALL_PREFIX="$prefix" -DPICKET_SDK_DOCDIR:STRING="share/doc/$name" >"$root.build.log" 2>&1 ||
  { cat "$root.build.log" >&2; die "the SDK's CMake does not configure"; }
DESTDIR=$root cmake --install "$root.build" --component dev >>"$root.build.log"
rm -rf "$root.build"
# Its README lies elsewhere than in the source tree.
sed -i 's#](include/#](../../../include/#g; s#](shell/#](../../picket/#g' "$doc/README.md"
put 0644 LICENSE "$doc/LICENSE"
packaging/sbom.py none - "$name" "$doc"
same_times "$root"
