// bench/spawn.cc - checks run by one agent, against bare fork, exec and wait in the same run: the physical limit.
//
// A backend of twenty lines sends COUNT check requests at once and counts the events that come back. The bare side keeps
// WIDTH children running, the agent as many as it likes.
//
// usage: bench_spawn [COUNT [WIDTH [COMMAND]]]     default: 2000 8 true
#include <poll.h>

#include "common/message.h"
#include "common/net.h"
#include "measured.h"

using namespace picket;
using namespace measured;

namespace {

struct Child {
  pid_t pid;
  int out;
};

Child child_start(const char* command) {
  int ends[2];
  if (pipe(ends) != 0) abort();
  pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    close(ends[0]);
    close(ends[1]);
    setsid();
    execlp("sh", "sh", "-c", command, nullptr);
    _exit(127);
  }
  close(ends[1]);
  return {pid, ends[0]};
}

// Reads what there is; true when the child has closed its output and was waited for.
bool child_finished(const Child& child) {
  char bytes[4096];
  if (read(child.out, bytes, sizeof bytes) > 0) return false;
  close(child.out);
  int status = 0;
  waitpid(child.pid, &status, 0);
  return true;
}

double run_bare(int count, int width, const char* command) {
  auto begin = std::chrono::steady_clock::now();
  std::vector<Child> running;
  int started = 0;
  while (started < count || !running.empty()) {
    while (started < count && int(running.size()) < width) running.push_back(child_start(command)), started++;
    std::vector<pollfd> waits;
    for (const Child& c : running) waits.push_back({c.out, POLLIN, 0});
    poll(waits.data(), waits.size(), -1);
    for (size_t i = waits.size(); i-- > 0;)
      if (waits[i].revents != 0 && child_finished(running[i])) running.erase(running.begin() + long(i));
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct Bench {
  uv_loop_t loop;
  Net* net = nullptr;
  Ws* agent = nullptr;
  int count = 0, returned = 0;
  std::string command;
  std::chrono::steady_clock::time_point begin;
  double seconds = 0;
};

std::string check_request(int number, const std::string& command) {
  return "check_request\n{\"config\":{\"command\":\"" + command + "\",\"interval\":60,\"timeout\":30,\"metadata\":{\"name\":\"c" +
         std::to_string(number) + "\",\"namespace\":\"default\"}},\"issued\":" + std::to_string(time(nullptr)) + "}";
}

void bench_message(Bench* b, std::string_view frame) {
  if (frame.substr(0, 9) == "keepalive" && b->seconds == 0 && b->returned == 0) {
    b->begin = std::chrono::steady_clock::now();
    for (int i = 0; i < b->count; i++) ws_send(b->agent, check_request(i, b->command));
  }
  if (frame.substr(0, 5) == "event" && ++b->returned == b->count) {
    b->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - b->begin).count();
    uv_stop(&b->loop);
  }
}

void bench_upgrade(Bench* b, HttpExchange* exchange) {
  b->agent = http_upgrade(exchange, {{"Accept", "application/json"}, {"Content-Type", "application/json"}}, kMessageMax,
                          [b](Ws*, const WsEvent& e) {
                            if (e.kind == WsEvent::message) bench_message(b, e.data);
                          });
  if (b->agent) ws_send(b->agent, "entity_config\n{\"metadata\":{\"name\":\"not found\",\"namespace\":\"default\"},"
                                  "\"entity_class\":\"agent\",\"subscriptions\":null,\"deregister\":false,\"deregistration\":{}}");
}

pid_t agent_start(int port, const std::string& dir) {
  return start({binary(), "agent", "start", "--name", "bench", "--backend-url", "ws://127.0.0.1:" + std::to_string(port),
                "--cache-dir", dir, "--disable-sockets", "--disable-api", "--statsd-disable"}, dir + "/log");
}

double run_by_agent(int count, const std::string& command, double* cpu) {
  Bench b;
  b.count = count;
  b.command = command;
  uv_loop_init(&b.loop);
  b.net = net_open(&b.loop, {});
  ListenOptions options;
  options.host = "127.0.0.1";
  auto listener = http_listen(b.net, options, [&b](HttpExchange* e, HttpRequest) { bench_upgrade(&b, e); });
  if (!listener.ok()) fprintf(stderr, "%s\n", listener.status.message.c_str()), exit(1);
  pid_t pid = agent_start(listener_port(listener.value), state_dir());
  uv_run(&b.loop, UV_RUN_DEFAULT);
  *cpu = cpu_seconds(pid);
  stop(pid);
  return b.seconds;
}

}  // namespace

int main(int argc, char** argv) {
  int count = argc > 1 ? atoi(argv[1]) : 2000, width = argc > 2 ? atoi(argv[2]) : 8;
  const char* command = argc > 3 ? argv[3] : "true";
  double bare = run_bare(count, width, command), cpu = 0, agent = run_by_agent(count, command, &cpu), again = run_bare(count, width, command);
  bare = (bare + again) / 2;
  printf("bare fork+exec+wait: %8.0f/s\n", count / bare);
  printf("agent:               %8.0f/s   %.0f %% of bare, %.0f us of its own CPU a check\n", count / agent, 100 * bare / agent,
         cpu * 1e6 / count);
}
