// backend/auth_login.cc - user name and password: remembered logins first, then one hash for all who wait for the same.
#include "common/crypto.h"
#include "common/log.h"
#include "auth_state.h"
#include "password.h"

namespace picket {

static Status refused() { return fail(Err::unauthenticated, "bad credentials"); }

static std::string login_mac(const Auth* auth, const User& user, const std::string& password) {
  return hmac_sha256(auth->cache_key, user.username + '\0' + user.password_hash + '\0' + password);
}

static void remember(Auth* auth, const std::string& username, const std::string& mac) {
  if (auth->remembered.size() >= kLoginCacheMax && !auth->remembered.count(username)) {
    auto oldest = auth->remembered.begin();
    for (auto it = oldest; it != auth->remembered.end(); ++it)
      if (it->second.used < oldest->second.used) oldest = it;
    auth->remembered.erase(oldest);
  }
  auth->remembered[username] = {mac, ++auth->uses};
}

static bool is_remembered(Auth* auth, const std::string& username, const std::string& mac) {
  auto it = auth->remembered.find(username);
  if (it == auth->remembered.end() || !equal_in_constant_time(it->second.mac, mac)) return false;
  it->second.used = ++auth->uses;
  return true;
}

// The user is read again: he may have been disabled while we hashed.
static Result<Identity> admitted(Auth* auth, const std::string& username) {
  auto user = user_load(auth, username);
  if (!user.ok() || user.value.disabled) return refused();
  return identity_of(user.value);
}

static void on_hashed(Auth* auth, const std::string& mac, bool known, const HashJob& job) {
  auto waiters = std::move(auth->joined[mac]);
  auth->joined.erase(mac);
  bool good = job.status.ok() && job.matches && known;
  for (LoginWaiter& w : waiters) {
    if (good) remember(auth, w.username, mac);
    if (!job.status.ok()) w.done(job.status);
    else if (good) w.done(admitted(auth, w.username));
    else w.done(refused());
  }
}

void auth_login(Auth* auth, const std::string& username, const std::string& password, bool from_loopback,
                std::function<void(Result<Identity>)> done) {
  if (!from_loopback && equal_in_constant_time(password, kDefaultPassword)) {
    log_warn("auth", "login refused: the default password is accepted from this machine only; change it", {{"user", username}});
    return done(refused());
  }
  auto loaded = user_load(auth, username);
  bool known = loaded.ok() && !loaded.value.disabled;
  // Nobody of that name: hash all the same, so that the time of the answer does not tell.
  User user = known ? loaded.value : User{username, "", password_default_hash(), {}, true};
  std::string mac = login_mac(auth, user, password);
  if (known && is_remembered(auth, username, mac)) return done(identity_of(user));

  auto& waiters = auth->joined[mac];
  waiters.push_back({username, std::move(done)});
  if (waiters.size() > 1) return;
  auto* job = new HashJob;
  job->verify = true;
  job->password = password;
  job->hash = user.password_hash;
  job->done = [auth, mac, known](HashJob& j) { on_hashed(auth, mac, known, j); };
  if (Status s = hash_start(auth, job); !s.ok()) {
    HashJob none;
    none.status = s;
    on_hashed(auth, mac, known, none);
  }
}

}  // namespace picket
