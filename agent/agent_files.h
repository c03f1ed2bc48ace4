// agent/agent_files.h - the files beside the configuration: the allow list and the definitions of local checks.
#pragma once
#include <string>

#include "agent/allow_list.h"
#include "agent/config.h"
#include "agent/local_checks.h"
#include "agent/schedule.h"
#include "common/result.h"

namespace picket {

// By its name YAML or JSON; anything else is `invalid file extension`. No path: an empty list, everything is allowed.
Result<AllowList> allow_list_load(const std::string& path);

// Every *.json, *.yml and *.yaml of the folders and what lies below them, in the order of their paths. 1.x documents are merged,
// later ones win; Go definitions stand for themselves. The 1.x client's name, subscriptions and attributes fill what the
// configuration left at its default.
Result<LocalSettings> local_settings_load(AgentConfig& config);

// Both, and the certificates: what must be there before an agent starts.
struct AgentFiles { AllowList allow_list; LocalSettings local; };
Result<AgentFiles> agent_files_load(AgentConfig& config);

}  // namespace picket
