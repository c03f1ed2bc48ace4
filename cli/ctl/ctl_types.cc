// cli/ctl/ctl_types.cc - the resource table with events in it: the API treats them apart, a person does not.
#include "cli/ctl/ctl.h"

namespace picket {
namespace {

Result<Resource> decode_event(std::string_view json);

Status validate_event_text(std::string_view json) {
  Result<Event> e = event_decode(json, nullptr, Unknown::drop);
  return e.ok() ? validate_event(e.value) : e.status;
}

std::string event_with_metadata(std::string_view json, const ObjectMeta& metadata) {
  Result<Event> e = event_decode(json, nullptr, Unknown::drop);
  e.value.metadata = metadata;
  return encode(e.value);
}

constexpr ResourceType kEventType = {"Event", "events", true, true, decode_event, validate_event_text, event_with_metadata};

Result<Resource> decode_event(std::string_view json) {
  Result<Event> e = event_decode(json, nullptr, Unknown::drop);
  if (!e.ok()) return e.status;
  return Resource{&kEventType, e.value.metadata, encode(e.value)};
}

bool is_event(std::string_view name) { return name == "Event" || name == "event" || name == "events"; }

}  // namespace

const ResourceType* ctl_type(std::string_view name) {
  if (is_event(name)) return &kEventType;
  const ResourceType* type = resource_by_type(name);
  return type ? type : resource_by_plural(name);
}

}  // namespace picket
