// bench/ingest.cc - simulated agents send check results at full speed; how many a second get stored, and what one costs.
//
//   ingest [--agents N] [--checks N] [--names N] [--seconds N | --events N] [--ack] [--sync full|normal] [--gets] [--handlers] [--metrics]
//          [--dashboard]
//
// --events: so many instead of for a time, after as many to warm up; for counting instructions
// (bench/callgrind.sh). --when-warm COMMAND: runs COMMAND with the id of the backend where measuring begins.
// --names: so many different check names over all agents (default: those of one agent). --handlers: every event has a
// handler behind the filters is_incident and one in JavaScript that says no. --metrics: every event carries two points.
//
// --dashboard: somebody looks at the dashboard meanwhile: reads all rows, follows their stream.
//
// With --gets somebody reads the API meanwhile, single objects and pages of 100, and lists all events at the end.
// Each agent is a plain WebSocket connection that sends a keepalive and then results of its checks in turn, shaped like
// those of a 6.9.2 agent (2.1 KB, the entity in every one). Output, times and ids differ in each. With --ack the results
// are numbered and counted when the backend says that they are committed; without, when it has taken them on.
// Back-pressure is TCP's: what the backend does not read is not counted.
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "bench/agents.h"
#include "bench/backend.h"
#include "bench/gets.h"

using namespace agents;

namespace {

constexpr uint64_t kBurst = 16;  // results written at once

struct Options {
  int agents = 100, checks = 20, names = 0, seconds = 8;
  uint64_t events = 0;
  bool ack = false, gets = false, handlers = false, dashboard = false;
  std::string sync = "full", when_warm;
  Shape shape;
};

struct Client {
  int fd = -1;
  int number = 0;
  std::string out;
  size_t at = 0;
  uint64_t sent = 0, acked = 0;
  bool open = false;
  std::string in;
};

void fill(Client& c, const Options& o) {
  c.out.clear();
  c.at = 0;
  const int64_t time_s = now_ms() / 1000;
  for (uint64_t i = 0; i < kBurst; i++) {
    c.sent++;
    const std::string type = o.ack ? "event " + std::to_string(c.sent) + "\n" : "event\n";
    const uint64_t checks = static_cast<uint64_t>(o.checks), names = static_cast<uint64_t>(std::max(o.names, o.checks));
    const uint64_t name = (static_cast<uint64_t>(c.number) * checks + c.sent % checks) % names;
    c.out += frame(message(type.c_str(), c.number, "check-" + std::to_string(name), time_s, c.sent, 10, o.shape));
  }
}

// The highest number in an ack frame, if there is one in what has come.
void take_acks(Client& c) {
  size_t at = 0;
  while ((at = c.in.find("{\"seq\":", at)) != std::string::npos) {
    at += 7;
    if (c.in.find('}', at) == std::string::npos) break;
    c.acked = std::max<uint64_t>(c.acked, strtoull(c.in.c_str() + at, nullptr, 10));
  }
  if (c.in.size() > 4096) c.in.erase(0, c.in.size() - 64);
}

void on_ready(Client& c, uint32_t events, const Options& o, bool sending) {
  if (events & EPOLLIN) {
    char bytes[65536];
    ssize_t n;
    while ((n = read(c.fd, bytes, sizeof bytes)) > 0)
      if (o.ack) c.in.append(bytes, static_cast<size_t>(n));
    if (n == 0 || (n < 0 && errno != EAGAIN)) c.open = false;
    take_acks(c);
  }
  if (!(events & EPOLLOUT) || !c.open) return;
  if (c.at == c.out.size()) {
    if (!sending) return;
    fill(c, o);
  }
  const ssize_t n = write(c.fd, c.out.data() + c.at, c.out.size() - c.at);
  if (n > 0) c.at += static_cast<size_t>(n);
}

uint64_t total(const std::vector<Client>& clients, const Options& o, int api_port) {
  uint64_t sum = 0;
  if (o.ack) {
    for (const Client& c : clients) sum += c.acked;
    return sum;
  }
  const std::string command = "curl -s --max-time 30 http://127.0.0.1:" + std::to_string(api_port) + "/metrics";
  FILE* p = popen(command.c_str(), "r");
  char line[512];
  bool found = false;
  while (p && fgets(line, sizeof line, p))
    if (strstr(line, "events_processed{status=\"success\",type=\"check\"}")) sum = strtoull(strrchr(line, ' '), nullptr, 10), found = true;
  if (p) pclose(p);
  if (!found) {
    fprintf(stderr, "the backend does not answer /metrics within 30 s\n");
    exit(1);
  }
  return sum;
}

Options read_options(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; i++) {
    const std::string a = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "";
    if (a == "--ack") o.ack = true;
    if (a == "--gets") o.gets = true;
    if (a == "--dashboard") o.dashboard = true;
    if (a == "--handlers") o.handlers = true, o.shape.handlers = R"(["quiet"])";
    if (a == "--metrics") o.shape.metrics = true;
    if (a == "--names") o.names = atoi(value);
    if (a == "--agents") o.agents = atoi(value);
    if (a == "--checks") o.checks = atoi(value);
    if (a == "--events") o.events = strtoull(value, nullptr, 10), o.ack = true;  // only then it is known when they are in
    if (a == "--seconds") o.seconds = atoi(value);
    if (a == "--sync") o.sync = value;
    if (a == "--when-warm") o.when_warm = value;
  }
  return o;
}

