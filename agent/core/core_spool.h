// agent/core/core_spool.h - the core and its spool as one: what the edge (spool_host.cc) and the model test drive. Pure.
#pragma once
#include "agent/core/core.h"
#include "agent/core/spool.h"

namespace picket {

void core_spool_attach(Core& core, Now now, Spool& spool);  // it was opened; before the first tick
// Carries out the core's SpoolStore, SpoolForget, SpoolLoad and SpoolRenew; false: another action.
bool core_spool_perform(Core& core, Spool& spool, Now now, SpoolClock clock, const Action& action);
// Once a second while there is something to do; then spool_unflushed.
void core_spool_tick(Core& core, Spool& spool, SpoolClock clock);

void core_spool_close(Core& core, Spool& spool);  // the core has stopped

}  // namespace picket
