// cli/sensu_names.h - under the names sensu-agent and sensu-backend: their configuration files and their directories, so that
// what they left is found and what they go back to is untouched.
#pragma once
#include "common/options/options.h"

namespace picket {

const OptionTable& sensu_agent_options();
const OptionTable& sensu_backend_options();

}  // namespace picket
