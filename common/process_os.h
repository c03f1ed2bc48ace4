// common/process_os.h - what of running a command differs between systems. For process.cc alone.
#pragma once
#include <set>

#include "common/process.h"

namespace picket {

struct ProcessPlan {  // how uv_spawn is to be called
  std::string file;
  std::vector<std::string> argv;
  unsigned flags = 0;
  unsigned uid = 0, gid = 0;
  std::string error;  // why it cannot be started at all
};
ProcessPlan process_plan(const ProcessRequest& request);

// The child and whatever it starts. Opened right after the start; `nullptr` where the pid says it all.
void* process_group_open(const uv_process_t* child, const ProcessLimits& limits);
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
