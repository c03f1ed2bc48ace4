// tests/common/http/unread_answers_test.cc - clients that ask and do not read: what they hold is bounded, and the others are served.
#include "common/http/unread_answers.h"

#include <memory>

#include "common/text/log.h"
#include "tests/common/socket/net_fixture.h"

using namespace picket;

namespace {

constexpr size_t kAnswer = 16u << 20;  // more than the buffers of both systems take

// A client that asks for something and reads nothing, or reads on from `read()`.
struct Reader {
  struct Got { std::string head; size_t bytes = 0; bool closed = false, reads = false; };
  TcpConn* conn = nullptr;
  std::shared_ptr<Got> got = std::make_shared<Got>();  // the connection's end comes later than ours
  Reader(NetTest& t, Listener* l, const std::string& path, bool reads) {
    got->reads = reads;
    conn = tcp_connect(t.net, "127.0.0.1", listener_port(l), 5000, [g = got](TcpConn* c, const TcpEvent& e) {
      if (e.kind == TcpEvent::closed) g->closed = true;
      if (e.kind != TcpEvent::data) return;
      if (g->head.size() < 200) g->head.append(e.bytes.substr(0, 200));
      g->bytes += e.bytes.size();
      if (!g->reads) tcp_read(c, false);
    });
    tcp_send(conn, "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  ~Reader() {
    if (!got->closed) tcp_abort(conn);
  }
};

struct Served {
  NetTest t;
  std::shared_ptr<UnreadAnswers> unread = std::make_shared<UnreadAnswers>();
  Listener* listener = nullptr;
  int asked = 0, refused = 0;
  size_t most = 0;
  std::string log;
  explicit Served(size_t address_max, size_t all_max) {
    log_set_sink([this](std::string_view line) { log.append(line); });
    unread->address_max = address_max;
    unread->all_max = all_max;
    ListenOptions o;
    o.unread = unread;
    listener = t.http([this](HttpExchange* x, HttpRequest r) { answer(x, r); }, o);
  }
  ~Served() { log_set_sink({}); }
  void answer(HttpExchange* x, const HttpRequest& r) {
    asked++;
    const size_t size = r.path == "/small" ? 100 : kAnswer;
    if (!http_has_room(x, size)) {
      refused++;
      return http_respond(x, {503, {}, "no room"});
    }
    http_respond(x, {200, {}, std::string(size, 'x')});
    most = std::max(most, unread->all);
  }
  size_t unread_now() const {
    size_t all = 0;
    for (const auto& [socket, reader] : unread->readers) all += reader.bytes;
    return all;
  }
};

using Readers = std::vector<std::unique_ptr<Reader>>;

}  // namespace

TEST_CASE("eighty clients that read nothing hold no more than the bound, and are told so; small answers still come") {
  Served s(40u << 20, 200u << 20);
  {
    Readers idle;
    for (int i = 0; i < 80; i++) idle.push_back(std::make_unique<Reader>(s.t, s.listener, "/", false));
    REQUIRE(s.t.until([&] { return s.asked == 80; }));
    CHECK(s.most <= (40u << 20));
    CHECK(s.refused >= 70);
    CHECK(s.unread_now() == s.unread->all);
    Reader small(s.t, s.listener, "/small", true);
    CHECK(s.t.until([&] { return small.got->head.find("200 OK") != std::string::npos; }));
    CHECK(s.log.find("clients do not read their answers") != std::string::npos);
    CHECK(s.log.find("clients do not read their answers", s.log.find("clients do not read their answers") + 1) ==
          std::string::npos);  // once
  }
  CHECK(s.t.until([&] { return s.unread->all == 0 && s.unread->readers.empty() && s.unread->by_address.empty(); }));
}

TEST_CASE("those that have taken nothing for a while give way to one that reads") {
  Served s(40u << 20, 200u << 20);
  Readers idle;
  for (int i = 0; i < 8; i++) idle.push_back(std::make_unique<Reader>(s.t, s.listener, "/", false));
  REQUIRE(s.t.until([&] { return s.asked == 8; }));
  Reader early(s.t, s.listener, "/", true);
  REQUIRE(s.t.until([&] { return s.asked == 9; }));
  const int refused = s.refused;
  CHECK(refused >= 1);  // nobody is slow yet
  const int64_t until_ms = os_mono_ms() + kUnreadPatienceMs + 500;
  s.t.until([&] { return os_mono_ms() > until_ms; });
  Reader good(s.t, s.listener, "/", true);
  CHECK(s.t.until([&] { return good.got->bytes > kAnswer; }));
  CHECK(s.refused == refused);
  CHECK(s.unread->cut >= 1);
}

TEST_CASE("an address that has read everything gets an answer that is larger than the bound") {
  Served s(1u << 20, 64u << 20);
  for (int i = 0; i < 3; i++) {
    Reader good(s.t, s.listener, "/", true);
    CHECK(s.t.until([&] { return good.got->bytes > kAnswer; }));
    CHECK(s.t.until([&] { return s.unread->all == 0; }));
  }
  CHECK(s.refused == 0);
}

TEST_CASE("all addresses together have a bound, too") {
  Served s(200u << 20, 40u << 20);
  Readers idle;
  for (int i = 0; i < 24; i++) idle.push_back(std::make_unique<Reader>(s.t, s.listener, "/", false));
  REQUIRE(s.t.until([&] { return s.asked == 24; }));
  CHECK(s.most <= (40u << 20));
  CHECK(s.refused >= 14);
}

TEST_CASE("a client that sends requests without end and reads nothing is not read on; one that reads gets all answers") {
  Served s(64u << 20, 64u << 20);
  std::string many;
  for (int i = 0; i < 2000; i++) many += "GET /small HTTP/1.1\r\nHost: h\r\n\r\n";
  Reader reads(s.t, s.listener, "/small", true);
  tcp_send(reads.conn, many);
  CHECK(s.t.until([&] { return s.asked == 2001; }));
  CHECK(s.t.until([&] { return reads.got->bytes > 2001 * 100; }));
  Reader idle(s.t, s.listener, "/", false);
  REQUIRE(s.t.until([&] { return s.asked == 2002; }));
  tcp_send(idle.conn, many);
  const int64_t until_ms = os_mono_ms() + 500;
  s.t.until([&] { return os_mono_ms() > until_ms; });
  CHECK(s.asked == 2002);  // its large answer is to be read first
  CHECK(s.unread->all > 0);
  idle.got->reads = true;
  tcp_read(idle.conn, true);
  CHECK(s.t.until([&] { return s.asked == 4002; }));
  CHECK(s.t.until([&] { return idle.got->bytes > kAnswer + 2000 * 100; }));
}
