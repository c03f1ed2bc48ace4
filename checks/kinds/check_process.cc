// checks/kinds/check_process.cc - the check process.
#include <cstring>

#include "checks/judge/judge.h"
#include "checks/os/measure.h"
#include "checks/facts/proc_text.h"
#include "checks/run/option_rows.h"
#include "common/os/os.h"
#include "common/process/blocking_worker.h"

namespace picket {
namespace {

const OptionRow kRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Number of processes.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Number of processes; default: at least one, if a process is selected.", kJudged},
    {"memory-warning", nullptr, 0, kText, "", "RANGE", "Total memory of the processes in bytes.", kJudged},
    {"memory-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"age-warning", nullptr, 0, kText, "", "RANGE", "Age of the youngest process in seconds; 60: alerts on restarts.", kJudged},
    {"age-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"cpu-warning", nullptr, 0, kText, "", "RANGE", "Total CPU time of the processes in seconds.", kJudged},
    {"cpu-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"name", nullptr, 'n', kText, "", "GLOB", "Program name.", kWhich},
    {"command", nullptr, 'a', kText, "", "REGEX", "Pattern that matches the command line.", kWhich},
    {"user", nullptr, 'u', kText, "", "NAME", "Owner of the processes.", kWhich},
    {"state", nullptr, 's', kText, "", "LETTERS", "Process states, as in ps: Z is a zombie, D waits for a disk.", kWhich},
    {"pid-file", nullptr, 'f', kText, "", "FILE", "File with the PID of the process.", kWhich},
};

Result<ProcessRules> rules_from(const Options& o) {
  ProcessRules r;
  if (Status s = limits_into(o, {{"", &r.count}, {"memory", &r.memory}, {"age", &r.age}, {"cpu", &r.cpu}}); !s.ok()) return s;
  r.name = o.text("name"), r.user = o.text("user"), r.states = o.text("state"), r.command_text = o.text("command");
  if (r.name.empty() && o.args.size() == 1) r.name = o.args[0];
  if (Status s = pattern_into(o, "command", &r.command); !s.ok()) return s;
  r.by_command = !r.command_text.empty();
  bool asked = !r.name.empty() || r.by_command || !o.text("pid-file").empty();
  if (asked && !r.count.warning && !r.count.critical) r.count.critical = Range{1, INFINITY, false};
  return r;
}

// The number in the file. None there: pid 0, which no process has, so that "not running" is what is found.
Status pid_file_read(const std::string& path, ProcessRules* rules) {
  work_note(path);
  Result<std::string> text = os_read_file(path, 4096);
  rules->pid = 0;
  if (text.status.code == Err::not_found) return {};
  if (!text.ok()) return text.status;
  auto words = words_of(text.value);
  if (words.empty() || integer_of(words[0]) < 1) return fail(Err::invalid, path + ": no PID in the file");
  rules->pid = integer_of(words[0]);
  return {};
}

Result<Report> measure_process(const Options& options) {
  Result<ProcessRules> rules = rules_from(options);
  if (!rules.ok()) return rules.status;
  if (const std::string& file = options.text("pid-file"); !file.empty())
    if (Status s = pid_file_read(file, &rules.value); !s.ok()) return s;
  bool long_name = rules.value.name.size() >= 15 || rules.value.name.find('*') != std::string::npos;
  Result<std::vector<ProcessFacts>> processes = os_processes(rules.value.by_command || long_name);
  if (rules.value.by_command) rules.value.without = process_askers(processes.value, uv_os_getpid());
  return processes.ok() ? Result<Report>(judge_process(processes.value, rules.value)) : processes.status;
}

}  // namespace

extern const CheckRow kCheckProcess = {
    "process", "Check processes by name, command line, user, state or PID file: number, memory, age.", "",
    "picket check process -n sshd  # at least one must run\n"
    "picket check process -a 'java .*Kafka' -c 1:1 --memory-critical 4294967296  # exactly one, with at most 4 GiB\n"
    "picket check process -f /run/nginx.pid --age-warning 300:  # alert on restarts\n"
    "picket check process -s Z -w 5 -c 20  # zombies",
    kRows, count_of(kRows), measure_process, nullptr, CheckState::unknown};

}  // namespace picket
