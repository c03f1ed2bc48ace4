#!/bin/bash
# packaging/stage.sh ARCH ROOT SENSU_ROOT - what deb and rpm have in common: the files of the package picket and of picket-sensu,
# which gives it the names of Sensu's programs. ARCH: native | arm64 | armv7.
set -euo pipefail
root=$(realpath -m "$2") sensu=$(realpath -m "$3")
source "$(dirname "$0")/lib.sh"
arch=$1 program=$(program_of "$1") doc=$root/usr/share/doc/picket
target=$1; [ "$target" != native ] || target=linux
rm -rf "$root" "$sensu"

put 0755 "$program" "$root/usr/bin/picket"
for unit in packaging/files/systemd/picket-*.service; do put 0644 "$unit" "$root/usr/lib/systemd/system/$(basename "$unit")"; done
put 0644 packaging/files/sysusers.conf "$root/usr/lib/sysusers.d/picket.conf"
put 0644 packaging/files/tmpfiles.conf "$root/usr/lib/tmpfiles.d/picket.conf"
put 0644 packaging/files/logrotate "$root/etc/logrotate.d/picket"
for name in agent backend edge; do
  cache=/var/cache/picket/$name; [ $name != edge ] || cache=""
  conffile $name /var/lib/picket/$name "$cache" | put_text 0644 "$root/etc/picket/$name.yml"
done
for page in picket.1 picket-ctl.1 picket-run.1 picket-agent.8 picket-backend.8 picket-edge.8; do
  "$native" docs $page | put_gz "$root/usr/share/man/man${page##*.}/$page.gz"
done
"$native" docs completion bash | put_text 0644 "$root/usr/share/bash-completion/completions/picket"
"$native" docs completion zsh | put_text 0644 "$root/usr/share/zsh/vendor-completions/_picket"
"$native" docs completion fish | put_text 0644 "$root/usr/share/fish/vendor_completions.d/picket.fish"
documents "$doc"
packaging/sbom.py "$target" "$program" "picket-$(deb_arch "$arch")" "$doc"

# Where Sensu's packages have them: drop-ins of units and other people's scripts name the whole path.
mkdir -p "$sensu/usr/bin" "$sensu/usr/sbin"
ln -s picket "$sensu/usr/bin/sensuctl"
for name in sensu-agent sensu-backend; do ln -s ../bin/picket "$sensu/usr/sbin/$name"; done
for unit in packaging/files/systemd/sensu-*.service; do put 0644 "$unit" "$sensu/usr/lib/systemd/system/$(basename "$unit")"; done
printf 'u sensu - "sensu by picket" /var/lib/sensu /usr/sbin/nologin\n' | put_text 0644 "$sensu/usr/lib/sysusers.d/picket-sensu.conf"
for pair in sensu-agent.8=picket-agent.8 sensu-backend.8=picket-backend.8 sensuctl.1=picket-ctl.1; do
  page=${pair%=*} to=${pair#*=}
  mkdir -p "$sensu/usr/share/man/man${page##*.}"; ln -s "$to.gz" "$sensu/usr/share/man/man${page##*.}/$page.gz"
done
"$native" docs completion-sensuctl bash | put_text 0644 "$sensu/usr/share/bash-completion/completions/sensuctl"
sed 's#](\([A-Z-]*\.md\)#](../picket/docs/\1#g' docs/FROM-SENSU.md | put_text 0644 "$sensu/usr/share/doc/picket-sensu/FROM-SENSU.md"
put 0644 LICENSE "$sensu/usr/share/doc/picket-sensu/LICENSE"
packaging/sbom.py none - picket-sensu "$sensu/usr/share/doc/picket-sensu"
same_times "$root"; same_times "$sensu"
