// common/os_log_file.h - log lines into a file that is turned over when it is full: FILE, FILE.1 (the last one) ... FILE.N.
#pragma once
#include <cstdint>
#include <string>

#include "result.h"

namespace picket {

struct LogFileOptions {
  std::string path;                // its directory is made
  int64_t size_max = 10 << 20;     // a file that would grow beyond is turned over
  int keep = 5;                    // old files; the oldest is deleted
};
// From now on the log goes there. A line that cannot be written goes to stderr.
Status log_to_file(const LogFileOptions& options);

}  // namespace picket
