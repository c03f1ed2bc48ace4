// tests/checks/run/job_test.cc - how a check is run: never blocking the loop, ending at its deadline; and which commands are
// ours without a shell.
#include <doctest/doctest.h>

#include <atomic>

#include "checks/run/check.h"
#include "common/process/blocking_worker.h"

using namespace picket;

static CheckOutput run(std::vector<std::string> args) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  CheckOutput output;
  int calls = 0;
  check_start(&loop, std::move(args), [&](CheckOutput o) { output = std::move(o), calls++; });
  CHECK(calls == 0);  // never from inside the call
  uv_run(&loop, UV_RUN_DEFAULT);
  CHECK(calls == 1);
  CHECK(uv_loop_close(&loop) == 0);  // nothing is left open
  return output;
}

TEST_CASE("options that are wrong are UNKNOWN, in one line") {
  struct Row { std::vector<std::string> args; const char* has; };
  for (const Row& r : {Row{{"memory", "-w", "abc"}, "is not a range"},
                       {{"memory", "--wrong"}, "unknown option"},
                       {{"memory", "-t", "0"}, "--timeout"},
                       {{"memory", "-t", "5:maybe"}, "is not a state"},
                       {{"memory", "--format", "xml"}, "expected nagios"},
                       {{"nothing"}, "unknown check"},
                       {{"cpu", "-m", "heat"}, "--metric"},
                       {{"file"}, "path missing"},
                       {{"process", "-a", "("}, "is invalid"}}) {
    CheckOutput o = run(r.args);
    CAPTURE(o.text);
    CHECK(o.status == 3);
    CHECK(o.text.find(r.has) != std::string::npos);
    CHECK(o.text.find('\n') == o.text.size() - 1);
  }
}

TEST_CASE("every check has a help with examples that are its own") {
  for (int i = 0; i < kChecksCount; i++) {
    CAPTURE(kChecks[i]->name);
    CheckOutput o = run({kChecks[i]->name, "--help"});
    CHECK(o.status == 3);  // as the guidelines want it
    CHECK(o.text.find(std::string("    picket check ") + kChecks[i]->name) != std::string::npos);
    CHECK((kChecks[i]->measure == nullptr) != (kChecks[i]->start == nullptr));
    CHECK(checks_completion("bash").find(std::string(kChecks[i]->name) + ") words='--help") != std::string::npos);
  }
}

TEST_CASE("the examples of the help are options that exist") {
  for (int i = 0; i < kChecksCount; i++) {
    std::string_view text = kChecks[i]->examples;
    while (!text.empty()) {
      std::string line(text.substr(0, text.find('\n')));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      line = line.substr(0, line.rfind("  # "));
      CAPTURE(line);
      std::vector<std::string> words = check_command_words(line, "", true);
      REQUIRE(!words.empty());
      OptionsInput input;
      input.argv.assign(words.begin() + 1, words.end());
      auto table = check_table(*kChecks[i]);
      Result<Options> options = options_load(table->table, input);
      CHECK_MESSAGE(options.ok(), options.status.message);
    }
  }
}

TEST_CASE("a check of this machine gives a state and figures") {
  CheckOutput o = run({"memory", "-w", "~:", "-c", "~:"});
  CHECK(o.status == 0);
  CHECK(o.text.substr(0, 11) == "MEMORY OK: ");
  CHECK(o.text.find(" | used_percent=") != std::string::npos);
}

TEST_CASE("what both systems have is measured on both") {
  using Words = std::vector<std::string>;
  for (Words args : {Words{"cpu", "-i", "20ms"}, {"memory"}, {"swap"}, {"uptime"}, {"users"}, {"process"}}) {
    args.insert(args.end(), {"-t", "30"});
    CheckOutput o = run(args);
    CAPTURE(o.text);
    CHECK(o.status <= 2);
    CHECK(o.text.find(" | ") != std::string::npos);
  }
}

TEST_CASE("a check that takes longer than its time ends there, and what it left is joined later") {
  CheckOutput o = run({"cpu", "-i", "300ms", "-t", "20ms"});
  CHECK(o.status == 3);
  CHECK(o.text.substr(0, 40) == "CPU UNKNOWN: timeout after 20 ms\n");
  CHECK(run({"cpu", "-i", "300ms", "-t", "20ms:critical"}).status == 2);
}

TEST_CASE("a check that is cancelled says nothing any more") {
  uv_loop_t loop;
  uv_loop_init(&loop);
  bool called = false;
  CheckJob* job = check_start(&loop, {"cpu", "-i", "50ms"}, [&](CheckOutput) { called = true; });
  check_cancel(job);
  uv_run(&loop, UV_RUN_DEFAULT);
  CHECK(!called);
  CHECK(uv_loop_close(&loop) == 0);
}

