// checks/kinds/check_host.cc - the checks cpu, load, memory, swap, uptime and users: rows, measuring, judge.
#include "checks/judge/judge.h"
#include "checks/run/measured_check.h"
#include "checks/os/measure.h"

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
  if (Status s = limits_into(options, {{"", &rules.limits}}); !s.ok()) return s;
  rules.metric = options.text("metric");
  rules.per_core = options.boolean("per-core");
  bool known = false;
  for (const char* name : {"usage", "user", "system", "iowait", "steal"}) known |= rules.metric == name;
  if (!known) return fail(Err::invalid, "--metric \"" + rules.metric + "\": write usage, user, system, iowait or steal");
  return judged(look_twice(options, os_cpu_times), [&](const auto& looks) { return judge_cpu(looks.before, looks.after, rules); });
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
  return judged(os_load(), [&](const LoadFacts& load) { return judge_load(load, limits.value, options.boolean("per-cpu")); });
}

// ---- memory, swap ----

const OptionRow kMemoryRows[] = {
    {"warning", nullptr, 'w', kText, "90", "RANGE", "Percent used; what can be freed counts as free.", kJudged},
    {"critical", nullptr, 'c', kText, "95", "RANGE", "Likewise.", kJudged},
    {"free", nullptr, 0, kBoolean, "false", "", "The ranges are of what is available: -w 10: -c 5:", kJudged},
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
    {"warning", nullptr, 'w', kText, "80", "RANGE", "Percent used.", kJudged},
    {"critical", nullptr, 'c', kText, "95", "RANGE", "Percent used.", kJudged},
    {"free", nullptr, 0, kBoolean, "false", "", "The ranges are of what is free: -w 20: -c 5:", kJudged},
    {"no-swap", nullptr, 'n', kText, "ok", "STATE", "What it means that there is none.", kJudged},
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
    {"warning", nullptr, 'w', kText, "", "RANGE", "Seconds since the start; 600: tells of a reboot for ten minutes.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"reboot-required", nullptr, 'r', kText, "warning", "STATE", "What it means that an update waits for a reboot.", kJudged},
};

Result<Report> measure_uptime(const Options& options) {
  UptimeRules rules;
  if (Status s = limits_into(options, {{"", &rules.limits}}); !s.ok()) return s;
  if (Status s = state_into(options, "reboot-required", &rules.reboot); !s.ok()) return s;
  return judged(os_uptime(), [&](const UptimeFacts& facts) { return judge_uptime(facts, rules); });
}

const OptionRow kUsersRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Number of sessions.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Number of sessions.", kJudged},
};

Result<Report> measure_users(const Options& options) {
  Limits limits;
  if (Status s = limits_into(options, {{"", &limits}}); !s.ok()) return s;
  return judged(os_users(), [&](const std::vector<UserFacts>& users) { return judge_users(users, limits); });
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
    "swap", "Swap space in use.", "",
    "picket check swap -w 50 -c 80\npicket check swap --no-swap critical  # this host must have some",
    kSwapRows, count_of(kSwapRows), measure_swap, nullptr, CheckState::unknown};
extern const CheckRow kCheckUptime = {
    "uptime", "Time since the start, and whether an update waits for a reboot.",
    "An update waits when the system says so (Debian, Ubuntu, SUSE, Windows), or when a newer kernel has been put into /boot since the start.",
    "picket check uptime -w 600:  # tell of reboots\npicket check uptime --reboot-required critical",
    kUptimeRows, count_of(kUptimeRows), measure_uptime, nullptr, CheckState::unknown};
extern const CheckRow kCheckUsers = {
    "users", "Users that are logged in.", "",
    "picket check users -w 5 -c 10\npicket check users -w 0 -v  # nobody should be, and who is",
    kUsersRows, count_of(kUsersRows), measure_users, nullptr, CheckState::unknown};

}  // namespace picket
