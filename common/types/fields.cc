// common/types/fields.cc - rows of fields read, written and refused with their place.
#include "common/types/fields.h"

#include <limits>

namespace picket {

bool value_read(JsonCursor& c, int32_t& v) {
  int64_t wide = 0;
  if (!cursor_int64(c, &wide)) return false;
  v = static_cast<int32_t>(wide);
  return v == wide || cursor_fail(c, std::to_string(wide) + " does not fit into a signed 32-bit integer");
}

bool extra_read(JsonCursor& c, std::string_view key, Extra* extra) {
  std::string name(key);
  std::string_view raw;
  if (!cursor_skip(c, &raw)) return cursor_at_key(c, name);
  if (!extra || !c.keep_unknown) return true;
  for (auto& [present, text] : *extra)
    if (present == name) return text = json_compact(raw), true;
  if (!cursor_take(c, sizeof(Extra::value_type))) return false;
  extra->emplace_back(std::move(name), json_compact(raw));
  return true;
}

void extra_write(JsonText& out, const Extra& extra, bool* any) {
  for (auto& [key, raw] : extra) {
    if (*any) out += ',';
    *any = true;
    json_put_string(out, key);
    out += ':';
    out += raw;
  }
}

void value_write(JsonText& out, const StringMap& v) {
  if (v.empty()) return void(out += "null");
  char before = '{';
  for (auto& [key, text] : v) {
    out += before;
    before = ',';
    json_put_string(out, key);
    out += ':';
    json_put_string(out, text);
  }
  out += '}';
}

}  // namespace picket
