// tests/backend/etcd/etcd_client_test.cc - endpoints that are well, unwell or silent, in the place of a cluster.
#include <memory>

#include "backend/etcd/etcd_client.h"
#include "tests/common/socket/net_fixture.h"

using namespace picket;

namespace {

constexpr const char* kEmpty = R"({"header":{"revision":"5"}})";

// One endpoint: what it does with a request is said by `mode`.
struct Member {
  enum { answers, silent, no_leader, refuses_range } mode = answers;
  int puts = 0, ranges = 0;
  std::vector<HttpExchange*> held;
  Listener* listener = nullptr;
  std::string url;
  explicit Member(NetTest& t) {
    listener = t.http([this](HttpExchange* x, const HttpRequest& r) { handle(x, r); });
    url = "http://127.0.0.1:" + std::to_string(listener_port(listener));
  }
  ~Member() {
    for (HttpExchange* x : held) http_respond(x, {503, {}, ""});  // its connection is gone; the exchange is ours until then
  }
  void handle(HttpExchange* x, const HttpRequest& r) {
    (r.path == "/v3/kv/put" ? puts : ranges)++;
    if (mode == silent) return held.push_back(x);
    if (mode == no_leader) return http_respond(x, {503, {}, R"({"error":"etcdserver: request timed out","code":14})"});
    if (mode == refuses_range) return http_respond(x, {400, {}, R"({"error":"etcdserver: mvcc: required revision has been compacted","code":11})"});
    http_respond(x, {200, {}, kEmpty});
  }
};

struct Client {
  NetTest& t;
  EtcdClient* client;
  Client(NetTest& test, const std::vector<std::string>& urls) : t(test), client(etcd_open(test.net, {urls, {}})) {}
  Status put(EtcdWay way = {}) {
    std::unique_ptr<Status> got;
    etcd_put(client, {"k", "v", 0}, way, [&](const Result<EtcdHeader>& r) { got = std::make_unique<Status>(r.status); });
    CHECK(got == nullptr);
    REQUIRE(t.until([&] { return got != nullptr; }));
    return *got;
  }
  Status range(EtcdWay way = {}) {
    std::unique_ptr<Status> got;
    etcd_range(client, {}, way, [&](const Result<EtcdRangeAnswer>& r) { got = std::make_unique<Status>(r.status); });
    REQUIRE(t.until([&] { return got != nullptr; }));
    return *got;
  }
  void close() {
    bool closed = false;
    etcd_close(client, [&] { closed = true; });
    CHECK(t.until([&] { return closed; }));
  }
};

EtcdWay way(int64_t timeout_ms, int64_t attempt_ms = 0, bool again = false) { return {timeout_ms, attempt_ms, again, ""}; }

}  // namespace

TEST_CASE("calls go to the first endpoint that is well") {
  NetTest t;
  Member a(t), b(t);
  Client c(t, {a.url, b.url});
  CHECK(c.put().ok());
  CHECK(a.puts == 1);
  a.mode = Member::no_leader;
  CHECK(c.put().code == Err::unavailable);  // it may be there: nobody sends it twice
  CHECK(b.puts == 0);
  CHECK(etcd_present_endpoint(c.client) == b.url);
  CHECK(c.put().ok());
  CHECK(b.puts == 1);
  a.mode = Member::answers;
  CHECK(t.until([&] { return etcd_present_endpoint(c.client) == a.url; }));  // the probe found it well
  c.close();
  t.close();
}

TEST_CASE("what may be sent again is sent to the next endpoint in time") {
  NetTest t;
  Member a(t), b(t);
  Client c(t, {a.url, b.url});
  a.mode = Member::silent;
  CHECK(c.put(way(5000, 100, true)).ok());
  CHECK(a.puts == 1);
  CHECK(b.puts == 1);
  CHECK(c.range(way(5000, 100)).ok());
  b.mode = Member::silent;
  const Status s = c.put(way(300, 100, true));
  CHECK(s.code == Err::timeout);
  CHECK(s.message.find("no response within") != std::string::npos);
  CHECK(c.put(way(200)).code == Err::timeout);  // not again: one endpoint alone
  CHECK(a.puts + b.puts == 5);
  c.close();
  t.close();
}

