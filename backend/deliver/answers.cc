// backend/deliver/answers.cc - see answers.h.
#include "backend/deliver/answers.h"

#include <algorithm>
#include <vector>

namespace picket {
namespace {

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && static_cast<unsigned char>(s.front()) <= ' ') s.remove_prefix(1);
  while (!s.empty() && static_cast<unsigned char>(s.back()) <= ' ') s.remove_suffix(1);
  return s;
}

std::string shortened(std::string_view s) {
  size_t size = std::min(s.size(), kAnswerMax);
  while (size > 0 && size < s.size() && (s[size] & 0xc0) == 0x80) size--;  // not inside a character
  std::string out(s.substr(0, size));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return out;
}

// What follows the host: hooks keep their secret there.
std::string_view path_of(std::string_view url) {
  const size_t scheme = url.find("://"), path = url.find('/', scheme == url.npos ? 0 : scheme + 3);
  return path == url.npos ? std::string_view() : url.substr(path);
}

std::vector<std::string_view> secrets_of(const Handler& h) {
  std::vector<std::string_view> out;
  for (const std::string& v : h.env_vars)
    if (const size_t equals = v.find('='); equals != v.npos) out.push_back(std::string_view(v).substr(equals + 1));
  if (h.webhook) {
    out.push_back(h.webhook->key);
    out.push_back(path_of(h.webhook->url));
    for (const auto& [name, value] : h.webhook->headers) out.push_back(value);
  }
  if (h.email) out.push_back(h.email->password);
  if (h.email && h.email->oauth2)
    for (const std::string* s : {&h.email->oauth2->client_secret, &h.email->oauth2->refresh_token}) out.push_back(*s);
  std::sort(out.begin(), out.end(), [](std::string_view a, std::string_view b) { return a.size() > b.size(); });  // one may hold another
  return out;
}

}  // namespace

std::string answer_first_line(std::string_view text) {
  text = trimmed(text);
  return shortened(trimmed(text.substr(0, text.find('\n'))));
}

std::string answer_last_line(std::string_view text) {
  text = trimmed(text);
  const size_t line = text.rfind('\n');
  return shortened(trimmed(line == text.npos ? text : text.substr(line + 1)));
}

std::string delivery_redacted(std::string text, const Handler& handler) {
  for (std::string_view secret : secrets_of(handler)) {
    if (secret.size() < kSecretLeast) continue;
    for (size_t at = 0; (at = text.find(secret, at)) != text.npos; at += 3) text.replace(at, secret.size(), "***");
  }
  return text;
}

}  // namespace picket
