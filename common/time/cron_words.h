// common/time/cron_words.h - a cron schedule as people say it: "daily at 02:00", "on weekdays at 18:30", "hourly at minute 5".
#pragma once
#include <string>

#include "common/time/cron.h"

namespace picket {

// "" when no short sentence says it.
std::string cron_words(const CronSchedule& schedule);

}  // namespace picket
