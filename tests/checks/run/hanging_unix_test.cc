// tests/checks/run/hanging_unix_test.cc - files that hang: a pipe nobody writes to stands for a disk that does not answer. The
// loop goes on, and deadlines are kept.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "checks/run/check.h"
#include "common/os/os.h"
#include "common/process/blocking_worker.h"

using namespace picket;

namespace {

struct Place {
  std::string dir = "/tmp/picket-hanging-XXXXXX", pipe;
  Place() {
    REQUIRE(mkdtemp(&dir[0]));
    pipe = dir + "/pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    signal(SIGPIPE, SIG_IGN);  // a reader may go before it was answered
  }
  ~Place() {
    for (const char* name : {"/pipe", "/log"}) (void)unlink((dir + name).c_str());
    (void)rmdir(dir.c_str());
  }
  // The file answers. False: nobody reads it yet.
  bool answer(const std::string& text) {
    int fd = open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return false;
    bool read = write(fd, text.data(), text.size()) == ssize_t(text.size());
    close(fd);
    return read;
  }
};

struct Run {
  uv_loop_t loop;
  uv_timer_t timer;
  CheckOutput output;
  bool done = false;
  int ticks = 0;
  std::function<void(Run*)> on_tick;

  CheckOutput operator()(const std::vector<std::string>& args) {
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    timer.data = this;
    uv_timer_start(
        &timer, [](uv_timer_t* t) { static_cast<Run*>(t->data)->tick(); }, 1, 1);
    check_start(&loop, args, [this](CheckOutput o) {
      output = std::move(o), done = true;
      uv_close(reinterpret_cast<uv_handle_t*>(&timer), nullptr);
    });
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(done);
    CHECK(uv_loop_close(&loop) == 0);
    return output;
  }
  void tick() {
    ticks++;
    if (on_tick) on_tick(this);
  }
};

bool has(const CheckOutput& o, const std::string& text) { return o.text.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("while a file hangs the loop turns, and it is the loop that ends the wait") {
  Place place;
  struct Row {
    std::vector<std::string> args;
    const char* answer;
    int status;
    const char* text;
  };
  const Row rows[] = {
      {{"process", "-f", place.pipe}, "999999999\n", 2, "0 processes"},
      {{"redis", "-p", "1", "--password-file", place.pipe}, "secret\n", 2, "connection refused"},
      {{"http", "http://127.0.0.1:1/", "--authorization-file", place.pipe}, "user:password\n", 2, "connection refused"},
      {{"http", "https://127.0.0.1:1/", "--ca-file", place.pipe}, "no certificate", 3, "authorities"},
      {{"tls", "-p", "1", "--ca-file", place.pipe}, "no certificate", 3, "authorities"},
      {{"log", "/dev/null/none", "-m", "x", "-s", place.pipe}, "", 2, "/dev/null/none"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.args[0]);
    Run run;
    bool answered = std::string_view(r.args[0]) == "log";  // it looks at the log before it reads what it remembers
    run.on_tick = [&](Run* self) {
      if (self->ticks >= 20 && !answered) answered = place.answer(r.answer);
    };
    CheckOutput o = run(r.args);
    CAPTURE(o.text);
    CHECK(answered);
    CHECK(o.status == r.status);
    CHECK(has(o, r.text));
  }
}

TEST_CASE("a file that never answers: named at the deadline, UNKNOWN, and not waited for a second time") {
  Place place;
  for (const char* check : {"process", "tls"}) {
    CAPTURE(check);
    std::vector<std::string> args = {check, *check == 'p' ? "-f" : "--ca-file", place.pipe, "-t", "30ms"};
    CheckOutput o = Run()(args);
    CHECK(o.status == 3);
    CHECK(has(o, "timeout after 30 ms"));
    while (!has(o, "an earlier run is still waiting for " + place.pipe)) {  // on a busy machine its thread may not have begun yet
      CHECK((!has(o, ";") || has(o, "still waiting for " + place.pipe)));
      o = Run()(args);
      CHECK(o.status == 3);
    }
    const int busy = workers_busy();
    CHECK(has(Run()(args), "an earlier run is still waiting for " + place.pipe));
    CHECK(workers_busy() == busy);
    args.back() = "30ms:warning";
    CHECK(Run()(args).status == 1);  // other words: another check
    while (workers_busy() > 0) {
      place.answer("1");
      uv_sleep(1);
    }
  }
}

TEST_CASE("lines that were not reported are not skipped: what came too late is not remembered") {
  Place place;
  const std::string log = place.dir + "/log";
  REQUIRE(os_write_file(log, "ERR one\n", 0600).ok());
  CheckOutput o = Run()({"log", log, "-m", "ERR", "-s", place.pipe, "-t", "30ms"});
  CHECK(has(o, "timeout after 30 ms"));
  while (workers_busy() > 0) {
    place.answer(R"({"device":1,"file":1,"offset":0,"head":"","tail":""})");
    uv_sleep(1);
  }
  struct stat s;
  REQUIRE(stat(place.pipe.c_str(), &s) == 0);
  CHECK(S_ISFIFO(s.st_mode));  // a state that is saved would have taken its place
}

TEST_CASE("pipes and devices are no logs, and are not searched") {
  Place place;
  CHECK(has(Run()({"log", place.pipe, "-m", "x", "-s", place.dir + "/state"}), "not a regular file"));
  CHECK(has(Run()({"file", place.pipe, "--contains", "x"}), "not a regular file"));
  CHECK(has(Run()({"file", "/dev/zero", "--lacks", "x"}), "not a regular file"));
  CHECK(Run()({"file", place.pipe}).status == 0);  // it is there
}
