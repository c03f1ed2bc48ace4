// backend/shared/entities.cc - entities read, changed and written, with the secrets that come back as REDACTED put back.
#include "backend/shared/entities.h"

#include <algorithm>
#include <utility>

#include "common/json/json.h"
#include "common/text/log.h"
#include "backend/shared/stored_value.h"

namespace picket {

namespace {

constexpr std::string_view kManagedBy = "sensu.io/managed_by";
constexpr std::string_view kRedacted = "REDACTED";
constexpr const char* kOrigins = "entity-origins";

bool map_has_redacted(const StringMap& map, const StringList& redact) {
  return std::any_of(map.begin(), map.end(), [&](const auto& kv) { return kv.second == kRedacted && redact_matches(kv.first, redact); });
}

void map_unredact(StringMap& map, const StringMap& stored) {
  for (auto& [key, value] : map) {
    auto it = stored.find(key);
    if (value == kRedacted && it != stored.end()) value = it->second;
  }
}

void map_drop_redacted(StringMap& map, const StringList& redact) {
  for (auto it = map.begin(); it != map.end();)
    it = it->second == kRedacted && redact_matches(it->first, redact) ? map.erase(it) : std::next(it);
}

}  // namespace

EntityText entity_text(Entity entity) {
  EntityText text;
  const int64_t seen = std::exchange(entity.last_seen, 0);
  text.json = std::make_shared<const std::string>(encode(entity));
  entity.last_seen = seen;
  text.entity = std::make_shared<const Entity>(std::move(entity));
  return text;
}

std::string entity_text_seen(std::string_view json, int64_t last_seen) {
  const std::string_view number = json_at(json, {"last_seen"});
  if (number.empty()) return std::string(json);
  const auto at = static_cast<size_t>(number.data() - json.data());
  std::string out(json.substr(0, at));
  return out.append(std::to_string(last_seen)).append(json.substr(at + number.size()));
}

Status entities_load(Entities& entities, Store* store) {
  auto listed = store_list(store, "entities"), origins = store_list(store, kOrigins);
  if (!listed.ok() || !origins.ok()) return listed.ok() ? origins.status : listed.status;
  for (StoredObject& o : listed.value) {
    Result<Entity> entity = stored_decode<Entity>(o);
    if (!entity.ok()) {
      log_error("store", "stored entity is invalid and ignored",
                {{"namespace", o.ns}, {"entity", o.name}, {"error", entity.status.message}});
      continue;
    }
    EntityText text;
    text.entity = std::make_shared<const Entity>(std::move(entity.value));
    text.json = std::make_shared<const std::string>(entity_text_seen(o.body, 0));
    entities_set(entities, std::move(text), false);
  }
  for (const StoredObject& o : origins.value)
    if (auto ns = entities.namespaces.find(o.ns); ns != entities.namespaces.end())
      if (auto it = ns->second.find(o.name); it != ns->second.end()) it->second.agents_own = true;
  return {};
}

const CachedEntity* entities_find(const Entities& entities, std::string_view ns, std::string_view name) {
  auto n = entities.namespaces.find(ns);
  if (n == entities.namespaces.end()) return nullptr;
  auto it = n->second.find(name);
  return it == n->second.end() ? nullptr : &it->second;
}

CachedEntity& entities_set(Entities& entities, EntityText text, bool agents_own) {
  const ObjectMeta& m = text.entity->metadata;
  CachedEntity& c = entities.namespaces[m.ns][m.name];
  if (!c.entity || c.agents_own != agents_own || !entity_config_equal(*c.entity, *text.entity)) c.config_version = ++entities.versions;
  if (c.json && *c.json == *text.json) text.json = c.json;  // its events share it
  static_cast<EntityText&>(c) = std::move(text);
  c.agents_own = agents_own;
  return c;
}

void entities_erase(Entities& entities, std::string_view ns, std::string_view name) {
  auto n = entities.namespaces.find(ns);
  if (n == entities.namespaces.end()) return;
  if (auto it = n->second.find(name); it != n->second.end()) n->second.erase(it);
}

void entities_reload(Entities& entities, Store* store, const std::string& ns, const std::string& name) {
  Result<StoredObject> o = store_get(store, "entities", ns, name);
  Result<StoredObject> origin = store_get(store, kOrigins, ns, name);
  for (const Status* s : {&o.status, &origin.status})
    if (!s->ok() && s->code != Err::not_found) return;  // what is known is all we have
  Result<Entity> entity = o.ok() ? stored_decode<Entity>(o.value) : Result<Entity>(o.status);
  if (!entity.ok()) return entities_erase(entities, ns, name);
  EntityText text;
  text.entity = std::make_shared<const Entity>(std::move(entity.value));
  text.json = std::make_shared<const std::string>(entity_text_seen(o.value.body, 0));
  entities_set(entities, std::move(text), origin.ok());
}

void entity_writes(std::vector<StoreWrite>& batch, const CachedEntity& cached, bool mark_changed) {
  const ObjectMeta& m = cached.entity->metadata;
  batch.push_back(write_put("entities", m.ns, m.name, entity_text_seen(*cached.json, cached.entity->last_seen)));
  batch.back().check_namespace = true;
  batch.back().keep = true;  // it lives in memory already
  if (!mark_changed) return;
  batch.push_back(write_kept(cached.agents_own ? write_put(kOrigins, m.ns, m.name, "{}") : write_drop(kOrigins, m.ns, m.name)));
}

void entity_deletes(std::vector<StoreWrite>& batch, std::string_view ns, std::string_view name, bool keep) {
  for (const char* kind : {"entities", kOrigins}) {
    const bool must_be_there = kind != kOrigins && !keep;
    batch.push_back(must_be_there ? write_del(kind, ns, name) : write_drop(kind, ns, name));
    batch.back().keep = keep;
  }
}

bool entity_managed_by_agent(const Entity& entity) {
  auto it = entity.metadata.labels.find(std::string(kManagedBy));
  return it != entity.metadata.labels.end() && it->second == "sensu-agent";
}

void entity_subscription_add(Entity& entity) {
  const std::string own = "entity:" + entity.metadata.name;
  if (std::find(entity.subscriptions.begin(), entity.subscriptions.end(), own) == entity.subscriptions.end())
    entity.subscriptions.push_back(own);
}

bool entity_has_redacted_values(const Entity& entity) {
  return map_has_redacted(entity.metadata.labels, entity.redact) || map_has_redacted(entity.metadata.annotations, entity.redact);
}

Entity entity_with_state(const Entity& stored, const Entity& seen, int64_t last_seen) {
  Entity e = stored;
  e.system = seen.system;
  e.last_seen = last_seen;
  e.sensu_agent_version = seen.sensu_agent_version;
  return e;
}

bool entity_config_equal(const Entity& a, const Entity& b) {
  const ObjectMeta &m = a.metadata, &n = b.metadata;
  return a.entity_class == b.entity_class && a.subscriptions == b.subscriptions && a.deregister == b.deregister &&
      a.deregistration_handler == b.deregistration_handler && a.user == b.user && a.redact == b.redact &&
      a.keepalive_handlers == b.keepalive_handlers && m.labels == n.labels && m.annotations == n.annotations &&
      m.created_by == n.created_by;
}

void entity_unredact(Entity& entity, const Entity& stored) {
  map_unredact(entity.metadata.labels, stored.metadata.labels);
  map_unredact(entity.metadata.annotations, stored.metadata.annotations);
}

std::string entity_config_message(const CachedEntity* cached, std::string_view ns) {
  if (!cached || cached->agents_own)
    return "{\"metadata\":{\"name\":\"not found\",\"namespace\":" + json_quote(ns) +
        "},\"entity_class\":\"agent\",\"subscriptions\":null,\"deregister\":false,\"deregistration\":{}}";
  Entity e = *cached->entity;
  e.entity_class = "agent";
  if (entity_managed_by_agent(e)) e.metadata.labels.erase(std::string(kManagedBy));
  map_drop_redacted(e.metadata.labels, e.redact);
  map_drop_redacted(e.metadata.annotations, e.redact);
  entity_subscription_add(e);
  return entity_config_encode(e);
}

}  // namespace picket
