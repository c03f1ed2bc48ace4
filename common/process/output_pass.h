// common/process/output_pass.h - hands a command's output on to one of our own descriptors, without waiting for its reader.
//
// A reader that does not read must hold up neither the command's deadline nor a signal that is meant for it: what the descriptor does not
// take now waits here, and the command's pipe is not read meanwhile, so the command waits as it would without us.
#pragma once
#include <string>
#include <string_view>

namespace picket {

inline constexpr size_t kPassWaitingMax = 1u << 20;  // once the command has ended: what its pipe still held

struct OutputPass {
  int fd = -1;          // 1 or 2; -1: nothing is passed on
  std::string waiting;  // read from the command, not yet taken by our reader
  int error = 0;        // errno: nothing more can be passed on
};

// Passes on what can be passed on without waiting. True when nothing is left.
bool output_pass_add(OutputPass* pass, std::string_view bytes);
// Waits for the reader until all is taken; 0 or errno.
int output_pass_wait(int fd, std::string_view bytes);

// Of the system: how many of the bytes were taken without waiting; *error is set when no more ever will be.
size_t output_pass_some(int fd, std::string_view bytes, int* error);

}  // namespace picket
