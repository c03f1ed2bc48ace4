// tests/backend_model/backend_end.cc - the backend's real session, ingest and store on a disk of the model's.
#include "tests/backend_model/backend_end.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "backend/parts.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"

namespace picket {
namespace {

struct Disk {
  std::mutex mutex;
  std::condition_variable changed;
  ModelDisk::Mode mode = ModelDisk::writes;
  int writes_left = 0;
  // 0: it is written; an errno; -1: it is said to be written, and nobody will ever read it.
  int ask() {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [this] { return mode != ModelDisk::stalls; });
    if (mode == ModelDisk::full) return ENOSPC;
    if (mode == ModelDisk::fails) return EIO;
    if (mode == ModelDisk::dies) return writes_left-- > 0 ? 0 : -1;
    return 0;
  }
  bool is_dead() {
    std::lock_guard<std::mutex> lock(mutex);
    return mode == ModelDisk::dies;
  }
};
Disk disk;

ssize_t on_write(int fd, const void* data, size_t n, off_t at) {
  const int answer = disk.ask();
  if (answer == 0) return pwrite(fd, data, n, at);
  if (answer < 0) return static_cast<ssize_t>(n);
  errno = answer;
  return -1;
}
int on_truncate(int fd, off_t size) { return disk.is_dead() ? 0 : ftruncate(fd, size); }
int on_unlink(const char* path) { return disk.is_dead() ? 0 : unlink(path); }

void disk_take() {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  for (const char* call : {"pwrite", "pwrite64"}) vfs->xSetSystemCall(vfs, call, reinterpret_cast<sqlite3_syscall_ptr>(on_write));
  vfs->xSetSystemCall(vfs, "ftruncate", reinterpret_cast<sqlite3_syscall_ptr>(on_truncate));
  vfs->xSetSystemCall(vfs, "unlink", reinterpret_cast<sqlite3_syscall_ptr>(on_unlink));
}

void run_until(BackendEnd& e, const bool& done) {
  while (!done) uv_run(&e.loop, UV_RUN_ONCE);
}

Status parts_start(Backend* b) {
  StoreWrite ns;
  ns.object = {"namespaces", "", "default", "{\"name\":\"default\"}", 0};
  store_write(b->store, {std::move(ns)}, {});
  for (Status (*start)(Backend*) : {pipelines_start, metric_histories_start, ingest_start, scheduling_start})
    if (Status s = start(b); !s.ok()) return s;
  b->sessions->backend = b;  // without a port
  return streams_forget(b, os_unix_ms() / 1000);
}

}  // namespace

void disk_set(ModelDisk::Mode mode, int writes_left) {
  std::lock_guard<std::mutex> lock(disk.mutex);
  disk.mode = mode;
  disk.writes_left = writes_left;
  disk.changed.notify_all();
}

BackendEnd::BackendEnd(std::string folder) : dir(std::move(folder)) {
  std::filesystem::create_directories(dir);
  uv_loop_init(&loop);
  disk_take();
}

BackendEnd::~BackendEnd() {
  disk_set(ModelDisk::writes);
  if (backend) backend_end_stop(*this);
  uv_loop_close(&loop);
  std::filesystem::remove_all(dir);
}

Status backend_end_start(BackendEnd& e) {
  StoreOptions options;
  options.hold = true;
  options.retry_ms = 2;
  Result<Store*> store = store_open(&e.loop, e.dir + "/picket.db", options);
  if (!store.ok()) return store.status;
  Backend* b = e.backend = backend_make(&e.loop, nullptr);
  b->name = "here";
  b->store = store.value;
  Status s = parts_start(b);
  if (s.ok()) store_begin(b->store);
  else backend_end_stop(e);
  return s;
}

void backend_end_stop(BackendEnd& e) {
  backend_end_close(e);
  Backend* b = e.backend;
  for (void (*stop)(Backend*, std::function<void()>) : {scheduling_stop, ingest_stop, metric_histories_stop, pipelines_stop}) {
    bool stopped = false;
    stop(b, [&] { stopped = true; });
    run_until(e, stopped);
  }
  bool closed = false;
  store_close(b->store, [&] { closed = true; });
  run_until(e, closed);
  backend_free(std::exchange(e.backend, nullptr));
}

void backend_end_crash(BackendEnd& e, int writes_left) {
  disk_set(ModelDisk::dies, writes_left);
  backend_end_stop(e);
  disk_set(ModelDisk::writes);
}

Result<uint64_t> backend_end_open(BackendEnd& e, const std::string& stream) {
  auto s = std::make_shared<AgentSession>();
  s->backend = e.backend;
  s->ns = "default";
  s->name = e.agent;
  if (Status st = stream_open(s.get(), stream); !st.ok()) return st;
  e.session = s;
  return s->ack->track.committed;
}

bool backend_end_is_open(const BackendEnd& e) { return e.session && e.session->ack->session == e.session.get(); }

void backend_end_close(BackendEnd& e) {
  if (e.session) stream_leave(e.session.get());
  e.session = nullptr;
}

void backend_end_read(BackendEnd& e, std::string_view message) {
  if (e.session) session_message(e.session, message);
}

uint64_t backend_end_acked(const BackendEnd& e) { return e.session->ack->failed ? 0 : e.session->ack->track.committed; }

void backend_end_turn(BackendEnd& e) {
  uv_run(&e.loop, UV_RUN_NOWAIT);
  streams_look(e.backend->sessions);
}

// A store that could not write is tried by the next write of any part: here nobody may have any left.
void nudge(BackendEnd& e) {
  StoreWrite w;
  w.object = {"alive", "", "model", "1", 0};  // as the backend's own note every 30 s
  store_write(e.backend->store, {std::move(w)}, [](const Status&) {});
}

bool backend_end_settle(BackendEnd& e) {
  for (int i = 0; i < 200'000; i++) {  // ten seconds and more: a busy machine
    const StoreStats stats = store_stats(e.backend->store);
    if (stats.queued_bytes == 0 && stats.kept == 0 && !stats.degraded) return true;
    if (stats.queued_bytes == 0 && stats.kept == 0 && i % 100 == 99) nudge(e);
    backend_end_turn(e);
    usleep(50);
  }
  return false;
}

std::string backend_end_unrest(const BackendEnd& e) {
  const StoreStats stats = store_stats(e.backend->store);
  return std::to_string(stats.queued_bytes) + " bytes queued, " + std::to_string(stats.kept) + " rows kept, " +
      (stats.degraded ? "degraded: " + store_failure(e.backend->store).message : "writing");
}

std::string backend_end_content(BackendEnd& e) {
  std::string out;
  for (const StoredEvent& x : store_list_events(e.backend->store, "", "", {}, 0).value)
    out += std::string(x.key.check()) + " " + x.head + (x.entity_json ? *x.entity_json : "?") + "\n";
  for (const char* kind : {"entities", "sessions", "ack-streams"})
    for (const StoredObject& o : store_list(e.backend->store, kind).value) out += std::string(kind) + " " + o.name + " " + o.body + "\n";
  return out;
}

}  // namespace picket
