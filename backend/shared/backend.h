// backend/shared/backend.h - the backend as one struct, and what its parts may ask of it.
//
// Everything here runs on the loop's thread. What all parts ask (entities, namespaces, events) is in Backend by value. The struct of
// a part (sessions, ingest, scheduling, ...) is there, behind a pointer that is never null, from before the first part starts until
// after the last has stopped (server.cc); NAME_start fills it, NAME_stop empties it. A part includes only what is below it
// (docs/ARCHITECTURE.md has the order) and calls what is above by a callback that this one sets. Changes in what is stored come by
// store_watch: nobody calls another part to say "I have written". Writes go through store_write, except for events and entities,
// which have in-memory state beside the store: use the functions below.
#pragma once
#include <uv.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/socket/net.h"
#include "common/basic/result.h"
#include "common/types/types.h"
#include "backend/shared/backend_config.h"
#include "backend/shared/entities.h"
#include "backend/shared/event_table.h"
#include "backend/rows/state_changes.h"
#include "backend/store/store.h"
#include "common/basic/quantiles.h"

namespace picket {

struct Ingest;           // backend/ingest/ingest.h: merging, keepalives and TTLs, silences
struct Sessions;         // backend/agents/agent_sessions.h: connected agents
struct Scheduling;       // backend/ingest/schedule_driver.h: the timer that drives scheduler.h
struct MetricHistories;  // backend/ingest/metric_history.h: the last day of events' metrics
struct Pipelines;        // backend/deliver/pipelines.h: handlers in flight
struct Auth;             // backend/auth/auth.h: passwords, tokens, RBAC rules
struct Identities;       // backend/identity.h: what ends when a right goes away
struct Api;              // backend/api/api.h: the HTTP API
struct EventLog;         // backend/shared/event_log.h
struct Etcd;             // backend/etcd/etcd_part.h: of a backend that is one of a cluster
struct Starting;         // backend/cluster_start.h
struct Parts;            // backend/server.cc: the parts' structs

struct BackendStats {  // what /metrics shows; counters only grow
  int64_t events_ok = 0, events_failed = 0, events_check = 0, events_metrics = 0;
  int64_t keepalives_alive = 0, keepalives_dead = 0;
  int64_t sessions = 0;  // now
  int64_t session_errors = 0, handshakes_refused = 0;
  int64_t requests_sent = 0, requests_dropped = 0;
  int64_t handlers_ok = 0, handlers_failed = 0, handlers_busy = 0, deliveries_dropped = 0;
  int64_t metric_points = 0;
  struct Outcomes { int64_t ok = 0, failed = 0; };
  std::map<std::string, Outcomes, std::less<>> handlers;  // by the handler's type
};

struct BackendTimes {    // microseconds, or bytes
  Summary event;         // an event from its arrival until it is stored
  Summary update;        // of that: judging, merging, handing to the store
  Summary filter;        // which handlers an event goes to
  Summary handler;       // one handler with its mutator
  Summary mutator;       // of that, a mutator's command
  Summary pipeline;      // all of that for one event, its wait for a turn included
  Summary upgrade;       // an agent from its request to its session
  Summary event_bytes;   // messages of agents
  Summary stored_bytes;  // events without their entity, as stored
};

struct Backend {
  uv_loop_t* loop = nullptr;
  Net* net = nullptr;
  BackendConfig config;
  Store* store = nullptr;
  std::string name;        // of the backend's own entity: the host name; header Backend-Id
  std::string cluster_id;  // 16 hex digits, made once per state directory
  int64_t started_ms = 0;  // wall clock
  int64_t started_mono_ms = 0;
  intptr_t lock = -1;  // on the state directory; -1 = not taken; the store's writer gives it back while the disk is away
  bool lock_given_back = false;
  BackendStats stats;
  BackendTimes times;

  // What is known, for every part.
  Entities entities;
  std::set<std::string, std::less<>> namespaces;
  EventTable events;
  StateChanges changes;

  // The parts, in the order in which they stand on each other.
  Parts* parts = nullptr;
  Pipelines* pipelines = nullptr;
  MetricHistories* histories = nullptr;
  Ingest* ingest = nullptr;
  Scheduling* scheduling = nullptr;
  Sessions* sessions = nullptr;
  Identities* identities = nullptr;

  // Opened by a step of the start, closed by one of the stop.
  Auth* auth = nullptr;
  EventLog* event_log = nullptr;  // stays null without --event-log-file
  Api* api = nullptr;
  Starting* starting = nullptr;            // of a cluster's member, until its copy is up to date
  std::function<void(Status)> on_failure;  // set by who owns us: a start that goes on after backend_start has failed
  Etcd* etcd = nullptr;                    // stays null in a single node
};

// Opens the store, seeds an empty one, rebuilds the memory, listens. A failure leaves nothing but the store.
Result<Backend*> backend_start(uv_loop_t* loop, Net* net, const BackendConfig& config);
// Agents are dropped first, the store is closed last; `done` runs when `backend` is gone.
void backend_stop(Backend* backend, std::function<void()> done);

int backend_agent_port(const Backend* backend);  // the bound one, when the configuration says 0
int backend_api_port(const Backend* backend);
int backend_dashboard_port(const Backend* backend);  // 0: nothing listens

// One process at a time may hold a state directory. Err::exists: another does; the message says what to do.
Result<intptr_t> backend_lock(const std::string& state_dir);

// The body of GET /health, here and on the agents' port. A cluster's members are asked, for kEtcdAskMaxMs at most; a single node answers
// at once, inside the call.
void backend_health(Backend* backend, int64_t timeout_ms, std::function<void(std::string json)> done);

const CachedEntity* backend_own_entity(const Backend* backend);  // in sensu-system; null until it is stored

// For BackendTimes: microseconds of a clock that only goes forward, and what passed since such a moment.
int64_t backend_clock_us();
void backend_took(Summary& summary, int64_t since_us);

// ---- events ----

enum class EventOrigin { agent, api, keepalive, ttl };

// An event on its way in: validated, attributed to its entity, merged, stored, handed to the pipeline.
// `committed` (may be empty) runs on the loop once: ok = the event survives kill -9; Err::invalid = refused by
// validation; Err::not_found = no such namespace; Err::unavailable = the store takes nothing now.
// The API sets id, timestamp defaults and entity before (H-43); its event may create a proxy entity.
void backend_event(Backend* backend, Event event, EventOrigin origin, std::function<void(Status)> committed);

// Deletes the event and forgets its state and its TTL or keepalive countdown. Err::not_found when absent.
void backend_event_delete(Backend* backend, const EventKey& key, StoreDone done);

// ---- entities ----

// Creates or replaces the configuration part of an entity (the API's POST/PUT/PATCH). `revision` >= 0: only if it is
// the present one (0 = must not exist: Err::exists). Keeps system facts and last_seen of a stored entity when the
// given one has none. Sessions of that agent get it (entity_config) through store_watch.
void backend_entity_put(Backend* backend, Entity entity, int64_t revision, StoreDone done);
// Deletes the entity and its events; a connected agent is asked to come again. Err::not_found when absent.
void backend_entity_delete(Backend* backend, std::string_view ns, std::string_view name, StoreDone done);

// ---- checks ----

// Publishes the check now: one request per matching agent (and proxy entity). Ignores publish and subdue.
// `subscriptions` replaces the check's own when not empty. Returns `issued`, or Err::not_found.
Result<int64_t> backend_execute_check(Backend* backend, std::string_view ns, std::string_view name, const StringList& subscriptions);

}  // namespace picket
