// The API over a real listener, a real store and the whole backend, in this process.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "backend/api.h"
#include "backend/auth.h"
#include "backend/server.h"
#include "common/json.h"
#include "common/log.h"
#include "common/os.h"

using namespace picket;
namespace fs = std::filesystem;

namespace {

struct Answer {
  int code = 0;
  Headers headers;
  std::string body;
  std::string header(std::string_view name) const { return std::string(header_get(headers, name)); }
};

struct World {
  std::string dir, base, token;
  uv_loop_t loop{};
  Net* net = nullptr;
  Backend* backend = nullptr;

  World() {
    log_set_sink([](std::string_view) {});
    char name[] = "/tmp/picket-api-XXXXXX";
    dir = mkdtemp(name);
    uv_loop_init(&loop);
    net = net_open(&loop, {});
    start();
  }
  ~World() {
    if (backend) stop();
    net_close(net, [] {});
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    fs::remove_all(dir);
    log_set_sink({});
  }
  void start(int64_t wait_ms = 0) {
    BackendConfig config;
    config.api_serve_wait_ms = wait_ms;
    config.state_dir = dir + "/state";
    config.name = "here";
    config.agent_host = config.api_host = "127.0.0.1";
    config.agent_port = config.api_port = 0;
    auto started = backend_start(&loop, net, config);
    REQUIRE_MESSAGE(started.ok(), started.status.message);
    backend = started.value;
    base = "http://127.0.0.1:" + std::to_string(backend_api_port(backend));
    if (wait_ms == 0) token = login("admin", "P@ssw0rd!");
  }
  void stop() {
    bool stopped = false;
    backend_stop(std::exchange(backend, nullptr), [&] { stopped = true; });
    while (!stopped) uv_run(&loop, UV_RUN_ONCE);
  }
  template <class F>
  bool until(F ready, int64_t ms = 5000) {
    int64_t end = os_mono_ms() + ms;
    uv_timer_t tick;
    uv_timer_init(&loop, &tick);
    uv_timer_start(
        &tick, [](uv_timer_t*) {}, 5, 5);
    while (!ready() && os_mono_ms() < end) uv_run(&loop, UV_RUN_ONCE);
    uv_close(reinterpret_cast<uv_handle_t*>(&tick), [](uv_handle_t* h) { h->data = h; });
    tick.data = nullptr;
    while (!tick.data) uv_run(&loop, UV_RUN_NOWAIT);
    return ready();
  }
  void send(const std::string& method, const std::string& path, const std::string& body, Headers headers,
            std::function<void(Answer)> done) {
    HttpClientRequest request;
    request.method = method;
    request.url = base + path;
    request.body = body;
    request.redirects_max = 0;
    request.proxy_from_environment = false;
    if (!header_has(headers, "Authorization")) headers.emplace_back("Authorization", "Bearer " + token);
    if (!header_has(headers, "Content-Type")) headers.emplace_back("Content-Type", "application/json");
    request.headers = std::move(headers);
    http_call(net, std::move(request), [done](HttpClientResponse r) {
      done({r.status.ok() ? r.code : -1, r.headers, r.body});
    });
  }
  Answer call(const std::string& method, const std::string& path, const std::string& body = "", Headers headers = {}) {
    Answer out;
    bool done = false;
    send(method, path, body, std::move(headers), [&](Answer a) { out = std::move(a), done = true; });
    while (!done) uv_run(&loop, UV_RUN_ONCE);
    return out;
  }
  Answer basic(const std::string& path, const std::string& credentials) {
    return call("GET", path, "", {{"Authorization", "Basic " + credentials}});
  }
  std::string login(const std::string& user, const std::string& password) {
    static const char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text = user + ":" + password, out;
    while (text.size() % 3) text += '\0', out += '=';
    std::string padding = std::exchange(out, "");
    for (size_t i = 0; i < text.size(); i += 3) {
      uint32_t n = static_cast<unsigned char>(text[i]) << 16 | static_cast<unsigned char>(text[i + 1]) << 8 |
          static_cast<unsigned char>(text[i + 2]);
      for (int s = 18; s >= 0; s -= 6) out += kAlphabet[n >> s & 63];
    }
    out.replace(out.size() - padding.size(), padding.size(), padding);
    Answer a = basic("/auth", out);
    return a.code == 200 ? json_string(json_at(a.body, {"access_token"})).value : "";
  }
  void user(const std::string& name, const std::string& password, const std::string& group = "g") {
    std::string body = R"({"username":")" + name + R"(","password":")" + password + R"(","groups":[")" + group + "\"]}";
    REQUIRE(call("POST", "/api/core/v2/users", body).code == 201);
  }
  void as(const std::string& user, const std::string& password) {
    token = login(user, password);
    REQUIRE(token != "");
  }
};

