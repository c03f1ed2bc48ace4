#!/bin/bash
# packaging/container/build.sh [plugins] - picket-VERSION-oci.tar: the program alone, about 3 MB compressed. With "plugins" the Debian variant,
# picket-VERSION-plugins-oci.tar: bookworm with monitoring-plugins (needs root, network and debootstrap).
#   skopeo copy oci-archive:picket-VERSION-oci.tar docker://REGISTRY/picket:VERSION     podman load / docker load take it as well
set -euo pipefail
source "$(dirname "$0")/../lib.sh"
name=picket-$version-oci root=$work/container/root
if [ "${1:-}" = plugins ]; then
  name=picket-$version-plugins-oci root=$work/container/plugins
  rm -rf "$root"; mkdir -p "$(dirname "$root")"
  mirror=$(apt-get indextargets --format '$(REPO_URI)|$(CODENAME)' 'Identifier: Packages' | awk -F'|' '$2=="bookworm"{print $1;exit}')
  debootstrap --variant=minbase --include=ca-certificates,tzdata,monitoring-plugins-basic,monitoring-plugins-standard bookworm "$root" "$mirror" >"$work/debootstrap.log" ||
    die "debootstrap failed; see $work/debootstrap.log"
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/dev/* "$root"/var/cache/ldconfig "$root"/etc/machine-id "$root"/etc/hostname "$root"/etc/resolv.conf \
    "$root"/usr/share/doc/*/changelog* "$root"/usr/share/man "$root"/usr/share/locale
  mkdir -p "$root"/var/lib/picket "$root"/var/cache/picket "$root"/etc/picket
  put 0755 "$native" "$root/usr/bin/picket"
  for link in sensu-agent sensu-backend sensuctl; do ln -sf picket "$root/usr/bin/$link"; done
  echo 'picket:x:10001:10001:picket:/var/lib/picket:/usr/sbin/nologin' >>"$root/etc/passwd"
  echo 'picket:x:10001:' >>"$root/etc/group"
else
  packaging/container/rootfs.sh "$root" "$native"
fi
packaging/sbom.py linux "$native" "$name" "$root/usr/share/doc/picket"
put 0644 LICENSE "$root/usr/share/doc/picket/LICENSE"
plugins=(); [ "${1:-}" != plugins ] || plugins=(--env PATH=/usr/lib/nagios/plugins:/usr/sbin:/usr/bin:/sbin:/bin)
[ ${#plugins[@]} -gt 0 ] || plugins=(--env PATH=/usr/bin)
packaging/container/oci.py "$root" "$out/$name.tar" --arch "$(native_arch)" --version "$version" \
  --entry /usr/bin/picket --cmd agent --cmd start "${plugins[@]}" \
  --env PICKET_STATE_DIR=/var/lib/picket --env PICKET_CACHE_DIR=/var/cache/picket --env HOME=/var/lib/picket \
  --owner var/lib/picket=10001:10001 --owner var/cache/picket=10001:10001 --user 10001:10001 \
  --port 8080/tcp --port 8081/tcp --port 3030/tcp --port 3030/udp --port 3031/tcp
echo "$out/$name.tar"
