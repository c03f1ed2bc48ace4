// common/rules/enroll_token.cc - see enroll_token.h.
#include "common/rules/enroll_token.h"

namespace picket {

constexpr std::string_view kPrefix = "picket.";

std::string enroll_token_write(const EnrollToken& t) {
  return std::string(kPrefix) + t.id + "." + t.secret + "." + (t.pin.empty() ? "0" : t.pin);
}

static bool is_hex(std::string_view text, size_t size) {
  return text.size() == size && text.find_first_not_of("0123456789abcdef") == text.npos;
}

Result<EnrollToken> enroll_token_read(std::string_view text) {
  const Status wrong = fail(Err::invalid, "this is no token; expected what `picket ctl enroll create` has printed: picket.ID.SECRET.PIN");
  if (text.substr(0, kPrefix.size()) != kPrefix) return wrong;
  text.remove_prefix(kPrefix.size());
  const size_t first = text.find('.'), second = first == text.npos ? first : text.find('.', first + 1);
  if (second == text.npos) return wrong;
  EnrollToken t{std::string(text.substr(0, first)), std::string(text.substr(first + 1, second - first - 1)),
                std::string(text.substr(second + 1))};
  const bool pinned = t.pin != "0";
  if (!is_hex(t.id, kEnrollIdSize) || !is_hex(t.secret, kEnrollSecretSize) || (pinned && !is_hex(t.pin, kEnrollPinSize))) return wrong;
  if (!pinned) t.pin.clear();
  return t;
}

}  // namespace picket
