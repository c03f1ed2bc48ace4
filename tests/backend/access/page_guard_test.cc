// tests/backend/access/page_guard_test.cc - what a request to the dashboard has to look like, cookies, and who is a guest.
#include <doctest/doctest.h>

#include "backend/access/page_guard.h"

using namespace picket;

TEST_CASE("requests of pages of another origin are refused, whatever they look like") {
  const Headers own = {
      {"Host", "mon1:3000"}, {"Origin", "http://mon1:3000"}, {"Sec-Fetch-Site", "same-origin"}, {"Content-Type", "application/json"}};
  CHECK(page_request_check("POST", own, true).ok());
  CHECK(page_request_check("GET", {{"Host", "mon1:3000"}}, false).ok());  // curl, and browsers' own GETs over plain http
  CHECK(page_request_check("PATCH", {{"Host", "a"}, {"Content-Type", "application/merge-patch+json; charset=utf-8"}}, true).ok());
  const struct { const char *name, *value; } kForeign[] = {
      {"Origin", "http://evil.example"},    {"Origin", "null"},           {"Origin", "http://mon1:3001"},   {"Origin", "http://mon1"},
      {"Origin", "https://mon1:3000.evil"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "none"},
  };
  for (const auto& f : kForeign) CHECK_MESSAGE(!page_request_check("GET", {{"Host", "mon1:3000"}, {f.name, f.value}}, false).ok(), f.value);
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", "text/json"})
    CHECK_MESSAGE(!page_request_check("POST", {{"Host", "a"}, {"Content-Type", type}}, true).ok(), type);
}

TEST_CASE("cookies: those of this listener, in their order") {
  CHECK(page_cookie_name(3000, false) == "picket-3000");
  CHECK(page_cookie_name(3000, true) == "__Host-picket-3000");
  const auto get = [](Headers h) {
    std::string all;
    for (std::string_view value : page_cookies_get(h, "picket-3000")) all.append(all.empty() ? "" : ",").append(value);
    return all;
  };
  CHECK(get({{"Cookie", "a=b; picket-3000=x.y; c=d"}}) == "x.y");
  CHECK(get({{"cookie", "picket-3000=x"}, {"Cookie", "picket-3000=z"}}) == "x,z");
  CHECK(get({{"Cookie", "picket-3000=x; picket-3000=z"}}) == "x,z");
  std::string many;
  for (int i = 0; i < 100; i++) many += "picket-3000=" + std::to_string(i) + ";";
  CHECK(get({{"Cookie", many}}) == "0,1,2,3,4,5,6,7");
  CHECK(get({{"Cookie", "picket-30001=x;;=;picket-3000"}}) == "");
  CHECK(get({{"Cookie", "xpicket-3000=x"}}) == "");
  CHECK(page_cookie_set("n", "v", false, -1) == "n=v; Path=/; HttpOnly; SameSite=Strict");
  CHECK(page_cookie_set("n", "v", true, 60) == "n=v; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=60");
}

TEST_CASE("a guest sits at this machine, and the browser meant it") {
  const GuestFacts good{true, true, true, 1, "mon1"};
  for (const char* host : {"127.0.0.1:3000", "localhost:3000", "[::1]:3000", "x.localhost", "mon1:3000"})
    CHECK_MESSAGE(page_guest_admitted(good, {{"Host", host}}), host);
  for (const char* host : {"evil.example:3000", "", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1"})
    CHECK_MESSAGE(!page_guest_admitted(good, {{"Host", host}}), host);
  for (const char* header : {"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via"})
    CHECK_MESSAGE(!page_guest_admitted(good, {{"Host", "localhost"}, {header, "x"}}), header);
  GuestFacts bad = good;
  for (bool GuestFacts::*fact : {&GuestFacts::wanted, &GuestFacts::listener_is_loopback, &GuestFacts::peer_is_loopback}) {
    bad = good;
    bad.*fact = false;
    CHECK(!page_guest_admitted(bad, {{"Host", "localhost"}}));
  }
  bad = good;
  bad.http_minor = 0;
  CHECK(!page_guest_admitted(bad, {{"Host", "localhost"}}));
}

TEST_CASE("a guest reads what happens, and nothing of how things are set up") {
  const auto may = [](const char* verb, const char* resource) { return page_guest_may({"guest", {}, verb, "default", resource, ""}); };
  for (const char* r : {"events", "entities", "silenced", "namespaces"}) {
    CHECK(may("get", r));
    CHECK(may("list", r));
    for (const char* verb : {"create", "update", "delete", "*", ""}) CHECK(!may(verb, r));
  }
  for (const char* r : {"checks", "handlers", "users", "roles", "apikeys", "filters", "hooks", "*", ""}) CHECK(!may("get", r));
}