TEST_CASE("a request that was certainly not sent goes to the next endpoint") {
  NetTest t;
  Member a(t), b(t);
  listener_close(a.listener);
  Client c(t, {a.url, b.url});
  CHECK(c.put().ok());
  CHECK(b.puts == 1);
  listener_close(b.listener);
  Client d(t, {a.url, b.url});
  CHECK(d.put().code == Err::unavailable);
  c.close();
  d.close();
  t.close();
}

TEST_CASE("an answer that is etcd's word is not asked for twice") {
  NetTest t;
  Member a(t), b(t);
  a.mode = Member::refuses_range;
  Client c(t, {a.url, b.url});
  CHECK(c.range().code == Err::precondition);
  CHECK(b.ranges == 0);
  CHECK(etcd_present_endpoint(c.client) == a.url);
  c.close();
  t.close();
}

TEST_CASE("an endpoint asked by name answers itself or nobody does") {
  NetTest t;
  Member a(t), b(t);
  Client c(t, {a.url});
  EtcdWay by_name = way(300);
  by_name.endpoint = b.url;
  CHECK(c.put(by_name).ok());
  CHECK(a.puts == 0);
  b.mode = Member::silent;
  CHECK(c.put(by_name).code == Err::timeout);
  CHECK(a.puts == 0);
  by_name.endpoint = "ftp://x";
  CHECK(c.put(by_name).message.find("expected http://HOST:PORT") != std::string::npos);
  etcd_set_endpoints(c.client, {b.url});
  b.mode = Member::answers;
  CHECK(c.put().ok());
  CHECK(b.puts == 3);
  c.close();
  t.close();
}

TEST_CASE("every call is answered when the client is closed") {
  NetTest t;
  Member a(t);
  a.mode = Member::silent;
  auto* client = etcd_open(t.net, {{a.url}, {}});
  int answered = 0;
  bool closed = false;
  for (int i = 0; i < 20; i++)
    etcd_put(client, {"k", "v", 0}, {}, [&](const Result<EtcdHeader>& r) {
      CHECK(r.status.code == Err::unavailable);
      CHECK_FALSE(closed);
      answered++;
    });
  CHECK(t.until([&] { return a.held.size() == kEtcdConnectionsMax; }));
  etcd_close(client, [&] { closed = true; });
  CHECK(t.until([&] { return closed; }));
  CHECK(answered == 20);
  t.close();
}

TEST_CASE("endpoints have a scheme, a host and a port") {
  for (const char* good : {"http://127.0.0.1:2379", "https://etcd-0.example:2379", "http://[::1]:2379"}) CHECK_MESSAGE(etcd_endpoint_check(good).ok(), std::string(good));
  for (const char* bad : {"", "127.0.0.1:2379", "http://127.0.0.1", "http://h:2379/v3", "http://u:p@h:2379", "unix:///x", "ws://h:1"})
    CHECK_FALSE_MESSAGE(etcd_endpoint_check(bad).ok(), std::string(bad));
}

// ---- the watch ----

namespace {

std::string event_json(int revision, const char* more = "") {
  return R"({"result":{"header":{"revision":")" + std::to_string(revision) + R"("},)" + more + R"("events":[{"kv":{"key":"aw==","mod_revision":")" +
      std::to_string(revision) + R"("}}]}})";
}

// A member whose watches say what the test wants.
struct Watched {
  std::vector<Ws*> sockets;
  std::vector<std::string> asked;
  Listener* listener = nullptr;
  std::string url;
  std::vector<std::string> greeting = {R"({"result":{"header":{"revision":"10"},"created":true}})"};
  explicit Watched(NetTest& t) {
    listener = t.http([this](HttpExchange* x, const HttpRequest& r) {
      if (!r.upgrade) return http_respond(x, {200, {}, kEmpty});
      http_upgrade(x, {}, 1 << 20, [this](Ws* ws, const WsEvent& e) { on(ws, e); });
    });
    url = "http://127.0.0.1:" + std::to_string(listener_port(listener));
  }
  void on(Ws* ws, const WsEvent& e) {
    if (e.kind == WsEvent::closed) sockets.clear();
    if (e.kind != WsEvent::message) return;
    sockets = {ws};
    asked.emplace_back(e.data);
    for (const std::string& text : greeting) ws_send(ws, text);
  }
  void say(const std::string& text) { ws_send(sockets.at(0), text); }
};

