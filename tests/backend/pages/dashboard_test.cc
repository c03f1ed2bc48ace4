// tests/backend/pages/dashboard_test.cc - the dashboard's listener: files, logins, guests; and that the API's own port knows none of it.
#include <doctest/doctest.h>

#include "backend/pages/dashboard.h"
#include "tests/backend/api/api_world.h"

using namespace picket;

namespace {

#define SESSION "/api/picket/v1/session"

struct Dash : World {
  std::string api;
  explicit Dash(bool guests = false)
      : World([guests](BackendConfig& c) {
          c.dashboard_host = "127.0.0.1";
          c.dashboard_port = 0;
          c.dashboard_guests = guests;
        }),
        api(base) {
    use();
  }
  void use() { base = "http://127.0.0.1:" + std::to_string(dashboard_port(backend->api)); }
  // Without a token, with the headers given.
  Answer ask(const std::string& method, const std::string& path, Headers headers = {}, const std::string& body = "") {
    return send_bare(method, path, body, std::move(headers));
  }
  Answer send_bare(const std::string& method, const std::string& path, const std::string& body, Headers headers) {
    HttpClientRequest request;
    request.method = method, request.url = base + path, request.body = body, request.redirects_max = 0,
    request.proxy_from_environment = false;
    if (!body.empty() && !header_has(headers, "Content-Type")) headers.emplace_back("Content-Type", "application/json");
    request.headers = std::move(headers);
    Answer out;
    bool done = false;
    http_call(net, std::move(request), [&](HttpClientResponse r) { out = {r.status.ok() ? r.code : -1, r.headers, r.body}, done = true; });
    while (!done) uv_run(&loop, UV_RUN_ONCE);
    return out;
  }
  struct Browser { std::string cookie, key; Headers headers() const { return {{"Cookie", cookie}, {"Picket-Request", key}}; } };
  Browser enter(const std::string& user = "admin", const std::string& password = "P@ssw0rd!", const std::string& more = "") {
    Answer a =
        ask("POST", SESSION, {{"Picket-Request", "guest"}}, R"({"username":")" + user + R"(","password":")" + password + "\"" + more + "}");
    REQUIRE_MESSAGE(a.code == 201, a.body);
    const std::string set = a.header("Set-Cookie");
    return {set.substr(0, set.find(';')), json_string(json_at(a.body, {"key"})).value};
  }
};

}  // namespace

TEST_CASE("a login: cookie and key together, on this listener only") {
  Dash d;
  Dash::Browser b = d.enter();
  Answer session = d.ask("GET", SESSION, b.headers());
  CHECK(session.code == 200);
  CHECK(json_at(session.body, {"username"}) == "\"admin\"");
  CHECK(json_at(session.body, {"default_password"}) == "true");
  CHECK(json_at(session.body, {"guest"}) == "false");
  CHECK(json_at(session.body, {"may", "default", "events"}) == R"(["get","list","create","update","delete"])");
  CHECK(json_at(session.body, {"key"}) == "");
  CHECK(d.ask("GET", DEFAULT "/events", b.headers()).code == 200);
  CHECK(d.ask("GET", DEFAULT "/events", {{"Cookie", b.cookie}}).code == 401);
  CHECK(d.ask("GET", DEFAULT "/events", {{"Picket-Request", b.key}}).code == 401);
  CHECK(d.ask("GET", DEFAULT "/events", {{"Cookie", b.cookie}, {"Picket-Request", "guest"}}).code == 401);
  CHECK(d.ask("GET", DEFAULT "/events", {{"Cookie", b.cookie}, {"Picket-Request", b.key + "0"}}).code == 401);
  CHECK(d.ask("GET", DEFAULT "/events", {{"Cookie", b.cookie + "0"}, {"Picket-Request", b.key}}).code == 401);
  // One of the same name, which another port of the host has set, locks nobody out.
  const std::string name = b.cookie.substr(0, b.cookie.find('='));
  CHECK(d.ask("GET", DEFAULT "/events", {{"Cookie", name + "=planted; " + b.cookie}, {"Picket-Request", b.key}}).code == 200);
  CHECK(
      d.ask("GET", DEFAULT "/events", {{"Cookie", b.cookie + "; " + name + "=" + std::string(300, 'x')}, {"Picket-Request", b.key}}).code ==
      200);
  CHECK(d.ask("GET", DEFAULT "/events", {{"Cookie", name + "=a; " + name + "=b"}, {"Picket-Request", b.key}}).code == 401);
  const std::string value = b.cookie.substr(b.cookie.find('=') + 1);
  CHECK(d.ask("GET", DEFAULT "/events", {{"Authorization", "Bearer " + value}}).code == 401);
  CHECK(d.ask("GET", DEFAULT "/events", {{"Cookie", "x=" + d.token}, {"Picket-Request", b.key}}).code == 401);
  CHECK(d.ask("GET", DEFAULT "/events", {{"Authorization", "Bearer " + d.token}}).code == 200);  // sensuctl --url http://here:3000
  d.base = d.api;
  CHECK(d.ask("GET", DEFAULT "/events", b.headers()).code == 401);
  CHECK(d.ask("GET", SESSION, b.headers()).code == 404);
  CHECK(d.ask("POST", SESSION, {{"Picket-Request", "guest"}}, R"({"username":"admin","password":"P@ssw0rd!"})").code == 404);
}

