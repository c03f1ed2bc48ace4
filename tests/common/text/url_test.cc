// tests/common/text/url_test.cc - URLs and proxies: what they name, and what is refused.
#include "common/text/url.h"

#include <doctest/doctest.h>

#include "common/text/proxy_rules.h"

using namespace picket;

TEST_CASE("a URL is shown without what may be secret in it") {
  struct Row { const char *url, *shown; };
  for (const Row& r : {Row{"ws://h:8081", "ws://h:8081"},
                       {"ws://h:8081/", "ws://h:8081"},
                       {"ws://h:8081/x", "ws://h:8081/..."},
                       {"https://hooks.example/services/T0/B0/SECRET", "https://hooks.example/..."},
                       {"wss://u:p@h", "wss://h"},
                       {"wss://u:p@ss@h:1/a@b", "wss://h:1/..."},
                       {"https://u@h/a?token=x#y", "https://h/..."},
                       {"https://h#SECRET", "https://h/..."},
                       {"u:p@h/x", "h/..."},
                       {"", ""},
                       {"://@", "://"},
                       {"http://h?a=b@c", "http://h/..."}}) {
    CAPTURE(r.url);
    CHECK(url_shown(r.url) == r.shown);
  }
}

TEST_CASE("URLs: what they name, and what is wrong with others") {
  struct Row { const char *why, *text, *scheme, *host; int port; const char *path, *user, *password; };
  const Row rows[] = {
      {"a backend", "ws://10.0.0.1:8081", "ws", "10.0.0.1", 8081, "/", "", ""},
      {"upper case scheme", "WSS://Host", "wss", "Host", 0, "/", "", ""},
      {"path and query stay as they are", "http://h/a%2Fb?x=%20&y", "http", "h", 0, "/a%2Fb?x=%20&y", "", ""},
      {"query without a path", "http://h?x=1", "http", "h", 0, "/?x=1", "", ""},
      {"fragments are not sent", "http://h/p#f", "http", "h", 0, "/p", "", ""},
      {"IPv6", "wss://[::1]:8081/x", "wss", "::1", 8081, "/x", "", ""},
      {"credentials with escapes", "http://u%40v:p%3Aw@h:1/", "http", "h", 1, "/", "u@v", "p:w"},
      {"user alone", "http://u@h/", "http", "h", 0, "/", "u", ""},
      {"an @ in the path is no user", "http://h/a@b", "http", "h", 0, "/a@b", "", ""},
      {"an empty port is none", "http://h:/", "http", "h", 0, "/", "", ""},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    Result<Url> u = url_parse(r.text);
    REQUIRE(u.ok());
    CHECK(u.value.scheme == r.scheme);
    CHECK(u.value.host == r.host);
    CHECK(u.value.port == r.port);
    CHECK(u.value.path == r.path);
    CHECK(u.value.user == r.user);
    CHECK(u.value.password == r.password);
  }
  for (const char* bad : {"", "h", "h:80", "//h", "://h", "1x://h", "http://", "http://:80", "http://h:0", "http://h:65536", "http://h:-1",
                          "http://h:8x", "http://[::1", "http://[::1]x", "http://a b/", "http://h/\r\nX: y", "http://h/\x01"}) {
    CAPTURE(std::string(bad));
    Result<Url> u = url_parse(bad);
    CHECK_FALSE(u.ok());
    CHECK(u.status.message.find("is not a URL") != std::string::npos);
  }
}

TEST_CASE("percent escapes") {
  CHECK(url_decode("a%2Fb%zz%4") == "a/b%zz%4");
  CHECK(url_decode("%41%") == "A%");
  std::string out;
  CHECK(url_decode_strict("a%20b", &out));
  CHECK(out == "a b");
  CHECK_FALSE(url_decode_strict("a%2", &out));
  CHECK_FALSE(url_decode_strict("a%gg", &out));
  CHECK(url_encode("a/b c\xc3\xa4~") == "a%2Fb%20c%C3%A4~");
  std::string all;
  for (int c = 0; c < 256; c++) all += static_cast<char>(c);
  CHECK(url_decode_strict(url_encode(all), &out));
  CHECK(out == all);
  CHECK(url_authority(url_parse("http://[::1]:80").value) == "[::1]:80");
}

TEST_CASE("which proxy a URL goes through") {
  ProxySettings all{"http://p:1", "http://s:2", ""};
  auto choose = [&](const char* url, const char* none) {
    ProxySettings s = all;
    s.none = none;
    return proxy_choose(s, url_parse(url).value);
  };
  struct Row { const char *why, *url, *none, *proxy; };
  const Row rows[] = {
      {"http", "http://h/", "", "http://p:1"},
      {"ws goes where http goes", "ws://h/", "", "http://p:1"},
      {"https", "https://h/", "", "http://s:2"},
      {"wss", "wss://h/", "", "http://s:2"},
      {"this machine", "http://localhost:3/", "", ""},
      {"this machine by address", "http://127.9.9.9/", "", ""},
      {"this machine in IPv6", "http://[::1]/", "", ""},
      {"everything", "http://h/", "*", ""},
      {"the host", "http://h.example/", "x, h.example ,y", ""},
      {"a host below it", "http://a.h.example/", "h.example", ""},
      {"below only", "http://h.example/", ".h.example", "http://p:1"},
      {"a star", "http://a.h.example/", "*.h.example", ""},
      {"not a host that merely ends so", "http://xh.example/", "h.example", "http://p:1"},
      {"another port", "http://h:81/", "h:80", "http://p:1"},
      {"the default port", "http://h/", "h:80", ""},
      {"a network", "http://10.1.2.3/", "10.0.0.0/8", ""},
      {"outside of it", "http://11.1.2.3/", "10.0.0.0/8", "http://p:1"},
      {"an address", "http://10.1.2.3/", "10.1.2.3", ""},
      {"IPv6 network", "http://[2001:db8::5]/", "2001:db8::/32", ""},
      {"IPv6 written otherwise", "http://[2001:db8:0:0::5]/", "2001:0db8::5", ""},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    CHECK(choose(r.url, r.none) == r.proxy);
  }
}

TEST_CASE("where a redirect leads") {
  Url base = url_parse("https://u:p@h:8/a/b/c?q").value;
  struct Row { const char *reference, *result; };
  const Row rows[] = {{"http://x/y", "http://x/y"}, {"//x/y", "https://x/y"}, {"/d", "https://h:8/d"}, {"d", "https://h:8/a/b/d"},
                      {"../d?e#f", "https://h:8/a/d?e#f"}, {"../../../d", "https://h:8/d"}, {"./", "https://h:8/a/b/"}, {"..", "https://h:8/a/"},
                      {"?x=://y", "https://h:8/a/b/c?x=://y"}, {"", "https://h:8/a/b/c"}};
  for (const Row& r : rows) {
    CAPTURE(std::string(r.reference));
    CHECK(url_resolve(base, r.reference) == r.result);
  }
}
