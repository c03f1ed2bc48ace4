// tests/checks/judge/system_test.cc - disks, interfaces, services and logs, and what is said of them.
#include <doctest/doctest.h>

#include "checks/judge/system.h"
#include "checks/protocol/systemd_unit.h"
#include "checks/facts/proc_text.h"

using namespace picket;

static Limits limits(const char* warning, const char* critical) { return limits_parse(warning, critical).value; }

TEST_CASE("disks at work: rates between two looks") {
  auto before = proc_diskstats_read("8 0 sda 100 0 2000 50 100 0 4000 50 0 1000 100 0 0 0 0\n8 16 sdb 0 0 0 0 0 0 0 0 0 0 0\nshort line\n");
  auto after = proc_diskstats_read("8 0 sda 150 0 4000 150 150 0 8000 250 0 2500 300 0 0 0 0\n8 16 sdb 0 0 0 0 0 0 0 0 0 0 0\n");
  REQUIRE(before.size() == 2);
  Report r = judge_disk_io(before, after, 2, {{}, limits("70", ""), limits("", "2")});
  CHECK(r.state == CheckState::critical);
  CHECK(r.summary == "sda is busy 75.0 % of the time, sda takes 3.0 ms per request");
  CHECK(r.perf[2].value == 512'000);  // bytes read a second
  CHECK(judge_disk_io(before, after, 2, {{"sdb"}, limits("70", ""), {}}).state == CheckState::ok);
  CHECK(judge_disk_io(before, after, 2, {{"none"}, {}, {}}).state == CheckState::unknown);
}

TEST_CASE("interfaces: load, errors, down, not there") {
  auto facts = proc_netdev_read(
      "Inter-|   Receive\n face |bytes\n  eth0: 1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0\nveth1: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n    lo:1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
  REQUIRE(facts.size() == 3);
  for (InterfaceFacts& f : facts) f.up = f.carrier = true, f.loopback = f.name == "lo";
  auto after = facts;
  after[0].in_bytes += 1e6, after[0].in_errors += 4, after[0].speed_bits = 8e6;
  Report r = judge_interfaces(facts, after, 2, {{}, limits("40", "90"), limits("1", ""), CheckState::critical});
  CHECK(r.state == CheckState::warning);
  CHECK(r.summary == "eth0 at 50.0 % of link speed, eth0 has 2.0 errors per second");
  CHECK(r.details.size() == 1);  // neither loopback nor a container's
  after[0].carrier = false;
  CHECK(judge_interfaces(facts, after, 2, {{"eth0"}, {}, {}, CheckState::warning}).summary == "eth0 has no carrier");
  CHECK(judge_interfaces(facts, after, 2, {{"wlan*"}, {}, {}, CheckState::critical}).state == CheckState::critical);
}

static ServiceFacts facts_of(std::map<std::string, std::string> values) {
  SystemdTalk talk;
  talk.values = std::move(values);
  Result<ServiceFacts> facts = systemd_facts(talk, 100);
  REQUIRE(facts.ok());
  return facts.value;
}

TEST_CASE("services as systemd reports them") {
  ServiceFacts up = facts_of({{"LoadState", "loaded"},
                              {"ActiveState", "active"},
                              {"SubState", "running"},
                              {"UnitFileState", "enabled"},
                              {"StateChangeTimestampMonotonic", "40000000"},
                              {"MainPID", "7"},
                              {"NRestarts", "4"},
                              {"MemoryCurrent", "18446744073709551615"}});
  CHECK(up.state == ServiceFacts::running);
  CHECK(up.since == doctest::Approx(60));
  CHECK(std::isnan(up.memory));
  ServiceFacts none = facts_of({{"LoadState", "not-found"}, {"ActiveState", "inactive"}});
  ServiceFacts failed = facts_of({{"LoadState", "loaded"}, {"ActiveState", "failed"}, {"SubState", "failed"}});
  CHECK(judge_services({{"a", up, {}}}, {}).summary == "a active (running), enabled");
  CHECK(judge_services({{"a", up, {}}}, {limits("3", ""), limits("", "90:"), {}, false, CheckState::critical}).summary ==
        "a is in this state for 1 min 0 s, a was restarted 4 times");
  const Report uncounted = judge_services({{"a", up, {}}}, {{}, {}, limits("1", ""), false, CheckState::critical});
  CHECK(uncounted.state == CheckState::unknown);
  CHECK(uncounted.summary == "a is running, but its memory is not measured (set MemoryAccounting= in its unit)");
  CHECK(judge_services({{"a", none, {}}}, {}).summary == "a is not installed");
  CHECK(judge_services({{"a", failed, {}}, {"b", up, {}}}, {}).summary == "a is failed (failed)");
  ServiceRules stopped;
  stopped.stopped_wanted = true;
  CHECK(judge_services({{"a", up, {}}}, stopped).state == CheckState::critical);
  CHECK(judge_services({{"a", none, {}}}, stopped).state == CheckState::ok);
  CHECK(judge_services({{"a", {}, fail(Err::unavailable, "no")}}, {}).state == CheckState::unknown);
}

TEST_CASE("logs: whole lines, counted and shown") {
  LogRules rules{pattern_parse("ERR").value, pattern_parse("known").value, true, limits("", "1")};
  LogScan scan;
  CHECK(log_scan("a\nERR 1\nERR known\nERR not whole", rules, &scan) == 18);
  CHECK(scan.lines == 3);
  CHECK(scan.matches == 1);
  CHECK(judge_log("x", scan, rules, "").state == CheckState::ok);
  log_scan("ERR 2\n", rules, &scan);
  Report r = judge_log("x", scan, rules, "rotated");
  CHECK(r.state == CheckState::critical);
  CHECK(report_print("log", r, {}) ==
        "LOG CRITICAL: 2 of 4 new lines of x match, rotated: ERR 1\nERR 1\nERR 2 | matches=2;;1;0 lines=4;;;0\n");
}

TEST_CASE("containers against their limits") {
  ContainerFacts before, after;
  before.memory_limit = after.memory_limit = 1000, after.memory = 850;
  after.cpu_limit = 0.5, after.cpu_seconds = 0.9, after.periods = 10, after.throttled_periods = 5;
  Report r = judge_container(before, after, 2, {limits("80", "95"), limits("", "80"), limits("60", ""), {}, {}});
  CHECK(r.state == CheckState::critical);
  CHECK(r.summary == "memory 85.0 %, processor 90.0 %");
  CHECK(judge_container({}, {}, 1, {}).summary == "no limits; 0 B of memory in use");
  after.oom_kills = 1;
  CHECK(judge_container(before, after, 2, {}).state == CheckState::critical);
  CHECK(pressure_read("some avg10=1.50 avg60=0.00\nfull avg10=9.9\n") == doctest::Approx(1.5));
  CHECK(std::isnan(pressure_read("")));
}

TEST_CASE("numbers of /proc that no int holds are no numbers") {
  ProcessFacts p;
  const std::string rest = " (x) S 1 42 42 0 -1 4194560 100 0 0 0 7 3 0 0 20 0 8777777777777777 0 900 1000000 250 1";
  CHECK(proc_pid_stat_read("7" + rest, 100, 4096, 1, &p));
  CHECK(p.pid == 7);
  CHECK(p.threads == INT32_MAX);
  CHECK(proc_pid_stat_read("1e300" + rest, 100, 4096, 1, &p));
  CHECK(p.pid == 0);
}

TEST_CASE("which of two kernels is the newer one") {
  struct Row { const char *newer, *older; };
  for (const Row& r : {Row{"6.1.0-30-amd64", "6.1.0-9-amd64"},
                       {"6.10.0", "6.9.12"},
                       {"5.14.0-427.13.1.el9_4.x86_64", "5.14.0-427.el9.x86_64"},
                       {"6.1.0-30-amd64", "5.10.0-99-amd64"},
                       {"6.1.1", "6.1"}}) {
    CAPTURE(r.newer);
    CHECK(release_newer(r.newer, r.older));
    CHECK(!release_newer(r.older, r.newer));
    CHECK(!release_newer(r.newer, r.newer));
  }
}
