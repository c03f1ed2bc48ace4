// backend/turns.h - what agents send has so much of each turn of the loop; then the API and the timers have theirs.
//
// A session that sends when the turn's share is used up is not read from any more; it waits in order, and a few of those
// that wait go on with each turn. So a turn is short whatever number of agents sends at full speed.
#pragma once
#include <uv.h>

#include <cstdint>
#include <deque>
#include <memory>

namespace picket {

struct AgentSession;

inline constexpr uint64_t kIngestTurnNs = 5'000'000;  // of one turn, for messages of agents; who sends more waits for the next
inline constexpr size_t kResumedPerTurn = 64;         // sessions that go on with one turn

struct Turns {
  uv_prepare_t prepare{};                           // a turn begins
  uv_idle_t busy{};                                 // runs while sessions wait, so that the loop does not sleep
  uint64_t used_ns = 0;                             // of this turn
  std::deque<std::weak_ptr<AgentSession>> waiting;  // at most one entry per session
  int64_t put_off = 0;                              // sessions that had to wait, counted
};

void turns_start(uv_loop_t* loop, Turns& turns, void* owner);  // owner: data of both handles
void turns_spent(Turns& turns, const std::shared_ptr<AgentSession>& session, uint64_t ns);

}  // namespace picket
