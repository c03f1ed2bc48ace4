// The queue in front of the tables: preconditions, the overlay of what is not committed yet, the writer thread, watches.
//
// One write's way: store_write decides the preconditions and gives every operation its revision, lays it over what is
// stored, and queues it. The writer thread takes a group, commits it, and wakes the loop; on_committed takes the
// overlay away, tells the watches and then the caller.
#include "store.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "../common/log.h"
#include "../common/os.h"
#include "store_sqlite.h"

namespace picket {
namespace {

struct Batch {
  std::vector<std::shared_ptr<StoreOp>> ops;
  size_t bytes = 0;
  StoreDone done;
  Status status;  // decided already: refused before it was queued
};

// Keys in byte order of their parts: no part holds a zero byte.
std::string object_key(std::string_view kind, std::string_view ns, std::string_view name) {
  std::string key;
  key.reserve(kind.size() + ns.size() + name.size() + 2);
  key.append(kind).append(1, '\0').append(ns).append(1, '\0').append(name);
  return key;
}

std::string op_key(const StoreOp& op) {
  if (op.is_event) return object_key(op.event.ns, op.event.entity, op.event.check);
  return object_key(op.object.kind, op.object.ns, op.object.name);
}

using Overlay = std::map<std::string, std::shared_ptr<StoreOp>>;

}  // namespace

struct Store {
  uv_loop_t* loop = nullptr;
  std::string path;
  SqliteReader* reader = nullptr;
  SqliteWriter* writer = nullptr;  // the writer thread's once it runs
  uv_async_t wake{};

  // The loop's.
  Overlay objects, events;         // handed in, not committed
  std::set<std::string> namespaces;
  int64_t revision = 0;
  size_t queued_bytes = 0;
  int64_t retry_at = 0;            // degraded: when the next write is let through
  StoreStats stats;
  Summary commit_times;
  struct Watch { std::function<void(const StoreChange&)> on_change; bool with_events; };
  std::vector<Watch> watches;
  std::function<void(StoredEvent)> on_unsaved;
  std::function<void()> closed;

