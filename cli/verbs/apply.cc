// cli/verbs/apply.cc - apply: make the backend hold what files say, and show the difference.
//
// What is applied carries the label picket.io/set; --prune deletes what carries it with the same value and is in no file
// any more. Writes are conditional (If-Match): what somebody else changed in between is not overwritten.
#include <algorithm>
#include <set>

#include "cli/ctl/resource_file.h"
#include "cli/show/ctl_resource.h"
#include "cli/verbs/text_diff.h"
#include "common/json/json.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

constexpr std::string_view kSetLabel = "picket.io/set";

// What others refer to comes first; deleted is in the opposite order.
constexpr const char* kOrder[] = {
    "Namespace", "ClusterRole", "ClusterRoleBinding", "User",        "APIKey", "TessenConfig", "Asset",       "HookConfig", "EventFilter",
    "Mutator",   "Handler",     "Pipeline",           "CheckConfig", "Entity", "Role",         "RoleBinding", "Silenced",   "Event"};

size_t rank_of(std::string_view type) {
  size_t at = 0;
  while (at < std::size(kOrder) && type != kOrder[at]) at++;
  return at;
}

// Members the backend or an agent fills in: a file that does not name them does not mean to change them.
constexpr const char* kFilledIn[] = {"system",
                                     "last_seen",
                                     "sensu_agent_version",
                                     "user",
                                     "redact",
                                     "deregistration",
                                     "creator",
                                     "begin",
                                     "expire_at",
                                     "expire",
                                     "id",
                                     "sequence",
                                     "timestamp",
                                     "created_at",
                                     "password_hash",
                                     "keepalive_handlers",
                                     "subscriptions"};

bool filled_in_by_others(const ResourceType& type, std::string_view key) {
  std::string_view t = type.type;
  if (t != "Entity" && t != "Silenced" && t != "Event" && t != "User" && t != "APIKey") return false;
  return std::find(std::begin(kFilledIn), std::end(kFilledIn), key) != std::end(kFilledIn);
}

// Of these, what a dump names without meaning it: the state of that moment.
constexpr std::string_view kState[] = {"last_seen", "expire_at", "sensu_agent_version"};

bool named(const FileResource& r, const std::string& key) {
  if (std::find(std::begin(kState), std::end(kState), key) != std::end(kState)) return false;
  return std::find(r.keys.begin(), r.keys.end(), key) != r.keys.end();
}

// The text two versions are compared by.
std::string comparable(const FileResource& r, const std::string& body) {
  std::string out = body;
  for (const JsonMember& m : json_members(body).value)
    if (m.key == "password" || (filled_in_by_others(*r.type, m.key) && !named(r, m.key))) out = json_drop(out, m.key);
  std::string_view metadata = json_at(out, {"metadata"});
  if (!metadata.empty() && json_type(metadata) == JsonType::object) out = json_set(out, "metadata", json_drop(metadata, "created_by"));
  return yaml_from_json(json_sorted(out)).value;
}

// The body to send: what the file leaves to others stays as it is.
std::string merged_body(const FileResource& r, const std::string& current) {
  std::string out = r.body;
  for (const JsonMember& m : json_members(current).value)
    if (filled_in_by_others(*r.type, m.key) && !named(r, m.key)) out = json_set(out, m.key, m.raw);
  return out;
}

bool is_type(const ResourceType& type, std::string_view name) { return name == type.type; }

// What --prune may delete.
bool can_be_owned(const ResourceType& type) { return type.has_metadata && !is_type(type, "Event") && !is_type(type, "APIKey"); }

void set_label(FileResource* r, const std::string& set) {
  if (!can_be_owned(*r->type)) return;
  std::string metadata(json_at(r->body, {"metadata"}));
  std::string_view labels = json_at(metadata, {"labels"});
  std::string changed = json_set(labels.empty() || labels == "null" ? "{}" : labels, kSetLabel, json_quote(set));
  r->body = json_set(r->body, "metadata", json_set(metadata, "labels", changed));
}

