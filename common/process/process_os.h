// common/process/process_os.h - what of running a command differs between systems. For process.cc alone.
#pragma once
#include <set>

#include "common/process/process.h"

namespace picket {

struct ProcessPlan {  // how uv_spawn is to be called
  std::string file;
  std::vector<std::string> argv;
  unsigned flags = 0;
  unsigned uid = 0, gid = 0;
  std::string error;  // why it cannot be started at all
  // A command to be run first, because /etc/passwd does not have the user: the directories of the system may (LDAP, SSSD). Those
  // that ask them may wait for long, and are libraries of the system, which a static program must not load.
  std::vector<std::string> question;
};
ProcessPlan process_plan(const ProcessRequest& request);
// What came of the question: the user's ids, or an error.
void process_plan_answer(const ProcessRequest& request, const ProcessResult& answer, ProcessPlan* plan);

// A started child, and the handle that reports its end. The handle is closed with uv_close like any other; `free` when that is
// done.
struct ProcessChild {
  uv_handle_t* handle = nullptr;  // also after a failed start, when it was initialised
  int pid = 0;
  uint64_t mark = 0;  // see process_mark
  void (*free)(uv_handle_t* handle) = nullptr;
};
using ProcessExited = void (*)(uv_handle_t* handle, int64_t status, int signal);  // once, from the loop
// 0 or a libuv error. What `options` says is what uv_spawn would do; exit_cb is not looked at.
int process_start(uv_loop_t* loop, uv_process_options_t& options, ProcessExited exited, ProcessChild* child);
// The same for one that is asked to end when we are gone. Its file is a path.
int process_start_bound(uv_loop_t* loop, uv_process_options_t& options, ProcessExited exited, ProcessChild* child);
int process_start_uv(uv_loop_t* loop, uv_process_options_t& options, ProcessExited exited, ProcessChild* child);  // by uv_spawn

// What is started between the two carries a mark, handed down to all it starts, whatever sessions they make and whatever their parents are.
// 0: none.
uint64_t process_mark();
void process_unmark();

// The child and whatever it starts. Opened right after the start; `nullptr` where the pid says it all.
void* process_group_open(const ProcessChild& child, const ProcessLimits& limits);
// Asks the group to end, where a process can be asked; false: it has to be killed.
bool process_group_terminate(void* group, int pid);
// Kills every process of the group, also when the child itself is gone. False: at least one is still there.
bool process_group_kill(void* group, int pid);
void process_group_close(void* group);

// What a command wrote, as UTF-8. Unix: as it is. Windows: what is not UTF-8 comes in the console's code page, or in UTF-16 with
// its mark. `is_cut`: the text may begin or end in the middle of a character.
std::string process_output_text(std::string bytes, bool is_cut);

bool process_is_first();  // PID 1
// Takes the exit status of every child that has ended, those of `ours` left out: libuv waits for them.
void process_reap_others(const std::set<int>& ours);
const std::set<int>& process_running();  // process.cc: pids that libuv waits for

}  // namespace picket
