// backend/ingest/absence.cc - the time in which the backend did not run: written down, found out, and said by an event.
#include <algorithm>

#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"

namespace picket {
namespace {

// Written down now and then, so that the next start knows how long we were away: times of events are those of agents' clocks.
constexpr const char* kAliveKind = "cluster";
constexpr const char* kAliveName = "alive";

int64_t now_s() { return os_unix_ms() / 1000; }

// Each member of a cluster has its own.
std::string alive_name(const Backend* b) {
  return store_is_clustered(b->store) ? std::string(kAliveName) + "/" + b->pipelines->member : kAliveName;
}

void absence_event(Backend* b, uint32_t status) {
  const CachedEntity* own = backend_own_entity(b);
  if (!own) return;
  backend_event(b, event_backend_away(own->entity, b->ingest->away_from_s, now_s(), b->ingest->restored.extended, status, os_uuid()),
                EventOrigin::api, [](Status s) {
                  if (!s.ok()) log_warn("backend", "event about the backend's downtime not stored", {{"error", s.message}});
                });
}

}  // namespace

void absence_look(Backend* b) {
  if (b->ingest->away_until_ms == 0 || os_mono_ms() < b->ingest->away_until_ms) return;
  b->ingest->away_until_ms = 0;
  absence_event(b, 0);
}

void alive_write(Backend* b) {
  if (os_mono_ms() < b->ingest->alive_at_ms) return;
  b->ingest->alive_at_ms = os_mono_ms() + kAliveMs;
  store_write(b->store, {write_put(kAliveKind, "", alive_name(b), std::to_string(now_s()))},
              [](const Status&) {});  // the next says it, too
}

Result<int64_t> alive_read(Backend* b) {
  Result<StoredObject> o = store_get(b->store, kAliveKind, "", alive_name(b));
  if (!o.ok() && o.status.code != Err::not_found) return o.status;
  return o.ok() ? json_int64(o.value.body).value : 0;
}

// While we did not run nobody could be heard.
void absence_of_loop(Backend* b) {
  Ingest* ingest = b->ingest;
  const int64_t now = os_mono_ms(), late_ms = ingest->due_ms == 0 ? 0 : now - ingest->due_ms;
  if (late_ms < kStallMs) return;
  const int64_t moved = liveness_stalled(ingest->liveness, late_ms, now);
  log_warn("backend", "backend was suspended (machine asleep or process stopped); deadlines were extended",
           {{"seconds", late_ms / 1000}, {"moved", moved}});
  ingest->away_from_s = now_s() - late_ms / 1000;
  ingest->restored.restored = ingest->restored.extended = moved;
  ingest->restored.away_s = late_ms / 1000;
  ingest->restored.return_s = kRestartReturnMax + kRestartReconnect;
  ingest_absence_report(b);
}

void ingest_absence_report(Backend* b) {
  Ingest* ingest = b->ingest;
  if (ingest->restored.restored == 0 || ingest->restored.away_s < kRestartGrace) return;
  ingest->away_until_ms = os_mono_ms() + (std::max(kRestartGrace, ingest->restored.return_s) + kRestartSpread) * 1000;
  absence_event(b, 1);
  ingest_timer(b);
}

}  // namespace picket
