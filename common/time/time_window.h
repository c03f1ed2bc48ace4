// common/time/time_window.h - time windows: legacy day windows (`when`, `subdue`) and repeated ones (`subdues`). Pure.
// Rules: B-8, B-9; cases: time-windows.json and subdues.json in tests/conformance/processing.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr int64_t kNsPerSecond = 1'000'000'000;

// What the API refuses: a time that is not like "5:00PM".
Status window_validate(const TimeWindowWhen& window);

// What a definition may not have beside that: a day nobody knows, "tuesdays", would be taken and mean nothing.
Status window_days_validate(const TimeWindowWhen& window);

// The weekday and the date are those of a clock `offset_s` east of UTC (0 for filters); begin and end are UTC wall times.
// An error = some time does not parse. Callers treat that as "not subdued", filters as "pass".
Result<bool> window_contains(const TimeWindowWhen& window, int64_t now_ns, int32_t offset_s = 0);

// Exact texts of the reference: `invalid repeat period: x`, `end time must be after begin time`, ...
Status subdue_validate(const TimeWindowRepeated& window);
Result<bool> subdue_contains(const TimeWindowRepeated& window, int64_t now_ns);  // as the reference reads it

// Ours, for checks and silences: the same windows, but each occurrence lasts to its end. The reference's rules above end one that
// crosses midnight (days) or the end of a week (day words) there. Any; unparseable ones do not count.
bool subdued(const std::vector<TimeWindowRepeated>& windows, int64_t now_ns);
bool windows_hold(const std::vector<TimeWindowRepeated>& windows, int64_t now_ns);

}  // namespace picket
