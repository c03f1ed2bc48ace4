// tests/fuzz/dashboard.cc - requests to the dashboard's listener: addresses of pages, cookies, and what a browser says of a request.
#include <cstdint>
#include <cstdlib>

#include "backend/access/page_guard.h"
#include "backend/pages/dashboard.h"

using namespace picket;

// "Name: value" lines; the first line is the path.
static Headers headers_of(std::string_view text) {
  Headers headers;
  while (!text.empty() && headers.size() < 50) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const size_t colon = line.find(':');
    if (colon != line.npos) headers.emplace_back(std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)));
  }
  return headers;
}

static void cookies_try(const Headers& headers) {
  const std::string name = page_cookie_name(3000, false);
  const auto cookies = page_cookies_get(headers, name);
  if (cookies.size() > kPageCookiesMax) abort();
  for (std::string_view value : cookies)
    if (value.find(';') != value.npos) abort();
  if (cookies.empty()) return;
  const Headers alone = {{"Cookie", name + "=" + std::string(cookies[0])}};
  const auto again = page_cookies_get(alone, name);
  if (again.size() != 1 || again[0] != cookies[0]) abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view path = text.substr(0, text.find('\n'));
  const Headers headers = headers_of(text.substr(std::min(size, path.size() + 1)));
  const StaticAnswer found = dashboard_find(path);
  if ((found.status == 200) != (found.file != nullptr) || (found.status == 301) != !found.location.empty()) abort();
  if (!found.location.empty() && (found.location.compare(0, 3, "/n/") != 0 || dashboard_find(found.location).status == 301)) abort();
  cookies_try(headers);
  for (const char* method : {"GET", "POST"})
    if (Status s = page_request_check(method, headers, true); !s.ok() && s.message.empty()) abort();
  GuestFacts facts;
  facts.wanted = facts.listener_is_loopback = true;
  if (page_guest_admitted(facts, headers)) abort();  // the peer is another machine
  facts.peer_is_loopback = true;
  facts.own_name = "here";
  (void)page_guest_admitted(facts, headers);
  return 0;
}
