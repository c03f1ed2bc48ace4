// checks/judge/range.h - thresholds as the Nagios plugin guidelines have them: "[@]start:end". Pure.
//
//   10      outside 0 to 10      10:   below 10          ~:10   above 10
//   10:20   outside 10 to 20     @10:20  from 10 to 20, the ends included
#pragma once
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

enum class CheckState { ok, warning, critical, unknown };  // the exit statuses 0 to 3
CheckState state_worst(CheckState a, CheckState b);        // critical, warning, unknown, ok
const char* state_name(CheckState state);                  // "WARNING"
Result<CheckState> state_parse(std::string_view word);     // ok, warning, critical, unknown, w, c, u; or 0 to 3

struct Range {
  double low = 0, high = INFINITY;
  bool inside = false;  // "@": alert from low to high instead of outside of them
};
Result<Range> range_parse(std::string_view text);
bool range_alerts(const Range& range, double value);
std::string range_print(const Range& range);

// What a value is judged by. Texts that were given are kept by range_print: perfdata shows them.
struct Limits {
  std::optional<Range> warning, critical;
};
Result<Limits> limits_parse(std::string_view warning, std::string_view critical);  // "" = none
CheckState limits_judge(const Limits& limits, double value);                       // NaN: unknown
// A list "5,4,3" of ranges for `count` values; the last one stands for those that are missing.
Result<std::vector<Limits>> limits_list_parse(std::string_view warning, std::string_view critical, size_t count);

}  // namespace picket
