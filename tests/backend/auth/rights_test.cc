// tests/backend/auth/rights_test.cc - what a right allows, and everything that ends when it goes away (backend/shared/identity.h).
#include "tests/backend/api/api_world.h"
#include "backend/shared/identity.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/schedule_driver.h"
#include "common/rules/resource_types.h"

using namespace picket;

namespace {

struct Agent {
  World& w;
  Ws* ws = nullptr;
  bool admitted = false;
  int status = 0;
  std::string subscription, heard;
  Agent(World& world, const std::string& name, const std::string& ns, const std::string& user, const std::string& password,
        const std::string& of = "s")
      : w(world), subscription(of) {
    WsConnect request;
    request.url = "ws://127.0.0.1:" + std::to_string(backend_agent_port(w.backend));
    request.headers = {{"Authorization", "Basic " + base64_encode(user + ":" + password)},
                       {"Sensu-AgentName", name},
                       {"Sensu-Namespace", ns},
                       {"Sensu-User", user},
                       {"Sensu-Subscriptions", subscription}};
    ws = ws_connect(w.net, std::move(request), [this](Ws*, const WsEvent& e) {
      if (e.kind == WsEvent::open) admitted = true;
      if (e.kind == WsEvent::message) heard += std::string(e.data) + "\n";
      if (e.kind != WsEvent::closed) return;
      status = e.http_status;
      ws = nullptr;
    });
    w.until([&] { return admitted || !ws; });
  }
  ~Agent() {
    if (ws) ws_abort(ws);
    w.until([&] { return !ws; });
  }
  bool connected() const { return admitted && ws; }
  bool ends() {
    return w.until([&] { return !ws; });
  }
  void say(const std::string& type, const std::string& ns, const std::string& entity, const std::string& check,
           const std::string& entity_class = "agent", const std::string& proxy = "") {
    const std::string meta = R"({"name":")" + entity + R"(","namespace":")" + ns + "\"}";
    ws_send(ws,
            type + "\n" + R"({"timestamp":)" + std::to_string(os_unix_ms() / 1000) + R"(,"entity":{"entity_class":")" + entity_class +
                R"(","metadata":)" + meta + R"(,"subscriptions":[")" + subscription + R"("],"system":{}},"check":{"metadata":{"name":")" +
                check + R"(","namespace":")" + ns + R"("},"interval":10,"timeout":120,"status":2,"output":"said","proxy_entity_name":")" +
                proxy + R"("},"metadata":{"namespace":")" + ns + "\"}}");
  }
};

// A world with namespaces na and nb, and a user who may create events in na; `names`: only of these.
struct Rights : World {
  explicit Rights(const std::string& names = "null") {
    for (const char* ns : {"na", "nb"}) put("/api/core/v2/namespaces/" + std::string(ns), R"({"name":")" + std::string(ns) + "\"}");
    user("eve", "password1");
    grant("na", names);
  }
  void put(const std::string& path, const std::string& body) {
    Answer a = call("PUT", path, body);
    REQUIRE_MESSAGE(a.code / 100 == 2, a.body);
  }
  void grant(const std::string& ns, const std::string& names = "null") {
    put(C2 "/namespaces/" + ns + "/roles/ag",
        R"({"metadata":{"name":"ag","namespace":")" + ns + R"("},"rules":[{"verbs":["create"],"resources":["events"],"resource_names":)" +
            names + "}]}");
    put(C2 "/namespaces/" + ns + "/rolebindings/ag",
        R"({"metadata":{"name":"ag","namespace":")" + ns +
            R"("},"subjects":[{"type":"User","name":"eve"}],"role_ref":{"type":"Role","name":"ag"}})");
  }
  int get(const std::string& ns, const std::string& path) { return call("GET", C2 "/namespaces/" + ns + path).code; }
  bool stored(const std::string& ns, const std::string& path) {
    return until([&] { return get(ns, path) == 200; }, 2000);
  }
};

}  // namespace

// ---- what a session may speak about ----

