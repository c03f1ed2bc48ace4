// cli/nouns/ctl_check.cc - check set-*, remove-*, hooks, execute: GET the check, change one member, PUT it.
#include <charconv>
#include <cstring>

#include "cli/ctl/resource_file.h"
#include "cli/show/ctl_resource.h"
#include "common/json/json.h"

namespace picket {
namespace {

enum class Kind { text, number, large, truth, list };

struct Setter {
  const char* name;  // after set- and remove-
  const char* key;
  Kind kind;
  const char* clears = nullptr;  // "interval" makes no sense beside "cron"
};
constexpr Setter kSetters[] = {
    {"command", "command", Kind::text},
    {"cron", "cron", Kind::text, "interval"},
    {"handlers", "handlers", Kind::list},
    {"high-flap-threshold", "high_flap_threshold", Kind::number},
    {"interval", "interval", Kind::number, "cron"},
    {"low-flap-threshold", "low_flap_threshold", Kind::number},
    {"output-metric-format", "output_metric_format", Kind::text},
    {"output-metric-handlers", "output_metric_handlers", Kind::list},
    {"proxy-entity-name", "proxy_entity_name", Kind::text},
    {"publish", "publish", Kind::truth},
    {"round-robin", "round_robin", Kind::truth},
    {"runtime-assets", "runtime_assets", Kind::list},
    {"stdin", "stdin", Kind::truth},
    {"subscriptions", "subscriptions", Kind::list},
    {"timeout", "timeout", Kind::number},
    {"ttl", "ttl", Kind::large},
};

const Setter* setter_of(const Ctl& ctl) {
  std::string_view word = std::string_view(ctl.command->path).substr(strlen("check "));
  word.remove_prefix(word.find('-') + 1);
  for (const Setter& s : kSetters)
    if (word == s.name) return &s;
  return nullptr;
}

template <class Number>
Result<std::string> number_raw(const char* parser, const std::string& text) {
  Number n = 0;
  auto r = std::from_chars(text.data(), text.data() + text.size(), n);
  std::string failed = std::string("strconv.") + parser + ": parsing " + json_quote(text) + ": ";
  if (r.ec == std::errc::result_out_of_range) return fail(Err::invalid, failed + "value out of range");
  if (r.ec != std::errc() || r.ptr != text.data() + text.size()) return fail(Err::invalid, failed + "invalid syntax");
  return std::to_string(n);
}

Result<std::string> truth_raw(const std::string& text) {
  for (const char* yes : {"1", "t", "T", "TRUE", "true", "True"})
    if (text == yes) return std::string("true");
  for (const char* no : {"0", "f", "F", "FALSE", "false", "False"})
    if (text == no) return std::string("false");
  return fail(Err::invalid, "strconv.ParseBool: parsing " + json_quote(text) + ": invalid syntax");
}

Result<std::string> value_raw(Kind kind, const std::string& text) {
  switch (kind) {
    case Kind::text: return json_quote(text);
    case Kind::number: return number_raw<uint32_t>("ParseUint", text);
    case Kind::large: return number_raw<int64_t>("ParseInt", text);
    case Kind::truth: return truth_raw(text);
    case Kind::list: return json_list(split_csv(text));
  }
  return std::string("null");
}

// An empty cron or command is a member the check does not have.
std::string put_member(const std::string& object, const char* key, const std::string& raw) {
  bool optional = std::string_view(key) == "cron" || std::string_view(key) == "command";
  return optional && raw == "\"\"" ? json_drop(object, key) : json_set(object, key, raw);
}

std::string empty_raw(Kind kind) { return kind == Kind::text ? "\"\"" : kind == Kind::list ? "[]" : "0"; }

constexpr const char* kHookWords[] = {"ok", "warning", "critical", "unknown", "non-zero"};

Status validate_hook_type(const std::string& type) {
  if (type.empty()) return fail(Err::invalid, "type cannot be empty");
  for (const char* w : kHookWords)
    if (type == w) return {};
  unsigned n = 0;
  auto r = std::from_chars(type.data(), type.data() + type.size(), n);
  bool plain = r.ec == std::errc() && r.ptr == type.data() + type.size() && std::to_string(n) == type;
  if (plain && n <= 255) return {};
  return fail(Err::invalid, "valid check hook types are \"0\"-\"255\", \"ok\", \"warning\", \"critical\", \"unknown\", and \"non-zero\"");
}

std::string check_path(const Ctl& ctl, const std::string& name, const std::string& rest) {
  return api_path(*ctl_type("checks"), ctl.config.ns, name) + rest;
}

}  // namespace

Status run_check_set(Ctl& ctl) {
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  const Setter& setter = *setter_of(ctl);
  auto change = [&](std::string* check) -> Status {
    Result<std::string> raw = value_raw(setter.kind, ctl.args[1]);
    if (!raw.ok()) return raw.status;
    if (setter.clears) *check = put_member(*check, setter.clears, setter.clears == std::string("cron") ? "\"\"" : "0");
    *check = put_member(*check, setter.key, raw.value);
    return {};
  };
  return edit_resource(ctl, command_type(ctl), ctl.args[0], change, "Updated");
}

Status run_check_remove(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  const Setter* setter = setter_of(ctl);
  auto change = [&](std::string* check) -> Status {
    if (setter) *check = put_member(*check, setter->key, empty_raw(setter->kind));
    else *check = json_drop(*check, "proxy_requests");
    return {};
  };
  return edit_resource(ctl, command_type(ctl), ctl.args[0], change, "Removed");
}

Status run_check_set_proxy_requests(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  auto change = [&](std::string* check) -> Status {
    Result<std::string> json = input_as_json(ctl, flag_text(ctl, "file"));
    if (!json.ok()) return json.status;
    *check = json_set(*check, "proxy_requests", json.value);
    Result<Resource> decoded = command_type(ctl).decode(*check);
    return decoded.status;
  };
  return edit_resource(ctl, command_type(ctl), ctl.args[0], change, "Updated");
}

Status run_check_set_hooks(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  std::string name = ctl.args[0], type = flag_text(ctl, "type"), hooks = flag_text(ctl, "hooks");
  if (flag_on(ctl, "interactive")) {
    const std::pair<const char*, std::string*> questions[] = {{"Check Name:", &name}, {"Hook Type:", &type}, {"Hooks:", &hooks}};
    for (auto [question, answer] : questions) {
      Result<std::string> got = ask(ctl, question, *answer, true);
      if (!got.ok()) return got.status;
      *answer = got.value;
    }
  }
  if (Status s = validate_hook_type(type); !s.ok()) return s;
  if (split_csv(hooks).empty()) return fail(Err::invalid, "hooks cannot be empty");
  if (auto got = client_get(ctl, check_path(ctl, name, "")); !got.ok()) return got.status;
  JsonObject body;
  body.add_raw(type, json_list(split_csv(hooks)));
  Status s = client_send(ctl, "PUT", check_path(ctl, name, "/hooks/" + path_escape(type)), body.done());
  return s.ok() ? say(ctl, "Added") : s;
}

Status run_check_remove_hook(Ctl& ctl) {
  if (Status s = need_args(ctl, 3); !s.ok()) return s;
  if (auto got = client_get(ctl, check_path(ctl, ctl.args[0], "")); !got.ok()) return got.status;
  std::string rest = "/hooks/" + path_escape(ctl.args[1]) + "/hook/" + path_escape(ctl.args[2]);
  Status s = client_send(ctl, "DELETE", check_path(ctl, ctl.args[0], rest));
  return s.ok() ? say(ctl, "Removed") : s;
}

Status run_check_execute(Ctl& ctl) {
  if (ctl.args.size() > 1) return usage_error(ctl);
  std::string name = ctl.args.empty() ? "" : ctl.args[0];
  std::string reason = flag_text(ctl, "reason"), subscriptions = flag_text(ctl, "subscriptions");
  if (flag_on(ctl, "interactive")) {
    const std::pair<const char*, std::string*> questions[] = {
        {"Check Name:", &name}, {"Subscriptions:", &subscriptions}, {"Reason:", &reason}};
    for (auto [question, answer] : questions) {
      Result<std::string> got = ask(ctl, question, *answer, answer == &name);
      if (!got.ok()) return got.status;
      *answer = got.value;
    }
  }
  if (name.empty()) return fail(Err::invalid, "must provide name of a check");
  JsonObject metadata, body;
  metadata.add("name", name);
  body.add_raw("metadata", metadata.done()).add("creator", client_user(ctl));
  if (!subscriptions.empty()) body.add_raw("subscriptions", json_list(split_csv(subscriptions)));
  if (!reason.empty()) body.add("reason", reason);
  Status s = client_send(ctl, "POST", check_path(ctl, name, "/execute"), body.done());
  return s.ok() ? say(ctl, "Issued") : s;
}

}  // namespace picket
