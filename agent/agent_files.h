// agent/agent_files.h - the files beside the configuration: the allow list and the definitions of local checks.
#pragma once
#include <string>

#include "agent/check/allow_list.h"
#include "agent/config/agent_config.h"
#include "agent/config/local_checks.h"
#include "agent/check/local_schedule.h"
#include "common/options/ports.h"
#include "common/basic/result.h"

namespace picket {

// By its name YAML or JSON; anything else is `invalid file extension`. No path: an empty list, everything is allowed.
Result<AllowList> allow_list_load(const std::string& path);

// The checks of the configuration file itself, then every *.json, *.yml and *.yaml of the conf-dirs and what lies below them, in
// the order of their paths. 1.x documents are merged, later ones win; Go definitions stand for themselves. The 1.x client object
// fills what no option gave. Errors, one per line, name file, line and check; `notes`: what was ignored.
Result<LocalSettings> local_settings_load(AgentConfig& config, StringList& notes);

// Both, and the certificates: what must be there before an agent starts. All errors are reported, one per line.
struct AgentFiles { AllowList allow_list; LocalSettings local; StringList notes; };
Result<AgentFiles> agent_files_load(AgentConfig& config);

// Where the agent will listen; a default that gives way (ports.h) is turned off in the configuration.
std::vector<PortUse> agent_ports(AgentConfig& config);

}  // namespace picket
