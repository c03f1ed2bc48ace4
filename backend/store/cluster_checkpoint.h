// backend/store/cluster_checkpoint.h - checkpoints: a member's copy in etcd, in pieces, so that records before it can go and a new copy
// can be made without them.
//
//   c/<position>/<number>   pieces of the file, deflated one by one
//   c/now                   {"position","pieces","bytes"}: the newest that is whole
//   c/trimmed               all records up to this revision may be gone
//
// One member makes them, the one whom owner.h chooses. Two that think they are it do no harm: each checkpoint is whole, and what is
// trimmed is only what all living members have applied.
#pragma once
#include "backend/store/store_cluster_state.h"

namespace picket {

inline constexpr int64_t kKeeperLookMs = 10'000;
inline constexpr size_t kPieceBytes = 1u << 20;  // of the file; deflated it fits into one request whatever is in it
inline constexpr int64_t kCheckpointLogBytesMin = 64ll
    << 20;                                                // of records since the last one; twice the checkpoint's size when that is more
inline constexpr int64_t kCheckpointRecordsMax = 50'000;  // or so many
inline constexpr int64_t kCompactBehindMs = 120'000;      // what a slow watch may still read
inline constexpr int64_t kPiecesMax = 16'384;             // 16 GB

struct CheckpointManifest { int64_t position = 0, pieces = 0, bytes = 0; };

// Where it lies in etcd.
std::string checkpoint_folder(const std::string& prefix, int64_t position);
std::string checkpoint_piece_key(const std::string& prefix, int64_t position, int64_t number);
std::string checkpoint_manifest_json(const CheckpointManifest& manifest);
EtcdWay checkpoint_way();  // how long a call may take, and that it may be made again

// Now and then, on the timer of the store.
void keeper_look(ClusterStore& c);
// For a copy that is older than the log reaches back: a file at `path` in place of the copy. `done` on the loop.
void checkpoint_load(ClusterStore& c, const std::string& path, std::function<void(Status)> done);

}  // namespace picket
