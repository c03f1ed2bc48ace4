// bench/pipeline.cc - how long from an event's last byte to the start of its handler, while events come at a fixed rate.
//
//   pipeline [--agents N] [--rate N] [--seconds N] [--sync full|normal]
//
// N connections send `rate` results a second in turn; one in fifty is an incident or its end and goes to a handler of type
// udp, which sends the event here. The time counts from the write of the frame to the arrival of the datagram: the event is
// committed to the disk in between. What is late to be sent is sent at once, and its time counts from then. The first second,
// in which every check and entity is new, is not counted.
#include <algorithm>
#include <thread>
#include <unordered_map>

#include "bench/agents.h"
#include "bench/backend.h"
#include "bench/gets.h"

using namespace agents;

namespace {

struct Options { int agents = 100, rate = 10'000, seconds = 10; std::string sync = "full"; };

int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Options read_options(int argc, char** argv) {
  Options o;
  for (int i = 1; i + 1 < argc; i++) {
    const std::string a = argv[i];
    if (a == "--agents") o.agents = atoi(argv[i + 1]);
    if (a == "--rate") o.rate = atoi(argv[i + 1]);
    if (a == "--seconds") o.seconds = atoi(argv[i + 1]);
    if (a == "--sync") o.sync = argv[i + 1];
  }
  return o;
}

int receiver(int* port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) abort();
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  int room = 8 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  *port = ntohs(address.sin_port);
  return fd;
}

constexpr int64_t kWarmUs = 1'000'000;

struct Run {
  std::unordered_map<uint64_t, int64_t> sent_us;  // sequence -> when
  std::vector<double> ms;
};

// The sequence is unique here: one counter for all agents.
void receive(int fd, Run& run) {
  char bytes[65536];
  for (ssize_t n; (n = recv(fd, bytes, sizeof bytes - 1, 0)) > 0;) {
    bytes[n] = 0;
    const char* at = strstr(bytes, "\"sequence\":");
    auto found = at ? run.sent_us.find(strtoull(at + 11, nullptr, 10)) : run.sent_us.end();
    if (found == run.sent_us.end()) continue;
    run.ms.push_back(static_cast<double>(now_us() - found->second) / 1000);
    run.sent_us.erase(found);
  }
}

void send_all(int fd, const std::string& bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t n = write(fd, bytes.data() + at, bytes.size() - at);
    if (n <= 0) {
      fprintf(stderr, "the backend closed the connection\n");
      exit(1);
    }
    at += static_cast<size_t>(n);
  }
}

double percentile(const std::vector<double>& sorted, double p) {
  return sorted.empty() ? 0 : sorted[std::min(sorted.size() - 1, static_cast<size_t>(p * static_cast<double>(sorted.size())))];
}

}  // namespace

int main(int argc, char** argv) {
  const Options o = read_options(argc, argv);
  measured::TheBackend backend(o.sync);
  int port = 0;
  const int udp = receiver(&port);
  measured::put(backend.api_port, "handlers/here",
                R"({"type":"udp","socket":{"host":"127.0.0.1","port":)" + std::to_string(port) +
                    R"(},"filters":["is_incident"],"metadata":{"name":"here","namespace":"default"}})");
  Shape shape;
  shape.handlers = R"(["here"])";
  std::vector<int> fds;
  for (int i = 0; i < o.agents; i++)
    if (fds.push_back(dial(backend.agent_port, i, "", shape)); fds.back() < 0) return 1;
  usleep(500'000);
  Run run;
  const int64_t begin = now_us();
  const double cpu = backend.cpu();
  uint64_t n = 0;
  const uint64_t last = static_cast<uint64_t>(o.rate) * static_cast<uint64_t>(o.seconds);
  while (n < last) {
    const auto due = static_cast<uint64_t>((now_us() - begin) * o.rate / 1'000'000);
    for (; n < std::min(due, last); n++) {
      const int agent = static_cast<int>(n % fds.size());
      const std::string bytes =
          frame(message("event\n", agent, "check-" + std::to_string(n / fds.size() % 10), now_ms() / 1000, n, 10, shape));
      if (n % shape.incident_every == 0 && now_us() - begin > kWarmUs) run.sent_us[n] = now_us();
      send_all(fds[static_cast<size_t>(agent)], bytes);
    }
    receive(udp, run);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  const double used = backend.cpu() - cpu, seconds = static_cast<double>(now_us() - begin) / 1e6;
  for (int i = 0; i < 100; i++, usleep(10'000)) receive(udp, run);
  std::sort(run.ms.begin(), run.ms.end());
  printf("| agents | events/s | incidents | told | p50 ms | p99 ms | max ms | of a core |\n|---|---|---|---|---|---|---|---|\n");
  printf("| %d | %.0f | %zu | %zu | %.1f | %.1f | %.1f | %.2f |\n", o.agents, static_cast<double>(n) / seconds,
         run.ms.size() + run.sent_us.size(), run.ms.size(), percentile(run.ms, 0.5), percentile(run.ms, 0.99), percentile(run.ms, 1),
         used / seconds);
  return 0;
}