  // Shared, under the mutex.
  std::mutex mutex;
  std::condition_variable work;
  std::deque<Batch> queue, finished;
  int64_t commit_us = 0, commits = 0;
  bool stopping = false;
  bool failing = false;   // a commit failed and the loop has not heard of it: what is queued now was decided before
  Status failure;
  std::thread thread;
};

namespace {

// ---- the writer thread ----

// Takes the next group: whole batches, up to kStoreCommitMax operations. Empty when the store closes.
std::deque<Batch> group_take(Store* s, int64_t not_before_ms) {
  std::unique_lock<std::mutex> lock(s->mutex);
  s->work.wait(lock, [s] { return s->stopping || (!s->failing && !s->queue.empty()); });
  if (s->failing) return {};
  while (!s->stopping && s->queue.size() < kStoreCommitMax && os_mono_ms() < not_before_ms)
    s->work.wait_for(lock, std::chrono::milliseconds(not_before_ms - os_mono_ms()));
  std::deque<Batch> group;
  size_t ops = 0;
  while (!s->queue.empty() && (group.empty() || ops + s->queue.front().ops.size() <= kStoreCommitMax)) {
    ops += s->queue.front().ops.size();
    group.push_back(std::move(s->queue.front()));
    s->queue.pop_front();
  }
  return group;
}

Status group_commit(Store* s, const std::deque<Batch>& group) {
  std::vector<const StoreOp*> ops;
  for (const Batch& b : group)
    for (const auto& op : b.ops) ops.push_back(op.get());
  return sqlite_apply(s->writer, ops);
}

void group_finish(Store* s, std::deque<Batch> group, const Status& status, int64_t took_us) {
  std::lock_guard<std::mutex> lock(s->mutex);
  for (Batch& b : group) {
    if (!status.ok() && b.status.ok()) b.status = status;
    s->finished.push_back(std::move(b));
  }
  s->failing = !status.ok();
  s->failure = status;
  s->commits++;
  s->commit_us = took_us;
}

void writer_main(Store* s) {
  int64_t last_commit_ms = 0;
  for (;;) {
    std::deque<Batch> group = group_take(s, last_commit_ms + kStoreCommitMs);
    if (group.empty()) return;
    last_commit_ms = os_mono_ms();
    const int64_t begin = os_unix_ns();
    const Status status = group_commit(s, group);
    group_finish(s, std::move(group), status, (os_unix_ns() - begin) / 1000);
    uv_async_send(&s->wake);
  }
}

// ---- back on the loop ----

void overlay_remove(Store* s, const StoreOp& op) {
  Overlay& overlay = op.is_event ? s->events : s->objects;
  auto it = overlay.find(op_key(op));
  if (it != overlay.end() && it->second->revision == op.revision) overlay.erase(it);
}

StoreChange change_of(const StoreOp& op) {
  if (op.is_event) return {op.deleted, true, "events", op.event.ns, op.event.entity, op.event.check, op.revision};
  return {op.deleted, false, op.object.kind, op.object.ns, op.object.name, "", op.revision};
}

void tell_watches(Store* s, const StoreOp& op) {
  const StoreChange change = change_of(op);
  for (size_t i = 0; i < s->watches.size(); i++)  // a watch may add watches
    if (!op.is_event || s->watches[i].with_events) s->watches[i].on_change(change);
}

// With those that are not committed yet.
void load_namespaces(Store* s) {
  s->namespaces.clear();
  for (const StoredObject& o : store_list(s, "namespaces", "", "", "", 0)) s->namespaces.insert(o.name);
}

void degraded_set(Store* s, const Status& status) {
  const bool now = status.code == Err::unavailable;
  if (now) {
    s->stats.errors++;
    s->retry_at = os_mono_ms() + kStoreRetryMs;
    load_namespaces(s);
  }
  if (now == s->stats.degraded) return;
  s->stats.degraded = now;
  if (now) log_error("store", "the store takes no writes; trying again every second", {{"error", status.message}});
  else log_warn("store", "the store takes writes again");
}

void tell_unsaved(Store* s, const Batch& b) {
  if (!s->on_unsaved || b.status.code != Err::unavailable) return;
  for (const auto& op : b.ops)
    if (op->is_event && !op->deleted) s->on_unsaved(std::move(op->event));
}

void batch_finish(Store* s, Batch& b) {
  for (const auto& op : b.ops) overlay_remove(s, *op);
  s->queued_bytes -= b.bytes;
  if (!b.ops.empty()) degraded_set(s, b.status);
  if (b.status.ok()) {
    s->stats.writes += static_cast<int64_t>(b.ops.size());
    for (const auto& op : b.ops) tell_watches(s, *op);
  }
  tell_unsaved(s, b);
  if (b.done) b.done(b.status);
}

void store_free(uv_handle_t* h) {
  auto* s = static_cast<Store*>(h->data);
  sqlite_reader_close(s->reader);
  sqlite_writer_close(s->writer);
  auto closed = std::move(s->closed);
  delete s;
  if (closed) closed();
}

// What was decided upon a write that failed cannot stand: everything handed in until now fails with it.
void fail_waiting(Store* s, std::deque<Batch>& finished) {
  for (Batch& b : s->queue) {
    if (b.status.ok()) b.status = s->failure;
    finished.push_back(std::move(b));
  }
  s->queue.clear();
  s->failing = false;
}

void finish_all(Store* s) {
  for (;;) {
    std::deque<Batch> finished;
    {
      std::lock_guard<std::mutex> lock(s->mutex);
      finished.swap(s->finished);
      if (s->failing) fail_waiting(s, finished);
      if (s->commits != s->stats.commits) summary_add(s->commit_times, s->commit_us, static_cast<int64_t>(uv_hrtime() / 1'000'000));
      s->stats.commits = s->commits;
      s->stats.last_commit_us = s->commit_us;
    }
    if (finished.empty()) return;
    for (Batch& b : finished) batch_finish(s, b);
  }
}

void on_wake(uv_async_t* h) { finish_all(static_cast<Store*>(h->data)); }

// ---- handing in ----

const StoreOp* overlay_find(const Overlay& overlay, const std::string& key) {
  auto it = overlay.find(key);
  return it == overlay.end() ? nullptr : it->second.get();
}

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
  if (w.op == StoreWrite::create)
    return present.ok() ? fail(Err::exists, o.kind + " " + o.name + " exists already") : Status{};
  if (!present.ok()) return present.status;
  if (w.op == StoreWrite::put_if_revision && present.value.revision != o.revision)
    return fail(Err::precondition, o.kind + " " + o.name + " has been changed by somebody else; read it again");
  return {};
}

Status event_check(Store* s, const StoreWrite& w) {
  if (w.op == StoreWrite::put_event) return namespace_check(s, w, w.event.ns);
  return store_get_event(s, w.event.ns, w.event.entity, w.event.check).status;
}

bool is_event_op(const StoreWrite& w) { return w.op == StoreWrite::put_event || w.op == StoreWrite::del_event; }

size_t op_bytes(const StoreOp& op) {
  size_t n = 256 + op.object.body.size() + op.event.head.size();
  return op.event.entity_json ? n + op.event.entity_json->size() : n;
}

// An event that keeps its entity text must be readable before it is committed: the overlay needs the text.
void event_overlay(Store* s, const std::shared_ptr<StoreOp>& op, const std::string& key) {
  auto [it, added] = s->events.try_emplace(key, op);
  if (!added) {
    if (!op->deleted && !op->event.entity_json) op->event.entity_json = it->second->event.entity_json;
    it->second = op;
  }
}

void overlay_add(Store* s, const std::shared_ptr<StoreOp>& op) {
  const std::string key = op_key(*op);
  if (op->is_event) return event_overlay(s, op, key);
  s->objects[key] = op;
  if (op->object.kind != "namespaces") return;
  if (op->deleted) s->namespaces.erase(op->object.name);
  else s->namespaces.insert(op->object.name);
}

std::shared_ptr<StoreOp> op_make(Store* s, StoreWrite&& w) {
  auto op = std::make_shared<StoreOp>();
  op->is_event = is_event_op(w);
  op->deleted = w.op == StoreWrite::del || w.op == StoreWrite::del_event;
  op->revision = ++s->revision;
  op->object = std::move(w.object);
  op->event = std::move(w.event);
  op->object.revision = op->event.revision = op->revision;
  return op;
}

Overlay& overlay_of(Store* s, const StoreOp& op) { return op.is_event ? s->events : s->objects; }

// What an operation of the batch has covered; null = nothing.
struct Covered { std::string key; std::shared_ptr<StoreOp> op; };

void batch_take_back(Store* s, Batch& b, std::vector<Covered>& covered) {
  for (size_t i = b.ops.size(); i-- > 0;) {
    Overlay& overlay = overlay_of(s, *b.ops[i]);
    if (covered[i].op) overlay[covered[i].key] = std::move(covered[i].op);
    else overlay.erase(covered[i].key);
  }
  b.ops.clear();
  b.bytes = 0;
  load_namespaces(s);
}

// Operations of one batch see those before them, so the checks and the overlay go hand in hand; a refused batch is
// taken out of the overlay again.
Status batch_fill(Store* s, Batch& b, std::vector<StoreWrite>& writes) {
  std::vector<Covered> covered;
  for (StoreWrite& w : writes) {
    if (Status st = is_event_op(w) ? event_check(s, w) : object_check(s, w); !st.ok()) {
      if (!b.ops.empty()) batch_take_back(s, b, covered);
      return st;
    }
    auto op = op_make(s, std::move(w));
    if (writes.size() > 1) {
      std::string key = op_key(*op);
      const Overlay& overlay = overlay_of(s, *op);
      auto it = overlay.find(key);
      covered.push_back({std::move(key), it == overlay.end() ? nullptr : it->second});
    }
    overlay_add(s, op);
    b.bytes += op_bytes(*op);
    b.ops.push_back(std::move(op));
  }
  return {};
}

Status admission(Store* s) {
  if (s->closed) return fail(Err::unavailable, "the store is closing");
  if (s->queued_bytes > kStoreQueueMax)
    return fail(Err::unavailable, "the disk does not keep up: " + std::to_string(s->queued_bytes >> 20) +
                                      " MB wait to be written; try again later");
  if (s->stats.degraded && os_mono_ms() < s->retry_at)
    return fail(Err::unavailable, "the store takes no writes now; see the log for the reason");
  if (s->stats.degraded) s->retry_at = os_mono_ms() + kStoreRetryMs;
  return {};
}

Result<StoredObject> object_of(const StoreOp& op) {
  if (op.deleted) return fail(Err::not_found, op.object.kind + " " + op.object.name + " not found");
  return op.object;
}

}  // namespace

