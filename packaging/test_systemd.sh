# packaging/test_systemd.sh - test_systemd: the units under a real systemd. A Debian 12 with systemd as process 1 is booted in a
# container of its own (systemd-nspawn: own processes, cgroups, network without a way out), and what an administrator does is done in it.
# Sourced by packaging/test.sh.
units_pid="" units_root=""
agent_config=/etc/picket/agent.yml

boot() {
  # --keep-unit: no machined here
  systemd-nspawn --quiet --directory="$units_root" --register=no --keep-unit --private-network --console=pipe --boot \
    </dev/null >"$work/nspawn.log" 2>&1 & units_pid=$!
  until_inside 'state=$(systemctl is-system-running); [ "$state" = running ] || [ "$state" = degraded ]'
}
power_off() { inside 'systemctl poweroff' 2>/dev/null; wait "$units_pid"; }
inside() {
  local first; first=$(tr -d ' ' <"/proc/$units_pid/task/$units_pid/children")
  [ -n "$first" ] && nsenter --target "$first" --all env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive SYSTEMD_PAGER= sh -c "$1"
}
until_inside() { local i; for i in $(seq 120); do inside "$1" >/dev/null 2>&1 && return; sleep 0.5; done; echo "not within a minute: $1"; return 1; }
main_pid() { inside "systemctl show -p MainPID --value $1"; }
property() { inside "systemctl show -p $2 --value $1"; }
drop_in() {  # UNIT LINE...: below [Service]; without lines it goes
  local folder=/etc/systemd/system/$1.service.d; shift
  if [ $# = 0 ]; then inside "rm -rf $folder; systemctl daemon-reload"; return; fi
  inside "mkdir -p $folder; printf '%s\n' '[Service]' '$1' >$folder/test.conf; systemctl daemon-reload"
}

# A check of the agent on this machine, run once; prints its status and output when the event is there.
ctl() { inside "picket ctl $1"; }
run_check() {  # NAME COMMAND
  ctl "check create $1 --command '$2' --interval 3600 --subscriptions entity:unithost --timeout 30" >/dev/null &&
    ctl "check execute $1" >/dev/null && until_inside "picket ctl event info unithost $1" && ctl "event info unithost $1 --format json" |
    python3 -c 'import json, sys; c = json.load(sys.stdin)["check"]; print(c["status"], c["output"])' | tee /dev/stderr
}
login() { until_inside "picket ctl configure -n --url http://127.0.0.1:8080 --username admin --password '$1' --format json"; }

edge_connected() { until_inside 'picket health edge --config-file /etc/picket/edge.yml --connected'; }

units_install() { inside 'dpkg -i /root/picket_*.deb' && ! inside 'systemctl is-active picket-agent picket-backend picket-edge' && ! inside 'systemctl is-enabled picket-edge'; }
units_ready() {  # `start` returns when the program has said that it is ready: it answers at once
  inside 'systemctl start picket-edge && picket health edge --config-file /etc/picket/edge.yml' && [ "$(property picket-edge NotifyAccess)" = main ]
}
units_limits() { inside "grep -q 'Max open files *8192' /proc/$(main_pid picket-agent)/limits"; }
units_journal() { inside 'journalctl -u picket-edge -o cat | grep "picket edge monitors unithost"'; }
units_fed() {
  local before after
  drop_in picket-edge WatchdogSec=2 && inside 'systemctl restart picket-edge' && before=$(property picket-edge WatchdogTimestampMonotonic)
  until_inside "[ \$(systemctl show -p WatchdogTimestampMonotonic --value picket-edge) -gt $before ]" && after=$(property picket-edge WatchdogTimestampMonotonic) &&
    until_inside "[ \$(systemctl show -p WatchdogTimestampMonotonic --value picket-edge) -gt $after ]" && [ "$(property picket-edge NRestarts)" = 0 ]
}
units_hang() {
  inside "kill -STOP $(main_pid picket-edge)" && until_inside '[ $(systemctl show -p NRestarts --value picket-edge) = 1 ] && systemctl is-active picket-edge' &&
    inside 'journalctl -u picket-edge -o cat | grep "Watchdog timeout"' && drop_in picket-edge && inside 'systemctl restart picket-edge'
}
units_crash() {
  inside "kill -KILL $(main_pid picket-edge)" && until_inside '[ $(systemctl show -p NRestarts --value picket-edge) = 1 ] && systemctl is-active picket-edge' && login 'P@ssw0rd!'
}
units_checks() {
  local plugins=/usr/lib/nagios/plugins
  edge_connected && run_check read-disk "$plugins/check_disk -w 1% -c 0% -p / -p /var/lib/picket" | grep '^0 DISK OK' && run_check read-builtin "picket check disk && picket check load -c 999 && picket check process" | grep '^0 DISK OK' &&
    run_check read-procs "$plugins/check_procs -c 3:" | grep '^0 PROCS OK' && run_check ping "$plugins/check_ping -H 127.0.0.1 -w 900,50% -c 999,90% -p 1" | grep '^0 PING OK' &&
    run_check temporary 'touch /tmp/of-a-check && ls -d /home' | grep '^0 /home'
}
units_forbidden() {
  run_check system 'touch /etc/x' | grep 'Read-only file system' && run_check homes 'ls /root' | grep 'Permission denied' && run_check sudo 'sudo -n id' | grep 'no new privileges'
}
units_privileges() {  # the drop-in of the documents
  inside 'mkdir -p /etc/systemd/system/picket-edge.service.d; cp /usr/share/doc/picket/examples/checks-with-privileges.conf /etc/systemd/system/picket-edge.service.d/
    echo "picket-backend ALL=(root) NOPASSWD: ALL" >/etc/sudoers.d/picket; systemctl daemon-reload; systemctl restart picket-edge' &&
    edge_connected && run_check sudo-now 'sudo -n id' | grep 'uid=0(root)' && run_check system-now 'sudo -n touch /etc/x' | grep 'Read-only file system' &&
    inside 'rm -r /etc/systemd/system/picket-edge.service.d /etc/sudoers.d/picket; systemctl daemon-reload'
}
units_pair() {  # backend and agent take the place of edge
  local password
  inside "sed -i 's|^#backend-url:.*|backend-url: [ws://127.0.0.1:8081]|' $agent_config; grep '^backend-url' $agent_config || echo 'backend-url: [ws://127.0.0.1:8081]' >>$agent_config
    echo 'event-log-file: /var/log/picket/events.json' >>/etc/picket/backend.yml; systemctl start picket-backend picket-agent && ! systemctl is-active picket-edge" &&
    until_inside 'picket health agent --connected' && password=$(inside "journalctl -u picket-backend -o cat | sed -n 's/.*the password of admin is \([^ ]*\).*/\1/p'") && login "$password"
}
units_separate() { [ "$(inside "stat -c %U /proc/$(main_pid picket-agent)")" = picket ] && [ "$(inside "stat -c %U /proc/$(main_pid picket-backend)")" = picket-backend ] && run_check spy 'cat /var/lib/picket/backend/picket.db' | grep 'Permission denied'; }
units_rotated() {
  run_check before-rotation 'echo 1' && until_inside 'grep -q before-rotation /var/log/picket/events.json' && inside 'logrotate -f /etc/logrotate.d/picket && ls /var/log/picket/events.json.1' &&
    run_check after-rotation 'echo 1' && until_inside 'grep -q after-rotation /var/log/picket/events.json' && ! inside 'grep -q after-rotation /var/log/picket/events.json.1'
}
units_reload() {
  local pid; pid=$(main_pid picket-agent)
  inside "echo 'labels: {reloaded: \"yes\"}' >>$agent_config; systemctl reload picket-agent" && until_inside 'journalctl -u picket-agent -o cat | grep "configuration reloaded"' && until_inside 'picket health agent --connected' &&
    inside "echo 'keepalive-interval: never' >>$agent_config; ! systemctl reload picket-agent" && [ "$(main_pid picket-agent)" = "$pid" ] && inside "sed -i '\$d' $agent_config && picket health agent --connected"
}
units_upgrade() {  # what runs is restarted; what a check is doing comes to its end
  local agent backend; agent=$(main_pid picket-agent) backend=$(main_pid picket-backend)
  ctl "check create slow --command 'sleep 3; echo came to its end' --interval 3600 --subscriptions entity:unithost" && ctl 'check execute slow' && until_inside 'pgrep -x sleep' &&
    inside 'dpkg -i /root/newer.deb' && [ "$(main_pid picket-agent)" != "$agent" ] && [ "$(main_pid picket-backend)" != "$backend" ] && until_inside 'picket health agent --connected' &&
    until_inside 'picket ctl event info unithost slow --format json | grep "came to its end"'
}
units_broken_upgrade() {
  local agent; agent=$(main_pid picket-agent)
  inside "echo 'keepalive-interval: never' >>$agent_config; dpkg -i --force-confold /root/newer.deb 2>&1 | grep 'picket-agent was not restarted'" && [ "$(main_pid picket-agent)" = "$agent" ] && inside 'systemctl is-active picket-agent' &&
    inside "sed -i \\\$d $agent_config"
}
units_way_back() {  # docs/UPGRADE.md: the old package and the backup
  inside "picket ctl backup /root/backup.db && systemctl stop picket-backend && apt-get -qq --allow-downgrades install /root/picket_*.deb &&
    picket ctl restore /root/backup.db --state-dir /var/lib/picket/backend && systemctl start picket-backend" && until_inside 'picket health agent --connected' && ctl 'check info slow' | grep 'came to its end'
}
units_boot() {
  inside 'systemctl enable picket-backend picket-agent' && power_off
  boot && until_inside 'picket health agent --connected' && until_inside 'picket ctl event info unithost keepalive'
}
units_stop() { inside 'systemctl stop picket-agent picket-backend' && [ "$(property picket-agent Result)$(property picket-backend Result)" = successsuccess ] && ! inside 'journalctl -b -u picket-agent -u picket-backend -o cat | grep -E "SIGKILL|timed out"'; }
# What stands for Sensu's package, its program being not to be had here: the same names, places, user and unit.
sensu_package() {
  local tree=$work/sensu-go-agent
  rm -rf "$tree"
  put_text 0755 "$tree/usr/sbin/sensu-agent" <<<$'#!/bin/sh\necho of Sensu; exec sleep infinity'
  put_text 0644 "$tree/lib/systemd/system/sensu-agent.service" <<<$'[Unit]\nDescription=The Sensu Agent\n[Service]\nUser=sensu\nGroup=sensu\nExecStart=/usr/sbin/sensu-agent start\nRestart=always\n[Install]\nWantedBy=multi-user.target'
  put_text 0755 "$tree/DEBIAN/postinst" <<<$'#!/bin/sh\ngetent passwd sensu >/dev/null || useradd --system --home-dir /opt/sensu --shell /bin/false sensu\nfor d in lib cache; do install -d -o sensu -g sensu /var/$d/sensu /var/$d/sensu/sensu-agent; done\nsystemctl daemon-reload'
  put_text 0755 "$tree/DEBIAN/prerm" <<<$'#!/bin/sh\nsystemctl disable --now sensu-agent'
  put_text 0644 "$tree/DEBIAN/control" <<<$'Package: sensu-go-agent\nVersion: 6.9.2-6500\nArchitecture: amd64\nMaintainer: x <x@picket.invalid>\nDescription: x'
  dpkg-deb --root-owner-group -Zgzip -b "$tree" "$units_root/root/sensu-go-agent.deb" >/dev/null
}
# docs/FROM-SENSU.md, step by step: a host of Sensu's moves over, and back. Puppet's drop-in for the unit stays in force.
units_sensu_host() {
  inside "apt-get -qq install /root/sensu-go-agent.deb && mkdir -p /etc/sensu /etc/systemd/system/sensu-agent.service.d && printf 'name: from-sensu\nsubscriptions: [linux]\nbackend-url: [\"ws://127.0.0.1:8081\"]\ncache-dir: /var/cache/sensu/sensu-agent\n' >/etc/sensu/agent.yml &&
    printf '[Service]\nExecStart=\nExecStart=/usr/sbin/sensu-agent start -c /etc/sensu/agent.yml\n' >/etc/systemd/system/sensu-agent.service.d/sensu-agent-start.conf && systemctl daemon-reload && systemctl enable --now sensu-agent && cp -p /etc/sensu/agent.yml /root/before"
}
units_back() {
  inside 'systemctl stop sensu-agent && apt-get -qq --allow-downgrades install /root/sensu-go-agent.deb && ! dpkg -s picket-sensu-agent 2>/dev/null | grep "^Status: install ok installed" && systemctl enable --now sensu-agent && systemctl is-active sensu-agent &&
    cmp /etc/sensu/agent.yml /root/before && journalctl -u sensu-agent -o cat -n 3 | grep "of Sensu"'
}
units_sensu() {  # under the old names: its own user, its own places
  inside "picket agent check-config --config-file /etc/sensu/agent.yml && apt-get -qq install /root/picket-sensu-agent_*.deb && ! dpkg -s sensu-go-agent 2>/dev/null | grep '^Status: install ok installed' &&
    cmp /etc/sensu/agent.yml /root/before && systemctl start picket-backend && systemctl enable --now sensu-agent" && until_inside 'picket ctl entity info from-sensu' && [ "$(inside "stat -c %U /proc/$(main_pid sensu-agent)")" = sensu ] && inside 'sensu-agent status && ls -d /var/lib/sensu/sensu-agent && ps -o args= -C picket,sensu-agent | grep "sensu-agent start -c /etc/sensu/agent.yml"'
}
units_remove() { inside 'dpkg -r picket-sensu-agent picket && ! systemctl is-active sensu-agent picket-backend picket-agent && ! systemctl is-enabled picket-agent && [ -f /var/lib/picket/backend/picket.db ] && [ -f /etc/picket/agent.yml ] && [ -z "$(systemctl --failed --no-legend | grep picket)" ]'; }

test_systemd() {
  local root
  fresh_root bookworm systemd-sysv,dbus,ca-certificates,logrotate,procps,sudo,monitoring-plugins-basic || { bad "debootstrap a Debian with systemd"; return; }
  rm -f "$root/usr/sbin/policy-rc.d"
  units_root=$root; newer_deb
  echo unithost >"$root/etc/hostname"; echo "127.0.0.1 localhost unithost" >"$root/etc/hosts"
  trap 'kill "$units_pid" 2>/dev/null' EXIT
  expect "systemd: boots" boot || return
  expect "systemd: the package installs and starts nothing" units_install
  expect "systemd: start returns when the program is ready" units_ready
  expect "systemd: what it says is in the journal" units_journal
  login 'P@ssw0rd!'
  expect "systemd: the watchdog is fed" units_fed
  expect "systemd: a program that hangs is ended and started again" units_hang
  expect "systemd: a crash is restarted and nothing is lost" units_crash
  expect "systemd: checks read disks and processes, ping, use /tmp" units_checks
  expect "systemd: checks write no system, read no foreign home, win no privileges" units_forbidden
  expect "systemd: checks with sudo, by the drop-in" units_privileges
  expect "systemd: backend and agent take the place of edge" units_pair
  expect "systemd: the unit's limits hold" units_limits
  expect "systemd: the agent's checks do not reach the backend's database" units_separate
  expect "systemd: the event log is rotated" units_rotated
  expect "systemd: reload takes a good configuration and refuses a broken one" units_reload
  expect "systemd: an upgrade restarts what runs, and a running check comes to its end" units_upgrade
  expect "systemd: an upgrade does not restart a broken configuration" units_broken_upgrade
  expect "systemd: the way back, to the old package and the backup" units_way_back
  expect "systemd: what is enabled runs after a boot" units_boot
  expect "systemd: stop is orderly" units_stop
  sensu_package
  expect "systemd: a host of Sensu's" units_sensu_host
  expect "systemd: it moves over, in its old places" units_sensu
  expect "systemd: and back, and over again" units_back
  inside 'apt-get -qq install /root/picket-sensu-agent_*.deb && systemctl start sensu-agent' >/dev/null 2>&1
  expect "systemd: a removal stops, and keeps data and configuration" units_remove
  power_off; rm -rf "$root"
}
