// backend/ingest/metric_history.h - keeps the metric histories (metric_ring.h): one open step per event in memory, the day in the store.
//
// A step is written when the next one begins, or when nothing came for a while: a kill -9 takes at most the last
// kHistoryStepS seconds of the drawing (the events themselves are safe). What ends while the store takes no writes waits in
// memory, is drawn from there, and is written when it takes them again. BackendConfig::metric_history_events events
// have a history; a further one gets none: counted and logged.
#pragma once
#include <map>
#include <string>

#include "backend/event/metric_ring.h"
#include "backend/shared/backend.h"

namespace picket {

inline constexpr int64_t kHistoryFlushMs = 60'000;       // between two looks for steps that nobody goes on with, or that wait
inline constexpr size_t kHistoryWaitingMax = 16u << 20;  // bytes that wait for the store; beyond it the event's oldest step goes
inline constexpr size_t kHistoryWaitingOverhead = 128;   // what a step counts beside its data

struct MetricHistories {
  Backend* backend = nullptr;
  struct Kept {
    EventHistory history;
    std::map<int64_t, std::string> waiting;  // steps that the store did not take: begin -> data
  };
  using Map = EventMap<Kept>;
  Map all;
  int64_t refused = 0;       // events without one
  size_t waiting_bytes = 0;  // at most kHistoryWaitingMax
  int64_t lost = 0;          // steps that found no room
  uv_timer_t timer{};
  std::function<void()> closed;
};

Status metric_histories_start(Backend* backend);
void metric_histories_stop(Backend* backend, std::function<void()> done);  // writes what is open

void metric_history_take(Backend* backend, const EventKey& key, const Event& event);  // its metrics, if it has any
// What was taken out of memory while its deletion was on its way is gone for good, or back.
void metric_history_gone(Backend* backend, MetricHistories::Map::node_type history);
void metric_history_put_back(Backend* backend, MetricHistories::Map::node_type history);
void metric_history_write(Backend* backend);  // what has ended, and what waits: when the store is writable again
Result<std::string> metric_history_json(Backend* backend, const EventKey& key);

}  // namespace picket
