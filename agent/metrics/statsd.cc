// agent/metrics/statsd.cc - see statsd.h.
#include "agent/metrics/statsd.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "common/template/go_number.h"

namespace picket {
namespace {

std::string name_clean(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '/') out += '-';
    else if (c == ' ' || c == '\t') out += '_';
    else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-') out += c;
  }
  return out;
}

// Infinity is a number to Go, but not to JSON: one such point would cost the whole event.
bool number_parse(std::string_view text, double* out) { return go_float_parse(text, out) && std::isfinite(*out); }

std::string_view cut(std::string_view& rest, char at) {
  size_t n = rest.find(at);
  std::string_view head = rest.substr(0, n);
  rest = n == rest.npos ? std::string_view{} : rest.substr(n + 1);
  return head;
}

// ---- names and tags ----

constexpr size_t kTagsMax = 256;  // of a line

// In whatever order they come, the same tags are the same series.
void tags_sort(std::vector<MetricTag>& tags) {
  std::sort(tags.begin(), tags.end(),
            [](const MetricTag& a, const MetricTag& b) { return std::tie(a.name, a.value) < std::tie(b.name, b.value); });
}

// DogStatsD's list: name:value or a name alone.
void tags_take(std::vector<MetricTag>& tags, std::string_view text) {
  while (!text.empty()) {
    std::string_view tag = cut(text, ',');
    if (tag.empty()) continue;
    size_t colon = tag.find(':');
    tags.push_back({std::string(tag.substr(0, colon)), colon == tag.npos ? "" : std::string(tag.substr(colon + 1))});
  }
}

// tag=value with `between` between them. False, and none taken: something else is written there.
bool name_tags_take(std::vector<MetricTag>& tags, std::string_view text, char between) {
  std::vector<MetricTag> found;
  while (!text.empty()) {
    std::string_view tag = cut(text, between);
    size_t equals = tag.find('=');
    if (equals == tag.npos || equals == 0) return false;
    found.push_back({std::string(tag.substr(0, equals)), std::string(tag.substr(equals + 1))});
  }
  tags.insert(tags.end(), found.begin(), found.end());
  return !found.empty();
}

// The dialects that write tags into the name; what does not look like tags is a name with odd characters in it, as ever.
std::string name_take(std::string_view text, std::vector<MetricTag>& tags) {
  size_t open = text.find('['), close = text.find(']', open == text.npos ? text.size() : open);
  if (close != text.npos && name_tags_take(tags, text.substr(open + 1, close - open - 1), ','))
    return name_clean(text.substr(0, open)) + name_clean(text.substr(close + 1));
  size_t mark = text.find_first_of(";,#");
  bool has_tags = mark != text.npos && name_tags_take(tags, text.substr(mark + 1), text[mark] == ';' ? ';' : ',');
  return name_clean(has_tags ? text.substr(0, mark) : text);
}

// ---- values ----

// One `value|type[|@rate]`; a line may hold several, and each several values.
struct Sample {
  std::string_view values;
  StatsdSeries::Type type = StatsdSeries::counter;
  double rate = 1;
};

struct Line {
  std::string name;
  std::vector<MetricTag> tags;
  std::vector<Sample> samples;
};

bool type_parse(std::string_view text, StatsdSeries::Type* type) {
  static const struct {
    std::string_view word;
    StatsdSeries::Type type;
  } kTypes[] = {
      {"c", StatsdSeries::counter}, {"m", StatsdSeries::counter}, {"g", StatsdSeries::gauge}, {"ms", StatsdSeries::timer},
      {"h", StatsdSeries::timer},   {"d", StatsdSeries::timer},   {"s", StatsdSeries::set},
  };
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  for (auto& row : kTypes)
    if (text == row.word) return *type = row.type, true;
  return false;
}

