// backend/pages/event_rows.cc - three passes over the store (checks, events, decisions) make the table.
#include "backend/pages/event_rows.h"

#include <utility>

#include "backend/api/api_state.h"
#include "backend/deliver/decisions.h"
#include "backend/ingest/ingest.h"
#include "common/os/os.h"
#include "common/text/log.h"

namespace picket {
namespace {

std::string check_key(std::string_view ns, std::string_view name) { return std::string(ns).append(1, '/').append(name); }

// ---- what was decided, from its stored text ----

struct Told { std::string told; bool dependency = false; };

Told told_read(std::string_view body) {
  std::vector<RouteNote::Outcome> outcomes;
  Told out;
  for (std::string_view note : json_items(json_at(body, {"handlers"})).value) {
    RouteNote::Outcome outcome{};
    if (!row_outcome_read(json_string(json_at(note, {"outcome"})).value, &outcome)) continue;
    // What was sent earlier in the incident stays sent, also while its repetition is held back.
    const bool sent = outcome == RouteNote::held_back && json_at(note, {"alert", "told"}) == "true";
    outcomes.push_back(sent ? RouteNote::delivered : outcome);
    if (outcome == RouteNote::held_back && json_string(json_at(note, {"why"})).value.find("depends on ") != std::string::npos)
      out.dependency = true;
  }
  out.told = row_told(outcomes);
  return out;
}

void told_put(EventRow* row, const Told& told) {
  row->told = told.told;
  row->flags = told.dependency ? row->flags | kRowDependency : row->flags & ~unsigned{kRowDependency};
}

// ---- rows from the store ----

// Of the entity only what silences look at.
std::shared_ptr<const Entity> entity_of(const StoredEvent& stored) {
  auto entity = std::make_shared<Entity>();
  if (!stored.entity_json) return entity;
  entity->entity_class = json_string(json_at(*stored.entity_json, {"entity_class"})).value;
  entity->subscriptions = json_strings(json_at(*stored.entity_json, {"subscriptions"})).value;
  return entity;
}

void rows_fail(EventRows* rows, const Status& status) {
  rows->failure = status;
  rows->table.clear();
  rows_done(rows, EventRows::off);
}

void next_pass(EventRows* rows, EventRows::State state) {
  rows->state = state;
  rows->after_ns = rows->after_entity = rows->after_check = "";
}

// What is active while they are made is what the first look afterwards compares with.
void rows_begin(Api* api) {
  EventRows* rows = api->rows.get();
  row_silences_look(&rows->silences, api->backend->ingest->silences, os_unix_ms() / 1000);
  rows->silences.next.clear();
  rows->silences.looked_s = 0;
  next_pass(rows, EventRows::checks);
}

// ---- the passes; each does one batch ----

void checks_pass(Api* api, EventRows* rows) {
  auto listed = store_list(api->backend->store, "checks", "", rows->after_ns, rows->after_check, kRowsBatch);
  if (!listed.ok()) return rows_fail(rows, listed.status);
  for (const StoredObject& o : listed.value) rows->runnable.insert(check_key(o.ns, o.name));
  if (static_cast<int64_t>(listed.value.size()) < kRowsBatch) return next_pass(rows, EventRows::events);
  rows->after_ns = listed.value.back().ns;
  rows->after_check = listed.value.back().name;
}

void events_pass(Api* api, EventRows* rows) {
  auto listed = events_present(api->backend, "", "", {rows->after_ns, rows->after_entity, rows->after_check}, kRowsBatch);
  if (!listed.ok()) return rows_fail(rows, listed.status);
  for (const StoredEvent& e : listed.value) {
    EventRow row;
    if (row_make(api, e, &row)) rows->table[row_key(row.ns, row.entity, row.check)] = std::move(row);
  }
  if (rows->table.size() > kRowsMax) {
    rows->table.clear();
    return rows_done(rows, EventRows::too_many);
  }
  if (static_cast<int64_t>(listed.value.size()) < kRowsBatch) return next_pass(rows, EventRows::decisions);
  const EventKey& last = listed.value.back().key;
  rows->after_ns = last.ns();
  rows->after_entity = last.entity();
  rows->after_check = last.check();
}

void decisions_pass(Api* api, EventRows* rows) {
  auto listed = store_list(api->backend->store, kDecisions, "", rows->after_ns, rows->after_check, kRowsBatch);
  if (!listed.ok()) return rows_fail(rows, listed.status);
  for (const StoredObject& o : listed.value)
    if (auto it = rows->table.find(check_key(o.ns, o.name)); it != rows->table.end()) told_put(&it->second, told_read(o.body));
  if (static_cast<int64_t>(listed.value.size()) < kRowsBatch) return void(rows->state = EventRows::whole);
  rows->after_ns = listed.value.back().ns;
  rows->after_check = listed.value.back().name;
}

bool is_being_made(const EventRows& rows) {
  return rows.state == EventRows::checks || rows.state == EventRows::events || rows.state == EventRows::decisions;
}

// ---- changes ----

bool row_removed(EventRows* rows, RowChange* out) {
  out->gone = true;
  return rows->table.erase(row_key(out->ns, out->entity, out->check)) > 0;
}

bool event_changed(EventRows* rows, const StoreChange& change, RowChange* out) {
  out->ns = change.ns, out->entity = change.name, out->check = change.check;
  if (change.deleted) return row_removed(rows, out);
  auto [it, is_new] = rows->changed.keys.try_emplace(EventKey(change.ns, change.name, change.check), true);
  if (!is_new) return false;
  rows->changed.order.push_back(&it->first);
  rows->changed.noted++;
  return false;
}

bool decision_changed(EventRows* rows, const StoreChange& change, RowChange* out) {
  auto it = rows->table.find(check_key(change.ns, change.name));
  if (it == rows->table.end() || change.deleted || !change.object) return false;
  const EventRow before = it->second;
  told_put(&it->second, told_read(change.object->body));
  out->ns = it->second.ns, out->entity = it->second.entity, out->check = it->second.check;
  out->row = it->second;
  return before.told != out->row.told || before.flags != out->row.flags;
}

}  // namespace

bool row_make(Api* api, const StoredEvent& stored, EventRow* row) {
  auto event = decode<Event>(stored.head);
  if (!event.ok() || !event.value.check) return false;
  event.value.entity = entity_of(stored);
  *row = event_row(stored.key.ns(), event.value);
  row->entity = stored.key.entity();
  row->check = stored.key.check();
  row->subscriptions = subscription_list(&api->rows->lists, silence_subscriptions(event.value));
  row_silence_set(row, api->backend->ingest->silences, os_unix_ms() / 1000);
  return true;
}

void row_decided(Api* api, EventRow* row) {
  if (auto decision = store_get(api->backend->store, kDecisions, row->ns, row->entity + "/" + row->check); decision.ok())
    told_put(row, told_read(decision.value.body));
}

void rows_done(EventRows* rows, EventRows::State state) {
  rows->state = state;
  for (auto& reader : std::exchange(rows->waiting, {})) reader.ready();
}

void event_rows_want(Api* api, std::function<void()> ready) {
  EventRows* rows = api->rows.get();
  rows->used_ms = os_mono_ms();
  if (rows->state == EventRows::too_many) return ready();
  if (rows->state == EventRows::off) rows_begin(api);
  rows->failure = {};
  rows->waiting.push_back({rows->changed.noted, std::move(ready)});
  if (rows->state == EventRows::whole) rows_keep(api);  // often there is no need to wait
  if (rows->waiting.empty()) return;
  api_wake(api);
}

Status event_rows_status(const EventRows& rows) {
  if (rows.state == EventRows::whole) return {};
  if (rows.state == EventRows::too_many)
    return fail(Err::unavailable, "there are more than " + std::to_string(kRowsMax) + " events: rows are not made; list them by core/v2");
  return rows.failure.ok() ? fail(Err::unavailable, "the backend is stopping") : rows.failure;
}

EventRow event_row_shown(const EventRows& rows, const EventRow& row) {
  EventRow shown = row;
  if (rows.runnable.count(check_key(row.ns, row.check))) shown.flags |= kRowRunnable;
  return shown;
}

bool event_rows_change(Api* api, const StoreChange& change, RowChange* out) {
  EventRows* rows = api->rows.get();
  rows->revision = change.position;
  if (rows->state == EventRows::off || rows->state == EventRows::too_many) return false;
  if (change.is_event) return event_changed(rows, change, out);
  if (change.kind == kDecisions) return decision_changed(rows, change, out);
  if (change.kind == "silenced") rows->silences.looked_s = 0;
  if (change.kind != "checks") return false;
  if (change.deleted) rows->runnable.erase(check_key(change.ns, change.name));
  else rows->runnable.insert(check_key(change.ns, change.name));
  return false;
}

// ---- turns of the loop ----

void rows_open(Api* api) { api->rows = std::make_shared<EventRows>(); }

bool rows_step(Api* api) {
  EventRows* rows = api->rows.get();
  switch (rows->state) {
    case EventRows::checks: checks_pass(api, rows); break;
    case EventRows::events: events_pass(api, rows); break;
    case EventRows::decisions: decisions_pass(api, rows); break;
    case EventRows::whole: return rows_keep(api);
    default: break;
  }
  return is_being_made(*rows) || rows->state == EventRows::whole;
}

void rows_look_idle(Api* api) {
  EventRows* rows = api->rows.get();
  const bool there = rows->state == EventRows::whole || rows->state == EventRows::too_many;
  if (!there || os_mono_ms() - rows->used_ms < kRowsIdleMs) return;
  const int64_t revision = rows->revision;
  *rows = EventRows{};
  rows->revision = revision;
}

void rows_end(Api* api) { rows_done(api->rows.get(), EventRows::off); }

}  // namespace picket
