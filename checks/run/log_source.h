// checks/run/log_source.h - a log as bytes at places, whether it lies there as it was written or gzip has made it smaller.
#pragma once
#include <functional>
#include <string>

#include "common/basic/result.h"

namespace picket {

// Up to `max` bytes from `offset` on; fewer only at the end.
using LogSource = std::function<Result<std::string>(int64_t offset, size_t max)>;
LogSource log_source(const std::string& path);  // compressed when its name ends in .gz: read forwards, `offset` may not go back

inline constexpr size_t kMarkMax = 256;
// What is known again of a log under another name: its first bytes, and those before the place that was read to.
struct LogMark { std::string head, tail; };
Result<LogMark> log_mark(const LogSource& source, int64_t offset);
bool log_has_mark(const LogSource& source, int64_t offset, const LogMark& mark);

}  // namespace picket
