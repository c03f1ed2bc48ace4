// backend/ingest/ingest.h - one event from its arrival to the store, and the countdowns that make events of silence.
//
//   ingest.cc         ingest_event: validate, attribute to an entity, mark silences, merge with what is known, store, reset the
//                     check's countdown; after the commit: hand to the pipeline, answer the sender
//   keepalive.cc      the same for a sign of life: entity, registration, countdown, keepalive event
//   entity_changes.cc entities put and deleted by the API, and those that deregister
//   event_memory.cc   events forgotten
//   countdowns.cc     countdowns that ended
//   others.cc         of a cluster: what other members wrote, and who of them acts on a countdown
//   expectations.cc   checks that others run and report
//   silences.cc       silences that end, and follow the clock
//   absence.cc        the time in which the backend did not run
//   ingest_start.cc   the timer of all this, and its rebuilding from the store at a start
//
// Everything happens on the loop, one event at a time, so results of one check never overtake each other. What is known
// of a check is its EventState, a few hundred bytes, read from the store when its first event arrives. When the store
// takes no writes, events go on living (merged, routed): it keeps the last one of each check until it can be written.
// What is deleted goes out of memory when its deletion is handed in, and comes back when that is refused (event_memory.h).
// A check whose stored event cannot be read (the disk fails) is judged by what came since, alerts, and is not written: its
// sender gets that error, and what is stored counts again when it can be read.
#pragma once
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "backend/ingest/clock_watch.h"
#include "backend/event/certificate_terms.h"
#include "backend/ingest/expectations.h"
#include "backend/event/liveness.h"
#include "backend/event/merge.h"
#include "backend/shared/backend.h"
#include "backend/event/silence.h"

namespace picket {

inline constexpr size_t kExpiredPerTurn = 500;    // countdowns acted upon before the loop gets its turn
inline constexpr int64_t kStallMs = 10'000;       // the timer comes so late: we have not run meanwhile
inline constexpr int64_t kAliveMs = 30'000;       // between two notes in the store that we are alive
inline constexpr int64_t kOthersLookMs = 5000;    // a countdown ended that another member of the cluster acts upon: looked at again then
inline constexpr int64_t kOthersQuietMs = 6000;   // after we stood still: three heartbeats of others
inline constexpr int64_t kMembersLookMs = 1000;   // between two looks at which members of the cluster live
inline constexpr int64_t kUnreadAgainMs = 5'000;  // a countdown ended and its event cannot be read: looked at again then

// What was reported of the certificates, and when they were looked at.
struct CertificateWatch {
  int64_t next_ms = 0;  // os_mono_ms
  bool looked = false;
  CertificateReport reported;
};

struct Ingest {
  Backend* backend = nullptr;
  EventMap<std::string> seats;                        // of a cluster: the member that last heard of an agent, by the key of its keepalive
  int64_t others_looked_ms = 0, others_quiet_ms = 0;  // until then nobody is called dead: we had stood still
  std::set<std::string> members_dead;                 // of a cluster: as they were seen last
  Liveness liveness;
  SilenceIndex silences;
  Expectations expectations;
  RestoreReport restored;
  std::set<std::string> silences_made;  // ns \n name of those put since the start: they last as long as was said, whatever the clock does
  int64_t away_from_s = 0;              // when the backend was last seen before it was away
  int64_t away_until_ms = 0;            // os_mono_ms; the end of the grace time after an absence; 0 = nothing to take back
  int64_t due_ms = 0;                   // os_mono_ms; when the timer is to look; 0 = not armed yet
  int64_t alive_at_ms = 0;              // os_mono_ms; when it is written down next that we are alive
  ClockSetWatch clock;
  bool degraded_reported = false;  // self_report.h
  CertificateWatch certificates;   // self_report.h
  uv_timer_t timer{};              // liveness, silences
  std::function<void()> closed;
};

Status ingest_start(Backend* backend);  // reads the store; listeners are not open yet
void ingest_stop(Backend* backend, std::function<void()> done);

// `text`: the event's entity ready for use (subscription added, validated), so that it is not printed again; may be null.
// `extra`: further writes of the same transaction (the entity, the number of an acknowledged stream).
struct Incoming {
  Event event;
  EventOrigin origin = EventOrigin::api;
  const EntityText* text = nullptr;
  int64_t last_seen = 0;  // of the entity, when the shared value above does not say it
  std::vector<StoreWrite> extra;
  size_t unacknowledged = 0;  // results of its agent's stream that are not stored yet: they may come again
  bool comes_again = false;   // from an agent whose stream is stalled (agent_sessions.h)
  bool merged_again = false;  // in a cluster: it was merged with a state that another member had replaced; counted and shown before
  // In a cluster, what `extra` has to be when it is merged again; empty: the same.
  std::function<std::vector<StoreWrite>()> extra_again;
  std::function<void(Status)> done;
};
// What is known already: ok, or why `done` will report that it was not stored. Nothing that comes later may be taken for
// stored before it (agent_messages.cc). What is refused for good (invalid, no such namespace) is dealt with: ok.
Status ingest_event(Backend* backend, Incoming incoming);

// `first_of_session`: the first keepalive of a connection, which may bring a new configuration (agent-managed entities).
Status ingest_keepalive(Backend* backend, Event keepalive, bool first_of_session, std::function<void(Status)> done);

// After a start: an event on the backend's own entity that says it was away, taken back when everybody had time to report.
void ingest_absence_report(Backend* backend);

// A keepalive event that was put by the API: the countdown of its agent starts, with the event's timeout, unless one runs.
void ingest_loaded_keepalive(Backend* backend, const Event& event);

void ingest_timer(Backend* backend);  // arms the timer for what is due next

// ---- between the files of this part ----
void countdowns_look(Backend* backend);                            // at those that ended
void silences_look(Backend* backend);                              // at those that expired
void silences_follow(Backend* backend, int64_t by_s);              // the clock was set by so much
void others_changed(Backend* backend, const StoreChange& change);  // another member of the cluster wrote it
bool others_act(Backend* backend, const EventKey& key);            // the end of this countdown is another member's to act upon
bool others_own(const Backend* backend, const std::string& what);  // in a cluster: another member does this for all
void others_look(Backend* backend);                                // whether one of them has died
void silence_read(Ingest* ingest, const StoredObject& row);
void absence_look(Backend* backend);                                                   // whether it is over
void absence_of_loop(Backend* backend);                                                // whether the loop stood still
void alive_write(Backend* backend);                                                    // now and then, that we are alive
Result<int64_t> alive_read(Backend* backend);                                          // when we were last; 0 = never
void entity_reload(Backend* backend, const std::string& ns, const std::string& name);  // a write of it failed: as it is stored
// The agent is silent for good: the entity and its events go, the pipeline hears of each. An error: nothing has happened.
Status ingest_deregister(Backend* backend, const CachedEntity& cached);
// The entity and its events are gone from now on; what the store does not take now it takes when it can.
Status ingest_entity_remove(Backend* backend, std::string_view ns, std::string_view name);

}  // namespace picket
