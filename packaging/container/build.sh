#!/bin/bash
# packaging/container/build.sh [plugins|ARCH] - picket-VERSION-oci.tar: the program alone, about 3 MB compressed; of another architecture,
# arm64 or armv7, picket-VERSION-ARCH-oci.tar. With "plugins" the Debian variant, picket-VERSION-plugins-oci.tar: bookworm with
# monitoring-plugins (needs root, network and debootstrap).
#   skopeo copy oci-archive:picket-VERSION-oci.tar docker://REGISTRY/picket:VERSION
#   podman load -i picket-VERSION-oci.tar (docker load as well) makes the images localhost/picket:VERSION and localhost/picket:VERSION-plugins
set -euo pipefail
source "$(dirname "$0")/../lib.sh"
what=${1:-native} arch=native name=picket-$version-oci path=/usr/bin tag=${version/+/_}  # a tag has no +
case $what in
  native) ;;
  plugins) name=picket-$version-plugins-oci tag=$tag-plugins path=/usr/lib/nagios/plugins:/usr/sbin:/usr/bin:/sbin:/bin ;;
  arm64|armv7) arch=$what name=picket-$version-$what-oci ;;
  *) die "there is no image \"$what\"; use plugins, arm64, armv7 or nothing" ;;
esac
root=$work/container/$what
target=$arch; [ "$target" != native ] || target=linux

# A Debian with plugins. What the packages left of this machine and this moment goes.
debian() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)|$(CODENAME)' 'Identifier: Packages' | awk -F'|' '$2=="bookworm"{print $1;exit}')
  rm -rf "$root"; mkdir -p "$(dirname "$root")"
  debootstrap --variant=minbase --include=ca-certificates,tzdata,monitoring-plugins-basic,monitoring-plugins-standard bookworm "$root" "$mirror" >"$work/debootstrap.log" 2>&1 ||
    die "debootstrap failed; see $work/debootstrap.log"
  rm -rf "$root"/var/cache/*/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/dev/* "$root"/etc/machine-id "$root"/etc/hostname "$root"/etc/resolv.conf \
    "$root"/var/lib/systemd "$root"/usr/share/doc/*/changelog* "$root"/usr/share/man "$root"/usr/share/locale "$root"/etc/{passwd,group,shadow,gshadow,subuid,subgid}- \
    "$root"/var/lib/dpkg/*-old "$root"/tmp/* "$root"/run/*
  mkdir -p "$root"/var/lib/picket "$root"/var/cache/picket "$root"/etc/picket
  chmod 1777 "$root"/var/{lib,cache}/picket  # as in rootfs.sh
  printf 'deb http://deb.debian.org/debian %s main\n' bookworm bookworm-updates >"$root/etc/apt/sources.list"  # for images made from this one
  printf 'deb http://deb.debian.org/debian-security bookworm-security main\n' >>"$root/etc/apt/sources.list"
  ln -sf /proc/mounts "$root/etc/mtab"  # check_disk reads it; not every engine makes it
  put 0755 "$native" "$root/usr/bin/picket"
  for link in sensu-agent sensu-backend sensuctl; do ln -sf picket "$root/usr/bin/$link"; done
  echo 'picket:x:10001:10001:picket:/var/lib/picket:/usr/sbin/nologin' >>"$root/etc/passwd"
  echo 'picket:x:10001:' >>"$root/etc/group"
}

if [ "$what" = plugins ]; then
  debian
  packaging/sbom.py linux "$native" "$name" "$root/usr/share/doc/picket" "$root"
else
  packaging/container/rootfs.sh "$root" "$(program_of "$arch")"
  packaging/sbom.py "$target" "$(program_of "$arch")" "$name" "$root/usr/share/doc/picket" ca-certificates tzdata
  for beside in ca-certificates tzdata; do put 0644 /usr/share/doc/$beside/copyright "$root/usr/share/doc/$beside/copyright"; done
fi
put 0644 LICENSE "$root/usr/share/doc/picket/LICENSE"
variant=(); [ "$what" != armv7 ] || variant=(--variant v7)
oci_arch=$(deb_arch "$arch")  # the names of Go's ports
packaging/container/oci.py "$root" "$out/$name.tar" --name "localhost/picket:$tag" --arch "${oci_arch/armhf/arm}" "${variant[@]}" --version "$version" \
  --entry /usr/bin/picket --cmd agent --cmd start --env "PATH=$path" \
  --env PICKET_STATE_DIR=/var/lib/picket --env PICKET_CACHE_DIR=/var/cache/picket --env HOME=/var/lib/picket \
  --owner var/lib/picket=10001:10001 --owner var/cache/picket=10001:10001 --user 10001:10001 \
  --port 8080/tcp --port 8081/tcp --port 3030/tcp --port 3030/udp --port 3031/tcp
echo "$out/$name.tar"
