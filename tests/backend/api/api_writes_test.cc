// tests/backend/api/api_writes_test.cc - what is written: bodies, patches, conditions, namespaces, silences, events.
#include "tests/backend/api/api_world.h"

using namespace picket;

TEST_CASE("events are committed before they are answered, and their entity is shown redacted") {
  World w;
  static const char kEvent[] =
      R"({"entity":{"metadata":{"name":"e1","namespace":"default","labels":{"password":"s3cret"}}},
      "check":{"metadata":{"name":"c1"},"interval":60,"status":2,"output":"x"}})";
  CHECK(w.call("POST", DEFAULT "/events", kEvent).code == 201);
  Answer got = w.call("GET", DEFAULT "/events/e1/c1");
  CHECK(got.code == 200);
  CHECK(json_at(got.body, {"check", "status"}) == "2");
  CHECK(json_at(got.body, {"entity", "metadata", "labels", "password"}) == "\"REDACTED\"");
  CHECK(json_at(got.body, {"entity", "entity_class"}) == "\"proxy\"");
  CHECK(got.header("ETag") != "");
  w.stop();
  w.start();
  CHECK(w.call("GET", DEFAULT "/events/e1/c1").body == got.body);
  CHECK(w.call("POST", DEFAULT "/events", "{}").body == R"({"message":"event must contain an entity","code":1})");
  CHECK(w.call("POST", C2 "/namespaces/nosuch/events", R"({"entity":{"metadata":{"name":"e","namespace":"nosuch"}},
      "check":{"metadata":{"name":"c"},"interval":1}})")
            .body == R"({"message":"the namespace nosuch does not exist","code":0})");
  CHECK(w.call("DELETE", DEFAULT "/entities/e1").code == 204);
  CHECK(w.call("GET", DEFAULT "/events").body == "[]");
}

TEST_CASE("patches of two at once both stay") {
  World w;
  CHECK(w.call("PUT", DEFAULT "/checks/c1", check_json("c1")).code == 201);
  int done = 0;
  const Headers merge = {{"Content-Type", "application/merge-patch+json"}};
  for (const char* patch : {R"({"interval":30})", R"({"timeout":5})", R"({"ttl":90})", R"({"publish":true})"})
    w.send("PATCH", DEFAULT "/checks/c1", patch, merge, [&](Answer a) { done += a.code == 200; });
  CHECK(w.until([&] { return done == 4; }));
  std::string now = w.call("GET", DEFAULT "/checks/c1").body;
  CHECK(json_at(now, {"interval"}) == "30");
  CHECK(json_at(now, {"timeout"}) == "5");
  CHECK(json_at(now, {"ttl"}) == "90");
  CHECK(json_at(now, {"publish"}) == "true");
}

TEST_CASE("If-Match: only over what was read") {
  World w;
  w.call("PUT", DEFAULT "/checks/c1", check_json("c1"));
  std::string tag = w.call("GET", DEFAULT "/checks/c1").header("ETag");
  auto patch = [&](const char* condition, const std::string& value, const char* body) {
    return w.call("PATCH", DEFAULT "/checks/c1", body, {{"Content-Type", "application/merge-patch+json"}, {condition, value}});
  };
  Answer first = patch("If-Match", tag, R"({"interval":30})");
  CHECK(first.code == 200);
  CHECK(first.header("ETag") != tag);
  CHECK(patch("If-Match", tag, R"({"interval":31})").code == 412);
  CHECK(patch("If-None-Match", tag, R"({"interval":31})").code == 200);
  CHECK(w.call("GET", DEFAULT "/checks/c1").header("ETag") == patch("If-Match", "*", "{}").header("ETag"));
  w.stop();
  w.start();
  CHECK(patch("If-Match", w.call("GET", DEFAULT "/checks/c1").header("ETag"), "{}").code == 200);
}

TEST_CASE("bodies: too large, of a form, of no type") {
  World w;
  std::string large = check_json("big", R"(,"env_vars":["A=)" + std::string(600'000, 'x') + "\"]");
  CHECK(w.call("POST", DEFAULT "/checks", large).body == R"({"message":"http: request body too large","code":1})");
  CHECK(w.call("POST", DEFAULT "/checks", large, {{"Content-Type", "application/x-www-form-urlencoded"}}).body ==
        "Request exceeded max length\n");
  CHECK(w.call("POST", DEFAULT "/checks", check_json("c"), {{"Content-Type", "application/x-www-form-urlencoded"}}).body ==
        R"({"message":"EOF","code":1})");
  CHECK(w.call("POST", DEFAULT "/checks", check_json("c"), {{"Content-Type", "text/plain"}}).code == 201);
  CHECK(w.call("POST", DEFAULT "/checks", check_json("d"), {{"Authorization", "Bearer x"}}).code == 401);
}

