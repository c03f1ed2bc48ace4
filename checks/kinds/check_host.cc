// checks/kinds/check_host.cc - the checks cpu, load, memory, swap, uptime and users: rows, measuring, judge.
#include "checks/judge/judge.h"
#include "checks/run/measured_check.h"
#include "checks/os/measure.h"

namespace picket {
namespace {

// ---- cpu ----

const OptionRow kCpuRows[] = {
    {"warning", nullptr, 'w', kText, "90", "RANGE", "CPU usage in percent.", kJudged},
    {"critical", nullptr, 'c', kText, "98", "RANGE", "CPU usage in percent.", kJudged},
    {"metric", nullptr, 'm', kText, "usage", "NAME", "Metric to check: usage, user, system, iowait or steal.", kJudged},
    {"per-core", nullptr, 0, kBoolean, "false", "", "Check each core instead of the total.", kJudged},
    {"interval", nullptr, 'i', kDuration, "1", "SPAN", "Measuring interval.", kHow},
};

Result<Report> measure_cpu(const Options& options) {
  CpuRules rules;
  if (Status s = limits_into(options, {{"", &rules.limits}}); !s.ok()) return s;
  rules.metric = options.text("metric");
  rules.per_core = options.boolean("per-core");
  bool known = false;
  for (const char* name : {"usage", "user", "system", "iowait", "steal"}) known |= rules.metric == name;
  if (!known) return fail(Err::invalid, "--metric \"" + rules.metric + "\": expected usage, user, system, iowait or steal");
  return judged(look_twice(options, os_cpu_times), [&](const auto& looks) { return judge_cpu(looks.before, looks.after, rules); });
}

// ---- load ----

const OptionRow kLoadRows[] = {
    {"warning", nullptr, 'w', kText, "", "R1,R5,R15", "Ranges for 1, 5 and 15 minutes; a single one applies to all three.", kJudged},
    {"critical", nullptr, 'c', kText, "", "R1,R5,R15", "Likewise.", kJudged},
    {"per-cpu", nullptr, 'r', kBoolean, "false", "", "Divide the load by the number of processors.", kJudged},
};

Result<Report> measure_load(const Options& options) {
  Result<std::vector<Limits>> limits = limits_list_parse(options.text("warning"), options.text("critical"), 3);
  if (!limits.ok()) return limits.status;
  return judged(os_load(), [&](const LoadFacts& load) { return judge_load(load, limits.value, options.boolean("per-cpu")); });
}

// ---- memory, swap ----

const OptionRow kMemoryRows[] = {
    {"warning", nullptr, 'w', kText, "90", "RANGE", "Used memory in percent; reclaimable memory counts as free.", kJudged},
    {"critical", nullptr, 'c', kText, "95", "RANGE", "Likewise.", kJudged},
    {"free", nullptr, 0, kBoolean, "false", "", "Apply the ranges to available memory: -w 10: -c 5:", kJudged},
};

// The defaults are of what is used: turned around when what is free is judged.
Status percent_limits(const Options& options, bool free, Limits* limits) {
  if (Status s = limits_into(options, {{"", limits}}); !s.ok() || !free) return s;
  for (auto [name, range] : {std::pair{"warning", &limits->warning}, {"critical", &limits->critical}})
    if (options.is_default(name) && *range) *range = Range{100 - (*range)->high, INFINITY, false};
  return {};
}

Result<Report> measure_memory(const Options& options) {
  Limits limits;
  bool free = options.boolean("free");
  if (Status s = percent_limits(options, free, &limits); !s.ok()) return s;
  return judged(os_memory(), [&](const MemoryFacts& memory) { return judge_memory(memory, limits, free); });
}

const OptionRow kSwapRows[] = {
    {"warning", nullptr, 'w', kText, "80", "RANGE", "Used swap space in percent.", kJudged},
    {"critical", nullptr, 'c', kText, "95", "RANGE", "Used swap space in percent.", kJudged},
    {"free", nullptr, 0, kBoolean, "false", "", "Apply the ranges to free swap space: -w 20: -c 5:", kJudged},
    {"no-swap", nullptr, 'n', kText, "ok", "STATE", "State if there is no swap space.", kJudged},
};

Result<Report> measure_swap(const Options& options) {
  SwapRules rules;
  rules.free = options.boolean("free");
  if (Status s = percent_limits(options, rules.free, &rules.limits); !s.ok()) return s;
  if (Status s = state_into(options, "no-swap", &rules.without); !s.ok()) return s;
  return judged(os_memory(), [&](const MemoryFacts& memory) { return judge_swap(memory, rules); });
}

// ---- uptime, users ----

const OptionRow kUptimeRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Uptime in seconds; 600: alerts for ten minutes after a reboot.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"reboot-required", nullptr, 'r', kText, "warning", "STATE", "State if an update requires a reboot.", kJudged},
};

