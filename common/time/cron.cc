// common/time/cron.cc - schedules parsed into bits, and the next time that has all of them (B-3 to B-7).
#include "common/time/cron.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace picket {
namespace {

struct FieldRule {
  const char* name;
  int min, max;
  std::vector<std::string_view> names;  // the first one means `min`
};

const FieldRule kFields[] = {
    {"minute", 0, 59, {}},
    {"hour", 0, 23, {}},
    {"day of month", 1, 31, {}},
    {"month", 1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
    {"day of week", 0, 6, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
};

struct Descriptor { const char* name; const char* fields; };
const Descriptor kDescriptors[] = {
    {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"}, {"@weekly", "0 0 * * 0"},
    {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@hourly", "0 * * * *"},
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r'; }

std::string_view trim(std::string_view s) {
  while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> split_blanks(std::string_view s) {
  std::vector<std::string_view> words;
  for (size_t i = 0; i < s.size();) {
    size_t begin = i;
    while (i < s.size() && !is_blank(s[i])) i++;
    if (i > begin) words.push_back(s.substr(begin, i - begin));
    while (i < s.size() && is_blank(s[i])) i++;
  }
  return words;
}

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string quoted(std::string_view s) { return "\"" + std::string(s) + "\""; }

Result<int> number_parse(std::string_view text, const FieldRule& rule) {
  std::string_view digits = text;
  if (!digits.empty() && digits[0] == '+') digits.remove_prefix(1);  // Go's Atoi takes it
  bool all = !digits.empty() && digits.size() < 9 && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!all) return fail(Err::invalid, std::string(rule.name) + ": " + quoted(text) + " is not a number");
  int n = 0;
  for (char c : digits) n = n * 10 + (c - '0');
  return n;
}

Result<int> value_parse(std::string_view text, const FieldRule& rule) {
  std::string word = lower(text);
  for (size_t i = 0; i < rule.names.size(); i++)
    if (rule.names[i] == word) return rule.min + static_cast<int>(i);
  return number_parse(text, rule);
}

// `*`, `?`, `N`, `N-M`, each with an optional `/S`. `N/S` runs to the end of the range.
Status item_parse(std::string_view item, const FieldRule& rule, uint64_t& bits, bool& any) {
  size_t slash = item.find('/');
  std::string_view range = item.substr(0, slash);
  bool stepped = slash != item.npos;
  int low = rule.min, high = rule.max, step = 1;
  bool star = range == "*" || range == "?";
  if (!star) {
    size_t dash = range.find('-');
    Result<int> first = value_parse(range.substr(0, dash), rule);
    if (!first.ok()) return first.status;
    low = high = first.value;
    if (dash != range.npos) {
      if (range.find('-', dash + 1) != range.npos)
        return fail(Err::invalid, std::string(rule.name) + ": too many hyphens: " + quoted(item));
      Result<int> last = value_parse(range.substr(dash + 1), rule);
      if (!last.ok()) return last.status;
      high = last.value;
    } else if (stepped) {
      high = rule.max;
    }
  }
  if (stepped) {
    if (item.find('/', slash + 1) != item.npos) return fail(Err::invalid, std::string(rule.name) + ": too many slashes: " + quoted(item));
    Result<int> s = number_parse(item.substr(slash + 1), rule);
    if (!s.ok()) return s.status;
    step = s.value;
  }
  std::string where = std::string(rule.name) + ": " + quoted(item) + ": ";
  if (low < rule.min) return fail(Err::invalid, where + std::to_string(low) + " is below the minimum " + std::to_string(rule.min));
  if (high > rule.max) return fail(Err::invalid, where + std::to_string(high) + " is above the maximum " + std::to_string(rule.max));
  if (low > high) return fail(Err::invalid, where + "the range ends before it begins");
  if (step == 0) return fail(Err::invalid, where + "the step must be 1 or more");
  if (star && step == 1) any = true;
  for (int v = low; v <= high; v += step) bits |= uint64_t(1) << v;
  return {};
}

Status field_parse(std::string_view text, const FieldRule& rule, uint64_t& bits, bool& any) {
  for (size_t begin = 0; begin <= text.size();) {
    size_t end = std::min(text.find(',', begin), text.size());
    std::string_view item = text.substr(begin, end - begin);
    if (!item.empty())  // `1,,2` is valid
      if (Status s = item_parse(item, rule, bits, any); !s.ok()) return s;
    begin = end + 1;
  }
  return {};
}

Status fields_parse(std::string_view text, CronSchedule& schedule) {
  std::vector<std::string_view> words = split_blanks(text);
  if (words.size() != 5)
    return fail(Err::invalid, "expected exactly 5 fields, found " + std::to_string(words.size()) + ": [" + std::string(text) + "]");
  uint64_t* bits[] = {&schedule.minutes, &schedule.hours, &schedule.days, &schedule.months, &schedule.weekdays};
  bool any[5] = {};
  for (size_t i = 0; i < 5; i++)
    if (Status s = field_parse(words[i], kFields[i], *bits[i], any[i]); !s.ok()) return s;
  schedule.any_day = any[2];
  schedule.any_weekday = any[4];
  return {};
}

Status every_parse(std::string_view text, CronSchedule& schedule) {
  Result<int64_t> duration = go_duration_parse(text);
  if (!duration.ok()) return because("failed to parse duration @every " + std::string(text), duration.status);
  schedule.every_s = std::max<int64_t>(1, duration.value / 1'000'000'000);
  return {};
}

Status descriptor_parse(std::string_view text, CronSchedule& schedule) {
  for (const Descriptor& d : kDescriptors)
    if (text == d.name) return fields_parse(d.fields, schedule);
  constexpr std::string_view kEvery = "@every ";
  if (text.substr(0, kEvery.size()) == kEvery) return every_parse(text.substr(kEvery.size()), schedule);
  return fail(Err::invalid, "unrecognized descriptor: " + std::string(text));
}

// Takes "CRON_TZ=zone " off the front.
Status zone_take(std::string_view& text, std::shared_ptr<const Timezone>& zone) {
  size_t begin = text.substr(0, 3) == "TZ=" ? 3 : text.substr(0, 8) == "CRON_TZ=" ? 8 : 0;
  if (begin == 0) return {};
  size_t end = text.find(' ');
  if (end == text.npos) return fail(Err::invalid, "no schedule after " + std::string(text));
  Result<std::shared_ptr<const Timezone>> found = timezone_load(text.substr(begin, end - begin));
  if (!found.ok()) return because("provided bad location " + std::string(text.substr(begin, end - begin)), found.status);
  zone = found.value;
  text = trim(text.substr(end));
  return {};
}

bool has(uint64_t bits, int n) { return bits >> n & 1; }

bool day_matches(const CronSchedule& c, const WallTime& w) {
  bool day = has(c.days, w.day), weekday = has(c.weekdays, w.weekday);
  return c.any_day || c.any_weekday ? day && weekday : day || weekday;
}

// The first instant after `t` whose wall clock shows another hour (minutes and seconds 0), found in the zone's own time:
// after a jump of summer time the wall clock is read again.
int64_t next_hour(const WallTime& w, int64_t t) { return t - w.minute * 60 - w.second + 3600; }

// The first instant of the next wall day. Midnight may not exist (or exist twice) in that zone: go to where it would be
// by today's offset, then correct by the offset there.
int64_t next_day(const Timezone& zone, const WallTime& w, int64_t t, int64_t year, int month, int64_t day) {
  int64_t wall = wall_time_unix(year, month, day);
  int64_t guess = wall - timezone_offset(zone, wall - timezone_offset(zone, t));
  WallTime there = wall_time(guess, timezone_offset(zone, guess));
  bool same_day = there.year == w.year && there.month == w.month && there.day == w.day;
  if (same_day) guess = next_hour(there, guess);  // midnight was skipped: 01:00 is the day's first instant
  return std::max(guess, t + 1);
}

}  // namespace

Result<int64_t> go_duration_parse(std::string_view text) {
  struct Unit { std::string_view name; double ns; };
  static const Unit kUnits[] = {{"ns", 1},   {"us", 1e3}, {"\xc2\xb5s", 1e3}, {"\xce\xbcs", 1e3},
                                {"ms", 1e6}, {"s", 1e9},  {"m", 60e9},        {"h", 3600e9}};
  auto bad = [&](const char* why) {
    return fail(Err::invalid, std::string(why) + " in duration " + quoted(text) + "; expected e.g. 1h30m or 90s");
  };
  std::string_view s = text;
  bool negative = !s.empty() && s[0] == '-';
  if (!s.empty() && (s[0] == '-' || s[0] == '+')) s.remove_prefix(1);
  if (s == "0") return 0;
  if (s.empty()) return bad("no number");
  double total = 0;
  while (!s.empty()) {
    double value = 0, place = 1;
    size_t digits = 0, i = 0;
    for (; i < s.size() && s[i] >= '0' && s[i] <= '9'; i++, digits++) value = value * 10 + (s[i] - '0');
    if (i < s.size() && s[i] == '.')
      for (i++; i < s.size() && s[i] >= '0' && s[i] <= '9'; i++, digits++) value += (s[i] - '0') * (place /= 10);
    if (digits == 0) return bad("no number");
    size_t begin = i;
    while (i < s.size() && s[i] != '.' && (s[i] < '0' || s[i] > '9')) i++;
    std::string_view name = s.substr(begin, i - begin);
    const Unit* unit = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& u) { return u.name == name; });
    if (unit == std::end(kUnits)) return bad(name.empty() ? "missing unit" : "unknown unit");
    total += value * unit->ns;
    if (total > 9.2e18) return bad("duration too long");
    s.remove_prefix(i);
  }
  int64_t ns = static_cast<int64_t>(std::llround(total));
  return negative ? -ns : ns;
}

Result<CronSchedule> cron_parse(std::string_view text, std::shared_ptr<const Timezone> local) {
  CronSchedule schedule;
  schedule.zone = local ? std::move(local) : timezone_utc();
  if (text.size() > kCronMax) return fail(Err::too_large, "a cron schedule has at most " + std::to_string(kCronMax) + " bytes");
  std::string_view rest = trim(text);
  if (rest.empty()) return fail(Err::invalid, "empty spec string");
  if (Status s = zone_take(rest, schedule.zone); !s.ok()) return s;
  Status s = !rest.empty() && rest[0] == '@' ? descriptor_parse(rest, schedule) : fields_parse(rest, schedule);
  if (!s.ok()) return s;
  return schedule;
}

int64_t cron_next(const CronSchedule& c, int64_t unix_s) {
  if (c.every_s > 0) return unix_s + c.every_s;
  const Timezone& zone = *c.zone;
  int64_t t = unix_s + 1;
  int64_t year_limit = wall_time(t, timezone_offset(zone, t)).year + 5;
  for (;;) {
    WallTime w = wall_time(t, timezone_offset(zone, t));
    if (w.year > year_limit) return -1;
    if (!has(c.months, w.month)) t = next_day(zone, w, t, w.year, w.month + 1, 1);
    else if (!day_matches(c, w)) t = next_day(zone, w, t, w.year, w.month, w.day + 1);
    else if (!has(c.hours, w.hour)) t = next_hour(w, t);
    else if (!has(c.minutes, w.minute) || w.second != 0) t += 60 - w.second;
    else return t;
  }
}

}  // namespace picket
