// common/template/go_number.cc - integers, floats and times as Go's strconv and time write them.
#include "common/template/go_number.h"

#include <charconv>
#include <cmath>

#include "common/json/float_text.h"

namespace picket {

static bool all_parsed(std::string_view text, std::from_chars_result r) {
  return r.ec == std::errc() && r.ptr == text.data() + text.size();
}

// Hexadecimal floats need their exponent: 0x1p-2.
static bool hex_parse(std::string_view digits, double* out) {
  if (digits.find_first_of("pP") == digits.npos || digits[0] == '-' || digits[0] == '+') return false;
  return all_parsed(digits, std::from_chars(digits.data(), digits.data() + digits.size(), *out, std::chars_format::hex));
}

static bool magnitude_parse(std::string_view text, double* out) {
  if (text.empty() || text[0] == '-' || text[0] == '+') return false;
  if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') return hex_parse(text.substr(2), out);
  if (text.find('(') != text.npos) return false;  // nan(chars) is C's
  auto r = std::from_chars(text.data(), text.data() + text.size(), *out);
  if (r.ec != std::errc::result_out_of_range || r.ptr != text.data() + text.size()) return all_parsed(text, r);
  // Out of range: nothing left of it, or more than there is. The sign of the decimal exponent decides.
  size_t e = text.find_first_of("eE");
  bool tiny = e != text.npos ? text.substr(e + 1, 1) == "-" : text[0] == '0' || text[0] == '.';
  return *out = 0, tiny;
}

// 1_000 is 1000: an underscore may stand between two digits, and after 0x.
static bool without_underscores(std::string_view text, std::string* out) {
  bool hex = text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
  auto is_digit = [hex](char c) { return (c >= '0' && c <= '9') || (hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f'); };
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '_') {
      out->push_back(text[i]);
      continue;
    }
    bool after_digit = i > 0 && (is_digit(text[i - 1]) || (hex && i == 2));
    if (!after_digit || i + 1 == text.size() || !is_digit(text[i + 1])) return false;
  }
  return true;
}

bool go_float_parse(std::string_view text, double* out) {
  bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  std::string plain;
  if (text.find('_') != text.npos) {
    if (!without_underscores(text, &plain)) return false;
    text = plain;
  }
  if (!magnitude_parse(text, out)) return false;
  if (negative) *out = -*out;
  return true;
}

bool go_int_parse(std::string_view text, int64_t* out) {
  bool plus = !text.empty() && text[0] == '+';
  if (plus) text.remove_prefix(1);
  if (plus && !text.empty() && text[0] == '-') return false;
  return all_parsed(text, std::from_chars(text.data(), text.data() + text.size(), *out));
}

static std::string not_finite(double v) { return std::isnan(v) ? "NaN" : v > 0 ? "+Inf" : "-Inf"; }

static std::string sign_of(double v) { return std::signbit(v) ? "-" : ""; }

std::string go_float_g(double v) {
  if (!std::isfinite(v)) return not_finite(v);
  std::string out = sign_of(v);
  const double size = std::fabs(v);
  if (size != 0 && (size < 1e-4 || size >= 1e6)) float_put_exponent(out, float_digits(v), 2);
  else float_put_plain(out, float_digits(v));
  return out;
}

std::string go_float_f(double v) {
  if (!std::isfinite(v)) return not_finite(v);
  std::string out = sign_of(v);
  float_put_plain(out, float_digits(v));
  return out;
}

}  // namespace picket
