// agent/config/local_client.cc - what a 1.x `client` object says of the agent; see local_checks.h.
#include <algorithm>

#include "agent/config/local_checks.h"
#include "agent/config/redact_1x.h"
#include "common/json/json.h"
#include "common/rules/resource_types.h"

namespace picket {
namespace {

struct Target {
  AgentConfig& config;
  StringList& notes;
};

// One attribute: where it lies below `client`, the option it stands for ("" = none), and how it is taken over.
struct Row {
  const char* path;  // "keepalive.thresholds.warning"
  const char* option;
  Status (*take)(Target&, std::string_view raw);
};

Status take_text(std::string& into, std::string_view raw) {
  Result<std::string> r = json_string(raw);
  if (r.ok()) into = std::move(r.value);
  return r.status;
}

Status take_list(StringList& into, std::string_view raw) {
  Result<StringList> r = json_strings(raw);
  if (r.ok()) into = std::move(r.value);
  return r.status;
}

Status take_truth(bool& into, std::string_view raw, bool is_negated = false) {
  Result<bool> r = json_bool(raw);
  if (r.ok()) into = r.value != is_negated;
  return r.status;
}

Status take_port(int& into, std::string_view raw) {
  Result<uint32_t> r = json_uint32(raw);
  if (!r.ok() || r.value > 65535) return fail(Err::invalid, "must be a port from 0 to 65535");
  into = int(r.value);
  return {};
}

Status take_seconds(uint32_t& into, std::string_view raw) {
  Result<uint32_t> r = json_uint32(raw);
  if (!r.ok() || r.value < 5 || r.value > 31'536'000) return fail(Err::invalid, "must be from 5 to 31536000 seconds");
  into = r.value;
  return {};
}

Status take_handler(Target& t, std::string_view raw) {
  std::string handler;
  Status s = take_text(handler, raw);
  if (s.ok()) t.config.keepalive_handlers = {handler};
  return s;
}

#define TAKE(code) [](Target& t, std::string_view raw) -> Status { return code; }
#define NOTE(text)                            \
  [](Target& t, std::string_view) -> Status { \
    t.notes.push_back(text);                  \
    return {};                                \
  }

const Row kRows[] = {
    {"name", "name", TAKE(take_text(t.config.name, raw))},
    {"subscriptions", "subscriptions", TAKE(take_list(t.config.subscriptions, raw))},
    {"redact", "redact", TAKE(take_list(t.config.redact, raw))},
    {"safe_mode", "safe-mode", TAKE(take_truth(t.config.safe_mode, raw))},
    {"socket.enabled", "disable-sockets", TAKE(take_truth(t.config.disable_sockets, raw, true))},
    {"socket.bind", "socket-host", TAKE(take_text(t.config.socket_host, raw))},
    {"socket.port", "socket-port", TAKE(take_port(t.config.socket_port, raw))},
    {"http_socket.enabled", "disable-api", TAKE(take_truth(t.config.disable_api, raw, true))},
    {"http_socket.bind", "api-host", TAKE(take_text(t.config.api_host, raw))},
    {"http_socket.port", "api-port", TAKE(take_port(t.config.api_port, raw))},
    {"http_socket.user", "api-user", TAKE(take_text(t.config.api_user, raw))},
    {"http_socket.password", "api-password", TAKE(take_text(t.config.api_password, raw))},
    {"http_socket.protect_all_endpoints", "api-protect-all", TAKE(take_truth(t.config.api_protect_all, raw))},
    {"keepalive.thresholds.warning", "keepalive-warning-timeout", TAKE(take_seconds(t.config.keepalive_warning_s, raw))},
    {"keepalive.thresholds.critical", "keepalive-critical-timeout", TAKE(take_seconds(t.config.keepalive_critical_s, raw))},
    {"keepalive.handler", "keepalive-handlers", take_handler},
    {"keepalive.handlers", "keepalive-handlers", TAKE(take_list(t.config.keepalive_handlers, raw))},
    {"deregister", "deregister", TAKE(take_truth(t.config.deregister, raw))},
    {"deregistration.handler", "deregistration-handler", TAKE(take_text(t.config.deregistration_handler, raw))},
    {"signature", "", NOTE("client.signature has no effect: agents log in with user and password, or a certificate")},
    {"keepalives", "", NOTE("client.keepalives has no effect: an agent without keepalives counts as dead")},
    {"registration", "", NOTE("client.registration has no effect: the backend's handler \"registration\" is notified of new agents")},
};

#undef TAKE
#undef NOTE

std::string_view value_at(std::string_view object, std::string_view path) {
  while (!path.empty() && !object.empty()) {
    std::string_view name = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    object = json_type(object) == JsonType::object ? json_at(object, {name}) : std::string_view{};
  }
  return object;
}

bool is_named(const std::string& key) {
  if (key == "version" || key == "timestamp") return true;  // of a keepalive, not of a file
  return std::any_of(std::begin(kRows), std::end(kRows), [&](const Row& r) {
    std::string_view path = r.path;
    return path.substr(0, path.find('.')) == key;
  });
}

// One custom attribute as a label, `mysql.port`. What lies at or below a key that names a secret is one, too: its label joins
// the list of what is redacted.
struct Labels {
  AgentConfig& config;
  StringList words;
};

void label_put(Labels& l, const std::string& name, std::string value, bool is_secret) {
  l.config.labels.emplace(name, std::move(value));
  if (is_secret) l.config.redact_add.push_back(name);
}

// A list as the language of 1.x prints it, which is what its tokens gave: ["a", "b"].
std::string list_text(std::string_view raw) {
  std::string out = "[";
  for (std::string_view item : json_items(raw).value) out += (out.size() > 1 ? ", " : "") + json_compact(item);
  return out + "]";
}

void labels_add(Labels& l, const std::string& prefix, const std::string& key, std::string_view raw, bool is_secret) {
  const std::string name = prefix + key;
  is_secret = is_secret || redact_matches(key, l.words);
  switch (json_type(raw)) {
    case JsonType::object:
      for (const JsonMember& m : json_members(raw).value) labels_add(l, name + ".", m.key, m.raw, is_secret);
      break;
    case JsonType::string: label_put(l, name, json_string(raw).value, is_secret); break;
    case JsonType::number:
    case JsonType::boolean: label_put(l, name, std::string(raw), is_secret); break;
    case JsonType::array: label_put(l, name, list_text(json_redacted(raw, l.words)), is_secret); break;
    case JsonType::null: break;
  }
}

// What a 1.x server would have merged into its keepalive event: kept for handlers to read.
void keepalive_rest(Target& t, std::string_view keepalive) {
  if (keepalive.empty() || json_type(keepalive) != JsonType::object) return;
  for (const JsonMember& m : json_members(keepalive).value) {
    if (m.key == "thresholds" || m.key == "handler" || m.key == "handlers") continue;
    StringMap one{{m.key, json_type(m.raw) == JsonType::string ? json_string(m.raw).value : json_compact(m.raw)}};
    annotations_redact(one, redact_words(t.config.redact, t.config.redact));
    t.config.keepalive_annotations.emplace("keepalive." + m.key, one.begin()->second);
  }
}

// A 1.x client whose keepalives end is critical after 180 s, whatever it says of warnings.
void critical_default(AgentConfig& c) {
  constexpr uint32_t kCritical = 180;
  if (c.keepalive_critical_s != 0 || c.given.count("keepalive-critical-timeout")) return;
  c.keepalive_critical_s = std::max(kCritical, c.keepalive_warning_s + c.keepalive_interval_s);
}

std::string place_of(const LocalPlaces& places, const std::string& path) {
  auto found = places.find(path);
  return found == places.end() ? "" : found->second + ": ";
}

Status keepalive_check(const AgentConfig& c, const LocalPlaces& places) {
  if (c.keepalive_warning_s != 0 && c.keepalive_warning_s <= c.keepalive_interval_s)
    return fail(Err::invalid,
                place_of(places, "keepalive.thresholds.warning") +
                    "client.keepalive.thresholds.warning: must be greater than keepalive-interval (" +
                    std::to_string(c.keepalive_interval_s) + ")");
  if (c.keepalive_critical_s != 0 && c.keepalive_critical_s <= c.keepalive_warning_s)
    return fail(Err::invalid,
                place_of(places, "keepalive.thresholds.critical") +
                    "client.keepalive.thresholds.critical: must be greater than the warning threshold (" +
                    std::to_string(c.keepalive_warning_s) + ")");
  return {};
}

}  // namespace

Status local_client_apply(std::string_view client, AgentConfig& config, StringList& notes, const LocalPlaces& places) {
  if (client.empty()) return {};
  if (json_type(client) != JsonType::object) return fail(Err::invalid, place_of(places, "") + "client: expected an object");
  config.client = json_compact(client);
  Target t{config, notes};
  std::string errors;
  for (const Row& row : kRows) {
    std::string_view raw = value_at(client, row.path);
    if (raw.empty() || json_type(raw) == JsonType::null || config.given.count(row.option)) continue;
    const bool is_port = row.option == std::string_view("socket-port") || row.option == std::string_view("api-port");
    if (Status s = row.take(t, raw); !s.ok())
      errors += (errors.empty() ? "" : "\n") + place_of(places, row.path) + "client." + row.path + ": " + s.message;
    else if (is_port) config.given.emplace(row.option, std::string("client.") + row.path);
  }
  Labels labels{config, redact_words(config.redact, config.redact)};
  labels.words.insert(labels.words.end(), config.redact_add.begin(), config.redact_add.end());
  for (const JsonMember& m : json_members(client).value)
    if (!is_named(m.key)) labels_add(labels, "", m.key, m.raw, false);
  keepalive_rest(t, value_at(client, "keepalive"));
  if (Status s = validate_name(config.name, ""); !s.ok())
    errors +=
        (errors.empty() ? "" : "\n") + place_of(places, "name") + "client.name: " + s.message.substr(s.message.find_first_not_of(' '));
  if (!errors.empty()) return fail(Err::invalid, errors);
  critical_default(config);
  return keepalive_check(config, places);
}

}  // namespace picket
