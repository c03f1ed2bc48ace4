// tests/cli/commands/run_test.cc - what `picket run` makes of a command's end.
#include "cli/commands/run.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "common/json/json.h"
#include "common/os/os.h"
#include "tests/support/temp_dir.h"

using namespace picket;

static ProcessResult ended(ProcessResult::Outcome outcome, int status, std::string output = "") {
  ProcessResult r;
  r.outcome = outcome;
  r.status = status;
  r.output = std::move(output);
  r.started_ms = 1'700'000'000'123;
  r.duration = 1.5;
  return r;
}

TEST_CASE("what a command's end means for its caller and for the check") {
  struct Row {
    ProcessResult::Outcome outcome;
    int status, exit_status;
    uint32_t plain, plugin;
    const char* why;
  };
  const Row rows[] = {
      {ProcessResult::exited, 0, 0, 0, 0, "fine"},
      {ProcessResult::exited, 1, 1, 2, 1, "a failing command is critical, a plugin says warning"},
      {ProcessResult::exited, 255, 255, 2, 255, "any status"},
      {ProcessResult::signalled, 9, 137, 2, 2, "as a shell says it"},
      {ProcessResult::timed_out, 9, 124, 2, 2, "as timeout says it"},
      {ProcessResult::failed_to_start, 0, 127, 2, 2, "as a shell says it"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    ProcessResult result = ended(r.outcome, r.status);
    CHECK(run_exit_status(result) == r.exit_status);
    CHECK(run_check_status(result, false) == r.plain);
    CHECK(run_check_status(result, true) == r.plugin);
  }
}

TEST_CASE("the result names what happened first, then the end of the output") {
  ProcessResult r = ended(ProcessResult::exited, 3, "last words\n");
  r.output_dropped = 100;
  CHECK(run_output(r, {"backup", "-v"}) == "backup exited with status 3 after 1.50 s\n[100 earlier bytes omitted]\nlast words\n");
  CHECK(run_output(ended(ProcessResult::failed_to_start, 0, "start x: no such file"), {"x"}) == "cannot start x: no such file\n");
}

TEST_CASE("the result is one the agent's socket takes") {
  Result<Options> o = options_load(
      kRunOptions, {{"--name", "b", "--ttl", "25h", "--handlers", "a,b", "--source", "db1", "--", "x", "--name"}, {}, nullptr});
  REQUIRE(o.ok());
  CHECK(o.value.args == std::vector<std::string>{"x", "--name"});
  std::string json = run_result_json(o.value, ended(ProcessResult::exited, 0, "ok\n"));
  CHECK(
      json ==
      R"({"name":"b","status":0,"output":"x exited with status 0 after 1.50 s\nok\n","ttl":90000,"ttl_status":2,"source":"db1","handlers":["a","b"],"executed":1700000000,"duration":1.5})");
  o = options_load(kRunOptions, {{"--name", "b", "--ttl", "0", "--plugin", "--", "x"}, {}, nullptr});
  json = run_result_json(o.value, ended(ProcessResult::exited, 0, std::string(kOutboxFileMax / 2, '\x01') + "end"));
  CHECK(json.size() <= kOutboxFileMax);
  CHECK(json.find("u0001end") != std::string::npos);
  CHECK(run_result_json(o.value, ended(ProcessResult::exited, 1, "WARN")) ==
        R"({"name":"b","status":1,"output":"WARN","executed":1700000000,"duration":1.5})");
}

TEST_CASE("the outbox keeps its order and does not grow without end") {
  std::string dir = temp_dir("outbox");
  for (int i = 0; i < 12; i++) REQUIRE(outbox_write(dir, std::to_string(i), 1000 - i).ok());
  std::vector<std::string> files = outbox_files(dir);
  REQUIRE(files.size() == 12);
  CHECK(os_read_file(files[0]).value == "11");
  REQUIRE(os_write_file(dir + "/other.json", "{}").ok());
  std::vector<std::string> lost;
  for (size_t i = 0; i < kOutboxFilesMax; i++) REQUIRE(outbox_write(dir, "x", 2000 + int64_t(i), &lost).ok());
  CHECK(lost == files);
  files = outbox_files(dir);
  CHECK(files.size() == kOutboxFilesMax);
  CHECK(os_exists(dir + "/other.json"));
  CHECK(os_remove_tree(dir).ok());
}

#ifndef _WIN32
TEST_CASE(
    "the machine's outbox, made by root where no package did, is everybody's; another one is private, and what is said of it is true") {
  std::string top = temp_dir("outbox"), shared = top + "/lib/outbox", own = top + "/own/outbox";
  REQUIRE(outbox_make(shared, true).ok());
  REQUIRE(outbox_make(own, false).ok());
  auto mode = [](const std::string& path) { return unsigned(std::filesystem::status(path).permissions()); };
  CHECK(mode(shared) == 02773);
  CHECK((mode(top + "/lib") & 0111) == 0111);
  CHECK(mode(own) == 0700);
  CHECK(outbox_waiting_text(shared) == "it is kept in " + shared);
  CHECK(outbox_waiting_text(own).find("it is kept in " + own + " until the next `picket run`") == 0);
  for (const char* remedy : {"chmod 2773 /var/lib/picket/outbox", "--outbox to the directory `outbox` in the agent's state-dir"})
    CHECK(outbox_waiting_text(own).find(remedy) != std::string::npos);
  REQUIRE(outbox_write(shared, "{}", 1).ok());
  CHECK(mode(outbox_files(shared).at(0)) == 0640);
}
#endif
