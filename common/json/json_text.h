// common/json/json_text.h - JSON text that is being written, piece by small piece.
//
// Every result is printed once, in some 500 pieces. std::string makes a call of each; here most of them are a few instructions.
#pragma once
#include <cstring>
#include <string>
#include <string_view>

namespace picket {

struct JsonText {
  std::string bytes;  // grown ahead: the first `used` ones count
  size_t used = 0;

  explicit JsonText(size_t expected = 512) : bytes(expected, '\0') {}

  // Place for `count` more bytes, all of which the caller fills.
  char* room(size_t count) {
    if (bytes.size() - used < count) bytes.resize((used + count) * 2);
    char* at = &bytes[used];
    used += count;
    return at;
  }
  JsonText& operator+=(char c) { return *room(1) = c, *this; }
  JsonText& operator+=(std::string_view s) { return append(s.data(), s.size()); }
  JsonText& append(const char* s, size_t size) {
    if (size) memcpy(room(size), s, size);
    return *this;
  }
  std::string done() {
    bytes.resize(used);
    return std::move(bytes);
  }
};

void json_put_string(JsonText& out, std::string_view s);
void json_put_double(JsonText& out, double v);  // as that of json.h

}  // namespace picket
