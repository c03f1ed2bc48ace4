// common/time/timezone.h - wall clocks of the world, from the system's tzdata or a POSIX TZ string.
//
// The C library keeps one zone per process; a cron schedule needs many. A zone is a plain value: the file's transitions
// and the POSIX rule for what comes after them. "UTC" works without any file.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kZoneFileMax = 1u << 20;  // the largest file of tzdata has 4 kB

// One rule of a POSIX TZ string: when a wall clock changes, in seconds after 00:00 local time of a day.
struct ZoneRule {
  enum Kind { julian_no_leap, julian, month_week_day } kind = month_week_day;
  int month = 0, week = 0, day = 0;
  int64_t time_s = 7200;
};

struct Timezone {
  std::string name;
  struct Transition { int64_t at; int32_t offset_s; };
  std::vector<Transition> transitions;  // ascending
  int32_t first_offset_s = 0;           // before the first transition
  // After the last transition.
  bool has_rule = false, has_dst = false;
  int32_t std_offset_s = 0, dst_offset_s = 0;
  ZoneRule dst_begin, dst_end;
};

struct WallTime {
  int64_t year = 1970;
  int month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int weekday = 4;  // Sunday = 0
  int yearday = 0;  // 1 January = 0
};

// Seconds east of Greenwich at that instant.
int32_t timezone_offset(const Timezone& zone, int64_t unix_s);
WallTime wall_time(int64_t unix_s, int32_t offset_s = 0);
// Days and seconds out of range carry over, as in mktime: 32 January is 1 February.
int64_t wall_time_unix(int64_t year, int month, int64_t day, int64_t hour = 0, int64_t minute = 0, int64_t second = 0);
bool year_is_leap(int64_t year);
int month_days(int64_t year, int month);

Result<Timezone> timezone_parse_tzif(std::string_view bytes);
Result<Timezone> timezone_parse_posix(std::string_view text);  // "CET-1CEST,M3.5.0,M10.5.0/3"

// "UTC", "", "Local", a name of tzdata ("Europe/Berlin"; directories of ZONEINFO, /usr/share/zoneinfo, ...), or a POSIX
// string. Reads a file the first time; zones are kept for the life of the process. An unknown one is an error.
Result<std::shared_ptr<const Timezone>> timezone_load(std::string_view name);
std::shared_ptr<const Timezone> timezone_utc();
// The machine's: TZ, else /etc/localtime, else UTC.
std::shared_ptr<const Timezone> timezone_local();

// RFC 3339 with zone: "2024-01-01T17:00:00.5+09:00". Nanoseconds since 1970 and the offset that was written.
struct ZonedTime { int64_t unix_s = 0; int32_t nanos = 0, offset_s = 0; };
Result<ZonedTime> rfc3339_parse(std::string_view text);
std::string rfc3339_utc(int64_t unix_s);  // 2026-11-20T07:41:51Z
std::string go_time_utc(int64_t unix_s);  // 2026-11-20 07:41:51 +0000 UTC: how the reference prints a time in a text

}  // namespace picket
