// common/json/json_print.cc - JSON text made from JSON text: compact, indented, sorted.
#include <algorithm>

#include "common/json/cursor.h"

namespace picket {

// A string's raw text as it stands, or rewritten when its bytes are not valid UTF-8.
static void put_string_text(std::string& out, JsonCursor& c) {
  const char* from = c.p;
  if (!cursor_string(c, nullptr)) return;
  for (const char* p = from; p < c.p;) {
    int length = utf8_length(p, c.p);
    length ? out.append(p, length) : out.append("\\ufffd");
    p += length ? length : 1;
  }
}

static void compact(std::string& out, JsonCursor& c) {
  while (c.p < c.end) {
    if (*c.p == '"') {
      put_string_text(out, c);
      if (!cursor_ok(c)) return;
      continue;
    }
    if (*c.p != ' ' && *c.p != '\n' && *c.p != '\t' && *c.p != '\r') out += *c.p;
    c.p++;
  }
}

std::string json_compact(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  JsonCursor c = cursor_open(raw);
  compact(out, c);
  return out;
}

struct Printer {
  std::string out;
  int indent;
  void line(int level) {
    out += '\n';
    out.append(static_cast<size_t>(level) * indent, ' ');
  }
};

static void pretty(Printer& p, JsonCursor& c, int level);

static void pretty_object(Printer& p, JsonCursor& c, int level) {
  std::string scratch;
  std::string_view key;
  bool any = false;
  p.out += '{';
  for (bool first = true; cursor_key(c, &scratch, &key, &first); any = true) {
    if (any) p.out += ',';
    p.line(level + 1);
    json_put_string(p.out, key);
    p.out += ": ";
    pretty(p, c, level + 1);
  }
  if (any) p.line(level);
  p.out += '}';
}

static void pretty_array(Printer& p, JsonCursor& c, int level) {
  bool any = false;
  p.out += '[';
  for (bool first = true; cursor_item(c, &first); any = true) {
    if (any) p.out += ',';
    p.line(level + 1);
    pretty(p, c, level + 1);
  }
  if (any) p.line(level);
  p.out += ']';
}

static void pretty(Printer& p, JsonCursor& c, int level) {
  JsonType type;
  std::string_view raw;
  if (!cursor_peek(c, &type)) return;
  if (type == JsonType::object) return pretty_object(p, c, level);
  if (type == JsonType::array) return pretty_array(p, c, level);
  if (cursor_skip(c, &raw)) p.out += type == JsonType::string ? json_compact(raw) : std::string(raw);
}

std::string json_pretty(std::string_view raw, int indent) {
  Printer p{{}, indent};
  JsonCursor c = cursor_open(raw);
  pretty(p, c, 0);
  return std::move(p.out);
}

static void sorted(std::string& out, std::string_view raw);

static void sorted_object(std::string& out, std::string_view raw) {
  auto members = json_members(raw).value;
  std::stable_sort(members.begin(), members.end(), [](auto& a, auto& b) { return a.key < b.key; });
  out += '{';
  for (size_t i = 0; i < members.size(); i++) {
    if (i) out += ',';
    json_put_string(out, members[i].key);
    out += ':';
    sorted(out, members[i].raw);
  }
  out += '}';
}

// Scalars in one spelling, so that equal values are equal text: escapes as we write them, doubles the shortest.
static void sorted_scalar(std::string& out, std::string_view raw, JsonType type) {
  if (type == JsonType::string) return json_put_string(out, json_string(raw).value);
  if (type != JsonType::number || raw.find_first_of(".eE") == raw.npos) return void(out += raw);
  json_put_double(out, json_double(raw).value);
}

static void sorted(std::string& out, std::string_view raw) {
  JsonType type = json_type(raw);
  if (type == JsonType::object) return sorted_object(out, raw);
  if (type != JsonType::array) return sorted_scalar(out, raw, type);
  out += '[';
  bool any = false;
  for (std::string_view item : json_items(raw).value) {
    if (any) out += ',';
    any = true;
    sorted(out, item);
  }
  out += ']';
}

std::string json_sorted(std::string_view raw) {
  std::string out;
  sorted(out, json_compact(raw));
  return out;
}

}  // namespace picket
