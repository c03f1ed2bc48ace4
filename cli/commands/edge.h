// cli/commands/edge.h - `picket edge`: backend and local agent on one loop in one process, no configuration needed.
#pragma once
#include <string>
#include <vector>

#include "agent/config/agent_config.h"
#include "backend/shared/backend_config.h"
#include "common/options/options.h"

namespace picket {

extern const OptionTable kEdgeOptions;

// What its two halves are started with. The backend's part is named where it is at fault.
struct EdgeConfig {
  BackendConfig backend;
  AgentConfig agent;
  StringList warnings;          // of all its files
  bool agent_is_inner = false;  // it was given neither a password nor another backend
};
Result<EdgeConfig> edge_config(const Options& options);

// `args` without the program's and the command's names. Returns the exit status.
int edge_command(const std::vector<std::string>& args);

}  // namespace picket
