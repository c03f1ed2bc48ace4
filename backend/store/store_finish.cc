// backend/store/store_finish.cc - what comes back from the committer: the overlay goes, watches and callers hear of it.
#include <utility>

#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/cluster/cluster_log.h"
#include "backend/store/store_state.h"

namespace picket {
namespace {

StoreChange change_of(const StoreOp& op) {
  StoreChange c;
  c.deleted = op.deleted;
  c.is_event = op.kind == StoreOp::of_event;
  c.revision = op.revision;
  c.position = op.position != 0 ? op.position : op.revision;
  if (c.is_event) {
    const EventKey& key = op.event.key;
    c.kind = "events", c.ns = key.ns(), c.name = key.entity(), c.check = key.check();
  } else {
    c.kind = op.object.kind, c.ns = op.object.ns, c.name = op.object.name;
    if (!op.deleted) c.object = &op.object;
  }
  return c;
}

void watches_notify(Store* s, const StoreOp& op, const std::string* member = nullptr) {
  if (op.kind == StoreOp::of_step) return;
  StoreChange change = change_of(op);
  if (member) {
    change.own = false;
    change.member = *member;
    if (change.is_event && !change.deleted) change.event = &op.event;
  }
  for (size_t i = 0; i < s->watches.size(); i++)  // a watch may add watches
    if (!change.is_event || s->watches[i].with_events) s->watches[i].on_change(change);
}

// What is read must come from the file that is written.
void reader_follow(Store* s, StoreFault fault) {
  const StoreFault before = std::exchange(s->fault, fault);
  if (fault == StoreFault::moved && before != StoreFault::moved) sqlite_reader_let_go(s->reader);
  if (fault != StoreFault::none || before == StoreFault::none) return;
  if (Status st = sqlite_reader_open_again(s->reader); !st.ok()) log_error("store", "cannot read the store", {{"error", st.message}});
}

}  // namespace

void degraded_set(Store* s, const Status& status) {
  const bool now = status.code == Err::unavailable;
  if (now && s->stats.degraded && status.message != s->failure.message)
    log_error("store", "the store is still not writable", {{"error", status.message}});
  s->failure = now ? status : Status{};
  if (now) {
    s->stats.errors++;
    s->retry_at = retry_time(s);
  }
  if (now == s->stats.degraded) return;
  s->stats.degraded = now;
  if (now) log_error("store", "the store is not writable; retrying every second", {{"error", status.message}});
  else log_warn("store", "the store is writable again");
  uv_timer_stop(&s->again);  // what is kept need not wait any longer
}

namespace {

// That another member made it first is no failure: two that start at once both make what a cluster has once.
void log_not_written(const StoreOp& op, const Status& why) {
  const bool is_there = op.write == StoreWrite::create && why.code == Err::exists;
  log_line(is_there ? LogLevel::info : LogLevel::error, "store", "not written", {{"row", op_name(op)}, {"error", why.message}});
}

// What was decided upon a write that did not happen cannot stand. What a cluster's log refused for good is not kept.
void batch_refused(Store* s, const Batch& b) {
  for (const OpPtr& op : b.ops) {
    if (op->keep && (!s->cluster || b.status.code == Err::unavailable)) op_keep(s, op);
    else overlay_refuse(s->overlay, *op);
    // A kept event, or one of which nobody waits to hear: whoever has its state in memory reads what is stored.
    if (s->cluster && !b.done && op->write == StoreWrite::put_event && b.status.code != Err::unavailable && s->on_lost)
      s->on_lost(op->event);
  }
  if (b.done) return;
  for (const OpPtr& op : b.ops)
    if (!op->keep) log_not_written(*op, b.status);
}

// What was decided here without a quorum gives way to what was decided meanwhile where there was one.
void kept_gives_way(Store* s, const StoreOp& op) {
  if (op.kind != StoreOp::of_object || op.object.kind != "decisions") return;
  const OpPtr ours = overlay_newest(s->overlay, op);
  if (!ours || ours->kept_at == 0) return;
  kept_forget(s, *ours);
  overlay_refuse(s->overlay, *ours);
}

// Another member's, applied to the copy. What was handed in here and is on its way still stands over it for readers.
void foreign_finish(Store* s, const Batch& b) {
  for (const OpPtr& op : b.ops) {
    if (op->kind != StoreOp::of_object || op->object.kind != "namespaces") continue;
    if (op->deleted) s->namespaces.erase(op->object.name);
    else s->namespaces.insert(op->object.name);
  }
  for (const OpPtr& op : b.ops) kept_gives_way(s, *op);
  for (const OpPtr& op : b.ops) watches_notify(s, *op, &b.member);
}

void batch_finish(Store* s, Batch& b) {
  if (b.foreign) return foreign_finish(s, b);
  s->queued_bytes -= b.bytes;
  if (!b.ops.empty()) degraded_set(s, b.status);
  if (b.status.ok()) {
    for (const OpPtr& op : b.ops) overlay_remove(s->overlay, *op);
    s->stats.writes += static_cast<int64_t>(b.ops.size());
    for (const OpPtr& op : b.ops) watches_notify(s, *op);
  } else {
    batch_refused(s, b);
    if (!b.ops.empty()) namespaces_read(s);  // those that were to come or go have not
  }
  kept_again(s);
  if (b.done) b.done(b.status);
}

}  // namespace

int64_t retry_time(const Store* s) {
  if (s->cluster) return kLogNever;  // the log says when it goes on; nobody has to try
  return os_mono_ms() + (s->fault == StoreFault::damaged ? kStoreRetryDamagedMs : s->retry_ms);
}

bool finish_some(Store* s) {
  Committed c = s->committer.take();
  s->stats.last_commit_us = c.last_commit_us;
  const bool more = std::exchange(s->stats.commits, c.commits) != c.commits;
  if (!c.batches.empty()) reader_follow(s, c.fault);
  if (more) summary_add(s->commit_times, c.last_commit_us, int64_t(uv_hrtime() / 1'000'000));
  for (Batch& b : c.batches) batch_finish(s, b);
  return !c.batches.empty();
}

}  // namespace picket
