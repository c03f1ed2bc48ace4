// backend/store/store_hand_in.cc - writes handed in: preconditions decided, revisions given, laid over what is stored, queued.
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/cluster/cluster_apply.h"
#include "backend/store/store_state.h"

namespace picket {
namespace {

Status namespace_check(Store* s, const StoreWrite& w, std::string_view ns) {
  if (!w.check_namespace || s->namespaces.count(ns)) return {};
  return namespace_refused(ns);
}

Status object_check(Store* s, const StoreWrite& w) {
  const StoredObject& o = w.object;
  if (Status st = namespace_check(s, w, o.ns); !st.ok()) return st;
  if (w.op == StoreWrite::put || w.op == StoreWrite::drop || w.op == StoreWrite::follow || w.op == StoreWrite::touch) return {};
  Result<StoredObject> present = store_get(s, o.kind, o.ns, o.name);
  if (!present.ok() && present.status.code != Err::not_found) return present.status;
  const LogOp::Kind kind = w.op == StoreWrite::create ? LogOp::create : w.op == StoreWrite::del ? LogOp::del : LogOp::put_if;
  return object_decide(kind, o.kind, o.name, present.ok() ? present.value.revision : 0, o.revision);
}

Status event_check(Store* s, const StoreWrite& w) {
  if (w.op == StoreWrite::put_event) return namespace_check(s, w, w.event.key.ns());
  return store_get_event(s, w.event.key).status;
}

StoreOp::Kind kind_of(const StoreWrite& w) {
  switch (w.op) {
    case StoreWrite::put_event:
    case StoreWrite::del_event: return StoreOp::of_event;
    case StoreWrite::put_step:
    case StoreWrite::del_steps: return StoreOp::of_step;
    default: return StoreOp::of_object;
  }
}

Status write_check(Store* s, const StoreWrite& w) {
  switch (kind_of(w)) {
    case StoreOp::of_event: return event_check(s, w);
    case StoreOp::of_step: return {};
    default: return object_check(s, w);
  }
}

void pending_add(Store* s, const OpPtr& op) {
  overlay_add(s->overlay, op);
  if (op->kind != StoreOp::of_object || op->object.kind != "namespaces") return;
  if (op->deleted) s->namespaces.erase(op->object.name);
  else s->namespaces.insert(op->object.name);
}

// What the cluster's log is to know of it. What it was built on may have been kept and never sent: then that one's own base counts.
void op_for_log(Store* s, StoreOp& op, const StoreWrite& w) {
  op.write = static_cast<uint8_t>(w.op);
  op.check_namespace = w.check_namespace;
  op.base = w.op == StoreWrite::put_event ? w.event.revision : w.object.revision;
  if (w.op != StoreWrite::put_event) return;
  op.event.key = w.event.key;
  const OpPtr before = overlay_newest(s->overlay, op);
  if (before && (before->kept_at != 0 || before->unsent) && before->revision == op.base) op.base = before->base;
}

OpPtr op_make(Store* s, StoreWrite&& w) {
  auto op = std::make_shared<StoreOp>();
  op->kind = kind_of(w);
  op->deleted = w.op == StoreWrite::del || w.op == StoreWrite::drop || w.op == StoreWrite::del_event || w.op == StoreWrite::del_steps;
  op->keep = op->kind != StoreOp::of_step && (w.keep || w.op == StoreWrite::put_event);
  op->revision = w.token != 0 ? w.token : ++s->revision;
  if (s->cluster) op_for_log(s, *op, w);
  op->object = std::move(w.object);
  op->event = std::move(w.event);
  op->step = std::move(w.step);
  if (op->kind == StoreOp::of_object) op->row = object_key(op->object.kind, op->object.ns, op->object.name);
  op->object.revision = op->event.revision = op->revision;
  return op;
}

void batch_take_back(Store* s, Batch& b, std::vector<Covered>& covered) {
  for (size_t i = b.ops.size(); i-- > 0;) overlay_put_back(s->overlay, *b.ops[i], std::move(covered[i]));
  b.ops.clear();
  b.bytes = 0;
  namespaces_read(s);
}

// To delete what is not there is nothing to do. Whatever cannot be read may be there.
bool is_nothing(Store* s, const StoreWrite& w) {
  return w.op == StoreWrite::drop && store_get(s, w.object.kind, w.object.ns, w.object.name).status.code == Err::not_found;
}

bool is_unread(const Status& s) { return s.code == Err::io; }

// Operations of one batch see those before them, so the checks and the overlay go hand in hand; a refused batch is
// taken out of the overlay again.
Status batch_fill(Store* s, Batch& b, std::vector<StoreWrite>& writes) {
  std::vector<Covered> covered;
  for (StoreWrite& w : writes) {
    if (is_nothing(s, w)) continue;
    if (Status st = write_check(s, w); !st.ok() && !(w.keep && is_unread(st))) {
      if (!b.ops.empty()) batch_take_back(s, b, covered);
      return st;
    }
    auto op = op_make(s, std::move(w));
    if (writes.size() > 1) covered.push_back(overlay_covered(s->overlay, *op));
    pending_add(s, op);
    b.bytes += op_bytes(*op);
    b.ops.push_back(std::move(op));
  }
  return {};
}

// Nothing is tried now, and what must happen is remembered. Its preconditions are the caller's to know.
void keep_refused(Store* s, std::vector<StoreWrite>& writes) {
  for (StoreWrite& w : writes) {
    if (!(w.keep || w.op == StoreWrite::put_event) || is_nothing(s, w)) continue;
    OpPtr op = op_make(s, std::move(w));
    const OpPtr before = overlay_newest(s->overlay, *op);
    pending_add(s, op);
    if (before && overlay_place(s->overlay, *before) == Place::gone) kept_forget(s, *before);
    op_keep(s, op);
  }
  kept_again(s);
}

void log_refused(const Status& why, const std::vector<StoreWrite>& writes) {
  for (const StoreWrite& w : writes)
    if (!w.keep && !w.object.kind.empty())
      log_error("store", "not written", {{"row", w.object.kind + " " + w.object.ns + "/" + w.object.name}, {"error", why.message}});
}

}  // namespace

Status write_admission(Store* s) {
  if (s->closed) return fail(Err::unavailable, "the store is closing");
  if (s->queued_bytes > kStoreQueueMax)
    return fail(Err::unavailable,
                "disk too slow: " + std::to_string(s->queued_bytes >> 20) + " MB are queued for writing; try again later");
  if (s->stats.degraded && os_mono_ms() < s->retry_at) return fail(Err::unavailable, "the store is not writable: " + s->failure.message);
  if (s->stats.degraded) s->retry_at = retry_time(s);
  return {};
}

void batch_queue(Store* s, Batch b) {
  if (s->holding) s->held.push_back(std::move(b));
  else s->committer.add(std::move(b));
}

void store_write(Store* s, std::vector<StoreWrite> writes, StoreDone done) { (void)store_hand_in(s, std::move(writes), std::move(done)); }

Status store_hand_in(Store* s, std::vector<StoreWrite> writes, StoreDone done) {
  Batch b;
  b.done = std::move(done);
  b.status = write_admission(s);
  if (b.status.ok()) b.status = batch_fill(s, b, writes);
  else keep_refused(s, writes);
  if (!b.done && !b.status.ok()) log_refused(b.status, writes);
  const Status decided = b.status;
  s->queued_bytes += b.bytes;
  batch_queue(s, std::move(b));
  return decided;
}

}  // namespace picket
