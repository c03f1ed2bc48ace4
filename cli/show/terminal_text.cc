// cli/show/terminal_text.cc - control characters of others' texts made visible before a terminal obeys them.
#include "cli/show/terminal_text.h"

#include <cstdint>

namespace picket {
namespace {

// U+2400 and on: pictures of the control characters.
void put_picture(std::string& out, unsigned char c) {
  out += "\xe2\x90";
  out += static_cast<char>(0x80 + (c == 0x7f ? 0x21 : c));
}

// Length of ESC [ numbers m at the front, or 0.
size_t style_length(std::string_view s) {
  if (s.size() < 3 || s[0] != '\x1b' || s[1] != '[') return 0;
  size_t i = s.find_first_not_of("0123456789;", 2);
  return i != s.npos && s[i] == 'm' ? i + 1 : 0;
}

// U+202A to 202E and U+2066 to 2069, all three bytes long: the code point, or 0.
unsigned direction(std::string_view s) {
  if (s.size() < 3 || static_cast<unsigned char>(s[0]) != 0xe2) return 0;
  unsigned b = static_cast<unsigned char>(s[1]), c = static_cast<unsigned char>(s[2]);
  if (b == 0x80 && c >= 0xaa && c <= 0xae) return 0x2000 + (c & 0x3f);
  if (b == 0x81 && c >= 0xa6 && c <= 0xa9) return 0x2040 + (c & 0x3f);
  return 0;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') return (c | 0x20) - 'a' + 10;
  return -1;
}

// \u00XX at the front that is a control character, or -1.
int escaped_control(std::string_view s) {
  if (s.size() < 6 || s[1] != 'u' || s[2] != '0' || s[3] != '0') return -1;
  int high = hex_value(s[4]), low = hex_value(s[5]);
  if (high < 0 || low < 0) return -1;
  int c = high * 16 + low;
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) ? c : -1;
}

}  // namespace

std::string terminal_masked(std::string_view text, bool keep_styles) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::string_view rest = text.substr(i);
    if (size_t n = keep_styles ? style_length(rest) : 0; n > 0) {
      out.append(rest.substr(0, n));
      i += n;
    } else if (c == '\r' && rest.size() > 1 && rest[1] == '\n') {
      i++;  // a line's end as Windows writes it
    } else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) {
      put_picture(out, c);
      i++;
    } else if (c == 0xc2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xa0) {
      out += "\xef\xbf\xbd";  // the control characters of eight bits: U+009B is ESC [ to some
      i += 2;
    } else if (unsigned d = direction(rest); d != 0) {
      static const char kHex[] = "0123456789ABCDEF";
      out += std::string("<U+20") + kHex[d >> 4 & 15] + kHex[d & 15] + ">";
      i += 3;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string terminal_masked_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (size_t i = 0; i < json.size();) {
    if (json[i] != '\\' || i + 1 >= json.size()) {
      out += json[i++];
      continue;
    }
    const std::string_view rest = json.substr(i);
    int c = rest[1] == 'b' ? '\b' : rest[1] == 'f' ? '\f' : rest[1] == 'r' ? '\r' : escaped_control(rest);
    const size_t length = rest[1] == 'u' ? 6 : 2;
    if (c == '\r' && rest.substr(length, 2) == "\\n") c = 0x100;  // left out
    if (c < 0) out.append(rest.substr(0, 2));                     // any other escape, its backslash taken with what it escapes
    else if (c >= 0x80 && c < 0x100) out += "\xef\xbf\xbd";
    else if (c < 0x100) put_picture(out, static_cast<unsigned char>(c));
    i += c < 0 ? 2 : length;
  }
  return terminal_masked(out, false);
}

}  // namespace picket
