// common/rules/validate_event.cc - events and entities: what is refused, in the reference's words.
#include "common/rules/validate.h"

namespace picket {

static Status wrong(std::string message) { return fail(Err::invalid, std::move(message)); }

Status validate_entity(const Entity& entity) {
  if (Status s = validate_name(entity.metadata.name, "entity name"); !s.ok()) return s;
  if (Status s = validate_name(entity.entity_class, "entity class"); !s.ok()) return s;
  return entity.metadata.ns.empty() ? wrong("namespace must be set") : Status{};
}

Status validate_pipeline_references(const std::vector<ResourceReference>& references) {
  for (const ResourceReference& r : references)
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
  if (Status s = validate_pipeline_references(event.pipelines); !s.ok()) return s;
  return event.metadata.name.empty() ? Status{} : wrong("events cannot be named");
}

bool event_make_storable(Event& event) {
  if (!event.check) return false;
  Status why = check_make_storable(*event.check);
  if (Status s = validate_pipeline_references(event.pipelines); !s.ok()) {
    event.pipelines.clear();
    if (why.ok()) why = std::move(s);
  }
  if (!event.metadata.name.empty()) {
    event.metadata.name.clear();
    if (why.ok()) why = wrong("events cannot be named");
  }
  if (why.ok()) return true;
  Check& check = *event.check;
  check.output = "The result of this check cannot be stored as it is: " + why.message + "\n" + check.output;
  if (check.status == 0) check.status = 3;
  return validate_check(check).ok();
}

}  // namespace picket
