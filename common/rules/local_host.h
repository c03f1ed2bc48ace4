// common/rules/local_host.h - whether an HTTP request was meant for this machine by its sender. Pure.
//
// The peer's address does not say so: a web page whose name was made to resolve to 127.0.0.1 (DNS rebinding) is sent by the browser
// of this machine, as is what any page posts to a port of it. But such a page cannot choose the Host that the browser sends, nor
// leave out the Origin.
#pragma once
#include <string_view>

#include "common/wire/http1.h"

namespace picket {

// A Host header's value, with or without a port: 127.0.0.0/8, [::1], localhost, *.localhost, this machine's own name. A name that
// only looks like one of these is not.
bool host_is_local(std::string_view host, std::string_view own_name);

// The host and port of an Origin are those of Host: the page came from this very listener.
bool origin_is_own(std::string_view origin, std::string_view host);

// A browser sends it for a page that did not come from this listener: Origin, Sec-Fetch-Site or Referer says so.
bool is_of_other_page(const Headers& headers);

// Headers of a proxy: the sender is not the one that the connection comes from.
bool is_forwarded(const Headers& headers);

}  // namespace picket
