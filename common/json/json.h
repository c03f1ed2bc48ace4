// common/json/json.h - JSON text in and out, without a tree.
//
// Objects are read by splitting: the members of one object, each with the raw text of its value. So a value nobody
// looks at is passed on byte for byte (a 64-bit id stays exact, which cJSON's doubles would not keep), and a value
// nobody changes is neither parsed nor printed.
//
// The grammar is RFC 8259, strict: no comments, no trailing commas, no raw control characters in strings. Nesting
// deeper than kJsonDepthMax is refused. Invalid UTF-8 inside strings is accepted and becomes U+FFFD when decoded.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr int kJsonDepthMax = 64;

enum class JsonType { null, boolean, number, string, array, object };

struct JsonMember {
  std::string key;       // decoded
  std::string_view raw;  // the value's text, trimmed; points into the text that was split
};

// Whole-document check: exactly one value, nothing after it but white space. The error names the byte offset.
// `complete` (optional) is set to false when the text is a proper prefix of a document (more bytes could make it whole).
Status json_check(std::string_view text, bool* complete = nullptr);

// Length of the first value (leading white space included), or an error: for streams of concatenated documents.
Result<size_t> json_first(std::string_view text);

JsonType json_type(std::string_view raw);  // of a text that passed json_check

// `raw` must be one value (it is checked). Errors when it is not an object / array.
Result<std::vector<JsonMember>> json_members(std::string_view raw);
Result<std::vector<std::string_view>> json_items(std::string_view raw);

// Scalars: strict types, no coercion. Errors read `expected a string, got number` (callers add the path).
Result<std::string> json_string(std::string_view raw);
Result<bool> json_bool(std::string_view raw);
Result<int64_t> json_int64(std::string_view raw);  // fraction or exponent refused unless integral and exact
Result<uint32_t> json_uint32(std::string_view raw);
Result<double> json_double(std::string_view raw);
Result<std::vector<std::string>> json_strings(std::string_view raw);               // null -> empty
Result<std::map<std::string, std::string>> json_string_map(std::string_view raw);  // null -> empty

// The raw value at a path of object keys, or an empty view. For tests and for looking at one thing.
std::string_view json_at(std::string_view raw, std::initializer_list<std::string_view> path);

// Same text without insignificant white space. `raw` must have passed json_check.
std::string json_compact(std::string_view raw);
// Indented like the reference's printers: two spaces, `"key": value`, no blank inside empty {} and [].
std::string json_pretty(std::string_view raw, int indent = 2);
// Same value with object keys sorted at every level (for comparing).
std::string json_sorted(std::string_view raw);

// Writing, as Go's encoding/json writes: < > & and U+2028/9 as \u escapes, invalid UTF-8 as U+FFFD, shortest doubles.
void json_put_string(std::string& out, std::string_view s);
void json_put_double(std::string& out, double v);  // NaN and infinities are written as null
std::string json_quote(std::string_view s);

// Builds one object member by member: JsonObject o; o.add("name", "x").add_raw("check", text); o.done()
struct JsonObject {
  std::string text = "{";
  JsonObject& key(std::string_view k);  // writes the comma and the key; a value must follow
  JsonObject& add(std::string_view k, std::string_view v);
  JsonObject& add(std::string_view k, const char* v) { return add(k, std::string_view(v)); }
  JsonObject& add(std::string_view k, const std::string& v) { return add(k, std::string_view(v)); }
  JsonObject& add(std::string_view k, bool v);
  JsonObject& add(std::string_view k, int v) { return add(k, int64_t(v)); }
  JsonObject& add(std::string_view k, int64_t v);
  JsonObject& add(std::string_view k, uint32_t v) { return add(k, int64_t(v)); }
  JsonObject& add(std::string_view k, uint64_t v);
  JsonObject& add(std::string_view k, double v);
  JsonObject& add(std::string_view k, const std::vector<std::string>& v);
  JsonObject& add_raw(std::string_view k, std::string_view raw);
  std::string done();  // closes and hands the text over
};

}  // namespace picket
