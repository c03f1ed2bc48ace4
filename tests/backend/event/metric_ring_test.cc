// tests/backend/event/metric_ring_test.cc - metric histories: what a day of points becomes, and what bounds it.
#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "backend/event/metric_ring.h"
#include "common/json/json.h"

using namespace picket;

namespace {

constexpr int64_t kNow = 1'795'000'000;

Metrics metrics(std::vector<MetricPoint> points) { return {{}, std::move(points)}; }

// A store that is a ring, as the tables are.
struct Ring {
  std::map<int64_t, std::string> rows;  // slot -> packed
  std::map<int64_t, int64_t> at;
  int writes = 0;
  HistoryStore store() {
    return {[this](const EventHistory& h) { put(h); },
            [this](int64_t when) {
              const int64_t slot = history_slot_of(when);
              return at.count(slot) && at[slot] == when ? history_unpack(when, rows[slot]) : HistoryStep{};
            }};
  }
  void put(const EventHistory& h) {
    const int64_t slot = history_slot_of(h.open.at);
    writes++;
    if (at.count(slot) && at[slot] > h.open.at) return;
    rows[slot] = history_pack(h.open);
    at[slot] = h.open.at;
  }
};

}  // namespace

TEST_CASE("points of one step become one value; another step takes its place") {
  EventHistory h;
  Ring ring;
  const int64_t at = history_step_of(kNow);
  history_add(h, metrics({{"load", 1, at, {}}, {"load", 3, at + 119, {}}, {"load", 2, at + 60, {}}}), at, kNow, ring.store());
  REQUIRE(h.open.values.size() == 1);
  CHECK(h.open.values[0].count == 3);
  CHECK(h.open.values[0].mean == doctest::Approx(2));
  CHECK(h.open.values[0].least == 1);
  CHECK(h.open.values[0].largest == 3);
  CHECK(ring.writes == 0);

  history_add(h, metrics({{"load", 7, at + 120, {}}}), at, kNow + 120, ring.store());
  CHECK(ring.writes == 1);
  CHECK(h.open.at == at + 120);
  CHECK(history_unpack(at, ring.rows[history_slot_of(at)]).values[0].mean == doctest::Approx(2));
}

TEST_CASE("points from the past go where they belong, and the present goes on") {
  EventHistory h;
  Ring ring;
  const int64_t at = history_step_of(kNow);
  history_add(h, metrics({{"x", 10, at, {}}}), at, kNow, ring.store());
  history_add(h, metrics({{"x", 1, at - 3600, {}}}), at, kNow, ring.store());
  history_add(h, metrics({{"x", 30, at, {}}}), at, kNow, ring.store());
  CHECK(h.open.at == at);
  CHECK(h.open.values[0].count == 2);
  CHECK(h.open.values[0].mean == doctest::Approx(20));
  CHECK(history_unpack(at - 3600, ring.rows[history_slot_of(at - 3600)]).values[0].mean == 1);
}