struct Watching {
  NetTest& t;
  EtcdClient* client;
  EtcdWatch* watch;
  std::string log;
  Watching(NetTest& test, const std::vector<std::string>& urls, int64_t from) : t(test), client(etcd_open(test.net, {urls, {}})) {
    watch = etcd_watch(client, {"k", "", from}, [this](const EtcdWatchEvent& e) {
      static const char* const kNames[] = {"opened", "changes", "cut", "compacted"};
      log += std::string(log.empty() ? "" : " ") + kNames[e.kind];
      for (const EtcdEvent& x : e.events) log += ":" + std::to_string(x.kv.mod_revision);
    });
  }
  bool logs(const std::string& want) {
    const bool ok = t.until([&] { return log == want; }, 8000);
    CHECK(log == want);
    return ok;
  }
  void close() {
    bool closed = false;
    etcd_close(client, [&] { closed = true; });
    CHECK(t.until([&] { return closed; }));
  }
};

}  // namespace

TEST_CASE("a watch that is cut goes on at the next endpoint, after the last revision it delivered") {
  NetTest t;
  Watched a(t), b(t);
  Watching w(t, {a.url, b.url}, 3);
  REQUIRE(w.logs("opened"));
  CHECK(a.asked[0] == R"({"create_request":{"key":"aw==","start_revision":"3","fragment":true}})");
  a.say(event_json(4));
  a.say(event_json(7));
  REQUIRE(w.logs("opened changes:4 changes:7"));
  ws_abort(a.sockets.at(0));
  REQUIRE(w.logs("opened changes:4 changes:7 cut opened"));
  CHECK(b.asked.at(0) == R"({"create_request":{"key":"aw==","start_revision":"8","fragment":true}})");
  b.say(event_json(7));  // a member that repeats itself
  b.say(event_json(9));
  REQUIRE(w.logs("opened changes:4 changes:7 cut opened changes:9"));
  etcd_watch_elsewhere(w.watch, "nothing was heard");
  REQUIRE(w.logs("opened changes:4 changes:7 cut opened changes:9 cut opened"));
  w.close();
  t.close();
}

TEST_CASE("a watch from now on does not miss what came between two connections") {
  NetTest t;
  Watched a(t);
  Watching w(t, {a.url}, 0);
  REQUIRE(w.logs("opened"));
  ws_abort(a.sockets.at(0));
  REQUIRE(w.logs("opened cut opened"));
  CHECK(a.asked.at(1).find(R"("start_revision":"11")") != std::string::npos);
  w.close();
  t.close();
}

TEST_CASE("a revision that comes in fragments is delivered whole, or not at all") {
  NetTest t;
  Watched a(t);
  Watching w(t, {a.url}, 1);
  REQUIRE(w.logs("opened"));
  a.say(event_json(2, R"("fragment":true,)"));
  a.say(event_json(3, R"("fragment":true,)"));
  REQUIRE(w.logs("opened changes:2"));
  a.say(event_json(3));
  REQUIRE(w.logs("opened changes:2 changes:3:3"));
  a.say(event_json(4, R"("fragment":true,)"));
  ws_abort(a.sockets.at(0));
  REQUIRE(w.logs("opened changes:2 changes:3:3 cut opened"));
  CHECK(a.asked.at(1).find(R"("start_revision":"4")") != std::string::npos);
  w.close();
  t.close();
}

TEST_CASE("what is compacted is said, nonsense and a cancelled watch cut it") {
  NetTest t;
  Watched a(t);
  Watching w(t, {a.url}, 1);
  REQUIRE(w.logs("opened"));
  a.say("nonsense");
  REQUIRE(w.logs("opened cut opened"));
  a.say(R"({"result":{"canceled":true,"cancel_reason":"etcdserver: no leader"}})");
  REQUIRE(w.logs("opened cut opened cut opened"));
  a.say(R"({"result":{"canceled":true,"compact_revision":"8"}})");
  REQUIRE(w.logs("opened cut opened cut opened compacted"));
  etcd_watch_close(w.watch);
  w.close();
  t.close();
}