struct Apply {
  Ctl& ctl;
  bool dry_run = false;
  std::string set;
  int created = 0, changed = 0, deleted = 0, unchanged = 0;
};

std::string title(const FileResource& r) {
  std::string name = r.name.empty() ? text_at(r.body, {"name"}) : r.name;  // namespaces have no metadata
  return std::string(r.type->type) + " " + (r.ns.empty() ? "" : r.ns + "/") + name;
}

void tell(Apply& a, const char* what, const std::string& name, const std::string& difference) {
  a.ctl.write_out(std::string(a.dry_run ? "would " : "") + what + " " + name + "\n");
  std::string line;
  for (char c : difference) {
    line += c;
    if (c == '\n') a.ctl.write_out("    " + std::exchange(line, ""));
  }
}

Status write(Apply& a, const FileResource& r, const std::string& body, Headers condition) {
  if (a.dry_run) return {};
  CtlReply reply = client_call(a.ctl, "PUT", r.path, body, std::move(condition));
  if (reply.transport.ok() && reply.code == 412)
    return fail(Err::precondition, title(r) + " was changed by another client at the same time; run apply again");
  Status s = reply_status(reply);
  return s.ok() ? s : because(title(r), s);
}

Status apply_one(Apply& a, FileResource& r) {
  set_label(&r, a.set);
  CtlReply reply = client_call(a.ctl, "GET", r.path);
  bool absent = reply.transport.ok() && reply.code == 404;
  if (is_type(*r.type, "APIKey")) {  // the backend makes them; nobody writes them
    if (absent)
      a.ctl.write_err("skipped " + title(r) + ": API keys cannot be applied; `" + a.ctl.program + " api-key grant` creates new ones\n");
    else if (Status s = reply_status(reply); !s.ok()) return because(title(r), s);
    return a.unchanged++, Status();
  }
  if (absent) {
    a.created++;
    tell(a, "create", title(r), "");
    return write(a, r, r.body, {{"If-None-Match", "*"}});
  }
  if (Status s = reply_status(reply); !s.ok()) return because(title(r), s);
  std::string current = canonical(*r.type, reply.body), wanted = merged_body(r, current);
  std::string difference = text_diff(comparable(r, current), comparable(r, canonical(*r.type, wanted)));
  if (difference.empty()) return a.unchanged++, Status();
  a.changed++;
  tell(a, "change", title(r), difference);
  Headers condition;
  if (std::string etag(header_get(reply.headers, "ETag")); !etag.empty()) condition.push_back({"If-Match", etag});
  return write(a, r, wanted, std::move(condition));
}

std::string place_of(const ResourceType& type, std::string_view object) {
  return std::string(type.type) + " " + text_at(object, {"metadata", "namespace"}) + "/" + text_at(object, {"metadata", "name"});
}

// Of one kind: what carries our label and is in no file.
Status prune_kind(Apply& a, const ResourceType& type, const std::string& ns, const std::set<std::string>& kept) {
  auto items = client_list(a.ctl, api_path(type, ns), {});
  if (items.status.code == Err::not_found || items.status.code == Err::denied) return {};
  if (!items.ok()) return because(std::string("list ") + type.plural, items.status);
  for (const std::string& o : items.value) {
    if (text_at(o, {"metadata", "labels", kSetLabel}) != a.set || kept.count(place_of(type, o))) continue;
    std::string name = text_at(o, {"metadata", "name"});
    a.deleted++;
    tell(a, "delete", std::string(type.type) + " " + (type.namespaced ? ns + "/" : "") + name, "");
    if (a.dry_run) continue;
    if (Status s = client_send(a.ctl, "DELETE", api_path(type, ns, name)); !s.ok()) return because("delete " + name, s);
  }
  return {};
}

