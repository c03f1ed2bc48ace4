// common/rules/resource_types.h - the table of stored kinds: one row per core/v2 resource type.
//
// The API routes, the command line, dump/apply and the store's kinds are all made from these rows.
#pragma once
#include <string>
#include <string_view>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

// One decoded resource in canonical JSON: every field present as the 6.9.2 API writes it, unknown fields dropped.
struct Resource {
  const struct ResourceType* type = nullptr;
  ObjectMeta metadata;  // users and namespaces: name only
  std::string body;     // canonical JSON, metadata included
};

struct ResourceType {
  const char* type;    // "CheckConfig": the wrapped form's type
  const char* plural;  // "checks": path segment, RBAC resource and store kind
  bool namespaced;
  bool has_metadata;  // false: namespaces, users, tessen
  Result<Resource> (*decode)(std::string_view json);
  Status (*validate)(std::string_view canonical_json);  // exact texts of the reference (H-60)
  std::string (*with_metadata)(std::string_view canonical_json, const ObjectMeta& metadata);
};

extern const ResourceType kResourceTypes[];
extern const int kResourceTypesCount;
const ResourceType* resource_by_plural(std::string_view plural);
const ResourceType* resource_by_type(std::string_view type);  // "CheckConfig" or its snake_case alias

inline constexpr const char* kKeepaliveCheck = "keepalive";  // an agent's own event; no check and no result may be named so

// Name rules (H-61). The message starts with `what`: "check name must not be empty".
Status validate_name(std::string_view name, std::string_view what);
Status validate_check_config(const CheckConfig& check);  // what an agent refuses to run
// What the API and the local settings of an agent refuse: also what would run, but whose results could not be stored.
Status validate_check_definition(const CheckConfig& check);
// Takes out of a result what keeps it from being stored, so that at least the fact and the reason are. Says what was wrong first; ok:
// nothing was. A check without a name stays as it is.
Status check_make_storable(Check& check);
Status validate_check(const Check& check);  // inside an event
Status validate_entity(const Entity& entity);
Status validate_event(const Event& event);  // "check is invalid: ..." etc.
// The same for a whole result: what had to be taken out is said in its output, and it is no success. False: there is nothing to be stored.
bool event_make_storable(Event& event);

}  // namespace picket
