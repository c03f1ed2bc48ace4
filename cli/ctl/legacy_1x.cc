// cli/ctl/legacy_1x.cc - see legacy_1x.h. Checks are read by the agent's reader of 1.x checks, so both sides know the same words.
#include "cli/ctl/legacy_1x.h"

#include <algorithm>
#include <cmath>

#include "agent/config/local_checks.h"
#include "agent/config/types_1x.h"
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
  std::string refused;  // the attribute nobody can say in JavaScript, and why: `check.status` and " (expected ...)"
  std::string why;
};

void refuse(Condition& c, const std::string& shown, const std::string& expected, std::string_view raw) {
  c.refused = shown;
  c.why = " (expected " + expected + ", got " + json_compact(raw) + ")";
}

// What stands at the other side of the comparison. 1.x compared types, too: an array with an array only, "2" with "2" only.
enum class Side { text, number, list, custom };

bool is_comparable(Side side, std::string_view raw) {
  const JsonType type = json_type(raw);
  if (side == Side::list) return type == JsonType::array && json_strings(raw).ok() && !json_strings(raw).value.empty();
  if (side == Side::number) return type == JsonType::number;
  if (side == Side::text) return type == JsonType::string;
  return type == JsonType::string || type == JsonType::number || type == JsonType::boolean;
}

const char* side_text(Side side) {
  static const char* const kTexts[] = {"a string", "a number, or eval: with comparisons of numbers", "a list of strings that are not none",
                                       "a string, a number, true or false"};
  return kTexts[int(side)];
}

void list_condition(Condition& c, const std::string& path, std::string_view raw) {
  for (const std::string& item : json_strings(raw).value) c.expressions.push_back(path + ".indexOf(" + js_quote(item) + ") >= 0");
}

// `path` in JavaScript. Custom attributes stand there as text, whatever they were in 1.x.
void condition_add(Condition& c, const std::string& shown, const std::string& path, std::string_view raw, Side side) {
  std::string js;
  const std::string text = json_type(raw) == JsonType::string ? json_string(raw).value : "";
  if (text.compare(0, 5, "eval:") == 0) {
    if (side != Side::list && eval_to_js(text.substr(5), path, &js))
      c.expressions.push_back("(" + std::string(js.substr(js.find_first_not_of(' '))) + ")");
    else c.refused = shown;
  } else if (!is_comparable(side, raw)) {
    refuse(c, shown, side_text(side), raw);
  } else if (side == Side::list) {
    list_condition(c, path, raw);
  } else {
    c.expressions.push_back(path + " == " + (side == Side::number ? json_compact(raw) : js_quote(value_text(raw))));
  }
}

// Custom attributes of a client are labels of its entity, `mysql.port` those of an object in it.
void client_conditions(Condition& c, const std::string& entity, const std::string& prefix, std::string_view object) {
  for (const JsonMember& m : json_members(object).value) {
    const std::string key = prefix + m.key;
    if (json_type(m.raw) == JsonType::object && !json_members(m.raw).value.empty()) client_conditions(c, entity, key + ".", m.raw);
    else if (key == "name") condition_add(c, key, entity + ".name", m.raw, Side::text);
    else if (key == "subscriptions") condition_add(c, key, entity + ".subscriptions", m.raw, Side::list);
    else condition_add(c, key, entity + ".labels[" + js_quote(key) + "]", m.raw, Side::custom);
  }
}

constexpr struct { const char *key, *path; Side side; } kCheckPaths[] = {
    {"status", "event.check.status", Side::number},
    {"interval", "event.check.interval", Side::number},
    {"issued", "event.check.issued", Side::number},
    {"executed", "event.check.executed", Side::number},
    {"duration", "event.check.duration", Side::number},
    {"ttl", "event.check.ttl", Side::number},
    {"occurrences", "event.check.occurrences", Side::number},
    {"name", "event.check.name", Side::text},
    {"output", "event.check.output", Side::text},
    {"command", "event.check.command", Side::text},
    {"source", "event.check.proxy_entity_name", Side::text},
    {"handlers", "(event.check.handlers || [])", Side::list},
    {"subscribers", "(event.check.subscriptions || [])", Side::list},
};

void check_condition(Condition& c, const JsonMember& m) {
  const std::string shown = "check." + m.key;
  if (m.key == "history") {  // objects now, numbers in 1.x
    c.refused = shown;
    return;
  }
  for (auto& row : kCheckPaths)
    if (m.key == row.key) return condition_add(c, shown, row.path, m.raw, row.side);
  condition_add(c, shown, "event.check.annotations[" + js_quote(m.key) + "]", m.raw, Side::custom);
}

void action_condition(Condition& c, std::string_view raw) {
  const std::string action = value_text(raw);
  if (action == "create") c.expressions.push_back("event.is_incident && !event.is_resolution");
  else if (action == "resolve") c.expressions.push_back("event.is_resolution");
  else if (action == "flapping") c.expressions.push_back("event.check.state == 'flapping'");
  else refuse(c, "action", "create, resolve or flapping", raw);
}

void side_conditions(Condition& c, const JsonMember& m) {
  if (json_type(m.raw) != JsonType::object || json_members(m.raw).value.empty()) return refuse(c, m.key, "an object of attributes", m.raw);
  if (m.key == "client") return client_conditions(c, "event.entity", "", m.raw);
  for (const JsonMember& one : json_members(m.raw).value) check_condition(c, one);
}

Condition filter_conditions(std::string_view attributes) {
  Condition c;
  for (const JsonMember& m : json_members(attributes).value) {
    if (m.key == "client" || m.key == "check") side_conditions(c, m);
    else if (m.key == "occurrences") condition_add(c, m.key, "event.check.occurrences", m.raw, Side::number);
    else if (m.key == "timestamp") condition_add(c, m.key, "event.timestamp", m.raw, Side::number);
    else if (m.key == "action") action_condition(c, m.raw);
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
  const std::string_view attributes = json_at(raw, {"client_attributes"});
  if (attributes.empty() || attributes == "null")
    return note(p, "not created: proxy_requests.client_attributes is missing; say which entities are meant"), false;
  client_conditions(c, "entity", "", attributes);
  if (!c.refused.empty())
    return note(p,
                "not created: proxy_requests.client_attributes." + c.refused + " cannot be translated to JavaScript" + c.why +
                    "; use entity_attributes"),
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

// The types of the words were checked. The resolution of an incident is sent whatever its severity.
std::string severities_filter(Place& p, const StringList& severities) {
  std::string expression = "event.check.status == 0";
  if (severities.empty()) note(p, "severities is empty: only recoveries pass, as in 1.x");
  for (const std::string& s : severities) {
    static const char* const kNames[] = {"ok", "warning", "critical"};
    auto known = std::find(std::begin(kNames), std::end(kNames), s);
    if (s == "unknown") expression += " || event.check.status > 2";
    else if (known != std::end(kNames) && s != "ok")
      expression += " || event.check.status == " + std::to_string(known - std::begin(kNames));
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
    return note(p,
                "not created: \"" + c.refused + "\" cannot be translated to JavaScript" + c.why +
                    "; rewrite the filter, or its handlers send every event");
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
        const bool is_object = json_type(one.raw) == JsonType::object;
        const Status types = is_object ? types_1x_check(row.kind, one.raw) : fail(Err::invalid, "not an object");
        if (types.ok()) row.translate(p, one.raw);
        else p.out.invalid++, note(p, "not created: " + types.message);
      }
    }
  }
  return out;
}

}  // namespace picket
