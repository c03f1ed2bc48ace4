// backend/agents/loop_budget.cc - agents' messages, taken while the budget of this loop iteration lasts; the rest waits for the next.
#include "backend/agents/loop_budget.h"

#include <utility>

#include "backend/agents/agent_sessions.h"

namespace picket {
namespace {

void wait_turn(LoopBudget& t, const SessionPtr& s) {
  if (s->waits_turn || !s->ws) return;
  s->waits_turn = true;
  ws_read(s->ws, false);
  t.put_off++;
  t.waiting.push_back(s);
  uv_idle_start(&t.busy, [](uv_idle_t*) {});
}

void deal_with(LoopBudget& t, const SessionPtr& s, std::string_view message) {
  const uint64_t begin = uv_hrtime();
  session_message(s, message);
  t.used_ns += uv_hrtime() - begin;
  if (t.used_ns >= kIngestTurnNs) wait_turn(t, s);
}

void go_on(LoopBudget& t, const SessionPtr& s) {
  s->waits_turn = false;
  if (s->has_held) {
    s->has_held = false;
    deal_with(t, s, std::exchange(s->held, {}));
  }
  if (s->ws && !s->paused && !s->waits_turn) ws_read(s->ws, true);
}

void on_turn(uv_prepare_t* handle) {
  LoopBudget& t = static_cast<Sessions*>(handle->data)->budget;
  t.used_ns = 0;
  for (size_t i = 0; i < kResumedPerTurn && t.used_ns < kIngestTurnNs && !t.waiting.empty(); i++) {
    SessionPtr s = t.waiting.front().lock();
    t.waiting.pop_front();
    if (s) go_on(t, s);
  }
  if (t.waiting.empty()) uv_idle_stop(&t.busy);
}

}  // namespace

void budget_start(uv_loop_t* loop, LoopBudget& t, void* owner) {
  uv_prepare_init(loop, &t.prepare);
  uv_idle_init(loop, &t.busy);
  t.prepare.data = t.busy.data = owner;
  uv_prepare_start(&t.prepare, on_turn);
}

void budget_message(LoopBudget& t, const SessionPtr& s, std::string_view message) {
  const bool first = !s->has_held && !s->waits_turn;
  if (first && t.used_ns < kIngestTurnNs) return deal_with(t, s, message);
  if (s->has_held) session_message(s, std::exchange(s->held, {}));  // there is room for one: the older has its turn now
  s->held = message;
  s->has_held = true;
  wait_turn(t, s);
}

void budget_end(const SessionPtr& s) {
  if (std::exchange(s->has_held, false)) session_message(s, std::exchange(s->held, {}));
}

}  // namespace picket
