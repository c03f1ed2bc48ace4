// tests/checks/run/measured_check_win_test.cc - what is measured of a Windows (or of wine, which has no disks at work and few
// services): figures that hang together.
#include <doctest/doctest.h>
#include <uv.h>

#include <algorithm>
#include <cctype>

#include "checks/run/check.h"
#include "checks/os/measure.h"
#include "checks/os/ping.h"
#include "common/os/os.h"

using namespace picket;

namespace {

std::string temporary(const char* name) {
  char dir[1024];
  size_t size = sizeof dir;
  REQUIRE(uv_os_tmpdir(dir, &size) == 0);
  return std::string(dir, size) + "\\picket-" + std::to_string(uv_os_getpid()) + name;
}

CheckOutput run(const std::vector<std::string>& args) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  CheckOutput output;
  check_start(&loop, args, [&](CheckOutput o) { output = std::move(o); });
  uv_run(&loop, UV_RUN_DEFAULT);
  CHECK(uv_loop_close(&loop) == 0);
  return output;
}

}  // namespace

TEST_CASE("processor, memory, uptime") {
  Result<std::vector<CpuTimes>> before = os_cpu_times();
  REQUIRE(before.ok());
  CHECK((before.value.size() == 1 || before.value.size() == size_t(os_cpu_count()) + 1));
  uint64_t end = uv_hrtime() + 50'000'000;
  while (uv_hrtime() < end) {}
  Result<std::vector<CpuTimes>> after = os_cpu_times();
  auto all = [](const CpuTimes& t) { return t.user + t.system + t.idle; };
  CHECK(all(after.value[0]) >= all(before.value[0]));
  Result<MemoryFacts> memory = os_memory();
  REQUIRE(memory.ok());
  CHECK(memory.value.total > 0);
  CHECK(memory.value.available > 0);
  CHECK(memory.value.available <= memory.value.total);
  CHECK(memory.value.swap_free <= memory.value.swap_total);
  CHECK(os_uptime().value.seconds > 0);
  CHECK(os_load().status.code == Err::unavailable);
  CHECK(os_container("").status.code == Err::unavailable);
  CHECK(os_users().ok());
}

TEST_CASE("drives and their space") {
  Result<std::vector<MountFacts>> mounts = os_mounts();
  REQUIRE(mounts.ok());
  auto c = std::find_if(mounts.value.begin(), mounts.value.end(), [](const MountFacts& m) { return m.path == "C:\\"; });
  REQUIRE(c != mounts.value.end());
  CHECK(!c->remote);
  CHECK(!c->type.empty());
  SpaceFacts space = os_space("C:\\").value;
  CHECK(space.total > 0);
  CHECK(space.free <= space.total);
  CHECK(space.available <= space.total);
  CHECK(!os_space("C:\\no such folder").ok());
  CHECK(run({"disk", "-p", "C:\\", "-w", "~:", "-c", "~:"}).status == 0);
  CHECK(os_disk_io().ok());
}

TEST_CASE("files: facts, numbers that stay when they are renamed, bytes in the middle") {
  const std::string path = temporary("-file"), other = temporary("-renamed");
  REQUIRE(os_write_file(path, "one\ntwo\n", 0600).ok());
  FileFacts facts = os_file_facts(path).value;
  CHECK((facts.is_file && !facts.is_dir));
  CHECK(facts.size == 8);
  CHECK(std::abs(facts.age) < 3600);
  CHECK(os_file_facts(path.substr(0, path.rfind('\\'))).value.is_dir);
  CHECK(os_file_facts(path + "-none").status.code == Err::not_found);
  FileId id = os_file_id(path).value;
  CHECK(id.regular);
  CHECK(!os_file_id(path.substr(0, path.rfind('\\'))).value.regular);
  uv_fs_t request;
  REQUIRE(uv_fs_rename(nullptr, &request, path.c_str(), other.c_str(), nullptr) == 0);
  CHECK(os_file_id(other).value.number == id.number);
  CHECK(os_read_range(other, 4, 100).value == "two\n");
  CHECK(os_read_range(other, 4, 2).value == "tw");
  CHECK(os_read_range(other, 100, 2).value.empty());
  CHECK(uv_fs_unlink(nullptr, &request, other.c_str(), nullptr) == 0);
}

TEST_CASE("processes: this one is among them") {
  Result<std::vector<ProcessFacts>> all = os_processes(true);
  REQUIRE(all.ok());
  auto own = std::find_if(all.value.begin(), all.value.end(), [](const ProcessFacts& p) { return p.pid == uv_os_getpid(); });
  REQUIRE(own != all.value.end());
  CHECK(own->name.find("checks_tests") != std::string::npos);
  CHECK(own->resident > 0);
  CHECK(own->threads >= 1);
  CHECK((own->age >= 0 && own->age < 3600));
  CHECK((own->command_line.empty() || own->command_line.find("checks_tests") != std::string::npos));  // wine does not report it
  CHECK(!own->user.empty());
  CHECK(run({"process", "-n", "checks_tests*", "-c", "1:"}).status == 0);
  CHECK(run({"process", "-n", "no such program"}).status == 2);
}

TEST_CASE("services: one that every Windows has, one that none has") {
  ServiceFacts none = os_service("picket-no-such-service").value;
  CHECK(none.state == ServiceFacts::unknown_name);
  Result<ServiceFacts> rpc = os_service("RpcSs");
  REQUIRE(rpc.ok());
  CHECK(rpc.value.state != ServiceFacts::unknown_name);
  CHECK(!rpc.value.detail.empty());
  CHECK(!rpc.value.start_by.empty());
  CHECK(run({"service", "picket-no-such-service"}).status == 2);
}

TEST_CASE("interfaces, names, echo requests") {
  Result<std::vector<InterfaceFacts>> all = os_interfaces();
  REQUIRE(all.ok());
  for (const InterfaceFacts& i : all.value) CHECK(!i.name.empty());
  (void)os_name_servers();
  CHECK(run({"tcp", "-H", "127.0.0.1", "-p", "1", "-t", "5"}).status == 2);
  CheckOutput ping = run({"ping", "-n", "2", "-i", "10ms", "-W", "500ms"});
  CHECK(ping.text.find("received") != std::string::npos);
}
