// tests/backend/auth/rights_test.cc - everything that ends when a right goes away (backend/identity.h).
#include "tests/backend/auth/rights_world.h"
#include "backend/identity.h"
#include "backend/ingest/ingest.h"
#include "common/rules/resource_types.h"

using namespace picket;

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

TEST_CASE("a user that changes its own password keeps the session of the change, also after a restart, and no other") {
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

TEST_CASE("a user that leaves its groups loses what it watches") {
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
  CHECK(store_list_events(w.backend->store, "na", "", {"na", "", ""}, 0).value.empty());
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
