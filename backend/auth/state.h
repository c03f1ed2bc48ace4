// backend/auth/state.h - the struct of auth.h; included by auth*.cc only.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <unordered_map>

#include "backend/auth/auth.h"
#include "backend/access/login_throttle.h"

namespace picket {

// A refresh token is named by its session and its own id. Each refresh makes a new one; the one before is good for
// kRotationGraceMs more, because its answer may have been lost and commands run side by side share one token file.
// A client that shows an older one has a copy it should not have: the session ends.
inline constexpr int64_t kRotationGraceMs = 60'000;

struct Session {
  std::string id, username;
  std::string refresh_id, refresh_id_before;
  int64_t rotated_ms = 0;   // when refresh_id replaced refresh_id_before
  int64_t refreshed_s = 0;  // for expiry
  std::string proof;        // of the password it was begun with (auth.h, Identity)
  std::string proof_next;   // of the one that its own user is changing it to
  std::string page_key;     // of a login of the dashboard: the hash of its key; "": it has tokens
  bool stay = false;        // and it was asked to last
  bool default_password = false;
};

struct KnownUser : User { std::string proof; };

struct HashJob {
  uv_work_t work{};
  Auth* auth = nullptr;
  std::string place, user;  // whose turn it takes
  bool verify = false;
  std::string password, hash;  // hash: in (verify) or out
  bool matches = false;
  Status status;
  std::function<void(HashJob&)> done;
};

struct LoginWaiter {
  std::string username;
  LoginFrom from;
  std::function<void(Result<Identity>)> done;
};

// Jobs that wait, by the address they come from and by the user of each: every address has its turn, in it every user.
struct HashPlace {
  std::map<std::string, std::deque<HashJob*>> users;
  std::deque<std::string> turn;
  size_t count = 0;  // at most kHashesPerPeerMax
};
struct HashQueue {
  std::map<std::string, HashPlace> places;
  std::deque<std::string> turn;
  size_t count = 0;  // at most kHashQueueMax
};

struct Auth {
  uv_loop_t* loop = nullptr;
  Store* store = nullptr;
  std::shared_ptr<Auth*> alive;  // what the store's watch holds: it may outlive us
  std::string secret;            // signs tokens; in the store, so that they outlive a restart
  std::string cache_key;         // keys the remembered logins; of this process only

  DefaultPasswordDoor default_password;
  std::unordered_map<std::string, int64_t> default_password_logged;  // by address: os_mono_ms of the last warning
  std::string inner_agent_secret;                                    // auth_admit_inner_agent; "" = there is none

  HashQueue waiting;
  int running = 0;               // at most kHashesAtOnce
  std::function<void()> closed;  // set: close when the last job is back

  // user -> keyed hash of (user, stored hash, password). A changed password changes the stored hash: nothing to clear.
  struct Remembered { std::string mac; uint64_t used = 0; };
  std::unordered_map<std::string, Remembered> remembered;  // at most kLoginCacheMax
  uint64_t uses = 0;
  // Logins with the same user and password wait for one hash together: a thousand agents come back after an outage.
  std::unordered_map<std::string, std::vector<LoginWaiter>> joined;
  Throttle throttle;

  std::unordered_map<std::string, KnownUser> users;  // as last committed
  RbacRules rules;
  std::unordered_map<std::string, Enrolled> enrolled;  // agents with a credential of their own, by their user

  std::map<std::string, Session> sessions;  // by id; at most kSessionsPerUserMax per user
};

Status hash_start(Auth* auth, HashJob* job);  // takes the job; Err::unavailable when too many wait
void hashes_end(Auth* auth);                  // those that wait get the error that we stop
void auth_close_when_idle(Auth* auth);
Status sessions_load(Auth* auth, int64_t now_s);
void session_foreign(Auth* auth, const StoreChange& change);  // begun, rotated or ended at another member of the cluster
Status rules_load(Auth* auth);
void rules_change(Auth* auth, const StoreChange& change);
void sessions_end_user(Auth* auth, const std::string& username);  // those that are not good any more
int64_t session_ends_at(const Session& s);                        // unless it is used again
std::string session_random_id();
StoreWrite session_put(const Session& s);
void session_end(Auth* auth, const std::string& id);
// Room for one more: what is over goes, and of one user's sessions the one used longest ago.
void sessions_trim(Auth* auth, const std::string& username, int64_t now_s);
bool session_good(const Auth* auth, const std::string& id, const KnownUser& user);
Status enrolled_load(Auth* auth);
void enrolled_keep(Auth* auth, const std::string& ns, const std::string& name, const StoredObject* object);  // null: it is gone
Result<Identity> enrolled_login(Auth* auth, const std::string& username, const std::string& password, const LoginFrom& from);
bool enrolled_renew(const Auth* auth, Identity* who);
Status enrolled_may_be(const Auth* auth, const std::string& username, const std::string& ns, const std::string& agent);
std::string proof_of(const Auth* auth, const User& user);
Result<KnownUser> user_load(const Auth* auth, const std::string& username);
Identity identity_of(const KnownUser& user);

}  // namespace picket
