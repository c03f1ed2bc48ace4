// tests/backend/endpoints/users_test.cc - who may do what: users, passwords, rights, secrets.
#include "tests/backend/api/api_world.h"

using namespace picket;

TEST_CASE("secrets that are read redacted survive being written back") {
  World w;
  w.call("PUT", DEFAULT "/entities/e1",
         R"({"metadata":{"name":"e1","namespace":"default","labels":{"password":"s3cret","region":"eu"},
      "annotations":{"api_key":"k"}},"entity_class":"proxy"})");
  std::string shown = w.call("GET", DEFAULT "/entities/e1").body;
  CHECK(json_at(shown, {"metadata", "labels", "password"}) == "\"REDACTED\"");
  CHECK(shown.find("s3cret") == std::string::npos);
  CHECK(w.call("PUT", DEFAULT "/entities/e1", shown).code == 200);
  auto stored = [&] { return store_get(w.backend->store, "entities", "default", "e1").value.body; };
  CHECK(json_at(stored(), {"metadata", "labels", "password"}) == "\"s3cret\"");
  CHECK(json_at(stored(), {"metadata", "annotations", "api_key"}) == "\"k\"");
  Answer patched = w.call("PATCH", DEFAULT "/entities/e1", R"({"metadata":{"labels":{"password":"REDACTED","region":"us"}}})",
                          {{"Content-Type", "application/merge-patch+json"}});
  CHECK(patched.code == 200);
  CHECK(patched.body.find("s3cret") == std::string::npos);
  CHECK(json_at(stored(), {"metadata", "labels", "password"}) == "\"s3cret\"");
  CHECK(json_at(stored(), {"metadata", "labels", "region"}) == "\"us\"");
  w.call("PUT", DEFAULT "/entities/e1",
         R"({"metadata":{"name":"e1","namespace":"default","labels":{"password":"new"}},"entity_class":"proxy"})");
  CHECK(json_at(stored(), {"metadata", "labels", "password"}) == "\"new\"");
}

TEST_CASE("passwords: both generations of clients change them, and neither without rights") {
  World w;
  w.user("bob", "P@ssw0rd123");
  w.as("bob", "P@ssw0rd123");
  CHECK(w.call("PUT", C2 "/users/bob/password", R"({"password":"second one"})").code == 201);
  CHECK(w.login("bob", "P@ssw0rd123") == "");
  w.as("bob", "second one");
  CHECK(w.call("PUT", C2 "/users/bob/password",
               R"({"password":"wrong","password_hash":"$2a$10$i2exvNtN8qsnzwhYgJprO.hcsYTZc6caCrGsTj9Remogv/GH.1S.K"})")
            .code == 500);
  CHECK(w.call("PUT", C2 "/users/bob/password",
               R"({"password":"second one","password_hash":"$2a$10$i2exvNtN8qsnzwhYgJprO.hcsYTZc6caCrGsTj9Remogv/GH.1S.K"})")
            .code == 201);
  w.as("bob", "P@ssw0rd!");
  CHECK(w.call("PUT", C2 "/users/bob/change_password", R"({"password":"wrong","password_new":"third one"})").code == 500);
  CHECK(w.call("PUT", C2 "/users/bob/change_password", R"({"password":"P@ssw0rd!","password_new":"third one"})").code == 201);
  CHECK(w.call("PUT", C2 "/users/admin/password", R"({"password":"mine now"})").code == 403);
  CHECK(w.call("PUT", C2 "/users/bob/reset_password", R"({"password":"mine now"})").code == 403);
  CHECK(w.call("PUT", C2 "/users/bob/groups/cluster-admins").code == 403);
  CHECK(w.call("PUT", C2 "/users/bob", R"({"username":"bob","password":"P@ssw0rd123","groups":["cluster-admins"]})").code == 403);
  CHECK(w.call("GET", C2 "/users/bob").body.find("hash") == std::string::npos);
}

TEST_CASE("disabling a user and logging out take effect now") {
  World w;
  w.user("bob", "P@ssw0rd123");
  std::string admin = w.token;
  w.as("bob", "P@ssw0rd123");
  CHECK(w.call("GET", C2 "/users/bob").code == 200);
  std::string bob = std::exchange(w.token, admin);
  CHECK(w.call("DELETE", C2 "/users/bob").code == 204);
  w.token = bob;
  CHECK(w.call("GET", C2 "/users/bob").body == R"({"Code":5,"Message":"unauthenticated"})");
  CHECK(w.login("bob", "P@ssw0rd123") == "");
}

TEST_CASE("rights are asked for the place a body names") {
  World w;
  for (const char* name : {"mine", "theirs"})
    w.call("PUT", DEFAULT "/entities/" + std::string(name),
           R"({"metadata":{"name":")" + std::string(name) + R"(","namespace":"default"},"entity_class":"proxy"})");
  w.call("POST", C2 "/namespaces", R"({"name":"other"})");
  w.call("POST", DEFAULT "/roles", R"({"metadata":{"name":"r","namespace":"default"},
      "rules":[{"verbs":["update","create"],"resources":["entities","silenced"],"resource_names":["mine","mine:x"]}]})");
  w.call("POST", DEFAULT "/rolebindings",
         R"({"metadata":{"name":"b","namespace":"default"},"role_ref":{"type":"Role","name":"r"},
      "subjects":[{"type":"Group","name":"g"}]})");
  w.user("bob", "P@ssw0rd123");
  w.as("bob", "P@ssw0rd123");
  auto entity = [](const char* ns, const char* name) {
    return R"({"metadata":{"name":")" + std::string(name) + R"(","namespace":")" + ns + R"("},"entity_class":"proxy","deregister":true})";
  };
  CHECK(w.call("PUT", DEFAULT "/entities/mine", entity("default", "mine")).code == 200);
  CHECK(w.call("PUT", DEFAULT "/entities/mine", entity("default", "theirs")).code == 403);
  CHECK(w.call("PUT", DEFAULT "/entities/mine", entity("other", "mine")).code == 403);
  CHECK(
      w.call("PUT", DEFAULT "/silenced/mine:x", R"({"metadata":{"name":"mine:x","namespace":"default"},"subscription":"mine","check":"x"})")
          .code == 201);
  CHECK(w.call("PUT", DEFAULT "/silenced/mine:x",
               R"({"metadata":{"name":"mine:x","namespace":"default"},"subscription":"theirs","check":"x"})")
            .code == 403);
}

TEST_CASE("an address has a limited number of logins at a time, and gets its places back") {
  World w;
  int refused = 0, wrong = 0;
  for (int i = 0; i < 40; i++)
    w.send("GET", "/auth", "", {{"Authorization", "Basic YWRtaW46d3Jvbmc" + std::string(i % 2 ? "x" : "y")}},
           [&](Answer a) { refused += a.code == 429, wrong += a.code == 401; });
  for (int i = 0; i < 40; i++)  // another password each: nobody waits for another's hash
    w.send("GET", "/auth/test", "",
           {{"Authorization", "Basic YWRtaW46" + std::string(1, char('A' + i % 26)) + "GE" + (i < 26 ? "x" : "y")}},
           [&](Answer a) { refused += a.code == 429, wrong += a.code == 401; });
  CHECK(w.until([&] { return refused + wrong == 80; }, 60'000));
  CHECK(refused > 0);
  CHECK(w.login("admin", "P@ssw0rd!") != "");
}