bool begins(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

// What may stand after the type besides rate and tags: where a client of DogStatsD runs. (T, a time of its own, may not: what was
// counted then would be counted now.)
bool is_origin(std::string_view part) { return begins(part, "c:") || begins(part, "e:") || begins(part, "card:"); }

// A part up to the next '|', or, when it cannot have colons in it, up to a ':' after which the next value of the same name begins.
std::string_view part_take(std::string_view& rest, bool has_colons, bool* next_begins) {
  size_t end = rest.find_first_of(has_colons ? "|" : "|:");
  *next_begins = end != rest.npos && rest[end] == ':';
  std::string_view part = rest.substr(0, end);
  rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

bool extra_take(std::string_view part, Line& line, Sample& sample) {
  if (part.empty()) return false;
  if (part[0] == '@') return number_parse(part.substr(1), &sample.rate) && sample.rate > 0;
  if (part[0] == '#') return tags_take(line.tags, part.substr(1)), true;
  return is_origin(part);
}

// Takes one sample off `rest`; false: it cannot be read.
bool sample_take(std::string_view& rest, Line& line) {
  Sample sample;
  if (rest.find('|') == rest.npos) return rest = {}, false;
  const bool is_open = rest.back() == '|';  // an empty part at the end
  sample.values = cut(rest, '|');
  bool next_begins = false;
  bool is_good = type_parse(part_take(rest, false, &next_begins), &sample.type);
  while (!next_begins && !rest.empty()) {
    const bool has_colons = rest[0] == '#' || is_origin(rest);
    is_good = extra_take(part_take(rest, has_colons, &next_begins), line, sample) && is_good;
  }
  is_good = is_good && (next_begins || !is_open);
  if (is_good) line.samples.push_back(sample);
  return is_good;
}

void series_add(StatsdSeries& s, double rate, std::string_view text, double value) {
  switch (s.type) {
    case StatsdSeries::counter: s.value += value / rate; break;
    case StatsdSeries::gauge: s.value = text[0] == '+' || text[0] == '-' ? s.value + value : value; break;
    case StatsdSeries::set:
      if (s.members.size() < kStatsdValuesMax) s.members.insert(std::string(text));
      else s.is_overfull = s.is_overfull || s.members.count(std::string(text)) == 0;
      break;
    case StatsdSeries::timer:
      s.least = s.samples == 0 ? value : std::min(s.least, value);
      s.most = s.samples == 0 ? value : std::max(s.most, value);
      s.samples++;
      s.count += 1 / rate;
      s.sum += value;
      s.sum_squares += value * value;
      if (s.values.size() < kStatsdValuesMax) s.values.push_back(value);
      break;
  }
}

// A gauge that is no longer reported is remembered, because the next sign is about its value; it makes room first.
void quiet_gauges_drop(Statsd& statsd, int64_t now_ms) {
  if (std::exchange(statsd.quiet, 0) == 0) return;
  for (auto it = statsd.series.begin(); it != statsd.series.end();)
    it = now_ms - it->second.updated_ms > kStatsdExpiryMs ? statsd.series.erase(it) : std::next(it);
}

StatsdSeries* series_at(Statsd& statsd, const Line& line, StatsdSeries::Type type, const std::string& source_ip, int64_t now_ms) {
  std::string key = std::to_string(int(type)) + line.name + "\n";
  for (const MetricTag& tag : line.tags) key.append(tag.name).append(":").append(tag.value) += ',';
  key.append("\n").append(source_ip);
  auto it = statsd.series.find(key);
  if (it != statsd.series.end()) return &it->second;
  if (statsd.series.size() >= kStatsdSeriesMax) quiet_gauges_drop(statsd, now_ms);
  if (statsd.series.size() >= kStatsdSeriesMax) return nullptr;
  StatsdSeries& s = statsd.series.emplace(std::move(key), StatsdSeries{}).first->second;
  s.type = type;
  s.name = line.name;
  s.tags = line.tags;
  s.tags.push_back({"s", source_ip});
  return &s;
}

void value_bad(Statsd& statsd, std::string_view line) {
  constexpr size_t kShown = 100;
  if (statsd.first_bad.empty()) statsd.first_bad = line.substr(0, kShown);
  statsd.bad++;
}

void sample_feed(Statsd& statsd, const Line& line, const Sample& sample, std::string_view text, const std::string& source_ip,
                 int64_t now_ms) {
  std::string_view rest = sample.values;
  do {
    const bool is_set = sample.type == StatsdSeries::set;  // a member of a set may have colons in it
    std::string_view one = is_set ? std::exchange(rest, {}) : cut(rest, ':');
    double value = 0;
    if (!is_set && !number_parse(one, &value)) {
      value_bad(statsd, text);
      continue;
    }
    StatsdSeries* s = series_at(statsd, line, sample.type, source_ip, now_ms);
    if (!s) {
      statsd.dropped++;
      continue;
    }
    s->updated_ms = now_ms;
    series_add(*s, sample.rate, one, value);
  } while (!rest.empty());
}

void line_feed(Statsd& statsd, std::string_view text, const std::string& source_ip, int64_t now_ms) {
  Line line;
  std::string_view rest = text;
  if (text.find(':') != text.npos) line.name = name_take(cut(rest, ':'), line.tags);
  if (line.name.empty()) return value_bad(statsd, text);
  do {
    if (!sample_take(rest, line)) value_bad(statsd, text);
  } while (!rest.empty());
  if (line.tags.size() > kTagsMax) return value_bad(statsd, text);
  tags_sort(line.tags);
  for (const Sample& sample : line.samples) sample_feed(statsd, line, sample, text, source_ip, now_ms);
}

// ---- points ----

struct Points {
  std::vector<MetricPoint>* out;
  const StatsdSeries* series;
  int64_t unix_ns;
  uint64_t* unsayable;
  // JSON has no word for infinity: one such point would cost the whole event.
  void add(const char* suffix, double value) {
    if (std::isfinite(value)) out->push_back({series->name + "." + suffix, value, unix_ns, series->tags});
    else ++*unsayable;
  }
};

void percentile_points(Points& p, const std::vector<double>& sorted) {
  size_t n = size_t(std::llround(0.9 * double(sorted.size())));
  if (n == 0) n = 1;
  double sum = 0, squares = 0;
  for (size_t i = 0; i < n; i++) {
    sum += sorted[i];
    squares += sorted[i] * sorted[i];
  }
  p.add("percentile_count_90", double(n));
  p.add("percentile_mean_90", sum / double(n));
  p.add("percentile_sum_90", sum);
  p.add("percentile_sum_squares_90", squares);
  p.add("percentile_upper_90", sorted[n - 1]);
}

void timer_points(Points& p, double seconds) {
  std::vector<double> v = p.series->values;
  std::sort(v.begin(), v.end());
  size_t n = v.size();
  double sum = p.series->sum, mean = n ? sum / double(p.series->samples) : 0, spread = 0;
  for (double x : v) spread += (x - mean) * (x - mean);
  p.add("min", p.series->least);
  p.add("max", p.series->most);
  p.add("count", p.series->count);
  p.add("per_second", p.series->count / seconds);
  p.add("mean", mean);
  p.add("median", n == 0 ? 0 : n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2);
  p.add("stddev", n ? std::sqrt(spread / double(n)) : 0);
  p.add("sum", sum);
  p.add("sum_squares", p.series->sum_squares);
  if (n > 0) percentile_points(p, v);
}

void series_points(Points& p, double seconds) {
  const StatsdSeries& s = *p.series;
  switch (s.type) {
    case StatsdSeries::counter:
      p.add("value", s.value);
      p.add("per_second", s.value / seconds);
      break;
    case StatsdSeries::gauge: p.add("value", s.value); break;
    case StatsdSeries::set:
      if (s.is_overfull) ++*p.unsayable;
      else p.add("value", double(s.members.size()));
      break;
    case StatsdSeries::timer: timer_points(p, seconds); break;
  }
}

void series_reset(StatsdSeries& s) {
  if (s.type == StatsdSeries::gauge) return;
  s.value = s.count = s.sum = s.sum_squares = s.least = s.most = 0;
  s.samples = 0;
  s.values.clear();
  s.members.clear();
  s.is_overfull = false;
}

}  // namespace

void statsd_feed(Statsd& statsd, std::string_view datagram, std::string_view source_ip, int64_t now_ms) {
  const std::string source(source_ip);
  while (!datagram.empty()) {
    std::string_view line = cut(datagram, '\n');
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    if (line.empty()) continue;
    statsd.lines++;
    if (begins(line, "_e{") || begins(line, "_sc|")) statsd.others++;
    else line_feed(statsd, line, source, now_ms);
  }
}

std::vector<MetricPoint> statsd_flush(Statsd& statsd, int64_t now_ms, int64_t unix_ns, double seconds) {
  std::vector<MetricPoint> points;
  statsd.quiet = 0;
  for (auto it = statsd.series.begin(); it != statsd.series.end();) {
    StatsdSeries& series = it->second;
    const bool is_quiet = now_ms - series.updated_ms > kStatsdExpiryMs;
    if (is_quiet && series.type != StatsdSeries::gauge) {
      it = statsd.series.erase(it);
      continue;
    }
    Points p{&points, &series, unix_ns, &statsd.unsayable};
    if (is_quiet) statsd.quiet++;
    else series_points(p, seconds);
    series_reset(series);
    ++it;
  }
  return points;
}

}  // namespace picket