#define C2 "/api/core/v2"
#define DEFAULT C2 "/namespaces/default"

std::string check_json(const std::string& name, const std::string& more = "") {
  return R"({"metadata":{"name":")" + name + R"(","namespace":"default"},"command":"true","interval":60)" + more + "}";
}

}  // namespace

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
  Answer patched =
      w.call("PATCH", DEFAULT "/entities/e1", R"({"metadata":{"labels":{"password":"REDACTED","region":"us"}}})",
             {{"Content-Type", "application/merge-patch+json"}});
  CHECK(patched.code == 200);
  CHECK(patched.body.find("s3cret") == std::string::npos);
  CHECK(json_at(stored(), {"metadata", "labels", "password"}) == "\"s3cret\"");
  CHECK(json_at(stored(), {"metadata", "labels", "region"}) == "\"us\"");
  w.call("PUT", DEFAULT "/entities/e1",
         R"({"metadata":{"name":"e1","namespace":"default","labels":{"password":"new"}},"entity_class":"proxy"})");
  CHECK(json_at(stored(), {"metadata", "labels", "password"}) == "\"new\"");
}

TEST_CASE("a selector does not tell what reading hides") {
  World w;
  w.call("PUT", DEFAULT "/entities/e1",
         R"({"metadata":{"name":"e1","namespace":"default","labels":{"password":"s3cret"}},"entity_class":"proxy"})");
  CHECK(w.call("GET", DEFAULT "/entities?labelSelector=password%3D%3Ds3cret").body == "[]");
  CHECK(w.call("GET", DEFAULT "/entities?labelSelector=password%3D%3DREDACTED").body != "[]");
  CHECK(w.call("GET", DEFAULT "/entities?fieldSelector=entity.labels.password%20matches%20s3").body == "[]");
  CHECK(w.call("GET", DEFAULT "/entities?fieldSelector=nonsense").code == 400);
}

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
    return w.call("PATCH", DEFAULT "/checks/c1", body,
                  {{"Content-Type", "application/merge-patch+json"}, {condition, value}});
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

TEST_CASE("long lists: streamed whole, or page by page, each object once and in order") {
  World w;
  const int count = 3000;
  std::vector<StoreWrite> batch;
  for (int i = 0; i < count; i++) {
    char name[16];
    snprintf(name, sizeof name, "c%05d", i);
    StoreWrite write;
    std::string label = i % 3 == 0 ? "fizz" : "none";
    write.object = {"checks", "default", name,
                    R"({"command":")" + std::string(400, 'x') + R"(","metadata":{"name":")" + name +
                        R"(","namespace":"default","labels":{"k":")" + label + "\"}}}",
                    0};
    batch.push_back(write);
  }
  bool stored = false;
  store_write(w.backend->store, std::move(batch), [&](Status s) { stored = s.ok(); });
  REQUIRE(w.until([&] { return stored; }));

  Answer all = w.call("GET", DEFAULT "/checks");
  auto items = json_items(all.body);
  REQUIRE(items.ok());
  CHECK(items.value.size() == static_cast<size_t>(count));
  CHECK(all.header("Content-Type") == "application/json");
  for (const char* path :
       {DEFAULT "/checks?limit=777", C2 "/checks?limit=777", DEFAULT "/checks?limit=250&labelSelector=k==fizz"}) {
    std::vector<std::string> names;
    std::string next;
    do {
      Answer page = w.call("GET", std::string(path) + (next.empty() ? "" : "&continue=" + next));
      for (std::string_view item : json_items(page.body).value) names.emplace_back(json_at(item, {"metadata", "name"}));
      next = page.header("Sensu-Continue");
    } while (!next.empty());
    CAPTURE(path);
    CHECK(names.size() == static_cast<size_t>(std::string(path).find("fizz") == std::string::npos ? count : count / 3));
    CHECK(std::is_sorted(names.begin(), names.end()));
    CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  }
}

