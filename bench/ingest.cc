// bench/ingest: simulated agents send check results at full speed; how many a second get stored, and what one costs.
//
//   ingest [--agents N] [--checks N] [--seconds N] [--ack] [--sync full|normal] [--gets]
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

#include "gets.h"
#include "measured.h"

namespace {

struct Options { int agents = 100, checks = 20, seconds = 8; bool ack = false, gets = false; std::string sync = "full"; };

struct Client {
  int fd = -1;
  int number = 0;
  std::string out;
  size_t at = 0;
  uint64_t sent = 0, acked = 0;
  bool open = false;
  std::string in;
};

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// The mask is zero: the payload stays readable, unmasking costs the backend the same.
std::string frame(const std::string& payload) {
  std::string f = "\x82";
  if (payload.size() < 126) {
    f += static_cast<char>(0x80 | payload.size());
  } else {
    f += static_cast<char>(0x80 | 126);
    f += static_cast<char>(payload.size() >> 8);
    f += static_cast<char>(payload.size() & 255);
  }
  return f + std::string(4, '\0') + payload;
}

std::string entity(int number) {
  const std::string name = "agent-" + std::to_string(number);
  return R"({"entity_class":"agent","system":{"hostname":")" + name +
         R"(","os":"linux","platform":"debian","platform_family":"debian","platform_version":"12.11","network":{"interfaces":[{"name":"lo","addresses":["127.0.0.1/8","::1/128"]},{"name":"eth0","mac":"02:fc:00:00:00:01","addresses":["192.0.2.2/24","fd00::2/64","fe80::fc:ff:fe00:1/64"]}]},"arch":"amd64","libc_type":"glibc","vm_system":"","vm_role":"guest","cloud_provider":"","processes":null},"subscriptions":["linux","system","entity:)" + name +
         R"("],"last_seen":1700000000,"deregister":false,"deregistration":{},"user":"agent","redact":["password","passwd","pass","api_key","api_token","access_key","secret_key","private_key","secret"],"metadata":{"name":")" + name +
         R"(","namespace":"default","labels":{"region":"eu-central-1","tier":"web"}},"sensu_agent_version":"6.9.2"})";
}

std::string message(const char* type, int agent, const std::string& check, int64_t time_s, uint64_t n, int interval) {
  char id[40];
  snprintf(id, sizeof id, "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(agent), static_cast<unsigned>(n >> 16 & 0xffff),
           static_cast<unsigned>(n & 0xfff), static_cast<unsigned>(agent & 0xfff), static_cast<unsigned long long>(n));
  const std::string t = std::to_string(time_s), status = n % 50 == 0 ? "1" : "0";
  return std::string(type) + R"({"check":{"command":"/usr/lib/nagios/plugins/check_disk -w 20% -c 10% -p /","handlers":[],"high_flap_threshold":0,"interval":)" +
         std::to_string(interval) + R"(,"low_flap_threshold":0,"publish":true,"runtime_assets":null,"subscriptions":["linux"],"proxy_entity_name":"","check_hooks":null,"stdin":false,"subdue":null,"ttl":0,"timeout":120,"round_robin":false,"duration":0.0)" +
         std::to_string(1000 + n % 9000) + R"(,"executed":)" + t + R"(,"history":null,"issued":)" + t + R"(,"output":"DISK OK - free space: / )" +
         std::to_string(5000 + n % 1000) + R"( MB (23% inode=78%);| /=14234MB;16000;18000;0;20000\n","status":)" + status +
         R"(,"total_state_change":0,"last_ok":0,"occurrences":0,"occurrences_watermark":0,"output_metric_format":"","output_metric_handlers":null,"env_vars":null,"metadata":{"name":")" +
         check + R"(","namespace":"default"},"secrets":null,"is_silenced":false,"scheduler":"","processed_by":"agent","pipelines":[]},"entity":)" + entity(agent) +
         R"(,"id":")" + id + R"(","metadata":{"namespace":"default"},"pipelines":[],"sequence":)" + std::to_string(n) + R"(,"timestamp":)" + t + "}";
}

