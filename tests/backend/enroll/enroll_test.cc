// tests/backend/enroll/enroll_test.cc - who gets a credential for which name, and who does not.
#include <doctest/doctest.h>

#include <functional>

#include "backend/enroll/enroll.h"
#include "common/json/json.h"
#include "common/tls/certificates.h"

using namespace picket;

namespace {

constexpr int64_t kNow = 1'790'000'000;
const std::string kId(16, 'a'), kSecret(32, 'b'), kHash(64, 'c');

EnrollGrant grant_of(const std::string& names = "", int64_t uses = 1) {
  EnrollGrant g;
  g.id = kId;
  g.ns = "default";
  g.secret_hash = enroll_secret_hash(kSecret);
  g.names = names;
  g.created_s = kNow - 60;
  g.until_s = kNow + 60;
  g.uses = uses;
  return g;
}

EnrollRequest request_of(const std::string& name = "web-1") {
  EnrollRequest r;
  r.token = {kId, kSecret, ""};
  r.ns = "default";
  r.name = name;
  r.secret_hash = kHash;
  return r;
}

Enrolled enrolled_of(const std::string& name = "web-1") {
  Enrolled e;
  e.ns = "default";
  e.name = name;
  e.id = "1";
  e.secret_hash = kHash;
  e.grant = kId;
  return e;
}

std::string body_with(const std::string& key, const std::string& raw) {
  JsonObject o;
  if (key != "token") o.add("token", "picket." + kId + "." + kSecret + ".0");
  if (key != "namespace") o.add("namespace", "default");
  if (key != "name") o.add("name", "web-1");
  if (key != "secret_hash") o.add("secret_hash", kHash);
  if (!key.empty() && !raw.empty()) o.add_raw(key, raw);
  return o.done();
}

}  // namespace

TEST_CASE("a good token enrols its name, once for each use") {
  EnrollGrant g = grant_of("", 2);
  EnrollState s{&g, nullptr, false, kNow};
  CHECK(enroll_decide(request_of(), s).status.ok());
  g.used = 1;
  CHECK(enroll_decide(request_of("web-2"), s).status.ok());
  g.used = 2;
  CHECK(enroll_decide(request_of("web-3"), s).status.code == Err::denied);
}

TEST_CASE("the same request again is the same agent whose answer was lost, also when the token is used up") {
  EnrollGrant g = grant_of();
  g.used = 1;
  Enrolled e = enrolled_of();
  const EnrollState s{&g, &e, false, kNow};
  CHECK(enroll_decide(request_of(), s).again);
  EnrollRequest other = request_of();
  other.secret_hash = std::string(64, 'd');
  CHECK_FALSE(enroll_decide(other, s).again);
  CHECK(enroll_decide(other, s).status.code == Err::exists);
  e.grant = "another";
  CHECK(enroll_decide(request_of(), s).status.code == Err::exists);
}

TEST_CASE("refused, and why") {
  const EnrollGrant good = grant_of();
  struct Row { const char* why; std::function<void(EnrollRequest&, EnrollGrant&, Enrolled&, EnrollState&)> change; Err code; };
  const Row rows[] = {
      {"no such grant", [](auto&, auto&, auto&, EnrollState& s) { s.grant = nullptr; }, Err::unauthenticated},
      {"a wrong secret", [](EnrollRequest& r, auto&, auto&, auto&) { r.token.secret[0] = 'c'; }, Err::unauthenticated},
      {"a grant of another namespace", [](EnrollRequest& r, auto&, auto&, auto&) { r.ns = "other"; }, Err::unauthenticated},
      {"expired", [](auto&, EnrollGrant& g, auto&, auto&) { g.until_s = kNow; }, Err::denied},
      {"another name", [](auto&, EnrollGrant& g, auto&, auto&) { g.names = "db-*"; }, Err::denied},
      {"somebody else is enrolled", [](auto&, auto&, Enrolled& e, EnrollState& s) { e.grant = "x"; s.present = &e; }, Err::exists},
      {"connected from elsewhere", [](auto&, auto&, auto&, EnrollState& s) { s.elsewhere = true; }, Err::exists},
      {"revoked after the token was made", [](auto&, EnrollGrant& g, Enrolled& e, EnrollState& s) { e.revoked_s = g.created_s; s.present = &e; }, Err::denied},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    EnrollGrant g = good;
    EnrollRequest q = request_of();
    Enrolled e = enrolled_of();
    EnrollState s{&g, nullptr, false, kNow};
    r.change(q, g, e, s);
    CHECK(enroll_decide(q, s).status.code == r.code);
  }
}

TEST_CASE("a revoked name enrols again with a token made afterwards") {
  EnrollGrant g = grant_of();
  Enrolled e = enrolled_of();
  e.revoked_s = g.created_s - 1;
  const EnrollVerdict v = enroll_decide(request_of(), {&g, &e, false, kNow});
  CHECK(v.status.ok());
  CHECK_FALSE(v.again);
}