TEST_CASE("an agent's session speaks of its own namespace only") {
  Rights w;
  w.put(C2 "/namespaces/nb/handlers/hb", R"({"metadata":{"name":"hb","namespace":"nb"},"type":"pipe","command":"true"})");
  Agent good(w, "good", "na", "eve", "password1");
  REQUIRE(good.connected());
  good.say("keepalive", "na", "good", "keepalive");
  REQUIRE(w.stored("na", "/entities/good"));
  const int64_t errors = w.backend->stats.session_errors;
  good.say("event", "nb", "victim", "disk");
  good.say("event", "nb", "switch", "ping", "proxy");
  good.say("event", "nb", "good", "ping", "agent", "switch2");
  good.say("keepalive", "nb", "victim", "keepalive");
  good.say("keepalive", "nb", "good", "keepalive");
  good.say("event", "na", "good", "own");
  REQUIRE(w.stored("na", "/events/good/own"));
  CHECK(w.backend->stats.session_errors - errors == 5);
  CHECK(w.call("GET", C2 "/namespaces/nb/entities").body == "[]");
  CHECK(w.call("GET", C2 "/namespaces/nb/events").body == "[]");
}

TEST_CASE("a session speaks for another agent only when its user may be that agent; proxy entities are everybody's") {
  Rights w(R"(["good"])");
  w.put(C2 "/namespaces/na/entities/victim", R"({"entity_class":"agent","metadata":{"name":"victim","namespace":"na"}})");
  w.put(C2 "/namespaces/na/entities/switch", R"({"entity_class":"proxy","metadata":{"name":"switch","namespace":"na"}})");
  Agent good(w, "good", "na", "eve", "password1");
  REQUIRE(good.connected());
  const int64_t errors = w.backend->stats.session_errors;
  good.say("event", "na", "victim", "disk");
  good.say("event", "na", "good", "disk", "agent", "victim");  // as a result about a proxy entity
  good.say("event", "na", "victim", "disk", "proxy");
  good.say("event", "na", "newcomer", "disk", "agent");
  good.say("keepalive", "na", "victim", "keepalive");
  good.say("keepalive", "na", "switch", "keepalive");  // would make an agent of it
  good.say("event", "na", "switch", "ping", "proxy");
  good.say("event", "na", "good", "ping", "agent", "switch2");
  good.say("event", "na", "good", "own");
  REQUIRE(w.stored("na", "/events/good/own"));
  CHECK(w.backend->stats.session_errors - errors == 6);
  CHECK(w.get("na", "/events/victim/disk") == 404);
  CHECK(w.get("na", "/events/newcomer/disk") == 404);
  CHECK(w.get("na", "/events/victim/keepalive") == 404);
  CHECK(w.get("na", "/events/switch/keepalive") == 404);
  CHECK(w.get("na", "/events/switch/ping") == 200);
  CHECK(w.get("na", "/events/switch2/ping") == 200);
  w.grant("na", R"(["good","victim"])");
  good.say("event", "na", "victim", "disk");
  CHECK(w.stored("na", "/events/victim/disk"));
}

TEST_CASE("what is meant for one agent is not heard by another one that asks for it, unless its user may be that agent") {
  Rights w(R"(["good"])");
  for (const char* c : {"victim", "good"})
    w.put(C2 "/namespaces/na/checks/for-" + std::string(c),
          R"({"metadata":{"name":"for-)" + std::string(c) +
              R"(","namespace":"na"},"command":"true","interval":3600,"publish":false,"subscriptions":["entity:)" + c + R"("]})");
  auto hears = [&](Agent& a, const std::string& check) {
    REQUIRE(backend_execute_check(w.backend, "na", "for-victim", {}).ok());
    REQUIRE(backend_execute_check(w.backend, "na", "for-good", {}).ok());
    REQUIRE(w.until([&] { return a.heard.find("\"name\":\"for-good\"") != std::string::npos; }));
    return std::exchange(a.heard, "").find("\"name\":\"" + check + "\"") != std::string::npos;
  };
  for (const char* kind : {"entity:victim", "client:victim"}) {
    CAPTURE(kind);
    Agent good(w, "good", "na", "eve", "password1", kind);
    REQUIRE(good.connected());
    good.say("keepalive", "na", "good", "keepalive");
    REQUIRE(w.stored("na", "/entities/good"));
    CHECK_FALSE(hears(good, "for-victim"));
    if (kind[0] == 'c') continue;
    w.grant("na", R"(["good","victim"])");  // what rights allow is looked at a moment later
    CHECK(w.until([&] { return hears(good, "for-victim"); }));
    w.grant("na", R"(["good"])");
    CHECK(w.until([&] { return !hears(good, "for-victim"); }));
  }
}

