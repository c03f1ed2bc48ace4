// checks/judge/judge_host.cc - processor, load, memory, swap, uptime, users.
#include <algorithm>
#include <cstdio>

#include "checks/judge/judge.h"

namespace picket {
namespace {

std::string fixed(double value, int digits) {
  char text[60];
  snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string percent(double value) { return fixed(value, 1) + " %"; }

double share(double part, double whole) { return whole > 0 ? std::clamp(100 * part / whole, 0.0, 100.0) : 0; }

double metric_of(const CpuShares& s, const std::string& metric) {
  return metric == "user" ? s.user : metric == "system" ? s.system : metric == "iowait" ? s.iowait : metric == "steal" ? s.steal : s.usage;
}

void put_shares(Report& report, const CpuShares& s, const CpuRules& rules, const std::string& core) {
  constexpr const char* kMetrics[] = {"usage", "user", "system", "iowait", "steal"};
  for (const char* metric : kMetrics) {
    bool judged = metric == rules.metric && (rules.per_core ? !core.empty() : core.empty());
    if (!core.empty() && !judged) continue;  // of the cores, what is judged
    report.perf.push_back({metric, metric_of(s, metric), "%", judged ? rules.limits : Limits{}, 0, 100, core.empty() ? "" : "core", core});
  }
}

}  // namespace

CpuShares cpu_shares(const CpuTimes& before, const CpuTimes& after) {
  auto grown = [&](double CpuTimes::*field) { return std::max(0.0, after.*field - before.*field); };  // iowait may go back
  double user = grown(&CpuTimes::user), system = grown(&CpuTimes::system) + grown(&CpuTimes::interrupt), idle = grown(&CpuTimes::idle),
         iowait = grown(&CpuTimes::iowait), steal = grown(&CpuTimes::steal), all = user + system + idle + iowait + steal;
  return {share(user + system + steal, all), share(user, all), share(system, all), share(iowait, all), share(steal, all)};
}

Report judge_cpu(const std::vector<CpuTimes>& before, const std::vector<CpuTimes>& after, const CpuRules& rules) {
  if (before.empty() || after.empty()) return report_unknown("processor times are not available");
  Report report;
  CpuShares whole = cpu_shares(before[0], after[0]);
  put_shares(report, whole, rules, "");
  report.summary = percent(whole.usage) + " used (user " + fixed(whole.user, 1) + ", system " + fixed(whole.system, 1) + ", iowait " +
      fixed(whole.iowait, 1) + ", steal " + fixed(whole.steal, 1) + ")";
  if (!rules.per_core) report.state = limits_judge(rules.limits, metric_of(whole, rules.metric));
  for (size_t i = 1; i < std::min(before.size(), after.size()); i++) {
    CpuShares core = cpu_shares(before[i], after[i]);
    report.details.push_back("core " + std::to_string(i - 1) + ": " + percent(core.usage) + " used, iowait " + percent(core.iowait));
    if (!rules.per_core) continue;
    put_shares(report, core, rules, std::to_string(i - 1));
    CheckState state = limits_judge(rules.limits, metric_of(core, rules.metric));
    if (state != CheckState::ok)
      report.summary += ", core " + std::to_string(i - 1) + " " + rules.metric + " " + percent(metric_of(core, rules.metric));
    report.state = state_worst(report.state, state);
  }
  return report;
}

Report judge_load(const LoadFacts& facts, const std::vector<Limits>& limits, bool per_cpu) {
  constexpr const char* kNames[] = {"load1", "load5", "load15"};
  Report report;
  report.summary = "load average";
  for (size_t i = 0; i < 3; i++) {
    double value = facts.average[i] / (per_cpu ? facts.cpus : 1);
    report.state = state_worst(report.state, limits_judge(limits[i], value));
    report.summary += (i ? ", " : " ") + fixed(value, 2);
    report.perf.push_back({kNames[i], value, "", limits[i], 0});
  }
  report.summary += per_cpu ? " per processor (" + std::to_string(facts.cpus) + ")" : " (" + std::to_string(facts.cpus) + " processors)";
  return report;
}

Report judge_memory(const MemoryFacts& m, const Limits& limits, bool free) {
  double used = std::max(0.0, m.total - m.available), judged = free ? share(m.available, m.total) : share(used, m.total);
  Report report;
  report.state = limits_judge(limits, judged);
  report.summary = percent(share(used, m.total)) + " used, " + bytes_text(m.available) + " of " + bytes_text(m.total) + " available";
  report.perf = {{free ? "available_percent" : "used_percent", judged, "%", limits, 0, 100}, {"used", used, "B", {}, 0, m.total},
                 {"available", m.available, "B", {}, 0, m.total}};
  if (std::isfinite(m.cached)) report.perf.push_back({"cached", m.cached, "B", {}, 0, m.total});
  return report;
}

Report judge_swap(const MemoryFacts& m, const SwapRules& rules) {
  Report report;
  if (m.swap_total <= 0) {
    report.state = rules.without;
    report.summary = "no swap space";
    report.perf = {{"used", 0, "B", {}, 0, 0}};
    return report;
  }
  double used = m.swap_total - m.swap_free, judged = share(rules.free ? m.swap_free : used, m.swap_total);
  report.state = limits_judge(rules.limits, judged);
  report.summary = percent(share(used, m.swap_total)) + " used, " + bytes_text(m.swap_free) + " of " + bytes_text(m.swap_total) + " free";
  report.perf = {{rules.free ? "free_percent" : "used_percent", judged, "%", rules.limits, 0, 100},
                 {"used", used, "B", {}, 0, m.swap_total}};
  return report;
}

Report judge_uptime(const UptimeFacts& facts, const UptimeRules& rules) {
  Report report;
  report.state = limits_judge(rules.limits, facts.seconds);
  report.summary = "up " + span_text(facts.seconds);
  report.perf = {{"uptime", std::floor(facts.seconds), "s", rules.limits, 0}};
  report.perf.push_back({"reboot_required", facts.reboot_required ? 1.0 : 0.0});
  if (!facts.reboot_required) return report;
  report.state = state_worst(report.state, rules.reboot);
  report.summary += ", reboot required" + (facts.reboot_reason.empty() ? "" : " (" + facts.reboot_reason + ")");
  return report;
}

Report judge_users(const std::vector<UserFacts>& users, const Limits& limits) {
  Report report;
  report.state = limits_judge(limits, double(users.size()));
  report.summary = std::to_string(users.size()) + (users.size() == 1 ? " user" : " users") + " logged in";
  report.perf = {{"users", double(users.size()), "", limits, 0}};
  for (const UserFacts& u : users) report.details.push_back(u.name + " on " + u.where);
  return report;
}

}  // namespace picket
