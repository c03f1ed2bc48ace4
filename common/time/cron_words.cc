// common/time/cron_words.cc - see cron_words.h.
#include "common/time/cron_words.h"

#include <cstdio>

#include "common/time/span_words.h"

namespace picket {
namespace {

constexpr uint64_t kAllHours = (1ull << 24) - 1, kAllMonths = 0b1'1111'1111'1110, kWorkdays = 0b11'1110, kAllWeekdays = 0b111'1111;
constexpr const char* kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// The number of the only bit, or -1.
int only(uint64_t bits) {
  if (bits == 0 || (bits & (bits - 1)) != 0) return -1;
  int n = 0;
  while (!(bits >> n & 1)) n++;
  return n;
}

std::string weekdays(uint64_t bits) {
  if ((bits & kAllWeekdays) == kWorkdays) return "on weekdays";
  std::string out;
  for (int day = 0; day < 7; day++)
    if (bits >> day & 1) out += (out.empty() ? "on " : ", ") + std::string(kDays[day]);
  return out;
}

std::string day_words(const CronSchedule& s) {
  if (s.any_day && s.any_weekday) return "daily";
  if (s.any_day) return weekdays(s.weekdays);
  const int day = only(s.days);
  return s.any_weekday && day > 0 ? "monthly on day " + std::to_string(day) : "";
}

}  // namespace

std::string cron_words(const CronSchedule& s) {
  if (s.every_s > 0) return "every " + span_words(s.every_s);
  const int minute = only(s.minutes), hour = only(s.hours);
  if ((s.months & kAllMonths) != kAllMonths || minute < 0) return "";
  if (hour < 0) return (s.hours & kAllHours) == kAllHours && s.any_day && s.any_weekday ? "hourly at minute " + std::to_string(minute) : "";
  const std::string day = day_words(s);
  char at[32];
  std::snprintf(at, sizeof at, " at %02d:%02d", hour, minute);
  return day.empty() ? "" : day + at;
}

}  // namespace picket
