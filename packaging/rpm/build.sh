#!/bin/bash
# packaging/rpm/build.sh [ARCH] - picket as rpm, and picket-sensu with its three parts and picket-devel, which serve every architecture; from the same
# files as the deb.
set -euo pipefail
source "$(dirname "$0")/../lib.sh"
arch=${1:-native} top=$work/rpm-${1:-native} noarch=1
[ "$arch" = native ] || noarch=0
rm -rf "$top"; mkdir -p "$top"
packaging/stage.sh "$arch" "$top/picket" "$top/picket-sensu"
packaging/stage_dev.sh "$top/picket-devel" /usr picket-devel
mv "$top/picket/usr/share/zsh/vendor-completions" "$top/picket/usr/share/zsh/site-functions"
install -d "$top/picket/usr/share/licenses/picket"
mv "$top/picket/usr/share/doc/picket/LICENSE" "$top/picket/usr/share/doc/picket/LICENSES.txt" "$top/picket/usr/share/licenses/picket/"
sed -i 's#](LICENSE)#](../../licenses/picket/LICENSE)#g' "$top/picket/usr/share/doc/picket/README.md"
sed -e "s/@NOARCH@/$noarch/g" -e "s/@VERSION@/${package_version//-/\~}/g" -e "s/@DATE@/$(date -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')/g" -e "s#@STAGE@#$top#g" \
  -e "s/@MAINTAINER@/$maintainer/g" -e "s#@HOMEPAGE@#$homepage#g" packaging/rpm/picket.spec.in >"$top/picket.spec"
rpmbuild -bb --quiet --target "$(rpm_arch "$arch")" --define "_topdir $top/build" --define "_buildhost reproducible" --define "_rpmdir $out" \
  --define "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" "$top/picket.spec"
ls "$out"/picket*-"${package_version//-/\~}"-1."$(rpm_arch "$arch")".rpm
[ $noarch = 0 ] || ls "$out"/picket-{sensu,sensu-agent,sensu-backend,sensu-cli,devel}-"${package_version//-/\~}"-1.noarch.rpm
