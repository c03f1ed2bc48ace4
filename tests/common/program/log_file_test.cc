// tests/common/program/log_file_test.cc - log files: their options, their rotation, what is kept.
#include "common/program/log_file.h"

#include <doctest/doctest.h>
#include <uv.h>

#include <iterator>

#include "common/text/log.h"
#include "common/text/size.h"
#include "common/os/os.h"

using namespace picket;

namespace {

const OptionRow kRows[] = {PICKET_LOG_FILE_ROWS("Log")};
const char* const kPrefixes[] = {nullptr};
const OptionTable kTable = {"test", kPrefixes, "", kRows, int(std::size(kRows))};

Result<LogFileOptions> options(std::vector<std::string> argv, const std::string& default_path = "") {
  OptionsInput input;
  input.argv = std::move(argv);
  Result<Options> o = options_load(kTable, input);
  REQUIRE(o.ok());
  return log_file_options(o.value, default_path);
}

struct TempDir {
  std::string path = "picket-log-test-" + os_uuid();
  ~TempDir() { CHECK(os_remove_tree(path).ok()); }
};

}  // namespace

TEST_CASE("sizes as people write them") {
  CHECK(size_parse("1000").value == 1000);
  CHECK(size_parse("128 MB").value == 128'000'000);
  CHECK(size_parse("4GiB").value == int64_t{4} << 30);
  CHECK(size_parse("10kb").value == 10'000);
  for (const char* bad : {"", "MB", "-1", "1 TB", "1.5 MB", "99999999999 GB", "1 M B x"}) {
    CAPTURE(std::string(bad));
    CHECK_FALSE(size_parse(bad).ok());
  }
}

TEST_CASE("log options: sensu-agent's names, and the service's own file") {
  CHECK(options({}).value.path.empty());
  CHECK(options({}, "/service.log").value.path == "/service.log");
  LogFileOptions o =
      options({"--log-file", "/x.log", "--log-max-size", "1 MB", "--log-retention-files", "3", "--log-retention-duration", "1h"},
              "/service.log")
          .value;
  CHECK(o.path == "/x.log");
  CHECK(o.size_max == 1'000'000);
  CHECK(o.keep == 3);
  CHECK(o.age_max_ms == 3'600'000);
  CHECK(options({"--log-max-size", "huge"}).status.message == "--log-max-size: log-max-size: \"huge\" is not a size; expected e.g. 128 MB");
  CHECK(options({"--log-retention-files", "0"}).status.message.find("between 1 and 1000") != std::string::npos);
}

TEST_CASE("old log files go when they are too old, also those of a run before") {
  TempDir dir;
  LogFileOptions o;
  o.path = dir.path + "/agent.log";
  o.age_max_ms = 3'600'000;
  REQUIRE(os_make_dirs(dir.path).ok());
  uv_fs_t call;
  for (const char* name : {"/agent.log", "/agent.log.1", "/agent.log.2"}) REQUIRE(os_write_file(dir.path + name, "x\n").ok());
  double then = static_cast<double>(os_unix_ms()) / 1000 - 7200;
  CHECK(uv_fs_utime(nullptr, &call, (o.path + ".2").c_str(), then, then, nullptr) == 0);
  uv_fs_req_cleanup(&call);
  REQUIRE(log_to_file(o).ok());
  log_warn("test", "line");
  REQUIRE(log_to_file({}).ok());  // and back to standard error, the file is closed
  CHECK(os_list_dir(dir.path).value == std::vector<std::string>{"agent.log", "agent.log.1"});
  CHECK(os_read_file(o.path).value.find("\"msg\":\"line\"") != std::string::npos);
}

TEST_CASE("a rotation that cannot open its file is not for ever, and what was not written is counted") {
  TempDir dir;
  LogFileOptions o;
  o.path = dir.path + "/agent.log";
  o.size_max = 200;
  REQUIRE(log_to_file(o).ok());
  log_warn("test", "first");
  REQUIRE(os_remove_tree(dir.path).ok());  // as good as no file left to open
  log_warn("test", std::string(300, 'x'));
  for (int i = 0; i < 3; i++) log_warn("test", "lost to standard error");
  REQUIRE(os_make_dirs(dir.path).ok());
  uv_sleep(1100);
  log_warn("test", "back");
  REQUIRE(log_to_file({}).ok());
  std::string text = os_read_file(o.path).value + os_read_file(o.path + ".1").value;
  CHECK(text.find("\"msg\":\"back\"") != std::string::npos);
  CHECK(text.find("\"lines\":4,") != std::string::npos);
}
