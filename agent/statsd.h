// agent/statsd.h - StatsD lines to metric points, one flush at a time (agent-behaviour.md section 10). Pure.
//
// Lines, aggregates and their names are those of the library in the reference agent; what differs on purpose stands in
// docs/COMPATIBILITY.md.
//
// Bounded: at most kStatsdSeriesMax series (a line for one more is dropped and counted), and per timer or set at most
// kStatsdValuesMax values between two flushes (a timer beyond it goes on with its sums and extremes; median, deviation and
// percentiles are of those it has).
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/types.h"

namespace picket {

inline constexpr size_t kStatsdSeriesMax = 10'000;
inline constexpr size_t kStatsdValuesMax = 10'000;
inline constexpr int64_t kStatsdExpiryMs = 5 * 60'000;  // a series without updates is reported so long

struct StatsdSeries {
  enum Type { counter, gauge, timer, set } type = counter;
  std::string name;
  std::vector<MetricTag> tags;
  double value = 0;  // counter: sum; gauge: last
  double count = 0;  // timer: scaled by the sample rate
  uint64_t samples = 0;
  double sum = 0, sum_squares = 0, least = 0, most = 0;
  std::vector<double> values;     // timer
  std::set<std::string> members;  // set
  int64_t updated_ms = 0;
};

struct Statsd {
  std::map<std::string, StatsdSeries> series;  // by type, name and tags
  uint64_t lines = 0, bad = 0, dropped = 0;
};

void statsd_feed(Statsd& statsd, std::string_view datagram, std::string_view source_ip, int64_t now_ms);
// The points of this flush, in the order of the series; everything but gauges starts anew. Empty: no event.
std::vector<MetricPoint> statsd_flush(Statsd& statsd, int64_t now_ms, int64_t unix_ns, double seconds);

}  // namespace picket
