// backend/auth/login_session.cc - sessions: access tokens of five minutes, refresh tokens that rotate and can be revoked.
//
// The reference's 6.9 keeps no sessions (logout does nothing, refresh tokens are good for ever); its 6.12 has them. We
// have them: logout, disabling a user and showing an old refresh token end a session, and its access tokens with it.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "common/tls/crypto.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/auth/state.h"
#include "backend/access/jwt.h"

namespace picket {

std::string session_random_id() {
  std::string bytes(16, '\0');
  if (!os_random(bytes.data(), bytes.size())) bytes = sha256(os_uuid()).substr(0, 16);
  return hex_encode(bytes);
}

// ---- in the store ----

static std::string session_encode(const Session& s) {
  JsonObject o;
  o.add("username", s.username).add("refresh_id", s.refresh_id).add("refresh_id_before", s.refresh_id_before);
  if (!s.page_key.empty()) o.add("page_key", s.page_key).add("stay", s.stay).add("default_password", s.default_password);
  return o.add("rotated_ms", s.rotated_ms).add("refreshed_s", s.refreshed_s).add("proof", s.proof).done();
}

static Session session_decode(const StoredObject& object) {
  Session s;
  s.id = object.name;
  auto members = json_members(object.body);
  for (const JsonMember& m : members.value) {
    if (m.key == "username") s.username = json_string(m.raw).value;
    if (m.key == "refresh_id") s.refresh_id = json_string(m.raw).value;
    if (m.key == "refresh_id_before") s.refresh_id_before = json_string(m.raw).value;
    if (m.key == "rotated_ms") s.rotated_ms = json_int64(m.raw).value;
    if (m.key == "page_key") s.page_key = json_string(m.raw).value;
    if (m.key == "default_password") s.default_password = m.raw == "true";
    if (m.key == "stay") s.stay = m.raw == "true";
    if (m.key == "proof") s.proof = json_string(m.raw).value;
    if (m.key == "refreshed_s") s.refreshed_s = json_int64(m.raw).value;
  }
  return s;
}

StoreWrite session_put(const Session& s) { return write_put("sessions", "", s.id, session_encode(s)); }

int64_t session_ends_at(const Session& s) {
  const bool idles = !s.page_key.empty() && !s.stay;
  return s.refreshed_s + (idles ? kPageIdleSeconds : kSessionSeconds);
}

// A session that has ended stays ended: while the store takes no writes its row is gone for us, and goes when it can.
static StoreWrite session_drop(const std::string& id) { return write_kept(write_drop("sessions", "", id)); }

void session_end(Auth* auth, const std::string& id) {
  auth->sessions.erase(id);
  store_write(auth->store, {session_drop(id)}, {});
}

Status sessions_load(Auth* auth, int64_t now_s) {
  auto listed = store_list(auth->store, "sessions");
  if (!listed.ok()) return listed.status;
  for (const StoredObject& object : listed.value) {
    Session s = session_decode(object);
    auto user = user_load(auth, s.username);
    if (s.proof.empty() && user.ok()) s.proof = user.value.proof;  // of a version that did not write it
    if (session_ends_at(s) > now_s) auth->sessions[s.id] = s;
    else session_end(auth, s.id);
  }
  return {};
}

void session_foreign(Auth* auth, const StoreChange& change) {
  if (change.deleted) auth->sessions.erase(change.name);
  else auth->sessions[change.name] = session_decode(*change.object);
}

bool session_good(const Auth* auth, const std::string& id, const KnownUser& user) {
  auto s = auth->sessions.find(id);
  return s != auth->sessions.end() && s->second.username == user.username &&
      (s->second.proof == user.proof || s->second.proof_next == user.proof);
}

void sessions_end_user(Auth* auth, const std::string& username) {
  auto user = user_load(auth, username);
  std::vector<std::string> over;
  for (auto& [id, s] : auth->sessions) {
    if (s.username != username) continue;
    if (!user.ok() || user.value.disabled || !session_good(auth, id, user.value)) over.push_back(id);
    else s.proof = user.value.proof;
  }
  for (const std::string& id : over) session_end(auth, id);
  if (!over.empty())
    log_warn("auth", "sessions closed: the user was disabled or changed the password", {{"user", username}, {"sessions", over.size()}});
}

void auth_sessions_look(Auth* auth) {
  std::set<std::string> users;
  for (const auto& [id, s] : auth->sessions) users.insert(s.username);
  for (const std::string& user : users) sessions_end_user(auth, user);
}

StoreWrite auth_session_keeps(Auth* auth, const std::string& session, const User& changed) {
  Session& s = auth->sessions[session];
  s.proof_next = proof_of(auth, changed);
  Session stored = s;
  stored.proof = s.proof_next;
  return session_put(stored);
}

void sessions_trim(Auth* auth, const std::string& username, int64_t now_s) {
  std::vector<std::string> over;
  std::vector<const Session*> own;
  for (const auto& [id, s] : auth->sessions) {
    if (session_ends_at(s) <= now_s) over.push_back(id);
    else if (s.username == username) own.push_back(&s);
  }
  std::sort(own.begin(), own.end(), [](auto* a, auto* b) { return a->refreshed_s < b->refreshed_s; });
  for (size_t i = 0; i + kSessionsPerUserMax < own.size() + 1; i++) over.push_back(own[i]->id);
  for (const std::string& id : over) session_end(auth, id);
}

// ---- tokens ----

static Tokens tokens_of(const Auth* auth, const Session& s, const StringList& groups, const std::string& issuer, int64_t now_s) {
  Claims access{s.username, session_random_id(), s.id, issuer, groups, now_s + kAccessTokenSeconds, false};
  // Made of the session alone, so that a repeated refresh gets the same one again.
  Claims refresh{s.username, s.refresh_id, s.id, "", {}, s.refreshed_s + kSessionSeconds, true};
  return {jwt_sign(access, auth->secret), jwt_sign(refresh, auth->secret), access.expires_at};
}

// A store that takes no writes (a full disk) keeps nobody out: its operators must be able to log in. The session is written
// when the store is writable again (StoreWrite::keep), and with it the refresh token that is good now, not one that was.
static void session_save(Auth* auth, const Session& s, const Tokens& tokens, std::function<void(Result<Tokens>)> done) {
  store_write(auth->store, {write_kept(session_put(s))}, [done = std::move(done), tokens, user = s.username](const Status& status) {
    if (!status.ok())
      log_warn("auth", "a session cannot be stored now; it ends with the backend, if the backend ends before the store is writable again",
               {{"user", user}, {"error", status.message}});
    done(tokens);
  });
}

void auth_issue(Auth* auth, const Identity& who, const std::string& issuer, int64_t now_s, std::function<void(Result<Tokens>)> done) {
  sessions_trim(auth, who.username, now_s);
  Session s;
  s.id = session_random_id();
  s.username = who.username;
  s.refresh_id = session_random_id();
  s.refreshed_s = now_s;
  s.proof = who.proof;
  auth->sessions[s.id] = s;
  Tokens tokens = tokens_of(auth, s, who.groups, issuer, now_s);
  session_save(auth, s, tokens, std::move(done));
}

// Both tokens must be ours and of one person; the access token may have expired. Ends nothing, changes nothing.
static Result<Claims> refresh_claims(Auth* auth, std::string_view authorization, std::string_view refresh_token, int64_t now_s) {
  Status refused = fail(Err::unauthenticated, "Request unauthorized");
  if (authorization.substr(0, 7) != "Bearer ") return refused;
  auto access = jwt_verify(authorization.substr(7), auth->secret);
  auto refresh = jwt_verify(refresh_token, auth->secret);
  if (!access.ok() || access.value.refresh || !refresh.ok() || !refresh.value.refresh) return refused;
  if (access.value.subject != refresh.value.subject || refresh.value.expires_at <= now_s) return refused;
  return refresh;
}

static Status rotate(Auth* auth, Session& s, const std::string& shown, int64_t now_s, int64_t now_ms) {
  if (shown == s.refresh_id) {
    s.refresh_id_before = std::exchange(s.refresh_id, session_random_id());
    s.rotated_ms = now_ms;
    s.refreshed_s = now_s;
    return {};
  }
  if (shown == s.refresh_id_before && std::llabs(now_ms - s.rotated_ms) < kRotationGraceMs) return {};  // the clock may be set back
  log_warn("auth", "session closed: a refresh token was used twice", {{"user", s.username}});
  session_end(auth, std::string(s.id));
  return fail(Err::unauthenticated, "Unauthorized");
}

void auth_refresh(Auth* auth, std::string_view authorization, std::string_view refresh_token, const std::string& issuer, int64_t now_s,
                  std::function<void(Result<Tokens>)> done) {
  auto claims = refresh_claims(auth, authorization, refresh_token, now_s);
  if (!claims.ok()) return done(claims.status);
  auto found = auth->sessions.find(claims.value.session);
  auto user = user_load(auth, claims.value.subject);
  if (!user.ok() || user.value.disabled || !session_good(auth, claims.value.session, user.value))
    return done(fail(Err::unauthenticated, "Unauthorized"));
  Session& session = found->second;
  if (Status s = rotate(auth, session, claims.value.id, now_s, now_s * 1000); !s.ok()) return done(s);
  Tokens tokens = tokens_of(auth, session, identity_of(user.value).groups, issuer, now_s);
  session_save(auth, session, tokens, std::move(done));
}

void auth_logout(Auth* auth, std::string_view authorization, std::string_view refresh_token, int64_t now_s,
                 std::function<void(Status)> done) {
  auto claims = refresh_claims(auth, authorization, refresh_token, now_s);
  if (!claims.ok()) return done(claims.status);
  if (auth->sessions.erase(claims.value.session) == 0) return done({});
  store_write(auth->store, {session_drop(claims.value.session)}, [done = std::move(done)](Status s) {
    if (s.code == Err::unavailable) s.message = "the session is closed, but this could not be stored yet: " + s.message;
    done(std::move(s));
  });
}

}  // namespace picket
