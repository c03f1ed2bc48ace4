// backend/store/store.cc - opens, begins and closes the store; watches and figures.
#include <utility>

#include "common/text/log.h"
#include "backend/store/sqlite_open.h"
#include "backend/store/store_state.h"
#include "backend/store/writer.h"

namespace picket {
namespace {

void store_free(uv_handle_t* h) {
  auto* s = static_cast<Store*>(h->data);
  if (--s->handles_open > 0) return;
  sqlite_reader_close(s->reader);
  s->committer.close();
  auto closed = std::move(s->closed);
  delete s;
  if (closed) closed();
}

// What is finished meanwhile wakes the loop again: others have their turn before.
void on_wake(uv_async_t* h) { (void)finish_some(static_cast<Store*>(h->data)); }

void drop_held(Store* s) {
  for (Batch& b : std::exchange(s->held, {})) {
    s->queued_bytes -= b.bytes;
    for (const OpPtr& op : b.ops) overlay_refuse(s->overlay, *op);
    if (b.done) b.done(b.status.ok() ? fail(Err::unavailable, "startup failed: nothing is written") : b.status);
  }
}

}  // namespace

Result<Store*> store_make(uv_loop_t* loop, const std::string& path, const StoreOptions& options, SqliteWriter* writer) {
  Result<SqliteReader*> reader = sqlite_reader_open(path);
  if (!reader.ok()) {
    sqlite_writer_close(writer);
    return reader.status;
  }
  auto* s = new Store;
  s->loop = loop;
  s->path = path;
  s->reader = reader.value;
  s->revision = sqlite_last_revision(writer);
  s->holding = options.hold;
  s->retry_ms = options.retry_ms;
  uv_async_init(loop, &s->wake, on_wake);
  uv_timer_init(loop, &s->again);
  s->wake.data = s->again.data = s;
  s->handles_open = 2;
  return s;
}

Result<Store*> store_open(uv_loop_t* loop, const std::string& path, const StoreOptions& options) {
  Result<SqliteWriter*> writer = sqlite_writer_open(path, options);
  if (!writer.ok()) return writer.status;
  if (Status s = cluster_copy_leaves(writer.value); !s.ok()) {
    sqlite_writer_close(writer.value);
    return because("open " + path, s);
  }
  Result<Store*> made = store_make(loop, path, options, writer.value);
  if (!made.ok()) return made;
  Store* s = made.value;
  s->committer = writer_committer(writer.value, [s] { uv_async_send(&s->wake); });
  Result<std::vector<StoredObject>> namespaces = store_list(s, "namespaces");
  for (const StoredObject& o : namespaces.value) s->namespaces.insert(o.name);
  if (namespaces.ok()) return s;
  store_close(s, nullptr);
  return because("open " + path, namespaces.status);
}

void store_begin(Store* s) {
  s->holding = false;
  for (Batch& b : std::exchange(s->held, {})) s->committer.add(std::move(b));
}

void store_close(Store* s, std::function<void()> done) {
  if (!s->holding) kept_write_all(s);
  s->closed = done ? std::move(done) : [] {};
  if (s->cluster) return cluster_close(s);  // and store_close_now
  store_close_now(s);
}

void store_close_now(Store* s) {
  drop_held(s);
  s->committer.stop();
  while (finish_some(s)) {}
  if (!s->kept.empty())
    log_error("store", "the store was closed while not writable: later changes are lost",
              {{"rows", s->kept.size()}, {"first", op_name(*s->kept.begin()->second)}, {"error", s->failure.message}});
  for (uv_handle_t* h : {reinterpret_cast<uv_handle_t*>(&s->wake), reinterpret_cast<uv_handle_t*>(&s->again)}) uv_close(h, store_free);
}

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
