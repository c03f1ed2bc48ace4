// The door itself: preconditions, refusals, watches. What is pending lies in store_overlay.h, the thread that commits is
// store_writer.h, the tables are store_sqlite.h.
//
// One write's way: store_write decides the preconditions and gives every operation its revision, lays it over what is
// stored, and queues it. The writer thread takes a group, commits it, and wakes the loop; on_wake takes the overlay
// away, tells the watches and then the caller.
#include "store.h"

#include <algorithm>
#include <set>

#include "common/log.h"
#include "common/os.h"
#include "store_overlay.h"
#include "store_sqlite.h"
#include "store_writer.h"

namespace picket {

struct Store {
  uv_loop_t* loop = nullptr;
  std::string path;
  SqliteReader* reader = nullptr;
  uv_async_t wake{};
  Overlay overlay;  // handed in, not committed
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
  std::function<void(StoredEvent)> on_unsaved;
  std::function<void()> closed;
};

namespace {

// ---- back on the loop ----

StoreChange change_of(const StoreOp& op) {
  if (op.kind == StoreOp::of_event) return {op.deleted, true, "events", op.event.ns, op.event.entity, op.event.check, op.revision};
  return {op.deleted, false, op.object.kind, op.object.ns, op.object.name, "", op.revision};
}

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
  const int64_t failures = s->read_failures;
  std::set<std::string> found;
  for (const StoredObject& o : store_list(s, "namespaces", "", "", "", 0)) found.insert(o.name);
  if (s->read_failures == failures) s->namespaces = std::move(found);
}

// What is read must come from the file that is written.
void reader_follow(Store* s, StoreFault fault) {
  const StoreFault before = std::exchange(s->fault, fault);
  if (fault == StoreFault::moved && before != StoreFault::moved) sqlite_reader_let_go(s->reader);
  if (fault != StoreFault::none || before == StoreFault::none) return;
  if (Status st = sqlite_reader_open_again(s->reader); !st.ok()) log_error("store", "the store cannot be read", {{"error", st.message}});
}

int64_t retry_time(const Store* s) { return os_mono_ms() + (s->fault == StoreFault::damaged ? kStoreRetryDamagedMs : kStoreRetryMs); }

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
}

void tell_unsaved(Store* s, const Batch& b) {
  if (!s->on_unsaved || b.status.code != Err::unavailable) return;
  for (const OpPtr& op : b.ops)
    if (op->kind == StoreOp::of_event && !op->deleted) s->on_unsaved(std::move(op->event));
}

void batch_finish(Store* s, Batch& b) {
  for (const OpPtr& op : b.ops) overlay_remove(s->overlay, *op);
  s->queued_bytes -= b.bytes;
  if (!b.ops.empty()) degraded_set(s, b.status);
  if (b.status.ok()) {
    s->stats.writes += static_cast<int64_t>(b.ops.size());
    for (const OpPtr& op : b.ops) tell_watches(s, *op);
  }
  tell_unsaved(s, b);
  if (b.done) b.done(b.status);
}

