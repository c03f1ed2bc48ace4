// tests/common/os/os_win_test.cc - files, names and environment on Windows.
#include "common/os/os_win.h"

#include <doctest/doctest.h>

#include <set>

#include "common/text/log.h"
#include "common/os/os.h"
#include "common/program/log_file.h"
#include "common/basic/system_names.h"

using namespace picket;

namespace {

// With a character that no Western code page of the ANSI kind has.
struct TempDir {
  std::string path = "picket-os-test-\xce\xa9-" + std::to_string(GetCurrentProcessId());
  TempDir() { CHECK(os_make_dirs(path).ok()); }
  ~TempDir() { CHECK(os_remove_tree(path).ok()); }
};

int files_in(const std::string& path) { return static_cast<int>(os_list_dir(path).value.size()); }

}  // namespace

TEST_CASE("a file is written whole, replaces another, and leaves no temporary one") {
  TempDir dir;
  std::string path = dir.path + "\\a";
  CHECK(os_write_file(path, "one").ok());
  CHECK(os_write_file(path, "two\n", 0600).ok());
  CHECK(os_read_file(path).value == "two\n");
  CHECK(files_in(dir.path) == 1);
  CHECK_FALSE(os_write_file(dir.path + "\\no\\such\\dir", "x").ok());
  CHECK_FALSE(os_write_file(dir.path, "x").ok());  // a directory is in the way
  CHECK(files_in(dir.path) == 1);
}

TEST_CASE("names are UTF-8 on our side, with slashes of both kinds") {
  TempDir dir;
  CHECK(os_make_dirs(dir.path + "/\xc3\xbc/\xe6\x97\xa5").ok());
  CHECK(os_list_dir(dir.path).value == std::vector<std::string>{"\xc3\xbc"});
  CHECK(os_is_dir(dir.path + "\\\xc3\xbc\\\xe6\x97\xa5"));
  FILE* file = os_open(dir.path + "/\xce\xb1", "wb");
  REQUIRE(file);
  fputs("text", file);
  fclose(file);
  CHECK(os_rename(dir.path + "/\xce\xb1", dir.path + "/\xce\xb2").ok());
  CHECK(os_read_file(dir.path + "/\xce\xb2").value == "text");
}

TEST_CASE("reading says what is wrong") {
  TempDir dir;
  Result<std::string> missing = os_read_file(dir.path + "\\none");
  CHECK(missing.status.code == Err::not_found);
  CHECK(missing.status.message.find("read " + dir.path + "\\none: ") == 0);
  CHECK(missing.status.message.size() > dir.path.size() + 15);
  CHECK(os_write_file(dir.path + "\\big", std::string(101, 'x')).ok());
  CHECK(os_read_file(dir.path + "\\big", 100).status.code == Err::too_large);
  CHECK(os_read_file(dir.path + "\\big", 101).ok());
}

TEST_CASE("directories: made with parents, listed in order, removed with what is in them") {
  TempDir dir;
  CHECK(os_make_dirs(dir.path + "/a/b/c").ok());
  CHECK(os_make_dirs(dir.path + "/a/b/c/").ok());
  CHECK(os_write_file(dir.path + "/a/z", "").ok());
  CHECK(SetFileAttributesW(os_wide(dir.path + "/a/z").c_str(), FILE_ATTRIBUTE_READONLY));
  CHECK(os_list_dir(dir.path + "/a").value == std::vector<std::string>{"b", "z"});
  CHECK_FALSE(os_make_dirs(dir.path + "/a/z/d").ok());
  CHECK(os_remove_tree(dir.path + "/a").ok());
  CHECK(os_remove_tree(dir.path + "/a").ok());  // gone is gone
  CHECK_FALSE(os_exists(dir.path + "/a"));
}

TEST_CASE("a replaced file that somebody else has open for reading") {
  TempDir dir;
  std::string path = dir.path + "\\a";
  REQUIRE(os_write_file(path, "one").ok());
  HANDLE reader = CreateFileW(os_wide(path).c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                              OPEN_EXISTING, 0, nullptr);
  REQUIRE(reader != INVALID_HANDLE_VALUE);
  CHECK(os_read_file(path).value == "one");
  CloseHandle(reader);
}

TEST_CASE("facts of this system") {
  System s = os_system_facts();
  CHECK(s.os == "windows");
  CHECK_FALSE(s.hostname.empty());
  CHECK(s.platform.find("Microsoft") == 0);
  CHECK(s.platform_version.find(" Build ") != std::string::npos);
  CHECK(s.platform_family == (s.platform.find("Server") == std::string::npos ? "Standalone Workstation" : s.platform_family));
  CHECK(s.arch == "amd64");
  bool loopback = false;
  for (const NetworkInterface& i : s.interfaces) {
    CHECK_FALSE(i.name.empty());
    for (const std::string& a : i.addresses) loopback |= a == "127.0.0.1/8";
  }
  CHECK(loopback);
  CHECK(os_resident_kb() > 100);
  CHECK(os_mono_ms() > 0);
  CHECK(os_unix_ms() > 1'700'000'000'000);
  std::set<std::string> ids;
  for (int i = 0; i < 100; i++) ids.insert(os_uuid());
  CHECK(ids.size() == 100);
}

TEST_CASE("variables are known by their names in capitals, values are UTF-8") {
  SetEnvironmentVariableW(L"Picket_Test", L"\x3b1\x20ac");
  int found = 0;
  for (const auto& [name, value] : os_environment())
    if (name == "PICKET_TEST") found += value == "\xce\xb1\xe2\x82\xac";
  CHECK(found == 1);
  CHECK(environment_name("Path") == "PATH");
}

TEST_CASE("places") {
  CHECK(os_default_dir("state").find("\\picket\\state") != std::string::npos);
  CHECK(os_config_path("/etc/picket/agent.yml") == os_default_dir("config") + "\\agent.yml");
  CHECK(os_config_path("/etc/sensu/agent.yml").find("\\sensu\\config\\agent.yml") != std::string::npos);
  CHECK(os_config_path("/usr/local/etc/sensu/agent.yml").empty());
}

TEST_CASE("a log file is rotated when it is full, and a limited number of old ones stay") {
  TempDir dir;
  LogFileOptions o;
  o.path = dir.path + "\\log\\agent.log";
  o.size_max = 1000;
  o.keep = 2;
  REQUIRE(log_to_file(o).ok());
  for (int i = 0; i < 100; i++) log_warn("test", "line", {{"number", i}});
  log_set_sink({});
  CHECK(os_list_dir(dir.path + "\\log").value == std::vector<std::string>{"agent.log", "agent.log.1", "agent.log.2"});
  std::string last = os_read_file(o.path).value;
  CHECK(last.find("\"number\":99") != std::string::npos);
  CHECK(last.size() <= 1000);
}
