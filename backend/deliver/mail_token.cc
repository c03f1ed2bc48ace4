// backend/deliver/mail_token.cc - access tokens for mail servers that take no passwords (XOAUTH2): asked for by a refresh token or as an
// application (RFC 6749, 6 and 4.4), and kept until shortly before they end.
#include <algorithm>
#include <map>

#include "backend/deliver/builtin.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/socket/net.h"
#include "common/text/url.h"

namespace picket {
namespace {

constexpr size_t kTokensMax = 100;         // kept; with one more all are asked for again
constexpr size_t kAnswerMax = 64u << 10;   // bytes of an answer; a token has some thousands
constexpr int64_t kTokenS = 300;           // how long one is used whose end is not said
constexpr int64_t kTokenEarlyMs = 60'000;  // it is not used up to its end
constexpr size_t kErrorShown = 200;        // bytes of a refusal

struct Token { std::string text; int64_t ends_ms = 0; };

// On the loop's thread alone, like all deliveries.
std::map<std::string, Token>& tokens() {
  static std::map<std::string, Token> kept;
  return kept;
}

std::string key_of(const HandlerOauth2& o) {
  std::string key;
  for (const std::string* part : {&o.token_url, &o.client_id, &o.client_secret, &o.refresh_token, &o.scope}) key += *part + '\n';
  return key;
}

std::string question(const HandlerOauth2& o) {
  std::string body = o.refresh_token.empty() ? "grant_type=client_credentials" : "grant_type=refresh_token";
  const std::pair<const char*, const std::string*> rows[] = {
      {"refresh_token", &o.refresh_token}, {"client_id", &o.client_id}, {"client_secret", &o.client_secret}, {"scope", &o.scope}};
  for (const auto& [name, value] : rows)
    if (!value->empty()) body += std::string("&") + name + "=" + url_encode(*value);
  return body;
}

// RFC 6749, 5.2: an error is a word and a sentence; neither holds a secret.
Status refusal(const HttpClientResponse& r) {
  const Result<std::string> word = json_string(json_at(r.body, {"error"})), why = json_string(json_at(r.body, {"error_description"}));
  const std::string text = word.ok() ? word.value + (why.ok() ? ": " + why.value : "") : "";
  return fail(r.code / 100 == 5 || r.code == 429 ? Err::unavailable : Err::invalid,
              "no access token: HTTP status " + std::to_string(r.code) + (text.empty() ? "" : ", " + text.substr(0, kErrorShown)));
}

Result<Token> token_of(const HttpClientResponse& r) {
  if (!r.status.ok()) return because("no access token", r.status);
  if (r.code / 100 != 2) return refusal(r);
  const Result<std::string> text = json_string(json_at(r.body, {"access_token"}));
  if (!text.ok() || text.value.empty()) return fail(Err::invalid, "no access token in the answer of the token server");
  const Result<int64_t> seconds = json_int64(json_at(r.body, {"expires_in"}));
  return Token{text.value, os_mono_ms() + std::clamp<int64_t>(seconds.ok() ? seconds.value : kTokenS, 1, 86'400) * 1000 - kTokenEarlyMs};
}

void keep(const std::string& key, const Token& token) {
  if (tokens().size() >= kTokensMax) tokens().clear();
  tokens()[key] = token;
}

}  // namespace

void mail_token_forget(const HandlerOauth2& o) { tokens().erase(key_of(o)); }

void mail_token(Net* net, const TlsOptions& tls, const HandlerOauth2& o, int64_t timeout_ms,
                std::function<void(Result<std::string>)> done) {
  const std::string key = key_of(o);
  if (auto it = tokens().find(key); it != tokens().end() && it->second.ends_ms > os_mono_ms()) return done(it->second.text);
  HttpClientRequest request;
  request.method = "POST";
  request.url = o.token_url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = question(o);
  request.tls = tls;
  request.timeout_ms = timeout_ms;
  request.body_max = kAnswerMax;
  request.redirects_max = 0;
  http_call(net, request, [key, done = std::move(done)](const HttpClientResponse& r) {
    Result<Token> token = token_of(r);
    if (token.ok()) keep(key, token.value);
    done(token.ok() ? Result<std::string>(token.value.text) : Result<std::string>(token.status));
  });
}

}  // namespace picket
