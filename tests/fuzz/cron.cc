// tests/fuzz/cron.cc - any text as a cron schedule: refused with a sentence, or its times are whole minutes in order and match.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/time/cron.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Result<CronSchedule> schedule = cron_parse(text);
  if (!schedule.ok()) return schedule.status.message.empty() ? std::abort(), 0 : 0;
  int64_t t = 1704067231;
  for (int i = 0; i < 4; i++) {
    int64_t next = cron_next(schedule.value, t);
    if (next < 0) break;
    if (next <= t) std::abort();
    if (schedule.value.every_s == 0 && wall_time(next, timezone_offset(*schedule.value.zone, next)).second != 0) std::abort();
    t = next;
  }
  return 0;
}
