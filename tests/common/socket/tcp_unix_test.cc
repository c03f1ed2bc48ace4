// tests/common/socket/tcp_unix_test.cc - plain TCP: sides that end one by one, dials that fail, ends in between.
#include <doctest/doctest.h>
#include <unistd.h>

#include "common/socket/net_os.h"
#include "tests/common/socket/net_fixture.h"

using namespace picket;

TEST_CASE("a client that ended its side first still gets its answer") {
  NetTest t;
  std::string got;
  TcpConn* waiting = nullptr;
  Result<Listener*> l = tcp_listen(t.net, "127.0.0.1", 0, [&](TcpConn*) {
    return [&](TcpConn* c, const TcpEvent& e) {
      if (e.kind == TcpEvent::data) got.append(e.bytes);
      if (e.kind == TcpEvent::ended) waiting = c;
    };
  });
  REQUIRE(l.ok());
  Result<intptr_t> fd = os_connect("127.0.0.1", listener_port(l.value));
  REQUIRE(fd.ok());
  bool is_written = false;
  CHECK(t.until([&] { return is_written = is_written || write(int(fd.value), "question", 8) == 8; }));
  os_socket_end(fd.value);
  REQUIRE(t.until([&] { return waiting != nullptr; }));
  CHECK(got == "question");
  tcp_send(waiting, "answer");
  tcp_close(waiting);
  std::string answer;
  char byte;
  CHECK(t.until([&] {
    while (read(int(fd.value), &byte, 1) == 1) answer += byte;
    return answer == "answer";
  }));
  os_socket_close(fd.value);
  t.close();
}

TEST_CASE("a dial that fails says where, and why") {
  struct Row { const char* why; const char* host; int port; const char* error; };
  const Row rows[] = {
      {"nobody listens", "127.0.0.1", 1, "connect to 127.0.0.1:1: 127.0.0.1: Connection refused"},
      {"an IPv6 address in brackets", "[::1]", 1, "connect to [::1]:1: ::1: "},
      {"no such name", "no-such-host.invalid", 1, "the name \"no-such-host.invalid\" could not be resolved: "},
      {"no port", "127.0.0.1", 0, "connect to 127.0.0.1:0: expected a port from 1 to 65535"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    NetTest t;
    std::string error;
    tcp_connect(t.net, r.host, r.port, 0, [&](TcpConn*, const TcpEvent& e) {
      if (e.kind == TcpEvent::closed) error = e.error;
    });
    CHECK(t.until([&] { return !error.empty(); }));
    CHECK(error.substr(0, std::string(r.error).size()) == r.error);
    t.close();
  }
}

TEST_CASE("a dial that nobody answers ends in time, and at the end of the net") {
  NetTest t;
  std::string error, at_end;
  tcp_connect(t.net, "192.0.2.1", 9, 100, [&](TcpConn*, const TcpEvent& e) {
    if (e.kind == TcpEvent::closed) error = e.error;
  });
  bool ended = false;
  tcp_connect(t.net, "192.0.2.1", 9, 0, [&](TcpConn*, const TcpEvent& e) { ended |= e.kind == TcpEvent::closed; });
  CHECK(t.until([&] { return !error.empty(); }));
  const bool is_silent = error == "connect to 192.0.2.1:9: timeout";
  const bool has_no_way = error.find("192.0.2.1: ") != std::string::npos;  // a machine without a network
  CHECK((is_silent || has_no_way));
  t.close();
  CHECK(ended);
}

TEST_CASE("what was sent before there is a connection goes first, and an abort in the dial ends it") {
  NetTest t;
  std::string got;
  Result<Listener*> l = tcp_listen(t.net, "127.0.0.1", 0, [&](TcpConn*) {
    return [&](TcpConn*, const TcpEvent& e) {
      if (e.kind == TcpEvent::data) got.append(e.bytes);
    };
  });
  REQUIRE(l.ok());
  bool closed = false, aborted = false;
  TcpConn* c = tcp_connect(t.net, "127.0.0.1", listener_port(l.value), 1000,
                           [&](TcpConn*, const TcpEvent& e) { closed |= e.kind == TcpEvent::closed; });
  TcpConn* other = tcp_connect(t.net, "127.0.0.1", listener_port(l.value), 1000,
                               [&](TcpConn*, const TcpEvent& e) { aborted |= e.kind == TcpEvent::closed; });
  tcp_send(c, "one ");
  CHECK(tcp_queued(c) == 4);
  tcp_send(c, "two");
  tcp_close(c);
  tcp_abort(other);
  CHECK(!aborted);  // never from inside the call
  CHECK(t.until([&] { return closed && aborted; }));
  CHECK(t.until([&] { return got == "one two"; }));
  t.close();
}
