// backend/event/event_key.h - which event: namespace, entity and check, as one text with its hash, made once.
//
// Everything that is known of an event (its state, its countdown, its decision, its mark, its metrics, what of it waits for the disk)
// lies under this key. An event without a check has the check "". The countdown of a check that all agents take turns at has the
// entity "". No part holds a zero byte.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/types/types.h"

#include "common/rules/resource_types.h"

namespace picket {

struct EventKey {
  std::string text;  // the parts with a zero byte between them: in the order of the store's tables
  uint32_t entity_at = 0, check_at = 0;
  size_t hash = 0;

  EventKey() = default;  // of no event
  EventKey(std::string_view ns, std::string_view entity, std::string_view check);

  std::string_view ns() const { return std::string_view(text).substr(0, entity_at - (entity_at > 0)); }
  std::string_view entity() const { return std::string_view(text).substr(entity_at, check_at - entity_at - (check_at > 0)); }
  std::string_view check() const { return std::string_view(text).substr(check_at); }
  bool is_keepalive() const { return check() == kKeepaliveCheck; }
};

inline bool operator==(const EventKey& a, const EventKey& b) { return a.hash == b.hash && a.text == b.text; }
inline bool operator<(const EventKey& a, const EventKey& b) { return a.text < b.text; }

struct EventKeyHash {
  size_t operator()(const EventKey& key) const noexcept { return key.hash; }
};
template <class T>
using EventMap = std::unordered_map<EventKey, T, EventKeyHash>;

EventKey event_key(const Event& event);         // which must have an entity
EventKey keepalive_key(const EventKey& event);  // of the keepalive of its host

// Rows that belong to an event (decisions, marks) are named ENTITY/CHECK; no name of an entity holds a slash.
std::string event_row_name(const EventKey& key);
EventKey event_row_key(std::string_view ns, std::string_view name);

}  // namespace picket
