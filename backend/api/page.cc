// backend/api/page.cc - query strings and continue tokens.
#include <charconv>

#include "common/tls/crypto.h"
#include "backend/api/call.h"

namespace picket {

static std::string query_decode(std::string_view text) {
  std::string plain(text);
  for (char& c : plain)
    if (c == '+') c = ' ';
  return url_decode(plain);
}

static bool query_find(std::string_view query, std::string_view name, std::string* value) {
  while (!query.empty()) {
    std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    size_t equals = std::min(pair.find('='), pair.size());
    if (query_decode(pair.substr(0, equals)) != name) continue;
    *value = query_decode(pair.substr(std::min(equals + 1, pair.size())));
    return true;
  }
  return false;
}

std::string query_get(std::string_view query, std::string_view name) {
  std::string value;
  query_find(query, name, &value);
  return value;
}

bool query_has(std::string_view query, std::string_view name) {
  std::string value;
  return query_find(query, name, &value);
}

// What is no integer counts as none; a token that does not decode starts from the beginning.
Page page_parse(std::string_view query) {
  Page page;
  std::string limit = query_get(query, "limit");
  auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), page.limit);
  if (error != std::errc() || end != limit.data() + limit.size()) page.limit = 0;
  if (!base64url_decode(query_get(query, "continue"), &page.after)) page.after.clear();
  if (!page.after.empty() && page.after.back() == '\0') page.after.pop_back();
  page.labels = query_get(query, "labelSelector");
  page.fields = query_get(query, "fieldSelector");
  return page;
}

std::string page_token(std::string_view key) { return base64url_encode(std::string(key) + '\0'); }

}  // namespace picket
