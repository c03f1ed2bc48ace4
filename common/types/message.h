// common/types/message.h - the agent protocol's frame: TYPE, one newline, payload (W-10).
#pragma once
#include <string>
#include <string_view>

#include "common/basic/result.h"

namespace picket {

// Largest assembled message either side accepts; a larger one ends the connection with 1009.
inline constexpr size_t kMessageMax = 8u << 20;

struct Message {
  std::string_view type, payload;  // point into the frame
};

Result<Message> message_split(std::string_view frame);  // no newline: Err::invalid
std::string message_join(std::string_view type, std::string_view payload);

}  // namespace picket
