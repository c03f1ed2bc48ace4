// backend/ingest/self_report.cc - the backend's own state, looked at by a timer and made into events where it is not well.
#include "backend/ingest/self_report.h"

#include <utility>

#include "common/os/os.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"

namespace picket {
namespace {

EntityPtr own(Backend* b) {
  const CachedEntity* cached = entities_find(b->ingest->entities, "sensu-system", b->name);
  return cached ? cached->entity : nullptr;
}

int64_t now_s() { return os_unix_ms() / 1000; }

// While the store is degraded this event lives in memory and reaches its handlers all the same.
void report(Backend* b, const char* name, uint32_t status, std::string output) {
  EntityPtr entity = own(b);
  if (!entity) return;
  Event e;
  e.timestamp = now_s();
  e.id = os_uuid();
  e.metadata.ns = entity->metadata.ns;
  e.check.emplace();
  Check& c = *e.check;
  c.metadata.name = name;
  c.metadata.ns = entity->metadata.ns;
  c.interval = 60;
  c.executed = c.issued = now_s();
  c.status = status;
  c.handlers = {"keepalive"};
  c.output = std::move(output);
  e.entity = std::move(entity);
  backend_event(b, std::move(e), EventOrigin::keepalive, {});
}

void look_at_store(Backend* b) {
  const bool degraded = store_stats(b->store).degraded;
  if (std::exchange(b->ingest->told_degraded, degraded) == degraded) return;
  report(b, "backend-store", degraded ? 2 : 0,
         degraded ? "The store takes no writes: changes are refused, events are kept in memory: " + store_failure(b->store).message
                  : "The store takes writes");
}

std::string handlers_text(const Backend* b, int64_t dropped) {
  const std::string longest = lane_longest(b->pipelines->lanes);
  return "Handlers do not keep up: " + std::to_string(dropped) + " events were not delivered, " +
      std::to_string(pipelines_waiting(*b->pipelines)) + " wait" + (longest.empty() ? "" : ", most of them for " + longest) +
      "; see handlers-max, the timeouts of these handlers, and what they do";
}

void look_at_handlers(Backend* b) {
  Pipelines* p = b->pipelines;
  if (!p) return;
  HandlersTold& told = p->told;
  const int64_t now = os_mono_ms(), dropped = b->stats.deliveries_dropped;
  if (dropped > told.dropped && (!told.failing || now >= told.at_ms + kHandlersTellMs)) {
    if (!told.failing) told.before = told.dropped;
    told = {dropped, told.before, now, p->told.dropped_ms, true};
    return report(b, kHandlersCheck, 2, handlers_text(b, dropped - told.before));
  }
  if (!told.failing || now < told.dropped_ms + kHandlersQuietMs || pipelines_waiting(*p) > kRunsMax / 4) return;
  told.failing = false;
  told.dropped = dropped;
  report(b, kHandlersCheck, 0, "Handlers keep up again; " + std::to_string(dropped - told.before) + " events were not delivered");
}

}  // namespace

void self_look(Backend* b) {
  look_at_store(b);
  look_at_handlers(b);
}

int64_t self_next_ms(const Backend* b) {
  constexpr int64_t kLookMs = 1000;
  if (store_stats(b->store).degraded != b->ingest->told_degraded) return os_mono_ms();  // to be told
  const bool handlers = b->pipelines && (b->pipelines->told.failing || b->stats.deliveries_dropped > b->pipelines->told.dropped);
  return b->ingest->told_degraded || handlers ? os_mono_ms() + kLookMs : INT64_MAX;
}

}  // namespace picket
