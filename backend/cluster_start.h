// backend/cluster_start.h - the start of a cluster's member: it waits until its copy of the cluster's store is up to date.
//
// Meanwhile both ports are open and say so: 503 to everything but GET /health. Then what a first start makes is handed to the log (of
// members that start together, one is the first), and the rest of the start reads what won.
#pragma once
#include <functional>

#include "backend/shared/backend.h"

namespace picket {

inline constexpr int64_t kStartLookMs = 20;  // whether what a first start makes is decided

// Opens b->store. `done` runs once, later; not after cluster_start_stop.
Status cluster_start(Backend* backend, const StoreOptions& options, std::function<void(Status)> done);
void cluster_start_stop(Backend* backend, std::function<void()> done);  // at any time

}  // namespace picket
