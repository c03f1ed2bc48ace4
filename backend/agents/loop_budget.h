// backend/agents/loop_budget.h - limits how long agents' messages may occupy one turn of the loop, so that API and timers are not starved.
//
// A session that sends when the turn's share is used up is not read from any more. It waits in order, with the one message that had
// come already, and goes on with one of the next turns. So a turn is short, whether thousands of agents send at full speed or come
// back at once.
#pragma once
#include <uv.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

namespace picket {

struct AgentSession;

inline constexpr uint64_t kIngestTurnNs = 5'000'000;  // of one turn, for messages of agents; an agent that sends more waits for the next
inline constexpr size_t kResumedPerTurn = 64;         // sessions that go on with one turn, if its share allows

struct LoopBudget {
  uv_prepare_t prepare{};                           // a turn begins
  uv_idle_t busy{};                                 // runs while sessions wait, so that the loop does not sleep
  uint64_t used_ns = 0;                             // of this turn
  std::deque<std::weak_ptr<AgentSession>> waiting;  // at most one entry per session
  int64_t put_off = 0;                              // sessions that had to wait, counted
};

void budget_start(uv_loop_t* loop, LoopBudget& budget, void* owner);  // owner: data of both handles
// A message of this session: it has its turn now, or is kept until it has.
void budget_message(LoopBudget& budget, const std::shared_ptr<AgentSession>& session, std::string_view message);
void budget_end(const std::shared_ptr<AgentSession>& session);  // it has closed: what it had sent before is dealt with

}  // namespace picket
