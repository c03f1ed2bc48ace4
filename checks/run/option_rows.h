// checks/run/option_rows.h - for the files that define checks: short names for what their option rows are made of.
#pragma once
#include "checks/run/check.h"

namespace picket {

inline constexpr OptionKind kText = OptionKind::text, kInteger = OptionKind::integer, kNumber = OptionKind::number,
                            kBoolean = OptionKind::boolean, kList = OptionKind::list, kDuration = OptionKind::duration;
inline constexpr const char *kJudged = "Thresholds", *kWhich = "Selection", *kHow = "How";

template <size_t N>
constexpr int count_of(const OptionRow (&)[N]) {
  return int(N);
}

}  // namespace picket
