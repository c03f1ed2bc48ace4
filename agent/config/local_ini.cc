// agent/config/local_ini.cc - [check NAME] and [client] sections of agent.ini as the 1.x settings they stand for.
#include <algorithm>
#include <set>

#include "agent/config/local_checks.h"
#include "common/json/json.h"
#include "common/options/options.h"

namespace picket {
namespace {

enum class Kind { text, number, truth, list, json };
struct Attribute { const char* name; Kind kind; };

// What is not named here is a text, and becomes an annotation. A dash is as good as an underscore.
constexpr Attribute kAttributes[] = {
    {"command", Kind::text},        {"cron", Kind::text},           {"interval", Kind::number},     {"timeout", Kind::number},
    {"ttl", Kind::number},          {"ttl_status", Kind::number},   {"standalone", Kind::truth},    {"publish", Kind::truth},
    {"stdin", Kind::truth},         {"handler", Kind::text},        {"handlers", Kind::list},       {"subscribers", Kind::list},
    {"subscriptions", Kind::list},  {"source", Kind::text},         {"proxy_entity_name", Kind::text}, {"env_vars", Kind::list},
    {"subdue", Kind::json},         {"subdues", Kind::json},        {"hooks", Kind::json},          {"low_flap_threshold", Kind::number},
    {"high_flap_threshold", Kind::number}, {"max_output_size", Kind::number}, {"discard_output", Kind::truth},
    {"output_metric_format", Kind::text},  {"output_metric_handlers", Kind::list}, {"output_metric_tags", Kind::json},
    {"output_metric_thresholds", Kind::json}, {"pipelines", Kind::json},    {"expect", Kind::json},
    {"handle", Kind::truth},        {"auto_resolve", Kind::truth},  {"force_resolve", Kind::truth}, {"truncate_output", Kind::truth},
    {"truncate_output_length", Kind::number}, {"aggregates", Kind::list},   {"dependencies", Kind::list},
    {"proxy_requests", Kind::json}, {"annotations", Kind::json},    {"labels", Kind::json},
};

std::string underscored(std::string name) {
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

const Attribute* attribute_of(const std::string& name) {
  for (const Attribute& a : kAttributes)
    if (underscored(name) == a.name) return &a;
  return nullptr;
}

// One item a line; a line may also be a JSON list, or items between commas. Blanks separate nothing: "A=b c" is one item.
Result<StringList> list_of(const std::string& text) {
  if (!text.empty() && text[0] == '[') return json_strings(text);
  StringList items;
  for (size_t at = 0; at <= text.size();) {
    size_t end = std::min(text.find_first_of(",\n", at), text.size());
    size_t first = text.find_first_not_of(" \t", at), last = text.find_last_not_of(" \t", end == 0 ? 0 : end - 1);
    if (first < end && last != text.npos) items.push_back(text.substr(first, last - first + 1));
    at = end + 1;
  }
  return items;
}

Result<std::string> truth_of(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = char(c + 32);
  for (const char* yes : {"true", "yes", "on", "1"})
    if (text == yes) return std::string("true");
  for (const char* no : {"false", "no", "off", "0"})
    if (text == no) return std::string("false");
  return fail(Err::invalid, "expected true or false");
}

Result<std::string> json_of(Kind kind, const std::string& text) {
  switch (kind) {
    case Kind::text: return json_quote(text);
    case Kind::truth: return truth_of(text);
    case Kind::number:
      if (json_check(text).ok() && json_type(text) == JsonType::number) return text;
      return fail(Err::invalid, "expected a number");
    case Kind::json:
      if (json_check(text).ok() && (text[0] == '{' || text[0] == '[')) return text;
      return fail(Err::invalid, "expected JSON");
    case Kind::list: break;
  }
  Result<StringList> items = list_of(text);
  if (!items.ok()) return items.status;
  JsonObject o;
  o.add("x", items.value);
  std::string whole = o.done();
  return std::string(json_at(whole, {"x"}));
}

bool is_hook(const std::string& name) { return name.rfind("hook.", 0) == 0 && name.size() > 5; }
// `expect.schedule = 0 2 * * *`; a number is one.
bool is_expect(const std::string& name) { return name.rfind("expect.", 0) == 0 && name.size() > 7; }
bool is_shell(const std::string& name) { return is_hook(name) || name == "command"; }
bool is_list(const std::string& name) {
  const Attribute* a = attribute_of(name);
  return a && a->kind == Kind::list;
}

// `hook.critical = COMMAND` is {"hooks": {"critical": {"command": COMMAND}}}.
Result<std::string> attribute_json(const std::string& name, const std::string& value) {
  if (is_hook(name)) {
    std::string hook = JsonObject().add("command", value).done(), hooks = JsonObject().add_raw(name.substr(5), hook).done();
    return JsonObject().add_raw("hooks", hooks).done();
  }
  if (is_expect(name)) {
    const bool is_number = name == "expect.status" && json_check(value).ok() && json_type(value) == JsonType::number;
    const std::string expect = JsonObject().add_raw(name.substr(7), is_number ? value : json_quote(value)).done();
    return JsonObject().add_raw("expect", expect).done();
  }
  const Attribute* a = attribute_of(name);
  Result<std::string> json = json_of(a ? a->kind : Kind::text, value);
  if (!json.ok()) return json.status;
  return JsonObject().add_raw(a ? a->name : name, json.value).done();
}

// a.b.c = x becomes {"a":{"b":{"c":"x"}}}.
std::string nested(const std::string& name, const std::string& value) {
  size_t dot = name.find('.');
  if (dot == name.npos) { return JsonObject().add_raw(name, json_check(value).ok() ? value : json_quote(value)).done(); }
  return JsonObject().add_raw(name.substr(0, dot), nested(name.substr(dot + 1), value)).done();
}

std::string trimmed(const std::string& text) {
  size_t first = text.find_first_not_of(" \t\""), last = text.find_last_not_of(" \t\"");
  return first == text.npos ? "" : text.substr(first, last - first + 1);
}

struct Section { std::string kind, name; };
Section section_of(const std::string& text) {
  size_t blank = text.find_first_of(" \t");
  Section s{text.substr(0, blank), blank == text.npos ? "" : trimmed(text.substr(blank))};
  for (char& c : s.kind)
    if (c >= 'A' && c <= 'Z') c = char(c + 32);
  return s;
}

}  // namespace

std::string local_settings_from_ini(const std::vector<IniEntry>& entries, LocalPlaces& places, StringList& errors) {
  std::string settings = "{}";
  std::set<std::pair<std::string, std::string>> seen;
  for (const IniEntry& e : entries) {
    Section s = section_of(e.section);
    if (s.kind == "client") settings = settings_merge(settings, JsonObject().add_raw("client", nested(e.name, e.value)).done());
    if (s.kind != "check" && s.kind != "checks") continue;
    if (s.name.empty()) {
      errors.push_back(e.place + ": expected the name of the check: [check NAME]");
      continue;
    }
    if (!seen.insert({s.name, e.name}).second && !is_list(e.name)) {
      errors.push_back(e.place + ": check \"" + s.name + "\": " + e.name + " is set twice; keep one, on one line");
      continue;
    }
    Result<std::string> attribute = attribute_json(e.name, is_shell(e.name) ? e.whole : e.value);
    if (!attribute.ok()) {
      errors.push_back(e.place + ": check \"" + s.name + "\": " + e.name + ": " + attribute.status.message);
      continue;
    }
    places.emplace(s.name, e.place);
    std::string check = JsonObject().add_raw(s.name, attribute.value).done();
    settings = settings_merge(settings, JsonObject().add_raw("checks", check).done());
  }
  return local_settings_standalone(settings);
}

}  // namespace picket
