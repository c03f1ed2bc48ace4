// tests/backend/deliver/lanes_test.cc - no handler takes all places, and runs that wait for one get there in order.
#include <doctest/doctest.h>

#include "backend/deliver/pipelines.h"

using namespace picket;

namespace {

HandlerRunPtr numbered(int number) {
  auto run = std::make_shared<HandlerRun>();
  run->mark = static_cast<uint64_t>(number);
  return run;
}

std::vector<uint64_t> numbers(const std::deque<HandlerRunPtr>& runs) {
  std::vector<uint64_t> all;
  for (const HandlerRunPtr& r : runs) all.push_back(r->mark);
  return all;
}

}  // namespace

TEST_CASE("how many places one handler may have") {
  struct Row { int places; bool failing; int width; };
  for (const Row& r :
       {Row{16, false, 12}, Row{16, true, 2}, Row{4, false, 3}, Row{3, false, 3}, Row{1, false, 1}, Row{1, true, 1}, Row{7, true, 1}}) {
    CAPTURE(r.places);
    CAPTURE(r.failing);
    CHECK(lane_width(r.places, r.failing) == r.width);
  }
}

TEST_CASE("a run that finds no room waits aside, is called in order, and no new one overtakes it") {
  Lanes lanes;
  std::deque<HandlerRunPtr> waiting{numbered(100)};
  for (int i = 1; i <= 2; i++) CHECK(lane_enter(lanes, "ns/slow", 2, numbered(i), false));
  for (int i = 3; i <= 6; i++) CHECK_FALSE(lane_enter(lanes, "ns/slow", 2, numbered(i), false));
  CHECK(lane_enter(lanes, "ns/quick", 2, numbered(7), false));
  CHECK(lanes.aside == 4);
  CHECK(lane_longest(lanes) == "ns/slow");

  lane_leave(lanes, "ns/slow", 2, waiting);
  CHECK(numbers(waiting) == std::vector<uint64_t>{3, 100});
  CHECK_FALSE(lane_enter(lanes, "ns/slow", 2, numbered(8), false));  // the room is 3's
  CHECK(lane_enter(lanes, "ns/slow", 2, waiting.front(), true));
  waiting.pop_front();

  lane_leave(lanes, "ns/slow", 1, waiting);  // it fails: one place less
  CHECK(numbers(waiting) == std::vector<uint64_t>{100});
  lane_leave(lanes, "ns/slow", 4, waiting);  // it works again
  CHECK(numbers(waiting) == std::vector<uint64_t>{4, 5, 6, 8, 100});
  for (int i = 0; i < 4; i++) CHECK(lane_enter(lanes, "ns/slow", 1, waiting[static_cast<size_t>(i)], true));  // called is called
  for (int i = 0; i < 4; i++) lane_leave(lanes, "ns/slow", 4, waiting);
  lane_leave(lanes, "ns/quick", 2, waiting);
  CHECK(lanes.of.empty());  // nobody is left
  CHECK(lanes.aside == 0);
  CHECK(lane_longest(lanes).empty());
}
