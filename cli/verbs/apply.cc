// cli/verbs/apply.cc - apply: make the backend hold what files say, and show the difference.
//
// What is applied carries the label picket.io/set; --prune deletes what carries it with the same value and is in no file
// any more. Writes are conditional (If-Match): what somebody else changed in between is not overwritten. What cannot be written is
// named, and the rest goes on: a check is written after all that it needs.
#include <algorithm>
#include <map>
#include <set>

#include "cli/show/ctl_resource.h"
#include "cli/verbs/apply.h"
#include "cli/verbs/text_diff.h"
#include "cli/verbs/write_rules.h"
#include "common/json/json.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

constexpr std::string_view kSetLabel = "picket.io/set", kManagedLabel = "sensu.io/managed_by";

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
constexpr std::string_view kState[] = {"last_seen", "sensu_agent_version"};

bool named(const FileResource& r, const std::string& key) {
  if (key == "expire_at" && integer_at(r.body, {"expire_at"}) == 0) return false;
  if (std::find(std::begin(kState), std::end(kState), key) != std::end(kState)) return false;
  return std::find(r.keys.begin(), r.keys.end(), key) != r.keys.end();
}

// Empty labels are none, and so is the one by which sensuctl marks what it writes. `own`: without the label of the set, which is apply's.
std::string metadata_comparable(std::string_view metadata, bool own) {
  std::string labels(json_at(metadata, {"labels"}));
  if (text_at(labels, {kManagedLabel}) == "sensuctl") labels = json_drop(labels, kManagedLabel);
  if (own && !labels.empty() && labels != "null") labels = json_drop(labels, kSetLabel);
  const std::string out = json_drop(metadata, "created_by");
  return labels.empty() || labels == "null" || labels == "{}" ? json_drop(out, "labels") : json_set(out, "labels", labels);
}

// The text two versions are compared by.
std::string comparable(const FileResource& r, const std::string& body, bool own = false) {
  std::string out = body;
  for (const JsonMember& m : json_members(body).value)
    if (m.key == "password" || (filled_in_by_others(*r.type, m.key) && !named(r, m.key))) out = json_drop(out, m.key);
  std::string_view metadata = json_at(out, {"metadata"});
  if (!metadata.empty() && json_type(metadata) == JsonType::object) out = json_set(out, "metadata", metadata_comparable(metadata, own));
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
  if (set.empty() || !can_be_owned(*r->type)) return;
  std::string metadata(json_at(r->body, {"metadata"}));
  std::string_view labels = json_at(metadata, {"labels"});
  std::string changed = json_set(labels.empty() || labels == "null" ? "{}" : labels, kSetLabel, json_quote(set));
  r->body = json_set(r->body, "metadata", json_set(metadata, "labels", changed));
}

std::string title(const FileResource& r) {
  std::string name = r.name.empty() ? text_at(r.body, {"name"}) : r.name;  // namespaces have no metadata
  return std::string(r.type->type) + " " + (r.ns.empty() ? "" : r.ns + "/") + name;
}

void report(Apply& a, const char* what, const std::string& name, const std::string& difference) {
  if (a.quiet) return;
  a.ctl.write_out(std::string(a.dry_run ? "would " : "") + what + " " + name + "\n");
  std::string line;
  for (char c : difference) {
    line += c;
    if (c == '\n') a.ctl.write_out("    " + std::exchange(line, ""));
  }
}

void leave(Apply& a, const FileResource& r, const std::string& why) {
  a.left++;
  a.ctl.write_err("left out " + title(r) + ": " + why + "\n");
}

CtlReply ask_backend(Apply& a, std::string method, const std::string& path, const std::string& body = {}, Headers condition = {}) {
  CtlReply reply = client_call(a.ctl, std::move(method), path, body, std::move(condition));
  if (!reply.transport.ok() || reply.code == 401) a.gone = true;
  return reply;
}

// What the backend warns of is about one of many objects: named.
CtlReply put_named(Apply& a, const FileResource& r, const std::string& body, Headers condition) {
  constexpr std::string_view kWarning = "warning: ";
  const auto plain = a.ctl.write_err;
  a.ctl.write_err = [&](std::string_view text) {
    const bool warns = text.substr(0, kWarning.size()) == kWarning;
    plain(warns ? std::string(kWarning) + title(r) + ": " + std::string(text.substr(kWarning.size())) : std::string(text));
  };
  CtlReply reply = ask_backend(a, "PUT", r.path, body, std::move(condition));
  a.ctl.write_err = plain;
  return reply;
}

