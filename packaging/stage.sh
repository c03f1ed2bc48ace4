#!/bin/bash
# packaging/stage.sh ARCH ROOT SENSU_ROOT - what deb and rpm have in common: the files of the package picket, and of those that give it
# the names of Sensu's programs: SENSU_ROOT-agent, -backend and -cli, one for each package of Sensu's, and SENSU_ROOT for all of them. ARCH: native | arm64 | armv7.
set -euo pipefail
root=$(realpath -m "$2") sensu=$(realpath -m "$3")
source "$(dirname "$0")/lib.sh"
arch=$1 program=$(program_of "$1") doc=$root/usr/share/doc/picket
target=$1; [ "$target" != native ] || target=linux
rm -rf "$root" "$sensu" "$sensu"-{agent,backend,cli}

put 0755 "$program" "$root/usr/bin/picket"
for unit in packaging/files/systemd/picket-*.service; do put 0644 "$unit" "$root/usr/lib/systemd/system/$(basename "$unit")"; done
put 0644 packaging/files/sysusers.conf "$root/usr/lib/sysusers.d/picket.conf"
put 0644 packaging/files/tmpfiles.conf "$root/usr/lib/tmpfiles.d/picket.conf"
put 0644 packaging/files/logrotate "$root/etc/logrotate.d/picket"
for name in agent backend edge; do
  cache=/var/cache/picket/$name; [ $name != edge ] || cache=""
  conffile $name /var/lib/picket/$name "$cache" | put_text 0644 "$root/etc/picket/$name.yml"
done
for page in picket.1 picket-ctl.1 picket-run.1 picket-ca.1 picket-agent.8 picket-backend.8 picket-edge.8; do
  "$native" docs $page | put_gz "$root/usr/share/man/man${page##*.}/$page.gz"
done
"$native" docs completion bash | put_text 0644 "$root/usr/share/bash-completion/completions/picket"
"$native" docs completion zsh | put_text 0644 "$root/usr/share/zsh/vendor-completions/_picket"
"$native" docs completion fish | put_text 0644 "$root/usr/share/fish/vendor_completions.d/picket.fish"
documents "$doc"
packaging/sbom.py "$target" "$program" "picket-$(deb_arch "$arch")" "$doc"

# Where Sensu's packages have them: drop-ins of units and other people's scripts name the whole path.
sensu_page() { mkdir -p "$1/usr/share/man/man${2##*.}"; ln -s "$3.gz" "$1/usr/share/man/man${2##*.}/$2.gz"; }  # ROOT PAGE TARGET
sensu_papers() { put 0644 LICENSE "$1/usr/share/doc/$2/LICENSE"; packaging/sbom.py none - "$2" "$1/usr/share/doc/$2"; }  # ROOT PACKAGE
for part in agent backend; do
  mkdir -p "$sensu-$part/usr/sbin"; ln -s ../bin/picket "$sensu-$part/usr/sbin/sensu-$part"
  put 0644 "packaging/files/systemd/sensu-$part.service" "$sensu-$part/usr/lib/systemd/system/sensu-$part.service"
  printf 'u sensu - "sensu by picket" /var/lib/sensu /usr/sbin/nologin\n' | put_text 0644 "$sensu-$part/usr/lib/sysusers.d/picket-sensu-$part.conf"
  sensu_page "$sensu-$part" "sensu-$part.8" "picket-$part.8"
done
mkdir -p "$sensu-cli/usr/bin"; ln -s picket "$sensu-cli/usr/bin/sensuctl"
sensu_page "$sensu-cli" sensuctl.1 picket-ctl.1
"$native" docs completion-sensuctl bash | put_text 0644 "$sensu-cli/usr/share/bash-completion/completions/sensuctl"
sed 's#](\([A-Z-]*\.md\)#](../picket/docs/\1#g' docs/FROM-SENSU.md | put_text 0644 "$sensu/usr/share/doc/picket-sensu/FROM-SENSU.md"
for name in "" -agent -backend -cli; do sensu_papers "$sensu$name" "picket-sensu$name"; same_times "$sensu$name"; done
same_times "$root"
