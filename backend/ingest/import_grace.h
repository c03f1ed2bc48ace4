// backend/ingest/import_grace.h - the time that imported hosts have to come over, kept in the store so that a restart does not end it.
//
// One for all imports: a countdown whose last sign of life is not younger than what was imported last ends no earlier. After its first
// sign of life here it counts like any other.
#pragma once
#include <vector>

#include "backend/event/liveness.h"
#include "backend/store/store.h"

namespace picket {

struct ImportGrace {
  int64_t from_s = 0;   // signs of life up to then are of the other backend; wall clock
  int64_t until_s = 0;  // 0 = nothing was imported
};

// Beside what is imported. An earlier one that lasts longer stays.
StoreWrite import_grace_write(const ImportGrace& stored, const ImportGrace& wanted);
// None: zeros.
Result<ImportGrace> import_grace_read(Store* store);
// Says how many countdowns it has put off.
int64_t import_grace_restore(Liveness& liveness, const std::vector<CountdownRow>& rows, const ImportGrace& grace, int64_t wall_ms,
                             int64_t now_ms);

}  // namespace picket
