// backend/ingest/others.cc - the other members of a cluster: what they wrote, as memory has to have it, and who acts on what ended.
//
// Every member counts down for everybody, with what all of them heard. At an end one acts: the member that last heard the agent, while it
// lives, else the one that all choose alike (owner.h). Two that act at once build on the same state, and the log refuses the second.
#include <utility>

#include "common/json/json.h"
#include "common/os/os.h"
#include "common/text/log.h"
#include "backend/deliver/pipelines.h"
#include "backend/event/own_events.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/schedule_driver.h"
#include "backend/store/store_cluster.h"

namespace picket {
namespace {

constexpr std::string_view kTtlOutput = "Last check execution was ";

void keepalive_heard(Backend* b, const EventKey& key, const StoreChange& c) {
  const CachedEntity* cached = entities_find(b->entities, key.ns(), key.entity());
  if (!cached) {  // it came with this write
    entity_reload(b, std::string(key.ns()), std::string(key.entity()));
    cached = entities_find(b->entities, key.ns(), key.entity());
  }
  Result<Event> event = event_decode(c.event->head, nullptr);
  if (!cached || !event.ok() || !event.value.check) return;
  const int64_t ttl = keepalive_timeout(event.value);
  if (event.value.check->status != 0) {
    (void)liveness_dead(b->ingest->liveness, key, ttl, os_mono_ms());
    return scheduling_ring_leave(b, key.ns(), key.entity());
  }
  b->ingest->seats[key] = c.member;
  (void)liveness_alive(b->ingest->liveness, key, ttl, os_mono_ms());
  scheduling_ring_join(b, *cached->entity, ttl);
}

int64_t number_at(std::string_view json, std::string_view field) {
  const std::string_view raw = json_at(json, {"check", field});
  return raw.empty() ? 0 : json_int64(raw).value;
}

void result_heard(Backend* b, const EventKey& key, const StoreChange& c) {
  const std::string& head = c.event->head;
  Liveness& liveness = b->ingest->liveness;
  const int64_t ttl = number_at(head, "ttl");
  if (ttl <= 0) {
    if (liveness_find(liveness, key)) countdown_remove(liveness, key);
    return;
  }
  const bool ring = json_at(head, {"check", "round_robin"}) == "true" && json_at(head, {"check", "proxy_entity_name"}).size() <= 2;
  const EventKey counted = ring ? EventKey(key.ns(), "", key.check()) : key;
  const Result<std::string> output = json_string(json_at(head, {"check", "output"}));
  const bool dead = !ring && output.ok() && output.value.compare(0, kTtlOutput.size(), kTtlOutput) == 0;
  (void)(dead ? liveness_dead : liveness_alive)(liveness, counted, ttl, os_mono_ms());
}

void event_heard(Backend* b, const StoreChange& c) {
  const EventKey key(c.ns, c.name, c.check);
  b->events.erase(key);  // what is stored counts: read when the next result comes
  if (c.deleted) countdown_remove(b->ingest->liveness, key);
  else if (key.is_keepalive()) keepalive_heard(b, key, c);
  else result_heard(b, key, c);
  ingest_timer(b);
}

// The next event of it may come to us. What we are deciding ourselves is newer, and is written when its handlers have ended.
void decision_heard(Backend* b, const StoreChange& c) {
  const EventKey key = event_row_key(c.ns, c.name);
  if (b->pipelines->under_way.count(key) == 0) decisions_reload(b->store, b->pipelines->decisions, key);
}

std::string seat_of(const Backend* b, const EventKey& key) {
  const auto it = b->ingest->seats.find(keepalive_key(key));
  return it == b->ingest->seats.end() ? std::string() : it->second;
}

// Handlers that had not ended at a member that died are begun again by one of the others.
void member_died(Backend* b, const std::string& member) {
  log_warn("cluster", "a member is not heard of any more; the others act for it", {{"member", member}});
  if (!owner_is_self(store_members(b->store), "heir of " + member, "", os_mono_ms())) return;
  if (Status s = pipelines_recover_of(b, member); !s.ok())
    log_error("cluster", "cannot read which handlers of a dead member had not ended", {{"member", member}, {"error", s.message}});
}

}  // namespace

void others_changed(Backend* b, const StoreChange& c) {
  if (c.is_event) return event_heard(b, c);
  if (c.kind == kDecisions) return decision_heard(b, c);
  if (c.kind == "entities" || c.kind == "entity-origins") entity_reload(b, c.ns, c.name);
}

bool others_act(Backend* b, const EventKey& key) {
  if (!store_is_clustered(b->store)) return false;
  const std::string seat = seat_of(b, key);
  const ClusterMembers& members = store_members(b->store);
  if (seat == members.self) return false;
  if (os_mono_ms() < b->ingest->others_quiet_ms) return true;
  if (store_stats(b->store).degraded) return true;  // we may be the ones who are cut off: what others hear we cannot know
  return !owner_is_self(members, key.text, seat, os_mono_ms());
}

bool others_own(const Backend* b, const std::string& what) {
  return store_is_clustered(b->store) && !owner_is_self(store_members(b->store), what, "", os_mono_ms());
}

void others_look(Backend* b) {
  if (!store_is_clustered(b->store)) return;
  const int64_t now = os_mono_ms(), looked = std::exchange(b->ingest->others_looked_ms, now);
  if (now - looked > kClusterStallMs) b->ingest->others_quiet_ms = now + kOthersQuietMs;
  if (now < b->ingest->others_quiet_ms || store_stats(b->store).degraded) return;
  const ClusterMembers& members = store_members(b->store);
  for (const auto& [name, member] : members.all) {
    const bool lives = member_lives(members, name, os_mono_ms());
    if (lives) b->ingest->members_dead.erase(name);
    else if (b->ingest->members_dead.insert(name).second) member_died(b, name);
  }
}

}  // namespace picket
