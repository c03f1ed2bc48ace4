// backend/deliver/answers.cc - see answers.h.
#include "backend/deliver/answers.h"

#include <algorithm>
#include <vector>

#include "common/text/url.h"
#include "common/tls/crypto.h"

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

using Secrets = std::vector<std::string>;

// What follows the host: hooks keep their secret there. A service may show all of it, the path, the query, or one long part.
void add_path(Secrets& out, const std::string& url) {
  const size_t scheme = url.find("://"), at = url.find('/', scheme == url.npos ? 0 : scheme + 3);
  if (at == url.npos) return;
  const std::string target = url.substr(at);
  const size_t query = target.find('?');
  out.push_back(target);
  out.push_back(target.substr(0, query));
  if (query != target.npos) out.push_back(target.substr(query + 1));
  for (size_t begin = 0, end = 0; begin < target.size(); begin = end + 1) {
    end = std::min(target.find_first_of("/?&=", begin), target.size());
    if (end - begin >= kUrlPartLeast) out.push_back(target.substr(begin, end - begin));
  }
}

// The user and password of a URL, as they are and as they are sent.
void add_login(Secrets& out, const std::string& text) {
  const Result<Url> url = url_parse(text);
  if (!url.ok() || url.value.user.empty()) return;
  out.push_back(base64_encode(url.value.user + ":" + url.value.password));
  out.push_back(url.value.user + ":" + url.value.password);
  out.push_back(url.value.password);
}

// "Bearer abc": with its scheme and without.
void add_header(Secrets& out, const std::string& value) {
  out.push_back(value);
  if (const size_t blank = value.rfind(' '); blank != value.npos && value.size() - blank > kUrlPartLeast)
    out.push_back(value.substr(blank + 1));
}

void add_webhook(Secrets& out, const HandlerWebhook& webhook) {
  out.push_back(webhook.key);
  add_path(out, webhook.url);
  add_login(out, webhook.url);
  for (const auto& [name, value] : webhook.headers) add_header(out, value);
}

void add_email(Secrets& out, const HandlerEmail& email) {
  out.push_back(email.password);
  out.push_back(base64_encode(email.password));
  if (!email.oauth2) return;
  out.push_back(email.oauth2->client_secret);
  out.push_back(email.oauth2->refresh_token);
}

// In JSON a slash may be written with a backslash.
void add_escaped(Secrets& out) {
  for (size_t i = 0, count = out.size(); i < count; i++) {
    std::string escaped;
    for (char c : out[i]) escaped += c == '/' ? std::string("\\/") : std::string(1, c);
    if (escaped != out[i]) out.push_back(std::move(escaped));
  }
}

Secrets secrets_of(const Handler& h) {
  Secrets out;
  for (const std::string& v : h.env_vars)
    if (const size_t equals = v.find('='); equals != v.npos) out.push_back(v.substr(equals + 1));
  if (h.webhook) add_webhook(out, *h.webhook);
  if (h.email) add_email(out, *h.email);
  add_escaped(out);
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });  // one may hold another
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
  for (const std::string& secret : secrets_of(handler)) {
    if (secret.size() < kSecretLeast) continue;
    for (size_t at = 0; (at = text.find(secret, at)) != text.npos; at += 3) text.replace(at, secret.size(), "***");
  }
  return text;
}

}  // namespace picket
