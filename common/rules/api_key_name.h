// common/rules/api_key_name.h - whether a name can be an API key: the backend's import and the plan of a move judge alike.
#pragma once
#include <string_view>

#include "common/basic/result.h"

namespace picket {

Status api_key_name_check(std::string_view name);

}  // namespace picket
