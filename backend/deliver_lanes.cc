#include "deliver_lanes.h"

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
  const size_t room = static_cast<size_t>(std::max(0, width - lane.busy - lane.called));
  const auto count = static_cast<std::ptrdiff_t>(std::min(room, lane.aside.size()));
  waiting.insert(waiting.begin(), lane.aside.begin(), lane.aside.begin() + count);
  lane.aside.erase(lane.aside.begin(), lane.aside.begin() + count);
  lane.called += static_cast<int>(count);
  lanes.aside -= static_cast<size_t>(count);
  if (lane.busy == 0 && lane.called == 0 && lane.aside.empty()) lanes.of.erase(it);
}

size_t lane_length(const Lanes& lanes, const std::string& handler) {
  auto it = lanes.of.find(handler);
  return it == lanes.of.end() ? 0 : it->second.aside.size();
}

std::string lane_longest(const Lanes& lanes) {
  auto longest = std::max_element(lanes.of.begin(), lanes.of.end(),
                                  [](const auto& a, const auto& b) { return a.second.aside.size() < b.second.aside.size(); });
  return longest == lanes.of.end() || longest->second.aside.empty() ? "" : longest->first;
}

}  // namespace picket
