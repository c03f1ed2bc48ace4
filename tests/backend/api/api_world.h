// tests/backend/api/api_world.h - the API over a real listener, a real store and the whole backend, in this process.
#pragma once
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include "backend/api/api.h"
#include "backend/auth/auth.h"
#include "backend/shared/backend.h"
#include "common/tls/crypto.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "tests/support/temp_dir.h"

namespace picket {

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

  std::function<void(BackendConfig&)> configure;

  explicit World(std::function<void(BackendConfig&)> with = {}) : configure(std::move(with)) {
    log_set_sink([](std::string_view) {});
    dir = temp_dir("api");
    uv_loop_init(&loop);
    net = net_open(&loop, {});
    start();
  }
  ~World() {
    if (backend) stop();
    net_close(net, [] {});
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    std::filesystem::remove_all(dir);
    log_set_sink({});
  }
  void start(int64_t wait_ms = 0) {
    BackendConfig config;
    config.api_serve_wait_ms = wait_ms;
    config.state_dir = dir + "/state";
    config.name = "here";
    config.agent_host = config.api_host = "127.0.0.1";
    config.agent_port = config.api_port = 0;
    if (configure) configure(config);
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
    http_call(net, std::move(request), [done](HttpClientResponse r) { done({r.status.ok() ? r.code : -1, r.headers, r.body}); });
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
    Answer a = basic("/auth", base64_encode(user + ":" + password));
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

inline std::string check_json(const std::string& name, const std::string& more = "") {
  return R"({"metadata":{"name":")" + name + R"(","namespace":"default"},"command":"true","interval":60)" + more + "}";
}

}  // namespace picket
