// checks/judge/judge_process.cc - which processes are meant, how many there are, what they take.
#include <algorithm>

#include "checks/judge/judge.h"

namespace picket {
namespace {

std::string base_name(std::string_view path) {
  if (size_t slash = path.find_last_of("/\\"); slash != path.npos) path.remove_prefix(slash + 1);
  return std::string(path);
}

// Linux keeps 15 bytes of a name; the whole one is where the command line begins.
bool name_fits(const ProcessFacts& p, const std::string& glob) {
  if (glob_matches(glob, p.name)) return true;
  return p.name.size() >= 15 && glob_matches(glob, base_name(p.command_line.substr(0, p.command_line.find(' '))));
}

std::string asked_for(const ProcessRules& rules) {
  std::string text;
  auto put = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (!rules.name.empty()) put("named " + rules.name);
  if (rules.by_command) put("with a command line matching " + rules.command_text);
  if (!rules.user.empty()) put("of user " + rules.user);
  if (!rules.states.empty()) put("in state " + rules.states);
  if (rules.pid >= 0) put("with pid " + std::to_string(rules.pid));
  return text;
}

struct Sums { double memory = 0, cpu = 0, oldest = NAN, youngest = NAN; };

void judge_more(Report& report, const char* name, double value, const char* unit, const Limits& limits, const std::string& words) {
  report.perf.push_back({name, value, unit, limits, 0});
  if (!limits.warning && !limits.critical) return;
  CheckState state = limits_judge(limits, value);
  report.state = state_worst(report.state, state);
  if (state != CheckState::ok) report.summary += ", " + words;
}

}  // namespace

std::vector<int64_t> process_askers(const std::vector<ProcessFacts>& processes, int64_t own_pid) {
  constexpr int kAncestorsMax = 50;
  std::vector<int64_t> askers;
  int64_t pid = own_pid;
  for (int i = 0; i < kAncestorsMax && pid > 1; i++) {
    auto p = std::find_if(processes.begin(), processes.end(), [&](const ProcessFacts& x) { return x.pid == pid; });
    if (p == processes.end()) break;
    if (p->command_line.find("check process") != std::string::npos) askers.push_back(pid);
    pid = p->parent;
  }
  return askers;
}

bool process_wanted(const ProcessFacts& p, const ProcessRules& rules) {
  if (std::find(rules.without.begin(), rules.without.end(), p.pid) != rules.without.end()) return false;
  if (rules.pid >= 0 && p.pid != rules.pid) return false;
  if (!rules.name.empty() && !name_fits(p, rules.name)) return false;
  if (!rules.user.empty() && p.user != rules.user) return false;
  if (!rules.states.empty() && rules.states.find(p.state) == std::string::npos) return false;
  return !rules.by_command || pattern_matches(rules.command, p.command_line);
}

Report judge_process(const std::vector<ProcessFacts>& processes, const ProcessRules& rules) {
  Report report;
  Sums sums;
  double count = 0;
  for (const ProcessFacts& p : processes) {
    if (!process_wanted(p, rules)) continue;
    count++;
    sums.memory += p.resident;
    sums.cpu += p.cpu_seconds;
    sums.oldest = std::fmax(sums.oldest, p.age);
    sums.youngest = std::fmin(sums.youngest, p.age);
    report.details.push_back(std::to_string(p.pid) + " " + p.name + " (" + p.user + ", " + p.state + "): " + bytes_text(p.resident) +
                             ", up " + span_text(p.age));
  }
  report.state = limits_judge(rules.count, count);
  std::string which = asked_for(rules);
  report.summary = number_text(count) + (count == 1 ? " process" : " processes") + (which.empty() ? "" : " " + which);
  report.perf = {{"processes", count, "", rules.count, 0}};
  if (which.empty()) return report;
  if (count == 0) return report;
  report.summary += ", " + bytes_text(sums.memory) + " of memory";
  judge_more(report, "memory", sums.memory, "B", rules.memory, "memory out of range");
  judge_more(report, "youngest", std::floor(sums.youngest), "s", rules.age, "youngest running for " + span_text(sums.youngest));
  judge_more(report, "cpu", sums.cpu, "s", rules.cpu, "processor time " + span_text(sums.cpu));
  return report;
}

}  // namespace picket
