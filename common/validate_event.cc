#include "validate.h"

namespace picket {

static Status wrong(std::string message) { return fail(Err::invalid, std::move(message)); }

Status validate_entity(const Entity& entity) {
  if (Status s = validate_name(entity.metadata.name, "entity name"); !s.ok()) return s;
  if (Status s = validate_name(entity.entity_class, "entity class"); !s.ok()) return s;
  return entity.metadata.ns.empty() ? wrong("namespace must be set") : Status{};
}

static Status validate_event_pipelines(const std::vector<ResourceReference>& pipelines) {
  for (const ResourceReference& r : pipelines)
    if (r.api_version != "core/v2" || r.type != "Pipeline")
      return wrong("pipeline reference is invalid: resource type not capable of acting as a pipeline: " + r.api_version + "." + r.type);
  return {};
}

Status validate_event(const Event& event) {
  if (!event.entity) return wrong("event must contain an entity");
  if (!event.check && !event.metrics) return wrong("event must contain a check or metrics");
  if (Status s = validate_entity(*event.entity); !s.ok()) return because("entity is invalid", s);
  if (event.check)
    if (Status s = validate_check(*event.check); !s.ok()) return because("check is invalid", s);
  if (Status s = validate_event_pipelines(event.pipelines); !s.ok()) return s;
  return event.metadata.name.empty() ? Status{} : wrong("events cannot be named");
}

}  // namespace picket
