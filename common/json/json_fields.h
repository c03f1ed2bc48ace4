// common/json/json_fields.h - single fields of a JSON object; what is absent or of another type is empty, 0 or false.
#pragma once
#include <string>
#include <string_view>

#include "common/json/json.h"

namespace picket {

inline std::string json_text_at(std::string_view object, std::string_view key) { return json_string(json_at(object, {key})).value; }
inline int64_t json_integer_at(std::string_view object, std::string_view key) { return json_int64(json_at(object, {key})).value; }
inline bool json_truth_at(std::string_view object, std::string_view key) { return json_at(object, {key}) == "true"; }

}  // namespace picket
