// common/json/write.cc - writing JSON as Go's encoding/json does.
#include <cstring>

#include "common/json/cursor.h"
#include "common/json/json_text.h"

namespace picket {

// What stands as it is inside a string: ASCII without controls, quote, backslash and the three HTML characters.
struct PlainTable {
  bool is[256];
  constexpr PlainTable() : is() {
    for (int i = 0x20; i < 0x80; i++) is[i] = i != '"' && i != '\\' && i != '<' && i != '>' && i != '&';
  }
};
static constexpr PlainTable kPlain;

template <class Out>
static void put_escape(Out& out, unsigned char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  static const char kHex[] = "0123456789abcdef";
  out += "\\u00";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

// The bytes at p are not ASCII. Returns how many were taken.
template <class Out>
static int put_wide(Out& out, const char* p, const char* end) {
  int length = utf8_length(p, end);
  if (length == 0) return out += "\\ufffd", 1;
  bool separator = length == 3 && memcmp(p, "\xe2\x80", 2) == 0 && (p[2] == '\xa8' || p[2] == '\xa9');
  if (separator) out += p[2] == '\xa8' ? std::string_view("\\u2028") : "\\u2029";
  else out.append(p, static_cast<size_t>(length));
  return length;
}

template <class Out>
static void put_string(Out& out, std::string_view s) {
  const char *p = s.data(), *end = p + s.size();
  out += '"';
  while (p < end) {
    const char* run = p;
    while (p < end && kPlain.is[static_cast<unsigned char>(*p)]) p++;
    out.append(run, static_cast<size_t>(p - run));  // two pointers would be a replacement
    if (p >= end) break;
    if (static_cast<unsigned char>(*p) < 0x80) put_escape(out, static_cast<unsigned char>(*p++));
    else p += put_wide(out, p, end);
  }
  out += '"';
}

void json_put_string(std::string& out, std::string_view s) { put_string(out, s); }
void json_put_string(JsonText& out, std::string_view s) { put_string(out, s); }

void json_put_double(JsonText& out, double v) {
  std::string text;
  json_put_double(text, v);
  out += text;
}

std::string json_quote(std::string_view s) {
  std::string out;
  json_put_string(out, s);
  return out;
}

JsonObject& JsonObject::key(std::string_view k) {
  if (text.size() > 1) text += ',';
  json_put_string(text, k);
  text += ':';
  return *this;
}

JsonObject& JsonObject::add(std::string_view k, std::string_view v) {
  json_put_string(key(k).text, v);
  return *this;
}

JsonObject& JsonObject::add(std::string_view k, bool v) { return add_raw(k, v ? "true" : "false"); }
JsonObject& JsonObject::add(std::string_view k, int64_t v) { return add_raw(k, std::to_string(v)); }
JsonObject& JsonObject::add(std::string_view k, uint64_t v) { return add_raw(k, std::to_string(v)); }

JsonObject& JsonObject::add(std::string_view k, double v) {
  json_put_double(key(k).text, v);
  return *this;
}

JsonObject& JsonObject::add(std::string_view k, const std::vector<std::string>& v) {
  key(k);
  text += '[';
  for (size_t i = 0; i < v.size(); i++) {
    if (i) text += ',';
    json_put_string(text, v[i]);
  }
  text += ']';
  return *this;
}

JsonObject& JsonObject::add_raw(std::string_view k, std::string_view raw) {
  key(k);
  text += raw;
  return *this;
}

std::string JsonObject::done() {
  text += '}';
  return std::move(text);
}

}  // namespace picket
