// backend/ingest/loaded_keepalive.cc - a keepalive event that came by the API, and not from its agent.
//
// The move of a fleet loads the old backend's keepalive events: then an agent that is down at the move, or does not find its way here, is
// noticed when its time is over. The same events would start their countdowns at the next start of the backend in any case.
//
// A countdown that runs is left alone, as by the reference: it follows the agent's own keepalives. A person who resolves the event, or a
// script that posts results of that name, keeps nobody from hearing that the agent is silent.
#include "common/os/os.h"
#include "common/text/log.h"
#include "backend/event/own_events.h"
#include "backend/ingest/ingest.h"

namespace picket {

void ingest_loaded_keepalive(Backend* b, const Event& event) {
  const ObjectMeta& m = event.entity->metadata;
  const CachedEntity* agent = entities_find(b->entities, m.ns, m.name);
  if (!agent || agent->entity->entity_class != "agent") return;
  const EventKey key{m.ns, m.name, kKeepaliveCheck};
  if (liveness_find(b->ingest->liveness, key)) return;
  const int64_t ttl = keepalive_timeout(event);
  const bool is_dead = event.check->status != 0;
  Liveness& liveness = b->ingest->liveness;
  const Status s = is_dead ? liveness_dead(liveness, key, ttl, os_mono_ms()) : liveness_alive(liveness, key, ttl, os_mono_ms());
  if (!s.ok()) log_warn("keepalived", "keepalive is not watched", {{"namespace", m.ns}, {"entity", m.name}, {"error", s.message}});
  ingest_timer(b);
}

}  // namespace picket
