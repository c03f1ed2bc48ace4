// tests/backend/api/definitions_access_test.cc - whatever `create` accepts works: who may what, entities, assets, users, namespaces.
#include "backend/access/rbac.h"
#include "backend/auth/password.h"
#include "backend/route/filter.h"
#include "backend/shared/entities.h"
#include "common/rules/asset_rules.h"
#include "common/rules/no_effect.h"
#include "common/rules/validate.h"
#include "tests/backend/api/api_world.h"
#include "tests/backend/api/definitions_generator.h"

using namespace picket;

namespace {

std::string some(Generator& g, std::initializer_list<const char*> values) {
  std::string out;
  for (size_t i = 0, count = g.below(4); i < count; i++) out += (i > 0 ? "," : "") + g.of(values);
  return "[" + out + "]";
}

std::string rules(Generator& g) {
  if (g.one_in(8)) return g.of({"[]", "null", "[{}]", "{}", "\"*\"", "[[]]"});
  return "[{\"verbs\":" + some(g, {"\"get\"", "\"*\"", "\"list,create\"", "\"GET\"", "\"get, list\"", "\"\"", "\"watch\""}) +
      ",\"resources\":" + some(g, {"\"checks\"", "\"*\"", "\"events,entities\"", "\"\"", "\"check\""}) +
      ",\"resource_names\":" + some(g, {"\"a\"", "\"\"", "\"..\""}) + "}]";
}

std::string subjects(Generator& g) {
  return g.of({"[]", "null", "[{}]", "[{\"type\":\"User\",\"name\":\"u\"}]", "[{\"type\":\"group\",\"name\":\"g\"}]",
               "[{\"type\":\"User\"}]", "[{\"type\":\"Robot\",\"name\":\"r\"}]",
               "[{\"type\":\"User\",\"name\":\"u\"},{\"type\":\"Group\",\"name\":\"\"}]"});
}

std::string role_ref(Generator& g) {
  return g.of({"{\"type\":\"Role\",\"name\":\"r\"}", "{\"type\":\"ClusterRole\",\"name\":\"r\"}",
               "{\"type\":\"clusterRole\",\"name\":\"r\"}", "{}", "null", "{\"type\":\"Role\",\"name\":\"\"}",
               "{\"type\":\"User\",\"name\":\"r\"}", "{\"type\":\"Role\",\"name\":\"r s\"}", "{\"type\":\"ClusterRole\",\"name\":\"..\"}"});
}

std::string sum(Generator& g) {
  if (g.one_in(4)) return g.of({"\"\"", "null", "\"abc\""});
  static const char* const kDigits[] = {"a", "F", "0", "9", "g", "/", " "};
  return "\"" + std::string(g.one_in(6) ? 64 : g.one_in(6) ? 160 : 128, kDigits[g.below(g.one_in(3) ? 7 : 4)][0]) + "\"";
}

std::string url(Generator& g) {
  return g.of({"\"http://h/a.tgz\"", "\"https://h:8443/{{ .system.os }}/a.tgz\"", "\"HTTP://h/a\"", "\"ftp://h/a\"", "\"h/a.tgz\"",
               "\"file:///etc/x\"", "\"\"", "\"http://\"", "\"http://h:99999/\"", "\"http://h/{{ .name\"", "\"http://h/{{ nosuch . }}\"",
               "\"http://h/a b\""});
}

std::string build(Generator& g) {
  return "{\"url\":" + url(g) + ",\"sha512\":" + sum(g) + ",\"filters\":" + g.expressions() + ",\"headers\":" + g.map() + "}";
}

std::string labels(Generator& g) {
  return g.of({"{}", "null", "{\"password\":\"REDACTED\"}", "{\"\":\"\"}", "{\"sensu.io/managed_by\":\"sensu-agent\"}", "{\"a\":1}",
               "{\"k\\u0000\":\"v\\n\"}", "{\"region\":\"{{ .name }}\"}"});
}

Member role_rules() { return {"rules", rules}; }

DefinitionKinds access_kinds() {
  const std::vector<Member> binding = {{"subjects", subjects}, {"role_ref", role_ref}};
  const Member username = {"username", [](Generator& g) {
                             return g.one_in(3) ? g.of({"\"Bob\"", "\"u:v\"", "\"\""}) : g.of({"\"u\"", "\"..\"", "\"u.v-w_1\""});
                           }};
  return {
      {"roles", {role_rules()}},
      {"clusterroles", {role_rules()}},
      {"rolebindings", binding},
      {"clusterrolebindings", binding},
      {"apikeys", {username, {"created_at", [](Generator& g) { return g.number(); }}}},
      {"assets",
       {{"url", url},
        {"sha512", sum},
        {"filters", [](Generator& g) { return g.expressions(); }},
        {"headers", [](Generator& g) { return g.map(); }},
        {"builds", [](Generator& g) { return g.one_in(2) ? "[" + build(g) + "," + build(g) + "]" : std::string("[]"); }}}},
      {"entities",
       {{"entity_class",
         [](Generator& g) {
           return g.of({"\"proxy\"", "\"agent\"", "\"switch\"", "\"\"", "\"a b\"", "null"});
         }},
        {"subscriptions", [](Generator& g) { return g.names(); }},
        {"last_seen", [](Generator& g) { return g.number(); }},
        {"deregister", [](Generator& g) { return g.truth(); }},
        {"deregistration",
         [](Generator& g) {
           return g.of({"{}", "null", "{\"handler\":\"ops\"}", "{\"handler\":7}", "{\"handler\":\"a b\"}"});
         }},
        {"redact", [](Generator& g) { return g.names(); }},
        {"system",
         [](Generator& g) {
           return g.of({"null", "{\"network\":{\"interfaces\":null}}", "{\"hostname\":\"\\u0007\"}", "{\"os\":[]}"});
         }},
        {"keepalive_handlers", [](Generator& g) { return g.references(); }}}},
      {"users", {username, {"groups", [](Generator& g) { return g.names(); }}, {"disabled", [](Generator& g) { return g.truth(); }}}},
      {"namespaces", {{"name", [](Generator& g) { return g.name(); }}}},
  };
}

std::string generated(Generator& g, const std::string& kind) {
  const bool global = !resource_by_plural(kind)->namespaced;
  const std::string ns = g.one_in(20) == global ? "\"default\"" : "\"\"";
  return "{\"metadata\":{\"name\":" + g.name() + ",\"namespace\":" + ns + ",\"labels\":" + labels(g) + "}" +
      members_of(g, kAccessKinds.at(kind)) + "}";
}

// ---- does it do what it says ----

// What permits nothing is said; what is said to permit nothing does not.
std::string idle_is_said(const Role& role, bool cluster) {
  const ResourceType& type = *resource_by_plural(cluster ? "clusterroles" : "roles");
  const bool warned = !no_effect(type, encode(role), 0).empty();
  for (const Rule& rule : role.rules) {
    const bool idle = rule.verbs.empty() || rule.resources.empty() || rule.resources == StringList{"check"};
    if (idle && !warned) return "a rule permits nothing, and nobody says so";
  }
  return "";
}

// Who is bound to it may what it says, and nothing of it is an error.
std::string role_works(const Role& role, bool cluster) {
  if (std::string why = idle_is_said(role, cluster); !why.empty()) return why;
  RoleBinding binding;
  binding.metadata.name = "b";
  binding.subjects = {{"User", "u"}};
  binding.role_ref = {cluster ? "ClusterRole" : "Role", role.metadata.name};
  RbacRules all;
  if (cluster) all.cluster_roles[role.metadata.name] = role;
  else all.roles["default"][role.metadata.name] = role;
  all.bindings["default"]["b"] = binding;
  for (const Rule& rule : role.rules)
    for (const std::string& verb : rule.verbs)
      for (const std::string& resource : rule.resources) {
        const std::string name = rule.resource_names.empty() ? "x" : rule.resource_names[0];
        if (resource.empty() || name.empty()) continue;
        const RbacRequest asked = {"u", {}, verb == "*" ? "get" : verb, "default", resource == "*" ? "checks" : resource, name};
        if (Status s = rbac_decide(all, asked); !s.ok()) return "who has it may not " + verb + " " + resource + ": " + s.message;
      }
  return "";
}

std::string binding_works(const RoleBinding& binding, bool cluster) {
  if (!validate_subscription(binding.role_ref.name, "").ok()) return "no role can be named so";
  Role role;
  role.rules = {{{"get"}, {"checks"}, {}}};
  RbacRules all;
  all.cluster_roles["r"] = role;
  all.roles["default"]["r"] = role;
  if (cluster) all.cluster_bindings["b"] = binding;
  else all.bindings["default"]["b"] = binding;
  for (const Subject& s : binding.subjects)
    if (Status may =
            rbac_decide(all, {s.type == "User" ? s.name : "x", {s.type == "Group" ? s.name : "y"}, "get", "default", "checks", "c"});
        !may.ok())
      return s.type + " " + s.name + " has no right by it: " + may.message;
  return "";
}

std::string entity_works(const Entity& entity) {
  StringList handlers = entity.keepalive_handlers;
  if (!entity.deregistration_handler.empty()) handlers.push_back(entity.deregistration_handler);
  for (const std::string& name : handlers)
    if (!validate_name(name, "").ok()) return "no handler can be named so";
  Event keepalive;
  keepalive.entity = std::make_shared<const Entity>(entity);
  keepalive.check = Check{};
  keepalive.check->metadata.name = "keepalive";
  keepalive.check->metadata.ns = entity.metadata.ns;
  keepalive.check->interval = 20;
  keepalive.timestamp = 1'700'000'000;
  if (Status s = validate_event(keepalive); !s.ok()) return "its keepalive cannot be stored: " + s.message;
  if (auto back = decode<Event>(encode(keepalive)); !back.ok()) return "its events cannot be read: " + back.status.message;
  Entities known;
  const CachedEntity& cached = entities_set(known, entity_text(entity), false);
  const std::string told = entity_config_message(&cached, "default");
  if (auto back = decode<Entity>(told); !back.ok()) return "its agent cannot read it: " + back.status.message;
  return json_at(told, {"metadata", "name"}) == json_quote(entity.metadata.name) ? "" : "its agent is told of another one";
}

std::string asset_works(const Asset& asset) {
  static const std::string kEntity = R"({"name":"a","system":{"os":"linux"},"metadata":{"name":"a"}})";
  Result<std::vector<AssetSource>> sources = asset_sources(asset, kEntity);
  if (!sources.ok()) return sources.status.message;
  for (const AssetSource& s : sources.value) {
    Result<Url> from = url_parse(s.url);
    if (!from.ok() || (from.value.scheme != "http" && from.value.scheme != "https")) return "it cannot be fetched from " + s.url;
    for (const std::string& filter : s.filters)
      if (Status f = filter_check_syntax({filter}); !f.ok()) return f.message;
    for (const auto& header : s.headers)
      if (!header_value_ok(header.second) || header.first.find(' ') != std::string::npos)
        return "its header cannot be sent: " + header.first;
  }
  return "";
}

std::string works(const std::string& kind, const std::string& body) {
  if (kind == "roles" || kind == "clusterroles") return role_works(decode<Role>(body).value, kind == "clusterroles");
  if (kind == "rolebindings" || kind == "clusterrolebindings")
    return binding_works(decode<RoleBinding>(body).value, kind == "clusterrolebindings");
  if (kind == "entities") return entity_works(decode<Entity>(body).value);
  return kind == "assets" ? asset_works(decode<Asset>(body).value) : "";
}

}  // namespace

