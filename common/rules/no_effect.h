// common/rules/no_effect.h - what of a valid definition can never have an effect, so its author is warned. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/rules/resource_types.h"

namespace picket {

inline constexpr size_t kNoEffectMax = 8;  // sentences about one definition: they have to fit into the headers that proxies take

// The reference accepts these, and so do its dumps: refusing them would stop a restore half-way. `body`: canonical JSON. One sentence each,
// with field, value and what to do: `rules[0] has no verbs and permits nothing; add verbs`.
std::vector<std::string> no_effect(const ResourceType& type, std::string_view body, int64_t now_s);

}  // namespace picket
