// tests/checks/judge/range_test.cc - ranges as the plugin guidelines have them.
#include <doctest/doctest.h>

#include "checks/judge/range.h"

using namespace picket;

TEST_CASE("ranges alert as the plugin guidelines have it") {
  struct Row { const char* text; double value; bool alerts; const char* why; };
  const Row rows[] = {
      {"10", 10, false, "the end belongs to it"}, {"10", 10.01, true, "above"}, {"10", -0.01, true, "below 0"}, {"10", 0, false, "0 belongs to it"},
      {"10:", 9.99, true, "below"}, {"10:", 10, false, "the start belongs to it"}, {"10:", 1e300, false, "no end"},
      {"~:10", -1e300, false, "no start"}, {"~:10", 10.5, true, "above"}, {"10:20", 9, true, "below"}, {"10:20", 15, false, "inside"},
      {"10:20", 21, true, "above"}, {"@10:20", 10, true, "inside, start"}, {"@10:20", 20, true, "inside, end"}, {"@10:20", 9.9, false, "below"},
      {"@10:20", 20.1, false, "above"}, {":10", 5, false, "0 may be left out"}, {":10", -1, true, "and is meant"}, {"-5:-1", -3, false, "negative"},
      {"-5:-1", 0, true, "above a negative end"}, {"@0:0", 0, true, "exactly zero"}, {"1.5:2.5", 2, false, "fractions"}, {"~:", 5, false, "never"},
      {"@~:", 5, true, "always"}, {"1e3", 999, false, "exponents"}, {"+5", 5, false, "a plus"}, {"0", 0, false, "nothing but zero"}, {"0", 1, true, "more than zero"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.text);
    CAPTURE(r.value);
    CAPTURE(r.why);
    Result<Range> range = range_parse(r.text);
    REQUIRE_MESSAGE(range.ok(), range.status.message);
    CHECK(range_alerts(range.value, r.value) == r.alerts);
    Result<Range> again = range_parse(range_print(range.value));
    REQUIRE_MESSAGE(again.ok(), range_print(range.value));
    CHECK(range_alerts(again.value, r.value) == r.alerts);
  }
}

TEST_CASE("what is no range is refused, and the error shows how one is written") {
  for (const char* text :
       {"", "@", "~", "a", "10:a", "20:10", "10:20:30", "nan", "inf", "1 0", "10%", "@@1", "0x10", "--5", "+-5", "+", "1,5", "10:~"}) {
    CAPTURE(text);
    Result<Range> range = range_parse(text);
    CHECK(!range.ok());
    CHECK(range.status.message.find("expected 10 (") != std::string::npos);
  }
}

TEST_CASE("critical goes before warning, and NaN is unknown") {
  Limits limits = limits_parse("10", "20").value;
  CHECK(limits_judge(limits, 5) == CheckState::ok);
  CHECK(limits_judge(limits, 15) == CheckState::warning);
  CHECK(limits_judge(limits, 25) == CheckState::critical);
  CHECK(limits_judge(limits, NAN) == CheckState::unknown);
  CHECK(limits_judge({}, 1e9) == CheckState::ok);
}

TEST_CASE("the worst state: critical, warning, unknown, ok") {
  using S = CheckState;
  CHECK(state_worst(S::ok, S::unknown) == S::unknown);
  CHECK(state_worst(S::warning, S::unknown) == S::warning);
  CHECK(state_worst(S::unknown, S::critical) == S::critical);
  CHECK(state_parse("w").value == S::warning);
  CHECK(state_parse("2").value == S::critical);
  CHECK(!state_parse("bad").ok());
}

TEST_CASE("a list of ranges: the last one stands for those that are missing") {
  auto list = limits_list_parse("5,4", "10", 3);
  REQUIRE(list.ok());
  CHECK(range_print(*list.value[0].warning) == "5");
  CHECK(range_print(*list.value[1].warning) == "4");
  CHECK(range_print(*list.value[2].warning) == "4");
  CHECK(range_print(*list.value[2].critical) == "10");
  CHECK(!limits_list_parse("1,2,3,4", "", 3).ok());
  CHECK(!limits_list_parse("1,,x", "", 3).ok());
  CHECK(!limits_list_parse("", "", 3).value[0].warning.has_value());
}
