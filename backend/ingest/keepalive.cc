// backend/ingest/keepalive.cc - signs of life: the entity they carry, its registration, its countdown, and the event that says so.
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/rules/resource_types.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/event_memory.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"
#include "backend/ingest/schedule_driver.h"

namespace picket {
namespace {

struct Seen {
  bool registered = false;  // the entity is new
  bool config_changed = false, origin_changed = false;
  const CachedEntity* cached = nullptr;
};

Entity entity_from_keepalive(const Event& keepalive) {
  Entity e = *keepalive.entity;
  e.last_seen = keepalive.timestamp;
  entity_subscription_add(e);
  return e;
}

// What is stored after this keepalive: the configuration stays the stored one, unless the agent is its owner.
Entity entity_after(const CachedEntity& known, const Event& keepalive, bool first_of_session) {
  const Entity& sent = *keepalive.entity;
  const bool agent_decides = (first_of_session && entity_managed_by_agent(sent)) || known.agents_own;
  if (agent_decides) return entity_from_keepalive(keepalive);
  Entity e = entity_with_state(*known.entity, sent, keepalive.timestamp);
  // Started without agent-managed-entity: the label goes, the rest of the stored configuration stays.
  if (first_of_session && entity_managed_by_agent(e)) e.metadata.labels.erase("sensu.io/managed_by");
  e.entity_class = "agent";
  entity_subscription_add(e);
  return e;
}

Seen entity_seen(Ingest* ingest, const Event& keepalive, bool first_of_session) {
  Seen seen;
  const ObjectMeta& m = keepalive.entity->metadata;
  const CachedEntity* known = entities_find(ingest->entities, m.ns, m.name);
  const bool own_before = known && known->agents_own;
  const uint64_t version_before = known ? known->config_version : 0;
  Entity e = known ? entity_after(*known, keepalive, first_of_session) : entity_from_keepalive(keepalive);
  const bool own = (!known || own_before) && !entity_managed_by_agent(e) && entity_has_redacted_values(e);
  seen.registered = !known;
  seen.cached = &entities_set(ingest->entities, entity_text(std::move(e)), own);
  seen.config_changed = seen.cached->config_version != version_before;
  seen.origin_changed = own != own_before;
  return seen;
}

void registration(Backend* b, const Seen& seen, int64_t timestamp) {
  if (!seen.registered || seen.cached->entity->entity_class != "agent") return;
  log_info("keepalived", "entity registered",
           {{"namespace", seen.cached->entity->metadata.ns}, {"entity", seen.cached->entity->metadata.name}});
  if (b->pipelines) pipelines_event(b, {std::make_shared<Event>(event_registration(seen.cached->entity, timestamp))});
}

void count_down(Backend* b, const Event& keepalive, const Entity& entity) {
  const int64_t ttl = keepalive_timeout(keepalive);
  SwitchId id{entity.metadata.ns, entity.metadata.name, ""};
  if (Status s = liveness_alive(b->ingest->liveness, id, ttl, os_mono_ms()); !s.ok())
    log_warn("keepalived", "keepalive is not watched", {{"entity", entity.metadata.name}, {"error", s.message}});
  scheduling_ring_join(b, entity, ttl);
  ingest_timer(b);
}

}  // namespace

Status ingest_keepalive(Backend* b, Event keepalive, bool first_of_session, std::function<void(Status)> done) {
  if (Status s = keepalive_validate(keepalive); !s.ok()) return s;
  const std::string ns = keepalive.entity->metadata.ns, name = keepalive.entity->metadata.name;
  if (!b->ingest->namespaces.count(ns)) return fail(Err::not_found, "namespace " + json_quote(ns) + " not found");
  const Seen seen = entity_seen(b->ingest, keepalive, first_of_session);
  const EntityText text = *seen.cached;
  b->stats.keepalives_alive++;
  registration(b, seen, keepalive.timestamp);
  count_down(b, keepalive, *text.entity);
  if (seen.config_changed) scheduling_entity(b, text.entity);

  Incoming in;
  in.event = event_keepalive_pass(keepalive, text.entity, os_unix_ms() / 1000, os_uuid());
  in.origin = EventOrigin::keepalive;
  in.text = &text;
  entity_writes(in.extra, *seen.cached, seen.origin_changed);
  in.done = [b, ns, name, done = std::move(done)](Status s) {
    if (!s.ok() && s.code != Err::unavailable) entity_reload(b, ns, name);
    if (done) done(std::move(s));
  };
  (void)ingest_event(b, std::move(in));  // `done` says it
  return {};
}

// ---- entities of the API ----

void entity_reload(Backend* b, const std::string& ns, const std::string& name) {
  entities_reload(b->ingest->entities, b->store, ns, name);
  if (const CachedEntity* cached = entities_find(b->ingest->entities, ns, name)) scheduling_entity(b, cached->entity);
  else scheduling_entity_gone(b, ns, name);
}

void backend_entity_put(Backend* b, Entity entity, int64_t revision, StoreDone done) {
  Entities& entities = b->ingest->entities;
  const std::string ns = entity.metadata.ns, name = entity.metadata.name;
  bool own_before = false;
  if (const CachedEntity* known = entities_find(entities, ns, name)) {
    own_before = known->agents_own;
    entity_unredact(entity, *known->entity);
    Entity config = std::move(entity);
    const bool has_facts = !config.system.hostname.empty() || !config.system.os.empty();
    entity = has_facts ? std::move(config) : entity_with_state(config, *known->entity, known->entity->last_seen);
    if (entity.last_seen == 0) entity.last_seen = known->entity->last_seen;
  }
  EntityText text = entity_text(std::move(entity));
  const std::string body = entity_text_seen(*text.json, text.entity->last_seen);
  StoreWrite w;
  w.op = revision < 0 ? StoreWrite::put : revision == 0 ? StoreWrite::create : StoreWrite::put_if_revision;
  w.object = {"entities", ns, name, body, revision};
  w.check_namespace = true;
  std::vector<StoreWrite> batch{std::move(w)};
  if (own_before) {
    batch.emplace_back();
    batch.back().op = StoreWrite::drop;
    batch.back().object = {"entity-origins", ns, name, "", 0};
  }
  store_write(b->store, std::move(batch), [b, ns, name, done = std::move(done)](Status s) {
    if (!s.ok()) entity_reload(b, ns, name);
    if (done) done(std::move(s));
  });
  // Refused already (precondition, namespace): the store's answer is decided, so the cache must not run ahead.
  if (Result<StoredObject> now = store_get(b->store, "entities", ns, name); now.ok() && now.value.body == body)
    scheduling_entity(b, entities_set(entities, std::move(text), false).entity);
}

// What is known of the entity and its events goes out of memory with the writes that delete them.
static Status entity_take(Backend* b, std::string_view ns, std::string_view name, bool keep, std::vector<StoreWrite>& batch,
                          EntityMemory& memory) {
  auto events = store_list_events(b->store, ns, name, "", "", "", 0);
  if (!events.ok()) return events.status;
  entity_deletes(batch, ns, name, keep);
  for (const StoredEvent& e : events.value) {
    event_delete_writes(batch, ns, name, e.check, keep);
    memory.events.push_back(event_memory_take(b, ns, name, e.check));
  }
  event_delete_writes(batch, ns, name, "", keep);
  memory.events.push_back(event_memory_take(b, ns, name, ""));
  memory.events.push_back(event_memory_take(b, ns, name, "keepalive"));  // a countdown without an event
  if (const CachedEntity* cached = entities_find(b->ingest->entities, ns, name)) memory.entity = *cached;
  entities_erase(b->ingest->entities, ns, name);
  return {};
}

static void entity_settle(Backend* b, const std::string& ns, const std::string& name, EntityMemory& memory, const Status& deleted) {
  for (EventMemory& m : memory.events) event_memory_settle(b, m, deleted);
  Entities& entities = b->ingest->entities;
  const bool is_gone = deleted.ok() || deleted.code == Err::not_found;
  if (!is_gone && memory.entity && !entities_find(entities, ns, name))
    entities_set(entities, std::move(*memory.entity), memory.entity->agents_own);
  if (!entities_find(entities, ns, name)) scheduling_entity_gone(b, ns, name);
}

// A read that fails is an error of its own: what cannot be listed would be left behind.
static Status entity_delete(Backend* b, std::string_view ns, std::string_view name, bool keep, StoreDone done) {
  std::vector<StoreWrite> batch;
  auto memory = std::make_shared<EntityMemory>();
  if (store_get(b->store, "entities", ns, name).status.code == Err::not_found) entity_deletes(batch, ns, name, keep);
  else if (Status s = entity_take(b, ns, name, keep, batch, *memory); !s.ok()) return s;
  store_write(b->store, std::move(batch),
              [b, ns = std::string(ns), name = std::string(name), keep, memory, done = std::move(done)](Status s) {
                entity_settle(b, ns, name, *memory, keep && s.code == Err::unavailable ? Status{} : s);
                if (done) done(std::move(s));
              });
  return {};
}

void backend_entity_delete(Backend* b, std::string_view ns, std::string_view name, StoreDone done) {
  if (Status s = entity_delete(b, ns, name, false, done); !s.ok() && done) done(std::move(s));
}

Status ingest_entity_remove(Backend* b, std::string_view ns, std::string_view name) { return entity_delete(b, ns, name, true, {}); }

}  // namespace picket
