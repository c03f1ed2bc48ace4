// tests/fuzz/target.cc - request targets, queries and bodies: cleaning is stable, tokens round-trip, patches stay JSON.
#include <cstdlib>

#include "backend/api/call.h"

using namespace picket;

static void path_try(std::string_view path) {
  if (!path_escapes_valid(path)) return;
  std::string clean = path_clean(path);
  if (path_clean(clean) != clean) abort();
  const ApiRoute* route = nullptr;
  PathVariables variables;
  if (route_match(api_routes(), "GET", clean, &route, &variables) == Match::found) route_rights(*route, variables, {"u", {}, ""});
}

static void query_try(std::string_view query) {
  Page page = page_parse(query);
  Page again = page_parse("continue=" + page_token(page.after));
  if (again.after != page.after) abort();
}

static void patch_try(std::string_view target, std::string_view patch) {
  if (!json_check(target).ok() || !json_check(patch).ok()) return;
  std::string merged = json_merge(target, patch);
  if (!json_check(merged).ok()) abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  path_try(text.substr(0, text.find('?')));
  query_try(text);
  if (auto body = body_object(text); body.ok() && !json_check(body.value).ok()) abort();
  size_t half = std::min(text.find('\n'), size);
  patch_try(text.substr(0, half), text.substr(std::min(half + 1, size)));
  etag_listed(text, "\"a\"");
  return 0;
}
