// common/types/process_result.h - how a command ended: what common/process reports, and what checks and handlers are judged by.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace picket {

struct ProcessResult {
  enum Outcome { exited, signalled, timed_out, failed_to_start } outcome = exited;
  int status = 0;             // exit code, or the signal
  std::string output;         // stdout and stderr joined, on Windows converted to UTF-8; failed_to_start: the reason
  size_t output_dropped = 0;  // bytes beyond output_max
  int64_t started_ms = 0;     // wall clock
  double duration = 0;        // seconds
  int pid = 0;
  bool kill_failed = false;  // the tree could not be killed
  std::string unpassed[2];   // pass_output: what nobody has taken yet of our stdout and stderr (process_pass_rest)
};

}  // namespace picket
