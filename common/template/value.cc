// common/template/value.cc - JSON read into the values templates work on, compared and printed.
#include "common/template/value.h"

#include <charconv>

#include "common/template/go_number.h"
#include "common/json/cursor.h"

namespace picket {

TemplateValue template_bool(bool v) {
  TemplateValue t;
  t.kind = TemplateValue::boolean;
  t.flag = v;
  return t;
}

TemplateValue template_integer(int64_t v) {
  TemplateValue t;
  t.kind = TemplateValue::integer;
  t.whole = v;
  return t;
}

TemplateValue template_number(double v) {
  TemplateValue t;
  t.kind = TemplateValue::number;
  t.real = v;
  return t;
}

TemplateValue template_string(std::string v) {
  TemplateValue t;
  t.kind = TemplateValue::string;
  t.text = std::move(v);
  return t;
}

// ---- reading ----

static bool read(JsonCursor& c, TemplateValue& v);

static bool read_map(JsonCursor& c, TemplateValue& v) {
  auto fields = std::make_shared<TemplateMap>();
  std::string scratch;
  std::string_view key;
  for (bool first = true; cursor_key(c, &scratch, &key, &first);)
    if (!read(c, (*fields)[std::string(key)])) return false;
  v.kind = TemplateValue::map;
  v.fields = std::move(fields);
  return cursor_ok(c);
}

static bool read_list(JsonCursor& c, TemplateValue& v) {
  auto items = std::make_shared<TemplateList>();
  for (bool first = true; cursor_item(c, &first);)
    if (!read(c, items->emplace_back())) return false;
  v.kind = TemplateValue::list;
  v.items = std::move(items);
  return cursor_ok(c);
}

static bool read_number(JsonCursor& c, TemplateValue& v) {
  std::string_view raw;
  if (!cursor_number(c, &raw)) return false;
  auto r = std::from_chars(raw.data(), raw.data() + raw.size(), v.whole);
  if (r.ec == std::errc() && r.ptr == raw.data() + raw.size()) return v.kind = TemplateValue::integer, true;
  v.kind = TemplateValue::number;
  std::from_chars(raw.data(), raw.data() + raw.size(), v.real);
  return true;
}

static bool read(JsonCursor& c, TemplateValue& v) {
  JsonType type;
  bool unused;
  v = TemplateValue();
  if (!cursor_peek(c, &type)) return false;
  switch (type) {
    case JsonType::object: return read_map(c, v);
    case JsonType::array: return read_list(c, v);
    case JsonType::number: return read_number(c, v);
    case JsonType::string: v.kind = TemplateValue::string; return cursor_string(c, &v.text);
    case JsonType::boolean: v.kind = TemplateValue::boolean; return cursor_bool(c, &v.flag);
    case JsonType::null: break;
  }
  v.kind = TemplateValue::null;
  return cursor_null(c, &unused);
}

Result<TemplateValue> template_data(std::string_view json) {
  JsonCursor c = cursor_open(json);
  Result<TemplateValue> data;
  if (!read(c, data.value) || !cursor_end(c)) return cursor_status(c);
  return data;
}

// ---- asking ----

bool template_truth(const TemplateValue& v) {
  switch (v.kind) {
    case TemplateValue::boolean: return v.flag;
    case TemplateValue::integer: return v.whole != 0;
    case TemplateValue::number: return v.real != 0;
    case TemplateValue::string: return !v.text.empty();
    case TemplateValue::list: return !v.items->empty();
    case TemplateValue::map: return !v.fields->empty();
    default: return false;
  }
}

const TemplateValue* template_field(const TemplateValue& map, const std::string& key) {
  if (map.kind != TemplateValue::map) return nullptr;
  auto found = map.fields->find(key);
  return found == map.fields->end() ? nullptr : &found->second;
}

const char* template_type_name(const TemplateValue& v) {
  static const char* const kNames[] = {"<nil>",   "interface {}", "bool",           "int64",
                                       "float64", "string",       "[]interface {}", "map[string]interface {}"};
  return kNames[v.kind];
}

static size_t list_bytes(const TemplateList& items, size_t enough) {
  size_t bytes = 0;
  for (size_t i = 0; i < items.size() && bytes <= enough; i++) bytes += sizeof(TemplateValue) + template_bytes(items[i], enough - bytes);
  return bytes;
}

static size_t map_bytes(const TemplateMap& fields, size_t enough) {
  size_t bytes = 0;
  for (auto it = fields.begin(); it != fields.end() && bytes <= enough; ++it)
    bytes += sizeof(TemplateValue) + it->first.size() + template_bytes(it->second, enough - bytes);
  return bytes;
}

size_t template_bytes(const TemplateValue& v, size_t enough) {
  if (v.kind == TemplateValue::list) return list_bytes(*v.items, enough);
  return v.kind == TemplateValue::map ? map_bytes(*v.fields, enough) : v.text.size();
}

// ---- printing ----

static std::string list_text(const TemplateList& items) {
  std::string out = "[";
  for (const TemplateValue& item : items) {
    if (out.size() > 1) out += ' ';
    out += item.absent() ? "<nil>" : template_text(item);
  }
  return out + "]";
}

static std::string map_text(const TemplateMap& fields) {
  std::string out = "map[";
  for (auto& [key, value] : fields) {
    if (out.size() > 4) out += ' ';
    out += key + ":" + (value.absent() ? "<nil>" : template_text(value));
  }
  return out + "]";
}

std::string template_text(const TemplateValue& v) {
  switch (v.kind) {
    case TemplateValue::boolean: return v.flag ? "true" : "false";
    case TemplateValue::integer: return std::to_string(v.whole);
    case TemplateValue::number: return go_float_g(v.real);
    case TemplateValue::string: return v.text;
    case TemplateValue::list: return list_text(*v.items);
    case TemplateValue::map: return map_text(*v.fields);
    default: return "<no value>";
  }
}

}  // namespace picket
