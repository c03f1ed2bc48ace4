// tests/backend/auth/speaking_test.cc - what a session may speak about and hear, and that one text has one reader.
#include "tests/backend/auth/rights_world.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/schedule_driver.h"

using namespace picket;

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

TEST_CASE("a result named keepalive does not replace the event that says whether an agent is alive; of a proxy entity it is one of many") {
  Rights w;
  w.put(C2 "/namespaces/na/entities/switch", R"({"entity_class":"proxy","metadata":{"name":"switch","namespace":"na"}})");
  w.put(C2 "/namespaces/na/entities/other", R"({"entity_class":"agent","metadata":{"name":"other","namespace":"na"}})");
  Agent good(w, "good", "na", "eve", "password1");
  REQUIRE(good.connected());
  const int64_t errors = w.backend->stats.session_errors;
  good.say("event", "na", "good", "keepalive");  // before its first keepalive
  good.say("keepalive", "na", "good", "keepalive");
  REQUIRE(w.stored("na", "/events/good/keepalive"));
  const std::string real = w.call("GET", C2 "/namespaces/na/events/good/keepalive").body;
  good.say("event", "na", "good", "keepalive");
  good.say("event", "na", "good", "keepalive", "proxy");
  good.say("event", "na", "other", "keepalive");
  good.say("event", "na", "good", "keepalive", "agent", "other");
  good.say("event", "na", "switch", "keepalive", "proxy");
  good.say("event", "na", "good", "keepalive", "agent", "switch2");
  good.say("event", "na", "good", "own");
  REQUIRE(w.stored("na", "/events/good/own"));
  CHECK(w.backend->stats.session_errors - errors == 5);
  CHECK(w.call("GET", C2 "/namespaces/na/events/good/keepalive").body == real);
  CHECK(w.get("na", "/events/other/keepalive") == 404);
  CHECK(w.get("na", "/events/switch/keepalive") == 200);
  CHECK(w.get("na", "/events/switch2/keepalive") == 200);
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
    CHECK(entities_find(w.backend->entities, "nb", "e") == nullptr);
  };
  nothing_of_it();
  w.stop();
  w.start();
  nothing_of_it();
}
