// common/rules/entity_differences.h - where an agent's own configuration and its entity on the backend differ. Pure.
//
// From 6.0 on the backend's entity counts, unless the agent manages it (W-31): what somebody changes in agent.yml has no effect then,
// and people look for the reason in vain. Both ends say it in their logs.
#pragma once
#include <string>

#include "common/types/types.h"

namespace picket {

// The fields that differ, as "labels, subscriptions"; "": none. Values that one side has only redacted are not compared, nor are the
// subscription and the label that the system adds.
std::string entity_differences(const Entity& own, const Entity& stored);

}  // namespace picket
