// backend/access/page_guard.cc - Origin, Sec-Fetch-Site, content type, cookies and guests.
#include "backend/access/page_guard.h"

#include <algorithm>
#include <iterator>

#include "common/rules/local_host.h"

namespace picket {
namespace {

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

// A form or a text needs no preflight; JSON does.
bool is_json(std::string_view type) {
  type = trimmed(type.substr(0, type.find(';')));
  return text_same(type, "application/json") || text_same(type, "application/merge-patch+json");
}

}  // namespace

Status page_request_check(std::string_view method, const Headers& headers, bool has_body) {
  const std::string_view origin = header_get(headers, "Origin"), site = header_get(headers, "Sec-Fetch-Site");
  if (!origin.empty() && !origin_is_own(origin, header_get(headers, "Host")))
    return fail(Err::denied, "the dashboard takes no requests of web pages of another origin (" + std::string(origin.substr(0, 200)) + ")");
  if (!site.empty() && site != "same-origin")
    return fail(Err::denied,
                "the dashboard takes no requests of web pages of another origin (Sec-Fetch-Site: " + std::string(site.substr(0, 40)) + ")");
  if (has_body && method != "GET" && !is_json(header_get(headers, "Content-Type")))
    return fail(Err::denied, "the body of a request to the dashboard must be application/json");
  return {};
}

std::string page_cookie_name(int port, bool tls) { return (tls ? "__Host-picket-" : "picket-") + std::to_string(port); }

// The values of one header.
static void cookies_take(std::string_view header, std::string_view name, std::vector<std::string_view>* found) {
  while (!header.empty() && found->size() < kPageCookiesMax) {
    const size_t end = std::min(header.find(';'), header.size());
    const std::string_view pair = trimmed(header.substr(0, end));
    header.remove_prefix(std::min(header.size(), end + 1));
    const size_t equals = pair.find('=');
    if (equals != pair.npos && pair.substr(0, equals) == name) found->push_back(pair.substr(equals + 1));
  }
}

std::vector<std::string_view> page_cookies_get(const Headers& headers, std::string_view name) {
  std::vector<std::string_view> found;
  for (const auto& [key, value] : headers)
    if (text_same(key, "Cookie")) cookies_take(value, name, &found);
  return found;
}

std::string page_cookie_set(std::string_view name, std::string_view value, bool tls, int64_t max_age_s) {
  std::string cookie = std::string(name) + "=" + std::string(value) + "; Path=/; HttpOnly; SameSite=Strict";
  if (tls) cookie += "; Secure";
  return max_age_s < 0 ? cookie : cookie + "; Max-Age=" + std::to_string(max_age_s);
}

bool page_guest_admitted(const GuestFacts& facts, const Headers& headers) {
  if (!facts.wanted || !facts.listener_is_loopback || !facts.peer_is_loopback || facts.http_minor < 1) return false;
  return host_is_local(header_get(headers, "Host"), facts.own_name) && !is_forwarded(headers);
}

bool page_guest_may(const RbacRequest& request) {
  static constexpr const char* kResources[] = {"events", "entities", "silenced", "namespaces"};
  if (request.verb != "get" && request.verb != "list") return false;
  return std::any_of(std::begin(kResources), std::end(kResources), [&](const char* r) { return request.resource == r; });
}

}  // namespace picket
