// checks/judge/judge_service.cc - services, logs, and the container we are in.
#include <algorithm>
#include <cstdio>

#include "checks/judge/system.h"

namespace picket {
namespace {

bool is_set(const Limits& limits) { return limits.warning || limits.critical; }

void say(std::string& all, const std::string& text) { all += (all.empty() ? "" : ", ") + text; }

}  // namespace

Report judge_services(const std::vector<ServiceLook>& services, const ServiceRules& rules) {
  Report report;
  std::string problems, well;
  for (const ServiceLook& s : services) {
    const ServiceFacts& f = s.facts;
    auto worse = [&](CheckState state, const std::string& text) {
      report.state = state_worst(report.state, state);
      if (state != CheckState::ok) say(problems, s.name + " " + text);
    };
    if (!s.error.ok()) {
      worse(CheckState::unknown, s.error.message);
      continue;
    }
    bool running = f.state == ServiceFacts::running, stopped = f.state == ServiceFacts::stopped || f.state == ServiceFacts::unknown_name;
    auto measured = [&](const Limits& limits, double value, const std::string& text, const char* not_known) {
      if (!running || !is_set(limits)) return;
      std::isfinite(value) ? worse(limits_judge(limits, value), text) : worse(CheckState::unknown, not_known);
    };
    if (f.state == ServiceFacts::unknown_name && !rules.stopped_wanted) worse(rules.not_running, "is not installed");
    else if (rules.stopped_wanted ? !stopped : !running) worse(rules.not_running, "is " + f.detail);
    measured(rules.age, f.since, "is in this state for " + span_text(f.since), "is running, but its start time is not available");
    if (is_set(rules.restarts) && f.restarts >= 0)
      worse(limits_judge(rules.restarts, double(f.restarts)), "was restarted " + std::to_string(f.restarts) + " times");
    measured(rules.memory, f.memory, "has " + bytes_text(f.memory) + " of memory",
             "is running, but its memory is not measured (set MemoryAccounting= in its unit)");
    auto put = [&](const char* name, double value, const char* unit, const Limits& limits) {
      report.perf.push_back({name, value, unit, limits, 0, NAN, "service", services.size() > 1 ? s.name : ""});
    };
    put("running", running, "", {});
    if (f.restarts >= 0) put("restarts", double(f.restarts), "c", rules.restarts);
    if (running && std::isfinite(f.since)) put("age", std::floor(f.since), "s", rules.age);
    if (running && std::isfinite(f.memory)) put("memory", f.memory, "B", rules.memory);
    std::string text =
        s.name + " " + (f.state == ServiceFacts::unknown_name ? "not installed" : f.detail) + (f.start_by.empty() ? "" : ", " + f.start_by);
    report.details.push_back(text + (f.pid > 0 ? ", pid " + std::to_string(f.pid) : ""));
    say(well, text);
  }
  report.summary = problems.empty() ? well : problems;
  return report;
}

// ---- logs ----

size_t log_scan(std::string_view text, const LogRules& rules, LogScan* scan) {
  size_t at = 0;
  for (size_t end; (end = text.find('\n', at)) != text.npos; at = end + 1) {
    std::string_view line = text.substr(at, end - at);
    scan->lines++;
    if (!pattern_matches(rules.match, line) || (rules.ignores && pattern_matches(rules.ignore, line))) continue;
    scan->matches++;
    if (scan->shown.size() < kLogLinesShown) scan->shown.emplace_back(line.substr(0, kSummaryMax));
  }
  return at;
}

Report judge_log(const std::string& path, const LogScan& scan, const LogRules& rules, const std::string& note) {
  Report report;
  report.state = limits_judge(rules.count, scan.matches);
  report.summary =
      number_text(scan.matches) + " of " + number_text(scan.lines) + " new lines of " + path + " match" + (note.empty() ? "" : ", " + note);
  if (!scan.shown.empty()) report.summary += ": " + scan.shown[0];
  report.details = scan.shown;
  report.always_details = scan.shown.size() > 1;
  report.perf = {{"matches", scan.matches, "", rules.count, 0}, {"lines", scan.lines, "", {}, 0}};
  return report;
}

// ---- containers ----

Report judge_container(const ContainerFacts& before, const ContainerFacts& after, double seconds, const ContainerRules& rules) {
  Report report;
  std::string problems, well;
  auto percent = [&](const char* name, const char* words, double value, const Limits& limits) {
    char text[80];
    snprintf(text, sizeof text, "%s %.1f %%", words, value);
    report.perf.push_back({name, value, "%", limits, 0, 100});
    CheckState state = limits_judge(limits, value);
    report.state = state_worst(report.state, state);
    say(well, text);
    if (state != CheckState::ok) say(problems, text);
  };
  if (std::isfinite(after.memory_limit)) percent("memory_percent", "memory", 100 * after.memory / after.memory_limit, rules.memory);
  report.perf.push_back({"memory", after.memory, "B", {}, 0, std::isfinite(after.memory_limit) ? after.memory_limit : NAN});
  double cores = std::max(0.0, after.cpu_seconds - before.cpu_seconds) / seconds;
  if (std::isfinite(after.cpu_limit)) percent("cpu_percent", "processor", 100 * cores / after.cpu_limit, rules.cpu);
  report.perf.push_back({"cpu", cores, "", {}, 0});
  double periods = after.periods - before.periods;
  if (periods > 0)
    percent("throttled_percent", "throttled", 100 * (after.throttled_periods - before.throttled_periods) / periods, rules.throttled);
  if (std::isfinite(after.pids_limit) && after.pids_limit > 0)
    percent("pids_percent", "processes", 100 * after.pids / after.pids_limit, rules.pids);
  if (std::isfinite(after.memory_pressure)) percent("memory_pressure", "waiting for memory", after.memory_pressure, rules.pressure);
  report.perf.push_back({"pids", after.pids, "", {}, 0});
  report.perf.push_back({"oom_kills", after.oom_kills, "c", {}, 0});
  if (after.oom_kills > before.oom_kills) report.state = CheckState::critical, say(problems, "a process was killed by the OOM killer");
  report.summary = !problems.empty() ? problems : well.empty() ? "no limits; " + bytes_text(after.memory) + " of memory in use" : well;
  return report;
}

}  // namespace picket
