// agent/local_checks.cc - see local_checks.h.
#include "agent/local_checks.h"

#include <algorithm>

#include "common/json.h"
#include "common/resource.h"

namespace picket {
namespace {

std::string_view member(const std::vector<JsonMember>& members, std::string_view key) {
  std::string_view raw;
  for (const JsonMember& m : members) if (m.key == key) raw = m.raw;
  return !raw.empty() && json_type(raw) == JsonType::null ? std::string_view{} : raw;
}

std::string lists_join(std::string_view a, std::string_view b) {
  std::vector<std::string> items;
  for (std::string_view list : {a, b})
    for (std::string_view raw : json_items(list).value)
      if (std::string text = json_compact(raw); std::find(items.begin(), items.end(), text) == items.end()) items.push_back(text);
  std::string out = "[";
  for (const std::string& item : items) out += (out.size() > 1 ? "," : "") + item;
  return out + "]";
}

// The 1.x shape of one check, its names changed to ours; what has no place becomes an annotation.
struct Translated { JsonObject out; StringMap annotations; };

constexpr const char* kSame[] = {"command", "interval", "cron", "timeout", "ttl", "stdin", "handlers", "subdue", "env_vars",
                                 "low_flap_threshold", "high_flap_threshold", "output_metric_format", "output_metric_handlers",
                                 "proxy_entity_name", "subdues", "max_output_size", "discard_output"};
constexpr const char* kOwn[] = {"standalone", "publish", "handler", "subscribers", "source", "hooks", "name"};

void translate_rest(Translated& t, const JsonMember& m) {
  if (json_type(m.raw) == JsonType::null) return;
  t.annotations[m.key] = json_type(m.raw) == JsonType::string ? json_string(m.raw).value : json_compact(m.raw);
}

template <size_t N>
bool is_in(const char* const (&names)[N], const std::string& key) {
  return std::any_of(std::begin(names), std::end(names), [&](const char* n) { return key == n; });
}

// {"critical": {"command": ...}}: a named hook each, and a list that calls it.
void translate_hooks(std::string_view raw, const std::string& check, const std::string& ns, CheckRequest& request) {
  Result<std::vector<JsonMember>> members = json_members(raw);
  if (!members.ok()) return;
  for (const JsonMember& m : members.value) {
    HookConfig hook;
    hook.metadata.name = check + "-" + m.key;
    hook.metadata.ns = ns;
    hook.timeout = 60;
    if (auto r = json_string(json_at(m.raw, {"command"})); r.ok()) hook.command = r.value;
    if (auto r = json_uint32(json_at(m.raw, {"timeout"})); r.ok()) hook.timeout = r.value;
    if (auto r = json_bool(json_at(m.raw, {"stdin"})); r.ok()) hook.stdin_ = r.value;
    request.config->check_hooks.push_back({m.key, {hook.metadata.name}});
    request.hooks.push_back(std::move(hook));
  }
}

Result<CheckRequest> check_translate(const std::string& name, std::string_view raw, const std::string& ns) {
  Result<std::vector<JsonMember>> members = json_members(raw);
  if (!members.ok()) return because("checks." + name, members.status);
  Translated t;
  for (const JsonMember& m : members.value) {
    if (is_in(kSame, m.key)) t.out.add_raw(m.key, m.raw);
    else if (!is_in(kOwn, m.key)) translate_rest(t, m);
  }
  if (std::string_view s = member(members.value, "subscribers"); !s.empty()) t.out.add_raw("subscriptions", s);
  if (std::string_view s = member(members.value, "source"); !s.empty()) t.out.add_raw("proxy_entity_name", s);
  if (std::string_view h = member(members.value, "handler"); !h.empty() && member(members.value, "handlers").empty())
    t.out.add_raw("handlers", "[" + std::string(h) + "]");
  Result<CheckConfig> config = decode<CheckConfig>(t.out.done());
  if (!config.ok()) return because("checks." + name, config.status);
  CheckRequest request;
  request.config = std::move(config.value);
  request.config->metadata.name = name;
  request.config->metadata.ns = ns;
  request.config->metadata.annotations = std::move(t.annotations);
  if (std::string_view hooks = member(members.value, "hooks"); !hooks.empty()) translate_hooks(hooks, name, ns, request);
  return request;
}

bool is_true(std::string_view raw) { return raw == "true"; }

// Scheduled here: standalone, and not switched off.
bool is_standalone(std::string_view check) { return is_true(json_at(check, {"standalone"})) && json_at(check, {"publish"}) != "false"; }

void labels_add(StringMap& labels, const std::string& prefix, std::string_view raw) {
  switch (json_type(raw)) {
    case JsonType::object:
      for (const JsonMember& m : json_members(raw).value) labels_add(labels, prefix.empty() ? m.key : prefix + "." + m.key, m.raw);
      break;
    case JsonType::string: labels[prefix] = json_string(raw).value; break;
    case JsonType::number:
    case JsonType::boolean: labels[prefix] = std::string(raw); break;
    default: break;
  }
}

constexpr const char* kClientOwn[] = {"name", "subscriptions", "redact", "safe_mode", "socket", "http_socket", "keepalive", "keepalives",
                                      "deregister", "deregistration", "registration", "signature", "version", "timestamp"};

void client_read(std::string_view client, LocalSettings& out) {
  if (client.empty() || json_type(client) != JsonType::object) return;
  for (const JsonMember& m : json_members(client).value)
    if (!is_in(kClientOwn, m.key)) labels_add(out.labels, m.key, m.raw);
  if (auto r = json_string(json_at(client, {"name"})); r.ok()) out.client_name = r.value;
  if (std::string_view s = json_at(client, {"subscriptions"}); !s.empty())
    if (auto r = json_strings(s); r.ok()) out.client_subscriptions = r.value;
}

}  // namespace

std::string settings_merge(std::string_view into, std::string_view from) {
  JsonType type = json_type(into);
  if (type != json_type(from)) return json_compact(from);
  if (type == JsonType::array) return lists_join(into, from);
  if (type != JsonType::object) return json_compact(from);
  std::vector<JsonMember> a = json_members(into).value, b = json_members(from).value;
  JsonObject out;
  for (const JsonMember& m : a) {
    auto other = std::find_if(b.begin(), b.end(), [&](const JsonMember& x) { return x.key == m.key; });
    out.add_raw(m.key, other == b.end() ? json_compact(m.raw) : settings_merge(m.raw, other->raw));
  }
  for (const JsonMember& m : b)
    if (std::none_of(a.begin(), a.end(), [&](const JsonMember& x) { return x.key == m.key; })) out.add_raw(m.key, json_compact(m.raw));
  return out.done();
}

Result<LocalSettings> local_settings_parse(std::string_view settings, const std::string& ns) {
  LocalSettings out;
  client_read(json_at(settings, {"client"}), out);
  std::string_view checks = json_at(settings, {"checks"});
  if (checks.empty()) return out;
  Result<std::vector<JsonMember>> members = json_members(checks);
  if (!members.ok()) return because("checks", members.status);
  for (const JsonMember& m : members.value) {
    Result<CheckRequest> request = check_translate(m.key, m.raw, ns);
    if (!request.ok()) return request.status;
    out.names.push_back(m.key);
    if (is_standalone(m.raw)) out.checks.push_back(std::move(request.value));
  }
  return out;
}

bool is_go_definition(std::string_view json) {
  return json_at(json, {"type"}) == "\"CheckConfig\"" || !json_at(json, {"metadata", "name"}).empty();
}

Result<CheckRequest> local_check_parse(std::string_view json, const std::string& ns) {
  std::string_view spec = json_at(json, {"spec"});
  Result<CheckConfig> config = decode<CheckConfig>(spec.empty() ? json : spec);
  if (!config.ok()) return config.status;
  if (!spec.empty())
    if (std::string_view metadata = json_at(json, {"metadata"}); !metadata.empty()) {
      Result<ObjectMeta> meta = decode<ObjectMeta>(metadata);
      if (!meta.ok()) return because("metadata", meta.status);
      config.value.metadata = std::move(meta.value);
    }
  if (config.value.metadata.ns.empty()) config.value.metadata.ns = ns;
  CheckRequest request;
  request.config = std::move(config.value);
  return request;
}

}  // namespace picket
