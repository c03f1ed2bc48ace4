#!/bin/bash
# packaging/rpm/build.sh - picket and picket-sensu as rpm, from the same files as the deb.
set -euo pipefail
source "$(dirname "$0")/../lib.sh"
arch=$(rpm_arch native) top=$work/rpm
rm -rf "$top"; mkdir -p "$top"
packaging/stage.sh native "$top/picket" "$top/picket-sensu"
mv "$top/picket/usr/share/zsh/vendor-completions" "$top/picket/usr/share/zsh/site-functions"
install -d "$top/picket/usr/share/licenses/picket"
mv "$top/picket/usr/share/doc/picket/LICENSE" "$top/picket/usr/share/doc/picket/LICENSES.txt" "$top/picket/usr/share/licenses/picket/"
sed -e "s/@VERSION@/${package_version//-/\~}/g" -e "s/@DATE@/$(date -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')/g" -e "s#@STAGE@#$top#g" \
  -e "s/@MAINTAINER@/$maintainer/g" packaging/rpm/picket.spec.in >"$top/picket.spec"
rpmbuild -bb --quiet --target "$arch" --define "_topdir $top/build" --define "_buildhost reproducible" --define "_rpmdir $out" \
  --define "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" "$top/picket.spec"
ls "$out"/picket*-"${package_version//-/\~}"-1.*.rpm
