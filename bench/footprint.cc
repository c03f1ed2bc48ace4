// bench/footprint.cc - what an idle picket costs: the agent connected over plain and over TLS, the backend, edge.
//
// usage: bench_footprint [SECONDS]     how long each is watched for wake-ups (default 10)
#include "bench/measured.h"

using namespace measured;

namespace {

struct Ports { int agent = free_port(), api = free_port(), dashboard = free_port(), socket = free_port(), http = free_port(); };

std::vector<std::string> backend_command(const Ports& p, const std::string& dir) {
  return {binary(),
          "backend",
          "start",
          "--state-dir",
          dir,
          "--agent-host",
          "127.0.0.1",
          "--agent-port",
          std::to_string(p.agent),
          "--api-listen-address",
          "127.0.0.1:" + std::to_string(p.api),
          "--dashboard-host",
          "127.0.0.1",
          "--dashboard-port",
          std::to_string(p.dashboard)};
}

std::vector<std::string> agent_command(const Ports& p, const std::string& dir, const std::string& scheme) {
  return {binary(),
          "agent",
          "start",
          "--name",
          "bench",
          "--backend-url",
          scheme + "://127.0.0.1:" + std::to_string(p.agent),
          "--cache-dir",
          dir,
          "--socket-port",
          std::to_string(p.socket),
          "--api-port",
          std::to_string(p.http),
          "--statsd-disable",
          "--subscriptions",
          "linux"};
}

void report(const char* what, pid_t pid, int seconds) {
  sleep(3);  // the first keepalive is out, the start is over
  int64_t wakes = number(pid, "status", "voluntary_ctxt_switches");
  double cpu = cpu_seconds(pid);
  sleep(unsigned(seconds));
  wakes = number(pid, "status", "voluntary_ctxt_switches") - wakes;
  cpu = cpu_seconds(pid) - cpu;
  printf("%-22s %8lld %8lld %8lld %10.1f %9.2f %8lld\n", what, (long long)number(pid, "status", "VmRSS"),
         (long long)number(pid, "smaps_rollup", "Pss"), (long long)number(pid, "smaps_rollup", "Private_Dirty"),
         double(wakes) * 60 / seconds, cpu * 1000 * 60 / seconds, (long long)number(pid, "status", "Threads"));
  fflush(stdout);
}

void make_certificate(const std::string& dir) {
  std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=bench"
      " -addext subjectAltName=IP:127.0.0.1 -keyout " +
      dir + "/key.pem -out " + dir + "/cert.pem 2>/dev/null";
  if (system(command.c_str()) != 0) abort();
}

void measure_pair(bool tls, int seconds) {
  Ports p;
  std::string dir = state_dir(), log = dir + "/log";
  std::vector<std::string> backend = backend_command(p, dir + "/backend");
  std::vector<std::string> agent = agent_command(p, dir + "/agent", tls ? "wss" : "ws");
  if (tls) {
    make_certificate(dir);
    for (const char* s : {"--cert-file", "/cert.pem", "--key-file", "/key.pem"}) backend.push_back(s[0] == '/' ? dir + s : s);
    agent.insert(agent.end(), {"--trusted-ca-file", dir + "/cert.pem"});
  }
  pid_t server = start(backend, log);
  if (!listens(p.agent, kListenSeconds)) fprintf(stderr, "the backend does not listen; see %s\n", log.c_str()), exit(1);
  pid_t client = start(agent, log);
  report(tls ? "agent, wss" : "agent, ws", client, seconds);
  report(tls ? "backend, 1 wss agent" : "backend, 1 ws agent", server, seconds);
  stop(client);
  stop(server);
}

}  // namespace

int main(int argc, char** argv) {
  int seconds = argc > 1 ? atoi(argv[1]) : 10;
  printf("binary %s: %.2f MB\n", binary().c_str(), double(file_size(binary())) / 1e6);
  printf("%-22s %8s %8s %8s %10s %9s %8s\n", "", "RSS kB", "PSS kB", "dirty kB", "wakes/min", "CPU ms/m", "threads");
  measure_pair(false, seconds);
  measure_pair(true, seconds);
}