TEST_CASE("an event of the API about a proxy entity needs the right to that one") {
  Rights w;
  w.put(C2 "/namespaces/na/roles/ag",
        R"({"metadata":{"name":"ag","namespace":"na"},"rules":[{"verbs":["update"],"resources":["events"],"resource_names":["good/c"]}]})");
  w.as("eve", "password1");
  auto event = [](const std::string& more) {
    return R"({"entity":{"entity_class":"proxy","metadata":{"name":"good","namespace":"na"}},"check":{"metadata":{"name":"c","namespace":"na"},"interval":60)" +
        more + "}}";
  };
  CHECK(w.call("PUT", C2 "/namespaces/na/events/good/c", event("")).code == 201);
  CHECK(w.call("PUT", C2 "/namespaces/na/events/good/c", event(R"(,"proxy_entity_name":"victim")")).code == 403);
  CHECK(w.call("PUT", C2 "/namespaces/na/events/good/c", event(R"(,"PROXY_ENTITY_NAME":"victim")")).code == 403);
}

// ---- one text, one reader ----

TEST_CASE("a PATCH cannot move an object, however its keys are written, whatever its kind") {
  Rights w;
  struct Row { const char *kind, *more; };
  static const Row kKinds[] = {
      {"checks", R"(,"command":"true","interval":60,"publish":false,"subscriptions":["s"])"},
      {"handlers", R"(,"type":"pipe","command":"true")"},
      {"filters", R"(,"action":"allow","expressions":["true"])"},
      {"mutators", R"(,"command":"true")"},
      {"hooks", R"(,"command":"true","timeout":5)"},
      {"assets", R"(,"url":"http://127.0.0.1/a","sha512":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")"},
      {"entities", R"(,"entity_class":"proxy")"},
      {"roles", R"(,"rules":[{"verbs":["get"],"resources":["checks"]}])"},
      {"rolebindings", R"(,"subjects":[{"type":"User","name":"u"}],"role_ref":{"type":"Role","name":"r"})"},
      {"pipelines", R"(,"workflows":[])"},
  };
  static const char* const kPatches[] = {
      R"({"metadata":{"namespace":"nb"}})",
      R"({"metadata":{"Namespace":"nb"}})",
      R"({"METADATA":{"namespace":"nb","name":"x"}})",
      R"({"metadata":{"namespace":"na","NAMESPACE":"nb"}})",
      R"({"metadata":{"NAMESPACE":"nb","namespace":"na","nAMESPACE":"nb"}})",
      R"({"metadata":{"name":"y"}})",
      R"({"metadata":{"Name":"y"}})",
      R"({"Metadata":{"Name":"y","Namespace":"na"}})",
      "{\"metadata\":{\"n\\u0061me\":\"y\"}}",
  };
  for (const Row& r : kKinds) {
    const std::string path = C2 "/namespaces/na/" + std::string(r.kind) + "/x";
    w.put(path, R"({"metadata":{"name":"x","namespace":"na"})" + std::string(r.more) + "}");
    const std::string before = w.call("GET", path).body;
    for (const char* patch : kPatches) {
      CAPTURE(r.kind);
      CAPTURE(patch);
      CHECK(w.call("PATCH", path, patch, {{"Content-Type", "application/merge-patch+json"}}).code == 400);
    }
    CHECK(w.call("GET", path).body == before);
    Answer a = w.call("PATCH", path, R"({"metadata":{"name":"x","namespace":"na","labels":{"Namespace":"nb"}}})",
                      {{"Content-Type", "application/merge-patch+json"}});
    CHECK_MESSAGE(a.code == 200, a.body);
  }
}

TEST_CASE("a stored body that says another place is not used, at a start and when it is written") {
  Rights w;
  auto write = [&](const std::string& kind, const std::string& ns, const std::string& name, const std::string& body) {
    StoreWrite x;
    x.object = {kind, ns, name, body, 0};
    bool done = false;
    store_write(w.backend->store, {x}, [&](const Status& s) { done = s.ok(); });
    REQUIRE(w.until([&] { return done; }));
  };
  const std::string evil =
      R"({"metadata":{"name":"x","namespace":"nb"},"command":"id","interval":1,"publish":true,"subscriptions":["s"],"handlers":["h"]})";
  write("checks", "na", "x", evil);
  write("silenced", "na", "s:*", R"({"metadata":{"name":"s:*","namespace":"nb"},"subscription":"s","expire":-1})");
  write("silenced", "na", "mine", R"({"metadata":{"name":"mine","namespace":"na"},"subscription":"s","expire":-1})");
  write(
      "rolebindings", "na", "b",
      R"({"metadata":{"name":"b","namespace":"nb"},"subjects":[{"type":"User","name":"eve"}],"role_ref":{"type":"ClusterRole","name":"cluster-admin"}})");
  write("entities", "na", "e", R"({"entity_class":"proxy","metadata":{"name":"e","namespace":"nb"}})");
  auto nothing_of_it = [&] {
    CHECK(w.backend->scheduling->scheduler.checks.empty());
    CHECK(w.backend->ingest->silences.entries.empty());
    CHECK(auth_rules(w.backend->auth).bindings.at("na").count("b") == 0);
    CHECK(entities_find(w.backend->ingest->entities, "nb", "e") == nullptr);
  };
  nothing_of_it();
  w.stop();
  w.start();
  nothing_of_it();
}

// ---- what ends with a right ----

namespace {

// Somebody with everything that goes on for longer than a request.
struct Busy {
  Rights& w;
  std::string token, refresh, key;
  std::shared_ptr<bool> watch_over = std::make_shared<bool>(false);  // the world ends after us, and the watch with it
  std::unique_ptr<Agent> agent;
  explicit Busy(Rights& world) : w(world) {
    const std::string admin = w.token;
    w.put(C2 "/clusterroles/watcher", R"({"metadata":{"name":"watcher"},"rules":[{"verbs":["get","list"],"resources":["checks"]}]})");
    w.put(C2 "/clusterrolebindings/watcher",
          R"({"metadata":{"name":"watcher"},"subjects":[{"type":"Group","name":"g"}],"role_ref":{"type":"ClusterRole","name":"watcher"}})");
    Answer made = w.call("POST", C2 "/apikeys", R"({"username":"eve"})");
    key = made.header("Location").substr(std::string(C2 "/apikeys/").size());
    Answer a = w.basic("/auth", base64_encode("eve:password1"));
    token = json_string(json_at(a.body, {"access_token"})).value;
    refresh = json_string(json_at(a.body, {"refresh_token"})).value;
    agent = std::make_unique<Agent>(w, "good", "na", "eve", "password1");
    REQUIRE(agent->connected());
    watch("Bearer " + token);
  }
  void watch(const std::string& authorization) {
    w.send("GET", "/api/picket/v1/watch?kinds=checks", "", {{"Authorization", authorization}},
           [over = watch_over](Answer) { *over = true; });
    w.until([] { return false; }, 50);
    REQUIRE_FALSE(*watch_over);
  }
  int access() { return w.call("GET", C2 "/checks", "", {{"Authorization", "Bearer " + token}}).code; }
  int by_key() { return w.call("GET", C2 "/checks", "", {{"Authorization", "Key " + key}}).code; }
  int renew() {
    return w.call("POST", "/auth/token", R"({"refresh_token":")" + refresh + "\"}", {{"Authorization", "Bearer " + token}}).code;
  }
  bool watch_ends() {
    return w.until([&] { return *watch_over; });
  }
};

}  // namespace

