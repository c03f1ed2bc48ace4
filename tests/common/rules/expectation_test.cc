// tests/common/rules/expectation_test.cc - when a result of something that reports by itself is due, and how its silence is said.
#include <doctest/doctest.h>

#include "common/rules/expectation.h"
#include "common/rules/resource_types.h"
#include "common/rules/validate.h"
#include "common/time/span_words.h"

using namespace picket;

namespace {

Expectation schedule(const char* cron, const char* zone = "", const char* grace = "") {
  Expectation e;
  e.schedule = cron;
  e.tz = zone;
  e.grace = grace;
  return e;
}

int64_t at(const char* rfc3339) { return rfc3339_parse(rfc3339).value.unix_s; }

std::string due(const Expectation& e, const char* last) {
  const int64_t deadline = expectation_deadline(e, at(last));
  return deadline < 0 ? "never" : rfc3339_utc(deadline);
}

Check result(const char* executed) {
  Check c;
  c.metadata.name = "backup";
  c.executed = at(executed);
  c.interval = 1;
  return c;
}

std::string definition_error(const char* json) {
  Result<CheckConfig> check = decode<CheckConfig>(json);
  if (!check.ok()) return check.status.message;
  check.value.metadata.name = "a";
  check.value.metadata.ns = "default";
  return validate_check_definition(check.value).message;
}

}  // namespace

TEST_CASE("a schedule is due after its next time, by the clock of its zone, also when that is set") {
  const Expectation e = schedule("0 2 * * *", "Europe/Berlin", "1h");
  CHECK(due(e, "2026-11-30T02:04:00+01:00") == "2026-12-01T02:00:00Z");
  CHECK(due(e, "2026-11-30T01:59:00+01:00") == "2026-11-30T02:00:00Z");
  CHECK(due(e, "2026-07-01T12:00:00+02:00") == "2026-07-02T01:00:00Z");
  CHECK(due(schedule("30 2 * * *", "Europe/Berlin"), "2026-03-28T12:00:00Z") == "2026-03-30T00:31:00Z");  // 29 March has no 02:30
  CHECK(due(schedule("@every 1h", "UTC", "0"), "2026-01-01T00:00:10Z") == "2026-01-01T01:00:10Z");
}

TEST_CASE("a ttl is due that long after the result before, and has a grace when one is given") {
  Expectation e;
  e.ttl = "26h";
  CHECK(due(e, "2026-01-01T00:00:00Z") == "2026-01-02T02:00:00Z");
  e.grace = "30m";
  CHECK(due(e, "2026-01-01T00:00:00Z") == "2026-01-02T02:30:00Z");
  e.ttl = "3600";
  CHECK(expectation_words(e) == "every 1 h with 30 min grace");
}

TEST_CASE("schedules in words") {
  struct Row { const char *cron, *words; };
  const Row rows[] = {
      {"0 2 * * *", "daily at 02:00 UTC with 1 min grace"},
      {"@daily", "daily at 00:00 UTC with 1 min grace"},
      {"30 18 * * 1-5", "on weekdays at 18:30 UTC with 1 min grace"},
      {"0 4 * * 0,6", "on Sunday, Saturday at 04:00 UTC with 1 min grace"},
      {"5 * * * *", "hourly at minute 5 UTC with 1 min grace"},
      {"0 3 1 * *", "monthly on day 1 at 03:00 UTC with 1 min grace"},
      {"*/5 * * * *", "by the schedule \"*/5 * * * *\" UTC with 1 min grace"},
      {"0 3 1 1 *", "by the schedule \"0 3 1 1 *\" UTC with 1 min grace"},
      {"0 3 1 * 1", "by the schedule \"0 3 1 * 1\" UTC with 1 min grace"},
      {"@every 90m", "every 90 min UTC with 1 min grace"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.cron);
    CHECK(expectation_words(schedule(r.cron, "UTC")) == r.words);
  }
  CHECK(expectation_words(schedule("CRON_TZ=Asia/Tokyo 0 2 * * *", "", "2h")) == "daily at 02:00 Asia/Tokyo with 2 h grace");
}

