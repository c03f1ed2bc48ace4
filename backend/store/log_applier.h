// backend/store/log_applier.h - the thread of a cluster's member that applies records to its copy.
//
// A transaction that fails (the disk) is tried again every kStoreRetryMs with the same records: the log has them, so there is nothing to
// refuse, only to wait for.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "backend/store/sqlite_log.h"

namespace picket {

struct LogApplier {
  SqliteWriter* sqlite = nullptr;     // the thread's
  LogState state;                     // the thread's, once it runs
  std::function<void()> on_finished;  // on the thread

  std::mutex mutex;  // of all below
  std::condition_variable work;
  std::deque<LogJob> queue;
  std::vector<AppliedRecord> finished;
  LogState reached;  // a copy for the loop
  Status failure;    // of the last transaction
  StoreFault fault = StoreFault::none;
  int64_t commits = 0, commit_us = 0;
  bool stopping = false;
  std::thread thread;
};

void applier_start(LogApplier& applier);
void applier_add(LogApplier& applier, LogJob job);
struct Applied {
  std::vector<AppliedRecord> records;
  LogState reached;
  Status failure;
  StoreFault fault = StoreFault::none;
  int64_t commits = 0, commit_us = 0;
};
Applied applier_take(LogApplier& applier);
void applier_stop(LogApplier& applier);  // what waits stays in the log

}  // namespace picket
