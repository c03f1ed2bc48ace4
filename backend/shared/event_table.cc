// backend/shared/event_table.cc - events as they are now, from memory where that knows more than the store.
#include "backend/shared/event_table.h"

#include <utility>

#include "common/json/json.h"
#include "backend/shared/backend.h"

namespace picket {

Result<StoredEvent> event_present(const Backend* b, const EventKey& key) { return store_get_event(b->store, key); }

Result<std::vector<StoredEvent>> events_present(const Backend* b, std::string_view ns, std::string_view entity, const EventKey& after,
                                                int64_t limit) {
  return store_list_events(b->store, ns, entity, after, limit);
}

std::optional<uint32_t> event_status(const Backend* b, const EventKey& key) {
  auto slot = b->events.find(key);
  if (slot != b->events.end() && slot->second.state.known) return slot->second.state.status;
  Result<StoredEvent> stored = event_present(b, key);
  if (!stored.ok()) return std::nullopt;
  const std::string_view status = json_at(stored.value.head, {"check", "status"});
  if (status.empty()) return std::nullopt;
  return json_uint32(status).value;
}

Result<Event> event_of(const StoredEvent& stored) {
  Result<Event> event = event_decode(stored.head, nullptr);
  if (!event.ok() || !stored.entity_json) return event;
  Result<Entity> entity = decode<Entity>(*stored.entity_json);
  if (!entity.ok()) return entity.status;
  if (stored.last_seen != 0) entity.value.last_seen = stored.last_seen;
  entity.value.metadata.ns = stored.key.ns();
  entity.value.metadata.name = stored.key.entity();
  if (event.value.check) event.value.check->metadata.name = stored.key.check();
  event.value.entity = std::make_shared<const Entity>(std::move(entity.value));
  return event;
}

}  // namespace picket
