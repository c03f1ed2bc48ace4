// tests/fuzz/perfdata.cc - any text in a report: one '|' at most, no control characters but line ends, and readers get back the
// figures that went in.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "agent/metrics/metrics.h"
#include "checks/judge/report.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  std::string first = text.substr(0, size / 2), second = text.substr(size / 2);
  Report report;
  report.summary = first;
  report.details = {second, first};
  report.perf = {{second, double(size), "B", {}, NAN, NAN, "thing", first}, {"plain", 42, "s"}};
  ReportStyle style;
  style.verbose = size % 2;
  std::string printed = report_print("fuzz", report, style);
  if (std::count(printed.begin(), printed.end(), '|') != 1) std::abort();
  for (char c : printed)
    if (static_cast<unsigned char>(c) < ' ' && c != '\n') std::abort();
  Event event;
  event.check.emplace();
  event.check->output = printed;
  event.check->output_metric_format = "nagios_perfdata";
  Metrics metrics = metrics_extract(*event.check, 1700000000).metrics;
  bool found = false;
  for (const MetricPoint& p : metrics.points) found |= p.name == "plain" && p.value == 42;
  if (!found) std::abort();
  for (ReportFormat format : {ReportFormat::prometheus, ReportFormat::influx}) {
    style.format = format;
    (void)report_print(first, report, style);
  }
  return 0;
}
