// backend/agent_protocol/event_protobuf.cc - see event_protobuf.h. Field numbers: the .proto files of core/v2 published with 5.12
// to 6.12.
#include "backend/agent_protocol/event_protobuf.h"

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "common/json/json.h"
#include "common/wire/protobuf.h"

namespace picket {
namespace {

enum class As : uint8_t {
  text,
  flag,
  int64,
  int32,
  uint32,
  number,
  id,          // 16 bytes: a UUID
  attributes,  // JSON of an object: its members stand beside ours
  message,
  embedded,  // a message whose members stand beside ours
  text_map,
  hook_list,  // {"type": ["name"]}
};
enum class Of : uint8_t { one, many };

struct Table;
struct Row {
  uint32_t number;
  const char* key;
  As as;
  Of of = Of::one;
  const Table* inner = nullptr;
};
struct Table { const Row* rows; int count; };
template <int N>
constexpr Table table_of(const Row (&rows)[N]) {
  return {rows, N};
}

// ---- the messages ----

constexpr Row kReferenceRows[] = {{1, "name", As::text}, {2, "type", As::text}, {3, "api_version", As::text}};
constexpr Table kReference = table_of(kReferenceRows);

constexpr Row kNameValueRows[] = {{1, "name", As::text}, {2, "value", As::text}};  // MetricTag, MetricThresholdTag
constexpr Table kNameValue = table_of(kNameValueRows);

constexpr Row kSecretRows[] = {{1, "name", As::text}, {2, "secret", As::text}};
constexpr Table kSecret = table_of(kSecretRows);

constexpr Row kMetaRows[] = {{1, "name", As::text},
                             {2, "namespace", As::text},
                             {3, "labels", As::text_map},
                             {4, "annotations", As::text_map},
                             {5, "created_by", As::text}};
constexpr Table kMeta = table_of(kMetaRows);

constexpr Row kInterfaceRows[] = {{1, "name", As::text}, {2, "mac", As::text}, {3, "addresses", As::text, Of::many}};
constexpr Table kInterface = table_of(kInterfaceRows);
constexpr Row kNetworkRows[] = {{1, "interfaces", As::message, Of::many, &kInterface}};
constexpr Table kNetwork = table_of(kNetworkRows);
constexpr Row kProcessRows[] = {{1, "name", As::text}};
constexpr Table kProcess = table_of(kProcessRows);

constexpr Row kSystemRows[] = {
    {1, "hostname", As::text},
    {2, "os", As::text},
    {3, "platform", As::text},
    {4, "platform_family", As::text},
    {5, "platform_version", As::text},
    {6, "network", As::message, Of::one, &kNetwork},
    {7, "arch", As::text},
    {8, "arm_version", As::int32},
    {9, "libc_type", As::text},
    {10, "vm_system", As::text},
    {11, "vm_role", As::text},
    {12, "cloud_provider", As::text},
    {13, "float_type", As::text},
    {14, "processes", As::message, Of::many, &kProcess},
};
constexpr Table kSystem = table_of(kSystemRows);

constexpr Row kDeregistrationRows[] = {{1, "handler", As::text}};
constexpr Table kDeregistration = table_of(kDeregistrationRows);

constexpr Row kEntityRows[] = {
    {12, "extended_attributes", As::attributes},
    {1, "entity_class", As::text},
    {3, "system", As::message, Of::one, &kSystem},
    {4, "subscriptions", As::text, Of::many},
    {5, "last_seen", As::int64},
    {6, "deregister", As::flag},
    {7, "deregistration", As::message, Of::one, &kDeregistration},
    {11, "user", As::text},
    {13, "redact", As::text, Of::many},
    {14, "metadata", As::message, Of::one, &kMeta},
    {15, "sensu_agent_version", As::text},
    {16, "keepalive_handlers", As::text, Of::many},
};
constexpr Table kEntity = table_of(kEntityRows);

constexpr Row kRangeRows[] = {{1, "begin", As::text}, {2, "end", As::text}};
constexpr Table kRange = table_of(kRangeRows);
constexpr Row kDaysRows[] = {
    {1, "all", As::message, Of::many, &kRange},       {2, "sunday", As::message, Of::many, &kRange},
    {3, "monday", As::message, Of::many, &kRange},    {4, "tuesday", As::message, Of::many, &kRange},
    {5, "wednesday", As::message, Of::many, &kRange}, {6, "thursday", As::message, Of::many, &kRange},
    {7, "friday", As::message, Of::many, &kRange},    {8, "saturday", As::message, Of::many, &kRange},
};
constexpr Table kDays = table_of(kDaysRows);
constexpr Row kWhenRows[] = {{1, "days", As::message, Of::one, &kDays}};
constexpr Table kWhen = table_of(kWhenRows);
constexpr Row kRepeatedRows[] = {{1, "begin", As::text}, {2, "end", As::text}, {3, "repeat", As::text, Of::many}};
constexpr Table kRepeated = table_of(kRepeatedRows);

constexpr Row kHookListRows[] = {{1, "hooks", As::text, Of::many}, {2, "type", As::text}};
constexpr Table kHookList = table_of(kHookListRows);

constexpr Row kHookConfigRows[] = {
    {1, "metadata", As::message, Of::one, &kMeta},
    {2, "command", As::text},
    {3, "timeout", As::uint32},
    {4, "stdin", As::flag},
    {5, "runtime_assets", As::text, Of::many},
};
constexpr Table kHookConfig = table_of(kHookConfigRows);
constexpr Row kHookRows[] = {
    {1, "config", As::embedded, Of::one, &kHookConfig},
    {2, "duration", As::number},
    {3, "executed", As::int64},
    {4, "issued", As::int64},
    {5, "output", As::text},
    {6, "status", As::int32},
};
constexpr Table kHook = table_of(kHookRows);

constexpr Row kProxyRows[] = {{1, "entity_attributes", As::text, Of::many}, {2, "splay", As::flag}, {3, "splay_coverage", As::uint32}};
constexpr Table kProxy = table_of(kProxyRows);

constexpr Row kRuleRows[] = {{1, "min", As::text}, {2, "max", As::text}, {3, "status", As::uint32}};
constexpr Table kRule = table_of(kRuleRows);
constexpr Row kThresholdRows[] = {
    {1, "name", As::text},
    {2, "tags", As::message, Of::many, &kNameValue},
    {3, "thresholds", As::message, Of::many, &kRule},
    {4, "null_status", As::uint32},
};
constexpr Table kThreshold = table_of(kThresholdRows);

constexpr Row kHistoryRows[] = {{1, "status", As::uint32}, {2, "executed", As::int64}, {3, "flapping", As::flag}};
constexpr Table kHistory = table_of(kHistoryRows);

constexpr Row kCheckRows[] = {
    {99, "extended_attributes", As::attributes},
    {1, "command", As::text},
    {3, "handlers", As::text, Of::many},
    {4, "high_flap_threshold", As::uint32},
    {5, "interval", As::uint32},
    {6, "low_flap_threshold", As::uint32},
    {9, "publish", As::flag},
    {10, "runtime_assets", As::text, Of::many},
    {11, "subscriptions", As::text, Of::many},
    {13, "proxy_entity_name", As::text},
    {14, "check_hooks", As::hook_list, Of::many, &kHookList},
    {15, "stdin", As::flag},
    {16, "subdue", As::message, Of::one, &kWhen},
    {17, "cron", As::text},
    {18, "ttl", As::int64},
    {19, "timeout", As::uint32},
    {20, "proxy_requests", As::message, Of::one, &kProxy},
    {21, "round_robin", As::flag},
    {22, "duration", As::number},
    {23, "executed", As::int64},
    {24, "history", As::message, Of::many, &kHistory},
    {25, "issued", As::int64},
    {26, "output", As::text},
    {27, "state", As::text},
    {28, "status", As::uint32},
    {29, "total_state_change", As::uint32},
    {30, "last_ok", As::int64},
    {31, "occurrences", As::int64},
    {32, "occurrences_watermark", As::int64},
    {33, "silenced", As::text, Of::many},
    {34, "hooks", As::message, Of::many, &kHook},
    {35, "output_metric_format", As::text},
    {36, "output_metric_handlers", As::text, Of::many},
    {37, "env_vars", As::text, Of::many},
    {38, "metadata", As::message, Of::one, &kMeta},
    {39, "max_output_size", As::int64},
    {40, "discard_output", As::flag},
    {41, "secrets", As::message, Of::many, &kSecret},
    {42, "is_silenced", As::flag},
    {43, "output_metric_tags", As::message, Of::many, &kNameValue},
    {44, "scheduler", As::text},
    {45, "processed_by", As::text},
    {46, "pipelines", As::message, Of::many, &kReference},
    {47, "output_metric_thresholds", As::message, Of::many, &kThreshold},
    {48, "subdues", As::message, Of::many, &kRepeated},
};
constexpr Table kCheck = table_of(kCheckRows);

constexpr Row kPointRows[] = {
    {1, "name", As::text}, {2, "value", As::number}, {3, "timestamp", As::int64}, {4, "tags", As::message, Of::many, &kNameValue}};
constexpr Table kPoint = table_of(kPointRows);
constexpr Row kMetricsRows[] = {{1, "handlers", As::text, Of::many}, {2, "points", As::message, Of::many, &kPoint}};
constexpr Table kMetrics = table_of(kMetricsRows);

constexpr Row kEventRows[] = {
    {1, "timestamp", As::int64},
    {2, "entity", As::message, Of::one, &kEntity},
    {3, "check", As::message, Of::one, &kCheck},
    {4, "metrics", As::message, Of::one, &kMetrics},
    {5, "metadata", As::message, Of::one, &kMeta},
    {6, "id", As::id},
    {7, "sequence", As::int64},
    {8, "pipelines", As::message, Of::many, &kReference},
};
constexpr Table kEvent = table_of(kEventRows);

// ---- values ----

struct Transcoding {
  TranscodedEvent event;
  bool leave_out = false;  // the message being written holds a number that JSON has not
  bool too_large = false;
  std::string error;
};

bool wrong(Transcoding& t, std::string what) {
  t.error = std::move(what);
  return false;
}

bool wrong_at(Transcoding& t, const char* key) {
  const bool is_inside = t.error.find(": ") != std::string::npos && t.error.compare(0, 5, "byte ") != 0;
  t.error = key + std::string(is_inside ? "." : ": ") + t.error;
  return false;
}

ProtoWire wire_of(As as) {
  switch (as) {
    case As::flag:
    case As::int64:
    case As::int32:
    case As::uint32: return ProtoWire::varint;
    case As::number: return ProtoWire::fixed64;
    default: return ProtoWire::bytes;
  }
}

bool members_write(Transcoding& t, std::string_view bytes, const Table& table, std::string& out);

bool object_write(Transcoding& t, std::string_view bytes, const Table& table, std::string& out) {
  out += '{';
  if (!members_write(t, bytes, table, out)) return false;
  out += '}';
  return true;
}

bool number_write(Transcoding& t, uint64_t bits, std::string& out) {
  double value = 0;
  memcpy(&value, &bits, sizeof value);
  t.leave_out |= !std::isfinite(value);
  json_put_double(out, std::isfinite(value) ? value : 0);
  return true;
}

bool id_write(Transcoding& t, std::string_view bytes, std::string& out) {
  if (bytes.size() != 16) return bytes.empty() || wrong(t, std::to_string(bytes.size()) + " bytes are no UUID, which has 16");
  out += '"';
  for (size_t i = 0; i < bytes.size(); i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    const uint8_t byte = static_cast<uint8_t>(bytes[i]);
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  out += '"';
  return true;
}

bool attributes_write(Transcoding& t, std::string_view bytes, std::string& out) {
  if (bytes.empty()) return true;
  if (Status s = json_check(bytes); !s.ok()) return wrong(t, s.message);
  if (json_type(bytes) != JsonType::object) return wrong(t, "expected an object");
  const std::string text = json_compact(bytes);
  out.append(text, 1, text.size() - 2);
  return true;
}

// {"1": KEY, "2": VALUE}, either may be missing.
bool map_entry_write(Transcoding& t, std::string_view bytes, std::string& out) {
  std::string_view parts[2];
  ProtoField f;
  ProtoCursor c{bytes, 0, {}};
  while (proto_next(c, &f)) {
    if (f.number > 2) continue;
    if (f.wire != ProtoWire::bytes) return wrong(t, "a map of texts has another value");
    parts[f.number - 1] = f.bytes;
  }
  if (!c.error.empty()) return wrong(t, c.error);
  json_put_string(out, parts[0]);
  out += ':';
  json_put_string(out, parts[1]);
  return true;
}

bool hook_list_write(Transcoding& t, std::string_view bytes, std::string& out) {
  std::string object;
  if (!object_write(t, bytes, kHookList, object)) return false;
  const std::string_view type = json_at(object, {"type"}), hooks = json_at(object, {"hooks"});
  out.append("{").append(type.empty() ? "\"\"" : type).append(":").append(hooks.empty() ? "null" : hooks).append("}");
  return true;
}

// A point that is no number goes, with all that is said of it; elsewhere (durations) there is a 0.
bool message_write(Transcoding& t, const ProtoField& f, const Row& row, std::string& out) {
  const size_t before = out.size();
  const bool outer = std::exchange(t.leave_out, false);
  if (!object_write(t, f.bytes, *row.inner, out)) return false;
  if (t.leave_out && row.inner == &kPoint) {
    out.resize(before);
    t.event.not_finite++;
  }
  t.leave_out = outer;
  return true;
}

bool value_write(Transcoding& t, const ProtoField& f, const Row& row, std::string& out) {
  switch (row.as) {
    case As::text: return json_put_string(out, f.bytes), true;
    case As::flag: return out += f.value != 0 ? "true" : "false", true;
    case As::int64: return out += std::to_string(static_cast<int64_t>(f.value)), true;
    case As::int32: return out += std::to_string(static_cast<int32_t>(f.value)), true;
    case As::uint32: return out += std::to_string(static_cast<uint32_t>(f.value)), true;
    case As::number: return number_write(t, f.value, out);
    case As::id: return id_write(t, f.bytes, out);
    case As::attributes: return attributes_write(t, f.bytes, out);
    case As::message: return message_write(t, f, row, out);
    case As::embedded: return members_write(t, f.bytes, *row.inner, out);
    case As::text_map: return map_entry_write(t, f.bytes, out);
    case As::hook_list: return hook_list_write(t, f.bytes, out);
  }
  return true;
}

// ---- messages ----

const Row* row_of(const Table& table, uint32_t number, int* index) {
  for (*index = 0; *index < table.count; ++*index)
    if (table.rows[*index].number == number) return &table.rows[*index];
  return nullptr;
}

// One more value of this field: after those before it, or in the place of the last (of a message that comes twice we take the
// second, where protobuf would join them; no agent sends one).
bool field_take(Transcoding& t, const ProtoField& f, const Row& row, std::string& text) {
  if (f.wire != wire_of(row.as))
    return wrong(t, "wire type " + std::to_string(int(f.wire)) + ", expected " + std::to_string(int(wire_of(row.as))));
  const bool is_list = row.of == Of::many || row.as == As::text_map;
  if (!is_list) text.clear();
  std::string value;
  if (!value_write(t, f, row, value)) return false;
  if (!text.empty() && !value.empty()) text += ',';
  text += value;
  if (text.size() <= kTranscodedMax) return true;
  t.too_large = true;
  return wrong(t, "as JSON it has more than " + std::to_string(kTranscodedMax) + " bytes");
}

void member_write(const Row& row, const std::string& text, bool* any, std::string& out) {
  const bool is_inline = row.as == As::attributes || row.as == As::embedded;
  if (text.empty()) return;
  if (std::exchange(*any, true)) out += ',';
  if (is_inline) return void(out += text);
  json_put_string(out, row.key);
  out += ':';
  const bool is_map = row.as == As::text_map, is_list = row.of == Of::many;
  out += is_map ? "{" : is_list ? "[" : "";
  out += text;
  out += is_map ? "}" : is_list ? "]" : "";
}

bool members_write(Transcoding& t, std::string_view bytes, const Table& table, std::string& out) {
  std::vector<std::string> texts(static_cast<size_t>(table.count));
  ProtoCursor c{bytes, 0, {}};
  ProtoField f;
  int i = 0;
  while (proto_next(c, &f)) {
    const Row* row = row_of(table, f.number, &i);
    if (!row) t.event.unknown++;
    else if (!field_take(t, f, *row, texts[static_cast<size_t>(i)])) return wrong_at(t, row->key);
  }
  if (!c.error.empty()) return wrong(t, c.error);
  bool any = false;
  for (i = 0; i < table.count; i++) member_write(table.rows[i], texts[static_cast<size_t>(i)], &any, out);
  return true;
}

}  // namespace

bool is_event_protobuf(std::string_view payload) {
  return !payload.empty() && (payload[0] == 0x08 || payload[0] == 0x12 || payload[0] == 0x1a);
}

Result<TranscodedEvent> event_from_protobuf(std::string_view payload) {
  Transcoding t;
  if (!object_write(t, payload, kEvent, t.event.json)) return fail(t.too_large ? Err::too_large : Err::invalid, "protobuf: " + t.error);
  return std::move(t.event);
}

}  // namespace picket
