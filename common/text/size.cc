// common/text/size.cc - see size.h.
#include "common/text/size.h"

#include <charconv>
#include <string>

namespace picket {

Result<int64_t> size_parse(std::string_view text) {
  struct Unit { std::string_view name; int64_t bytes; };
  static constexpr Unit kUnits[] = {{"", 1},          {"b", 1},         {"kb", 1000},    {"mb", 1'000'000}, {"gb", 1'000'000'000},
                                    {"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}};
  int64_t count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  std::string unit;
  for (char c : text.substr(static_cast<size_t>(end - text.data())))
    if (c != ' ') unit += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const Unit& u : kUnits)
    if (error == std::errc() && unit == u.name && count >= 0 && count <= INT64_MAX / u.bytes) return count * u.bytes;
  return fail(Err::invalid, "\"" + std::string(text) + "\" is not a size; expected e.g. 128 MB");
}

}  // namespace picket
