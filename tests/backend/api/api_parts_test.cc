// tests/backend/api/api_parts_test.cc - the parts of the API that need no socket: routes, rights, bodies, pages, selectors, patches.
#include <doctest/doctest.h>

#include <map>

#include "backend/api/call.h"

using namespace picket;

namespace {
std::string routed(const char* method, const char* path, PathVariables* v = nullptr) {
  const ApiRoute* route = nullptr;
  PathVariables variables;
  Match match = route_match(api_routes(), method, path, &route, v ? v : &variables);
  if (match == Match::found) return route->pattern;
  return match == Match::none ? "404" : "405";
}
}  // namespace

#define C2 "/api/core/v2"

TEST_CASE("routes: what is there, what has another method, what is not there") {
  struct Row { const char *method, *path, *want, *why; };
  static const Row kRows[] = {
      {"GET", "/health", "/health", "public"},
      {"HEAD", "/health", "405", "HEAD is nowhere"},
      {"OPTIONS", C2 "/checks", "405", "no CORS"},
      {"GET", "/", "404", ""},
      {"GET", "", "404", "no path at all"},
      {"GET", "health", "404", "no slash"},
      {"GET", C2, "404", ""},
      {"GET", C2 "/", "404", ""},
      {"GET", C2 "/checks", C2 "/checks", "all namespaces"},
      {"POST", C2 "/checks", "405", "creating needs a namespace"},
      {"GET", C2 "/checks/", "404", "trailing slash"},
      {"GET", C2 "/namespaces/default/checks/c1", C2 "/namespaces/{namespace}/checks/{id}", ""},
      {"POST", C2 "/namespaces/default/checks/c1", "405", ""},
      {"DELETE", C2 "/namespaces/default/checks", "405", ""},
      {"GET", C2 "/namespaces/default/checks/", "404", "an empty name is none"},
      {"GET", C2 "/namespaces//checks", "404", "nor an empty namespace"},
      {"GET", C2 "/namespaces/default/assets/org/name", "404", "an unescaped slash"},
      {"GET", C2 "/namespaces/default/assets/org%2Fname", C2 "/namespaces/{namespace}/assets/{id}", ""},
      {"GET", C2 "/namespaces/default", C2 "/namespaces/{id}", ""},
      {"PATCH", C2 "/namespaces/default", C2 "/namespaces/{id}", ""},
      {"GET", C2 "/namespaces/default/silenced/checks/x", C2 "/namespaces/{namespace}/silenced/checks/{check}", ""},
      {"GET", C2 "/silenced/subscriptions/x", "404", ""},
      {"GET", C2 "/silenced/checks/x", C2 "/silenced/checks/{check}", ""},
      {"PATCH", C2 "/users/admin", "405", ""},
      {"PATCH", C2 "/namespaces/default/silenced/x", "405", ""},
      {"PATCH", C2 "/namespaces/default/events/x/y", "405", ""},
      {"PATCH", C2 "/tessen", "405", ""},
      {"POST", C2 "/tessen", "405", ""},
      {"GET", C2 "/tessen/metrics", "405", ""},
      {"PUT", C2 "/apikeys/x", "405", ""},
      {"PATCH", C2 "/apikeys/x", C2 "/apikeys/{id}", ""},
      {"DELETE", C2 "/namespaces/default/events/e", "405", ""},
      {"GET", C2 "/namespaces/default/events/e", C2 "/namespaces/{namespace}/events/{entity}", ""},
      {"GET", C2 "/extensions", "404", "gone since 6.6"},
      {"GET", "/api/core/v3/namespaces/default/entity-configs", "404", ""},
      {"GET", "/api/enterprise/licensing/v2/license", "404", ""},
      {"POST", "/auth", "405", ""},
      {"GET", "/auth/token", "405", ""},
      {"GET", C2 "/Checks", "404", "case counts"},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.method);
    CAPTURE(r.path);
    CAPTURE(r.why);
    CHECK(routed(r.method, r.path) == r.want);
  }
}

TEST_CASE("variables of a path are decoded after matching") {
  PathVariables v;
  routed("GET", C2 "/namespaces/de%66ault/assets/org%2fname%3A1", &v);
  CHECK(v.ns == "default");
  CHECK(v.id == "org/name:1");
  routed("DELETE", C2 "/namespaces/ns/checks/c/hooks/non-zero/hook/h", &v);
  CHECK(v.id + "|" + v.sub + "|" + v.sub2 == "c|non-zero|h");
  routed("GET", C2 "/namespaces/ns/events/e/c", &v);
  CHECK(v.ns + "|" + v.id + "|" + v.sub == "ns|e|c");
}

