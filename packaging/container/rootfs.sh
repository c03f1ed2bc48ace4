#!/bin/bash
# packaging/container/rootfs.sh ROOT PROGRAM - what is in the image: the program, authorities, time zones, a user. Nothing else,
# no shell. The authorities and time zones are those of the Debian packages ca-certificates and tzdata of this machine.
set -euo pipefail
root=$1 program=$2
umask 022
rm -rf "$root"
mkdir -p "$root"/{etc/ssl/certs,etc/picket,usr/bin,usr/share/zoneinfo,dev,proc,sys,run,tmp,var/lib/picket,var/cache/picket}
install -m 0755 "$program" "$root/usr/bin/picket"
for name in sensu-agent sensu-backend sensuctl; do ln -s picket "$root/usr/bin/$name"; done
install -m 0644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
cp -rL /usr/share/zoneinfo/. "$root/usr/share/zoneinfo/"
rm -rf "$root"/usr/share/zoneinfo/{posix,right,localtime,posixrules}
chmod -R u=rwX,go=rX "$root/usr/share/zoneinfo"
printf 'root:x:0:0:root:/:/sbin/nologin\npicket:x:10001:10001:picket:/var/lib/picket:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\npicket:x:10001:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
chmod 1777 "$root/tmp" "$root"/var/{lib,cache}/picket  # runc gives a tmpfs the mode of the folder below it, and nobody else is in here