TEST_CASE("a client that leaves in the middle of a list, or the backend that stops then") {
  World w;
  std::vector<StoreWrite> batch;
  for (int i = 0; i < 2000; i++) {
    StoreWrite write;
    write.object = {"checks", "default", "c" + std::to_string(i), "{\"command\":\"" + std::string(2000, 'x') + "\"}",
                    0};
    batch.push_back(write);
  }
  bool stored = false;
  store_write(w.backend->store, std::move(batch), [&](Status s) { stored = s.ok(); });
  REQUIRE(w.until([&] { return stored; }));
  HttpClientRequest request;
  request.url = w.base + DEFAULT "/checks";
  request.headers = {{"Authorization", "Bearer " + w.token}};
  request.on_body = [](std::string_view) { return false; };
  bool left = false, cut = false;
  http_call(w.net, request, [&](HttpClientResponse) { left = true; });
  CHECK(w.until([&] { return left; }));
  CHECK(w.call("GET", DEFAULT "/checks?limit=1").code == 200);
  size_t got = 0;
  request.on_body = [&](std::string_view bytes) { return got += bytes.size(), true; };
  http_call(w.net, request, [&](HttpClientResponse) { cut = true; });
  CHECK(w.until([&] { return got > 0; }));
  w.stop();
  CHECK(w.until([&] { return cut; }));
}

TEST_CASE("watching: changes come as they are committed, to who may read them") {
  World w;
  std::string seen;
  HttpClientRequest request;
  request.url = w.base + "/api/picket/v1/watch?kinds=checks,events,users,entities&namespace=";
  request.headers = {{"Authorization", "Bearer " + w.token}};
  request.timeout_ms = 60'000;
  request.on_body = [&](std::string_view bytes) { return seen.append(bytes), true; };
  bool ended = false;
  http_call(w.net, request, [&](HttpClientResponse) { ended = true; });
  REQUIRE(w.until([&] { return seen.find(": picket") == 0; }));
  w.call("PUT", DEFAULT "/checks/c1", check_json("c1"));
  w.call("POST", DEFAULT "/events",
         R"({"entity":{"metadata":{"name":"e1","namespace":"default","labels":{"password":"s3cret"}}},
      "check":{"metadata":{"name":"c9"},"interval":60,"status":1}})");
  w.user("bob", "P@ssw0rd123");
  w.call("DELETE", DEFAULT "/checks/c1");
  CHECK(w.until([&] { return seen.find("event: delete") != std::string::npos; }));
  CHECK(seen.find(R"("kind":"checks","namespace":"default","name":"c1","object":{"command":"true")") !=
        std::string::npos);
  CHECK(seen.find(R"("kind":"events","namespace":"default","entity":"e1","check":"c9","object":{"entity":)") !=
        std::string::npos);
  CHECK(seen.find(R"("kind":"users","namespace":"","name":"bob")") != std::string::npos);
  CHECK(seen.find("password_hash") == std::string::npos);
  CHECK(seen.find("s3cret") == std::string::npos);
  w.as("bob", "P@ssw0rd123");
  CHECK(w.call("GET", "/api/picket/v1/watch?kinds=checks").code == 403);
  CHECK(w.call("GET", "/api/picket/v1/watch?kinds=sessions").code == 400);
  CHECK(w.call("GET", "/api/picket/v1/watch", "", {{"Authorization", "none"}}).code == 401);
  w.stop();  // ends the stream
  CHECK(w.until([&] { return ended; }));
}

