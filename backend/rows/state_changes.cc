// backend/rows/state_changes.cc - a bounded list, the newest first.
#include "backend/rows/state_changes.h"

#include <algorithm>

#include "common/json/json.h"

namespace picket {

void state_changes_note(StateChanges* changes, const Event& merged) {
  if (!changes->wanted || !merged.check || !merged.entity) return;
  const Check& c = *merged.check;
  const uint32_t before = c.history.size() > 1 ? c.history[c.history.size() - 2].status : 0;
  if (before == c.status) return;
  const ObjectMeta& entity = merged.entity->metadata;
  changes->newest.push_front(
      {c.executed > 0 ? c.executed : merged.timestamp, entity.ns, entity.name, c.metadata.name, before, c.status, ""});
  if (changes->newest.size() > kChangesMax) changes->newest.pop_back();
}

void state_changes_told(StateChanges* changes, const Event& event, std::string_view told) {
  if (!event.check || !event.entity) return;
  const ObjectMeta& entity = event.entity->metadata;
  auto it = std::find_if(changes->newest.begin(), changes->newest.end(), [&](const StateChange& c) {
    return c.check == event.check->metadata.name && c.entity == entity.name && c.ns == entity.ns;
  });
  if (it != changes->newest.end() && it->to == event.check->status) it->told = told;
}

std::string state_changes_json(const StateChanges& changes, const ChangesWanted& wanted) {
  std::string list = "[";
  int64_t count = 0;
  for (const StateChange& c : changes.newest) {
    if (count == wanted.limit) break;
    if (c.at < wanted.since || (!wanted.ns.empty() && c.ns != wanted.ns) || !wanted.visible(c.ns)) continue;
    JsonObject o;
    o.add("at", c.at).add("namespace", c.ns).add("entity", c.entity).add("check", c.check);
    o.add("from", int64_t{c.from}).add("to", int64_t{c.to}).add("told", c.told);
    list += (count++ > 0 ? "," : "") + o.done();
  }
  return JsonObject().add("since_start", changes.since).add_raw("changes", list + "]").done();
}

}  // namespace picket
