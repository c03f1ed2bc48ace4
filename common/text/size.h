// common/text/size.h - counts of bytes as people write them.
#pragma once
#include <cstdint>
#include <string_view>

#include "common/basic/result.h"

namespace picket {

Result<int64_t> size_parse(std::string_view text);  // "128 MB", "4GiB", "1000"

}  // namespace picket
