// tests/common/http/ws_connection_test.cc - WebSocket sessions with peers that are right, wrong, slow, many or gone.
#include "common/wire/ws_frames.h"
#include "common/http/ws_connection.h"
#include "tests/common/socket/net_fixture.h"

using namespace picket;

namespace {

const char kUpgrade[] =
    "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

std::string client_frame(WsOp op, std::string payload, bool fin = true) {
  const uint8_t key[4] = {1, 2, 3, 4};
  std::string head = ws_head(op, payload.size(), true, key);
  if (!fin) head[0] = static_cast<char>(head[0] & 0x7f);
  ws_mask(payload.data(), payload.size(), key);
  return head + payload;
}

// A server whose sessions answer each message with its size and content (up to 20 bytes); "close" closes with 1001 `bye`.
struct EchoServer {
  int open = 0, closed = 0, last_code = -1;
  std::string last_error, last_reason;
  HttpHandler handler() {
    return [this](HttpExchange* x, HttpRequest) {
      http_upgrade(x, {{"X-Server", "echo"}}, 100'000, [this](Ws* ws, const WsEvent& e) {
        if (e.kind == WsEvent::open) open++;
        if (e.kind == WsEvent::message && e.data == "close") return ws_close(ws, 1001, "bye");
        if (e.kind == WsEvent::message) ws_send(ws, std::to_string(e.data.size()) + ":" + std::string(e.data.substr(0, 20)));
        if (e.kind == WsEvent::closed) closed++, last_code = e.code, last_error = e.error, last_reason = e.reason;
      });
    };
  }
};

std::string after_head(const std::string& got) {
  size_t end = got.find("\r\n\r\n");
  return end == std::string::npos ? "no head: " + got : got.substr(end + 4);
}

std::string server_frame(WsOp op, const std::string& payload) { return ws_head(op, payload.size(), false, nullptr) + payload; }

}  // namespace

