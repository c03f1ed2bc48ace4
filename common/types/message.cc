// common/types/message.cc - a message split at its first newline, and joined.
#include "common/types/message.h"

namespace picket {

Result<Message> message_split(std::string_view frame) {
  size_t newline = frame.find('\n');
  if (newline == frame.npos)
    return fail(Err::invalid,
                "a message of " + std::to_string(frame.size()) + " bytes has no newline after its type; expected TYPE, newline, JSON");
  return Message{frame.substr(0, newline), frame.substr(newline + 1)};
}

std::string message_join(std::string_view type, std::string_view payload) {
  std::string frame;
  frame.reserve(type.size() + 1 + payload.size());
  frame.append(type).append("\n").append(payload);
  return frame;
}

}  // namespace picket