TEST_CASE("a login ends: by its end, by another password, by disabling; and outlives a restart") {
  Dash d;
  Dash::Browser b = d.enter("admin", "P@ssw0rd!", R"(,"stay":true)"), other = d.enter();
  CHECK(d.ask("DELETE", SESSION, other.headers()).code == 204);
  CHECK(d.ask("GET", SESSION, other.headers()).code == 401);
  d.stop();
  d.start();
  d.use();
  b.cookie.replace(0, b.cookie.find('='), "picket-" + std::to_string(dashboard_port(d.backend->api)));  // another port, another name
  CHECK(d.ask("GET", SESSION, b.headers()).code == 200);
  d.base = d.api = "http://127.0.0.1:" + std::to_string(backend_api_port(d.backend));
  d.user("eve", "secret12", "cluster-admins");
  d.use();
  Dash::Browser eve = d.enter("eve", "secret12");
  CHECK(json_at(d.ask("GET", SESSION, eve.headers()).body, {"default_password"}) == "false");
  CHECK(d.ask("DELETE", C2 "/users/eve", b.headers()).code == 204);
  CHECK(d.ask("GET", SESSION, eve.headers()).code == 401);
}

TEST_CASE("a login that is refused, and requests of other pages") {
  Dash d;
  const std::string right = R"({"username":"admin","password":"P@ssw0rd!"})";
  CHECK(d.ask("POST", SESSION, {{"Picket-Request", "guest"}}, R"({"username":"admin","password":"wrong"})").code == 401);
  CHECK(d.ask("POST", SESSION, {{"Picket-Request", "guest"}}, R"({"username":"admin"})").code == 400);
  CHECK(d.ask("POST", SESSION, {}, right).code == 401);
  CHECK(d.ask("POST", SESSION, {{"Picket-Request", "guest"}, {"Origin", "http://evil.example"}}, right).code == 403);
  CHECK(d.ask("POST", SESSION, {{"Picket-Request", "guest"}, {"Content-Type", "text/plain"}}, right).code == 403);
  Dash::Browser b = d.enter();
  Headers foreign = b.headers();
  foreign.emplace_back("Sec-Fetch-Site", "same-site");
  CHECK(d.ask("GET", DEFAULT "/events", foreign).code == 403);
  CHECK(d.ask("DELETE", SESSION, foreign).code == 403);
  CHECK(d.ask("GET", SESSION, b.headers()).code == 200);
}

