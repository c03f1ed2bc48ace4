// backend/event/metric_ring.h - the last day of an event's metrics, for pages to draw: a ring of steps, a few series in each. Pure.
//
// What came within one step of time becomes one value per series: how many, their mean, least and largest. Points carry
// their own times, so results from a spool go where they belong. The owner (metric_history.h) keeps one open step per
// event in memory and stores it when time has moved on; nothing here knows how.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/types/types.h"

namespace picket {

inline constexpr int64_t kHistoryStepS = 120;      // seconds that become one value
inline constexpr int64_t kHistorySlots = 720;      // steps kept: a day; the oldest goes
inline constexpr size_t kHistorySeriesMax = 32;    // of one event; further ones are left out and counted
inline constexpr size_t kHistoryNameMax = 256;     // bytes of a series' name and tags; longer ones are left out and counted
inline constexpr size_t kHistoryPointsMax = 1000;  // of one event looked at; the rest is left out

struct HistorySeries {
  std::string name;
  std::vector<MetricTag> tags;
  int64_t last_at = 0;  // its newest step; a series that is silent for a day makes room for another
};

struct HistoryValue { uint32_t series = 0, count = 0; double mean = 0, least = 0, largest = 0; };
struct HistoryStep {
  int64_t at = 0;                    // its begin
  std::vector<HistoryValue> values;  // in order of the series
  bool unread = false;               // something of it is stored and could not be read: not to be written over it
};

struct EventHistory {
  std::vector<HistorySeries> series;
  HistoryStep open;             // at 0: none
  bool changed = false;         // the open step, since it was stored
  bool series_changed = false;  // since they were stored
  int64_t newest = 0;           // step; 0: not known, what is stored has to be asked
  uint64_t left_out = 0;        // points
};

inline int64_t history_step_of(int64_t unix_s) { return unix_s - unix_s % kHistoryStepS; }
inline int64_t history_slot_of(int64_t at) { return at / kHistoryStepS % kHistorySlots; }

// Points of agents come in seconds, plugins give milliseconds, microseconds and nanoseconds too. 0 stays 0.
int64_t history_seconds(int64_t timestamp);

// `on_full` gets the open step, if it was changed, before another one takes its place; `load` gives what is stored of the step that is
// opened then (not asked for steps newer than any). Times: that of the point, else the event's; more than a step ahead of `now_s` counts
// as now, older than
// the ring is left out.
struct HistoryStore {
  std::function<void(const EventHistory&)> on_full;
  std::function<HistoryStep(int64_t at)> load;
};
void history_add(EventHistory& history, const Metrics& metrics, int64_t event_s, int64_t now_s, const HistoryStore& store);

// As they are stored: a step's values packed (a few bytes and one to three doubles each), the series as JSON.
std::string history_pack(const HistoryStep& step);
HistoryStep history_unpack(int64_t at, std::string_view data);  // what is damaged is left out
std::string history_series_encode(const EventHistory& history);
std::vector<HistorySeries> history_series_decode(std::string_view json, int64_t now_s);  // they count as heard of now

// For the API: {"step":120,"series":[{"name":..,"tags":[..],"points":[[at,mean,least,largest],..]},..]}; steps in order.
std::string history_json(const EventHistory& history, const std::vector<HistoryStep>& steps);

}  // namespace picket
