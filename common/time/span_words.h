// common/time/span_words.h - spans and times as people read them: "26 h", "3 d 4 h", "2026-11-30 02:04".
#pragma once
#include <cstdint>
#include <string>

#include "common/time/timezone.h"

namespace picket {

std::string span_words(int64_t seconds);                        // two units at most, the smaller one only when it is not 0
std::string clock_words(int64_t unix_s, const Timezone& zone);  // to the minute, without the zone

}  // namespace picket
