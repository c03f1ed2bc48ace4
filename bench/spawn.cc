// bench/spawn.cc - checks run by one agent, against bare fork, exec and wait in the same run: the physical limit.
//
// A backend of twenty lines sends COUNT check requests at once and counts the events that come back. The bare side keeps
// WIDTH children running, the agent as many as it likes.
//
// usage: bench_spawn [COUNT [WIDTH [COMMAND]]]     default: 2000 8 true
#include <poll.h>
#include <sys/resource.h>

#include "bench/by_agent.h"

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

double used(int who) {
  rusage u{};
  getrusage(who, &u);
  return double(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + double(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

// Of this process and the children it has waited for.
double own_cpu() { return used(RUSAGE_SELF) + used(RUSAGE_CHILDREN); }

double run_bare(int count, int width, const char* command, double* cpu) {
  auto begin = std::chrono::steady_clock::now();
  *cpu -= own_cpu();
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
  *cpu += own_cpu();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  int count = argc > 1 ? atoi(argv[1]) : 2000, width = argc > 2 ? atoi(argv[2]) : 8;
  const char* command = argc > 3 ? argv[3] : "true";
  double cpu = 0, all = 0, bare_cpu = 0;
  double bare = run_bare(count, width, command, &bare_cpu), before = used(RUSAGE_CHILDREN), agent = run_by_agent(count, command, &cpu);
  all = used(RUSAGE_CHILDREN) - before;  // the agent was waited for, and it for its checks
  bare = (bare + run_bare(count, width, command, &bare_cpu)) / 2;
  bare_cpu /= 2;
  printf("bare fork+exec+wait: %8.0f/s   %.0f us of CPU a check\n", count / bare, bare_cpu * 1e6 / count);
  printf("agent:               %8.0f/s   %.0f us, %.0f of them its own; %.0f %% of bare by rate, %.0f %% by CPU\n", count / agent,
         all * 1e6 / count, cpu * 1e6 / count, 100 * bare / agent, 100 * bare_cpu / all);
}
