// backend/store/record_ops.h - the store's operations as writes of the cluster's log, and back.
#pragma once
#include "backend/cluster/cluster_log.h"
#include "backend/store/overlay.h"

namespace picket {

LogOp log_op_of(const StoreOp& op);
OpPtr store_op_of(LogOp op);  // as it is applied; its preconditions have been decided

}  // namespace picket
