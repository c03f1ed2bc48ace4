// agent/agent_files.cc - see agent_files.h.
#include "agent/agent_files.h"

#include "common/os.h"
#include "common/yaml.h"

namespace picket {

Result<AllowList> allow_list_load(const std::string& path) {
  if (path.empty()) return AllowList{};
  bool is_known = path.find(".yaml") != path.npos || path.find(".yml") != path.npos || path.find(".json") != path.npos;
  if (!is_known) return because("allow-list " + path, fail(Err::invalid, "invalid file extension"));
  Result<std::string> text = os_read_file(path);
  if (!text.ok()) return because("allow-list", text.status);
  Result<std::vector<YamlNode>> documents = yaml_parse(text.value);
  if (!documents.ok()) return because("allow-list " + path, documents.status);
  if (documents.value.empty()) return AllowList{};
  Result<AllowList> list = allow_list_parse(yaml_to_json(documents.value[0]));
  return list.ok() ? list : because("allow-list " + path, list.status);
}

}  // namespace picket
