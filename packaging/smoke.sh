#!/bin/bash
# packaging/smoke.sh arm64|armv7 - does the cross-built program work? Under qemu-user: version, configuration, and an agent that
# runs a check for a backend (a native one, on loopback) and reports it.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
arch=$1 program=$(program_of "$1") dir=$(mktemp -d)
case $arch in arm64) qemu=qemu-aarch64-static ;; armv7) qemu=qemu-arm-static ;; *) die "there is no smoke test for $arch" ;; esac
foreign() { "$qemu" "$program" "$@"; }
pids=(); trap 'kill "${pids[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$dir"' EXIT
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
until_true() { for _ in $(seq 300); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done; die "$arch: not within a minute: $*"; }

[ "$(foreign version)" = "$("$native" version)" ] || die "$arch: another version: $(foreign version)"
foreign agent check-config --config-file /dev/null >/dev/null
port=$(free_port) agents=$(free_port)
"$native" backend start --state-dir "$dir/backend" --cache-dir "$dir/cache" --api-listen-address "127.0.0.1:$port" --agent-host 127.0.0.1 --agent-port "$agents" \
  --dashboard-host 127.0.0.1 --dashboard-port 0 2>"$dir/backend.log" & pids+=($!)
ctl() { "$native" ctl --config-dir "$dir/ctl" "$@"; }
until_true ctl configure -n --url "http://127.0.0.1:$port" --username admin --password 'P@ssw0rd!' --format json
"$qemu" "$program" agent start --name smoke --state-dir "$dir/agent" --cache-dir "$dir/cache" --backend-url "ws://127.0.0.1:$agents" --subscriptions smoke \
  --disable-sockets --disable-api --statsd-disable 2>"$dir/agent.log" & pids+=($!)
until_true ctl entity info smoke
ctl check create hello --command 'echo hello from a check' --interval 3600 --subscriptions smoke >/dev/null
ctl check execute hello >/dev/null
until_true ctl event info smoke hello
ctl event info smoke hello | grep -q 'hello from a check' || die "$arch: the check's output did not arrive"
ctl entity info smoke | grep -q '"arch": "\(arm64\|arm\)"' || die "$arch: the agent does not know its architecture"
# crypto with another word size and byte layout: the first start of a backend hashes passwords, a login checks one
foreign ctl user hash-password 'a password to hash' | grep -q '^\$2a\$10\$' || die "$arch: no bcrypt hash"
echo "$arch: version, configuration, a check reported to a backend, bcrypt: fine ($(stat -c %s "$program") bytes)"
