// agent/statsd.cc - see statsd.h.
#include "agent/statsd.h"

#include <algorithm>
#include <cmath>

#include "common/go_number.h"

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

// In whatever order they come, the same tags are the same series.
std::vector<std::string_view> tags_sorted(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty())
    if (std::string_view tag = cut(text, ','); !tag.empty()) all.push_back(tag);
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<MetricTag> tags_parse(const std::vector<std::string_view>& texts, std::string_view source_ip) {
  std::vector<MetricTag> tags;
  for (std::string_view tag : texts) {
    size_t colon = tag.find(':');
    tags.push_back({std::string(tag.substr(0, colon)), colon == tag.npos ? "" : std::string(tag.substr(colon + 1))});
  }
  tags.push_back({"s", std::string(source_ip)});
  return tags;
}

struct Line {
  std::string name;
  std::string_view value;
  StatsdSeries::Type type = StatsdSeries::counter;
  double rate = 1;
  std::string_view tags;
};

// name:value|type[|@rate][|#tags]
bool line_parse(std::string_view text, Line* line) {
  size_t colon = text.find(':');
  if (colon == text.npos || colon == 0) return false;
  line->name = name_clean(text.substr(0, colon));
  std::string_view rest = text.substr(colon + 1);
  line->value = cut(rest, '|');
  bool ends_with_bar = !rest.empty() && rest.back() == '|';
  std::string_view type = cut(rest, '|');
  if (type == "c") line->type = StatsdSeries::counter;
  else if (type == "g") line->type = StatsdSeries::gauge;
  else if (type == "ms" || type == "h") line->type = StatsdSeries::timer;
  else if (type == "s") line->type = StatsdSeries::set;
  else return false;
  while (!rest.empty()) {
    std::string_view part = cut(rest, '|');
    if (part.empty()) return false;
    if (part[0] == '@') {
      if (!number_parse(part.substr(1), &line->rate) || line->rate <= 0) return false;
    } else if (part[0] == '#') line->tags = part.substr(1);
    else return false;
  }
  return !line->name.empty() && !ends_with_bar;
}

void series_add(StatsdSeries& s, const Line& line, double value) {
  switch (s.type) {
    case StatsdSeries::counter: s.value += value / line.rate; break;
    case StatsdSeries::gauge: s.value = value; break;
    case StatsdSeries::set:
      if (s.members.size() < kStatsdValuesMax) s.members.insert(std::string(line.value));
      break;
    case StatsdSeries::timer:
      s.least = s.samples == 0 ? value : std::min(s.least, value);
      s.most = s.samples == 0 ? value : std::max(s.most, value);
      s.samples++;
      s.count += 1 / line.rate;
      s.sum += value;
      s.sum_squares += value * value;
      if (s.values.size() < kStatsdValuesMax) s.values.push_back(value);
      break;
  }
}

bool line_feed(Statsd& statsd, std::string_view text, std::string_view source_ip, int64_t now_ms) {
  Line line;
  double value = 0;
  if (!line_parse(text, &line)) return false;
  if (line.type != StatsdSeries::set && !number_parse(line.value, &value)) return false;
  std::vector<std::string_view> tags = tags_sorted(line.tags);
  std::string key = std::to_string(int(line.type)) + line.name + "\n";
  for (std::string_view tag : tags) key.append(tag) += ',';
  key.append("\n").append(source_ip);
  auto it = statsd.series.find(key);
  if (it == statsd.series.end()) {
    if (statsd.series.size() >= kStatsdSeriesMax) {
      statsd.dropped++;
      return true;
    }
    it = statsd.series.emplace(std::move(key), StatsdSeries{}).first;
    it->second.type = line.type;
    it->second.name = line.name;
    it->second.tags = tags_parse(tags, source_ip);
  }
  it->second.updated_ms = now_ms;
  series_add(it->second, line, value);
  return true;
}

struct Points {
  std::vector<MetricPoint>* out;
  const StatsdSeries* series;
  int64_t unix_ns;
  void add(const char* suffix, double value) { out->push_back({series->name + "." + suffix, value, unix_ns, series->tags}); }
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
    case StatsdSeries::set: p.add("value", double(s.members.size())); break;
    case StatsdSeries::timer: timer_points(p, seconds); break;
  }
}

void series_reset(StatsdSeries& s) {
  if (s.type == StatsdSeries::gauge) return;
  s.value = s.count = s.sum = s.sum_squares = s.least = s.most = 0;
  s.samples = 0;
  s.values.clear();
  s.members.clear();
}

}  // namespace

void statsd_feed(Statsd& statsd, std::string_view datagram, std::string_view source_ip, int64_t now_ms) {
  while (!datagram.empty()) {
    std::string_view line = cut(datagram, '\n');
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.substr(0, 3) == "_e{") continue;  // events of another dialect
    statsd.lines++;
    if (!line_feed(statsd, line, source_ip, now_ms)) statsd.bad++;
  }
}

std::vector<MetricPoint> statsd_flush(Statsd& statsd, int64_t now_ms, int64_t unix_ns, double seconds) {
  std::vector<MetricPoint> points;
  for (auto it = statsd.series.begin(); it != statsd.series.end();) {
    if (now_ms - it->second.updated_ms > kStatsdExpiryMs) {
      it = statsd.series.erase(it);
      continue;
    }
    Points p{&points, &it->second, unix_ns};
    series_points(p, seconds);
    series_reset(it->second);
    ++it;
  }
  return points;
}

}  // namespace picket
