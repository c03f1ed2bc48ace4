// bench/spawn_bare.cc - the physical limit an agent is measured against: `sh -c COMMAND` by bare fork, exec and wait,
// output read through one pipe, never more than WIDTH at once.
//
// usage: spawn_bare COUNT WIDTH COMMAND     prints: COUNT SECONDS RUNS_PER_SECOND
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

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

void run_all(int count, int width, const char* command) {
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
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return fprintf(stderr, "usage: spawn_bare COUNT WIDTH COMMAND\n"), 2;
  int count = atoi(argv[1]), width = atoi(argv[2]);
  auto begin = std::chrono::steady_clock::now();
  run_all(count, width, argv[3]);
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  printf("%d %.3f %.1f\n", count, seconds, count / seconds);
}
