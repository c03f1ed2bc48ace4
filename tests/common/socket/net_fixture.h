// tests/common/socket/net_fixture.h - one loop and one network per test; runs the loop until something is true, and at the end
// until nothing is left.
#pragma once
#include <doctest/doctest.h>
#include <uv.h>

#include <functional>
#include <utility>

#include "common/socket/net.h"
#include "common/os/os.h"

struct NetTest {
  uv_loop_t loop;
  picket::Net* net = nullptr;
  NetTest() {
    uv_loop_init(&loop);
    net = picket::net_open(&loop, {});
    REQUIRE(net);
  }
  ~NetTest() { close(); }
  // The last line of a test: what is still open ends while the variables its callbacks write to are there.
  void close() {
    if (!net) return;
    bool closed = false;
    picket::net_close(std::exchange(net, nullptr), [&] { closed = true; });
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(closed);
    CHECK(uv_loop_close(&loop) == 0);
  }
  bool until(const std::function<bool()>& done, int64_t max_ms = 10'000) {
    uv_timer_t tick;
    uv_timer_init(&loop, &tick);
    uv_timer_start(
        &tick, [](uv_timer_t*) {}, 10, 10);
    int64_t end = picket::os_mono_ms() + max_ms;
    while (!done() && picket::os_mono_ms() < end) uv_run(&loop, UV_RUN_ONCE);
    uv_close(reinterpret_cast<uv_handle_t*>(&tick), nullptr);
    uv_run(&loop, UV_RUN_NOWAIT);
    return done();
  }
  picket::Listener* http(picket::HttpHandler handler, picket::ListenOptions options = {}) {
    if (options.host.empty()) options.host = "127.0.0.1";
    picket::Result<picket::Listener*> listener = picket::http_listen(net, options, std::move(handler));
    REQUIRE_MESSAGE(listener.ok(), listener.status.message);
    return listener.value;
  }
  std::string url(picket::Listener* l, const char* scheme = "http", const char* path = "/") {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(picket::listener_port(l)) + path;
  }
  picket::HttpClientResponse get(picket::HttpClientRequest request) {
    picket::HttpClientResponse response;
    bool done = false;
    picket::http_call(net, std::move(request), [&](picket::HttpClientResponse r) {
      response = std::move(r);
      done = true;
    });
    CHECK(until([&] { return done; }, 20'000));
    return response;
  }
  // Bytes as they are, to and from a server: what it sent until it closed (or `max_ms` passed).
  std::string raw(int port, std::vector<std::string> pieces, int64_t max_ms = 3000) {
    std::string got;
    bool closed = false;
    picket::TcpConn* conn = picket::tcp_connect(net, "127.0.0.1", port, 1000, [&](picket::TcpConn* c, const picket::TcpEvent& e) {
      if (e.kind == picket::TcpEvent::data) got.append(e.bytes);
      if (e.kind == picket::TcpEvent::ended) picket::tcp_close(c);
      if (e.kind == picket::TcpEvent::closed) closed = true;
    });
    for (std::string& p : pieces) {
      if (closed) break;  // and `conn` is gone
      picket::tcp_send(conn, p);
      for (int i = 0; i < 4 && pieces.size() > 1; i++) uv_run(&loop, UV_RUN_NOWAIT);
    }
    until([&] { return closed; }, max_ms);
    if (!closed) {
      picket::tcp_abort(conn);
      until([&] { return closed; });
    }
    return got;
  }
};
