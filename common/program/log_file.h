// common/program/log_file.h - log lines into a file that is turned over when it is full: FILE, FILE.1 (the last one) ... FILE.N.
#pragma once
#include <string_view>

#include "common/basic/result.h"
#include "common/options/log_file_options.h"

namespace picket {

// From now on the log goes there. A line that cannot be written goes to standard error; the file
// is tried again every second, and says then how many lines it lacks. What is no regular file (/dev/stdout, a
// pipe) is never turned over.
Status log_to_file(const LogFileOptions& options);

// Why `program` ("agent") did not start, a sentence a line; its exit status. At a terminal it is read as it is; anywhere else it is,
// as in the reference, a line of the log for each. A program that logs into a file, or a service, writes both.
int log_start_failure(std::string_view program, std::string_view why);

}  // namespace picket
