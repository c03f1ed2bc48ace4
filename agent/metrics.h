// agent/metrics.h - what a check's output says in numbers: five formats to points, and thresholds over points. Pure.
//
// Rules: agent-behaviour.md section 7, those of 6.9. A line or token that does not parse is skipped and counted; the
// rest is kept. Points whose value is infinite or no number are skipped too: JSON has no word for them, and the
// reference loses the whole event. Lines longer than kMetricLineMax and points beyond kMetricPointsMax are skipped.
#pragma once
#include <cstdint>
#include <string>

#include "common/types.h"

namespace picket {

inline constexpr size_t kMetricLineMax = 64u << 10;
inline constexpr size_t kMetricPointsMax = 20'000;

struct MetricsOptions {
  bool influx_escapes = false;  // honour `\ `, `\,` and `\=` in influxdb_line, as 6.10 and later do
};

struct MetricsExtracted {
  Metrics metrics;
  int skipped = 0;
  std::string first_skipped;  // why, and the line: "a timestamp is missing: cpu 5"; for the log
};

// An event carries `metrics` when the check names a format or handlers for them.
bool metrics_wanted(const CheckConfig& check);

// Points of check.output with the check's output_metric_tags; `now` (unix seconds) for lines without a time.
MetricsExtracted metrics_extract(const Check& check, int64_t now, const MetricsOptions& options = {});

// Judges event.metrics by check.output_metric_thresholds: sets check.status and adds the annotations. Does nothing when
// the check has failed already. A collector that printed nothing has not collected what a null_status waits for.
void metrics_judge(Event& event);

// ---- one function per format; also what the fuzz targets call ----
struct MetricsSink {
  const Check* check;
  int64_t now;
  MetricsOptions options;
  MetricsExtracted out;
};
void metrics_graphite(MetricsSink& sink);
void metrics_influx(MetricsSink& sink);
void metrics_opentsdb(MetricsSink& sink);
void metrics_nagios(MetricsSink& sink);
void metrics_prometheus(MetricsSink& sink);

void metrics_skip(MetricsSink& sink, const std::string& why, std::string_view line);
void metrics_point(MetricsSink& sink, MetricPoint point);

}  // namespace picket
