// agent/input/pushed_result.cc - see pushed_result.h.
#include "agent/input/pushed_result.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "common/json/json.h"
#include "common/json/json_bound.h"
#include "common/rules/resource_types.h"

namespace picket {
namespace {

// ---- the rules: one row per attribute that has a place or a rule ----

enum class Kind { text, name_list, integer, count /* > 0 */, number, truth };

struct Rule {
  const char* key;
  Kind kind;
  bool false_is_absent;  // 1.x: `ttl: false` means none
  const char* error;
};

constexpr Rule kRules[] = {
    {"output", Kind::text, false, "check output must be a string"},
    {"status", Kind::integer, false, "check status must be an integer"},
    {"executed", Kind::integer, true, "check executed timestamp must be an integer"},
    {"name", Kind::text, false, "check name must be a string"},
    {"handler", Kind::text, false, "check handler must be a string"},
    {"handlers", Kind::name_list, false, "check handlers must be an array of strings"},
    {"low_flap_threshold", Kind::integer, false, "check low flap threshold must be an integer"},
    {"high_flap_threshold", Kind::integer, false, "check high flap threshold must be an integer"},
    {"truncate_output", Kind::truth, false, "check truncate_output must be boolean"},
    {"truncate_output_length", Kind::count, false, "check truncate_output_length must be an integer greater than 0"},
    {"source", Kind::text, true, "check source must be a string"},
    {"client", Kind::text, true, "check client must be a string"},
    {"ttl", Kind::count, true, "check ttl must be an integer greater than 0"},
    {"interval", Kind::integer, false, "check interval must be an integer"},
    {"issued", Kind::integer, false, "check issued timestamp must be an integer"},
    {"duration", Kind::number, false, "check duration must be a number"},
    {"command", Kind::text, false, "check command must be a string"},
    {"subscribers", Kind::name_list, false, "check subscribers must be an array of strings"},
};

// Attributes that have a field in the event; all others become annotations.
constexpr const char* kMapped[] = {"output",
                                   "status",
                                   "executed",
                                   "name",
                                   "handler",
                                   "handlers",
                                   "low_flap_threshold",
                                   "high_flap_threshold",
                                   "source",
                                   "client",
                                   "ttl",
                                   "interval",
                                   "issued",
                                   "duration",
                                   "command",
                                   "subscribers",
                                   "hooks"};

using Fields = std::map<std::string, std::string_view>;  // the last one of equal keys, nulls left out

bool has_kind(std::string_view raw, Kind kind) {
  switch (kind) {
    case Kind::text: return json_type(raw) == JsonType::string;
    case Kind::integer: return json_type(raw) == JsonType::number && json_int64(raw).ok();
    case Kind::count: return json_type(raw) == JsonType::number && json_int64(raw).ok() && json_int64(raw).value > 0;
    case Kind::number: return json_type(raw) == JsonType::number;
    case Kind::truth: return json_type(raw) == JsonType::boolean;
    case Kind::name_list: break;
  }
  Result<std::vector<std::string>> list = json_strings(raw);
  if (!list.ok()) return false;
  return std::none_of(list.value.begin(), list.value.end(), [](const std::string& s) { return s.empty(); });
}

std::string_view field(const Fields& fields, const char* key) {
  auto it = fields.find(key);
  return it == fields.end() ? std::string_view{} : it->second;
}
std::string text_of(const Fields& fields, const char* key) {
  std::string_view raw = field(fields, key);
  return raw.empty() ? std::string() : json_string(raw).value;
}
int64_t integer_of(const Fields& fields, const char* key, int64_t fallback) {
  std::string_view raw = field(fields, key);
  return raw.empty() ? fallback : json_int64(raw).value;
}
StringList list_of(const Fields& fields, const char* key) {
  std::string_view raw = field(fields, key);
  return raw.empty() ? StringList{} : json_strings(raw).value;
}

bool is_word(std::string_view text, std::string_view also = "") {
  if (text.empty()) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' ||
        also.find(c) != also.npos;
  });
}

Status wrong(const char* message) { return fail(Err::invalid, message); }

