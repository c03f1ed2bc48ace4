// backend/rows/state_changes.h - the last changes of state of all events, for a journal. Pure.
//
// Of the last two results of an event, one is of another status than the other. Kept in memory only, and only where somebody may ask.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "common/types/types.h"

namespace picket {

inline constexpr size_t kChangesMax = 4096;

struct StateChange {
  int64_t at = 0;  // unix seconds
  std::string ns, entity, check;
  uint32_t from = 0, to = 0;
  std::string told;  // row_told of what was decided about the new state; "" = nobody yet
};

struct StateChanges {
  bool wanted = false;
  int64_t since = 0;               // when the list began, unix seconds
  std::deque<StateChange> newest;  // the newest first; at most kChangesMax
};

// The event as merged: its history holds the result before this one. A first result that is well is no change.
void state_changes_note(StateChanges* changes, const Event& merged);
void state_changes_told(StateChanges* changes, const Event& event, std::string_view told);

struct ChangesWanted {
  std::string ns;  // "" = all
  int64_t since = 0, limit = 0;
  std::function<bool(const std::string& ns)> visible;
};
std::string state_changes_json(const StateChanges& changes, const ChangesWanted& wanted);  // {"since_start":..,"changes":[..]}

}  // namespace picket
