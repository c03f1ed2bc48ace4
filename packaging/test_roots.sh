# packaging/test_roots.sh - test_deb, test_rpm: installed, started by hand, upgraded, removed and purged in fresh roots of Debian 12 and 11
# and in a root with rpm's database. Sourced by packaging/test.sh.

# --- Debian ------------------------------------------------------------------------------------------------------------------

in_root() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
sh_in() { in_root sh -c "$1"; }
fresh_root() {  # RELEASE [PACKAGES]: made once, then copied
  local base=$work/base-$1${2:+-more} mirror
  if [ ! -f "$base/made" ]; then
    rm -rf "$base"
    mirror=$(apt-get indextargets --format '$(REPO_URI)|$(CODENAME)' 'Identifier: Packages' | awk -F'|' '$2=="bookworm"{print $1;exit}')
    debootstrap --variant=minbase --include="${2:-ca-certificates}" "$1" "$base" "$mirror" >"$work/debootstrap.log" 2>&1 || return 1
    touch "$base/made"
  fi
  root=$work/root-$1
  rm -rf "$root"; cp -a "$base" "$root"
  cp "$deb" "${sensu_debs[@]}" "$root/root/"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"; chmod 0755 "$root/usr/sbin/policy-rc.d"
}
# A stand-in for systemctl that notes what it is told; the agent "runs".
with_systemctl() {
  mkdir -p "$root/run/systemd/system"
  printf '#!/bin/sh\necho "$*" >>/root/systemctl.log\ncase $1 in is-active) case $3 in picket-agent.service|sensu-agent.service) ;; *) exit 3 ;; esac ;; esac\n' >"$root/usr/bin/systemctl"
  chmod 0755 "$root/usr/bin/systemctl"
}
newer_deb() {  # the same package under a later version
  local tree=$work/newer; rm -rf "$tree"
  dpkg-deb -R "$deb" "$tree"; sed -i "s/^Version: .*/Version: 99/" "$tree/DEBIAN/control"
  dpkg-deb --root-owner-group -Zgzip -b "$tree" "$root/root/newer.deb" >/dev/null
}
starts_by_hand() {  # as the unit would, without systemd: the unit's user, the packaged configuration
  sh_in 'setpriv --reuid=picket-backend --regid=picket-backend --clear-groups picket backend start --api-listen-address 127.0.0.1:26080 --agent-host 127.0.0.1 --agent-port 26081 \
      --dashboard-port 0 2>/root/backend.log & b=$!
    setpriv --reuid=picket --regid=picket --clear-groups picket agent start --backend-url ws://127.0.0.1:26081 --disable-sockets --disable-api --statsd-disable 2>/root/agent.log & a=$!
    for i in $(seq 100); do picket health agent --connected 2>/dev/null && picket health backend --api-listen-address 127.0.0.1:26080 && fine=1 && break; sleep 0.2; done
    kill $a $b; wait $a && wait $b && [ "$fine" = 1 ]'
}
sensu_stand_ins() {  # what the three packages of Sensu's have that matters here
  local part tree
  for part in agent backend cli; do
    tree=$work/stand-in-deb/$part; rm -rf "$tree"
    put_text 0755 "$tree/usr/$([ $part = cli ] && echo bin/sensuctl || echo sbin/sensu-$part)" <<<'of Sensu'
    printf 'Package: sensu-go-%s\nVersion: 6.9.2-6500\nArchitecture: all\nMaintainer: x <x@picket.invalid>\nDescription: x\n' $part | put_text 0644 "$tree/DEBIAN/control"
    dpkg-deb --root-owner-group -Zgzip -b "$tree" "$root/root/sensu-go-$part.deb" >/dev/null
  done
}
# The host of Sensu's backend, whose agent is exchanged and comes back; its backend, its client and its data stay as they are.
exchanges_the_agent() {
  local there='there() { dpkg -s "$1" 2>/dev/null | grep -q "^Status: install ok installed"; }; set -e'
  sh_in "$there; dpkg -i /root/sensu-go-*.deb; mkdir -p /var/lib/sensu/sensu-backend/etcd; echo data >/var/lib/sensu/sensu-backend/etcd/member; apt-get -qq install /root/picket-sensu-agent_*.deb
    there picket-sensu-agent; ! there sensu-go-agent; there sensu-go-backend; there sensu-go-cli; sensu-agent version | grep ^sensu-agent; grep 'of Sensu' /usr/sbin/sensu-backend /usr/bin/sensuctl" &&
    sh_in "$there; apt-get -qq install /root/sensu-go-agent.deb; ! there picket-sensu-agent; there sensu-go-agent; there picket; grep 'of Sensu' /usr/sbin/sensu-agent; grep data /var/lib/sensu/sensu-backend/etcd/member
    dpkg -P sensu-go-agent sensu-go-backend sensu-go-cli; grep data /var/lib/sensu/sensu-backend/etcd/member"
}
test_debian() {  # RELEASE
  local root release=$1 agent=/var/lib/picket/agent
  fresh_root "$release" || { bad "debootstrap $release"; return; }
  mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"; mount --make-rslave "$root/dev"
  expect "$release: installs" sh_in "dpkg -i /root/picket_*.deb"
  expect "$release: the program runs" in_root picket version
  expect "$release: users and directories" sh_in "[ \"\$(stat -c %U:%a $agent)\" = picket:750 ] && [ \"\$(stat -c %U /var/lib/picket/backend)\" = picket-backend ] && [ \"\$(stat -c %G:%a /etc/picket/agent.yml)\" = picket:640 ]"
  expect "$release: the packaged configurations are good" sh_in "picket agent check-config && picket backend check-config && picket edge check-config --config-file /etc/picket/edge.yml"
  expect "$release: started by hand, agent and backend find each other" starts_by_hand
  expect "$release: data was written where the package said" sh_in "[ -f /var/lib/picket/backend/picket.db ]"
  sensu_stand_ins
  expect "$release: on the host of Sensu's backend the agent alone is exchanged, and comes back in one command" exchanges_the_agent
  expect "$release: the names of Sensu's programs" sh_in "dpkg -i /root/picket-sensu*.deb && mkdir -p /etc/sensu && echo 'name: from-sensu' >/etc/sensu/agent.yml && sensu-agent check-config | grep from-sensu && sensu-agent version | grep ^sensu-agent && sensu-backend version && sensuctl version"
  with_systemctl; newer_deb
  expect "$release: an upgrade restarts what runs" sh_in "dpkg -i /root/newer.deb && grep -q 'try-restart picket-agent.service' /root/systemctl.log && grep -q 'try-restart sensu-agent.service' /root/systemctl.log"
  sh_in "rm /root/systemctl.log; echo 'keepalive-interval: never' >>/etc/picket/agent.yml"
  expect "$release: an upgrade does not restart a broken configuration, and keeps the file" sh_in "dpkg -i --force-confdef --force-confold /root/newer.deb 2>&1 | grep 'picket-agent was not restarted' && ! grep 'try-restart picket-agent' /root/systemctl.log && grep never /etc/picket/agent.yml"
  expect "$release: a removal stops the units and keeps data and configuration" sh_in "dpkg -r picket-sensu picket-sensu-agent picket-sensu-backend picket-sensu-cli picket && grep -q 'disable --now picket-agent.service' /root/systemctl.log && [ -f /var/lib/picket/backend/picket.db ] && [ -f /etc/picket/agent.yml ]"
  expect "$release: a purge takes them" sh_in "dpkg -P picket picket-sensu picket-sensu-agent picket-sensu-backend picket-sensu-cli && [ ! -e /var/lib/picket ] && [ ! -e /etc/picket ] && [ -f /etc/sensu/agent.yml ]"
  umount -R "$root/dev" "$root/proc" 2>/dev/null; rm -rf "$root"
}
test_deb() { test_debian bookworm; test_debian bullseye; }

