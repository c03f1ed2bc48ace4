// agent/core/agent_entity.cc - see agent_entity.h.
#include "agent/core/agent_entity.h"

#include "common/json/json.h"

namespace picket {
namespace {

void restore_redacted(StringMap& got, const StringMap& local, const StringList& redact) {
  for (auto& [key, value] : got) {
    if (value != "REDACTED" || !redact_matches(key, redact)) continue;
    if (auto it = local.find(key); it != local.end()) value = it->second;
  }
}

}  // namespace

Entity entity_local(const AgentConfig& config) {
  Entity e;
  e.entity_class = "agent";
  e.subscriptions = config.subscriptions;
  e.deregister = config.deregister;
  e.deregistration_handler = config.deregistration_handler;
  e.user = config.user;
  e.redact = config.redact.empty() ? kDefaultRedact : config.redact;
  for (const std::string& word : config.redact_add)
    if (!redact_matches(word, e.redact)) e.redact.push_back(word);
  e.metadata.name = config.name;
  e.metadata.ns = config.ns;
  e.metadata.labels = config.labels;
  e.metadata.annotations = config.annotations;
  if (config.agent_managed_entity) e.metadata.labels[kManagedByLabel] = kManagedByAgent;
  e.sensu_agent_version = kCompatibleVersion;
  e.keepalive_handlers = config.keepalive_handlers;
  return e;
}

Result<bool> entity_apply_config(Entity& entity, std::string_view payload, const AgentConfig& config) {
  // A missing or null metadata crashes real agents; here it is refused.
  std::string_view metadata = json_check(payload).ok() ? json_at(payload, {"metadata"}) : std::string_view{};
  Result<Entity> got = entity_config_decode(payload);
  if (!got.ok()) return because("entity_config", got.status);
  if (metadata.empty() || json_type(metadata) != JsonType::object) return fail(Err::invalid, "entity_config: metadata must be an object");
  if (got.value.metadata.name == kNotFoundName) return false;
  Entity& from = got.value;
  restore_redacted(from.metadata.labels, config.labels, from.redact);
  restore_redacted(from.metadata.annotations, config.annotations, from.redact);
  entity.entity_class = std::move(from.entity_class);
  entity.subscriptions = std::move(from.subscriptions);
  entity.deregister = from.deregister;
  entity.deregistration_handler = std::move(from.deregistration_handler);
  entity.user = std::move(from.user);
  entity.redact = std::move(from.redact);
  entity.keepalive_handlers = std::move(from.keepalive_handlers);
  entity.metadata = std::move(from.metadata);
  return true;
}

void entity_set_facts(Entity& entity, System facts, const AgentConfig& config, int64_t unix_s) {
  if (config.strip_networks) facts.interfaces.clear();
  entity.system = std::move(facts);
  entity.last_seen = unix_s;
}

}  // namespace picket
