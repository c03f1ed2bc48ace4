// bench/ingest: simulated agents send check results at full speed; how many a second get stored, and what one costs.
//
//   ingest [--agents N] [--checks N] [--names N] [--seconds N] [--ack] [--sync full|normal] [--gets] [--handlers] [--metrics]
//
// --names: so many different check names over all agents (default: those of one agent). --handlers: every event has a
// handler behind the filters is_incident and one in JavaScript that says no. --metrics: every event carries two points.
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

#include "agents.h"
#include "gets.h"

using namespace agents;

namespace {

struct Options { int agents = 100, checks = 20, names = 0, seconds = 8; bool ack = false, gets = false, handlers = false; std::string sync = "full"; Shape shape; };

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
  for (int i = 0; i < 16; i++) {
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
    if (a == "--handlers") o.handlers = true, o.shape.handlers = R"(["quiet"])";
    if (a == "--metrics") o.shape.metrics = true;
    if (a == "--names") o.names = atoi(value);
    if (a == "--agents") o.agents = atoi(value);
    if (a == "--checks") o.checks = atoi(value);
    if (a == "--seconds") o.seconds = atoi(value);
    if (a == "--sync") o.sync = value;
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

}  // namespace

int main(int argc, char** argv) {
  const Options o = read_options(argc, argv);
  const std::string dir = measured::state_dir();
  const int agent_port = measured::free_port(), api_port = measured::free_port();
  const pid_t pid = measured::start(
      {measured::binary(), "backend", "start", "--state-dir", dir, "--agent-host", "127.0.0.1", "--agent-port", std::to_string(agent_port),
       "--api-listen-address", "127.0.0.1:" + std::to_string(api_port), "--dashboard-port", "0", "--store-sync", o.sync},
      dir + "/log");
  if (!measured::listens(agent_port, 10) || !measured::listens(api_port, 10)) {
    fprintf(stderr, "the backend does not listen; see %s/log\n", dir.c_str());
    return 1;
  }
  if (o.handlers) {
    measured::put(
        api_port, "filters/never",
        R"({"action":"allow","expressions":["event.check.occurrences > 1000000"],"metadata":{"name":"never","namespace":"default"}})");
    measured::put(
        api_port, "handlers/quiet",
        R"({"type":"pipe","command":"true","filters":["is_incident","never"],"metadata":{"name":"quiet","namespace":"default"}})");
  }
  const int64_t rss_empty = measured::number(pid, "status", "VmRSS");
  std::vector<Client> clients(static_cast<size_t>(o.agents));
  const int poll = epoll_create1(0);
  for (int i = 0; i < o.agents; i++) {
    Client& c = clients[static_cast<size_t>(i)];
    c.number = i;
    c.fd = dial(agent_port, i, o.ack ? "bench-" + std::to_string(i) : "", o.shape);
    if (c.fd < 0) return 1;
    fcntl(c.fd, F_SETFL, O_NONBLOCK);
    c.open = true;
    epoll_event e{};
    e.events = EPOLLIN | EPOLLOUT;
    e.data.ptr = &c;
    epoll_ctl(poll, EPOLL_CTL_ADD, c.fd, &e);
  }
  usleep(500'000);
  const int64_t rss_idle = measured::number(pid, "status", "VmRSS");
  int64_t begin = now_ms();
  double cpu_begin = measured::cpu_seconds(pid);
  uint64_t count_begin = total(clients, o, api_port);
  measured::Reader reader;
  if (o.gets)
    reader.start(api_port,
                 {"/api/core/v2/namespaces/default/events/agent-0/check-0", "/api/core/v2/namespaces/default/events?limit=100",
                  "/api/core/v2/namespaces/default/entities/agent-0", "/api/core/v2/namespaces/default/checks", "/health"});
  bool warm = false;
  while (now_ms() - begin < o.seconds * 1000) {
    epoll_event ready[256];
    const int n = epoll_wait(poll, ready, 256, 100);
    for (int i = 0; i < n; i++) on_ready(*static_cast<Client*>(ready[i].data.ptr), ready[i].events, o, true);
    if (!warm && now_ms() - begin > 1500) {  // the first events of each check are dearer: measure from here
      warm = true;
      begin = now_ms();
      cpu_begin = measured::cpu_seconds(pid);
      count_begin = total(clients, o, api_port);
    }
  }
  const uint64_t count = total(clients, o, api_port) - count_begin;
  const double seconds = static_cast<double>(now_ms() - begin) / 1000, cpu = measured::cpu_seconds(pid) - cpu_begin;
  const long open = std::count_if(clients.begin(), clients.end(), [](const Client& c) { return c.open; });
  printf(
      "| agents | checks each | sync | acknowledged | events/s | CPU us per event | CPU cores | RSS empty MB | RSS idle MB | RSS loaded MB | sessions left |\n");
  printf("|---|---|---|---|---|---|---|---|---|---|---|\n");
  printf("| %d | %d | %s | %s | %.0f | %.1f | %.2f | %.1f | %.1f | %.1f | %ld |\n", o.agents, o.checks, o.sync.c_str(),
         o.ack ? "yes" : "no", static_cast<double>(count) / seconds, cpu * 1e6 / static_cast<double>(std::max<uint64_t>(count, 1)),
         cpu / seconds, static_cast<double>(rss_empty) / 1024, static_cast<double>(rss_idle) / 1024,
         static_cast<double>(measured::number(pid, "status", "VmRSS")) / 1024, open);
  if (o.gets) report_gets(reader, api_port);
  measured::stop(pid);
  const std::string remove = "rm -rf " + dir;
  return system(remove.c_str());
}
