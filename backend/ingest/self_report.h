// backend/ingest/self_report.h - what the backend reports about itself, as events of its own entity in sensu-system.
#pragma once
#include "backend/shared/backend.h"

namespace picket {

inline constexpr int64_t kHandlersReportMs = 60'000;    // handlers that do not keep up: at most as often while it goes on
inline constexpr int64_t kHandlersQuietMs = 10'000;     // no drop for this time and three quarters of the queue free: they keep up again
inline constexpr int64_t kCertificatesLookMs = 60'000;  // the files are read as often: they are replaced without a restart

// From the timer: reports the store's state when it has changed (`backend-store`), and events that were not delivered because
// handlers do not keep up (`backend-handlers`), and certificates that end soon or have ended (`backend-certificates`).
void self_look(Backend* backend);
int64_t self_next_ms(const Backend* backend);  // when to look at the latest; INT64_MAX = nothing to report

}  // namespace picket
