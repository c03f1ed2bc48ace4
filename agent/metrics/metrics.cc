// agent/metrics/metrics.cc - what the five formats share: when an event has metrics, and how a point is taken or skipped.
#include "agent/metrics/metrics.h"

#include <cmath>

#include "common/template/go_number.h"

namespace picket {

static const struct {
  const char* format;
  void (*extract)(MetricsSink&);
} kFormats[] = {
    {"graphite_plaintext", metrics_graphite}, {"influxdb_line", metrics_influx},       {"opentsdb_line", metrics_opentsdb},
    {"nagios_perfdata", metrics_nagios},      {"prometheus_text", metrics_prometheus},
};

static constexpr size_t kTextShown = 100;  // of a line that was ignored

bool metrics_wanted(const CheckConfig& check) { return !check.output_metric_format.empty() || !check.output_metric_handlers.empty(); }

MetricsExtracted metrics_extract(const Check& check, int64_t now) {
  MetricsSink sink{&check, now, {}};
  sink.out.metrics.handlers = check.output_metric_handlers;
  for (auto& row : kFormats)
    if (check.output_metric_format == row.format) row.extract(sink);
  return std::move(sink.out);
}

void metrics_skip(MetricsSink& sink, std::string_view why, std::string_view line) {
  if (sink.out.skipped++ > 0) return;
  sink.out.first_why = why;
  sink.out.first_text = line.substr(0, kTextShown);
}

static size_t size_of(const MetricPoint& point) {
  size_t size = point.name.size();
  for (const MetricTag& tag : point.tags) size += tag.name.size() + tag.value.size();
  return size;
}

void metrics_point(MetricsSink& sink, MetricPoint point) {
  if (point.name.empty()) return metrics_skip(sink, "metric name missing", "");
  if (!std::isfinite(point.value)) return metrics_skip(sink, "value is not finite", point.name);
  const size_t size = size_of(point);
  if (sink.out.metrics.points.size() >= kMetricPointsMax || sink.bytes + size > kMetricBytesMax)
    return metrics_skip(sink, "too many points", point.name);
  sink.bytes += size;
  sink.out.metrics.points.push_back(std::move(point));
}

void metrics_tags_add(std::vector<MetricTag>& tags, const std::vector<MetricTag>& more) {
  tags.insert(tags.end(), more.begin(), more.end());
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }

std::string_view metrics_trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

void metrics_each_line(MetricsSink& sink, void (*read)(MetricsSink&, std::string_view)) {
  std::string_view text = sink.check->output;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = metrics_trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.size() > kMetricLineMax) metrics_skip(sink, "line too long", line);
    else if (!line.empty()) read(sink, line);
  }
}

std::vector<std::string_view> metrics_words(std::string_view line) {
  std::vector<std::string_view> words;
  for (size_t i = 0; i < line.size();) {
    const size_t begin = i;
    while (i < line.size() && !is_blank(line[i])) i++;
    if (i > begin) words.push_back(line.substr(begin, i - begin));
    while (i < line.size() && is_blank(line[i])) i++;
  }
  return words;
}

static int64_t floor_divided(int64_t value, int64_t by) { return value / by - (value % by < 0); }

int64_t metrics_seconds(int64_t time) {
  const uint64_t size = time < 0 ? 0 - uint64_t(time) : uint64_t(time);
  if (size >= 100'000'000'000'000'000) return floor_divided(time, 1'000'000'000);
  if (size >= 100'000'000'000'000) return floor_divided(time, 1'000'000);
  if (size >= 100'000'000'000) return floor_divided(time, 1'000);
  return time;
}

bool metrics_seconds_parse(std::string_view text, int64_t* seconds) {
  double value = 0;
  if (!go_float_parse(text, &value) || !(std::fabs(value) < 1e11)) return false;
  *seconds = int64_t(std::floor(value));
  return true;
}

}  // namespace picket
