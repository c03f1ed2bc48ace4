// tests/backend/auth/logins_test.cc - logins that are refused or wait, the audit log, and what is never stored.
#include "tests/backend/auth/rights_world.h"

using namespace picket;

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

TEST_CASE("the sixth wrong password has to wait; a login that is remembered does not wait") {
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

TEST_CASE("a hash that would keep everybody waiting, or that no password matches, is not stored") {
  World w;
  struct Row { const char* hash; int code; };
  static const Row kRows[] = {
      {"$2a$14$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 400},
      {"$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 400},
      {"$pbkdf2-sha256$10000000$Oo2JmwrgV8kxbMIfZ0pJ2Q$ebAUX_709ix5PDKBY", 400},
      {"$pbkdf2-sha256$99999999999999999999$AA$AA", 400},
      {"$2a$10$CCCCCCCCCCCCCCCCCCCCC", 400},
      {"$2a$x0$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 400},
      {"$2a$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyO W", 400},
      {"$pbkdf2-sha256$600000$Oo2JmwrgV8kxbMIfZ0pJ2Q", 400},
      {"$6$salt$hash", 201},  // as the reference: nobody logs in
      {"*", 201},
      {"$2a$13$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 201},
      {"$pbkdf2-sha256$600000$Oo2JmwrgV8kxbMIfZ0pJ2Q$ebAUX_709ix5PDKBYebAUX_709ix5PDKBYebAUX_70A", 201},
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
    CHECK(a.body.find("reserved for the backend") != std::string::npos);
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
  CHECK(lines.find("name longer than 1024 bytes") != std::string::npos);
  CHECK(lines.find(std::string(300, 'a')) == std::string::npos);
  log_set_sink([](std::string_view) {});
}

TEST_CASE("the audit log has a line for every login and change, at the default level: which user, from where, what, which revisions") {
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
  CHECK(said({R"("msg":"login rejected")", R"("user":"anna")"}));
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
