// common/process_win.cc - the command and all it starts live in a job object; the job is what we kill.
#include "common/os_win.h"

#include "common/process_os.h"

namespace picket {

ProcessPlan process_plan(const ProcessRequest& request) {
  ProcessPlan plan;
  plan.flags = UV_PROCESS_WINDOWS_HIDE;
  if (request.argv.empty()) {
    plan.argv = {"cmd", "/c", request.command};
    plan.flags |= UV_PROCESS_WINDOWS_VERBATIM_ARGUMENTS;  // the command line goes to cmd as it was written
  } else {
    plan.argv = request.argv;
  }
  plan.file = plan.argv[0];
  if (!request.limits.user.empty()) plan.error = "commands cannot be run as another user on Windows: \"" + request.limits.user + "\"";
  return plan;
}

void* process_group_open(const uv_process_t* child, const ProcessLimits& limits) {
  HANDLE job = CreateJobObjectW(nullptr, nullptr);
  if (!job) return nullptr;
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
  // Between its start and this line the child may have started another process: that one is not in the job.
  AssignProcessToJobObject(job, child->process_handle);
  return job;
}

void process_group_close(void* group) {
  if (group) CloseHandle(group);
}

bool process_group_kill(void* group, int) { return group && TerminateJobObject(group, 1); }

bool process_is_first() { return false; }
void process_reap_others(const std::set<int>&) {}

}  // namespace picket
