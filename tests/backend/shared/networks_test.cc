// tests/backend/shared/networks_test.cc - networks as people write them, and what lies in them.
#include "backend/shared/networks.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("an address lies in a network by its first bits") {
  struct Row { const char *network, *address, *why; bool is_in; };
  static const Row kRows[] = {
      {"10.0.0.0/8", "10.255.0.1", "inside", true},
      {"10.0.0.0/8", "11.0.0.1", "the next one", false},
      {"10.0.0.0/8", "::ffff:10.1.2.3", "IPv4 on a socket of IPv6", true},
      {"192.0.2.128/25", "192.0.2.127", "bits within a byte", false},
      {"192.0.2.128/25", "192.0.2.129", "bits within a byte", true},
      {"192.0.2.7", "192.0.2.7", "one address", true},
      {"192.0.2.7", "192.0.2.8", "one address", false},
      {"0.0.0.0/0", "203.0.113.9", "all of IPv4", true},
      {"0.0.0.0/0", "2001:db8::1", "IPv6 is not IPv4", false},
      {"fd00::/8", "fd12::1%eth0", "with a zone", true},
      {"fd00::/8", "fe80::1", "outside", false},
      {"10.0.0.0/8", "", "no address", false},
      {"10.0.0.0/8", "host", "no address", false},
  };
  for (const Row& r : kRows) {
    CAPTURE(std::string(r.network) + " " + r.address + ": " + r.why);
    const Result<Network> n = network_parse(r.network);
    REQUIRE(n.ok());
    CHECK(network_has({n.value}, r.address) == r.is_in);
  }
}

TEST_CASE("what is no network is refused") {
  for (const char* text :
       {"", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0/8", "host/8", "10.0.0.0/0008"}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(network_parse(text).ok());
  }
}
