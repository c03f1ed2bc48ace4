// cli/verbs/asset_index.h - the index of public assets (Bonsai, or another that answers like it), asked by name.
//
// Nothing asks it but the commands `asset add`, `asset outdated` and `command install`; --index names another one.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/ctl/ctl.h"

namespace picket {

inline constexpr const char* kAssetIndexUrl = "https://bonsai.sensu.io/api/v1/assets";

// "namespace/name" or "namespace/name:version".
struct AssetName {
  std::string ns, name, version;
};
Result<AssetName> asset_name_parse(std::string_view text);

// Versions as dotted numbers, a `v` in front allowed, a pre-release after `-` (below the release), build data after `+`
// (ignored). -1, 0, 1.
bool version_valid(std::string_view version);
int version_compare(std::string_view a, std::string_view b);

// The versions the index has, lowest first; what is no version is left out.
Result<std::vector<std::string>> index_versions(Ctl& ctl, const AssetName& asset);
// That of `versions` which is meant: the newest when `wanted` is empty.
Result<std::string> version_choose(const AssetName& asset, const std::vector<std::string>& versions);
// The definition of the version meant, as `create` reads it: its text.
struct IndexDefinition {
  AssetName asset;  // its version: the one the index has, never empty
  std::string text;
};
Result<IndexDefinition> index_definition(Ctl& ctl, const std::string& name);

}  // namespace picket
