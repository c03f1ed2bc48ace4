// backend/cluster/cluster_log_read.h - what the two halves of cluster_log.h ask of each other.
#pragma once
#include "backend/cluster/cluster_log.h"

namespace picket {

// ---- cluster_log_read.cc ----
void reading_tick(ClusterLog& log, int64_t now_ms);
int64_t reading_due(const ClusterLog& log);

// ---- cluster_log.cc ----
void cluster_log_own(ClusterLog& log, int64_t now_ms);        // our record on its way was seen
void cluster_log_fenced(ClusterLog& log, int64_t now_ms);     // our registration is not there any more
void cluster_log_write(ClusterLog& log, int64_t now_ms);      // the position has moved
void cluster_log_committed(ClusterLog& log, int64_t now_ms);  // etcd commits

}  // namespace picket
