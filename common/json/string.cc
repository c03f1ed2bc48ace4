// common/json/string.cc - strings of JSON text, read and skipped: runs of plain bytes eight at a time, escapes and UTF-8 one by one.
#include <cstring>

#include "common/json/cursor.h"

namespace picket {

int utf8_length(const char* text, const char* end) {
  auto* p = reinterpret_cast<const unsigned char*>(text);
  auto left = end - text;
  auto tail = [&](int i, unsigned char low = 0x80, unsigned char high = 0xbf) { return p[i] >= low && p[i] <= high; };
  if (left < 1) return 0;
  if (p[0] < 0x80) return 1;
  if (p[0] < 0xc2 || p[0] > 0xf4) return 0;
  if (p[0] < 0xe0) return left >= 2 && tail(1) ? 2 : 0;
  // No overlong forms, no surrogates, nothing beyond U+10FFFF: the second byte's range depends on the first.
  unsigned char low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
  unsigned char high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
  if (p[0] < 0xf0) return left >= 3 && tail(1, low, high) && tail(2) ? 3 : 0;
  return left >= 4 && tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
}

void utf8_put(std::string& out, uint32_t cp) {
  if (cp < 0x80) {
    out += static_cast<char>(cp);
  } else if (cp < 0x800) {
    out += static_cast<char>(0xc0 | cp >> 6);
    out += static_cast<char>(0x80 | (cp & 0x3f));
  } else if (cp < 0x10000) {
    out += static_cast<char>(0xe0 | cp >> 12);
    out += static_cast<char>(0x80 | (cp >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (cp & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | cp >> 18);
    out += static_cast<char>(0x80 | (cp >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (cp >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (cp & 0x3f));
  }
}

// How many of eight bytes come before one that needs a look: a quote, a backslash, a control character, anything beyond ASCII.
static int block_plain(const char* p) {
  constexpr uint64_t kOnes = 0x0101010101010101u, kHigh = 0x8080808080808080u;
  uint64_t x;
  memcpy(&x, p, 8);
  uint64_t quote = x ^ kOnes * '"', slash = x ^ kOnes * '\\';
  uint64_t found = ((x - kOnes * 0x20) & ~x) | ((quote - kOnes) & ~quote) | ((slash - kOnes) & ~slash) | x;
  found &= kHigh;  // the lowest mark is right; those above it may be borrowed
  if (found == 0) return 8;
  return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_ctzll(found) / 8 : 0;
}

static const char* run_end(const char* p, const char* end) {
  for (int n = 8; n == 8 && end - p >= 8; p += n) n = block_plain(p);
  while (p < end && static_cast<unsigned char>(*p) >= 0x20 && static_cast<unsigned char>(*p) < 0x80 && *p != '"' && *p != '\\') p++;
  return p;
}

static bool hex4(JsonCursor& c, uint32_t* out) {
  *out = 0;
  for (int i = 0; i < 4; i++, c.p++) {
    if (c.p >= c.end) return cursor_fail_grammar(c, "a hex digit");
    char ch = *c.p;
    uint32_t digit = ch >= '0' && ch <= '9' ? ch - '0'
        : ch >= 'a' && ch <= 'f'            ? ch - 'a' + 10
        : ch >= 'A' && ch <= 'F'            ? ch - 'A' + 10
                                            : 99;
    if (digit == 99) return cursor_fail_grammar(c, "a hex digit");
    *out = *out << 4 | digit;
  }
  return true;
}

// After \u. A surrogate without its partner becomes U+FFFD, as in Go.
static bool escape_unicode(JsonCursor& c, std::string* out) {
  uint32_t cp, low = 0;
  if (!hex4(c, &cp)) return false;
  if (cp >= 0xd800 && cp < 0xdc00 && c.end - c.p >= 2 && c.p[0] == '\\' && c.p[1] == 'u') {
    const char* second = c.p;
    c.p += 2;
    if (!hex4(c, &low)) return false;
    if (low >= 0xdc00 && low < 0xe000) cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
    else c.p = second;
  }
  if (cp >= 0xd800 && cp < 0xe000) cp = 0xfffd;
  if (out) utf8_put(*out, cp);
  return true;
}

static bool escape(JsonCursor& c, std::string* out) {
  if (c.p >= c.end) return cursor_fail_grammar(c, "an escape");
  static const char kFrom[] = "\"\\/bfnrt", kTo[] = "\"\\/\b\f\n\r\t";
  if (*c.p == 'u') return c.p++, escape_unicode(c, out);
  const char* at = *c.p ? strchr(kFrom, *c.p) : nullptr;
  if (!at) return cursor_fail_grammar(c, "an escape");
  if (out) *out += kTo[at - kFrom];
  c.p++;
  return true;
}

// The rest of a string whose opening quote was read. `out` may be null: only checked then.
static bool string_rest(JsonCursor& c, std::string* out) {
  for (;;) {
    const char* run = c.p;
    c.p = run_end(c.p, c.end);
    if (out) out->append(run, c.p);
    if (c.p >= c.end) return cursor_fail_grammar(c, "the closing quote");
    auto ch = static_cast<unsigned char>(*c.p);
    if (ch == '"') return c.p++, true;
    if (ch < 0x20) return cursor_fail_grammar(c, "a string without raw control characters");
    if (ch == '\\') {
      c.p++;
      if (!escape(c, out)) return false;
      continue;
    }
    int length = utf8_length(c.p, c.end);
    if (out) length ? out->append(c.p, length) : out->append("\xef\xbf\xbd");
    c.p += length ? length : 1;
  }
}

static bool open_string(JsonCursor& c) {
  JsonType type;
  if (!cursor_peek(c, &type)) return false;
  if (type == JsonType::string) return c.p++, true;
  if (!cursor_skip(c, nullptr)) return false;
  return cursor_fail(c, std::string("expected a string, got ") + json_type_name(type));
}

bool cursor_string(JsonCursor& c, std::string* out) {
  if (!open_string(c)) return false;
  if (out) out->clear();
  return string_rest(c, out);
}

bool cursor_string_view(JsonCursor& c, std::string* scratch, std::string_view* out) {
  if (!open_string(c)) return false;
  const char* from = c.p;
  c.p = run_end(c.p, c.end);
  if (c.p < c.end && *c.p == '"') {
    *out = {from, static_cast<size_t>(c.p - from)};
    c.p++;
    return true;
  }
  scratch->assign(from, c.p);
  if (!string_rest(c, scratch)) return false;
  *out = *scratch;
  return true;
}

}  // namespace picket
