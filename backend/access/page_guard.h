// backend/access/page_guard.h - requests of the dashboard's listener: which carry a right by themselves, and which must not. Pure.
//
// A cookie comes along with whatever a browser sends here, also with what a page of another port of this host makes it send: ports are one
// site. So it counts only together with its key in the header Picket-Request, which a foreign page can neither know nor send unasked
// (a preflight asks first, and no CORS header is ever answered). Guests, who have no key, say `guest` there.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "backend/access/rbac.h"
#include "common/basic/result.h"
#include "common/wire/http1.h"

namespace picket {

inline constexpr const char* kPageHeader = "Picket-Request";
inline constexpr const char* kPageGuest = "guest";

// What a browser's call has to look like, whatever page makes it. Err::denied with a sentence: it is of another page, or could be.
Status page_request_check(std::string_view method, const Headers& headers, bool has_body);

// The cookie's name: one listener, one name, since cookies know no ports. Over TLS it can come from no other host and no plain page.
std::string page_cookie_name(int port, bool tls);
// Its values, in the order they came: another port of this host, or a page of another name, may have set one of the same name.
inline constexpr size_t kPageCookiesMax = 8;  // of one request; further ones are not looked at
std::vector<std::string_view> page_cookies_get(const Headers& headers, std::string_view name);
std::string page_cookie_set(std::string_view name, std::string_view value, bool tls, int64_t max_age_s /* -1 = with the browser */);

// Somebody at this machine itself, not behind a proxy of it, whose browser meant this machine.
struct GuestFacts {
  bool wanted = false;  // --dashboard-guests view
  bool listener_is_loopback = false, peer_is_loopback = false;
  int http_minor = 1;  // proxies that hide themselves speak HTTP/1.0 by default
  std::string_view own_name;
};
bool page_guest_admitted(const GuestFacts& facts, const Headers& headers);
// A guest reads what happens and nothing of how things are set up.
bool page_guest_may(const RbacRequest& request);

}  // namespace picket
