// backend/ingest/ingest_start.cc - the timer of what time brings, and the rebuilding of it all from the store at a start.
#include <algorithm>

#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/rules/expectation.h"
#include "backend/deliver/announce.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/import_grace.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"
#include "backend/ingest/self_report.h"

namespace picket {
namespace {

constexpr int64_t kTimerMaxMs = 60'000;  // the clock may have jumped: look again at least that often
constexpr std::string_view kTtlOutput = "Last check execution was ";

// ---- the timer ----

void look_at_clock(Backend* b) {
  const int64_t by_ms = clock_set_by(b->ingest->clock, os_unix_ms(), os_mono_ms());
  if (by_ms == 0) return;
  log_warn("backend", "clock of this machine changed; countdowns are not affected, timestamps of events are",
           {{"by_seconds", by_ms / 1000}});
  silences_follow(b, (by_ms < 0 ? by_ms - 999 : by_ms) / 1000);  // rounded down: one that has begun has begun
}

void on_timer(uv_timer_t* t) {
  auto* ingest = static_cast<Ingest*>(t->data);
  Backend* b = ingest->backend;
  look_at_clock(b);
  absence_of_loop(b);
  others_look(b);
  countdowns_look(b);
  silences_look(b);
  absence_look(b);
  expectations_look(b);
  self_look(b);
  incidents_look(b);
  incidents_escalate(b);
  alive_write(b);
  ingest->due_ms = 0;
  ingest_timer(b);
}

// ---- what others write ----

void on_change(Backend* b, const StoreChange& c) {
  Ingest* ingest = b->ingest;
  if (c.kind == "namespaces") {
    if (c.deleted) b->namespaces.erase(c.name);
    else b->namespaces.insert(c.name);
  }
  expectations_change(b, c);
  if (c.kind != "silenced") return;
  const std::string key = c.ns + '\n' + c.name;
  if (c.deleted) silence_delete(ingest->silences, c.ns, c.name), ingest->silences_made.erase(key);
  else silence_read(ingest, *c.object), ingest->silences_made.insert(key);
  ingest_timer(b);
}

// ---- rebuilding ----

struct Rebuild { std::vector<CountdownRow> rows; int64_t newest_s = 0; };

// When the last result came of a check whose silence is stored; 0: that is not known, -1: it is not silent.
int64_t silence_since(std::string_view head) {
  const Result<std::string> last = json_string(json_at(head, {"check", "metadata", "annotations", kLastResultAnnotation}));
  if (last.ok()) return std::max<int64_t>(json_int64(last.value).value, 0);
  const Result<std::string> output = json_string(json_at(head, {"check", "output"}));  // of a version before
  return output.ok() && output.value.compare(0, kTtlOutput.size(), kTtlOutput) == 0 ? 0 : -1;
}

// Looks at the few fields it needs; the state of an event is read when its first event arrives.
void rebuild_event(Backend* b, const StoredEvent& e, Rebuild& out) {
  const std::string_view timestamp = json_at(e.head, {"timestamp"});
  const int64_t at = timestamp.empty() ? 0 : json_int64(timestamp).value;
  const std::string_view ttl_raw = json_at(e.head, {"check", "ttl"});
  const int64_t ttl = ttl_raw.empty() ? 0 : json_int64(ttl_raw).value;
  if (!e.key.is_keepalive()) {
    // One of all agents that take turns is never called dead (liveness.h), nor does it have a countdown of its own.
    if (ttl <= 0 || (json_at(e.head, {"check", "round_robin"}) == "true" && json_at(e.head, {"check", "proxy_entity_name"}).size() <= 2))
      return;
    const int64_t silent_since = silence_since(e.head);
    out.rows.push_back({e.key, ttl, silent_since >= 0, silent_since > 0 ? silent_since : at, silent_since >= 0 ? at : 0});
    return;
  }
  const CachedEntity* entity = entities_find(b->entities, e.key.ns(), e.key.entity());
  Result<Event> event = event_decode(e.head, nullptr);
  if (!entity || !event.ok() || !event.value.check) return;
  out.newest_s = std::max(out.newest_s, at);  // of all events only these have our own clock's time
  const bool dead = event.value.check->status != 0;
  out.rows.push_back(
      {e.key, keepalive_timeout(event.value), dead, dead && event.value.check->last_ok > 0 ? event.value.check->last_ok : at});
}

// In pages, so that the store's memory does not hold all of it at once.
Status rebuild(Backend* b) {
  constexpr int64_t kPage = 1000;
  Ingest* ingest = b->ingest;
  Rebuild found;
  EventKey last;
  for (;;) {
    Result<std::vector<StoredEvent>> page = events_present(b, "", "", last, kPage);
    if (!page.ok()) return page.status;
    for (const StoredEvent& e : page.value) rebuild_event(b, e, found);
    if (static_cast<int64_t>(page.value.size()) < kPage) break;
    last = std::move(page.value.back().key);
  }
  if (found.rows.empty()) return {};
  Result<int64_t> alive_s = alive_read(b);
  if (!alive_s.ok()) return alive_s.status;
  ingest->away_from_s = std::max(found.newest_s, alive_s.value);
  ingest->restored = liveness_restore(ingest->liveness, found.rows, ingest->away_from_s, os_unix_ms(), os_mono_ms());
  Result<ImportGrace> grace = import_grace_read(b->store);
  if (!grace.ok()) return grace.status;
  const int64_t imported = import_grace_restore(ingest->liveness, found.rows, grace.value, os_unix_ms(), os_mono_ms());
  log_info("backend", "keepalive and TTL timers restored",
           {{"restored", ingest->restored.restored},
            {"extended", ingest->restored.extended},
            {"imported", imported},
            {"away_seconds", ingest->restored.away_s}});
  return {};
}

Status load(Backend* b) {
  Ingest* ingest = b->ingest;
  if (Status s = entities_load(b->entities, b->store); !s.ok()) return s;
  auto namespaces = store_list(b->store, "namespaces"), silences = store_list(b->store, "silenced");
  for (const Status* s : {&namespaces.status, &silences.status})
    if (!s->ok()) return *s;
  for (const StoredObject& o : namespaces.value) b->namespaces.insert(o.name);
  for (const StoredObject& o : silences.value) silence_read(ingest, o);
  if (Status s = rebuild(b); !s.ok()) return s;
  return expectations_load(b);
}

}  // namespace

void ingest_timer(Backend* b) {
  Ingest* ingest = b->ingest;
  if (ingest->closed) return;
  const int64_t now = os_mono_ms();
  int64_t due = std::min(liveness_next_due(ingest->liveness), now + kTimerMaxMs);
  if (const int64_t s = silence_next_due(ingest->silences); s != INT64_MAX) due = std::min(due, now + s * 1000 - os_unix_ms());
  due = std::min(due, ingest->alive_at_ms);
  if (ingest->expectations.look_ms) due = std::min(due, ingest->expectations.look_ms);
  due = std::min(due, self_next_ms(b));
  if (store_is_clustered(b->store)) due = std::min(due, now + kMembersLookMs);
  if (incidents_may_escalate(b)) due = std::min(due, now + kEscalationLookMs);
  if (ingest->away_until_ms) due = std::min(due, ingest->away_until_ms);
  const int64_t wait = std::clamp<int64_t>(due - now, 0, kTimerMaxMs);
  if (uv_is_active(reinterpret_cast<uv_handle_t*>(&ingest->timer)) && uv_timer_get_due_in(&ingest->timer) <= static_cast<uint64_t>(wait))
    return;  // it comes earlier, and looks then
  uv_update_time(b->loop);
  ingest->due_ms = now + wait;
  uv_timer_start(&ingest->timer, on_timer, static_cast<uint64_t>(wait), 0);
}

Status ingest_start(Backend* b) {
  Ingest* ingest = b->ingest;
  ingest->backend = b;
  uv_timer_init(b->loop, &ingest->timer);
  ingest->timer.data = ingest;
  if (Status s = load(b); !s.ok()) return s;
  store_watch(
      b->store, [b](const StoreChange& c) { on_change(b, c); }, false);
  if (store_is_clustered(b->store))
    store_watch(b->store, [b](const StoreChange& c) {
      if (!c.own && !b->ingest->closed) others_changed(b, c);
    });
  // What is stored counts again: it is read when the next one comes, which is written whole.
  store_on_lost(b->store, [b](const StoredEvent& e) { b->events.erase(e.key); });
  b->pipelines->on_overload = [b] { ingest_timer(b); };  // which reports it (self_report.h)
  ingest_timer(b);
  return {};
}

void ingest_stop(Backend* b, std::function<void()> done) {
  Ingest* ingest = b->ingest;
  if (!ingest->backend) return done();
  ingest->alive_at_ms = 0;
  if (store_stats(b->store).kept == 0) alive_write(b);
  ingest->closed = std::move(done);
  uv_close(reinterpret_cast<uv_handle_t*>(&ingest->timer), [](uv_handle_t* h) { static_cast<Ingest*>(h->data)->closed(); });
}

}  // namespace picket
