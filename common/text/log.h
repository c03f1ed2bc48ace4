// common/text/log.h - JSON lines on stderr: a fixed short message and typed fields; values are never glued into the message.
//
// Keys sorted, as the reference logs: {"component":..,"level":..,"msg":..,"time":..}. error = someone must act,
// warning = we coped, info = one line per event, debug = the rest. No secrets, no payloads.
// A line is written with one write(2); lines longer than kLogLineMax are cut.
#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kLogLineMax = 8192;
enum class LogLevel { trace, debug, info, warn, error, fatal };

struct LogField {
  std::string_view key;
  std::string raw;  // JSON text
  LogField(std::string_view k, std::string_view v);
  LogField(std::string_view k, const char* v) : LogField(k, std::string_view(v)) {}
  LogField(std::string_view k, const std::string& v) : LogField(k, std::string_view(v)) {}
  LogField(std::string_view k, bool v);
  LogField(std::string_view k, double v);
  template <class I, class = std::enable_if_t<std::is_integral_v<I> && !std::is_same_v<I, bool>>>
  LogField(std::string_view k, I v) : key(k), raw(std::to_string(v)) {}
};
using LogFields = std::initializer_list<LogField>;

void log_set_level(LogLevel level);
LogLevel log_level();
Result<LogLevel> log_level_parse(std::string_view text);             // panic fatal error warn(ing) info debug trace
void log_set_sink(std::function<void(std::string_view line)> sink);  // empty = stderr

std::string log_time_text();  // now, as it stands in a line: a JSON string
void log_line(LogLevel level, std::string_view component, std::string_view msg, LogFields fields = {});
// Who did what, for later investigation: component "audit", shown as info and written at the default level (warn), too.
void log_audit(std::string_view msg, LogFields fields);
inline void log_debug(std::string_view c, std::string_view m, LogFields f = {}) { log_line(LogLevel::debug, c, m, f); }
inline void log_info(std::string_view c, std::string_view m, LogFields f = {}) { log_line(LogLevel::info, c, m, f); }
inline void log_warn(std::string_view c, std::string_view m, LogFields f = {}) { log_line(LogLevel::warn, c, m, f); }
inline void log_error(std::string_view c, std::string_view m, LogFields f = {}) { log_line(LogLevel::error, c, m, f); }

}  // namespace picket
