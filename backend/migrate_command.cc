// backend/migrate_command.cc - `picket backend migrate`: from a single backend to a cluster, and back.
#include <uv.h>

#include <cstdio>
#include <string>

#include "common/os/file_lock.h"
#include "common/os/os.h"
#include "backend/etcd/etcd_part.h"
#include "backend/shared/backend.h"
#include "backend/start_command.h"
#include "backend/store/first_checkpoint.h"
#include "backend/store/store_cluster.h"

namespace picket {
namespace {

constexpr const char* kMigrated = ".before-cluster";

// One process with a loop of its own, to the end of the one thing that it does.
Status to_etcd(const BackendConfig& config, const std::string& from) {
  uv_loop_t loop;
  if (uv_loop_init(&loop) != 0) return fail(Err::io, "cannot create an event loop: no file descriptor available");
  Net* net = net_open(&loop, {});
  Result<Etcd*> etcd = etcd_start(&loop, net, config.etcd);
  Status status = etcd.status;
  auto stop = [&etcd, net, &status](Status s) {
    status = std::move(s);
    etcd_stop(etcd.value, [net] { net_close(net, [] {}); });
  };
  if (etcd.ok()) first_checkpoint_write(etcd.value->client, {from, config.state_dir + "/picket.db.first", config.etcd.prefix}, stop);
  else if (etcd.value) stop(etcd.status);
  else net_close(net, [] {});
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return status;
}

// This member's own file would be in the way of the copy: it is kept under another name.
Status file_aside(const std::string& path) {
  for (const char* tail : {"-wal", "-shm"})
    if (os_exists(path + tail))
      if (Status s = os_rename(path + tail, path + kMigrated + tail); !s.ok()) return s;
  return os_rename(path, path + kMigrated);
}

Status migrate_to_etcd(const BackendConfig& config, const std::string& from) {
  if (!config.etcd.cluster)
    return fail(Err::invalid, "no etcd is configured: set no-embed-etcd and etcd-client-urls, as for the start of a cluster");
  if (config.etcd.embedded)
    return fail(Err::invalid,
                "an embedded etcd runs only with its backend: start the etcds alone for this (the program etcd, --data-dir " +
                    config.etcd.data_dir + " and the options of backend.yml), and give --no-embed-etcd and --etcd-client-urls");
  const std::string own = config.state_dir + "/picket.db", path = from.empty() ? own : from;
  if (Status s = store_is_ours(path); !s.ok()) return s;
  if (Status s = to_etcd(config, path); !s.ok()) return s;
  if (Status s = path == own ? file_aside(own) : Status(); !s.ok()) return because("the cluster has the data; move " + own + " away", s);
  printf("%s is the cluster's first state; %sstart its backends\n", path.c_str(),
         path == own ? "the file is kept as picket.db.before-cluster; " : "");
  return {};
}

// A cluster's copy that is opened alone leaves the cluster.
Status migrate_to_sqlite(const BackendConfig& config) {
  const std::string path = config.state_dir + "/picket.db";
  if (Status s = store_is_ours(path); !s.ok()) return s;
  const Result<bool> copy = store_is_copy(path);
  if (!copy.ok()) return copy.status;
  if (!copy.value) {
    printf("%s is a single backend's already, and no copy of a cluster: nothing to do\n", path.c_str());
    return {};
  }
  uv_loop_t loop;
  if (uv_loop_init(&loop) != 0) return fail(Err::io, "cannot create an event loop: no file descriptor available");
  Result<Store*> store = store_open(&loop, path, StoreOptions());
  if (store.ok()) store_close(store.value, [] {});
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  if (store.ok()) printf("%s is a single backend's from now on; start it without the etcd options\n", path.c_str());
  return store.status;
}

}  // namespace

int backend_migrate(const BackendConfig& config, const MigrateFlags& flags) {
  Status status;
  Result<intptr_t> lock = os_exists(config.state_dir) ? backend_lock(config.state_dir)
                                                      : Result<intptr_t>(fail(Err::not_found, "there is no state-dir " + config.state_dir));
  if (lock.status.code == Err::exists) status = fail(Err::exists, "a backend runs on " + config.state_dir + ": stop it first");
  else if (!lock.ok()) status = lock.status;
  else if (flags.to_etcd == flags.to_sqlite) status = fail(Err::invalid, "give one of --to-etcd and --to-sqlite");
  else status = flags.to_etcd ? migrate_to_etcd(config, flags.from) : migrate_to_sqlite(config);
  if (lock.ok()) os_unlock_file(lock.value);
  if (!status.ok()) return fprintf(stderr, "picket backend migrate: %s\n", status.message.c_str()), 1;
  return 0;
}

}  // namespace picket
