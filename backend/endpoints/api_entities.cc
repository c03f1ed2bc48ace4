// backend/endpoints/api_entities.cc - entities: their configuration is the user's, their system facts are the agent's.
#include <algorithm>

#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "common/rules/validate.h"

namespace picket {

static const char kManagedBy[] = "sensu.io/managed_by";

// ---- reading ----

void entity_list(CallPtr call) {
  auto selection = selection_parse(call->page);
  if (!selection.ok()) return answer_status(call, selection.status);
  ListSource source;
  std::string ns = call->path.ns;
  source.across = ns.empty();
  // Redacted before selecting: a selector must not answer what reading hides.
  source.next = [store = call->backend->store, ns](const std::string& after_ns, const std::string& after,
                                                   int64_t count) -> Result<std::vector<ListItem>> {
    std::vector<ListItem> items;
    auto listed = store_list(store, "entities", ns, ns.empty() ? after_ns : ns, after, count);
    if (!listed.ok()) return listed.status;
    for (StoredObject& o : listed.value) items.push_back({std::move(o.ns), std::move(o.name), redacted_entity(o.body)});
    return items;
  };
  if (selection.value.any())
    source.keep = [s = selection.value](const ListItem& item) { return selection_matches(s, "entity", item.json); };
  list_start(call, std::move(source));
}

void entity_get(CallPtr call) {
  auto found = store_get(call->backend->store, "entities", call->path.ns, call->path.id);
  if (!found.ok()) return answer_unread(call, found.status);
  answer_stored(call, redacted_entity(found.value.body), found.value.body);
}

// ---- writing ----

static bool managed_by_agent(const Entity& entity) {
  auto it = entity.metadata.labels.find(kManagedBy);
  return entity.entity_class == "agent" && it != entity.metadata.labels.end() && it->second == "sensu-agent";
}

static Result<Entity> entity_stored(const CallPtr& call, const std::string& ns, const std::string& name) {
  auto found = store_get(call->backend->store, "entities", ns, name);
  if (!found.ok()) return found.status;
  return decode<Entity>(found.value.body);
}

// What is answered is what was received: an empty list stays one.
static std::string as_received(const Entity& entity, const std::string& text) {
  std::string out = encode(entity);
  std::string_view sent = body_member(text, "subscriptions");
  static const std::string kNull = "\"subscriptions\":null";
  size_t at = out.find(kNull);
  if (at != out.npos && !sent.empty() && json_type(sent) == JsonType::array) out.replace(at, kNull.size(), "\"subscriptions\":[]");
  return out;
}

static bool entity_read(const CallPtr& call, Entity* entity, std::string* received) {
  std::string text;
  if (!call_body(call, 0, &text)) return false;
  auto decoded = decode<Entity>(text, Unknown::drop);
  if (!decoded.ok()) return answer_error(call, 500, 0, "json: cannot unmarshal: " + decoded.status.message), false;
  *entity = std::move(decoded.value);
  *received = as_received(*entity, text);
  return true;
}

// The body names the place, as in the reference: so the rights are asked for that place.
static bool entity_check(const CallPtr& call, const Entity& entity) {
  const ObjectMeta& metadata = entity.metadata;
  if (metadata.name.empty() && call->request.method == "POST")
    return answer_error(call, 500, 0, "resource is invalid: must specify name"), false;
  if (Status s = validate_entity_definition(entity); !s.ok()) return answer_error(call, 400, 1, s.message), false;
  Status may = call_may_at(*call, metadata.ns, metadata.name);
  if (!may.ok()) return answer_denied(call, may.code == Err::denied ? 403 : 500, may.code == Err::denied ? 4 : 0, may.message), false;
  return true;
}

static void subscription_add(StringList& subscriptions, const std::string& subscription) {
  if (std::find(subscriptions.begin(), subscriptions.end(), subscription) == subscriptions.end()) subscriptions.push_back(subscription);
}

// An agent's entity keeps what the agent reports: system, last_seen, version, and its own subscription.
static void keep_agents_part(Entity& entity, const Entity& stored) {
  entity.system = stored.system;
  entity.last_seen = stored.last_seen;
  entity.sensu_agent_version = stored.sensu_agent_version;
  subscription_add(entity.subscriptions, "entity:" + entity.metadata.name);
}

static void entity_store(const CallPtr& call, const Entity& entity, int64_t revision, std::string answer_body) {
  std::string ns = entity.metadata.ns;
  call_changes(*call, "entities", ns, entity.metadata.name);
  backend_entity_put(call->backend, entity, revision, [call, ns, answer_body](Status status) {
    status = store_refusal(status, ns);
    status.ok() ? answer_json(call, 200, answer_body) : answer_status(call, status);
  });
}

void entity_create(CallPtr call) {
  Entity entity;
  std::string received;
  if (!entity_read(call, &entity, &received) || !entity_check(call, entity)) return;
  entity_store(call, entity, 0, std::move(received));
}

void entity_put(CallPtr call) {
  Entity entity;
  std::string received;
  if (!entity_read(call, &entity, &received) || !entity_check(call, entity)) return;
  auto stored = entity_stored(call, entity.metadata.ns, entity.metadata.name);
  if (!stored.ok() && stored.status.code != Err::not_found) return answer_unread(call, stored.status);
  if (stored.ok()) {
    if (managed_by_agent(stored.value) || managed_by_agent(entity)) return answer_error(call, 409, 3, "entity is managed by its agent");
    unredact(entity.metadata, stored.value.metadata.labels, stored.value.metadata.annotations, stored.value.redact);
    if (entity.entity_class == "agent") keep_agents_part(entity, stored.value);
  }
  entity_store(call, entity, -1, std::move(received));
}

void entity_delete(CallPtr call) {
  call_changes(*call, "entities", call->path.ns, call->path.id);
  backend_entity_delete(call->backend, call->path.ns, call->path.id, [call](Status status) {
    if (status.code == Err::not_found) return answer_not_found(call);
    status.ok() ? answer_json(call, 204, "") : answer_status(call, status);
  });
}

// ---- PATCH: of the configuration part, which is also what is answered ----

static Entity with_configuration(Entity entity, const Entity& config) {
  entity.metadata = config.metadata;
  entity.entity_class = config.entity_class;
  entity.user = config.user;
  entity.subscriptions = config.subscriptions;
  entity.deregister = config.deregister;
  entity.deregistration_handler = config.deregistration_handler;
  entity.keepalive_handlers = config.keepalive_handlers;
  entity.redact = config.redact;
  return entity;
}

static void patch_try(const CallPtr& call, const std::string& patch, int tries_left) {
  auto found = store_get(call->backend->store, "entities", call->path.ns, call->path.id);
  if (!found.ok() && found.status.code != Err::not_found) return answer_unread(call, found.status);
  if (!found.ok()) return answer_error(call, 404, 2, "key /sensu.io/entity_configs/" + call->path.ns + "/" + call->path.id + " not found");
  auto stored = decode<Entity>(found.value.body);
  if (!stored.ok()) return answer_error(call, 500, 0, stored.status.message);
  if (Status s = patch_conditions(*call, found.value.body); !s.ok()) return answer_status(call, s);
  if (managed_by_agent(stored.value)) return answer_error(call, 409, 3, "entity is managed by its agent");
  const std::string text = json_merge(entity_config_encode(stored.value), patch);
  auto config = entity_config_decode(text);
  if (!config.ok()) return answer_error(call, 400, 1, "json: cannot unmarshal: " + config.status.message);
  if (Status s = patch_check_place(*call, config.value.metadata); !s.ok()) return answer_status(call, s);
  Entity entity = with_configuration(stored.value, config.value);
  unredact(entity.metadata, stored.value.metadata.labels, stored.value.metadata.annotations, stored.value.redact);
  subscription_add(entity.subscriptions, "entity:" + entity.metadata.name);
  if (Status s = validate_entity_definition(entity); !s.ok()) return answer_error(call, 500, 0, s.message);
  call_changes(*call, "entities", call->path.ns, call->path.id);
  backend_entity_put(call->backend, entity, found.value.revision, [call, patch, text, entity, tries_left](Status status) {
    if (status.code == Err::precondition && tries_left > 0) return patch_try(call, patch, tries_left - 1);
    if (!status.ok()) return answer_status(call, store_refusal(status, call->path.ns));
    auto now = store_get(call->backend->store, "entities", call->path.ns, call->path.id);
    answer_json(call, 200, json_keep_empty(entity_config_encode(entity_redacted(entity)), text),
                {{"ETag", etag_of(*call, now.value.body)}});
  });
}

void entity_patch(CallPtr call) {
  std::string patch;
  if (!patch_body(call, &patch)) return;
  patch_try(call, patch, 5);
}

}  // namespace picket
