// tests/agent_core/statsd_test.cc - lines in, points out.
#include <doctest/doctest.h>

#include "agent/statsd.h"

using namespace picket;

namespace {
std::string told(const std::vector<MetricPoint>& points) {
  std::string out;
  for (const MetricPoint& p : points) {
    char text[64];
    snprintf(text, sizeof text, "%g", p.value);
    out += (out.empty() ? "" : " ") + p.name + "=" + text;
  }
  return out;
}
}  // namespace

TEST_CASE("the recorded flush of the reference agent") {
  Statsd s;
  for (const char* line : {"ctr:1|c", "ctr:4|c|@0.5", "g1:3.5|g", "tm:100|ms", "tm:300|ms", "st:a|s", "st:b|s", "st:a|s"})
    statsd_feed(s, line, "127.0.0.1", 0);
  CHECK(told(statsd_flush(s, 1000, 1, 2)) ==
        "ctr.value=9 ctr.per_second=4.5 g1.value=3.5 tm.min=100 tm.max=300 tm.count=2 tm.per_second=1 tm.mean=200 tm.median=200 "
        "tm.stddev=100 tm.sum=400 tm.sum_squares=100000 tm.percentile_count_90=2 tm.percentile_mean_90=200 tm.percentile_sum_90=400 "
        "tm.percentile_sum_squares_90=100000 tm.percentile_upper_90=300 st.value=2");
  CHECK(told(statsd_flush(s, 2000, 2, 1)) ==
        "ctr.value=0 ctr.per_second=0 g1.value=3.5 tm.min=0 tm.max=0 tm.count=0 tm.per_second=0 tm.mean=0 tm.median=0 tm.stddev=0 "
        "tm.sum=0 tm.sum_squares=0 st.value=0");
  CHECK(statsd_flush(s, 1000 + kStatsdExpiryMs, 3, 1).empty());
}

TEST_CASE("tags split series; one without a value has an empty value; the sender is always a tag") {
  Statsd s;
  statsd_feed(s, "a:1|c|#env:prod,plain\na:1|c|#env:test", "10.0.0.1", 0);
  auto points = statsd_flush(s, 0, 7, 1);
  REQUIRE(points.size() == 4);
  CHECK(points[0].timestamp == 7);
  REQUIRE(points[0].tags.size() == 3);
  CHECK(points[0].tags[0].value == "prod");
  CHECK(points[0].tags[1].name == "plain");
  CHECK(points[0].tags[1].value == "");
  CHECK(points[0].tags[2].value == "10.0.0.1");
}

TEST_CASE("names are cleaned, bad lines are counted and harm nobody") {
  Statsd s;
  statsd_feed(s, "a/b c\xC3\xA9:1|g\r\n", "x", 0);
  for (const char* bad :
       {"novalue", ":1|c", "a:|c", "a:1", "a:1|x", "a:x|c", "a:1|c|@0", "a:1|c|@x", "a:1|c|junk", "a:nan|g", "a:1|c||", "\xff\xff"})
    statsd_feed(s, bad, "x", 0);
  CHECK(s.bad == 12);
  CHECK(told(statsd_flush(s, 0, 0, 1)) == "a-b_c.value=1");
  statsd_feed(s, "_e{1,2}:a|b\n\n", "x", 0);
  CHECK(s.bad == 12);
}

TEST_CASE("series and values are bounded") {
  Statsd s;
  for (size_t i = 0; i < kStatsdSeriesMax + 5; i++) statsd_feed(s, "m" + std::to_string(i) + ":1|c", "x", 0);
  CHECK(s.series.size() == kStatsdSeriesMax);
  CHECK(s.dropped == 5);
  Statsd t;
  for (size_t i = 0; i < kStatsdValuesMax + 5; i++) statsd_feed(t, "m:1|ms", "x", 0);
  CHECK(t.series.begin()->second.values.size() == kStatsdValuesMax);
  CHECK(t.series.begin()->second.count == kStatsdValuesMax + 5);
}
