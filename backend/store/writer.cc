// backend/store/writer.cc - the writer thread: groups taken, committed and reported.
#include "backend/store/writer.h"

#include <memory>
#include <utility>

#include "common/os/os.h"

namespace picket {
namespace {

// Takes the next group: whole batches, up to kStoreCommitMax operations. Empty when the store closes.
std::deque<Batch> group_take(StoreWriter& w, int64_t not_before_ms) {
  std::unique_lock<std::mutex> lock(w.mutex);
  w.work.wait(lock, [&w] { return w.stopping || (!w.failing && !w.queue.empty()); });
  if (w.failing) return {};
  while (!w.stopping && w.queue.size() < kStoreCommitMax && os_mono_ms() < not_before_ms)
    w.work.wait_for(lock, std::chrono::milliseconds(not_before_ms - os_mono_ms()));
  std::deque<Batch> group;
  size_t ops = 0;
  while (!w.queue.empty() && (group.empty() || ops + w.queue.front().ops.size() <= kStoreCommitMax)) {
    ops += w.queue.front().ops.size();
    group.push_back(std::move(w.queue.front()));
    w.queue.pop_front();
  }
  w.committing = !group.empty();
  return group;
}

Status group_commit(StoreWriter& w, const std::deque<Batch>& group) {
  std::vector<const StoreOp*> ops;
  for (const Batch& b : group)
    for (const OpPtr& op : b.ops) ops.push_back(op.get());
  return sqlite_apply(w.sqlite, ops);
}

void group_finish(StoreWriter& w, std::deque<Batch> group, const Status& status, int64_t took_us) {
  std::lock_guard<std::mutex> lock(w.mutex);
  w.committing = false;
  bool written = false;
  for (Batch& b : group) {
    written |= !b.ops.empty();
    if (!status.ok()) b.status = status;
    w.finished.push_back(std::move(b));
  }
  w.failing = !status.ok();
  w.failure = status;
  w.fault = sqlite_fault(w.sqlite);
  if (!written) return;
  w.commits++;
  w.commit_us = took_us;
}

void writer_main(StoreWriter* w) {
  int64_t last_commit_ms = 0;
  for (;;) {
    std::deque<Batch> group = group_take(*w, last_commit_ms + kStoreCommitMs);
    if (group.empty()) return;
    last_commit_ms = os_mono_ms();
    const int64_t begin = os_unix_ns();
    const Status status = group_commit(*w, group);
    group_finish(*w, std::move(group), status, (os_unix_ns() - begin) / 1000);
    w->on_finished();
  }
}

void fail_waiting(StoreWriter& w, std::deque<Batch>& finished) {
  for (Batch& b : w.queue) {
    b.status = w.failure;
    finished.push_back(std::move(b));
  }
  w.queue.clear();
  w.failing = false;
}

}  // namespace

void writer_start(StoreWriter& w, SqliteWriter* sqlite, std::function<void()> on_finished) {
  w.sqlite = sqlite;
  w.on_finished = std::move(on_finished);
  w.thread = std::thread(writer_main, &w);
}

void writer_add(StoreWriter& w, Batch b) {
  const bool refused = !b.status.ok() || b.ops.empty();
  std::lock_guard<std::mutex> lock(w.mutex);
  const bool waiting = !w.queue.empty();
  const bool decided = b.status.code != Err::unavailable;  // by what was handed in before it
  if (refused && !waiting && !(decided && w.committing)) {
    w.finished.push_back(std::move(b));
    return w.on_finished();
  }
  w.queue.push_back(std::move(b));
  if (!waiting || w.queue.size() == kStoreCommitMax) w.work.notify_one();
}

Committed writer_finished(StoreWriter& w) {
  Committed out;
  std::lock_guard<std::mutex> lock(w.mutex);
  out.batches.swap(w.finished);
  if (w.failing) fail_waiting(w, out.batches);
  out.fault = w.fault;
  out.commits = w.commits;
  out.last_commit_us = w.commit_us;
  return out;
}

void writer_stop(StoreWriter& w) {
  {
    std::lock_guard<std::mutex> lock(w.mutex);
    w.stopping = true;
  }
  w.work.notify_all();
  w.thread.join();
}

Committer writer_committer(SqliteWriter* sqlite, std::function<void()> on_finished) {
  auto w = std::make_shared<StoreWriter>();
  writer_start(*w, sqlite, std::move(on_finished));
  return {[w](Batch b) { writer_add(*w, std::move(b)); }, [w] { return writer_finished(*w); }, [w] { writer_stop(*w); },
          [w] { sqlite_writer_close(w->sqlite); }};
}

}  // namespace picket
