// backend/ingest/entity_changes.cc - entities put and deleted by the API, and those that deregister: with their events and what memory has.
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/event_memory.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"
#include "backend/ingest/schedule_driver.h"

namespace picket {

void entity_reload(Backend* b, const std::string& ns, const std::string& name) {
  entities_reload(b->entities, b->store, ns, name);
  if (const CachedEntity* cached = entities_find(b->entities, ns, name)) scheduling_entity(b, cached->entity);
  else scheduling_entity_gone(b, ns, name);
}

void backend_entity_put(Backend* b, Entity entity, int64_t revision, StoreDone done) {
  Entities& entities = b->entities;
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
  StoreWrite w = write_put("entities", ns, name, entity_text_seen(*text.json, text.entity->last_seen));
  w.op = revision < 0 ? StoreWrite::put : revision == 0 ? StoreWrite::create : StoreWrite::put_if_revision;
  w.object.revision = revision;
  w.check_namespace = true;
  std::vector<StoreWrite> batch{std::move(w)};
  if (own_before) batch.push_back(write_drop("entity-origins", ns, name));
  const Status taken = store_hand_in(b->store, std::move(batch), [b, ns, name, done = std::move(done)](Status s) {
    if (!s.ok()) entity_reload(b, ns, name);
    if (done) done(std::move(s));
  });
  // What is handed in is seen by everybody; `done` has the last word. What is refused already the cache must not know.
  if (taken.ok()) scheduling_entity(b, entities_set(entities, std::move(text), false).entity);
}

// What is known of the entity and its events goes out of memory with the writes that delete them.
static Status entity_take(Backend* b, std::string_view ns, std::string_view name, bool keep, std::vector<StoreWrite>& batch,
                          EntityMemory& memory) {
  auto events = events_present(b, ns, name);
  if (!events.ok()) return events.status;
  entity_deletes(batch, ns, name, keep);
  for (const StoredEvent& e : events.value) memory.events.push_back(event_forget(b, e.key, keep, batch));
  memory.events.push_back(event_forget(b, {ns, name, ""}, keep, batch));
  memory.events.push_back(event_memory_take(b, {ns, name, kKeepaliveCheck}));  // a countdown without an event
  if (const CachedEntity* cached = entities_find(b->entities, ns, name)) memory.entity = *cached;
  entities_erase(b->entities, ns, name);
  return {};
}

static void entity_settle(Backend* b, const std::string& ns, const std::string& name, EntityMemory& memory, const Status& deleted) {
  for (EventMemory& m : memory.events) event_memory_settle(b, m, deleted);
  Entities& entities = b->entities;
  const bool is_gone = deleted.ok() || deleted.code == Err::not_found;
  if (!is_gone && memory.entity && !entities_find(entities, ns, name))
    entities_set(entities, std::move(*memory.entity), memory.entity->agents_own);
  if (!entities_find(entities, ns, name)) scheduling_entity_gone(b, ns, name);
}

// A read that fails is an error of its own: what cannot be listed would be left.
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

Status ingest_deregister(Backend* b, const CachedEntity& cached) {
  const EntityText text = cached;  // the cache forgets it
  const ObjectMeta& m = text.entity->metadata;
  const int64_t now = os_unix_ms() / 1000;
  Result<std::vector<StoredEvent>> events = events_present(b, m.ns, m.name);
  if (!events.ok()) return events.status;
  if (Status s = ingest_entity_remove(b, m.ns, m.name); !s.ok()) return s;
  log_info("keepalived", "entity deregistered", {{"namespace", m.ns}, {"entity", m.name}});
  for (const StoredEvent& e : events.value) {
    Result<Event> event = event_of(e);
    if (!event.ok()) continue;
    ToRoute out{std::make_shared<Event>(event_resolved_by_deregistration(event.value, now))};
    if (event.value.check && event.value.check->status != 0) out.incident = incidents_of(b->pipelines, e.key);
    pipelines_event(b, std::move(out));
  }
  const std::string& own = text.entity->deregistration_handler;
  const std::string& handler = own.empty() ? b->config.deregistration_handler : own;
  if (!handler.empty()) pipelines_event(b, {std::make_shared<Event>(event_deregistration(text.entity, handler, now, os_uuid()))});
  return {};
}

}  // namespace picket
