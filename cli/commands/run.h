// cli/commands/run.h - `picket run`: a dead man's switch around any command.
//
// The command keeps its input, its output and its exit status; when it has ended, its outcome goes to the agent's
// result socket. An agent that is away finds it later in the outbox: a folder of files, one result each.
#pragma once
#include <string>
#include <vector>

#include "common/options/options.h"
#include "common/process/process.h"

namespace picket {

extern const OptionTable kRunOptions;

inline constexpr int kRunNotFound = 127;            // exit statuses as a shell has them
inline constexpr int kRunTimedOut = 124;            // as timeout(1)
inline constexpr size_t kOutboxFilesMax = 1000;     // in one folder; the oldest go first
inline constexpr size_t kOutboxFileMax = 1u << 20;  // of one result

// The exit status for our caller, and the status and output of the result.
int run_exit_status(const ProcessResult& result);
uint32_t run_check_status(const ProcessResult& result, bool plugin);
std::string run_output(const ProcessResult& result, const std::vector<std::string>& argv);
// The result in the form of the result socket.
std::string run_result_json(const Options& options, ProcessResult result);  // kOutboxFileMax at most: the output's end is kept

// The outbox: written whole or not at all, named so that they sort by time.
// `lost`: the files that had to go, because kOutboxFilesMax of them wait.
Status outbox_write(const std::string& dir, const std::string& json, int64_t now_ms, std::vector<std::string>* lost = nullptr);
std::vector<std::string> outbox_files(const std::string& dir);  // oldest first
std::string outbox_default_dir();
// The machine's own place is made as packages make it, but that its group is that of root: anybody may write to it. Others are private.
Status outbox_make(const std::string& dir, bool shared);
std::string outbox_waiting_text(const std::string& dir);  // which agent will take what lies there

int run_command(const std::vector<std::string>& args);

}  // namespace picket
