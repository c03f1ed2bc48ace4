// backend/access/rbac.cc - the decision: bindings, roles and rules, in the reference's order (B-71).
#include "backend/access/rbac.h"

#include <algorithm>
#include <set>

namespace picket {
namespace {

bool has(const StringList& list, std::string_view what) { return std::find(list.begin(), list.end(), what) != list.end(); }
bool has_or_star(const StringList& list, std::string_view what) { return has(list, what) || has(list, "*"); }

bool rule_allows(const Rule& rule, const RbacRequest& r) {
  if (!has_or_star(rule.verbs, r.verb)) return false;
  // A resource without a name of its own (cluster, tessen) is open to `*` only.
  if (!has(rule.resources, "*") && (r.resource.empty() || !has(rule.resources, r.resource))) return false;
  return rule.resource_names.empty() || (!r.name.empty() && has(rule.resource_names, r.name));
}

bool role_allows(const Role& role, const RbacRequest& r) {
  return std::any_of(role.rules.begin(), role.rules.end(), [&](const Rule& rule) { return rule_allows(rule, r); });
}

bool binding_matches(const RoleBinding& binding, const std::string& user, const StringList& groups) {
  return std::any_of(binding.subjects.begin(), binding.subjects.end(),
                     [&](const Subject& s) { return (s.type == "User" && s.name == user) || (s.type == "Group" && has(groups, s.name)); });
}

template <class Map>
const typename Map::mapped_type* find(const Map& map, const std::string& key) {
  auto it = map.find(key);
  return it == map.end() ? nullptr : &it->second;
}

// Null: there is no such role, or no such type of role.
const Role* role_of(const RbacRules& rules, const RoleRef& ref, const std::string& ns) {
  if (ref.type == "ClusterRole") return find(rules.cluster_roles, ref.name);
  if (ref.type != "Role") return nullptr;
  auto* roles = find(rules.roles, ns);
  return roles ? find(*roles, ref.name) : nullptr;
}

enum class Answer { go_on, allow, broken };

Answer ask(const RbacRules& rules, const RoleBinding& binding, const RbacRequest& r) {
  if (!binding_matches(binding, r.user, r.groups)) return Answer::go_on;
  const Role* role = role_of(rules, binding.role_ref, r.ns);
  if (!role) return Answer::broken;
  return role_allows(*role, r) ? Answer::allow : Answer::go_on;
}

template <class Bindings>
Answer ask_all(const RbacRules& rules, const Bindings& bindings, const char* kind, const RbacRequest& r, std::string* by) {
  for (const auto& [name, binding] : bindings) {
    Answer answer = ask(rules, binding, r);
    if (answer == Answer::go_on) continue;
    if (by) *by = std::string(kind) + " " + name + ": " + binding.role_ref.type + " " + binding.role_ref.name;
    return answer;
  }
  return Answer::go_on;
}

Status status_of(Answer answer) {
  if (answer == Answer::allow) return {};
  if (answer == Answer::broken) return fail(Err::internal, "unexpected error occurred during authorization");
  return fail(Err::denied, "unauthorized to perform action");
}

// What makes a namespace visible in a role: any way to get something.
bool role_shows(const Role& role) {
  return std::any_of(role.rules.begin(), role.rules.end(),
                     [](const Rule& rule) { return has_or_star(rule.verbs, "get") && !rule.resources.empty(); });
}

const char* const kNamespaced[] = {"assets", "checks",   "entities",  "events",       "filters", "handlers",
                                   "hooks",  "mutators", "pipelines", "rolebindings", "roles",   "silenced"};

bool rule_shows_all(const Rule& rule) {
  if (!has_or_star(rule.verbs, "get")) return false;
  return std::any_of(std::begin(kNamespaced), std::end(kNamespaced), [&](const char* r) { return has_or_star(rule.resources, r); });
}

// Explicit access to namespaces by a cluster binding: all, or those it names.
struct Visible { bool all = false; std::set<std::string> some; };

void look_at_cluster_role(const Role& role, Visible& visible) {
  for (const Rule& rule : role.rules) {
    if (rule_shows_all(rule)) visible.all = true;
    if (!has_or_star(rule.verbs, "get") || !has_or_star(rule.resources, "namespaces")) continue;
    if (rule.resource_names.empty()) visible.all = true;
    visible.some.insert(rule.resource_names.begin(), rule.resource_names.end());
  }
}

}  // namespace

Status rbac_explain(const RbacRules& rules, const RbacRequest& request, std::string* by) {
  Answer answer = ask_all(rules, rules.cluster_bindings, "ClusterRoleBinding", request, by);
  if (answer != Answer::go_on) return status_of(answer);
  // A namespace itself is an object of that namespace: its admins may look at it.
  RbacRequest local = request;
  if (local.ns.empty() && local.resource == "namespaces") local.ns = local.name;
  if (local.ns.empty()) return status_of(answer);
  if (auto* bindings = find(rules.bindings, local.ns)) answer = ask_all(rules, *bindings, "RoleBinding", local, by);
  return status_of(answer);
}

Status rbac_decide(const RbacRules& rules, const RbacRequest& request) { return rbac_explain(rules, request, nullptr); }

void rbac_attributes(RbacRequest& r, std::string_view method, std::string_view resource, std::string_view name,
                     std::string_view subresource) {
  r.resource = resource;
  r.name = name;
  if (method == "GET" || method == "HEAD") r.verb = name.empty() ? "list" : "get";
  if (method == "POST") r.verb = "create";
  if (method == "PUT" || method == "PATCH") r.verb = "update";
  if (method == "DELETE") r.verb = "delete";
  if (resource != "users" || name.empty() || name != r.user) return;
  bool reads_itself = r.verb == "get" && subresource.empty();
  bool new_password = method == "PUT" && (subresource == "password" || subresource == "change_password");
  if (reads_itself || new_password) r.resource = "localselfuser";
}

Status rbac_decide_agent(const RbacRules& rules, const std::string& user, const StringList& groups, const std::string& ns,
                         const std::string& agent) {
  return rbac_decide(rules, {user, groups, "create", ns, "events", agent});
}

StringList rbac_visible_namespaces(const RbacRules& rules, const std::string& user, const StringList& groups,
                                   const StringList& namespaces) {
  Visible visible;
  for (const auto& [name, binding] : rules.cluster_bindings)
    if (binding_matches(binding, user, groups))
      if (const Role* role = role_of(rules, binding.role_ref, "")) look_at_cluster_role(*role, visible);
  if (visible.all) return namespaces;
  for (const auto& [ns, bindings] : rules.bindings)
    for (const auto& [name, binding] : bindings)
      if (binding_matches(binding, user, groups))
        if (const Role* role = role_of(rules, binding.role_ref, ns); role && role_shows(*role)) visible.some.insert(ns);
  StringList seen;
  for (const std::string& ns : namespaces)
    if (visible.some.count(ns)) seen.push_back(ns);
  return seen;
}

}  // namespace picket
