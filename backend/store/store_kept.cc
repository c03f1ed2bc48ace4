// backend/store/store_kept.cc - what must be written all the same: refused, remembered, tried again.
#include <algorithm>
#include <utility>

#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/store/store_state.h"

namespace picket {
namespace {

constexpr int64_t kAgainMs = 5;  // between two groups of what was kept

// Those of them that are the newest of their row; while nothing can be written one of them tries.
Batch kept_take(Store* s, size_t max) {
  Batch b;
  for (auto it = s->kept.begin(); it != s->kept.end() && b.ops.size() < max;) {
    const OpPtr op = (it++)->second;
    const Place at = overlay_place(s->overlay, *op);
    if (at == Place::covered) continue;
    kept_forget(s, *op);
    if (at == Place::gone) continue;
    if (!s->cluster) op->revision = op->object.revision = op->event.revision = ++s->revision;  // else it was never sent
    b.bytes += op_bytes(*op);
    b.ops.push_back(op);
  }
  return b;
}

// A cluster's log refuses a batch as a whole: an event that others have replaced meanwhile must not take the rest with it.
void queue_one_by_one(Store* s, const Batch& b) {
  for (const OpPtr& op : b.ops) {
    Batch one;
    one.bytes = op_bytes(*op);
    one.ops.push_back(op);
    batch_queue(s, std::move(one));
  }
}

void kept_write(Store* s) {
  if (Status st = write_admission(s); !st.ok()) return kept_again(s);
  Batch b = kept_take(s, s->stats.degraded ? 1 : kStoreCommitMax);
  s->queued_bytes += b.bytes;
  if (s->cluster) return queue_one_by_one(s, b);
  if (!b.ops.empty()) batch_queue(s, std::move(b));
}

void kept_sweep(Store* s) {
  for (auto it = s->kept.begin(); it != s->kept.end();) {
    const OpPtr op = (it++)->second;
    if (overlay_place(s->overlay, *op) == Place::gone) kept_forget(s, *op);
  }
}

bool kept_full(Store* s, const StoreOp& op) {
  const auto full = [&] { return s->kept.size() >= kStoreKeptMax || s->kept_bytes + op_bytes(op) > kStoreKeptBytesMax; };
  if (op.deleted || !full()) return false;
  kept_sweep(s);
  return full();
}

void op_lost(Store* s, const StoreOp& op) {
  if (s->stats.lost++ % 1000 == 0)
    log_error("store", "lost: too much is queued until the store is writable again", {{"row", op_name(op)}, {"lost", s->stats.lost}});
  if (op.kind == StoreOp::of_event && s->on_lost) s->on_lost(op.event);
}

}  // namespace

size_t op_bytes(const StoreOp& op) {
  size_t n = 256 + op.object.body.size() + op.event.head.size() + (op.step ? op.step->data.size() : 0);
  return op.event.entity_json ? n + op.event.entity_json->size() : n;
}

std::string op_name(const StoreOp& op) {
  if (op.kind == StoreOp::of_event) return "event " + std::string(op.event.key.ns()) + "/" + event_row_name(op.event.key);
  if (op.kind == StoreOp::of_step) return "metrics of " + std::string(op.step->key.ns()) + "/" + event_row_name(op.step->key);
  return op.object.kind + " " + (op.object.ns.empty() ? "" : op.object.ns + "/") + op.object.name;
}

void kept_again(Store* s) {
  if (s->kept.empty() || s->closed || uv_is_active(reinterpret_cast<uv_handle_t*>(&s->again))) return;
  uv_update_time(s->loop);
  if (s->cluster && s->stats.degraded) return;  // the log says when
  const int64_t wait = s->stats.degraded ? std::max<int64_t>(s->retry_at - os_mono_ms(), 1) : kAgainMs;
  uv_timer_start(
      &s->again, [](uv_timer_t* t) { kept_write(static_cast<Store*>(t->data)); }, static_cast<uint64_t>(wait), 0);
}

void kept_forget(Store* s, StoreOp& op) {
  if (op.kept_at == 0) return;
  s->kept_bytes -= op_bytes(op);
  s->kept.erase(std::exchange(op.kept_at, 0));
}

void op_keep(Store* s, const OpPtr& op) {
  if (overlay_place(s->overlay, *op) == Place::gone) return;
  if (kept_full(s, *op)) {
    overlay_refuse(s->overlay, *op);
    return op_lost(s, *op);
  }
  op->kept_at = ++s->kept_order;
  s->kept[op->kept_at] = op;
  s->kept_bytes += op_bytes(*op);
}

void kept_write_all(Store* s) {
  while (!s->kept.empty()) {
    Batch b = kept_take(s, kStoreCommitMax);
    if (b.ops.empty()) return;
    s->queued_bytes += b.bytes;
    s->committer.add(std::move(b));
  }
}

}  // namespace picket
