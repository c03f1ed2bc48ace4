// common/tls/crypto.cc - hex, base64 and comparison in constant time.
#include "common/tls/crypto.h"

namespace picket {

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile unsigned char different = 0;
  for (size_t i = 0; i < a.size(); i++) different = different | static_cast<unsigned char>(a[i] ^ b[i]);
  return different == 0;
}

std::string hex_encode(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) {
    out += "0123456789abcdef"[c >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out;
}

// ---- base64 ----

static const char kStandard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char kUrl[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static std::string encode(std::string_view bytes, const char* alphabet, bool padded) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  uint32_t bits = 0;
  int count = 0;
  for (unsigned char c : bytes) {
    bits = bits << 8 | c;
    for (count += 8; count >= 6; count -= 6) out += alphabet[bits >> (count - 6) & 63];
  }
  if (count > 0) out += alphabet[bits << (6 - count) & 63];
  while (padded && out.size() % 4) out += '=';
  return out;
}

static bool decode(std::string_view text, const char* alphabet, std::string* bytes) {
  signed char value[256];
  for (signed char& v : value) v = -1;
  for (signed char i = 0; i < 64; i++) value[static_cast<unsigned char>(alphabet[i])] = i;
  if (text.size() % 4 == 1) return false;
  bytes->clear();
  bytes->reserve(text.size() / 4 * 3 + 3);
  uint32_t bits = 0;
  int count = 0;
  for (unsigned char c : text) {
    if (value[c] < 0) return false;
    bits = bits << 6 | static_cast<uint32_t>(value[c]);
    if ((count += 6) >= 8) *bytes += static_cast<char>(bits >> (count -= 8) & 255);
  }
  return (bits & ((1u << count) - 1)) == 0;
}

std::string base64_encode(std::string_view bytes) { return encode(bytes, kStandard, true); }
std::string base64url_encode(std::string_view bytes) { return encode(bytes, kUrl, false); }

bool base64_decode(std::string_view text, std::string* bytes) {
  if (text.size() % 4) return false;
  for (int i = 0; i < 2 && !text.empty() && text.back() == '='; i++) text.remove_suffix(1);
  return decode(text, kStandard, bytes);
}
bool base64url_decode(std::string_view text, std::string* bytes) { return decode(text, kUrl, bytes); }

}  // namespace picket
