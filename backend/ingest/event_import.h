// backend/ingest/event_import.h - events of another backend, taken over as they are: history, occurrences and state go on from there.
//
// Nobody is notified of them: the other backend has done so. What was imported counts down like what came here (keepalives, TTLs), but not
// before its hosts had the time to come over, also after a restart (import_grace.h). What this backend has judged itself is newer, and is
// not written over. Alert rules take an open incident for one they have notified of (decisions_carry), and send its end.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "backend/shared/backend.h"

namespace picket {

inline constexpr int64_t kImportGraceS = 600;           // nobody is silent before so much time has passed
inline constexpr int64_t kImportGraceMaxS = 24 * 3600;  // a longer one is cut: a host that died in it would not be noticed

struct ImportLeft {
  std::string ns, entity, check, why;
};
struct Imported {
  size_t taken = 0;
  std::vector<ImportLeft> left;
};

// All of them in one write. `done` runs once: what was taken, or why the store did not take it.
void event_import(Backend* backend, std::vector<Event> events, int64_t grace_s, std::function<void(Result<Imported>)> done);

}  // namespace picket
