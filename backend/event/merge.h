// backend/event/merge.h - one result joins what is known of its check: history, occurrences, state (B-43 to B-47).
//
// Pure. What is known is an EventState, a few hundred bytes per (namespace, entity, check); the whole previous event is
// not needed. Rules are those of 6.9.2. Callers serialise per (namespace, entity, check).
//
// Results from an agent's spool may be older than what is known. Such a late result is recorded in the history at its
// own time, and nothing else of the present changes: store the present event with event_set_history, send no alert.
// Results submitted through the API are never late: their order is the order of submission, as in the reference.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/types/types.h"

namespace picket {

inline constexpr size_t kHistoryMax = 21;  // results kept with an event; the oldest goes
inline constexpr size_t kSeenIdsMax = 21;  // ids of results remembered for finding duplicates; the oldest goes
// While the store takes nothing: all that one agent sends without an answer (kInFlightMax of agent/core/outbox.h) comes again.
inline constexpr size_t kSeenIdsStalledMax = 21 + 256;
// A result that ended not longer ago than this is taken as the present even if something newer is known: a TTL failure is written
// with the backend's clock while the result that disproves it is on its way.
inline constexpr int64_t kLateSeconds = 10;

struct EventState {
  bool known = false;                 // false: there is no previous event
  std::vector<CheckHistory> history;  // oldest first
  int64_t last_ok = 0, occurrences = 0, occurrences_watermark = 0;
  int64_t executed = 0, timestamp = 0;  // of the present event
  int64_t read_executed = 0;            // of the event that was read after a start: of those before it no id is known
  int64_t received_s = 0;               // when it came, by our clock; 0 after a restart
  int64_t ttl = 0;                      // of the present event, for burying its countdown
  uint32_t status = 0, total_state_change = 0;
  std::string state;
  std::vector<uint64_t> seen;  // hashes of event ids, oldest first
};

EventState event_state_of(const Event& event);  // from a stored event, after a start

enum class MergeOutcome {
  present,    // the event is the new present, `state` was advanced
  late,       // older than the present: only state.history changed (unless older than all of a full history)
  duplicate,  // seen before: nothing changed
};

struct MergeOptions {
  int64_t now_s = 0;         // the backend's clock; becomes the event's timestamp when it has none
  bool may_be_late = false;  // true for results from agents
  size_t seen_ids_max = kSeenIdsMax;
};

struct Merged {
  MergeOutcome outcome = MergeOutcome::present;
  bool is_incident = false;    // a check and a status that is not 0; false unless present
  bool is_resolution = false;  // status 0 after one that was not
};

// The event must have a check. Fills in history, occurrences, watermark, state, flapping, last_ok, total_state_change.
Merged event_merge(Event& event, EventState& state, const MergeOptions& options);

// Puts a state's history into a stored event (after MergeOutcome::late).
void event_set_history(Event& event, const EventState& state);

bool event_is_incident(const Event& event);
bool event_is_resolution(const Event& event);
uint32_t total_state_change(const std::vector<CheckHistory>& history);  // percent

// Cuts check.output to max_output_size bytes, sets the label sensu.io/output_truncated_bytes, and returns the whole
// output for the pipeline; "" and no change when there was nothing to cut.
std::string event_truncate_output(Event& event);

}  // namespace picket
