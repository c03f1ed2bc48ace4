// common/text/url.h - URLs and percent escapes.
#pragma once
#include <string>
#include <string_view>

#include "common/basic/result.h"

namespace picket {

struct Url { std::string scheme, user, password, host; int port = 0; std::string path /* with query, "/" at least */; };
Result<Url> url_parse(std::string_view text);  // host without brackets; port 0 when absent
// For logs, errors and their readers: scheme, host and port. User, path and query may hold secrets; those of a webhook are one.
// Any text may be given.
std::string url_shown(std::string_view text);
std::string url_decode(std::string_view text);  // %XX; bad escapes stay as they are
bool url_decode_strict(std::string_view text, std::string* out);
std::string url_encode(std::string_view text);                         // path segment
std::string url_resolve(const Url& base, std::string_view reference);  // what a Location header means, RFC 3986 5.2
std::string url_authority(const Url& url);                             // host, in brackets when it is IPv6, and port when given

}  // namespace picket
