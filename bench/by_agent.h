// bench/by_agent.h - COUNT checks run by one agent: a backend of twenty lines sends the requests at once and counts the events that
// come back.
#pragma once
#include <poll.h>
#include <sys/resource.h>

#include "common/types/message.h"
#include "common/socket/net.h"
#include "bench/measured.h"

namespace measured {
using namespace picket;

struct Bench {
  uv_loop_t loop;
  Net* net = nullptr;
  Ws* agent = nullptr;
  int count = 0, returned = 0;
  std::string command;
  std::chrono::steady_clock::time_point begin;
  double seconds = 0;
};

inline std::string check_request(int number, const std::string& command) {
  return "check_request\n{\"config\":{\"command\":\"" + command + "\",\"interval\":60,\"timeout\":30,\"metadata\":{\"name\":\"c" +
      std::to_string(number) + "\",\"namespace\":\"default\"}},\"issued\":" + std::to_string(time(nullptr)) + "}";
}

inline void bench_message(Bench* b, std::string_view frame) {
  if (frame.substr(0, 9) == "keepalive" && b->seconds == 0 && b->returned == 0) {
    b->begin = std::chrono::steady_clock::now();
    for (int i = 0; i < b->count; i++) ws_send(b->agent, check_request(i, b->command));
  }
  if (frame.substr(0, 5) == "event" && ++b->returned == b->count) {
    b->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - b->begin).count();
    uv_stop(&b->loop);
  }
}

inline void bench_upgrade(Bench* b, HttpExchange* exchange) {
  b->agent = http_upgrade(exchange, {{"Accept", "application/json"}, {"Content-Type", "application/json"}}, kMessageMax,
                          [b](Ws*, const WsEvent& e) {
                            if (e.kind == WsEvent::message) bench_message(b, e.data);
                          });
  if (b->agent)
    ws_send(b->agent,
            "entity_config\n{\"metadata\":{\"name\":\"not found\",\"namespace\":\"default\"},"
            "\"entity_class\":\"agent\",\"subscriptions\":null,\"deregister\":false,\"deregistration\":{}}");
}

inline pid_t agent_start(int port, const std::string& dir) {
  return start({binary(), "agent", "start", "--name", "bench", "--backend-url", "ws://127.0.0.1:" + std::to_string(port), "--cache-dir",
                dir, "--disable-sockets", "--disable-api", "--statsd-disable"},
               dir + "/log");
}

inline double run_by_agent(int count, const std::string& command, double* cpu) {
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

}  // namespace measured
