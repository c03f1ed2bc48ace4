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
#include "backend/deliver/pipelines.h"
#include "backend/shared/event_log.h"
#include "backend/identity.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/metric_history.h"
#include "backend/ingest/schedule_driver.h"
#include "backend/agents/agent_sessions.h"

namespace picket {
namespace {

// 16 hex digits, made once per state directory.
Result<std::string> cluster_id(Store* store) {
  Result<StoredObject> o = store_get(store, "cluster", "", "id");
  if (o.ok()) return o.value.body;
  if (o.status.code != Err::not_found) return o.status;
  unsigned char bytes[8];
  if (!os_random(bytes, sizeof bytes)) return fail(Err::io, "the system gives no random numbers; check /dev/urandom");
  std::string id;
  for (unsigned char c : bytes) id += "0123456789abcdef"[c >> 4], id += "0123456789abcdef"[c & 15];
  StoreWrite w;
  w.op = StoreWrite::create;
  w.object = {"cluster", "", "id", id, 0};
  store_write(store, {std::move(w)}, {});
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

// The backend is an entity too, as the reference's is: where its own events will belong.
void own_entity(Backend* b) {
  Entity entity;
  entity.entity_class = "backend";
  entity.metadata.ns = "sensu-system";
  entity.metadata.name = b->name;
  entity.metadata.labels = b->config.labels;
  entity.metadata.annotations = b->config.annotations;
  entity.system = os_system_facts();
  backend_entity_put(b, std::move(entity), -1, {});
}

Status lock_state(Backend* b) {
  Result<intptr_t> lock = backend_lock(b->config.state_dir);
  if (lock.ok()) b->lock = lock.value;
  else if (lock.status.code == Err::exists) return lock.status;
  else log_warn("backend", "state-dir is not locked; make sure that no second backend uses it", {{"error", lock.status.message}});
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

Status start_parts(Backend* b) {
  const std::string path = b->config.state_dir + "/picket.db";
  if (Status s = os_make_dirs(b->config.state_dir, 0700); !s.ok()) return because("state directory", s);
  if (Status s = lock_state(b); !s.ok()) return s;
  StoreOptions options;
  options.full_sync = b->config.store_full_sync;
  options.claim = [b](bool take) { return claim_state(b, take); };
  options.hold = true;  // nothing is written before the last read was good
  Result<Store*> store = store_open(b->loop, path, options);
  if (!store.ok()) return store.status;
  b->store = store.value;
  if (Status s = seed(b); !s.ok()) return s;
  Result<std::string> id = cluster_id(b->store);
  if (!id.ok()) return id.status;
  b->cluster_id = id.value;
  Result<Auth*> auth = auth_open(b->loop, b->store);
  if (!auth.ok()) return auth.status;
  b->auth = auth.value;
  auth_admit_inner_agent(b->auth, b->config.inner_agent_secret);
  if (!b->config.event_log_file.empty()) {
    Result<EventLog*> log = event_log_open(b->loop, b->config.event_log_file);
    if (!log.ok()) return log.status;
    b->event_log = log.value;
  }
  for (Status (*start)(Backend*) : {pipelines_start, metric_histories_start, ingest_start, scheduling_start, sessions_start})
    if (Status s = start(b); !s.ok()) return s;
  own_entity(b);
  Result<Api*> api = api_open(b);
  if (!api.ok()) return api.status;
  b->api = api.value;
  if (Status s = identity_start(b); !s.ok()) return s;
  if (Status s = pipelines_recover(b); !s.ok()) return s;
  ingest_tell_absence(b);
  Status unread;
  if (store_read_failures(b->store, &unread) > 0)
    return because("read " + path + ", of which a part must not be taken for the whole", unread);
  store_begin(b->store);
  return {};
}

// The parts' structs go last: watches of the store point to them.
void free_all(Backend* b, std::function<void()> done) {
  delete b->identities;
  delete b->sessions;
  delete b->scheduling;
  delete b->ingest;
  delete b->histories;
  pipelines_free(b);
  if (b->lock >= 0) os_unlock_file(b->lock);
  delete b;
  done();
}

using Step = void (*)(Backend*, std::function<void()>);

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

constexpr Step kStopSteps[] = {identity_stop,         sessions_stop,  stop_api,       scheduling_stop, ingest_stop,
                               metric_histories_stop, pipelines_stop, stop_event_log, stop_auth,       stop_store};

void stop_from(Backend* b, size_t step, std::function<void()> done) {
  if (step == std::size(kStopSteps)) return free_all(b, std::move(done));
  kStopSteps[step](b, [b, step, done = std::move(done)]() mutable { stop_from(b, step + 1, std::move(done)); });
}

}  // namespace

Result<Backend*> backend_start(uv_loop_t* loop, Net* net, const BackendConfig& config) {
  auto* b = new Backend;
  b->loop = loop;
  b->net = net;
  b->config = config;
  b->name = config.name.empty() ? os_hostname() : config.name;
  b->started_ms = os_unix_ms();
  b->started_mono_ms = os_mono_ms();
  if (Status s = start_parts(b); !s.ok()) {
    backend_stop(b, [] {});
    return because("start the backend", s);
  }
  log_info("backend", "backend is running",
           {{"name", b->name},
            {"agents", backend_agent_port(b)},
            {"api", backend_api_port(b)},
            {"start_ms", os_mono_ms() - b->started_mono_ms}});
  return b;
}

void backend_stop(Backend* b, std::function<void()> done) { stop_from(b, 0, std::move(done)); }

Result<intptr_t> backend_lock(const std::string& state_dir) {
  Result<intptr_t> lock = os_lock_file(state_dir + "/backend.lock");
  if (lock.ok() || lock.status.code != Err::exists) return lock;
  return fail(Err::exists,
              "another backend uses " + state_dir + " (" + lock.status.message + "); stop it, or give this one a --state-dir of its own");
}

int64_t backend_clock_us() { return static_cast<int64_t>(uv_hrtime() / 1000); }

void backend_took(Summary& summary, int64_t since_us) {
  const int64_t now = backend_clock_us();
  summary_add(summary, now - since_us, now / 1000);
}

int backend_agent_port(const Backend* b) { return b->sessions && b->sessions->listener ? listener_port(b->sessions->listener) : 0; }
int backend_api_port(const Backend* b) { return b->api ? api_port(b->api) : 0; }

}  // namespace picket