TEST_CASE("a backup is a whole database, and only for who may do everything") {
  World w;
  w.call("PUT", DEFAULT "/checks/c1", check_json("c1"));
  Answer backup = w.call("GET", "/api/picket/v1/backup");
  REQUIRE(backup.code == 200);
  std::string file = w.dir + "/copy.db";
  std::ofstream(file, std::ios::binary) << backup.body;
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  std::string verdict;
  sqlite3_exec(
      db, "pragma integrity_check",
      [](void* to, int, char** row, char**) {
        *static_cast<std::string*>(to) = row[0];
        return 0;
      },
      &verdict, nullptr);
  CHECK(verdict == "ok");
  sqlite3_close(db);
  for (const auto& entry : fs::directory_iterator(w.dir + "/state")) CHECK(entry.path().extension() != ".tmp");
  w.user("bob", "P@ssw0rd123");
  w.as("bob", "P@ssw0rd123");
  CHECK(w.call("GET", "/api/picket/v1/backup").code == 403);
}

TEST_CASE("bodies: too large, of a form, of no type") {
  World w;
  std::string large = check_json("big", R"(,"env_vars":["A=)" + std::string(600'000, 'x') + "\"]");
  CHECK(w.call("POST", DEFAULT "/checks", large).body == R"({"message":"http: request body too large","code":1})");
  CHECK(w.call("POST", DEFAULT "/checks", large, {{"Content-Type", "application/x-www-form-urlencoded"}}).body ==
        "Request exceeded max length\n");
  CHECK(w.call("POST", DEFAULT "/checks", check_json("c"), {{"Content-Type", "application/x-www-form-urlencoded"}})
            .body == R"({"message":"EOF","code":1})");
  CHECK(w.call("POST", DEFAULT "/checks", check_json("c"), {{"Content-Type", "text/plain"}}).code == 201);
  CHECK(w.call("POST", DEFAULT "/checks", check_json("d"), {{"Authorization", "Bearer x"}}).code == 401);
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
  CHECK(
      w.call(
           "PUT", C2 "/users/bob/password",
           R"({"password":"second one","password_hash":"$2a$10$i2exvNtN8qsnzwhYgJprO.hcsYTZc6caCrGsTj9Remogv/GH.1S.K"})")
          .code == 201);
  w.as("bob", "P@ssw0rd!");
  CHECK(w.call("PUT", C2 "/users/bob/change_password", R"({"password":"wrong","password_new":"third one"})").code ==
        500);
  CHECK(w.call("PUT", C2 "/users/bob/change_password", R"({"password":"P@ssw0rd!","password_new":"third one"})").code ==
        201);
  CHECK(w.call("PUT", C2 "/users/admin/password", R"({"password":"mine now"})").code == 403);
  CHECK(w.call("PUT", C2 "/users/bob/reset_password", R"({"password":"mine now"})").code == 403);
  CHECK(w.call("PUT", C2 "/users/bob/groups/cluster-admins").code == 403);
  CHECK(w.call("PUT", C2 "/users/bob", R"({"username":"bob","password":"P@ssw0rd123","groups":["cluster-admins"]})")
            .code == 403);
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
    return R"({"metadata":{"name":")" + std::string(name) + R"(","namespace":")" + ns +
        R"("},"entity_class":"proxy","deregister":true})";
  };
  CHECK(w.call("PUT", DEFAULT "/entities/mine", entity("default", "mine")).code == 200);
  CHECK(w.call("PUT", DEFAULT "/entities/mine", entity("default", "theirs")).code == 403);
  CHECK(w.call("PUT", DEFAULT "/entities/mine", entity("other", "mine")).code == 403);
  CHECK(w.call("PUT", DEFAULT "/silenced/mine:x",
               R"({"metadata":{"name":"mine:x","namespace":"default"},"subscription":"mine","check":"x"})")
            .code == 201);
  CHECK(w.call("PUT", DEFAULT "/silenced/mine:x",
               R"({"metadata":{"name":"mine:x","namespace":"default"},"subscription":"theirs","check":"x"})")
            .code == 403);
}