Result<Store*> store_open(uv_loop_t* loop, const std::string& path, const StoreOptions& options) {
  Result<SqliteWriter*> writer = sqlite_writer_open(path, options.full_sync);
  if (!writer.ok()) return writer.status;
  Result<SqliteReader*> reader = sqlite_reader_open(path);
  if (!reader.ok()) {
    sqlite_writer_close(writer.value);
    return reader.status;
  }
  auto* s = new Store;
  s->loop = loop;
  s->path = path;
  s->writer = writer.value;
  s->reader = reader.value;
  s->revision = sqlite_last_revision(s->writer);
  load_namespaces(s);
  uv_async_init(loop, &s->wake, on_wake);
  s->wake.data = s;
  s->thread = std::thread(writer_main, s);
  return s;
}

void store_close(Store* s, std::function<void()> done) {
  s->closed = done ? std::move(done) : [] {};
  {
    std::lock_guard<std::mutex> lock(s->mutex);
    s->stopping = true;
  }
  s->work.notify_all();
  s->thread.join();  // what is queued is bounded, so is the wait
  finish_all(s);
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
  const bool refused = !b.status.ok() || b.ops.empty();
  std::lock_guard<std::mutex> lock(s->mutex);
  const bool waiting = !s->queue.empty();
  // A refusal waits behind what was handed in before it, so answers come in order.
  if (refused && !waiting) {
    s->finished.push_back(std::move(b));
    uv_async_send(&s->wake);
    return;
  }
  s->queue.push_back(std::move(b));
  if (!waiting || s->queue.size() == kStoreCommitMax) s->work.notify_one();
}

