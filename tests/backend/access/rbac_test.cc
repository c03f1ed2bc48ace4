// tests/backend/access/rbac_test.cc - who may do what, as a table of roles, verbs and resources.
#include <doctest/doctest.h>

#include "backend/access/rbac.h"

using namespace picket;

namespace {

Role role(std::vector<Rule> rules) {
  Role r;
  r.rules = std::move(rules);
  return r;
}
RoleBinding binding(const char* type, const char* subject, const char* ref_type, const char* ref) {
  RoleBinding b;
  b.subjects = {{type, subject}};
  b.role_ref = {ref_type, ref};
  return b;
}

const StringList kCommon{"assets", "checks", "entities", "events", "filters", "handlers", "hooks", "mutators", "silenced"};

// The seed of 6.x, and one namespace with people in it.
RbacRules seed() {
  RbacRules r;
  StringList admin = kCommon;
  admin.insert(admin.end(), {"roles", "rolebindings"});
  StringList view = kCommon;
  view.push_back("namespaces");
  r.cluster_roles["cluster-admin"] = role({{{"*"}, {"*"}, {}}});
  r.cluster_roles["admin"] = role({{{"*"}, admin, {}}, {{"get", "list"}, {"namespaces"}, {}}});
  r.cluster_roles["edit"] = role({{{"*"}, kCommon, {}}, {{"get", "list"}, {"namespaces"}, {}}});
  r.cluster_roles["view"] = role({{{"get", "list"}, view, {}}});
  r.cluster_roles["system:agent"] = role({{{"*"}, {"events"}, {}}});
  r.cluster_roles["system:user"] = role({{{"get", "update"}, {"localselfuser"}, {}}});
  r.cluster_bindings["cluster-admin"] = binding("Group", "cluster-admins", "ClusterRole", "cluster-admin");
  r.cluster_bindings["system:agent"] = binding("Group", "system:agents", "ClusterRole", "system:agent");
  r.cluster_bindings["system:user"] = binding("Group", "system:users", "ClusterRole", "system:user");
  r.bindings["prod"]["a"] = binding("User", "anna", "ClusterRole", "admin");
  r.bindings["prod"]["e"] = binding("User", "emil", "ClusterRole", "edit");
  r.bindings["prod"]["v"] = binding("Group", "viewers", "ClusterRole", "view");
  r.roles["prod"]["one-check"] = role({{{"get", "list", "update"}, {"checks"}, {"disk"}}});
  r.bindings["prod"]["o"] = binding("User", "otto", "Role", "one-check");
  return r;
}

std::string decide(const RbacRules& r, const char* user, StringList groups, const char* verb, const char* ns, const char* resource,
                   const char* name) {
  groups.push_back("system:users");
  Status s = rbac_decide(r, {user, groups, verb, ns, resource, name});
  return s.ok() ? "yes" : s.code == Err::denied ? "no" : "error";
}

}  // namespace

TEST_CASE("verb x resource x role, as a table") {
  RbacRules r = seed();
  struct { const char* user; const char* group; const char* ns; const char* resource; const char* allowed; } rows[] = {
      {"admin", "cluster-admins", "prod", "checks", "get list create update delete"},
      {"admin", "cluster-admins", "", "users", "get list create update delete"},
      {"admin", "cluster-admins", "", "", "get list create update delete"},
      {"agent", "system:agents", "prod", "events", "get list create update delete"},
      {"agent", "system:agents", "prod", "checks", ""},
      {"anna", "", "prod", "rolebindings", "get list create update delete"},
      {"anna", "", "prod", "checks", "get list create update delete"},
      {"anna", "", "prod", "pipelines", ""},
      {"anna", "", "dev", "checks", ""},
      {"anna", "", "", "clusterroles", ""},
      {"emil", "", "prod", "handlers", "get list create update delete"},
      {"emil", "", "prod", "roles", ""},
      {"vera", "viewers", "prod", "events", "get list"},
      {"vera", "viewers", "prod", "users", ""},
      {"nobody", "", "prod", "events", ""},
      {"nobody", "", "", "localselfuser", "get update"},
      {"anna", "", "", "", ""},
  };
  for (auto& row : rows) {
    std::string allowed;
    for (const char* verb : {"get", "list", "create", "update", "delete"})
      if (decide(r, row.user, {row.group}, verb, row.ns, row.resource, "x") == "yes")
        allowed += (allowed.empty() ? "" : " ") + std::string(verb);
    CAPTURE(row.user);
    CAPTURE(row.resource);
    CHECK(allowed == row.allowed);
  }
}

TEST_CASE("a rule with resource names does not allow lists or collections") {
  RbacRules r = seed();
  CHECK(decide(r, "otto", {}, "get", "prod", "checks", "disk") == "yes");
  CHECK(decide(r, "otto", {}, "get", "prod", "checks", "disk2") == "no");
  CHECK(decide(r, "otto", {}, "list", "prod", "checks", "") == "no");
  CHECK(decide(r, "otto", {}, "update", "prod", "checks", "") == "no");
}

