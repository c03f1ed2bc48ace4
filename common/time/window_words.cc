// common/time/window_words.cc - times of day read in the forms people write.
#include "common/time/window_words.h"

#include <algorithm>
#include <cstdio>

namespace picket {
namespace {

constexpr int kDayMinutes = 24 * 60;

struct Abbreviation { const char *name, *zone; int hours; };  // `zone`: of tzdata, with summer time

constexpr Abbreviation kAbbreviations[] = {
    {"UTC", nullptr, 0},   {"GMT", nullptr, 0},   {"Z", nullptr, 0},     {"WET", nullptr, 0},   {"WEST", nullptr, 1}, {"BST", nullptr, 1},
    {"CET", nullptr, 1},   {"CEST", nullptr, 2},  {"EET", nullptr, 2},   {"EEST", nullptr, 3},  {"MSK", nullptr, 3},  {"JST", nullptr, 9},
    {"AEST", nullptr, 10}, {"AEDT", nullptr, 11}, {"NZST", nullptr, 12}, {"NZDT", nullptr, 13}, {"EST", nullptr, -5}, {"EDT", nullptr, -4},
    {"CST", nullptr, -6},  {"CDT", nullptr, -5},  {"MST", nullptr, -7},  {"MDT", nullptr, -6},  {"PST", nullptr, -8}, {"PDT", nullptr, -7},
    {"AKST", nullptr, -9}, {"AKDT", nullptr, -8}, {"HST", nullptr, -10}, {"ET", "America/New_York", 0},
    {"CT", "America/Chicago", 0}, {"MT", "America/Denver", 0}, {"PT", "America/Los_Angeles", 0},
};

struct Reader {
  std::string_view rest;
  void blanks() {
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n' || rest[0] == '\r')) rest.remove_prefix(1);
  }
  bool take(char c) {
    if (rest.empty() || rest[0] != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  // One or two digits; -1: there are none.
  int number(size_t most) {
    int n = 0;
    size_t digits = 0;
    while (digits < most && digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') n = n * 10 + (rest[digits++] - '0');
    rest.remove_prefix(digits);
    return digits == 0 ? -1 : n;
  }
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// am, pm, a.m., p.m. in any case; 0: none.
char half_take(Reader& r) {
  if (r.rest.empty()) return 0;
  const char c = lower(r.rest[0]);
  if (c != 'a' && c != 'p') return 0;
  for (std::string_view tail : {"m", ".m.", ".m"}) {
    if (r.rest.size() < 1 + tail.size()) continue;
    std::string_view got = r.rest.substr(1, tail.size());
    if (!std::equal(got.begin(), got.end(), tail.begin(), [](char a, char b) { return lower(a) == b; })) continue;
    const size_t end = 1 + tail.size();
    if (end < r.rest.size() && lower(r.rest[end]) >= 'a' && lower(r.rest[end]) <= 'z') continue;  // AMT is a zone
    r.rest.remove_prefix(end);
    return c;
  }
  return 0;
}

// +01:00, -0800, +5; the sign stands before us.
bool offset_parse(std::string_view text, int32_t* out) {
  Reader r{text};
  const bool west = r.take('-');
  if (!west && !r.take('+')) return false;
  int hours = r.number(2);
  const bool colon = r.take(':');
  int minutes = r.rest.empty() && !colon ? 0 : r.number(2);
  if (!r.rest.empty() || hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return false;
  *out = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
  return true;
}

bool equals_fold(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

Result<int32_t> zone_offset(std::string_view name, int64_t now_s) {
  int32_t offset = 0;
  if (offset_parse(name, &offset)) return offset;
  for (const Abbreviation& a : kAbbreviations)
    if (equals_fold(name, a.name)) {
      if (!a.zone) return a.hours * 3600;
      name = a.zone;
      break;
    }
  // Only names of tzdata: what looks like a POSIX string ("PM5") is a typing error here.
  const bool named = name.find('/') != name.npos || equals_fold(name, "Local");
  Result<std::shared_ptr<const Timezone>> zone =
      named ? timezone_load(name) : Result<std::shared_ptr<const Timezone>>(fail(Err::invalid, ""));
  if (!zone.ok()) return fail(Err::invalid, "\"" + std::string(name) + "\" is not a time zone; expected UTC, +01:00 or Europe/Berlin");
  return timezone_offset(*zone.value, now_s);
}

// "5:04PM", of minutes since midnight.
std::string kitchen(int minutes) {
  char text[16];
  const int hour = minutes / 60, shown = hour % 12 == 0 ? 12 : hour % 12;
  std::snprintf(text, sizeof text, "%d:%02d%s", shown, minutes % 60, hour < 12 ? "AM" : "PM");
  return text;
}

int floor_minutes(int64_t minutes) {
  const int64_t m = minutes % kDayMinutes;
  return static_cast<int>(m < 0 ? m + kDayMinutes : m);
}

using Ranges = std::vector<TimeRange>;
Ranges TimeWindowDays::*const kDays[] = {&TimeWindowDays::sunday,    &TimeWindowDays::monday,   &TimeWindowDays::tuesday,
                                         &TimeWindowDays::wednesday, &TimeWindowDays::thursday, &TimeWindowDays::friday,
                                         &TimeWindowDays::saturday};

struct Span { TimeOfDay begin, end; };

Result<Span> span_of(const TimeRange& range, int64_t now_s, const Timezone& local) {
  Result<TimeOfDay> begin = time_of_day_parse(range.begin, now_s, local), end = time_of_day_parse(range.end, now_s, local);
  if (!begin.ok()) return begin.status;
  if (!end.ok()) return end.status;
  return Span{begin.value, end.value};
}

// A piece of one UTC day, in minutes since its midnight.
void piece_add(Ranges& day, int begin, int end) {
  if (begin == 0 && end == kDayMinutes) day.push_back({kitchen(0), kitchen(kDayMinutes - 1)}), begin = kDayMinutes - 1;
  day.push_back({kitchen(begin), kitchen(end % kDayMinutes)});  // one that ends at midnight is one that crosses it
}

void pieces_add(TimeWindowDays& out, int day, const Span& span) {
  int64_t begin = int64_t{day} * kDayMinutes + span.begin.minutes - span.begin.offset_s / 60;
  int64_t end = int64_t{day} * kDayMinutes + span.end.minutes - span.end.offset_s / 60;
  if (end < begin) end += kDayMinutes;
  for (int64_t from = begin; from < end || from == begin;) {
    const int64_t midnight = (from >= 0 ? from / kDayMinutes : (from - kDayMinutes + 1) / kDayMinutes) * kDayMinutes;
    const int64_t until = std::min(end, midnight + kDayMinutes);
    const int weekday = static_cast<int>(((midnight / kDayMinutes) % 7 + 7) % 7);
    piece_add(out.*kDays[weekday], static_cast<int>(from - midnight), static_cast<int>(until - midnight));
    if (until == from) break;
    from = until;
  }
}

}  // namespace

Result<TimeOfDay> time_of_day_parse(std::string_view text, int64_t now_s, const Timezone& local) {
  auto bad = [&](const std::string& why) { return fail(Err::invalid, "\"" + std::string(text) + "\" is not a time of day: " + why); };
  Reader r{text};
  TimeOfDay out;
  r.blanks();
  int hour = r.number(2), minute = 0;
  if (hour < 0) return bad("expected e.g. 5:00PM or 17:00, followed by UTC, +01:00 or Europe/Berlin");
  const bool has_minutes = r.take(':');
  if (has_minutes && (minute = r.number(2)) < 0) return bad("minutes missing");
  if (has_minutes && r.take(':') && r.number(2) != 0) return bad("seconds must be 00");
  r.blanks();
  const char half = half_take(r);
  if (!half && !has_minutes) return bad("expected e.g. 5:00PM or 17:00");
  if (minute > 59 || (half ? hour < 1 || hour > 12 : hour > 23)) return bad("hour or minute out of range");
  out.minutes = (half ? hour % 12 + (half == 'p' ? 12 : 0) : hour) * 60 + minute;
  r.blanks();
  while (!r.rest.empty() && (r.rest.back() == ' ' || r.rest.back() == '\t' || r.rest.back() == '\n' || r.rest.back() == '\r'))
    r.rest.remove_suffix(1);
  out.has_zone = !r.rest.empty();
  Result<int32_t> offset = out.has_zone ? zone_offset(r.rest, now_s) : Result<int32_t>(timezone_offset(local, now_s));
  if (!offset.ok()) return bad(offset.status.message);
  out.offset_s = offset.value;
  return out;
}

Result<TimeWindowWhen> window_in_utc(const TimeWindowWhen& window, int64_t now_s, const Timezone& local) {
  TimeWindowWhen out;
  out.days.unknown = window.days.unknown;
  for (const TimeRange& range : window.days.all) {
    Result<Span> span = span_of(range, now_s, local);
    if (!span.ok()) return span.status;
    out.days.all.push_back({kitchen(floor_minutes(span.value.begin.minutes - span.value.begin.offset_s / 60)),
                            kitchen(floor_minutes(span.value.end.minutes - span.value.end.offset_s / 60))});
  }
  for (int day = 0; day < 7; day++)
    for (const TimeRange& range : window.days.*kDays[day]) {
      Result<Span> span = span_of(range, now_s, local);
      if (!span.ok()) return span.status;
      const TimeOfDay &begin = span.value.begin, &end = span.value.end;
      // In UTC it is what it was: one that crosses midnight holds on both ends of its day, as in 1.x and the reference.
      if (begin.offset_s == 0 && end.offset_s == 0) (out.days.*kDays[day]).push_back({kitchen(begin.minutes), kitchen(end.minutes)});
      else pieces_add(out.days, day, span.value);
    }
  return out;
}

}  // namespace picket