TEST_CASE("every route has a handler, a line of documentation, and no second of its kind") {
  std::map<std::string, int> seen;
  for (const ApiRoute& r : api_routes()) {
    CAPTURE(r.pattern);
    CHECK(bool(r.handler));
    CHECK(r.doc.size() > 5);
    CHECK(seen[r.method + r.pattern]++ == 0);
  }
  CHECK(seen.size() > 100);
}

TEST_CASE("paths are cleaned as the reference's router cleans them") {
  struct Row { const char *path, *want; };
  static const Row kRows[] = {{"/a//b", "/a/b"}, {"//a", "/a"}, {"/a/./b", "/a/b"}, {"/a/../b", "/b"}, {"/../a", "/a"},
                              {"/a/b/", "/a/b/"}, {"/a//", "/a/"}, {"/", "/"}, {"/a/b", "/a/b"}, {"/a/%2E%2E/b", "/a/%2E%2E/b"}};
  for (const Row& r : kRows) {
    CAPTURE(r.path);
    CHECK(path_clean(r.path) == r.want);
  }
}

// ---- rights ----

TEST_CASE("what a request asks RBAC") {
  struct Row { const char *method, *path, *want, *why; };
  static const Row kRows[] = {
      {"GET", C2 "/checks", "list  checks ", "all namespaces: no namespace"},
      {"GET", C2 "/namespaces/ns/checks", "list ns checks ", ""},
      {"GET", C2 "/namespaces/ns/checks/c", "get ns checks c", ""},
      {"POST", C2 "/namespaces/ns/checks", "create ns checks ", ""},
      {"PUT", C2 "/namespaces/ns/checks/c", "update ns checks c", ""},
      {"PATCH", C2 "/namespaces/ns/checks/c", "update ns checks c", ""},
      {"DELETE", C2 "/namespaces/ns/checks/c", "delete ns checks c", ""},
      {"POST", C2 "/namespaces/ns/checks/c/execute", "create ns checks c", "running is creating"},
      {"PUT", C2 "/namespaces/ns/checks/c/hooks/ok", "update ns checks c", ""},
      {"DELETE", C2 "/namespaces/ns/checks/c/hooks/ok/hook/h", "delete ns checks c", ""},
      {"GET", C2 "/namespaces/ns/events", "list ns events ", ""},
      {"GET", C2 "/namespaces/ns/events/e", "list ns events ", "of an entity: a list without a name"},
      {"GET", C2 "/namespaces/ns/events/e/c", "get ns events e/c", ""},
      {"PUT", C2 "/namespaces/ns/events/e/c", "update ns events e/c", ""},
      {"GET", C2 "/namespaces/ns/silenced/x:y", "get ns silenced x:y", ""},
      {"GET", C2 "/namespaces/ns/silenced/checks/c", "get ns silenced checks/c", ""},
      {"GET", C2 "/namespaces/ns/silenced/subscriptions/s", "get ns silenced subscriptions/s", ""},
      {"GET", C2 "/users", "list  users ", ""},
      {"GET", C2 "/users/bob", "get  users bob", ""},
      {"GET", C2 "/users/me", "get  localselfuser me", "oneself"},
      {"PUT", C2 "/users/me/password", "update  localselfuser me", "one's own password"},
      {"PUT", C2 "/users/bob/password", "update  users bob", ""},
      {"PUT", C2 "/users/me", "update  users me", "not one's groups"},
      {"PUT", C2 "/users/me/groups/cluster-admins", "update  users me", "nor by the back door"},
      {"PUT", C2 "/users/me/reset_password", "update  users me", "without the present password: no"},
      {"DELETE", C2 "/users/me", "delete  users me", ""},
      {"GET", C2 "/cluster/members", "list   ", "no resource: only * matches"},
      {"GET", C2 "/tessen", "list   ", ""},
      {"GET", C2 "/namespaces/ns", "get  namespaces ns", ""},
      {"GET", C2 "/apikeys/k", "get  apikeys k", ""},
  };
  Identity me{"me", {}, ""};
  for (const Row& r : kRows) {
    CAPTURE(r.method);
    CAPTURE(r.path);
    CAPTURE(r.why);
    const ApiRoute* route = nullptr;
    PathVariables v;
    REQUIRE(route_match(api_routes(), r.method, r.path, &route, &v) == Match::found);
    RbacRequest q = route_rights(*route, v, me);
    CHECK(q.verb + " " + q.ns + " " + q.resource + " " + q.name == r.want);
  }
}

