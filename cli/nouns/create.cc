// cli/nouns/create.cc - create and update: one table says which flag fills which member and which question asks for it.
#include <charconv>

#include "cli/show/ctl_resource.h"
#include "common/json/json.h"

namespace picket {
namespace {

enum class Fill { text, number, truth, list, texts /* list that stays null when empty */ };

struct Field {
  const char* group;
  const char* flag;  // also the default's source
  const char* key;   // member of the resource
  Fill fill;
  const char* question;  // nullptr: never asked
  bool required = false;
};

constexpr Field kFields[] = {
    {"asset", "url", "url", Fill::text, "URL:", true},
    {"asset", "sha512", "sha512", Fill::text, "SHA-512 Checksum:", true},
    {"asset", "filter", "filters", Fill::texts, "Filters:"},
    {"check", "command", "command", Fill::text, "Command:", true},
    {"check", "interval", "interval", Fill::number, "Interval:"},
    {"check", "cron", "cron", Fill::text, "Cron:"},
    {"check", "timeout", "timeout", Fill::number, "Timeout:"},
    {"check", "ttl", "ttl", Fill::number, "TTL:"},
    {"check", "subscriptions", "subscriptions", Fill::list, "Subscriptions:", true},
    {"check", "handlers", "handlers", Fill::list, "Handlers:"},
    {"check", "runtime-assets", "runtime_assets", Fill::list, "Runtime Assets:"},
    {"check", "publish", "publish", Fill::truth, "Publish:"},
    {"check", "proxy-entity-name", "proxy_entity_name", Fill::text, "Check Proxy Entity Name:"},
    {"check", "stdin", "stdin", Fill::truth, "Check STDIN:"},
    {"check", "high-flap-threshold", "high_flap_threshold", Fill::number, "High Flap Threshold:"},
    {"check", "low-flap-threshold", "low_flap_threshold", Fill::number, "Low Flap Threshold:"},
    {"check", "output-metric-format", "output_metric_format", Fill::text, "Metric Format:"},
    {"check", "output-metric-handlers", "output_metric_handlers", Fill::list, "Metric Handlers:"},
    {"check", "round-robin", "round_robin", Fill::truth, "Round Robin:"},
    {"entity", "entity-class", "entity_class", Fill::text, "Entity Class:", true},
    {"entity", "subscriptions", "subscriptions", Fill::list, "Subscriptions:"},
    {"filter", "action", "action", Fill::text, "Action (allow, deny):", true},
    {"filter", "expressions", "expressions", Fill::list, "Expressions (comma separated list):", true},
    {"filter", "runtime-assets", "runtime_assets", Fill::list, "Runtime Assets:"},
    {"handler", "env-vars", "env_vars", Fill::list, "Environment variables:"},
    {"handler", "filters", "filters", Fill::list, "Filters:"},
    {"handler", "mutator", "mutator", Fill::text, "Mutator:"},
    {"handler", "timeout", "timeout", Fill::number, "Timeout:"},
    {"handler", "type", "type", Fill::text, "Type (pipe, tcp, udp, set):", true},
    {"handler", "runtime-assets", "runtime_assets", Fill::list, "Runtime Assets:"},
    {"handler", "command", "command", Fill::text, "Command:"},
    {"handler", "handlers", "handlers", Fill::list, "Handlers:"},
    {"hook", "command", "command", Fill::text, "Command:", true},
    {"hook", "timeout", "timeout", Fill::number, "Timeout:"},
    {"hook", "stdin", "stdin", Fill::truth, "Stdin:"},
    {"mutator", "command", "command", Fill::text, "Command:"},
    {"mutator", "env-vars", "env_vars", Fill::list, "Environment Variables:"},
    {"mutator", "timeout", "timeout", Fill::number, "Timeout:"},
    {"mutator", "runtime-assets", "runtime_assets", Fill::list, "Runtime Assets:"},
    {"mutator", "type", "type", Fill::text, "Type (pipe, javascript):"},
    {"mutator", "eval", "eval", Fill::text, "Eval:"},
};

std::vector<Field> fields_of(std::string_view group) {
  std::vector<Field> out;
  for (const Field& f : kFields)
    if (group == f.group) out.push_back(f);
  return out;
}

// What is no number counts as zero: validation then names the field.
int64_t number_of(const std::string& text) {
  int64_t n = 0;
  auto r = std::from_chars(text.data(), text.data() + text.size(), n);
  return r.ec == std::errc() && r.ptr == text.data() + text.size() ? n : 0;
}

std::string raw_of(const Field& f, const std::string& text, const std::vector<std::string>& list) {
  switch (f.fill) {
    case Fill::text: return json_quote(text);
    case Fill::number: return std::to_string(number_of(text));
    case Fill::truth: return text == "true" || text == "1" || text == "t" ? "true" : "false";
    case Fill::list: return json_list(split_csv(text));
    case Fill::texts: return json_list(list.empty() ? split_csv(text) : list);
  }
  return "null";
}

// Members the reference leaves out when they are empty are left out here too: those an empty resource has not.
std::string fill(const ResourceType& type, const Field& f, std::string object, const std::string& raw) {
  bool empty = raw == "\"\"" || raw == "0" || raw == "false";
  bool always = !json_at(canonical(type, "{}"), {f.key}).empty();
  return empty && !always ? json_drop(object, f.key) : json_set(object, f.key, raw);
}

std::string current(const Field& f, const std::string& object) {
  std::string_view raw = json_at(object, {f.key});
  if (f.fill == Fill::list || f.fill == Fill::texts) return join(texts_at(object, {f.key}), ",");
  if (f.fill == Fill::text) return text_at(object, {f.key});
  return std::string(raw);
}

Status ask_fields(Ctl& ctl, const ResourceType& type, std::string* object) {
  for (const Field& f : fields_of(command_view(ctl).group)) {
    if (!f.question) continue;
    Result<std::string> answer = ask(ctl, f.question, current(f, *object), f.required);
    if (!answer.ok()) return answer.status;
    if (f.fill == Fill::texts && answer.value.empty()) continue;
    *object = fill(type, f, *object, raw_of(f, answer.value, {}));
  }
  return {};
}

void take_flags(Ctl& ctl, const ResourceType& type, std::string* object) {
  for (const Field& f : fields_of(command_view(ctl).group))
    *object = fill(type, f, *object, raw_of(f, flag_text(ctl, f.flag), flag_list(ctl, f.flag)));
  std::string host = flag_text(ctl, "socket-host"), port = flag_text(ctl, "socket-port");
  if (host.empty() || port.empty()) return;
  JsonObject socket;
  socket.add("host", host).add("port", number_of(port));
  *object = json_set(*object, "socket", socket.done());
}

std::string empty_resource(const ResourceType& type, const std::string& name, const std::string& ns) {
  JsonObject metadata;
  if (!name.empty()) metadata.add("name", name);
  if (type.namespaced) metadata.add("namespace", ns);
  return json_set(canonical(type, "{}"), "metadata", metadata.done());
}

Status ask_name(Ctl& ctl, std::string* name, std::string* ns) {
  Result<std::string> answer = ask(ctl, "Name:", *name, true);
  if (!answer.ok()) return answer.status;
  *name = answer.value;
  answer = ask(ctl, "Namespace:", *ns, true);
  if (answer.ok()) *ns = answer.value;
  return answer.status;
}

Status check_schedule(const Ctl& ctl) {
  bool interval = !flag_text(ctl, "interval").empty(), cron = !flag_text(ctl, "cron").empty();
  if (interval && cron) return fail(Err::invalid, "cannot specify --interval and --cron at the same time");
  if (!interval && !cron) return fail(Err::invalid, "must specify --interval or --cron");
  return {};
}

}  // namespace

Status run_create(Ctl& ctl) {
  const ResourceType& type = command_type(ctl);
  std::string_view group = command_view(ctl).group;
  bool interactive = flag_on(ctl, "interactive");
  std::string name = ctl.args.empty() ? "" : ctl.args[0], ns = ctl.config.ns;
  if (ctl.args.size() > 1) return usage_error(ctl);
  if (interactive)
    if (Status s = ask_name(ctl, &name, &ns); !s.ok()) return s;
  std::string object = empty_resource(type, name, ns);
  if (interactive) {
    if (Status s = ask_fields(ctl, type, &object); !s.ok()) return s;
  } else {
    if (group == "check")
      if (Status s = check_schedule(ctl); !s.ok()) return s;
    take_flags(ctl, type, &object);
  }
  if (Status s = type.validate(canonical(type, object)); !s.ok()) {
    bool vague = !interactive && (group == "handler" || group == "mutator");  // as the reference answers
    return vague ? usage_error(ctl) : s;
  }
  if (Status s = client_send(ctl, "POST", api_path(type, ns), object); !s.ok()) return s;
  return say(ctl, "Created");
}

Status run_update(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  const ResourceType& type = command_type(ctl);
  return edit_resource(
      ctl, type, ctl.args[0], [&](std::string* object) { return ask_fields(ctl, type, object); }, "Updated");
}

}  // namespace picket
