// tests/common/socket/net_tls_unix_test.cc - TLS on both sides: what is accepted, what is refused, and in which words.
#include "common/tls/tls.h"
#include "tests/common/socket/net_fixture.h"
#include "tests/common/socket/tls_fixture.h"

using namespace picket;

namespace {

ListenOptions listen_with(const std::string& name, const std::string& ca = "") {
  Certificates& c = certificates();
  ListenOptions o;
  o.host = "127.0.0.1";
  o.tls.cert_file = c.path(name + ".pem");
  o.tls.key_file = c.path(name + ".key");
  if (!ca.empty()) o.tls.ca_file = c.path(ca);
  return o;
}

HttpHandler hello() {
  return [](HttpExchange* x, HttpRequest r) { http_respond(x, {200, {}, r.tls ? "tls" : "plain"}); };
}

TlsOptions trust(const std::string& ca, const std::string& own = "") {
  TlsOptions o;
  if (!ca.empty()) o.ca_file = certificates().path(ca);
  if (!own.empty()) o.cert_file = certificates().path(own + ".pem"), o.key_file = certificates().path(own + ".key");
  return o;
}

// What an external program prints while our loop serves it.
std::string outside(NetTest& t, const std::string& command) {
  std::string path = certificates().path("out");
  uv_process_t process;
  uv_process_options_t options{};
  std::string line = "(" + command + ") >" + path + " 2>&1 </dev/null";
  char* argv[] = {const_cast<char*>("sh"), const_cast<char*>("-c"), line.data(), nullptr};
  static bool done;
  done = false;
  options.file = "sh";
  options.args = argv;
  options.exit_cb = [](uv_process_t*, int64_t, int) { done = true; };
  REQUIRE(uv_spawn(&t.loop, &process, &options) == 0);
  CHECK(t.until([] { return done; }, 15'000));
  uv_close(reinterpret_cast<uv_handle_t*>(&process), nullptr);
  uv_run(&t.loop, UV_RUN_NOWAIT);
  return os_read_file(path).value;
}

}  // namespace

TEST_CASE("the client verifies whom it talks to") {
  struct Row { const char *why, *server, *ca, *host; const char* error; };
  const Row rows[] = {
      {"right authority and address", "server", "ca.pem", "127.0.0.1", ""},
      {"right authority and name", "server", "ca.pem", "localhost", ""},
      {"an RSA certificate", "rsa", "ca.pem", "localhost", ""},
      {"an intermediate authority in the server's chain", "chained", "ca.pem", "localhost", ""},
      {"a long certificate", "long", "ca.pem", "localhost", ""},
      {"another authority", "server", "otherca.pem", "localhost", "signed by an unknown CA"},
      {"the system's authorities", "server", "", "localhost", "CA"},
      {"another name", "wrongname", "ca.pem", "localhost", "the certificate is not for \"localhost\""},
      {"another address", "wrongname", "ca.pem", "127.0.0.1", "the certificate is not for \"127.0.0.1\""},
      {"expired", "expired", "ca.pem", "localhost", "has expired"},
      {"no such file", "server", "nothere.pem", "localhost", "nothere.pem"},
      {"a file that is no certificate", "server", "server.key", "localhost", "server.key"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    NetTest t;
    Listener* l = t.http(hello(), listen_with(r.server));
    HttpClientRequest q;
    q.url = std::string("https://") + r.host + ":" + std::to_string(listener_port(l)) + "/";
    q.tls = trust(r.ca);
    HttpClientResponse got = t.get(q);
    CAPTURE(got.status.message);
    if (*r.error) CHECK(got.status.message.find(r.error) != std::string::npos);
    else CHECK(got.body == "tls");
    CHECK(got.status.ok() == (*r.error == 0));
    q.tls.insecure = true;
    q.tls.ca_file.clear();
    CHECK(t.get(q).body == "tls");
  }
}

TEST_CASE("another name may be verified than the URL's") {
  NetTest t;
  Listener* l = t.http(hello(), listen_with("wrongname"));
  HttpClientRequest q;
  q.url = t.url(l, "https");
  q.tls = trust("ca.pem");
  q.tls.server_name = "elsewhere.example";
  CHECK(t.get(q).body == "tls");
  t.close();
}

TEST_CASE("client certificates are asked for, optional, and never accepted from strangers") {
  NetTest t;
  std::string subject;
  Listener* l = t.http(
      [&](HttpExchange* x, HttpRequest) {
        http_upgrade(x, {}, 1000, [&](Ws* ws, const WsEvent& e) {
          if (e.kind == WsEvent::open) {
            subject = "[" + ws_peer_subject(ws) + "]";
            ws_close(ws, 1000, "");
          }
        });
      },
      listen_with("server", "ca.pem"));
  struct Row { const char *own, *subject; bool ok; };
  for (const Row& r : {Row{"", "[]", true}, Row{"client", "[client]", true}, Row{"stranger", "", false}}) {
    CAPTURE(std::string(r.own));
    subject.clear();
    bool closed = false;
    std::string error;
    WsConnect c;
    c.url = t.url(l, "wss");
    c.tls = trust("ca.pem", r.own);
    ws_connect(t.net, c, [&](Ws*, const WsEvent& e) {
      if (e.kind == WsEvent::closed) closed = true, error = e.error;
    });
    CHECK(t.until([&] { return closed; }));
    CHECK(subject == r.subject);
    CAPTURE(error);
    CHECK(error.empty() == r.ok);
  }
  t.close();
}

TEST_CASE("ten megabytes each way over TLS") {
  NetTest t;
  Listener* l = t.http(
      [](HttpExchange* x, HttpRequest) {
        http_upgrade(x, {}, 20'000'000, [](Ws* ws, const WsEvent& e) {
          if (e.kind == WsEvent::message) ws_send(ws, std::string(e.data));
        });
      },
      listen_with("server"));
  std::string payload(10'000'000, 'x');  // NOLINT(bugprone-string-constructor): it is to be large
  for (size_t i = 0; i < payload.size(); i += 997) payload[i] = static_cast<char>(i);
  bool same = false;
  WsConnect c;
  c.url = t.url(l, "wss");
  c.tls = trust("ca.pem");
  c.message_max = 20'000'000;
  ws_connect(t.net, c, [&](Ws* ws, const WsEvent& e) {
    if (e.kind == WsEvent::open) ws_send(ws, payload);
    if (e.kind == WsEvent::message) same = e.data == payload, ws_close(ws, 1000, "");
  });
  CHECK(t.until([&] { return same; }, 20'000));
  t.close();
}

TEST_CASE("HTTP on the TLS port, TLS on the HTTP port, nonsense on both") {
  NetTest t;
  ListenOptions o = listen_with("server");
  o.request_timeout_ms = 500;
  Listener* tls = t.http(hello(), o);
  o.tls = {};
  Listener* plain = t.http(hello(), o);
  CHECK(t.raw(listener_port(tls), {"GET / HTTP/1.1\r\nHost: h\r\n\r\n"}) ==
        "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
  t.raw(listener_port(tls), {"\x16\x03\x01\xff\xff nonsense"});
  t.raw(listener_port(tls), {std::string(100'000, '\x16')});
  CHECK(t.raw(listener_port(tls), {"\x16"}).empty());  // a handshake that never goes on ends at the deadline
  HttpClientRequest q;
  q.url = t.url(plain, "https");
  q.tls = trust("ca.pem");
  CHECK(t.get(q).status.message.find("does not use TLS") != std::string::npos);
  q.url = t.url(tls, "https");
  CHECK(t.get(q).body == "tls");
  t.close();
}

TEST_CASE("silent strangers on the TLS port do not keep others out") {
  NetTest t;
  Listener* l = t.http(hello(), listen_with("server"));
  std::vector<TcpConn*> silent;
  int gone = 0;
  for (int i = 0; i < 300; i++) {
    silent.push_back(
        tcp_connect(t.net, "127.0.0.1", listener_port(l), 1000, [&](TcpConn*, const TcpEvent& e) { gone += e.kind == TcpEvent::closed; }));
    if (i % 2) tcp_send(silent.back(), "\x16\x03\x01");  // the beginning of a handshake, and no more
  }
  t.until([] { return false; }, 100);
  HttpClientRequest q;
  q.url = t.url(l, "https");
  q.tls = trust("ca.pem");
  q.timeout_ms = 3000;
  CHECK(t.get(q).body == "tls");
  for (TcpConn* c : silent) tcp_abort(c);
  CHECK(t.until([&] { return gone == 300; }));
  t.close();
}

TEST_CASE("two hundred handshakes at once") {
  NetTest t;
  Listener* l = t.http(hello(), listen_with("server"));
  int right = 0, done = 0;
  for (int i = 0; i < 200; i++) {
    HttpClientRequest q;
    q.url = t.url(l, "https");
    q.tls = trust("ca.pem");
    q.timeout_ms = 20'000;
    http_call(t.net, q, [&](HttpClientResponse r) { done++, right += r.body == "tls"; });
  }
  CHECK(t.until([&] { return done == 200; }, 20'000));
  CHECK(right == 200);
  t.close();
}

TEST_CASE("a crowd of handshakes: one that has begun is through soon, and does not wait for the beginning of all the others") {
  constexpr int kCrowd = 200;
  NetTest t;
  Listener* l = t.http(hello(), listen_with("server"));
  uv_prepare_t turn;
  uv_prepare_init(&t.loop, &turn);
  int turns = 0, first = 0, last = 0, done = 0;
  turn.data = &turns;
  uv_prepare_start(&turn, [](uv_prepare_t* h) { ++*static_cast<int*>(h->data); });
  for (int i = 0; i < kCrowd; i++) {
    HttpClientRequest q;
    q.url = t.url(l, "https");
    q.tls = trust("ca.pem");
    q.timeout_ms = 20'000;
    http_call(t.net, q, [&](HttpClientResponse) {
      last = turns;
      if (done++ == 0) first = turns;
    });
  }
  CHECK(t.until([&] { return done == kCrowd; }, 20'000));
  CAPTURE(first);
  CAPTURE(last);
  CHECK(first < last / 3);
  uv_close(reinterpret_cast<uv_handle_t*>(&turn), nullptr);
  t.close();
}

TEST_CASE("a peer that gives up while it waits costs no handshake") {
  NetTest t;
  Listener* l = t.http(hello(), listen_with("server"));
  int closed = 0;
  for (int i = 0; i < 100; i++) {
    TcpConn* c = tcp_connect(t.net, "127.0.0.1", listener_port(l), 5000, [&](TcpConn* conn, const TcpEvent& e) {
      if (e.kind == TcpEvent::ended) tcp_close(conn);
      if (e.kind == TcpEvent::closed) closed++;
    });
    tcp_send(c, std::string("\x16\x03\x01\x02\x00\x01", 6));
    tcp_close(c);
  }
  CHECK(t.until([&] { return closed == 100; }));
  HttpClientRequest q;
  q.url = t.url(l, "https");
  q.tls = trust("ca.pem");
  CHECK(t.get(q).body == "tls");
  t.close();
}

TEST_CASE("a peer that begins a handshake and does not go on keeps nobody out for long") {
  constexpr int kSilent = 400;  // more than may be open at a time
  NetTest t;
  Listener* l = t.http(hello(), listen_with("server"));
  TlsPtr tls = tls_open(tls_context({}).value, "localhost");
  TlsOutput first;
  REQUIRE(tls_receive(tls.get(), "", &first).ok());
  int answered = 0;
  std::vector<TcpConn*> silent;
  for (int i = 0; i < kSilent; i++) {
    silent.push_back(tcp_connect(t.net, "127.0.0.1", listener_port(l), 5000, [&, seen = false](TcpConn*, const TcpEvent& e) mutable {
      if (e.kind == TcpEvent::data && !std::exchange(seen, true)) answered++;
    }));
    tcp_send(silent.back(), first.cipher);
  }
  HttpClientRequest q;
  q.url = t.url(l, "https");
  q.tls = trust("ca.pem");
  CHECK(t.get(q).body == "tls");
  CHECK(t.until([&] { return answered == kSilent; }));
  t.close();
}

TEST_CASE("protocols and suites that are refused, as another program sees it") {
  NetTest t;
  Listener* l = t.http(hello(), listen_with("rsa"));
  std::string base = "timeout 5 openssl s_client -connect 127.0.0.1:" + std::to_string(listener_port(l)) + " -CAfile " +
      certificates().path("ca.pem") + " -brief ";
  struct Row { const char *why, *options, *word; };
  const Row rows[] = {
      {"1.3", "-tls1_3", "TLSv1.3"},
      {"1.2", "-tls1_2", "TLSv1.2"},
      {"1.2 with GCM", "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
      {"1.2 with CHACHA", "-tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305", "CHACHA20"},
      {"1.1", "-tls1_1 -cipher DEFAULT@SECLEVEL=0", "rror"},
      {"CBC", "-tls1_2 -cipher ECDHE-RSA-AES128-SHA", "rror"},
      {"no forward secrecy", "-tls1_2 -cipher AES128-GCM-SHA256", "rror"},
      {"finite field DH", "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256", "rror"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    std::string out = outside(t, base + r.options);
    CAPTURE(out);
    CHECK(out.find(r.word) != std::string::npos);
  }
  t.close();
}

TEST_CASE("a small request and then a big one and its answer, from another program, in records as it likes") {
  const std::string body(200'000, 'b');
  const std::string path = certificates().path("in");
  REQUIRE(os_write_file(path,
                        "GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
                            std::to_string(body.size()) + "\r\n\r\n" + body)
              .ok());
  for (std::string options :
       {"-tls1_2", "-tls1_3", "-tls1_2 -max_send_frag 512", "-tls1_3 -max_send_frag 700", "-tls1_2 -maxfraglen 1024"}) {
    CAPTURE(options);
    NetTest t;
    Listener* l = t.http([](HttpExchange* x, HttpRequest r) { http_respond(x, {200, {}, "<" + r.body + ">"}); }, listen_with("server"));
    std::string got = outside(t,
                              "timeout 10 openssl s_client -quiet -verify_quiet -connect 127.0.0.1:" + std::to_string(listener_port(l)) +
                                  " -CAfile " + certificates().path("ca.pem") + " " + options + " <" + path);
    CHECK(got.find("<>") != std::string::npos);
    CHECK(got.find("<" + body + ">") != std::string::npos);
    t.close();
  }
}

TEST_CASE("our client and a server that allows little") {
  struct Row { const char *why, *options, *error; };
  const Row rows[] = {
      {"1.3 alone", "-tls1_3", ""},
      {"1.2 alone", "-tls1_2", ""},
      {"1.1 alone", "-tls1_1 -cipher DEFAULT@SECLEVEL=0", "TLS"},
      {"CBC alone", "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA", "TLS"},
  };
  int port = 22901;
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    NetTest t;
    port++;
    std::string command = "cd " + certificates().dir + " && exec timeout 5 openssl s_server -accept 127.0.0.1:" + std::to_string(port) +
        " -cert server.pem -key server.key -www -quiet " + r.options;
    REQUIRE(system(("(" + command + ") >/dev/null 2>&1 &").c_str()) == 0);
    HttpClientResponse got;
    for (int i = 0; i < 50; i++) {
      HttpClientRequest q;
      q.url = "https://localhost:" + std::to_string(port) + "/";
      q.tls = trust("ca.pem");
      got = t.get(q);
      if (got.status.message.find("refused") == std::string::npos) break;
      usleep(20'000);
    }
    CAPTURE(got.status.message);
    CHECK(got.status.ok() == (*r.error == 0));
    if (*r.error) CHECK(got.status.message.find(r.error) != std::string::npos);
  }
}

TEST_CASE("new certificate files serve new connections; broken ones change nothing") {
  NetTest t;
  Certificates& c = certificates();
  REQUIRE(c.sh("cp server.pem live.pem; cp server.key live.key"));
  Listener* l = t.http(hello(), listen_with("live"));
  HttpClientRequest q;
  q.url = t.url(l, "https");
  q.tls = trust("ca.pem");
  CHECK(t.get(q).body == "tls");
  REQUIRE(c.sh("echo broken > live.pem"));
  CHECK(t.get(q).body == "tls");
  REQUIRE(c.sh("cp expired.pem live.pem; cp expired.key live.key"));
  CHECK(t.get(q).body == "tls");
  REQUIRE(c.sh("cp wrongname.pem live.pem; cp wrongname.key live.key"));
  CHECK(t.get(q).status.message.find("not for") != std::string::npos);
  t.close();
}

TEST_CASE("a listener with unusable files says so at once") {
  NetTest t;
  ListenOptions o = listen_with("server");
  o.tls.key_file = certificates().path("client.key");
  Result<Listener*> l = http_listen(t.net, o, hello());
  CHECK(l.status.message.find("the key does not belong to the certificate") != std::string::npos);
  o.tls.key_file = certificates().path("nothere");
  CHECK(http_listen(t.net, o, hello()).status.message.find("nothere") != std::string::npos);
  o.tls.key_file = "";
  CHECK_FALSE(http_listen(t.net, o, hello()).ok());
  t.close();
}

TEST_CASE("through a CONNECT proxy, verified end to end") {
  NetTest t;
  Listener* l = t.http(hello(), listen_with("server"));
  std::string asked;
  TcpConn* far = nullptr;
  bool near_open = true;
  Result<Listener*> proxy = tcp_listen(t.net, "127.0.0.1", 0, [&](TcpConn* near) -> TcpHandler {
    return [&, near](TcpConn*, const TcpEvent& e) {
      if (e.kind == TcpEvent::closed) near_open = false;
      if (e.kind == TcpEvent::closed && far) tcp_close(std::exchange(far, nullptr));
      if (e.kind != TcpEvent::data) return;
      if (far) return tcp_send(far, std::string(e.bytes));
      asked.append(e.bytes);
      far = tcp_connect(t.net, "127.0.0.1", listener_port(l), 1000, [&, near](TcpConn*, const TcpEvent& f) {
        if (f.kind == TcpEvent::data && near_open) tcp_send(near, std::string(f.bytes));
        if (f.kind == TcpEvent::ended && near_open) tcp_close(near);
        if (f.kind == TcpEvent::closed) far = nullptr;
      });
      tcp_send(near, "HTTP/1.1 200 Connection established\r\n\r\n");
    };
  });
  REQUIRE(proxy.ok());
  bool open = false, closed = false;
  std::string error;
  WsConnect c;
  c.url = "wss://localhost:" + std::to_string(listener_port(l));
  c.tls = trust("ca.pem");
  c.proxy = "http://127.0.0.1:" + std::to_string(listener_port(proxy.value));
  ws_connect(t.net, c, [&](Ws*, const WsEvent& e) {
    if (e.kind == WsEvent::open) open = true;
    if (e.kind == WsEvent::closed) closed = true, error = e.error;
  });
  CHECK(t.until([&] { return closed; }));
  CHECK(asked.find("CONNECT localhost:") == 0);
  CHECK(error == "handshake failed with status 200: tls");  // hello() is no WebSocket server; but it was reached
  t.close();
}
