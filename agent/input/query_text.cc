// agent/input/query_text.cc - see query_text.h.
#include "agent/input/query_text.h"

#include <algorithm>

namespace picket {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string query_unescape(std::string_view s) {
  std::string out;
  for (size_t i = 0; i < s.size(); i++) {
    if (s[i] == '%' && i + 2 < s.size() && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
      out += char(hex(s[i + 1]) * 16 + hex(s[i + 2]));
      i += 2;
    } else out += s[i] == '+' ? ' ' : s[i];
  }
  return out;
}

std::vector<QueryParameter> query_parameters(std::string_view query) {
  std::vector<QueryParameter> out;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == query.npos ? std::string_view{} : query.substr(end + 1);
    const size_t equals = std::min(pair.find('='), pair.size());
    if (pair.empty()) continue;
    out.push_back({query_unescape(pair.substr(0, equals)), equals < pair.size() ? query_unescape(pair.substr(equals + 1)) : ""});
  }
  return out;
}

std::string query_value(std::string_view query, std::string_view name) {
  for (QueryParameter& p : query_parameters(query))
    if (p.name == name) return std::move(p.value);
  return "";
}

}  // namespace picket
