// common/process/process.h - run a command: output, status, deadline, whole-tree kill.
//
// Unix: `sh -c COMMAND` in its own session and process group; Windows: `cmd /c COMMAND` in a job object. stdout and
// stderr share one pipe, so lines interleave as they were written. `done` is called exactly once, never from inside
// process_run.
//
// What is killed: at the timeout all that the command started, in any session and by any parents; nothing when the command ends by
// itself. `nohup app &` lives on, also when it holds the pipe: after the exit we wait for the pipe's end until it was quiet for
// kProcessQuietMs,
// kProcessDrainMs at most, and report. The pipe is then read on and its bytes dropped, since a closed one would kill the app at its next
// line.
//
// A user that /etc/passwd does not have is asked for first, by `getent` and for a few seconds at most (asking).
//
//             output ends     child exits            deadline passes
//   running   remember        -> draining            ask the tree to end (SIGTERM), -> asked
//   asked     remember        kill the rest,         kill the tree, -> killed
//                             -> draining
//   killed    remember        -> draining            report: stuck in the kernel, still to be reaped
//   draining  close           (has exited)           timed out: kill and close; else report, -> left
//   left      close
#pragma once
#include <uv.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/types/process_result.h"

namespace picket {

inline constexpr int kProcessDrainMs = 1000;
inline constexpr int kProcessQuietMs = 250;
inline constexpr size_t kProcessesLeftMax = 256;  // pipes of what commands left behind, read on; beyond it the oldest is closed
inline constexpr int kProcessTerminateMs = 3000;

struct ProcessLimits {  // where the system can; 0 = unlimited
  int nice = 0;
  int64_t memory_bytes = 0, cpu_seconds = 0;
  std::string user;  // run as, needs the right to
};

struct ProcessRequest {
  std::string command;            // given to the shell; or argv below
  std::vector<std::string> argv;  // when not empty: run directly, no shell
  std::string input;              // bytes for stdin; empty: the null device
  std::vector<std::string> env;   // NAME=value, the whole environment; empty: ours
  std::string directory;
  int64_t timeout_ms = 0;                      // 0 = none
  int64_t terminate_ms = kProcessTerminateMs;  // from SIGTERM at the timeout to SIGKILL
  size_t output_max = 4u << 20;                // what comes beyond is read, counted and dropped
  bool pass_output = false;                    // also pass output on to our stdout/stderr as it comes (picket run)
  bool pass_input = false;                     // the child's stdin is ours
  bool output_tail = false;                    // keep the last output_max bytes instead of the first
  bool die_with_us = false;                    // Linux: the system asks it to end (SIGTERM) when we are gone, however we went
  std::function<void(std::string_view)> on_output = nullptr;  // gets the output as it comes; what is kept besides is output_max's matter
  ProcessLimits limits;
};

struct Process;
using ProcessDone = std::function<void(ProcessResult)>;

Process* process_run(uv_loop_t* loop, ProcessRequest request, ProcessDone done);
void process_kill(Process* process);  // at once; reported like a deadline that passed
void process_ask(Process* process);   // to end, as at the deadline: SIGTERM, after terminate_ms SIGKILL
// Waits for the readers of our stdout and stderr: after what must not wait for them.
void process_pass_rest(const ProcessResult& result);
// Closes the pipes of what commands left behind, before a loop ends: they do not keep it going.
void process_let_go(uv_loop_t* loop);
int process_pid(const Process* process);  // on Unix also the process group; 0 when it never started

// When we are process 1 of a container, orphans become our children: takes the exit status of those that end, so that
// they do not stay as zombies. Nothing anywhere else. `end` before the loop is closed; it lets go (process_let_go), too.
struct OrphanReaper;
OrphanReaper* process_reap_orphans(uv_loop_t* loop, bool always = false);  // always: for tests
void process_reap_end(OrphanReaper* reaper);

}  // namespace picket
