// backend/metric_history.h - keeps the metric histories (history.h): one open step per event in memory, the day in the store.
//
// A step is written when the next one begins, or when nothing came for a while: a kill -9 takes at most the last
// kHistoryStepS seconds of the drawing (the events themselves are safe). BackendConfig::metric_history_events events
// have a history; a further one gets none: counted and logged.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>

#include "history.h"
#include "server.h"

namespace picket {

inline constexpr int64_t kHistoryFlushMs = 60'000;  // between two looks for steps that nobody goes on with

struct MetricHistories {
  Backend* backend = nullptr;
  struct Kept { std::string ns, entity, check; EventHistory history; };
  std::unordered_map<std::string, Kept> all;  // by event_key
  int64_t refused = 0;                        // events without one
  uv_timer_t timer{};
  std::function<void()> closed;
};

Status metric_histories_start(Backend* backend);
void metric_histories_stop(Backend* backend, std::function<void()> done);  // writes what is open

void metric_history_take(Backend* backend, const Event& event);  // its metrics, if it has any
// The write that takes its history away with an event; `check` "": that of the entity's events without a check.
StoreWrite metric_history_forget(Backend* backend, std::string_view ns, std::string_view entity, std::string_view check);
std::string metric_history_json(Backend* backend, std::string_view ns, std::string_view entity, std::string_view check);

}  // namespace picket