# --- rpm ---------------------------------------------------------------------------------------------------------------------

# No distribution with rpm can be had here. This is a root with what the scripts call (a shell, the user tools), in which an empty rpm says
# that they are there; rpm and dnf themselves are the real ones.
stand_in() {  # NAME VERSION < more of a spec: an rpm without files in $work/stand-in
  mkdir -p "$work/stand-in"
  { printf 'Name: %s\nVersion: %s\nRelease: 1\nSummary: x\nLicense: x\nBuildArch: noarch\n' "$1" "$2"; cat; printf '%%description\nx\n%%files\n'; } >"$work/stand-in/$1.spec"
  rpmbuild -bb --quiet --define "_topdir $work/stand-in/build" --define "_rpmdir $work/stand-in" --define '_rpmfilename %%{NAME}.rpm' "$work/stand-in/$1.spec"
}
newer_rpm() {  # the same packages under a later version, from what packaging/rpm/build.sh staged
  sed 's/^Version: .*/Version: 99/' "$work/rpm-native/picket.spec" >"$work/newer.spec"
  rpmbuild -bb --quiet --target "$(rpm_arch native)" --define "_topdir $work/newer-build" --define "_rpmdir $work/newer-rpm" --define '_rpmfilename %%{NAME}.rpm' "$work/newer.spec"
}
run_dnf() { dnf -y -q --installroot="$root" --releasever=1 --disablerepo='*' --setopt=reposdir=/nonexistent --setopt=cachedir=/var/cache/dnf --setopt=pluginpath=/nonexistent --nogpgcheck "$@"; }
rpm_installed() { rpm --root "$root" -q "$1"; }
rpm_roots() {
  fresh_root bookworm && newer_rpm && stand_in distribution 1 <<<'Provides: /bin/sh /usr/sbin/useradd /usr/sbin/groupadd ca-certificates' && stand_in sensu-go-agent 6.9.2 </dev/null && run_dnf install "$work/stand-in/distribution.rpm"
}
test_rpm() {
  local root
  expect "rpm: a root with rpm's database" rpm_roots || return
  expect "rpm: what is in it, and that its digests are right" rpm -K --nosignature "$rpm" "${sensu_rpms[@]}"
  expect "rpm: dnf installs it, with all that it needs" run_dnf install "$rpm"
  expect "rpm: the program runs" in_root picket version
  expect "rpm: owners and modes" sh_in "[ \"\$(stat -c %U:%a /var/lib/picket/agent)\" = picket:750 ] && [ \"\$(stat -c %G:%a /etc/picket/backend.yml)\" = picket-backend:640 ]"
  expect "rpm: the packaged configurations are good" sh_in "picket agent check-config && picket backend check-config && picket edge check-config --config-file /etc/picket/edge.yml"
  expect "rpm: verifies" rpm --root "$root" -V picket
  mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"; mount --make-rslave "$root/dev"
  expect "rpm: started by hand, agent and backend find each other" starts_by_hand
  umount -R "$root/dev" "$root/proc"
  expect "rpm: dnf puts picket-sensu in the place of Sensu's package" rpm_over
  expect "rpm: and back" rpm_back
  expect "rpm: rpm alone does it as well" rpm_over_by_hand
  expect "rpm: the program runs under each name" sh_in "sensu-agent version && sensu-backend version && sensuctl version"
  with_systemctl
  sh_in "echo 'name: changed' >>/etc/picket/agent.yml"
  expect "rpm: an upgrade restarts what runs and keeps a changed file" rpm_upgrade
  expect "rpm: an upgrade does not restart a broken configuration" rpm_broken_upgrade
  expect "rpm: the way back, to the old package" run_dnf downgrade "$rpm" "${sensu_rpms[@]}"
  expect "rpm: a removal stops the units, keeps data and the changed file" rpm_removed
  rm -rf "$root"
}
rpm_over() { run_dnf install "$work/stand-in/sensu-go-agent.rpm" && run_dnf --allowerasing install "${sensu_rpms[@]}" && ! rpm_installed sensu-go-agent; }
rpm_back() { run_dnf --allowerasing install "$work/stand-in/sensu-go-agent.rpm" && ! rpm_installed picket-sensu-agent && rpm_installed picket-sensu-backend; }
rpm_over_by_hand() { rpm --root "$root" -e sensu-go-agent && rpm --root "$root" -U --replacepkgs "${sensu_rpms[@]}"; }
rpm_upgrade() {
  run_dnf upgrade "$work"/newer-rpm/picket{,-sensu,-sensu-agent,-sensu-backend,-sensu-cli}.rpm && [ "$(rpm --root "$root" -q --qf '%{VERSION}' picket)" = 99 ] && grep -q 'try-restart picket-agent' "$root/root/systemctl.log" &&
    grep -q 'try-restart sensu-agent' "$root/root/systemctl.log" && grep -q changed "$root/etc/picket/agent.yml"
}
rpm_broken_upgrade() {
  sh_in "rm /root/systemctl.log; echo 'keepalive-interval: never' >>/etc/picket/agent.yml"
  rpm --root "$root" -U --force "$work"/newer-rpm/picket{,-sensu,-sensu-agent,-sensu-backend,-sensu-cli}.rpm 2>&1 | grep 'picket-agent was not restarted' && ! grep 'try-restart picket-agent' "$root/root/systemctl.log" && grep never "$root/etc/picket/agent.yml"
}
rpm_removed() {
  run_dnf remove picket-sensu picket-sensu-agent picket-sensu-backend picket-sensu-cli picket && grep -q 'disable --now picket-agent.service' "$root/root/systemctl.log" && [ -f "$root/var/lib/picket/backend/picket.db" ] && [ -f "$root/etc/picket/agent.yml.rpmsave" ] &&
    [ ! -e "$root/usr/bin/picket" ] && [ ! -e "$root/usr/sbin/sensu-agent" ]
}
