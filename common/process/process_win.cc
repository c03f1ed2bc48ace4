// common/process/process_win.cc - the command and all it starts live in a job object; the job is what we kill.
#include "common/os/os_win.h"

#include <tlhelp32.h>

#include <vector>

#include "common/process/process_os.h"

namespace picket {
namespace {

struct Group {
  HANDLE job = nullptr;
  DWORD pid = 0;
  uint64_t started = 0;  // of the command, as FILETIME
};

// Not the `cmd` that happens to lie in the current directory or in the child's PATH.
std::string shell_path() {
  wchar_t folder[MAX_PATH];
  UINT size = GetSystemDirectoryW(folder, MAX_PATH);
  return (size > 0 && size < MAX_PATH ? os_narrow(std::wstring_view(folder, size)) + "\\" : std::string()) + "cmd.exe";
}

void job_limit(HANDLE job, const ProcessLimits& limits) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  if (limits.memory_bytes > 0) {
    info.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_PROCESS_MEMORY;
    info.ProcessMemoryLimit = static_cast<SIZE_T>(limits.memory_bytes);
  }
  if (limits.cpu_seconds > 0) {
    info.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_PROCESS_TIME;
    info.BasicLimitInformation.PerProcessUserTimeLimit.QuadPart = limits.cpu_seconds * 10'000'000;
  }
  if (limits.nice > 0) {
    info.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_PRIORITY_CLASS;
    info.BasicLimitInformation.PriorityClass = limits.nice >= 10 ? IDLE_PRIORITY_CLASS : BELOW_NORMAL_PRIORITY_CLASS;
  }
  if (info.BasicLimitInformation.LimitFlags != 0) SetInformationJobObject(job, JobObjectExtendedLimitInformation, &info, sizeof info);
}

uint64_t started_at(HANDLE process) {
  FILETIME created{}, ended, kernel, user;
  if (!GetProcessTimes(process, &created, &ended, &kernel, &user)) return 0;
  return uint64_t(created.dwHighDateTime) << 32 | created.dwLowDateTime;
}

struct Member { DWORD pid; uint64_t started; };

// A child names its parent by number, and numbers are used again: what is older than the parent is not its child.
void kill_if_child(const PROCESSENTRY32W& entry, std::vector<Member>& family) {
  for (const Member& parent : family)
    if (parent.pid == entry.th32ProcessID) return;
  for (const Member& parent : std::vector<Member>(family)) {
    if (entry.th32ParentProcessID != parent.pid) continue;
    HANDLE process = OpenProcess(PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, entry.th32ProcessID);
    if (!process) return;
    if (uint64_t started = started_at(process); started >= parent.started) {
      family.push_back({entry.th32ProcessID, started});
      TerminateProcess(process, 1);
    }
    CloseHandle(process);
    return;
  }
}

// What the command started before it was put into the job is not in it: those are found by their parents.
void kill_descendants(const Group& group) {
  HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  if (all == INVALID_HANDLE_VALUE) return;
  std::vector<Member> family = {{group.pid, group.started}};
  for (size_t before = 0; before != family.size();) {
    before = family.size();
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    for (BOOL found = Process32FirstW(all, &entry); found; found = Process32NextW(all, &entry)) kill_if_child(entry, family);
  }
  CloseHandle(all);
}

}  // namespace

ProcessPlan process_plan(const ProcessRequest& request) {
  ProcessPlan plan;
  plan.flags = UV_PROCESS_WINDOWS_HIDE;
  plan.argv = request.argv;
  if (request.argv.empty()) {
    plan.argv = {"cmd", "/c", request.command};
    plan.flags |= UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS;  // the command line goes to cmd as it was written
  }
  plan.file = request.argv.empty() ? shell_path() : plan.argv[0];
  if (!request.limits.user.empty()) plan.error = "commands cannot be run as another user on Windows: \"" + request.limits.user + "\"";
  return plan;
}

int process_start(uv_loop_t* loop, uv_process_options_t& options, ProcessExited exited, ProcessChild* child) {
  return process_start_uv(loop, options, exited, child);
}

uint64_t process_mark() { return 0; }  // the job holds all
void process_unmark() {}

bool process_group_terminate(void*, int) { return false; }  // there is no signal that every program would hear

void process_plan_answer(const ProcessRequest&, const ProcessResult&, ProcessPlan*) {}  // nothing is asked here

void* process_group_open(const ProcessChild& started, const ProcessLimits& limits) {
  const auto* child = reinterpret_cast<const uv_process_t*>(started.handle);
  auto* group = new Group;
  group->pid = DWORD(child->pid);
  group->started = started_at(child->process_handle);
  group->job = CreateJobObjectW(nullptr, nullptr);
  if (group->job) {
    job_limit(group->job, limits);
    AssignProcessToJobObject(group->job, child->process_handle);
  }
  return group;
}

void process_group_close(void* handle) {
  auto* group = static_cast<Group*>(handle);
  if (group && group->job) CloseHandle(group->job);
  delete group;
}

bool process_group_kill(void* handle, int) {
  auto* group = static_cast<Group*>(handle);
  if (!group) return false;
  bool killed = group->job && TerminateJobObject(group->job, 1);
  kill_descendants(*group);
  return killed;
}

bool process_is_first() { return false; }
void process_reap_others(const std::set<int>&) {}

}  // namespace picket
