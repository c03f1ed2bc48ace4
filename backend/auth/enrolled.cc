// backend/auth/enrolled.cc - agents with a credential of their own: their users, which no password file and no binding knows.
#include "common/os/os.h"
#include "common/text/log.h"
#include "common/tls/certificates.h"
#include "common/tls/crypto.h"
#include "backend/auth/state.h"

namespace picket {

static Status refused() { return fail(Err::unauthenticated, "bad credentials"); }

static const Enrolled* enrolled_of_user(const Auth* auth, const std::string& username) {
  auto found = auth->enrolled.find(username);
  return found == auth->enrolled.end() ? nullptr : &found->second;
}

static Identity identity_of(const std::string& username, const Enrolled& e) {
  Identity who;
  who.username = username;
  who.proof = "enrolled " + e.id;  // another enrolment is another identity
  return who;
}

// ---- as they are stored ----

void enrolled_keep(Auth* auth, const std::string& ns, const std::string& name, const StoredObject* object) {
  const std::string user = enrolled_user(ns, name);
  if (object) auth->enrolled[user] = enrolled_decode(ns, name, object->body);
  else auth->enrolled.erase(user);
}

Status enrolled_load(Auth* auth) {
  auto listed = store_list(auth->store, kEnrolled);
  for (const StoredObject& o : listed.value) enrolled_keep(auth, o.ns, o.name, &o);
  return listed.status;
}

const Enrolled* auth_enrolled(const Auth* auth, const std::string& ns, const std::string& name) {
  return enrolled_of_user(auth, enrolled_user(ns, name));
}

// ---- logins ----

// The password is 256 random bits that the agent has made: one hash is enough, and who has it is never kept waiting.
Result<Identity> enrolled_login(Auth* auth, const std::string& username, const std::string& password, const LoginFrom& from) {
  const Enrolled* e = enrolled_of_user(auth, username);
  const bool good = e && e->revoked_s == 0 && from.agent && equal_in_constant_time(enroll_secret_hash(password), e->secret_hash);
  if (good) return identity_of(username, *e);
  if (auth_login_wait_s(auth, username, from) > 0) return fail(Err::unavailable, "too many wrong passwords; try again later");
  auth_failed(auth, username, from, hmac_sha256(auth->cache_key, username + '\0' + password));
  return refused();
}

Result<Identity> auth_certificate_login(Auth* auth, const std::string& common_name, const std::string& key) {
  if (!is_enrolled_user(common_name)) {
    auto user = user_load(auth, common_name);
    if (!user.ok()) return fail(Err::unauthenticated, "no user has the name of the certificate, " + common_name);
    return user.value.disabled ? Result<Identity>(fail(Err::unauthenticated, "user " + common_name + " is disabled"))
                               : identity_of(user.value);
  }
  const Enrolled* e = enrolled_of_user(auth, common_name);
  if (!e || e->public_key.empty() || key != public_key_fingerprint(e->public_key))
    return fail(Err::unauthenticated, "the certificate of " + common_name + " is not the one it has enrolled with");
  if (e->revoked_s > 0) return fail(Err::unauthenticated, common_name + " was revoked");
  return identity_of(common_name, *e);
}

bool enrolled_renew(const Auth* auth, Identity* who) {
  const Enrolled* e = enrolled_of_user(auth, who->username);
  return e && e->revoked_s == 0 && identity_of(who->username, *e).proof == who->proof;
}

Status enrolled_may_be(const Auth* auth, const std::string& username, const std::string& ns, const std::string& agent) {
  const Enrolled* e = enrolled_of_user(auth, username);
  if (e && e->revoked_s == 0 && e->ns == ns && e->name == agent) return {};
  return fail(Err::denied, username + " may be no other agent than its own");
}

}  // namespace picket
