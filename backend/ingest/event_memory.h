// backend/ingest/event_memory.h - events forgotten: what memory has of one is taken out while its deletion is on its way.
//
// Memory follows the commit: state, countdown, decision and metrics are set aside when a deletion is handed in (what comes
// meanwhile begins anew), and come back when it is refused, unless something newer has taken their place.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "backend/deliver/pipelines.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/metric_history.h"

namespace picket {

struct EventMemory {
  EventKey key;
  std::optional<EventSlot> slot;
  std::optional<Countdown> countdown;
  Decisions::node_type decision;
  std::optional<Incident> incident;  // that went on
  MetricHistories::Map::node_type history;
};

struct EntityMemory {
  std::optional<CachedEntity> entity;
  std::vector<EventMemory> events;
};

// Takes what memory has of the event, and adds the writes that delete it and what belongs to it. `keep`: they must happen
// (StoreWrite). An event with the check "" is the metrics of no check.
EventMemory event_forget(Backend* backend, const EventKey& key, bool keep, std::vector<StoreWrite>& batch);
EventMemory event_memory_take(Backend* backend, const EventKey& key);  // of what may not be stored at all
// How the deletion has ended. Err::not_found: there was nothing, so there is nothing to remember.
void event_memory_settle(Backend* backend, EventMemory& memory, const Status& deleted);

}  // namespace picket
