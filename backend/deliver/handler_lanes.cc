// backend/deliver/handler_lanes.cc - the places a handler has, and the runs that wait for one.
#include "backend/deliver/handler_lanes.h"

#include <algorithm>

namespace picket {

int lane_width(int places, bool failing) { return failing ? std::max(1, places / 8) : std::max(1, places - places / 4); }

bool lane_enter(Lanes& lanes, const std::string& handler, int width, const HandlerRunPtr& run, bool called) {
  Lane& lane = lanes.of[handler];
  if (called) lane.called--;
  if (called || (lane.aside.empty() && lane.busy + lane.called < width)) {
    lane.busy++;
    return true;
  }
  lane.aside.push_back(run);
  lanes.aside++;
  return false;
}

void lane_leave(Lanes& lanes, const std::string& handler, int width, std::deque<HandlerRunPtr>& waiting) {
  auto it = lanes.of.find(handler);
  if (it == lanes.of.end()) return;
  Lane& lane = it->second;
  lane.busy--;
  const size_t room = static_cast<size_t>(std::max(0, width - lane.busy - lane.called)), count = std::min(room, lane.aside.size());
  for (size_t i = count; i-- > 0;) waiting.push_front(std::move(lane.aside[i]));
  for (size_t i = 0; i < count; i++) lane.aside.pop_front();
  lane.called += static_cast<int>(count);
  lanes.aside -= count;
  if (lane.busy == 0 && lane.called == 0 && lane.aside.empty()) lanes.of.erase(it);
}

size_t lane_length(const Lanes& lanes, const std::string& handler) {
  auto it = lanes.of.find(handler);
  return it == lanes.of.end() ? 0 : it->second.aside.size();
}

std::string lane_longest(const Lanes& lanes) {
  size_t most = 0;
  std::string longest;
  for (const auto& [handler, lane] : lanes.of)
    if (lane.aside.size() > most) most = lane.aside.size(), longest = handler;
  return longest;
}

}  // namespace picket
