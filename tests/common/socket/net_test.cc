// tests/common/socket/net_test.cc - client and server of ours, over loopback.
#include "tests/common/socket/net_fixture.h"

using namespace picket;

TEST_CASE("nothing at all: opens and closes") { NetTest t; }

TEST_CASE("a request and its answer") {
  NetTest t;
  Listener* l = t.http([](HttpExchange* x, HttpRequest r) {
    CHECK(r.method == "PUT");
    CHECK(r.target == "/a%2Fb?x=1");
    CHECK(r.path == "/a%2Fb");
    CHECK(r.query == "x=1");
    CHECK(r.peer_is_loopback);
    CHECK(header_get(r.headers, "x-test") == "yes");
    http_respond(x, {201, {{"X-Answer", "42"}}, "got " + r.body});
  });
  HttpClientRequest q;
  q.method = "PUT";
  q.url = t.url(l, "http", "/a%2Fb?x=1");
  q.headers = {{"X-Test", "yes"}};
  q.body = "body";
  HttpClientResponse r = t.get(q);
  CHECK(r.status.message == "");
  CHECK(r.code == 201);
  CHECK(r.body == "got body");
  CHECK(header_get(r.headers, "x-answer") == "42");
  t.close();
}

TEST_CASE("a websocket: upgrade later, messages both ways, orderly close") {
  NetTest t;
  Ws* server = nullptr;
  std::vector<std::string> at_server, at_client;
  int server_code = -1, client_code = -1, pongs = 0;
  HttpExchange* waiting = nullptr;
  Listener* l = t.http([&](HttpExchange* x, HttpRequest r) {
    CHECK(r.upgrade);
    CHECK(header_get(r.headers, "sensu-agentname") == "a1");
    waiting = x;
  });
  WsConnect c;
  c.url = t.url(l, "ws");
  c.headers = {{"Sensu-AgentName", "a1"}};
  std::string accept, client_error;
  Ws* client = ws_connect(t.net, c, [&](Ws* ws, const WsEvent& e) {
    if (e.kind == WsEvent::open) {
      accept = header_get(*e.headers, "X-Extra");
      ws_send(ws, "hello", 7);
      ws_ping(ws, "p");
    }
    if (e.kind == WsEvent::message) at_client.emplace_back(e.data);
    if (e.kind == WsEvent::pong) pongs++;
    if (e.kind == WsEvent::closed) client_code = e.code, client_error = e.error;
  });
  (void)client;
  REQUIRE(t.until([&] { return waiting != nullptr; }));
  t.until([] { return false; }, 30);  // the decision takes a while
  server = http_upgrade(waiting, {{"X-Extra", "1"}}, 1 << 20, [&](Ws* ws, const WsEvent& e) {
    if (e.kind == WsEvent::message) {
      at_server.emplace_back(e.data);
      ws_send(ws, "answer to " + std::string(e.data));
    }
    if (e.kind == WsEvent::closed) server_code = e.code;
  });
  REQUIRE(server);
  REQUIRE(t.until([&] { return !at_client.empty() && pongs == 1; }));
  CHECK(accept == "1");
  CHECK(at_server == std::vector<std::string>{"hello"});
  CHECK(at_client == std::vector<std::string>{"answer to hello"});
  ws_close(server, 1001, "bye");
  CHECK(t.until([&] { return server_code >= 0 && client_code >= 0; }));
  CHECK(client_code == 1001);
  CHECK(server_code == 1001);
  CHECK(client_error == "");
  t.close();
}

TEST_CASE("plain tcp and udp") {
  NetTest t;
  std::string got, from, answer;
  bool ended = false, closed = false;
  Result<Listener*> l = tcp_listen(t.net, "127.0.0.1", 0, [&](TcpConn*) {
    return [&](TcpConn* c, const TcpEvent& e) {
      if (e.kind == TcpEvent::data) got.append(e.bytes);
      if (e.kind == TcpEvent::ended) {
        tcp_send(c, "bye");
        tcp_close(c);
      }
    };
  });
  REQUIRE(l.ok());
  TcpConn* c = tcp_connect(t.net, "localhost", listener_port(l.value), 1000, [&](TcpConn* conn, const TcpEvent& e) {
    if (e.kind == TcpEvent::data) answer.append(e.bytes);
    if (e.kind == TcpEvent::ended) ended = true, tcp_close(conn);
    if (e.kind == TcpEvent::closed) closed = true;
  });
  tcp_send(c, "early");
  CHECK(t.until([&] { return got == "early"; }));
  tcp_close(c);
  CHECK(t.until([&] { return closed; }));
  (void)ended;

  Result<UdpSocket*> u = udp_listen(t.net, "127.0.0.1", 0, [&](std::string_view d, const std::string& ip) {
    got = d;
    from = ip;
  });
  REQUIRE(u.ok());
  Status sent = fail(Err::internal, "not called");
  udp_send(t.net, "localhost", udp_port(u.value), "datagram", [&](Status s) { sent = s; });
  CHECK(t.until([&] { return got == "datagram"; }));
  CHECK(sent.message == "");
  CHECK(from == "127.0.0.1");
  t.close();
}
