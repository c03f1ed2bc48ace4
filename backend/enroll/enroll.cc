// backend/enroll/enroll.cc - the decisions of enroll.h.
#include "backend/enroll/enroll.h"

#include "common/json/json.h"
#include "common/rules/resource_types.h"
#include "common/tls/certificates.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr std::string_view kUserPrefix = "agent/";

std::string text_of(std::string_view body, std::string_view key) {
  const std::string_view raw = json_at(body, {key});
  return raw.empty() || json_type(raw) != JsonType::string ? std::string() : json_string(raw).value;
}

int64_t number_of(std::string_view body, std::string_view key, int64_t fallback = 0) {
  const std::string_view raw = json_at(body, {key});
  const Result<int64_t> number = raw.empty() ? Result<int64_t>(fallback) : json_int64(raw);
  return number.ok() ? number.value : -1;
}

Status in_range(const char* field, int64_t value, int64_t most) {
  if (value >= 1 && value <= most) return {};
  return fail(Err::invalid, std::string(field) + ": expected a number from 1 to " + std::to_string(most));
}

Status denied(const std::string& why) { return fail(Err::denied, why); }

bool is_same_credential(const EnrollRequest& r, const Enrolled& e) {
  if (!r.public_key.empty()) return public_key_fingerprint(r.public_key) == public_key_fingerprint(e.public_key);
  return !r.secret_hash.empty() && equal_in_constant_time(r.secret_hash, e.secret_hash);
}

// Within one second a token may be made before a revocation or after it. A row that has no milliseconds counts as before: the revocation
// as late as it can have been.
bool revoked_since(const Enrolled& e, const EnrollGrant& g) {
  const int64_t revoked_ms = e.revoked_ms > 0 ? e.revoked_ms : e.revoked_s * 1000 + 999;
  return revoked_ms >= (g.created_ms > 0 ? g.created_ms : g.created_s * 1000);
}

// Whoever knows the secret may be told what is wrong with the token; nobody else learns whether there is one.
Status grant_judge(const EnrollRequest& r, const EnrollState& s) {
  Status unknown = fail(Err::unauthenticated, "the token is not valid in namespace " + r.ns);
  const std::string hash = enroll_secret_hash(r.token.secret);
  if (!s.grant || s.grant->ns != r.ns || !equal_in_constant_time(hash, s.grant->secret_hash)) return unknown;
  if (s.grant->until_s <= s.now_s) return denied("the token has expired; make another one with `picket ctl enroll create`");
  if (!name_fits(s.grant->names, r.name)) return denied("the token is for agents named " + s.grant->names + ", not for " + r.name);
  return {};
}

Status name_judge(const EnrollRequest& r, const EnrollState& s) {
  const std::string again = "revoke it with `picket ctl enroll revoke " + r.name +
      "`, make a new token and use it with `picket agent enroll --force`, if this is to be that agent";
  if (s.present && s.present->revoked_s == 0) return fail(Err::exists, "an agent named " + r.name + " is enrolled already; " + again);
  if (s.present && revoked_since(*s.present, *s.grant))
    return denied("agent " + r.name + " was revoked after this token was made; make another one with `picket ctl enroll create`");
  if (s.elsewhere) return fail(Err::exists, "an agent named " + r.name + " is connected from another address; stop that one first");
  return {};
}

// What is stored of each, once for writing and reading.
template <class Row, class F>
void grant_fields(Row& g, F f) {
  f("secret_hash", g.secret_hash);
  f("names", g.names);
  f("created_by", g.created_by);
  f("created_s", g.created_s);
  f("created_ms", g.created_ms);
  f("until_s", g.until_s);
  f("uses", g.uses);
  f("used", g.used);
}
template <class Row, class F>
void enrolled_fields(Row& e, F f) {
  f("id", e.id);
  f("public_key", e.public_key);
  f("secret_hash", e.secret_hash);
  f("grant", e.grant);
  f("address", e.address);
  f("enrolled_s", e.enrolled_s);
  f("renewed_s", e.renewed_s);
  f("until_s", e.until_s);
  f("revoked_s", e.revoked_s);
  f("revoked_ms", e.revoked_ms);
}

template <class Fields, class Row>
std::string row_write(const Row& row, Fields fields) {
  JsonObject out;
  fields(row, [&out](const char* key, const auto& value) { out.add(key, value); });
  return out.done();
}

struct RowReader {
  std::string_view body;
  void operator()(const char* key, std::string& value) const { value = text_of(body, key); }
  void operator()(const char* key, int64_t& value) const { value = number_of(body, key); }
};

}  // namespace

std::string grant_encode(const EnrollGrant& g) {
  return row_write(g, [](const EnrollGrant& row, auto f) { grant_fields(row, f); });
}

EnrollGrant grant_decode(std::string_view ns, std::string_view id, std::string_view body) {
  EnrollGrant g;
  g.ns = ns;
  g.id = id;
  grant_fields(g, RowReader{body});
  return g;
}

std::string enrolled_encode(const Enrolled& e) {
  return row_write(e, [](const Enrolled& row, auto f) { enrolled_fields(row, f); });
}

