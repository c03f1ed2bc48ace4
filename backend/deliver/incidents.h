// backend/deliver/incidents.h - incidents kept: written with the events and decisions that change them, bounded, read for the API.
//
// Kind "incidents", by namespace and id; the body is incident_json. In memory are those that go on, those that have just ended until
// the decisions about their end are known, and which ones there are (incident_table.h). Beginning, change and end are in the
// transaction that stores the event, so after kill -9 an event that fails has its incident, and one that does not fail has none.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/event/event_key.h"
#include "backend/incident/incident.h"
#include "backend/incident/incident_table.h"
#include "backend/store/store.h"

namespace picket {

struct Backend;
struct Pipelines;
struct HandlerRun;

inline constexpr const char* kIncidents = "incidents";
inline constexpr int64_t kIncidentsListMax = 1000;  // of one answer of the API

struct Incidents {
  EventMap<Incident> live;  // see above
  IncidentTable table;
  uint64_t last = 0;                           // of the ids
  std::vector<IncidentGone> undecided;         // at a start: of those that have ended
  int64_t began = 0, ended = 0, left_out = 0;  // since the start; left_out: that went because of a bound
  int64_t trimmed_s = 0;                       // when all were looked at last
};

Status incidents_load(Backend* backend);
// At a start, when all that was interrupted has begun again: those whose event is gone or fails no more have ended.
Status incidents_recover(Backend* backend);
void incidents_look(Backend* backend);   // now and then: the oldest go
void incidents_flush(Backend* backend);  // when the backend stops: what is only counted in memory

// A result as merged, about to be stored: what is written of its incident goes with it. `routed`: handlers will decide about it.
// The id of the incident it belongs to, or "".
std::string incidents_result(Backend* backend, const EventKey& key, const Event& event, bool routed, std::vector<StoreWrite>& batch);
// Nobody will decide anything about its end.
void incidents_settled(Backend* backend, const EventKey& key, const std::string& id);
// What was decided about the handlers of a result, with how the deliveries ended; or that they wait.
void incidents_decided(Pipelines* pipelines, const HandlerRun& run);
void incidents_waiting(Pipelines* pipelines, const HandlerRun& run);
void incidents_write(Backend* backend, const EventKey& key, StoreDone done);  // the one that goes on, changed by another file
std::string incidents_of(const Pipelines* pipelines, const EventKey& key);    // the last one of an event, "" = none

// The event is deleted: its incident ends with the writes that delete it, and is taken out of memory. Put back when they are refused.
std::optional<Incident> incidents_forget(Backend* backend, const EventKey& key, bool keep, std::vector<StoreWrite>& batch);
void incidents_put_back(Backend* backend, const EventKey& key, Incident incident);
void incidents_namespace_gone(Backend* backend, const std::string& ns);

// ---- for readers ----
struct IncidentsWanted {
  std::string ns, entity, check;  // "" = all
  int64_t since = 0;              // that went on then, or began later
  bool open = false;              // that go on
  int64_t limit = kIncidentsListMax;
  std::function<bool(std::string_view ns)> visible;
};
// The newest first, each as JSON. An incident that cannot be read is an error.
Result<std::vector<std::string>> incidents_list(const Backend* backend, const IncidentsWanted& wanted);
Result<Incident> incidents_get(const Backend* backend, std::string_view ns, std::string_view id);
int64_t incidents_open(const Incidents& incidents, bool not_notified_only);

}  // namespace picket
