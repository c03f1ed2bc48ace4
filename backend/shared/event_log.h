// backend/shared/event_log.h - every processed event as one JSON line in a file (--event-log-file).
//
// Written by worker threads, one write at a time; what comes meanwhile is collected, kEventLogMax bytes at most, beyond
// it lines are dropped and counted. SIGHUP opens the file anew, for rotation.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "backend/shared/backend.h"

namespace picket {

inline constexpr size_t kEventLogMax = 16u << 20;

struct EventLog;
Result<EventLog*> event_log_open(uv_loop_t* loop, const std::string& path);
void event_log_close(EventLog* log, std::function<void()> done);  // writes what was collected
void event_log_add(EventLog* log, std::string_view event_json);

}  // namespace picket