Status prune(Apply& a, const std::vector<FileResource>& resources) {
  std::set<std::string> kept, namespaces = {a.ctl.config.ns};
  for (const FileResource& r : resources) {
    kept.insert(std::string(r.type->type) + " " + r.ns + "/" + r.name);
    if (!r.ns.empty()) namespaces.insert(r.ns);
  }
  for (size_t i = std::size(kOrder); i-- > 0;) {
    const ResourceType* type = ctl_type(kOrder[i]);
    if (!type || !can_be_owned(*type)) continue;
    if (!type->namespaced) {
      if (Status s = prune_kind(a, *type, "", kept); !s.ok()) return s;
      continue;
    }
    for (const std::string& ns : namespaces)
      if (Status s = prune_kind(a, *type, ns, kept); !s.ok()) return s;
  }
  return {};
}

std::string refused_text(size_t count) {
  return std::to_string(count) + (count == 1 ? " definition is invalid" : " definitions are invalid");
}

void passed_over_tell(Ctl& ctl, const std::vector<std::string>& files) {
  constexpr size_t kShown = 5;
  if (files.empty()) return;
  std::string names;
  for (size_t i = 0; i < files.size() && i < kShown; i++) names += (i ? ", " : "") + files[i];
  ctl.write_err("ignored " + std::to_string(files.size()) + " file(s) that are not named .json, .yml or .yaml: " + names +
                (files.size() > kShown ? ", ..." : "") + "\n");
}

// In 1.x what names no handler is told to `default`.
void legacy_default(Ctl& ctl, std::vector<FileResource>& resources) {
  const bool has_default = std::any_of(resources.begin(), resources.end(),
                                       [](const FileResource& r) { return is_type(*r.type, "Handler") && r.name == "default"; });
  for (FileResource& r : resources) {
    if (!r.is_legacy || !is_type(*r.type, "CheckConfig") || !texts_at(r.body, {"handlers"}).empty()) continue;
    if (has_default) r.body = json_set(r.body, "handlers", "[\"default\"]");
    else
      ctl.write_err("Sensu 1.x: check \"" + r.name + "\": it has no handlers, and there is no handler \"default\": no alerts are sent\n");
  }
}

}  // namespace

Status run_apply(Ctl& ctl) {
  if (ctl.args.empty()) return usage_error(ctl);
  std::vector<FileResource> resources;
  FileReading reading;
  reading.style = FileStyle::apply;
  reading.recursive = true;
  size_t events = 0;
  for (const std::string& input : ctl.args) {
    auto some = resources_read(ctl, input, &reading);
    if (!some.ok()) return some.status;
    for (FileResource& r : some.value) {
      if (!r.type) return fail(Err::invalid, "extensions are not supported since Sensu Go 6; remove \"" + r.name + "\" from " + input);
      if (is_type(*r.type, "Event")) events++;
      else resources.push_back(std::move(r));
    }
  }
  if (events)
    ctl.write_err("skipped " + std::to_string(events) + " event(s): events are results, not configuration; use `create` for them\n");
  std::stable_sort(resources.begin(), resources.end(),
                   [](const FileResource& a, const FileResource& b) { return rank_of(a.type->type) < rank_of(b.type->type); });
  passed_over_tell(ctl, reading.passed_over);
  legacy_default(ctl, resources);
  Apply a{ctl, flag_on(ctl, "dry-run"), flag_text(ctl, "set")};
  if (reading.refused > 0 && !a.dry_run)
    return fail(Err::invalid, "nothing was changed: " + refused_text(reading.refused) + ", as listed above");
  for (FileResource& r : resources)
    if (Status s = apply_one(a, r); !s.ok()) return s;
  if (flag_on(ctl, "prune") && reading.refused == 0)
    if (Status s = prune(a, resources); !s.ok()) return s;
  auto n = [](int count) { return std::to_string(count); };
  Status s = say(ctl,
                 std::string(a.dry_run ? "Dry run, nothing changed: " : "") + n(a.created) + " created, " + n(a.changed) + " changed, " +
                     n(a.deleted) + " deleted, " + n(a.unchanged) + " unchanged");
  return reading.refused > 0 ? fail(Err::invalid, refused_text(reading.refused) + ", as listed above") : s;
}

}  // namespace picket
