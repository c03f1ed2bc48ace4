// backend/event/silence.h - which silences an event is under (B-48, B-49).
//
// Pure. Entries are found by their own name from the few names an event can have, so thousands of entries cost an event
// a handful of hash look-ups. Expired entries count as gone at once; silence_expired says which to delete from the store.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

struct SilenceIndex {
  // key: namespace \n subscription ("" for any) \n check ("" for any)
  std::unordered_map<std::string, Silenced> entries;
  struct Due { int64_t at_s; std::string key; };
  std::vector<Due> heap;  // earliest expiry first
};

// "<subscription or *>:<check or *>"
std::string silence_name(std::string_view subscription, std::string_view check);
// What the API does with a new entry: name derived, begin and creator filled in, expire_at computed from begin and expire
// where it is not given.
void silence_prepare(Silenced& entry, const std::string& creator, int64_t now_s);
int64_t silence_expire_at(const Silenced& entry);  // unix seconds, 0 = never
// Begun, not expired, and inside one of its windows, if it has any (`every weekday from 2:00 to 3:00`: an addition).
bool silence_active(const Silenced& entry, int64_t now_s);
int64_t silence_remaining(const Silenced& entry, int64_t now_s);  // seconds, -1 = never ends

// What entries of a check on an entity are found by. Lists of events keep it, because an event is under other entries from one moment
// to the next, whether or not a result comes.
struct SilencePlace {
  std::string_view ns, entity, check;
  const StringList& subscriptions;  // silence_subscriptions
};
StringList silence_subscriptions(const Event& event);  // whose entries the event is under, besides those of its entity
bool silence_applies(const SilenceIndex& index, const SilencePlace& place, int64_t now_s);

void silence_put(SilenceIndex& index, const Silenced& entry);
void silence_delete(SilenceIndex& index, std::string_view ns, std::string_view name);
StringList silence_names(const SilenceIndex& index, const Event& event, int64_t now_s);  // sorted
// Sets check.silenced and is_silenced. To be called before the merge.
void silence_mark(const SilenceIndex& index, Event& event, int64_t now_s);
// After the merge, when the event is a resolution: takes the expire_on_resolve entries out of the event and returns
// their names; the caller deletes them (store and index).
StringList silence_resolve(const SilenceIndex& index, Event& event, int64_t now_s);

struct SilenceKey { std::string ns, name; };
std::vector<SilenceKey> silence_expired(SilenceIndex& index, int64_t now_s);  // also forgets them
int64_t silence_next_due(const SilenceIndex& index);                          // unix seconds, or INT64_MAX

}  // namespace picket
