// tests/fuzz/window.cc - any text as the times of windows, a time zone file, a zone, a duration and a time.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/time/cron.h"
#include "common/time/timezone.h"
#include "common/time/time_window.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  size_t first = text.find('\n'), second = first == text.npos ? first : text.find('\n', first + 1);
  std::string begin = text.substr(0, first), end = first == text.npos ? "" : text.substr(first + 1, second - first - 1);
  std::string word = second == text.npos ? "" : text.substr(second + 1);
  TimeWindowWhen when;
  when.days.all = {{begin, end}};
  bool valid = window_validate(when).ok();
  if (window_contains(when, 1704067231 * kNsPerSecond + 5, 3600).ok() != valid) std::abort();
  TimeWindowRepeated window{begin, end, {}};
  if (!word.empty()) window.repeat.push_back(word);
  if (subdue_validate(window).ok() != subdue_contains(window, 1704067231 * kNsPerSecond).ok()) std::abort();
  (void)go_duration_parse(text);
  Result<Timezone> zone = timezone_parse_tzif(text);
  if (!zone.ok()) zone = timezone_parse_posix(text);
  if (zone.ok())
    for (int64_t t : {int64_t(0), int64_t(1704067231), int64_t(4102444800)}) (void)wall_time(t, timezone_offset(zone.value, t));
  return 0;
}
