// checks/judge/disk.cc - which file systems are looked at, and what is wrong with them.
#include <algorithm>
#include <cstdio>

#include "checks/judge/judge.h"

namespace picket {
namespace {

bool any_matches(const std::vector<std::string>& globs, std::string_view text) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return glob_matches(glob, text); });
}

// As df counts: what is reserved for root is not there to be used.
double used_percent(const SpaceFacts& s) {
  double used = s.total - s.free, usable = used + s.available;
  return usable > 0 ? 100 * used / usable : 0;
}
double inodes_used_percent(const SpaceFacts& s) { return s.inodes > 0 ? 100 * (s.inodes - s.inodes_free) / s.inodes : NAN; }

std::string percent(double value) {
  char text[40];
  snprintf(text, sizeof text, "%.1f %%", value);
  return text;
}

// The mount a path lies on: the longest that is the path or above it.
const MountFacts* mount_of(const std::vector<MountFacts>& mounts, const std::string& path) {
  const MountFacts* best = nullptr;
  for (const MountFacts& m : mounts) {
    std::string above = m.path.back() == '/' || m.path.back() == '\\' ? m.path : m.path + '/';
    bool holds = path == m.path || path.compare(0, above.size(), above) == 0;
    if (holds && (!best || m.path.size() > best->path.size())) best = &m;
  }
  return best;
}

struct Look {
  const DiskFacts& disk;
  const DiskRules& rules;
  Report& report;
  std::vector<std::string> problems;

  void judge(const char* what, const char* name, double used, const Limits& limits) {
    if (!std::isfinite(used)) return;  // some file systems have no inodes
    double judged = rules.free ? 100 - used : used;
    CheckState state = limits_judge(limits, judged);
    report.perf.push_back({name, judged, "%", limits, 0, 100, "mount", disk.mount.path});
    report.state = state_worst(report.state, state);
    if (state != CheckState::ok) problems.push_back(percent(judged) + " " + what + (rules.free ? " free" : " used"));
  }

  void judge_writing() {
    bool wanted = any_matches(rules.writable, disk.mount.path) && disk.mount.read_only;
    if (!wanted && !disk.mount.turned_read_only) return;
    report.state = CheckState::critical;
    problems.push_back(disk.mount.turned_read_only ? "remounted read-only by the kernel" : "read-only");
  }
};

void judge_one(const DiskFacts& disk, const DiskRules& rules, Report& report, std::string* problems) {
  if (!disk.error.ok()) {
    report.state = state_worst(report.state, CheckState::critical);
    *problems += (problems->empty() ? "" : ", ") + disk.error.message;
    return;
  }
  const SpaceFacts& s = disk.space;
  Look look{disk, rules, report, {}};
  look.judge("of the space", rules.free ? "free_percent" : "used_percent", used_percent(s), rules.space);
  report.perf.push_back({"used", s.total - s.free, "B", {}, 0, s.total, "mount", disk.mount.path});
  look.judge("of the inodes", rules.free ? "inodes_free_percent" : "inodes_used_percent", inodes_used_percent(s), rules.inodes);
  look.judge_writing();
  report.details.push_back(disk.mount.path + " (" + disk.mount.type + "): " + percent(used_percent(s)) + " used, " +
                           bytes_text(s.available) + " of " + bytes_text(s.total) + " available");
  if (look.problems.empty()) return;
  *problems += (problems->empty() ? "" : ", ") + disk.mount.path + " ";
  for (size_t i = 0; i < look.problems.size(); i++) *problems += (i ? " and " : "") + look.problems[i];
}

}  // namespace

bool disk_wanted(const MountFacts& m, const DiskRules& rules) {
  if (any_matches(rules.without_paths, m.path) || any_matches(rules.without_types, m.type)) return false;
  if (!rules.types.empty()) return any_matches(rules.types, m.type);
  return rules.all || ((rules.remote || !m.remote) && !m.pseudo);
}

Result<std::vector<MountFacts>> disk_select(const std::vector<MountFacts>& mounts, const DiskRules& rules) {
  std::vector<MountFacts> chosen;
  for (const std::string& path : rules.paths) {
    const MountFacts* m = mount_of(mounts, path);
    if (!m) return fail(Err::not_found, path + ": no file system is mounted at or above this path");
    MountFacts named = *m;
    named.path = path;  // figures under the name that was asked for
    chosen.push_back(std::move(named));
  }
  if (!rules.paths.empty()) return chosen;
  for (const MountFacts& m : mounts) {
    auto same = [&](const MountFacts& x) { return x.device == m.device && x.type == m.type; };
    if (!disk_wanted(m, rules)) continue;
    auto before = std::find_if(chosen.begin(), chosen.end(), same);  // a bind mount shows the same space again
    bool storage = !m.pseudo && !m.device.empty() && m.device.find('/') != std::string::npos;
    if (!storage || before == chosen.end()) chosen.push_back(m);
    else if (m.path.size() < before->path.size()) *before = m;
  }
  return chosen;
}

Report judge_disk(const std::vector<DiskFacts>& disks, const DiskRules& rules) {
  if (disks.empty()) return report_unknown("no file system matches the options; use --all for all file systems");
  Report report;
  std::string problems;
  const DiskFacts* fullest = nullptr;
  for (const DiskFacts& d : disks) {
    judge_one(d, rules, report, &problems);
    if (d.error.ok() && (!fullest || used_percent(d.space) > used_percent(fullest->space))) fullest = &d;
  }
  report.summary = problems;
  if (report.summary.empty() && fullest)
    report.summary = (disks.size() > 1 ? std::to_string(disks.size()) + " file systems, the fullest is " : "") + fullest->mount.path +
        " with " + percent(used_percent(fullest->space)) + " used, " + bytes_text(fullest->space.available) + " available";
  return report;
}

}  // namespace picket
