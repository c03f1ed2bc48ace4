// tests/common/time/time_test.cc - dates, zones, cron schedules and windows.
#include <doctest/doctest.h>

#include <algorithm>

#include "common/time/cron.h"
#include "common/time/timezone.h"
#include "common/time/time_window.h"
#include "common/time/window_words.h"

using namespace picket;

static int64_t at(const char* rfc3339) { return rfc3339_parse(rfc3339).value.unix_s; }
static std::string next(const char* spec, const char* after, int count = 1) {
  Result<CronSchedule> c = cron_parse(spec);
  if (!c.ok()) return "error: " + c.status.message;
  std::string out;
  int64_t t = at(after);
  for (int i = 0; i < count && t >= 0; i++) {
    t = cron_next(c.value, t);
    out += t < 0 ? "never " : rfc3339_utc(t) + " ";
  }
  return out;
}

TEST_CASE("dates and seconds are inverse to each other over all the years") {
  for (int64_t t = at("1890-01-01T00:00:00Z"); t < at("2200-01-01T00:00:00Z"); t += 86400 * 13 + 3607) {
    WallTime w = wall_time(t);
    CHECK(wall_time_unix(w.year, w.month, w.day, w.hour, w.minute, w.second) == t);
  }
  CHECK(wall_time(0).weekday == 4);
  CHECK(wall_time(-1).second == 59);
  CHECK(wall_time(-86400 * 4).weekday == 0);
  CHECK(wall_time_unix(2024, 13, 1) == at("2025-01-01T00:00:00Z"));
  CHECK(wall_time_unix(2024, 1, 32) == at("2024-02-01T00:00:00Z"));
  CHECK(wall_time_unix(2024, 0, 1) == at("2023-12-01T00:00:00Z"));
  CHECK(wall_time(at("2024-12-31T00:00:00Z")).yearday == 365);
}

TEST_CASE("RFC 3339 is read strictly") {
  CHECK(rfc3339_parse("2024-01-01T09:00:00+09:00").value.unix_s == at("2024-01-01T00:00:00Z"));
  CHECK(rfc3339_parse("2024-01-01T00:00:00.25Z").value.nanos == 250'000'000);
  CHECK(rfc3339_parse("2024-01-01T00:00:00-01:30").value.offset_s == -5400);
  for (const char* bad : {"", "2024-01-01", "2024-01-01T00:00:00", "2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z",
                          "2024-01-01 00:00:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00Zx",
                          "2024-01-01T00:00:00+0900", "2024-1-01T00:00:00Z"})
    CHECK_MESSAGE(!rfc3339_parse(bad).ok(), bad);
}

TEST_CASE("zones by POSIX rule need no file") {
  Result<Timezone> berlin = timezone_parse_posix("CET-1CEST,M3.5.0,M10.5.0/3");
  REQUIRE(berlin.ok());
  CHECK(timezone_offset(berlin.value, at("2024-03-31T00:59:59Z")) == 3600);
  CHECK(timezone_offset(berlin.value, at("2024-03-31T01:00:00Z")) == 7200);
  CHECK(timezone_offset(berlin.value, at("2024-10-27T00:59:59Z")) == 7200);
  CHECK(timezone_offset(berlin.value, at("2024-10-27T01:00:00Z")) == 3600);
  Result<Timezone> sydney = timezone_parse_posix("AEST-10AEDT,M10.1.0,M4.1.0/3");
  CHECK(timezone_offset(sydney.value, at("2024-01-15T00:00:00Z")) == 11 * 3600);
  CHECK(timezone_offset(sydney.value, at("2024-07-15T00:00:00Z")) == 10 * 3600);
  CHECK(timezone_offset(timezone_parse_posix("<+0545>-5:45").value, 0) == 5 * 3600 + 45 * 60);
  CHECK(timezone_offset(timezone_parse_posix("EST5EDT").value, at("2024-07-01T00:00:00Z")) == -4 * 3600);
  CHECK(timezone_offset(timezone_parse_posix("XXX3YYY,J60,J300").value, at("2024-03-01T12:00:00Z")) == -2 * 3600);
  for (const char* bad : {"", "CE", "CET", "CET-1CEST,M13.1.0,M1.1.0", "CET-1CEST,M3.5.0", "<+03", "CET-99", "CET-1x"})
    CHECK_MESSAGE(!timezone_parse_posix(bad).ok(), bad);
}

