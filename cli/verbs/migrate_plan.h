// cli/verbs/migrate_plan.h - what of another backend can be carried over, what not and why, and which agents would be refused. Pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "cli/verbs/snapshot.h"

namespace picket {

using UserHashes = std::map<std::string, std::string, std::less<>>;  // by user name; bcrypt
// What `etcdctl get --prefix /sensu.io/users` prints, with or without --print-value-only: a JSON object of a user a line.
Result<UserHashes> user_hashes_parse(std::string_view text);
// The answer of etcd's JSON gateway to a range request.
Result<UserHashes> user_hashes_of_etcd(std::string_view answer);

struct PlanFacts {
  UserHashes hashes;                                        // of users that are carried
  std::map<std::string, std::string, std::less<>> refused;  // users that are not, although the hash is known: why
  std::map<std::string, size_t, std::less<>> carried;       // definitions that picket takes, by type
  bool default_password = false;                            // the old backend lets the user agent in with Sensu's own
};
struct PlanSection {
  std::string title;
  std::vector<std::string> lines;
  bool is_work = false;  // somebody has to do something
};
std::vector<PlanSection> plan_make(const Snapshot& old, const PlanFacts& facts);

// Sorts the users by what the new backend would say: `taken` are those whose definition picket does not refuse.
void plan_users(PlanFacts& facts, const Snapshot& old, const UserHashes& known, const std::vector<std::string>& taken);
// An event of a check, and not of the old backend itself: what is sent.
bool is_event_carried(std::string_view event);

// ---- what both need ----
std::string place_text(std::string_view object);       // "default/web"
std::string event_place_text(std::string_view event);  // "default/web/disk"
bool is_agent_entity(std::string_view entity);
bool is_of_old_backend(std::string_view entity);  // its own entity, which does not move

}  // namespace picket
