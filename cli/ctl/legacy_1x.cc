// cli/ctl/legacy_1x.cc - see legacy_1x.h. Checks are read by the agent's reader of 1.x checks, so both sides know the same words.
#include "cli/ctl/legacy_1x.h"

#include <algorithm>
#include <cmath>

#include "agent/config/local_checks.h"
#include "cli/ctl/ctl.h"
#include "common/json/json.h"

namespace picket {
namespace {

using Members = std::vector<JsonMember>;

struct Place {
  Legacy& out;
  std::string kind, name, ns;  // "check", "web"
};

void note(Place& p, const std::string& text) { p.out.notes.push_back(p.kind + " \"" + p.name + "\": " + text); }

std::string_view member(const Members& members, std::string_view key) {
  for (const JsonMember& m : members)
    if (m.key == key && json_type(m.raw) != JsonType::null) return m.raw;
  return {};
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string value_text(std::string_view raw) { return json_type(raw) == JsonType::string ? json_string(raw).value : json_compact(raw); }

void document_add(Place& p, const char* type, const std::string& name, const StringMap& annotations, const std::string& spec) {
  JsonObject metadata, notes;
  for (const auto& [key, value] : annotations) notes.add(key, value);
  metadata.add("name", name);
  if (!annotations.empty()) metadata.add_raw("annotations", notes.done());
  p.out.documents.push_back(
      JsonObject().add("type", type).add("api_version", "core/v2").add_raw("metadata", metadata.done()).add_raw("spec", spec).done());
}

std::string js_quote(const std::string& text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// Custom attributes: kept where a handler or filter finds them.
void annotations_say(Place& p, const StringMap& annotations) {
  std::string names;
  for (const auto& [key, value] : annotations) names += (names.empty() ? "" : ", ") + key;
  if (!names.empty()) note(p, "kept as annotations: " + names);
}

// ---- conditions: attributes that must be equal, or `eval: value > 5` ----

// Ruby and JavaScript agree on comparisons of numbers and on little else.
bool eval_to_js(const std::string& ruby, const std::string& path, std::string* out) {
  constexpr std::string_view kValue = "value", kAllowed = " ()<>=!%&|+*0123456789.-";
  for (size_t i = 0; i < ruby.size();) {
    if (ruby.compare(i, kValue.size(), kValue) == 0) *out += path, i += kValue.size();
    else if (kAllowed.find(ruby[i]) != kAllowed.npos) *out += ruby[i++];
    else return false;
  }
  return out->find(path) != out->npos;
}

struct Condition {
  std::vector<std::string> expressions;
  std::string refused;  // the attribute nobody can say in JavaScript
};

// `path` in JavaScript; `is_text`: what stands there is text, whatever it was in 1.x.
void condition_add(Condition& c, const std::string& shown, const std::string& path, std::string_view raw, bool is_text) {
  std::string js;
  const std::string text = json_type(raw) == JsonType::string ? json_string(raw).value : "";
  if (text.compare(0, 5, "eval:") == 0) {
    if (eval_to_js(text.substr(5), path, &js)) c.expressions.push_back("(" + std::string(js.substr(js.find_first_not_of(' '))) + ")");
    else c.refused = shown;
  } else if (json_type(raw) == JsonType::array) {
    for (std::string_view item : json_items(raw).value) c.expressions.push_back(path + ".indexOf(" + js_quote(value_text(item)) + ") >= 0");
  } else if (json_type(raw) == JsonType::object) {
    c.refused = shown;
  } else if (json_type(raw) == JsonType::string || is_text) {
    c.expressions.push_back(path + " == " + js_quote(value_text(raw)));
  } else {
    c.expressions.push_back(path + " == " + json_compact(raw));
  }
}

// Custom attributes of a client are labels of its entity, `mysql.port` those of an object in it.
void client_conditions(Condition& c, const std::string& entity, const std::string& prefix, std::string_view object) {
  for (const JsonMember& m : json_members(object).value) {
    const std::string key = prefix + m.key;
    if (json_type(m.raw) == JsonType::object) client_conditions(c, entity, key + ".", m.raw);
    else if (key == "name" || key == "subscriptions") condition_add(c, key, entity + "." + key, m.raw, true);
    else condition_add(c, key, entity + ".labels[" + js_quote(key) + "]", m.raw, true);
  }
}

void check_conditions(Condition& c, std::string_view object) {
  for (const JsonMember& m : json_members(object).value) {
    const bool is_number = is_one_of(m.key, {"status", "interval", "issued", "executed", "duration", "ttl", "occurrences"});
    const bool is_same = is_number || is_one_of(m.key, {"name", "output", "command", "handlers", "history"});
    const std::string path = m.key == "source" ? "event.check.proxy_entity_name"
        : m.key == "subscribers"               ? "event.check.subscriptions"
        : is_same                              ? "event.check." + m.key
                                               : "event.check.annotations[" + js_quote(m.key) + "]";
    condition_add(c, "check." + m.key, path, m.raw, !is_number);
  }
}

void action_condition(Condition& c, const std::string& action) {
  if (action == "create") c.expressions.push_back("event.is_incident && !event.is_resolution");
  else if (action == "resolve") c.expressions.push_back("event.is_resolution");
  else if (action == "flapping") c.expressions.push_back("event.check.state == 'flapping'");
  else c.refused = "action";
}

Condition filter_conditions(std::string_view attributes) {
  Condition c;
  for (const JsonMember& m : json_members(attributes).value) {
    if (m.key == "client") client_conditions(c, "event.entity", "", m.raw);
    else if (m.key == "check") check_conditions(c, m.raw);
    else if (m.key == "occurrences") condition_add(c, m.key, "event.check.occurrences", m.raw, false);
    else if (m.key == "timestamp") condition_add(c, m.key, "event.timestamp", m.raw, false);
    else if (m.key == "action") action_condition(c, value_text(m.raw));
    else c.refused = m.key;
  }
  return c;
}

// ---- checks ----

constexpr struct { const char *key, *says; } kCheckNotes[] = {
    {"aggregate", "aggregate is kept as an annotation: aggregates are not supported"},
    {"aggregates", "aggregates is kept as an annotation: aggregates are not supported"},
    {"auto_resolve", "auto_resolve has no effect: the first ok resolves an incident"},
    {"force_resolve", "force_resolve has no effect: use `event resolve`"},
    {"refresh", "refresh has no effect by itself: give the handler `alert: {after: N, every: M}`"},
    {"occurrences", "occurrences has no effect by itself: give the handler `alert: {after: N, every: M}`"},
    {"extension", "extension has no effect: extensions are not supported"},
};

// Their values are taken up here, or mean nothing; the agent's reader would make annotations of them.
constexpr std::string_view kCheckTaken[] = {"proxy_requests", "dependencies", "truncate_output", "truncate_output_length",
                                            "standalone",     "publish",      "auto_resolve",    "force_resolve",
                                            "extension",      "type"};

bool is_taken(const std::string& key) { return std::find(std::begin(kCheckTaken), std::end(kCheckTaken), key) != std::end(kCheckTaken); }

bool proxy_requests_take(Place& p, CheckConfig& check, std::string_view raw) {
  Condition c;
  client_conditions(c, "entity", "", json_at(raw, {"client_attributes"}));
  if (!c.refused.empty())
    return note(
               p,
               "not created: proxy_requests.client_attributes." + c.refused + " cannot be translated to JavaScript; use entity_attributes"),
           false;
  ProxyRequests requests;
  requests.entity_attributes = std::move(c.expressions);
  requests.splay = json_at(raw, {"splay"}) == "true";
  if (auto r = json_uint32(json_at(raw, {"splay_coverage"})); r.ok()) requests.splay_coverage = r.value;
  else if (requests.splay) requests.splay_coverage = 90;
  check.proxy_requests = std::move(requests);
  return true;
}

void check_notes(Place& p, const Members& members) {
  for (auto& row : kCheckNotes)
    if (!member(members, row.key).empty()) note(p, row.says);
  if (member(members, "type") == "\"metric\"") note(p, "type metric has no effect: set output_metric_format and output_metric_handlers");
  if (!member(members, "interval").empty() && !member(members, "cron").empty())
    note(p, "both interval and cron are set: remove one of them");
}

void check_extras(Place& p, CheckConfig& check, const Members& members) {
  if (Result<StringList> d = json_strings(member(members, "dependencies")); d.ok() && !d.value.empty())
    check.metadata.annotations["picket.io/depends-on"] = join(d.value, ", ");
  if (Result<int64_t> length = json_int64(member(members, "truncate_output_length")); length.ok()) check.max_output_size = length.value;
  else if (member(members, "truncate_output") == "true") note(p, "truncate_output has no effect without truncate_output_length");
  for (auto [key, name] : {std::pair{"occurrences", "fatigue_check/occurrences"}, std::pair{"refresh", "fatigue_check/interval"}})
    if (std::string_view raw = member(members, key); !raw.empty()) check.metadata.annotations[name] = value_text(raw);
}

void check_translate(Place p, std::string_view raw) {
  Result<Members> members = json_members(raw);
  if (!members.ok()) return note(p, "not created: " + members.status.message);
  if (member(members.value, "standalone") == "true")
    return note(p, "not created: standalone checks are run by agents; let them read such files with conf-dir");
  if (member(members.value, "command").empty()) return note(p, "not created: command is missing");
  JsonObject rest;
  for (const JsonMember& m : members.value)
    if (!is_taken(m.key)) rest.add_raw(m.key, m.raw);
  std::string settings = JsonObject().add_raw("checks", JsonObject().add_raw(p.name, rest.done()).done()).done();
  Result<LocalSettings> read = local_settings_parse(settings, p.ns);
  if (!read.ok()) return note(p, "not created: " + read.status.message);
  CheckRequest& request = read.value.definitions.at(p.name).request;
  CheckConfig& check = *request.config;
  check_notes(p, members.value);
  annotations_say(p, check.metadata.annotations);
  check.publish = member(members.value, "publish") != "false";
  check_extras(p, check, members.value);
  if (std::string_view proxy = member(members.value, "proxy_requests"); !proxy.empty() && !proxy_requests_take(p, check, proxy)) return;
  for (const HookConfig& hook : request.hooks) document_add(p, "HookConfig", hook.metadata.name, {}, json_drop(encode(hook), "metadata"));
  const StringMap annotations = check.metadata.annotations;
  document_add(p, "CheckConfig", p.name, annotations, json_drop(encode(check), "metadata"));
}

// ---- handlers ----

constexpr std::string_view kHandlerWords[] = {"type",    "command", "timeout",    "socket",          "handlers",        "filter", "filters",
                                              "mutator", "name",    "severities", "handle_silenced", "handle_flapping", "subdue", "pipe"};

StringList list_with(const Members& members, const char* many, const char* one) {
  StringList list = json_strings(member(members, many)).value;
  std::string single = value_text(member(members, one).empty() ? "\"\"" : member(members, one));
  if (list.empty() && !single.empty()) list.push_back(single);
  return list;
}

// The resolution of an incident is sent whatever its severity.
std::string severities_filter(Place& p, const StringList& severities) {
  std::string expression = "event.check.status == 0";
  for (const std::string& s : severities) {
    static const char* const kNames[] = {"ok", "warning", "critical"};
    auto known = std::find(std::begin(kNames), std::end(kNames), s);
    if (s == "unknown") expression += " || event.check.status > 2";
    else if (known != std::end(kNames) && s != "ok")
      expression += " || event.check.status == " + std::to_string(known - std::begin(kNames));
    else if (s != "ok") note(p, "severities: \"" + s + "\" is not a severity");
  }
  std::string name = p.name + "-severities";
  document_add(p, "EventFilter", name, {}, JsonObject().add("action", "allow").add("expressions", StringList{expression}).done());
  return name;
}

// What 1.x did by itself: only incidents and their resolutions are sent, silenced ones are not.
StringList handler_filters(Place& p, const Members& members) {
  StringList filters = list_with(members, "filters", "filter");
  if (std::string_view s = member(members, "severities"); !s.empty()) filters.push_back(severities_filter(p, json_strings(s).value));
  filters.insert(filters.begin(), "is_incident");
  if (member(members, "handle_silenced") != "true") filters.insert(filters.begin() + 1, "not_silenced");
  return filters;
}

bool handler_type_is_good(Place& p, const std::string& type) {
  if (is_one_of(type, {"pipe", "tcp", "udp", "set"})) return true;
  if (type == "transport") note(p, "not created: transport handlers are not supported; use a tcp handler or a command");
  else note(p, "not created: unknown type \"" + type + "\"; expected pipe, tcp, udp, set, webhook, email or file");
  return false;
}

uint32_t seconds_of(std::string_view raw) {
  Result<double> seconds = raw.empty() || json_type(raw) != JsonType::number ? Result<double>(0.0) : json_double(raw);
  return seconds.ok() && seconds.value > 0 && seconds.value < 1e9 ? uint32_t(std::ceil(seconds.value)) : 0;
}

void mutator_take(Place& p, JsonObject& spec, const std::string& mutator) {
  if (mutator.empty() || mutator == "json") return;  // the event as JSON is what a handler gets anyway
  if (mutator == "ruby_hash") note(p, "mutator ruby_hash has no effect: the handler receives JSON");
  else spec.add("mutator", mutator);
}

StringMap custom_annotations(const Members& members, const std::string_view* known, size_t count) {
  StringMap annotations;
  for (const JsonMember& m : members)
    if (std::find(known, known + count, m.key) == known + count && json_type(m.raw) != JsonType::null)
      annotations[m.key] = value_text(m.raw);
  return annotations;
}

void handler_translate(Place p, std::string_view raw) {
  Result<Members> members = json_members(raw);
  if (!members.ok()) return note(p, "not created: " + members.status.message);
  const Members& m = members.value;
  const std::string type = value_text(member(m, "type").empty() ? "\"\"" : member(m, "type"));
  if (!handler_type_is_good(p, type)) return;
  JsonObject spec;
  spec.add("type", type).add("timeout", seconds_of(member(m, "timeout")));
  if (std::string_view command = member(m, "command"); !command.empty()) spec.add_raw("command", command);
  if (std::string_view socket = member(m, "socket"); !socket.empty()) spec.add_raw("socket", socket);
  if (std::string_view handlers = member(m, "handlers"); !handlers.empty()) spec.add_raw("handlers", handlers);
  mutator_take(p, spec, value_text(member(m, "mutator").empty() ? "\"\"" : member(m, "mutator")));
  if (type != "set") spec.add("filters", handler_filters(p, m));
  if (!member(m, "subdue").empty()) note(p, "subdue has no effect: use a filter with `when`");
  const StringMap annotations = custom_annotations(m, kHandlerWords, std::size(kHandlerWords));
  annotations_say(p, annotations);
  document_add(p, "Handler", p.name, annotations, spec.done());
}

// ---- filters, mutators ----

void filter_translate(Place p, std::string_view raw) {
  Condition c = filter_conditions(json_at(raw, {"attributes"}));
  if (!c.refused.empty())
    return note(
        p, "not created: \"" + c.refused + "\" cannot be translated to JavaScript; rewrite the filter, or its handlers send every event");
  if (c.expressions.empty()) return note(p, "not created: attributes are missing");
  const bool is_negated = json_at(raw, {"negate"}) == "true";
  JsonObject spec;
  spec.add("action", is_negated ? "deny" : "allow").add("expressions", StringList{join(c.expressions, " && ")});
  if (std::string_view when = json_at(raw, {"when"}); !when.empty()) spec.add_raw("when", when);
  document_add(p, "EventFilter", p.name, {}, spec.done());
}

void mutator_translate(Place p, std::string_view raw) {
  if (json_at(raw, {"command"}).empty()) return note(p, "not created: command is missing (extensions are not supported)");
  document_add(p, "Mutator", p.name, {},
               JsonObject().add_raw("command", json_at(raw, {"command"})).add("timeout", seconds_of(json_at(raw, {"timeout"}))).done());
}

// ---- the whole ----

constexpr struct { const char *key, *kind; void (*translate)(Place, std::string_view); } kKinds[] = {
    {"checks", "check", check_translate},
    {"handlers", "handler", handler_translate},
    {"filters", "filter", filter_translate},
    {"mutators", "mutator", mutator_translate},
};

constexpr struct { const char *key, *says; } kElsewhere[] = {
    {"client", "it belongs to an agent's conf-dir"},
    {"sensu", "see docs/OPTIONS.md for the replacement"},
    {"api", "use the backend's api-* options"},
    {"rabbitmq", "agents connect to the backend directly"},
    {"redis", "the backend has its own database"},
    {"transport", "agents connect to the backend directly"},
    {"dashboard", "the dashboards of Sensu 1.x are not supported"},
    {"uchiwa", "the dashboards of Sensu 1.x are not supported"},
    {"extensions", "not supported"},
};

const char* elsewhere_of(const std::string& key) {
  for (auto& row : kElsewhere)
    if (key == row.key) return row.says;
  return nullptr;
}

bool is_kind(const std::string& key) {
  return std::any_of(std::begin(kKinds), std::end(kKinds), [&](auto& row) { return key == row.key; });
}

}  // namespace

bool legacy_is(std::string_view json) {
  if (json_type(json) != JsonType::object) return false;
  Result<Members> members = json_members(json);
  if (!members.ok() || members.value.empty()) return false;
  return std::all_of(members.value.begin(), members.value.end(),
                     [](const JsonMember& m) { return json_type(m.raw) == JsonType::object && (is_kind(m.key) || elsewhere_of(m.key)); });
}

Legacy legacy_translate(std::string_view json, const std::string& ns) {
  Legacy out;
  for (const JsonMember& m : json_members(json).value) {
    if (const char* says = elsewhere_of(m.key)) out.notes.push_back("\"" + m.key + "\" is not a definition of a backend: " + says);
    for (auto& row : kKinds) {
      if (m.key != row.key) continue;
      for (const JsonMember& one : json_members(m.raw).value) {
        Place p{out, row.kind, one.key, ns};
        if (json_type(one.raw) == JsonType::object) row.translate(p, one.raw);
        else note(p, "not created: not an object");
      }
    }
  }
  return out;
}

}  // namespace picket
