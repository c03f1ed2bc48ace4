// Prometheus exposition text. The first line that breaks its grammar ends the reading; what came before it is kept.
#include <cstring>
#include <map>

#include "common/go_number.h"
#include "metrics.h"

namespace picket {

struct Family { std::string type, help; bool has_help = false, has_samples = false; };

struct Reader {
  MetricsSink& sink;
  std::string_view rest;  // of the line
  std::map<std::string, Family, std::less<>> families;
};

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

static bool is_name_char(char c, bool first, bool colon) {
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colon && c == ':');
  return letter || (!first && c >= '0' && c <= '9');
}

static std::string_view take_name(Reader& r, bool colon) {
  size_t end = 0;
  while (end < r.rest.size() && is_name_char(r.rest[end], end == 0, colon)) end++;
  std::string_view name = r.rest.substr(0, end);
  r.rest.remove_prefix(end);
  skip_blanks(r);
  return name;
}

// ---- comments ----

static bool read_help(Family& family, std::string_view text) {
  if (family.has_help) return false;
  family.has_help = true;
  for (size_t i = 0; i < text.size(); i++) {
    bool escape = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '\\' || text[i + 1] == 'n');
    if (escape) family.help += text[++i] == 'n' ? '\n' : '\\';
    else family.help += text[i];
  }
  return true;
}

static bool read_type(Family& family, std::string_view text) {
  static const char* const kTypes[] = {"counter", "gauge", "summary", "untyped", "histogram"};
  if (!family.type.empty() || family.has_samples) return false;
  for (char c : text) family.type += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (const char* known : kTypes)
    if (family.type == known) return true;
  return false;
}

static bool read_comment(Reader& r) {
  r.rest.remove_prefix(1);
  skip_blanks(r);
  std::string_view keyword = take_token(r);
  if (keyword != "HELP" && keyword != "TYPE") return true;
  std::string_view name = take_name(r, true);
  if (name.empty()) return r.rest.empty();
  Family& family = r.families[std::string(name)];
  return keyword == "HELP" ? read_help(family, r.rest) : read_type(family, take_token(r));
}

// ---- samples ----

static bool read_label_value(Reader& r, std::string& value) {
  if (r.rest.empty() || r.rest[0] != '"') return false;
  for (size_t i = 1; i < r.rest.size(); i++) {
    char c = r.rest[i];
    if (c == '"') return r.rest.remove_prefix(i + 1), skip_blanks(r), true;
    if (c == '\\') {
      if (++i >= r.rest.size() || !strchr("\\\"n", r.rest[i])) return false;
      c = r.rest[i] == 'n' ? '\n' : r.rest[i];
    }
    value += c;
  }
  return false;
}

static bool read_labels(Reader& r, std::vector<MetricTag>& tags) {
  if (r.rest.empty() || r.rest[0] != '{') return true;
  r.rest.remove_prefix(1);
  skip_blanks(r);
  while (!r.rest.empty() && r.rest[0] != '}') {
    std::string_view name = take_name(r, false);
    if (name.empty() || r.rest.empty() || r.rest[0] != '=') return false;
    r.rest.remove_prefix(1);
    skip_blanks(r);
    tags.push_back({std::string(name), ""});
    if (!read_label_value(r, tags.back().value) || r.rest.empty()) return false;
    if (r.rest[0] == ',') r.rest.remove_prefix(1), skip_blanks(r);
    else if (r.rest[0] != '}') return false;
  }
  if (r.rest.empty()) return false;
  r.rest.remove_prefix(1);
  skip_blanks(r);
  return true;
}

static bool cut(std::string_view& name, std::string_view suffix) {
  if (name.size() <= suffix.size() || name.substr(name.size() - suffix.size()) != suffix) return false;
  name.remove_suffix(suffix.size());
  return true;
}

// lat_bucket, lat_sum and lat_count belong to the histogram lat.
static Family& family_of(Reader& r, std::string_view name) {
  for (const char* suffix : {"_bucket", "_sum", "_count"}) {
    std::string_view base = name;
    auto found = cut(base, suffix) ? r.families.find(base) : r.families.end();
    if (found == r.families.end()) continue;
    const std::string& type = found->second.type;
    if (type == "histogram" || (type == "summary" && strcmp(suffix, "_bucket") != 0)) return found->second;
  }
  return r.families[std::string(name)];
}

// Bounds are numbers: "1.0" and "1" are the same one.
static void normalise_bound(std::vector<MetricTag>& tags, const Family& family) {
  const char* bound = family.type == "histogram" ? "le" : family.type == "summary" ? "quantile" : "";
  for (MetricTag& tag : tags)
    if (double v; tag.name == bound && go_float_parse(tag.value, &v)) tag.value = go_float_g(v);
}

static void set_tag(std::vector<MetricTag>& tags, const std::string& name, const std::string& value) {
  for (MetricTag& tag : tags)
    if (tag.name == name) return void(tag.value = value);
  tags.push_back({name, value});
}

static bool read_sample(Reader& r) {
  MetricPoint point;
  point.timestamp = r.sink.now;
  point.name = take_name(r, true);
  if (point.name.empty() || !read_labels(r, point.tags)) return false;
  std::string_view value = take_token(r), time = take_token(r);
  if (value.find_first_of("pP_") != value.npos || !go_float_parse(value, &point.value)) return false;
  if (!time.empty() && !go_int_parse(time, &point.timestamp)) return false;
  if (!time.empty()) point.timestamp = point.timestamp / 1000 - (point.timestamp % 1000 < 0);
  if (!r.rest.empty()) return false;
  Family& family = family_of(r, point.name);
  family.has_samples = true;
  normalise_bound(point.tags, family);
  set_tag(point.tags, "prom_type", family.type.empty() ? "untyped" : family.type);
  if (!family.help.empty()) set_tag(point.tags, "prom_help", family.help);
  for (const MetricTag& tag : r.sink.check->output_metric_tags) set_tag(point.tags, tag.name, tag.value);
  metrics_point(r.sink, std::move(point));
  return true;
}

static bool read_line(Reader& r, std::string_view line) {
  r.rest = line;
  skip_blanks(r);
  if (r.rest.empty()) return true;
  return r.rest[0] == '#' ? read_comment(r) : read_sample(r);
}

void metrics_prometheus(MetricsSink& sink) {
  Reader r{sink, {}, {}};
  std::string_view text = sink.check->output;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.size() > kMetricLineMax || !read_line(r, line)) return metrics_skip(sink, "not prometheus text, reading stopped", line);
  }
}

}  // namespace picket
