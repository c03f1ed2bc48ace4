#include "agent/metrics.h"

#include <doctest/doctest.h>

#include <set>

#include "common/go_number.h"
#include "tests/base/corpus.h"

using namespace picket;

// Points as text, one per line; the order of a point's tags is kept.
static std::string points_of(const char* format, const std::string& output, std::vector<MetricTag> tags = {}, MetricsOptions options = {}) {
  Check check;
  check.output_metric_format = format;
  check.output = output;
  check.executed = 77;
  check.output_metric_tags = std::move(tags);
  auto got = metrics_extract(check, 99, options);
  std::string text;
  for (auto& p : got.metrics.points) {
    text += p.name + "=" + go_float_f(p.value) + "@" + std::to_string(p.timestamp);
    for (auto& t : p.tags) text += " " + t.name + ":" + t.value;
    text += "\n";
  }
  return text + (got.skipped ? "skipped " + std::to_string(got.skipped) : "");
}

TEST_CASE("each format, line by line") {
  static const struct { const char *format, *output, *expected, *why; } kRows[] = {
      {"graphite_plaintext", "a 1 2\n", "a=1@2\n", "plain"},
      {"graphite_plaintext", " \n a 1 2 \n\n", "a=1@2\n", "white space around the output"},
      {"graphite_plaintext", "a 1 2\n\nb 3 4", "a=1@2\nb=3@4\nskipped 1", "an empty line in the middle"},
      {"graphite_plaintext", "a;k=v;l=w 1 2", "a=1@2 k:v l:w\n", "tags in the path"},
      {"graphite_plaintext", "a;k 1 2", "skipped 1", "a tag without value"},
      {"graphite_plaintext", "a  1 2", "skipped 1", "two blanks"},
      {"graphite_plaintext", "a 1e3 -5\nb 0x1p4 6\nc .5 +7", "a=1000@-5\nb=16@6\nc=0.5@7\n", "Go's numbers"},
      {"graphite_plaintext", "a inf 1\nb nan 1\nc 1e999 1\nd 1 1.5\ne 1 99999999999999999999", "skipped 5", "not finite, out of range"},
      {"graphite_plaintext", "a 1 5\r\nb 2 6\r\n", "a=1@5\nb=2@6\n", "carriage returns"},
      {"influxdb_line", "m,t=a f=1,g=2.5 1465839830100400200", "m.f=1@1465839830 t:a\nm.g=2.5@1465839830 t:a\n", "two fields, nanoseconds"},
      {"influxdb_line", "m f=1", "m.f=1@99\n", "no time: now"},
      {"influxdb_line", "m f=1i\nm f=\"x\"\nm f=true\nm\nm f=1 x\nm,t f=1\nm f=1=2\nm f", "skipped 8", "what is refused"},
      {"influxdb_line", "m f=1,g=x", "skipped 1", "one bad field takes the line"},
      {"influxdb_line", "a\\ b f=1", "skipped 1", "escapes are not honoured by 6.9"},
      {"opentsdb_line", "n 5 1.5 a=b c=d", "n=1.5@5 a:b c:d\n", "plain"},
      {"opentsdb_line", "n 1356998400123 1 a=b", "n=1@1356998400 a:b\n", "milliseconds"},
      {"opentsdb_line", "n 5 1\nn 5 x a=b\nn x 1 a=b\nn 5 1 a\nn 5 1 a=b=c", "skipped 5", "what is refused"},
      {"nagios_perfdata", "ok | a=1ms;2;3 b=-0.5% 'c'=1e3", "a=1@77\nb=-0.5@77\n'c'=13@77\n", "units, thresholds; letters are dropped"},
      {"nagios_perfdata", "ok", "skipped 1", "no perfdata"},
      {"nagios_perfdata", "ok | a=1 | b=2", "skipped 1", "two bars"},
      {"nagios_perfdata", "ok |  a=1   b=2\t", "a=1@77\nb=2@77\n", "several blanks"},
      {"nagios_perfdata", "ok | a=1 b=2\nc=3", "a=1@77\nskipped 1", "a second line sticks to the token"},
      {"nagios_perfdata", "ok | a=U b 1 c=1-2 d=", "skipped 5", "no number"},
      {"prometheus_text", "a 1\nb{x=\"y\",z=\"w\",} 2 3999\n", "a=1@99 prom_type:untyped\nb=2@3 x:y z:w prom_type:untyped\n", "labels and time"},
      {"prometheus_text", "# HELP a The \\\\ \\n.\n# TYPE a counter\na 1\n", "a=1@99 prom_type:counter prom_help:The \\ \n.\n", "comments"},
      {"prometheus_text", "# TYPE h histogram\nh_bucket{le=\"1.0\"} 2\nh_sum 3\nh_count 2\n", "h_bucket=2@99 le:1 prom_type:histogram\nh_sum=3@99 prom_type:histogram\nh_count=2@99 prom_type:histogram\n", "histogram"},
      {"prometheus_text", "a NaN\nb +Inf\nc 1\n", "c=1@99 prom_type:untyped\nskipped 2", "not finite"},
      {"prometheus_text", "good 1\nbad line here\nafter 2\n", "good=1@99 prom_type:untyped\nskipped 1", "reading stops at the first bad line"},
      {"prometheus_text", "a{x=\"\\\"\\\\\\n\"} 1", "a=1@99 x:\"\\\n prom_type:untyped\n", "escapes in label values, no newline at the end"},
      {"prometheus_text", "a{x=\"y} 1", "skipped 1", "open quote"},
      {"prometheus_text", "a{x=y} 1", "skipped 1", "no quotes"},
      {"prometheus_text", "a 1 2 3", "skipped 1", "too many words"},
      {"prometheus_text", "a 1\n# TYPE a counter\n", "a=1@99 prom_type:untyped\nskipped 1", "type after samples"},
      {"prometheus_text", "# a comment\n#\n\n  \na 1", "a=1@99 prom_type:untyped\n", "comments and blank lines"},
      {"", "a 1 2", "", "no format"},
      {"nonsense", "a 1 2", "", "unknown format"},
  };
  for (auto& r : kRows) {
    CAPTURE(r.format);
    CAPTURE(r.why);
    CHECK(points_of(r.format, r.output) == r.expected);
  }
}

