// common/text/proxy_rules.h - which proxy a URL is to be fetched through, by the environment's rules (those of Go's net/http).
#pragma once
#include <string>

#include "common/text/url.h"

namespace picket {

struct ProxySettings { std::string http, https, none; };  // *_proxy, NO_PROXY

// "" = direct. http_proxy serves http and ws, https_proxy https and wss. This machine is never reached through a proxy.
std::string proxy_choose(const ProxySettings& settings, const Url& url);
bool proxy_excludes(const std::string& none, const std::string& host, int port);  // NO_PROXY matches

}  // namespace picket
