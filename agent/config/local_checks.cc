// agent/config/local_checks.cc - see local_checks.h.
#include "agent/config/local_checks.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "agent/config/types_1x.h"
#include "common/json/json.h"
#include "common/rules/expectation.h"
#include "common/rules/resource_types.h"
#include "common/time/time_window.h"
#include "common/time/window_words.h"

namespace picket {
namespace {

std::string_view member(const std::vector<JsonMember>& members, std::string_view key) {
  std::string_view raw;
  for (const JsonMember& m : members)
    if (m.key == key) raw = m.raw;
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
struct Translated {
  JsonObject out;
  StringMap annotations, labels;
};

constexpr const char* kSame[] = {"command",
                                 "interval",
                                 "ttl",
                                 "stdin",
                                 "handlers",
                                 "env_vars",
                                 "low_flap_threshold",
                                 "high_flap_threshold",
                                 "output_metric_format",
                                 "output_metric_handlers",
                                 "proxy_entity_name",
                                 "subdues",
                                 "max_output_size",
                                 "discard_output",
                                 "output_metric_tags",
                                 "output_metric_thresholds",
                                 "pipelines",
                                 "expect",
                                 "subscriptions"};
constexpr const char* kOwn[] = {"standalone", "publish",     "handler", "subscribers", "source", "hooks",
                                "name",       "annotations", "labels",  "timeout",     "subdue", "cron"};

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
    if (std::string_view t = json_at(m.raw, {"timeout"}); !t.empty() && t != "null")
      hook.timeout = uint32_t(std::ceil(json_double(t).value));
    if (auto r = json_bool(json_at(m.raw, {"stdin"})); r.ok()) hook.stdin_ = r.value;
    request.config->check_hooks.push_back({m.key, {hook.metadata.name}});
    request.hooks.push_back(std::move(hook));
  }
}

void translate_map(StringMap& into, std::string_view raw) {
  if (raw.empty() || json_type(raw) != JsonType::object) return;
  for (const JsonMember& m : json_members(raw).value)
    into[m.key] = json_type(m.raw) == JsonType::string ? json_string(m.raw).value : json_compact(m.raw);
}

// 1.x takes fractions of a second.
Status translate_timeout(JsonObject& out, std::string_view raw) {
  if (raw.empty()) return {};
  Result<double> seconds = json_type(raw) == JsonType::number ? json_double(raw) : fail(Err::invalid, "expected a number of seconds");
  if (!seconds.ok()) return because("timeout", seconds.status);
  if (seconds.value < 0 || seconds.value > 31'536'000) return fail(Err::invalid, "timeout: must be from 0 to 31536000 seconds");
  out.add("timeout", int64_t(std::ceil(seconds.value)));
  return {};
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

constexpr const char* kDays[] = {"all", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

Status day_known(const std::string& day) {
  return is_in(kDays, day) ? Status{}
                           : fail(Err::invalid, "subdue: \"" + day + "\" is not a day of the week; expected sunday to saturday, or all");
}

// The older form of 1.x, {"begin", "end", "days": [..], "at"}, as the newer one.
Result<std::string> subdue_of_old(std::string_view raw) {
  constexpr const char* kKnown[] = {"begin", "end", "days", "at"};
  for (const JsonMember& m : json_members(raw).value)
    if (!is_in(kKnown, m.key)) return fail(Err::invalid, "subdue: \"" + m.key + "\" has no effect; use days");
  const bool timed = !json_at(raw, {"begin"}).empty() && !json_at(raw, {"end"}).empty();
  std::string ranges = timed
      ? "[" + JsonObject().add_raw("begin", json_at(raw, {"begin"})).add_raw("end", json_at(raw, {"end"})).done() + "]"
      : R"([{"begin":"12:00AM","end":"11:59PM"},{"begin":"11:59PM","end":"12:00AM"}])";
  const std::string_view listed = json_at(raw, {"days"});
  if (!timed && listed.empty()) return fail(Err::invalid, "subdue: expected begin and end, or days");
  JsonObject days;
  if (listed.empty()) days.add_raw("all", ranges);
  Result<StringList> names = listed.empty() ? Result<StringList>(StringList{}) : json_strings(listed);
  if (!names.ok()) return because("subdue.days", names.status);
  for (const std::string& name : names.value) {
    if (Status s = day_known(lower(name)); !s.ok()) return s;
    days.add_raw(lower(name), ranges);
  }
  return JsonObject().add_raw("days", days.done()).done();
}

// Times of 1.x are those of this machine's clock where they name no zone.
Status translate_subdue(JsonObject& out, std::string_view raw) {
  if (raw.empty()) return {};
  if (json_type(raw) != JsonType::object) return fail(Err::invalid, "subdue: expected an object");
  std::string json(raw);
  const std::string_view days = json_at(raw, {"days"});
  if (days.empty() || json_type(days) != JsonType::object) {
    Result<std::string> newer = subdue_of_old(raw);
    if (!newer.ok()) return newer.status;
    json = std::move(newer.value);
  }
  for (const JsonMember& m : json_members(json_at(json, {"days"})).value)
    if (Status s = day_known(lower(m.key)); !s.ok()) return s;
  Result<TimeWindowWhen> window = decode<TimeWindowWhen>(json);
  if (window.ok()) window = window_in_utc(window.value, std::time(nullptr), *timezone_local());
  if (!window.ok()) return because("subdue", window.status);
  out.add_raw("subdue", encode(window.value));
  return {};
}

Status translate_members(Translated& t, const std::vector<JsonMember>& members) {
  for (const JsonMember& m : members) {
    if (is_in(kSame, m.key)) t.out.add_raw(m.key, m.raw);
    else if (!is_in(kOwn, m.key)) translate_rest(t, m);
  }
  if (std::string_view s = member(members, "subscribers"); !s.empty() && member(members, "subscriptions").empty())
    t.out.add_raw("subscriptions", s);
  if (std::string_view s = member(members, "source"); !s.empty()) t.out.add_raw("proxy_entity_name", s);
  if (std::string_view h = member(members, "handler"); !h.empty() && member(members, "handlers").empty())
    t.out.add_raw("handlers", "[" + std::string(h) + "]");
  if (std::string_view c = member(members, "cron"); !c.empty()) t.out.add("cron", cron_of_1x(json_string(c).value));
  if (Status s = translate_subdue(t.out, member(members, "subdue")); !s.ok()) return s;
  translate_map(t.annotations, member(members, "annotations"));
  translate_map(t.labels, member(members, "labels"));
  return translate_timeout(t.out, member(members, "timeout"));
}

// A check that others run and report; what says how to run it is a mistake there.
Status expect_check(const CheckConfig& c) {
  if (!c.expect) return {};
  if (!c.command.empty()) return fail(Err::invalid, "expect is for results that something else sends; omit the command, or use ttl");
  if (c.interval > 0 || !c.cron.empty())
    return fail(Err::invalid, "interval and cron say when a check is run; use expect.ttl or expect.schedule");
  if (c.ttl > 0) return fail(Err::invalid, "ttl and expect; use expect.ttl");
  return validate_expectation(*c.expect);
}

Result<LocalDefinition> check_translate(const std::string& name, std::string_view raw, const std::string& ns) {
  Result<std::vector<JsonMember>> members = json_members(raw);
  if (!members.ok()) return members.status;
  if (Status s = types_1x_check("check", raw); !s.ok()) return s;
  Translated t;
  if (Status s = translate_members(t, members.value); !s.ok()) return s;
  LocalDefinition definition;
  definition.given = t.out.done();
  Result<CheckConfig> config = decode<CheckConfig>(definition.given);
  if (!config.ok()) return config.status;
  if (Status s = expect_check(config.value); !s.ok()) return s;
  CheckRequest& request = definition.request;
  request.config = std::move(config.value);
  request.config->metadata = {name, ns, std::move(t.labels), std::move(t.annotations), "", {}};
  if (std::string_view hooks = member(members.value, "hooks"); !hooks.empty()) translate_hooks(hooks, name, ns, request);
  return definition;
}

bool is_true(std::string_view raw) { return raw == "true"; }

// Of a Sensu Go definition: UTC where no zone is named. What cannot be read is refused with the rest of the definition.
void subdue_in_utc(CheckConfig& config) {
  if (!config.subdue || window_validate(*config.subdue).ok()) return;
  Result<TimeWindowWhen> utc = window_in_utc(*config.subdue, std::time(nullptr), *timezone_utc());
  if (utc.ok()) config.subdue = std::move(utc.value);
}

// Scheduled here: standalone, and not switched off.
bool is_standalone(std::string_view check) {
  return is_true(json_at(check, {"standalone"})) && json_at(check, {"publish"}) != "false" && json_at(check, {"expect"}).empty();
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

Result<LocalSettings> local_settings_parse(std::string_view settings, const std::string& ns, const LocalPlaces& places) {
  LocalSettings out;
  std::string_view checks = json_at(settings, {"checks"});
  if (checks.empty()) return out;
  Result<std::vector<JsonMember>> members = json_members(checks);
  if (!members.ok()) return because("checks", members.status);
  std::string errors;
  for (const JsonMember& m : members.value) {
    Result<LocalDefinition> definition = check_translate(m.key, m.raw, ns);
    if (!definition.ok()) {
      auto place = places.find(m.key);
      errors += (errors.empty() ? "" : "\n") + (place == places.end() ? "" : place->second + ": ") + "checks." + m.key + ": " +
          definition.status.message;
      continue;
    }
    if (is_standalone(m.raw)) out.checks.push_back(definition.value.request);
    out.definitions[m.key] = std::move(definition.value);
  }
  Result<LocalSettings> result = std::move(out);
  if (!errors.empty()) result.status = fail(Err::invalid, errors);
  return result;
}

std::string local_settings_standalone(std::string_view settings) {
  std::string_view checks = json_at(settings, {"checks"});
  Result<std::vector<JsonMember>> members = checks.empty() ? fail(Err::not_found, "") : json_members(checks);
  if (!members.ok()) return std::string(settings);
  JsonObject standalone;
  for (const JsonMember& m : members.value) standalone.add_raw(m.key, "{\"standalone\":true}");
  return settings_merge(JsonObject().add_raw("checks", standalone.done()).done(), settings);
}

bool is_go_definition(std::string_view json) {
  return json_at(json, {"type"}) == "\"CheckConfig\"" || !json_at(json, {"metadata", "name"}).empty();
}

Result<LocalDefinition> local_check_parse(std::string_view json, const std::string& ns) {
  std::string_view spec = json_at(json, {"spec"});
  LocalDefinition definition;
  definition.given = spec.empty() ? std::string(json) : std::string(spec);
  Result<CheckConfig> config = decode<CheckConfig>(definition.given);
  if (!config.ok()) return config.status;
  if (!spec.empty())
    if (std::string_view metadata = json_at(json, {"metadata"}); !metadata.empty()) {
      Result<ObjectMeta> meta = decode<ObjectMeta>(metadata);
      if (!meta.ok()) return because("metadata", meta.status);
      config.value.metadata = std::move(meta.value);
    }
  if (config.value.metadata.ns.empty()) config.value.metadata.ns = ns;
  if (Status s = expect_check(config.value); !s.ok()) return s;
  subdue_in_utc(config.value);
  definition.request.config = std::move(config.value);
  return definition;
}

Result<CheckRequest> local_override(CheckRequest request, const LocalDefinition& definition, bool safe) {
  const CheckConfig& ours = *definition.request.config;
  const std::string text = encode(*request.config);  // the members point into it
  Result<std::vector<JsonMember>> theirs = json_members(text), given = json_members(definition.given);
  if (!theirs.ok() || !given.ok()) return fail(Err::internal, "a definition cannot be printed");
  JsonObject merged;
  auto is_given = [&](const std::string& key) {
    return std::any_of(given.value.begin(), given.value.end(), [&](const JsonMember& m) { return m.key == key; });
  };
  for (const JsonMember& m : theirs.value)
    if (!is_given(m.key) || m.key == "metadata") merged.add_raw(m.key, m.raw);
  for (const JsonMember& m : given.value)
    if (m.key != "metadata") merged.add_raw(m.key, m.raw);
  Result<CheckConfig> config = decode<CheckConfig>(merged.done());
  if (!config.ok()) return config.status;
  subdue_in_utc(config.value);
  request.config = std::move(config.value);
  for (const auto& [key, value] : ours.metadata.annotations) request.config->metadata.annotations[key] = value;
  for (const auto& [key, value] : ours.metadata.labels) request.config->metadata.labels[key] = value;
  if (!definition.request.hooks.empty() || safe) {
    request.config->check_hooks = ours.check_hooks;
    request.hooks = definition.request.hooks;
  }
  if (!safe) return request;
  request.config->command = ours.command;
  request.config->env_vars = ours.env_vars;
  request.config->stdin_ = ours.stdin_;
  request.config->runtime_assets.clear();
  request.assets.clear();
  request.hook_assets.clear();
  request.secrets.clear();
  return request;
}

}  // namespace picket
