// bench/ws.cc - the WebSocket server alone: messages a second, CPU per message, memory per idle connection.
//   bench_ws [--messages N] [--size BYTES] [--connections N] [--tls CERT KEY]
// The clients are a process of their own, so that CPU and memory are the server's.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/socket/net.h"
#include "common/os/os.h"

using namespace picket;

namespace {

struct Options { long messages = 300'000, size = 2100, connections = 2000; std::string cert, key; };

double cpu_seconds() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

constexpr int kSenders = 4;
constexpr size_t kAhead = 1 << 20;  // bytes a sender queues before it waits

struct Sender {
  long left = 0;
  std::string message;
  void fill(Ws* ws) {
    while (left > 0 && ws_queued(ws) < kAhead) left--, ws_send(ws, message);
    if (left == 0) ws_close(ws, 1000, "");
  }
};

// The clients: `connections` idle ones that stay until told otherwise, or the senders.
void clients(const Options& o, int port, bool idle, int ready) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  Net* net = net_open(&loop, {});
  WsConnect c;
  c.url = (o.cert.empty() ? "ws://127.0.0.1:" : "wss://127.0.0.1:") + std::to_string(port);
  c.tls.insecure = true;
  c.handshake_timeout_ms = 120'000;
  long open = 0, closed = 0, many = idle ? o.connections : kSenders;
  std::vector<Sender> senders(static_cast<size_t>(many));
  for (long i = 0; i < many; i++) {
    Sender* s = &senders[static_cast<size_t>(i)];
    s->left = idle ? 0 : o.messages / kSenders;
    s->message = std::string(static_cast<size_t>(o.size), 'x');
    ws_connect(net, c, [&, s](Ws* ws, const WsEvent& e) {
      if (e.kind == WsEvent::open && idle && ++open == many && write(ready, "1", 1) != 1) _exit(1);
      if ((e.kind == WsEvent::open || e.kind == WsEvent::drained) && !idle) s->fill(ws);
      if (e.kind == WsEvent::closed) {
        if (!e.error.empty()) fprintf(stderr, "bench_ws: client: %s\n", e.error.c_str());
        closed++;
      }
    });
  }
  while (closed < many) uv_run(&loop, UV_RUN_ONCE);
  _exit(0);
}

struct Server {
  uv_loop_t loop;
  Net* net = nullptr;
  Listener* listener = nullptr;
  long open = 0, messages = 0, bytes = 0, closed = 0;
  explicit Server(const Options& o) {
    uv_loop_init(&loop);
    net = net_open(&loop, {});
    ListenOptions l;
    l.host = "127.0.0.1";
    l.tls.cert_file = o.cert;
    l.tls.key_file = o.key;
    l.request_timeout_ms = 120'000;
    Result<Listener*> made = http_listen(net, l, [this](HttpExchange* x, HttpRequest) {
      http_upgrade(x, {}, 8 << 20, [this](Ws*, const WsEvent& e) {
        if (e.kind == WsEvent::open) open++;
        if (e.kind == WsEvent::closed) closed++;
        if (e.kind == WsEvent::message) messages++, bytes += static_cast<long>(e.data.size());
      });
    });
    if (!made.ok()) {
      fprintf(stderr, "bench_ws: %s\n", made.status.message.c_str());
      exit(1);
    }
    listener = made.value;
  }
};

void measure_idle(const Options& o) {
  Server s(o);
  int pipes[2];
  if (pipe(pipes) != 0) exit(1);
  int64_t before = os_resident_kb();
  pid_t child = fork();
  if (child == 0) clients(o, listener_port(s.listener), true, pipes[1]);
  int64_t start = os_mono_ms();
  while (s.open < o.connections) uv_run(&s.loop, UV_RUN_ONCE);
  int64_t took = os_mono_ms() - start, after = os_resident_kb();
  printf("idle %s connections: %ld, opened in %.2f s, server memory per connection %.2f kB\n", o.cert.empty() ? "plain" : "TLS",
         o.connections, static_cast<double>(took) / 1000, static_cast<double>(after - before) / static_cast<double>(o.connections));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (s.closed < s.open) uv_run(&s.loop, UV_RUN_ONCE);
}

void measure_messages(const Options& o) {
  Server s(o);
  pid_t child = fork();
  if (child == 0) clients(o, listener_port(s.listener), false, -1);
  while (s.open < kSenders) uv_run(&s.loop, UV_RUN_ONCE);
  int64_t start = os_mono_ms();
  double cpu = cpu_seconds();
  while (s.closed < kSenders) uv_run(&s.loop, UV_RUN_ONCE);
  double seconds = static_cast<double>(os_mono_ms() - start) / 1000;
  cpu = cpu_seconds() - cpu;
  waitpid(child, nullptr, 0);
  printf("messages of %ld bytes, %s: %ld in %.2f s = %.0f a second, server CPU %.2f us each (%.0f %%)\n", o.size,
         o.cert.empty() ? "plain" : "TLS", s.messages, seconds, static_cast<double>(s.messages) / seconds,
         cpu * 1e6 / static_cast<double>(s.messages), 100 * cpu / seconds);
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--messages") && i + 1 < argc) o.messages = atol(argv[++i]);
    else if (!strcmp(argv[i], "--size") && i + 1 < argc) o.size = atol(argv[++i]);
    else if (!strcmp(argv[i], "--connections") && i + 1 < argc) o.connections = atol(argv[++i]);
    else if (!strcmp(argv[i], "--tls") && i + 2 < argc) o.cert = argv[i + 1], o.key = argv[i + 2], i += 2;
    else return fprintf(stderr, "usage: bench_ws [--messages N] [--size BYTES] [--connections N] [--tls CERT KEY]\n"), 2;
  }
  if (o.connections > 0) measure_idle(o);
  if (o.messages > 0) measure_messages(o);
  return 0;
}
