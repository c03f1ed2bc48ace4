// cli/commands/run_result.cc - what a finished command means, and how it is reported.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/commands/run.h"
#include "common/json/json.h"
#include "common/os/os.h"

namespace picket {
namespace {

const char* const kPrefixes[] = {"PICKET_RUN_", nullptr};
constexpr OptionKind kText = OptionKind::text;

const OptionRow kRows[] = {
    {"name", nullptr, 'n', kText, "", "NAME", "Name of the check (required).", "Result"},
    {"ttl", nullptr, 0, OptionKind::duration, "", "SPAN", "Time until the next result is due; the event becomes critical if none arrives. 0 = no limit.", "Result"},
    {"source", nullptr, 0, kText, "", "ENTITY", "Entity of the result, if not the agent's.", "Result"},
    {"handlers", nullptr, 0, OptionKind::list, "", "NAME,...", "Handlers to notify.", "Result"},
    {"plugin", nullptr, 0, OptionKind::boolean, "false", "", "Treat the command as a monitoring plugin: its exit status is the check's status. Otherwise 0 is OK, anything else critical.", "Result"},
    {"timeout", nullptr, 't', OptionKind::duration, "0", "SPAN", "Kill the command and its child processes after this time. 0 = never.", "Command"},
    {"output-max", nullptr, 0, OptionKind::integer, "16384", "BYTES", "Maximum output size; the end of the output is reported.", "Command"},
    {"socket-host", nullptr, 0, kText, "127.0.0.1", "HOST", "Address of the agent's result socket.", "Agent"},
    {"socket-port", nullptr, 0, OptionKind::integer, "3030", "PORT", "Port of the agent's result socket.", "Agent"},
    {"report-timeout", nullptr, 0, OptionKind::duration, "3s", "SPAN", "Time to wait for the agent before the result is stored in the outbox.", "Agent"},
    {"outbox", nullptr, 0, kText, "", "DIR", "Directory for results while the agent is unreachable; empty = system default.", "Agent"},
};

std::string seconds_text(double seconds) {
  char text[32];
  snprintf(text, sizeof text, seconds < 10 ? "%.2f s" : "%.0f s", seconds);
  return text;
}

std::string first_word(const std::vector<std::string>& argv) { return argv.empty() ? "the command" : argv[0]; }

constexpr int kSilenceStatus = 2;  // critical; a backend that does not know of it makes it 1

// One line that a person reads first in a list of events.
std::string summary(const ProcessResult& r, const std::vector<std::string>& argv) {
  std::string took = " after " + seconds_text(r.duration);
  switch (r.outcome) {
    case ProcessResult::exited: return first_word(argv) + " exited with status " + std::to_string(r.status) + took;
    case ProcessResult::signalled: return first_word(argv) + " was killed by signal " + std::to_string(r.status) + took;
    case ProcessResult::timed_out: return first_word(argv) + " timed out and was killed" + took;
    case ProcessResult::failed_to_start: return "cannot " + r.output;
  }
  return "";
}

}  // namespace

const OptionTable kRunOptions = {"run", kPrefixes, "", kRows, int(std::size(kRows))};

int run_exit_status(const ProcessResult& r) {
  switch (r.outcome) {
    case ProcessResult::exited: return r.status;
    case ProcessResult::signalled: return 128 + r.status;
    case ProcessResult::timed_out: return kRunTimedOut;
    case ProcessResult::failed_to_start: return kRunNotFound;
  }
  return 1;
}

uint32_t run_check_status(const ProcessResult& r, bool plugin) {
  constexpr uint32_t kCritical = 2;
  if (r.outcome != ProcessResult::exited) return kCritical;
  if (plugin) return uint32_t(r.status);
  return r.status == 0 ? 0 : kCritical;
}

std::string run_output(const ProcessResult& r, const std::vector<std::string>& argv) {
  std::string out = summary(r, argv) + "\n";
  if (r.outcome == ProcessResult::failed_to_start) return out;
  if (r.output_dropped > 0) out += "[" + std::to_string(r.output_dropped) + " earlier bytes omitted]\n";
  return out + r.output;
}

namespace {

std::string result_json(const Options& o, const ProcessResult& r) {
  JsonObject json;
  json.add("name", o.text("name")).add("status", run_check_status(r, o.boolean("plugin")));
  json.add("output", o.boolean("plugin") && r.outcome == ProcessResult::exited ? r.output : run_output(r, o.args));
  if (int64_t ttl = o.duration_ms("ttl") / 1000; ttl > 0) json.add("ttl", ttl).add("ttl_status", int64_t(kSilenceStatus));
  if (!o.text("source").empty()) json.add("source", o.text("source"));
  if (!o.list("handlers").empty()) json.add("handlers", o.list("handlers"));
  json.add("executed", r.started_ms / 1000).add("duration", r.duration);
  return json.done();
}

}  // namespace

std::string run_result_json(const Options& o, ProcessResult r) {
  std::string json = result_json(o, r);
  while (json.size() > kOutboxFileMax && !r.output.empty()) {  // control characters are six times as long in JSON
    const size_t gone = (r.output.size() + 1) / 2;
    r.output.erase(0, gone);
    r.output_dropped += gone;
    json = result_json(o, r);
  }
  return json;
}

std::vector<std::string> outbox_files(const std::string& dir) {
  std::vector<std::string> out;
  Result<std::vector<std::string>> names = os_list_dir(dir);
  for (const std::string& n : names.value)
    if (n.size() > 12 && n.compare(0, 7, "result-") == 0 && n.compare(n.size() - 5, 5, ".json") == 0) out.push_back(dir + "/" + n);
  std::sort(out.begin(), out.end());
  return out;
}

Status outbox_make(const std::string& dir, bool shared) {
  if (!shared || os_is_dir(dir)) return os_make_dirs(dir, 0700);
  const size_t slash = dir.rfind('/');
  if (Status s = os_make_dirs(dir.substr(0, slash), 0755); slash > 0 && !s.ok()) return s;
  if (Status s = os_make_dirs(dir, 0700); !s.ok()) return s;
  return os_set_mode(dir, 02773);
}

std::string outbox_waiting_text(const std::string& dir) {
  if (os_is_shared_dir(dir)) return "it is kept in " + dir;
  const std::string shared = os_shared_outbox();
  const std::string make = shared.empty() ? ""
                                          : "create the shared outbox as root: `mkdir -p " + shared + "; chgrp picket " + shared +
          "; chmod 2773 " + shared + "` (picket: the agent's group), or ";
  return "it is kept in " + dir + " until the next `picket run` that reaches an agent; an agent of another user does not read it. " +
      "To have it read: " + make + "set --outbox to the directory `outbox` in the agent's state-dir";
}

Status outbox_write(const std::string& dir, const std::string& json, int64_t now_ms, std::vector<std::string>* lost) {
  if (Status s = outbox_make(dir, dir == os_shared_outbox()); !s.ok()) return s;
  std::vector<std::string> before = outbox_files(dir);
  for (size_t i = 0; i + kOutboxFilesMax <= before.size(); i++)
    if (os_remove_file(before[i]).ok() && lost) lost->push_back(before[i]);
  char name[64];
  snprintf(name, sizeof name, "/result-%015lld-", static_cast<long long>(now_ms));
  const std::string path = dir + name + os_uuid() + ".json";
  // The group of a shared folder, which is its agents', may read it.
  return os_write_file(path, json, os_is_shared_dir(dir) ? 0640 : 0600);
}

// The packages make one that anybody may write to and every agent of the machine reads.
std::string outbox_default_dir() {
  const std::string shared = os_shared_outbox();
  return os_is_shared_dir(shared) ? shared : os_default_dir("state") + "/outbox";
}

}  // namespace picket
