// common/text/yaml_scalar.cc - what an unquoted YAML scalar means: YAML 1.1 as go-yaml v2 reads it.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "common/json/float_text.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

struct Word {
  const char* text;
  YamlKind kind;
  const char* value;
};

constexpr Word kWords[] = {
    {"y", YamlKind::boolean, "true"},      {"Y", YamlKind::boolean, "true"},
    {"yes", YamlKind::boolean, "true"},    {"Yes", YamlKind::boolean, "true"},
    {"YES", YamlKind::boolean, "true"},    {"on", YamlKind::boolean, "true"},
    {"On", YamlKind::boolean, "true"},     {"ON", YamlKind::boolean, "true"},
    {"true", YamlKind::boolean, "true"},   {"True", YamlKind::boolean, "true"},
    {"TRUE", YamlKind::boolean, "true"},   {"n", YamlKind::boolean, "false"},
    {"N", YamlKind::boolean, "false"},     {"no", YamlKind::boolean, "false"},
    {"No", YamlKind::boolean, "false"},    {"NO", YamlKind::boolean, "false"},
    {"off", YamlKind::boolean, "false"},   {"Off", YamlKind::boolean, "false"},
    {"OFF", YamlKind::boolean, "false"},   {"false", YamlKind::boolean, "false"},
    {"False", YamlKind::boolean, "false"}, {"FALSE", YamlKind::boolean, "false"},
    {"", YamlKind::null, ""},              {"~", YamlKind::null, ""},
    {"null", YamlKind::null, ""},          {"Null", YamlKind::null, ""},
    {"NULL", YamlKind::null, ""},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Go's strconv.ParseInt(text, 0, 64), or ParseUint: 0x, 0b, 0o and a leading 0 choose the base.
bool integer_parse(std::string_view s, std::string* out) {
  bool negative = !s.empty() && s[0] == '-';
  if (!s.empty() && (s[0] == '-' || s[0] == '+')) s.remove_prefix(1);
  int base = 10;
  if (s.size() > 2 && s[0] == '0' && strchr("xXbBoO", s[1])) {
    base = s[1] == 'x' || s[1] == 'X' ? 16 : s[1] == 'b' || s[1] == 'B' ? 2 : 8;
    s.remove_prefix(2);
  } else if (s.size() > 1 && s[0] == '0') {
    base = 8;
  }
  uint64_t value = 0;
  auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value, base);
  if (s.empty() || error != std::errc() || end != s.data() + s.size()) return false;
  if (negative && value > uint64_t(INT64_MAX) + 1) return false;
  *out = (negative && value ? "-" : "") + std::to_string(value);
  return true;
}

// ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$
bool float_shape(std::string_view s) {
  size_t i = 0, whole = 0, part = 0;
  auto digits = [&] {
    size_t from = i;
    while (i < s.size() && is_digit(s[i])) i++;
    return i - from;
  };
  if (i < s.size() && (s[i] == '-' || s[i] == '+')) i++;
  whole = digits();
  if (i < s.size() && s[i] == '.') i++, part = digits();
  if (whole + part == 0) return false;
  if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    i++;
    if (i < s.size() && (s[i] == '-' || s[i] == '+')) i++;
    if (digits() == 0) return false;
  }
  return i == s.size();
}

// As strconv.FormatFloat(v, 'f', -1, 64) would for everyday sizes, else the shortest text that is also JSON.
std::string float_text(double v) {
  if (v == 0) return "0";  // a zero with a sign would be read back as the integer without
  std::string out = v < 0 ? "-" : "";
  const double size = std::fabs(v);
  if (size < 1e15 && size >= 1e-6) float_put_plain(out, float_digits(v));
  else float_put_exponent(out, float_digits(v), 2);
  return out;
}

}  // namespace

std::pair<YamlKind, std::string> yaml_resolve(std::string_view plain) {
  for (const Word& w : kWords)
    if (plain == w.text) return {w.kind, w.value};
  if (!is_digit(plain[0]) && !strchr("+-.", plain[0])) return {YamlKind::text, std::string(plain)};
  std::string digits, value;
  for (char c : plain)
    if (c != '_') digits += c;
  if (integer_parse(digits, &value)) return {YamlKind::integer, value};
  if (!float_shape(digits)) return {YamlKind::text, std::string(plain)};
  double v = strtod(digits.c_str(), nullptr);
  if (!std::isfinite(v)) return {YamlKind::text, std::string(plain)};
  return {YamlKind::floating, float_text(v)};
}

}  // namespace picket
