// tests/common/program/log_file_unix_test.cc - a log file that cannot be opened or written for a while.
#include <doctest/doctest.h>
#include <uv.h>

#include "common/text/log.h"
#include "common/os/os.h"
#include "common/program/log_file.h"

using namespace picket;

namespace {

struct TempDir {
  std::string path = "picket-log-test-" + os_uuid();
  ~TempDir() { CHECK(os_remove_tree(path).ok()); }
};

}  // namespace

TEST_CASE("a log file that cannot be opened for a while is written again when it can, and says what it lacks") {
  TempDir dir;  // which is taken away with the open file in it
  LogFileOptions o;
  o.path = dir.path + "/agent.log";
  o.size_max = 300;
  o.keep = 1;
  REQUIRE(os_make_dirs(dir.path).ok());
  REQUIRE(log_to_file(o).ok());
  log_warn("test", "before");
  REQUIRE(os_rename(dir.path, dir.path + ".away").ok());
  for (int i = 0; i < 5; i++) log_warn("test", "away " + std::to_string(i) + std::string(200, 'x'));  // it is to be turned over
  REQUIRE(os_rename(dir.path + ".away", dir.path).ok());
  for (int i = 0; i < 40 && os_read_file(o.path).value.find("back again") == std::string::npos; i++) {
    uv_sleep(50);
    log_warn("test", "back again");
  }
  REQUIRE(log_to_file({}).ok());
  std::string all = os_read_file(o.path + ".1").value + os_read_file(o.path).value;
  CHECK(all.find("\"msg\":\"back again\"") != std::string::npos);
  CHECK(all.find("lines missing here") != std::string::npos);
}