TEST_CASE("the list of what depends on an identity is whole: each entry says how it ends") {
  for (int i = 0; i < kDependentsCount; i++) {
    CHECK(std::string(kDependents[i].what) != "");
    CHECK(std::string(kDependents[i].how) != "");
  }
}

TEST_CASE("a password that is reset ends sessions, streams and agents; API keys are proofs of their own") {
  Rights w;
  Busy eve(w);
  CHECK(w.call("PUT", C2 "/users/eve/reset_password", R"({"password":"password2"})").code == 201);
  CHECK(eve.access() == 401);
  CHECK(eve.renew() == 401);
  CHECK(eve.watch_ends());
  CHECK(eve.agent->ends());
  CHECK(eve.by_key() == 200);
  CHECK(w.login("eve", "password1") == "");
  CHECK(w.login("eve", "password2") != "");
}

TEST_CASE("who changes his own password keeps the session he does it in, also after a restart, and no other") {
  Rights w;
  w.user("anna", "password1", "cluster-admins");
  const std::string one = w.login("anna", "password1"), two = w.login("anna", "password1");
  auto get = [&](const std::string& token) { return w.call("GET", C2 "/users/anna", "", {{"Authorization", "Bearer " + token}}).code; };
  Answer a = w.call("PUT", C2 "/users/anna/change_password", R"({"password":"password1","password_new":"password2"})",
                    {{"Authorization", "Bearer " + one}});
  REQUIRE_MESSAGE(a.code == 201, a.body);
  CHECK(get(one) == 200);
  CHECK(get(two) == 401);
  w.stop();
  w.start();
  CHECK(get(one) == 200);
  CHECK(get(two) == 401);
}

