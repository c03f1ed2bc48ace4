// backend/endpoints/namespaces.cc - namespaces, and the API keys that like them have no namespace.
#include "common/os/os.h"
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/event_memory.h"
#include "backend/access/rbac.h"

namespace picket {

// Every user sees the namespaces that its rights are in, without a rule that says so.
static StringList visible_of(const CallPtr& call, const StringList& names) {
  if (call->who.guest) return names;
  return rbac_visible_namespaces(auth_rules(call->backend->auth), call->who.username, call->who.groups, names);
}

void namespace_get(CallPtr call) {
  if (visible_of(call, {call->path.id}).empty()) {
    Status may = call_may(*call, route_rights(*call->route, call->path, call->who));
    if (!may.ok()) return answer_denied(call, may.code == Err::denied ? 403 : 500, may.code == Err::denied ? 4 : 0, may.message);
  }
  resource_get(call);
}

// The answer to a user that sees none is the reference's.
void namespaces_list(CallPtr call) {
  Store* store = call->backend->store;
  StringList all;
  auto stored = store_list(store, "namespaces");
  if (!stored.ok()) return answer_unread(call, stored.status);
  for (const StoredObject& o : stored.value) all.push_back(o.name);
  StringList visible = visible_of(call, all);
  if (visible.empty()) return answer_error(call, 500, 0, "request unauthorized");
  auto names = std::make_shared<std::set<std::string>>(visible.begin(), visible.end());
  ListSource source;
  source.next = [store](const std::string&, const std::string& after, int64_t count) -> Result<std::vector<ListItem>> {
    std::vector<ListItem> items;
    auto listed = store_list(store, "namespaces", "", "", after, count);
    if (!listed.ok()) return listed.status;
    for (StoredObject& o : listed.value) items.push_back({"", std::move(o.name), std::move(o.body)});
    return items;
  };
  source.keep = [names](const ListItem& item) { return names->count(item.key) > 0; };
  list_start(call, std::move(source));
}

static void namespace_write(const CallPtr& call, bool create) {
  std::string text;
  if (!call_body(call, 1, &text)) return;
  auto decoded = call->route->type->decode(text);
  if (!decoded.ok()) return answer_error(call, 400, 1, "json: cannot unmarshal: " + decoded.status.message);
  const std::string& name = decoded.value.metadata.name;
  Status status = resource_check_place(*call, decoded.value.metadata, !create);
  if (status.ok()) status = resource_validate(*call->route->type, decoded.value.body);
  if (!status.ok()) return answer_status(call, status);
  if (!create && store_get(call->backend->store, "namespaces", "", name).ok()) return answer_json(call, 201, "");
  call_changes(*call, "namespaces", "", name);
  std::vector<StoreWrite> batch = {write_create("namespaces", "", name, decoded.value.body)};
  for (StoreWrite& companion : namespace_companions(name)) batch.push_back(std::move(companion));
  store_write(call->backend->store, std::move(batch), [call](Status s) { s.ok() ? answer_json(call, 201, "") : answer_status(call, s); });
}

void namespace_create(CallPtr call) { namespace_write(call, true); }
void namespace_put(CallPtr call) { namespace_write(call, false); }

// What is left when the namespace has no content goes with it, rights above all: a role binding that outlived it would rule the
// next one of its name. `memory`: of events whose entity is gone, or never was.
static Result<std::vector<StoreWrite>> namespace_remains(Backend* b, const std::string& ns, std::vector<EventMemory>& memory) {
  auto events = events_present(b, ns);
  if (!events.ok()) return events.status;
  StringList kinds = {"entity-origins", kUndelivered, kDecisions, kGrants, kEnrolled};
  for (int i = 0; i < kResourceTypesCount; i++)
    if (kResourceTypes[i].namespaced) kinds.emplace_back(kResourceTypes[i].plural);
  std::vector<StoreWrite> batch;
  for (const std::string& kind : kinds) {
    auto listed = store_list(b->store, kind, ns, ns, "", 0);
    if (!listed.ok()) return listed.status;
    for (const StoredObject& o : listed.value) batch.push_back(write_drop(kind, ns, o.name));
  }
  for (const StoredEvent& e : events.value) memory.push_back(event_forget(b, e.key, false, batch));
  return batch;
}

void namespace_delete(CallPtr call) {
  static const char* const kContents[] = {"checks",  "entities", "assets",   "handlers", "mutators",
                                          "filters", "hooks",    "silenced", "pipelines"};
  Backend* b = call->backend;
  const std::string& name = call->path.id;
  if (auto found = store_get(b->store, "namespaces", "", name); !found.ok()) return answer_unread(call, found.status);
  for (const char* kind : kContents) {
    auto listed = store_list(b->store, kind, name, name, "", 1);
    if (!listed.ok()) return answer_unread(call, listed.status);
    if (!listed.value.empty()) return answer_error(call, 500, 0, "resource is invalid: namespace is not empty");
  }
  auto memory = std::make_shared<std::vector<EventMemory>>();
  auto batch = namespace_remains(b, name, *memory);
  if (!batch.ok()) return answer_unread(call, batch.status);
  call_changes(*call, "namespaces", "", name);
  batch.value.insert(batch.value.begin(), write_del("namespaces", "", name));
  b->namespaces.erase(name);  // nothing comes in after what is deleted here
  store_write(b->store, std::move(batch.value), [call, b, name, memory](Status s) {
    for (EventMemory& m : *memory) event_memory_settle(b, m, s);
    if (!s.ok() && s.code != Err::not_found) b->namespaces.insert(name);
    s.ok() ? answer_json(call, 204, "") : answer_status(call, s);
  });
}

// ---- API keys: the name is the secret; errors are plain text ----

void apikey_create(CallPtr call) {
  auto body = body_object(body_is_form(call->request) ? std::string_view() : std::string_view(call->request.body));
  if (!body.ok()) return answer_text(call, 500, body.status.message);
  auto sent = decode<ApiKey>(body.value, Unknown::drop);
  if (!sent.ok()) return answer_text(call, 500, "json: cannot unmarshal: " + sent.status.message);
  Status known =
      sent.value.username.empty() ? fail(Err::not_found, "") : store_get(call->backend->store, "users", "", sent.value.username).status;
  if (known.code == Err::not_found) return answer_text(call, 400, "user does not exist");
  if (!known.ok()) return answer_text(call, 500, known.message);
  ApiKey key;
  key.username = sent.value.username;
  key.metadata = sent.value.metadata;
  key.metadata.name = os_uuid();
  key.metadata.ns.clear();
  key.metadata.created_by = call->who.username;
  key.created_at = call->now_s;
  std::string location = "/api/core/v2/apikeys/" + key.metadata.name;
  store_put(call, {"apikeys", "", key.metadata.name, encode(key), 0}, StoreWrite::create, [call, location](Status s) {
    s.ok() ? answer(call, 201, "", {{"Location", location}}) : answer_text(call, status_http(s.code), s.message);
  });
}

}  // namespace picket
