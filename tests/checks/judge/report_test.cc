// tests/checks/judge/report_test.cc - a report as its line, its details and its perfdata.
#include <doctest/doctest.h>

#include "checks/judge/report.h"

using namespace picket;

TEST_CASE("numbers never have an exponent") {
  struct Row { double value; const char* text; };
  for (const Row& r : {Row{0, "0"},
                       {-0.0, "0"},
                       {1, "1"},
                       {0.1, "0.1"},
                       {1e15, "1000000000000000"},
                       {1.0 / 3, "0.333333"},
                       {-2.5, "-2.5"},
                       {1e-9, "0"},
                       {NAN, "U"},
                       {INFINITY, "U"},
                       {28648833024.0, "28648833024"}})
    CHECK(number_text(r.value) == r.text);
}

TEST_CASE("perfdata: labels in quotes where needed, ranges and bounds, U for what is not known") {
  CHECK(perf_print({"time", 0.25, "s", limits_parse("1", "2").value, 0, 10}) == "time=0.25s;1;2;0;10");
  CHECK(perf_print({"used", 5}) == "used=5");
  CHECK(perf_print({"used", NAN, "B", {}, 0}) == "used=U;;;0");
  CHECK(perf_print({"used", 5, "%", limits_parse("", "@1:2").value}) == "used=5%;;@1:2");
  CHECK(perf_print({"used", 1, "B", {}, NAN, NAN, "mount", "/my data"}) == "'/my data_used'=1B");
  CHECK(perf_print({"it's a=b|c", 1}) == "'it''s a_b_c'=1");
  CHECK(perf_print({"", 1}) == "''=1");
}

static Report sample() {
  Report r;
  r.state = CheckState::warning;
  r.summary = "two | three\nfour";
  r.details = {"/ is fine", "/var\x01is not"};
  r.perf = {{"used", 10, "B", limits_parse("5", "").value, 0, NAN, "mount", "/"}, {"free", NAN, "B", {}, NAN, NAN, "mount", "/"},
            {"used", 30, "B", {}, NAN, NAN, "mount", "/a b,c=\"d"}, {"time", 1.5, "s"}};
  return r;
}

TEST_CASE("one '|' in all of the text, and the figures after it") {
  CHECK(report_print("disk", sample(), {}) ==
        "DISK WARNING: two / three four | /_used=10B;5;;0 /_free=U '/a b,c_\"d_used'=30B time=1.5s\n");
  ReportStyle verbose;
  verbose.verbose = true;
  CHECK(report_print("disk", sample(), verbose) ==
        "DISK WARNING: two / three four\n/ is fine\n/var is not | /_used=10B;5;;0 /_free=U '/a b,c_\"d_used'=30B time=1.5s\n");
}

TEST_CASE("Prometheus: base units in the names, labels escaped") {
  ReportStyle style;
  style.format = ReportFormat::prometheus;
  CHECK(
      report_print("disk-io", sample(), style) ==
      "# DISK-IO WARNING: two / three four\npicket_check_status{check=\"disk-io\"} 1\npicket_disk_io_used_bytes{mount=\"/\"} 10\n"
      "picket_disk_io_free_bytes{mount=\"/\"} NaN\npicket_disk_io_used_bytes{mount=\"/a b,c=\\\"d\"} 30\npicket_disk_io_time_seconds 1.5\n");
}

TEST_CASE("InfluxDB: one line for the figures of one thing") {
  ReportStyle style;
  style.format = ReportFormat::influx;
  style.unix_ns = 7;
  CHECK(report_print("disk", sample(), style) ==
        "disk status=1 7\ndisk,mount=/ used=10 7\ndisk,mount=/a\\ b\\,c\\=\"d used=30 7\ndisk time=1.5 7\n");
}

TEST_CASE("texts have bounds") {
  Report r = report_unknown(std::string(10'000, 'x'));
  r.always_details = true;
  r.details.assign(1000, "line");
  std::string text = report_print("x", r, {});
  CHECK(text.size() < kSummaryMax + 100 + kDetailsMax * 6);
  CHECK(text.find("and 800 more\n") != std::string::npos);
}

TEST_CASE("bytes and spans for people") {
  CHECK(bytes_text(0) == "0 B");
  CHECK(bytes_text(1536) == "1.5 KiB");
  CHECK(bytes_text(3.0 * (1u << 30)) == "3.0 GiB");
  CHECK(span_text(0.0005) == "500 us");
  CHECK(span_text(0.25) == "250 ms");
  CHECK(span_text(1.5) == "1.5 s");
  CHECK(span_text(90) == "1 min 30 s");
  CHECK(span_text(90000) == "1 d 1 h");
  CHECK(span_text(-90) == "-1 min 30 s");
}