TEST_CASE("guests look, and see no commands") {
  Dash d(true);
  d.base = d.api;
  REQUIRE(
      d.call(
           "POST", DEFAULT "/events",
           R"({"entity":{"entity_class":"proxy","metadata":{"name":"web1","namespace":"default"}},"check":{"metadata":{"name":"disk","namespace":"default"},"interval":60,"status":2,"handlers":["nowhere"],"command":"probe --password hunter2","env_vars":["A=hunter2"]}})")
          .code == 201);
  d.use();
  const Headers guest = {{"Picket-Request", "guest"}};
  CHECK(json_at(d.ask("GET", SESSION, guest).body, {"guest"}) == "true");
  for (const char* path : {DEFAULT "/events", DEFAULT "/events/web1/disk", "/api/picket/v1/events",
                           "/api/picket/v1/namespaces/default/events/web1/disk/decisions"}) {
    Answer a = d.ask("GET", path, guest);
    CHECK_MESSAGE((a.code == 200 || a.code == 404), path);
    CHECK_MESSAGE(a.body.find("hunter2") == std::string::npos, a.body);
  }
  CHECK(d.ask("GET", DEFAULT "/events/web1/disk", guest).body.find("log in to see") != std::string::npos);
  CHECK(d.ask("GET", DEFAULT "/events?fieldSelector=check.command%20matches%20hunter2", guest).code == 403);
  CHECK(d.ask("GET", "/api/picket/v1/events?fieldSelector=check.command%20matches%20hunter2", guest).code == 403);
  for (const char* path :
       {DEFAULT "/checks", DEFAULT "/handlers", C2 "/users", "/api/picket/v1/watch?kinds=events", "/api/picket/v1/backup"})
    CHECK_MESSAGE(d.ask("GET", path, guest).code == 403, path);
  const std::string decisions = "/api/picket/v1/namespaces/default/events/web1/disk/decisions";
  REQUIRE(d.until([&] { return d.ask("GET", decisions, guest).code == 200; }));
  CHECK(json_at(d.ask("GET", decisions, guest).body, {"handlers"}) == R"([{"handler":"nowhere","outcome":"unknown"}])");
  CHECK(d.ask("DELETE", DEFAULT "/events/web1/disk", guest).code == 403);
  CHECK(d.ask("PUT", "/api/picket/v1/namespaces/default/events/web1/disk/resolve", guest).code == 403);
  CHECK(d.ask("GET", DEFAULT "/events", {}).code == 401);
  for (const Headers& h : {Headers{{"Picket-Request", "guest"}, {"Host", "evil.example"}},
                           Headers{{"Picket-Request", "guest"}, {"X-Forwarded-For", "1.2.3.4"}}})
    CHECK(d.ask("GET", DEFAULT "/events", h).code == 401);
  Dash none(false);
  CHECK(none.ask("GET", SESSION, guest).code == 401);
}

