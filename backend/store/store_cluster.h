// backend/store/store_cluster.h - the store of a cluster's member: SQLite as the copy of a log that all members write, in etcd.
//
//   store_cluster.cc   opens it; batches handed to the log and decided, in the log's order; degraded and back
//   cluster_copy.cc    the copy: joined, compared with others, given up, made anew
//   cluster_calls.cc   what the machine (backend/cluster/cluster_log.h) asks of etcd, and the answers
//   cluster_checkpoint.cc   checkpoints and trimming: what one member does for all
//   cluster_space.cc   room in an etcd that is full
//   log_applier.cc     the thread that applies records to the copy
//   sqlite_log.cc      the transaction that does it
//
// Readers see the copy and, over it, what this backend has handed in. So they see their own writes at once, and those of other members
// when they are applied here. The log decides: a batch that was refused there disappears again, and `done` says so.
#pragma once
#include <functional>
#include <string>

#include "backend/cluster/owner.h"
#include "backend/etcd/etcd_client.h"
#include "backend/store/store.h"

namespace picket {

inline constexpr int64_t kClusterPutMs = 1500;    // for a put at one endpoint; then it goes to the next as well
inline constexpr int64_t kClusterCallMs = 5000;   // for a call in all
inline constexpr int64_t kClusterCloseMs = 3000;  // for what is on its way when the store is closed
inline constexpr int64_t kClusterStallMs = 5000;  // the timer comes so late: we have not run, and nobody is dead because we heard nothing
inline constexpr int64_t kClusterProbeMs = 5000;  // without a quorum: between two looks at who answers
inline constexpr size_t kClusterIdsMax = 64;      // bytes of a cluster's id

struct ClusterStoreOptions {
  EtcdClient* etcd = nullptr;  // outlives the store
  std::string member;          // unique in the cluster
  std::string prefix = "/picket/";
  int64_t degraded_ms = 5000;  // no commit for so long: there is no quorum
  bool compacts = true;        // etcd's history goes when it is two minutes old; false: those who run etcd see to it
  // Who of etcd's members does not answer and why, for the error of writes while there is no quorum; "": nobody. May be empty.
  std::function<void(std::function<void(std::string)>)> who_is_missing;
  // The copy is not good any more (cut off for too long, or decided otherwise than the others): the process is to end, and the next
  // start makes another. May be empty.
  std::function<void(Status)> on_failure;
  std::function<std::string()> facts;  // further fields of our heartbeat, `"name":value,...`; may be empty
};

// `ready` runs once: the copy has caught up, or it cannot belong to this cluster. Until it ran ok nothing may be written; reads see how
// far the copy is. Errors of the file itself are returned at once.
Result<Store*> store_open_cluster(uv_loop_t* loop, const std::string& path, const StoreOptions& options, ClusterStoreOptions cluster,
                                  std::function<void(Status)> ready);

const ClusterMembers& store_members(const Store* store);  // of a clustered one
std::string store_cluster_id(const Store* store);         // "" until it is known

struct ClusterStats {
  int64_t epoch = 0, position = 0, applied = 0;  // what the log has shown us, and what the copy has
  int64_t records = 0, batches = 0;              // applied
  int64_t refused = 0, again = 0;                // own batches; again: of events that were merged again
  int64_t resent = 0, registered = 0, rewatched = 0;
  int64_t waiting = 0;                  // own batches that are not decided
  int64_t checkpoint = 0, trimmed = 0;  // positions
  uint64_t hash = 0;
};
ClusterStats store_cluster_stats(const Store* store);
// Without a quorum: how many seconds ago etcd committed something last, as far as we know. Reads are as old as that. -1: they are not old.
int64_t store_stale_s(const Store* store);
// What was done about a full etcd the last time that writes were refused; "": nothing, or another member did it.
std::string store_room_made(const Store* store);
Result<bool> store_is_copy(const std::string& path);  // a database of ours (store_is_ours) is a cluster member's

}  // namespace picket
