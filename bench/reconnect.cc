// bench/reconnect.cc - a whole fleet comes back at once: agents that dial in the same second, say that they live, and report.
//
// usage: bench_reconnect [AGENTS] [--tls]      default 10000
// First all of them are new (entities are made), then every connection is cut and all dial again at once. Each sends a keepalive
// and a numbered result; it is back when the backend says that the result is committed. Meanwhile somebody asks for /health.
// Agents whose dial fails try again after a second, as the real ones do. The clients' TLS runs in this process, on one core.
#include <uv.h>

#include <algorithm>

#include "bench/agents.h"
#include "bench/backend.h"
#include "bench/gets.h"
#include "common/text/log.h"
#include "common/socket/net.h"

using namespace picket;

namespace {

constexpr int64_t kRetryMs = 1000;
constexpr int64_t kPatienceMs = 180'000;

struct Fleet;
struct Agent {
  Fleet* fleet = nullptr;
  int number = 0;
  Ws* ws = nullptr;
  bool back = false;
  uint64_t sent = 0;
};

struct Fleet {
  uv_loop_t loop{};
  Net* net = nullptr;
  std::string base, ca;
  std::vector<Agent> agents;
  std::vector<int> to_dial;  // again
  uv_timer_t retry{};
  int opened = 0, back = 0, refused = 0, timed_out = 0, closed = 0;
  bool stopping = false;
};

int64_t now_ms() { return static_cast<int64_t>(uv_hrtime() / 1'000'000); }

void dial(Agent& a);

std::string payload(const std::string& type, Agent& a, const char* check, uint64_t n) {
  return agents::message(type.c_str(), a.number, check, agents::now_ms() / 1000, n, 20, {});
}

void on_open(Agent& a) {
  a.fleet->opened++;
  ws_send(a.ws, payload("keepalive\n", a, "keepalive", 1));
  a.sent++;
  ws_send(a.ws, payload("event " + std::to_string(a.sent) + "\n", a, "disk", a.sent));
}

void on_closed(Agent& a, const WsEvent& e) {
  Fleet& f = *a.fleet;
  a.ws = nullptr;
  f.closed++;
  if (f.stopping) return;
  (e.http_status ? f.refused : f.timed_out)++;
  if (f.refused + f.timed_out < 4) fprintf(stderr, "agent %d: %d %s\n", a.number, e.http_status, e.error.c_str());
  f.to_dial.push_back(a.number);
}

void on_event(Agent& a, const WsEvent& e) {
  if (e.kind == WsEvent::open) on_open(a);
  if (e.kind == WsEvent::closed) on_closed(a, e);
  if (e.kind != WsEvent::message || a.back || e.data.substr(0, 4) != "ack\n") return;
  a.back = true;
  a.fleet->back++;
}

void dial(Agent& a) {
  const std::string name = "agent-" + std::to_string(a.number);
  WsConnect c;
  c.url = a.fleet->base;
  c.tls.ca_file = a.fleet->ca;
  c.headers = {{"Sensu-AgentName", name},
               {"Sensu-Namespace", "default"},
               {"Sensu-User", "agent"},
               {"Sensu-Subscriptions", "linux"},
               {"Authorization", "Basic YWdlbnQ6UEBzc3cwcmQh"},
               {"Picket-Ack", "bench-" + name}};
  a.ws = ws_connect(a.fleet->net, c, [&a](Ws*, const WsEvent& e) { on_event(a, e); });
}

void on_retry(uv_timer_t* t) {
  auto* f = static_cast<Fleet*>(t->data);
  std::vector<int> again;
  again.swap(f->to_dial);
  for (int number : again) dial(f->agents[static_cast<size_t>(number)]);
}

template <class F>
bool until(Fleet& f, F done) {
  const int64_t end = now_ms() + kPatienceMs;
  while (!done() && now_ms() < end) uv_run(&f.loop, UV_RUN_ONCE);
  return done();
}

void cut_all(Fleet& f) {
  f.stopping = true;
  for (Agent& a : f.agents)
    if (a.ws) ws_abort(a.ws);
  until(f, [&] { return std::none_of(f.agents.begin(), f.agents.end(), [](const Agent& a) { return a.ws; }); });
  f.stopping = false;
}

void come(Fleet& f, const measured::TheBackend& backend, const char* what) {
  f.opened = f.back = f.refused = f.timed_out = 0;
  for (Agent& a : f.agents) a.back = false;
  measured::Reader reader;
  reader.start(backend.api_port, {"/health"});
  const double cpu = backend.cpu();
  const int64_t begin = now_ms();
  for (Agent& a : f.agents) dial(a);
  const int total = static_cast<int>(f.agents.size());
  until(f, [&] { return f.opened >= total; });
  const int64_t opened = now_ms() - begin;
  until(f, [&] { return f.back >= total; });
  const int64_t back = now_ms() - begin;
  reader.end();
  printf("%-10s %7d %9.1f %9.1f %8d %9d %9.0f %8lld %9.0f %9.0f\n", what, total, double(opened) / 1000, double(back) / 1000, f.refused,
         f.timed_out, (backend.cpu() - cpu) * 1e6 / total, static_cast<long long>(backend.rss() / 1024), reader.percentile(0.5),
         reader.percentile(1));
  fflush(stdout);
  if (f.back < total) fprintf(stderr, "%d of %d are not back\n", total - f.back, total);
}

}  // namespace

int main(int argc, char** argv) {
  int count = 10'000;
  bool tls = false;
  for (int i = 1; i < argc; i++) {
    if (std::string(argv[i]) == "--tls") tls = true;
    else count = atoi(argv[i]);
  }
  const std::string dir = measured::state_dir();
  log_set_level(LogLevel::error);
  Fleet f;
  {
    measured::TheBackend backend("full", tls ? measured::certificate(dir) : std::vector<std::string>{});
    const std::string port = std::to_string(backend.agent_port);
    f.base = std::string(tls ? "wss" : "ws") + "://127.0.0.1:" + port;
    f.ca = tls ? dir + "/cert.pem" : "";
    uv_loop_init(&f.loop);
    f.net = net_open(&f.loop, {});
    uv_timer_init(&f.loop, &f.retry);
    f.retry.data = &f;
    uv_timer_start(&f.retry, on_retry, kRetryMs, kRetryMs);
    f.agents.resize(static_cast<size_t>(count));
    for (int i = 0; i < count; i++) f.agents[static_cast<size_t>(i)].fleet = &f, f.agents[static_cast<size_t>(i)].number = i;
    printf("%-10s %7s %9s %9s %8s %9s %9s %8s %9s %9s\n", tls ? "wss" : "ws", "agents", "open s", "back s", "refused", "timed out",
           "CPU us", "RSS MB", "GET ms", "worst");
    come(f, backend, "new");
    cut_all(f);
    come(f, backend, "again");
    cut_all(f);
    come(f, backend, "again");
    f.stopping = true;
    uv_close(reinterpret_cast<uv_handle_t*>(&f.retry), nullptr);
    net_close(f.net, [] {});
    uv_run(&f.loop, UV_RUN_DEFAULT);
  }
  const std::string remove = "rm -rf " + dir;
  return system(remove.c_str());
}
