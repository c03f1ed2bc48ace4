// common/text/yaml.h - YAML in and out: configuration files, `ctl create -f`, and the output format of the command line.
//
// Read by libyaml into a small tree that remembers lines; scalars are resolved by the rules of YAML 1.1 as go-yaml has
// them (yes/on/y are booleans, 010 is eight, 1_000 a thousand, dates stay texts). JSON is valid YAML. Written as
// go-yaml v2 writes: two spaces, lists not indented, texts that look like something else in double quotes.
//
// Limits: kYamlTextMax bytes, kYamlDepthMax levels, kYamlNodesMax values after aliases were copied in, 64
// bytes of text counting as one (so a bomb of aliases ends early); beyond them the document is refused.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kYamlTextMax = 32u << 20;
inline constexpr int kYamlDepthMax = 64;
inline constexpr size_t kYamlNodesMax = 500'000;

enum class YamlKind { null, boolean, integer, floating, text, list, map };

struct YamlNode {
  YamlKind kind = YamlKind::null;
  int line = 0;      // first line of the value, from 1
  std::string text;  // scalars: numbers and booleans in their canonical form ("true", "8", "1.5"), texts as they are
  std::vector<YamlNode> items;
  std::vector<std::pair<std::string, YamlNode>> members;  // in the order of the file; a repeated key keeps the last
  std::vector<std::pair<std::string, int>> repeated;      // keys that came twice, with their lines
  const YamlNode* find(std::string_view key) const;
};

// Every document of the text; empty documents (nothing between two ---) are left out.
Result<std::vector<YamlNode>> yaml_parse(std::string_view text);
std::string yaml_to_json(const YamlNode& node);

// One document in block style, keys in the order they come, ending in a newline. `json` must be whole JSON.
Result<std::string> yaml_from_json(std::string_view json);

// What an unquoted scalar means.
std::pair<YamlKind, std::string> yaml_resolve(std::string_view plain);

}  // namespace picket
