// cli/nouns/ctl_rbac.cc - roles and bindings made from flags.
#include "cli/show/ctl_resource.h"
#include "common/json/json.h"

namespace picket {
namespace {

std::string metadata_json(const Ctl& ctl, const ResourceType& type) {
  JsonObject o;
  o.add("name", ctl.args[0]);
  if (type.namespaced) o.add("namespace", ctl.config.ns);
  return o.done();
}

Status create(Ctl& ctl, const ResourceType& type, const std::string& object) {
  if (Status s = type.validate(canonical(type, object)); !s.ok()) return s;
  Status s = client_send(ctl, "POST", api_path(type, ctl.config.ns), object);
  return s.ok() ? say(ctl, "Created") : s;
}

void add_subjects(std::string* list, const char* type, const std::vector<std::string>& names) {
  for (const std::string& n : names) {
    JsonObject o;
    o.add("type", type).add("name", n);
    *list += (list->size() > 1 ? "," : "") + o.done();
  }
}

}  // namespace

// "a role name is required" and its like, with the help.
Status need_name(Ctl& ctl) {
  if (ctl.args.size() == 1) return {};
  if (ctl.args.size() > 1) return usage_error(ctl);
  std::string_view path = ctl.command->path;
  if (path.find("create") != path.npos) return usage_error(ctl, "a name is required");
  std::string group(path.substr(0, path.find(' ')));
  for (char& c : group)
    if (c == '-') c = ' ';
  return usage_error(ctl, "a " + group + " name is required");
}

Status run_role_create(Ctl& ctl) {
  if (Status s = need_name(ctl); !s.ok()) return s;
  const ResourceType& type = command_type(ctl);
  if (flag_list(ctl, "verb").empty()) return fail(Err::invalid, "at least one verb must be provided");
  if (flag_list(ctl, "resource").empty()) return fail(Err::invalid, "at least one resource must be provided");
  JsonObject rule, role;
  rule.add_raw("verbs", json_list(flag_list(ctl, "verb")));
  rule.add_raw("resources", json_list(flag_list(ctl, "resource")));
  rule.add_raw("resource_names", json_list(flag_list(ctl, "resource-name")));
  role.add_raw("rules", "[" + rule.done() + "]").add_raw("metadata", metadata_json(ctl, type));
  return create(ctl, type, role.done());
}

Status run_binding_create(Ctl& ctl) {
  if (Status s = need_name(ctl); !s.ok()) return s;
  const ResourceType& type = command_type(ctl);
  std::string cluster_role = flag_text(ctl, "cluster-role"), role = flag_text(ctl, "role");
  if (cluster_role.empty() && role.empty())
    return fail(Err::invalid, type.namespaced ? "a role or cluster role must be provided" : "a ClusterRole must be provided");
  if (!cluster_role.empty() && !role.empty()) return fail(Err::invalid, "the flags --cluster-role and --role are mutually exclusive");
  std::string subjects = "[";
  add_subjects(&subjects, "Group", flag_list(ctl, "group"));
  add_subjects(&subjects, "User", flag_list(ctl, "user"));
  if (subjects == "[") return fail(Err::invalid, "at least one group or user must be provided");
  JsonObject reference, binding;
  reference.add("type", cluster_role.empty() ? "Role" : "ClusterRole").add("name", cluster_role.empty() ? role : cluster_role);
  binding.add_raw("subjects", subjects + "]").add_raw("role_ref", reference.done());
  binding.add_raw("metadata", metadata_json(ctl, type));
  return create(ctl, type, binding.done());
}

Status run_named_info(Ctl& ctl) {
  if (Status s = need_name(ctl); !s.ok()) return s;
  return run_info(ctl);
}

Status run_named_delete(Ctl& ctl) {
  if (Status s = need_name(ctl); !s.ok()) return s;
  return run_delete(ctl);
}

Status run_namespace_create(Ctl& ctl) {
  if (ctl.args.size() > 1) return usage_error(ctl);
  std::string name = ctl.args.empty() ? "" : ctl.args[0];
  if (flag_on(ctl, "interactive")) {
    Result<std::string> answer = ask(ctl, "Namespace Name:", name, true);
    if (!answer.ok()) return answer.status;
    name = answer.value;
  }
  JsonObject o;
  o.add("name", name);
  return create(ctl, command_type(ctl), o.done());
}

}  // namespace picket
