// backend/auth/login.cc - user name and password: remembered logins first, then one hash for all that wait for the same.
#include <algorithm>

#include "common/tls/crypto.h"
#include "common/rules/local_host.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/auth/state.h"
#include "backend/auth/password.h"

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

// The user is read again: it may have been disabled, or got another password, while we hashed.
static Result<Identity> admitted(Auth* auth, const std::string& username, const std::string& hash) {
  auto user = user_load(auth, username);
  if (!user.ok() || user.value.disabled || user.value.password_hash != hash) return refused();
  return identity_of(user.value);
}

void auth_failed(Auth* auth, const std::string& name, const LoginFrom& from, const std::string& what) {
  throttle_failed(auth->throttle, {throttle_address(from.address), name, from.agent}, what, os_mono_ms());
}

static void on_hashed(Auth* auth, const std::string& mac, bool known, const HashJob& job) {
  auto waiters = std::move(auth->joined[mac]);
  auth->joined.erase(mac);
  bool good = job.status.ok() && job.matches && known;
  for (LoginWaiter& w : waiters) {
    if (good) remember(auth, w.username, mac);
    if (job.status.ok() && !good) auth_failed(auth, w.username, w.from, mac);
    if (!job.status.ok()) w.done(job.status);
    else if (good) w.done(admitted(auth, w.username, job.hash));
    else w.done(refused());
  }
}

static std::string without_port(const std::string& peer) {
  const std::string address = peer.substr(0, peer.rfind(':'));
  return address.size() > 1 && address[0] == '[' ? address.substr(1, address.size() - 2) : address;
}

std::string login_address(const std::string& peer) { return throttle_address(without_port(peer)); }

LoginFrom login_from(const HttpRequest& request, bool agent) {
  LoginFrom from;
  from.agent = agent;
  from.address = without_port(request.peer);
  const std::string_view host = header_get(request.headers, "Host");
  // An agent may dial a name of /etc/hosts or of a container's network; no web page has a name without a dot, nor can it send a
  // password with a WebSocket.
  const std::string_view name = host.substr(0, host.find(':'));
  const bool alias = agent && !name.empty() && name.find_first_of(".[") == name.npos;
  from.forwarded = is_forwarded(request.headers);
  from.local = request.peer_is_loopback && (alias || host_is_local(host, os_hostname())) && !from.forwarded &&
      (agent || !is_of_other_page(request.headers));  // a foreign Origin is refused by the upgrade itself
  return from;
}

int64_t auth_login_wait_s(const Auth* auth, const std::string& username, const LoginFrom& from) {
  return (throttle_wait_ms(auth->throttle, {throttle_address(from.address), username, from.agent}, os_mono_ms()) + 999) / 1000;
}

void auth_admit_inner_agent(Auth* auth, std::string secret) { auth->inner_agent_secret = std::move(secret); }

static bool is_inner_agent(const Auth* auth, const std::string& password, const LoginFrom& from) {
  return from.agent && !auth->inner_agent_secret.empty() && equal_in_constant_time(password, auth->inner_agent_secret);
}

void auth_admit_default_password(Auth* auth, DefaultPasswordDoor door) { auth->default_password = std::move(door); }

static bool is_agents_user(const Auth* auth, const std::string& username) {
  auto user = user_load(auth, username);
  return user.ok() && std::find(user.value.groups.begin(), user.value.groups.end(), "system:agents") != user.value.groups.end();
}

// The operator lets agents of this address in by it, for now; nobody with the rights of somebody else.
static bool is_let_in_by_default(const Auth* auth, const std::string& username, const LoginFrom& from) {
  const DefaultPasswordDoor& door = auth->default_password;
  return is_agents_user(auth, username) && from.agent && !from.forwarded && os_unix_ms() / 1000 < door.until_s &&
      network_has(door.from, from.address);
}

static void default_password_log(Auth* auth, const std::string& username, const LoginFrom& from) {
  constexpr int64_t kAgainMs = 3'600'000;
  const int64_t now = os_mono_ms();
  if (auth->default_password_logged.size() >= kDefaultPasswordLoggedMax) auth->default_password_logged.clear();
  const auto [logged, is_new] = auth->default_password_logged.try_emplace(from.address, now);
  if (!is_new && now - logged->second < kAgainMs) return;
  logged->second = now;
  log_warn("auth", "an agent logs in with the default password, as agent-default-login-from allows for now; give it another one",
           {{"user", username}, {"peer", from.address}});
}

void auth_login(Auth* auth, const std::string& username, const std::string& password, const LoginFrom& from,
                std::function<void(Result<Identity>)> done) {
  if (is_enrolled_user(username)) return done(enrolled_login(auth, username, password, from));
  const bool is_default = !from.local && equal_in_constant_time(password, kDefaultPassword);
  if (is_default && is_let_in_by_default(auth, username, from)) {
    default_password_log(auth, username, from);
  } else if (is_default) {
    log_warn("auth", "login rejected: the default password is accepted only from this machine, by one of its own names; change it",
             {{"user", username}, {"peer", from.address}});
    return done(refused());
  }
  auto loaded = user_load(auth, username);
  bool known = loaded.ok() && !loaded.value.disabled;
  if (is_inner_agent(auth, password, from)) return done(known ? Result<Identity>(identity_of(loaded.value)) : refused());
  // Nobody of that name: hash all the same, so that the time of the answer does not show it.
  KnownUser user = known ? loaded.value : KnownUser{{username, "", password_default_hash(), {}, true}, ""};
  std::string mac = login_mac(auth, user, password);
  if (known && is_remembered(auth, username, mac)) return done(identity_of(user));
  if (from.agent && throttle_is_wrong(auth->throttle, mac, os_mono_ms())) return done(refused());
  if (auth_login_wait_s(auth, username, from) > 0) return done(fail(Err::unavailable, "too many wrong passwords; try again later"));

  auto& waiters = auth->joined[mac];
  waiters.push_back({username, from, std::move(done)});
  if (waiters.size() > 1) return;
  auto* job = new HashJob;
  job->place = (from.agent ? "agents " : "api ") + throttle_address(from.address);
  job->user = username;
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
