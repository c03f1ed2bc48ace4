// backend/store/store_state.h - the struct of store.h, and what its files ask of each other.
//
//   store.cc          opens, begins, closes, watches
//   store_hand_in.cc  preconditions and revisions: what may be written, laid over what is stored
//   store_read.cc     what readers see
//   store_finish.cc   what comes back from the committer: overlay, watches, callers, the state of the store
//   store_kept.cc     what must be written all the same, and is tried again
//
// One write's way: store_hand_in decides the preconditions and gives every operation its revision, lays it over what is
// stored (overlay.h), and queues it (committer.h). The committer takes a group, commits it, and wakes the loop; finish_some takes
// the overlay away, notifies the watches and then the caller. What must happen and was refused stays in the overlay (`kept`), and is
// queued again by a timer.
#pragma once
#include <map>
#include <set>

#include "backend/store/committer.h"
#include "backend/store/overlay.h"
#include "backend/store/sqlite.h"
#include "backend/store/store.h"

namespace picket {

struct ClusterStore;  // store_cluster_state.h

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
  Committer committer;
  std::shared_ptr<ClusterStore> cluster;  // null: the store is alone
  std::set<std::string, std::less<>> namespaces;
  int64_t revision = 0;
  size_t queued_bytes = 0;
  int64_t read_failures = 0;  // that are known
  int64_t read_logged_ms = -kStoreRetryMs;
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

// ---- store.cc ----
// Takes both over; frees them when it fails.
Result<Store*> store_make(uv_loop_t* loop, const std::string& path, const StoreOptions& options, SqliteWriter* writer);
void store_close_now(Store* s);  // what is not finished by now is not written

// ---- store_hand_in.cc ----
Status write_admission(Store* s);  // whether anything can be written now
void batch_queue(Store* s, Batch b);

// ---- store_read.cc ----
void namespaces_read(Store* s);  // with those that are not committed yet

// ---- store_finish.cc ----
bool finish_some(Store* s);  // what came back; false: nothing
int64_t retry_time(const Store* s);
void degraded_set(Store* s, const Status& status);  // Err::unavailable: it is from now on; else it is not

// ---- store_cluster.cc ----
void cluster_close(Store* s);  // waits for what is on its way, within bounds; then store_close_now

Status cluster_copy_leaves(SqliteWriter* writer);  // opened by a backend that is alone: what it writes no log knows

// ---- store_kept.cc ----
size_t op_bytes(const StoreOp& op);
std::string op_name(const StoreOp& op);
void op_keep(Store* s, const OpPtr& op);  // a newer one of the same row has taken its place, or it is tried again later
void kept_forget(Store* s, StoreOp& op);
void kept_again(Store* s);      // the timer
void kept_write_all(Store* s);  // the last attempt, before the store is closed

}  // namespace picket
