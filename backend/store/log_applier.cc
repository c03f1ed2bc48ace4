// backend/store/log_applier.cc - groups of records taken, applied and handed back.
#include "backend/store/log_applier.h"

#include <iterator>
#include <utility>

#include "common/os/os.h"

namespace picket {
namespace {

constexpr size_t kGroupMax = 16;  // records in one transaction: while one is being written the next come together

std::vector<LogJob> group_take(LogApplier& a) {
  std::unique_lock<std::mutex> lock(a.mutex);
  a.work.wait(lock, [&a] { return a.stopping || !a.queue.empty(); });
  std::vector<LogJob> group;
  if (a.stopping) return group;
  for (; group.size() < kGroupMax && !a.queue.empty(); a.queue.pop_front()) group.push_back(std::move(a.queue.front()));
  return group;
}

// Whether the thread is to go on.
bool report(LogApplier& a, Status s, std::vector<AppliedRecord> done, int64_t took_us) {
  std::lock_guard<std::mutex> lock(a.mutex);
  a.failure = std::move(s);
  a.fault = sqlite_fault(a.sqlite);
  a.reached = a.state;
  if (!done.empty()) a.commits++, a.commit_us = took_us;
  std::move(done.begin(), done.end(), std::back_inserter(a.finished));
  return !a.stopping;
}

bool pause(LogApplier& a) {
  std::unique_lock<std::mutex> lock(a.mutex);
  a.work.wait_for(lock, std::chrono::milliseconds(kStoreRetryMs), [&a] { return a.stopping; });
  return !a.stopping;
}

bool group_apply(LogApplier& a, const std::vector<LogJob>& group) {
  for (;;) {
    std::vector<AppliedRecord> done;
    const int64_t begin = os_unix_ns();
    Status s = sqlite_log_apply(a.sqlite, group, a.state, &done);
    const bool ok = s.ok();
    const bool goes_on = report(a, std::move(s), std::move(done), (os_unix_ns() - begin) / 1000);
    a.on_finished();
    if (ok || !goes_on) return goes_on;
    if (!pause(a)) return false;
  }
}

void applier_main(LogApplier* a) {
  for (;;) {
    const std::vector<LogJob> group = group_take(*a);
    if (group.empty() || !group_apply(*a, group)) return;
  }
}

}  // namespace

void applier_start(LogApplier& a) {
  a.reached = a.state;
  a.thread = std::thread(applier_main, &a);
}

void applier_add(LogApplier& a, LogJob job) {
  std::lock_guard<std::mutex> lock(a.mutex);
  a.queue.push_back(std::move(job));
  a.work.notify_one();
}

Applied applier_take(LogApplier& a) {
  Applied out;
  std::lock_guard<std::mutex> lock(a.mutex);
  out.records.swap(a.finished);
  out.reached = a.reached;
  out.failure = a.failure;
  out.fault = a.fault;
  out.commits = a.commits;
  out.commit_us = a.commit_us;
  return out;
}

void applier_stop(LogApplier& a) {
  {
    std::lock_guard<std::mutex> lock(a.mutex);
    a.stopping = true;
  }
  a.work.notify_all();
  if (a.thread.joinable()) a.thread.join();
}

}  // namespace picket
