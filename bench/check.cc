// bench/check.cc - what a check costs: inside the agent, as a program of ours, and as a Nagios plugin. All of the processor time that went
// into it, children included, from the request to the event.
//
// usage: bench_check [COUNT]     default: 1000
#include <sys/resource.h>

#include "bench/by_agent.h"

using namespace picket;
using namespace measured;

namespace {

double children_seconds() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void row(const char* name, const std::string& command, int count) {
  double own = 0, before = children_seconds(), seconds = run_by_agent(count, command, &own);
  double all = children_seconds() - before;  // the agent was waited for, and with it all that it waited for
  printf("%-44s %8.0f/s %8.0f us of processor time a check\n", name, count / seconds, all * 1e6 / count);
}

}  // namespace

int main(int argc, char** argv) {
  int count = argc > 1 ? atoi(argv[1]) : 1000;
  const std::string picket = binary();
  const std::string plugins = "/usr/lib/nagios/plugins/";
  row("the command \"true\"", "true", count);
  row("check load, inside the agent", "picket check load -w 100 -c 200", count);
  row("check load, picket as a program", picket + " check load -w 100 -c 200; true", count);
  if (access((plugins + "check_load").c_str(), X_OK) == 0)
    row("check_load of monitoring-plugins", plugins + "check_load -w 100,100,100 -c 200,200,200", count);
  row("check disk, inside the agent", "picket check disk -p / -w 100 -c 100", count);
  row("check disk, picket as a program", picket + " check disk -p / -w 100 -c 100; true", count);
  if (access((plugins + "check_disk").c_str(), X_OK) == 0)
    row("check_disk of monitoring-plugins", plugins + "check_disk -w 1% -c 1% -p /", count);
}