namespace {

// The seeded roles, by what the reference's documents say they may (not by what first_start.cc writes).
struct Matrix {
  static bool core(const std::string& resource) {
    static const char* const kCore[] = {"assets", "checks", "entities", "events", "filters", "handlers", "hooks", "mutators", "silenced"};
    for (const char* c : kCore)
      if (resource == c) return true;
    return false;
  }
  static bool may(const std::string& role, const std::string& verb, const std::string& resource) {
    bool reads = verb == "get" || verb == "list";
    if (role == "cluster-admin") return true;
    if (role == "admin") return core(resource) || resource == "roles" || resource == "rolebindings" || (resource == "namespaces" && reads);
    if (role == "edit") return core(resource) || (resource == "namespaces" && reads);
    if (role == "view") return (core(resource) || resource == "namespaces") && reads;
    if (role == "system:agent") return resource == "events";
    if (role == "system:user") return resource == "localselfuser" && (verb == "get" || verb == "update");
    return false;
  }
};

Rule rule(StringList verbs, StringList resources, StringList names = {}) {
  return {std::move(verbs), std::move(resources), std::move(names)};
}

RbacRules seeded() {
  const StringList core = {"assets", "checks", "entities", "events", "filters", "handlers", "hooks", "mutators", "silenced"};
  auto with = [&](StringList more) {
    StringList all = core;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  RbacRules r;
  r.cluster_roles["cluster-admin"].rules = {rule({"*"}, {"*"})};
  r.cluster_roles["admin"].rules = {rule({"*"}, with({"roles", "rolebindings"})), rule({"get", "list"}, {"namespaces"})};
  r.cluster_roles["edit"].rules = {rule({"*"}, core), rule({"get", "list"}, {"namespaces"})};
  r.cluster_roles["view"].rules = {rule({"get", "list"}, with({"namespaces"}))};
  r.cluster_roles["system:agent"].rules = {rule({"*"}, {"events"})};
  r.cluster_roles["system:user"].rules = {rule({"get", "update"}, {"localselfuser"})};
  return r;
}

PathVariables some_variables(const ApiRoute& route) {
  PathVariables v;
  std::string* next[] = {&v.id, &v.sub, &v.sub2};
  size_t n = 0;
  for (const std::string& s : route.segments) {
    if (s == "{namespace}") v.ns = "default";
    else if (s[0] == '{') *next[n++] = "x";  // NOLINT(clang-analyzer-core.CallAndMessage): no route has more than three
  }
  return v;
}

}  // namespace

TEST_CASE("every route x every seeded role x bound in the cluster, in the namespace, in another") {
  int decisions = 0;
  for (const ApiRoute& route : api_routes()) {
    if (route.access != Access::rights) continue;
    for (const char* role : {"cluster-admin", "admin", "edit", "view", "system:agent", "system:user"}) {
      for (int where = 0; where < 3; where++) {
        RbacRules rules = seeded();
        RoleBinding binding;
        binding.subjects = {{"Group", "g"}};
        binding.role_ref = {"ClusterRole", role};
        if (where == 0) rules.cluster_bindings["b"] = binding;
        if (where == 1) rules.bindings["default"]["b"] = binding;
        if (where == 2) rules.bindings["other"]["b"] = binding;
        RbacRequest q = route_rights(route, some_variables(route), {"u", {"g"}, ""});
        bool reached = where == 0 || (where == 1 && q.ns == "default");
        CAPTURE(route.method);
        CAPTURE(route.pattern);
        CAPTURE(role);
        CAPTURE(where);
        CHECK(rbac_decide(rules, q).ok() == (reached && Matrix::may(role, q.verb, q.resource)));
        decisions++;
      }
    }
  }
  CHECK(decisions > 1500);
}

TEST_CASE("every verb x every resource: a rule for exactly that allows exactly that") {
  static const char* const kVerbs[] = {"get", "list", "create", "update", "delete"};
  for (const ApiRoute& route : api_routes()) {
    if (route.access != Access::rights || route.resource.empty()) continue;
    RbacRequest q = route_rights(route, some_variables(route), {"u", {}, ""});
    for (const char* verb : kVerbs) {
      RbacRules rules;
      rules.cluster_roles["r"].rules = {rule({verb}, {q.resource})};
      rules.cluster_bindings["b"].subjects = {{"User", "u"}};
      rules.cluster_bindings["b"].role_ref = {"ClusterRole", "r"};
      CAPTURE(route.method);
      CAPTURE(route.pattern);
      CAPTURE(verb);
      CHECK(rbac_decide(rules, q).ok() == (q.verb == verb));
      rules.cluster_roles["r"].rules = {rule({"*"}, {q.resource}, {"another"})};
      CHECK_FALSE(rbac_decide(rules, q).ok());
      rules.cluster_roles["r"].rules = {rule({"*"}, {"somethingelse"})};
      CHECK_FALSE(rbac_decide(rules, q).ok());
    }
  }
}

// ---- bodies, queries, pages ----

TEST_CASE("bodies are taken leniently") {
  struct Row { const char *body, *want, *why; bool ok; };
  static const Row kRows[] = {
      {"{}", "{}", "", true},
      {" {\"a\":1} trailing", "{\"a\":1}", "what follows is ignored", true},
      {"{\"a\":1}{", "{\"a\":1}", "", true},
      {"null", "{}", "null is an empty object", true},
      {"", "EOF", "", false},
      {" \n", "EOF", "", false},
      {"{", "unexpected EOF", "", false},
      {"{\"a\":", "unexpected EOF", "", false},
      {"[]", "json: cannot unmarshal a value that is no object", "", false},
      {"1", "json: cannot unmarshal a value that is no object", "", false},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.body);
    auto got = body_object(r.body);
    CHECK(got.ok() == r.ok);
    CHECK((got.ok() ? got.value : got.status.message) == r.want);
  }
  CHECK(body_object("{bad").status.message.substr(0, 17) == "invalid character");
}

