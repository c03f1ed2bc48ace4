// common/types/types_event.cc - Event and Metrics, the identity of an event, and the short cut for entities that repeat.
#include <charconv>

#include "common/types/fields.h"

namespace picket {

static const Field<MetricPoint> kMetricPoint[] = {
    row<MetricPoint, &MetricPoint::name>("name", omit_empty),
    row<MetricPoint, &MetricPoint::value>("value", always),
    row<MetricPoint, &MetricPoint::timestamp>("timestamp", always),
    row<MetricPoint, &MetricPoint::tags>("tags", list),
};
PICKET_HAS_TABLE(MetricPoint) { return table_of(kMetricPoint); }

static const Field<Metrics> kMetrics[] = {
    row<Metrics, &Metrics::handlers>("handlers", always),
    row<Metrics, &Metrics::points>("points", always),
};
PICKET_HAS_TABLE(Metrics) { return table_of(kMetrics); }

static bool entity_empty(const Event& v) { return !v.entity; }
static void entity_write(JsonText& out, const Event& v) { v.entity ? value_write(out, *v.entity) : void(out += "null"); }

static bool begins_with(const JsonCursor& c, size_t at, std::string_view part) {
  return at + part.size() <= static_cast<size_t>(c.end - c.p) && memcmp(c.p + at, part.data(), part.size()) == 0;
}

// The number in place of the one in the cached text; false when there is another thing.
static bool seen_read(const JsonCursor& c, size_t at, int64_t* value, size_t* end) {
  const auto [p, error] = std::from_chars(c.p + std::min(at, static_cast<size_t>(c.end - c.p)), c.end, *value);
  *end = static_cast<size_t>(p - c.p);
  const bool is_plain = error == std::errc() && *value >= 0 && (c.p[at] != '0' || *end == at + 1);
  return is_plain && c.p[at] != '-';
}

// Does the text at p begin with the entity parsed last? A whole object that matches is the whole value.
static bool entity_cached(JsonCursor& c, Event& v) {
  EntityCache* cache = c.entity_cache;
  if (!cache || !cache->entity) return false;
  const std::string_view text = cache->text;
  int64_t seen = cache->entity->last_seen;
  size_t end = cache->seen_at;
  if (!begins_with(c, 0, text.substr(0, cache->seen_at))) return false;
  if (cache->seen_at < cache->seen_end && !seen_read(c, cache->seen_at, &seen, &end)) return false;
  if (!begins_with(c, end, text.substr(cache->seen_end))) return false;
  c.p += end + text.size() - cache->seen_end;
  cache->last_seen = seen;
  v.entity = cache->entity;
  return true;
}

static void entity_remember(EntityCache& cache, std::string text, std::shared_ptr<const Entity> entity) {
  cache = {std::move(text), std::move(entity), 0, 0, 0};
  cache.last_seen = cache.entity->last_seen;
  const std::string_view number = json_at(cache.text, {"last_seen"});
  if (number.empty() || number != std::to_string(cache.last_seen)) return;  // written in another way, or twice
  cache.seen_at = static_cast<size_t>(number.data() - cache.text.data());
  cache.seen_end = cache.seen_at + number.size();
}

static bool entity_read(JsonCursor& c, Event& v) {
  cursor_space(c);
  if (entity_cached(c, v)) return true;
  const char* from = c.p;
  auto entity = std::make_shared<Entity>();
  if (!struct_read(c, *entity, fields_of<Entity>())) return false;
  v.entity = std::move(entity);
  if (c.entity_cache) entity_remember(*c.entity_cache, std::string(from, c.p), v.entity);
  return true;
}

static bool is_dash_place(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

// A UUID in any case, with or without its dashes, in canonical form; "" when it is none.
static std::string uuid_canonical(std::string_view text) {
  constexpr size_t kUuidChars = 36, kHexDigits = 32;
  if (text.size() != kUuidChars && text.size() != kHexDigits) return "";
  std::string out(kUuidChars, '-');
  const char* p = text.data();
  for (size_t i = 0; i < kUuidChars; i++) {
    if (is_dash_place(i)) {
      if (text.size() == kUuidChars && *p++ != '-') return "";
      continue;
    }
    const char ch = *p++, lower = static_cast<char>(ch | 0x20);
    const bool is_digit = ch >= '0' && ch <= '9';
    if (!is_digit && !(lower >= 'a' && lower <= 'f')) return "";
    out[i] = is_digit ? ch : lower;
  }
  return out;
}

static bool id_read(JsonCursor& c, Event& v) {
  std::string text;
  if (!cursor_string(c, &text)) return false;
  v.id = uuid_canonical(text);
  if (!v.id.empty() || text.empty()) return true;
  if (text.size() == 36 || text.size() == 32) return cursor_fail(c, "invalid event id: invalid UUID format");
  return cursor_fail(c, "invalid event id: invalid UUID length: " + std::to_string(text.size()));
}

static bool id_empty(const Event&) { return false; }
static void id_write(JsonText& out, const Event& v) { v.id.empty() ? void(out += "null") : json_put_string(out, v.id); }

static bool pipelines_read(JsonCursor& c, Event& v) {
  v.pipelines_listed = true;
  return pipeline_references_read(c, v.pipelines);
}
static bool pipelines_empty(const Event& v) { return v.pipelines.empty(); }
static void pipelines_write(JsonText& out, const Event& v) {
  v.pipelines.empty() && v.pipelines_listed ? void(out += "[]") : value_write(out, v.pipelines);
}

static const Field<Event> kEvent[] = {
    row<Event, &Event::timestamp>("timestamp", omit_empty),
    {"entity", omit_empty, entity_read, entity_empty, entity_write, "", "Entity"},
    row<Event, &Event::check>("check", omit_empty),
    row<Event, &Event::metrics>("metrics", omit_empty),
    row<Event, &Event::metadata>("metadata", always),
    {"id", always, id_read, id_empty, id_write, "", "UUID"},
    row<Event, &Event::sequence>("sequence", always),
    {"pipelines", always, pipelines_read, pipelines_empty, pipelines_write, "list of ", "ResourceReference"},
};
PICKET_HAS_TABLE(Event) { return table_of(kEvent, &Event::extra); }

// With an id the reference writes the top level in alphabetical order: indices into kEvent.
static const int kInOrder[] = {0, 1, 2, 3, 4, 5, 6, 7};
static const int kAlphabetical[] = {2, 1, 5, 4, 3, 7, 6, 0};
static constexpr int kEntityRow = 1;

// entity_json: null = print event.entity; "" = without the entity.
static std::string event_write(const Event& event, const std::string_view* entity_json) {
  constexpr size_t kExpected = 2048;
  JsonText out(kExpected);
  out += '{';
  bool any = false;
  for (int i : event.id.empty() ? kInOrder : kAlphabetical) {
    if (i != kEntityRow || !entity_json) {
      field_write(out, event, kEvent[i], &any);
    } else if (!entity_json->empty()) {
      key_write(out, "entity", &any);
      out += *entity_json;
    }
  }
  extra_write(out, event.extra, &any);
  out += '}';
  return out.done();
}

template <>
std::string encode<Event>(const Event& event) {
  return event_write(event, nullptr);
}

std::string event_encode_with(const Event& event, std::string_view entity_json) { return event_write(event, &entity_json); }

Result<Event> event_decode(std::string_view json, EntityCache* cache, Unknown unknown) {
  JsonCursor c = cursor_open(json);
  c.keep_unknown = c.odd_integers = unknown == Unknown::keep;
  c.entity_cache = cache;
  Result<Event> result;
  if (!value_read(c, result.value) || !cursor_end(c)) return cursor_status(c);
  return result;
}

template <>
Result<Event> decode<Event>(std::string_view json, Unknown unknown) {
  return event_decode(json, nullptr, unknown);
}

PICKET_DOCUMENT(Metrics)

}  // namespace picket
