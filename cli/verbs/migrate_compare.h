// cli/verbs/migrate_compare.h - after a move: the backend of before and the one of now, host by host and object by object. Pure.
#pragma once
#include <string>
#include <vector>

#include "cli/verbs/snapshot.h"

namespace picket {

enum class HostState {
  well,     // it reports here, and no check says less than before
  changed,  // it reports here, and something is missing or otherwise than before
  silent,   // it has not reported here since the move
  missing,  // this backend does not know it
  down,     // its keepalive fails here, and it did before
};
struct HostRow {
  std::string name;  // default/web
  HostState state = HostState::well;
  std::vector<std::string> notes;
};
struct Comparison {
  std::vector<HostRow> hosts;        // agents, and then proxy entities with events
  std::vector<std::string> objects;  // "CheckConfig default/disk is not here"
  std::vector<std::string> fresh;    // agents that only this backend knows
};

Comparison snapshots_compare(const Snapshot& before, const Snapshot& now);
const char* host_state_text(HostState state);
// Nothing is left to look at.
bool comparison_is_good(const Comparison& comparison);

}  // namespace picket
