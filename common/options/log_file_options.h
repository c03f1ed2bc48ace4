// common/options/log_file_options.h - the options of the log file, the same for agent, backend and edge; see common/program/log_file.h.
#pragma once
#include <cstdint>
#include <string>

#include "common/basic/result.h"
#include "common/options/options.h"

namespace picket {

struct LogFileOptions {
  std::string path;                // its directory is made; "": standard error, "-": standard output
  int64_t size_max = 128'000'000;  // a file that would grow beyond is turned over
  int keep = 10;                   // old files; the oldest is deleted
  int64_t age_max_ms = 0;          // old files are deleted when nothing was written to them for this time; 0 = never
  int64_t reap_every_ms = 60'000;  // how often that is looked for
};
// The rows log-file, log-max-size, log-retention-files, log-retention-duration and log-reaper-interval, the names of sensu-agent.
#define PICKET_LOG_FILE_ROWS(section)                                                                                                   \
  {"log-file",                                                                                                                          \
   nullptr,                                                                                                                             \
   0,                                                                                                                                   \
   OptionKind::text,                                                                                                                    \
   "",                                                                                                                                  \
   "FILE",                                                                                                                              \
   "Log file; empty = standard error, - = standard output. A Windows service has its own file by default.",                             \
   section},                                                                                                                            \
      {"log-max-size", nullptr, 0, OptionKind::text, "128 MB", "SIZE", "Rotate the log at this size (FILE becomes FILE.1).", section},  \
      {"log-retention-files", nullptr, 0, OptionKind::integer, "10", "COUNT", "Number of rotated log files to keep.", section},         \
      {"log-retention-duration",                                                                                                        \
       nullptr,                                                                                                                         \
       0,                                                                                                                               \
       OptionKind::duration,                                                                                                            \
       "168h",                                                                                                                          \
       "DURATION",                                                                                                                      \
       "Delete rotated log files after this time; 0 = never.",                                                                          \
       section},                                                                                                                        \
  {                                                                                                                                     \
    "log-reaper-interval", nullptr, 0, OptionKind::duration, "1m", "DURATION", "Interval of the search for expired log files.", section \
  }
Result<LogFileOptions> log_file_options(const Options& options, const std::string& default_path);

}  // namespace picket
