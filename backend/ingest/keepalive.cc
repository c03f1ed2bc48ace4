// backend/ingest/keepalive.cc - signs of life: the entity they carry, its registration, its countdown, and the event that says so.
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/rules/resource_types.h"
#include "backend/deliver/pipelines.h"
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

Seen entity_seen(Entities& entities, const Event& keepalive, bool first_of_session) {
  Seen seen;
  const ObjectMeta& m = keepalive.entity->metadata;
  const CachedEntity* known = entities_find(entities, m.ns, m.name);
  const bool own_before = known && known->agents_own;
  const uint64_t version_before = known ? known->config_version : 0;
  Entity e = known ? entity_after(*known, keepalive, first_of_session) : entity_from_keepalive(keepalive);
  const bool own = (!known || own_before) && !entity_managed_by_agent(e) && entity_has_redacted_values(e);
  seen.registered = !known;
  seen.cached = &entities_set(entities, entity_text(std::move(e)), own);
  seen.config_changed = seen.cached->config_version != version_before;
  seen.origin_changed = own != own_before;
  return seen;
}

void registration(Backend* b, const Seen& seen, int64_t timestamp) {
  if (!seen.registered || seen.cached->entity->entity_class != "agent") return;
  log_info("keepalived", "entity registered",
           {{"namespace", seen.cached->entity->metadata.ns}, {"entity", seen.cached->entity->metadata.name}});
  pipelines_event(b, {std::make_shared<Event>(event_registration(seen.cached->entity, timestamp))});
}

void count_down(Backend* b, const Event& keepalive, const Entity& entity) {
  const int64_t ttl = keepalive_timeout(keepalive);
  const EventKey key{entity.metadata.ns, entity.metadata.name, kKeepaliveCheck};
  if (Status s = liveness_alive(b->ingest->liveness, key, ttl, os_mono_ms()); !s.ok())
    log_warn("keepalived", "keepalive is not monitored", {{"entity", entity.metadata.name}, {"error", s.message}});
  scheduling_ring_join(b, entity, ttl);
  if (store_is_clustered(b->store)) b->ingest->seats[key] = b->pipelines->member;
  ingest_timer(b);
}

}  // namespace

Status ingest_keepalive(Backend* b, Event keepalive, bool first_of_session, std::function<void(Status)> done) {
  if (Status s = keepalive_validate(keepalive); !s.ok()) return s;
  const std::string ns = keepalive.entity->metadata.ns, name = keepalive.entity->metadata.name;
  if (!b->namespaces.count(ns)) return fail(Err::not_found, "namespace " + json_quote(ns) + " not found");
  const Seen seen = entity_seen(b->entities, keepalive, first_of_session);
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

}  // namespace picket
