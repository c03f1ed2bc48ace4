// agent/metrics/statsd.h - StatsD lines to metric points, one flush at a time. Pure.
//
//   name:value|type[|@rate][|#tag:value,...]          StatsD, DogStatsD
//   name:1|ms:2|ms:3|ms   name:1:2:3|ms               several values: of StatsD, of DogStatsD 1.1
//   name;tag=value:1|c  name,tag=value:1|c  name#tag=value:1|c  name[tag=value]:1|c    tags of Graphite, Influx, Librato, SignalFx
//
// A gauge with a sign is changed by its value, one without is set. The names of the aggregates are those of the library in the
// reference agent; what differs on purpose stands in docs/COMPATIBILITY.md. Only what cannot be read is ignored, and counted.
//
// Bounded: at most kStatsdSeriesMax series (a line for one more is dropped and counted), and per timer or set at most
// kStatsdValuesMax values between two flushes (a timer beyond it goes on with its sums and extremes; median, deviation and
// percentiles are of those it has; a set beyond it has no value in this flush, which is logged).
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/types/types.h"

namespace picket {

inline constexpr size_t kStatsdSeriesMax = 10'000;
inline constexpr size_t kStatsdValuesMax = 10'000;
inline constexpr int64_t kStatsdExpiryMs = 5 * 60'000;  // a series without updates is reported for this time

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
  bool is_overfull = false;       // set: there were more members than are kept
  int64_t updated_ms = 0;
};

struct Statsd {
  std::map<std::string, StatsdSeries> series;  // by type, name and tags
  size_t quiet = 0;                            // gauges of them that were not reported in the last flush
  uint64_t lines = 0;
  uint64_t bad = 0;        // values that cannot be read
  uint64_t dropped = 0;    // for want of a place
  uint64_t others = 0;     // events and service checks of DogStatsD, which are no metrics
  uint64_t unsayable = 0;  // results that are no numbers: too large a sum, too many members
  std::string first_bad;   // since its reporter emptied this
};

void statsd_feed(Statsd& statsd, std::string_view datagram, std::string_view source_ip, int64_t now_ms);
// The points of this flush, in the order of the series; everything but gauges starts anew. Empty: no event.
std::vector<MetricPoint> statsd_flush(Statsd& statsd, int64_t now_ms, int64_t unix_ns, double seconds);

}  // namespace picket
