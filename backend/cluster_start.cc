// backend/cluster_start.cc - see cluster_start.h.
#include "backend/cluster_start.h"

#include <algorithm>
#include <utility>

#include "common/os/os.h"
#include "backend/auth/auth.h"
#include "backend/deliver/pipelines.h"
#include "backend/etcd/etcd_part.h"
#include "backend/identity.h"
#include "backend/store/store_cluster.h"

namespace picket {

// While the member starts; the listeners answer for the parts that are not there yet.
struct Starting {
  Backend* backend = nullptr;
  Listener *agents = nullptr, *api = nullptr;
  uv_timer_t timer{};
  std::function<void(Status)> done;
  std::function<void()> stopped;
};

namespace {

constexpr const char* kStarting = "starting: the copy of the cluster's store is not up to date yet\n";
constexpr int64_t kHealthMs = 3000;
constexpr int64_t kQuorumAskMs = 2000;

void answer(Backend* b, HttpExchange* x, const HttpRequest& request) {
  if (request.path == "/health" && request.method == "GET")
    return backend_health(b, kHealthMs, [x](std::string json) {
      http_respond(x, {200, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(json)});
    });
  http_respond(x, {503, {{"Content-Type", "text/plain; charset=utf-8"}, {"Retry-After", "1"}, {"Connection", "close"}}, kStarting});
}

Result<Listener*> listen_at(Backend* b, const std::string& host, int port) {
  ListenOptions options;
  options.host = host;
  options.port = port;
  options.tls = b->config.tls;
  options.tls.ca_file.clear();
  Result<Listener*> listener = http_listen(b->net, options, [b](HttpExchange* x, HttpRequest request) { answer(b, x, request); });
  return listener.ok() ? listener : because("listen on " + host + ":" + std::to_string(port), listener.status);
}

void listeners_close(Starting* s) {
  for (Listener** l : {&s->agents, &s->api})
    if (*l) listener_close(std::exchange(*l, nullptr));
}

void starting_end(Starting* s) {
  listeners_close(s);
  s->backend->starting = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(&s->timer), [](uv_handle_t* h) {
    auto* ended = static_cast<Starting*>(h->data);
    auto stopped = std::move(ended->stopped);
    auto done = std::move(ended->done);
    delete ended;
    if (stopped) stopped();
    else if (done) done({});
  });
}

void give_up(Starting* s, const Status& why) {
  auto done = std::exchange(s->done, nullptr);
  if (done) done(why);
}

// What was handed in is decided: whoever was first, the store says what counts.
void on_timer(uv_timer_t* t) {
  auto* s = static_cast<Starting*>(t->data);
  if (store_cluster_stats(s->backend->store).waiting > 0) return;
  if (!s->agents) return starting_end(s);
  listeners_close(s);  // the ports are free when this runs again
}

Status first_writes(Backend* b) {
  SeedOptions options = seed_options(b->config);
  options.remote = !etcd_host_is_loopback(b->config.agent_host) || !etcd_host_is_loopback(b->config.api_host);
  auto password = std::make_shared<std::string>();
  Result<Seeded> seeded = auth_seed(b->store, options, os_unix_ms() / 1000, [password, name = options.admin_username](const Status& s) {
    if (s.ok() && !password->empty())
      fprintf(
          stderr,
          "picket: first start: the password of %s is %s (shown once; change it with `picket ctl user change-password --interactive`)\n",
          name.c_str(), password->c_str());
  });
  if (!seeded.ok()) return because("first start", seeded.status);
  *password = seeded.value.generated_password;
  if (store_get(b->store, "cluster", "", "id").status.code == Err::not_found)
    store_write(b->store, {write_create("cluster", "", "id", store_cluster_id(b->store))}, [](const Status&) {});  // one of us is first
  return auth_secret_make(b->store);
}

void on_ready(Starting* s, const Status& ready) {
  if (!ready.ok()) return give_up(s, ready);
  if (Status st = first_writes(s->backend); !st.ok()) return give_up(s, st);
  uv_timer_start(&s->timer, on_timer, kStartLookMs, kStartLookMs);
}

std::string missing_of(const EtcdHealth& health) {
  std::string out;
  for (const EtcdMemberHealth& m : health.members)
    if (!m.error.empty())
      out += (out.empty() ? "" : ", ") + (m.member.name.empty() ? etcd_id_hex(m.member.id) : m.member.name) + " (" + m.error + ")";
  return out;
}

ClusterStoreOptions store_options(Backend* b) {
  const EtcdSettings& settings = b->etcd->settings;
  ClusterStoreOptions options;
  options.etcd = b->etcd->client;
  options.member = b->pipelines->member = settings.name;
  options.prefix = settings.prefix;
  options.who_is_missing = [cluster = b->etcd->cluster](std::function<void(std::string)> done) {
    etcd_cluster_health(cluster, kQuorumAskMs, [done = std::move(done)](const EtcdHealth& health) { done(missing_of(health)); });
  };
  options.on_failure = [b](Status why) {
    if (b->on_failure) b->on_failure(std::move(why));
  };
  options.compacts = settings.embedded || settings.maintenance;
  options.degraded_ms = std::max<int64_t>(5000, 3 * settings.election_ms);
  return options;
}

}  // namespace

Status cluster_start(Backend* b, const StoreOptions& options, std::function<void(Status)> done) {
  auto* s = b->starting = new Starting;
  s->backend = b;
  s->done = std::move(done);
  uv_timer_init(b->loop, &s->timer);
  s->timer.data = s;
  Result<Listener*> agents = listen_at(b, b->config.agent_host, b->config.agent_port);
  if (!agents.ok()) return agents.status;
  s->agents = agents.value;
  Result<Listener*> api = listen_at(b, b->config.api_host, b->config.api_port);
  if (!api.ok()) return api.status;
  s->api = api.value;
  Result<Store*> store =
      store_open_cluster(b->loop, b->config.state_dir + "/picket.db", options, store_options(b), [b](const Status& ready) {
        if (b->starting) on_ready(b->starting, ready);
      });
  b->store = store.value;
  return store.status;
}

void cluster_start_stop(Backend* b, std::function<void()> done) {
  if (!b->starting) return done();
  b->starting->stopped = std::move(done);
  starting_end(b->starting);
}

}  // namespace picket
