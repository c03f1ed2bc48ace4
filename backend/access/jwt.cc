// backend/access/jwt.cc - tokens signed and verified: base64url, HMAC and the claims we issue.
#include "backend/access/jwt.h"

#include "common/tls/crypto.h"
#include "common/json/json.h"

namespace picket {

static const char kHeader[] = R"({"alg":"HS256","typ":"JWT"})";

// `provider` and `api_key` as 6.x clients and proxies expect them; `use` is ours.
static std::string claims_encode(const Claims& c) {
  JsonObject provider;
  provider.add("provider_id", c.refresh ? "" : "basic").add("provider_type", c.refresh ? "" : "basic");
  provider.add("user_id", c.refresh ? "" : c.subject);
  JsonObject o;
  if (!c.issuer.empty()) o.add("iss", c.issuer);
  o.add("exp", c.expires_at).add("jti", c.id).add("sub", c.subject);
  c.refresh ? o.add_raw("groups", "null") : o.add("groups", c.groups);
  o.add_raw("provider", provider.done()).add("api_key", false).add("session_id", c.session);
  o.add("use", c.refresh ? "refresh" : "access");
  return o.done();
}

static Result<Claims> claims_decode(std::string_view json) {
  auto members = json_members(json);
  if (!members.ok()) return members.status;
  Claims c;
  bool use_seen = false;
  for (const JsonMember& m : members.value) {
    Status bad;
    auto text = [&](std::string* to) {
      auto r = json_string(m.raw);
      bad = r.status;
      *to = r.value;
    };
    if (m.key == "sub") text(&c.subject);
    if (m.key == "jti") text(&c.id);
    if (m.key == "iss") text(&c.issuer);
    if (m.key == "session_id") text(&c.session);
    if (m.key == "groups") {
      auto r = json_strings(m.raw);
      bad = r.status;
      c.groups = r.value;
    }
    if (m.key == "exp") {
      auto r = json_int64(m.raw);
      bad = r.status;
      c.expires_at = r.value;
    }
    if (m.key == "use") {
      std::string use;
      text(&use);
      use_seen = use == "refresh" || use == "access";
      c.refresh = use == "refresh";
    }
    if (!bad.ok()) return because("claim " + m.key, bad);
  }
  if (c.subject.empty() || c.id.empty() || c.expires_at == 0 || !use_seen) return fail(Err::invalid, "claim missing");
  return c;
}

static std::string signature(std::string_view signed_part, std::string_view secret) {
  return base64url_encode(hmac_sha256(secret, signed_part));
}

std::string jwt_sign(const Claims& claims, std::string_view secret) {
  std::string text = base64url_encode(kHeader) + "." + base64url_encode(claims_encode(claims));
  return text + "." + signature(text, secret);
}

Result<Claims> jwt_verify(std::string_view token, std::string_view secret) {
  if (token.size() > kTokenMax) return fail(Err::invalid, "token too long");
  size_t a = token.find('.'), b = a == token.npos ? a : token.find('.', a + 1);
  if (b == token.npos || token.find('.', b + 1) != token.npos) return fail(Err::invalid, "expected a token of three parts");
  // The signature first: nothing of a stranger's text is parsed.
  if (!equal_in_constant_time(signature(token.substr(0, b), secret), token.substr(b + 1)))
    return fail(Err::invalid, "the signature does not match");
  std::string header, payload;
  if (!base64url_decode(token.substr(0, a), &header) || header != kHeader) return fail(Err::invalid, "not HS256");
  if (!base64url_decode(token.substr(a + 1, b - a - 1), &payload)) return fail(Err::invalid, "bad base64");
  return claims_decode(payload);
}

}  // namespace picket
