// backend/parts.h - the structs of the backend's parts, all there before one of them starts.
#pragma once
#include "backend/agents/agent_sessions.h"
#include "backend/deliver/pipelines.h"
#include "backend/identity.h"
#include "backend/ingest/ingest.h"
#include "backend/ingest/metric_history.h"
#include "backend/ingest/schedule_driver.h"

namespace picket {

// In the order in which they stand on each other; the last goes first.
struct Parts {
  Pipelines pipelines;
  MetricHistories histories;
  Ingest ingest;
  Scheduling scheduling;
  Sessions sessions;
  Identities identities;
};

Backend* backend_make(uv_loop_t* loop, Net* net);  // with its parts, none of them started
void backend_free(Backend* backend);               // after the store is closed: its watches point into the parts

}  // namespace picket
