// checks/judge/rates.cc - what disks and interfaces have done between two looks.
#include <algorithm>
#include <cstdio>

#include "checks/judge/system.h"

namespace picket {
namespace {

template <class T, class Name>
const T* find_named(const std::vector<T>& list, const std::string& name, Name member) {
  auto found = std::find_if(list.begin(), list.end(), [&](const T& x) { return x.*member == name; });
  return found == list.end() ? nullptr : &*found;
}

std::string fixed(double value, const char* unit) {
  char text[60];
  snprintf(text, sizeof text, "%.1f%s", value, unit);
  return text;
}

struct Judged {
  Report report;
  std::string problems, busiest;
  double most = -1;
  void judge(const Limits& limits, double value, const std::string& text) {
    CheckState state = std::isnan(value) ? CheckState::ok : limits_judge(limits, value);
    report.state = state_worst(report.state, state);
    if (state != CheckState::ok) problems += (problems.empty() ? "" : ", ") + text;
  }
  void seen(double value, const std::string& text) {
    report.details.push_back(text);
    if (value > most) most = value, busiest = text;
  }
  Report done(const char* nothing) {
    report.summary = !problems.empty() ? problems : busiest;
    return most < 0 && problems.empty() ? report_unknown(nothing) : std::move(report);
  }
};

bool any_matches(const std::vector<std::string>& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& g) { return glob_matches(g, name); });
}

}  // namespace

Report judge_disk_io(const std::vector<DiskIoFacts>& before, const std::vector<DiskIoFacts>& after, double seconds,
                     const DiskIoRules& rules) {
  Judged j;
  for (const DiskIoFacts& now : after) {
    const DiskIoFacts* then = find_named(before, now.device, &DiskIoFacts::device);
    if (!then || (!rules.devices.empty() && !any_matches(rules.devices, now.device))) continue;
    auto rate = [&](double DiskIoFacts::*field) { return std::max(0.0, now.*field - then->*field) / seconds; };
    double requests = rate(&DiskIoFacts::reads) + rate(&DiskIoFacts::writes),
           busy = std::min(100.0, 100 * rate(&DiskIoFacts::busy_seconds));
    double wait = requests > 0 ? rate(&DiskIoFacts::wait_seconds) / requests : 0;
    auto put = [&](const char* name, double value, const char* unit, const Limits& limits = {}) {
      j.report.perf.push_back({name, value, unit, limits, 0, NAN, "device", now.device});
    };
    put("busy", busy, "%", rules.busy);
    Limits wait_seconds = rules.wait;
    for (std::optional<Range>* r : {&wait_seconds.warning, &wait_seconds.critical})
      if (*r) (*r)->low /= 1000, (*r)->high /= 1000;
    put("wait", wait, "s", wait_seconds);
    put("read", rate(&DiskIoFacts::read_bytes), "B"), put("written", rate(&DiskIoFacts::write_bytes), "B");
    put("reads", rate(&DiskIoFacts::reads), ""), put("writes", rate(&DiskIoFacts::writes), "");
    std::string text = now.device + " busy " + fixed(busy, " %") + ", " + fixed(wait * 1000, " ms per request, ") +
        bytes_text(rate(&DiskIoFacts::read_bytes)) + "/s read, " + bytes_text(rate(&DiskIoFacts::write_bytes)) + "/s written";
    j.judge(rules.busy, busy, now.device + " is busy " + fixed(busy, " % of the time"));
    j.judge(rules.wait, wait * 1000, now.device + " takes " + fixed(wait * 1000, " ms per request"));
    j.seen(busy, text);
  }
  return j.done("no such disk");
}

bool interface_wanted(const InterfaceFacts& f, const InterfaceRules& rules) {
  if (!rules.names.empty()) return any_matches(rules.names, f.name);
  for (const char* made : {"veth", "docker", "br-", "virbr", "cni", "cali", "flannel", "tap"})
    if (f.name.compare(0, std::string_view(made).size(), made) == 0) return false;  // those of containers come and go
  return f.up && !f.loopback;
}

Report judge_interfaces(const std::vector<InterfaceFacts>& before, const std::vector<InterfaceFacts>& after, double seconds,
                        const InterfaceRules& rules) {
  Judged j;
  for (const InterfaceFacts& now : after) {
    const InterfaceFacts* then = find_named(before, now.name, &InterfaceFacts::name);
    if (!then || !interface_wanted(now, rules)) continue;
    auto rate = [&](double InterfaceFacts::*field) { return std::max(0.0, now.*field - then->*field) / seconds; };
    double in = rate(&InterfaceFacts::in_bytes), out = rate(&InterfaceFacts::out_bytes);
    double errors = rate(&InterfaceFacts::in_errors) + rate(&InterfaceFacts::out_errors),
           drops = rate(&InterfaceFacts::in_drops) + rate(&InterfaceFacts::out_drops);
    double load = now.speed_bits > 0 ? 100 * 8 * std::max(in, out) / now.speed_bits : NAN;
    auto put = [&](const char* name, double value, const char* unit, const Limits& limits = {}) {
      j.report.perf.push_back({name, value, unit, limits, 0, NAN, "interface", now.name});
    };
    put("in", in, "B"), put("out", out, "B"), put("errors", errors, "", rules.errors), put("drops", drops, "");
    if (std::isfinite(load)) put("load", load, "%", rules.load);
    bool down = !now.up || !now.carrier;
    if (down) j.report.state = state_worst(j.report.state, rules.down);
    if (down && rules.down != CheckState::ok)
      j.problems += (j.problems.empty() ? "" : ", ") + now.name + (now.up ? " has no carrier" : " is down");
    j.judge(rules.load, load, now.name + " at " + fixed(load, " % of link speed"));
    j.judge(rules.errors, errors, now.name + " has " + fixed(errors, " errors per second"));
    j.seen(in + out, now.name + " " + bytes_text(in) + "/s in, " + bytes_text(out) + "/s out" + (down ? ", down" : ""));
  }
  for (const std::string& wanted : rules.names) {
    bool there = std::any_of(after.begin(), after.end(), [&](const InterfaceFacts& f) { return glob_matches(wanted, f.name); });
    if (!there)
      j.report.state = state_worst(j.report.state, rules.down), j.problems += (j.problems.empty() ? "" : ", ") + ("no interface " + wanted);
  }
  return j.done("no such interface");
}

}  // namespace picket
