// backend/pages/summary.cc - how things stand, in numbers, and what one may do.
#include <map>

#include "backend/agents/agent_sessions.h"
#include "backend/api/api_state.h"
#include "backend/deliver/pipelines.h"
#include "backend/event/silence.h"
#include "backend/ingest/ingest.h"
#include "backend/pages/event_rows.h"
#include "backend/pages/pages.h"

namespace picket {

namespace {

constexpr int64_t kEndingSoonSeconds = 3600;  // of silences
constexpr size_t kAskedMax = 200;

// Of what one may not list the number is 0.
struct Place {
  bool may_entities = false, may_silences = false;
  RowCounts counts;
  int64_t entities = 0, silences = 0, ending = 0, connected = 0;
};

// Namespaces where the user may list events, with what is there.
Result<std::map<std::string, Place>> places_of(const CallPtr& call) {
  std::map<std::string, Place> places;
  auto namespaces = store_list(call->backend->store, "namespaces");
  if (!namespaces.ok()) return namespaces.status;
  for (const StoredObject& o : namespaces.value)
    if (page_may(*call, "list", o.name, "events", "")) {
      Place& place = places[o.name];
      place.may_entities = page_may(*call, "list", o.name, "entities", "");
      place.may_silences = page_may(*call, "list", o.name, "silenced", "");
    }
  return places;
}

Status silences_count(const CallPtr& call, std::map<std::string, Place>* places) {
  auto listed = store_list(call->backend->store, "silenced");
  for (const StoredObject& o : listed.value) {
    auto place = places->find(o.ns);
    auto silence = decode<Silenced>(o.body);
    if (place == places->end() || !place->second.may_silences || !silence.ok() || !silence_active(silence.value, call->now_s)) continue;
    const int64_t left = silence_remaining(silence.value, call->now_s);
    place->second.silences++;
    if (left >= 0 && left <= kEndingSoonSeconds) place->second.ending++;
  }
  return listed.status;
}

void others_count(const CallPtr& call, std::map<std::string, Place>* places) {
  const Backend& b = *call->backend;
  for (const auto& [key, row] : call->api->rows->table)
    if (auto it = places->find(row.ns); it != places->end()) it->second.counts.add(row);
  for (const auto& [ns, entities] : b.entities.namespaces)
    if (auto it = places->find(ns); it != places->end() && it->second.may_entities)
      it->second.entities = static_cast<int64_t>(entities.size());
  if (!b.sessions) return;
  for (const auto& [ns, count] : b.sessions->by_namespace)
    if (auto it = places->find(ns); it != places->end() && it->second.may_entities) it->second.connected = count;
}

std::string place_json(const std::string& ns, const Place& place) {
  JsonObject o;
  o.add("name", ns).add_raw("counts", row_counts_json(place.counts)).add("entities", place.entities);
  return o.add("silences", place.silences).add("ending", place.ending).add("connected", place.connected).done();
}

void summary_answer(const CallPtr& call, const std::map<std::string, Place>& places) {
  std::string list = "[";
  for (const auto& [ns, place] : places) list += (list.size() > 1 ? "," : "") + place_json(ns, place);
  const Backend& b = *call->backend;
  const Status failure = store_failure(b.store);
  JsonObject store, handlers, o;
  store.add("degraded", !failure.ok()).add("why", failure.message);
  handlers.add("waiting", b.pipelines ? static_cast<int64_t>(pipelines_waiting(*b.pipelines)) : 0).add("lost", b.stats.deliveries_dropped);
  o.add("revision", call->api->rows->revision).add("now", call->now_s).add_raw("namespaces", list + "]");
  answer_json(call, 200, o.add_raw("store", store.done()).add_raw("handlers", handlers.done()).done());
}

// ["delete","events","web1/disk"], the name may be left out.
bool asked(const CallPtr& call, const std::string& ns, std::string_view ask, bool* may) {
  auto words = json_strings(ask);
  if (!words.ok() || words.value.size() < 2 || words.value.size() > 3) return false;
  *may = page_may(*call, words.value[0], ns, words.value[1], words.value.size() == 3 ? words.value[2] : "");
  return true;
}

}  // namespace

void summary_get(CallPtr call) {
  event_rows_want(call->api, [call] {
    if (Status s = event_rows_status(*call->api->rows); !s.ok()) return answer_status(call, s);
    auto places = places_of(call);
    if (!places.ok()) return answer_unread(call, places.status);
    if (Status s = silences_count(call, &places.value); !s.ok()) return answer_unread(call, s);
    others_count(call, &places.value);
    summary_answer(call, places.value);
  });
}

void may_post(CallPtr call) {
  std::string text;
  if (!call_body(call, 1, &text)) return;
  const std::string ns = json_string(body_member(text, "namespace")).value;
  auto asks = json_items(body_member(text, "ask"));
  if (!asks.ok() || asks.value.size() > kAskedMax)
    return answer_error(call, 400, 1, "ask: expected a list of at most " + std::to_string(kAskedMax) + " questions [verb, resource, name]");
  std::string list = "[";
  for (std::string_view ask : asks.value) {
    bool may = false;
    if (!asked(call, ns, ask, &may))
      return answer_error(call, 400, 1, "ask: expected [verb, resource] or [verb, resource, name], got " + std::string(ask.substr(0, 100)));
    list += (list.size() > 1 ? "," : "") + std::string(may ? "true" : "false");
  }
  answer_json(call, 200, JsonObject().add_raw("may", list + "]").done());
}

}  // namespace picket
