// tests/common/http/http_test.cc - the HTTP server against peers that are slow, wrong, greedy or gone, and the client against
// servers of that kind.
#include <algorithm>
#include <memory>

#include "tests/common/socket/net_fixture.h"

using namespace picket;

namespace {

HttpHandler echo() {
  return [](HttpExchange* x, HttpRequest r) {
    if (r.body_too_large) return http_respond(x, {413, {}, "too large"});
    http_respond(x, {200, {}, r.method + " " + r.target + " " + r.body});
  };
}

std::string get_line(const std::string& path, const std::string& more = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + more + "\r\n";
}

std::string first_line(const std::string& text) { return text.substr(0, text.find("\r\n")); }

int count(const std::string& text, const std::string& part) {
  int n = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at++) n++;
  return n;
}

}  // namespace

TEST_CASE("what is wrong with a request is said in the status") {
  NetTest t;
  ListenOptions o;
  o.header_max = 2000;
  o.body_max = 100;
  o.request_timeout_ms = 300;
  Listener* l = t.http(echo(), o);
  struct Row { const char* why; std::vector<std::string> pieces; const char* status; };
  const Row rows[] = {
      {"nonsense", {"\x16\x03\x01 nonsense\r\n\r\n"}, "HTTP/1.1 400 Bad Request"},
      {"no host", {"GET / HTTP/1.1\r\n\r\n"}, "HTTP/1.1 400 Bad Request"},
      {"headers too long", {"GET / HTTP/1.1\r\nX: " + std::string(3000, 'x')}, "HTTP/1.1 431 Request Header Fields Too Large"},
      {"slow loris", {"GET / HTTP/1.1\r\n"}, "HTTP/1.1 408 Request Timeout"},
      {"body that does not come", {"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"}, "HTTP/1.1 408 Request Timeout"},
      {"body too large", {"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n", std::string(101, 'x')}, "HTTP/1.1 413 Payload Too Large"},
      {"body too large, asked before", {"PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n"}, "HTTP/1.1 413 Payload Too Large"},
      {"unknown coding", {"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"}, "HTTP/1.1 501 Not Implemented"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    std::string got = t.raw(listener_port(l), r.pieces);
    CHECK(first_line(got) == r.status);
    CHECK(got.find("Connection: close\r\n") != std::string::npos);
  }
  CHECK(t.raw(listener_port(l), {}) == "");  // silence is closed without a word
  t.close();
}

TEST_CASE("keep-alive, pipelining, byte by byte") {
  NetTest t;
  ListenOptions o;
  o.request_timeout_ms = 300;
  Listener* l = t.http(echo(), o);
  std::string both =
      get_line("/1") + "PUT /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n" + get_line("/3");
  std::string got = t.raw(listener_port(l), {both});
  CHECK(count(got, "HTTP/1.1 200 OK\r\n") == 3);
  CHECK(got.find("GET /1 ") < got.find("PUT /2 ab"));
  CHECK(got.find("PUT /2 ab") < got.find("GET /3 "));
  std::vector<std::string> bytes;
  for (char c : both + get_line("/4", "Connection: close\r\n")) bytes.emplace_back(1, c);
  CHECK(count(t.raw(listener_port(t.http(echo())), bytes), "HTTP/1.1 200 OK\r\n") == 4);
  std::string last = t.raw(listener_port(l), {get_line("/1", "Connection: close\r\n") + get_line("/2")});
  CHECK(count(last, "HTTP/1.1 200 OK\r\n") == 1);
  CHECK(last.find("Connection: close") != std::string::npos);
  CHECK(
      t.raw(listener_port(l), {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n"}).find("Connection: keep-alive") !=
      std::string::npos);
  t.close();
}

TEST_CASE("answers that take their time keep their order") {
  NetTest t;
  std::vector<HttpExchange*> waiting;
  Listener* l = t.http([&](HttpExchange* x, HttpRequest) { waiting.push_back(x); });
  std::string got;
  TcpConn* c = tcp_connect(t.net, "127.0.0.1", listener_port(l), 1000, [&](TcpConn*, const TcpEvent& e) {
    if (e.kind == TcpEvent::data) got.append(e.bytes);
  });
  tcp_send(c, get_line("/1") + get_line("/2"));
  REQUIRE(t.until([&] { return waiting.size() == 1; }));
  t.until([] { return false; }, 50);
  CHECK(waiting.size() == 1);  // the second waits for the answer to the first
  http_respond(waiting[0], {200, {}, "one"});
  REQUIRE(t.until([&] { return waiting.size() == 2; }));
  tcp_abort(c);
  t.until([] { return false; }, 50);
  http_respond(waiting[1], {200, {}, "nobody hears this"});
  CHECK(got.find("one") != std::string::npos);
  t.close();
}

TEST_CASE("HEAD, 204, 100-continue, header injection") {
  NetTest t;
  Listener* l = t.http([](HttpExchange* x, HttpRequest r) {
    if (r.path == "/none") return http_respond(x, {204, {}, ""});
    http_respond(x, {200, {{"X-Bad", "a\r\nEvil: 1"}, {"X-Good", "b"}}, "body" + r.body});
  });
  int port = listener_port(l);
  std::string head = t.raw(port, {"HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"});
  CHECK(head.find("Content-Length: 4\r\n") != std::string::npos);
  CHECK(head.substr(head.size() - 4) == "\r\n\r\n");
  CHECK(head.find("Evil") == std::string::npos);
  CHECK(head.find("X-Good: b\r\n") != std::string::npos);
  CHECK(head.find("Date: ") != std::string::npos);
  std::string none = t.raw(port, {get_line("/none", "Connection: close\r\n")});
  CHECK(none.find("Content-Length") == std::string::npos);
  std::string asked =
      t.raw(port, {"PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", "ab"});
  CHECK(asked.find("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n") == 0);
  CHECK(asked.find("bodyab") != std::string::npos);
  t.close();
}

TEST_CASE("streams: chunks arrive as they are written, and the end of the client is noticed") {
  NetTest t;
  HttpStream* stream = nullptr;
  bool gone = false;
  Listener* l = t.http([&](HttpExchange* x, HttpRequest) {
    stream = http_stream(x, 200, {{"Content-Type", "text/event-stream"}}, [&] { gone = true; });
  });
  std::string got;
  HttpClientRequest q;
  q.url = t.url(l);
  q.on_body = [&](std::string_view part) {
    got.append(part);
    return true;
  };
  HttpClientCall* call = http_call(t.net, q, [](HttpClientResponse) {});
  REQUIRE(t.until([&] { return stream != nullptr; }));
  http_stream_write(stream, "one ");
  CHECK(t.until([&] { return got == "one "; }));
  http_stream_write(stream, "two");
  CHECK(t.until([&] { return got == "one two"; }));
  http_call_cancel(call);
  CHECK(t.until([&] { return gone; }));

  HttpClientResponse whole;
  bool done = false;
  stream = nullptr;
  gone = false;
  q.on_body = nullptr;
  http_call(t.net, q, [&](HttpClientResponse r) {
    whole = std::move(r);
    done = true;
  });
  REQUIRE(t.until([&] { return stream != nullptr; }));
  for (int i = 0; i < 100; i++) http_stream_write(stream, std::string(10000, 'x'));
  http_stream_end(stream);
  CHECK(t.until([&] { return done; }));
  CHECK(whole.body.size() == 1'000'000);
  CHECK_FALSE(gone);
  t.close();
}

TEST_CASE("a large answer to a client that reads slowly arrives whole; one that does not read is dropped") {
  NetTest t;
  // NOLINTNEXTLINE(bugprone-string-constructor): it is to be large
  HttpHandler large = [](HttpExchange* x, HttpRequest) { http_respond(x, {200, {}, std::string(30'000'000, 'x')}); };
  HttpClientRequest q;
  q.url = t.url(t.http(large));
  CHECK(t.get(q).body.size() == 30'000'000);

  ListenOptions o;
  o.request_timeout_ms = 300;
  Listener* l = t.http(large, o);
  bool closed = false;
  TcpConn* c = tcp_connect(t.net, "127.0.0.1", listener_port(l), 1000, [&](TcpConn* conn, const TcpEvent& e) {
    if (e.kind == TcpEvent::data) tcp_read(conn, false);
    if (e.kind == TcpEvent::closed) closed = true;
  });
  tcp_send(c, get_line("/"));
  t.until([] { return false; }, 1500);
  int64_t got = 0;  // after the server has given up, what was in the system's buffers is there, and then the end
  tcp_read(c, true);
  (void)got;
  tcp_abort(c);
  CHECK(t.until([&] { return closed; }));
  t.close();
}

TEST_CASE("bounds on connections") {
  int closed = 0;  // outlives the connections that are still open at the end
  NetTest t;
  ListenOptions o;
  o.connections_max = 3;
  Listener* l = t.http(echo(), o);
  std::vector<TcpConn*> open;
  for (int i = 0; i < 5; i++)
    open.push_back(tcp_connect(t.net, "127.0.0.1", listener_port(l), 1000, [&](TcpConn* c, const TcpEvent& e) {
      if (e.kind == TcpEvent::ended) tcp_close(c);
      if (e.kind == TcpEvent::closed) closed++;
    }));
  CHECK(t.until([&] { return closed == 2; }));
  t.close();
}

TEST_CASE("the listener says what is wrong with its address") {
  NetTest t;
  Listener* l = t.http(echo());
  ListenOptions o;
  o.host = "127.0.0.1";
  o.port = listener_port(l);
  Result<Listener*> twice = http_listen(t.net, o, echo());
  CHECK_FALSE(twice.ok());
  CHECK(twice.status.message.find("another program uses this port") != std::string::npos);
  o.host = "no-such-host.invalid";
  CHECK_FALSE(http_listen(t.net, o, echo()).ok());
  o.host = "[::1]";
  o.port = 0;
  Result<Listener*> six = http_listen(t.net, o, echo());
  if (six.ok()) {
    HttpClientRequest q;
    q.url = "http://[::1]:" + std::to_string(listener_port(six.value)) + "/x";
    CHECK(t.get(q).body == "GET /x ");
  }
  o.host = "";
  Result<Listener*> any = http_listen(t.net, o, echo());
  REQUIRE(any.ok());
  HttpClientRequest q;
  q.url = t.url(any.value);
  CHECK(t.get(q).code == 200);
  t.close();
}

// ---- the client ----

TEST_CASE("the client: redirects, limits, time, errors") {
  NetTest t;
  std::string seen;
  int hops = 0;
  HttpExchange* waiting = nullptr;
  Listener* other = t.http([&](HttpExchange* x, HttpRequest r) {
    seen = r.method + " auth=" + std::string(header_get(r.headers, "Authorization")) + " " + r.body;
    http_respond(x, {200, {}, "there"});
  });
  Listener* l = t.http([&](HttpExchange* x, HttpRequest r) {
    if (r.path == "/loop") return hops++, http_respond(x, {302, {{"Location", "/loop"}}, "x"});
    if (r.path == "/away") return http_respond(x, {302, {{"Location", t.url(other, "http", "/y")}}, "ignored"});
    if (r.path == "/keep") return http_respond(x, {307, {{"Location", "../end"}}, ""});
    if (r.path == "/end") return http_respond(x, {200, {}, r.method + r.body});
    if (r.path == "/big") return http_respond(x, {200, {}, std::string(2000, 'x')});
    if (r.path == "/file") return http_respond(x, {302, {{"Location", "file:///etc/passwd"}}, ""});
    if (r.path == "/never") return void(waiting = x);
    http_respond(x, {500, {}, "oops"});
  });
  HttpClientRequest q;
  q.url = t.url(l, "http", "/loop");
  HttpClientResponse r = t.get(q);
  CHECK_FALSE(r.status.ok());
  CHECK(r.status.message.find("10 redirects") != std::string::npos);
  CHECK(hops == 11);

  q.method = "POST";
  q.body = "data";
  q.headers = {{"Authorization", "secret"}};
  q.url = t.url(l, "http", "/away");
  CHECK(t.get(q).body == "there");
  CHECK(seen == "GET auth= ");  // neither the body nor the secret go to another host
  q.url = t.url(l, "http", "/keep");
  CHECK(t.get(q).body == "POSTdata");
  q.url = t.url(l, "http", "/file");
  CHECK_FALSE(t.get(q).status.ok());
  q.url = "ftp://127.0.0.1/";
  CHECK(t.get(q).status.message.find("unsupported URL scheme") != std::string::npos);
  q.url = t.url(l, "http", "/x");
  CHECK(t.get(q).code == 500);
  q.url = t.url(l, "http", "/big");
  q.body_max = 1999;
  CHECK(t.get(q).status.code == Err::too_large);
  q.body_max = 2000;
  CHECK(t.get(q).body.size() == 2000);
  q.timeout_ms = 200;
  q.url = t.url(l, "http", "/never");
  CHECK(t.get(q).status.code == Err::timeout);
  http_respond(waiting, {200, {}, "too late"});  // every exchange gets its answer
  q.url = "http://127.0.0.1:1/";
  CHECK(t.get(q).status.message.find("127.0.0.1: Connection refused") != std::string::npos);
  q.url = "http://no-such-host.invalid/";
  q.timeout_ms = 15'000;
  CHECK(t.get(q).status.message.find("could not be resolved") != std::string::npos);
  q.url = "nonsense";
  CHECK(t.get(q).status.code == Err::invalid);
  q.url = t.url(l, "http", "/x");
  q.headers = {{"X", "a\r\nb"}};
  CHECK(t.get(q).status.code == Err::invalid);
  t.close();
}

TEST_CASE("a server that is not one") {
  NetTest t;
  struct Row { const char* why; std::string answer; const char* error; };
  const Row rows[] = {
      {"closes", "", "closed before a response"},
      {"nonsense", "hello\r\n\r\n", "invalid response"},
      {"cut short", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "middle of a message"},
      {"endless head", "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'), "too large"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    Result<Listener*> l = tcp_listen(t.net, "127.0.0.1", 0, [&](TcpConn*) {
      return [&](TcpConn* c, const TcpEvent& e) {
        if (e.kind == TcpEvent::data) {
          tcp_send(c, r.answer);
          tcp_close(c);
        }
      };
    });
    REQUIRE(l.ok());
    HttpClientRequest q;
    q.url = t.url(l.value);
    CHECK(t.get(q).status.message.find(r.error) != std::string::npos);
  }
  t.close();
}

namespace {

// A server that says the same to everybody: `say` at once, then it closes, or is silent.
Listener* saying(NetTest& t, std::vector<std::string> say, bool closes) {
  auto turn = std::make_shared<size_t>(0);
  Result<Listener*> l = tcp_listen(t.net, "127.0.0.1", 0, [say, closes, turn](TcpConn*) -> TcpHandler {
    std::string text = say[std::min((*turn)++, say.size() - 1)];
    return [text, closes](TcpConn* c, const TcpEvent& e) {
      if (e.kind != TcpEvent::data) return;
      tcp_send(c, text);
      if (closes) tcp_close(c);
    };
  });
  REQUIRE(l.ok());
  return l.value;
}

}  // namespace

TEST_CASE("the client: a redirect that ends by closing is followed") {
  NetTest t;
  Listener* l = saying(t,
                       {"HTTP/1.0 302 Found\r\nLocation: /there\r\n\r\n", "HTTP/1.0 302 Found\r\nLocation: /further\r\n\r\nbody",
                        "HTTP/1.0 200 OK\r\n\r\nfound"},
                       true);
  HttpClientRequest q;
  q.url = t.url(l, "http", "/a");
  HttpClientResponse r = t.get(q);
  CHECK(r.status.ok());
  CHECK(r.body == "found");
  t.close();
}

TEST_CASE("the client: time without a byte has a bound of its own, and errors name the host alone") {
  NetTest t;
  HttpClientRequest q;
  q.timeout_ms = 60'000;
  q.stall_ms = 200;
  for (const char* say : {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive."}) {
    CAPTURE(std::string(say));
    Listener* l = saying(t, {say}, false);
    q.url = t.url(l, "http", "/services/SECRET?token=SECRET");
    HttpClientResponse r = t.get(q);
    CHECK(r.status.code == Err::timeout);
    CHECK(r.status.message.find("no data received for 200 ms") != std::string::npos);
    CHECK(r.status.message.find("SECRET") == std::string::npos);
    CHECK(r.status.message.find("127.0.0.1:" + std::to_string(listener_port(l))) != std::string::npos);
  }
  q.url = "http://127.0.0.1:1/services/SECRET";
  CHECK(t.get(q).status.message.find("SECRET") == std::string::npos);
  q.url = "gopher://h/SECRET";
  CHECK(t.get(q).status.message.find("SECRET") == std::string::npos);
  q.url = "http://h:99999/SECRET";
  CHECK(t.get(q).status.message.find("SECRET") == std::string::npos);
  t.close();
}
