// backend/event/metric_ring.cc - points into steps, steps into a ring, and both to and from their stored form.
#include "backend/event/metric_ring.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/json/json_fields.h"

namespace picket {
namespace {

// ---- series ----

bool same_tags(const std::vector<MetricTag>& a, const std::vector<MetricTag>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const MetricTag& x, const MetricTag& y) { return x.name == y.name && x.value == y.value; });
}

bool is_series(const HistorySeries& s, const MetricPoint& p) { return s.name == p.name && same_tags(s.tags, p.tags); }

size_t name_bytes(const MetricPoint& p) {
  size_t n = p.name.size();
  for (const MetricTag& t : p.tags) n += t.name.size() + t.value.size();
  return n;
}

// Points of a check come in the same order each time: the one after the last hit is looked at first.
size_t series_find(const EventHistory& h, const MetricPoint& p, size_t hint) {
  if (hint < h.series.size() && is_series(h.series[hint], p)) return hint;
  for (size_t i = 0; i < h.series.size(); i++)
    if (is_series(h.series[i], p)) return i;
  return h.series.size();
}

// The index of a series that is new here, or kHistorySeriesMax. Nothing in the ring is left of one silent for a day.
size_t series_place(EventHistory& h, const MetricPoint& p, int64_t now_s) {
  if (name_bytes(p) > kHistoryNameMax) return kHistorySeriesMax;
  size_t at = h.series.size();
  if (at >= kHistorySeriesMax) {
    const auto silent = [now_s](const HistorySeries& s) { return s.last_at + kHistoryStepS * kHistorySlots < now_s; };
    at = static_cast<size_t>(std::find_if(h.series.begin(), h.series.end(), silent) - h.series.begin());
    if (at >= kHistorySeriesMax) return at;
  } else {
    h.series.emplace_back();
  }
  h.series[at] = {p.name, p.tags, 0};
  h.series_changed = true;
  return at;
}

// ---- steps ----

void value_add(HistoryStep& step, uint32_t series, double v) {
  auto it =
      std::lower_bound(step.values.begin(), step.values.end(), series, [](const HistoryValue& x, uint32_t s) { return x.series < s; });
  if (it == step.values.end() || it->series != series) {
    step.values.insert(it, {series, 1, v, v, v});
    return;
  }
  it->count++;
  it->mean += (v - it->mean) / it->count;
  it->least = std::min(it->least, v);
  it->largest = std::max(it->largest, v);
}

void open_step(EventHistory& h, int64_t at, const HistoryStore& store) {
  if (h.open.at == at) return;
  if (h.changed && store.on_full) store.on_full(h);
  h.changed = false;
  const bool may_be_stored = h.newest == 0 || at <= h.newest;
  h.open = store.load && may_be_stored ? store.load(at) : HistoryStep{};
  h.open.at = at;
  h.newest = std::max(h.newest, at);
}

// 0 = nowhere in the ring.
int64_t place_in_time(const MetricPoint& p, int64_t event_s, int64_t now_s) {
  int64_t s = history_seconds(p.timestamp);
  if (s <= 0) s = event_s;
  if (s > now_s + kHistoryStepS) s = now_s;
  return s > now_s - kHistoryStepS * (kHistorySlots - 1) ? history_step_of(s) : 0;
}

// ---- packing ----

void put_number(std::string& out, uint64_t v) {
  for (; v >= 128; v >>= 7) out += static_cast<char>(v | 128);
  out += static_cast<char>(v);
}

void put_double(std::string& out, double v) {
  char bytes[sizeof v];
  std::memcpy(bytes, &v, sizeof v);
  out.append(bytes, sizeof v);
}

bool take_number(std::string_view& in, uint32_t* v) {
  uint64_t n = 0;
  for (int shift = 0; shift < 35 && !in.empty(); shift += 7) {
    const auto c = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    n |= uint64_t{c & 127u} << shift;
    if (c < 128) return *v = static_cast<uint32_t>(n), n <= UINT32_MAX;
  }
  return false;
}

bool take_double(std::string_view& in, double* v) {
  if (in.size() < sizeof *v) return false;
  std::memcpy(v, in.data(), sizeof *v);
  in.remove_prefix(sizeof *v);
  return true;
}

bool take_value(std::string_view& in, HistoryValue* v) {
  if (!take_number(in, &v->series) || !take_number(in, &v->count) || !take_double(in, &v->mean)) return false;
  v->least = v->largest = v->mean;
  return v->count == 1 || (take_double(in, &v->least) && take_double(in, &v->largest));
}

