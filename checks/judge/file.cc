// checks/judge/file.cc - files by age, size, number and content.
#include "checks/judge/judge.h"

namespace picket {
namespace {

bool is_set(const Limits& limits) { return limits.warning || limits.critical; }

struct Findings {
  Report report;
  void say(CheckState state, const std::string& text) {
    if (state == CheckState::ok) return;
    report.state = state_worst(report.state, state);
    report.summary += (report.summary.empty() ? "" : ", ") + text;
  }
};

void judge_one(Findings& f, const FileLook& look, const FileRules& rules, bool alone) {
  const FileFacts& x = look.facts;
  if (!look.error.ok()) return f.say(look.error.code == Err::not_found ? rules.missing : CheckState::unknown, look.error.message);
  f.say(limits_judge(rules.age, x.age), x.path + " is " + span_text(x.age) + " old");
  f.say(limits_judge(rules.size, x.size), x.path + " has " + bytes_text(x.size));
  if (!rules.contains.empty() && !look.contains) f.say(CheckState::critical, x.path + " does not contain " + rules.contains);
  if (!rules.lacks.empty() && look.lacks) f.say(CheckState::critical, x.path + " contains " + rules.lacks);
  f.report.details.push_back(x.path + ": " + bytes_text(x.size) + ", changed " + span_text(x.age) + " ago");
  const std::string of = alone ? "" : x.path;
  if (is_set(rules.age) || alone) f.report.perf.push_back({"age", std::floor(x.age), "s", rules.age, NAN, NAN, "file", of});
  if (is_set(rules.size) || alone) f.report.perf.push_back({"size", x.size, "B", rules.size, 0, NAN, "file", of});
}

}  // namespace

Report judge_file(const std::vector<FileLook>& files, const FileRules& rules) {
  Findings f;
  double there = 0, bytes = 0, oldest = NAN, newest = NAN;
  for (const FileLook& look : files) {
    if (!rules.counts || look.error.ok()) judge_one(f, look, rules, files.size() == 1 && !rules.counts);
    if (!look.error.ok()) continue;
    there++, bytes += look.facts.size;
    oldest = std::fmax(oldest, look.facts.age), newest = std::fmin(newest, look.facts.age);
  }
  if (rules.counts) f.say(limits_judge(rules.count, there), number_text(there) + " files");
  if (files.size() != 1 || rules.counts) {
    f.report.perf.insert(f.report.perf.begin(),
                         {{"files", there, "", rules.counts ? rules.count : Limits{}, 0}, {"bytes", bytes, "B", {}, 0}});
    if (there > 0) f.report.perf.push_back({"newest", std::floor(newest), "s"});
  }
  if (!f.report.summary.empty()) return f.report;
  if (files.size() == 1 && !rules.counts && f.report.details.size() == 1) f.report.summary = f.report.details[0];
  else
    f.report.summary =
        number_text(there) + " files, " + bytes_text(bytes) + (there > 0 ? ", the newest " + span_text(newest) + " old" : "");
  if (files.size() == 1 && there == 0) f.report.summary = files[0].error.message;
  return f.report;
}

}  // namespace picket
