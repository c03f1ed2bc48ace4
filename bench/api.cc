// bench/api.cc - what reading the API costs a backend that holds many events: CPU per request, and how long each takes.
//
//   api [EVENTS]      default 10000, of one entity, 1.2 KB each
#include <cstdio>

#include "bench/backend.h"
#include "bench/gets.h"

namespace {

constexpr const char* kNamespace = "/api/core/v2/namespaces/default";

bool fill(int port, const std::string& token, int events) {
  for (int i = 0; i < events; i++) {
    const std::string name = "check-" + std::to_string(i);
    const std::string body =
        R"({"entity":{"entity_class":"proxy","metadata":{"name":"many","namespace":"default"}},"check":{"interval":60,"status":0,"output":")" +
        std::string(200, 'x') + R"(","metadata":{"name":")" + name + R"(","namespace":"default"}}})";
    if (measured::ask(port, "PUT", std::string(kNamespace) + "/events/many/" + name, token, body).code != 201) return false;
  }
  return true;
}

struct Row { const char* path; int times; };
constexpr Row kRows[] = {
    {"/health", 500},
    {"/metrics", 200},
    {"/api/core/v2/namespaces/default/checks", 500},
    {"/api/core/v2/namespaces/default/entities/many", 500},
    {"/api/core/v2/namespaces/default/events/many/check-77", 500},
    {"/api/core/v2/namespaces/default/events?limit=100", 200},
    {"/api/core/v2/namespaces/default/events?fieldSelector=check.status%20%21%3D%200", 10},
    {"/api/core/v2/events", 10},
};

void report(pid_t pid, int port, const std::string& token, const Row& row) {
  std::vector<double> ms;
  size_t bytes = 0;
  int failures = 0;
  const double cpu = measured::cpu_seconds(pid);
  for (int i = 0; i < row.times; i++) {
    measured::Got got = measured::get(port, row.path, token);
    failures += got.code != 200;
    bytes = got.body.size();
    ms.push_back(got.ms);
  }
  const double each = (measured::cpu_seconds(pid) - cpu) * 1000 / row.times;
  std::sort(ms.begin(), ms.end());
  printf("| `%s` | %zu | %.2f | %.1f | %.1f | %d |\n", row.path, bytes, each, ms[ms.size() / 2], ms[ms.size() * 99 / 100], failures);
}

}  // namespace

int main(int argc, char** argv) {
  const int events = argc > 1 ? atoi(argv[1]) : 10'000;
  measured::TheBackend backend;
  const int port = backend.api_port;
  const std::string token = measured::login(port);
  if (!fill(port, token, events)) return fprintf(stderr, "an event was refused; see %s/log\n", backend.dir.c_str()), 1;
  printf("%d events\n\n| GET | bytes | CPU ms | p50 ms | p99 ms | failed |\n|---|---|---|---|---|---|\n", events);
  for (const Row& row : kRows) report(backend.pid, port, token, row);
  return 0;
}