TEST_CASE("namespaces come and go with what belongs to them") {
  World w;
  CHECK(w.call("POST", C2 "/namespaces", R"({"name":"acme"})").code == 201);
  CHECK(w.call("GET", C2 "/namespaces/acme/roles/system:pipeline").code == 200);
  CHECK(w.call("POST", C2 "/namespaces/acme/checks", R"({"metadata":{"name":"c","namespace":"acme"},"command":"x","interval":1})").code ==
        201);
  CHECK(w.call("DELETE", C2 "/namespaces/acme").code == 500);
  CHECK(w.call("DELETE", C2 "/namespaces/acme/checks/c").code == 204);
  CHECK(w.call("DELETE", C2 "/namespaces/acme").code == 204);
  CHECK(w.call("GET", C2 "/roles").body.find("acme") == std::string::npos);
  CHECK(w.call("POST", C2 "/namespaces/acme/checks", R"({"metadata":{"name":"c","namespace":"acme"},"command":"x","interval":1})").body ==
        R"({"message":"the namespace acme does not exist","code":0})");
}

TEST_CASE("a silence that is over does not stand in the way of a new one") {
  World w;
  static const char kBody[] = R"({"metadata":{"namespace":"default"},"check":"c","begin":4000000000,"expire":600})";
  CHECK(w.call("POST", DEFAULT "/silenced", kBody).code == 201);
  CHECK(w.call("POST", DEFAULT "/silenced", kBody).code == 409);
  StoreWrite over;
  over.object = {"silenced", "default", "*:c",
                 R"({"metadata":{"name":"*:c","namespace":"default"},"check":"c","expire":1,"begin":1,"expire_at":2})", 0};
  bool stored = false;
  store_write(w.backend->store, {over}, [&](Status) { stored = true; });
  REQUIRE(w.until([&] { return stored; }));
  CHECK(w.call("GET", DEFAULT "/silenced/*:c").code == 404);
  CHECK(w.call("GET", DEFAULT "/silenced").body == "[]");
  CHECK(w.call("POST", DEFAULT "/silenced", kBody).code == 201);
}

TEST_CASE("what is accepted, as by the reference, and can have no effect is said in the answer and in the log") {
  World w;
  std::string log;
  log_set_sink([&](std::string_view line) { log += line; });
  const Answer past =
      w.call("POST", DEFAULT "/silenced", R"({"metadata":{"namespace":"default"},"check":"c","begin":1500000000,"expire_at":1600000000})");
  CHECK(past.code == 201);
  CHECK(past.header("Warning").find("299 picket \"expire_at: 1600000000 (2020-09-13 12:26:40 +0000 UTC) is in the past") == 0);
  CHECK(log.find("a definition can have no effect") != std::string::npos);
  CHECK(w.call("GET", DEFAULT "/silenced").body == "[]");
  const Answer none = w.call("POST", DEFAULT "/silenced", R"({"metadata":{"namespace":"default"},"check":"c","expire_at":1600000000})");
  CHECK(none.code == 400);  // it begins now
  CHECK(none.body.find("expire_at 1600000000 must be after begin ") != std::string::npos);
  const Answer role =
      w.call("PUT", DEFAULT "/roles/r", R"({"metadata":{"name":"r","namespace":"default"},"rules":[{"resources":["check"]}]})");
  CHECK(role.code == 201);
  CHECK(role.header("Warning").find("rules[0] has no verbs") != std::string::npos);
  const Answer patched = w.call("PATCH", DEFAULT "/roles/r", R"({"rules":[{"verbs":["get"],"resources":["check"]}]})",
                                {{"Content-Type", "application/merge-patch+json"}});
  CHECK(patched.code == 200);
  CHECK(patched.header("Warning").find("\\\"check\\\" is not a resource of this API") != std::string::npos);
  const Answer good = w.call("POST", DEFAULT "/silenced", R"({"metadata":{"namespace":"default"},"check":"d","expire":60})");
  CHECK(good.code == 201);
  CHECK_FALSE(header_has(good.headers, "Warning"));
}

TEST_CASE("events of metrics alone, and of nothing") {
  World w;
  static const char kEntity[] = R"({"entity":{"metadata":{"name":"e1","namespace":"default"}})";
  CHECK(w.call("POST", DEFAULT "/events",
               kEntity + std::string(R"(,"metrics":{"handlers":["h"],"points":[{"name":"n","value":1,"timestamp":1,"tags":null}]}})"))
            .code == 201);
  CHECK(w.call("GET", DEFAULT "/events").body == "[]");
  CHECK(w.call("POST", DEFAULT "/events", kEntity + std::string("}")).body ==
        R"({"message":"event must contain a check or metrics","code":1})");
  CHECK(w.call("POST", DEFAULT "/events", "null").code == 400);
  CHECK(w.call("PUT", DEFAULT "/events/e1/c1", kEntity + std::string(R"(,"check":{"interval":1}})")).code == 201);
  CHECK(w.call("GET", DEFAULT "/events/e1/c1").code == 200);
}