// ---- JSON ----

std::string tags_json(const std::vector<MetricTag>& tags) {
  std::string out = "[";
  for (const MetricTag& t : tags) out += (out.size() > 1 ? "," : "") + JsonObject().add("name", t.name).add("value", t.value).done();
  return out + "]";
}

void point_put(std::string& out, int64_t at, const HistoryValue& v) {
  out += (out.size() > 1 ? ",[" : "[") + std::to_string(at);
  for (double d : {v.mean, v.least, v.largest}) {
    out += ',';
    json_put_double(out, d);
  }
  out += ']';
}

HistorySeries series_read(std::string_view raw) {
  HistorySeries s;
  s.name = json_text_at(raw, "name");
  if (Result<std::vector<std::string_view>> tags = json_items(json_at(raw, {"tags"})); tags.ok())
    for (std::string_view t : tags.value) s.tags.push_back({json_text_at(t, "name"), json_text_at(t, "value")});
  return s;
}

}  // namespace

int64_t history_seconds(int64_t timestamp) {
  constexpr int64_t kSecondsMax = 100'000'000'000;  // the year 5138; milliseconds are beyond it since 1973
  while (timestamp > kSecondsMax) timestamp /= 1000;
  return timestamp;
}

void history_add(EventHistory& h, const Metrics& metrics, int64_t event_s, int64_t now_s, const HistoryStore& store) {
  size_t hint = 0, looked_at = 0;
  for (const MetricPoint& p : metrics.points) {
    const int64_t at = std::isfinite(p.value) && looked_at++ < kHistoryPointsMax ? place_in_time(p, event_s, now_s) : 0;
    size_t i = at == 0 ? kHistorySeriesMax : series_find(h, p, hint);
    if (at != 0 && i == h.series.size()) i = series_place(h, p, now_s);
    if (i >= kHistorySeriesMax) {
      h.left_out++;
      continue;
    }
    open_step(h, at, store);
    value_add(h.open, static_cast<uint32_t>(i), p.value);
    h.changed = true;
    h.series[i].last_at = std::max(h.series[i].last_at, at);
    hint = i + 1;
  }
}

std::string history_pack(const HistoryStep& step) {
  std::string out;
  for (const HistoryValue& v : step.values) {
    put_number(out, v.series);
    put_number(out, v.count);
    put_double(out, v.mean);
    if (v.count != 1) put_double(out, v.least), put_double(out, v.largest);
  }
  return out;
}

HistoryStep history_unpack(int64_t at, std::string_view data) {
  HistoryStep step;
  step.at = at;
  for (HistoryValue v; take_value(data, &v);) {
    const bool in_order = step.values.empty() || step.values.back().series < v.series;
    if (!in_order || v.series >= kHistorySeriesMax || v.count == 0) break;
    step.values.push_back(v);
  }
  return step;
}

std::string history_series_encode(const EventHistory& h) {
  std::string out = "[";
  for (const HistorySeries& s : h.series)
    out += (out.size() > 1 ? "," : "") + JsonObject().add("name", s.name).add_raw("tags", tags_json(s.tags)).done();
  return out + "]";
}

std::vector<HistorySeries> history_series_decode(std::string_view json, int64_t now_s) {
  std::vector<HistorySeries> out;
  Result<std::vector<std::string_view>> items = json_items(json);
  if (!items.ok()) return out;
  for (std::string_view raw : items.value)
    if (out.size() < kHistorySeriesMax) out.push_back(series_read(raw)), out.back().last_at = now_s;
  return out;
}

std::string history_json(const EventHistory& h, const std::vector<HistoryStep>& steps) {
  std::vector<std::string> points(h.series.size(), "[");
  for (const HistoryStep& step : steps)
    for (const HistoryValue& v : step.values)
      if (v.series < points.size()) point_put(points[v.series], step.at, v);
  std::string series = "[";
  for (size_t i = 0; i < points.size(); i++) {
    if (points[i].size() == 1) continue;  // silent for a day
    JsonObject o;
    o.add("name", h.series[i].name).add_raw("tags", tags_json(h.series[i].tags)).add_raw("points", points[i] + "]");
    series += (series.size() > 1 ? "," : "") + o.done();
  }
  return JsonObject().add("step", kHistoryStepS).add_raw("series", series + "]").add("left_out", h.left_out).done();
}

}  // namespace picket
