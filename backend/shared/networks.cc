// backend/shared/networks.cc - CIDR notation and the comparison of bits; see networks.h.
#include "backend/shared/networks.h"

#include <uv.h>

#include <algorithm>
#include <cstring>

namespace picket {
namespace {

constexpr unsigned char kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// How many of the 128 bits its own notation has none of: 96 for IPv4; -1: it is no address.
int address_read(const std::string& text, unsigned char* bytes) {
  std::memcpy(bytes, kMapped, sizeof kMapped);
  if (uv_inet_pton(AF_INET, text.c_str(), bytes + sizeof kMapped) == 0) return 96;
  return uv_inet_pton(AF_INET6, text.c_str(), bytes) == 0 ? 0 : -1;
}

bool bits_read(const std::string& text, int most, int* bits) {
  if (text.empty() || text.size() > 3 || text.find_first_not_of("0123456789") != text.npos) return false;
  *bits = 0;
  for (char c : text) *bits = *bits * 10 + (c - '0');
  return *bits <= most;
}

bool same_bits(const unsigned char* a, const unsigned char* b, int bits) {
  const size_t whole = size_t(bits) / 8;
  if (std::memcmp(a, b, whole) != 0) return false;
  const int rest = bits % 8, mask = (0xff << (8 - rest)) & 0xff;
  return rest == 0 || ((a[whole] ^ b[whole]) & mask) == 0;
}

}  // namespace

Result<Network> network_parse(const std::string& text) {
  Network n;
  const size_t slash = text.find('/');
  const int lead = address_read(text.substr(0, slash), n.bytes);
  int bits = 128 - lead;
  if (lead < 0 || (slash != text.npos && !bits_read(text.substr(slash + 1), 128 - lead, &bits)))
    return fail(Err::invalid, "\"" + text + "\" is no network; give one like 10.0.0.0/8 or fd00::/8");
  n.bits = bits + lead;
  return n;
}

bool network_has(const std::vector<Network>& networks, const std::string& address) {
  unsigned char bytes[16];
  if (address_read(address.substr(0, address.find('%')), bytes) < 0) return false;
  return std::any_of(networks.begin(), networks.end(), [&](const Network& n) { return same_bits(n.bytes, bytes, n.bits); });
}

}  // namespace picket
