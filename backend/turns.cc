#include "turns.h"

#include "sessions.h"

namespace picket {
namespace {

void go_on(const SessionPtr& s) {
  s->waits_turn = false;
  if (s->ws && !s->paused) ws_read(s->ws, true);
}

void on_turn(uv_prepare_t* handle) {
  Turns& t = static_cast<Sessions*>(handle->data)->turns;
  t.used_ns = 0;
  for (size_t i = 0; i < kResumedPerTurn && !t.waiting.empty(); i++) {
    if (SessionPtr s = t.waiting.front().lock()) go_on(s);
    t.waiting.pop_front();
  }
  if (t.waiting.empty()) uv_idle_stop(&t.busy);
}

}  // namespace

void turns_start(uv_loop_t* loop, Turns& t, void* owner) {
  uv_prepare_init(loop, &t.prepare);
  uv_idle_init(loop, &t.busy);
  t.prepare.data = t.busy.data = owner;
  uv_prepare_start(&t.prepare, on_turn);
}

void turns_spent(Turns& t, const SessionPtr& s, uint64_t ns) {
  t.used_ns += ns;
  if (t.used_ns < kIngestTurnNs || s->waits_turn || !s->ws) return;
  s->waits_turn = true;
  ws_read(s->ws, false);
  t.put_off++;
  t.waiting.push_back(s);
  uv_idle_start(&t.busy, [](uv_idle_t*) {});
}

}  // namespace picket
