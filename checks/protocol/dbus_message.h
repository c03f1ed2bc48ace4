// checks/protocol/dbus_message.h - as much of D-Bus as asking for properties takes: calls with texts, answers of one basic value. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kDbusMessageMax = 1u << 20;  // a longer one is refused

struct DbusCall {
  uint32_t serial = 0;
  std::string destination, path, interface, method;
  std::vector<std::string> texts;  // its arguments
};
std::string dbus_call(const DbusCall& call);

struct DbusMessage {
  enum Type { call = 1, answer = 2, error = 3, signal = 4 };
  int type = 0;
  uint32_t reply_to = 0;              // the serial of the call; 0: none
  std::string error_name, signature;  // signature: of the body
  std::string body;
  bool big_endian = false;
};
Result<size_t> dbus_message_size(std::string_view bytes);  // of the message in front; 0: more bytes are needed to know
Result<DbusMessage> dbus_message_read(std::string_view message);
// The first value of the body as text, also one within a variant. Lists and structs are an error.
Result<std::string> dbus_value(const DbusMessage& message);
std::string dbus_path_escape(std::string_view name);  // one part of a path, as systemd writes names of units in it

}  // namespace picket
