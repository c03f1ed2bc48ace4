// backend/endpoints/users.cc - users: never deleted, only disabled; passwords go in and never come out.
#include <algorithm>

#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "backend/auth/password.h"

namespace picket {

static std::string user_show(User user) {
  user.password.clear();
  user.password_hash.clear();
  return encode(user);
}

static Result<User> user_of(const CallPtr& call) {
  auto found = store_get(call->backend->store, "users", "", call->path.id);
  if (!found.ok()) return found.status;
  return decode<User>(found.value.body);
}

// ---- reading ----

void users_list(CallPtr call) {
  ListSource source;
  source.next = [store = call->backend->store](const std::string&, const std::string& after,
                                               int64_t count) -> Result<std::vector<ListItem>> {
    std::vector<ListItem> items;
    auto listed = store_list(store, "users", "", "", after, count);
    if (!listed.ok()) return listed.status;
    for (StoredObject& o : listed.value) {
      auto user = decode<User>(o.body);
      items.push_back({"", std::move(o.name), user.ok() ? user_show(user.value) : "{}"});
    }
    return items;
  };
  list_start(call, std::move(source));
}

void user_get(CallPtr call) {
  auto user = user_of(call);
  if (!user.ok()) return answer_unread(call, user.status);
  answer_json(call, 200, user_show(user.value), {{"ETag", etag_of(*call, encode(user.value))}});
}

// ---- writing ----

// Another password ends what the old one has opened (identity.h), but for the session it is changed in.
static void user_store(const CallPtr& call, User user, StoreWrite::Op op, int success) {
  user.password.clear();
  call_changes(*call, "users", "", user.username);
  StoreWrite write = write_put("users", "", user.username, encode(user));
  write.op = op;
  std::vector<StoreWrite> batch = {std::move(write)};
  if (call->who.username == user.username && !call->who.session.empty() && auth_renew(call->backend->auth, &call->who))
    batch.push_back(auth_session_keeps(call->backend->auth, call->who.session, user));
  store_write(call->backend->store, std::move(batch),
              [call, success](Status status) { status.ok() ? answer_json(call, success, "") : answer_status(call, status); });
}

static Status password_check(const User& user) {
  if (user.password.empty() && user.password_hash.empty()) return fail(Err::invalid, "a password or its hash is required");
  if (!user.password.empty() && user.password.size() < kPasswordMin)
    return fail(Err::invalid, "password length must be at least 8 characters");
  if (user.password.size() > kPasswordMax) return fail(Err::invalid, "password length must be at most 72 bytes");
  return password_hash_check(user.password_hash);
}

static std::string place_of(const ApiCall& call) { return "users " + login_from(call.request, false).address; }

// Calls `next` with the hash to keep. A hash that comes with a password must be that password's.
static void hash_settle(const CallPtr& call, const User& user, std::function<void(std::string)> next) {
  Auth* auth = call->backend->auth;
  if (user.password.empty()) return next(user.password_hash);
  if (user.password_hash.empty())
    return auth_hash_password(auth, place_of(*call), user.password,
                              [call, next](Result<std::string> hash) { hash.ok() ? next(hash.value) : answer_status(call, hash.status); });
  auth_verify_password(
      auth, place_of(*call), user.password, user.password_hash, [call, next, hash = user.password_hash](Result<bool> same) {
        if (!same.ok()) return answer_status(call, same.status);
        if (same.value) return next(hash);
        answer_error(call, 400, 1, "hashed password does not the match the cleartext password, only one of those should be provided");
      });
}

static bool user_read(const CallPtr& call, int code, User* user) {
  std::string text;
  if (!call_body(call, code, &text)) return false;
  auto decoded = decode<User>(text, Unknown::drop);
  if (!decoded.ok()) return answer_error(call, code == 1 ? 400 : 500, code, "json: cannot unmarshal: " + decoded.status.message), false;
  *user = std::move(decoded.value);
  return true;
}

static void user_write(const CallPtr& call, StoreWrite::Op op) {
  User user;
  if (!user_read(call, 1, &user)) return;
  Status status;
  // Compared as sent, escapes and all: no valid name has any.
  std::string sent = call->request.path.substr(call->request.path.rfind('/') + 1);
  if (op == StoreWrite::put && user.username != sent)
    status = fail(Err::invalid, "the username (" + user.username + ") does not match the username on the request (" + sent + ")");
  if (status.ok()) status = call->route->type->validate(encode(user));
  if (status.ok() && op == StoreWrite::create && store_get(call->backend->store, "users", "", user.username).ok())
    status = fail(Err::exists, "");
  if (status.ok()) status = password_check(user);
  if (!status.ok()) return answer_status(call, status);
  hash_settle(call, user, [call, user, op](std::string hash) mutable {
    user.password_hash = std::move(hash);
    user_store(call, user, op, 201);
  });
}

void user_create(CallPtr call) { user_write(call, StoreWrite::create); }
void user_put(CallPtr call) { user_write(call, StoreWrite::put); }

// Read, change, write in one turn of the loop.
static void user_change(const CallPtr& call, int success, const std::function<void(User&)>& change) {
  auto user = user_of(call);
  if (!user.ok()) return answer_unread(call, user.status);
  change(user.value);
  user_store(call, user.value, StoreWrite::put, success);
}

void user_disable(CallPtr call) {
  user_change(call, 204, [](User& user) { user.disabled = true; });
}
void user_reinstate(CallPtr call) {
  user_change(call, 201, [](User& user) { user.disabled = false; });
}
void user_group_add(CallPtr call) {
  user_change(call, 201, [&](User& user) {
    if (std::find(user.groups.begin(), user.groups.end(), call->path.sub) == user.groups.end()) user.groups.push_back(call->path.sub);
  });
}
void user_group_remove(CallPtr call) {
  user_change(call, 204, [&](User& user) {
    user.groups.erase(std::remove(user.groups.begin(), user.groups.end(), call->path.sub), user.groups.end());
  });
}
void user_groups_clear(CallPtr call) {
  user_change(call, 204, [](User& user) { user.groups.clear(); });
}

// ---- passwords ----

static void wrong_password(const CallPtr& call) {
  answer_error(call, 500, 0, "resource is invalid: wrong password for user " + call->path.id);
}

// `present`: the hash that the present password was compared with, "" = with none. When it was changed meanwhile, the request with
// the old one comes too late.
static void password_store(const CallPtr& call, const std::string& present, const std::string& hash) {
  auto user = user_of(call);
  if (user.ok() && !present.empty() && user.value.password_hash != present) return wrong_password(call);
  user_change(call, 201, [&](User& u) { u.password_hash = hash; });
}

static void password_set(const CallPtr& call, const std::string& present, const std::string& password) {
  User fresh;
  fresh.password = password;
  if (Status s = password_check(fresh); !s.ok()) return answer_status(call, s);
  hash_settle(call, fresh, [call, present](std::string hash) { password_store(call, present, hash); });
}

// Two generations of clients: 6.x sends the present password and the hash of the new one; 5.x the new one alone.
// The reference's 6.x refuses the latter; we do not, or `sensuctl user change-password` of 5.x would be broken.
void user_password(CallPtr call) {
  User sent;
  if (!user_read(call, 0, &sent)) return;
  auto user = user_of(call);
  if (!user.ok()) return answer_error(call, 500, 0, "key " + call->path.id + " not found");
  if (sent.password.empty()) return wrong_password(call);
  const std::string present = user.value.password_hash;
  auth_verify_password(call->backend->auth, place_of(*call), sent.password, present, [call, sent, present](Result<bool> right) {
    if (!right.ok()) return answer_status(call, right.status);
    if (!sent.password_hash.empty() && !right.value) return wrong_password(call);
    if (Status s = password_hash_check(sent.password_hash); !s.ok()) return answer_status(call, s);
    if (!sent.password_hash.empty()) return password_store(call, present, sent.password_hash);
    if (right.value) return answer_error(call, 400, 1, "a password or its hash is required");
    password_set(call, "", sent.password);
  });
}

void user_change_password(CallPtr call) {
  std::string text;
  if (!call_body(call, 0, &text)) return;
  auto member = [&](const char* key) {
    std::string_view raw = body_member(text, key);
    return raw.empty() ? std::string() : json_string(raw).value;
  };
  std::string present = member("password"), fresh = member("password_new");
  auto user = user_of(call);
  if (!user.ok()) return answer_unread(call, user.status);
  const std::string hash = user.value.password_hash;
  auth_verify_password(call->backend->auth, place_of(*call), present, hash, [call, fresh, hash](Result<bool> right) {
    if (!right.ok()) return answer_status(call, right.status);
    right.value ? password_set(call, hash, fresh) : wrong_password(call);
  });
}

void user_reset_password(CallPtr call) {
  User sent;
  if (!user_read(call, 0, &sent)) return;
  if (!user_of(call).ok()) return answer_not_found(call);
  if (Status s = password_check(sent); !s.ok()) return answer_status(call, s);
  hash_settle(call, sent, [call](std::string hash) { password_store(call, "", hash); });
}

}  // namespace picket
