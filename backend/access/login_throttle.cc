// backend/access/login_throttle.cc - failures counted by address and by name, and the waits that follow.
#include "backend/access/login_throttle.h"

#include <algorithm>

namespace picket {
namespace {

using Entry = Throttle::Entry;

std::string address_key(const ThrottleSource& who) { return (who.agent ? "agents " : "api ") + who.address + "\n"; }

const Entry* find(const Throttle& t, const std::string& key, int64_t now_ms) {
  auto it = t.entries.find(key);
  if (it == t.entries.end() || now_ms - it->second.last_ms >= kFailuresForgottenMs + it->second.wait_ms) return nullptr;
  return &it->second;
}

void forget_oldest(Throttle& t) {
  auto oldest = std::min_element(t.entries.begin(), t.entries.end(),
                                 [](const auto& a, const auto& b) { return a.second.last_ms < b.second.last_ms; });
  t.entries.erase(oldest);
}

void count(Throttle& t, const std::string& key, int limit, int64_t now_ms) {
  if (!find(t, key, now_ms)) t.entries.erase(key);
  if (!t.entries.count(key) && t.entries.size() >= kThrottleMax) forget_oldest(t);
  Entry& e = t.entries[key];
  e.last_ms = now_ms;
  if (++e.failures < limit) return;
  e.wait_ms = e.wait_ms == 0 ? kThrottleFirstMs : std::min(2 * e.wait_ms, kThrottleLastMs);
  e.until_ms = now_ms + e.wait_ms;
}

}  // namespace

int64_t throttle_wait_ms(const Throttle& t, const ThrottleSource& who, int64_t now_ms) {
  const Entry* address = find(t, address_key(who), now_ms);
  if (!address) return 0;  // it has not failed: nothing that others did is its affair
  const Entry* pair = find(t, address_key(who) + who.name, now_ms);
  int64_t wait = std::max<int64_t>(address->until_ms - now_ms, 0);
  if (wait > 0 && !pair) wait = std::max<int64_t>(address->last_ms + kThrottleFirstMs - now_ms, 0);
  if (who.agent) return wait;
  if (const Entry* name = find(t, "\n" + who.name, now_ms)) wait = std::max(wait, name->until_ms - now_ms);
  return wait;
}

void throttle_failed(Throttle& t, const ThrottleSource& who, const std::string& what, int64_t now_ms) {
  if (who.agent && throttle_is_wrong(t, what, now_ms)) return;
  if (who.agent) count(t, "=" + what, INT32_MAX, now_ms);
  count(t, address_key(who), who.agent ? kAgentFailures : kAddressFailures, now_ms);
  count(t, address_key(who) + who.name, INT32_MAX, now_ms);
  if (!who.agent) count(t, "\n" + who.name, kNameFailures, now_ms);
}

bool throttle_is_wrong(const Throttle& t, const std::string& what, int64_t now_ms) { return find(t, "=" + what, now_ms) != nullptr; }

// The first four groups, zeros written out; an IPv4 address (also one inside IPv6) stays as it is.
std::string throttle_address(const std::string& ip) {
  if (ip.find(':') == ip.npos || ip.find('.') != ip.npos || ip == "::1") return ip;
  std::string out;
  size_t at = 0;
  for (int group = 0; group < 4; group++) {
    const size_t colon = std::min(ip.find(':', at), ip.size());
    const bool gap = colon == at;  // "::": what it stands for is at least one group of zeros; the rest is of the lower half or zeros too
    out += (gap ? "0" : ip.substr(at, colon - at)) + ":";
    if (!gap) at = std::min(colon + 1, ip.size());
  }
  return out + ":/64";
}

}  // namespace picket
