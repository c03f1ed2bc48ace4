// tests/backend/access/login_throttle_test.cc - wrong passwords slow down their sender, and nobody else.
#include "backend/access/login_throttle.h"

#include <doctest/doctest.h>

using namespace picket;

namespace {

struct Story {
  Throttle throttle;
  int64_t now = 1'000'000;
  int passwords = 0;
  int64_t wait(const ThrottleSource& who) { return throttle_wait_ms(throttle, who, now); }
  void fail(const ThrottleSource& who, int times = 1) {
    for (int i = 0; i < times; i++) throttle_failed(throttle, who, std::to_string(++passwords), now);
  }
};

}  // namespace

TEST_CASE("the sixth wrong password of an address waits, twice as long after each one, a minute at most") {
  Story s;
  const ThrottleSource me{"192.0.2.1", "admin", false};
  s.fail(me, kAddressFailures - 1);
  CHECK(s.wait(me) == 0);
  s.fail(me);
  CHECK(s.wait(me) == 1000);
  for (int64_t want : {2000, 4000, 8000, 16000, 32000, 60000, 60000}) {
    s.now += s.wait(me);
    CHECK(s.wait(me) == 0);
    s.fail(me);
    CHECK(s.wait(me) == want);
  }
  s.now += 2 * kFailuresForgottenMs;
  CHECK(s.wait(me) == 0);
  s.fail(me);
  CHECK(s.wait(me) == 0);  // it begins anew
}

TEST_CASE("nobody can lock out a user with the right password") {
  Story s;
  for (int i = 0; i < 20; i++) s.fail({"203.0.113." + std::to_string(i), "admin", false});
  CHECK(s.wait({"203.0.113.7", "admin", false}) > 0);    // has failed, and the name has failed often
  CHECK(s.wait({"203.0.113.7", "anna", false}) == 0);    // the address has failed once
  CHECK(s.wait({"198.51.100.9", "admin", false}) == 0);  // a fresh address
  Story t;                                               // many behind one router
  t.fail({"192.0.2.1", "admin", false}, 100);
  t.now += 1000;
  CHECK(t.wait({"192.0.2.1", "admin", false}) > 0);
  CHECK(t.wait({"192.0.2.1", "anna", false}) == 0);
  t.fail({"192.0.2.1", "bob", false});  // a peer that tries name after name has one try a second
  CHECK(t.wait({"192.0.2.1", "carl", false}) == 1000);
}

TEST_CASE("agents behind one router: an old password in one of them counts once, a guesser is slowed down, the API is another door") {
  Story s;
  const ThrottleSource fleet{"192.0.2.1", "agent", true};
  for (int i = 0; i < 1000; i++) throttle_failed(s.throttle, fleet, "the old one", s.now);
  CHECK(s.wait(fleet) == 0);
  CHECK(throttle_is_wrong(s.throttle, "the old one", s.now));
  CHECK_FALSE(throttle_is_wrong(s.throttle, "the old one", s.now + kFailuresForgottenMs));
  s.fail(fleet, kAgentFailures);
  CHECK(s.wait(fleet) > 0);
  CHECK(s.wait({"192.0.2.1", "agent", false}) == 0);
  CHECK(s.wait({"192.0.2.2", "agent", true}) == 0);
}

TEST_CASE("the table has a bound, and forgets what is longest ago") {
  Story s;
  const ThrottleSource bad{"192.0.2.1", "admin", false};
  s.fail(bad, 8);
  for (size_t i = 0; i < 2 * kThrottleMax; i++) {
    s.now += 1;
    s.fail({"10.0.0." + std::to_string(i), "x" + std::to_string(i), false});
  }
  CHECK(s.throttle.entries.size() <= kThrottleMax);
}

TEST_CASE("an IPv6 guesser has one address: its /64") {
  CHECK(throttle_address("192.0.2.1") == "192.0.2.1");
  CHECK(throttle_address("::1") == "::1");
  CHECK(throttle_address("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
  CHECK(throttle_address("2001:db8:1:2:ffff::9") == throttle_address("2001:db8:1:2::1"));
  CHECK(throttle_address("2001:db8::1") == throttle_address("2001:db8::2"));
  CHECK(throttle_address("2001:db8:1::") != throttle_address("2001:db8:2::"));
  CHECK(throttle_address("::ffff:192.0.2.1") == "::ffff:192.0.2.1");
}
