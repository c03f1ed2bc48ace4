// common/rules/api_key_name.cc - see api_key_name.h.
#include "common/rules/api_key_name.h"

namespace picket {

constexpr size_t kKeyMin = 16, kKeyMax = 128;

Status api_key_name_check(std::string_view name) {
  const bool is_plain = name.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == name.npos;
  if (name.size() >= kKeyMin && name.size() <= kKeyMax && is_plain) return {};
  return fail(Err::invalid, "the name of a key is the key: 16 to 128 letters, digits, - and _");
}

}  // namespace picket
