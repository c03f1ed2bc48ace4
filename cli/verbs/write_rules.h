// cli/verbs/write_rules.h - writing many resources: in which order, what is left to others, and secrets that a file does not have. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/ctl/resource_file.h"

namespace picket {

// What others refer to comes first: a check that runs finds its handlers, filters and silences. Deleted is in the opposite order.
inline constexpr const char* kWriteOrder[] = {
    "Namespace", "ClusterRole", "ClusterRoleBinding", "User",     "APIKey", "TessenConfig", "Role",     "RoleBinding", "Asset",
    "HookConfig", "EventFilter", "Mutator",           "Handler",  "Pipeline", "Silenced",   "Entity",   "CheckConfig", "Event"};
void write_order(std::vector<FileResource>& resources);

// Entities of agents with agent-managed-entity: writing them is refused once the agent is connected, which sets them itself.
bool is_agents_own(std::string_view entity);
inline constexpr const char* kAgentsOwnRefusal = "entity is managed by its agent";  // of a backend, with 409

// Labels and annotations of an entity that were read as REDACTED: "label db_password".
std::vector<std::string> redacted_names(std::string_view entity);
// Without them; but what the stored entity shows as REDACTED too stays so, because a picket backend keeps what it has then.
std::string redacted_left_out(std::string_view entity, std::string_view stored);

}  // namespace picket