TEST_CASE("a time zone file may be cut short anywhere") {
  // Version 2 with one transition: +1 h at 1000000, and a rule after it.
  auto be = [](uint64_t v, int n) {
    std::string s;
    for (int i = n - 1; i >= 0; i--) s += static_cast<char>(v >> (8 * i));
    return s;
  };
  std::string header = "TZif2" + std::string(15, '\0') + be(0, 4) + be(0, 4) + be(0, 4) + be(1, 4) + be(2, 4) + be(8, 4);
  std::string types =
      be(0, 4) + std::string(2, '\0') + be(3600, 4) + std::string(1, '\0') + std::string(1, '\4') + std::string("UTC\0CET\0", 8);
  std::string file = header + be(1000000, 4) + "\1" + types + header + be(1000000, 8) + "\1" + types + "\nCET-1\n";
  Result<Timezone> zone = timezone_parse_tzif(file);
  REQUIRE_MESSAGE(zone.ok(), zone.status.message);
  CHECK(timezone_offset(zone.value, 999999) == 0);
  CHECK(timezone_offset(zone.value, 1000000) == 3600);
  for (size_t n = 0; n < file.size(); n++) (void)timezone_parse_tzif(file.substr(0, n));
  for (size_t n = 0; n < file.size(); n++)
    for (char c : {'\0', '\xff', '\x7f'}) {
      std::string broken = file;
      broken[n] = c;
      (void)timezone_parse_tzif(broken);
    }
}

TEST_CASE("zone names cannot leave the zone directory") {
  for (const char* bad : {"../../etc/passwd", "/etc/passwd", "Nowhere/Atall", "Europe/../Europe/Berlin", "a b", "."})
    CHECK_MESSAGE(!timezone_load(bad).ok(), bad);
  CHECK(timezone_load("UTC").ok());
  CHECK(timezone_load("").ok());
  CHECK(timezone_load("Local").ok());
}

