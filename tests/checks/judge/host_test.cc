// tests/checks/judge/host_test.cc - figures of a host and what is said of them.
#include <doctest/doctest.h>

#include "checks/judge/judge.h"
#include "checks/facts/proc_text.h"

using namespace picket;

static std::string line_of(const char* check, const Report& report) { return report_print(check, report, {}); }
static Limits limits(const char* warning, const char* critical) { return limits_parse(warning, critical).value; }

TEST_CASE("cpu: shares of the time between two looks; guests and the whole are not counted twice") {
  auto before = proc_stat_read("cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 50 0 50 350 50 0 0 0\ncpu1 50 0 50 350 50 0 0 0\nintr 5\n", 100);
  auto after = proc_stat_read("cpu  140 0 120 730 100 0 0 10 90 0\ncpu0 90 0 60 350 50 0 0 0\ncpu1 50 0 60 380 50 0 0 10\nintr 5\n", 100);
  REQUIRE(before.size() == 3);
  CpuRules rules{limits("60", "90"), "usage", false};
  CHECK(
      line_of("cpu", judge_cpu(before, after, rules)) ==
      "CPU WARNING: 70.0 % used (user 40.0, system 20.0, iowait 0.0, steal 10.0) | usage=70%;60;90;0;100 user=40%;;;0;100 system=20%;;;0;100 "
      "iowait=0%;;;0;100 steal=10%;;;0;100\n");
  rules.per_core = true;
  Report r = judge_cpu(before, after, rules);
  CHECK(r.state == CheckState::critical);
  CHECK(r.summary.find("core 0 usage 100.0 %") != std::string::npos);
  CHECK(r.summary.find("core 1") == std::string::npos);
  rules = {limits("", "5"), "steal", false};
  CHECK(judge_cpu(before, after, rules).state == CheckState::critical);
  CHECK(judge_cpu(after, after, rules).state == CheckState::ok);  // no time has passed
  CHECK(judge_cpu({}, after, rules).state == CheckState::unknown);
}

TEST_CASE("load: as check_load, per processor if wanted") {
  LoadFacts load = proc_loadavg_read("4.00 2.00 1.00 1/123 4567\n");
  load.cpus = 4;
  auto three = limits_list_parse("4,2,1", "8,6,4", 3).value;
  CHECK(judge_load(load, three, false).state == CheckState::ok);
  three = limits_list_parse("3.9,2,1", "8", 3).value;
  CHECK(judge_load(load, three, false).state == CheckState::warning);
  CHECK(judge_load(load, three, true).state == CheckState::ok);
  CHECK(line_of("load", judge_load(load, three, true)) ==
        "LOAD OK: load average 1.00, 0.50, 0.25 per processor (4) | load1=1;3.9;8;0 load5=0.5;2;8;0 load15=0.25;1;8;0\n");
}

