// agent/metrics/prometheus.cc - Prometheus text 0.0.4 and OpenMetrics 1.0, with names in quotes as of Prometheus 3. A line that
// breaks the grammar is ignored
// alone. Exemplars and units are not kept: points have no place for them.
#include <cmath>
#include <cstring>
#include <map>

#include "common/template/go_number.h"
#include "agent/metrics/metrics.h"

namespace picket {

struct Family { std::string type, help; bool has_help = false, has_samples = false; };

struct Reader {
  MetricsSink& sink;
  bool is_openmetrics;
  std::string_view rest;  // of the line
  std::map<std::string, Family, std::less<>> families;
  const char* why = nullptr;  // the line cannot be used
};

static bool wrong(Reader& r, const char* why) { return r.why = why, false; }

static void skip_blanks(Reader& r) {
  while (!r.rest.empty() && (r.rest[0] == ' ' || r.rest[0] == '\t')) r.rest.remove_prefix(1);
}

static std::string_view take_token(Reader& r) {
  size_t end = std::min(r.rest.find_first_of(" \t"), r.rest.size());
  std::string_view token = r.rest.substr(0, end);
  r.rest.remove_prefix(end);
  skip_blanks(r);
  return token;
}

static bool take(Reader& r, char c) {
  if (r.rest.empty() || r.rest[0] != c) return false;
  r.rest.remove_prefix(1);
  skip_blanks(r);
  return true;
}

static bool is_name_char(char c, bool first, bool colon) {
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colon && c == ':');
  return letter || (!first && c >= '0' && c <= '9');
}

// A backslash before what has no meaning with it is itself, as in OpenMetrics.
static char unescaped(std::string_view text, size_t& i, std::string_view escapes) {
  if (text[i] != '\\' || i + 1 >= text.size() || escapes.find(text[i + 1]) == escapes.npos) return text[i];
  i++;
  return text[i] == 'n' ? '\n' : text[i];
}

// "text" with \\, \" and \n in it.
static bool take_quoted(Reader& r, std::string& value) {
  for (size_t i = 1; i < r.rest.size(); i++) {
    if (r.rest[i] == '"') return r.rest.remove_prefix(i + 1), skip_blanks(r), true;
    value += unescaped(r.rest, i, "\\\"n");
  }
  return wrong(r, "missing closing quote");
}

static bool take_name(Reader& r, bool colon, std::string& name) {
  if (!r.rest.empty() && r.rest[0] == '"') return take_quoted(r, name) && !name.empty();
  size_t end = 0;
  while (end < r.rest.size() && is_name_char(r.rest[end], end == 0, colon)) end++;
  name = r.rest.substr(0, end);
  r.rest.remove_prefix(end);
  skip_blanks(r);
  return !name.empty();
}

// ---- comments ----

static bool read_help(Reader& r, Family& family) {
  if (family.has_help) return wrong(r, "duplicate HELP");
  family.has_help = true;
  for (size_t i = 0; i < r.rest.size(); i++) family.help += unescaped(r.rest, i, r.is_openmetrics ? "\\\"n" : "\\n");
  return true;
}