TEST_CASE("queries and continue tokens") {
  Page p = page_parse("limit=2&continue=cDEA&labelSelector=a%20%3D%3D+b");
  CHECK(p.limit == 2);
  CHECK(p.after == "p1");
  CHECK(p.labels == "a == b");
  CHECK(page_parse("limit=abc").limit == 0);
  CHECK(page_parse("limit=1x").limit == 0);
  CHECK(page_parse("limit=").limit == 0);
  CHECK(page_parse("limit=99999999999999999999").limit == 0);
  CHECK(page_parse("limit=-1").limit == -1);
  CHECK(page_parse("continue=!!!").after.empty());
  CHECK(page_parse("continue=enp6").after == "zzz");
  CHECK(page_parse("=&&&limit").limit == 0);
  CHECK(page_token("p1") == "cDEA");
  CHECK(page_token("default/p2") == "ZGVmYXVsdC9wMgA");
  CHECK(query_get("types=Check&a=b%26c", "a") == "b&c");
  CHECK_FALSE(query_has("xtimeout=1", "timeout"));
}

// ---- PATCH ----

TEST_CASE("patches merge objects, replace lists, and null changes nothing") {
  struct Row { const char *target, *patch, *want; };
  static const Row kRows[] = {
      {R"({"a":1,"b":2})", R"({"b":3})", R"({"a":1,"b":3})"},
      {R"({"a":1})", R"({"b":{"c":1}})", R"({"a":1,"b":{"c":1}})"},
      {R"({"m":{"l":{"a":"1","b":"2"}}})", R"({"m":{"l":{"a":null,"c":"3"}}})", R"({"m":{"l":{"a":"1","b":"2","c":"3"}}})"},
      {R"({"h":["x"]})", R"({"h":["y","z"]})", R"({"h":["y","z"]})"},
      {R"({"h":["x"]})", R"({"h":null})", R"({"h":["x"]})"},
      {R"({"h":null})", R"({"h":{"a":1}})", R"({"h":{"a":1}})"},
      {R"({"n":9007199254740993})", R"({})", R"({"n":9007199254740993})"},
      {R"({})", R"({"x":null})", R"({})"},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.patch);
    CHECK(json_merge(r.target, r.patch) == r.want);
  }
}

TEST_CASE("lists of entity tags") {
  CHECK(etag_listed("*", "\"a\""));
  CHECK(etag_listed("\"a\"", "\"a\""));
  CHECK(etag_listed("\"x\", \"a\"", "\"a\""));
  CHECK(etag_listed("W/\"a\"", "\"a\""));
  CHECK_FALSE(etag_listed("\"x\"", "\"a\""));
  CHECK_FALSE(etag_listed("a", "\"a\""));
  CHECK_FALSE(etag_listed("", "\"a\""));
  CHECK_FALSE(etag_listed(" , ,", "\"a\""));
}

// ---- selectors ----