namespace picket {
const DefinitionKinds kAccessKinds = access_kinds();
}

TEST_CASE("what create accepts of roles, bindings, entities and assets works") { definitions_try(kAccessKinds, generated, works); }

TEST_CASE("no kind is left out of what is generated") {
  for (int i = 0; i < kResourceTypesCount; i++) {
    const std::string kind = kResourceTypes[i].plural;
    CAPTURE(kind);
    CHECK((kind == "tessen" || kRunKinds.count(kind) + kAccessKinds.count(kind) == 1));
  }
}

TEST_CASE("a user that is accepted can log in, by its password alone") {
  World w;
  Generator g(7);
  int accepted = 0;
  for (int i = 0; i < 60; i++) {
    const std::string name = g.of({"u", "v.w", "-", "..", "Bob", "x y", "__proto__"}) + (g.one_in(2) ? std::to_string(i) : "");
    const std::string password =
        g.of({"\"P@ssw0rd123\"", "\"short\"", "\"with\\u0000nul byte\"", "\"z\\u00fcrich z\\u00fcrich\"", "\"\"", "\" blanks \\t\\n \""});
    const std::string hash = g.one_in(3)
        ? g.of({"\"x\"", "\"$2a$10$short\"", "\"$2a$31$i2exvNtN8qsnzwhYgJprO.hcsYTZc6caCrGsTj9Remogv/GH.1S.K\"", "\"$1$abc$def\""})
        : "\"\"";
    const std::string body = "{\"username\":" + json_quote(name) + ",\"password\":" + password + ",\"password_hash\":" + hash + "}";
    CAPTURE(body);
    const Answer made = w.call("POST", C2 "/users", body);
    if (made.code == 409) continue;
    if (made.code != 201) {
      CHECK(json_string(json_at(made.body, {"message"})).value.size() > 8);
      continue;
    }
    accepted++;
    const std::string plain = json_string(password).value;
    CHECK(w.login(name, plain) != "");
    const User stored = decode<User>(store_get(w.backend->store, "users", "", name).value.body).value;
    CHECK_FALSE(password_matches(plain.substr(0, plain.size() - 1), stored.password_hash));
    CHECK_FALSE(password_matches("", stored.password_hash));
    CHECK(w.call("GET", C2 "/users/" + url_encode(name)).code == 200);
  }
  CHECK(accepted > 5);
}

TEST_CASE("a namespace that is accepted can be filled, emptied and deleted") {
  World w;
  Generator g(11);
  int accepted = 0;
  for (int i = 0; i < 60; i++) {
    const std::string quoted = g.name();
    CAPTURE(quoted);
    const Answer made = w.call("POST", C2 "/namespaces", "{\"name\":" + quoted + "}");
    if (made.code != 201) continue;
    accepted++;
    const std::string name = json_string(quoted).value, place = C2 "/namespaces/" + url_encode(name);
    const std::string hook = R"({"metadata":{"name":"h","namespace":)" + json_quote(name) + R"(},"command":"true","timeout":5})";
    CHECK(w.call("POST", place + "/hooks", hook).code == 201);
    CHECK(w.call("GET", place + "/hooks/h").code == 200);
    CHECK(w.call("DELETE", place).code != 204);
    CHECK(w.call("DELETE", place + "/hooks/h").code == 204);
    CHECK(w.call("DELETE", place).code == 204);
    CHECK(w.call("GET", place).code == 404);
  }
  CHECK(accepted > 10);
}
