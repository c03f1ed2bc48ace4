// backend/pages/entity_rows.cc - entities as rows, each with what its events say: how many, how many fail, the worst that is not silenced.
#include <unordered_map>

#include "backend/agents/agent_sessions.h"
#include "backend/api/api_state.h"
#include "backend/pages/event_rows.h"
#include "backend/pages/pages.h"

namespace picket {

namespace {

constexpr int64_t kEntitiesAtOnce = 256;  // read in one turn of the loop
constexpr const char* kEntityColumns =
    R"(["name","class","os","platform","last_seen","connected","status","problems","silenced","events","version","labels"])";

struct Health { uint32_t worst = 0; int64_t problems = 0, silenced = 0, events = 0; };

struct EntityJob : std::enable_shared_from_this<EntityJob> {
  CallPtr call;
  std::unordered_map<std::string, Health> health;  // by entity
  std::string after, rows = "[";
  Selection wanted;
};

// Critical outweighs unknown, unknown a warning.
int weight_of(uint32_t status) {
  static constexpr int kWeights[] = {0, 1, 3, 2};
  return kWeights[std::min<uint32_t>(status, 3)];
}

void health_add(Health* health, const EventRow& row) {
  const bool silenced = (row.flags & kRowSilenced) != 0;
  health->events++;
  if (silenced) health->silenced++;
  if (row.status == 0 || silenced) return;
  health->problems++;
  if (weight_of(row.status) > weight_of(health->worst)) health->worst = row.status;
}

std::string system_name(const System& s) { return s.platform_version.empty() ? s.platform : s.platform + " " + s.platform_version; }

bool is_connected(const Sessions* sessions, const std::string& ns, const std::string& name) {
  if (!sessions) return false;
  auto it = sessions->by_entity.find(ns + "\n" + name);
  return it != sessions->by_entity.end() && !it->second.empty();
}

std::string cells_of(const EntityJob& job, const Entity& e) {
  auto it = job.health.find(e.metadata.name);
  const Health health = it == job.health.end() ? Health{} : it->second;
  const bool connected = is_connected(job.call->backend->sessions, job.call->path.ns, e.metadata.name);
  std::string labels;
  for (const auto& [name, value] : e.metadata.labels) labels += (labels.empty() ? "{" : ",") + json_quote(name) + ":" + json_quote(value);
  std::string row = "[";
  for (const std::string& s : {e.metadata.name, e.entity_class, e.system.os, system_name(e.system)}) row += json_quote(s) + ",";
  row += std::to_string(e.last_seen) + (connected ? ",true," : ",false,") + std::to_string(health.worst) + ",";
  for (int64_t n : {health.problems, health.silenced, health.events}) row += std::to_string(n) + ",";
  return row + json_quote(e.sensu_agent_version) + "," + (labels.empty() ? "{" : labels) + "}]";
}

void entities_step(const std::shared_ptr<EntityJob>& job) {
  auto listed = store_list(job->call->backend->store, "entities", job->call->path.ns, job->call->path.ns, job->after, kEntitiesAtOnce);
  if (!listed.ok()) return answer_unread(job->call, listed.status);
  for (const StoredObject& o : listed.value) {
    const std::string redacted = redacted_entity(o.body);
    auto entity = decode<Entity>(redacted);
    if (!entity.ok() || (job->wanted.any() && !selection_matches(job->wanted, "entity", redacted))) continue;
    job->rows += (job->rows.size() > 1 ? "," : "") + cells_of(*job, entity.value);
  }
  if (static_cast<int64_t>(listed.value.size()) == kEntitiesAtOnce) {
    job->after = listed.value.back().name;
    return page_next_turn(job->call, [job] { entities_step(job); });
  }
  if (!call_still_may(*job->call)) return answer_denied(job->call, 403, 4, "unauthorized to perform action");
  JsonObject o;
  o.add("revision", job->call->api->rows->revision).add_raw("columns", kEntityColumns).add_raw("rows", job->rows + "]");
  answer_json(job->call, 200, o.done());
}

}  // namespace

void entity_rows_get(CallPtr call) {
  auto wanted = selection_parse(call->page);
  if (!wanted.ok()) return answer_status(call, wanted.status);
  event_rows_want(call->api, [call, wanted = std::move(wanted.value)] {
    if (Status s = event_rows_status(*call->api->rows); !s.ok()) return answer_status(call, s);
    auto job = std::make_shared<EntityJob>();
    job->call = call;
    job->wanted = wanted;
    const bool may_events = page_may(*call, "list", call->path.ns, "events", "");
    for (const auto& [key, row] : call->api->rows->table)
      if (may_events && row.ns == call->path.ns) health_add(&job->health[row.entity], row);
    entities_step(job);
  });
}

}  // namespace picket