TEST_CASE("threads that are stuck are named, bounded, and the loop goes on") {
  uv_loop_t loop;
  uv_loop_init(&loop);
  static std::atomic<bool> go{false};
  std::vector<Worker*> stuck;
  for (int i = 0; i < kWorkersMax + 5; i++)
    stuck.push_back(worker_start(
        &loop, "",
        [] {
          work_note("/mnt/dead");
          while (!go) uv_sleep(1);
        },
        [] { CHECK(false); }));
  CHECK(workers_busy() == kWorkersMax);
  CheckOutput late = run({"memory", "-t", "100ms"});
  CHECK(late.status == 3);
  CHECK(late.text.find("still waiting for a free thread (32 checks are running)") != std::string::npos);
  while (worker_note(stuck[0]) != "/mnt/dead") uv_sleep(1);
  for (Worker* w : stuck) worker_leave(w);
  go = true;
  while (workers_busy() > 0) uv_sleep(1);
  uv_run(&loop, UV_RUN_DEFAULT);
  CHECK(uv_loop_close(&loop) == 0);
  CHECK(run({"memory", "-w", "~:", "-c", "~:"}).status == 0);
}

TEST_CASE("more checks at once than threads: each gets its turn") {
  uv_loop_t loop;
  uv_loop_init(&loop);
  int done = 0;
  for (int i = 0; i < 5 * kWorkersMax; i++)
    check_start(&loop, {"cpu", "-i", "10ms", "-w", "~:", "-c", "~:"}, [&](const CheckOutput& o) { done += o.status == 0; });
  uv_run(&loop, UV_RUN_DEFAULT);
  CHECK(done == 5 * kWorkersMax);
  CHECK(uv_loop_close(&loop) == 0);
}

TEST_CASE("which commands are run without a process") {
  struct Row { const char* command; const char* words; const char* why; };
  const Row rows[] = {
      {"picket check disk -w 80", "disk|-w|80", "the plain case"},
      {"/usr/bin/picket check disk", "disk", "our own path"},
      {"/usr/local/bin/picket check disk", "", "another program of that name"},
      {"  picket   check\tdisk ", "disk", "blanks"},
      {"picket check file '/a b' -w \"1:2\"", "file|/a b|-w|1:2", "quotes"},
      {"picket check file ''", "file|", "an empty word"},
      {"picket check load -w ~:5", "load|-w|~:5", "a tilde that no shell expands"},
      {"picket check file ~/x", "", "one that a shell expands"},
      {"picket check disk | head", "", "a pipe"},
      {"picket check disk; true", "", "two commands"},
      {"picket check disk && true", "", "two commands"},
      {"picket check disk > /tmp/x", "", "redirection"},
      {"picket check disk -p $HOME", "", "a variable"},
      {"picket check file \"$HOME\"", "", "a variable within quotes"},
      {"picket check file '$HOME'", "file|$HOME", "no variable within these"},
      {"picket check file `ls`", "", "a command within"},
      {"picket check file *.log", "", "a glob"},
      {"picket check file '*.log'", "file|*.log", "a glob of ours"},
      {"picket check disk\nrm x", "", "a second line"},
      {"picket check file 'a", "", "a quote that is open"},
      {"X=1 picket check disk", "", "an assignment"},
      {"picket check nothing", "", "no check of ours: its error is the program's"},
      {"picket check", "", "no name"},
      {"picket checks disk", "", "another command"},
      {"exec picket check disk", "", "a word of the shell"},
      {"picket check disk # note", "", "a comment"},
      {"picket check file a\\ b", "", "an escape"},
      {"picket check load -w @1:2", "load|-w|@1:2", "a range from inside"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.command);
    CAPTURE(r.why);
    std::string joined;
    std::vector<std::string> words = check_command_words(r.command, "/usr/bin/picket", true);
    for (size_t i = 0; i < words.size(); i++) joined += (i ? "|" : "") + words[i];
    CHECK(joined == r.words);
  }
  CHECK(check_command_words("C:\\picket\\picket.exe check disk", "C:\\picket\\picket.exe", false).size() == 1);
  CHECK(check_command_words("picket.exe check file \"C:\\a b\\c\"", "", false).empty());  // a backslash may escape the quote
  CHECK(check_command_words("picket check file C:\\x -w 1", "", false).size() == 4);
  CHECK(check_command_words("picket check file %TEMP%", "", false).empty());
}
