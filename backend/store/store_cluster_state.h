// backend/store/store_cluster_state.h - the struct of store_cluster.h, and what its files ask of each other.
#pragma once
#include <deque>
#include <memory>

#include "backend/cluster/cluster_log.h"
#include "backend/store/log_applier.h"
#include "backend/store/store_cluster.h"
#include "backend/store/store_state.h"

namespace picket {

struct ClusterStore : std::enable_shared_from_this<ClusterStore> {
  Store* store = nullptr;
  ClusterStoreOptions options;
  std::string cluster_id;  // "": not known yet
  StoreOptions file_options;
  int64_t name_taken_said_ms = 0;  // when it was logged last that another has our name; 0: never
  std::string identity;            // of our file: which process has our name
  ClusterLog log;
  LogApplier applier;
  EtcdWatch* watch = nullptr;
  uv_timer_t timer{};
  ClusterMembers members;
  std::function<void(Status)> ready;  // empty: it ran
  bool started = false;               // the machine runs
  bool closing = false;
  int64_t close_by_ms = 0;
  std::function<void()> closed;

  // What was handed in, in order, until the log has decided. A batch that is refused already waits for its place among them.
  struct Pending {
    uint64_t tag = 0;  // 0: refused already
    Batch batch;
    bool decided = false;  // refused together with one that it builds on: its own verdict says nothing new
  };
  std::deque<Pending> pending;
  uint64_t tags = 0;
  std::deque<Batch> finished;  // for the store's next look
  std::set<int64_t> broken;    // revisions that will never be stored, of batches that are still on their way

  // The keeper's (cluster_checkpoint.cc).
  bool keeping = false;  // something of it is on its way
  int64_t keeper_ms = 0;
  int64_t log_bytes = 0, log_records = 0;  // applied since the newest checkpoint that we know
  int64_t checkpoint_position = 0, checkpoint_bytes = 0, trimmed = 0;
  std::deque<std::pair<int64_t, int64_t>> heads;  // when, and how far the log was
  bool compacts = true;                           // etcd is ours alone

  // Of cluster_space.cc.
  bool making_room = false;
  int64_t room_ms = 0;    // not before: the next attempt
  std::string room_made;  // what was done about a full etcd since writes are refused, for people

  int64_t looked_ms = 0;  // by the timer

  DecisionsMark mark;  // of the copy
  bool failed = false;

  Status local;  // why the copy cannot be written
  int64_t probe_ms = 0;
  ClusterStats stats;
};

// ---- store_cluster.cc ----
void cluster_drive(ClusterStore& c);  // carries out what the machine wants, and arms the timer
void cluster_open_failed(ClusterStore& c, Status why);
void cluster_joined(ClusterStore& c, const std::string& id);
void cluster_id_failed(ClusterStore& c, const Status& why);  // asked again
void cluster_refused(ClusterStore& c, const std::vector<uint64_t>& tags, const Status& why);

// ---- cluster_copy.cc ----
void cluster_members_heard(ClusterStore& c, LogMember member);
void cluster_rebuild(ClusterStore& c, int64_t trimmed);
void copy_given_up_remove(const std::string& path);         // what an earlier process could not go on with
Status copy_may_join(Store* store, const LogState& state);  // a store that was a backend's own may not

// ---- cluster_calls.cc ----
void cluster_id_ask(ClusterStore& c);  // then cluster_joined, or again
void cluster_perform(ClusterStore& c, ClusterAction action);
void cluster_leave(ClusterStore& c, std::function<void()> done);  // our registration goes, so that others need not wait

}  // namespace picket