TEST_CASE("a check's own tags: before the path's in graphite, behind elsewhere, instead of equal names in prometheus") {
  std::vector<MetricTag> tags = {{"env", "prod"}, {"code", "x"}};
  CHECK(points_of("graphite_plaintext", "a;k=v 1 2", tags) == "a=1@2 env:prod code:x k:v\n");
  CHECK(points_of("influxdb_line", "a,k=v f=1 2", tags) == "a.f=1@2 k:v env:prod code:x\n");
  CHECK(points_of("opentsdb_line", "a 2 1 k=v", tags) == "a=1@2 k:v env:prod code:x\n");
  CHECK(points_of("nagios_perfdata", "| a=1", tags) == "a=1@77 env:prod code:x\n");
  CHECK(points_of("prometheus_text", "a{code=\"1\"} 1", tags) == "a=1@99 code:x prom_type:untyped env:prod\n");
}

TEST_CASE("influx escapes, where they are asked for") {
  MetricsOptions escapes;
  escapes.influx_escapes = true;
  CHECK(points_of("influxdb_line", "esc\\ aped,t=a\\ b,u=x\\,y v=1 1465839830\nm,t=a\\=b f=2 1465839830", {}, escapes) ==
        "esc aped.v=1@1465839830 t:a b u:x,y\nm.f=2@1465839830 t:a=b\n");
}

TEST_CASE("limits: long lines and many points") {
  CHECK(points_of("graphite_plaintext", std::string(kMetricLineMax + 1, 'x') + " 1 2\na 1 2") == "a=1@2\nskipped 1");
  std::string many;
  for (size_t i = 0; i < kMetricPointsMax + 5; i++) many += "a 1 2\n";
  Check check;
  check.output_metric_format = "graphite_plaintext";
  check.output = many;
  auto got = metrics_extract(check, 0);
  CHECK(got.metrics.points.size() == kMetricPointsMax);
  CHECK(got.skipped == 5);
  CHECK(got.first_skipped == "too many points: a");
}

TEST_CASE("every format is fed its examples cut short at every length") {
  std::string text =
      "# HELP a b\\n\n# TYPE a histogram\na_bucket{le=\"0.1\",x=\"\\\"\"} 2 3\nm,t=a\\ b f=1 5\nn 5 1 a=b\nx;k=v 1 2 | "
      "l=1;2 k=v";
  for (const char* format : {"graphite_plaintext", "influxdb_line", "opentsdb_line", "nagios_perfdata", "prometheus_text"})
    for (size_t n = 0; n <= text.size(); n++) {
      (void)points_of(format, text.substr(0, n));
      (void)points_of(format, text.substr(n));
    }
}

// Points with their tags as sets: the reference writes prometheus points and tags in any order.
static std::multiset<std::string> point_set(const Metrics& m) {
  std::multiset<std::string> all;
  for (MetricPoint p : m.points) {
    std::sort(p.tags.begin(), p.tags.end(), [](auto& a, auto& b) { return a.name < b.name; });
    Metrics one;
    one.points.push_back(p);
    all.insert(encode(one));
  }
  return all;
}

