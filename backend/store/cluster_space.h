// backend/store/cluster_space.h - an etcd that is full (NOSPACE) is made to take writes again.
//
// etcd's quota counts its file, which never shrinks by itself: so the history is compacted up to its head, every member is defragmented,
// one after the other and the leader last, with its leadership given away before, and the alarm is taken back. One member does it:
// the first in order of names whose registration is there. Only where etcd's history is ours (ClusterStoreOptions::compacts).
#pragma once
#include "backend/store/store_cluster_state.h"

namespace picket {

inline constexpr int64_t kSpaceAgainMs = 30'000;       // between two attempts, because what fills it may be live
inline constexpr int64_t kSpaceDefragmentMs = 60'000;  // for one member; while it lasts that member answers nobody

// On the timer of the store.
void space_look(ClusterStore& c);

}  // namespace picket
