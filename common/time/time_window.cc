// common/time/time_window.cc - day windows and repeated windows held against a moment (B-8, B-9).
#include "common/time/time_window.h"

#include <algorithm>

#include "common/time/timezone.h"

namespace picket {
namespace {

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

// ---- legacy day windows ----

// One digit or two at the beginning of `rest`.
bool number_take(std::string_view& rest, size_t digits_least, int* number) {
  size_t count = 0;
  for (*number = 0; count < 2 && count < rest.size() && rest[count] >= '0' && rest[count] <= '9'; count++)
    *number = *number * 10 + (rest[count] - '0');
  if (count < digits_least) return false;
  rest.remove_prefix(count);
  return true;
}

// "h:mmAM" after all blanks are gone; seconds after midnight. Errors are those of the reference (Go's, for the layout 3:04PM), which API
// clients know, and what to write.
Result<int64_t> kitchen_parse(std::string_view text) {
  std::string s;
  for (char c : text)
    if (c != ' ' && c != '\t' && c != '\n' && c != '\v' && c != '\f' && c != '\r') s += c;
  std::string_view rest = s;
  auto bad = [&](const std::string& why) { return fail(Err::invalid, "parsing time \"" + s + "\"" + why + "; expected e.g. 5:00PM"); };
  auto stuck = [&](const char* at) { return bad(" as \"3:04PM\": cannot parse \"" + std::string(rest) + "\" as \"" + at + "\""); };
  int hour = 0, minute = 0;
  if (!number_take(rest, 1, &hour)) return stuck("3");
  if (hour > 12) return bad(": hour out of range");
  if (rest.substr(0, 1) != ":") return stuck(":");
  rest.remove_prefix(1);
  if (!number_take(rest, 2, &minute)) return stuck("04");
  if (minute > 59) return bad(": minute out of range");
  if (rest.size() < 2) return stuck("PM");
  const std::string_view half = rest.substr(0, 2);
  rest.remove_prefix(2);
  if (half != "AM" && half != "PM") return stuck("PM");
  if (!rest.empty()) return bad(": extra text: \"" + std::string(rest) + "\"");
  return int64_t(hour % 12 + (half == "PM" ? 12 : 0)) * 3600 + minute * 60;
}

using Ranges = std::vector<TimeRange>;
const Ranges TimeWindowDays::* const kDays[] = {
    &TimeWindowDays::sunday,   &TimeWindowDays::monday, &TimeWindowDays::tuesday, &TimeWindowDays::wednesday,
    &TimeWindowDays::thursday, &TimeWindowDays::friday, &TimeWindowDays::saturday};

// begin and end are UTC wall times on the date the clock shows.
Result<bool> range_contains(const TimeRange& range, int64_t date_s, int64_t now_ns) {
  Result<int64_t> begin = kitchen_parse(range.begin), end = kitchen_parse(range.end);
  if (!begin.ok()) return begin.status;
  if (!end.ok()) return end.status;
  int64_t begin_ns = (date_s + begin.value) * kNsPerSecond, end_ns = (date_s + end.value) * kNsPerSecond;
  if (end.value >= begin.value) return begin_ns <= now_ns && now_ns <= end_ns;
  return now_ns < end_ns || begin_ns <= now_ns;  // crosses midnight: the exact end is outside
}

Result<bool> ranges_contain(const Ranges& ranges, int64_t date_s, int64_t now_ns) {
  for (const TimeRange& range : ranges) {
    Result<bool> inside = range_contains(range, date_s, now_ns);
    if (!inside.ok() || inside.value) return inside;
  }
  return false;
}

Status ranges_validate(const Ranges& ranges) {
  for (const TimeRange& range : ranges)
    for (const std::string* text : {&range.begin, &range.end})
      if (Result<int64_t> t = kitchen_parse(*text); !t.ok()) return t.status;
  return {};
}

// ---- repeated windows ----

const char* const kDayWords[] = {"sundays", "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays"};

// The days (bit 0 = Sunday) a word means; 0 for words that do not mean days.
unsigned word_days(const std::string& word, int begin_weekday) {
  for (unsigned i = 0; i < 7; i++)
    if (word == kDayWords[i]) return 1u << i;
  if (word == "weekdays") return 0x3e;
  if (word == "weekends") return 0x41;
  if (word == "weekly") return 1u << begin_weekday;
  return 0;
}

bool word_known(const std::string& word) { return word_days(word, 0) || word == "daily" || word == "monthly" || word == "annually"; }

struct Span {
  ZonedTime begin;
  int64_t begin_ns, length_ns;  // the last second belongs to it as a whole
};

// 64-bit nanoseconds end in 2262, and people write 9999-12-31 for "never". Times count as 1960 to 2099: so the sum of a
// beginning and a length fits, too.
constexpr int64_t kYear = int64_t(365) * 86400;

int64_t bounded_ns(const ZonedTime& t) { return std::clamp(t.unix_s, -10 * kYear, 130 * kYear) * kNsPerSecond + t.nanos; }

Result<Span> span_parse(const TimeWindowRepeated& window) {
  Result<ZonedTime> begin = rfc3339_parse(window.begin), end = rfc3339_parse(window.end);
  if (!begin.ok()) return fail(Err::invalid, "invalid begin time format: " + begin.status.message);
  if (!end.ok()) return fail(Err::invalid, "invalid end time format: " + end.status.message);
  Span span{begin.value, bounded_ns(begin.value), 0};
  span.length_ns = bounded_ns(end.value) - span.begin_ns;
  if (span.length_ns < 0) return fail(Err::invalid, "end time must be after begin time");
  return span;
}

bool span_contains(const Span& span, int64_t start_ns, int64_t now_ns) {
  return start_ns <= now_ns && now_ns < start_ns + span.length_ns + kNsPerSecond;
}

// The window's beginning moved to another day, in its own zone.
int64_t start_on(const Span& span, int64_t day_s) {
  const ZonedTime& b = span.begin;
  int64_t of_day_s = b.unix_s + b.offset_s - floor_div(b.unix_s + b.offset_s, 86400) * 86400;
  return (day_s + of_day_s - b.offset_s) * kNsPerSecond + b.nanos;
}

bool days_contain(const Span& span, unsigned days, int64_t today_s, int weekday, int64_t now_ns) {
  for (int d = 0; d < 7; d++)
    if (days >> d & 1 && span_contains(span, start_on(span, today_s + (d - weekday) * 86400), now_ns)) return true;
  return false;
}

bool word_contains(const Span& span, const std::string& word, int64_t now_ns) {
  int32_t offset = span.begin.offset_s;
  int64_t now_s = floor_div(now_ns, kNsPerSecond);
  WallTime now = wall_time(now_s, offset), begin = wall_time(span.begin.unix_s, offset);
  int64_t today_s = floor_div(now_s + offset, 86400) * 86400;
  if (unsigned days = word_days(word, begin.weekday)) return days_contain(span, days, today_s, now.weekday, now_ns);
  if (word == "monthly" && now.day != begin.day) return false;
  if (word == "annually" && (now.day != begin.day || now.month != begin.month)) return false;
  return span_contains(span, start_on(span, today_s), now_ns);
}

// ---- the same windows, each occurrence to its end ----

constexpr int64_t kDayNs = 86400 * kNsPerSecond;
constexpr int64_t kOccurrenceDaysMax = 366;  // a longer occurrence is looked for this far back

bool begins_on(const Span& span, const std::string& word, int64_t day_s) {
  WallTime day = wall_time(day_s), begin = wall_time(span.begin.unix_s, span.begin.offset_s);
  if (unsigned days = word_days(word, begin.weekday)) return days >> day.weekday & 1;
  if (word == "monthly") return day.day == begin.day;
  if (word == "annually") return day.day == begin.day && day.month == begin.month;
  return true;
}

bool occurrence_contains(const Span& span, const std::string& word, int64_t now_ns) {
  int64_t day_s = floor_div(floor_div(now_ns, kNsPerSecond) + span.begin.offset_s, 86400) * 86400;
  int64_t days = std::min(span.length_ns / kDayNs + 1, kOccurrenceDaysMax);
  for (int64_t back = 0; back <= days; back++, day_s -= 86400) {
    int64_t start_ns = start_on(span, day_s);
    if (start_ns >= span.begin_ns && span_contains(span, start_ns, now_ns) && begins_on(span, word, day_s)) return true;
  }
  return false;
}

}  // namespace

Status window_validate(const TimeWindowWhen& window) {
  if (Status s = ranges_validate(window.days.all); !s.ok()) return s;
  for (auto day : kDays)
    if (Status s = ranges_validate(window.days.*day); !s.ok()) return s;
  return {};
}

Status window_days_validate(const TimeWindowWhen& window) {
  if (window.days.unknown.empty()) return {};
  return fail(Err::invalid, "\"" + window.days.unknown[0].first + "\" is not a day of the week; expected sunday to saturday, or all");
}

Result<bool> window_contains(const TimeWindowWhen& window, int64_t now_ns, int32_t offset_s) {
  int64_t now_s = floor_div(now_ns, kNsPerSecond);
  int64_t date_s = floor_div(now_s + offset_s, 86400) * 86400;
  Result<bool> inside = ranges_contain(window.days.all, date_s, now_ns);
  if (!inside.ok() || inside.value) return inside;
  return ranges_contain(window.days.*kDays[wall_time(now_s, offset_s).weekday], date_s, now_ns);
}

Status subdue_validate(const TimeWindowRepeated& window) {
  Result<Span> span = span_parse(window);
  if (!span.ok()) return span.status;
  for (const std::string& word : window.repeat)
    if (!word_known(word)) return fail(Err::invalid, "invalid repeat period: " + word);
  return {};
}

Result<bool> subdue_contains(const TimeWindowRepeated& window, int64_t now_ns) {
  if (Status s = subdue_validate(window); !s.ok()) return s;
  Span span = span_parse(window).value;
  if (now_ns < span.begin_ns) return false;
  if (window.repeat.empty()) return span_contains(span, span.begin_ns, now_ns);
  return std::any_of(window.repeat.begin(), window.repeat.end(),
                     [&](const std::string& word) { return word_contains(span, word, now_ns); });
}

bool windows_hold(const std::vector<TimeWindowRepeated>& windows, int64_t now_ns) {
  return std::any_of(windows.begin(), windows.end(), [&](const TimeWindowRepeated& w) {
    Result<Span> span = span_parse(w);
    if (!span.ok()) return false;
    if (w.repeat.empty()) return span_contains(span.value, span.value.begin_ns, now_ns);
    return std::any_of(w.repeat.begin(), w.repeat.end(),
                       [&](const std::string& word) { return word_known(word) && occurrence_contains(span.value, word, now_ns); });
  });
}

bool subdued(const std::vector<TimeWindowRepeated>& windows, int64_t now_ns) { return windows_hold(windows, now_ns); }

}  // namespace picket