TEST_CASE("refused handshakes have the reference's words") {
  NetTest t;
  EchoServer echo;
  Listener* l = t.http(echo.handler());
  struct Row { const char *why, *request, *status, *body; };
  const std::string h = "Host: h:1\r\n";
  const char* not_ws = "websocket: the client is not using the websocket protocol: ";
  const Row rows[] = {
      {"no upgrade", "GET / HTTP/1.1\r\nHost: h:1\r\n\r\n", "400 Bad Request", "'upgrade' token not found in 'Connection' header\n"},
      {"upgrade to something else", "GET / HTTP/1.1\r\nHost: h:1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", "400 Bad Request",
       "'websocket' token not found in 'Upgrade' header\n"},
      {"method", "POST / HTTP/1.1\r\nHost: h:1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "405 Method Not Allowed", "request method is not GET\n"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    std::string got = t.raw(listener_port(l), {r.request}, 300);
    CHECK(got.find("HTTP/1.1 " + std::string(r.status) + "\r\n") == 0);
    CHECK(after_head(got) == std::string(r.status + 4) + "\n" + not_ws + r.body);
    CHECK(got.find("Sec-Websocket-Version: 13\r\n") != std::string::npos);
    CHECK(got.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
    CHECK(got.find("Content-Type: text/plain; charset=utf-8\r\n") != std::string::npos);
  }
  std::string base = "GET / HTTP/1.1\r\nHost: h:1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  CHECK(after_head(t.raw(listener_port(l), {base + "Sec-WebSocket-Version: 12\r\n\r\n"}, 300)) ==
        "Bad Request\nwebsocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header\n");
  CHECK(after_head(t.raw(listener_port(l), {base + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\nOrigin: http://evil\r\n\r\n"},
                         300)) == "Forbidden\nwebsocket: request origin not allowed by Upgrader.CheckOrigin\n");
  CHECK(after_head(t.raw(listener_port(l), {base + "Sec-WebSocket-Version: 13\r\n\r\n"}, 300)) ==
        "Bad Request\nwebsocket: not a websocket handshake: 'Sec-WebSocket-Key' header is missing or blank\n");
  CHECK(t.raw(listener_port(l), {base + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\nOrigin: http://H:1\r\n\r\n"}, 300)
            .find("HTTP/1.1 101 ") == 0);
  t.close();
}

TEST_CASE("a foreign client: fragments byte by byte, frames after the handshake, control frames, closes") {
  struct Row { const char* why; std::string frames; std::string answer; int code; };
  const Row rows[] = {
      {"one message", client_frame(WsOp::text, "hello") + client_frame(WsOp::close, ws_close_payload(1000, "x")),
       server_frame(WsOp::binary, "5:hello") + server_frame(WsOp::close, ws_close_payload(1000, "")), 1000},
      {"fragments and a ping",
       client_frame(WsOp::binary, "he", false) + client_frame(WsOp::ping, "p") + client_frame(WsOp::continuation, "llo") +
           client_frame(WsOp::close, ""),
       server_frame(WsOp::pong, "p") + server_frame(WsOp::binary, "5:hello") + server_frame(WsOp::close, ""), 1005},
      {"reserved opcode", client_frame(static_cast<WsOp>(3), "x"), server_frame(WsOp::close, ws_close_payload(1002, "")), 0},
      {"too large", client_frame(WsOp::binary, std::string(100'001, 'x')), server_frame(WsOp::close, ws_close_payload(1009, "")), 0},
      {"not masked", server_frame(WsOp::binary, "x"), server_frame(WsOp::close, ws_close_payload(1002, "")), 0},
      {"the server closes", client_frame(WsOp::binary, "close") + client_frame(WsOp::close, ws_close_payload(1001, "")),
       server_frame(WsOp::close, ws_close_payload(1001, "bye")), 1001},
  };
  for (const Row& r : rows) {
    for (bool bytewise : {false, true}) {
      if (bytewise && r.frames.size() > 1000) continue;
      CAPTURE(std::string(r.why));
      CAPTURE(bytewise);
      NetTest t;
      EchoServer echo;
      Listener* l = t.http(echo.handler());
      std::string all = kUpgrade + r.frames;
      std::vector<std::string> pieces = {all};
      if (bytewise) {
        pieces.clear();
        for (char c : all) pieces.emplace_back(1, c);
      }
      std::string got = t.raw(listener_port(l), pieces);
      CHECK(got.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") != std::string::npos);
      CHECK(got.find("X-Server: echo\r\n") != std::string::npos);
      CHECK(after_head(got) == r.answer);
      CHECK(t.until([&] { return echo.closed == 1; }));
      CHECK(echo.last_code == r.code);
      CHECK(echo.last_error.empty() == (r.code != 0));
    }
  }
}

TEST_CASE("a client that vanishes, and one that does not answer our close") {
  NetTest t;
  EchoServer echo;
  Listener* l = t.http(echo.handler());
  TcpConn* c = tcp_connect(t.net, "127.0.0.1", listener_port(l), 1000, [](TcpConn*, const TcpEvent&) {});
  tcp_send(c, kUpgrade);
  CHECK(t.until([&] { return echo.open == 1; }));
  tcp_abort(c);
  CHECK(t.until([&] { return echo.closed == 1; }));
  CHECK(echo.last_error == "the peer closed the connection without a close frame");

  c = tcp_connect(t.net, "127.0.0.1", listener_port(l), 1000, [](TcpConn*, const TcpEvent&) {});
  tcp_send(c, kUpgrade + client_frame(WsOp::text, "close"));
  int64_t start = os_mono_ms();
  CHECK(t.until([&] { return echo.closed == 2; }));
  CHECK(os_mono_ms() - start > 900);
  CHECK(echo.last_error == "the peer did not respond to the close frame");
  tcp_abort(c);
  t.close();
}

TEST_CASE("what a server can do to our client") {
  struct Row { const char* why; std::string answer; bool close; const char* error; int status; };
  const std::string ok = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";
  const Row rows[] = {
      {"refuses with a body", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 16\r\n\r\nbad credentials\n", false, "handshake failed with status 401: bad credentials", 401},
      {"refuses, no length", "HTTP/1.1 503 x\r\n\r\nlater\n", true, "handshake failed with status 503: later", 503},
      {"refuses with a long body", "HTTP/1.1 500 x\r\n\r\n" + std::string(5000, 'x'), false, "handshake failed with status 500: xxx", 500},
      {"redirects", "HTTP/1.1 302 x\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n", false, "handshake failed with status 302", 302},
      {"200", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, "handshake failed with status 200: hi", 200},
      {"wrong key", ok + "abc=\r\n\r\n", false, "invalid Sec-WebSocket-Accept in the response", 0},
      {"101 without an upgrade", "HTTP/1.1 101 x\r\n\r\n", false, "the response has status 101 but is not a WebSocket upgrade", 0},
      {"nonsense", "SSH-2.0-OpenSSH\r\n", false, "the response is not HTTP", 0},
      {"closes", "", true, "the peer closed the connection during the handshake", 0},
      {"is silent", "", false, "handshake timed out after 300 ms; still waiting for a response to the handshake", 0},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    NetTest t;
    Result<Listener*> l = tcp_listen(t.net, "127.0.0.1", 0, [&](TcpConn*) {
      return [&](TcpConn* c, const TcpEvent& e) {
        if (e.kind == TcpEvent::ended) tcp_close(c);
        if (e.kind != TcpEvent::data) return;
        tcp_send(c, r.answer);
        if (r.close) tcp_close(c);
      };
    });
    REQUIRE(l.ok());
    WsConnect c;
    c.url = t.url(l.value, "ws");
    c.handshake_timeout_ms = 300;
    bool closed = false;
    std::string error, body;
    int status = 0;
    ws_connect(t.net, c, [&](Ws*, const WsEvent& e) {
      CHECK(e.kind == WsEvent::closed);
      closed = true, error = e.error, status = e.http_status, body = e.http_body;
    });
    CHECK(t.until([&] { return closed; }));
    CHECK(error.find(r.error) == 0);
    CHECK(status == r.status);
    CHECK(body.size() <= 1024);
  }
}

TEST_CASE("a URL that cannot be connected to") {
  NetTest t;
  struct Row { const char *url, *error; };
  for (const Row& r : {Row{"http://h/", "expected a backend URL with ws:// or wss://"}, Row{"nonsense", "is not a URL"},
                       Row{"ws://127.0.0.1:1", "Connection refused"}, Row{"ws://no-such-host.invalid", "could not be resolved"}}) {
    std::string error;
    bool closed = false;
    WsConnect c;
    c.url = r.url;
    ws_connect(t.net, c, [&](Ws*, const WsEvent& e) { closed = true, error = e.error; });
    CHECK_FALSE(closed);  // never from inside the call
    CHECK(t.until([&] { return closed; }));
    CHECK(error.find(r.error) != std::string::npos);
  }
  t.close();
}

TEST_CASE("messages of every size come through whole and in order, with their tags") {
  NetTest t;
  Listener* l = t.http([](HttpExchange* x, HttpRequest) {
    http_upgrade(x, {}, 20'000'000, [](Ws* ws, const WsEvent& e) {
      if (e.kind == WsEvent::message) ws_send(ws, std::string(e.data));
    });
  });
  std::vector<size_t> sizes = {0, 1, 125, 126, 65535, 65536, 1'000'000, 10'000'000};
  size_t next = 0;
  uint64_t tag = 0;
  bool right = true;
  WsConnect c;
  c.url = t.url(l, "ws");
  c.message_max = 20'000'000;
  Ws* client = ws_connect(t.net, c, [&](Ws* ws, const WsEvent& e) {
    if (e.kind == WsEvent::open)
      for (size_t i = 0; i < sizes.size(); i++) ws_send(ws, std::string(sizes[i], static_cast<char>('a' + i)), i + 1);
    if (e.kind == WsEvent::drained) tag = e.tag;
    if (e.kind == WsEvent::message) {
      right = right && e.data == std::string(sizes[next], static_cast<char>('a' + next));
      next++;
    }
  });
  CHECK(t.until([&] { return next == sizes.size(); }, 20'000));
  CHECK(right);
  CHECK(tag == sizes.size());
  CHECK(ws_queued(client) == 0);
  t.close();
}

TEST_CASE("back-pressure: a peer that stops reading fills the sender's queue, and nothing is lost") {
  NetTest t;
  Ws* server = nullptr;
  int received = 0;
  Listener* l = t.http([&](HttpExchange* x, HttpRequest) {
    server = http_upgrade(x, {}, 1'000'000, [&](Ws* ws, const WsEvent& e) {
      if (e.kind == WsEvent::message) {
        received++;
        if (received == 10) ws_read(ws, false);  // in the middle of a batch
      }
    });
  });
  WsConnect c;
  c.url = t.url(l, "ws");
  Ws* client = ws_connect(t.net, c, [&](Ws* ws, const WsEvent& e) {
    if (e.kind == WsEvent::open)
      for (int i = 0; i < 300; i++) ws_send(ws, std::string(100'000, 'x'));
  });
  CHECK(t.until([&] { return received == 10; }));
  t.until([] { return false; }, 200);
  CHECK(received == 10);
  CHECK(ws_queued(client) > 1'000'000);
  ws_read(server, true);
  CHECK(t.until([&] { return received == 300; }));
  t.close();
}

TEST_CASE("a connection that is read one message a turn while the peer floods does not grow: what has come is read before more is taken") {
  constexpr int kMessages = 20'000;
  constexpr size_t kOneRead = 64 * 1024;
  NetTest t;
  struct Reader {
    Ws* ws = nullptr;
    int received = 0;
    size_t unread_max = 0;
    bool in_order = true;
  } reader;
  Listener* l = t.http([&](HttpExchange* x, HttpRequest) {
    reader.ws = http_upgrade(x, {}, 1'000'000, [&](Ws* ws, const WsEvent& e) {
      if (e.kind == WsEvent::closed) reader.ws = nullptr;
      if (e.kind != WsEvent::message) return;
      reader.in_order = reader.in_order && e.data == std::to_string(reader.received) + std::string(40, '.');
      reader.received++;
      ws_read(ws, false);  // its turn is over
    });
  });
  uv_prepare_t turn;
  uv_prepare_init(&t.loop, &turn);
  turn.data = &reader;
  uv_prepare_start(&turn, [](uv_prepare_t* h) {
    auto* r = static_cast<Reader*>(h->data);
    if (!r->ws) return;
    r->unread_max = std::max(r->unread_max, ws_unread(r->ws));
    ws_read(r->ws, true);
  });
  uv_idle_t busy;
  uv_idle_init(&t.loop, &busy);
  uv_idle_start(&busy, [](uv_idle_t*) {});
  WsConnect c;
  c.url = t.url(l, "ws");
  ws_connect(t.net, c, [&](Ws* ws, const WsEvent& e) {
    if (e.kind != WsEvent::open) return;
    for (int i = 0; i < kMessages; i++) ws_send(ws, std::to_string(i) + std::string(40, '.'));
  });
  CHECK(t.until([&] { return reader.received == kMessages; }, 60'000));
  CHECK(reader.in_order);
  CHECK(reader.unread_max > 0);
  CHECK(reader.unread_max <= kOneRead);
  uv_close(reinterpret_cast<uv_handle_t*>(&turn), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&busy), nullptr);
  t.close();
}

TEST_CASE("a thousand sessions, all used, all closed when the network closes") {
  EchoServer echo;
  int open = 0, answers = 0, closed = 0;
  {
    NetTest t;
    Listener* l = t.http(echo.handler());
    WsConnect c;
    c.url = t.url(l, "ws");
    for (int i = 0; i < 1000; i++)
      ws_connect(t.net, c, [&](Ws* ws, const WsEvent& e) {
        if (e.kind == WsEvent::open) open++, ws_send(ws, "x");
        if (e.kind == WsEvent::message) answers++;
        if (e.kind == WsEvent::closed) closed++;
      });
    CHECK(t.until([&] { return answers == 1000; }, 120'000));
    CHECK(open == 1000);
  }
  CHECK(closed == 1000);
  CHECK(echo.closed == 1000);
}

TEST_CASE("what we end ourselves is not said to be the peer's doing") {
  NetTest t;
  EchoServer echo;
  Listener* l = t.http(echo.handler());
  for (bool early : {true, false}) {
    std::string error;
    bool closed = false;
    WsConnect c;
    c.url = t.url(l, "ws");
    Ws* client = ws_connect(t.net, c, [&](Ws* ws, const WsEvent& e) {
      if (e.kind == WsEvent::open) ws_abort(ws);
      if (e.kind == WsEvent::closed) closed = true, error = e.error;
    });
    if (early) ws_close(client, 1000, "");
    CHECK(t.until([&] { return closed; }));
    CHECK(error == (early ? "cancelled before the connection was open" : "closed locally"));
  }
  t.close();
}

TEST_CASE("calls on a session that has ended are harmless, also from inside its events") {
  NetTest t;
  EchoServer echo;
  Listener* l = t.http(echo.handler());
  WsConnect c;
  c.url = t.url(l, "ws");
  bool closed = false;
  ws_connect(t.net, c, [&](Ws* ws, const WsEvent& e) {
    ws_send(ws, "x");
    ws_ping(ws);
    if (e.kind == WsEvent::open) {
      ws_close(ws, 1000, "");
      ws_close(ws, 1001, "");
      ws_abort(ws);
      ws_abort(ws);
      ws_read(ws, false);
      ws_read(ws, true);
    }
    CHECK(ws_queued(ws) < 100);
    (void)ws_peer(ws);
    if (e.kind == WsEvent::closed) closed = true;
  });
  CHECK(t.until([&] { return closed; }));
  t.close();
}
