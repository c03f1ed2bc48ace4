// backend/endpoints/events.cc - events: read from the store, written through backend_event like an agent's.
#include "common/os/os.h"
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/metric_history.h"

namespace picket {

// Events of one agent share one entity text: it is redacted once per list. Their times stand beside it.
namespace {
struct EntityTexts {
  std::shared_ptr<const std::string> last;
  std::string redacted;
  size_t seen_at = 0, seen_end = 0;  // the number of last_seen; equal: there is none
  void take(const std::shared_ptr<const std::string>& text);
  void put(std::string& out, const StoredEvent& event);
};
}  // namespace

void EntityTexts::take(const std::shared_ptr<const std::string>& text) {
  last = text;
  redacted = text ? redacted_entity(*text) : "null";
  const std::string_view number = json_at(redacted, {"last_seen"});
  seen_at = number.empty() ? 0 : static_cast<size_t>(number.data() - redacted.data());
  seen_end = seen_at + number.size();
}

void EntityTexts::put(std::string& out, const StoredEvent& event) {
  if (event.entity_json != last || redacted.empty()) take(event.entity_json);
  if (event.last_seen == 0 || seen_at == seen_end) {
    out += redacted;
    return;
  }
  out.append(redacted, 0, seen_at).append(std::to_string(event.last_seen)).append(redacted, seen_end);
}

static std::string event_show(const StoredEvent& event, EntityTexts& texts) {
  std::string out = "{\"entity\":";
  texts.put(out, event);
  std::string_view head = event.head;
  if (head.size() > 2) out.append(",").append(head.substr(1));
  else out += '}';
  return out;
}

std::string event_json(const StoredEvent& event) {
  EntityTexts texts;
  return event_show(event, texts);
}

// Commands may hold passwords: to guests of the dashboard they are not shown.
static std::string event_for_guest(const std::string& json) {
  static const std::string kHidden = "log in to see";
  auto event = decode<Event>(json);
  if (!event.ok() || !event.value.check) return event.ok() ? json : "null";
  Check& check = *event.value.check;
  if (!check.command.empty()) check.command = kHidden;
  for (std::string& v : check.env_vars) v = kHidden;
  for (Hook& hook : check.hooks) hook.command = kHidden;
  return encode(event.value);
}

// ---- reading ----

static EventKey key_of(const ApiCall& call) { return {call.path.ns, call.path.id, call.path.sub}; }

// Keys in tokens: "entity/check", or "check" of one entity. Neither name can hold a slash.
void events_list(CallPtr call) {
  auto selection = selection_parse(call->page);
  if (!selection.ok()) return answer_status(call, selection.status);
  ListSource source;
  std::string ns = call->path.ns, entity = call->path.id;
  source.across = ns.empty();
  auto texts = std::make_shared<EntityTexts>();
  source.next = [b = call->backend, ns, entity, texts](const std::string& after_ns, const std::string& after,
                                                       int64_t count) -> Result<std::vector<ListItem>> {
    const std::string& from_ns = ns.empty() ? after_ns : ns;
    const EventKey behind = entity.empty() ? event_row_key(from_ns, after) : EventKey(from_ns, entity, after);
    std::vector<ListItem> items;
    auto listed = events_present(b, ns, entity, behind, count);
    if (!listed.ok()) return listed.status;
    for (const StoredEvent& e : listed.value)
      items.push_back(
          {std::string(e.key.ns()), entity.empty() ? event_row_name(e.key) : std::string(e.key.check()), event_show(e, *texts)});
    return items;
  };
  if (call->who.guest && selection.value.any())  // it would disclose what is hidden
    return answer_denied(call, 403, 4, "guests may not select events by labels and fields: log in");
  if (call->who.guest) source.show = [](const ListItem& item) { return event_for_guest(item.json); };
  if (selection.value.any()) source.keep = [s = selection.value](const ListItem& item) { return selection_matches(s, "event", item.json); };
  list_start(call, std::move(source));
}

void event_get(CallPtr call) {
  auto found = event_present(call->backend, key_of(*call));
  if (!found.ok()) return answer_unread(call, found.status);
  const std::string json = call->who.guest ? event_for_guest(event_json(found.value)) : event_json(found.value);
  answer_stored(call, json, json);
}

// Reasons quote filters and handlers, which guests of the dashboard may not read.
static std::string decisions_for(const ApiCall& call, std::string json) {
  if (!call.who.guest) return json;
  std::string handlers = "[";
  for (std::string_view note : json_items(json_at(json, {"handlers"})).value) {
    JsonObject o;
    for (const char* key : {"handler", "pipeline", "workflow", "outcome"})
      if (const std::string_view value = json_at(note, {key}); !value.empty()) o.add_raw(key, value);
    handlers += (handlers.size() > 1 ? "," : "") + o.done();
  }
  JsonObject o;
  for (const char* key : {"timestamp", "event_timestamp", "id", "status"})
    if (const std::string_view value = json_at(json, {key}); !value.empty()) o.add_raw(key, value);
  return o.add_raw("handlers", handlers + "]").done();
}

// What was decided about the handlers of the last state, and how they ended: pipelines.h keeps it.
// `?under_way=true`: the notifications under way count instead, when there is something.
void event_decisions(CallPtr call) {
  const Backend* b = call->backend;
  if (query_get(call->request.query, "under_way") == "true")
    if (auto now = pipelines_under_way(*b->pipelines, key_of(*call)); now.ok())
      return answer_json(call, 200, decisions_for(*call, std::move(now.value)));
  auto found = decisions_json(b->store, b->pipelines->decisions, key_of(*call));
  if (!found.ok()) return answer_unread(call, found.status);
  answer_json(call, 200, decisions_for(*call, std::move(found.value)));
}

static void answer_history(const CallPtr& call, const EventKey& key) {
  auto json = metric_history_json(call->backend, key);
  json.ok() ? answer_json(call, 200, std::move(json.value)) : answer_unread(call, json.status);
}

void event_metrics(CallPtr call) {
  const EventKey key = key_of(*call);
  auto found = event_present(call->backend, key);
  if (!found.ok()) return answer_unread(call, found.status);
  answer_history(call, key);
}

// Of events without a check: StatsD and the like.
void entity_metrics(CallPtr call) {
  const PathVariables& p = call->path;
  auto found = store_get(call->backend->store, "entities", p.ns, p.id);
  if (!found.ok()) return answer_unread(call, found.status);
  answer_history(call, {p.ns, p.id, ""});
}

// ---- writing ----

static Status mismatch(const char* what, const std::string& got, const std::string& want) {
  return fail(Err::invalid,
              std::string("the ") + what + " of the resource (" + got + ") does not match the " + what + " of the URI (" + want + ")");
}

// Missing names come from the URL; others must be those of the URL.
static Status place(std::string& name, const std::string& of_url, const char* what) {
  if (name.empty()) name = of_url;
  if (!of_url.empty() && name != of_url) return mismatch(what, name, of_url);
  return {};
}

static Status event_place(const ApiCall& call, Event& event, Entity& entity) {
  Status s = place(entity.metadata.ns, call.path.ns, "namespace");
  if (s.ok()) s = place(entity.metadata.name, call.path.id, "name");
  if (!s.ok() || !event.check) return s;
  s = place(event.check->metadata.ns, call.path.ns, "namespace");
  return s.ok() ? place(event.check->metadata.name, call.path.sub, "name") : s;
}

// The entity as stored stands for what the sender thinks of it; one that is not known comes to be with this event.
static Status event_attribute(const ApiCall& call, Event& event, Entity entity) {
  entity.metadata.created_by = call.who.username;
  if (entity.entity_class.empty()) entity.entity_class = "proxy";
  auto stored = store_get(call.backend->store, "entities", entity.metadata.ns, entity.metadata.name);
  if (!stored.ok() && stored.status.code != Err::not_found) return stored.status;
  auto known = stored.ok() ? decode<Entity>(stored.value.body) : Result<Entity>(stored.status);
  event.entity = std::make_shared<const Entity>(known.ok() ? std::move(known.value) : std::move(entity));
  event.metadata.created_by = call.who.username;
  if (event.check) event.check->metadata.created_by = call.who.username;
  if (event.id.empty()) event.id = os_uuid();
  if (event.timestamp == 0) event.timestamp = call.now_s;
  return {};
}

// A result about a proxy entity is stored with that one: so the rights are asked for it, not for the name in the URL.
static Status event_may(const ApiCall& call, const Event& event) {
  const std::string proxy = event.check ? event.check->proxy_entity_name : "";
  if (proxy.empty() || proxy == event.entity->metadata.name) return {};
  return call_may_at(call, event.entity->metadata.ns, proxy + "/" + event.check->metadata.name);
}

static bool event_read(const CallPtr& call, Event* event) {
  std::string text;
  if (!call_body(call, 1, &text)) return false;
  auto decoded = event_decode(text, nullptr, Unknown::drop);
  if (!decoded.ok()) return answer_error(call, 400, 1, "json: cannot unmarshal: " + decoded.status.message), false;
  *event = std::move(decoded.value);
  if (!event->entity) return answer_error(call, 400, 1, "event must contain an entity"), false;
  Entity entity = *event->entity;
  Status s = event_place(*call, *event, entity);
  if (s.ok()) {
    if (entity.entity_class.empty()) entity.entity_class = "proxy";
    event->entity = std::make_shared<const Entity>(entity);
    s = validate_event(*event);
  }
  if (!s.ok()) return answer_error(call, 400, 1, s.message), false;
  if (s = event_may(*call, *event); !s.ok()) return answer_denied(call, 403, 4, s.message), false;
  s = event_attribute(*call, *event, std::move(entity));
  if (!s.ok()) answer_unread(call, s);
  return s.ok();
}

static void event_write(const CallPtr& call) {
  Event event;
  if (!event_read(call, &event)) return;
  if (event.check) {
    const std::string& proxy = event.check->proxy_entity_name;
    call_changes(*call, "events", event.entity->metadata.ns, proxy.empty() ? event.entity->metadata.name : proxy,
                 event.check->metadata.name);
  }
  backend_event(call->backend, std::move(event), EventOrigin::api, [call](Status status) {
    status = store_refusal(status, call->path.ns);
    status.ok() ? answer_json(call, 201, "") : answer_status(call, status);
  });
}

void event_post(CallPtr call) { event_write(call); }
void event_put(CallPtr call) { event_write(call); }

void event_delete(CallPtr call) {
  call_changes(*call, "events", call->path.ns, call->path.id, call->path.sub);
  backend_event_delete(call->backend, key_of(*call), [call](Status status) {
    if (status.code == Err::not_found) return answer_not_found(call);
    status.ok() ? answer_json(call, 204, "") : answer_status(call, status);
  });
}

}  // namespace picket
