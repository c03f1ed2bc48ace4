#!/bin/bash
# packaging/tar/build.sh [ARCH] - picket-VERSION-linux-ARCH.tar.gz: one static file, documents, examples, units, licences,
# and in sdk/ what authors of plugins need: a prefix for pkg-config and CMake, wherever the archive is unpacked.
set -euo pipefail
source "$(dirname "$0")/../lib.sh"
arch=${1:-native}
name=picket-$version-linux-$(deb_arch "$arch")
target=$arch; [ "$target" != native ] || target=linux
root=$work/tar-$arch
rm -rf "$root"
put 0755 "$(program_of "$arch")" "$root/$name/picket"
documents "$root/$name"
for unit in packaging/files/systemd/picket-*.service; do put 0644 "$unit" "$root/$name/systemd/$(basename "$unit")"; done
put 0644 packaging/files/sysusers.conf "$root/$name/systemd/sysusers.conf"
put 0644 packaging/files/tmpfiles.conf "$root/$name/systemd/tmpfiles.conf"
for page in picket.1 picket-ctl.1 picket-run.1 picket-ca.1 picket-agent.8 picket-backend.8 picket-edge.8; do "$native" docs $page | put_text 0644 "$root/$name/man/$page"; done
for shell in bash zsh fish; do "$native" docs completion $shell | put_text 0644 "$root/$name/completion/picket.$shell"; done
packaging/stage_dev.sh "$work/tar-sdk" /sdk picket-dev
cp -a "$work/tar-sdk/sdk" "$root/$name/sdk"
sed -i 's#^prefix=.*#prefix=${pcfiledir}/../..#' "$root/$name/sdk/share/pkgconfig/picket-plugin.pc"
packaging/sbom.py "$target" "$(program_of "$arch")" "$name" "$root/$name"
same_times "$root"
tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" | gzip -9n >"$out/$name.tar.gz"
echo "$out/$name.tar.gz"
