// common/time/timezone.cc - tzdata files and POSIX TZ strings read; offsets looked up.
#include "common/time/timezone.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

namespace picket {
namespace {

// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
int64_t days_from_civil(int64_t y, int m, int64_t d) {
  y -= m <= 2;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t yoe = y - era * 400;
  int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468 + d - 1;
}

void civil_from_days(int64_t z, WallTime& w) {
  z += 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  int64_t doe = z - era * 146097;
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  int64_t mp = (5 * doy + 2) / 153;
  w.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  w.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  w.year = yoe + era * 400 + (w.month <= 2);
}

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

// ---- rules of a POSIX TZ string ----

int64_t rule_day(const ZoneRule& rule, int64_t year) {
  int64_t jan1 = days_from_civil(year, 1, 1);
  if (rule.kind == ZoneRule::julian) return jan1 + rule.day;
  if (rule.kind == ZoneRule::julian_no_leap) return jan1 + rule.day - 1 + (year_is_leap(year) && rule.day >= 60);
  int64_t first = days_from_civil(year, rule.month, 1);
  int64_t weekday = ((first + 4) % 7 + 7) % 7;
  int64_t day = (rule.day - weekday + 7) % 7 + (rule.week - 1) * 7;
  while (day >= month_days(year, rule.month)) day -= 7;
  return first + day;
}

int32_t rule_offset(const Timezone& z, int64_t unix_s) {
  if (!z.has_dst) return z.std_offset_s;
  int64_t year = wall_time(unix_s, z.std_offset_s).year;
  int64_t begin = rule_day(z.dst_begin, year) * 86400 + z.dst_begin.time_s - z.std_offset_s;
  int64_t end = rule_day(z.dst_end, year) * 86400 + z.dst_end.time_s - z.dst_offset_s;
  bool dst = begin < end ? unix_s >= begin && unix_s < end : unix_s >= begin || unix_s < end;
  return dst ? z.dst_offset_s : z.std_offset_s;
}

struct PosixReader {
  std::string_view rest;
  bool ok = true;

