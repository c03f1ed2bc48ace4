// backend/deliver/pipelines.h - carries out what route.h decides: handlers and mutators as processes and sockets.
//
// The handlers of one event run one after the other, events of one check in their order (the end of an incident never overtakes
// it), different ones side by side, BackendConfig::handlers_max at a time and no handler in all of these places (handler_lanes.h).
// Events wait in order. When kRunsMax or kRunsBytesMax wait, or kLaneMax for one handler, a further one is not delivered: counted,
// logged, written down with the event, and reported by an event of the backend (self_report.h). Commands and sockets are not retried;
// webhooks and mails are (retry.h). What was decided and how it ended is kept with the event (decisions.h).
//
// An incident or resolution with handlers leaves a mark in the transaction that stores the event (kind "undelivered");
// it goes when its run has ended, unless a newer event of the same check has left its own in its place. After a crash the
// marks say which runs have not ended; they are begun again, with the event that is stored, once: that they were is written into the
// mark before, so that what ends the backend does not end it at every start. The second time they have failed.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/process/process.h"
#include "common/types/types.h"
#include "backend/event/event_key.h"
#include "backend/deliver/decisions.h"
#include "backend/deliver/assets.h"
#include "backend/deliver/handler_lanes.h"
#include "backend/deliver/incidents.h"
#include "backend/route/route.h"
#include "backend/shared/backend.h"