Status write(Apply& a, const FileResource& r, const std::string& body, Headers condition) {
  if (a.dry_run) return {};
  CtlReply reply = put_named(a, r, body, std::move(condition));
  if (reply.transport.ok() && reply.code == 412)
    return fail(Err::precondition, "it was changed by another client at the same time; apply it again");
  return reply_status(reply);
}

// ---- what would be refused, foreseen ----

// A password is in no dump. A user that exists keeps the password; groups are set by a command of their own.
Status user_check(const Apply& a, const FileResource& r) {
  if (!is_type(*r.type, "User") || !text_at(r.body, {"password"}).empty() || !text_at(r.body, {"password_hash"}).empty()) return {};
  return fail(Err::invalid,
              "a user is written with password or password_hash, and the file has neither; `" + a.ctl.program +
                  " user create`, or `user set-groups` for one who is there");
}

Status namespace_check(Apply& a, const FileResource& r) {
  if (!a.dry_run || r.ns.empty() || r.ns == "default") return {};
  if (std::find(a.namespaces.begin(), a.namespaces.end(), r.ns) != a.namespaces.end()) return {};
  const CtlReply reply = ask_backend(a, "GET", "/api/core/v2/namespaces/" + path_escape(r.ns));
  if (reply.transport.ok() && reply.code == 404)
    return fail(Err::invalid, "the namespace " + r.ns + " is neither on the backend nor in a file; make it first");
  a.namespaces.push_back(r.ns);
  return {};
}

// Only a picket backend keeps its secret when the word REDACTED is written back.
bool keeps_secrets(Apply& a) {
  if (a.server.empty()) a.server = text_at(ask_backend(a, "GET", "/version").body, {"sensu_backend"});
  return a.server.find("#picket") != a.server.npos;
}

// ---- one resource ----

void redacted_report(Apply& a, const FileResource& r, const std::vector<std::string>& names) {
  a.ctl.write_err("warning: " + title(r) + ": " + join(names, ", ") +
                  " is REDACTED in the file and is left as it is on the backend; if it "
                  "is not there, write the secret by hand\n");
}

Status create(Apply& a, FileResource& r) {
  if (a.dry_run && r.name == "system:pipeline") return a.unchanged++, Status();  // it comes into being with its namespace
  const std::vector<std::string> redacted = is_type(*r.type, "Entity") ? redacted_names(r.body) : std::vector<std::string>();
  if (!redacted.empty() && text_at(r.body, {"entity_class"}) == "agent")
    return leave(a, r, join(redacted, ", ") + " is REDACTED in the file; the agent brings the secret when it connects"), Status();
  if (!redacted.empty()) redacted_report(a, r, redacted), r.body = redacted_left_out(r.body, "");
  if (Status s = user_check(a, r); !s.ok()) return s;
  if (Status s = namespace_check(a, r); !s.ok()) return s;
  if (Status s = write(a, r, r.body, {{"If-None-Match", "*"}}); !s.ok()) return s;
  a.created++;
  report(a, "create", title(r), "");
  return {};
}

// An end that was reckoned from the seconds that are left (5.x) is the same end some seconds later.
void end_keep(FileResource& r, const std::string& current) {
  constexpr int64_t kSameS = 5;
  const int64_t wanted = integer_at(r.body, {"expire_at"}), is = integer_at(current, {"expire_at"});
  if (!is_type(*r.type, "Silenced") || wanted == 0 || is == 0 || wanted - is > kSameS || is - wanted > kSameS) return;
  for (const char* key : {"expire_at", "expire"}) r.body = json_set(r.body, key, json_at(current, {key}));
}

