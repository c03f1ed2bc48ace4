// backend/command.h - `picket backend start`: options, loop, signals.
#pragma once
#include <string>
#include <vector>

namespace picket {

// `args` without the program's and the command's names: {"start", "--state-dir", ...}. Returns the exit status.
int backend_command(const std::vector<std::string>& args);

}  // namespace picket
