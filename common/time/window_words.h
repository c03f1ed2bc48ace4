// common/time/window_words.h - times of day as people write them, in the windows of `subdue` and `when`: turned into the one form that
// is stored ("5:00PM", UTC). Pure.
//
//   5PM   5:00 pm   17:00   22:30 UTC   5:00 PM PST   11AM PT   17:00 America/Vancouver   5:04PM -08:00
//
// Zones with summer time count with the offset they have at `now_s`. A window of a week day that lies on two days in UTC becomes two.
#pragma once
#include <cstdint>
#include <string_view>

#include "common/basic/result.h"
#include "common/time/timezone.h"
#include "common/types/types.h"

namespace picket {

struct TimeOfDay {
  int minutes = 0;       // since midnight, as written
  int32_t offset_s = 0;  // east of UTC
  bool has_zone = false;
};
// `local`: the zone of a time that names none.
Result<TimeOfDay> time_of_day_parse(std::string_view text, int64_t now_s, const Timezone& local);

Result<TimeWindowWhen> window_in_utc(const TimeWindowWhen& window, int64_t now_s, const Timezone& local);

}  // namespace picket
