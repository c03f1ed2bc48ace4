// common/time/cron.h - cron schedules: five fields, descriptors, @every, CRON_TZ (B-3 to B-7, rules of 6.x).
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/basic/result.h"
#include "common/time/timezone.h"

namespace picket {

inline constexpr size_t kCronMax = 1024;  // bytes of a schedule; longer ones are refused

struct CronSchedule {
  uint64_t minutes = 0, hours = 0, days = 0, months = 0, weekdays = 0;  // bit N set: value N matches
  bool any_day = false, any_weekday = false;                            // `*` or `?` with step 1: both fields must match then, else either
  int64_t every_s = 0;                                                  // @every: the fields mean nothing
  std::shared_ptr<const Timezone> zone;
};

// `local` is the zone of schedules without a CRON_TZ= or TZ= prefix; null = UTC.
Result<CronSchedule> cron_parse(std::string_view text, std::shared_ptr<const Timezone> local = nullptr);

// The first matching whole second after `unix_s` (a time inside a second counts as that second), or -1 when the next
// five years have none. A wall time that summer time skips does not run that day; one that occurs twice runs twice.
int64_t cron_next(const CronSchedule& schedule, int64_t unix_s);

// Go's time.ParseDuration: "1h30m", "300ms", "-1.5h". Nanoseconds.
Result<int64_t> go_duration_parse(std::string_view text);

}  // namespace picket
