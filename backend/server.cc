// backend/server.cc - the backend's parts, started in order and stopped in the other.
#include "backend/shared/backend.h"

#include <memory>
#include <utility>

#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/os/file_lock.h"
#include "backend/api/api.h"
#include "backend/auth/auth.h"
#include "backend/cluster_start.h"
#include "backend/etcd/etcd_part.h"
#include "backend/parts.h"
#include "backend/shared/event_log.h"

namespace picket {
namespace {

// 16 hex digits, made once per state directory.
Result<std::string> cluster_id(Store* store) {
  Result<StoredObject> o = store_get(store, "cluster", "", "id");
  if (o.ok()) return o.value.body;
  if (o.status.code != Err::not_found) return o.status;
  unsigned char bytes[8];
  if (!os_random(bytes, sizeof bytes)) return fail(Err::io, "no random numbers from the system; check /dev/urandom");
  std::string id;
  for (unsigned char c : bytes) id += "0123456789abcdef"[c >> 4], id += "0123456789abcdef"[c & 15];
  const Status taken = store_hand_in(store, {write_create("cluster", "", "id", id)}, {});
  if (!taken.ok()) return taken;
  return id;
}

bool is_loopback(std::string_view host) { return host == "localhost" || host.substr(0, 4) == "127." || host == "::1" || host == "[::1]"; }

Status seed(Backend* b) {
  const BackendConfig& c = b->config;
  SeedOptions options = seed_options(c);
  options.remote = !is_loopback(c.agent_host) || !is_loopback(c.api_host);
  Result<Seeded> seeded = auth_seed(b->store, options, os_unix_ms() / 1000, {});
  if (!seeded.ok()) return because("first start", seeded.status);
  if (!seeded.value.generated_password.empty())
    fprintf(stderr,
            "picket: first start: the password of %s is %s (shown once; change it with `picket ctl user change-password --interactive`)\n",
            options.admin_username.c_str(), seeded.value.generated_password.c_str());
  return {};
}

Status lock_state(Backend* b) {
  Result<intptr_t> lock = backend_lock(b->config.state_dir);
  if (lock.ok()) b->lock = lock.value;
  else if (lock.status.code == Err::exists) return lock.status;
  else log_warn("backend", "cannot lock state-dir; make sure that no other backend uses it", {{"error", lock.status.message}});
  return {};
}

// For as long as the state directory's disk is away. What could not be locked at the start is not locked later either.
Status claim_state(Backend* b, bool take) {
  if (b->lock < 0 && !b->lock_given_back) return {};
  if (!take) {
    if (b->lock >= 0) os_unlock_file(std::exchange(b->lock, -1));
    b->lock_given_back = true;
    return {};
  }
  Result<intptr_t> lock = backend_lock(b->config.state_dir);
  if (!lock.ok()) return lock.status;
  b->lock = lock.value;
  b->lock_given_back = false;
  return {};
}

// ---- the start, step by step ----

std::string store_path(const Backend* b) { return b->config.state_dir + "/picket.db"; }

Status make_state_dir(Backend* b) {
  Status s = os_make_dirs(b->config.state_dir, 0700);
  return s.ok() ? s : because("state directory", s);
}

Status start_etcd(Backend* b) {
  const EtcdSettings& settings = b->config.etcd;
  if (!settings.cluster) return {};
  Result<Etcd*> etcd = etcd_start(b->loop, b->net, settings);
  b->etcd = etcd.value;
  return etcd.status;
}

bool is_clustered(const Backend* b) { return b->config.etcd.cluster && !b->config.etcd_members_only; }

void start_rest(Backend* b, Status ready);

Status open_store(Backend* b) {
  StoreOptions options;
  options.full_sync = b->config.store_full_sync;
  options.claim = [b](bool take) { return claim_state(b, take); };
  options.hold = true;  // nothing is written before the last read was good
  if (is_clustered(b)) return cluster_start(b, options, [b](Status ready) { start_rest(b, std::move(ready)); });
  Result<Store*> store = store_open(b->loop, store_path(b), options);
  b->store = store.value;
  return store.status;
}

Status read_cluster_id(Backend* b) {
  Result<std::string> id = cluster_id(b->store);
  b->cluster_id = id.value;
  return id.status;
}

Status open_auth(Backend* b) {
  Result<Auth*> auth = auth_open(b->loop, b->store);
  if (!auth.ok()) return auth.status;
  b->auth = auth.value;
  auth_admit_inner_agent(b->auth, b->config.inner_agent_secret);
  auth_admit_default_password(b->auth, b->config.default_password);
  return {};
}

Status open_event_log(Backend* b) {
  if (b->config.event_log_file.empty()) return {};
  Result<EventLog*> log = event_log_open(b->loop, b->config.event_log_file);
  if (log.ok()) b->event_log = log.value;
  return log.status;
}

// The backend is an entity too, as the reference's is: where its own events will belong.
Status put_own_entity(Backend* b) {
  Entity entity;
  entity.entity_class = "backend";
  entity.metadata.ns = "sensu-system";
  entity.metadata.name = b->name;
  entity.metadata.labels = b->config.labels;
  entity.metadata.annotations = b->config.annotations;
  entity.system = os_system_facts();
  backend_entity_put(b, std::move(entity), -1, {});
  return {};
}

Status open_api(Backend* b) {
  Result<Api*> api = api_open(b);
  if (api.ok()) b->api = api.value;
  return api.status;
}

Status absence_report(Backend* b) {
  ingest_absence_report(b);
  return {};
}

// What is written from here on is decided upon all that is stored.
Status begin_writes(Backend* b) {
  Status unread;
  if (store_read_failures(b->store, &unread) > 0) return because("read " + store_path(b) + ": the list is incomplete", unread);
  store_begin(b->store);
  return {};
}

using StartStep = Status (*)(Backend*);
// A cluster's member takes the second part when its copy of the store is up to date.
constexpr StartStep kOpenSteps[] = {make_state_dir, lock_state, start_etcd, open_store};
constexpr StartStep kStartSteps[] = {
    seed,           read_cluster_id, open_auth, open_event_log, pipelines_start,   metric_histories_start, ingest_start, scheduling_start,
    sessions_start, put_own_entity,  open_api,  identity_start, pipelines_recover, absence_report,         begin_writes};

template <size_t n>
Status start_steps(Backend* b, const StartStep (&steps)[n]) {
  for (StartStep step : steps)
    if (Status s = step(b); !s.ok()) return s;
  return {};
}

void started(Backend* b) {
  log_info("backend", "backend is running",
           {{"name", b->name},
            {"agents", backend_agent_port(b)},
            {"api", backend_api_port(b)},
            {"start_ms", os_mono_ms() - b->started_mono_ms}});
}

// Nobody waits for it any more: what fails now ends the program.
void start_rest(Backend* b, Status ready) {
  if (ready.ok()) ready = start_steps(b, kStartSteps);
  if (ready.ok()) return started(b);
  ready = because("start the backend", std::move(ready));
  log_error("backend", "the start has failed", {{"error", ready.message}});
  if (b->on_failure) b->on_failure(std::move(ready));
}

Status start_all(Backend* b) {
  if (Status s = start_steps(b, kOpenSteps); !s.ok() || is_clustered(b)) return s;
  return start_steps(b, kStartSteps);
}

// ---- the stop; what was not started is skipped ----

void let_go(Backend* b, const std::function<void()>& done) {
  if (b->lock >= 0) os_unlock_file(b->lock);
  backend_free(b);
  done();
}

using StopStep = void (*)(Backend*, std::function<void()>);

void stop_api(Backend* b, std::function<void()> done) {
  if (!b->api) return done();
  api_close(b->api, [b, done = std::move(done)] {
    b->api = nullptr;
    done();
  });
}
void stop_auth(Backend* b, std::function<void()> done) {
  if (!b->auth) return done();
  auth_close(b->auth, [b, done = std::move(done)] {
    b->auth = nullptr;
    done();
  });
}
void stop_event_log(Backend* b, std::function<void()> done) {
  if (!b->event_log) return done();
  event_log_close(std::exchange(b->event_log, nullptr), std::move(done));
}
void stop_store(Backend* b, std::function<void()> done) {
  if (!b->store) return done();
  store_close(b->store, [b, done = std::move(done)] {
    b->store = nullptr;
    done();
  });
}

void stop_etcd(Backend* b, std::function<void()> done) {
  if (!b->etcd) return done();
  etcd_stop(std::exchange(b->etcd, nullptr), std::move(done));
}

constexpr StopStep kStopSteps[] = {cluster_start_stop,    identity_stop,  sessions_stop,  stop_api,  scheduling_stop, ingest_stop,
                                   metric_histories_stop, pipelines_stop, stop_event_log, stop_auth, stop_store,      stop_etcd};

void stop_from(Backend* b, size_t step, std::function<void()> done) {
  if (step == std::size(kStopSteps)) return let_go(b, done);
  kStopSteps[step](b, [b, step, done = std::move(done)]() mutable { stop_from(b, step + 1, std::move(done)); });
}

}  // namespace

Result<Backend*> backend_start(uv_loop_t* loop, Net* net, const BackendConfig& config) {
  Backend* b = backend_make(loop, net);
  b->config = config;
  b->name = !config.name.empty() ? config.name : is_clustered(b) ? config.etcd.name : os_hostname();
  if (Status s = start_all(b); !s.ok()) {
    backend_stop(b, [] {});
    return because("start the backend", s);
  }
  if (!is_clustered(b)) started(b);
  return b;
}

void backend_stop(Backend* b, std::function<void()> done) { stop_from(b, 0, std::move(done)); }

Result<intptr_t> backend_lock(const std::string& state_dir) {
  Result<intptr_t> lock = os_lock_file(state_dir + "/backend.lock");
  if (lock.ok() || lock.status.code != Err::exists) return lock;
  return fail(Err::exists, "another backend uses " + state_dir + " (" + lock.status.message + "); stop it, or use another --state-dir");
}

int backend_agent_port(const Backend* b) { return b->sessions->listener ? listener_port(b->sessions->listener) : 0; }
int backend_dashboard_port(const Backend* b) { return b->api ? dashboard_port(b->api) : 0; }
int backend_api_port(const Backend* b) { return b->api ? api_port(b->api) : 0; }

}  // namespace picket
