// cli/verbs/snapshot.h - everything a backend says of itself at one moment: what `migrate` carries, and what it compares later.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "cli/ctl/ctl.h"

namespace picket {

struct Snapshot {
  std::string url, version;  // "5.11.1", "6.9.2"
  int64_t taken_s = 0;
  std::map<std::string, std::vector<std::string>, std::less<>> objects;  // by type, "CheckConfig"; bodies as they were sent
  std::vector<std::string> unread;                                       // kinds this user may not list
};

Result<Snapshot> snapshot_take(Ctl& ctl);
std::string snapshot_json(const Snapshot& snapshot);
Result<Snapshot> snapshot_parse(const std::string& json);
// Of one type; none: empty.
const std::vector<std::string>& snapshot_of(const Snapshot& snapshot, std::string_view type);

}  // namespace picket
