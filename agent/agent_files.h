// agent/agent_files.h - the files beside the configuration: the allow list and the definitions of local checks.
#pragma once
#include <string>

#include "agent/allow_list.h"
#include "common/result.h"

namespace picket {

// By its name YAML or JSON; anything else is `invalid file extension`. No path: an empty list, everything is allowed.
Result<AllowList> allow_list_load(const std::string& path);

}  // namespace picket
