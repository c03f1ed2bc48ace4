// agent/agent_tools.h - the agent explains itself: check-config, status, run NAME. Each returns an exit status.
#pragma once
#include <string>

#include "common/options.h"

namespace picket {

int agent_check_config(const Options& options);           // 0: an agent would start with it
int agent_status(const Options& options);                 // asks the running agent over its local socket
// Runs a local check once, outside of the running agent, and prints its event. `dry_run`: only what would be run.
int agent_run_check(const Options& options, const std::string& name, bool dry_run);

}  // namespace picket
