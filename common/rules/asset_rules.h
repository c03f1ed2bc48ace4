// common/rules/asset_rules.h - which asset a machine needs and how its environment looks: the rules. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

// One archive to have: an asset without builds, or the build that was chosen.
struct AssetSource {
  std::string name, url, sha512;  // sha512 in lower case, 128 hex digits
  StringList filters;
  std::vector<std::pair<std::string, std::string>> headers;  // a value with commas is several headers
};

// The sources of an asset in the order they are tried: its builds, or itself. Tokens are filled in, but not in sha512.
Result<std::vector<AssetSource>> asset_sources(const Asset& asset, std::string_view entity_json);

Status asset_sum_check(const std::string& sha512);  // 128 hexadecimal digits

// What the first 262 bytes say: "gzip", "tar", or an error in the reference's words.
Result<std::string> asset_format(std::string_view head);
std::string asset_size_text(uint64_t bytes);  // "256 B", "12 MB"

// PATH, LD_LIBRARY_PATH, CPATH (to be put in front of the agent's own) and NAME_PATH of each, in the order of the request.
std::vector<std::string> asset_environment(const std::vector<std::pair<std::string, std::string>>& names_and_folders);
std::string asset_variable(std::string_view name);  // "org/my-asset.x" -> "ORG_MY_ASSET_X_PATH"

// Where an entry of an archive may be put: the path relative to the root, cleaned, or an error. `..` and absolute paths are
// refused; so is whatever lies behind one of the links of this archive, or links that lead out of it.
struct ArchivePaths {
  std::vector<std::string> links;
  Result<std::string> place(std::string_view path) const;
  Status link(const std::string& placed, std::string_view target);  // remembers it
};

}  // namespace picket
