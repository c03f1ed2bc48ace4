// backend/ingest/clock_watch.h - notices that somebody has set the wall clock.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace picket {

inline constexpr int64_t kClockSetMs = 2000;  // less is what time services do in small steps

struct ClockSetWatch { int64_t offset_ms = INT64_MIN; };  // of the wall clock to the one that nobody sets; INT64_MIN: not looked yet

// By how much it was set since the last look; 0 = it was not.
inline int64_t clock_set_by(ClockSetWatch& watch, int64_t wall_ms, int64_t mono_ms) {
  const int64_t before = std::exchange(watch.offset_ms, wall_ms - mono_ms);
  const int64_t by = before == INT64_MIN ? 0 : watch.offset_ms - before;
  return std::llabs(by) < kClockSetMs ? 0 : by;
}

}  // namespace picket
