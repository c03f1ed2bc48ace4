// backend/shared/event_table.h - what is known of every event, and the event as it is now.
//
// In memory is the state by which the next result is judged, a few hundred bytes per event, read from the store when the first
// result arrives. The event itself is the store's: what was handed in counts before what is on the disk, so an event is seen
// whether or not it could be saved yet. All parts ask here for events.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/event/event_key.h"
#include "backend/event/merge.h"
#include "backend/store/store.h"

namespace picket {

struct Backend;

struct EventSlot {
  EventState state;
  std::shared_ptr<const std::string> entity_json;  // the text stored with it; null = not known
  int64_t token = 0;                               // revision of the stored event that the state is of (store.h); 0: there is none
  bool unread = false;                             // what is stored could not be read: it may know more than we do
};
using EventTable = EventMap<EventSlot>;

// Err::not_found when there is none; any other error: it may be there.
Result<StoredEvent> event_present(const Backend* backend, const EventKey& key);
// Of a namespace ("" = all) and an entity ("" = all), strictly after `after`; 0 = no limit.
Result<std::vector<StoredEvent>> events_present(const Backend* backend, std::string_view ns, std::string_view entity = {},
                                                const EventKey& after = {}, int64_t limit = 0);
// The status of its check; also of one whose stored event cannot be read, when a result came since.
std::optional<uint32_t> event_status(const Backend* backend, const EventKey& key);

Result<Event> event_of(const StoredEvent& stored);  // with its entity; names are those of the row

}  // namespace picket
