// backend/self.h - what the backend reports about itself, as events of its own entity in sensu-system.
#pragma once
#include "server.h"

namespace picket {

// From the timer: reports the store's state when it has changed.
void self_look(Backend* backend);

}  // namespace picket
