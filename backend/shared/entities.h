// backend/shared/entities.h - every stored entity, at hand: sessions, ingest and scheduling ask for them all the time.
//
// One value per entity, shared by all that hold it. The cache is written before the store is (like the store's own
// overlay) and corrected from the store when a commit fails. Kind "entities": configuration and system facts together.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/types/types.h"
#include "backend/store/store.h"

namespace picket {

// The text says 0 for last_seen, whatever the value says: so one text serves the store, all events and all sessions of an
// agent, as long as nothing else changes.
struct EntityText {
  std::shared_ptr<const Entity> entity;
  std::shared_ptr<const std::string> json;
};

struct CachedEntity : EntityText {
  // Registered by a keepalive that carried redacted values and not changed by anybody since: its configuration is the
  // agent's own, and sending it back would replace the agent's secrets by the word REDACTED (W-15).
  bool agents_own = false;
  uint64_t config_version = 0;  // grows when the configuration part changes; 0 = never looked at
};

using EntityMap = std::map<std::string, CachedEntity, std::less<>>;  // by name
struct Entities {
  std::map<std::string, EntityMap, std::less<>> namespaces;
  uint64_t versions = 0;
};

EntityText entity_text(Entity entity);
// The text with another number for last_seen.
std::string entity_text_seen(std::string_view json, int64_t last_seen);
Status entities_load(Entities& entities, Store* store);
const CachedEntity* entities_find(const Entities& entities, std::string_view ns, std::string_view name);
CachedEntity& entities_set(Entities& entities, EntityText text, bool agents_own);
void entities_erase(Entities& entities, std::string_view ns, std::string_view name);
// After a commit that failed: what the store says counts, if it can be asked.
void entities_reload(Entities& entities, Store* store, const std::string& ns, const std::string& name);

// Parts of a write: the entity itself and its agents_own mark (kind "entity-origins").
void entity_writes(std::vector<StoreWrite>& batch, const CachedEntity& cached, bool mark_changed);
void entity_deletes(std::vector<StoreWrite>& batch, std::string_view ns, std::string_view name, bool keep);

// ---- rules (pure) ----

bool entity_managed_by_agent(const Entity& entity);     // label sensu.io/managed_by: sensu-agent
void entity_subscription_add(Entity& entity);           // entity:NAME, once
bool entity_has_redacted_values(const Entity& entity);  // a key of the redact list with the value REDACTED
// A known entity and the keepalive of its agent: the configuration stays, system facts, last_seen and version come.
Entity entity_with_state(const Entity& stored, const Entity& seen, int64_t last_seen);
// Whether configuration (not system facts) differs.
bool entity_config_equal(const Entity& a, const Entity& b);
// A user's change: values that were redacted on the way to the user are the stored ones.
void entity_unredact(Entity& entity, const Entity& stored);
// The payload of entity_config for a session of this agent.
std::string entity_config_message(const CachedEntity* cached, std::string_view ns);

}  // namespace picket