TEST_CASE("a user put with another password is a changed password, too") {
  Rights w;
  Busy eve(w);
  w.put(C2 "/users/eve", R"({"username":"eve","password":"password9","groups":["g"]})");
  CHECK(eve.access() == 401);
  CHECK(eve.watch_ends());
  CHECK(eve.agent->ends());
}

TEST_CASE("who leaves his groups loses what he watches") {
  for (const char* path : {"/groups/g", "/groups"}) {
    Rights w;
    Busy eve(w);
    CHECK(w.call("DELETE", C2 "/users/eve" + std::string(path)).code == 204);
    CHECK(eve.watch_ends());
    CHECK(eve.access() == 403);
    CHECK(eve.agent->connected());  // its right is the user's own
  }
}

TEST_CASE("a role or binding that is changed or deleted ends what it allowed") {
  struct Row { const char *method, *path, *body; bool is_agents; };
  static const Row kRows[] = {
      {"DELETE", "/clusterrolebindings/watcher", "", false},
      {"PUT", "/clusterroles/watcher", R"({"metadata":{"name":"watcher"},"rules":[{"verbs":["get"],"resources":["checks"]}]})", false},
      {"DELETE", "/namespaces/na/rolebindings/ag", "", true},
      {"DELETE", "/namespaces/na/roles/ag", "", true},
      {"PUT", "/namespaces/na/roles/ag",
       R"({"metadata":{"name":"ag","namespace":"na"},"rules":[{"verbs":["create"],"resources":["events"],"resource_names":["other"]}]})", true},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.method);
    CAPTURE(r.path);
    Rights w;
    Busy eve(w);
    CHECK(w.call(r.method, C2 + std::string(r.path), r.body).code / 100 == 2);
    CHECK((r.is_agents ? eve.agent->ends() : eve.watch_ends()));
    CHECK(*eve.watch_over == !r.is_agents);
    CHECK(eve.agent->connected() == !r.is_agents);
  }
  Rights w;  // a binding whose role is gone answers nobody any more (as in the reference): nothing that it covers goes on
  Busy eve(w);
  CHECK(w.call("DELETE", C2 "/clusterroles/watcher").code == 204);
  CHECK(eve.watch_ends());
  CHECK(eve.agent->ends());
}

TEST_CASE("a deleted API key and a disabled user end at once, with what they watch") {
  Rights w;
  Busy eve(w);
  eve.watch("Key " + eve.key);
  CHECK(w.call("DELETE", C2 "/apikeys/" + eve.key).code == 204);
  CHECK(eve.watch_ends());
  CHECK(eve.by_key() == 401);
  CHECK(eve.access() == 200);
  CHECK(eve.agent->connected());
  CHECK(w.call("DELETE", C2 "/users/eve").code == 204);
  CHECK(eve.access() == 401);
  CHECK(eve.renew() == 401);
  CHECK(eve.agent->ends());
  CHECK(w.call("PUT", C2 "/users/eve/reinstate").code == 201);
  CHECK(eve.access() == 401);  // what has ended stays ended
}

TEST_CASE("a namespace is deleted with everything of it: the next one of its name knows nobody") {
  Rights w;
  w.put(C2 "/namespaces/na/roles/boss", R"({"metadata":{"name":"boss","namespace":"na"},"rules":[{"verbs":["*"],"resources":["*"]}]})");
  w.put(
      C2 "/namespaces/na/rolebindings/boss",
      R"({"metadata":{"name":"boss","namespace":"na"},"subjects":[{"type":"User","name":"eve"}],"role_ref":{"type":"Role","name":"boss"}})");
  Agent good(w, "good", "na", "eve", "password1");
  REQUIRE(good.connected());
  good.say("event", "na", "good", "c");
  REQUIRE(w.stored("na", "/events/good/c"));  // without an entity: no keepalive came
  CHECK(w.call("GET", C2 "/namespaces/na/entities").body == "[]");
  Answer a = w.call("DELETE", C2 "/namespaces/na");
  CHECK_MESSAGE(a.code == 204, a.body);
  CHECK(good.ends());
  for (int i = 0; i < kResourceTypesCount; i++)
    if (kResourceTypes[i].namespaced) CHECK(store_list(w.backend->store, kResourceTypes[i].plural, "na", "na", "", 0).value.empty());
  CHECK(store_list_events(w.backend->store, "na", "", "na", "", "", 0).value.empty());
  w.put(C2 "/namespaces/na", R"({"name":"na"})");
  CHECK(w.get("na", "/events/good/c") == 404);
  w.as("eve", "password1");
  CHECK(w.get("na", "/checks") == 403);
  CHECK(w.call("PUT", C2 "/namespaces/na/checks/c", R"({"metadata":{"name":"c","namespace":"na"},"command":"id","interval":5})").code ==
        403);
}

