// agent/agent_tools.h - the agent explains itself: check-config, status, health, run NAME. Each returns an exit status.
#pragma once
#include <string>

#include "agent/config/agent_config.h"
#include "common/options/options.h"

namespace picket {

// 0: an agent would start with it. `wrong`: what is known to be wrong already; all is reported at once. `strict`: warnings are errors.
int agent_enroll(const Options& options, bool force);  // gets it a credential of its own; exit status
int agent_check_config(const Options& options, const Status& wrong, bool strict);
int agent_status(const Options& options);  // asks the running agent over its local socket
// Does the agent with this configuration run? It does while its backend is away, unless `connected` asks for that too.
Status agent_health(const AgentConfig& config, bool connected);
// Runs a local check once, outside of the running agent, and prints its event. `dry_run`: only what would be run.
int agent_run_check(const Options& options, const std::string& name, bool dry_run);

}  // namespace picket
