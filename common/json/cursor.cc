// common/json/cursor.cc - values, keys and lists read one after the other, and the place of what is wrong.
#include "common/json/cursor.h"

#include <cstring>

namespace picket {

JsonCursor cursor_open(std::string_view text) {
  JsonCursor c;
  c.begin = c.p = text.data();
  c.end = text.data() + text.size();
  return c;
}

Status cursor_status(const JsonCursor& c) {
  if (c.error.empty()) return {};
  Err code = c.too_large ? Err::too_large : Err::invalid;
  return fail(code, c.path.empty() ? c.error : c.path + ": " + c.error);
}

bool cursor_fail(JsonCursor& c, std::string message) {
  if (c.error.empty()) c.error = std::move(message);
  return false;
}

static std::string printable(unsigned char ch) {
  if (ch >= 0x20 && ch < 0x7f) return std::string("'") + char(ch) + "'";
  char text[8];
  snprintf(text, sizeof text, "0x%02x", ch);
  return text;
}

bool cursor_fail_grammar(JsonCursor& c, const char* expected) {
  if (!c.error.empty()) return false;
  c.grammar = true;
  c.incomplete = c.p >= c.end;
  c.error = "not valid JSON at byte " + std::to_string(c.p - c.begin) + ": expected " + expected + ", got " +
      (c.incomplete ? "the end of the text" : printable(static_cast<unsigned char>(*c.p)));
  return false;
}

bool cursor_fail_room(JsonCursor& c) {
  c.too_large = true;
  return cursor_fail(c, "more items than fit in " + std::to_string(kDecodedMax >> 20) + " MiB of memory");
}

bool cursor_at_key(JsonCursor& c, std::string_view key) {
  if (c.grammar) return false;
  std::string path(key.substr(0, 64));  // labels may be long
  if (!c.path.empty() && c.path[0] != '[') path += '.';
  c.path.insert(0, path);
  return false;
}

bool cursor_at_index(JsonCursor& c, size_t index) {
  if (c.grammar) return false;
  std::string path = "[" + std::to_string(index) + "]";
  if (!c.path.empty() && c.path[0] != '[') path += '.';
  c.path.insert(0, path);
  return false;
}

void cursor_space(JsonCursor& c) {
  while (c.p < c.end && (*c.p == ' ' || *c.p == '\n' || *c.p == '\t' || *c.p == '\r')) c.p++;
}

bool cursor_peek(JsonCursor& c, JsonType* type) {
  cursor_space(c);
  if (c.p >= c.end) return cursor_fail_grammar(c, "a value");
  switch (*c.p) {
    case '{': *type = JsonType::object; return true;
    case '[': *type = JsonType::array; return true;
    case '"': *type = JsonType::string; return true;
    case 't':
    case 'f': *type = JsonType::boolean; return true;
    case 'n': *type = JsonType::null; return true;
    case '-': *type = JsonType::number; return true;
    default: break;
  }
  if (*c.p < '0' || *c.p > '9') return cursor_fail_grammar(c, "a value");
  *type = JsonType::number;
  return true;
}

const char* json_type_name(JsonType type) {
  static const char* const kNames[] = {"null", "bool", "number", "string", "array", "object"};
  return kNames[static_cast<int>(type)];
}

// Is it `wanted`? A value of another type fails, after a check of its grammar: what is broken is called broken.
static bool expect(JsonCursor& c, JsonType wanted, const char* name) {
  JsonType type;
  if (!cursor_peek(c, &type)) return false;
  if (type == wanted) return true;
  if (!cursor_skip(c, nullptr)) return false;
  return cursor_fail(c, std::string("expected ") + name + ", got " + json_type_name(type));
}

static bool word(JsonCursor& c, const char* text, size_t length) {
  for (size_t i = 0; i < length; i++, c.p++)
    if (c.p >= c.end || *c.p != text[i]) return cursor_fail_grammar(c, text);
  return true;
}

bool cursor_bool(JsonCursor& c, bool* out) {
  if (!expect(c, JsonType::boolean, "true or false")) return false;
  *out = *c.p == 't';
  return *out ? word(c, "true", 4) : word(c, "false", 5);
}

bool cursor_null(JsonCursor& c, bool* was_null) {
  cursor_space(c);
  *was_null = c.p < c.end && *c.p == 'n';
  return !*was_null || word(c, "null", 4);
}

static bool digits(JsonCursor& c) {
  const char* from = c.p;
  while (c.p < c.end && *c.p >= '0' && *c.p <= '9') c.p++;
  return c.p > from || cursor_fail_grammar(c, "a digit");
}

static bool scan_number(JsonCursor& c) {
  if (*c.p == '-') c.p++;
  if (c.p < c.end && *c.p == '0') c.p++;
  else if (!digits(c)) return false;
  if (c.p < c.end && *c.p == '.' && (c.p++, !digits(c))) return false;
  if (c.p >= c.end || (*c.p != 'e' && *c.p != 'E')) return true;
  c.p++;
  if (c.p < c.end && (*c.p == '+' || *c.p == '-')) c.p++;
  return digits(c);
}

bool cursor_number(JsonCursor& c, std::string_view* raw) {
  if (!expect(c, JsonType::number, "a number")) return false;
  const char* from = c.p;
  if (!scan_number(c)) return false;
  *raw = {from, static_cast<size_t>(c.p - from)};
  return true;
}

static bool enter(JsonCursor& c) {
  if (++c.depth <= kJsonDepthMax) return true;
  c.grammar = true;
  return cursor_fail(c, "nested deeper than " + std::to_string(kJsonDepthMax) + " levels at byte " + std::to_string(c.p - c.begin));
}

// After an element: a comma (true, more follows) or `close` (false, no error).
static bool more(JsonCursor& c, char close, const char* expected) {
  cursor_space(c);
  if (c.p < c.end && *c.p == ',') return c.p++, true;
  if (c.p >= c.end || *c.p != close) return cursor_fail_grammar(c, expected);
  c.p++, c.depth--;
  return false;
}

bool cursor_key(JsonCursor& c, std::string* scratch, std::string_view* key, bool* first) {
  if (!cursor_ok(c)) return false;
  if (*first) {
    *first = false;
    if (!expect(c, JsonType::object, "an object") || !enter(c)) return false;
    c.p++;
    cursor_space(c);
    if (c.p < c.end && *c.p == '}') return c.p++, c.depth--, false;
  } else if (!more(c, '}', "',' or '}'")) {
    return false;
  }
  cursor_space(c);
  if (c.p >= c.end || *c.p != '"') return cursor_fail_grammar(c, "a key in quotes");
  if (!cursor_string_view(c, scratch, key)) return false;
  cursor_space(c);
  if (c.p >= c.end || *c.p != ':') return cursor_fail_grammar(c, "':'");
  c.p++;
  return true;
}

bool cursor_item(JsonCursor& c, bool* first) {
  if (!cursor_ok(c)) return false;
  if (!*first) return more(c, ']', "',' or ']'");
  *first = false;
  if (!expect(c, JsonType::array, "an array") || !enter(c)) return false;
  c.p++;
  cursor_space(c);
  if (c.p < c.end && *c.p == ']') return c.p++, c.depth--, false;
  return true;
}

static bool skip_object(JsonCursor& c) {
  std::string scratch;
  std::string_view key;
  for (bool first = true; cursor_key(c, &scratch, &key, &first);)
    if (!cursor_skip(c, nullptr)) return false;
  return cursor_ok(c);
}

static bool skip_array(JsonCursor& c) {
  for (bool first = true; cursor_item(c, &first);)
    if (!cursor_skip(c, nullptr)) return false;
  return cursor_ok(c);
}

static bool skip_value(JsonCursor& c, JsonType type) {
  bool unused;
  switch (type) {
    case JsonType::object: return skip_object(c);
    case JsonType::array: return skip_array(c);
    case JsonType::null: return cursor_null(c, &unused);
    case JsonType::boolean: return cursor_bool(c, &unused);
    case JsonType::number: return scan_number(c);
    case JsonType::string: break;
  }
  return cursor_string(c, nullptr);
}

bool cursor_skip(JsonCursor& c, std::string_view* raw) {
  JsonType type;
  if (!cursor_peek(c, &type)) return false;
  const char* from = c.p;
  if (!skip_value(c, type)) return false;
  if (raw) *raw = {from, static_cast<size_t>(c.p - from)};
  return true;
}

bool cursor_end(JsonCursor& c) {
  cursor_space(c);
  return c.p >= c.end || cursor_fail_grammar(c, "nothing more");
}

}  // namespace picket
