// tests/common/http/http_peer_test.cc - a server asked over connections that stay, and servers that do not keep their word.
#include <memory>

#include "common/http/http_peer.h"
#include "tests/common/socket/net_fixture.h"

using namespace picket;

namespace {

struct Peer {
  NetTest& t;
  HttpPeer* peer = nullptr;
  std::vector<HttpPeerAnswer> answers;
  Peer(NetTest& test, int port, HttpPeerOptions options = {}) : t(test) {
    options.url = "http://127.0.0.1:" + std::to_string(port);
    Result<HttpPeer*> opened = http_peer_open(t.net, options);
    REQUIRE(opened.ok());
    peer = opened.value;
  }
  void ask(const std::string& body, int64_t timeout_ms = 5000) {
    HttpPeerRequest r;
    r.path = "/v3";
    r.body = body;
    r.timeout_ms = timeout_ms;
    r.body_max = 1000;
    http_peer_call(peer, r, [this](HttpPeerAnswer a) { answers.push_back(std::move(a)); });
  }
  bool answered(size_t count) {
    return t.until([&] { return answers.size() >= count; });
  }
  void close() {
    bool closed = false;
    http_peer_close(peer, [&] { closed = true; });
    CHECK(t.until([&] { return closed; }));
  }
};

// Answers every request with the same bytes.
Listener* says(NetTest& t, const std::string& bytes, int* connections, bool then_close = false) {
  Result<Listener*> l = tcp_listen(t.net, "127.0.0.1", 0, [=](TcpConn*) -> TcpHandler {
    if (connections) ++*connections;
    return [=](TcpConn* c, const TcpEvent& e) {
      if (e.kind == TcpEvent::ended) return tcp_close(c);
      if (e.kind != TcpEvent::data) return;
      tcp_send(c, bytes);
      if (then_close) tcp_close(c);
    };
  });
  REQUIRE(l.ok());
  return l.value;
}

}  // namespace

TEST_CASE("requests one after the other use one connection") {
  NetTest t;
  int connections = 0;
  Listener* l = says(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", &connections);
  Peer p(t, listener_port(l));
  for (size_t i = 1; i <= 5; i++) {
    p.ask("x");
    REQUIRE(p.answered(i));
    CHECK(p.answers.back().body == "ok");
  }
  CHECK(connections == 1);
  CHECK(http_peer_connections(p.peer) == 1);
  p.close();
  t.close();
}

TEST_CASE("more requests than connections wait for their turn, and more than may wait are refused") {
  NetTest t;
  std::vector<HttpExchange*> held;
  Listener* l = t.http([&](HttpExchange* x, HttpRequest r) {
    if (r.body == "later") held.push_back(x);
    else http_respond(x, {200, {}, r.body});
  });
  HttpPeerOptions o;
  o.connections_max = 2;
  o.waiting_max = 2;
  Peer p(t, listener_port(l), o);
  p.ask("later");
  p.ask("later");
  CHECK(t.until([&] { return held.size() == 2; }));
  p.ask("a");
  p.ask("b");
  p.ask("c");
  REQUIRE(p.answered(1));
  CHECK(p.answers[0].status.code == Err::unavailable);
  CHECK(p.answers[0].status.message.find("2 requests wait already") != std::string::npos);
  for (HttpExchange* x : held) http_respond(x, {500, {}, "now"});
  REQUIRE(p.answered(5));
  CHECK(p.answers[1].code == 500);
  CHECK(http_peer_connections(p.peer) == 2);
  p.close();
  t.close();
}

TEST_CASE("a server that does not keep its word") {
  struct Row { const char* why; std::string bytes; bool then_close; const char* error; const char* body; };
  const Row rows[] = {
      {"closes without a word", "", true, "closed before a response", ""},
      {"nonsense", "nonsense\r\n\r\n", false, "invalid response", ""},
      {"closes in the middle", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", true, "closed before a response", ""},
      {"more than it said", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad", false, "", "ok"},
      {"too much", "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'x'), false, "response too large", ""},
      {"an upgrade nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", false, "status 101", ""},
      {"a body that ends with the connection", "HTTP/1.1 200 OK\r\n\r\nrest", true, "", "rest"},
      {"no more requests, please", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", false, "", "ok"},
      {"continues first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, "", "ok"},
      {"chunks and a trailer", "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nGrpc: x\r\n\r\n", false, "", "ok"},
      {"silence", "", false, "no response within 200 ms", ""},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    NetTest t;
    int connections = 0;
    Listener* l = says(t, r.bytes, &connections, r.then_close);
    Peer p(t, listener_port(l));
    for (size_t i = 1; i <= 2; i++) {  // the second request finds no trace of the first
      p.ask("x", 200);
      REQUIRE(p.answered(i));
      const HttpPeerAnswer& a = p.answers.back();
      CHECK(a.status.ok() == (*r.error == 0));
      CAPTURE(a.status.message);
      CHECK(a.status.message.find(r.error) != std::string::npos);
      CHECK(a.body == r.body);
      if (!a.status.ok()) CHECK(a.sent);
    }
    p.close();
    t.close();
  }
}

TEST_CASE("what certainly was not sent is said") {
  NetTest t;
  Listener* l = says(t, "", nullptr);
  const int port = listener_port(l);
  listener_close(l);
  Peer p(t, port);
  p.ask("x");
  REQUIRE(p.answered(1));
  CHECK(p.answers[0].status.code == Err::unavailable);
  CHECK_FALSE(p.answers[0].sent);
  p.close();
  t.close();
}

TEST_CASE("a connection that nobody needs is closed, and one the server closed is not used") {
  NetTest t;
  int connections = 0;
  Listener* l = says(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", &connections);
  HttpPeerOptions o;
  o.idle_ms = 50;
  Peer p(t, listener_port(l), o);
  p.ask("x");
  REQUIRE(p.answered(1));
  CHECK(t.until([&] { return http_peer_connections(p.peer) == 0; }));
  p.ask("x");
  REQUIRE(p.answered(2));
  CHECK(p.answers[1].body == "ok");
  CHECK(connections == 2);
  p.ask("x");
  p.close();  // the third is answered all the same
  REQUIRE(p.answered(3));
  CHECK(p.answers[2].status.code == Err::unavailable);
  t.close();
}
