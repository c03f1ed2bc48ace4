// backend/init_command.cc - `picket backend init`: fills an empty state directory before the first start, with the names and
// exit statuses of `sensu-backend init`. A first start does the same by itself; init is for scripts that call it.
#include <uv.h>

#include <cstdio>
#include <string>

#include "common/os/os.h"
#include "common/os/file_lock.h"
#include "common/basic/stdin_line.h"
#include "backend/auth/auth.h"
#include "backend/start_command.h"
#include "backend/auth/password.h"
#include "backend/shared/backend.h"

namespace picket {
namespace {

constexpr int kExitAlready = 3;

std::string ask_line(const std::string& question, const std::string& fallback) {
  printf("%s%s: ", question.c_str(), fallback.empty() ? "" : (" [" + fallback + "]").c_str());
  fflush(stdout);
  std::string line;
  (void)stdin_line(&line);
  return line.empty() ? fallback : line;
}

std::string ask_hidden(const std::string& question) {
  bool hidden = os_terminal_echo(false);
  std::string line = ask_line(question, "");
  if (hidden) (void)os_terminal_echo(true);
  if (hidden) printf("\n");
  return line;
}

Status ask_all(SeedOptions* seed) {
  seed->admin_username = ask_line("Administrator's name", seed->admin_username);
  std::string password = ask_hidden("Administrator's password");
  if (password != ask_hidden("Retype the password")) return fail(Err::invalid, "the passwords do not match; nothing was written");
  seed->admin_password = password;
  seed->admin_api_key = ask_line("API key of the administrator, a UUID (none)", seed->admin_api_key);
  return {};
}

Status refuse(const SeedOptions& seed) {
  if (seed.admin_password.empty())
    return fail(Err::invalid, "password missing: set --cluster-admin-password (or PICKET_CLUSTER_ADMIN_PASSWORD), or use --interactive");
  if (seed.admin_username.empty()) return fail(Err::invalid, "user name missing: set --cluster-admin-username");
  return {};
}

struct Outcome {
  Status status;
  bool first = false;
};

// Opens the store as the backend would, writes what an empty one needs, and closes it when that is on disk.
Outcome fill(const BackendConfig& config, const SeedOptions& seed) {
  Outcome out;
  if (out.status = os_make_dirs(config.state_dir, 0700); !out.status.ok()) return out;
  uv_loop_t loop;
  if (uv_loop_init(&loop) != 0) return out.status = fail(Err::io, "cannot create an event loop: no file descriptor available"), out;
  Result<Store*> store = store_open(&loop, config.state_dir + "/picket.db", StoreOptions());
  out.status = store.status;
  if (store.ok()) {
    Status written;
    Result<Seeded> seeded = auth_seed(store.value, seed, os_unix_ms() / 1000, [&written](Status s) { written = s; });
    out.first = seeded.value.first_start;
    store_close(store.value, [] {});
    uv_run(&loop, UV_RUN_DEFAULT);
    out.status = seeded.ok() ? written : seeded.status;
  }
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return out;
}

int failed(const Status& s) {
  fprintf(stderr, "picket backend init: %s\n", s.message.c_str());
  return 1;
}

}  // namespace

// A backend that runs has filled its store already, and nobody else may open it.
static int already(const BackendConfig& config, const InitFlags& flags) {
  fprintf(stderr, "picket backend init: %s is already initialized; change users and passwords with `picket ctl user`\n",
          config.state_dir.c_str());
  return flags.ignore_already ? 0 : kExitAlready;
}

int backend_init(const BackendConfig& config, const InitFlags& flags) {
  SeedOptions seed = seed_options(config);
  if (flags.interactive)
    if (Status s = ask_all(&seed); !s.ok()) return failed(s);
  if (Status s = refuse(seed); !s.ok()) return failed(s);
  (void)os_make_dirs(config.state_dir, 0700);  // fill says what is wrong with it
  Result<intptr_t> lock = backend_lock(config.state_dir);
  if (lock.status.code == Err::exists) return already(config, flags);
  Outcome out = fill(config, seed);
  if (lock.ok()) os_unlock_file(lock.value);
  if (!out.status.ok()) return failed(out.status);
  if (out.first) return printf("initialized %s: the administrator is %s\n", config.state_dir.c_str(), seed.admin_username.c_str()), 0;
  return already(config, flags);
}

}  // namespace picket
