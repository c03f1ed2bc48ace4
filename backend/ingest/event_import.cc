// backend/ingest/event_import.cc - one event after the other into memory, all of them in one write; see event_import.h.
#include "backend/ingest/event_import.h"

#include <algorithm>
#include <memory>

#include "backend/deliver/pipelines.h"
#include "backend/event/own_events.h"
#include "backend/cluster/log_record.h"
#include "backend/ingest/import_grace.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/schedule_driver.h"
#include "common/rules/expectation.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/rules/resource_types.h"
#include "common/text/log.h"

namespace picket {
namespace {

constexpr std::string_view kTtlOutput = "Last check execution was ";

struct Import {
  Backend* backend = nullptr;
  int64_t grace_s = 0;
  ImportGrace grace;
  Imported result;
  std::vector<StoreWrite> batch;
  std::vector<EventKey> keys;                                 // of events whose memory was changed
  std::vector<std::pair<std::string, std::string>> entities;  // that came into being
  std::vector<std::pair<EventKey, std::string>> incidents;    // the same; by id
  std::function<void(Result<Imported>)> done;
};

// What is stored here, when it is newer.
Status newer_check(const Import& i, const Event& event) {
  Result<StoredEvent> stored = event_present(i.backend, event_key(event));
  if (!stored.ok()) return stored.status.code == Err::not_found ? Status() : stored.status;
  const std::string_view at = json_at(stored.value.head, {"timestamp"});
  if (!at.empty() && json_int64(at).value > event.timestamp) return fail(Err::exists, "this backend has a newer result");
  return {};
}

Status import_check(const Import& i, const Event& event) {
  if (!event.entity) return fail(Err::invalid, "it has no entity");
  if (!event.check) return fail(Err::invalid, "it has no check: metrics alone are not kept");
  if (event.entity->entity_class == "backend") return fail(Err::invalid, "it is about the other backend itself");
  if (event.timestamp == 0) return fail(Err::invalid, "it has no timestamp");
  if (Status s = validate_event(event); !s.ok()) return s;
  const std::string& ns = event.entity->metadata.ns;
  if (!i.backend->namespaces.count(ns)) return fail(Err::not_found, "the namespace " + ns + " does not exist");
  return newer_check(i, event);
}

// An agent's entity that was read without its secrets stays the agent's own: the agent brings them when it connects.
const CachedEntity& entity_of(Import& i, const Event& event) {
  Entities& entities = i.backend->entities;
  const ObjectMeta& m = event.entity->metadata;
  if (const CachedEntity* known = entities_find(entities, m.ns, m.name)) return *known;
  Entity e = *event.entity;
  if (e.entity_class.empty()) e.entity_class = "proxy";
  entity_subscription_add(e);
  const bool own = e.entity_class == "agent" && entity_has_redacted_values(e);
  const CachedEntity& made = entities_set(entities, entity_text(std::move(e)), own);
  entity_writes(i.batch, made, own);
  scheduling_entity(i.backend, made.entity);
  i.entities.push_back({m.ns, m.name});
  return made;
}

bool is_dead(const Event& event) {
  if (event.check->metadata.name == kKeepaliveCheck) return event.check->status != 0;
  if (event.check->metadata.annotations.count(kLastResultAnnotation)) return true;
  return event.check->status != 0 && event.check->output.compare(0, kTtlOutput.size(), kTtlOutput) == 0;
}

void count_down(const Import& i, const Event& event, const Entity& entity) {
  const Check& check = *event.check;
  const bool is_keepalive = check.metadata.name == kKeepaliveCheck && entity.entity_class == "agent";
  const bool in_turns = check.round_robin && check.proxy_entity_name.empty();
  const int64_t ttl = is_keepalive ? keepalive_timeout(event) : check.ttl;
  if (ttl <= 0 || (!is_keepalive && (check.metadata.name == kKeepaliveCheck || in_turns))) return;
  const EventKey key{entity.metadata.ns, entity.metadata.name, check.metadata.name};
  Liveness& liveness = i.backend->ingest->liveness;
  const int64_t now = os_mono_ms();
  const Status s = is_dead(event) ? liveness_dead(liveness, key, ttl, now) : liveness_alive(liveness, key, ttl, now);
  if (!s.ok())
    log_warn("eventd", "an imported countdown is not watched",
             {{"entity", entity.metadata.name}, {"check", check.metadata.name}, {"error", s.message}});
  else if (i.grace_s > ttl) liveness_put_off(liveness, key, now + i.grace_s * 1000);
}

// What was decided here before is of another time.
void carry_decision(Import& i, const EventKey& key, const Event& event) {
  Decisions& decisions = i.backend->pipelines->decisions;
  if (event.check->status != 0) {
    i.batch.push_back(decisions_carry(decisions, key, event, os_unix_ms() / 1000));
  } else if (decisions.erase(key) > 0) {
    i.batch.push_back(decisions_drop(key));
  }
}

// An event that fails has its incident, which began as its history says. One that goes on is not counted again by a second import.
void carry_incident(Import& i, const EventKey& key, const Event& event) {
  const auto& live = i.backend->pipelines->incidents.live;
  const auto found = live.find(key);
  const bool fails = event.check->status != 0, goes_on = found != live.end() && found->second.end == 0;
  if (fails == goes_on) return;
  const std::string id = incidents_result(i.backend, key, event, false, i.batch);
  if (fails) i.incidents.push_back({key, id});
  else incidents_settled(i.backend, key, id);
}

std::string head_of(Event& event) {
  event.metrics.reset();
  event.entity = nullptr;
  return encode(event);
}

void import_one(Import& i, Event event) {
  if (event.check && event.check->metadata.ns.empty() && event.entity) event.check->metadata.ns = event.entity->metadata.ns;
  if (Status s = import_check(i, event); !s.ok()) {
    const ObjectMeta none, &m = event.entity ? event.entity->metadata : none;
    i.result.left.push_back({m.ns, m.name, event.check ? event.check->metadata.name : "", s.message});
    return;
  }
  const CachedEntity& cached = entity_of(i, event);
  const int64_t last_seen = event.entity->last_seen;
  if (event.id.empty()) event.id = os_uuid();
  const EventKey key = event_key(event);
  EventSlot& slot = i.backend->events[key];
  slot = {event_state_of(event), cached.json, store_token(i.backend->store), false};
  i.keys.push_back(key);
  count_down(i, event, *cached.entity);
  carry_decision(i, key, event);
  carry_incident(i, key, event);
  i.grace.from_s = std::max(i.grace.from_s, event.timestamp);
  i.batch.push_back(write_event({key, head_of(event), cached.json, kAnyToken, last_seen}));
  i.batch.back().token = slot.token;
  i.result.taken++;
}

// What is stored counts again.
void take_back(Import& i) {
  for (const EventKey& key : i.keys) {
    i.backend->events.erase(key);
    decisions_reload(i.backend->store, i.backend->pipelines->decisions, key);
  }
  for (const auto& [key, id] : i.incidents) {
    incidents_remove(i.backend->pipelines->incidents.table, key, id);
    i.backend->pipelines->incidents.live.erase(key);
  }
  for (const auto& [ns, name] : i.entities) entity_reload(i.backend, ns, name);
}

}  // namespace

void event_import(Backend* b, std::vector<Event> events, int64_t grace_s, std::function<void(Result<Imported>)> done) {
  const Result<ImportGrace> stored = import_grace_read(b->store);
  if (!stored.ok()) return done(stored.status);
  auto i = std::make_shared<Import>();
  i->backend = b;
  i->grace_s = std::clamp<int64_t>(grace_s, 0, kImportGraceMaxS);
  i->grace = {0, os_unix_ms() / 1000 + i->grace_s};
  i->done = std::move(done);
  for (Event& event : events) import_one(*i, std::move(event));
  ingest_timer(b);
  if (i->batch.empty()) return i->done(std::move(i->result));
  i->batch.push_back(import_grace_write(stored.value, i->grace));
  store_write(b->store, std::exchange(i->batch, {}), [i](Status s) {
    if (!s.ok()) take_back(*i);
    i->done(s.ok() ? Result<Imported>(std::move(i->result)) : Result<Imported>(std::move(s)));
  });
}

}  // namespace picket