namespace {

// Absent is an answer; anything else somebody must hear of, whatever the caller makes of it.
template <class T>
Result<T> told(Result<T> r) {
  if (!r.ok() && r.status.code != Err::not_found) log_error("store", "the store cannot be read", {{"error", r.status.message}});
  return r;
}

}  // namespace

Result<StoredObject> store_get(Store* s, std::string_view kind, std::string_view ns, std::string_view name) {
  if (const StoreOp* op = overlay_find(s->objects, object_key(kind, ns, name))) return object_of(*op);
  return told(sqlite_get(s->reader, kind, ns, name));
}

namespace {

// Lays what is pending over what is stored. Both are in order of their keys.
template <class T, class KeyOf, class Pick>
std::vector<T> merge_pending(std::vector<T> stored, Overlay::const_iterator from, Overlay::const_iterator to,
                             int64_t limit, KeyOf key_of, Pick pick) {
  if (from == to) return stored;
  std::vector<T> out;
  size_t i = 0;
  while (i < stored.size() || from != to) {
    if (limit > 0 && static_cast<int64_t>(out.size()) == limit) break;
    const int order = i == stored.size() ? 1 : from == to ? -1 : key_of(stored[i]).compare(from->first);
    if (order < 0) {
      out.push_back(std::move(stored[i++]));
      continue;
    }
    if (!from->second->deleted) out.push_back(pick(*from->second, order == 0 ? &stored[i] : nullptr));
    if (order == 0) i++;
    ++from;
  }
  return out;
}

// Deleted rows of the overlay take the place of stored ones, so a page may have to read more than `limit`.
int64_t read_limit(const Overlay& overlay, int64_t limit) {
  return limit > 0 ? limit + static_cast<int64_t>(overlay.size()) : 0;
}

std::pair<Overlay::const_iterator, Overlay::const_iterator> overlay_range(const Overlay& overlay,
                                                                          const std::string& prefix,
                                                                          const std::string& after) {
  auto from = after >= prefix ? overlay.upper_bound(after) : overlay.lower_bound(prefix);
  auto to = from;
  while (to != overlay.end() && to->first.compare(0, prefix.size(), prefix) == 0) ++to;
  return {from, to};
}

}  // namespace

