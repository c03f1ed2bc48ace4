// checks/check_host.cc - the checks cpu, load, memory, swap, uptime and users: rows, measuring, judge.
#include "checks/judge.h"
#include "checks/os_measure.h"
#include "checks/rows.h"
#include "checks/worker.h"

namespace picket {
namespace {

// ---- cpu ----

const OptionRow kCpuRows[] = {
    {"warning", nullptr, 'w', kText, "90", "RANGE", "Percent of processor time.", kJudged},
    {"critical", nullptr, 'c', kText, "98", "RANGE", "Percent of processor time.", kJudged},
    {"metric", nullptr, 'm', kText, "usage", "NAME", "usage, user, system, iowait or steal.", kJudged},
    {"per-core", nullptr, 0, kBoolean, "false", "", "Judge every core instead of the whole.", kJudged},
    {"interval", nullptr, 'i', kDuration, "1", "SPAN", "How long to look.", kHow},
};

Result<Report> measure_cpu(const Options& options) {
  CpuRules rules;
  Result<Limits> limits = limits_from(options);
  if (!limits.ok()) return limits.status;
  rules.limits = limits.value;
  rules.metric = options.text("metric");
  rules.per_core = options.boolean("per-core");
  bool known = false;
  for (const char* name : {"usage", "user", "system", "iowait", "steal"}) known |= rules.metric == name;
  if (!known) return fail(Err::invalid, "--metric \"" + rules.metric + "\": write usage, user, system, iowait or steal");
  int64_t interval = options.duration_ms("interval");
  if (interval < 10 || interval > 60'000) return fail(Err::invalid, "--interval: between 10ms and 60s");
  Result<std::vector<CpuTimes>> before = os_cpu_times();
  if (!before.ok()) return before.status;
  uv_sleep(unsigned(interval));
  Result<std::vector<CpuTimes>> after = os_cpu_times();
  return after.ok() ? Result<Report>(judge_cpu(before.value, after.value, rules)) : after.status;
}

// ---- load ----

const OptionRow kLoadRows[] = {
    {"warning", nullptr, 'w', kText, "", "R1,R5,R15", "Ranges for 1, 5 and 15 minutes; one alone is for all three.", kJudged},
    {"critical", nullptr, 'c', kText, "", "R1,R5,R15", "Likewise.", kJudged},
    {"per-cpu", nullptr, 'r', kBoolean, "false", "", "Divide by the number of processors.", kJudged},
};

Result<Report> measure_load(const Options& options) {
  Result<std::vector<Limits>> limits = limits_list_parse(options.text("warning"), options.text("critical"), 3);
  if (!limits.ok()) return limits.status;
  Result<LoadFacts> load = os_load();
  return load.ok() ? Result<Report>(judge_load(load.value, limits.value, options.boolean("per-cpu"))) : load.status;
}

// ---- memory, swap ----

const OptionRow kMemoryRows[] = {
    {"warning", nullptr, 'w', kText, "90", "RANGE", "Percent used; what can be freed counts as free.", kJudged},
    {"critical", nullptr, 'c', kText, "95", "RANGE", "Likewise.", kJudged},
    {"free", nullptr, 0, kBoolean, "false", "", "The ranges are of what is available: -w 10: -c 5:", kJudged},
};

// The defaults are of what is used: turned around when what is free is judged.
Result<Limits> percent_limits(const Options& options, bool free) {
  Result<Limits> limits = limits_from(options);
  if (!limits.ok() || !free) return limits;
  for (auto [name, range] : {std::pair{"warning", &limits.value.warning}, {"critical", &limits.value.critical}})
    if (options.is_default(name) && *range) *range = Range{100 - (*range)->high, INFINITY, false};
  return limits;
}

Result<Report> measure_memory(const Options& options) {
  bool free = options.boolean("free");
  Result<Limits> limits = percent_limits(options, free);
  if (!limits.ok()) return limits.status;
  Result<MemoryFacts> memory = os_memory();
  return memory.ok() ? Result<Report>(judge_memory(memory.value, limits.value, free)) : memory.status;
}

const OptionRow kSwapRows[] = {
    {"warning", nullptr, 'w', kText, "80", "RANGE", "Percent used.", kJudged},
    {"critical", nullptr, 'c', kText, "95", "RANGE", "Percent used.", kJudged},
    {"free", nullptr, 0, kBoolean, "false", "", "The ranges are of what is free: -w 20: -c 5:", kJudged},
    {"no-swap", nullptr, 'n', kText, "ok", "STATE", "What it means that there is none.", kJudged},
};

Result<Report> measure_swap(const Options& options) {
  SwapRules rules;
  rules.free = options.boolean("free");
  Result<Limits> limits = percent_limits(options, rules.free);
  if (!limits.ok()) return limits.status;
  Result<CheckState> without = state_from(options, "no-swap");
  if (!without.ok()) return without.status;
  rules.limits = limits.value;
  rules.without = without.value;
  Result<MemoryFacts> memory = os_memory();
  return memory.ok() ? Result<Report>(judge_swap(memory.value, rules)) : memory.status;
}

// ---- uptime, users ----

const OptionRow kUptimeRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Seconds since the start; 600: tells of a reboot for ten minutes.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"reboot-required", nullptr, 'r', kText, "warning", "STATE", "What it means that an update waits for a reboot.", kJudged},
};

Result<Report> measure_uptime(const Options& options) {
  Result<Limits> limits = limits_from(options);
  if (!limits.ok()) return limits.status;
  Result<CheckState> reboot = state_from(options, "reboot-required");
  if (!reboot.ok()) return reboot.status;
  Result<UptimeFacts> facts = os_uptime();
  return facts.ok() ? Result<Report>(judge_uptime(facts.value, {limits.value, reboot.value})) : facts.status;
}

const OptionRow kUsersRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Number of sessions.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Number of sessions.", kJudged},
};

