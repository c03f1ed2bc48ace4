// backend/agents/loop_budget.h - what agents send has so much of each turn of the loop; then the API and the timers have theirs.
//
// A session that sends when the turn's share is used up is not read from any more; it waits in order, with the one message
// that had come already, and those that wait go on with the next turns. So a turn is short whatever number of agents sends at full
// speed, or comes back at once.
#pragma once
#include <uv.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

namespace picket {

struct AgentSession;

inline constexpr uint64_t kIngestTurnNs = 5'000'000;  // of one turn, for messages of agents; who sends more waits for the next
inline constexpr size_t kResumedPerTurn = 64;         // sessions that go on with one turn, if its share allows

struct Turns {
  uv_prepare_t prepare{};                           // a turn begins
  uv_idle_t busy{};                                 // runs while sessions wait, so that the loop does not sleep
  uint64_t used_ns = 0;                             // of this turn
  std::deque<std::weak_ptr<AgentSession>> waiting;  // at most one entry per session
  int64_t put_off = 0;                              // sessions that had to wait, counted
};

void turns_start(uv_loop_t* loop, Turns& turns, void* owner);  // owner: data of both handles
// A message of this session: it has its turn now, or is kept until it has.
void turns_message(Turns& turns, const std::shared_ptr<AgentSession>& session, std::string_view message);
void turns_end(const std::shared_ptr<AgentSession>& session);  // it has closed: what it had sent before is dealt with

}  // namespace picket