TEST_CASE("selectors") {
  static const char kCheck[] =
      R"({"metadata":{"name":"disk","namespace":"default","labels":{"region":"eu","a.b/c":"1"}},
    "publish":true,"interval":60,"subscriptions":["linux","web"],"handlers":[],"cron":null,"proxy_requests":{"splay":false}})";
  static const char kEvent[] = R"({"check":{"status":2,"metadata":{"name":"disk","labels":{"team":"db"}}},
    "entity":{"entity_class":"proxy","metadata":{"name":"web1","labels":{"region":"us"}}},"metadata":{}})";
  static const char kQuiet[] = R"({"check":{"status":0,"is_silenced":true,"silenced":["entity:web1"],"history":[{"status":2},{"status":0}]},
    "entity":{"metadata":{"name":"web1"}},"metadata":{}})";
  struct Row { const char *object, *kind, *labels, *fields; bool want; };
  static const Row kRows[] = {
      {kCheck, "check", "region == eu", "", true},
      {kCheck, "check", "region == \"eu\"", "", true},
      {kCheck, "check", "region=='us'", "", false},
      {kCheck, "check", "region != us", "", true},
      {kCheck, "check", "nosuch != us", "", true},
      {kCheck, "check", "nosuch == us", "", false},
      {kCheck, "check", "region in [us, eu]", "", true},
      {kCheck, "check", "region in (us,ap)", "", false},
      {kCheck, "check", "region notin [us]", "", true},
      {kCheck, "check", "region matches e", "", true},
      {kCheck, "check", "\"a.b/c\" == 1", "", true},
      {kCheck, "check", "region == eu && region != us", "", true},
      {kCheck, "check", "region == eu && region == us", "", false},
      {kCheck, "check", "", "check.name == disk", true},
      {kCheck, "check", "", "check.metadata.name == disk", true},
      {kCheck, "check", "", "check.namespace == default", true},
      {kCheck, "check", "", "check.publish == true", true},
      {kCheck, "check", "", "check.interval == 60", true},
      {kCheck, "check", "", "linux in check.subscriptions", true},
      {kCheck, "check", "", "windows in check.subscriptions", false},
      {kCheck, "check", "", "windows notin check.subscriptions", true},
      {kCheck, "check", "", "check.subscriptions matches lin", true},
      {kCheck, "check", "", "check.cron == \"\"", false},
      {kCheck, "check", "", "check.proxy_requests.splay == false", true},
      {kCheck, "check", "", "check.labels.region == eu", true},
      {kEvent, "event", "", "event.check.status == 2", true},
      {kEvent, "event", "", "event.check.name == disk && event.entity.name == web1", true},
      {kEvent, "event", "", "event.entity.entity_class notin [agent]", true},
      {kEvent, "event", "team == db && region == us", "", true},
      {kEvent, "event", "", "event.is_silenced == true", false},
      {kEvent, "event", "", "event.is_silenced == false", true},
      {kEvent, "event", "", "event.is_incident == true && event.has_check == true && event.has_metrics == false", true},
      {kQuiet, "event", "", "event.is_silenced == true", true},
      {kQuiet, "event", "", "event.check.is_silenced == true", true},
      {kQuiet, "event", "", "event.is_silenced != true", false},
      {kQuiet, "event", "", "event.is_resolution == true", true},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.labels);
    CAPTURE(r.fields);
    Page page;
    page.labels = r.labels;
    page.fields = r.fields;
    auto s = selection_parse(page);
    CHECK_MESSAGE(s.ok(), s.status.message);
    CHECK(selection_matches(s.value, r.kind, r.object) == r.want);
  }
}

TEST_CASE("selectors that are none say why") {
  for (const char* bad : {"a", "a ==", "== b", "a == b &&", "a == b c == d", "a = b", "a & b", "a in [b", "a in [b c]", "a in", "a ~ b",
                          "\"a == b", "[a] == b", "a == [b]", "&&", "a in [,]"}) {
    CAPTURE(bad);
    auto s = selector_parse(bad);
    CHECK_FALSE(s.ok());
    CHECK(s.status.message.substr(0, 9) == "selector:");
  }
  CHECK_FALSE(selector_parse(std::string(5000, 'a')).ok());
  std::string many = "a==b";
  for (int i = 0; i < 64; i++) many += "&&a==b";
  CHECK_FALSE(selector_parse(many).ok());
}

TEST_CASE("what was read redacted and is written back stays as it was") {
  ObjectMeta incoming;
  incoming.labels = {{"password", "REDACTED"}, {"region", "REDACTED"}, {"api_key", "fresh"}, {"secret", "REDACTED"}};
  unredact(incoming, {{"password", "s3cret"}, {"region", "eu"}, {"api_key", "old"}}, {}, {});
  CHECK(incoming.labels["password"] == "s3cret");
  CHECK(incoming.labels["region"] == "REDACTED");  // not a redacted key: somebody wants that word
  CHECK(incoming.labels["api_key"] == "fresh");
  CHECK(incoming.labels["secret"] == "REDACTED");  // nothing was kept
}
