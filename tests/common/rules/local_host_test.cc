// tests/common/rules/local_host_test.cc - what counts as a request that was meant for this machine.
#include "common/rules/local_host.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("a Host is local when it is a name of this machine, and not when it only looks like one") {
  struct Row { const char* host; bool local; const char* why; };
  static const Row kRows[] = {
      {"127.0.0.1", true, "the usual one"},
      {"127.0.0.1:8080", true, "with its port"},
      {"127.8.9.10:1", true, "all of 127/8 is this machine"},
      {"[::1]:8080", true, "IPv6"},
      {"[::1]", true, "IPv6 without a port"},
      {"localhost", true, "by name"},
      {"LocalHost:3000", true, "names have no case"},
      {"localhost.:80", true, "written as absolute"},
      {"api.localhost:80", true, "browsers resolve these themselves"},
      {"mon1:8080", true, "our own name"},
      {"MON1", true, "our own name, shouted"},
      {"", false, "no Host at all"},
      {"evil.example:8080", false, "a page whose name was made to resolve to us"},
      {"127.0.0.1.evil.example", false, "a name that begins as an address"},
      {"127.0.0.1.nip.io:8080", false, "the same, as a service"},
      {"localhost.evil.example", false, "a name that begins as ours"},
      {"evillocalhost", false, "a name that ends as ours, without the dot"},
      {"mon1.evil.example", false, "our name elsewhere"},
      {"mon12", false, "not our name"},
      {"0.0.0.0:8080", false, "reaches us on some systems, and is no name of ours"},
      {"127.1", false, "what only some resolvers take for an address"},
      {"127.0.0.256", false, "no address"},
      {"127.0.0.1.1", false, "no address"},
      {"2130706433", false, "an address as one number"},
      {"[::ffff:127.0.0.1]:80", false, "an address in another"},
      {"[::1", false, "cut short"},
      {"[::1]evil", false, "something behind the address"},
      {"127.0.0.1:80x", false, "no port"},
      {"127.0.0.1@evil.example", false, "what a URL would call a user"},
      {"10.0.0.5", false, "another machine's"},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.host);
    CAPTURE(r.why);
    CHECK(host_is_local(r.host, "mon1") == r.local);
  }
  CHECK_FALSE(host_is_local("", ""));
  CHECK_FALSE(host_is_local(":8080", ""));
}

TEST_CASE("an Origin is our own when host and port are those of the Host") {
  CHECK(origin_is_own("http://127.0.0.1:8080", "127.0.0.1:8080"));
  CHECK(origin_is_own("https://Mon1:3000", "mon1:3000"));
  CHECK_FALSE(origin_is_own("http://127.0.0.1:3902", "127.0.0.1:8080"));
  CHECK_FALSE(origin_is_own("http://evil.example", "127.0.0.1:8080"));
  CHECK_FALSE(origin_is_own("null", "127.0.0.1:8080"));
  CHECK_FALSE(origin_is_own("null", ""));
  CHECK_FALSE(origin_is_own("http://", ""));
  CHECK(is_forwarded({{"x-forwarded-for", "10.0.0.1"}}));
  CHECK(is_forwarded({{"Via", "1.1 proxy"}}));
  CHECK_FALSE(is_forwarded({{"Host", "localhost"}}));
  for (const char* name : {"X-Forwarded", "x-forwarded-server", "CF-Connecting-IP", "True-Client-IP", "Forwarded"}) {
    CAPTURE(name);
    CHECK(is_forwarded({{name, "192.0.2.1"}}));
  }
}

TEST_CASE("a request of another page is known by what the browser says of it") {
  struct Row { const char *name, *value; bool other; };
  static const Row kRows[] = {
      {"Sec-Fetch-Site", "cross-site", true},
      {"Sec-Fetch-Site", "same-site", true},
      {"Sec-Fetch-Site", "same-origin", false},
      {"Sec-Fetch-Site", "none", false},
      {"Referer", "http://evil.example/page", true},
      {"Referer", "http://localhost:3902/", true},
      {"Referer", "http://evil.example?http://localhost:8080/", true},
      {"Referer", "nonsense", true},
      {"Referer", "http://localhost:8080/ui?x=1", false},
      {"Referer", "http://localhost:8080", false},
      {"Origin", "http://evil.example", true},
      {"Origin", "http://localhost:8080", false},
      {"Accept", "*/*", false},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.name);
    CAPTURE(r.value);
    CHECK(is_of_other_page({{"Host", "localhost:8080"}, {r.name, r.value}}) == r.other);
  }
}
