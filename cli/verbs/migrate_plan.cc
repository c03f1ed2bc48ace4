// cli/verbs/migrate_plan.cc - the sections of `migrate plan`; see migrate_plan.h.
#include "cli/verbs/migrate_plan.h"

#include <algorithm>

#include "backend/auth/password.h"
#include "cli/verbs/write_rules.h"
#include "common/json/json.h"
#include "common/rules/api_key_name.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

using Lines = std::vector<std::string>;

std::string counted(size_t n, const std::string& one, const std::string& many) { return std::to_string(n) + " " + (n == 1 ? one : many); }

std::string listed(const Lines& names) {
  constexpr size_t kShown = 12;
  std::string out = join({names.begin(), names.begin() + std::ptrdiff_t(std::min(kShown, names.size()))}, ", ");
  return names.size() > kShown ? out + " and " + std::to_string(names.size() - kShown) + " more" : out;
}

// ---- the sections ----

size_t count_of(const Snapshot& old, std::string_view type) {
  const Lines& bodies = snapshot_of(old, type);
  return size_t(std::count_if(bodies.begin(), bodies.end(), [](const std::string& b) { return !is_of_old_backend(b); }));
}

PlanSection objects_of(const Snapshot& old, const PlanFacts& facts) {
  PlanSection s{"Carried", {}, false};
  for (const char* type : kWriteOrder) {
    const std::string_view t = type;
    const size_t there = count_of(old, type);
    if (there == 0 || t == "User" || t == "APIKey" || t == "Event" || t == "TessenConfig") continue;
    const auto found = facts.carried.find(t);
    const size_t taken = found == facts.carried.end() ? 0 : found->second;
    std::string line = std::string(t) + ": " + std::to_string(taken);
    if (taken < there) line += " of " + std::to_string(there) + "; the rest is refused, as named above", s.is_work = true;
    s.lines.push_back(line + (t == "Entity" ? ", agents' too, but for the old backend's own" : ""));
  }
  return s;
}

void secrets_of(const Snapshot& old, const char* type, Lines& lines) {
  for (const std::string& body : snapshot_of(old, type)) {
    const std::string_view secrets = json_at(body, {"secrets"});
    if (secrets.empty() || json_type(secrets) != JsonType::array) continue;
    Lines names;
    for (std::string_view one : json_items(secrets).value) names.push_back(text_at(one, {"name"}));
    if (!names.empty())
      lines.push_back(std::string(type) + " " + place_text(body) + " wants the secrets " + join(names, ", ") +
                      ": there is no provider; give them by env_vars or by the environment of agent or backend");
  }
}

PlanSection not_carried(const Snapshot& old) {
  PlanSection s{"Not carried", {}, false};
  for (const std::string& type : old.unread)
    s.lines.push_back(type + ": this user may not list them on the old backend; use cluster-admin");
  for (const char* type : {"CheckConfig", "Handler", "Mutator"}) secrets_of(old, type, s.lines);
  for (const std::string& e : snapshot_of(old, "Entity")) {
    if (is_of_old_backend(e)) s.lines.push_back("Entity " + place_text(e) + ": it is the old backend itself");
    Lines names = redacted_names(e);
    if (names.empty()) continue;
    s.lines.push_back("Entity " + place_text(e) + ": " + join(names, ", ") + " is REDACTED; " +
                      (is_agent_entity(e) ? "its agent brings the secret when it connects" : "write the secret by hand"));
    s.is_work |= !is_agent_entity(e);
  }
  s.is_work |= !old.unread.empty();
  return s;
}

Lines agents_down(const Snapshot& old) {
  Lines names;
  for (const std::string& e : snapshot_of(old, "Event"))
    if (text_at(e, {"check", "metadata", "name"}) == "keepalive" && integer_at(e, {"check", "status"}) != 0)
      names.push_back(place_text(json_at(e, {"entity"})));
  return names;
}