TEST_CASE("the outputs recorded from 6.9.2 give the points recorded") {
  int compared = 0;
  for (auto& path : corpus_files("agent-wire", ".jsonl")) {
    if (path.find("6.9.2--") == path.npos) continue;
    for (auto& m : wire_messages(path)) {
      if (m.type != "event") continue;
      auto e = decode<Event>(m.payload);
      bool checked = e.ok() && e.value.check && e.value.metrics && e.value.entity && e.value.entity->sensu_agent_version == "6.9.2" &&
          metrics_wanted(*e.value.check);  // not one posted to the agent's API
      if (!checked) continue;
      const Check& check = *e.value.check;
      CAPTURE(check.output);
      auto got = metrics_extract(check, check.executed);
      CHECK(point_set(got.metrics) == point_set(*e.value.metrics));
      if (check.output_metric_format != "prometheus_text") CHECK(encode(got.metrics) == encode(*e.value.metrics));
      compared++;
    }
  }
  CHECK(compared > 15);
  MESSAGE(compared << " outputs compared");
}

TEST_CASE("the thresholds recorded from 6.9.2 give the status and the annotations recorded") {
  int judged = 0;
  for (auto& m : wire_messages(corpus_path("agent-wire/6.9.2--check-fields.jsonl"))) {
    auto e = decode<Event>(m.payload);
    if (m.type != "event" || !e.ok() || !e.value.check || e.value.check->output_metric_thresholds.empty()) continue;
    Event again = e.value;
    again.check->status = 0;
    again.metadata.annotations.clear();
    metrics_judge(again);
    CHECK(again.check->status == e.value.check->status);
    CHECK(again.metadata.annotations == e.value.metadata.annotations);
    judged++;
  }
  CHECK(judged > 0);
}

TEST_CASE("processing/metric-thresholds.json") {
  std::string suite = file_text(corpus_path("processing/metric-thresholds.json"));
  int run = 0;
  for (std::string_view c : json_items(json_at(suite, {"cases"})).value) {
    std::string_view expected = json_at(c, {"expected", "6"});
    if (expected.empty()) expected = json_at(c, {"expected", "all"});
    if (expected.empty()) continue;
    CAPTURE(std::string(c));
    Event event;
    event.check.emplace();
    auto thresholds = decode<Check>(JsonObject().add_raw("output_metric_thresholds", json_at(c, {"output_metric_thresholds"})).done());
    REQUIRE(thresholds.ok());
    event.check = thresholds.value;
    event.check->status = json_uint32(json_at(c, {"check_status"})).value;
    auto metrics = decode<Metrics>(JsonObject().add_raw("points", json_at(c, {"points"})).done());
    REQUIRE(metrics.ok());
    event.metrics = metrics.value;
    metrics_judge(event);
    CHECK(event.check->status == json_uint32(json_at(expected, {"status"})).value);
    auto annotations = json_string_map(json_at(expected, {"annotations"}));
    CHECK(event.metadata.annotations == annotations.value);
    run++;
  }
  CHECK(run > 0);
}

TEST_CASE("thresholds: tags, rules without number, several points") {
  Event event;
  event.check.emplace();
  event.metrics.emplace();
  event.metrics->points = {{"disk", 90, 0, {{"mount", "/"}, {"fs", "ext4"}}},
                           {"disk", 2'500'000, 0, {{"mount", "/var"}}}};
  event.check->output_metric_thresholds = {
      {"disk", {{"mount", "/"}, {"fs", "ext4"}}, {{"x", "1", 2}, {"", "80", 1}}, 0}};
  metrics_judge(event);
  CHECK(event.check->status == 1);
  CHECK(event.metadata.annotations["sensu.io/output_metric_thresholds/disk./.ext4/max/warning"] ==
        "The value of disk (mount=/,fs=ext4) exceeded the configured threshold (max: 80, actual: 90).");
}

TEST_CASE("a collector without a single point has not collected what a null_status waits for") {
  struct { const char *format, *output; uint32_t null_status, before, after; const char* why; } rows[] = {
      {"prometheus_text", "", 2, 0, 2, "the exporter is down: nothing is printed"},
      {"prometheus_text", "# HELP up whether it runs\n", 2, 0, 2, "only comments"},
      {"nagios_perfdata", "OK - no perfdata", 1, 0, 1, "text without perfdata"},
      {"graphite_plaintext", "\n\n", 3, 0, 3, "empty lines"},
      {"influxdb_line", "no line at all", 2, 0, 2, "what cannot be read"},
      {"prometheus_text", "other 1\n", 2, 0, 2, "other metrics only"},
      {"prometheus_text", "up 1\n", 2, 0, 0, "it is there"},
      {"prometheus_text", "", 0, 0, 0, "nobody waits for it"},
      {"prometheus_text", "", 2, 1, 1, "a check that failed by itself keeps its status"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    Event event;
    event.check.emplace();
    event.check->output_metric_format = r.format;
    event.check->output = r.output;
    event.check->status = r.before;
    event.check->output_metric_thresholds = {{"up", {}, {{"1", "", 2}}, r.null_status}};
    event.metrics = metrics_extract(*event.check, 77).metrics;
    metrics_judge(event);
    CHECK(event.check->status == r.after);
  }
}