Status change(Apply& a, FileResource& r, const CtlReply& reply) {
  const std::string current = canonical(*r.type, reply.body);
  end_keep(r, current);
  if (is_type(*r.type, "Entity") && is_agents_own(current)) return leave(a, r, "its agent says it (agent-managed-entity)"), Status();
  const std::vector<std::string> redacted = is_type(*r.type, "Entity") ? redacted_names(r.body) : std::vector<std::string>();
  if (!redacted.empty()) r.body = redacted_left_out(r.body, current);
  const std::string wanted = merged_body(r, current);
  const std::string after = canonical(*r.type, wanted);
  const bool is_new = text_at(current, {"metadata", "labels", kSetLabel}).empty();  // of another set it is a difference
  const std::string difference = text_diff(comparable(r, current, is_new), comparable(r, after, is_new));
  if (difference.empty() && comparable(r, current) == comparable(r, after)) return a.unchanged++, Status();
  if (!redacted.empty() && !keeps_secrets(a))
    return fail(
        Err::invalid,
        join(redacted, ", ") +
            " is REDACTED in the file, and this backend would store that word in the place of the secret; change the entity by hand");
  if (!redacted.empty()) redacted_report(a, r, redacted);
  if (Status s = user_check(a, r); !s.ok()) return s;
  Headers condition;
  if (std::string etag(header_get(reply.headers, "ETag")); !etag.empty()) condition.push_back({"If-Match", etag});
  if (Status s = write(a, r, wanted, std::move(condition)); !s.ok()) return s;
  if (difference.empty()) return a.marked++, Status();
  a.changed++;
  report(a, "change", title(r), difference);
  return {};
}

