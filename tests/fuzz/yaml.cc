// tests/fuzz/yaml.cc - any text as YAML: refused with a sentence, or what is printed of it is read back as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/json/json.h"
#include "common/text/yaml.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto documents = yaml_parse({reinterpret_cast<const char*>(data), size});
  if (!documents.ok()) return documents.status.message.empty() ? std::abort(), 0 : 0;
  for (const YamlNode& node : documents.value) {
    std::string json = yaml_to_json(node);
    if (!json_check(json).ok()) std::abort();
    auto printed = yaml_from_json(json);
    if (!printed.ok()) continue;  // characters YAML cannot hold
    auto again = yaml_parse(printed.value);
    if (!again.ok()) std::abort();
    bool same = again.value.size() == 1 ? yaml_to_json(again.value[0]) == json : json == "null" || json == "\"\"";
    if (!same) std::abort();
  }
  return 0;
}
