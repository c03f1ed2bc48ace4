// backend/access/login_throttle.h - wrong passwords slow down their sender. Pure; time is an argument.
//
// An address that has sent kAddressFailures wrong passwords, or a name that has had kNameFailures, waits: one second, and twice as
// long after each further one, up to a minute; a minute without any forgets it. A user with the right password is not locked out:
//   - a name is slowed down for addresses that have failed themselves; from any other one it is let in;
//   - at an address that is slowed down, a name that has not failed there has one try a second.
// An agent's wrong password counts once: one with an old password in its configuration harms no other behind its router.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

namespace picket {

inline constexpr int kAddressFailures = 5, kNameFailures = 10;
inline constexpr int kAgentFailures = 20;  // of one address at the agents' port: a fleet may be behind it
inline constexpr int64_t kFailuresForgottenMs = 60'000, kThrottleFirstMs = 1'000, kThrottleLastMs = 60'000;
inline constexpr size_t kThrottleMax = 4096;  // entries; the one that failed longest ago is forgotten

struct Throttle {
  struct Entry {
    int failures = 0;
    int64_t last_ms = 0, wait_ms = 0, until_ms = 0;
  };
  std::unordered_map<std::string, Entry> entries;  // "address\n", "\nname", "address\nname", and "=..." of wrong passwords
};

struct ThrottleSource { std::string address, name; bool agent = false; };

int64_t throttle_wait_ms(const Throttle& throttle, const ThrottleSource& who, int64_t now_ms);  // 0 = may try now
// `what` names user, hash and password that did not match.
void throttle_failed(Throttle& throttle, const ThrottleSource& who, const std::string& what, int64_t now_ms);
bool throttle_is_wrong(const Throttle& throttle, const std::string& what, int64_t now_ms);  // it did not match a moment ago

// What one guesser has many of: an IPv6 address is its /64.
std::string throttle_address(const std::string& ip);

}  // namespace picket