Status apply_one(Apply& a, FileResource& r) {
  if (is_type(*r.type, "Entity") && is_agents_own(r.body)) return leave(a, r, "its agent says it (agent-managed-entity)"), Status();
  const int64_t end = is_type(*r.type, "Silenced") ? integer_at(r.body, {"expire_at"}) : 0;
  if (end > 0 && end * 1000 <= a.ctl.now_ms) return leave(a, r, "this silence has ended"), Status();
  set_label(&r, a.set);
  const CtlReply reply = ask_backend(a, "GET", r.path);
  const bool absent = reply.transport.ok() && reply.code == 404;
  if (!absent && !reply_status(reply).ok()) return reply_status(reply);
  if (is_type(*r.type, "APIKey")) {  // the backend makes them; nobody writes them
    if (absent) leave(a, r, "API keys cannot be applied; `" + a.ctl.program + " api-key grant` creates new ones");
    else a.unchanged++;
    return {};
  }
  Status s = absent ? create(a, r) : change(a, r, reply);
  if (s.message.find(kAgentsOwnRefusal) != s.message.npos) return leave(a, r, "its agent says it (agent-managed-entity)"), Status();
  return s;
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
    report(a, "delete", std::string(type.type) + " " + (type.namespaced ? ns + "/" : "") + name, "");
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
  for (size_t i = std::size(kWriteOrder); i-- > 0;) {
    const ResourceType* type = ctl_type(kWriteOrder[i]);
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

void ignored_report(Ctl& ctl, const std::vector<std::string>& files) {
  constexpr size_t kShown = 5;
  if (files.empty()) return;
  std::string names;
  for (size_t i = 0; i < files.size() && i < kShown; i++) names += (i ? ", " : "") + files[i];
  ctl.write_err("ignored " + std::to_string(files.size()) + " file(s) that are not named .json, .yml or .yaml: " + names +
                (files.size() > kShown ? ", ..." : "") + "\n");
}

// Why a check of this namespace has no handler `default`; "": it has one, in the files or on the backend.
std::string default_missing(Ctl& ctl, const std::vector<FileResource>& resources, const std::string& ns) {
  const bool is_applied = std::any_of(resources.begin(), resources.end(), [&](const FileResource& r) {
    return is_type(*r.type, "Handler") && r.name == "default" && r.ns == ns;
  });
  if (is_applied) return "";
  if (flag_on(ctl, "check")) return "no handler \"default\" is in these files: no alerts are sent, unless the backend has one";
  const Result<std::string> there = client_get(ctl, api_path(*ctl_type("Handler"), ns, "default"));
  if (there.ok()) return "";
  if (there.status.code == Err::not_found) return "there is no handler \"default\": no alerts are sent";
  return "whether the backend has a handler \"default\" is not known (" + there.status.message + "): it may send no alerts";
}

// In 1.x what names no handler goes to `default`.
void legacy_default(Ctl& ctl, std::vector<FileResource>& resources) {
  std::map<std::string, std::string> missing;  // by namespace: asked once
  for (FileResource& r : resources) {
    if (!r.is_legacy || !is_type(*r.type, "CheckConfig") || !texts_at(r.body, {"handlers"}).empty()) continue;
    if (!missing.count(r.ns)) missing[r.ns] = default_missing(ctl, resources, r.ns);
    const std::string& why = missing[r.ns];
    if (why.empty()) r.body = json_set(r.body, "handlers", "[\"default\"]");
    else ctl.write_err("Sensu 1.x: check \"" + r.name + "\": it has no handlers, and " + why + "\n");
  }
}

}  // namespace

void apply_all(Apply& a, std::vector<FileResource>& resources) {
  write_order(resources);
  for (const FileResource& r : resources)
    if (is_type(*r.type, "Namespace")) a.namespaces.push_back(text_at(r.body, {"name"}));
  for (size_t i = 0; i < resources.size(); i++) {
    const Status s = apply_one(a, resources[i]);
    if (!s.ok()) a.refused++, a.ctl.write_err("not written: " + title(resources[i]) + ": " + s.message + "\n");
    if (a.gone) return a.ctl.write_err("stopped: " + std::to_string(resources.size() - i - 1) + " more were not tried\n");
  }
}

std::string apply_counts(const Apply& a) {
  auto n = [](int count) { return std::to_string(count); };
  return n(a.created) + " created, " + n(a.changed) + " changed, " + n(a.deleted) + " deleted, " + n(a.unchanged) + " unchanged" +
      (a.marked ? ", " + n(a.marked) + " only marked with " + std::string(kSetLabel) : "") +
      (a.left ? ", " + n(a.left) + " left out" : "") + (a.refused ? ", " + n(a.refused) + " not written" : "");
}

Status apply_status(const Apply& a) {
  if (a.refused == 0 && !a.gone) return {};
  return fail(Err::invalid,
              std::to_string(a.refused) + (a.dry_run ? " would not be written" : " could not be written") + ", as listed above");
}

// Files to resources; extensions and events are no configuration.
static Result<std::vector<FileResource>> read_inputs(Ctl& ctl, FileReading* reading) {
  std::vector<FileResource> resources;
  size_t events = 0;
  for (const std::string& input : ctl.args) {
    auto some = resources_read(ctl, input, reading);
    if (!some.ok()) return some.status;
    for (FileResource& r : some.value) {
      if (!r.type) return fail(Err::invalid, "extensions are not supported since Sensu Go 6; remove \"" + r.name + "\" from " + input);
      if (is_type(*r.type, "Event")) events++;
      else resources.push_back(std::move(r));
    }
  }
  if (events)
    ctl.write_err("skipped " + std::to_string(events) + " event(s): events are results, not configuration; use `create` for them\n");
  return resources;
}

Status run_apply(Ctl& ctl) {
  if (ctl.args.empty()) return usage_error(ctl);
  FileReading reading;
  reading.style = FileStyle::apply;
  reading.recursive = true;
  auto resources = read_inputs(ctl, &reading);
  if (!resources.ok()) return resources.status;
  ignored_report(ctl, reading.ignored_files);
  legacy_default(ctl, resources.value);
  if (flag_on(ctl, "check")) return apply_check(ctl, resources.value, reading.refused + reading.invalid_1x);
  Apply a{ctl, flag_on(ctl, "dry-run"), flag_text(ctl, "set")};
  if (reading.refused > 0 && !a.dry_run && !flag_on(ctl, "skip-refused"))
    return fail(Err::invalid,
                "nothing was changed: " + refused_text(reading.refused) +
                    ", as listed above; correct them, or use --skip-refused to write the rest");
  apply_all(a, resources.value);
  const size_t invalid = reading.refused + reading.invalid_1x;
  if (flag_on(ctl, "prune") && invalid == 0 && a.refused == 0 && !a.gone)
    if (Status s = prune(a, resources.value); !s.ok()) return s;
  Status s = say(ctl, std::string(a.dry_run ? "Dry run, nothing changed: " : "") + apply_counts(a));
  if (Status failed = apply_status(a); !failed.ok()) return failed;
  return invalid > 0 ? fail(Err::invalid, refused_text(invalid) + ", as listed above") : s;
}

}  // namespace picket
