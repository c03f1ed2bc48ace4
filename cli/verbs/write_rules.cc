// cli/verbs/write_rules.cc - order of writing, entities of agents, redacted values; see write_rules.h.
#include "cli/verbs/write_rules.h"

#include <algorithm>

#include "common/json/json.h"

namespace picket {
namespace {

constexpr std::string_view kRedacted = "REDACTED";
constexpr struct { const char *member, *word; } kMaps[] = {{"labels", "label"}, {"annotations", "annotation"}};

size_t rank_of(const FileResource& r) {
  const std::string_view type = r.type ? r.type->type : "";
  size_t at = 0;
  while (at < std::size(kWriteOrder) && type != kWriteOrder[at]) at++;
  return at;
}

bool is_redacted(const JsonMember& m) { return json_type(m.raw) == JsonType::string && json_string(m.raw).value == kRedacted; }

std::vector<JsonMember> map_of(std::string_view entity, const char* member) {
  const std::string_view map = json_at(entity, {"metadata", member});
  if (map.empty() || json_type(map) != JsonType::object) return {};
  return json_members(map).value;
}

}  // namespace

void write_order(std::vector<FileResource>& resources) {
  std::stable_sort(resources.begin(), resources.end(),
                   [](const FileResource& a, const FileResource& b) { return rank_of(a) < rank_of(b); });
}

bool is_agents_own(std::string_view entity) {
  return text_at(entity, {"entity_class"}) == "agent" && text_at(entity, {"metadata", "labels", "sensu.io/managed_by"}) == "sensu-agent";
}

std::vector<std::string> redacted_names(std::string_view entity) {
  std::vector<std::string> names;
  for (const auto& map : kMaps)
    for (const JsonMember& m : map_of(entity, map.member))
      if (is_redacted(m)) names.push_back(std::string(map.word) + " " + m.key);
  return names;
}

std::string redacted_left_out(std::string_view entity, std::string_view stored) {
  std::string out(entity);
  for (const auto& map : kMaps) {
    std::string kept(json_at(entity, {"metadata", map.member}));
    for (const JsonMember& m : map_of(entity, map.member))
      if (is_redacted(m) && text_at(stored, {"metadata", map.member, m.key}) != kRedacted) kept = json_drop(kept, m.key);
    if (!kept.empty()) out = json_set(out, "metadata", json_set(json_at(out, {"metadata"}), map.member, kept));
  }
  return out;
}

}  // namespace picket
