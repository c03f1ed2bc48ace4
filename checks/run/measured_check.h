// checks/run/measured_check.h - what the checks that measure have in common: one look or two, and a judge.
#pragma once
#include <uv.h>

#include <utility>

#include "checks/run/option_rows.h"

namespace picket {

template <class Facts, class Judge>
Result<Report> judged(const Result<Facts>& facts, Judge judge) {
  if (!facts.ok()) return facts.status;
  return judge(facts.value);
}

template <class Facts>
struct TwoLooks {
  Facts before, after;
  double seconds = 0;
};

// Two looks, --interval apart.
template <class Look>
auto look_twice(const Options& options, Look look) -> Result<TwoLooks<decltype(look().value)>> {
  using Facts = decltype(look().value);
  int64_t interval = options.duration_ms("interval");
  if (interval < 10 || interval > 60'000) return fail(Err::invalid, "--interval: expected a value between 10ms and 60s");
  Result<Facts> before = look();
  if (!before.ok()) return before.status;
  uint64_t began = uv_hrtime();
  uv_sleep(unsigned(interval));
  Result<Facts> after = look();
  if (!after.ok()) return after.status;
  return TwoLooks<Facts>{std::move(before.value), std::move(after.value), double(uv_hrtime() - began) / 1e9};
}

}  // namespace picket