TEST_CASE("a namespace with something in it is not deleted") {
  Rights w;
  w.put(C2 "/namespaces/na/checks/c", R"({"metadata":{"name":"c","namespace":"na"},"command":"true","interval":5})");
  Answer a = w.call("DELETE", C2 "/namespaces/na");
  CHECK(a.code == 500);
  CHECK(a.body.find("namespace is not empty") != a.body.npos);
  CHECK(w.get("na", "/roles/ag") == 200);
}

// ---- logins ----

TEST_CASE("the default password is for this machine, by one of its own names") {
  World w;
  auto login = [&](Headers headers) {
    headers.emplace_back("Authorization", "Basic " + base64_encode("admin:P@ssw0rd!"));
    return w.call("GET", "/auth", "", std::move(headers)).code;
  };
  CHECK(login({}) == 200);
  CHECK(login({{"Host", "localhost:8080"}}) == 200);
  CHECK(login({{"Host", "evil.example:8080"}}) == 401);
  CHECK(login({{"Host", "127.0.0.1.nip.io"}}) == 401);
  CHECK(login({{"X-Forwarded-For", "192.0.2.1"}}) == 401);
  CHECK(login({{"Origin", "http://evil.example"}}) == 401);
  CHECK(login({{"Sec-Fetch-Site", "cross-site"}}) == 401);
  CHECK(login({{"Referer", "http://evil.example/"}}) == 401);
  CHECK(login({{"CF-Connecting-IP", "192.0.2.1"}}) == 401);
  CHECK(login({{"Sec-Fetch-Site", "none"}}) == 200);
  w.user("anna", "another one");
  CHECK(w.call("GET", "/auth", "", {{"Host", "mon.example"}, {"Authorization", "Basic " + base64_encode("anna:another one")}}).code == 200);
}

TEST_CASE("a web page of another origin changes nothing, not even with credentials") {
  World w;
  const std::string path = DEFAULT "/checks/c";
  CHECK(w.call("PUT", path, check_json("c"), {{"Origin", "http://evil.example"}}).code == 403);
  CHECK(w.call("PUT", path, check_json("c"), {{"Origin", "null"}}).code == 403);
  CHECK(w.call("POST", "/auth/token", "{}", {{"Origin", "http://127.0.0.1:1"}}).code == 403);
  CHECK(w.call("PUT", path, check_json("c"), {{"Origin", w.base}}).code == 201);
  CHECK(w.call("PUT", path, check_json("c"), {{"Origin", "https://mon.example"}, {"X-Forwarded-Host", "mon.example"}}).code == 201);
  CHECK(w.call("GET", path, "", {{"Origin", "http://evil.example"}}).code == 200);
}

TEST_CASE("the sixth wrong password is told to wait; a login that is remembered does not wait") {
  World w;
  auto wrong = [&] { return w.basic("/auth", base64_encode("admin:wrong password")); };
  for (int i = 0; i < 5; i++) CHECK(wrong().code == 401);
  Answer a = wrong();
  CHECK(a.code == 429);
  CHECK(a.header("Retry-After") == "1");
  CHECK(w.login("admin", "P@ssw0rd!") != "");
  bool tried = false;
  CHECK(w.until([&] { return tried = tried || w.basic("/auth", base64_encode("admin:wrong again")).code == 401; }, 3000));
  CHECK(wrong().header("Retry-After") == "2");
}