namespace picket {

inline constexpr size_t kRunsMax = 10'000;              // events waiting for their handlers
inline constexpr size_t kLaneMax = kRunsMax / 2;        // of these for one handler
inline constexpr size_t kRunsBytesMax = 128u << 20;     // what events that wait for their handlers take, about
inline constexpr size_t kHeldMax = 10'000;              // events waiting for libraries of filters; further ones are judged without
inline constexpr size_t kHandlerOutputMax = 64u << 10;  // of a handler, for the log; what is beyond is dropped
inline constexpr size_t kMutatorOutputMax = 8u << 20;   // of a mutator; a larger result is a failure
inline constexpr int64_t kStopGraceMs = 5000;           // handlers that run when the backend stops; then they are killed
inline constexpr int64_t kSocketTimeoutS = 60;          // tcp and udp handlers without a timeout
inline constexpr const char* kUndelivered = "undelivered";
inline constexpr const char* kHandlersCheck =
    "backend-handlers";  // the backend's own event of handlers that do not keep up (self_report.h)

// One event's handlers, in order.
struct HandlerRun {
  EventKey key;
  std::shared_ptr<const Event> event;
  std::vector<Delivery> deliveries;
  std::vector<RouteNote> notes;
  std::vector<size_t> note_of;  // delivery -> its note
  size_t next = 0;
  size_t ended = 0;                                   // of the deliveries; the others wait
  std::string progress;                               // of the one that is being carried out: "tried 1 of 3 times: ..."
  uint64_t mark = 0;                                  // its number; 0 = it has none
  bool again = false;                                 // after a crash, and not begun yet
  bool counted = false;                               // its mark says that it was begun again
  std::string incident;                               // that the event belongs to; "" = to none
  bool announcement = false;                          // announce.h: nothing is decided about the event by it
  bool called = false;                                // it waits aside, or did and has room now
  size_t bytes = 0;                                   // of memory, about
  int64_t began_us = 0;                               // when the event came
  std::deque<std::shared_ptr<HandlerRun>> followers;  // later events of the same check, while this one waits for its turn
};

// An event that was stored, on its way to its handlers.
struct ToRoute {
  std::shared_ptr<Event> event;
  std::string whole_output = {};  // check.output before it was cut for the store; "" = it was not cut
  int64_t last_seen = 0;          // of the entity; 0 = as its value says
  uint64_t mark = 0;              // see above
  bool again = false;             // after a crash
  bool counted = false;           // after another one, too: its mark says that it was begun again
  std::string incident = {};      // that it belongs to; "" = to none
};

// What was reported of events that were not delivered because handlers do not keep up (self_report.h).
struct OverloadReport {
  int64_t dropped = 0;     // of stats.deliveries_dropped
  int64_t before = 0;      // this overload began
  int64_t at_ms = 0;       // when it was reported
  int64_t dropped_ms = 0;  // the last one
  bool failing = false;
};

struct Retry;           // retry.h
struct SocketDelivery;  // deliver_socket.cc
struct FileLane;        // file_delivery.cc

struct Pipelines {
  Backend* backend = nullptr;
  std::map<std::string, PipelineDefinitions, std::less<>> definitions;  // by namespace
  ScriptsPtr scripts;
  std::deque<HandlerRunPtr> waiting;
  Lanes lanes;                                 // and the runs that wait for room at one handler
  size_t waiting_bytes = 0;                    // of all whose handlers have not ended
  EventMap<std::deque<HandlerRunPtr>> active;  // events whose handlers run -> later ones of the same check
  size_t behind = 0;                           // all of those
  bool beginning = false;                      // runs_begin is at work: ends that come at once do not nest
  std::string member;                          // of a cluster: the name that our marks bear; "": alone
  EventMap<uint64_t> marks;                    // in the store: the number of the newest
  uint64_t marks_made = 0;
  EventMap<HandlerRunPtr> under_way;  // the newest run of each that has not ended
  DeliverAssets assets;
  Decisions decisions;
  Incidents incidents;
  std::deque<ToRoute> held;  // until the libraries of their namespace's filters are there
  int running = 0;
  bool escalating = false;                 // a handler escalates (announce.h)
  int trials = 0;                          // trial.h
  std::vector<std::string> environment;    // of the backend, NAME=value
  std::set<Process*> processes;            // of handlers and mutators
  std::set<Retry*> retries;                // webhooks and mails on their way
  std::set<SocketDelivery*> sockets;       // tcp and udp
  std::map<std::string, FileLane*> files;  // by path, those that have something to write
  std::set<std::string> files_stuck;       // those whose thread was left running
  OverloadReport overload;
  std::function<void()> on_overload = [] {};  // the first event that was not delivered since the last report
  std::set<std::string> failing;              // their handlers (ns/name) whose last delivery failed
  uv_timer_t grace{};
  std::function<void()> closed;
};

Status pipelines_start(Backend* backend);
Status pipelines_recover(Backend* backend);                                // begins the runs that a crash has prevented
Status pipelines_recover_of(Backend* backend, const std::string& member);  // of a cluster: those of one that died
void pipelines_stop(Backend* backend, std::function<void()> done);

// The mark of an event that is being stored, to be written with it. Its number goes to pipelines_event after the commit,
// or to pipelines_mark_failed when there was none.
StoreWrite pipelines_mark(Pipelines* pipelines, const EventKey& key, uint64_t* number);
void pipelines_mark_failed(Pipelines* pipelines, const EventKey& key, uint64_t number);

void pipelines_event(Backend* backend, ToRoute event);
// What is decided already, on its way like the deliveries of a result.
void pipelines_deliver(Pipelines* pipelines, const EventKey& key, std::string incident, std::shared_ptr<const Event> event, Routed routed);
// Who would get it, by these definitions and without what alert rules remember.
Routed pipelines_route(Pipelines* pipelines, const Event& event, const PipelineDefinitions& definitions);
size_t pipelines_waiting(const Pipelines& pipelines);  // events that wait for their handlers
// The notifications of an event that are under way, in the form of decisions_json; not_found: nothing is.
Result<std::string> pipelines_under_way(const Pipelines& pipelines, const EventKey& key);

// The environment of a handler: ours, then env_vars; PATH, CPATH and LD_LIBRARY_PATH are put in front of what is there.
std::vector<std::string> environment_with(const std::vector<std::string>& base, const StringList& env_vars);

// Secrets come from providers, which are no part of the open core; a resource that names one is logged: it does not get it.
void secrets_left_out(const char* component, const char* kind, const ObjectMeta& of, const std::vector<Secret>& secrets);

// How a delivery ended. `why` is for the log and for `event explain`.
struct DeliveryOutcome {
  bool ok = false;
  std::string why;
  bool not_run = false;     /* its mutator failed */
  bool interrupted = false; /* by the end of the backend */
  bool goes_on = false;     /* it has not ended: it is tried again, and `why` says how far it is */
  std::string sent = {};    /* to the receiver, of a delivery that is a test */
};
using DeliveryDone = std::function<void(DeliveryOutcome)>;
void delivery_start(Pipelines* pipelines, const Delivery& delivery, const Event& event, DeliveryDone done);

}  // namespace picket