TEST_CASE("where a point is put in time") {
  struct { int64_t timestamp, expected; const char* why; } rows[] = {
      {kNow - 600, kNow - 600, "seconds"},
      {(kNow - 600) * 1000, kNow - 600, "milliseconds"},
      {(kNow - 600) * 1'000'000, kNow - 600, "microseconds"},
      {(kNow - 600) * 1'000'000'000, kNow - 600, "nanoseconds"},
      {0, kNow - 30, "none: the event's"},
      {kNow + 100, kNow + 100, "a clock a little ahead"},
      {kNow + 86'400, kNow, "a clock that is wrong"},
      {kNow - 86'400, 0, "older than the ring"},
  };
  for (const auto& r : rows) {
    CAPTURE(r.why);
    EventHistory h;
    history_add(h, metrics({{"x", 1, r.timestamp, {}}}), kNow - 30, kNow, {});
    CHECK(h.open.at == (r.expected ? history_step_of(r.expected) : 0));
    CHECK(h.left_out == (r.expected ? 0 : 1));
  }
}

TEST_CASE("series: distinguished by name and tags, a limited number of them, and those that fell silent make room") {
  EventHistory h;
  std::vector<MetricPoint> points;
  for (size_t i = 0; i < kHistorySeriesMax; i++) points.push_back({"cpu", double(i), kNow, {{"core", std::to_string(i)}}});
  history_add(h, metrics(points), kNow, kNow, {});
  CHECK(h.series.size() == kHistorySeriesMax);
  CHECK(h.open.values.size() == kHistorySeriesMax);
  CHECK(h.series_changed);

  history_add(h, metrics({{"new", 1, kNow, {}}, {"cpu", 5, kNow, {{"core", "3"}}}}), kNow, kNow, {});
  CHECK(h.left_out == 1);
  CHECK(h.open.values[3].count == 2);

  const int64_t later = kNow + 2 * 86'400;
  points.pop_back();
  for (MetricPoint& p : points) p.timestamp = later;
  history_add(h, metrics(points), later, later, {});  // all but the last go on
  history_add(h, metrics({{"new", 1, 0, {}}, {"newer", 1, 0, {}}}), later, later, {});
  CHECK(h.series[kHistorySeriesMax - 1].name == "new");
  CHECK(h.left_out == 2);
}

TEST_CASE("bounds of one event: names, points, numbers that are none") {
  EventHistory h;
  history_add(h,
              metrics({{std::string(kHistoryNameMax + 1, 'n'), 1, 0, {}}, {"inf", INFINITY, 0, {}}, {"nan", NAN, 0, {}}, {"ok", 1, 0, {}}}),
              kNow, kNow, {});
  CHECK(h.series.size() == 1);
  CHECK(h.left_out == 3);
  h = {};
  history_add(h, metrics(std::vector<MetricPoint>(kHistoryPointsMax + 7, MetricPoint{"x", 1, 0, {}})), kNow, kNow, {});
  CHECK(h.left_out == 7);
  CHECK(h.open.values[0].count == kHistoryPointsMax);
}

TEST_CASE("a day in the ring, and no more") {
  EventHistory h;
  Ring ring;
  for (int64_t t = kNow; t < kNow + 3 * 86'400; t += 60) history_add(h, metrics({{"x", double(t), t, {}}}), t, t, ring.store());
  CHECK(ring.rows.size() == size_t(kHistorySlots));
  for (const auto& [slot, row] : ring.rows) CHECK(row.size() <= 26);
}

TEST_CASE("packed and unpacked; cut short at every length and turned over bit by bit it only gets less") {
  HistoryStep step{kNow, {{0, 1, -1.5, -1.5, -1.5}, {3, 300, 1e300, -1e300, 1e301}, {31, 2, 0, 0, 0}}};
  const std::string packed = history_pack(step);
  HistoryStep back = history_unpack(kNow, packed);
  REQUIRE(back.values.size() == 3);
  CHECK(back.values[1].count == 300);
  CHECK(back.values[1].largest == 1e301);
  CHECK(history_pack(back) == packed);
  for (size_t n = 0; n < packed.size(); n++) CHECK(history_unpack(kNow, packed.substr(0, n)).values.size() < 3);
  for (size_t bit = 0; bit < packed.size() * 8; bit++) {
    std::string bad = packed;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    for (const HistoryValue& v : history_unpack(kNow, bad).values) CHECK(v.series < kHistorySeriesMax);
  }
}

TEST_CASE("series as they are stored, and the whole as the API shows it") {
  EventHistory h;
  h.series = {{"disk \"used\"", {{"mount", "/"}}, kNow}, {"quiet", {}, 0}};
  EventHistory back;
  back.series = history_series_decode(history_series_encode(h), kNow);
  REQUIRE(back.series.size() == 2);
  CHECK(back.series[0].name == "disk \"used\"");
  CHECK(back.series[0].tags[0].value == "/");
  CHECK(back.series[0].last_at == kNow);
  CHECK(history_series_decode("nonsense", kNow).empty());

  const std::string json = history_json(back, {{120, {{0, 1, 0.5, 0.5, 0.5}}}, {240, {{0, 2, 1.5, 1, 2}}}});
  CHECK(
      json ==
      R"({"step":120,"series":[{"name":"disk \"used\"","tags":[{"name":"mount","value":"/"}],"points":[[120,0.5,0.5,0.5],[240,1.5,1,2]]}],"left_out":0})");
}
