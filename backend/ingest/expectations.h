// backend/ingest/expectations.h - checks that are defined to be expected: what their results get, and who of those has not reported yet.
//
// A definition with `expect` is never requested. It concerns the entity it names (proxy_entity_name), or every entity with one of its
// subscriptions. Its results get the ttl until the next one is due, so the countdown of their check (liveness.h) is all that watches.
// Who has not reported at all is announced: an event with status 0 that starts the countdown, made once, when the definition or the entity
// comes into being. What an agent expects by its own configuration comes stamped and announced by it (agent/input/expected_result.h).
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "backend/event/event_key.h"
#include "backend/store/store.h"
#include "common/types/types.h"

namespace picket {

struct Backend;

inline constexpr int64_t kExpectLookMs = 2000;  // entities that come are looked at so often
inline constexpr int64_t kExpectAnewS = 60;     // a countdown that a changed definition begins anew lasts at least so long

struct Expectations {
  std::map<std::string, std::map<std::string, std::shared_ptr<const CheckConfig>, std::less<>>, std::less<>> checks;  // by namespace, name
  std::set<std::string> changed;                            // namespaces in which somebody may be unannounced
  std::set<std::pair<std::string, std::string>> redefined;  // namespace and name: countdowns may run by another definition
  int64_t look_ms = 0;                                      // os_mono_ms; when they are looked at; 0 = nothing to look at
};

Status expectations_load(Backend* backend);
void expectations_change(Backend* backend, const StoreChange& change);  // checks and entities
void expectations_look(Backend* backend);

// What is expected of this event, or null.
std::shared_ptr<const CheckConfig> expectation_of(const Backend* backend, const Entity& entity, std::string_view check);
void expectation_apply(const Backend* backend, const Entity& entity, Event& event);
bool expectation_announces(const Event& event);  // it says only that a result is expected
// An event whose definition is gone: nothing is expected any more.
bool expectation_is_over(const Backend* backend, const Entity& entity, const Check& check);

}  // namespace picket
