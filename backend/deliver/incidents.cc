// backend/deliver/incidents.cc - incidents written with the events and decisions that change them.
#include "backend/deliver/incidents.h"

#include <algorithm>
#include <utility>

#include "common/json/json.h"
#include "common/os/os.h"
#include "common/text/log.h"
#include "backend/deliver/pipelines.h"

namespace picket {
namespace {

constexpr int64_t kTrimS = 24 * 3600;  // between two looks at all

int64_t now_s() { return os_unix_ms() / 1000; }

Incidents& book(const Backend* b) { return b->pipelines->incidents; }

StoreWrite put_of(Incidents& all, const EventKey& key, const Incident& i) {
  std::string body = incident_json(i);
  incidents_enter(all.table, key, i, body.size());
  return write_kept(write_put(kIncidents, i.ns, i.id, std::move(body)));
}

void drop_gone(Incidents& all, const std::vector<IncidentGone>& gone, std::vector<StoreWrite>& batch) {
  for (const IncidentGone& g : gone) batch.push_back(write_kept(write_drop(kIncidents, g.key.ns(), g.id)));
  all.left_out += static_cast<int64_t>(gone.size());
}

// Whatever its event does now, this one is over.
void step_write(Incidents& all, const EventKey& key, const Incident& i, IncidentStep step, std::vector<StoreWrite>& batch) {
  if (step == IncidentStep::none) return;
  batch.push_back(put_of(all, key, i));
  all.began += step == IncidentStep::began;
  if (step != IncidentStep::ended) return;
  all.ended++;
  drop_gone(all, incidents_trim(all.table, key, now_s()), batch);
}

// ---- decisions ----

uint32_t status_of(const HandlerRun& run) { return run.event->check ? run.event->check->status : 0; }

// Of an OK result that belongs to no incident only the end that is sent at last is of interest.
bool is_late_end(const RouteNote& note) { return note.alert || note.alert_if_failed; }

bool decide(Incident& i, const HandlerRun& run, bool late_only) {
  const int64_t now = now_s();
  bool any = false;
  for (const RouteNote& note : run.notes)
    if (!late_only || is_late_end(note)) any |= incident_decide(i, incident_decision(note, status_of(run), now));
  return any;
}

// The incident itself: the one in memory, or as it is stored.
template <class Change>
void change(Pipelines* p, const EventKey& key, const std::string& id, const Change& apply) {
  Incidents& all = p->incidents;
  Store* store = p->backend->store;
  if (auto it = all.live.find(key); it != all.live.end() && it->second.id == id) {
    if (apply(it->second)) store_write(store, {put_of(all, key, it->second)}, {});
    return;
  }
  Result<StoredObject> stored = store_get(store, kIncidents, key.ns(), id);
  Result<Incident> incident = stored.ok() ? incident_read(stored.value.body) : Result<Incident>(stored.status);
  if (incident.ok() && apply(incident.value)) store_write(store, {put_of(all, key, incident.value)}, {});
}

}  // namespace

static int place_of(const Pipelines* p) {
  return p->member.empty() ? -1 : static_cast<int>(std::hash<std::string>{}(p->member) % kIncidentPlaces);
}

std::string incidents_result(Backend* b, const EventKey& key, const Event& event, bool routed, std::vector<StoreWrite>& batch) {
  Incidents& all = book(b);
  auto it = all.live.find(key);
  std::optional<Incident> current;
  if (it != all.live.end() && it->second.end == 0) current = std::move(it->second);
  const int64_t now = now_s();
  const IncidentStep step =
      incident_result(current, event, current ? "" : incident_id(os_unix_ms(), &all.last, place_of(b->pipelines)), now);
  if (!current) return "";
  if (step != IncidentStep::none) current->undecided = routed;
  step_write(all, key, *current, step, batch);
  std::string id = current->id;
  if (it != all.live.end()) it->second = std::move(*current);
  else all.live.emplace(key, std::move(*current));
  return id;
}

void incidents_settled(Backend* b, const EventKey& key, const std::string& id) {
  Incidents& all = book(b);
  if (auto it = all.live.find(key); it != all.live.end() && it->second.end != 0 && it->second.id == id) all.live.erase(it);
}

void incidents_write(Backend* b, const EventKey& key, StoreDone done) {
  Incidents& all = book(b);
  auto it = all.live.find(key);
  if (it == all.live.end()) return done(fail(Err::not_found, "the incident has ended"));
  store_write(b->store, {put_of(all, key, it->second)}, std::move(done));
}

std::string incidents_of(const Pipelines* p, const EventKey& key) {
  const IncidentBrief* last = incidents_last(p->incidents.table, key);
  return last ? last->id : "";
}

void incidents_decided(Pipelines* p, const HandlerRun& run) {
  if (!run.event->check) return;
  const bool late_only = run.incident.empty();
  if (late_only && std::none_of(run.notes.begin(), run.notes.end(), is_late_end)) return;
  const std::string id = late_only ? incidents_of(p, run.key) : run.incident;
  if (id.empty()) return;
  change(p, run.key, id, [&](Incident& i) { return decide(i, run, late_only); });
  if (status_of(run) == 0) incidents_settled(p->backend, run.key, id);
}

void incidents_waiting(Pipelines* p, const HandlerRun& run) {
  auto it = p->incidents.live.find(run.key);
  if (run.incident.empty() || it == p->incidents.live.end() || it->second.id != run.incident) return;
  for (size_t n : run.note_of) {
    IncidentDecision d = incident_decision(run.notes[n], status_of(run), now_s());
    d.outcome = "waiting";
    if (d.why.empty()) d.why = "queued";
    (void)incident_decide(it->second, std::move(d));
  }
}

// ---- deletions ----

std::optional<Incident> incidents_forget(Backend* b, const EventKey& key, bool keep, std::vector<StoreWrite>& batch) {
  Incidents& all = book(b);
  auto it = all.live.find(key);
  if (it == all.live.end()) return {};
  Incident before = std::move(it->second);
  all.live.erase(it);
  if (before.end != 0) return {};
  Incident ended = before;
  incident_end(ended, now_s(), kEndedByDeletion);
  batch.push_back(put_of(all, key, ended));
  batch.back().keep = keep;
  all.ended++;
  return before;
}

void incidents_put_back(Backend* b, const EventKey& key, Incident incident) {
  Incidents& all = book(b);
  incidents_enter(all.table, key, incident, incident_json(incident).size());
  all.live.try_emplace(key, std::move(incident));
}

void incidents_namespace_gone(Backend* b, const std::string& ns) {
  Incidents& all = book(b);
  std::vector<IncidentGone> gone;
  for (const auto& [key, briefs] : all.table.of)
    if (key.ns() == ns)
      for (const IncidentBrief& brief : briefs) gone.push_back({key, brief.id});
  std::vector<StoreWrite> batch;
  for (const IncidentGone& g : gone) {
    incidents_remove(all.table, g.key, g.id);
    all.live.erase(g.key);
    batch.push_back(write_kept(write_drop(kIncidents, ns, g.id)));
  }
  if (!batch.empty()) store_write(b->store, std::move(batch), {});
}

// ---- start and stop ----

namespace {

void load_one(Incidents& all, const StoredObject& o) {
  Result<Incident> i = incident_read(o.body);
  if (!i.ok()) {
    log_error("pipelined", "stored incident is invalid and ignored", {{"namespace", o.ns}, {"id", o.name}, {"error", i.status.message}});
    return;
  }
  const EventKey key(o.ns, i.value.entity, i.value.check);
  all.last = std::max(all.last, incident_number(i.value.id));
  incidents_enter(all.table, key, i.value, o.body.size());
  if (i.value.end != 0 && i.value.undecided) all.undecided.push_back({key, o.name});
  if (i.value.end == 0) all.live.insert_or_assign(key, std::move(i.value));
}

// What the event says now; nothing: it cannot be read, and its next result will say.
std::optional<uint32_t> status_now(const Backend* b, const EventKey& key) {
  Result<StoredEvent> stored = event_present(b, key);
  if (stored.status.code == Err::not_found) return 0;
  Result<Event> event = stored.ok() ? event_decode(stored.value.head, nullptr) : Result<Event>(stored.status);
  if (!event.ok()) return {};
  return event.value.check ? event.value.check->status : 0;
}

bool has_mark(const Pipelines* p, const EventKey& key, const std::string& id) {
  return p->marks.count(key) != 0 && incidents_of(p, key) == id;
}

// Those that ended, and nobody knows whether anybody was notified of it.
void recover_ended(Backend* b, std::vector<StoreWrite>& batch) {
  Incidents& all = book(b);
  for (const IncidentGone& u : std::exchange(all.undecided, {})) {
    if (has_mark(b->pipelines, u.key, u.id)) continue;
    Result<Incident> i = incidents_get(b, u.key.ns(), u.id);
    if (i.ok() && incident_interrupted(i.value, now_s())) batch.push_back(put_of(all, u.key, i.value));
  }
}

bool recover_one(Backend* b, const EventKey& key, Incident& i) {
  bool changed = b->pipelines->marks.count(key) == 0 && incident_interrupted(i, now_s());
  if (status_now(b, key).value_or(1) != 0) return changed;
  incident_end(i, now_s(), kEndedUnseen);
  return true;
}

}  // namespace

// In pages, so that not all bodies are in memory at once.
Status incidents_load(Backend* b) {
  constexpr int64_t kPage = 500;
  Incidents& all = book(b);
  std::string ns, name;
  for (;;) {
    auto page = store_list(b->store, kIncidents, "", ns, name, kPage);
    if (!page.ok()) return page.status;
    for (const StoredObject& o : page.value) load_one(all, o);
    if (static_cast<int64_t>(page.value.size()) < kPage) return {};
    ns = page.value.back().ns;
    name = page.value.back().name;
  }
}

Status incidents_recover(Backend* b) {
  Incidents& all = book(b);
  std::vector<StoreWrite> batch;
  for (auto it = all.live.begin(); it != all.live.end();) {
    const bool write = recover_one(b, it->first, it->second);
    if (write) batch.push_back(put_of(all, it->first, it->second));
    it = it->second.end == 0 ? std::next(it) : all.live.erase(it);
  }
  recover_ended(b, batch);
  all.trimmed_s = now_s();
  drop_gone(all, incidents_trim_all(all.table, all.trimmed_s), batch);
  if (!batch.empty()) store_write(b->store, std::move(batch), {});
  return {};
}

void incidents_flush(Backend* b) {
  Incidents& all = book(b);
  std::vector<StoreWrite> batch;
  for (const auto& [key, i] : all.live) batch.push_back(put_of(all, key, i));
  if (!batch.empty()) store_write(b->store, std::move(batch), {});
}

void incidents_look(Backend* b) {
  Incidents& all = book(b);
  const int64_t now = now_s();
  if (now - all.trimmed_s < kTrimS) return;
  all.trimmed_s = now;
  std::vector<StoreWrite> batch;
  drop_gone(all, incidents_trim_all(all.table, now), batch);
  if (!batch.empty()) store_write(b->store, std::move(batch), {});
}

}  // namespace picket