TEST_CASE("files: kept for ever by their hash, pages asked for anew, Sensu's addresses moved") {
  Dash d;
  const std::string files = "/_/" + std::string(dashboard_hash()) + "/";
  {
    Answer page = d.ask("GET", "/", {{"Accept-Encoding", "gzip"}});
    CHECK(page.code == 200);
    CHECK(page.header("Content-Encoding") == "gzip");
    CHECK(page.header("Cache-Control") == "no-cache");
    Answer plain = d.ask("GET", "/n/default/events?q=x", {});
    CHECK(plain.body.find("<!doctype html>") != plain.body.npos);
    CHECK(d.ask("GET", "/", {{"If-None-Match", page.header("ETag")}}).code == 304);
    CHECK(d.ask("HEAD", "/", {}).body == "");
    CHECK(d.ask("GET", files + "app.js", {}).header("Cache-Control").find("immutable") != std::string::npos);
    CHECK(d.ask("GET", files + "index.html", {}).code == 404);
  }
  for (const char* path : {"/_/000000000000/app.js", "/_/", "/x", "/n/../etc", "/..%2f", "/n/\\x00x", "/favicon.ico"})
    CHECK_MESSAGE(d.ask("GET", path, {}).code == (std::string(path).rfind("/n/", 0) == 0 ? 200 : 404), path);
  CHECK(d.ask("POST", "/", {}, "{}").code == 405);
  const std::string events = DEFAULT "/events";
  for (const std::string& path :
       {std::string("/"), std::string("/x"), events, std::string(SESSION), std::string("/health"), std::string("/c/~/n/a/events")}) {
    Answer a = d.ask("GET", path, {});
    CHECK_MESSAGE(a.header("Content-Security-Policy").find("trusted-types 'none'") != std::string::npos, path);
    CHECK(a.header("X-Frame-Options") == "DENY");
    CHECK(a.header("Access-Control-Allow-Origin") == "");
  }
  CHECK(d.ask("GET", DEFAULT "/events", {}).header("Cache-Control") == "no-store");
  const struct { const char *from, *to; } kMoved[] = {
      {"/c/~/n/default/events/web1/disk", "/n/default/events/web1/disk"}, {"/c/~/n/default/entities/web1/events", "/n/default/entities/web1"},
      {"/default/events", "/n/default/events"},                           {"/prod/checks/disk", "/n/prod/checks/disk"},
      {"/c/~/n/default/events", "/n/default/events"},
  };
  for (const auto& m : kMoved) {
    Answer a = d.ask("GET", m.from, {});
    CHECK_MESSAGE(a.code == 301, m.from);
    CHECK_MESSAGE(a.header("Location") == m.to, m.from);
  }
}

TEST_CASE("a port that is taken: an error where it was asked for, else the rest runs") {
  Dash d;
  const int taken = dashboard_port(d.backend->api);
  World other([taken](BackendConfig& c) { c.dashboard_host = "127.0.0.1", c.dashboard_port = taken; });
  CHECK(dashboard_port(other.backend->api) == 0);
  CHECK(other.call("GET", "/health").code == 200);
  other.stop();
  BackendConfig config;
  config.state_dir = other.dir + "/state", config.agent_host = config.api_host = config.dashboard_host = "127.0.0.1";
  config.agent_port = config.api_port = 0, config.dashboard_port = taken, config.dashboard_port_given = true;
  auto started = backend_start(&other.loop, other.net, config);
  CHECK(!started.ok());
  CHECK_MESSAGE(started.status.message.find("dashboard-port") != std::string::npos, started.status.message);
  for (int i = 0; i < 50; i++) uv_run(&other.loop, UV_RUN_NOWAIT);
}

TEST_CASE("the journal: changes of state and what was decided about them") {
  Dash d;
  d.base = d.api;
  const auto event = [&](int status) {
    const std::string body =
        R"({"entity":{"entity_class":"proxy","metadata":{"name":"web1","namespace":"default"}},"check":{"metadata":{"name":"disk","namespace":"default"},"interval":60,"handlers":["nowhere"],"status":)" +
        std::to_string(status) + "}}";
    REQUIRE(d.call("POST", DEFAULT "/events", body).code == 201);
  };
  for (int status : {0, 2, 2, 0}) event(status);
  const auto changes = [&](const std::string& query) {
    return json_items(json_at(d.call("GET", "/api/picket/v1/changes" + query).body, {"changes"})).value.size();
  };
  CHECK(changes("") == 2);
  CHECK(changes("?limit=1") == 1);
  CHECK(changes("?namespace=prod") == 0);
  REQUIRE(d.until([&] { return d.call("GET", "/api/picket/v1/changes").body.find("\"told\":\"unknown\"") != std::string::npos; }));
  CHECK(d.call("GET", "/api/picket/v1/changes?limit=0").code == 400);
  CHECK(d.call("GET", "/api/picket/v1/changes?since=x").code == 400);
}
