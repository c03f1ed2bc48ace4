// tests/common/time/processing_time_test.cc - the suites cron, time-windows and subdues of conformance/processing.
#include <doctest/doctest.h>

#include "common/time/cron.h"
#include "common/time/timezone.h"
#include "common/time/time_window.h"
#include "tests/support/processing_corpus.h"

using namespace picket;

static int64_t unix_ns(const ZonedTime& t) { return t.unix_s * kNsPerSecond + t.nanos; }

static std::string runs_of(const CronSchedule& schedule, int64_t after, int64_t count) {
  std::string runs;
  for (int64_t i = 0; i < count; i++) {
    after = cron_next(schedule, after);
    runs += after < 0 ? "never " : rfc3339_utc(after) + " ";
    if (after < 0) break;
  }
  return runs;
}

// The reference's sentence, and perhaps what to do about it. Of cron schedules our sentences name the field and its bounds instead.
static bool says_the_same(const Status& status, std::string_view expected) {
  return status.message.find(json_string(json_at(expected, {"error"})).value) == 0;
}

TEST_CASE("corpus: cron") {
  Suite suite("cron.json");
  for (std::string_view c : suite.cases) {
    std::string_view expected = expected_6(c);
    if (expected.empty()) continue;
    std::string spec = text_at(c, {"spec"});
    CAPTURE(text_at(c, {"id"}));
    CAPTURE(spec);
    Result<CronSchedule> schedule = cron_parse(spec);
    CHECK_MESSAGE(schedule.ok() != expects_error(expected), schedule.status.message);
    if (!schedule.ok() || expects_error(expected)) continue;
    std::string wanted;
    for (const std::string& t : json_strings(expected).value) wanted += t + " ";
    CHECK(runs_of(schedule.value, rfc3339_parse(text_at(c, {"start"})).value.unix_s, json_int64(json_at(c, {"count"})).value) == wanted);
  }
}

TEST_CASE("corpus: time-windows") {
  Suite suite("time-windows.json");
  for (std::string_view c : suite.cases) {
    std::string_view expected = expected_6(c);
    if (expected.empty()) continue;
    CAPTURE(std::string(c));
    // A filter's `when` is the shortest way from JSON to a window.
    Result<EventFilter> filter = decode<EventFilter>("{\"when\":" + std::string(json_at(c, {"window"})) + "}");
    REQUIRE(filter.ok());
    ZonedTime now = rfc3339_parse(text_at(c, {"now"})).value;
    Result<bool> inside = window_contains(filter.value.when.value_or(TimeWindowWhen{}), unix_ns(now), now.offset_s);
    CHECK(inside.ok() != expects_error(expected));
    if (!inside.ok()) CHECK(says_the_same(inside.status, expected));
    if (inside.ok() && !expects_error(expected)) CHECK(inside.value == (expected == "true"));
  }
}

TEST_CASE("corpus: subdues") {
  Suite suite("subdues.json");
  for (std::string_view c : suite.cases) {
    std::string_view expected = expected_6(c);
    if (expected.empty()) continue;
    CAPTURE(std::string(c));
    Result<CheckConfig> check = decode<CheckConfig>("{\"subdues\":[" + std::string(json_at(c, {"window"})) + "]}");
    REQUIRE(check.ok());
    REQUIRE(check.value.subdues.size() == 1);
    Result<bool> inside = subdue_contains(check.value.subdues[0], unix_ns(rfc3339_parse(text_at(c, {"now"})).value));
    CHECK(inside.ok() != expects_error(expected));
    if (!inside.ok()) CHECK(says_the_same(inside.status, expected));
    if (inside.ok() && !expects_error(expected)) CHECK(inside.value == (expected == "true"));
  }
}
