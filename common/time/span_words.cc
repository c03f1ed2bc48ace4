// common/time/span_words.cc - see span_words.h.
#include "common/time/span_words.h"

#include <cstdio>

namespace picket {
namespace {

std::string two(int64_t seconds, int64_t big, const char* big_unit, int64_t small, const char* small_unit) {
  const int64_t rest = seconds % big / small;
  return std::to_string(seconds / big) + " " + big_unit + (rest ? " " + std::to_string(rest) + " " + small_unit : "");
}

}  // namespace

std::string span_words(int64_t s) {
  if (s < 0) return "-" + span_words(s == INT64_MIN ? INT64_MAX : -s);
  if (s < 120 && s != 60) return std::to_string(s) + " s";
  if (s < 7200 && s != 3600) return two(s, 60, "min", 1, "s");
  return s < 172'800 ? two(s, 3600, "h", 60, "min") : two(s, 86'400, "d", 3600, "h");
}

std::string clock_words(int64_t unix_s, const Timezone& zone) {
  const WallTime w = wall_time(unix_s, timezone_offset(zone, unix_s));
  char text[64];
  std::snprintf(text, sizeof text, "%04lld-%02d-%02d %02d:%02d", static_cast<long long>(w.year), w.month, w.day, w.hour, w.minute);
  return text;
}

}  // namespace picket
