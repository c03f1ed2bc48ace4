// tests/fuzz/metrics.cc - any text as the output of a check, in the format this program was built for (FORMAT): points JSON can
// say, within the
// limits, and thresholds over them.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "agent/metrics/metrics.h"

using namespace picket;

static void extract(Event& event) {
  event.metrics = metrics_extract(*event.check, 1700000000).metrics;
  if (event.metrics->points.size() > kMetricPointsMax) std::abort();
  for (const MetricPoint& p : event.metrics->points)
    if (!std::isfinite(p.value) || p.name.empty()) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Event event;
  event.check.emplace();
  event.check->output.assign(reinterpret_cast<const char*>(data), size);
  event.check->output_metric_format = FORMAT;
  event.check->output_metric_tags = {{"a", "b"}};
  event.check->output_metric_thresholds = {{"a", {}, {{"1", "5", 1}, {"x", "", 2}}, 3}};
  extract(event);
  metrics_judge(event);
  if (!decode<Event>(encode(event)).ok()) std::abort();
  return 0;
}
