// agent/metrics/lines.cc - the two formats of plain words: graphite and opentsdb.
#include "common/template/go_number.h"
#include "agent/metrics/metrics.h"

namespace picket {

using Words = std::vector<std::string_view>;

static bool time_parse(std::string_view text, int64_t* seconds) {
  int64_t time = 0;
  if (!go_int_parse(text, &time)) return metrics_seconds_parse(text, seconds);
  *seconds = metrics_seconds(time);
  return true;
}

// ---- graphite: path[;tag=value...] value timestamp ----

static Words split(std::string_view text, char at) {
  Words words;
  for (size_t next; (next = text.find(at)) != text.npos; text.remove_prefix(next + 1)) words.push_back(text.substr(0, next));
  words.push_back(text);
  return words;
}

static bool graphite_path(std::string_view path, MetricPoint& point) {
  const Words parts = split(path, ';');
  point.name = parts[0];
  for (size_t i = 1; i < parts.size(); i++) {
    const size_t equals = parts[i].find('=');
    if (equals == parts[i].npos || equals == 0) return false;
    point.tags.push_back({std::string(parts[i].substr(0, equals)), std::string(parts[i].substr(equals + 1))});
  }
  return true;
}

static void graphite_line(MetricsSink& sink, std::string_view line) {
  const Words words = metrics_words(line);
  MetricPoint point;
  if (words.size() != 3) return metrics_skip(sink, "expected PATH VALUE TIME", line);
  if (!go_float_parse(words[1], &point.value)) return metrics_skip(sink, "the value is not a number", line);
  if (!time_parse(words[2], &point.timestamp)) return metrics_skip(sink, "the timestamp is not a number", line);
  if (point.timestamp == -1) point.timestamp = sink.now;  // carbon's word for now
  point.tags = sink.check->output_metric_tags;
  if (!graphite_path(words[0], point)) return metrics_skip(sink, "invalid tag: expected NAME=VALUE", line);
  metrics_point(sink, std::move(point));
}

void metrics_graphite(MetricsSink& sink) { metrics_each_line(sink, graphite_line); }

// ---- opentsdb: [put] name timestamp value tag=value... ----

static bool opentsdb_tag(std::string_view word, std::vector<MetricTag>& tags) {
  const Words parts = split(word, '=');
  if (parts.size() != 2 || parts[0].empty()) return false;
  tags.push_back({std::string(parts[0]), std::string(parts[1])});
  return true;
}

// The command of its telnet port stands before the same words; a metric may be called so as well.
static void put_drop(Words& words) {
  int64_t time;
  if (words.size() > 4 && words[0] == "put" && !time_parse(words[1], &time)) words.erase(words.begin());
}

static void opentsdb_line(MetricsSink& sink, std::string_view line) {
  Words words = metrics_words(line);
  put_drop(words);
  MetricPoint point;
  if (words.size() < 4) return metrics_skip(sink, "expected NAME TIME VALUE TAG=VALUE...", line);
  if (!time_parse(words[1], &point.timestamp)) return metrics_skip(sink, "the timestamp is not a number", line);
  if (!go_float_parse(words[2], &point.value)) return metrics_skip(sink, "the value is not a number", line);
  point.name = words[0];
  for (size_t i = 3; i < words.size(); i++)
    if (!opentsdb_tag(words[i], point.tags)) return metrics_skip(sink, "invalid tag: expected NAME=VALUE", line);
  metrics_tags_add(point.tags, sink.check->output_metric_tags);
  metrics_point(sink, std::move(point));
}

void metrics_opentsdb(MetricsSink& sink) { metrics_each_line(sink, opentsdb_line); }

}  // namespace picket
