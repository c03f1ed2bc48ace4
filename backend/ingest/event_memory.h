// backend/ingest/event_memory.h - what memory has of an event beside the store, taken out while its deletion is on its way.
//
// Memory follows the commit: state, countdown, decision and metrics are set aside when a deletion is handed in (who comes
// meanwhile begins anew), and come back when it is refused, unless something newer has taken their place.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/deliver/pipelines.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/metric_history.h"

namespace picket {

struct EventMemory {
  std::string ns, entity, check;
  std::optional<EventSlot> slot;
  std::optional<Switch> countdown;
  Decisions::node_type decision;
  MetricHistories::Map::node_type history;
};

struct EntityMemory {
  std::optional<CachedEntity> entity;
  std::vector<EventMemory> events;
};

EventMemory event_memory_take(Backend* backend, std::string_view ns, std::string_view entity, std::string_view check);
// How the deletion has ended. Err::not_found: there was nothing, so there is nothing to remember.
void event_memory_settle(Backend* backend, EventMemory& memory, const Status& deleted);

// The writes that delete an event and what belongs to it. `keep`: it must happen (StoreWrite).
void event_delete_writes(std::vector<StoreWrite>& batch, std::string_view ns, std::string_view entity, std::string_view check, bool keep);

}  // namespace picket
