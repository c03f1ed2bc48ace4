// backend/deliver/handler_lanes.h - how many of the places for handlers one handler may take, so that a slow or dead one does not take
// all. Pure.
//
// A run that comes to a handler with no room gives its place up and waits aside, in order; a run that leaves calls the next ones. A quarter
// of the places is left to others; a handler whose last delivery failed for good (a mail server that never answers) has an eighth.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

namespace picket {

struct HandlerRun;
using HandlerRunPtr = std::shared_ptr<HandlerRun>;

struct Lane {
  int busy = 0, called = 0;  // called: have room, and are on their way to a place
  std::deque<HandlerRunPtr> aside;
};
struct Lanes {
  std::unordered_map<std::string, Lane> of;  // ns/HANDLER; only those that somebody is at
  size_t aside = 0;                          // of all
};

int lane_width(int places, bool failing);  // of this number of places; 1 at least
// False: `run` waits aside. `called`: it was handed out by lane_leave.
bool lane_enter(Lanes& lanes, const std::string& handler, int width, const HandlerRunPtr& run, bool called);
// A run with room now goes to the front of `waiting`, in order.
void lane_leave(Lanes& lanes, const std::string& handler, int width, std::deque<HandlerRunPtr>& waiting);
size_t lane_length(const Lanes& lanes, const std::string& handler);
std::string lane_longest(const Lanes& lanes);  // the handler most wait for; "" = none

}  // namespace picket
