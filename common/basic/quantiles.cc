// common/basic/quantiles.cc - counts in buckets of growing width, for the present and the last five minutes.
#include "common/basic/quantiles.h"

#include <algorithm>

namespace picket {
namespace {

// Below four a bucket is a value; above, the two bits after the leading one say which quarter.
int bucket_of(int64_t value) {
  if (value < 4) return value < 0 ? 0 : static_cast<int>(value);
  int power = 0;
  for (int step = 32; step; step /= 2)
    if (value >> (power + step)) power += step;
  return std::min(power * 4 + static_cast<int>((value >> (power - 2)) & 3) - 4, kSummaryBuckets - 1);
}

double middle_of(int bucket) {
  if (bucket < 4) return bucket;
  const int power = bucket / 4 + 1;
  const double quarter = static_cast<double>(int64_t{1} << (power - 2));
  return quarter * (4 + bucket % 4) + (quarter - 1) / 2;
}

bool outdated(const Summary& s, int64_t now_ms) { return now_ms - s.since_ms >= kSummaryAgeMs; }

}  // namespace

void summary_add(Summary& s, int64_t value, int64_t now_ms) {
  if (outdated(s, now_ms)) {
    const bool both = now_ms - s.since_ms >= 2 * kSummaryAgeMs;
    for (int i = 0; i < kSummaryBuckets; i++) s.before[i] = both ? 0 : s.now[i], s.now[i] = 0;
    s.since_ms = now_ms;
  }
  s.count++;
  s.sum += std::max<int64_t>(value, 0);
  s.now[bucket_of(value)]++;
}

double summary_quantile(const Summary& s, double q, int64_t now_ms) {
  const bool gone = now_ms - s.since_ms >= 2 * kSummaryAgeMs, old = outdated(s, now_ms);
  auto at = [&](int i) -> uint64_t { return gone ? 0 : s.now[i] + (old ? 0 : s.before[i]); };
  uint64_t total = 0;
  for (int i = 0; i < kSummaryBuckets; i++) total += at(i);
  if (total == 0) return -1;
  const uint64_t rank = std::max<uint64_t>(1, static_cast<uint64_t>(q * static_cast<double>(total) + 0.999999));
  uint64_t seen = 0;
  for (int i = 0; i < kSummaryBuckets; i++)
    if (seen += at(i); seen >= rank) return middle_of(i);
  return middle_of(kSummaryBuckets - 1);
}

}  // namespace picket