static std::string lowered(std::string_view text) {
  std::string out;
  for (char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

static bool read_type(Reader& r, Family& family) {
  static const char* const kTypes[] = {"counter",        "gauge", "summary",  "untyped", "histogram",
                                       "gaugehistogram", "info",  "stateset", "unknown"};
  if (!family.type.empty()) return wrong(r, "duplicate TYPE");
  if (family.has_samples) return wrong(r, "TYPE after samples of its metric");
  const std::string type = lowered(take_token(r));
  for (const char* known : kTypes)
    if (type == known) family.type = type == "unknown" ? "untyped" : type;  // one word for both
  return !family.type.empty() || wrong(r, "unknown TYPE");
}

static bool read_comment(Reader& r) {
  take(r, '#');
  const std::string_view keyword = take_token(r);
  if (keyword != "HELP" && keyword != "TYPE") return true;
  std::string name;
  if (!take_name(r, true, name)) return r.rest.empty() || wrong(r, "metric name missing in a comment");
  Family& family = r.families[name];
  return keyword == "HELP" ? read_help(r, family) : read_type(r, family);
}

// ---- samples ----

constexpr size_t kLabelsMax = 256;  // of a sample

static bool has_tag(const std::vector<MetricTag>& tags, const std::string& name) {
  for (const MetricTag& tag : tags)
    if (tag.name == name) return true;
  return false;
}

// {label="value","label of utf-8"="value"}; in a list without a metric in front of it a quoted text alone is the metric's name.
static bool read_labels(Reader& r, MetricPoint& point) {
  if (!take(r, '{')) return true;
  while (!take(r, '}')) {
    const bool is_quoted = !r.rest.empty() && r.rest[0] == '"';
    MetricTag tag;
    if (!take_name(r, false, tag.name)) return wrong(r, "invalid label: expected NAME=\"VALUE\"");
    if (is_quoted && point.name.empty() && !r.rest.empty() && r.rest[0] != '=') point.name = std::move(tag.name);
    else {
      if (!take(r, '=') || r.rest.empty() || r.rest[0] != '"') return wrong(r, "invalid label: expected NAME=\"VALUE\"");
      if (!take_quoted(r, tag.value)) return false;
      if (point.tags.size() >= kLabelsMax) return wrong(r, "too many labels");
      if (has_tag(point.tags, tag.name)) return wrong(r, "duplicate label");
      point.tags.push_back(std::move(tag));
    }
    if (!take(r, ',') && (r.rest.empty() || r.rest[0] != '}')) return wrong(r, "missing closing brace of the labels");
  }
  return true;
}

static const struct {
  const char *suffix, *types;
} kSuffixes[] = {
    {"_bucket", "histogram gaugehistogram"},
    {"_sum", "histogram summary"},
    {"_count", "histogram summary"},
    {"_gsum", "gaugehistogram"},
    {"_gcount", "gaugehistogram"},
    {"_total", "counter"},
    {"_info", "info"},
    {"_created", "histogram summary counter"},
};

static bool is_word_of(std::string_view words, std::string_view word) {
  for (size_t at = words.find(word); at != words.npos; at = words.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) return true;
  }
  return false;
}

// lat_bucket, lat_sum and lat_count belong to the histogram lat, requests_total to the counter requests.
static Family& family_of(Reader& r, const std::string& name) {
  for (auto& row : kSuffixes) {
    const size_t size = strlen(row.suffix);
    if (name.size() <= size || name.compare(name.size() - size, size, row.suffix) != 0) continue;
    auto found = r.families.find(std::string_view(name).substr(0, name.size() - size));
    if (found != r.families.end() && is_word_of(row.types, found->second.type)) return found->second;
  }
  return r.families[name];
}

// Bounds are numbers: "1.0" and "1" are the same one.
static void normalise_bound(std::vector<MetricTag>& tags, const Family& family) {
  const bool has_buckets = family.type == "histogram" || family.type == "gaugehistogram";
  const char* bound = has_buckets ? "le" : family.type == "summary" ? "quantile" : "";
  for (MetricTag& tag : tags)
    if (double v; tag.name == bound && go_float_parse(tag.value, &v)) tag.value = go_float_g(v);
}

static void set_tag(std::vector<MetricTag>& tags, const std::string& name, const std::string& value) {
  for (MetricTag& tag : tags)
    if (tag.name == name) return void(tag.value = value);
  tags.push_back({name, value});
}

// OpenMetrics counts seconds, 0.0.4 milliseconds. What would lie in January 1970 came from somebody who confused the two.
constexpr int64_t kSecondsLeast = 1'000'000'000, kSecondsMost = 100'000'000'000;

static bool time_parse(const Reader& r, std::string_view text, int64_t* seconds) {
  int64_t time = 0;
  if (!go_int_parse(text, &time)) return text.find('_') == text.npos && metrics_seconds_parse(text, seconds);
  const bool is_seconds = r.is_openmetrics || time >= kSecondsLeast;
  const bool is_milliseconds = time > -kSecondsMost && time < kSecondsMost && !is_seconds;
  *seconds = is_milliseconds ? time / 1000 - (time % 1000 < 0) : metrics_seconds(time);
  return true;
}

// value [time] [# {labels} value [time]]
static bool read_value(Reader& r, MetricPoint& point) {
  const std::string_view value = take_token(r);
  if (value.find_first_of("pP_") != value.npos || !go_float_parse(value, &point.value)) return wrong(r, "the value is not a number");
  auto is_exemplar = [&] { return r.rest.size() > 2 && r.rest[0] == '#' && r.rest.find('{') != r.rest.npos; };
  if (r.rest.empty() || is_exemplar()) return true;
  if (!time_parse(r, take_token(r), &point.timestamp)) return wrong(r, "the timestamp is not a number");
  return r.rest.empty() || is_exemplar() || wrong(r, "unexpected text after value and timestamp");
}

static bool read_sample(Reader& r) {
  MetricPoint point;
  point.timestamp = r.sink.now;
  if (r.rest[0] != '{' && !take_name(r, true, point.name)) return wrong(r, "metric name missing");
  if (!read_labels(r, point)) return false;
  if (point.name.empty()) return wrong(r, "metric name missing");
  if (!read_value(r, point)) return false;
  Family& family = family_of(r, point.name);
  family.has_samples = true;
  normalise_bound(point.tags, family);
  set_tag(point.tags, "prom_type", family.type.empty() ? "untyped" : family.type);
  if (!family.help.empty()) set_tag(point.tags, "prom_help", family.help);
  for (const MetricTag& tag : r.sink.check->output_metric_tags) set_tag(point.tags, tag.name, tag.value);
  metrics_point(r.sink, std::move(point));
  return true;
}

static void read_line(Reader& r, std::string_view line) {
  if (line.size() > kMetricLineMax) return metrics_skip(r.sink, "line too long", line);
  r.rest = line;
  r.why = "not prometheus text";
  if (!(line[0] == '#' ? read_comment(r) : read_sample(r))) metrics_skip(r.sink, r.why, line);
}

void metrics_prometheus(MetricsSink& sink) {
  constexpr std::string_view kEnd = "# EOF";
  std::string_view text = metrics_trimmed(sink.check->output);
  const bool is_openmetrics = text.size() >= kEnd.size() && text.substr(text.size() - kEnd.size()) == kEnd;
  Reader r{sink, is_openmetrics, {}, {}};
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = metrics_trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty()) read_line(r, line);
  }
}

}  // namespace picket
