// backend/shared/backend.cc - what every part asks of the backend: its own entity, and how long something took.
#include "backend/shared/backend.h"

namespace picket {

const CachedEntity* backend_own_entity(const Backend* b) { return entities_find(b->entities, "sensu-system", b->name); }

int64_t backend_clock_us() { return int64_t(uv_hrtime() / 1000); }

void backend_took(Summary& summary, int64_t since_us) {
  const int64_t now = backend_clock_us();
  summary_add(summary, now - since_us, now / 1000);
}

}  // namespace picket
