// The four formats of plain words: graphite, influx, opentsdb, nagios. Words are split at single blanks, as the
// reference does: two blanks make an empty word, and so a wrong count.
#include "common/go_number.h"
#include "metrics.h"

namespace picket {

using Words = std::vector<std::string_view>;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }

static std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

static Words split(std::string_view text, char at) {
  Words words;
  for (size_t next; (next = text.find(at)) != text.npos; text.remove_prefix(next + 1)) words.push_back(text.substr(0, next));
  words.push_back(text);
  return words;
}

// Calls `read` for each line of the output without the white space around it.
static void each_line(MetricsSink& sink, void (*read)(MetricsSink&, std::string_view)) {
  std::string_view text = trimmed(sink.check->output);
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.size() > kMetricLineMax) metrics_skip(sink, "a line is too long", line);
    else read(sink, line);
  }
}

static void add_tags(std::vector<MetricTag>& tags, const std::vector<MetricTag>& more) {
  tags.insert(tags.end(), more.begin(), more.end());
}

// name=value with exactly one '='.
static bool read_tag(std::string_view word, std::vector<MetricTag>& tags) {
  Words parts = split(word, '=');
  if (parts.size() != 2) return false;
  tags.push_back({std::string(parts[0]), std::string(parts[1])});
  return true;
}

// ---- graphite: path[;tag=value...] value timestamp ----

static void graphite_line(MetricsSink& sink, std::string_view line) {
  Words words = split(line, ' ');
  MetricPoint point;
  if (words.size() != 3) return metrics_skip(sink, "graphite takes three words, PATH VALUE TIME", line);
  if (!go_float_parse(words[1], &point.value)) return metrics_skip(sink, "the value is no number", line);
  if (!go_int_parse(words[2], &point.timestamp)) return metrics_skip(sink, "the time is no integer", line);
  Words path = split(words[0], ';');
  point.name = path[0];
  point.tags = sink.check->output_metric_tags;
  for (size_t i = 1; i < path.size(); i++)
    if (!read_tag(path[i], point.tags)) return metrics_skip(sink, "a tag is not NAME=VALUE", line);
  metrics_point(sink, std::move(point));
}

void metrics_graphite(MetricsSink& sink) { each_line(sink, graphite_line); }

// ---- influx: measurement[,tag=value...] field=value[,field=value...] [timestamp] ----

// Splits at `at` where it is not escaped; without escapes, everywhere.
static std::vector<std::string> split_escaped(const MetricsSink& sink, std::string_view text, char at) {
  std::vector<std::string> words(1);
  for (size_t i = 0; i < text.size(); i++) {
    bool escaped = sink.options.influx_escapes && text[i] == '\\' && i + 1 < text.size();
    if (escaped) words.back() += text[i], words.back() += text[++i];
    else if (text[i] == at) words.emplace_back();
    else words.back() += text[i];
  }
  return words;
}

static std::string unescaped(const MetricsSink& sink, const std::string& text) {
  if (!sink.options.influx_escapes) return text;
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '\\' && i + 1 < text.size()) i++;
    out += text[i];
  }
  return out;
}

static bool influx_pair(const MetricsSink& sink, const std::string& word, std::string& name, std::string& value) {
  std::vector<std::string> parts = split_escaped(sink, word, '=');
  if (parts.size() != 2) return false;
  name = unescaped(sink, parts[0]);
  value = unescaped(sink, parts[1]);
  return true;
}

static bool influx_fields(MetricsSink& sink, const std::string& fields, const MetricPoint& base, std::vector<MetricPoint>& points) {
  for (const std::string& field : split_escaped(sink, fields, ',')) {
    MetricPoint point = base;
    std::string name, value;
    if (!influx_pair(sink, field, name, value) || !go_float_parse(value, &point.value)) return false;
    point.name += "." + name;
    points.push_back(std::move(point));
  }
  return true;
}

static void influx_line(MetricsSink& sink, std::string_view line) {
  std::vector<std::string> words = split_escaped(sink, line, ' ');
  if (words.size() != 2 && words.size() != 3) return metrics_skip(sink, "influx takes MEASUREMENT FIELDS [TIME]", line);
  MetricPoint base;
  base.timestamp = sink.now;
  std::vector<std::string> head = split_escaped(sink, words[0], ',');
  base.name = unescaped(sink, head[0]);
  for (size_t i = 1; i < head.size(); i++) {
    base.tags.emplace_back();
    if (!influx_pair(sink, head[i], base.tags.back().name, base.tags.back().value))
      return metrics_skip(sink, "a tag is not NAME=VALUE", line);
  }
  add_tags(base.tags, sink.check->output_metric_tags);
  // Seconds, whatever the resolution: the first ten digits.
  if (words.size() == 3 && !go_int_parse(std::string_view(words[2]).substr(0, 10), &base.timestamp))
    return metrics_skip(sink, "the time is no integer", line);
  std::vector<MetricPoint> points;
  if (!influx_fields(sink, words[1], base, points)) return metrics_skip(sink, "a field is not NAME=NUMBER", line);
  for (MetricPoint& point : points) metrics_point(sink, std::move(point));
}

void metrics_influx(MetricsSink& sink) { each_line(sink, influx_line); }

// ---- opentsdb: name timestamp value tag=value... ----

static void opentsdb_line(MetricsSink& sink, std::string_view line) {
  Words words = split(line, ' ');
  MetricPoint point;
  if (words.size() < 4) return metrics_skip(sink, "opentsdb takes NAME TIME VALUE TAG=VALUE...", line);
  if (!go_int_parse(words[1], &point.timestamp)) return metrics_skip(sink, "the time is no integer", line);
  if (!go_float_parse(words[2], &point.value)) return metrics_skip(sink, "the value is no number", line);
  if (words[1].size() == 13) point.timestamp /= 1000;
  point.name = words[0];
  for (size_t i = 3; i < words.size(); i++)
    if (!read_tag(words[i], point.tags)) return metrics_skip(sink, "a tag is not NAME=VALUE", line);
  add_tags(point.tags, sink.check->output_metric_tags);
  metrics_point(sink, std::move(point));
}

void metrics_opentsdb(MetricsSink& sink) { each_line(sink, opentsdb_line); }

// ---- nagios: text | label=value[unit][;warn;crit;min;max] ... ----

static void nagios_token(MetricsSink& sink, std::string_view token) {
  Words parts = split(token.substr(0, token.find(';')), '=');
  if (parts.size() != 2) return metrics_skip(sink, "not LABEL=VALUE", token);
  std::string digits;
  for (char c : parts[1])
    if ((c >= '0' && c <= '9') || c == '-' || c == '.') digits += c;
  MetricPoint point{std::string(parts[0]), 0, sink.check->executed, sink.check->output_metric_tags};
  if (!go_float_parse(digits, &point.value)) return metrics_skip(sink, "the value is no number", token);
  metrics_point(sink, std::move(point));
}

void metrics_nagios(MetricsSink& sink) {
  Words parts = split(sink.check->output, '|');
  if (parts.size() != 2) return metrics_skip(sink, "nagios perfdata takes exactly one '|'", sink.check->output);
  for (std::string_view token : split(trimmed(parts[1]), ' ')) {
    token = trimmed(token);
    if (!token.empty()) nagios_token(sink, token);
  }
}

}  // namespace picket
