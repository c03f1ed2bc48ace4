#include "decisions.h"

#include "common/json.h"

namespace picket {
namespace {

std::string key_of(std::string_view ns, std::string_view name) {
  std::string key;
  key.reserve(ns.size() + name.size() + 1);
  return key.append(ns).append(1, '/').append(name);
}

void mix(uint64_t& hash, uint64_t more) { hash = (hash ^ more) * 0x9e3779b97f4a7c15u + (hash >> 29); }

uint64_t hash_of(uint32_t status, const std::vector<RouteNote>& notes) {
  uint64_t hash = notes.size();
  mix(hash, status);
  for (const RouteNote& n : notes) {
    for (const std::string* text : {&n.handler, &n.pipeline, &n.workflow, &n.why}) mix(hash, std::hash<std::string>()(*text));
    mix(hash, n.outcome);
  }
  return hash == 0 ? 1 : hash;
}

std::string text_of(const Decision& d, std::string_view handlers) {
  JsonObject o;
  o.add("timestamp", d.timestamp).add("event_timestamp", d.event_timestamp).add("id", d.event_id);
  return o.add("status", d.status).add_raw("handlers", handlers).done();
}

StoreWrite write_of(StoreWrite::Op op, std::string_view ns, std::string_view name, std::string body) {
  StoreWrite w;
  w.op = op;
  w.object = {kDecisions, std::string(ns), std::string(name), std::move(body), 0};
  return w;
}

std::string name_of(std::string_view entity, std::string_view check) { return key_of(entity, check); }

}  // namespace

void decisions_note(Store* store, Decisions& decisions, const Event& event, const std::vector<RouteNote>& notes, int64_t now_s) {
  if (!event.check || notes.empty()) return;
  const std::string& ns = event.entity->metadata.ns;
  std::string name = name_of(event.entity->metadata.name, event.check->metadata.name), key = key_of(ns, name);
  Decision& d = decisions[key];
  const uint64_t what = hash_of(event.check->status, notes);
  d.repeated = d.what == what;
  d.status = event.check->status;
  d.timestamp = now_s;
  d.event_timestamp = event.timestamp;
  d.event_id = event.id;
  if (std::exchange(d.what, what) == what) return;
  store_write(store, {write_of(StoreWrite::put, ns, name, text_of(d, route_notes_json(notes)))},
              [&decisions, key = std::move(key)](const Status& s) {
                if (!s.ok()) decisions.erase(key);  // the next one is written, whatever it says
              });
}

Result<std::string> decisions_json(Store* store, const Decisions& decisions, std::string_view ns, const std::string& entity,
                                   const std::string& check) {
  const std::string name = name_of(entity, check);
  Result<StoredObject> stored = store_get(store, kDecisions, ns, name);
  if (!stored.ok()) return stored.status;
  auto it = decisions.find(key_of(ns, name));
  if (it == decisions.end() || !it->second.repeated) return std::move(stored.value.body);
  return text_of(it->second, json_at(stored.value.body, {"handlers"}));
}

void decisions_forget(Store* store, Decisions& decisions, std::string_view ns, std::string_view entity, std::string_view check,
                      std::vector<StoreWrite>& batch) {
  const std::string name = name_of(entity, check);
  decisions.erase(key_of(ns, name));
  if (store_get(store, kDecisions, ns, name).ok()) batch.push_back(write_of(StoreWrite::del, ns, name, ""));
}

void decisions_flush(Store* store, Decisions& decisions) {
  for (auto& [key, d] : decisions) {
    const size_t slash = key.find('/');
    const std::string_view ns = std::string_view(key).substr(0, slash), name = std::string_view(key).substr(slash + 1);
    if (!std::exchange(d.repeated, false)) continue;
    Result<StoredObject> stored = store_get(store, kDecisions, ns, name);
    if (stored.ok()) store_write(store, {write_of(StoreWrite::put, ns, name, text_of(d, json_at(stored.value.body, {"handlers"})))}, {});
  }
}

}  // namespace picket