TEST_CASE("a token and a revocation of the same second are told apart; rows without milliseconds read as before") {
  EnrollGrant g = grant_of();
  Enrolled e = enrolled_of();
  e.revoked_s = g.created_s;
  struct Row { int64_t created, revoked; bool good; };
  for (const Row& r : {Row{501, 500, true}, Row{500, 500, false}, Row{499, 500, false}, Row{999, -1, false}, Row{-1, 500, false}}) {
    CAPTURE(r.created);
    g.created_ms = r.created < 0 ? 0 : g.created_s * 1000 + r.created;
    e.revoked_ms = r.revoked < 0 ? 0 : g.created_s * 1000 + r.revoked;
    const EnrollGrant kept = grant_decode("default", kId, grant_encode(g));
    const Enrolled agent = enrolled_decode("default", "web-1", enrolled_encode(e));
    CHECK(enroll_decide(request_of(), {&kept, &agent, false, kNow}).status.ok() == r.good);
  }
}

TEST_CASE("the refusals name what helps") {
  EnrollGrant g = grant_of();
  g.used = 1;
  CHECK(enroll_decide(request_of(), {&g, nullptr, false, kNow}).status.message.find("used 1 time,") != std::string::npos);
  Enrolled e = enrolled_of();
  e.grant = "another";
  CHECK(enroll_decide(request_of(), {&g, &e, false, kNow}).status.message.find("--force") != std::string::npos);
}

TEST_CASE("hostile bodies") {
  const std::string p256 = public_key_of(private_key_make().value).value;
  CHECK(enroll_request_read(body_with("", "")).ok());
  CHECK(enroll_request_read(body_with("secret_hash", "null").insert(1, "\"public_key\":" + json_quote(p256) + ",")).value.public_key ==
        p256);
  struct Row { const char *key, *raw; };
  const Row rows[] = {{"token", "\"x\""}, {"token", "1"}, {"token", "\"picket..." "\""}, {"name", "\"\""}, {"name", "\"a/b\""}, {"name", "[]"}, {"name", "\"a\\u0000b\""},
                      {"secret_hash", "\"ab\""}, {"secret_hash", "{}"}, {"public_key", "\"x\""}, {"secret_hash", ""}};
  for (const Row& r : rows) CHECK_MESSAGE(!enroll_request_read(body_with(r.key, r.raw)).ok(), r.key << r.raw);
  for (const std::string& text : {std::string(), std::string("[]"), std::string("{"), std::string("null"),
                                  std::string(kEnrollBodyMax + 1, ' '), body_with("name", "\"" + std::string(300, 'a') + "\"")})
    CHECK_FALSE(enroll_request_read(text).ok());
}

TEST_CASE("what is asked of a new token is bounded") {
  CHECK(grant_read("{}", kNow).value.until_s == kNow + 3600);
  CHECK(grant_read("{}", kNow).value.uses == 1);
  CHECK(grant_read(R"({"seconds":60,"uses":5,"name":"web-*"})", kNow).value.names == "web-*");
  for (const char* bad : {R"({"seconds":0})", R"({"seconds":1e99})", R"({"seconds":99999999})", R"({"uses":0})", R"({"uses":-1})",
                          R"({"uses":"x"})", R"({"uses":100001})"})
    CHECK_MESSAGE(!grant_read(bad, kNow).ok(), bad);
}

TEST_CASE("what is stored reads back, and what is shown has no secret") {
  const EnrollGrant g = grant_decode("default", kId, grant_encode(grant_of("web-*", 7)));
  CHECK((g.names == "web-*" && g.uses == 7 && g.until_s == kNow + 60 && g.secret_hash == enroll_secret_hash(kSecret)));
  Enrolled e = enrolled_of();
  e.revoked_s = 5;
  const Enrolled read = enrolled_decode("default", "web-1", enrolled_encode(e));
  CHECK((read.id == "1" && read.revoked_s == 5 && read.secret_hash == kHash && read.grant == kId));
  CHECK(grant_shown(g).find(g.secret_hash) == std::string::npos);
  CHECK(enrolled_shown(e).find(kHash) == std::string::npos);
}

TEST_CASE("the user of an enrolled agent is nobody else's, and fits a certificate") {
  CHECK(enrolled_user("default", "web-1") == "agent/default/web-1");
  CHECK(enrolled_user("default", "a:b").find(':') == std::string::npos);
  CHECK(enrolled_user("default", std::string(200, 'a')).size() <= kCommonNameMax);
  CHECK(enrolled_user("default", "a:b").find(':') == std::string::npos);
  CHECK(enrolled_user("default", std::string(200, 'a')) != enrolled_user("default", std::string(201, 'a')));
  for (const char* user : {"agent/default/web-1", "agent//0123"}) CHECK(is_enrolled_user(user));
  for (const char* user : {"agent", "agent:x", "admin", "agent-x/y", ""}) CHECK_FALSE(is_enrolled_user(user));
}

TEST_CASE("patterns of names") {
  struct Row { const char *pattern, *name; bool fits; };
  const Row rows[] = {{"", "x", true}, {"*", "", true}, {"web-*", "web-1", true}, {"web-*", "db-1", false}, {"*-eu", "web-eu", true}, {"*a*b*", "xaxbx", true},
                      {"*a*b*", "xbxax", false}, {"web", "web-1", false}, {"a*a", "a", false}, {"****", "abc", true}, {"a*b*c", "abbbc", true}};
  for (const Row& r : rows) CHECK_MESSAGE(name_fits(r.pattern, r.name) == r.fits, r.pattern << " " << r.name);
}
