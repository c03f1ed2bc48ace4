#include "metrics.h"

#include <cmath>

namespace picket {

static const struct {
  const char* format;
  void (*extract)(MetricsSink&);
} kFormats[] = {
    {"graphite_plaintext", metrics_graphite}, {"influxdb_line", metrics_influx},       {"opentsdb_line", metrics_opentsdb},
    {"nagios_perfdata", metrics_nagios},      {"prometheus_text", metrics_prometheus},
};

bool metrics_wanted(const CheckConfig& check) { return !check.output_metric_format.empty() || !check.output_metric_handlers.empty(); }

MetricsExtracted metrics_extract(const Check& check, int64_t now, const MetricsOptions& options) {
  MetricsSink sink{&check, now, options, {}};
  sink.out.metrics.handlers = check.output_metric_handlers;
  for (auto& row : kFormats)
    if (check.output_metric_format == row.format) row.extract(sink);
  return std::move(sink.out);
}

void metrics_skip(MetricsSink& sink, const std::string& why, std::string_view line) {
  if (sink.out.skipped++ == 0) sink.out.first_skipped = why + ": " + std::string(line.substr(0, 100));
}

void metrics_point(MetricsSink& sink, MetricPoint point) {
  if (!std::isfinite(point.value)) return metrics_skip(sink, "a value is not finite", point.name);
  if (sink.out.metrics.points.size() >= kMetricPointsMax) return metrics_skip(sink, "too many points", point.name);
  sink.out.metrics.points.push_back(std::move(point));
}

}  // namespace picket
