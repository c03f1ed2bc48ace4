// backend/event/event_key.cc - the key of an event from its parts, from the event, and from the name of a row.
#include "backend/event/event_key.h"

#include <functional>

namespace picket {

EventKey::EventKey(std::string_view ns, std::string_view entity, std::string_view check) {
  text.reserve(ns.size() + entity.size() + check.size() + 2);
  text.append(ns).append(1, '\0').append(entity).append(1, '\0').append(check);
  entity_at = uint32_t(ns.size() + 1);
  check_at = uint32_t(entity_at + entity.size() + 1);
  hash = std::hash<std::string_view>()(text);
}

EventKey event_key(const Event& event) {
  const ObjectMeta& m = event.entity->metadata;
  return {m.ns, m.name, event.check ? std::string_view(event.check->metadata.name) : std::string_view()};
}

EventKey keepalive_key(const EventKey& event) { return {event.ns(), event.entity(), kKeepaliveCheck}; }

std::string event_row_name(const EventKey& key) {
  std::string name;
  name.reserve(key.entity().size() + key.check().size() + 1);
  return name.append(key.entity()).append(1, '/').append(key.check());
}

EventKey event_row_key(std::string_view ns, std::string_view name) {
  const size_t slash = name.find('/');
  return slash == name.npos ? EventKey(ns, name, "") : EventKey(ns, name.substr(0, slash), name.substr(slash + 1));
}

}  // namespace picket
