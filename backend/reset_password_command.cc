// backend/reset_password_command.cc - `picket backend reset-password`: a way in for whoever may read the database, and knows no
// password. Sessions begun with the old one end by themselves: they are proved by it (login_session.cc).
#include <uv.h>

#include <cstdio>
#include <string>

#include "common/basic/stdin_line.h"
#include "common/os/file_lock.h"
#include "common/os/os.h"
#include "common/rules/resource_types.h"
#include "backend/auth/password.h"
#include "backend/shared/backend.h"
#include "backend/start_command.h"

namespace picket {
namespace {

std::string ask(const char* question) {
  fprintf(stderr, "%s: ", question);
  std::string line;
  (void)stdin_line(&line);
  fputc('\n', stderr);
  return line;
}

// At a terminal twice and hidden; otherwise the first line of standard input.
Result<std::string> new_password() {
  std::string password;
  if (!os_terminal_echo(false)) return (void)stdin_line(&password), password;
  password = ask("New password");
  const bool same = password == ask("Retype the password");
  (void)os_terminal_echo(true);
  return same ? Result<std::string>(password) : fail(Err::invalid, "the passwords do not match; nothing was changed");
}

Result<User> user_read(Store* store, const std::string& name) {
  Result<StoredObject> object = store_get(store, "users", "", name);
  if (object.ok()) return decode<User>(object.value.body, Unknown::drop);
  if (object.status.code != Err::not_found) return object.status;
  std::string names;
  const Result<std::vector<StoredObject>> users = store_list(store, "users", "", "", "", 20);
  for (const StoredObject& user : users.value) names += (names.empty() ? "" : ", ") + user.name;
  return fail(Err::not_found, "there is no user \"" + name + "\"; the users are " + names);
}

// A disabled user comes back: a way in is what this is for.
Status user_write(Store* store, const std::string& name, const std::string& hash, Status* written) {
  Result<User> user = user_read(store, name);
  if (!user.ok()) return user.status;
  user.value.password_hash = hash;
  user.value.disabled = false;
  store_write(store, {write_put("users", "", name, encode(user.value))}, [written](Status s) { *written = std::move(s); });
  return {};
}

Status change(const std::string& path, const std::string& name, const std::string& hash) {
  uv_loop_t loop;
  if (uv_loop_init(&loop) != 0) return fail(Err::io, "cannot create an event loop: no file descriptor available");
  Result<Store*> store = store_open(&loop, path, StoreOptions());
  Status status = store.status, written;
  if (store.ok()) {
    status = user_write(store.value, name, hash, &written);
    store_close(store.value, [] {});
  }
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return status.ok() ? written : status;
}

Status reset(const std::string& state_dir, const std::string& name) {
  const std::string path = state_dir + "/picket.db";
  if (!os_exists(path))
    return fail(Err::not_found, "there is no " + path + "; name the backend's --state-dir (of an edge its subfolder backend)");
  Result<std::string> password = new_password();
  if (!password.ok()) return password.status;
  if (password.value.size() < kPasswordMin) return fail(Err::invalid, "password length must be at least 8 characters; nothing was changed");
  Result<std::string> hash = password_hash(password.value);
  return hash.ok() ? change(path, name, hash.value) : hash.status;
}

}  // namespace

int backend_reset_password(const BackendConfig& config, const std::string& name) {
  Status status;
  if (config.etcd.cluster) {
    fprintf(
        stderr,
        "picket backend reset-password: this backend is one of a cluster, whose users are in etcd; another administrator can run `picket ctl user reset-password`\n");
    return 1;
  }
  Result<intptr_t> lock = os_exists(config.state_dir) ? backend_lock(config.state_dir) : Result<intptr_t>(fail(Err::not_found, ""));
  if (lock.status.code == Err::exists)
    status = fail(Err::exists,
                  "a backend runs on " + config.state_dir + ": use `picket ctl user reset-password " + name + "`, or stop it first");
  else status = reset(config.state_dir, name);
  if (lock.ok()) os_unlock_file(lock.value);
  if (!status.ok()) return fprintf(stderr, "picket backend reset-password: %s\n", status.message.c_str()), 1;
  return printf("%s has a new password; start the backend and log in with `picket ctl configure`\n", name.c_str()), 0;
}

}  // namespace picket