  bool take(char c) {
    if (rest.empty() || rest[0] != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  int number(int max) {
    int n = 0, digits = 0;
    while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9' && digits++ < 4) {
      n = n * 10 + (rest[0] - '0');
      rest.remove_prefix(1);
    }
    if (digits == 0 || n > max) ok = false;
    return n;
  }
  void name() {  // "CET" or "<+03>"
    size_t n = 0;
    if (take('<')) {
      while (n < rest.size() && rest[n] != '>') n++;
      if (n == rest.size() || n == 0) ok = false;
      rest.remove_prefix(std::min(rest.size(), n + 1));
      return;
    }
    while (n < rest.size() && ((rest[n] | 32) >= 'a' && (rest[n] | 32) <= 'z')) n++;
    if (n < 3) ok = false;
    rest.remove_prefix(n);
  }
  int64_t clock(int hours_max) {  // [+-]hh[:mm[:ss]]
    int64_t sign = take('-') ? -1 : 1;
    if (sign == 1) take('+');
    int64_t s = number(hours_max) * 3600;
    if (take(':')) s += number(59) * 60;
    if (take(':')) s += number(59);
    return sign * s;
  }
  ZoneRule rule() {
    ZoneRule r;
    if (take('M')) {
      r.month = number(12);
      ok = ok && r.month >= 1 && take('.');
      r.week = number(5);
      ok = ok && r.week >= 1 && take('.');
      r.day = number(6);
    } else {
      r.kind = take('J') ? ZoneRule::julian_no_leap : ZoneRule::julian;
      r.day = number(365);
      if (r.kind == ZoneRule::julian_no_leap && r.day == 0) ok = false;
    }
    if (take('/')) r.time_s = clock(167);
    return r;
  }
};

// ---- TZif (RFC 8536) ----

uint32_t be32(std::string_view s, size_t at) {
  uint32_t v = 0;
  for (size_t i = 0; i < 4; i++) v = v << 8 | static_cast<unsigned char>(s[at + i]);
  return v;
}
int64_t be64(std::string_view s, size_t at) { return static_cast<int64_t>(static_cast<uint64_t>(be32(s, at)) << 32 | be32(s, at + 4)); }

struct TzifHeader { size_t isut, isstd, leap, time, type, chars; };
constexpr size_t kTzifHeader = 44;

bool tzif_header(std::string_view s, TzifHeader& h) {
  if (s.size() < kTzifHeader || s.substr(0, 4) != "TZif") return false;
  h = {be32(s, 20), be32(s, 24), be32(s, 28), be32(s, 32), be32(s, 36), be32(s, 40)};
  return std::max({h.isut, h.isstd, h.leap, h.time, h.type, h.chars}) <= kZoneFileMax && h.type > 0;
}
size_t tzif_size(const TzifHeader& h, size_t width) {
  return h.time * (width + 1) + h.type * 6 + h.chars + h.leap * (width + 4) + h.isstd + h.isut;
}

Status tzif_block(std::string_view s, const TzifHeader& h, size_t width, Timezone& zone) {
  size_t types = h.time * (width + 1);
  auto offset = [&](size_t type) { return static_cast<int32_t>(be32(s, types + type * 6)); };
  zone.first_offset_s = offset(0);
  for (size_t i = 0; i < h.time; i++) {
    size_t type = static_cast<unsigned char>(s[h.time * width + i]);
    if (type >= h.type) return fail(Err::invalid, "transition " + std::to_string(i) + " refers to a type that does not exist");
    int64_t at = width == 8 ? be64(s, i * 8) : static_cast<int32_t>(be32(s, i * 4));
    zone.transitions.push_back({at, offset(type)});
  }
  zone.std_offset_s = zone.transitions.empty() ? zone.first_offset_s : zone.transitions.back().offset_s;
  return {};
}

// ---- finding and reading the files ----

bool read_file(const std::string& path, std::string& text) {
  FILE* f = std::fopen(path.c_str(), "rb");
  if (!f) return false;
  char buffer[4096];
  size_t n;
  while (text.size() <= kZoneFileMax && (n = std::fread(buffer, 1, sizeof buffer, f)) > 0) text.append(buffer, n);
  std::fclose(f);
  return text.substr(0, 4) == "TZif";  // opening a directory works too, reading it does not
}

const char* environment(const char* name) {
  const char* v = std::getenv(name);
  return v ? v : "";
}

bool name_is_safe(std::string_view name) {
  if (name.empty() || name.size() > 128 || name[0] == '/' || name.find("..") != name.npos) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+' ||
        c == '.';
  });
}

Result<Timezone> load(const std::string& name) {
  const std::string directories[] = {environment("ZONEINFO"), "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo",
                                     "/etc/zoneinfo"};
  for (const std::string& directory : directories) {
    std::string text;
    if (directory.empty() || !name_is_safe(name) || !read_file(directory + "/" + name, text)) continue;
    return timezone_parse_tzif(text);
  }
  if (name.find(',') != name.npos || std::any_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
    if (Result<Timezone> zone = timezone_parse_posix(name); zone.ok()) return zone;
  return fail(Err::invalid,
              "unknown time zone " + name + "; install the package tzdata, or use UTC or a POSIX zone like CET-1CEST,M3.5.0,M10.5.0/3");
}

bool digits(std::string_view s, size_t at, size_t n, int& value) {
  value = 0;
  if (at + n > s.size()) return false;
  for (size_t i = at; i < at + n; i++) {
    if (s[i] < '0' || s[i] > '9') return false;
    value = value * 10 + (s[i] - '0');
  }
  return true;
}

}  // namespace

bool year_is_leap(int64_t y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; }
int month_days(int64_t year, int month) {
  static const int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && year_is_leap(year) ? 29 : kDays[month - 1];
}

WallTime wall_time(int64_t unix_s, int32_t offset_s) {
  WallTime w;
  int64_t t = unix_s + offset_s, day = floor_div(t, 86400), s = t - day * 86400;
  civil_from_days(day, w);
  w.hour = static_cast<int>(s / 3600);
  w.minute = static_cast<int>(s / 60 % 60);
  w.second = static_cast<int>(s % 60);
  w.weekday = static_cast<int>(((day + 4) % 7 + 7) % 7);
  w.yearday = static_cast<int>(day - days_from_civil(w.year, 1, 1));
  return w;
}

int64_t wall_time_unix(int64_t year, int month, int64_t day, int64_t hour, int64_t minute, int64_t second) {
  int64_t m = month - 1;
  year += floor_div(m, 12);
  m -= floor_div(m, 12) * 12;
  return days_from_civil(year, static_cast<int>(m) + 1, day) * 86400 + hour * 3600 + minute * 60 + second;
}

int32_t timezone_offset(const Timezone& zone, int64_t unix_s) {
  const auto& t = zone.transitions;
  if (zone.has_rule && (t.empty() || unix_s >= t.back().at)) return rule_offset(zone, unix_s);
  auto after = std::upper_bound(t.begin(), t.end(), unix_s, [](int64_t at, const Timezone::Transition& x) { return at < x.at; });
  return after == t.begin() ? zone.first_offset_s : std::prev(after)->offset_s;
}

Result<Timezone> timezone_parse_posix(std::string_view text) {
  Timezone zone;
  zone.name = text;
  PosixReader r{text};
  r.name();
  zone.std_offset_s = static_cast<int32_t>(-r.clock(24));
  if (r.ok && !r.rest.empty()) {
    zone.has_dst = true;
    r.name();
    bool given = !r.rest.empty() && r.rest[0] != ',';
    zone.dst_offset_s = given ? static_cast<int32_t>(-r.clock(24)) : zone.std_offset_s + 3600;
    if (!r.take(',')) r.rest = "M3.2.0,M11.1.0";  // what the C library assumes
    zone.dst_begin = r.rule();
    r.ok = r.ok && r.take(',');
    zone.dst_end = r.rule();
  }
  if (!r.ok || !r.rest.empty()) return fail(Err::invalid, "not a POSIX time zone: " + std::string(text));
  zone.has_rule = true;
  zone.first_offset_s = zone.std_offset_s;
  return zone;
}

// Version 1 files have 32-bit times only; later versions repeat everything in 64 bits and add the POSIX rule.
Result<Timezone> timezone_parse_tzif(std::string_view s) {
  Timezone zone;
  TzifHeader h;
  if (!tzif_header(s, h)) return fail(Err::invalid, "not a time zone file");
  size_t width = 4;
  if (s[4] >= '2') {
    size_t skip = kTzifHeader + tzif_size(h, 4);
    if (skip > s.size() || !tzif_header(s.substr(skip), h)) return fail(Err::invalid, "the time zone file is truncated");
    s.remove_prefix(skip);
    width = 8;
  }
  s.remove_prefix(kTzifHeader);
  if (s.size() < tzif_size(h, width)) return fail(Err::invalid, "the time zone file is truncated");
  if (Status status = tzif_block(s, h, width, zone); !status.ok()) return status;
  s.remove_prefix(tzif_size(h, width));
  if (width == 4 || s.size() < 2 || s[0] != '\n') return zone;
  std::string_view footer = s.substr(1, s.find('\n', 1) - 1);
  if (footer.empty()) return zone;
  Result<Timezone> rule = timezone_parse_posix(footer);
  if (!rule.ok()) return rule;
  rule.value.transitions = std::move(zone.transitions);
  rule.value.first_offset_s = zone.first_offset_s;
  return rule;
}

std::shared_ptr<const Timezone> timezone_utc() {
  static const auto* utc = new std::shared_ptr<const Timezone>(std::make_shared<const Timezone>());
  return *utc;
}

Result<std::shared_ptr<const Timezone>> timezone_load(std::string_view name) {
  if (name.empty() || name == "UTC") return timezone_utc();
  if (name == "Local") return timezone_local();
  static std::mutex mutex;
  static auto* loaded = new std::map<std::string, std::shared_ptr<const Timezone>, std::less<>>;
  std::lock_guard<std::mutex> lock(mutex);
  if (auto it = loaded->find(name); it != loaded->end()) return it->second;
  Result<Timezone> zone = load(std::string(name));
  if (!zone.ok()) return zone.status;
  zone.value.name = name;
  auto shared = std::make_shared<const Timezone>(std::move(zone.value));
  loaded->emplace(name, shared);
  return std::shared_ptr<const Timezone>(shared);
}

std::shared_ptr<const Timezone> timezone_local() {
  std::string_view tz = environment("TZ");
  if (!tz.empty() && tz[0] == ':') tz.remove_prefix(1);
  if (!tz.empty() && tz != "Local") {
    auto zone = timezone_load(tz);
    return zone.ok() ? zone.value : timezone_utc();
  }
  static const auto* local = [] {
    std::string text;
    Result<Timezone> zone = read_file("/etc/localtime", text) ? timezone_parse_tzif(text) : Result<Timezone>(fail(Err::not_found, ""));
    return new std::shared_ptr<const Timezone>(zone.ok() ? std::make_shared<const Timezone>(std::move(zone.value)) : timezone_utc());
  }();
  return *local;
}

// Where and why, in Go's words: API clients see them, and the example in them says what is wanted.
static Status rfc3339_error(std::string_view s) {
  static const char* const kElements[] = {"2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05"};
  const std::string parsing = "parsing time \"" + std::string(s) + "\"";
  auto stuck = [&](size_t at, const char* element) {
    return fail(Err::invalid,
                parsing + " as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + std::string(s.substr(at)) + "\" as \"" + element + "\"");
  };
  size_t at = 0;
  int number[11] = {};
  for (int i = 0; i < 11; i++) {
    size_t length = strlen(kElements[i]);
    bool is_number = kElements[i][0] >= '0' && kElements[i][0] <= '9';
    if (s.size() < at + length || (is_number ? !digits(s, at, length, number[i]) : s.substr(at, length) != kElements[i]))
      return stuck(std::min(at, s.size()), kElements[i]);
    at += length;
  }
  const char* out_of_range = number[2] < 1 || number[2] > 12          ? "month"
      : number[6] > 23                                                ? "hour"
      : number[8] > 59                                                ? "minute"
      : number[10] > 59                                               ? "second"
      : number[4] < 1 || number[4] > month_days(number[0], number[2]) ? "day"
                                                                      : nullptr;
  if (out_of_range) return fail(Err::invalid, parsing + ": " + out_of_range + " out of range");
  return stuck(at, "Z07:00");
}

Result<ZonedTime> rfc3339_parse(std::string_view s) {
  auto bad = [&] { return rfc3339_error(s); };
  ZonedTime t;
  int year, month, day, hour, minute, second;
  if (s.size() < 20 || !digits(s, 0, 4, year) || s[4] != '-' || !digits(s, 5, 2, month) || s[7] != '-' || !digits(s, 8, 2, day) ||
      s[10] != 'T' || !digits(s, 11, 2, hour) || s[13] != ':' || !digits(s, 14, 2, minute) || s[16] != ':' || !digits(s, 17, 2, second))
    return bad();
  if (month < 1 || month > 12 || day < 1 || day > month_days(year, month) || hour > 23 || minute > 59 || second > 59) return bad();
  size_t at = 19;
  if (s[at] == '.' || s[at] == ',') {
    size_t begin = ++at;
    int64_t nanos = 0, unit = 100'000'000;
    for (; at < s.size() && s[at] >= '0' && s[at] <= '9'; at++, unit /= 10) nanos += (s[at] - '0') * unit;
    if (at == begin) return bad();
    t.nanos = static_cast<int32_t>(nanos);
  }
  std::string_view zone = s.substr(std::min(at, s.size()));
  if (zone != "Z") {
    int h, m;
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || !digits(zone, 1, 2, h) || zone[3] != ':' || !digits(zone, 4, 2, m))
      return bad();
    if (h > 24 || m > 60) return bad();
    t.offset_s = (h * 3600 + m * 60) * (zone[0] == '-' ? -1 : 1);
  }
  t.unix_s = wall_time_unix(year, month, day, hour, minute, second) - t.offset_s;
  return t;
}

static std::string time_text(int64_t unix_s, const char* format) {
  WallTime w = wall_time(unix_s);
  char text[96];
  std::snprintf(text, sizeof text, format, static_cast<long long>(w.year), w.month, w.day, w.hour, w.minute, w.second);
  return text;
}
std::string rfc3339_utc(int64_t unix_s) { return time_text(unix_s, "%04lld-%02d-%02dT%02d:%02d:%02dZ"); }
std::string go_time_utc(int64_t unix_s) { return time_text(unix_s, "%04lld-%02d-%02d %02d:%02d:%02d +0000 UTC"); }

}  // namespace picket