PlanSection agents_of(const Snapshot& old) {
  PlanSection s{"Agents", {}, false};
  Lines own, all;
  for (const std::string& e : snapshot_of(old, "Entity")) {
    if (!is_agent_entity(e)) continue;
    all.push_back(place_text(e));
    if (is_agents_own(e)) own.push_back(place_text(e));
  }
  const Lines down = agents_down(old);
  s.lines.push_back(counted(all.size(), "agent: ", "agents: ") + listed(all));
  if (!own.empty()) s.lines.push_back("say their entity themselves (agent-managed-entity): " + listed(own));
  if (!down.empty()) s.lines.push_back("silent now, and silent after the move, without a second alert: " + listed(down));
  return s;
}

const std::string* user_named(const Snapshot& old, std::string_view name) {
  for (const std::string& u : snapshot_of(old, "User"))
    if (text_at(u, {"username"}) == name) return &u;
  return nullptr;
}

// An agent logs in as `user` of its entity. A name that no user has can only come from a client certificate.
PlanSection refused_agents(const Snapshot& old, const PlanFacts& facts) {
  PlanSection s{"Agents that would be refused", {}, false};
  std::map<std::string, Lines> by_user;
  for (const std::string& e : snapshot_of(old, "Entity"))
    if (is_agent_entity(e)) by_user[text_at(e, {"user"})].push_back(place_text(e));
  if (facts.default_password && by_user.count("agent"))
    s.lines.push_back(
        "all that log in as agent from other machines: its password is Sensu's default. Change it on the old backend and in every agent.yml "
        "before the move, or let it in for a while with agent-default-login-from and agent-default-login-until: " +
        listed(by_user["agent"]));
  for (const auto& [user, agents] : by_user) {
    if (user.empty() || (user == "agent" && user_named(old, user))) continue;
    const bool is_known = user_named(old, user);
    if (!is_known)
      s.lines.push_back(
          "no user is named " + user +
          ": these come in by a client certificate, which picket's agent port does not ask for; give them user and password: " +
          listed(agents));
    else if (facts.refused.count(user)) s.lines.push_back("they log in as " + user + ", who is not carried (below): " + listed(agents));
    else if (!facts.hashes.count(user))
      s.lines.push_back("they log in as " + user + ", whose hash is not known (below): " + listed(agents));
  }
  s.is_work = !s.lines.empty();
  return s;
}

PlanSection users_of(const Snapshot& old, const PlanFacts& facts) {
  PlanSection s{"Users", {}, false};
  Lines with, without;
  for (const std::string& u : snapshot_of(old, "User")) {
    const std::string name = text_at(u, {"username"});
    if (facts.refused.count(name)) continue;
    (facts.hashes.count(name) ? with : without).push_back(name);
  }
  if (!with.empty()) s.lines.push_back("with their passwords: " + listed(with));
  for (const auto& [name, why] : facts.refused)
    s.lines.push_back(name + " is not carried: " + why + "; change the password on the old backend, or make the user anew"),
        s.is_work = true;
  if (without.empty()) return s;
  s.is_work = true;
  s.lines.push_back(
      "without: " + listed(without) +
      ". On the old machine: ETCDCTL_API=3 etcdctl get --prefix /sensu.io/users --print-value-only >users.json; then --users users.json");
  return s;
}

PlanSection keys_of(const Snapshot& old, const PlanFacts& facts) {
  PlanSection s{"API keys", {}, false};
  size_t carried = 0;
  for (const std::string& key : snapshot_of(old, "APIKey")) {
    const std::string user = text_at(key, {"username"});
    if (const Status name = api_key_name_check(text_at(key, {"metadata", "name"})); !name.ok())
      s.lines.push_back("a key of " + user + " is not carried: " + name.message + "; make a new one"), s.is_work = true;
    else if ((facts.hashes.count(user) && user_named(old, user)) || user == "admin" || user == "agent") carried++;
    else if (!user_named(old, user)) s.lines.push_back("a key of " + user + " is not carried: there is no such user"), s.is_work = true;
    else s.lines.push_back("a key of " + user + " waits for its user (above)"), s.is_work = true;
  }
  if (carried > 0) s.lines.push_back(counted(carried, "key goes on as it is", "keys go on as they are") + "; sessions end: log in anew");
  return s;
}