Result<Fields> fields_split(std::string_view object) {
  Result<std::vector<JsonMember>> members = json_members(object);
  if (!members.ok()) return members.status;
  Fields fields;
  for (const JsonMember& m : members.value) fields[m.key] = m.raw;
  for (auto it = fields.begin(); it != fields.end();) it = json_type(it->second) == JsonType::null ? fields.erase(it) : std::next(it);
  for (const Rule& rule : kRules)
    if (rule.false_is_absent && field(fields, rule.key) == "false") fields.erase(rule.key);
  return fields;
}

Status aggregates_check(const Fields& fields) {
  if (std::string_view one = field(fields, "aggregate"); !one.empty() && json_type(one) != JsonType::boolean) {
    if (json_type(one) != JsonType::string) return wrong("check aggregate must be a string (name) or boolean");
    if (!is_word(json_string(one).value, ":|")) return wrong("check aggregate cannot contain spaces or special characters");
  }
  std::string_view many = field(fields, "aggregates");
  if (many.empty()) return {};
  if (json_type(many) != JsonType::array) return wrong("check aggregates must be an array");
  Result<std::vector<std::string>> list = json_strings(many);
  if (!list.ok() || !std::all_of(list.value.begin(), list.value.end(), [](const std::string& s) { return is_word(s, ":|"); }))
    return wrong("check aggregates items must be strings without spaces or special characters");
  return {};
}

// A backend would keep it in the place of the agent's own keepalive, or of another agent's.
Status name_is_free(const std::string& check) {
  return check == kKeepaliveCheck ? wrong("check name must not be keepalive: that is the agent's own event") : Status{};
}

Status rules_check(const Fields& fields) {
  if (!fields.count("output")) return wrong(kRules[0].error);
  for (const Rule& rule : kRules) {
    std::string_view raw = field(fields, rule.key);
    if (!raw.empty() && !has_kind(raw, rule.kind)) return wrong(rule.error);
  }
  if (!fields.count("name")) return wrong("check name must be a string");
  if (!is_word(text_of(fields, "name"))) return wrong("check name cannot contain spaces or special characters");
  if (Status s = name_is_free(text_of(fields, "name")); !s.ok()) return s;
  if (fields.count("low_flap_threshold") && !fields.count("high_flap_threshold"))
    return wrong("check high flap threshold must be an integer");
  if (fields.count("high_flap_threshold") && !fields.count("low_flap_threshold"))
    return wrong("check low flap threshold must be an integer");
  for (const char* key : {"source", "client"})
    if (std::string s = text_of(fields, key); !s.empty() && !is_word(s))
      return wrong("check source cannot contain spaces, special characters, or invalid tokens");
  if (fields.count("ttl") && fields.count("ttl_status") && !has_kind(field(fields, "ttl_status"), Kind::integer))
    return wrong("check ttl_status must be an integer");
  return aggregates_check(fields);
}

// Values the event's fields cannot hold.
Status ranges_check(const Fields& fields) {
  if (integer_of(fields, "status", 0) > 4294967295LL) return wrong("check status must not be greater than 4294967295");
  if (std::string_view raw = field(fields, "ttl_status"); !raw.empty() && has_kind(raw, Kind::integer))
    if (int64_t v = integer_of(fields, "ttl_status", 0); v < 1 || v > 255)
      return wrong("check ttl_status must be from 1 to 255, as 2 for critical: it is the status of a silence");
  for (const char* key : {"interval", "low_flap_threshold", "high_flap_threshold"})
    if (int64_t v = integer_of(fields, key, 0); v < 0 || v > 4294967295LL)
      return fail(Err::invalid, std::string("check ") + key + " must be from 0 to 4294967295");
  return {};
}

std::string annotation_text(std::string_view raw) {
  return json_type(raw) == JsonType::string ? json_string(raw).value : json_compact(raw);
}

