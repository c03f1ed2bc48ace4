// backend/auth/auth.cc - users as they are stored, the signing secret, and the user of a request's token or key.
#include "backend/auth/auth.h"

#include "common/tls/crypto.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/auth/state.h"
#include "backend/access/jwt.h"
#include "backend/auth/password.h"
#include "backend/shared/stored_value.h"

namespace picket {

// The same as what is committed, and there when the disk is not.
Result<KnownUser> user_load(const Auth* auth, const std::string& username) {
  auto found = auth->users.find(username);
  if (found == auth->users.end()) return fail(Err::not_found, "users " + username + " not found");
  return found->second;
}

// A few bytes: nobody can look for passwords that share them without the key.
std::string proof_of(const Auth* auth, const User& user) {
  return hex_encode(hmac_sha256(auth->secret + "proof", user.username + '\0' + user.password_hash).substr(0, 7));
}

static void user_keep(Auth* auth, const StoredObject& stored) {
  auto user = stored_decode<User>(stored);
  if (!user.ok()) {
    log_error("auth", "stored user is invalid and ignored", {{"user", stored.name}, {"error", user.status.message}});
    auth->users.erase(stored.name);
    return;
  }
  KnownUser& known = auth->users[stored.name];
  static_cast<User&>(known) = std::move(user.value);
  known.proof = proof_of(auth, known);
}

Identity identity_of(const KnownUser& user) {
  Identity who;
  who.proof = user.proof;
  who.username = user.username;
  who.groups = user.groups;
  who.groups.push_back("system:users");
  return who;
}

std::string auth_mac(const Auth* auth, std::string_view text) { return hmac_sha256(auth->secret + "etag", text); }

// ---- life ----

static Result<std::string> secret_load(Store* store) {
  auto found = store_get(store, "secrets", "", "jwt");
  std::string secret;
  if (found.ok()) {
    if (!base64_decode(found.value.body, &secret) || secret.size() != 32)
      return fail(Err::internal, "the stored signing key is damaged: delete object secrets/jwt");
    return secret;
  }
  if (found.status.code != Err::not_found) return found.status;
  secret.resize(32);
  if (!os_random(secret.data(), secret.size())) return fail(Err::internal, "no random numbers from the system");
  const Status taken = store_hand_in(store, {write_create("secrets", "", "jwt", base64_encode(secret))}, {});
  if (!taken.ok()) return taken;
  return secret;
}

Status auth_secret_make(Store* store) { return secret_load(store).status; }

// A user that is disabled or gone, or has another password, loses its sessions at once.
static void on_change(Auth* auth, const StoreChange& change) {
  rules_change(auth, change);
  if (change.kind == "sessions" && !change.own) session_foreign(auth, change);
  if (change.kind == kEnrolled) enrolled_keep(auth, change.ns, change.name, change.object);
  if (change.kind != "users") return;
  if (change.deleted) auth->users.erase(change.name);
  else user_keep(auth, *change.object);
  auth->remembered.erase(change.name);
  sessions_end_user(auth, change.name);
}

static Status users_load(Auth* auth) {
  auto listed = store_list(auth->store, "users");
  for (const StoredObject& user : listed.value) user_keep(auth, user);
  return listed.status;
}

Result<Auth*> auth_open(uv_loop_t* loop, Store* store) {
  auto secret = secret_load(store);
  if (!secret.ok()) return because("open the users", secret.status);
  auto* auth = new Auth;
  auth->loop = loop;
  auth->store = store;
  auth->secret = secret.value;
  auth->cache_key.resize(32);
  Status status = users_load(auth);  // sessions are held against them
  if (status.ok()) status = sessions_load(auth, os_unix_ms() / 1000);
  if (status.ok()) status = rules_load(auth);
  if (status.ok()) status = enrolled_load(auth);
  if (!os_random(auth->cache_key.data(), 32)) status = fail(Err::internal, "no random numbers from the system");
  if (!status.ok()) {
    delete auth;
    return because("open the users", status);
  }
  auth->alive = std::make_shared<Auth*>(auth);
  store_watch(store, [alive = auth->alive](const StoreChange& change) {
    if (*alive) on_change(*alive, change);
  });
  return auth;
}

void auth_close_when_idle(Auth* auth) {
  if (auth->running > 0 || !auth->closed) return;
  auto done = std::move(auth->closed);
  delete auth;
  done();
}

void auth_close(Auth* auth, std::function<void()> done) {
  auth->closed = done ? std::move(done) : [] {};
  *auth->alive = nullptr;
  hashes_end(auth);
  auth_close_when_idle(auth);
}

// ---- Authorization headers ----

Result<Credentials> auth_basic(std::string_view authorization) {
  Status none = fail(Err::unauthenticated, "Request unauthorized");
  std::string text;
  if (authorization.size() < 6) return none;
  for (int i = 0; i < 5; i++)
    if ((authorization[i] | 0x20) != "basic"[i]) return none;
  if (authorization[5] != ' ' || !base64_decode(authorization.substr(6), &text)) return none;
  size_t colon = text.find(':');
  if (colon == text.npos) return none;
  return Credentials{text.substr(0, colon), text.substr(colon + 1)};
}

static Result<Identity> identify_key(Auth* auth, std::string_view key) {
  Status invalid = fail(Err::unauthenticated, "invalid credentials");
  auto found = store_get(auth->store, "apikeys", "", key);
  if (!found.ok()) return found.status.code == Err::not_found ? invalid : fail(Err::unavailable, "cannot read the store; try again later");
  auto stored = stored_decode<ApiKey>(found.value);
  auto user = stored.ok() ? user_load(auth, stored.value.username) : Result<KnownUser>(stored.status);
  if (!user.ok() || user.value.disabled) return invalid;
  Identity who = identity_of(user.value);
  who.key = key;
  who.groups.pop_back();  // keys act without "system:users", as in the reference
  return who;
}

static Result<Identity> identify_token(Auth* auth, std::string_view token, int64_t now_s) {
  Status invalid = fail(Err::unauthenticated, "invalid credentials");
  auto claims = jwt_verify(token, auth->secret);
  if (!claims.ok() || claims.value.refresh || claims.value.expires_at <= now_s) return invalid;
  // Groups are the user's present ones, not those of the token: taking rights away takes effect now.
  auto user = user_load(auth, claims.value.subject);
  if (!user.ok() || user.value.disabled || !session_good(auth, claims.value.session, user.value))
    return fail(Err::unauthenticated, "unauthenticated");
  Identity who = identity_of(user.value);
  who.session = claims.value.session;
  return who;
}

bool auth_token_is_ours(const Auth* auth, std::string_view authorization) {
  if (authorization.substr(0, 7) != "Bearer ") return false;
  auto claims = jwt_verify(authorization.substr(7), auth->secret);
  return claims.ok() && !claims.value.refresh;
}

bool auth_renew(const Auth* auth, Identity* who) {
  if (who->guest) return true;
  if (is_enrolled_user(who->username)) return enrolled_renew(auth, who);
  auto user = user_load(auth, who->username);
  if (!user.ok() || user.value.disabled) return false;
  if (!who->key.empty()) {
    if (store_get(auth->store, "apikeys", "", who->key).status.code == Err::not_found) return false;
  } else if (who->session.empty() ? who->proof != user.value.proof : !session_good(auth, who->session, user.value)) {
    return false;
  }
  who->groups = user.value.groups;
  if (who->key.empty()) who->groups.push_back("system:users");
  return true;
}

Status auth_may_be_agent(const Auth* auth, const std::string& username, const std::string& ns, const std::string& agent) {
  if (is_enrolled_user(username)) return enrolled_may_be(auth, username, ns, agent);
  if (auth_enrolled(auth, ns, agent)) return fail(Err::denied, "agent " + agent + " has a credential of its own: nobody else may be it");
  auto user = user_load(auth, username);
  if (!user.ok() || user.value.disabled) return fail(Err::denied, "user " + username + " is disabled");
  return rbac_decide_agent(auth_rules(auth), username, identity_of(user.value).groups, ns, agent);
}

Result<Identity> auth_identify(Auth* auth, std::string_view authorization, int64_t now_s) {
  if (authorization.substr(0, 7) == "Bearer ") return identify_token(auth, authorization.substr(7), now_s);
  if (authorization.substr(0, 4) == "Key " && authorization.size() > 4) return identify_key(auth, authorization.substr(4));
  return fail(Err::unauthenticated, "bad credentials");
}

}  // namespace picket
