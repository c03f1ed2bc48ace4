// common/template/literals.cc - constants of a template as Go writes them: numbers, strings, characters.
#include <charconv>

#include "common/json/cursor.h"
#include "common/template/parser.h"

namespace picket {

bool template_int(std::string_view text, int64_t* out) {
  std::string digits;
  for (char c : text)
    if (c != '_') digits += c;
  bool negative = !digits.empty() && digits[0] == '-';
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.erase(0, 1);
  int base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    char b = static_cast<char>(digits[1] | 0x20);
    base = b == 'x' ? 16 : b == 'b' ? 2 : 8;
    digits.erase(0, b == 'x' || b == 'b' || b == 'o' ? 2 : 1);
  }
  uint64_t size = 0;
  auto r = std::from_chars(digits.data(), digits.data() + digits.size(), size, base);
  if (r.ec != std::errc() || r.ptr != digits.data() + digits.size() || size > INT64_MAX) return false;
  *out = negative ? -static_cast<int64_t>(size) : static_cast<int64_t>(size);
  return true;
}

static bool hex_value(std::string_view text, uint32_t* out) {
  auto r = std::from_chars(text.data(), text.data() + text.size(), *out, 16);
  return r.ec == std::errc() && r.ptr == text.data() + text.size();
}

// One escape of a Go string, after the backslash. Returns the bytes taken, 0 when it is none.
static size_t unescape(std::string_view rest, std::string& out) {
  static const char kFrom[] = "abfnrtv\\'\"", kTo[] = "\a\b\f\n\r\t\v\\'\"";
  uint32_t code = 0;
  if (rest.empty()) return 0;
  for (size_t i = 0; i + 1 < sizeof kFrom; i++)
    if (rest[0] == kFrom[i]) return out += kTo[i], 1;
  size_t length = rest[0] == 'x' ? 2 : rest[0] == 'u' ? 4 : rest[0] == 'U' ? 8 : 0;
  if (length) {
    if (rest.size() <= length || !hex_value(rest.substr(1, length), &code)) return 0;
    if (length > 2 && (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))) return 0;
    length == 2 ? void(out += static_cast<char>(code)) : utf8_put(out, code);
    return length + 1;
  }
  for (size_t i = 0; i < 3; i++) {
    if (i >= rest.size() || rest[i] < '0' || rest[i] > '7') return 0;
    code = code * 8 + static_cast<uint32_t>(rest[i] - '0');
  }
  return code > 255 ? 0 : (out += static_cast<char>(code), 3);
}

bool template_unquote(std::string_view quoted, std::string& out) {
  std::string_view inner = quoted.substr(1, quoted.size() - 2);
  if (quoted[0] == '`') return out = inner, true;
  for (size_t i = 0; i < inner.size();) {
    if (inner[i] != '\\') {
      out += inner[i++];
      continue;
    }
    size_t taken = unescape(inner.substr(i + 1), out);
    if (!taken) return false;
    i += taken + 1;
  }
  return true;
}

// 'x', '\n', '\u00e4': the code point.
bool template_character(std::string_view quoted, int64_t* out) {
  std::string text;
  if (!template_unquote(quoted, text) || text.empty()) return false;
  if (utf8_length(text.data(), text.data() + text.size()) != static_cast<int>(text.size())) return false;
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  uint32_t code = text.size() > 1 ? byte(0) & (0xffu >> (text.size() + 1)) : byte(0);
  for (size_t i = 1; i < text.size(); i++) code = code << 6 | (byte(i) & 63u);
  return *out = code, true;
}

}  // namespace picket
