// backend/route/rota.h - whose turn it is: handlers that follow each other week by week, in a zone's own time. Pure.
#pragma once
#include <cstdint>
#include <string>

#include "common/types/types.h"

namespace picket {

inline constexpr uint32_t kRotaDays = 7;  // of a turn that does not say

// The handler whose turn it is; before the beginning the turns are as if they had always been. "" when there is none.
std::string rota_pick(const HandlerRota& rota, int64_t now_s);

}  // namespace picket