TEST_CASE("namespaces come and go with what belongs to them") {
  World w;
  CHECK(w.call("POST", C2 "/namespaces", R"({"name":"acme"})").code == 201);
  CHECK(w.call("GET", C2 "/namespaces/acme/roles/system:pipeline").code == 200);
  CHECK(w.call("POST", C2 "/namespaces/acme/checks",
               R"({"metadata":{"name":"c","namespace":"acme"},"command":"x","interval":1})")
            .code == 201);
  CHECK(w.call("DELETE", C2 "/namespaces/acme").code == 500);
  CHECK(w.call("DELETE", C2 "/namespaces/acme/checks/c").code == 204);
  CHECK(w.call("DELETE", C2 "/namespaces/acme").code == 204);
  CHECK(w.call("GET", C2 "/roles").body.find("acme") == std::string::npos);
  CHECK(w.call("POST", C2 "/namespaces/acme/checks",
               R"({"metadata":{"name":"c","namespace":"acme"},"command":"x","interval":1})")
            .body == R"({"message":"the namespace acme does not exist","code":0})");
}

TEST_CASE("a silence that is over does not stand in the way of a new one") {
  World w;
  static const char kBody[] = R"({"metadata":{"namespace":"default"},"check":"c","begin":1,"expire":600})";
  CHECK(w.call("POST", DEFAULT "/silenced", kBody).code == 201);
  CHECK(w.call("POST", DEFAULT "/silenced", kBody).code == 409);
  StoreWrite over;
  over.object = {"silenced", "default", "*:c",
                 R"({"metadata":{"name":"*:c","namespace":"default"},"check":"c","expire":1,"begin":1,"expire_at":2})",
                 0};
  bool stored = false;
  store_write(w.backend->store, {over}, [&](Status) { stored = true; });
  REQUIRE(w.until([&] { return stored; }));
  CHECK(w.call("GET", DEFAULT "/silenced/*:c").code == 404);
  CHECK(w.call("GET", DEFAULT "/silenced").body == "[]");
  CHECK(w.call("POST", DEFAULT "/silenced", kBody).code == 201);
}