TEST_CASE("memory and swap") {
  MemoryFacts m = proc_meminfo_read(
      "MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 250 kB\nCached: 90 kB\nSReclaimable: 10 kB\nSwapTotal: 200 kB\nSwapFree: 50 kB\n");
  CHECK(m.total == 1024'000);
  CHECK(m.cached == 102'400);
  CHECK(judge_memory(m, limits("70", "80"), false).state == CheckState::warning);
  CHECK(judge_memory(m, limits("30:", "20:"), true).state == CheckState::warning);
  CHECK(judge_swap(m, {limits("50", "75"), false, CheckState::ok}).state == CheckState::warning);
  CHECK(judge_swap(m, {limits("50:", "26:"), true, CheckState::ok}).state == CheckState::critical);
  MemoryFacts old = proc_meminfo_read("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 100 kB\n");
  CHECK(old.available == 256'000);
  CHECK(judge_swap(old, {limits("50", "75"), false, CheckState::critical}).state == CheckState::critical);
}

TEST_CASE("uptime shows a reboot, users are counted") {
  UptimeFacts up{500, true, "linux-image"};
  CHECK(line_of("uptime", judge_uptime(up, {limits("", "600:"), CheckState::warning})) ==
        "UPTIME CRITICAL: up 8 min 20 s, reboot required (linux-image) | uptime=500s;;600:;0 reboot_required=1\n");
  CHECK(judge_uptime(up, {{}, CheckState::ok}).state == CheckState::ok);
  CHECK(line_of("users", judge_users({{"ann", "tty1"}}, limits("0", "5"))) == "USERS WARNING: 1 user logged in | users=1;0;5;0\n");
}

// ---- disks ----

static const char* const kMountinfo =
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n"
    "23 22 0:20 / /proc rw - proc proc rw\n"
    "24 22 8:2 / /my\\040data rw - xfs /dev/sda2 ro,seclabel\n"
    "25 22 8:1 /home /srv/bind rw - ext4 /dev/sda1 rw\n"
    "26 22 0:40 / /mnt/nfs rw - nfs4 server:/export rw\n"
    "27 22 0:41 / /run rw - tmpfs tmpfs rw\n"
    "28 22 8:3 / /boot ro - vfat /dev/sda3 ro\n"
    "29 22 8:4 / /over rw - ext4 /dev/sda4 rw\n"
    "30 22 8:5 / /over rw - ext4 /dev/sda5 rw\n"
    "a line that is none\n";

static std::string chosen(const DiskRules& rules) {
  std::string text;
  auto mounts = disk_select(proc_mountinfo_read(kMountinfo), rules);
  if (!mounts.ok()) return mounts.status.message;
  for (const MountFacts& m : mounts.value) text += (text.empty() ? "" : " ") + m.path;
  return text;
}

TEST_CASE("disk: which file systems are looked at") {
  CHECK(chosen({}) == "/ /my data /boot /over");
  DiskRules r;
  r.remote = true;
  CHECK(chosen(r) == "/ /my data /mnt/nfs /boot /over");
  r = {};
  r.all = true;
  CHECK(chosen(r) == "/ /proc /my data /mnt/nfs /run /boot /over");
  r = {};
  r.without_paths = {"/my*"}, r.without_types = {"vfat"};
  CHECK(chosen(r) == "/ /over");
  r = {};
  r.types = {"tmpfs", "xfs"};
  CHECK(chosen(r) == "/my data /run");
  r = {};
  r.paths = {"/var/lib", "/my data/x", "/overmuch"};
  CHECK(chosen(r) == "/var/lib /my data/x /overmuch");
}

TEST_CASE("disk: space as df counts, inodes, read-only") {
  auto mounts = proc_mountinfo_read(kMountinfo);
  REQUIRE(mounts.size() == 8);
  SpaceFacts space{1000, 200, 100, 100, 4};
  DiskRules rules;
  rules.space = limits("80", "90");
  CHECK(
      line_of("disk", judge_disk({{mounts[0], space, {}}}, rules)) ==
      "DISK WARNING: / 88.9 % of the space used | /_used_percent=88.888889%;80;90;0;100 /_used=800B;;;0;1000 /_inodes_used_percent=96%;;;0;100\n");
  rules.inodes = limits("90", "95");
  CHECK(judge_disk({{mounts[0], space, {}}}, rules).summary == "/ 88.9 % of the space used and 96.0 % of the inodes used");
  rules.free = true;
  rules.space = limits("20:", "10:"), rules.inodes = {};
  CHECK(judge_disk({{mounts[0], space, {}}}, rules).state == CheckState::warning);
  DiskRules none;
  Report turned = judge_disk({{mounts[2], {100, 100, 100, 0, 0}, {}}}, none);
  CHECK(turned.state == CheckState::critical);
  CHECK(turned.summary == "/my data remounted read-only by the kernel");
  CHECK(turned.perf.size() == 2);  // no inodes there
  none.writable = {"/b*"};
  CHECK(judge_disk({{mounts[5], {100, 100, 100, 0, 0}, {}}}, none).summary.find("read-only") == std::string::npos);
  CHECK(judge_disk({{mounts[6], {100, 100, 100, 0, 0}, {}}}, none).state == CheckState::critical);
  CHECK(judge_disk({{mounts[0], {}, fail(Err::io, "/: gone")}, {mounts[6], space, {}}}, none).state == CheckState::critical);
  CHECK(judge_disk({}, none).state == CheckState::unknown);
}

// ---- processes ----

TEST_CASE("processes: names with blanks and parentheses, long names, by command line") {
  ProcessFacts p;
  std::string stat = "42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 3 0 1000 8192 10 18446744073709551615 1 1 0";
  REQUIRE(proc_pid_stat_read(stat, 100, 4096, 100, &p));
  CHECK(p.pid == 42);
  CHECK(p.name == "a) b (c");
  CHECK(p.state == 'S');
  CHECK(p.cpu_seconds == doctest::Approx(2));
  CHECK(p.threads == 3);
  CHECK(p.age == doctest::Approx(90));
  CHECK(p.resident == 40960);
  for (size_t i = 0; i < stat.size(); i++) {  // cut short anywhere: refused, or what is there
    ProcessFacts cut;
    proc_pid_stat_read(stat.substr(0, i), 100, 4096, 100, &cut);
  }
  CHECK(proc_cmdline_read(std::string("a\0b c\0\0", 7)) == "a b c");

  ProcessFacts worker{50, 1, "kafka-server-st", "/opt/kafka-server-start.sh -x", "kafka", 'R', 5000, 0, 30, 4, 1};
  ProcessRules rules;
  rules.name = "kafka-server-start.sh";
  CHECK(process_wanted(worker, rules));
  rules.user = "root";
  CHECK(!process_wanted(worker, rules));
  rules = {};
  rules.by_command = true, rules.command_text = "-x$", rules.command = pattern_parse("-x$").value;
  rules.count = limits("", "2:");
  Report r = judge_process({p, worker}, rules);
  CHECK(r.state == CheckState::critical);
  CHECK(r.summary.substr(0, 47) == "1 process with a command line matching -x$, 4.9");
  rules.without = {50};
  CHECK(judge_process({p, worker}, rules).summary == "0 processes with a command line matching -x$");
  rules.without = {}, rules.count = {}, rules.age = limits("60:", ""), rules.memory = limits("", "4000");
  CHECK(judge_process({worker}, rules).state == CheckState::critical);
}

TEST_CASE("processes: the asking one is not counted, neither the shell around it, but the agent above is") {
  auto process = [](int64_t pid, int64_t parent, const char* line) {
    ProcessFacts p;
    p.pid = pid, p.parent = parent, p.command_line = line;
    return p;
  };
  std::vector<ProcessFacts> all = {process(1, 0, "init"), process(10, 1, "picket agent start"),
                                   process(20, 10, "sh -c picket check process -a java | cat"),
                                   process(30, 20, "picket check process -a java"), process(40, 1, "picket check process -a java")};
  CHECK(process_askers(all, 30) == std::vector<int64_t>{30, 20});
  CHECK(process_askers(all, 10).empty());
  CHECK(process_askers(all, 99).empty());
}

TEST_CASE("files: age, size, number, what is missing") {
  FileLook there{{"/f", false, true, 100, 50}, {}};
  FileLook gone{{"/g", false, false, 0, 0}, fail(Err::not_found, "/g: No such file or directory")};
  FileRules rules;
  rules.age = limits("40", "60");
  CHECK(judge_file({there}, rules).state == CheckState::warning);
  rules = {};
  rules.size = limits("", "200:");
  CHECK(judge_file({there}, rules).summary == "/f has 100 B");
  CHECK(judge_file({gone}, rules).state == CheckState::critical);
  rules.missing = CheckState::ok;
  CHECK(judge_file({gone}, rules).summary == "/g: No such file or directory");
  rules = {};
  rules.counts = true, rules.count = limits("", "2:");
  CHECK(judge_file({there}, rules).state == CheckState::critical);
  CHECK(judge_file({there, there}, rules).state == CheckState::ok);
  CHECK(judge_file({}, rules).summary == "0 files");
  rules = {};
  rules.contains = "x";
  CHECK(judge_file({there}, rules).summary == "/f does not contain x");
}
