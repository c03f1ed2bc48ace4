// backend/deliver/decisions.h - what was decided about the handlers of an event's last state, kept with the event for `event explain`.
//
// Kind "decisions", name ENTITY/CHECK. Most results repeat what was decided about the one before: a filter says no to every OK
// after OK. So a decision is written when it differs from the last one. What changes with every result all the same, when and
// about which event, is kept in memory, laid over what is stored when somebody asks, and written when the backend stops.
// After kill -9 a decision that repeated itself reads as of the first time it was made since the start.
// An incident that was taken over from another backend has a decision without handlers, which says so, until its first event here.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backend/event/event_key.h"
#include "backend/route/route.h"
#include "backend/store/store.h"

namespace picket {

inline constexpr const char* kDecisions = "decisions";

// The last one about an event. What it says is in the store.
struct Decision {
  uint64_t what = 0;  // hash of the status and the notes
  uint32_t status = 0;
  int64_t timestamp = 0, event_timestamp = 0;
  std::string event_id;
  bool repeated = false;          // the times in the store are those of an earlier one
  std::vector<RouteNote> alerts;  // whose alert rules remember something; of other notes nothing is kept
  std::optional<AlertCarried> carried = {};
};

// One entry per event with handlers; it goes with the event.
using Decisions = EventMap<Decision>;

// True: it differs from the one before, and is written.
bool decisions_note(Store* store, Decisions& decisions, const EventKey& key, const Event& event, const std::vector<RouteNote>& notes,
                    int64_t now_s);
std::string decisions_text(const Event& event, std::string_view handlers, int64_t now_s);  // the same form, of what is not decided yet
Result<std::string> decisions_json(Store* store, const Decisions& decisions, const EventKey& key);

// What alert rules remember. It is kept as soon as it is decided, because the next event may come before the handlers of
// this one have ended, and it is read from the store at a start, so that a read that fails later notifies nobody twice.
Status decisions_load(Store* store, Decisions& decisions);
std::optional<AlertMemory> decisions_alert(const Decisions& decisions, const EventKey& key, const RouteNote& whose);
void decisions_alerts_keep(Decisions& decisions, const EventKey& key, const std::vector<RouteNote>& notes);
// Taken over: in memory at once; the write is the caller's. What was decided here before is of another time.
StoreWrite decisions_carry(Decisions& decisions, const EventKey& key, const Event& event, int64_t now_s);
const AlertCarried* decisions_carried(const Decisions& decisions, const EventKey& key);
void decisions_reload(Store* store, Decisions& decisions, const EventKey& key);           // what is stored of it counts
void decisions_alert_failed(Decisions& decisions, const EventKey& key, RouteNote& note);  // nobody was notified after all

StoreWrite decisions_drop(const EventKey& key);            // the write that deletes what is stored of it
void decisions_flush(Store* store, Decisions& decisions);  // when the backend stops

}  // namespace picket
