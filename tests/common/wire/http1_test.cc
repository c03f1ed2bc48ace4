// tests/common/wire/http1_test.cc - requests and answers, in pieces, too large, ambiguous.
#include "common/wire/http1.h"

#include <doctest/doctest.h>

using namespace picket;

namespace {

struct Seen { std::string text; size_t used = 0; int error = 0; bool done = false; };

Seen run(const std::string& bytes, bool response, size_t step, bool end = false, size_t header_max = 1000, size_t body_max = 100) {
  Http1 h;
  h.header_max = header_max;
  h.body_max = body_max;
  http1_start(h, response);
  Seen s;
  for (size_t at = 0; at < bytes.size() && !h.done && h.error_status == 0; at += step)
    s.used += http1_feed(h, std::string_view(bytes).substr(at, step));
  if (end) http1_end(h);
  s.error = h.error_status;
  s.done = h.done;
  s.text = h.message.method + (response ? std::to_string(h.message.status) : "") + " " + h.message.target + " |";
  for (auto& [k, v] : h.message.headers) s.text += k + "=" + v + "|";
  s.text += " " + h.message.body + (h.message.keep_alive ? " keep" : "") + (h.message.upgrade ? " upgrade" : "") +
      (h.message.body_too_large ? " toolarge" : "");
  return s;
}

}  // namespace

TEST_CASE("requests") {
  struct Row { const char* why; std::string bytes; int error; const char* text; };
  const Row rows[] = {
      {"the simplest", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 0, "GET / |Host=h|  keep"},
      {"escapes stay", "GET /a%2Fb?c=%20 HTTP/1.1\r\nHost: h\r\n\r\n", 0, "GET /a%2Fb?c=%20 |Host=h|  keep"},
      {"1.0 closes, needs no host", "GET / HTTP/1.0\r\n\r\n", 0, "GET / | "},
      {"body by length", "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", 0, "PUT /x |Host=h|Content-Length=3| abc keep"},
      {"chunks", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nT: r\r\n\r\n", 0,
       "POST / |Host=h|Transfer-Encoding=chunked| abcd keep"},
      {"blanks around a value", "GET / HTTP/1.1\r\nHost:   h  \r\nX:\r\n\r\n", 0, "GET / |Host=h|X=|  keep"},
      {"close", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 0, "GET / |Host=h|Connection=close| "},
      {"an upgrade", "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 0,
       "GET / |Host=h|Connection=Upgrade|Upgrade=websocket|  keep upgrade"},
      {"a method of WebDAV", "PROPFIND / HTTP/1.1\r\nHost: h\r\n\r\n", 0, "PROPFIND / |Host=h|  keep"},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400, nullptr},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, nullptr},
      {"two lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n", 400, nullptr},
      {"length and chunks", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400, nullptr},
      {"two codings, CVE-2020-8287", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: eee\r\n\r\n0\r\n\r\n", 400,
       nullptr},
      {"the same the other way round", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: eee\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400, nullptr},
      {"negative length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -3\r\n\r\n", 400, nullptr},
      {"huge length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400, nullptr},
      {"nonsense", "\x16\x03\x01\x02", 400, nullptr},
      {"unknown method", "BREW / HTTP/1.1\r\n", 400, nullptr},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, nullptr},
      {"a blank in a name", "GET / HTTP/1.1\r\nHo st: h\r\n\r\n", 400, nullptr},
      {"a folded header", "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400, nullptr},
      {"folded by a tab", "GET / HTTP/1.1\r\nHost: h\r\n\tX: a\r\n\r\n", 400, nullptr},
      {"folded after an empty value, bare line ends", "GET / HTTP/1.1\nHost: h\nX:\n \n\n", 400, nullptr},
      {"folded below the request line", "GET / HTTP/1.1\r\n X: a\r\nHost: h\r\n\r\n", 400, nullptr},
      {"a length that is folded", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n 3\r\n\r\nabc", 400, nullptr},
      {"a folded line in the body is none", "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n\n a\n\t", 0,
       "PUT / |Host=h|Content-Length=5| \n a\n\t keep"},
      {"empty lines before a request", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 0, "GET / |Host=h|  keep"},
      {"a blank before the colon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400, nullptr},
      {"a zero byte", std::string("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 28), 400, nullptr},
      {"bad chunk size", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, nullptr},
      {"unknown coding", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, nullptr},
      {"headers too long", "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(1000, 'x') + "\r\n\r\n", 431, nullptr},
      {"target too long", "GET /" + std::string(1000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n", 431, nullptr},
      {"one endless header name", "GET / HTTP/1.1\r\n" + std::string(5000, 'x'), 431, nullptr},
      {"body too long by its length", "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'), 0,
       "PUT / |Host=h|Content-Length=101|  keep toolarge"},
      {"body too long in chunks", "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'x') + "\r\n0\r\n\r\n", 0,
       "PUT / |Host=h|Transfer-Encoding=chunked|  keep toolarge"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    for (size_t step : {size_t{1}, size_t{7}, r.bytes.size()}) {
      Seen s = run(r.bytes, false, step);
      CHECK(s.error == r.error);
      CHECK(s.done == (r.error == 0));
      if (r.text) CHECK(s.text == r.text);
    }
  }
}

TEST_CASE("many headers are too many") {
  std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 300; i++) bytes += "a: b\r\n";
  CHECK(run(bytes + "\r\n", false, 100, false, 1 << 20).error == 431);
}

TEST_CASE("what follows a message is left alone") {
  std::string one = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab", two = "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n";
  CHECK(run(one + two, false, 10000).used == one.size());
  std::string upgrade = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  CHECK(run(upgrade + "\x82\x05", false, 10000).used == upgrade.size());
  std::string nothing = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  CHECK(run(nothing + nothing, false, 10000).used == nothing.size());
}

TEST_CASE("responses, with and without a length") {
  struct Row { const char* why; std::string bytes; bool end; int error; const char* text; };
  const Row rows[] = {
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", false, 0, "200  |Content-Length=2| ab keep"},
      {"until the end", "HTTP/1.1 200 OK\r\n\r\nab", true, 0, "200  | ab"},
      {"no body", "HTTP/1.1 204 No Content\r\n\r\n", false, 0, "204  |  keep"},
      {"upgrade", "HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", false, 0, "101  |Connection=Upgrade|Upgrade=websocket|  keep upgrade"},
      {"cut short", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", true, 400, nullptr},
      {"cut in the head", "HTTP/1.1 200 OK\r\nConte", true, 400, nullptr},
      {"nothing", "", true, 400, nullptr},
      {"too large", "HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x'), false, 413, nullptr},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    for (size_t step : {size_t{1}, r.bytes.size() + 1}) {
      Seen s = run(r.bytes, true, step, r.end);
      CHECK(s.error == r.error);
      if (r.text) CHECK(s.text == r.text);
    }
  }
}

TEST_CASE("headers") {
  Headers h = {{"Connection", "keep-alive, Upgrade"}, {"X", "1"}, {"connection", "foo"}};
  CHECK(header_has_token(h, "connection", "upgrade"));
  CHECK(header_has_token(h, "CONNECTION", "FOO"));
  CHECK_FALSE(header_has_token(h, "Connection", "up"));
  CHECK(header_get(h, "x") == "1");
  CHECK(header_get(h, "y") == "");
  CHECK_FALSE(header_has(h, "y"));
  CHECK_FALSE(header_value_ok("a\r\nb"));
  CHECK(header_value_ok("a\tb \xc3\xa4"));
  CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(951782400) == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(http_reason(431) == "Request Header Fields Too Large");
}