TEST_CASE("names match literally: no globs, no prefixes, no case") {
  RbacRules r;
  r.cluster_roles["odd"] = role({{{"ge*", "Get"}, {"check", "checks*"}, {}}, {{"get"}, {"checks"}, {"d*"}}});
  r.cluster_bindings["b"] = binding("User", "u", "ClusterRole", "odd");
  CHECK(decide(r, "u", {}, "get", "prod", "checks", "disk") == "no");
  CHECK(decide(r, "u", {}, "get", "prod", "checks", "d*") == "yes");
  CHECK(decide(r, "U", {}, "get", "prod", "checks", "d*") == "no");
  r.cluster_bindings["b"].subjects[0].type = "user";
  CHECK(decide(r, "u", {}, "get", "prod", "checks", "d*") == "no");
}

TEST_CASE("a binding to a role that is not there ends the evaluation; earlier matches win") {
  RbacRules r = seed();
  r.bindings["prod"]["b-broken"] = binding("User", "anna", "Role", "missing");
  CHECK(decide(r, "anna", {}, "get", "prod", "checks", "x") == "yes");  // binding a comes before
  CHECK(decide(r, "anna", {}, "get", "prod", "pipelines", "x") == "error");
  r.bindings["prod"]["0-broken"] = binding("User", "anna", "Role", "missing");
  CHECK(decide(r, "anna", {}, "get", "prod", "checks", "x") == "error");
  CHECK(decide(r, "emil", {}, "get", "prod", "checks", "x") == "yes");  // it is not his
  r.cluster_bindings["broken"] = binding("User", "emil", "Nonsense", "view");
  CHECK(decide(r, "emil", {}, "get", "prod", "checks", "x") == "error");  // cluster bindings come first
  CHECK(rbac_decide(r, {"emil", {}, "get", "prod", "checks", "x"}).message == "unexpected error occurred during authorization");
  std::string by;
  CHECK(rbac_explain(seed(), {"emil", {}, "get", "prod", "checks", "x"}, &by).ok());
  CHECK(by == "RoleBinding e: ClusterRole edit");
}

TEST_CASE("a Role is looked up in the namespace of the request only") {
  RbacRules r = seed();
  r.roles["dev"]["dev-role"] = role({{{"*"}, {"*"}, {}}});
  r.bindings["prod"]["x"] = binding("User", "zoe", "Role", "dev-role");
  CHECK(decide(r, "zoe", {}, "get", "prod", "checks", "x") == "error");
  CHECK(decide(r, "zoe", {}, "get", "dev", "checks", "x") == "no");
}

TEST_CASE("requests become verbs, resources and names") {
  struct { const char* method; const char* resource; const char* name; const char* sub; const char* expected; } rows[] = {
      {"GET", "checks", "", "", "list checks"},
      {"GET", "checks", "disk", "", "get checks disk"},
      {"POST", "checks", "", "", "create checks"},
      {"POST", "checks", "disk", "execute", "create checks disk"},
      {"PUT", "checks", "disk", "hooks", "update checks disk"},
      {"PATCH", "checks", "disk", "", "update checks disk"},
      {"DELETE", "checks", "disk", "hooks", "delete checks disk"},
      {"GET", "users", "me", "", "get localselfuser me"},
      {"GET", "users", "other", "", "get users other"},
      {"PUT", "users", "me", "password", "update localselfuser me"},
      {"PUT", "users", "me", "change_password", "update localselfuser me"},
      {"PUT", "users", "me", "", "update users me"},
      {"PUT", "users", "me", "groups", "update users me"},
      {"DELETE", "users", "me", "", "delete users me"},
      {"GET", "users", "", "", "list users"},
  };
  for (auto& row : rows) {
    RbacRequest r;
    r.user = "me";
    rbac_attributes(r, row.method, row.resource, row.name, row.sub);
    CHECK(r.verb + " " + r.resource + (r.name.empty() ? "" : " " + r.name) == row.expected);
  }
}

TEST_CASE("an agent's account can be confined to a namespace") {
  RbacRules r = seed();
  r.roles["edge"]["agents"] = role({{{"create"}, {"events"}, {"box1"}}});
  r.bindings["edge"]["agents"] = binding("User", "edge-agent", "Role", "agents");
  CHECK(rbac_decide_agent(r, "edge-agent", {}, "edge", "box1").ok());
  CHECK(rbac_decide_agent(r, "edge-agent", {}, "edge", "box2").code == Err::denied);
  CHECK(rbac_decide_agent(r, "edge-agent", {}, "prod", "box1").code == Err::denied);
  CHECK(rbac_decide_agent(r, "agent", {"system:agents"}, "prod", "anything").ok());
}

TEST_CASE("which namespaces somebody sees") {
  RbacRules r = seed();
  StringList all{"default", "dev", "prod"};
  auto seen = [&](const char* user, StringList groups) {
    std::string out;
    for (const std::string& ns : rbac_visible_namespaces(r, user, groups, all)) out += ns + " ";
    return out;
  };
  CHECK(seen("admin", {"cluster-admins"}) == "default dev prod ");
  CHECK(seen("anna", {}) == "prod ");
  CHECK(seen("otto", {}) == "prod ");
  CHECK(seen("x", {"viewers"}) == "prod ");
  CHECK(seen("x", {"system:users"}) == "");
  CHECK(seen("agent", {"system:agents"}) == "default dev prod ");  // events in all of them
  r.cluster_roles["two"] = role({{{"get"}, {"namespaces"}, {"dev", "gone"}}});
  r.cluster_bindings["two"] = binding("User", "tom", "ClusterRole", "two");
  CHECK(seen("tom", {}) == "dev ");
  r.bindings["prod"]["lost"] = binding("User", "tom", "Role", "missing");
  CHECK(seen("tom", {}) == "dev ");
}