void report_gets(measured::Reader& reader, int api_port) {
  reader.end();
  printf("\n| GETs during ingest | failed | p50 ms | p99 ms | max ms | list of all events: ms | MB |\n|---|---|---|---|---|---|---|\n");
  const measured::Got all = measured::get(api_port, "/api/core/v2/events", measured::login(api_port));
  printf("| %zu | %d | %.1f | %.1f | %.1f | %.0f | %.1f |\n", reader.ms.size(), reader.failures, reader.percentile(0.5),
         reader.percentile(0.99), reader.percentile(1), all.ms, static_cast<double>(all.body.size()) / 1e6);
}

// A handler behind two filters; the second is JavaScript and is asked about incidents only.
void define_handler(int api_port) {
  measured::put(
      api_port, "filters/never",
      R"({"action":"allow","expressions":["event.check.occurrences > 1000000"],"metadata":{"name":"never","namespace":"default"}})");
  measured::put(api_port, "handlers/quiet",
                R"({"type":"pipe","command":"true","filters":["is_incident","never"],"metadata":{"name":"quiet","namespace":"default"}})");
}

struct Load {
  const Options& o;
  int api_port;
  int poll = epoll_create1(0);
  std::vector<Client> clients{};
  uint64_t events_most = UINT64_MAX;  // of one client

  bool connect(int agent_port) {
    clients.resize(static_cast<size_t>(o.agents));
    for (int i = 0; i < o.agents; i++) {
      Client& c = clients[static_cast<size_t>(i)];
      c.number = i;
      c.fd = dial(agent_port, i, o.ack ? "bench-" + std::to_string(i) : "", o.shape);
      if (c.fd < 0) return false;
      fcntl(c.fd, F_SETFL, O_NONBLOCK);
      c.open = true;
      epoll_event e{};
      e.events = EPOLLIN | EPOLLOUT;
      e.data.ptr = &c;
      epoll_ctl(poll, EPOLL_CTL_ADD, c.fd, &e);
    }
    return true;
  }
  uint64_t stored() { return total(clients, o, api_port); }
  long open() const {
    return std::count_if(clients.begin(), clients.end(), [](const Client& c) { return c.open; });
  }
  void turn() {
    epoll_event ready[256];
    const int n = epoll_wait(poll, ready, 256, 100);
    bool idle = true;
    for (int i = 0; i < n; i++) {
      Client& c = *static_cast<Client*>(ready[i].data.ptr);
      const bool sending = c.sent < events_most;
      idle = idle && !sending && c.at == c.out.size();
      on_ready(c, ready[i].events, o, sending);
    }
    if (idle) usleep(1000);  // all is sent; the acknowledgements are on their way
  }
  void for_time(int64_t ms) {
    for (const int64_t end = now_ms() + ms; now_ms() < end;) turn();
  }
  // Until so many are stored in all.
  void for_events(uint64_t events) {
    const uint64_t each = (events / clients.size() + kBurst - 1) / kBurst * kBurst;
    events_most = each;
    while (stored() < each * clients.size() && open() > 0) turn();
  }
};

constexpr int64_t kWarmMs = 1500;  // the first events of each check are dearer: measured from then on

void report(const Options& o, const measured::TheBackend& backend, Load& load, uint64_t count, double seconds, double cpu, int64_t empty,
            int64_t idle) {
  printf(
      "| agents | checks each | sync | acknowledged | events | events/s | CPU us per event | CPU cores | RSS empty MB | RSS idle MB | RSS loaded MB | sessions left |\n");
  printf("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  printf("| %d | %d | %s | %s | %llu | %.0f | %.1f | %.2f | %.1f | %.1f | %.1f | %ld |\n", o.agents, o.checks, o.sync.c_str(),
         o.ack ? "yes" : "no", static_cast<unsigned long long>(count), static_cast<double>(count) / seconds,
         cpu * 1e6 / static_cast<double>(std::max<uint64_t>(count, 1)), cpu / seconds, static_cast<double>(empty) / 1024,
         static_cast<double>(idle) / 1024, static_cast<double>(backend.rss()) / 1024, load.open());
}

}  // namespace

int main(int argc, char** argv) {
  const Options o = read_options(argc, argv);
  const measured::TheBackend backend(o.sync);
  if (o.handlers) define_handler(backend.api_port);
  const int64_t empty = backend.rss();
  Load load{o, backend.api_port};
  if (!load.connect(backend.agent_port)) return 1;
  usleep(500'000);
  const int64_t idle = backend.rss();
  measured::Reader reader;
  if (o.gets)
    reader.start(backend.api_port,
                 {"/api/core/v2/namespaces/default/events/agent-0/check-0", "/api/core/v2/namespaces/default/events?limit=100",
                  "/api/core/v2/namespaces/default/entities/agent-0", "/api/core/v2/namespaces/default/checks", "/health"});
  if (o.events == 0) load.for_time(kWarmMs);
  else load.for_events(o.events);
  measured::Dashboard dashboard;
  if (o.dashboard) dashboard.open(backend.api_port);
  if (!o.when_warm.empty() && system((o.when_warm + " " + std::to_string(backend.pid)).c_str()) != 0) return 1;
  const int64_t begin = now_ms();
  const double cpu_begin = backend.cpu();
  const uint64_t count_begin = load.stored();
  if (o.events == 0) load.for_time(o.seconds * 1000);
  else load.for_events(2 * o.events);
  const double seconds = static_cast<double>(now_ms() - begin) / 1000, cpu = backend.cpu() - cpu_begin;
  report(o, backend, load, load.stored() - count_begin, seconds, cpu, empty, idle);
  if (o.dashboard) {
    dashboard.close();
    printf("\nthe dashboard was sent %llu bytes and read all rows anew %llu times\n", static_cast<unsigned long long>(dashboard.bytes),
           static_cast<unsigned long long>(dashboard.reloads));
  }
  if (o.gets) report_gets(reader, backend.api_port);
  return 0;
}
