// backend/store/writer.h - SQLite's committer: a thread that commits whole groups, one transaction each.
//
// A commit that fails fails every batch that waits at that
// moment, also those that are refused already: what was decided upon a write that did not happen cannot stand. What is refused
// because nothing is written now (Err::unavailable) does not wait for the group that is being tried: a disk may take minutes to fail.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "backend/store/committer.h"

namespace picket {

struct StoreWriter {
  SqliteWriter* sqlite = nullptr;     // the thread's
  std::function<void()> on_finished;  // on the thread: batches wait for writer_finished

  std::mutex mutex;  // of all below
  std::condition_variable work;
  std::deque<Batch> queue, finished;
  int64_t commit_us = 0, commits = 0;
  bool committing = false;  // a group is with the thread
  bool stopping = false;
  bool failing = false;  // a commit failed and the loop has not heard of it: what is queued now was decided before
  Status failure;
  StoreFault fault = StoreFault::none;  // of the last commit
  std::thread thread;
};

void writer_start(StoreWriter& writer, SqliteWriter* sqlite, std::function<void()> on_finished);
void writer_add(StoreWriter& writer, Batch batch);
Committed writer_finished(StoreWriter& writer);
void writer_stop(StoreWriter& writer);  // after what is queued; that is bounded, so is the wait

Committer writer_committer(SqliteWriter* sqlite, std::function<void()> on_finished);

}  // namespace picket