TEST_CASE("a hash that would keep everybody waiting is not stored") {
  World w;
  struct Row { const char* hash; int code; };
  static const Row kRows[] = {
      {"$2a$14$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 400},
      {"$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 400},
      {"$pbkdf2-sha256$10000000$Oo2JmwrgV8kxbMIfZ0pJ2Q$ebAUX_709ix5PDKBY", 400},
      {"$pbkdf2-sha256$99999999999999999999$AA$AA", 400},
      {"$2a$13$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 201},
      {"$pbkdf2-sha256$600000$Oo2JmwrgV8kxbMIfZ0pJ2Q$ebAUX_709ix5PDKBY", 201},
  };
  w.user("u", "password1");
  for (const Row& r : kRows) {
    CAPTURE(r.hash);
    const std::string hash = R"(,"password_hash":")" + std::string(r.hash) + "\"";
    CHECK(w.call("PUT", C2 "/users/v", R"({"username":"v")" + hash + "}").code == r.code);
    CHECK(w.call("PUT", C2 "/users/u/reset_password", R"({"username":"u")" + hash + "}").code == r.code);
    CHECK(w.call("PUT", C2 "/users/u", R"({"username":"u")" + hash + "}").code == r.code);
  }
}

TEST_CASE("a file handler writes nothing into the state directory, neither by name nor by a link") {
  World w;
  const std::string state = w.backend->config.state_dir;
  auto body = [](const std::string& path) {
    return R"({"metadata":{"name":"f","namespace":"default"},"type":"file","file":{"path":")" + path + "\"}}";
  };
  for (const std::string& path : {state + "/picket.db", state, w.dir + "/x/../state//./new", state + "/sub/x"}) {
    CAPTURE(path);
    const Answer a = w.call("PUT", DEFAULT "/handlers/f", body(path));
    CHECK(a.code == 400);
    CHECK(a.body.find("the backend's own") != std::string::npos);
  }
  REQUIRE(w.call("PUT", DEFAULT "/handlers/f", body(state + "-beside")).code == 201);
  CHECK(
      w.call("PATCH", DEFAULT "/handlers/f", R"({"file":{"path":")" + state + "/x\"}}", {{"Content-Type", "application/merge-patch+json"}})
          .code == 400);
  std::filesystem::create_directory_symlink(state, w.dir + "/folder");
  std::filesystem::create_symlink(state + "/through", w.dir + "/link");
  std::string lines;
  log_set_sink([&](std::string_view line) { lines += line; });
  for (const char* name : {"/folder/through", "/link"}) {
    CAPTURE(name);
    lines.clear();
    REQUIRE(w.call("PUT", DEFAULT "/handlers/f", body(w.dir + name)).code == 201);
    const std::string event =
        R"({"timestamp":1,"entity":{"entity_class":"proxy","metadata":{"name":"e","namespace":"default"}},"check":{"metadata":)"
        R"({"name":"c","namespace":"default"},"interval":10,"status":2,"handlers":["f"]},"metadata":{"namespace":"default"}})";
    CHECK(w.call("PUT", DEFAULT "/events/e/c", event).code == 201);
    CHECK(w.until([&] { return lines.find("event handler failed") != std::string::npos; }));
    CHECK_FALSE(std::filesystem::exists(state + "/through"));
  }
  log_set_sink([](std::string_view) {});
}

// ---- what is said, stored and shown ----

TEST_CASE("a request that was sent elsewhere, or by nobody, is no change in the audit log") {
  World w;
  std::string lines;
  log_set_sink([&](std::string_view line) { lines += line; });
  CHECK(w.call("POST", "//api/core/v2/namespaces", "", {{"Authorization", "none"}}).code == 301);
  CHECK(w.call("OPTIONS", "/api//", "", {{"Authorization", "none"}}).code == 301);
  CHECK(lines.find("\"changed\"") == std::string::npos);
  log_set_sink([](std::string_view) {});
}

TEST_CASE("an agent's name of more than 1024 bytes is refused, with a line that is not as long") {
  Rights w;
  std::string lines;
  log_set_sink([&](std::string_view line) { lines += line; });
  Agent long_one(w, std::string(3000, 'a'), "na", "eve", "password1");
  CHECK(long_one.status == 400);
  CHECK(lines.find("its name has more than 1024 bytes") != std::string::npos);
  CHECK(lines.find(std::string(300, 'a')) == std::string::npos);
  log_set_sink([](std::string_view) {});
}