void store_free(uv_handle_t* h) {
  auto* s = static_cast<Store*>(h->data);
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
  if (w.op == StoreWrite::put) return {};
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

size_t op_bytes(const StoreOp& op) {
  size_t n = 256 + op.object.body.size() + op.event.head.size() + (op.step ? op.step->data.size() : 0);
  return op.event.entity_json ? n + op.event.entity_json->size() : n;
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
  op->deleted = w.op == StoreWrite::del || w.op == StoreWrite::del_event || w.op == StoreWrite::del_steps;
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

// Operations of one batch see those before them, so the checks and the overlay go hand in hand; a refused batch is
// taken out of the overlay again.
Status batch_fill(Store* s, Batch& b, std::vector<StoreWrite>& writes) {
  std::vector<Covered> covered;
  for (StoreWrite& w : writes) {
    if (Status st = write_check(s, w); !st.ok()) {
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
  load_namespaces(s);
  uv_async_init(loop, &s->wake, on_wake);
  s->wake.data = s;
  writer_start(s->writer, writer.value, [s] { uv_async_send(&s->wake); });
  return s;
}

void store_close(Store* s, std::function<void()> done) {
  s->closed = done ? std::move(done) : [] {};
  writer_stop(s->writer);
  while (finish_some(s)) {}
  uv_close(reinterpret_cast<uv_handle_t*>(&s->wake), store_free);
}

void store_write(Store* s, std::vector<StoreWrite> writes, StoreDone done) {
  Batch b;
  b.done = std::move(done);
  b.status = admission(s);
  if (b.status.ok()) b.status = batch_fill(s, b, writes);
  else if (s->on_unsaved)
    for (StoreWrite& w : writes)
      if (w.op == StoreWrite::put_event) s->on_unsaved(std::move(w.event));
  s->queued_bytes += b.bytes;
  writer_add(s->writer, std::move(b));
}

Result<StoredObject> store_get(Store* s, std::string_view kind, std::string_view ns, std::string_view name) {
  if (const StoreOp* op = overlay_object(s->overlay, kind, ns, name)) return object_of(*op);
  return told(s, sqlite_get(s->reader, kind, ns, name));
}

std::vector<StoredObject> store_list(Store* s, std::string_view kind, std::string_view ns, std::string_view after_ns,
                                     std::string_view after_name, int64_t limit) {
  auto stored = told(s, sqlite_list(s->reader, kind, ns, after_ns, after_name, overlay_read_limit(s->overlay.objects, limit)));
  return overlay_objects(s->overlay, std::move(stored), kind, ns, {after_ns, after_name, "", limit});
}

Result<StoredEvent> store_get_event(Store* s, std::string_view ns, std::string_view entity, std::string_view check) {
  const StoreOp* op = overlay_event(s->overlay, ns, entity, check);
  if (op && op->deleted) return fail(Err::not_found, "event " + std::string(entity) + "/" + std::string(check) + " not found");
  if (op && op->event.entity_json) return op->event;
  Result<StoredEvent> stored = told(s, sqlite_get_event(s->reader, ns, entity, check));
  if (!op) return stored;
  return overlay_event_of(*op, stored.ok() ? &stored.value : nullptr);
}

std::vector<StoredEvent> store_list_events(Store* s, std::string_view ns, std::string_view entity, std::string_view after_ns,
                                           std::string_view after_entity, std::string_view after_check, int64_t limit) {
  auto stored =
      told(s, sqlite_list_events(s->reader, ns, entity, after_ns, after_entity, after_check, overlay_read_limit(s->overlay.events, limit)));
  return overlay_events(s->overlay, std::move(stored), ns, entity, {after_ns, after_entity, after_check, limit});
}

std::vector<StoredStep> store_list_steps(Store* s, std::string_view ns, std::string_view entity, std::string_view check, int64_t from) {
  return overlay_steps(s->overlay, told(s, sqlite_list_steps(s->reader, ns, entity, check, from)), ns, entity, check, from);
}

std::string store_get_step(Store* s, const StoredStep& step) {
  bool decided = false;
  std::string data = overlay_step(s->overlay, step, &decided);
  return decided ? data : sqlite_get_step(s->reader, step);
}

std::vector<StoredStep> store_list_series(Store* s) { return told(s, sqlite_list_series(s->reader)); }

int64_t store_read_failures(const Store* s, Status* last) { return sqlite_reader_failures(s->reader, last); }

void store_watch(Store* s, std::function<void(const StoreChange&)> on_change, bool with_events) {
  s->watches.push_back({std::move(on_change), with_events});
}

void store_on_unsaved(Store* s, std::function<void(StoredEvent)> keep) { s->on_unsaved = std::move(keep); }

Status store_failure(const Store* s) { return s->failure; }

const Summary& store_commit_times(const Store* s) { return s->commit_times; }

StoreStats store_stats(const Store* s) {
  StoreStats stats = s->stats;
  stats.queued_bytes = static_cast<int64_t>(s->queued_bytes);
  return stats;
}

Status store_backup(Store* s, const std::string& path) { return sqlite_backup(s->path, path); }

}  // namespace picket
