// tests/fuzz/statsd.cc - any datagram; no point may be without a name.
#include <cstdint>
#include <cstdlib>

#include "agent/metrics/statsd.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Statsd statsd;
  statsd_feed(statsd, {reinterpret_cast<const char*>(data), size}, "127.0.0.1", 0);
  for (const MetricPoint& p : statsd_flush(statsd, 0, 0, 1))
    if (p.name.empty() || p.name[0] == '.') {
      if (p.name.size() < 2) abort();
    }
  return 0;
}
