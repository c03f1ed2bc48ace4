// backend/shared/networks.h - networks as people write them, and whether an address lies in one. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

struct Network {
  unsigned char bytes[16] = {};  // IPv4 as ::ffff:a.b.c.d
  int bits = 128;
};

Result<Network> network_parse(const std::string& text);  // 10.0.0.0/8, fd00::/8, 192.0.2.7
bool network_has(const std::vector<Network>& networks, const std::string& address);

// Agents that still have Sensu's default password, let in from named networks until a named moment: for a move (docs/FROM-SENSU.md).
struct DefaultPasswordDoor {
  std::vector<Network> from;
  std::string from_text;  // as it was written
  int64_t until_s = 0;    // 0: there is no such door
};
inline constexpr int64_t kDefaultPasswordDaysMax = 92;  // it is an open door: a later end is refused

}  // namespace picket
