// common/rules/validate.h - the rules the resources and the events share: names, and one validator per type.
//
// Texts and order are those of 6.x (H-60): clients show them and tests compare them. Whether an
// expression is JavaScript is not decided here: the API asks the script engine.
#pragma once
#include <string_view>

#include "common/rules/resource_types.h"
#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr size_t kNameMax = 1024;  // bytes of a name; beyond it, it is refused: it has to fit into URLs and headers

Status validate_username(std::string_view name, std::string_view what);      // lower case
Status validate_subscription(std::string_view name, std::string_view what);  // also names of roles and bindings
Status validate_asset_name(std::string_view name);                           // slashes too; no `what`

inline constexpr int64_t kUnixSecondsMax = 100'000'000'000;             // the year 5138: what is beyond it is in milliseconds
inline constexpr int64_t kSilenceSecondsMax = 100ll * 366 * 24 * 3600;  // more is a mistake, and would not fit a clock

Status validate_pipeline_references(const std::vector<ResourceReference>& references);  // of a check or an event

Status validate_no_nul(const char* field, std::string_view value);  // of a command or an environment variable
Status validate_env_vars(const StringList& env_vars);               // of a check, handler or mutator

// ---- names of other objects in a definition (validate_references.cc) ----
// What no object can be called is never found: refused with the field, the value and what to do. Whether there is one is not asked.
Status validate_reference_names(const StringList& names, const char* field, const char* kind);  // "filters", "filter"
Status validate_asset_references(const StringList& assets);                                     // runtime_assets
Status validate_check_references(const CheckConfig& check);
Status validate_handler_references(const Handler& handler);
Status validate_role_reference(const RoleRef& ref);
// What the API refuses of an entity, beside what results may not carry: its handlers.
Status validate_entity_definition(const Entity& entity);

Status validate_asset(const Asset& asset);
// What the API refuses: also what would be stored, but could never be fetched.
Status validate_asset_definition(const Asset& asset);
Status validate_filter(const EventFilter& filter);
Status validate_handler(const Handler& handler);
Status validate_hook(const HookConfig& hook);             // what an agent refuses to run
Status validate_hook_definition(const HookConfig& hook);  // what the API refuses
Status validate_mutator(const Mutator& mutator);
Status validate_pipeline(const Pipeline& pipeline);
Status validate_role(const Role& role);
Status validate_cluster_role(const Role& role);
Status validate_role_binding(const RoleBinding& binding);
Status validate_cluster_role_binding(const RoleBinding& binding);
Status validate_silenced(const Silenced& silenced);
Status validate_namespace(const Namespace& ns);
Status validate_user(const User& user);
Status validate_api_key(const ApiKey& key);

}  // namespace picket
