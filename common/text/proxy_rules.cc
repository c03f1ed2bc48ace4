// common/text/proxy_rules.cc - HTTP_PROXY, HTTPS_PROXY and NO_PROXY, with networks, ports and suffixes.
#include "common/text/proxy_rules.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "common/wire/http1.h"

namespace picket {
namespace {

struct Address { uint8_t bytes[16] = {}; int size = 0; };

bool four_parse(const std::string& text, uint8_t* out) {
  size_t at = 0;
  for (int i = 0; i < 4; i++) {
    size_t end = i < 3 ? text.find('.', at) : text.size();
    if (end == std::string::npos || end == at || end - at > 3) return false;
    int value = 0;
    for (; at < end; at++) {
      if (text[at] < '0' || text[at] > '9') return false;
      value = value * 10 + (text[at] - '0');
    }
    if (value > 255) return false;
    out[i] = static_cast<uint8_t>(value);
    at = end + 1;
  }
  return true;
}

// Up to eight groups, one "::", perhaps an IPv4 tail.
bool six_parse(const std::string& text, uint8_t* out) {
  uint8_t parts[2][16] = {};
  int sizes[2] = {0, 0}, side = 0;
  size_t at = 0;
  if (text.compare(0, 2, "::") == 0) side = 1, at = 2;
  while (at < text.size()) {
    size_t end = text.find(':', at);
    std::string group = text.substr(at, end == std::string::npos ? std::string::npos : end - at);
    if (sizes[side] > 14) return false;
    if (end == std::string::npos && group.find('.') != std::string::npos) {
      if (sizes[side] > 12 || !four_parse(group, parts[side] + sizes[side])) return false;
      sizes[side] += 4;
      break;
    }
    char* stop = nullptr;
    unsigned long value = strtoul(group.c_str(), &stop, 16);
    if (group.empty() || group.size() > 4 || *stop) return false;
    parts[side][sizes[side]++] = static_cast<uint8_t>(value >> 8);
    parts[side][sizes[side]++] = static_cast<uint8_t>(value);
    if (end == std::string::npos) break;
    at = end + 1;
    if (at < text.size() && text[at] == ':') {
      if (side == 1) return false;
      side = 1;
      at++;
    } else if (at == text.size()) {
      return false;
    }
  }
  if (side == 0 ? sizes[0] != 16 : sizes[0] + sizes[1] > 14) return false;
  memcpy(out, parts[0], 16);
  if (side == 1) memcpy(out + 16 - sizes[1], parts[1], static_cast<size_t>(sizes[1]));
  return true;
}

Address address_parse(const std::string& text) {
  Address a;
  if (four_parse(text, a.bytes)) a.size = 4;
  else if (text.find(':') != std::string::npos && six_parse(text, a.bytes)) a.size = 16;
  return a;
}

bool in_network(const Address& a, const std::string& cidr) {
  size_t slash = cidr.find('/');
  Address net = address_parse(cidr.substr(0, slash));
  if (a.size == 0 || net.size != a.size) return false;
  int bits = slash == std::string::npos ? a.size * 8 : atoi(cidr.c_str() + slash + 1);
  for (int i = 0; i < a.size * 8 && i < bits; i++)
    if (((a.bytes[i / 8] ^ net.bytes[i / 8]) >> (7 - i % 8)) & 1) return false;
  return true;
}

bool is_this_machine(const std::string& host) {
  if (text_same(host, "localhost")) return true;
  Address a = address_parse(host);
  return (a.size == 4 && a.bytes[0] == 127) || (a.size == 16 && in_network(a, "::1"));
}

bool ends_with(const std::string& text, const std::string& tail) {
  return text.size() >= tail.size() && text_same(std::string_view(text).substr(text.size() - tail.size()), tail);
}

bool entry_matches(std::string entry, const std::string& host, int port) {
  if (entry == "*") return true;
  Address a = address_parse(host);
  if (entry.find('/') != std::string::npos) return in_network(a, entry);
  size_t colon = entry.rfind(':');
  if (colon != std::string::npos && entry.find(':') == colon) {  // host:port; more colons are an IPv6 address
    if (atoi(entry.c_str() + colon + 1) != port) return false;
    entry.resize(colon);
  }
  if (address_parse(entry).size > 0) return in_network(a, entry);
  if (entry.compare(0, 2, "*.") == 0) entry.erase(0, 1);
  if (!entry.empty() && entry[0] == '.') return ends_with(host, entry);
  return text_same(host, entry) || ends_with(host, "." + entry);
}

}  // namespace

bool proxy_excludes(const std::string& none, const std::string& host, int port) {
  for (size_t at = 0; at <= none.size();) {
    size_t end = none.find(',', at);
    if (end == std::string::npos) end = none.size();
    std::string entry = none.substr(at, end - at);
    at = end + 1;
    size_t from = entry.find_first_not_of(" \t"), to = entry.find_last_not_of(" \t");
    if (from == std::string::npos) continue;
    if (entry_matches(entry.substr(from, to - from + 1), host, port)) return true;
  }
  return false;
}

std::string proxy_choose(const ProxySettings& settings, const Url& url) {
  bool secure = url.scheme == "https" || url.scheme == "wss";
  int port = url.port != 0 ? url.port : secure ? 443 : 80;
  if (is_this_machine(url.host) || proxy_excludes(settings.none, url.host, port)) return {};
  return secure ? settings.https : settings.http;
}

}  // namespace picket
