// common/rules/local_host.cc - peers, Host and forwarding headers of a request, judged.
#include "common/rules/local_host.h"

#include <algorithm>

namespace picket {
namespace {

// "[::1]:8080" -> "[::1]", "localhost:8080" -> "localhost"; "" when what stands after the name is no port.
std::string_view without_port(std::string_view host) {
  size_t end = host.size();
  if (!host.empty() && host[0] == '[') {
    end = host.find(']');
    if (end == host.npos) return "";
    end++;
  } else if (size_t colon = host.find(':'); colon != host.npos) {
    end = colon;
  }
  std::string_view rest = host.substr(end);
  if (!rest.empty() && (rest[0] != ':' || rest.size() > 6 || rest.find_first_not_of("0123456789", 1) != rest.npos)) return "";
  return host.substr(0, end);
}

// 127.x.y.z with four decimal parts; nothing else that some resolver would read as an address.
bool is_loopback_v4(std::string_view name) {
  int parts = 0;
  while (parts < 4) {
    size_t dot = name.find('.');
    std::string_view part = name.substr(0, dot);
    if (part.empty() || part.size() > 3 || part.find_first_not_of("0123456789") != part.npos) return false;
    if (parts == 0 && part != "127") return false;
    int value = 0;
    for (char c : part) value = value * 10 + (c - '0');
    if (value > 255) return false;
    parts++;
    if (dot == name.npos) return parts == 4;
    name.remove_prefix(dot + 1);
  }
  return false;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text_same(text.substr(text.size() - end.size()), end);
}

}  // namespace

bool host_is_local(std::string_view host, std::string_view own_name) {
  std::string_view name = without_port(host);
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  if (name.empty()) return false;
  if (name == "[::1]" || is_loopback_v4(name)) return true;
  return text_same(name, "localhost") || ends_with(name, ".localhost") || (!own_name.empty() && text_same(name, own_name));
}

bool origin_is_own(std::string_view origin, std::string_view host) {
  size_t scheme = origin.find("://");
  return scheme != origin.npos && !host.empty() && text_same(origin.substr(scheme + 3), host);
}

bool is_forwarded(const Headers& headers) {
  for (const char* name : {"Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Original-Forwarded-For",
                           "X-Original-Host", "CF-Connecting-IP", "CF-Ray", "True-Client-IP", "Fastly-Client-IP", "CDN-Loop"})
    if (header_has(headers, name)) return true;
  constexpr std::string_view kForwarded = "X-Forwarded";  // -For, -Host, -Proto, -Server, ..., and alone
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& h) { return text_same(std::string_view(h.first).substr(0, kForwarded.size()), kForwarded); });
}

bool is_of_other_page(const Headers& headers) {
  const std::string_view host = header_get(headers, "Host"), origin = header_get(headers, "Origin");
  if (!origin.empty() && !origin_is_own(origin, host)) return true;
  const std::string_view site = header_get(headers, "Sec-Fetch-Site");  // same-site: another port, too
  if (!site.empty() && site != "none" && site != "same-origin") return true;
  const std::string_view referer = header_get(headers, "Referer");
  if (referer.empty()) return false;
  const size_t scheme = referer.find("://");
  return scheme == referer.npos || !origin_is_own(referer.substr(0, referer.find_first_of("/?#", scheme + 3)), host);
}

}  // namespace picket
