// backend/route/route.h - who is notified of an event, and why the others are not (B-60 to B-67). Pure.
//
// Returns data: deliveries to carry out in order, and a note per handler that says what was decided and why; the notes
// are kept with the event (`picket ctl event explain`). A failing filter, mutator or handler affects only its own handler.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/types/types.h"
#include "backend/script/script.h"

namespace picket {

inline constexpr int kSetDepthMax = 3;              // names on the event are level 1; the members of a third nested set are dropped
inline constexpr int64_t kMutatorTimeMaxMs = 1000;  // of a javascript mutator, whatever its timeout says
inline constexpr size_t kDeliveriesMax = 256;       // handlers of one event; the rest is dropped with a note

// The definitions of one namespace, by name. Kept by the code that watches the store.
struct PipelineDefinitions {
  std::map<std::string, std::shared_ptr<const Handler>> handlers;
  std::map<std::string, std::shared_ptr<const EventFilter>> filters;
  std::map<std::string, std::shared_ptr<const Mutator>> mutators;
  std::map<std::string, std::shared_ptr<const Pipeline>> pipelines;
};

struct Delivery {
  std::shared_ptr<const Handler> handler;
  std::shared_ptr<const Mutator> mutator;    // pipe mutator still to be run on `input`; null = input is final
  std::shared_ptr<const std::string> input;  // bytes for the handler's (or the mutator's) standard input
  std::string pipeline, workflow;            // "" for handlers named by the event
  std::string remark;                        // of its note, to stay there: filters that had no say
  bool test = false;                         // it is tried once, and what was sent is wanted
};

// Ours: what an alert rule remembers of the incident that goes on, and of one that was notified until its end is notified. It is kept with
// the note about its handler.
struct AlertMemory {
  bool notified = false;
  int64_t at = 0;       // at which occurrence, the last time; 0 = before the count began anew
  uint32_t status = 0;  // of what
  bool open = false;    // a failure was notified before, and its end was not
};
// An open incident that another backend has notified of, as it was taken over (backend/ingest/event_import.h). What an alert rule would
// remember of it is derived when the rule first meets it, so that rules may be given to handlers after the move.
struct AlertCarried {
  int64_t occurrences = 0, watermark = 0;
  uint32_t status = 0;
  bool silenced = false;
};
inline bool alert_end_is_due(const std::optional<AlertMemory>& memory) { return memory && (memory->notified || memory->open); }

// What became of one handler. route_event says `delivered` of what is handed to the code that carries it out; how that ended takes its
// place: delivered when it did what it should (exit status 0, 2xx, taken by the mail server), failed when not.
struct RouteNote {
  std::string handler, pipeline, workflow;
  enum Outcome {
    delivered,
    filtered,   // a filter said no
    held_back,  // its alert rule, or something the event depends on
    failed,     // it failed, or its filter or mutator is missing or failed
    unknown,    // there is no such handler
    dropped,    // sets nested too deeply, or too many handlers
    waiting,    // it runs, is tried again, or waits for its turn
  } outcome = delivered;
  std::string why;                        // "filter only_prod: event.entity.labels.env == 'prod' is false"
  std::optional<AlertMemory> alert = {};  // after this event; of incidents whose handler has an alert rule or that depend on something
  std::string not_counted = {};  // the first of its filters' expressions that raised and was skipped: "filter x: a.b == 1: TypeError ..."
  std::optional<AlertMemory> alert_if_failed = {};  // of what is delivered: remembered in its place when it reached nobody
  int64_t took_ms = -1;                             // of the delivery; -1 = there was none
};
const char* route_outcome_name(RouteNote::Outcome outcome);
std::string route_notes_json(const std::vector<RouteNote>& notes);  // [{"handler":..,"outcome":..,"why":..,"not_counted":..}]

struct Dependency { std::string entity, check; };

struct RouteContext {
  int64_t now_s = 0;
  int64_t last_seen = 0;  // of the event's entity; 0 = as its value says
  Scripts* scripts = nullptr;
  // Libraries of a filter's runtime_assets, by its definition; may be empty.
  std::function<const ScriptLibraries*(const EventFilter& filter)> libraries;
  std::function<void(std::string_view line)> on_console;
  // The present status of another event, for dependencies; may be empty.
  std::function<std::optional<uint32_t>(std::string_view ns, std::string_view entity, std::string_view check)> status_of;
  // And what that event depends on itself; may be empty.
  std::function<std::vector<Dependency>(std::string_view ns, std::string_view entity, std::string_view check)> dependencies_of;
  // What was remembered of the handler (and workflow) of a note before this event; empty or none: it is not known.
  std::function<std::optional<AlertMemory>(const RouteNote& whose)> alert_of;
  // Of an incident that was taken over, until its first event here; null: it is none.
  const AlertCarried* carried = nullptr;
  // By whom and why the event's incident is acknowledged: handlers with an alert rule or the filter is_incident get no problem now.
  std::string acknowledged = {};
  // Expressions that raised, for the log; may be empty.
  std::function<void(std::string_view filter, std::string_view error)> on_script_error;
  // A script ("": all of the namespace) that took too much time is not run for a minute from now on; may be empty.
  std::function<void(std::string_view ns, std::string_view script)> on_script_rest;
};

struct Routed {
  std::vector<Delivery> deliveries;
  std::vector<RouteNote> notes;
};
Routed route_event(const Event& event, const PipelineDefinitions& definitions, const RouteContext& context);

// Ours: what an event depends on, by the annotation `picket.io/depends-on` of its check or its entity: a comma list of
// ENTITY/CHECK, or CHECK of the same entity. While one of these fails, an incident is held back; the end of one that was
// held back all the time is, too.
inline constexpr const char* kDependsOn = "picket.io/depends-on";
inline constexpr size_t kDependencyChainMax = 64;  // looked at for one that leads back to where it began; longer ones hold back
std::vector<Dependency> event_dependencies(const Event& event);

// Ours: does the alert rule of a handler let this event through; `why` is set when not. What was held back by something
// else when its turn came (a silence, a filter, a dependency) is notified when it is not any more; an end, by the next OK.
bool alert_rule_passes(const AlertRule& rule, const Event& event, const std::optional<AlertMemory>& memory, std::string* why);

// The event as handlers get it: compact JSON, entity redacted. `last_seen`: as above.
std::string handler_payload(const Event& event, int64_t last_seen = 0);

}  // namespace picket
