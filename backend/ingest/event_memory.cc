// backend/ingest/event_memory.cc - states, countdowns and decisions of an event taken out before its deletion, and put back if it fails.
#include "backend/ingest/event_memory.h"

#include <utility>

namespace picket {

EventMemory event_memory_take(Backend* b, const EventKey& key) {
  EventMemory m;
  m.key = key;
  if (auto it = b->events.find(key); it != b->events.end()) {
    m.slot = std::move(it->second);
    b->events.erase(it);
  }
  m.countdown = liveness_take(b->ingest->liveness, key);
  m.decision = b->pipelines->decisions.extract(key);
  m.history = b->histories->all.extract(key);
  return m;
}

EventMemory event_forget(Backend* b, const EventKey& key, bool keep, std::vector<StoreWrite>& batch) {
  if (!key.check().empty()) {
    batch.push_back(write_event_del(key));
    batch.push_back(decisions_drop(key));
    batch.rbegin()[0].keep = batch.rbegin()[1].keep = keep;
  }
  batch.push_back(write_steps_del(key));
  std::optional<Incident> incident = incidents_forget(b, key, keep, batch);
  EventMemory memory = event_memory_take(b, key);
  memory.incident = std::move(incident);
  return memory;
}

static void put_back(Backend* b, EventMemory& m) {
  if (m.slot) b->events.try_emplace(m.key, std::move(*m.slot));
  if (m.countdown) liveness_put_back(b->ingest->liveness, m.key, *m.countdown);
  if (m.decision) b->pipelines->decisions.insert(std::move(m.decision));
  if (m.history) metric_history_put_back(b, std::move(m.history));
  if (m.incident) incidents_put_back(b, m.key, std::move(*m.incident));
  ingest_timer(b);
}

void event_memory_settle(Backend* b, EventMemory& m, const Status& deleted) {
  if (!deleted.ok() && deleted.code != Err::not_found) return put_back(b, m);
  if (m.history) metric_history_gone(b, std::move(m.history));
}

}  // namespace picket