void annotations_fill(Check& check, const Fields& fields) {
  for (const auto& [key, raw] : fields) {
    bool is_mapped =
        std::any_of(std::begin(kMapped), std::end(kMapped), [name = std::string_view(key)](const char* k) { return name == k; });
    if (!is_mapped) check.metadata.annotations[key] = annotation_text(raw);
  }
  // What the widely used fatigue filter reads.
  if (std::string_view raw = field(fields, "occurrences"); !raw.empty())
    check.metadata.annotations["fatigue_check/occurrences"] = annotation_text(raw);
  if (std::string_view raw = field(fields, "refresh"); !raw.empty())
    check.metadata.annotations["fatigue_check/interval"] = annotation_text(raw);
}

// 1.x hooks: {"critical": {"command", "output", "status", ...}}. Those without a result are definitions only.
void hooks_fill(Check& check, std::string_view raw) {
  Result<std::vector<JsonMember>> members = json_members(raw);
  if (!members.ok()) return;
  for (const JsonMember& m : members.value) {
    if (json_type(m.raw) != JsonType::object || json_at(m.raw, {"output"}).empty()) continue;
    Hook hook;
    hook.metadata.name = m.key;
    hook.metadata.ns = check.metadata.ns;
    auto text = [&](const char* key) { return json_string(json_at(m.raw, {key})); };
    auto number = [&](const char* key) { return json_int64(json_at(m.raw, {key})); };
    if (auto r = text("command"); r.ok()) hook.command = r.value;
    if (auto r = text("output"); r.ok()) hook.output = r.value;
    if (auto r = number("status"); r.ok()) hook.status = int32_t(r.value);
    if (auto r = number("executed"); r.ok()) hook.executed = r.value;
    if (auto r = json_double(json_at(m.raw, {"duration"})); r.ok()) hook.duration = r.value;
    check.hooks.push_back(std::move(hook));
  }
}

constexpr int64_t kTtlMin = 5;  // backends refuse shorter ones

// A backend refuses a ttl that is not above the interval; for a pushed result the ttl is what counts.
void ttl_fit(Check& check) {
  if (check.ttl == 0) return;
  if (check.ttl < kTtlMin) {
    check.metadata.annotations["ttl"] = std::to_string(check.ttl);
    check.ttl = kTtlMin;
  }
  if (check.ttl > int64_t(check.interval)) return;
  check.metadata.annotations["interval"] = std::to_string(check.interval);
  check.interval = uint32_t(check.ttl - 1);
}

Check check_from(const Fields& fields, const ResultContext& context) {
  Check check;
  check.metadata.name = text_of(fields, "name");
  check.metadata.ns = context.ns;
  check.output = text_of(fields, "output");
  int64_t status = integer_of(fields, "status", 0);
  check.status = status < 0 ? 3 : uint32_t(status);
  check.executed = integer_of(fields, "executed", context.unix_s);
  check.issued = integer_of(fields, "issued", context.unix_s);
  check.interval = std::max<uint32_t>(1, uint32_t(integer_of(fields, "interval", 1)));
  check.ttl = integer_of(fields, "ttl", 0);
  check.command = text_of(fields, "command");
  check.subscriptions = list_of(fields, "subscribers");
  check.low_flap_threshold = uint32_t(integer_of(fields, "low_flap_threshold", 0));
  check.high_flap_threshold = uint32_t(integer_of(fields, "high_flap_threshold", 0));
  if (std::string_view raw = field(fields, "duration"); !raw.empty()) check.duration = json_double(raw).value;
  check.handlers = list_of(fields, "handlers");
  std::string handler = text_of(fields, "handler");
  if (check.handlers.empty() && !handler.empty()) check.handlers = {handler};
  std::string source = text_of(fields, "source");
  if (source.empty()) source = text_of(fields, "client");
  if (source != context.agent) check.proxy_entity_name = source;
  annotations_fill(check, fields);
  if (check.handlers.empty() && !context.default_handler.empty())
    check.metadata.annotations[kDefaultHandlerAnnotation] = context.default_handler;
  // What falls silent is critical, unless the result says otherwise.
  if (check.ttl > 0) check.metadata.annotations.emplace("ttl_status", "2");
  if (std::string_view raw = field(fields, "hooks"); !raw.empty()) hooks_fill(check, raw);
  ttl_fit(check);
  return check;
}

