// agent/metrics/influx.cc - influx line protocol: measurement[,tag=value...] field=value[,field=value...] [timestamp]
//
// A backslash takes the meaning from `,` ` ` and `=`, elsewhere it is itself. Numbers, integers (1i, 1u) and truths (1 and 0) become
// points, one a field; a field that holds text is ignored, the others are kept.
#include <algorithm>
#include <cmath>

#include "common/template/go_number.h"
#include "agent/metrics/metrics.h"

namespace picket {

struct InfluxLine {
  std::string_view rest;
  const char* why = nullptr;  // the line cannot be used
};

static bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Up to the first of `ends` that is not escaped; `escapable` is what a backslash may stand before.
static std::string take_name(InfluxLine& line, std::string_view ends, std::string_view escapable) {
  std::string name;
  size_t i = 0;
  for (; i < line.rest.size() && ends.find(line.rest[i]) == ends.npos; i++) {
    if (line.rest[i] == '\\' && i + 1 < line.rest.size() && escapable.find(line.rest[i + 1]) != escapable.npos) i++;
    name += line.rest[i];
  }
  line.rest.remove_prefix(i);
  return name;
}

static bool take(InfluxLine& line, char c) {
  if (line.rest.empty() || line.rest[0] != c) return false;
  line.rest.remove_prefix(1);
  return true;
}

static std::vector<MetricTag> take_tags(InfluxLine& line) {
  std::vector<MetricTag> tags;
  while (take(line, ',')) {
    MetricTag tag;
    tag.name = take_name(line, ",= ", ",= ");
    if (tag.name.empty() || !take(line, '=')) return line.why = "invalid tag: expected NAME=VALUE", tags;
    tag.value = take_name(line, ",= ", ",= ");
    if (!line.rest.empty() && line.rest[0] == '=') return line.why = "invalid tag: expected NAME=VALUE", tags;
    tags.push_back(std::move(tag));
  }
  return tags;
}

static void skip_blanks(InfluxLine& line) {
  while (!line.rest.empty() && (line.rest[0] == ' ' || line.rest[0] == '\t')) line.rest.remove_prefix(1);
}

// The text of a field's value, quotes included.
static std::string_view take_value(InfluxLine& line) {
  size_t i = 0;
  if (!line.rest.empty() && line.rest[0] == '"') {
    for (i = 1; i < line.rest.size() && line.rest[i] != '"'; i++)
      if (line.rest[i] == '\\') i++;
    if (i >= line.rest.size()) line.why = "missing closing quote of a string";
    i++;
  }
  while (i < line.rest.size() && line.rest[i] != ',' && line.rest[i] != ' ') i++;
  i = std::min(i, line.rest.size());
  std::string_view value = line.rest.substr(0, i);
  line.rest.remove_prefix(i);
  return value;
}

static bool is_integer(std::string_view digits) {
  int64_t value;
  if (go_int_parse(digits, &value)) return true;
  return digits.size() == 20 && digits <= "18446744073709551615" &&
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

static bool value_parse(std::string_view text, double* out) {
  if (is_one_of(text, {"t", "T", "true", "True", "TRUE"})) return *out = 1, true;
  if (is_one_of(text, {"f", "F", "false", "False", "FALSE"})) return *out = 0, true;
  if (!text.empty() && (text.back() == 'i' || text.back() == 'u')) {
    const bool is_unsigned = text.back() == 'u';
    text.remove_suffix(1);
    if (!is_integer(text) || (is_unsigned && text[0] == '-')) return false;
  }
  return go_float_parse(text, out) && std::isfinite(*out);
}

struct InfluxFields {
  std::vector<MetricPoint> points;
  std::vector<std::pair<const char*, std::string_view>> skipped;
};

static void take_field(InfluxLine& line, const MetricPoint& base, InfluxFields& fields) {
  MetricPoint point = base;
  const std::string_view whole = line.rest;
  const std::string name = take_name(line, ",= ", ",= ");
  if (name.empty() || !take(line, '=')) return fields.skipped.push_back({"invalid field: expected NAME=VALUE", whole});
  const std::string_view value = take_value(line);
  if (!value.empty() && value[0] == '"') return fields.skipped.push_back({"a string is not a number", whole});
  if (!value_parse(value, &point.value)) return fields.skipped.push_back({"the value of a field is not a number", whole});
  point.name += "." + name;
  fields.points.push_back(std::move(point));
}

static bool take_time(InfluxLine& line, int64_t* seconds) {
  skip_blanks(line);
  if (line.rest.empty()) return true;
  int64_t time = 0;
  if (!go_int_parse(line.rest, &time)) return false;
  *seconds = metrics_seconds(time);
  return true;
}

static void influx_line(MetricsSink& sink, std::string_view text) {
  if (text[0] == '#') return;
  InfluxLine line{text};
  MetricPoint base;
  base.timestamp = sink.now;
  base.name = take_name(line, ", ", ", ");
  base.tags = take_tags(line);
  skip_blanks(line);
  if (!line.why && (base.name.empty() || line.rest.empty())) line.why = "expected MEASUREMENT FIELDS [TIME]";
  if (line.why) return metrics_skip(sink, line.why, text);
  metrics_tags_add(base.tags, sink.check->output_metric_tags);
  InfluxFields fields;
  do take_field(line, base, fields);
  while (!line.why && take(line, ','));
  int64_t time = base.timestamp;
  if (!line.why && !take_time(line, &time)) line.why = "the timestamp is not an integer";
  if (line.why) return metrics_skip(sink, line.why, text);
  for (auto& [why, field] : fields.skipped) metrics_skip(sink, why, field);
  for (MetricPoint& point : fields.points) {
    point.timestamp = time;
    metrics_point(sink, std::move(point));
  }
}

void metrics_influx(MetricsSink& sink) { metrics_each_line(sink, influx_line); }

}  // namespace picket
