// checks/judge/judge.h - facts and thresholds in, reports out. Pure: every rule of the built-in checks that needs no network is here.
#pragma once
#include "checks/facts/facts.h"
#include "checks/facts/pattern.h"
#include "checks/judge/report.h"

namespace picket {

// Percentages of the time between two looks.
struct CpuShares { double usage = 0, user = 0, system = 0, iowait = 0, steal = 0; };
CpuShares cpu_shares(const CpuTimes& before, const CpuTimes& after);
struct CpuRules { Limits limits; std::string metric = "usage"; bool per_core = false; };
Report judge_cpu(const std::vector<CpuTimes>& before, const std::vector<CpuTimes>& after, const CpuRules& rules);

Report judge_load(const LoadFacts& facts, const std::vector<Limits>& limits, bool per_cpu);  // limits: of 1, 5 and 15 minutes
Report judge_memory(const MemoryFacts& facts, const Limits& limits, bool free);
struct SwapRules { Limits limits; bool free = false; CheckState without = CheckState::ok; };
Report judge_swap(const MemoryFacts& facts, const SwapRules& rules);
struct UptimeRules { Limits limits; CheckState reboot = CheckState::warning; };
Report judge_uptime(const UptimeFacts& facts, const UptimeRules& rules);
Report judge_users(const std::vector<UserFacts>& users, const Limits& limits);

struct DiskRules {
  Limits space, inodes;
  bool free = false;                 // judge what is free instead of what is used
  bool remote = false, all = false;  // network file systems; also those without storage of their own
  std::vector<std::string> paths, without_paths, types, without_types, writable;  // globs
};
struct DiskFacts { MountFacts mount; SpaceFacts space; Status error; };
bool disk_wanted(const MountFacts& mount, const DiskRules& rules);
// One mount per device and path asked for, in order. The paths must exist.
Result<std::vector<MountFacts>> disk_select(const std::vector<MountFacts>& mounts, const DiskRules& rules);
Report judge_disk(const std::vector<DiskFacts>& disks, const DiskRules& rules);

struct ProcessRules {
  std::string name, user, states;  // name: glob of the program's name
  std::string command_text;        // of `command`, to be shown
  bool by_command = false;
  Pattern command;               // of the command line
  int64_t pid = -1;              // by pid file
  std::vector<int64_t> without;  // are never counted
  Limits count, memory, age, cpu;
};
// This process and those above it that were started to run this check: their command lines hold what is looked for.
std::vector<int64_t> process_askers(const std::vector<ProcessFacts>& processes, int64_t own_pid);
bool process_wanted(const ProcessFacts& process, const ProcessRules& rules);
Report judge_process(const std::vector<ProcessFacts>& processes, const ProcessRules& rules);

struct FileRules {
  Limits age, size, count;
  CheckState missing = CheckState::critical;
  bool counts = false;          // a number of files is judged: no file at all is a number too
  std::string contains, lacks;  // to be shown
  Pattern contains_pattern, lacks_pattern;
};
struct FileLook { FileFacts facts; Status error; bool contains = false, lacks = false; };  // lacks: what must not be there is
Report judge_file(const std::vector<FileLook>& files, const FileRules& rules);

}  // namespace picket
