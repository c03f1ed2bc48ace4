// checks/kinds/check_disk.cc - the check disk.
#include "checks/judge/judge.h"
#include "checks/os/measure.h"
#include "checks/run/option_rows.h"
#include "common/process/blocking_worker.h"

namespace picket {
namespace {

const OptionRow kRows[] = {
    {"warning", nullptr, 'w', kText, "80", "RANGE", "Used space in percent, as reported by df.", kJudged},
    {"critical", nullptr, 'c', kText, "90", "RANGE", "Likewise.", kJudged},
    {"inodes-warning", nullptr, 'W', kText, "90", "RANGE", "Used inodes in percent.", kJudged},
    {"inodes-critical", nullptr, 'K', kText, "95", "RANGE", "Likewise.", kJudged},
    {"free", nullptr, 0, kBoolean, "false", "", "Apply the ranges to free space: -w 20: -c 10:", kJudged},
    {"writable", nullptr, 0, kList, "", "GLOB,...", "Mount points that must be writable.", kJudged},
    {"path", nullptr, 'p', kList, "", "PATH,...", "Check only the file systems of these paths.", kWhich},
    {"exclude", nullptr, 'x', kList, "", "GLOB,...", "Exclude these mount points.", kWhich},
    {"type", nullptr, 'T', kList, "", "GLOB,...", "Check only file systems of these types.", kWhich},
    {"exclude-type", nullptr, 'X', kList, "", "GLOB,...", "Exclude file systems of these types.", kWhich},
    {"remote", nullptr, 'r', kBoolean, "false", "", "Include network file systems.", kWhich},
    {"all", nullptr, 'a', kBoolean, "false", "", "Include file systems without storage (tmpfs).", kWhich},
};

void turn_around(const Options& options, const char* name, std::optional<Range>& range) {
  if (options.is_default(name) && range) range = Range{100 - range->high, INFINITY, false};
}

Result<DiskRules> rules_from(const Options& o) {
  DiskRules r;
  if (Status s = limits_into(o, {{"", &r.space}, {"inodes", &r.inodes}}); !s.ok()) return s;
  r.free = o.boolean("free"), r.remote = o.boolean("remote"), r.all = o.boolean("all");
  r.paths = o.list("path"), r.without_paths = o.list("exclude"), r.types = o.list("type"), r.without_types = o.list("exclude-type");
  r.writable = o.list("writable");
  r.paths.insert(r.paths.end(), o.args.begin(), o.args.end());
  if (!r.free) return r;
  turn_around(o, "warning", r.space.warning), turn_around(o, "critical", r.space.critical);
  turn_around(o, "inodes-warning", r.inodes.warning), turn_around(o, "inodes-critical", r.inodes.critical);
  return r;
}

Result<Report> measure_disk(const Options& options) {
  Result<DiskRules> rules = rules_from(options);
  if (!rules.ok()) return rules.status;
  Result<std::vector<MountFacts>> mounts = os_mounts();
  if (!mounts.ok()) return mounts.status;
  for (const std::string& path : rules.value.paths) {
    work_note(path);
    if (Result<FileFacts> there = os_file_facts(path); !there.ok()) return there.status;
  }
  Result<std::vector<MountFacts>> chosen = disk_select(mounts.value, rules.value);
  if (!chosen.ok()) return chosen.status;
  std::vector<DiskFacts> disks;
  for (MountFacts& m : chosen.value) {
    work_note(m.path);
    Result<SpaceFacts> space = os_space(m.path);
    // What others may not look into (containers, users' own mounts) is not ours to judge, unless we were asked to.
    if (space.status.code == Err::denied && rules.value.paths.empty()) continue;
    if (space.ok() && space.value.total == 0 && rules.value.paths.empty()) continue;
    disks.push_back({std::move(m), space.value, space.status});
  }
  return judge_disk(disks, rules.value);
}

}  // namespace

extern const CheckRow kCheckDisk = {
    "disk", "Check space, inodes and read-only state of file systems.", "Without --path, every local file system with its own storage is checked. One that the kernel has remounted read-only after a disk\n"
    "error is always critical. A network file system that does not respond is reported at the timeout.",
    "picket check disk -w 80 -c 90\n"
    "picket check disk -p / -p /var --free -w 10: -c 5:  # two of them, by free space\n"
    "picket check disk --remote -x '/mnt/backup*' -v  # including network file systems, one line each",
    kRows, count_of(kRows), measure_disk, nullptr, CheckState::unknown};

}  // namespace picket
