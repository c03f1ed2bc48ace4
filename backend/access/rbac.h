// backend/access/rbac.h - may this user do that (B-70 to B-72, H-30, H-31). Pure.
//
// A snapshot of roles and bindings is kept by the code that watches the store; a decision is a function of it and the request.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

struct RbacRules {
  std::map<std::string, Role> cluster_roles;  // by name
  std::map<std::string, RoleBinding> cluster_bindings;
  std::map<std::string, std::map<std::string, Role>> roles;  // by namespace, name
  std::map<std::string, std::map<std::string, RoleBinding>> bindings;
};

struct RbacRequest {
  std::string user;
  StringList groups;     // all of them, "system:users" included (auth.h: Identity)
  std::string verb;      // get list create update delete
  std::string ns;        // "" for cluster-wide routes
  std::string resource;  // "checks"; "" matches only rules for `*`
  std::string name;      // "" for lists and collections
};

// ok; Err::denied `unauthorized to perform action`; Err::internal when a matching binding names a role that is not there
// (`unexpected error occurred during authorization`). Earlier bindings win: an allow found before that stands.
Status rbac_decide(const RbacRules& rules, const RbacRequest& request);
// The same, and which binding and role allowed it: "clusterrolebinding cluster-admin: clusterrole cluster-admin".
Status rbac_explain(const RbacRules& rules, const RbacRequest& request, std::string* by);

// The verb, resource and name of an HTTP request (H-30): list for GET without a name, localselfuser for oneself.
// `subresource` is what follows the name: "password" for PUT users/NAME/password.
void rbac_attributes(RbacRequest& request, std::string_view method, std::string_view resource, std::string_view name,
                     std::string_view subresource);

// An agent's session: create on events, named like the agent, in its namespace (B-72).
Status rbac_decide_agent(const RbacRules& rules, const std::string& user, const StringList& groups, const std::string& ns,
                         const std::string& agent);

// Which of `namespaces` the user sees: all with an explicit get on namespaces or any core resource by a cluster
// binding, else those where a role binding lets the user get anything. Missing roles are skipped here.
StringList rbac_visible_namespaces(const RbacRules& rules, const std::string& user, const StringList& groups, const StringList& namespaces);

}  // namespace picket