TEST_CASE("an address has so many logins at a time, and gets its places back") {
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

TEST_CASE("the log says who changed what, and no secret") {
  World w;
  std::string lines;
  log_set_sink([&](std::string_view line) { lines += line; });
  log_set_level(LogLevel::info);
  w.call("PUT", DEFAULT "/checks/c1", check_json("c1"));
  std::string key = w.call("POST", C2 "/apikeys", R"({"username":"admin"})").header("Location").substr(21);
  w.call("DELETE", C2 "/apikeys/" + key);
  w.user("bob", "P@ssw0rd123");
  CHECK(w.login("bob", "a wrong password") == "");
  log_set_level(LogLevel::warn);
  CHECK(lines.find(R"("method":"PUT","microseconds":)") != std::string::npos);
  CHECK(lines.find(R"("user":"admin")") != std::string::npos);
  CHECK(lines.find(R"("msg":"login refused")") != std::string::npos);
  for (const std::string& secret : {key, std::string("P@ssw0rd123"), std::string("a wrong password"), w.token}) {
    CAPTURE(secret);
    CHECK(lines.find(secret) == std::string::npos);
  }
}

TEST_CASE("while agents come first, the API says when to come again") {
  World w;
  w.stop();
  w.start(3'600'000);
  CHECK(w.call("GET", "/health").code == 200);
  Answer later = w.call("GET", DEFAULT "/checks");
  CHECK(later.code == 503);
  CHECK(std::stoi(later.header("Retry-After")) > 3000);
}

TEST_CASE("events of metrics alone, and of nothing") {
  World w;
  static const char kEntity[] = R"({"entity":{"metadata":{"name":"e1","namespace":"default"}})";
  CHECK(w.call("POST", DEFAULT "/events",
               kEntity +
                   std::string(
                       R"(,"metrics":{"handlers":["h"],"points":[{"name":"n","value":1,"timestamp":1,"tags":null}]}})"))
            .code == 201);
  CHECK(w.call("GET", DEFAULT "/events").body == "[]");
  CHECK(w.call("POST", DEFAULT "/events", kEntity + std::string("}")).body ==
        R"({"message":"event must contain a check or metrics","code":1})");
  CHECK(w.call("POST", DEFAULT "/events", "null").code == 400);
  CHECK(w.call("PUT", DEFAULT "/events/e1/c1", kEntity + std::string(R"(,"check":{"interval":1}})")).code == 201);
  CHECK(w.call("GET", DEFAULT "/events/e1/c1").code == 200);
}

TEST_CASE("targets nobody means well with") {
  World w;
  struct Row { const char *path; int code; };
  static const Row kRows[] = {{C2 "/namespaces/default/checks/%zz", 400}, {C2 "/namespaces/default/checks/a%00b", 404},
                              {C2 "/namespaces/default/checks/../../../x", 301}, {C2 "//checks", 301}, {"/%2e%2e/etc/passwd", 404},
                              {C2 "/namespaces/default/checks/%2e%2e%2f%2e%2e", 404}, {C2 "/checks?limit=1&continue=%00%ff", 200},
                              {C2 "/checks?labelSelector=%", 400}};
  for (const Row& r : kRows) {
    CAPTURE(r.path);
    CHECK(w.call("GET", r.path).code == r.code);
  }
}

TEST_CASE("the OpenAPI document is served, is of this program, and is the committed one") {
  World w;
  Answer got = w.call("GET", "/api/openapi.json", "", {{"Authorization", "none"}});
  CHECK(got.code == 200);
  CHECK(json_check(got.body).ok());
  auto committed = os_read_file("docs/openapi.json");
  if (std::getenv("PICKET_WRITE_DOCS")) {
    REQUIRE(os_write_file("docs/openapi.json", got.body).ok());
    committed = got.body;
  }
  CHECK_MESSAGE(committed.value == got.body,
                "docs/openapi.json is old: run backend_tests with PICKET_WRITE_DOCS=1 and commit it");
}

TEST_CASE("metrics: the names dashboards look for") {
  World w;
  w.call("GET", DEFAULT "/checks");
  std::string text = w.call("GET", "/metrics", "", {{"Authorization", "none"}}).body;
  for (const char* name :
       {"sensu_go_events_processed{", "sensu_go_agent_sessions{namespace=\"default\"} ", "sensu_go_keepalives{", "sensu_go_pipeline_duration{quantile=\"0.99\"} NaN\n",
        "sensu_go_pipeline_duration_count 0\n", "sensu_go_interval_schedulers{namespace=\"default\"} 0\n",
        "sensu_go_handler_requests{status=\"0\",type=\"pipe\"} 0\n", "picket_store_commit_duration_seconds{quantile=\"0.5\"} 0.", "picket_store_commits_total ",
        "picket_loop_lag_milliseconds ",
        "picket_api_request_duration_seconds_bucket{route=\"GET /api/core/v2/namespaces/{namespace}/checks\""}) {
    CAPTURE(name);
    CHECK(text.find(name) != std::string::npos);
  }
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    CAPTURE(std::string(line));
    CHECK((line[0] == '#' || line.rfind(' ') != line.npos));
  }
}
