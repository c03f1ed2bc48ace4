// common/rules/rota_rules.h - what a rota may be.
#pragma once
#include <cstdint>
#include <string>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr size_t kRotaHandlersMax = 64;
inline constexpr uint32_t kRotaDaysMax = 366;

// "2026-12-07 09:00": seconds since 1970 on the wall clock of the rota's zone.
Result<int64_t> rota_begin(const std::string& text);
Status validate_rota(const std::optional<HandlerRota>& rota);

}  // namespace picket