bool is_go_event(std::string_view object) {
  for (const char* key : {"check", "metrics"})
    if (std::string_view raw = json_at(object, {key}); !raw.empty() && json_type(raw) == JsonType::object)
      return json_at(object, {"output"}).empty();
  return false;
}

Result<Event> object_parse(std::string_view object, const ResultContext& context) {
  if (json_type(object) != JsonType::object) return fail(Err::invalid, "a result must be an object");
  if (!is_go_event(object)) return result_parse(object, context);
  Result<Event> event = decode<Event>(object);
  if (!event.ok()) return event;
  if (Status s = event_prepare(event.value, context); !s.ok()) return s;
  return event;
}

}  // namespace

Result<Event> result_parse(std::string_view object, const ResultContext& context) {
  Result<Fields> fields = fields_split(object);
  if (!fields.ok()) return fields.status;
  if (Status s = rules_check(fields.value); !s.ok()) return s;
  if (Status s = ranges_check(fields.value); !s.ok()) return s;
  Event event;
  event.timestamp = context.unix_s;
  event.check = check_from(fields.value, context);
  event.metadata.ns = context.ns;
  if (Status s = validate_check(*event.check); !s.ok()) return s;
  return event;
}

Status event_prepare(Event& event, const ResultContext& context) {
  if (!event.check && !event.metrics) return fail(Err::invalid, "at least check or metrics need to be instantiated for this event");
  if (event.timestamp == 0) event.timestamp = context.unix_s;
  if (event.metadata.ns.empty()) event.metadata.ns = context.ns;
  event.sequence = 0;
  std::shared_ptr<const Entity> entity = std::move(event.entity);  // the agent's own takes its place
  if (!event.check) return {};
  Check& check = *event.check;
  if (check.interval == 0) check.interval = 1;
  if (check.executed == 0) check.executed = context.unix_s;
  if (check.metadata.ns.empty()) check.metadata.ns = context.ns;
  if (entity && !entity->metadata.name.empty() && entity->metadata.name != context.agent) check.proxy_entity_name = entity->metadata.name;
  if (Status s = name_is_free(check.metadata.name); !s.ok()) return s;
  return validate_check(check);
}

std::string json_escape_raw_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false, escaped = false;
  for (char c : text) {
    if (in_string && static_cast<unsigned char>(c) < 0x20) {
      static const char kHex[] = "0123456789abcdef";
      out += "\\u00";
      out += kHex[(c >> 4) & 15];
      out += kHex[c & 15];
      escaped = false;
      continue;
    }
    if (in_string && escaped) escaped = false;
    else if (in_string && c == '\\') escaped = true;
    else if (c == '"') in_string = !in_string;
    out += c;
  }
  return out;
}

Status input_bound(std::string_view json, size_t results_max) {
  JsonCount count = json_count(json);
  size_t first = json.find_first_not_of(" \t\r\n");
  bool is_list = first != json.npos && json[first] == '[';
  if (is_list && count.items > results_max)
    return fail(Err::too_large,
                std::to_string(count.items) + " results in one message; at most " + std::to_string(results_max) +
                    " are accepted (input-burst-limit); send them in parts");
  return is_list || !is_go_event(json) ? json_bound(json) : Status{};  // an event is bounded as it is decoded
}

Result<std::vector<Event>> results_parse(std::string_view text, const ResultContext& context) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  if (Status s = input_bound(text, context.results_max); !s.ok()) return s;
  std::string escaped;
  if (!json_check(text).ok()) {
    escaped = json_escape_raw_controls(text);
    if (Status s = json_check(escaped); !s.ok()) return s;
    text = escaped;
  }
  std::vector<Event> events;
  if (json_type(text) != JsonType::array) {
    Result<Event> event = object_parse(text, context);
    if (!event.ok()) return event.status;
    events.push_back(std::move(event.value));
    return events;
  }
  Result<std::vector<std::string_view>> items = json_items(text);
  if (!items.ok()) return items.status;
  for (size_t i = 0; i < items.value.size(); i++) {
    Result<Event> event = object_parse(items.value[i], context);
    if (!event.ok()) return because("result " + std::to_string(i + 1), event.status);
    events.push_back(std::move(event.value));
  }
  return events;
}

}  // namespace picket