TEST_CASE("cron fields") {
  struct { const char* spec; const char* expected; const char* why; } rows[] = {
      {"0 12 13 * 5", "2024-01-05T12:00:00Z 2024-01-12T12:00:00Z 2024-01-13T12:00:00Z ", "both days restricted: either matches"},
      {"0 12 13 * *", "2024-01-13T12:00:00Z 2024-02-13T12:00:00Z 2024-03-13T12:00:00Z ", "one unrestricted: both must match"},
      {"0 0 */2 * 1", "2024-01-03T00:00:00Z 2024-01-05T00:00:00Z 2024-01-07T00:00:00Z ", "a star with a step is a restriction"},
      {"0 0 ? * ?", "2024-01-02T00:00:00Z 2024-01-03T00:00:00Z 2024-01-04T00:00:00Z ", "? is *"},
      {"59 23 31 12 *", "2024-12-31T23:59:00Z 2025-12-31T23:59:00Z 2026-12-31T23:59:00Z ", "the last minute of the year"},
      {"0 0 29 2 *", "2024-02-29T00:00:00Z 2028-02-29T00:00:00Z 2032-02-29T00:00:00Z ", "leap days"},
      {"  */30\t0 * * SUN ", "2024-01-07T00:00:00Z 2024-01-07T00:30:00Z 2024-01-14T00:00:00Z ", "names in any case, any blanks"},
      {"0 0 * feb-MAR/1 1-5/2", "2024-02-02T00:00:00Z 2024-02-05T00:00:00Z 2024-02-07T00:00:00Z ", "ranges of names, ranges with steps"},
      {"@weekly", "2024-01-07T00:00:00Z 2024-01-14T00:00:00Z 2024-01-21T00:00:00Z ", "Sundays"},
      {"@annually", "2025-01-01T00:00:00Z 2026-01-01T00:00:00Z 2027-01-01T00:00:00Z ", "the first of January"},
      {"@every 300ms", "2024-01-01T00:00:01Z 2024-01-01T00:00:02Z 2024-01-01T00:00:03Z ", "a second at least"},
      {"@every -5m", "2024-01-01T00:00:01Z 2024-01-01T00:00:02Z 2024-01-01T00:00:03Z ", "also for negative ones"},
      {"@every 1h2.5s", "2024-01-01T01:00:02Z 2024-01-01T02:00:04Z 2024-01-01T03:00:06Z ", "parts of seconds are cut off"},
      {"TZ=UTC 0 1 * * *", "2024-01-01T01:00:00Z 2024-01-02T01:00:00Z 2024-01-03T01:00:00Z ", "TZ= is CRON_TZ="},
      {"CRON_TZ=CET-1CEST,M3.5.0,M10.5.0/3 0 1 1 7 *", "2024-06-30T23:00:00Z 2025-06-30T23:00:00Z 2026-06-30T23:00:00Z ", "a POSIX zone"},
      {"0 0 31 2,4,6,9,11 *", "never ", "no such day"},
      {",, * * * *", "never ", "empty items only"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    std::string expected = r.expected;
    CHECK(next(r.spec, "2024-01-01T00:00:00Z", static_cast<int>(std::count(expected.begin(), expected.end(), ' '))) == expected);
  }
}

TEST_CASE("what is no cron schedule") {
  for (const char* bad : {"",
                          "   ",
                          "* * * *",
                          "* * * * * *",
                          "60 * * * *",
                          "* 24 * * *",
                          "* * 0 * *",
                          "* * 32 * *",
                          "* * * 0 *",
                          "* * * 13 *",
                          "* * * * 7",
                          "*/0 * * * *",
                          "5-1 * * * *",
                          "1-2-3 * * * *",
                          "1/2/3 * * * *",
                          "L * * * *",
                          "* * 1W * *",
                          "* * * * 5#2",
                          "a * * * *",
                          "-1 * * * *",
                          "1- * * * *",
                          "@every",
                          "@every ",
                          "@every 1d",
                          "@every x",
                          "@Daily",
                          "@reboot",
                          "CRON_TZ=Nowhere/None * * * * *",
                          "CRON_TZ=UTC",
                          "TZ=UTC ",
                          "99999999999 * * * *",
                          "* * * janu *",
                          "* * * * 1.5",
                          "*-5 * * * *",
                          "@every 9999999999999h"})
    CHECK_MESSAGE(!cron_parse(bad).ok(), bad);
  CHECK(!cron_parse(std::string(kCronMax + 1, ' ')).ok());
}

TEST_CASE("summer time: a skipped hour does not run that day, a repeated one runs twice") {
  const char* zone = "CRON_TZ=EST5EDT,M3.2.0,M11.1.0 ";
  CHECK(next((std::string(zone) + "30 2 * * *").c_str(), "2024-03-09T12:00:00Z", 2) == "2024-03-11T06:30:00Z 2024-03-12T06:30:00Z ");
  CHECK(next((std::string(zone) + "30 1 * * *").c_str(), "2024-11-03T00:00:00Z", 3) ==
        "2024-11-03T05:30:00Z 2024-11-03T06:30:00Z 2024-11-04T06:30:00Z ");
  // Midnight itself is skipped (Havana changes at 0:00): the day begins at 1:00.
  CHECK(next("CRON_TZ=CST5CDT,M3.2.0/0,M11.1.0/1 0 1 * * *", "2024-03-09T12:00:00Z", 1) == "2024-03-10T05:00:00Z ");
  CHECK(next("CRON_TZ=CST5CDT,M3.2.0/0,M11.1.0/1 0 0 * * *", "2024-03-09T12:00:00Z", 1) == "2024-03-11T04:00:00Z ");
}

TEST_CASE("every cron time found matches, and none in between was missed") {
  for (const char* spec : {"CRON_TZ=EST5EDT,M3.2.0,M11.1.0 */17 1-3 * * *", "CRON_TZ=<+0545>-5:45 7 */5 */3 * 2",
                           "CRON_TZ=LHST-10:30LHDT-11,M10.1.0,M4.1.0 15,45 * * 3-4,10 0"}) {
    CronSchedule c = cron_parse(spec).value;
    CronSchedule any = cron_parse("* * * * *").value;
    any.zone = c.zone;
    int64_t t = at("2024-03-08T00:00:00Z"), end = at("2024-04-09T00:00:00Z"), expected = cron_next(c, t);
    for (; t < end; t += 60) {
      WallTime w = wall_time(t, timezone_offset(*c.zone, t));
      bool day = c.days >> w.day & 1, weekday = c.weekdays >> w.weekday & 1;
      bool match = c.minutes >> w.minute & 1 && c.hours >> w.hour & 1 && c.months >> w.month & 1 &&
          (c.any_day || c.any_weekday ? day && weekday : day || weekday);
      if (t == at("2024-03-08T00:00:00Z")) continue;
      if (match) {
        REQUIRE_MESSAGE(expected == t, spec << " at " << rfc3339_utc(t) << " not " << rfc3339_utc(expected));
        expected = cron_next(c, t);
      } else {
        REQUIRE_MESSAGE(expected != t, spec);
      }
    }
  }
}

TEST_CASE("Go durations") {
  CHECK(go_duration_parse("1h30m").value == 5400ll * 1'000'000'000);
  CHECK(go_duration_parse("1.5s").value == 1'500'000'000);
  CHECK(go_duration_parse("-300ms").value == -300'000'000);
  CHECK(go_duration_parse("0").value == 0);
  CHECK(go_duration_parse(".5h").value == 1800ll * 1'000'000'000);
  for (const char* bad : {"", "1", "s", "1d", "1h-2m", "--1s", ".s", "1 s", "99999999h"}) CHECK_MESSAGE(!go_duration_parse(bad).ok(), bad);
}

TEST_CASE("windows from the year 1 to the year 9999") {
  TimeWindowRepeated w{"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", {}};
  CHECK(subdue_contains(w, at("2024-01-01T00:00:00Z") * kNsPerSecond).value);
  w.repeat = {"daily"};
  CHECK(subdue_contains(w, at("2024-01-01T00:00:00Z") * kNsPerSecond).value);
  TimeWindowRepeated later{"9000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", {"weekdays", "annually"}};
  CHECK(!subdue_contains(later, at("2024-01-01T00:00:00Z") * kNsPerSecond).value);
}

TEST_CASE("legacy windows") {
  auto inside = [](const char* begin, const char* end, const char* now, int64_t nanos = 0) {
    TimeWindowWhen w;
    w.days.monday = {{begin, end}};
    Result<bool> r = window_contains(w, at(now) * kNsPerSecond + nanos);
    return !r.ok() ? "error" : r.value ? "in" : "out";
  };
  // 2024-01-01 is a Monday.
  CHECK(std::string(inside("9:00AM", "5:00PM", "2024-01-01T17:00:00Z")) == "in");
  CHECK(std::string(inside("9:00AM", "5:00PM", "2024-01-01T17:00:00Z", 1)) == "out");
  CHECK(std::string(inside("5:00PM", "8:00AM", "2024-01-01T08:00:00Z")) == "out");
  CHECK(std::string(inside("5:00PM", "8:00AM", "2024-01-01T07:59:59Z")) == "in");
  CHECK(std::string(inside("5:00PM", "8:00AM", "2024-01-02T01:00:00Z")) == "out");  // the morning belongs to Monday
  CHECK(std::string(inside("12:00AM", "12:00AM", "2024-01-01T00:00:00Z")) == "in");
  CHECK(std::string(inside(" 5 : 00 PM", "08:00 PM", "2024-01-01T18:00:00Z")) == "in");
  CHECK(std::string(inside("0:30AM", "0:45PM", "2024-01-01T12:45:00Z")) == "in");  // as Go reads it
  for (const char* bad : {"17:00", "5PM", "5:00pm", "5:0PM", "13:00PM", "5:60PM", "5:00PMUTC", "", ":00PM", "123:00PM"})
    CHECK_MESSAGE(std::string(inside(bad, "6:00PM", "2024-01-01T18:00:00Z")) == "error", bad);
  TimeWindowWhen none;
  CHECK(window_validate(none).ok());
  CHECK(!window_contains(none, 0).value);
}

TEST_CASE("times of day as people write them") {
  struct { const char* text; int minutes; int offset_h; bool zone; } rows[] = {
      {"5PM", 1020, 0, false},          {"5:00 pm", 1020, 0, false},   {"8:00 am", 480, 0, false},       {"12AM", 0, 0, false},
      {"12:30pm", 750, 0, false},       {"17:00", 1020, 0, false},     {"00:00", 0, 0, false},           {"22:30 UTC", 1350, 0, true},
      {"11:55 UTC", 715, 0, true},      {"5:00 PM PST", 1020, -8, true}, {"9AM EDT", 540, -4, true},     {"5:04PM -08:00", 1024, -8, true},
      {"7:04AM -0800", 424, -8, true},  {"17:00+01:00", 1020, 1, true}, {"5 p.m. CET", 1020, 1, true},   {" 17:00:00 Z ", 1020, 0, true},
      {"17:00 America/Phoenix", 1020, -7, true},
  };
  for (auto& r : rows) {
    CAPTURE(r.text);
    Result<TimeOfDay> t = time_of_day_parse(r.text, at("2024-01-01T00:00:00Z"), *timezone_utc());
    CHECK_MESSAGE(t.ok(), t.status.message);
    CHECK(t.value.minutes == r.minutes);
    CHECK(t.value.offset_s == r.offset_h * 3600);
    CHECK(t.value.has_zone == r.zone);
  }
  for (const char* bad : {"", "noon", "5", "25:00", "13PM", "0PM", "5:60PM", "17:00 Nowhere/City", "17:00 XYZ", "5:00PM UTC UTC",
                          "17:00:30", "17:", "-5PM", "5PMX"})
    CHECK_MESSAGE(!time_of_day_parse(bad, 0, *timezone_utc()).ok(), bad);
}

TEST_CASE("windows of other zones become windows of UTC, on the days they lie there") {
  auto text = [](const TimeWindowWhen& w) {
    std::string out;
    const std::pair<const char*, const std::vector<TimeRange>*> days[] = {
        {"all", &w.days.all},      {"su", &w.days.sunday},   {"mo", &w.days.monday}, {"tu", &w.days.tuesday},
        {"we", &w.days.wednesday}, {"th", &w.days.thursday}, {"fr", &w.days.friday}, {"sa", &w.days.saturday}};
    for (auto [day, ranges] : days)
      for (const TimeRange& r : *ranges) out += std::string(day) + " " + r.begin + "-" + r.end + " ";
    return out;
  };
  auto monday = [](const char* begin, const char* end) {
    TimeWindowWhen w;
    w.days.monday = {{begin, end}};
    return w;
  };
  auto all = [](const char* begin, const char* end) {
    TimeWindowWhen w;
    w.days.all = {{begin, end}};
    return w;
  };
  struct { TimeWindowWhen window; const char* expected; } rows[] = {
      {all("17:00 UTC", "08:00 UTC"), "all 5:00PM-8:00AM "},
      {all("17:00 -08:00", "09:00 -08:00"), "all 1:00AM-5:00PM "},
      {all("5PM", "9AM"), "all 5:00PM-9:00AM "},
      {monday("11PM", "3AM"), "mo 11:00PM-3:00AM "},
      {monday("09:00 PST", "12:00 PST"), "mo 5:00PM-8:00PM "},
      {monday("17:00 PST", "20:00 PST"), "tu 1:00AM-4:00AM "},
      {monday("12:00 PST", "20:00 PST"), "mo 8:00PM-12:00AM tu 12:00AM-4:00AM "},
      {monday("22:00 PST", "06:00 PST"), "tu 6:00AM-2:00PM "},
      {monday("01:00 +02:00", "03:00 +02:00"), "su 11:00PM-12:00AM mo 12:00AM-1:00AM "},
  };
  for (auto& r : rows) {
    CAPTURE(r.expected);
    Result<TimeWindowWhen> utc = window_in_utc(r.window, at("2024-01-01T00:00:00Z"), *timezone_utc());
    REQUIRE(utc.ok());
    CHECK(text(utc.value) == r.expected);
    CHECK(window_validate(utc.value).ok());
  }
  CHECK(window_in_utc(monday("17:00 Nowhere/City", "5PM"), 0, *timezone_utc()).status.message.find("is not a time zone") !=
        std::string::npos);
  // In the week of 2024-01-01, a Monday, of Los Angeles: what is meant by it.
  TimeWindowWhen evening = window_in_utc(monday("12:00 PST", "20:00 PST"), 0, *timezone_utc()).value;
  for (const auto& row : {std::pair<const char*, bool>{"2024-01-01T19:59:00Z", false},
                          {"2024-01-01T20:00:00Z", true},
                          {"2024-01-01T23:59:59Z", true},
                          {"2024-01-02T00:00:00Z", true},
                          {"2024-01-02T04:00:00Z", true},
                          {"2024-01-02T04:01:00Z", false},
                          {"2024-01-02T21:00:00Z", false}})
    CHECK_MESSAGE(window_contains(evening, at(row.first) * kNsPerSecond).value == row.second, row.first);
}

TEST_CASE("a check's window that crosses midnight holds to its end") {
  std::vector<TimeWindowRepeated> night = {{"2024-01-01T22:00:00Z", "2024-01-02T06:00:00Z", {"daily"}}};
  CHECK(subdued(night, at("2024-01-05T01:40:00Z") * kNsPerSecond));
  CHECK(subdued(night, at("2024-01-04T23:00:00Z") * kNsPerSecond));
  CHECK(!subdued(night, at("2024-01-05T07:00:00Z") * kNsPerSecond));
  night[0].repeat = {"mondays"};
  CHECK(subdued(night, at("2024-01-09T01:40:00Z") * kNsPerSecond));   // begun on Monday
  CHECK(!subdued(night, at("2024-01-08T01:40:00Z") * kNsPerSecond));  // nothing began on Sunday
}
