// common/basic/quantiles.h - how long something takes, or how large it is: count, sum, and quantiles of the last five to ten minutes.
//
// Values are sorted into buckets that grow by a quarter of a power of two, so a quantile is right to within 13 %. An
// observation is a few instructions, a summary two kilobytes.
#pragma once
#include <cstdint>

namespace picket {

inline constexpr int kSummaryBuckets = 160;  // up to 2^40
inline constexpr int64_t kSummaryAgeMs = 300'000;

struct Summary {
  int64_t count = 0, sum = 0;  // ever
  int64_t since_ms = 0;        // when `now` was begun
  uint32_t now[kSummaryBuckets] = {}, before[kSummaryBuckets] = {};
};

void summary_add(Summary& summary, int64_t value, int64_t now_ms);  // below 0 counts as 0
// 0 <= q <= 1; -1 when nothing was observed lately.
double summary_quantile(const Summary& summary, double q, int64_t now_ms);

}  // namespace picket
