// bench/sessions.cc - what an agent that is connected and has nothing to say costs the backend's memory.
//
// usage: bench_sessions [AGENTS] [--tls] [--when-idle COMMAND]      default 5000
// The agents dial kAtOnce at a time, each sends its keepalive. What the backend takes for all but the first kFirst of them (with these
// caches fill that have a bound of their own, SQLite's of 2 MB above all) is divided by their number. COMMAND gets the id of the
// backend while they are connected. On a busy disk what waits to be written leaves holes: TMPDIR=/dev/shm for the sessions alone.
#include <uv.h>

#include <algorithm>

#include "bench/agents.h"
#include "bench/backend.h"
#include "common/text/log.h"
#include "common/socket/net.h"

using namespace picket;

namespace {

constexpr int kAtOnce = 20;
constexpr int kFirst = 1000;
constexpr int kSettleMs = 3000;  // the keepalives are on disk, what the storm needed is given back

struct Fleet {
  uv_loop_t loop{};
  Net* net = nullptr;
  WsConnect how;
  int wanted = 0, dialled = 0, opened = 0;
};

void dial(Fleet& f) {
  const int number = f.dialled++;
  const std::string name = "agent-" + std::to_string(number);
  WsConnect c = f.how;
  c.headers = {{"Sensu-AgentName", name},
               {"Sensu-Namespace", "default"},
               {"Sensu-User", "agent"},
               {"Sensu-Subscriptions", "linux"},
               {"Authorization", "Basic YWdlbnQ6UEBzc3cwcmQh"},
               {"Picket-Ack", "bench-" + name}};
  ws_connect(f.net, c, [&f, number](Ws* ws, const WsEvent& e) {
    if (e.kind == WsEvent::closed && f.wanted > 0) fprintf(stderr, "agent %d: %d %s\n", number, e.http_status, e.error.c_str()), exit(1);
    if (e.kind != WsEvent::open) return;
    ws_send(ws, agents::message("keepalive\n", number, "keepalive", agents::now_ms() / 1000, 1, 20, {}));
    f.opened++;
    if (f.dialled < f.wanted) dial(f);
  });
}

void connect_up_to(Fleet& f, int wanted) {
  f.wanted = wanted;
  while (f.dialled < wanted && f.dialled - f.opened < kAtOnce) dial(f);
  while (f.opened < wanted) uv_run(&f.loop, UV_RUN_ONCE);
  for (const int64_t end = agents::now_ms() + kSettleMs; agents::now_ms() < end; usleep(10'000)) uv_run(&f.loop, UV_RUN_NOWAIT);
}

}  // namespace

int main(int argc, char** argv) {
  int count = 5000;
  bool tls = false;
  std::string when_idle;
  for (int i = 1; i < argc; i++) {
    if (std::string(argv[i]) == "--tls") tls = true;
    else if (std::string(argv[i]) == "--when-idle" && i + 1 < argc) when_idle = argv[++i];
    else count = atoi(argv[i]);
  }
  const std::string dir = measured::state_dir(), remove = "rm -rf " + dir;
  log_set_level(LogLevel::error);
  {
    measured::TheBackend backend("full", tls ? measured::certificate(dir) : std::vector<std::string>{});
    Fleet f;
    uv_loop_init(&f.loop);
    f.net = net_open(&f.loop, {});
    f.how.url = std::string(tls ? "wss" : "ws") + "://127.0.0.1:" + std::to_string(backend.agent_port);
    f.how.tls.ca_file = tls ? dir + "/cert.pem" : "";
    f.how.handshake_timeout_ms = 60'000;
    const int64_t empty = backend.rss();
    connect_up_to(f, std::min(kFirst, count / 2));
    const int first = f.opened;
    const int64_t some = backend.rss();
    connect_up_to(f, count);
    const int64_t all = backend.rss();
    printf("%-4s %.1f MB with nobody, %.1f with %d agents, %.1f with %d: %.2f kB each\n", tls ? "wss" : "ws", double(empty) / 1024,
           double(some) / 1024, first, double(all) / 1024, count, double(all - some) / (count - first));
    fflush(stdout);
    if (!when_idle.empty() && system((when_idle + " " + std::to_string(backend.pid)).c_str()) != 0)
      fprintf(stderr, "%s failed\n", when_idle.c_str());
    f.wanted = 0;
    net_close(f.net, [] {});
    uv_run(&f.loop, UV_RUN_DEFAULT);
  }
  return system(remove.c_str());
}
