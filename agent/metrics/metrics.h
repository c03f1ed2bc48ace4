// agent/metrics/metrics.h - what a check's output says in numbers: five formats to points, and thresholds over points. Pure.
//
// Each format is read as its producers define it (Nagios plugin guidelines, carbon, OpenTSDB, Influx line protocol, Prometheus text
// 0.0.4 and OpenMetrics); where the reference reads less, docs/COMPATIBILITY.md says so. Only what cannot be read is ignored
// (a line, a label, a field) and counted; the rest is kept. A value that would be wrong is no value: points that are infinite or no
// number (JSON has no word for them, and the reference loses the whole event), lines longer than kMetricLineMax, points beyond
// kMetricPointsMax or kMetricBytesMax are ignored, too.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/types/types.h"

namespace picket {

inline constexpr size_t kMetricLineMax = 64u << 10;
inline constexpr size_t kMetricPointsMax = 20'000;
inline constexpr size_t kMetricBytesMax = 8u << 20;  // names and tags of all points: no message carries more

struct MetricsExtracted {
  Metrics metrics;
  int skipped = 0;
  std::string first_why, first_text;  // of the first that was ignored: "the value is no number" and its line, for the log
};

// An event carries `metrics` when the check names a format or handlers for them.
bool metrics_wanted(const CheckConfig& check);

// Points of check.output with the check's output_metric_tags; `now` (unix seconds) for lines without a time.
MetricsExtracted metrics_extract(const Check& check, int64_t now);

// Judges event.metrics by check.output_metric_thresholds: sets check.status and adds the annotations. Does nothing when
// the check has failed already. A collector that printed nothing has not collected what a null_status waits for.
void metrics_judge(Event& event);

// ---- one function per format ----
struct MetricsSink {
  const Check* check;
  int64_t now;
  MetricsExtracted out;
  size_t bytes = 0;
};
void metrics_graphite(MetricsSink& sink);
void metrics_influx(MetricsSink& sink);
void metrics_opentsdb(MetricsSink& sink);
void metrics_nagios(MetricsSink& sink);
void metrics_prometheus(MetricsSink& sink);

// ---- between them ----
void metrics_skip(MetricsSink& sink, std::string_view why, std::string_view line);
void metrics_point(MetricsSink& sink, MetricPoint point);
void metrics_tags_add(std::vector<MetricTag>& tags, const std::vector<MetricTag>& more);
// Calls `read` for each line that is not empty, without the white space around it.
void metrics_each_line(MetricsSink& sink, void (*read)(MetricsSink&, std::string_view));
std::string_view metrics_trimmed(std::string_view text);
std::vector<std::string_view> metrics_words(std::string_view line);  // between blanks and tabs, however many
// Unix seconds of a time whose unit nobody says: 10 digits are seconds, 13 milli-, 16 micro-, 19 nanoseconds.
int64_t metrics_seconds(int64_t time);
// A time in seconds that may have a fraction.
bool metrics_seconds_parse(std::string_view text, int64_t* seconds);

}  // namespace picket
