// bench/schedule.cc - what 100,000 scheduled checks cost the backend: CPU per request, per idle second, memory.
//
// One simulated hour of the scheduler core, no clock and no network: woken only when scheduler_next_due says so.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "backend/schedule/scheduler.h"

using namespace picket;

static constexpr int64_t kSecond = 1'000'000'000;

static double cpu_s() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return double(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + double(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}
static long rss_kb() {
  long pages = 0, resident = 0;
  if (FILE* f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%ld %ld", &pages, &resident) != 2) resident = 0;
    std::fclose(f);
  }
  return resident * 4;
}

static CheckConfig check(int i, uint32_t interval) {
  CheckConfig c;
  c.metadata.name = "check-" + std::to_string(i);
  c.metadata.ns = "default";
  c.command = "check_disk -w 80 -c 90 -p /var/lib/thing/" + std::to_string(i);
  c.interval = interval;
  c.publish = true;
  c.subscriptions = {"linux", "role-" + std::to_string(i % 100)};
  c.handlers = {"slack"};
  return c;
}

static void run(int checks, uint32_t interval) {
  Scheduler s;
  int64_t t0 = 1700000000 * kSecond, end = t0 + 3600 * kSecond;
  long before_kb = rss_kb();
  double begin = cpu_s();
  for (int i = 0; i < checks; i++)
    if (!scheduler_put_check(s, std::make_shared<const CheckConfig>(check(i, interval)), t0).ok()) std::abort();
  double loaded = cpu_s();
  long kb = rss_kb() - before_kb;
  size_t requests = 0, ticks = 0;
  for (int64_t now = scheduler_next_due(s); now <= end; now = scheduler_next_due(s), ticks++) requests += scheduler_tick(s, now).size();
  double ran = cpu_s() - loaded;
  std::printf("%8d %9u %10.1f %10.0f %12zu %12.2f %14.4f\n", checks, interval, (loaded - begin) * 1000, double(kb) * 1024 / checks,
              requests, requests ? ran * 1e6 / double(requests) : 0, ran / 3600 * 100);
}

int main() {
  std::printf("%8s %9s %10s %10s %12s %12s %14s\n", "checks", "interval", "load ms", "B/check", "requests/h", "us/request", "% of a core");
  for (int n : {100, 1'000, 10'000, 100'000}) run(n, 60);
  run(100'000, 3600);
  return 0;
}