Enrolled enrolled_decode(std::string_view ns, std::string_view name, std::string_view body) {
  Enrolled e;
  e.ns = ns;
  e.name = name;
  enrolled_fields(e, RowReader{body});
  return e;
}

std::string grant_shown(const EnrollGrant& g) {
  return JsonObject()
      .add("id", g.id)
      .add("namespace", g.ns)
      .add("name", g.names)
      .add("created_by", g.created_by)
      .add("created", g.created_s)
      .add("until", g.until_s)
      .add("uses", g.uses)
      .add("used", g.used)
      .done();
}

std::string enrolled_shown(const Enrolled& e) {
  return JsonObject()
      .add("name", e.name)
      .add("namespace", e.ns)
      .add("user", enrolled_user(e.ns, e.name))
      .add("credential", e.public_key.empty() ? "password" : "certificate")
      .add("token", e.grant)
      .add("address", e.address)
      .add("enrolled", e.enrolled_s)
      .add("renewed", e.renewed_s)
      .add("until", e.until_s)
      .add("revoked", e.revoked_s)
      .done();
}

Result<EnrollGrant> grant_read(std::string_view body, int64_t now_s) {
  EnrollGrant g;
  const int64_t seconds = number_of(body, "seconds", 3600);
  g.uses = number_of(body, "uses", 1);
  g.names = text_of(body, "name");
  if (Status s = in_range("seconds", seconds, kGrantSecondsMax); !s.ok()) return s;
  if (Status s = in_range("uses", g.uses, kGrantUsesMax); !s.ok()) return s;
  if (g.names.size() > kEnrollNameMax)
    return fail(Err::invalid, "name: expected a pattern of " + std::to_string(kEnrollNameMax) + " characters at most, like web-*");
  g.created_s = now_s;
  g.until_s = now_s + seconds;
  return g;
}

Result<EnrollRequest> enroll_request_read(std::string_view body) {
  EnrollRequest r;
  if (body.size() > kEnrollBodyMax) return fail(Err::too_large, "expected a body of " + std::to_string(kEnrollBodyMax) + " bytes at most");
  if (Status s = json_check(body); !s.ok()) return s;
  if (json_type(body) != JsonType::object)
    return fail(Err::invalid, "expected an object with token, namespace, name and public_key or secret_hash");
  Result<EnrollToken> token = enroll_token_read(text_of(body, "token"));
  if (!token.ok()) return because("token", token.status);
  r.token = token.value;
  r.ns = text_of(body, "namespace");
  r.name = text_of(body, "name");
  if (Status s = validate_name(r.name, "name"); !s.ok()) return s;
  if (r.name.size() > kEnrollNameMax || r.ns.size() > kEnrollNameMax)
    return fail(Err::invalid, "name, namespace: expected " + std::to_string(kEnrollNameMax) + " characters at most");
  const std::string key = text_of(body, "public_key");
  r.secret_hash = text_of(body, "secret_hash");
  if (key.empty() == r.secret_hash.empty()) return fail(Err::invalid, "expected public_key or secret_hash, one of both");
  if (!key.empty()) {
    Result<std::string> checked = public_key_check(key);
    if (!checked.ok()) return checked.status;
    r.public_key = checked.value;
  } else if (r.secret_hash.size() != 64 || r.secret_hash.find_first_not_of("0123456789abcdef") != r.secret_hash.npos) {
    return fail(Err::invalid, "secret_hash: expected a SHA-256 in lower case hex");
  }
  return r;
}

std::string enroll_secret_hash(std::string_view secret) { return hex_encode(sha256(secret)); }

std::string enrolled_user(std::string_view ns, std::string_view name) {
  std::string user = std::string(kUserPrefix) + std::string(ns) + "/" + std::string(name);
  if (user.size() <= kCommonNameMax && user.find(':') == user.npos) return user;
  return std::string(kUserPrefix) + "/" + hex_encode(sha256(user)).substr(0, 48);
}

bool is_enrolled_user(std::string_view username) { return username.substr(0, kUserPrefix.size()) == kUserPrefix; }

bool name_fits(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return true;
  size_t p = 0, n = 0, star = pattern.npos, tried = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') star = p++, tried = n;
    else if (p < pattern.size() && pattern[p] == name[n]) p++, n++;
    else if (star != pattern.npos) p = star + 1, n = ++tried;
    else return false;
  }
  while (p < pattern.size() && pattern[p] == '*') p++;
  return p == pattern.size();
}

EnrollVerdict enroll_decide(const EnrollRequest& r, const EnrollState& s) {
  EnrollVerdict v;
  if (v.status = grant_judge(r, s); !v.status.ok()) return v;
  v.again = s.present && s.present->revoked_s == 0 && s.present->grant == s.grant->id && is_same_credential(r, *s.present);
  if (v.again) return v;
  v.status = name_judge(r, s);
  if (v.status.ok() && s.grant->used >= s.grant->uses)
    v.status = denied("the token has been used " + std::to_string(s.grant->used) + (s.grant->used == 1 ? " time" : " times") +
                      ", as often as it may; make another one with `picket ctl enroll create`");
  return v;
}

}  // namespace picket
