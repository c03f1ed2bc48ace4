// agent/core/agent_entity.h - the agent's entity: local configuration, what the backend configured, what the system reports. Pure.
#pragma once
#include <memory>
#include <string>

#include "agent/config/agent_config.h"
#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr const char* kManagedByLabel = "sensu.io/managed_by";
inline constexpr const char* kManagedByAgent = "sensu-agent";
inline constexpr const char* kNotFoundName = "not found";  // entity_config of a backend that does not know us

// The entity of the local configuration; system facts empty.
Entity entity_local(const AgentConfig& config);

// Puts the payload of an `entity_config` into `entity`, as a whole: what it does not name becomes empty. False: the
// backend does not know us, nothing changed. A redacted value that made a round trip comes back as REDACTED (our
// session is JSON, the backend stored what it saw): there the local value stands.
Result<bool> entity_apply_config(Entity& entity, std::string_view payload, const AgentConfig& config);

void entity_set_facts(Entity& entity, System facts, const AgentConfig& config, int64_t unix_s);

}  // namespace picket
