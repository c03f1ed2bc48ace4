// backend/auth/page_session.cc - logins of the dashboard: a session in the store like any other, known by a cookie and a key together.
//
// The cookie is the session's id and a keyed hash of it; the key is 128 random bits, of which the session keeps the hash. Neither is
// worth anything alone, and neither is a token that the API on its own port would take.
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/tls/crypto.h"
#include "backend/auth/state.h"

namespace picket {

static std::string page_mac(const Auth* auth, const std::string& id) { return hex_encode(auth_mac(auth, "page session " + id)); }
static std::string key_hash(std::string_view key) { return hex_encode(sha256(key)); }

// Not by the first byte that differs: how long a comparison takes says nothing.
static bool same_secret(std::string_view a, std::string_view b) {
  unsigned char differs = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < a.size() && i < b.size(); i++) differs |= static_cast<unsigned char>(a[i] ^ b[i]);
  return differs == 0;
}

static Session* session_of(Auth* auth, std::string_view cookie) {
  const size_t dot = cookie.find('.');
  if (dot == cookie.npos || cookie.size() > 200) return nullptr;
  const std::string id(cookie.substr(0, dot));
  auto found = auth->sessions.find(id);
  if (!same_secret(cookie.substr(dot + 1), page_mac(auth, id)) || found == auth->sessions.end()) return nullptr;
  return found->second.page_key.empty() ? nullptr : &found->second;
}

void auth_page_open(Auth* auth, const Identity& who, bool stay, bool default_password, int64_t now_s,
                    std::function<void(Result<PageLogin>)> done) {
  sessions_trim(auth, who.username, now_s);
  PageLogin login;
  login.key = session_random_id();
  Session s;
  s.id = session_random_id();
  s.username = who.username;
  s.proof = who.proof;
  s.refreshed_s = now_s;
  s.page_key = key_hash(login.key);
  s.stay = stay;
  s.default_password = default_password;
  auth->sessions[s.id] = s;
  login.cookie = s.id + "." + page_mac(auth, s.id);
  login.expires_at = session_ends_at(s);
  StoreWrite write = session_put(s);
  write.keep = true;
  store_write(auth->store, {std::move(write)}, [done = std::move(done), login](const Status&) { done(login); });
}

Result<Identity> auth_page_identify(Auth* auth, std::string_view cookie, std::string_view key, int64_t now_s, int64_t* expires_at) {
  const Status refused = fail(Err::unauthenticated, "Unauthorized");
  Session* s = session_of(auth, cookie);
  if (!s || !same_secret(key_hash(key), s->page_key) || session_ends_at(*s) <= now_s) return refused;
  auto user = user_load(auth, s->username);
  if (!user.ok() || user.value.disabled || !session_good(auth, s->id, user.value)) return refused;
  if (now_s - s->refreshed_s > kPageTouchSeconds) {
    s->refreshed_s = now_s;
    store_write(auth->store, {session_put(*s)}, [](const Status&) {});  // not written: it ends an hour early
  }
  *expires_at = session_ends_at(*s);
  Identity who = identity_of(user.value);
  who.session = s->id;
  return who;
}

bool auth_page_default_password(const Auth* auth, const std::string& session) {
  auto found = auth->sessions.find(session);
  return found != auth->sessions.end() && found->second.default_password;
}

void auth_page_close(Auth* auth, std::string_view cookie) {
  if (Session* s = session_of(auth, cookie)) session_end(auth, std::string(s->id));
}

}  // namespace picket
