// backend/deliver/decisions.cc - decisions compared with the stored ones, written when they differ, read with the times in memory.
#include "backend/deliver/decisions.h"

#include <algorithm>
#include <utility>

#include "common/json/json.h"

namespace picket {
namespace {

void mix(uint64_t& hash, uint64_t more) { hash = (hash ^ more) * 0x9e3779b97f4a7c15u + (hash >> 29); }

uint64_t hash_of(uint32_t status, const std::vector<RouteNote>& notes) {
  uint64_t hash = notes.size();
  mix(hash, status);
  for (const RouteNote& n : notes) {
    for (const std::string* text : {&n.handler, &n.pipeline, &n.workflow, &n.why, &n.not_counted})
      mix(hash, std::hash<std::string>()(*text));
    mix(hash, n.outcome);
    if (n.alert)
      mix(hash,
          static_cast<uint64_t>(n.alert->at) << 33 | uint64_t{n.alert->status} << 2 | uint64_t{n.alert->open} << 1 | n.alert->notified);
  }
  return hash == 0 ? 1 : hash;
}

std::string carried_json(const AlertCarried& c) {
  JsonObject o;
  o.add("occurrences", c.occurrences).add("watermark", c.watermark).add("status", c.status).add("silenced", c.silenced);
  return o.done();
}

std::string text_of(const Decision& d, std::string_view handlers) {
  JsonObject o;
  o.add("timestamp", d.timestamp).add("event_timestamp", d.event_timestamp).add("id", d.event_id);
  o.add("status", d.status).add_raw("handlers", handlers);
  if (d.carried) o.add_raw("carried", carried_json(*d.carried));
  return o.done();
}

StoreWrite put_of(const EventKey& key, const Decision& d, std::string_view handlers) {
  return write_put(kDecisions, key.ns(), event_row_name(key), text_of(d, handlers));
}

// ---- what alert rules remember ----

bool same_place(const RouteNote& a, const RouteNote& b) {
  return a.handler == b.handler && a.pipeline == b.pipeline && a.workflow == b.workflow;
}

std::string string_at(std::string_view object, const char* key) { return json_string(json_at(object, {key})).value; }

std::vector<RouteNote> alerts_of(std::string_view handlers) {
  std::vector<RouteNote> out;
  for (std::string_view h : json_items(handlers).value) {
    if (json_at(h, {"alert"}).empty()) continue;
    RouteNote note{string_at(h, "handler"), string_at(h, "pipeline"), string_at(h, "workflow"), RouteNote::delivered, ""};
    note.alert = AlertMemory{json_at(h, {"alert", "told"}) == "true", json_int64(json_at(h, {"alert", "at"})).value,
                             json_uint32(json_at(h, {"alert", "status"})).value, json_at(h, {"alert", "open"}) == "true"};
    out.push_back(std::move(note));
  }
  return out;
}

std::optional<AlertCarried> carried_of(std::string_view decision) {
  const std::string_view c = json_at(decision, {"carried"});
  if (c.empty()) return {};
  return AlertCarried{json_int64(json_at(c, {"occurrences"})).value, json_int64(json_at(c, {"watermark"})).value,
                      json_uint32(json_at(c, {"status"})).value, json_at(c, {"silenced"}) == "true"};
}

void load_one(Decisions& decisions, const EventKey& key, const std::string& body) {
  if (body.find("\"alert\":") == body.npos && body.find("\"carried\":") == body.npos) return;
  std::vector<RouteNote> alerts = alerts_of(json_at(body, {"handlers"}));
  std::optional<AlertCarried> carried = carried_of(body);
  if (alerts.empty() && !carried) return;
  Decision& d = decisions[key];
  d.alerts = std::move(alerts);
  d.carried = carried;
}

// The incident that was taken over has ended, and no handler was asked.
void carried_end(Store* store, Decisions& decisions, const EventKey& key, const Event& event) {
  auto it = decisions.find(key);
  if (it == decisions.end() || !it->second.carried || event.check->status != 0) return;
  decisions.erase(it);
  store_write(store, {decisions_drop(key)}, [](const Status&) {});  // else it is dropped by the next end
}

template <class Alerts>
auto* alert_find(Alerts& alerts, const RouteNote& whose) {
  auto it = std::find_if(alerts.begin(), alerts.end(), [&](const RouteNote& n) { return same_place(n, whose); });
  return it == alerts.end() ? nullptr : &*it;
}

bool same_alert(const std::optional<AlertMemory>& a, const std::optional<AlertMemory>& b) {
  return a && b && a->at == b->at && a->status == b->status;
}

}  // namespace

std::string decisions_text(const Event& event, std::string_view handlers, int64_t now_s) {
  Decision d;
  d.timestamp = now_s;
  d.event_timestamp = event.timestamp;
  d.event_id = event.id;
  d.status = event.check ? event.check->status : 0;
  return text_of(d, handlers);
}

bool decisions_note(Store* store, Decisions& decisions, const EventKey& key, const Event& event, const std::vector<RouteNote>& notes,
                    int64_t now_s) {
  if (!event.check) return false;
  if (notes.empty()) return carried_end(store, decisions, key, event), false;
  Decision& d = decisions[key];
  const uint64_t what = hash_of(event.check->status, notes);
  d.repeated = d.what == what;
  d.status = event.check->status;
  d.timestamp = now_s;
  d.event_timestamp = event.timestamp;
  d.event_id = event.id;
  if (std::exchange(d.what, what) == what) return false;
  // Kept: alerts go out while nothing can be stored, and whoever decides next must know of them, after a restart or at another member.
  store_write(store, {write_kept(put_of(key, d, route_notes_json(notes)))}, [&decisions, key](const Status& s) {
    if (s.ok()) return;
    if (auto it = decisions.find(key); it != decisions.end()) it->second.what = 0;  // the next one is written, whatever it says
  });
  return true;
}

Status decisions_load(Store* store, Decisions& decisions) {
  auto listed = store_list(store, kDecisions);
  for (const StoredObject& o : listed.value) load_one(decisions, event_row_key(o.ns, o.name), o.body);
  return listed.status;
}

StoreWrite decisions_carry(Decisions& decisions, const EventKey& key, const Event& event, int64_t now_s) {
  const Check& c = *event.check;
  Decision d;
  d.status = c.status;
  d.timestamp = now_s;
  d.event_timestamp = event.timestamp;
  d.event_id = event.id;
  d.carried = AlertCarried{c.occurrences, c.occurrences_watermark, c.status, c.is_silenced || !c.silenced.empty()};
  StoreWrite write = put_of(key, d, "[]");
  decisions[key] = std::move(d);
  return write;
}

const AlertCarried* decisions_carried(const Decisions& decisions, const EventKey& key) {
  auto it = decisions.find(key);
  return it == decisions.end() || !it->second.carried ? nullptr : &*it->second.carried;
}

// What cannot be read is not known: better one alert too many.
void decisions_reload(Store* store, Decisions& decisions, const EventKey& key) {
  decisions.erase(key);
  Result<StoredObject> stored = store_get(store, kDecisions, key.ns(), event_row_name(key));
  if (stored.ok()) load_one(decisions, key, stored.value.body);
}

std::optional<AlertMemory> decisions_alert(const Decisions& decisions, const EventKey& key, const RouteNote& whose) {
  auto it = decisions.find(key);
  const RouteNote* found = it == decisions.end() ? nullptr : alert_find(it->second.alerts, whose);
  return found ? found->alert : std::nullopt;
}

void decisions_alerts_keep(Decisions& decisions, const EventKey& key, const std::vector<RouteNote>& notes) {
  if (key.check().empty()) return;
  const bool any = std::any_of(notes.begin(), notes.end(), [](const RouteNote& n) { return n.alert.has_value(); });
  auto it = decisions.find(key);
  if (!notes.empty() && it != decisions.end()) it->second.carried.reset();
  if (!any && (it == decisions.end() || it->second.alerts.empty())) return;
  Decision& d = decisions[key];
  d.alerts.clear();
  for (const RouteNote& n : notes)
    if (n.alert) d.alerts.push_back(n);
}

// A later event may have been decided meanwhile. What was notified stays; an end that was not is still due.
void decisions_alert_failed(Decisions& decisions, const EventKey& key, RouteNote& note) {
  if (key.check().empty() || !note.alert_if_failed) return;
  const bool was_end = !note.alert;
  const std::optional<AlertMemory> decided = std::exchange(note.alert, std::exchange(note.alert_if_failed, std::nullopt));
  Decision& d = decisions[key];
  RouteNote* kept = alert_find(d.alerts, note);
  if (kept && same_alert(kept->alert, decided)) kept->alert = note.alert;
  else if (kept && kept->alert && was_end) kept->alert->open = true;
  else if (!kept && was_end) d.alerts.push_back(note);
}

Result<std::string> decisions_json(Store* store, const Decisions& decisions, const EventKey& key) {
  Result<StoredObject> stored = store_get(store, kDecisions, key.ns(), event_row_name(key));
  if (!stored.ok()) return stored.status;
  auto it = decisions.find(key);
  if (it == decisions.end() || !it->second.repeated) return std::move(stored.value.body);
  return text_of(it->second, json_at(stored.value.body, {"handlers"}));
}

StoreWrite decisions_drop(const EventKey& key) { return write_drop(kDecisions, key.ns(), event_row_name(key)); }

void decisions_flush(Store* store, Decisions& decisions) {
  for (auto& [key, d] : decisions) {
    if (!std::exchange(d.repeated, false)) continue;
    Result<StoredObject> stored = store_get(store, kDecisions, key.ns(), event_row_name(key));
    if (stored.ok()) store_write(store, {put_of(key, d, json_at(stored.value.body, {"handlers"}))}, {});
  }
}

}  // namespace picket
