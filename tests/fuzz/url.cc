// tests/fuzz/url.cc - URLs: what is taken names a host, and is taken again when it is written down; redirects and proxies stand any text.
#include <cstdint>
#include <cstdlib>

#include "common/text/proxy_rules.h"
#include "common/text/url.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string decoded;
  if (url_decode_strict(url_encode(text), &decoded) ? decoded != text : true) abort();
  (void)url_decode(text);
  size_t split = text.find('\n');
  std::string_view first = text.substr(0, split), second = split == std::string_view::npos ? std::string_view() : text.substr(split + 1);
  Result<Url> url = url_parse(first);
  if (!url.ok()) return 0;
  const Url& u = url.value;
  if (u.host.empty() || u.path.empty() || u.path[0] != '/' || u.port < 0 || u.port > 65535) abort();
  Result<Url> again = url_parse(u.scheme + "://" + url_authority(u) + u.path);
  if (!again.ok() || again.value.host != u.host || again.value.port != u.port || again.value.path != u.path) abort();
  (void)url_parse(url_resolve(u, second));
  (void)proxy_choose({"p", "s", std::string(second)}, u);
  return 0;
}
