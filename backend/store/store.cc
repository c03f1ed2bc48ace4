// backend/store/store.cc - the door itself: preconditions, refusals, watches. What is pending lies in overlay.h, the
// thread that commits is
// writer.h, the tables are sqlite.h.
//
// One write's way: store_write decides the preconditions and gives every operation its revision, lays it over what is
// stored, and queues it. The writer thread takes a group, commits it, and wakes the loop; on_wake takes the overlay
// away, tells the watches and then the caller. What must happen and was refused stays in the overlay (`kept`), and is queued
// again by a timer.
#include "backend/store/store.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/store/overlay.h"
#include "backend/store/sqlite.h"
#include "backend/store/sqlite_open.h"
#include "backend/store/writer.h"

namespace picket {

struct Store {
  uv_loop_t* loop = nullptr;
  std::string path;
  SqliteReader* reader = nullptr;
  uv_async_t wake{};
  uv_timer_t again{};             // while something is kept
  Overlay overlay;                // handed in, not committed
  std::map<int64_t, OpPtr> kept;  // refused, to be tried again; in the order in which they were
  int64_t kept_order = 0;
  size_t kept_bytes = 0;
  int retry_ms = kStoreRetryMs;
  bool holding = false;    // until store_begin
  std::deque<Batch> held;  // what was handed in before
  int handles_open = 0;
  StoreWriter writer;
  std::set<std::string> namespaces;
  int64_t revision = 0;
  size_t queued_bytes = 0;
  int64_t read_failures = 0;  // that are known
  int64_t read_told_at = -kStoreRetryMs;
  int64_t retry_at = 0;  // degraded: when the next write is let through
  StoreFault fault = StoreFault::none;
  Status failure;
  StoreStats stats;
  Summary commit_times;
  struct Watch {
    std::function<void(const StoreChange&)> on_change;
    bool with_events;
  };
  std::vector<Watch> watches;
  std::function<void(const StoredEvent&)> on_lost;
  std::function<void()> closed;
};

namespace {

// ---- back on the loop ----

StoreChange change_of(const StoreOp& op) {
  if (op.kind == StoreOp::of_event) return {op.deleted, true, "events", op.event.ns, op.event.entity, op.event.check, op.revision, nullptr};
  return {op.deleted, false, op.object.kind, op.object.ns, op.object.name, "", op.revision, op.deleted ? nullptr : &op.object};
}

void kept_write(Store* s);

void tell_watches(Store* s, const StoreOp& op) {
  if (op.kind == StoreOp::of_step) return;
  const StoreChange change = change_of(op);
  for (size_t i = 0; i < s->watches.size(); i++)  // a watch may add watches
    if (!change.is_event || s->watches[i].with_events) s->watches[i].on_change(change);
}

// Hands a read on; when it failed somebody must hear of it, whatever the caller makes of it.
template <class T>
T told(Store* s, T read) {
  Status last;
  const int64_t failures = sqlite_reader_failures(s->reader, &last);
  if (failures != s->read_failures && os_mono_ms() >= s->read_told_at + kStoreRetryMs) {
    log_error("store", "the store cannot be read", {{"error", last.message}, {"failed", failures}});
    s->read_told_at = os_mono_ms();
  }
  s->read_failures = failures;
  return read;
}

// With those that are not committed yet.
void load_namespaces(Store* s) {
  Result<std::vector<StoredObject>> listed = store_list(s, "namespaces");
  if (!listed.ok()) return;  // it was said, and those that are known stay
  s->namespaces.clear();
  for (const StoredObject& o : listed.value) s->namespaces.insert(o.name);
}

// What is read must come from the file that is written.
void reader_follow(Store* s, StoreFault fault) {
  const StoreFault before = std::exchange(s->fault, fault);
  if (fault == StoreFault::moved && before != StoreFault::moved) sqlite_reader_let_go(s->reader);
  if (fault != StoreFault::none || before == StoreFault::none) return;
  if (Status st = sqlite_reader_open_again(s->reader); !st.ok()) log_error("store", "the store cannot be read", {{"error", st.message}});
}

int64_t retry_time(const Store* s) { return os_mono_ms() + (s->fault == StoreFault::damaged ? kStoreRetryDamagedMs : s->retry_ms); }

void degraded_set(Store* s, const Status& status) {
  const bool now = status.code == Err::unavailable;
  if (now && s->stats.degraded && status.message != s->failure.message)
    log_error("store", "the store still takes no writes", {{"error", status.message}});
  s->failure = now ? status : Status{};
  if (now) {
    s->stats.errors++;
    s->retry_at = retry_time(s);
    load_namespaces(s);
  }
  if (now == s->stats.degraded) return;
  s->stats.degraded = now;
  if (now) log_error("store", "the store takes no writes; trying again every second", {{"error", status.message}});
  else log_warn("store", "the store takes writes again");
  uv_timer_stop(&s->again);  // what is kept need not wait any longer
}

// ---- what must be written all the same ----

size_t op_bytes(const StoreOp& op) {
  size_t n = 256 + op.object.body.size() + op.event.head.size() + (op.step ? op.step->data.size() : 0);
  return op.event.entity_json ? n + op.event.entity_json->size() : n;
}

std::string op_name(const StoreOp& op) {
  if (op.kind == StoreOp::of_event) return "event " + op.event.ns + "/" + op.event.entity + "/" + op.event.check;
  if (op.kind == StoreOp::of_step) return "metrics of " + op.step->ns + "/" + op.step->entity + "/" + op.step->check;
  return op.object.kind + " " + (op.object.ns.empty() ? "" : op.object.ns + "/") + op.object.name;
}

constexpr int64_t kAgainMs = 5;  // between two groups of what was kept

void again_soon(Store* s) {
  if (s->kept.empty() || s->closed || uv_is_active(reinterpret_cast<uv_handle_t*>(&s->again))) return;
  uv_update_time(s->loop);
  const int64_t wait = s->stats.degraded ? std::max<int64_t>(s->retry_at - os_mono_ms(), 1) : kAgainMs;
  uv_timer_start(
      &s->again, [](uv_timer_t* t) { kept_write(static_cast<Store*>(t->data)); }, static_cast<uint64_t>(wait), 0);
}

void kept_forget(Store* s, StoreOp& op) {
  if (op.kept_at == 0) return;
  s->kept_bytes -= op_bytes(op);
  s->kept.erase(std::exchange(op.kept_at, 0));
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
    log_error("store", "too much waits until the store takes writes again: lost", {{"row", op_name(op)}, {"lost", s->stats.lost}});
  if (op.kind == StoreOp::of_event && s->on_lost) s->on_lost(op.event);
}

// A newer one of the same row has taken its place, or it is tried again later.
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

// What was decided upon a write that did not happen cannot stand.
void batch_refused(Store* s, const Batch& b) {
  for (const OpPtr& op : b.ops) {
    if (op->keep) op_keep(s, op);
    else overlay_refuse(s->overlay, *op);
  }
  if (b.done) return;
  for (const OpPtr& op : b.ops)
    if (!op->keep) log_error("store", "not written", {{"row", op_name(*op)}, {"error", b.status.message}});
}

void batch_finish(Store* s, Batch& b) {
  s->queued_bytes -= b.bytes;
  if (!b.ops.empty()) degraded_set(s, b.status);
  if (b.status.ok()) {
    for (const OpPtr& op : b.ops) overlay_remove(s->overlay, *op);
    s->stats.writes += static_cast<int64_t>(b.ops.size());
    for (const OpPtr& op : b.ops) tell_watches(s, *op);
  } else {
    batch_refused(s, b);
  }
  again_soon(s);
  if (b.done) b.done(b.status);
}

void store_free(uv_handle_t* h) {
  auto* s = static_cast<Store*>(h->data);
  if (--s->handles_open > 0) return;
  sqlite_reader_close(s->reader);
  sqlite_writer_close(s->writer.sqlite);
  auto closed = std::move(s->closed);
  delete s;
  if (closed) closed();
}

// What the writer has finished; false: nothing.
bool finish_some(Store* s) {
  const int64_t commits = s->stats.commits;
  StoreFault fault = s->fault;
  std::deque<Batch> finished = writer_finished(s->writer, &s->stats, &fault);
  if (!finished.empty()) reader_follow(s, fault);
  if (s->stats.commits != commits) summary_add(s->commit_times, s->stats.last_commit_us, static_cast<int64_t>(uv_hrtime() / 1'000'000));
  for (Batch& b : finished) batch_finish(s, b);
  return !finished.empty();
}

// What is finished meanwhile wakes the loop again: others have their turn before.
void on_wake(uv_async_t* h) { (void)finish_some(static_cast<Store*>(h->data)); }

// ---- handing in ----

Status namespace_check(Store* s, const StoreWrite& w, const std::string& ns) {
  if (!w.check_namespace || s->namespaces.count(ns)) return {};
  return fail(Err::not_found, "the namespace " + ns + " does not exist");
}

Status object_check(Store* s, const StoreWrite& w) {
  const StoredObject& o = w.object;
  if (Status st = namespace_check(s, w, o.ns); !st.ok()) return st;
  if (w.op == StoreWrite::put || w.op == StoreWrite::drop) return {};
  Result<StoredObject> present = store_get(s, o.kind, o.ns, o.name);
  if (!present.ok() && present.status.code != Err::not_found) return present.status;
  if (w.op == StoreWrite::create) return present.ok() ? fail(Err::exists, o.kind + " " + o.name + " exists already") : Status{};
  if (!present.ok()) return present.status;
  if (w.op == StoreWrite::put_if_revision && present.value.revision != o.revision)
    return fail(Err::precondition, o.kind + " " + o.name + " has been changed by somebody else; read it again");
  return {};
}

Status event_check(Store* s, const StoreWrite& w) {
  if (w.op == StoreWrite::put_event) return namespace_check(s, w, w.event.ns);
  return store_get_event(s, w.event.ns, w.event.entity, w.event.check).status;
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

OpPtr op_make(Store* s, StoreWrite&& w) {
  auto op = std::make_shared<StoreOp>();
  op->kind = kind_of(w);
  op->deleted = w.op == StoreWrite::del || w.op == StoreWrite::drop || w.op == StoreWrite::del_event || w.op == StoreWrite::del_steps;
  op->keep = op->kind != StoreOp::of_step && (w.keep || w.op == StoreWrite::put_event);
  op->revision = ++s->revision;
  op->object = std::move(w.object);
  op->event = std::move(w.event);
  op->step = std::move(w.step);
  op->object.revision = op->event.revision = op->revision;
  return op;
}

void batch_take_back(Store* s, Batch& b, std::vector<Covered>& covered) {
  for (size_t i = b.ops.size(); i-- > 0;) overlay_put_back(s->overlay, *b.ops[i], std::move(covered[i]));
  b.ops.clear();
  b.bytes = 0;
  load_namespaces(s);
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

Status admission(Store* s) {
  if (s->closed) return fail(Err::unavailable, "the store is closing");
  if (s->queued_bytes > kStoreQueueMax)
    return fail(Err::unavailable,
                "the disk does not keep up: " + std::to_string(s->queued_bytes >> 20) + " MB wait to be written; try again later");
  if (s->stats.degraded && os_mono_ms() < s->retry_at)
    return fail(Err::unavailable, "the store takes no writes now: " + s->failure.message);
  if (s->stats.degraded) s->retry_at = retry_time(s);
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
  again_soon(s);
}

void batch_add(Store* s, Batch b) {
  if (s->holding) s->held.push_back(std::move(b));
  else writer_add(s->writer, std::move(b));
}

// Those of them that are the newest of their row; while nothing can be written one of them tries.
Batch kept_take(Store* s, size_t max) {
  Batch b;
  for (auto it = s->kept.begin(); it != s->kept.end() && b.ops.size() < max;) {
    const OpPtr op = (it++)->second;
    const Place at = overlay_place(s->overlay, *op);
    if (at == Place::covered) continue;
    kept_forget(s, *op);
    if (at == Place::gone) continue;
    op->revision = op->object.revision = op->event.revision = ++s->revision;
    b.bytes += op_bytes(*op);
    b.ops.push_back(op);
  }
  return b;
}

void kept_write(Store* s) {
  if (Status st = admission(s); !st.ok()) return again_soon(s);
  Batch b = kept_take(s, s->stats.degraded ? 1 : kStoreCommitMax);
  s->queued_bytes += b.bytes;
  if (!b.ops.empty()) batch_add(s, std::move(b));
}

void log_refused(const Status& why, const std::vector<StoreWrite>& writes) {
  for (const StoreWrite& w : writes)
    if (!w.keep && !w.object.kind.empty())
      log_error("store", "not written", {{"row", w.object.kind + " " + w.object.ns + "/" + w.object.name}, {"error", why.message}});
}

// The last attempt, before the store is closed.
void kept_write_all(Store* s) {
  while (!s->kept.empty()) {
    Batch b = kept_take(s, kStoreCommitMax);
    if (b.ops.empty()) return;
    s->queued_bytes += b.bytes;
    writer_add(s->writer, std::move(b));
  }
}

void drop_held(Store* s) {
  for (Batch& b : std::exchange(s->held, {})) {
    s->queued_bytes -= b.bytes;
    for (const OpPtr& op : b.ops) overlay_refuse(s->overlay, *op);
    if (b.done) b.done(b.status.ok() ? fail(Err::unavailable, "the start did not come to its end: nothing is written") : b.status);
  }
}

Result<StoredObject> object_of(const StoreOp& op) {
  if (op.deleted) return fail(Err::not_found, op.object.kind + " " + op.object.name + " not found");
  return op.object;
}

}  // namespace

Result<Store*> store_open(uv_loop_t* loop, const std::string& path, const StoreOptions& options) {
  Result<SqliteWriter*> writer = sqlite_writer_open(path, options);
  if (!writer.ok()) return writer.status;
  Result<SqliteReader*> reader = sqlite_reader_open(path);
  if (!reader.ok()) {
    sqlite_writer_close(writer.value);
    return reader.status;
  }
  auto* s = new Store;
  s->loop = loop;
  s->path = path;
  s->reader = reader.value;
  s->revision = sqlite_last_revision(writer.value);
  s->holding = options.hold;
  s->retry_ms = options.retry_ms;
  uv_async_init(loop, &s->wake, on_wake);
  uv_timer_init(loop, &s->again);
  s->wake.data = s->again.data = s;
  s->handles_open = 2;
  writer_start(s->writer, writer.value, [s] { uv_async_send(&s->wake); });
  Result<std::vector<StoredObject>> namespaces = store_list(s, "namespaces");
  for (const StoredObject& o : namespaces.value) s->namespaces.insert(o.name);
  if (namespaces.ok()) return s;
  store_close(s, nullptr);
  return because("open " + path, namespaces.status);
}

void store_begin(Store* s) {
  s->holding = false;
  for (Batch& b : std::exchange(s->held, {})) writer_add(s->writer, std::move(b));
}

void store_close(Store* s, std::function<void()> done) {
  if (!s->holding) kept_write_all(s);
  s->closed = done ? std::move(done) : [] {};
  drop_held(s);
  writer_stop(s->writer);
  while (finish_some(s)) {}
  if (!s->kept.empty())
    log_error("store", "the store is closed and took no writes: what came since is lost",
              {{"rows", s->kept.size()}, {"first", op_name(*s->kept.begin()->second)}, {"error", s->failure.message}});
  for (uv_handle_t* h : {reinterpret_cast<uv_handle_t*>(&s->wake), reinterpret_cast<uv_handle_t*>(&s->again)}) uv_close(h, store_free);
}

void store_write(Store* s, std::vector<StoreWrite> writes, StoreDone done) { (void)store_hand_in(s, std::move(writes), std::move(done)); }

Status store_hand_in(Store* s, std::vector<StoreWrite> writes, StoreDone done) {
  Batch b;
  b.done = std::move(done);
  b.status = admission(s);
  if (b.status.ok()) b.status = batch_fill(s, b, writes);
  else keep_refused(s, writes);
  if (!b.done && !b.status.ok()) log_refused(b.status, writes);
  const Status decided = b.status;
  s->queued_bytes += b.bytes;
  batch_add(s, std::move(b));
  return decided;
}

Result<StoredObject> store_get(Store* s, std::string_view kind, std::string_view ns, std::string_view name) {
  if (const StoreOp* op = overlay_object(s->overlay, kind, ns, name)) return object_of(*op);
  return told(s, sqlite_get(s->reader, kind, ns, name));
}

Result<std::vector<StoredObject>> store_list(Store* s, std::string_view kind, std::string_view ns, std::string_view after_ns,
                                             std::string_view after_name, int64_t limit) {
  auto stored = told(s, sqlite_list(s->reader, kind, ns, after_ns, after_name, overlay_read_limit(s->overlay.objects_gone, limit)));
  if (!stored.ok()) return stored;
  return overlay_objects(s->overlay, std::move(stored.value), kind, ns, {after_ns, after_name, "", limit});
}

Result<std::vector<StoredObject>> store_list(Store* s, std::string_view kind) { return store_list(s, kind, "", "", "", 0); }

Result<StoredEvent> store_get_event(Store* s, std::string_view ns, std::string_view entity, std::string_view check) {
  const StoreOp* op = overlay_event(s->overlay, ns, entity, check);
  if (op && op->deleted) return fail(Err::not_found, "event " + std::string(entity) + "/" + std::string(check) + " not found");
  if (op && op->event.entity_json) return op->event;
  Result<StoredEvent> stored = told(s, sqlite_get_event(s->reader, ns, entity, check));
  if (!op) return stored;
  return overlay_event_of(*op, stored.ok() ? &stored.value : nullptr);
}

bool store_event_is_pending(const Store* s, std::string_view ns, std::string_view entity, std::string_view check) {
  const StoreOp* op = overlay_event(s->overlay, ns, entity, check);
  return op && !op->deleted;
}

Result<std::vector<StoredEvent>> store_list_events(Store* s, std::string_view ns, std::string_view entity, std::string_view after_ns,
                                                   std::string_view after_entity, std::string_view after_check, int64_t limit) {
  const int64_t rows = overlay_read_limit(s->overlay.events_gone, limit);
  auto stored = told(s, sqlite_list_events(s->reader, ns, entity, after_ns, after_entity, after_check, rows));
  if (!stored.ok()) return stored;
  return overlay_events(s->overlay, std::move(stored.value), ns, entity, {after_ns, after_entity, after_check, limit});
}

Result<std::vector<StoredStep>> store_list_steps(Store* s, std::string_view ns, std::string_view entity, std::string_view check,
                                                 int64_t from) {
  auto stored = told(s, sqlite_list_steps(s->reader, ns, entity, check, from));
  if (!stored.ok()) return stored;
  return overlay_steps(s->overlay, std::move(stored.value), ns, entity, check, from);
}

Result<std::string> store_get_step(Store* s, const StoredStep& step) {
  bool decided = false;
  std::string data = overlay_step(s->overlay, step, &decided);
  if (!decided) return told(s, sqlite_get_step(s->reader, step));
  if (data.empty()) return fail(Err::not_found, "no metrics of that time");
  return data;
}

Result<std::vector<StoredStep>> store_list_series(Store* s) { return told(s, sqlite_list_series(s->reader)); }

int64_t store_read_failures(const Store* s, Status* last) { return sqlite_reader_failures(s->reader, last); }

void store_watch(Store* s, std::function<void(const StoreChange&)> on_change, bool with_events) {
  s->watches.push_back({std::move(on_change), with_events});
}

void store_on_lost(Store* s, std::function<void(const StoredEvent&)> on_lost) { s->on_lost = std::move(on_lost); }

Status store_failure(const Store* s) { return s->failure; }

const Summary& store_commit_times(const Store* s) { return s->commit_times; }

StoreStats store_stats(const Store* s) {
  StoreStats stats = s->stats;
  stats.queued_bytes = static_cast<int64_t>(s->queued_bytes);
  stats.kept = static_cast<int64_t>(s->kept.size());
  return stats;
}

Status store_is_ours(const std::string& path) { return database_is_ours(path); }

Status store_backup(Store* s, const std::string& path) { return sqlite_backup(s->path, path); }

}  // namespace picket