Result<Report> measure_uptime(const Options& options) {
  UptimeRules rules;
  if (Status s = limits_into(options, {{"", &rules.limits}}); !s.ok()) return s;
  if (Status s = state_into(options, "reboot-required", &rules.reboot); !s.ok()) return s;
  return judged(os_uptime(), [&](const UptimeFacts& facts) { return judge_uptime(facts, rules); });
}

const OptionRow kUsersRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Number of logged-in users.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Number of logged-in users.", kJudged},
};

Result<Report> measure_users(const Options& options) {
  Limits limits;
  if (Status s = limits_into(options, {{"", &limits}}); !s.ok()) return s;
  return judged(os_users(), [&](const std::vector<UserFacts>& users) { return judge_users(users, limits); });
}

}  // namespace

extern const CheckRow kCheckCpu = {
    "cpu", "Check CPU usage, measured over a second or longer.", "Usage is all time that is neither idle nor iowait. Steal is time taken by other virtual machines.",
    "picket check cpu -w 80 -c 95 -i 5s  # five seconds\n"
    "picket check cpu -m iowait -w 20 -c 50  # slow disks\n"
    "picket check cpu --per-core -c 99  # a busy thread",
    kCpuRows, count_of(kCpuRows), measure_cpu, nullptr, CheckState::unknown};
extern const CheckRow kCheckLoad = {
    "load", "Check the load average of 1, 5 and 15 minutes.", "",
    "picket check load -w 15,10,5 -c 30,25,20\npicket check load -r -w 2 -c 4  # per processor",
    kLoadRows, count_of(kLoadRows), measure_load, nullptr, CheckState::unknown};
extern const CheckRow kCheckMemory = {
    "memory", "Check memory usage.", "Reclaimable caches count as available.",
    "picket check memory -w 80 -c 90\npicket check memory --free -w 20: -c 10:  # the same, by available memory",
    kMemoryRows, count_of(kMemoryRows), measure_memory, nullptr, CheckState::unknown};
extern const CheckRow kCheckSwap = {
    "swap", "Check swap usage.", "",
    "picket check swap -w 50 -c 80\npicket check swap --no-swap critical  # this host must have swap space",
    kSwapRows, count_of(kSwapRows), measure_swap, nullptr, CheckState::unknown};
extern const CheckRow kCheckUptime = {
    "uptime", "Check uptime, and whether an update requires a reboot.",
    "A reboot is required if the system says so (Debian, Ubuntu, SUSE, Windows), or if a newer kernel was installed in /boot since startup.",
    "picket check uptime -w 600:  # alert on reboots\npicket check uptime --reboot-required critical",
    kUptimeRows, count_of(kUptimeRows), measure_uptime, nullptr, CheckState::unknown};
extern const CheckRow kCheckUsers = {
    "users", "Check the number of logged-in users.", "",
    "picket check users -w 5 -c 10\npicket check users -w 0 -v  # alert on any user, with their names",
    kUsersRows, count_of(kUsersRows), measure_users, nullptr, CheckState::unknown};

}  // namespace picket
