// common/rules/validate_rbac.cc - roles, bindings, users, keys, namespaces. The resources are in canonical form here: lists
// split, types capitalised
// (resource_types.cc).
#include <algorithm>

#include "common/rules/validate.h"

namespace picket {

static Status wrong(std::string message) { return fail(Err::invalid, std::move(message)); }

static const char* const kVerbs[] = {"*", "get", "list", "create", "update", "delete"};

static Status validate_verbs(const std::vector<Rule>& rules) {
  for (const Rule& rule : rules)
    for (const std::string& verb : rule.verbs)
      if (std::none_of(std::begin(kVerbs), std::end(kVerbs), [&](const char* known) { return verb == known; }))
        return wrong("the verb \"" + verb + "\" is not valid");
  return {};
}

Status validate_role(const Role& role) {
  if (Status s = validate_subscription(role.metadata.name, "the Role name"); !s.ok()) return s;
  if (role.metadata.ns.empty()) return wrong("the Role namespace must be set");
  if (role.rules.empty()) return wrong("a Role must have at least one rule");
  return validate_verbs(role.rules);
}

Status validate_cluster_role(const Role& role) {
  if (Status s = validate_subscription(role.metadata.name, "the ClusterRole name"); !s.ok()) return s;
  if (role.rules.empty()) return wrong("a ClusterRole must have at least one rule");
  if (!role.metadata.ns.empty()) return wrong("ClusterRole cannot have a namespace");
  return validate_verbs(role.rules);
}

static Status validate_role_ref(const RoleRef& ref) {
  if (ref.type != "ClusterRole" && ref.type != "Role")
    return wrong("roleRef type \"" + ref.type + "\" is invalid, expected either \"ClusterRole\" or \"Role\"");
  return ref.name.empty() ? wrong("roleRef name for " + ref.type + " is required") : validate_role_reference(ref);
}

static Status validate_subjects(const std::vector<Subject>& subjects) {
  if (subjects.empty()) return wrong("a RoleBinding must have at least one subject");
  for (const Subject& s : subjects) {
    if (s.type != "Group" && s.type != "User")
      return wrong("subject type \"" + s.type + "\" is invalid, expected either \"Group\" or \"User\"");
    if (s.name.empty()) return wrong("subject name for the \"" + s.type + "\" type is required");
  }
  return {};
}

static Status validate_binding(const RoleBinding& binding) {
  if (Status s = validate_role_ref(binding.role_ref); !s.ok()) return s;
  return validate_subjects(binding.subjects);
}

Status validate_role_binding(const RoleBinding& binding) {
  if (Status s = validate_subscription(binding.metadata.name, "the RoleBinding name"); !s.ok()) return s;
  if (binding.metadata.ns.empty()) return wrong("the RoleBinding namespace must be set");
  return validate_binding(binding);
}

Status validate_cluster_role_binding(const RoleBinding& binding) {
  if (Status s = validate_subscription(binding.metadata.name, "the ClusterRoleBinding name"); !s.ok()) return s;
  if (!binding.metadata.ns.empty()) return wrong("ClusterRoleBinding cannot have a namespace");
  return validate_binding(binding);
}

Status validate_namespace(const Namespace& ns) { return validate_name(ns.name, "namespace name"); }
Status validate_user(const User& user) { return validate_username(user.username, "username"); }

Status validate_api_key(const ApiKey& key) {
  if (Status s = validate_name(key.metadata.name, "api key name:"); !s.ok()) return s;
  if (key.username.empty()) return wrong("api key must have a username");
  return key.metadata.ns.empty() ? Status{} : wrong("api key cannot have a namespace");
}

}  // namespace picket
