// backend/auth/auth.h - identities: users and passwords, tokens, API keys.
//
// Users live in the store (kind "users"), their passwords as self-describing hashes (password.h). Hashing costs 60 ms on
// purpose, so it runs on worker threads, at most kHashesAtOnce at a time; a login that succeeded is remembered as a
// keyed hash of (user, stored hash, password) and costs nothing the next time. Tokens are JWT HS256; sessions in the
// store (kind "sessions") make refresh tokens revocable, and access tokens with them. Everything here runs on the loop.
//
// The well-known default password is accepted from this machine only, for whatever user has it; for agents also where the operator
// has said so, for a while.
//
// A login that is not proved yet waits in a queue of its address, and addresses are served in turn (hash_queue.cc). Wrong passwords slow
// down the address they come from, then the name (login_throttle.h); a login that is remembered is never kept waiting.
#pragma once
#include <uv.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/socket/net.h"
#include "common/basic/result.h"
#include "common/types/types.h"
#include "backend/access/rbac.h"
#include "backend/enroll/enroll.h"
#include "backend/shared/networks.h"
#include "backend/store/store.h"

namespace picket {

struct BackendConfig;

inline constexpr int kHashesAtOnce = 2;          // worker threads busy with password hashes
inline constexpr size_t kHashQueueMax = 4096;    // logins waiting for one; beyond it: Err::unavailable
inline constexpr size_t kHashesPerPeerMax = 16;  // of one address at one port; beyond it the newest of the user with most there gives way
inline constexpr size_t kLoginCacheMax = 4096;   // users whose last good login is remembered; the oldest is forgotten
inline constexpr int kAccessTokenSeconds = 300;
inline constexpr int64_t kSessionSeconds = 30 * 24 * 3600;  // a session not refreshed for this time is over
inline constexpr int64_t kPageIdleSeconds =
    12 * 3600;                                      // a login of the dashboard that is not used for this time is over, unless it is to stay
inline constexpr int64_t kPageTouchSeconds = 3600;  // how seldom its use is written down
inline constexpr size_t kSessionsPerUserMax = 100;  // the session refreshed longest ago is ended
inline constexpr size_t kDefaultPasswordLoggedMax = 4096;  // addresses of agents that came in by it; beyond it they are logged anew
inline constexpr const char* kDefaultPassword = "P@ssw0rd!";

struct Auth;

// The identity of a request, as RBAC sees it.
struct Identity {
  std::string username;
  StringList groups;         // with "system:users", except for API keys (as the reference does)
  std::string session = {};  // of a token; "" otherwise
  std::string key = {};      // the API key; "" otherwise
  std::string proof = {};    // names the password that proved the identity: with another one, it has to be proved again
  bool guest = false;        // of the dashboard: reads what page_guard.h says, and is no user
};

struct Tokens { std::string access, refresh; int64_t expires_at = 0; };

// Loads (or makes) the signing secret and the sessions.
Status auth_secret_make(Store* store);  // the key that signs tokens, where there is none; auth_open does it, too
Result<Auth*> auth_open(uv_loop_t* loop, Store* store);
void auth_close(Auth* auth, std::function<void()> done);  // waits for hashes in flight

// Where a login comes from.
struct LoginFrom {
  bool local = false;      // peer and Host are of this machine (local_host.h): the default password counts
  std::string address;     // of the peer, without its port
  bool agent = false;      // at the agents' port
  bool forwarded = false;  // a proxy says it speaks for somebody else
};
LoginFrom login_from(const HttpRequest& request, bool agent);
std::string login_address(
    const std::string& peer);  // without its port; of IPv6 the /64: whose places and wrong passwords are counted together

// User name and password, of an API login or an agent's handshake. `done` runs on the loop, for a remembered login
// before this returns. Err::unauthenticated says nothing about which part was wrong; Err::unavailable: too many logins, or too
// many wrong ones: auth_login_wait_s says then when to try again.
void auth_login(Auth* auth, const std::string& username, const std::string& password, const LoginFrom& from,
                std::function<void(Result<Identity>)> done);
// The agent that runs in this process logs in with a secret of its own, known to this process alone, beside its user's password: a
// change of the password of all agents does not cut it off. The user must be there and enabled all the same.
void auth_admit_inner_agent(Auth* auth, std::string secret);
// Lets agents in with the default password for a while; each login by it is a warning, one an hour for each address.
void auth_admit_default_password(Auth* auth, DefaultPasswordDoor door);
// A wrong secret of another kind than a user's password counts like one. `what` names it.
void auth_failed(Auth* auth, const std::string& name, const LoginFrom& from, const std::string& what);
int64_t auth_login_wait_s(const Auth* auth, const std::string& username, const LoginFrom& from);  // 0 = now

// `Authorization` of an API request ("Bearer ..", "Key .."). Err::unauthenticated with the reference's text; Err::unavailable:
// keys cannot be read now.
Result<Identity> auth_identify(Auth* auth, std::string_view authorization, int64_t now_s);

// Whether it carries an access token of ours, expired or not: what refresh and logout look at before the body.
bool auth_token_is_ours(const Auth* auth, std::string_view authorization);
// For what goes on longer than a request (identity.h): whether the user is still there and enabled, the password the same, the
// session or key not ended. Takes the groups that the user has now.
bool auth_renew(const Auth* auth, Identity* who);
// Ends the sessions that are not good any more.
void auth_sessions_look(Auth* auth);
// Whether this user may connect as that agent: there, enabled, and with the right to create its events.
Status auth_may_be_agent(const Auth* auth, const std::string& username, const std::string& ns, const std::string& agent);

// ---- agents with a credential of their own (enrolled.cc) ----
const Enrolled* auth_enrolled(const Auth* auth, const std::string& ns, const std::string& name);  // null: it has none
// A verified client certificate at the agents' port: of an enrolled agent, or of the user it names.
Result<Identity> auth_certificate_login(Auth* auth, const std::string& common_name, const std::string& key);

// Tokens after a login; the session is committed before `done`. `issuer`: the URL of the login.
void auth_issue(Auth* auth, const Identity& who, const std::string& issuer, int64_t now_s, std::function<void(Result<Tokens>)> done);
// A new pair for an old access token (it may have expired) and a refresh token. The refresh token is rotated.
void auth_refresh(Auth* auth, std::string_view authorization, std::string_view refresh_token, const std::string& issuer, int64_t now_s,
                  std::function<void(Result<Tokens>)> done);
void auth_logout(Auth* auth, std::string_view authorization, std::string_view refresh_token, int64_t now_s,
                 std::function<void(Status)> done);

// Logins of the dashboard (page_session.cc): a cookie and a key, good together only. Errors are Err::unauthenticated.
struct PageLogin { std::string cookie, key; int64_t expires_at = 0; };
void auth_page_open(Auth* auth, const Identity& who, bool stay, bool default_password, int64_t now_s,
                    std::function<void(Result<PageLogin>)> done);
Result<Identity> auth_page_identify(Auth* auth, std::string_view cookie, std::string_view key, int64_t now_s, int64_t* expires_at);
void auth_page_close(Auth* auth, std::string_view cookie);
bool auth_page_default_password(const Auth* auth, const std::string& session);  // it was begun with the well-known one

// Part of the write that changes a user's password in a session of that user: this one session does not end by it.
StoreWrite auth_session_keeps(Auth* auth, const std::string& session, const User& changed);

// Splits "Basic dXNlcjpwYXNz". Err::unauthenticated when it is none.
struct Credentials { std::string username, password; };
Result<Credentials> auth_basic(std::string_view authorization);

// On worker threads, results on the loop. `place`: whose turn it takes (an address).
void auth_hash_password(Auth* auth, const std::string& place, const std::string& password, std::function<void(Result<std::string>)> done);
void auth_verify_password(Auth* auth, const std::string& place, const std::string& password, const std::string& hash,
                          std::function<void(Result<bool>)> done);

// A keyed hash of anything, the same after a restart: for ETags that disclose nothing about what they are made of.
std::string auth_mac(const Auth* auth, std::string_view text);  // 32 bytes

// ---- rights ----
// Roles and bindings as last committed, kept up to date by watching the store: for rbac_decide and rbac_decide_agent.
const RbacRules& auth_rules(const Auth* auth);

// ---- the first start ----
struct SeedOptions {
  bool remote = false;  // a listener can be reached from other machines
  std::string admin_username = "admin";
  std::string admin_password;       // "": the default one (usable from loopback only), or a generated one when `remote`
  std::string admin_api_key;        // a UUID, or ""
  std::string agent_password;       // "": the default one (usable from loopback only)
  std::vector<std::string> checks;  // JSON of check definitions to begin with
};
struct Seeded {
  bool first_start = false;
  std::string generated_password;  // to be printed once; "" = none was generated
};
// Namespace default, users, cluster roles and bindings, as the reference's `init` makes them. Once: later starts do
// nothing. Hashes here and now (the loop does not run yet). `done` after the commit.
Result<Seeded> auth_seed(Store* store, const SeedOptions& options, int64_t now_s, StoreDone done);
// The role and binding `system:pipeline` that every namespace has, as the reference makes them with a namespace.
std::vector<StoreWrite> namespace_companions(const std::string& ns);
// What the configuration says: cluster-admin-*, agent-password.
SeedOptions seed_options(const BackendConfig& config);

}  // namespace picket