TEST_CASE("a silence says how long, since when, and what was expected") {
  Check c = result("2026-11-30T02:04:00+01:00");
  expectation_stamp(schedule("0 2 * * *", "Europe/Berlin", "1h"), kByAgent, c.executed + 2, c);
  CHECK(c.ttl == 25 * 3600 - 4 * 60 - 2);
  CHECK(silence_words(c, c.executed, at("2026-12-01T04:04:00+01:00")) ==
        "no result for 26 h, expected daily at 02:00 Europe/Berlin with 1 h grace, last 2026-11-30 02:04");
  Check new_one = result("2026-11-30T00:00:00Z");
  Expectation every;
  every.ttl = "1h";
  expectation_announce(every, kByDefinition, at("2026-11-30T00:00:00Z"), new_one);
  CHECK(new_one.output == "No result yet, expected every 1 h");
  CHECK(silence_words(new_one, new_one.executed, new_one.executed + 3700) ==
        "no result for 61 min 40 s, expected every 1 h, none since it is expected, 2026-11-30 00:00 UTC");
}

TEST_CASE("a result takes its schedule along, for a backend that has no definition of it") {
  Expectation e;
  e.schedule = "0 2 * * *";
  e.tz = "Europe/Berlin";
  e.grace = "1h";
  Check c = result("2026-11-30T01:04:00Z");
  expectation_stamp(e, kByAgent, c.executed, c);
  const std::optional<Expectation> stamped = expectation_stamped(c);
  REQUIRE(stamped);
  CHECK(expectation_deadline(*stamped, at("2026-12-01T02:00:00Z")) == at("2026-12-02T02:00:00Z"));
  e.tz.clear();  // that of this machine
  expectation_stamp(e, kByAgent, c.executed, c);
  REQUIRE(expectation_stamped(c));
  CHECK(expectation_deadline(*expectation_stamped(c), c.executed) == expectation_deadline(e, c.executed));
  c.metadata.annotations[kExpectedScheduleAnnotation] = "every now and then";
  CHECK_FALSE(expectation_stamped(c));
  e = {};
  e.ttl = "1h";
  expectation_stamp(e, kByAgent, c.executed, c);
  CHECK_FALSE(expectation_stamped(c));
}

TEST_CASE("a result that comes late leaves what is left of the time, five seconds at least") {
  Expectation e;
  e.ttl = "1h";
  Check c = result("2026-01-01T00:00:00Z");
  expectation_stamp(e, kByAgent, c.executed + 3000, c);
  CHECK(c.ttl == 600);
  expectation_stamp(e, kByAgent, c.executed + 9000, c);
  CHECK(c.ttl == kExpectSecondsMin);
  expectation_stamp(e, kByAgent, c.executed - 9000, c);  // a clock that is ahead
  CHECK(c.ttl == 3600);
  c.interval = 7200;
  expectation_stamp(e, kByAgent, c.executed, c);
  CHECK(c.interval == 3599);
}

TEST_CASE("a definition on the backend that is expected") {
  CHECK(definition_error(R"({"subscriptions":["linux"],"expect":{"schedule":"0 2 * * *","tz":"Europe/Berlin","grace":"1h"}})") == "");
  CHECK(definition_error(R"({"proxy_entity_name":"db1","expect":{"ttl":93600,"status":1}})") == "");
  CHECK(definition_error(R"({"expect":{"ttl":"1h"}})") ==
        "expect needs subscriptions (every agent that has one is to report) or a proxy_entity_name");
  CHECK(definition_error(R"({"subscriptions":["x"],"expect":{"ttl":"1h"},"command":"true"})") ==
        "expect is for results that something else sends; omit the command, or use ttl");
  CHECK(definition_error(R"({"subscriptions":["x"],"expect":{"ttl":"1h","garce":"1h"}})") ==
        "expect: \"garce\" is unknown; did you mean \"grace\"?");
  CHECK(definition_error(R"({"subscriptions":["x"],"expect":{"ttl":true}})").find("expect.ttl") != std::string::npos);
  CHECK(definition_error(R"({"subscriptions":["x"]})").find("interval must be greater than 0") != std::string::npos);
}

TEST_CASE("spans as people read them") {
  CHECK(span_words(0) == "0 s");
  CHECK(span_words(60) == "1 min");
  CHECK(span_words(95) == "95 s");
  CHECK(span_words(3600) == "1 h");
  CHECK(span_words(5400) == "90 min");
  CHECK(span_words(93'600) == "26 h");
  CHECK(span_words(94'000) == "26 h 6 min");
  CHECK(span_words(277'200) == "3 d 5 h");
  CHECK(span_words(-7200) == "-2 h");
}
