// bench/backend.h - a backend of its own for one measurement: directory, ports, process; gone with all it wrote at the end.
#pragma once
#include "bench/measured.h"

namespace measured {

// A certificate for 127.0.0.1 in `dir`, and the options that make a backend use it.
inline std::vector<std::string> certificate(const std::string& dir) {
  const std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=bench"
      " -addext subjectAltName=IP:127.0.0.1 -keyout " +
      dir + "/key.pem -out " + dir + "/cert.pem 2>/dev/null";
  if (system(command.c_str()) != 0) abort();
  return {"--cert-file", dir + "/cert.pem", "--key-file", dir + "/key.pem", "--trusted-ca-file", dir + "/cert.pem"};
}

struct TheBackend {
  std::string dir = state_dir();
  int agent_port = free_port(), api_port = free_port();
  pid_t pid = 0;

  // The bench ends when it does not listen. `sync`: full or normal; `more`: further options.
  explicit TheBackend(const std::string& sync = "full", const std::vector<std::string>& more = {}) {
    std::vector<std::string> argv = {binary(),
                                     "backend",
                                     "start",
                                     "--state-dir",
                                     dir + "/state",
                                     "--agent-host",
                                     "127.0.0.1",
                                     "--agent-port",
                                     std::to_string(agent_port),
                                     "--api-listen-address",
                                     "127.0.0.1:" + std::to_string(api_port),
                                     "--dashboard-port",
                                     "0",
                                     "--store-sync",
                                     sync};
    argv.insert(argv.end(), more.begin(), more.end());
    pid = start(argv, dir + "/log");
    if (listens(agent_port, kListenSeconds) && listens(api_port, kListenSeconds)) return;
    fprintf(stderr, "the backend does not listen; see %s/log\n", dir.c_str());
    exit(1);
  }
  TheBackend(const TheBackend&) = delete;
  TheBackend& operator=(const TheBackend&) = delete;
  ~TheBackend() {
    stop(pid);
    const std::string remove = "rm -rf " + dir;
    if (system(remove.c_str()) != 0) fprintf(stderr, "%s stays\n", dir.c_str());
  }
  double cpu() const { return cpu_seconds(pid); }
  int64_t rss() const { return number(pid, "status", "VmRSS"); }
};

}  // namespace measured
