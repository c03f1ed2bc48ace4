// tests/common/http/http_unix_test.cc - what of HTTP needs a Unix: its sockets, and an environment that is changed at run time.
#include <cstdlib>

#include "tests/common/socket/net_fixture.h"

using namespace picket;

TEST_CASE("a unix socket") {
  NetTest t;
  ListenOptions o;
  o.unix_path = "/tmp/picket-net-test.sock";
  std::string peer;
  Result<Listener*> l = http_listen(t.net, o, [&](HttpExchange* x, HttpRequest r) {
    peer = r.peer;
    CHECK(r.peer_is_loopback);
    http_respond(x, {});
  });
  REQUIRE(l.ok());
  uv_pipe_t pipe;
  uv_connect_t connect;
  uv_pipe_init(&t.loop, &pipe, 0);
  uv_pipe_connect(&connect, &pipe, o.unix_path.c_str(), [](uv_connect_t* c, int status) {
    CHECK(status == 0);
    static uv_write_t write;
    static char text[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    uv_buf_t buffer = uv_buf_init(text, sizeof text - 1);
    uv_write(&write, c->handle, &buffer, 1, nullptr);
  });
  CHECK(t.until([&] { return peer == "@"; }));
  uv_close(reinterpret_cast<uv_handle_t*>(&pipe), nullptr);
  CHECK_FALSE(http_listen(t.net, o, [](HttpExchange*, HttpRequest) {}).ok());  // somebody listens there
  t.close();
}

TEST_CASE("proxies: absolute form for http, CONNECT for the rest") {
  NetTest t;
  std::string asked;
  Result<Listener*> proxy = tcp_listen(t.net, "127.0.0.1", 0, [&](TcpConn*) {
    return [&](TcpConn* c, const TcpEvent& e) {
      if (e.kind != TcpEvent::data) return;
      asked.append(e.bytes);
      if (asked.find("\r\n\r\n") == std::string::npos) return;
      if (asked.compare(0, 7, "CONNECT") == 0) tcp_send(c, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
      else tcp_send(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    };
  });
  REQUIRE(proxy.ok());
  std::string address = "http://u:p@127.0.0.1:" + std::to_string(listener_port(proxy.value));
  setenv("http_proxy", address.c_str(), 1);
  setenv("https_proxy", address.c_str(), 1);
  HttpClientRequest q;
  q.url = "http://some.example/path?x";
  CHECK(t.get(q).body == "ok");
  CHECK(asked.find("GET http://some.example/path?x HTTP/1.1\r\n") == 0);
  CHECK(asked.find("Proxy-Authorization: Basic dTpw\r\n") != std::string::npos);
  asked.clear();
  q.url = "https://some.example/";
  HttpClientResponse r = t.get(q);
  CHECK(asked.find("CONNECT some.example:443 HTTP/1.1\r\n") == 0);
  CHECK(r.status.message.find("refused CONNECT some.example:443: HTTP/1.1 403 Forbidden") != std::string::npos);
  CHECK(r.status.message.find("p@") == std::string::npos);  // the proxy's password is not shown
  unsetenv("http_proxy");
  unsetenv("https_proxy");
  t.close();
}

#if defined(__SANITIZE_ADDRESS__)
#define PICKET_MEMORY_IS_KEPT 1  // the sanitizer holds back what was freed
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PICKET_MEMORY_IS_KEPT 1
#endif
#endif

TEST_CASE("three thousand connections of nonsense leak neither memory nor files") {
  NetTest t;
  ListenOptions o;
  o.request_timeout_ms = 2000;
  Listener* l = t.http([](HttpExchange* x, HttpRequest) { http_upgrade(x, {}, 1000, [](Ws*, const WsEvent&) {}); }, o);
  const std::string upgrade =
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n";
  const std::string nonsense[] = {std::string(3000, '\xff'),
                                  "GET / HTTP/1.1\r\nX: " + std::string(70'000, 'x'),
                                  upgrade + std::string(100, '\xff'),
                                  upgrade + "\x82\xfe\xff\xff",
                                  "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc",
                                  upgrade,
                                  ""};
  int closed = 0, started = 0;
  int64_t warm = 0;
  auto open_files = [] { return os_list_dir("/proc/self/fd").value.size(); };
  size_t files = open_files();
  while (closed < 3000) {
    while (started < 3000 && started - closed < 50) {
      TcpConn* c = tcp_connect(t.net, "127.0.0.1", listener_port(l), 1000,
                               [&](TcpConn*, const TcpEvent& e) { closed += e.kind == TcpEvent::closed; });
      tcp_send(c, nonsense[started++ % 7]);
      tcp_close(c);
    }
    uv_run(&t.loop, UV_RUN_ONCE);
    if (closed >= 1000 && warm == 0) warm = os_resident_kb();
  }
  CHECK(t.until([&] { return open_files() <= files + 1; }));
#ifndef PICKET_MEMORY_IS_KEPT
  CHECK(os_resident_kb() - warm < 1500);
#endif
  t.close();
}
