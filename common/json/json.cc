// common/json/json.cc - members, paths and values found in JSON text.
#include "common/json/json.h"

#include "common/json/cursor.h"

namespace picket {

Status json_check(std::string_view text, bool* complete) {
  JsonCursor c = cursor_open(text);
  bool whole = cursor_skip(c, nullptr) && cursor_end(c);
  if (complete) *complete = whole || !c.incomplete;
  return cursor_status(c);
}

Result<size_t> json_first(std::string_view text) {
  JsonCursor c = cursor_open(text);
  if (!cursor_skip(c, nullptr)) return cursor_status(c);
  return static_cast<size_t>(c.p - c.begin);
}

JsonType json_type(std::string_view raw) {
  JsonCursor c = cursor_open(raw);
  JsonType type = JsonType::null;
  cursor_peek(c, &type);
  return type;
}

Result<std::vector<JsonMember>> json_members(std::string_view raw) {
  JsonCursor c = cursor_open(raw);
  std::vector<JsonMember> members;
  std::string scratch;
  std::string_view key, value;
  for (bool first = true; cursor_key(c, &scratch, &key, &first);)
    if (std::string name(key); cursor_skip(c, &value)) members.push_back({std::move(name), value});
  if (!cursor_ok(c) || !cursor_end(c)) return cursor_status(c);
  return members;
}

Result<std::vector<std::string_view>> json_items(std::string_view raw) {
  JsonCursor c = cursor_open(raw);
  std::vector<std::string_view> items;
  std::string_view value;
  for (bool first = true; cursor_item(c, &first);)
    if (cursor_skip(c, &value)) items.push_back(value);
  if (!cursor_ok(c) || !cursor_end(c)) return cursor_status(c);
  return items;
}

bool cursor_strings(JsonCursor& c, std::vector<std::string>* out) {
  bool was_null;
  out->clear();
  if (!cursor_null(c, &was_null)) return false;
  if (was_null) return true;
  for (bool first = true; cursor_item(c, &first);) {
    if (!cursor_take(c, sizeof(std::string))) return false;
    out->emplace_back();
    if (!cursor_null(c, &was_null)) return false;  // a null among strings is an empty one, as in Go
    if (!was_null && !cursor_string(c, &out->back())) return cursor_at_index(c, out->size() - 1);
  }
  return cursor_ok(c);
}

static constexpr size_t kMapNodeBytes = 2 * sizeof(std::string) + 4 * sizeof(void*);

bool cursor_string_map(JsonCursor& c, std::map<std::string, std::string>* out) {
  bool was_null;
  out->clear();
  if (!cursor_null(c, &was_null)) return false;
  if (was_null) return true;
  std::string scratch;
  std::string_view key;
  for (bool first = true; cursor_key(c, &scratch, &key, &first);) {
    std::string name(key);
    if (!cursor_take(c, kMapNodeBytes)) return false;
    std::string& value = (*out)[name];
    value.clear();
    if (!cursor_null(c, &was_null)) return false;
    if (!was_null && !cursor_string(c, &value)) return cursor_at_key(c, name);
  }
  return cursor_ok(c);
}

// One scalar and nothing after it.
template <class T>
static Result<T> scalar(std::string_view raw, bool (*read)(JsonCursor&, T*)) {
  JsonCursor c = cursor_open(raw);
  T value{};
  if (!read(c, &value) || !cursor_end(c)) return cursor_status(c);
  return value;
}

Result<std::string> json_string(std::string_view raw) { return scalar<std::string>(raw, cursor_string); }
Result<bool> json_bool(std::string_view raw) { return scalar<bool>(raw, cursor_bool); }
Result<int64_t> json_int64(std::string_view raw) { return scalar<int64_t>(raw, cursor_int64); }
Result<uint32_t> json_uint32(std::string_view raw) { return scalar<uint32_t>(raw, cursor_uint32); }
Result<double> json_double(std::string_view raw) { return scalar<double>(raw, cursor_double); }

Result<std::vector<std::string>> json_strings(std::string_view raw) { return scalar<std::vector<std::string>>(raw, cursor_strings); }

Result<std::map<std::string, std::string>> json_string_map(std::string_view raw) {
  return scalar<std::map<std::string, std::string>>(raw, cursor_string_map);
}

static std::string_view member_of(std::string_view raw, std::string_view wanted) {
  JsonCursor c = cursor_open(raw);
  std::string scratch;
  std::string_view key, value, found;
  for (bool first = true; cursor_key(c, &scratch, &key, &first);) {
    bool match = key == wanted;
    if (cursor_skip(c, &value) && match) found = value;
  }
  return cursor_ok(c) ? found : std::string_view();
}

std::string_view json_at(std::string_view raw, std::initializer_list<std::string_view> path) {
  for (std::string_view key : path) raw = member_of(raw, key);
  return raw;
}

}  // namespace picket
