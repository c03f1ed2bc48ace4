// common/json/cursor.h - one pass over JSON text: the reader under json.cc and the field tables. Private to common/.
//
// A cursor walks the text once and checks the grammar as it goes; nothing is built that nobody asked for. Every
// function returns false after a failure and leaves what went wrong in the cursor, so callers just return false.
// Type errors collect the path on the way out (cursor_at_key / cursor_at_index); grammar errors name the byte.
#pragma once
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"

namespace picket {

struct EntityCache;

// What one document may become in memory, besides the bytes of its strings. Small text makes large structs: eight
// megabytes of `{},{},...` where hooks are wanted would be gigabytes. Beyond it decoding fails with Err::too_large.
inline constexpr size_t kDecodedMax = 32u << 20;

struct JsonCursor {
  const char* p = nullptr;
  const char* end = nullptr;
  const char* begin = nullptr;
  int depth = 0;
  size_t room = kDecodedMax;  // bytes of lists and maps still allowed
  bool too_large = false;
  bool keep_unknown = true;             // for the field tables: what no table names goes to `extra`
  bool odd_integers = true;             // 1000.0 and 1e3 are taken where an integer is wanted; the API takes none, as Go
  EntityCache* entity_cache = nullptr;  // for events, see types.h
  bool incomplete = false;              // it failed because the text ended: more bytes could make it whole
  bool grammar = false;                 // the failure is one of grammar: `error` has its place already
  std::string error, path;              // path: "check.history[3].status"
};

JsonCursor cursor_open(std::string_view text);
Status cursor_status(const JsonCursor& c);  // what failed, with the path in front

bool cursor_fail(JsonCursor& c, std::string message);           // a type or value error here
bool cursor_fail_grammar(JsonCursor& c, const char* expected);  // at p
// On the way out of a failed value: puts the place in front of the path. Always return false.
bool cursor_at_key(JsonCursor& c, std::string_view key);
bool cursor_at_index(JsonCursor& c, size_t index);

// Takes `bytes` of the room; false, with an error, when there is none left. For every element of a list or a map.
inline bool cursor_take(JsonCursor& c, size_t bytes);

void cursor_space(JsonCursor& c);
bool cursor_peek(JsonCursor& c, JsonType* type);  // of the value at p; skips space before it
const char* json_type_name(JsonType type);        // "string", "number", ...

// Values. *_view: `scratch` holds the text only when it had escapes or invalid UTF-8.
bool cursor_string(JsonCursor& c, std::string* out);
bool cursor_string_view(JsonCursor& c, std::string* scratch, std::string_view* out);
bool cursor_number(JsonCursor& c, std::string_view* raw);
bool cursor_bool(JsonCursor& c, bool* out);
bool cursor_int64(JsonCursor& c, int64_t* out);
bool cursor_uint32(JsonCursor& c, uint32_t* out);
bool cursor_double(JsonCursor& c, double* out);
bool cursor_strings(JsonCursor& c, std::vector<std::string>* out);               // null -> empty
bool cursor_string_map(JsonCursor& c, std::map<std::string, std::string>* out);  // null -> empty
bool cursor_null(JsonCursor& c, bool* was_null);                                 // takes a null when one is there
bool cursor_skip(JsonCursor& c, std::string_view* raw);                          // any value; raw (optional): its text, trimmed
bool cursor_end(JsonCursor& c);                                                  // nothing but white space follows

// for (bool first = true; cursor_key(c, &scratch, &key, &first);) { one value }; then check cursor_ok.
// Opens the object on the first call and closes it when it returns false without an error.
bool cursor_key(JsonCursor& c, std::string* scratch, std::string_view* key, bool* first);
bool cursor_item(JsonCursor& c, bool* first);
inline bool cursor_ok(const JsonCursor& c) { return c.error.empty(); }
// Takes `,"KEY":` when exactly that stands at p, after a value of an object.
inline bool cursor_next_key(JsonCursor& c, std::string_view key) {
  const size_t n = key.size();
  if (static_cast<size_t>(c.end - c.p) < n + 4 || c.p[0] != ',' || c.p[1] != '"' || c.p[n + 2] != '"' || c.p[n + 3] != ':') return false;
  if (std::memcmp(c.p + 2, key.data(), n) != 0) return false;
  c.p += n + 4;
  return true;
}

bool cursor_fail_room(JsonCursor& c);
inline bool cursor_take(JsonCursor& c, size_t bytes) {
  if (bytes > c.room) return cursor_fail_room(c);
  c.room -= bytes;
  return true;
}

// The scalar readers over a number's text, shared with json.cc.
Status json_number_int64(std::string_view raw, int64_t* out);

// Length of the valid UTF-8 sequence at p, 0 when there is none.
int utf8_length(const char* p, const char* end);
void utf8_put(std::string& out, uint32_t code_point);

}  // namespace picket
