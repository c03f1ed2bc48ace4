// cli/edge.h - `picket edge`: backend and local agent on one loop in one process, no configuration needed.
#pragma once
#include <string>
#include <vector>

#include "common/options.h"

namespace picket {

extern const OptionTable kEdgeOptions;

// `args` without the program's and the command's names. Returns the exit status.
int edge_command(const std::vector<std::string>& args);

}  // namespace picket
