// backend/incident/incident_table.h - which incidents there are, and which of them have to go: the bounds of what is kept. Pure.
//
// Kept are the last kIncidentsPerEvent of each event and all of the last kIncidentDays, within kIncidentsPerEventMax of one event,
// kIncidentsMax and kIncidentBytesMax in all: beyond these the one that ended first goes first. One that goes on never goes.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "backend/event/event_key.h"
#include "backend/incident/incident.h"

namespace picket {

inline constexpr size_t kIncidentsPerEvent = 20;
inline constexpr int64_t kIncidentDays = 30;
inline constexpr size_t kIncidentsPerEventMax = 500;
inline constexpr size_t kIncidentsMax = 20'000;
inline constexpr size_t kIncidentBytesMax = 64u << 20;

// What is known of one without reading it.
struct IncidentBrief {
  std::string id;
  int64_t begin = 0, end = 0;
  size_t bytes = 0;
};

struct IncidentTable {
  EventMap<std::deque<IncidentBrief>> of;                     // by event, in the order of their beginnings
  std::map<std::pair<int64_t, std::string>, EventKey> ended;  // (end, id)
  size_t count = 0, bytes = 0;
};

// Enters it, or takes its new end and size.
void incidents_enter(IncidentTable& table, const EventKey& key, const Incident& incident, size_t bytes);
void incidents_remove(IncidentTable& table, const EventKey& key, const std::string& id);

struct IncidentGone { EventKey key; std::string id; };
std::vector<IncidentGone> incidents_trim(IncidentTable& table, const EventKey& key, int64_t now_s);  // after one of this event has ended
std::vector<IncidentGone> incidents_trim_all(IncidentTable& table, int64_t now_s);                   // at a start, and once a day

const IncidentBrief* incidents_last(const IncidentTable& table, const EventKey& key);

}  // namespace picket
