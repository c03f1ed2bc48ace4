// tests/common/process/process_unix_test.cc - commands: output, status, deadline, whole-tree kill, and that nothing of them remains.
#include "common/process/process.h"

#include <dirent.h>
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/os/os.h"
#include "tests/common/process/process_fixture.h"

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
    process_let_go(&loop);
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

TEST_CASE("a process that ignores SIGTERM is killed, and so is what the others left") {
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

TEST_CASE("what a command leaves in the background lives on when the command ends by itself") {
  struct Row { const char* why; const char* command; };
  const Row rows[] = {
      {"it holds the pipe", "sleep 1000 & echo $!"},
      {"nohup", "nohup sleep 1000 2>&1 & echo $!"},
      {"its output is elsewhere", "sleep 1000 >/dev/null 2>&1 & echo $!"},
      {"a session of its own", "setsid sh -c 'echo $$; exec sleep 1000' & sleep 0.1"},
      {"double fork, a session of its own", "(setsid sh -c 'echo $$; exec sleep 1000' &); sleep 0.1"},
      {"the shell is told that it went wrong", "sleep 1000 & echo $!; exit 2"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    ProcessRequest request;
    request.command = r.command;
    request.timeout_ms = 60'000;
    ProcessResult got = run(request);
    CHECK(got.outcome == ProcessResult::exited);
    CHECK(got.duration < 1.5);
    usleep(300'000);
    int pid = atoi(got.output.c_str());
    REQUIRE(pid > 1);
    CHECK(kill(pid, 0) == 0);
    kill(pid, SIGKILL);
  }
}

TEST_CASE("what it writes after the command's end kills it not, as long as the loop lives; what it wrote before is kept") {
  std::string mark = "/tmp/picket-left-" + std::to_string(getpid());
  Loop l;
  ProcessResult got = process_fixture::run_on(&l.loop, [&] {
    ProcessRequest r;
    r.command = "(echo early; sleep 0.6; echo late; echo later; echo alive > " + mark + ") & echo $!";
    return r;
  }());
  CHECK(got.outcome == ProcessResult::exited);
  CHECK(got.output.find("early\n") != std::string::npos);
  CHECK(got.output.find("late\n") == std::string::npos);
  for (int i = 0; i < 300 && !os_exists(mark); i++) {
    uv_run(&l.loop, UV_RUN_NOWAIT);
    usleep(10'000);
  }
  CHECK(os_read_file(mark).value == "alive\n");
  (void)os_remove_tree(mark);
}

TEST_CASE("one that writes without end holds nobody up") {
  ProcessResult got = sh("(while echo x; do :; done) & echo $!");
  CHECK(got.outcome == ProcessResult::exited);
  CHECK(got.duration < 5);
  std::string first = got.output.substr(got.output.find_first_not_of("x\n"));
  kill(atoi(first.c_str()), SIGKILL);
}

TEST_CASE("at the timeout nothing is left, whatever it did to get away") {
  struct Row { const char* why; const char* command; };
  const Row rows[] = {
      {"double fork into a session of its own", "(setsid sleep @ >/dev/null 2>&1 </dev/null &) ; sleep @"},
      {"a session of its own, deaf; its parent is not", "setsid sh -c 'trap \"\" TERM; sleep @; sleep @' & wait"},
      {"the parent goes at SIGTERM, the deaf child stays", "setsid sh -c 'trap \"\" TERM; sleep @; sleep @' & trap 'exit 0' TERM; wait"},
      {"without an environment", "(env -i setsid sleep @ >/dev/null 2>&1 &); sleep @"},
      {"three generations, each in a session of its own", "setsid sh -c 'setsid sh -c \"setsid sleep @ & sleep @\" & exit' & sleep @"},
      {"deaf and double", "(setsid sh -c 'trap \"\" TERM HUP INT; while :; do sleep @; done' >/dev/null 2>&1 &); trap '' TERM; sleep @; sleep @"},
      {"started at the signal", "trap 'setsid sleep @ >/dev/null 2>&1 & exit' TERM; sleep @ & wait"},
  };
  const std::string mine = std::to_string(700'000 + getpid());  // another run of this test has its own sleepers
  auto numbered = [&](std::string command) {
    for (size_t at = command.find('@'); at != command.npos; at = command.find('@', at)) command.replace(at, 1, mine);
    return command;
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    ProcessRequest request;
    request.command = numbered(r.command);
    request.timeout_ms = 400;
    request.terminate_ms = 300;
    CHECK(run(request).outcome == ProcessResult::timed_out);
    usleep(100'000);
    const std::string sleepers = numbered(
        "grep -slz '^@$' /proc/[0-9]*/cmdline | cut -d/ -f3 | while read p; do grep -q '^State:.[ZX]' /proc/$p/status || echo $p; done");
    ProcessResult left = sh(sleepers);
    CHECK(left.output == "");
  }
}

TEST_CASE("the timeout of one command kills nothing of another") {
  ProcessResult daemon = sh("(setsid sh -c 'echo $$; exec sleep 1000' &) ; sleep 0.1");
  int pid = atoi(daemon.output.c_str());
  REQUIRE(pid > 1);
  CHECK(sh("sleep 1000", 200).outcome == ProcessResult::timed_out);
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
  deaf.input.resize(10'000'000, 'a');
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

#ifdef __linux__
TEST_CASE("a command that is to die with us is asked to end when we are killed") {
  int pipe_fd[2];
  REQUIRE(pipe(pipe_fd) == 0);
  const pid_t us = fork();
  if (us == 0) {
    uv_loop_t loop;
    uv_loop_init(&loop);
    ProcessRequest r;
    r.argv = {"/bin/sh", "-c", "echo ready; exec sleep 60"};
    r.die_with_us = true;
    Process* p = nullptr;
    r.on_output = [&](std::string_view) {
      const int pid = process_pid(p);
      (void)!write(pipe_fd[1], &pid, sizeof pid);
    };
    p = process_run(&loop, r, [](const ProcessResult&) {});
    uv_run(&loop, UV_RUN_DEFAULT);
    _exit(0);
  }
  int pid = 0;
  REQUIRE(read(pipe_fd[0], &pid, sizeof pid) == sizeof pid);
  CHECK(pid > 0);
  CHECK(kill(pid, 0) == 0);
  kill(us, SIGKILL);
  waitpid(us, nullptr, 0);
  bool gone = false;
  for (int i = 0; i < 200 && !gone; i++) {
    usleep(20'000);
    const Result<std::string> stat = os_read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
    gone = !stat.ok() || stat.value.find(") Z") != std::string::npos;
  }
  CHECK(gone);
  close(pipe_fd[0]);
  close(pipe_fd[1]);
}

TEST_CASE("a command that is to die with us runs like any other") {
  ProcessRequest r;
  std::string came;
  r.die_with_us = true;
  r.argv = {"/bin/sh", "-c", "echo one; echo two >&2; exit 3"};
  r.on_output = [&](std::string_view bytes) { came += bytes; };
  const ProcessResult got = run(r);
  CHECK(got.outcome == ProcessResult::exited);
  CHECK(got.status == 3);
  CHECK(got.output == "one\ntwo\n");
  CHECK(came == got.output);
  r.argv = {"/nowhere/program"};
  CHECK(run(r).outcome == ProcessResult::failed_to_start);
}
#endif
