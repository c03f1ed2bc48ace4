// backend/etcd/etcd_child_log.h - what our etcd writes on its standard error: lines, their level, and what to do about some. Pure.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "common/text/log.h"

namespace picket {

inline constexpr size_t kEtcdLineMax = 64u << 10;  // of one line; the rest of a longer one is dropped

struct EtcdLines { std::string part; };
void etcd_lines_take(EtcdLines& lines, std::string_view bytes, const std::function<void(std::string_view line)>& each);

struct EtcdLine {
  LogLevel level = LogLevel::warn;  // of what is no JSON, too: a stack of Go, a word of its libraries
  std::string message;
  std::string details;  // JSON object of the other fields, without time and place in the source; "" = none
};
EtcdLine etcd_line_read(std::string_view line);

// A sentence for who has to act; "" when etcd's own says enough.
std::string_view etcd_remedy(std::string_view text);

}  // namespace picket
