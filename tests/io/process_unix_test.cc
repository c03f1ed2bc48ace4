// Commands: output, status, deadline, whole-tree kill, and that nothing of them stays behind.
#include "common/process.h"

#include <dirent.h>
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/os.h"
#include "process_fixture.h"

using namespace picket;

namespace {

int open_files() {
  int count = 0;
  if (DIR* dir = opendir("/proc/self/fd")) {
    while (readdir(dir)) count++;
    closedir(dir);
  }
  return count;
}

// As the shared loop, and no file stays open either.
struct Loop : process_fixture::Loop {
  int files_before = open_files();
  ~Loop() {
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(open_files() <= files_before + 2);  // libuv keeps a pipe for signals once per process
  }
};

ProcessResult run(ProcessRequest request) {
  Loop l;
  return process_fixture::run_on(&l.loop, std::move(request));
}

ProcessResult sh(const std::string& command, int64_t timeout_ms = 0) {
  ProcessRequest r;
  r.command = command;
  r.timeout_ms = timeout_ms;
  return run(std::move(r));
}

bool gone_soon(int pid) {
  for (int i = 0; i < 200; i++) {
    if (kill(pid, 0) != 0) return true;
    std::string stat = os_read_file("/proc/" + std::to_string(pid) + "/stat").value;
    if (stat.find(") Z ") != std::string::npos) return true;
    usleep(10'000);
  }
  return false;
}

}  // namespace

TEST_CASE("at its timeout a command is asked to end before it is killed") {
  ProcessRequest r;
  r.command = "trap 'echo cleaned up; exit 0' TERM; while true; do sleep 0.01; done";
  r.timeout_ms = 100;
  r.terminate_ms = 60'000;
  ProcessResult got = run(r);
  CHECK(got.outcome == ProcessResult::timed_out);
  CHECK(got.output.find("cleaned up\n") != std::string::npos);
  CHECK_FALSE(got.kill_failed);
}

TEST_CASE("who does not hear SIGTERM is killed, and so is what the others left behind") {
  ProcessRequest r;
  r.command = "trap '' TERM; echo $$; while true; do sleep 0.01; done";
  r.timeout_ms = 100;
  r.terminate_ms = 50;
  ProcessResult got = run(r);
  CHECK(got.outcome == ProcessResult::timed_out);
  // The shell hears it, its deaf child does not, and holds no pipe.
  r.command = "(trap '' TERM; exec sleep 1000) >/dev/null 2>&1 & echo $!; wait";
  r.terminate_ms = 60'000;
  got = run(r);
  CHECK(got.outcome == ProcessResult::timed_out);
  int deaf = atoi(got.output.c_str());
  REQUIRE(deaf > 1);
  CHECK(gone_soon(deaf));
}

TEST_CASE("a command ends in one of a few ways") {
  struct Row { const char* why; const char* command; ProcessResult::Outcome outcome; int status; const char* output; };
  const Row rows[] = {
      {"both streams, in order, untrimmed", "echo hello; echo err >&2; echo bye", ProcessResult::exited, 0, "hello\nerr\nbye\n"},
      {"status", "exit 3", ProcessResult::exited, 3, ""},
      {"the shell does not find it", "no-such-command-here 2>/dev/null", ProcessResult::exited, 127, ""},
      {"killed", "kill -9 $$", ProcessResult::signalled, 9, ""},
      {"its input is empty", "cat; echo end", ProcessResult::exited, 0, "end\n"},
      {"no newline at the end", "printf x", ProcessResult::exited, 0, "x"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    ProcessResult got = sh(r.command);
    CHECK(got.outcome == r.outcome);
    CHECK(got.status == r.status);
    CHECK(got.output == r.output);
  }
}

TEST_CASE("what cannot be started says why") {
  ProcessRequest missing;
  missing.argv = {"/no/such/program"};
  ProcessResult r = run(missing);
  CHECK(r.outcome == ProcessResult::failed_to_start);
  CHECK(r.output == "start /no/such/program: no such file or directory");

  ProcessRequest nowhere;
  nowhere.command = "pwd";
  nowhere.directory = "/no/such/directory";
  CHECK(run(nowhere).output.find("/no/such/directory") != std::string::npos);

  ProcessRequest nobody;
  nobody.command = "id";
  nobody.limits.user = "no-such-user-here";
  CHECK(run(nobody).output.find("no-such-user-here") != std::string::npos);
}

TEST_CASE("environment, directory and arguments reach the command") {
  ProcessRequest r;
  r.command = "echo $A-$HOME; pwd";
  r.env = {"A=1", "PATH=/usr/bin:/bin"};
  r.directory = "/";
  CHECK(run(r).output == "1-\n/\n");
  ProcessRequest direct;
  direct.argv = {"printf", "%s|", "a b", "$HOME"};
  CHECK(run(direct).output == "a b|$HOME|");
}

TEST_CASE("at the deadline the whole tree dies") {
  struct Row { const char* why; const char* command; };
  const Row rows[] = {
      {"the shell itself", "echo $$; sleep 1000"},
      {"a child in the background", "sleep 1000 & echo $!; wait"},
      {"ignores SIGTERM", "trap '' TERM HUP INT; (trap '' TERM; sleep 1000) & echo $!; wait"},
      {"a session of its own", "setsid sh -c 'echo $$; exec sleep 1000' & wait"},
      {"a process group of its own", "bash -c 'set -m; sleep 1000 & echo $!; wait'"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    ProcessRequest request;
    request.command = r.command;
    request.timeout_ms = 300;
    request.terminate_ms = 200;
    ProcessResult got = run(request);
    CHECK(got.outcome == ProcessResult::timed_out);
    CHECK_FALSE(got.kill_failed);
    CHECK(got.duration > 0.29);
    CHECK(gone_soon(atoi(got.output.c_str())));
  }
}

TEST_CASE("a grandchild that keeps the pipe is killed after the drain time, its output until then stays") {
  ProcessResult got = sh("(echo late; sleep 1000) & echo $!");
  CHECK(got.outcome == ProcessResult::exited);
  CHECK(got.status == 0);
  CHECK(got.output.find("late\n") != std::string::npos);
  CHECK(gone_soon(atoi(got.output.c_str() + (got.output[0] == 'l' ? 5 : 0))));
}

TEST_CASE("a daemon that lets the pipe go is left alone") {
  ProcessResult got = sh("sleep 1000 >/dev/null 2>&1 & echo $!");
  int pid = atoi(got.output.c_str());
  CHECK(kill(pid, 0) == 0);
  kill(pid, SIGKILL);
}

TEST_CASE("output beyond the bound is counted and dropped") {
  ProcessRequest r;
  r.command = "head -c 100000000 /dev/zero | tr '\\0' x";
  r.output_max = 1000;
  ProcessResult got = run(r);
  CHECK(got.output == std::string(1000, 'x'));
  CHECK(got.output_dropped == 100'000'000 - 1000);
}

TEST_CASE("input: bytes arrive, and a child that does not read them harms nobody") {
  ProcessRequest echo;
  echo.command = "cat";
  echo.input = std::string(1'000'000, 'a') + "\n{}";
  CHECK(run(echo).output == echo.input);

  ProcessRequest deaf;
  deaf.command = "sleep 0.2; echo done";
  deaf.input = std::string(10'000'000, 'a');
  ProcessResult got = run(deaf);
  CHECK(got.output == "done\n");
  CHECK(got.status == 0);
}

TEST_CASE("two hundred at once") {
  Loop l;
  process_fixture::at_once(&l.loop, 200, "\n", "; ");
}

TEST_CASE("killed on request") {
  Loop l;
  process_fixture::killed_on_request(&l.loop, "sleep 1000");
}

TEST_CASE("limits hold in the child") {
  ProcessRequest r;
  r.command = "ulimit -v; ulimit -t; echo $(($(nice) - " + std::to_string(getpriority(PRIO_PROCESS, 0)) + ")); echo $#";
  r.limits.memory_bytes = 100 << 20;
  r.limits.cpu_seconds = 7;
  r.limits.nice = 5;
  CHECK(run(r).output == "102400\n7\n5\n0\n");
  ProcessRequest burn;
  burn.command = "while :; do :; done";
  burn.limits.cpu_seconds = 1;
  burn.timeout_ms = 20'000;
  CHECK(run(burn).outcome == ProcessResult::signalled);
}

TEST_CASE("another user" * doctest::skip(geteuid() != 0)) {
  ProcessRequest r;
  r.command = "id -un";
  r.limits.user = "nobody";
  CHECK(run(r).output == "nobody\n");
}

TEST_CASE("orphans that end are not left as zombies, and our own results are not taken away") {
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // as process 1 of a container
  Loop l;
  OrphanReaper* reaper = process_reap_orphans(&l.loop, true);
  std::string output;
  int status = -1, ended = 0;
  ProcessRequest r;
  r.command = "(sleep 0.3 >/dev/null 2>&1 & echo $!); exit 7";
  process_run(&l.loop, r, [&](ProcessResult got) { output = got.output, status = got.status, ended++; });
  ProcessRequest later;
  later.command = "sleep 0.6; exit 8";
  int later_status = -1;
  process_run(&l.loop, later, [&](ProcessResult got) { later_status = got.status, ended++; });
  while (ended < 2) uv_run(&l.loop, UV_RUN_ONCE);
  CHECK(status == 7);
  CHECK(later_status == 8);
  CHECK(kill(atoi(output.c_str()), 0) != 0);  // not even a zombie
  process_reap_end(reaper);
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}