PlanSection state_of(const Snapshot& old) {
  PlanSection s{"State", {}, false};
  const Lines& events = snapshot_of(old, "Event");
  const auto open = std::count_if(events.begin(), events.end(), [](const std::string& e) {
    return is_event_carried(e) && integer_at(e, {"check", "status"}) != 0;
  });
  const auto carried = std::count_if(events.begin(), events.end(), [](const std::string& e) { return is_event_carried(e); });
  s.lines.push_back(counted(size_t(carried), "event", "events") + " with history and occurrences; " +
                    counted(size_t(open), "open incident is", "open incidents are") + " not told again");
  if (size_t n = snapshot_of(old, "Silenced").size(); n > 0)
    s.lines.push_back(counted(n, "silence", "silences") + ", with the end it has now");
  return s;
}

std::string decoded(std::string_view base64) {
  std::string out;
  return base64_decode(base64, &out) ? out : "";
}

// 6.x: password_hash; 5.x: the hash stands in the field password.
void take_user(std::string_view json, UserHashes& hashes) {
  std::string hash = text_at(json, {"password_hash"});
  if (hash.empty()) hash = text_at(json, {"password"});
  if (const std::string name = text_at(json, {"username"}); !name.empty() && hash.compare(0, 2, "$2") == 0) hashes[name] = hash;
}

}  // namespace

bool is_event_carried(std::string_view event) {
  return !json_at(event, {"check", "metadata"}).empty() && !is_of_old_backend(json_at(event, {"entity"}));
}

void plan_users(PlanFacts& facts, const Snapshot& old, const UserHashes& known, const std::vector<std::string>& taken) {
  for (const auto& [name, hash] : known) {
    if (!user_named(old, name)) continue;  // etcd has users that the API does not show: not asked for
    const Status checked = password_hash_check(hash);
    const bool is_taken = std::find(taken.begin(), taken.end(), name) != taken.end();
    if (checked.ok() && is_taken) facts.hashes[name] = hash;
    else facts.refused[name] = checked.ok() ? "picket refuses it, as named above" : checked.message;
  }
}

std::string place_text(std::string_view object) {
  const std::string ns = text_at(object, {"metadata", "namespace"});
  return (ns.empty() ? "" : ns + "/") + text_at(object, {"metadata", "name"});
}

std::string event_place_text(std::string_view event) {
  return place_text(json_at(event, {"entity"})) + "/" + text_at(event, {"check", "metadata", "name"});
}

bool is_agent_entity(std::string_view entity) { return text_at(entity, {"entity_class"}) == "agent"; }
bool is_of_old_backend(std::string_view entity) { return text_at(entity, {"entity_class"}) == "backend"; }

Result<UserHashes> user_hashes_parse(std::string_view text) {
  UserHashes hashes;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.empty() && line[0] == '{' && json_check(line).ok()) take_user(line, hashes);
  }
  if (hashes.empty())
    return fail(Err::invalid, "no user with a hash is in it; give what `etcdctl get --prefix /sensu.io/users --print-value-only` prints");
  return hashes;
}

Result<UserHashes> user_hashes_of_etcd(std::string_view answer) {
  UserHashes hashes;
  if (Status s = json_check(answer); !s.ok()) return because("the answer of etcd", s);
  const std::string_view kvs = json_at(answer, {"kvs"});
  if (kvs.empty() || json_type(kvs) != JsonType::array) return fail(Err::not_found, "etcd has nothing below /sensu.io/users");
  for (std::string_view kv : json_items(kvs).value)
    if (const std::string user = decoded(text_at(kv, {"value"})); json_check(user).ok()) take_user(user, hashes);
  return hashes;
}

std::vector<PlanSection> plan_make(const Snapshot& old, const PlanFacts& facts) {
  return {objects_of(old, facts), state_of(old),       agents_of(old),  refused_agents(old, facts),
          users_of(old, facts),   keys_of(old, facts), not_carried(old)};
}

}  // namespace picket
