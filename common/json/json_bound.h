// common/json/json_bound.h - how much would be built of a text: a value in memory takes many times its bytes, and `{},` is three of them.
#pragma once
#include <cstddef>
#include <string_view>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kJsonValuesMax = 500'000;                  // of one document from outside, at all depths
inline constexpr size_t kJsonBoundFromBytes = 2 * kJsonValuesMax;  // shorter ones cannot hold more

struct JsonCount { size_t values = 1, items = 1; };  // items: of the list at the top
// Of a text that may not even be JSON: commas and opened brackets outside of strings, nothing is built.
JsonCount json_count(std::string_view text);
// Err::too_large beyond kJsonValuesMax.
Status json_bound(std::string_view text);

}  // namespace picket
