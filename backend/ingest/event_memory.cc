// backend/ingest/event_memory.cc - states, countdowns and decisions of an event taken out before its deletion, and put back if it fails.
#include "backend/ingest/event_memory.h"

#include <utility>

namespace picket {
namespace {

SwitchId switch_of(std::string_view ns, std::string_view entity, std::string_view check) {
  return {std::string(ns), std::string(entity), check == "keepalive" ? "" : std::string(check)};
}

}  // namespace

EventMemory event_memory_take(Backend* b, std::string_view ns, std::string_view entity, std::string_view check) {
  EventMemory m;
  m.ns = ns;
  m.entity = entity;
  m.check = check;
  Ingest* ingest = b->ingest;
  if (auto it = ingest->events.find(event_key(ns, entity, check)); it != ingest->events.end()) {
    m.slot = std::move(it->second);
    ingest->events.erase(it);
  }
  if (!check.empty()) m.countdown = liveness_take(ingest->liveness, switch_of(ns, entity, check));
  if (b->pipelines) m.decision = decisions_take(b->pipelines->decisions, ns, entity, check);
  m.history = metric_history_take_out(b, ns, entity, check);
  return m;
}

static void put_back(Backend* b, EventMemory& m) {
  if (m.slot) b->ingest->events.try_emplace(event_key(m.ns, m.entity, m.check), std::move(*m.slot));
  if (m.countdown) liveness_put_back(b->ingest->liveness, *m.countdown);
  if (m.decision) b->pipelines->decisions.insert(std::move(m.decision));
  if (m.history) metric_history_put_back(b, std::move(m.history));
  ingest_timer(b);
}

void event_memory_settle(Backend* b, EventMemory& m, const Status& deleted) {
  if (!deleted.ok() && deleted.code != Err::not_found) return put_back(b, m);
  if (m.history) metric_history_gone(b, std::move(m.history));
}

void event_delete_writes(std::vector<StoreWrite>& batch, std::string_view ns, std::string_view entity, std::string_view check, bool keep) {
  if (!check.empty()) {
    StoreWrite event;
    event.op = StoreWrite::del_event;
    event.event.ns = ns;
    event.event.entity = entity;
    event.event.check = check;
    event.keep = keep;
    StoreWrite decision = decisions_drop(ns, entity, check);
    decision.keep = keep;
    batch.push_back(std::move(event));
    batch.push_back(std::move(decision));
  }
  batch.push_back(metric_history_drop(ns, entity, check));
}

}  // namespace picket