TEST_CASE("the audit log has a line for every login and change, at the default level: who, from where, what, which revisions") {
  World w;
  w.user("anna", "password1", "cluster-admins");
  std::string lines;
  log_set_level(LogLevel::warn);
  log_set_sink([&](std::string_view line) { lines += line; });
  auto said = [&](std::initializer_list<const char*> parts) {
    for (size_t at = 0, end; (end = lines.find('\n', at)) != lines.npos; at = end + 1) {
      const std::string line = lines.substr(at, end - at);
      bool all = line.find(R"("component":"audit")") != line.npos;
      for (const char* part : parts) all &= line.find(part) != line.npos;
      if (all) return true;
    }
    return false;
  };
  w.as("anna", "password1");
  CHECK(said({R"("msg":"login")", R"("user":"anna")", R"("peer":"127.0.0.1:)"}));
  CHECK(w.call("PUT", DEFAULT "/checks/c", check_json("c")).code == 201);
  CHECK(said({R"("kind":"checks")", R"("name":"c")", R"("namespace":"default")", R"("user":"anna")", R"("by":"session")",
              R"("revision_before":0)"}));
  const std::string revision = std::to_string(store_get(w.backend->store, "checks", "default", "c").value.revision);
  CHECK(said({("\"revision\":" + revision).c_str(), R"("msg":"changed")"}));
  lines.clear();
  CHECK(w.call("PATCH", DEFAULT "/checks/c", R"({"interval":30})", {{"Content-Type", "application/merge-patch+json"}}).code == 200);
  CHECK(said({R"("method":"PATCH")", ("\"revision_before\":" + revision).c_str()}));
  CHECK(w.call("DELETE", DEFAULT "/checks/c").code == 204);
  CHECK(said({R"("method":"DELETE")", R"("revision":0)"}));
  CHECK(w.call("PUT", C2 "/users/anna/reset_password", R"({"password":"password2"})").code == 201);
  CHECK(said({"/users/anna/reset_password", R"("kind":"users")"}));
  CHECK(w.call("DELETE", DEFAULT "/checks/c", "", {{"Authorization", "Bearer x"}}).code == 401);
  CHECK(said({R"("msg":"refused")", R"("status":401)"}));
  CHECK(w.basic("/auth", base64_encode("anna:wrong password")).code == 401);
  CHECK(said({R"("msg":"login refused")", R"("user":"anna")"}));
  for (const char* secret : {"password1", "password2", "wrong password"}) CHECK(lines.find(secret) == lines.npos);
  lines.clear();
  CHECK(w.call("GET", DEFAULT "/checks").code == 200);
  CHECK(lines.find("audit") == lines.npos);
}

TEST_CASE("one damaged row leaves the list of the others whole") {
  World w;
  for (const char* name : {"a", "b", "c"}) REQUIRE(w.call("PUT", DEFAULT "/checks/" + std::string(name), check_json(name)).code == 201);
  StoreWrite x;
  x.object = {"checks", "default", "b", R"({"metadata":{"name":"b","namesp)", 0};
  bool done = false;
  store_write(w.backend->store, {x}, [&](const Status&) { done = true; });
  REQUIRE(w.until([&] { return done; }));
  Answer list = w.call("GET", DEFAULT "/checks");
  CHECK(list.code == 200);
  CHECK(json_items(list.body).value.size() == 2);
  CHECK(w.call("GET", DEFAULT "/checks/b").code == 500);
}

TEST_CASE("the API takes integers as Go's decoder does; what a PATCH empties is [], as there") {
  World w;
  for (const char* number : {"1000.0", "1e3", "60.5", "\"60\""}) {
    CAPTURE(number);
    CHECK(w.call("PUT", DEFAULT "/checks/n",
                 R"({"metadata":{"name":"n","namespace":"default"},"command":"true","interval":)" + std::string(number) + "}")
              .code == 400);
  }
  REQUIRE(w.call("PUT", DEFAULT "/checks/n", check_json("n", R"(,"handlers":["h"],"subscriptions":["s"])")).code == 201);
  Answer a = w.call("PATCH", DEFAULT "/checks/n", R"({"handlers":[],"ttl":60.0})", {{"Content-Type", "application/merge-patch+json"}});
  CHECK(a.code == 400);
  a = w.call("PATCH", DEFAULT "/checks/n", R"({"handlers":[]})", {{"Content-Type", "application/merge-patch+json"}});
  CHECK(a.code == 200);
  CHECK(json_at(a.body, {"handlers"}) == "[]");
  CHECK(json_at(a.body, {"runtime_assets"}) == "null");
  CHECK(json_at(w.call("GET", DEFAULT "/checks/n").body, {"handlers"}) == "[]");
}