std::vector<StoredObject> store_list(Store* s, std::string_view kind, std::string_view ns, std::string_view after_ns,
                                     std::string_view after_name, int64_t limit) {
  auto stored = sqlite_list(s->reader, kind, ns, after_ns, after_name, read_limit(s->objects, limit));
  const std::string prefix = std::string(kind) + '\0' + (ns.empty() ? "" : std::string(ns) + '\0');
  auto [from, to] = overlay_range(s->objects, prefix, object_key(kind, after_ns, after_name));
  auto out = merge_pending<StoredObject>(
      std::move(stored), from, to, limit, [](const StoredObject& o) { return object_key(o.kind, o.ns, o.name); },
      [](const StoreOp& op, StoredObject*) { return op.object; });
  if (limit > 0 && static_cast<int64_t>(out.size()) > limit) out.resize(static_cast<size_t>(limit));
  return out;
}

namespace {

StoredEvent pick_event(const StoreOp& op, const StoredEvent* stored) {
  StoredEvent e = op.event;
  if (!e.entity_json && stored) e.entity_json = stored->entity_json;
  return e;
}

}  // namespace

Result<StoredEvent> store_get_event(Store* s, std::string_view ns, std::string_view entity, std::string_view check) {
  const StoreOp* op = overlay_find(s->events, object_key(ns, entity, check));
  if (op && op->deleted) return fail(Err::not_found, "event " + std::string(entity) + "/" + std::string(check) + " not found");
  if (op && op->event.entity_json) return op->event;
  Result<StoredEvent> stored = told(sqlite_get_event(s->reader, ns, entity, check));
  if (!op) return stored;
  return pick_event(*op, stored.ok() ? &stored.value : nullptr);
}

std::vector<StoredEvent> store_list_events(Store* s, std::string_view ns, std::string_view entity,
                                           std::string_view after_ns, std::string_view after_entity,
                                           std::string_view after_check, int64_t limit) {
  auto stored = sqlite_list_events(s->reader, ns, entity, after_ns, after_entity, after_check,
                                   read_limit(s->events, limit));
  std::string prefix;
  if (!ns.empty()) prefix.append(ns).append(1, '\0');
  if (!ns.empty() && !entity.empty()) prefix.append(entity).append(1, '\0');
  const bool from_start = after_ns.empty() && after_entity.empty() && after_check.empty();
  auto [from, to] = overlay_range(s->events, prefix, from_start ? "" : object_key(after_ns, after_entity, after_check));
  auto out = merge_pending<StoredEvent>(
      std::move(stored), from, to, limit, [](const StoredEvent& e) { return object_key(e.ns, e.entity, e.check); },
      [](const StoreOp& op, const StoredEvent* e) { return pick_event(op, e); });
  if (limit > 0 && static_cast<int64_t>(out.size()) > limit) out.resize(static_cast<size_t>(limit));
  return out;
}

void store_watch(Store* s, std::function<void(const StoreChange&)> on_change, bool with_events) {
  s->watches.push_back({std::move(on_change), with_events});
}

void store_on_unsaved(Store* s, std::function<void(StoredEvent)> keep) { s->on_unsaved = std::move(keep); }

const Summary& store_commit_times(const Store* s) { return s->commit_times; }

StoreStats store_stats(const Store* s) {
  StoreStats stats = s->stats;
  stats.queued_bytes = static_cast<int64_t>(s->queued_bytes);
  return stats;
}

Status store_backup(Store* s, const std::string& path) { return sqlite_backup(s->path, path); }

}  // namespace picket