Result<Report> measure_users(const Options& options) {
  Result<Limits> limits = limits_from(options);
  if (!limits.ok()) return limits.status;
  Result<std::vector<UserFacts>> users = os_users();
  return users.ok() ? Result<Report>(judge_users(users.value, limits.value)) : users.status;
}

}  // namespace

extern const CheckRow kCheckCpu = {
    "cpu", "Processor time, over a second or longer.", "Usage is all that is neither idle nor waiting for disks. Steal is what other virtual machines took.",
    "picket check cpu -w 80 -c 95 -i 5s  # five seconds\n"
    "picket check cpu -m iowait -w 20 -c 50  # are the disks too slow?\n"
    "picket check cpu --per-core -c 99  # one thread that spins",
    kCpuRows, count_of(kCpuRows), measure_cpu, nullptr, CheckState::unknown};
extern const CheckRow kCheckLoad = {
    "load", "Load average of 1, 5 and 15 minutes.", "",
    "picket check load -w 15,10,5 -c 30,25,20\npicket check load -r -w 2 -c 4  # per processor, whatever their number",
    kLoadRows, count_of(kLoadRows), measure_load, nullptr, CheckState::unknown};
extern const CheckRow kCheckMemory = {
    "memory", "Memory in use.", "Caches that the system gives back count as available.",
    "picket check memory -w 80 -c 90\npicket check memory --free -w 20: -c 10:  # the same, the other way round",
    kMemoryRows, count_of(kMemoryRows), measure_memory, nullptr, CheckState::unknown};
extern const CheckRow kCheckSwap = {
    "swap", "Swap space in use.", "", "picket check swap -w 50 -c 80\npicket check swap --no-swap critical  # this host must have some",
    kSwapRows, count_of(kSwapRows), measure_swap, nullptr, CheckState::unknown};
extern const CheckRow kCheckUptime = {
    "uptime", "Time since the start, and whether an update waits for a reboot.", "",
    "picket check uptime -w 600:  # tell of reboots\npicket check uptime --reboot-required critical",
    kUptimeRows, count_of(kUptimeRows), measure_uptime, nullptr, CheckState::unknown};
extern const CheckRow kCheckUsers = {
    "users", "Users that are logged in.", "", "picket check users -w 5 -c 10\npicket check users -w 0 -v  # nobody should be, and who is",
    kUsersRows, count_of(kUsersRows), measure_users, nullptr, CheckState::unknown};

}  // namespace picket
