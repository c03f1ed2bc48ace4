// common/template/template_entity.cc - the entity as templates see it: the JSON names, with metadata flattened into the top
// level. Empty texts are absent; lists and maps
// are there, so that `index .labels "x" | default 80` and `len .labels` work on a host that has none.
#include "common/json/json.h"
#include "common/template/template.h"

namespace picket {

static void add_raw(JsonObject& o, std::string_view key, std::string_view raw) {
  const bool is_empty = raw.empty() || raw == "null" || raw == "\"\"";
  if (!is_empty) o.add_raw(key, raw);
}

static void add_members(JsonObject& o, const std::string& json, bool but_metadata) {
  auto members = json_members(json);
  for (const JsonMember& m : members.value)
    if (!but_metadata || m.key != "metadata") add_raw(o, m.key, m.raw);
}

// No pruning inside `system`: its own empty strings stay, as the agent sends them.
static std::string flattened(const Entity& entity, const std::string& json) {
  JsonObject o;
  add_members(o, encode(entity.metadata), false);
  if (entity.metadata.labels.empty()) o.add_raw("labels", "{}");
  if (entity.metadata.annotations.empty()) o.add_raw("annotations", "{}");
  if (entity.subscriptions.empty()) o.add_raw("subscriptions", "[]");
  add_members(o, json, true);
  return o.done();
}

std::string template_entity(const Entity& entity) { return flattened(entity, encode(entity)); }
std::string template_entity_config(const Entity& entity) { return flattened(entity, entity_config_encode(entity)); }

}  // namespace picket
