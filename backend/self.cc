#include "self.h"

#include "common/os.h"
#include "ingest.h"
#include "internal_events.h"

namespace picket {
namespace {

EntityPtr own(Backend* b) {
  const CachedEntity* cached = entities_find(b->ingest->entities, "sensu-system", b->name);
  return cached ? cached->entity : nullptr;
}

int64_t now_s() { return os_unix_ms() / 1000; }

// While the store is degraded this event lives in memory and reaches its handlers all the same.
void report_store(Backend* b, bool degraded) {
  EntityPtr entity = own(b);
  if (!entity) return;
  Event e;
  e.timestamp = now_s();
  e.id = os_uuid();
  e.metadata.ns = entity->metadata.ns;
  e.check.emplace();
  Check& c = *e.check;
  c.metadata.name = "backend-store";
  c.metadata.ns = entity->metadata.ns;
  c.interval = 60;
  c.executed = c.issued = now_s();
  c.status = degraded ? 2 : 0;
  c.handlers = {"keepalive"};
  c.output = degraded ? "The store takes no writes: changes are refused, events are kept in memory: " + store_failure(b->store).message
                      : "The store takes writes";
  e.entity = std::move(entity);
  backend_event(b, std::move(e), EventOrigin::keepalive, {});
}

}  // namespace

void self_look(Backend* b) {
  Ingest* ingest = b->ingest;
  const bool degraded = store_stats(b->store).degraded;
  if (degraded == ingest->told_degraded) return;
  ingest->told_degraded = degraded;
  report_store(b, degraded);
}

}  // namespace picket
