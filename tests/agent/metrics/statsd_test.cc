// tests/agent/metrics/statsd_test.cc - lines in, points out.
#include <doctest/doctest.h>

#include "agent/metrics/statsd.h"

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

// What one datagram gives in a flush of ten seconds. `reference`: what the library in the reference agent makes of it, taken
// from a run of it, when that is something else on purpose (docs/COMPATIBILITY.md).
TEST_CASE("lines against the reference's library") {
  struct Row { const char *datagram, *points, *reference; };
  const std::string ten = "t:1|ms\nt:2|ms\nt:3|ms\nt:4|ms\nt:5|ms\nt:6|ms\nt:7|ms\nt:8|ms\nt:9|ms\nt:100|ms";
  for (const Row& r : std::initializer_list<Row>{
           {"c:1|c\nc:4|c|@0.5", "c.value=9 c.per_second=0.9", nullptr},
           {"c:1.5|c\nc:-2|c", "c.value=-0.5 c.per_second=-0.05", "c.value=-1 c.per_second=-0.1"},
           {"c:1|c|@0.8", "c.value=1.25 c.per_second=0.125", "c.value=1 c.per_second=0.1"},
           {"g:3.5|g\ng:+2|g", "g.value=5.5", "g.value=2"},
           {"g:10|g\ng:-4|g", "g.value=6", "g.value=-4"},
           {"gaugor:333|g\ngaugor:-10|g\ngaugor:+4|g", "gaugor.value=327", "gaugor.value=4"},
           {"g:-4|g", "g.value=-4", nullptr},
           {"g:5|g\ng:0|g\ng:-4|g", "g.value=-4", nullptr},
           {"g:+1|g|#a:b\ng:+1|g|#a:b\ng:+1|g|#a:c", "g.value=2 g.value=1", "g.value=1 g.value=1"},
           {"g:1e3|g", "g.value=1000", nullptr},
           {"g:0x10p0|g", "g.value=16", nullptr},
           {"g:.5|g", "g.value=0.5", nullptr},
           {"g:1_000|g", "g.value=1000", nullptr},
           {"g:99999999999999999999|g", "g.value=1e+20", nullptr},
           {"g:inf|g", "bad=1", "g.value=+Inf"},
           {"g:nan|g\ng:1e999|g\ng:|g\ng: 5|g\ng:\t5|g\ng:5 |g", "bad=6", nullptr},
           {"t:100|ms\nt:300|ms|@0.1",
            "t.min=100 t.max=300 t.count=11 t.per_second=1.1 t.mean=200 t.median=200 t.stddev=100 t.sum=400 t.sum_squares=100000 "
            "t.percentile_count_90=2 t.percentile_mean_90=200 t.percentile_sum_90=400 t.percentile_sum_squares_90=100000 "
            "t.percentile_upper_90=300",
            "t.count=2 t.per_second=0.2"},
           {"t:5|h",
            "t.min=5 t.max=5 t.count=1 t.per_second=0.1 t.mean=5 t.median=5 t.stddev=0 t.sum=5 t.sum_squares=25 "
            "t.percentile_count_90=1 t.percentile_mean_90=5 t.percentile_sum_90=5 t.percentile_sum_squares_90=25 "
            "t.percentile_upper_90=5",
            nullptr},
           {ten.c_str(),
            "t.min=1 t.max=100 t.count=10 t.per_second=1 t.mean=14.5 t.median=5.5 t.stddev=28.6051 t.sum=145 t.sum_squares=10285 "
            "t.percentile_count_90=9 t.percentile_mean_90=5 t.percentile_sum_90=45 t.percentile_sum_squares_90=285 "
            "t.percentile_upper_90=9",
            nullptr},
           {"t:1|ms\nt:2|ms\nt:3|ms\nt:4|ms\nt:-5|ms",
            "t.min=-5 t.max=4 t.count=5 t.per_second=0.5 t.mean=1 t.median=2 t.stddev=3.16228 t.sum=5 t.sum_squares=55 "
            "t.percentile_count_90=5 t.percentile_mean_90=1 t.percentile_sum_90=5 t.percentile_sum_squares_90=55 "
            "t.percentile_upper_90=4",
            nullptr},
           {"s:a|s\ns:b|s\ns:a|s\ns:|s", "s.value=3", nullptr},
           {"x:1|c|#env:prod,plain\nx:1|c|#plain,env:prod", "x.value=2 x.per_second=0.2", nullptr},
           {"x:1|c|@0.5|#b:2,a:1", "x.value=2 x.per_second=0.2", nullptr},
           {"x:1|c|#b:2,a:1|@0.5", "x.value=2 x.per_second=0.2", "a rate behind the tags is part of the last tag"},
           {"x:1|c|#", "x.value=1 x.per_second=0.1", nullptr},
           {"x:1|c\r\ny:1|c", "x.value=1 x.per_second=0.1 y.value=1 y.per_second=0.1", "bad=1 y.value=1 y.per_second=0.1"},
           {"\n\nx:1|c\n\n", "x.value=1 x.per_second=0.1", "empty lines are counted as bad"},
           {"_x:1|c", "_x.value=1 _x.per_second=0.1", "bad=1"},
           {"a/b c\td!\xC3\xA9:1|g", "a-b_c_d.value=1", nullptr},
           {"x:1|c|@0\ny:1|c|@-1", "bad=2", "the rate divides all the same"},
           {"x:1|c|@2", "x.value=0.5 x.per_second=0.05", "x.value=0 x.per_second=0"},
           {"\xC3\xA9:1|g", "bad=1", nullptr},
           {":1|g", "bad=1", nullptr},
           {"a:1", "bad=1", nullptr},
           {"a:1|", "bad=1", nullptr},
           {"a:1|x", "bad=1", nullptr},
           {"a:1|cc", "bad=1", nullptr},
           {"a:1|m", "a.value=1 a.per_second=0.1", "bad=1"},
           {"a:5|d",
            "a.min=5 a.max=5 a.count=1 a.per_second=0.1 a.mean=5 a.median=5 a.stddev=0 a.sum=5 a.sum_squares=25 "
            "a.percentile_count_90=1 a.percentile_mean_90=5 a.percentile_sum_90=5 a.percentile_sum_squares_90=25 "
            "a.percentile_upper_90=5",
            "bad=1"},
           {"a:1:2|c", "a.value=3 a.per_second=0.3", "bad=1"},
           {"a:1:2:3|c|@0.5|#x:y", "a.value=12 a.per_second=1.2", "bad=1"},
           {"a:1:x:3|c", "a.value=4 a.per_second=0.4 bad=1", "bad=1"},
           {"a:1|c:2|c|@0.5:3|c", "a.value=8 a.per_second=0.8", "bad=1"},
           {"a:1|c:x|c:3|zz:4|c", "a.value=5 a.per_second=0.5 bad=2", "bad=1"},
           {"a:1|c:7|g", "a.value=1 a.per_second=0.1 a.value=7", "bad=1"},
           {"s:a:b|s\ns:a|s:c|s", "s.value=3", "the first is a bad line"},
           {"x:1|c|c:in-abc123\nx:1|c|#a:b|c:ci-9,e:it\nx:1|c|e:cn-x|card:low", "x.value=2 x.per_second=0.2 x.value=1 x.per_second=0.1",
            "bad=3"},
           {"x:1|c|T1656581409", "bad=1", "bad=1"},
           {"x;env=prod;host=a:1|c\nx,host=a,env=prod:1|c\nx#env=prod,host=a:1|c\nx[env=prod,host=a]:1|c", "x.value=4 x.per_second=0.4",
            "the tags run into the name"},
           {"x[env=prod].y:1|c", "x.y.value=1 x.y.per_second=0.1", "the same"},
           {"x;a:1|c\ny,b:1|c\nz[c]:1|c", "xa.value=1 xa.per_second=0.1 yb.value=1 yb.per_second=0.1 zc.value=1 zc.per_second=0.1",
            nullptr},
           {"x:1|c \ny:1|c\t", "x.value=1 x.per_second=0.1 y.value=1 y.per_second=0.1", "bad=2"},
           {"c:1e308|c\nc:1e308|c\nd:1|c", "d.value=1 d.per_second=0.1", "the event cannot be encoded"},
           {"a:1|c|", "bad=1", nullptr},
           {"a:1|c||#a:1", "bad=1", nullptr},
           {"a:1|c|@", "bad=1", nullptr},
           {"", "", nullptr},
       }) {
    CAPTURE(std::string(r.datagram));
    Statsd s;
    statsd_feed(s, r.datagram, "127.0.0.1", 0);
    std::string got = told(statsd_flush(s, 10'000, 1, 10));
    if (s.bad > 0) got += (got.empty() ? "bad=" : " bad=") + std::to_string(s.bad);
    CHECK(got == std::string(r.points));
  }
}

TEST_CASE("tags come sorted, the sender last; a value keeps its colons") {
  Statsd s;
  statsd_feed(s, "x:1|g|#zone:a,b:c:d,,plain,:e,a:1,a:1", "127.0.0.1", 0);
  std::vector<MetricPoint> points = statsd_flush(s, 0, 1, 1);
  REQUIRE(points.size() == 1);
  std::string got;
  for (const MetricTag& t : points[0].tags) got += t.name + "=" + t.value + " ";
  CHECK(got == "=e a=1 a=1 b=c:d plain= zone=a s=127.0.0.1 ");
}

TEST_CASE("tags of every dialect are tags") {
  for (const char* line : {"x:1|g|#b:2,a:1", "x;a=1;b=2:1|g", "x,b=2,a=1:1|g", "x#a=1,b=2:1|g", "x[a=1,b=2]:1|g"}) {
    CAPTURE(std::string(line));
    Statsd s;
    statsd_feed(s, line, "127.0.0.1", 0);
    std::vector<MetricPoint> points = statsd_flush(s, 0, 1, 1);
    REQUIRE(points.size() == 1);
    std::string got = points[0].name;
    for (const MetricTag& t : points[0].tags) got += " " + t.name + "=" + t.value;
    CHECK(got == "x.value a=1 b=2 s=127.0.0.1");
  }
}

TEST_CASE("a gauge nobody set for long is not reported, and its next sign is about its value all the same") {
  Statsd s;
  statsd_feed(s, "g:333|g", "x", 0);
  CHECK(told(statsd_flush(s, 10, 1, 1)) == "g.value=333");
  CHECK(statsd_flush(s, kStatsdExpiryMs + 1, 1, 1).empty());
  statsd_feed(s, "g:-10|g", "x", kStatsdExpiryMs + 2);
  CHECK(told(statsd_flush(s, kStatsdExpiryMs + 3, 1, 1)) == "g.value=323");
  CHECK(statsd_flush(s, 3 * kStatsdExpiryMs, 1, 1).empty());
  for (size_t i = 0; i < kStatsdSeriesMax; i++) statsd_feed(s, "m" + std::to_string(i) + ":1|c", "x", 3 * kStatsdExpiryMs);
  CHECK(s.series.size() == kStatsdSeriesMax);  // what is remembered makes room
  CHECK(s.dropped == 0);
}

TEST_CASE("a set with more members than are kept has no value, rather than a wrong one") {
  Statsd s;
  for (size_t i = 0; i <= kStatsdValuesMax; i++) statsd_feed(s, "u:" + std::to_string(i) + "|s", "x", 0);
  CHECK(statsd_flush(s, 0, 1, 1).empty());
  CHECK(s.unsayable == 1);
  statsd_feed(s, "u:1|s", "x", 1);
  CHECK(told(statsd_flush(s, 1, 1, 1)) == "u.value=1");
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
  statsd_feed(s, "_e{1,2}:a|b\n_sc|Redis connection|2|#env:dev|m:timed out\n\n", "x", 0);
  CHECK(s.bad == 12);
  CHECK(s.others == 2);
  CHECK(s.first_bad == "novalue");
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
  statsd_feed(t, "m:-7|ms\nm:999|ms", "x", 0);  // beyond what is kept: sums and extremes know of it all the same
  std::vector<MetricPoint> points = statsd_flush(t, 0, 0, 1);
  CHECK(points[0].value == -7);
  CHECK(points[1].value == 999);
  CHECK(points[4].value == doctest::Approx(double(kStatsdValuesMax + 5 + 999 - 7) / double(kStatsdValuesMax + 7)));
}