void fill(Client& c, const Options& o) {
  c.out.clear();
  c.at = 0;
  const int64_t time_s = now_ms() / 1000;
  for (int i = 0; i < 16; i++) {
    c.sent++;
    const std::string type = o.ack ? "event " + std::to_string(c.sent) + "\n" : "event\n";
    c.out += frame(message(type.c_str(), c.number, "check-" + std::to_string(c.sent % static_cast<uint64_t>(o.checks)), time_s, c.sent, 10));
  }
}

bool connect_agent(Client& c, int port, const Options& o) {
  c.fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (connect(c.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return false;
  const std::string request =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Version: 13\r\nSensu-AgentName: agent-" + std::to_string(c.number) +
      "\r\nSensu-Namespace: default\r\nSensu-User: agent\r\nSensu-Subscriptions: linux\r\nAuthorization: Basic YWdlbnQ6UEBzc3cwcmQh\r\n" +
      (o.ack ? "Picket-Ack: bench-" + std::to_string(c.number) + "\r\n" : "") + "\r\n";
  if (write(c.fd, request.data(), request.size()) < 0) return false;
  char bytes[2048];
  const ssize_t n = read(c.fd, bytes, sizeof bytes);
  if (n < 12 || std::string_view(bytes, 12) != "HTTP/1.1 101") {
    fprintf(stderr, "refused: %.*s\n", static_cast<int>(std::max<ssize_t>(n, 0)), bytes);
    return false;
  }
  const std::string hello = frame(message("keepalive\n", c.number, "keepalive", now_ms() / 1000, 1, 20));
  if (write(c.fd, hello.data(), hello.size()) < 0) return false;
  fcntl(c.fd, F_SETFL, O_NONBLOCK);
  c.open = true;
  return true;
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
  printf("| %zu | %d | %.1f | %.1f | %.1f | %.0f | %.1f |\n", reader.ms.size(), reader.failures, reader.percentile(0.5), reader.percentile(0.99),
         reader.percentile(1), all.ms, static_cast<double>(all.body.size()) / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  const Options o = read_options(argc, argv);
  const std::string dir = measured::state_dir();
  const int agent_port = measured::free_port(), api_port = measured::free_port();
  const pid_t pid = measured::start({measured::binary(), "backend", "start", "--state-dir", dir, "--agent-host", "127.0.0.1", "--agent-port",
                                     std::to_string(agent_port), "--api-listen-address", "127.0.0.1:" + std::to_string(api_port),
                                     "--dashboard-port", "0", "--store-sync", o.sync}, dir + "/log");
  if (!measured::listens(agent_port, 10) || !measured::listens(api_port, 10)) {
    fprintf(stderr, "the backend does not listen; see %s/log\n", dir.c_str());
    return 1;
  }
  const int64_t rss_empty = measured::number(pid, "status", "VmRSS");
  std::vector<Client> clients(static_cast<size_t>(o.agents));
  const int poll = epoll_create1(0);
  for (int i = 0; i < o.agents; i++) {
    Client& c = clients[static_cast<size_t>(i)];
    c.number = i;
    if (!connect_agent(c, agent_port, o)) return 1;
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
    reader.start(api_port, {"/api/core/v2/namespaces/default/events/agent-0/check-0", "/api/core/v2/namespaces/default/events?limit=100",
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
  printf("| agents | checks each | sync | acknowledged | events/s | CPU us per event | CPU cores | RSS empty MB | RSS idle MB | RSS loaded MB | sessions left |\n");
  printf("|---|---|---|---|---|---|---|---|---|---|---|\n");
  printf("| %d | %d | %s | %s | %.0f | %.1f | %.2f | %.1f | %.1f | %.1f | %ld |\n", o.agents, o.checks, o.sync.c_str(), o.ack ? "yes" : "no",
         static_cast<double>(count) / seconds, cpu * 1e6 / static_cast<double>(std::max<uint64_t>(count, 1)), cpu / seconds,
         static_cast<double>(rss_empty) / 1024, static_cast<double>(rss_idle) / 1024,
         static_cast<double>(measured::number(pid, "status", "VmRSS")) / 1024, open);
  if (o.gets) report_gets(reader, api_port);
  measured::stop(pid);
  const std::string remove = "rm -rf " + dir;
  return system(remove.c_str());
}
