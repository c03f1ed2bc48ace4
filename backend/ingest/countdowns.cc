// backend/ingest/countdowns.cc - what time brings: countdowns that end, silences that expire, events that wait for the store;
// and the rebuilding of
// all this from the store at a start.
#include <algorithm>

#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"
#include "backend/ingest/schedule_driver.h"
#include "backend/ingest/self_report.h"
#include "backend/shared/stored_value.h"

namespace picket {
namespace {

constexpr int64_t kTimerMaxMs = 60'000;  // the clock may have jumped: look again at least that often
constexpr std::string_view kTtlOutput = "Last check execution was ";

int64_t now_s() { return os_unix_ms() / 1000; }

bool is_absent(const Status& s) { return s.code == Err::not_found; }

// An event that cannot be understood is as good as absent (that was said when it was read); one that cannot be read is not.
Result<Event> stored_event(Backend* b, const SwitchId& id, std::string_view check) {
  Result<StoredEvent> stored = store_get_event(b->store, id.ns, id.entity, check);
  if (!stored.ok()) return stored.status;
  Result<Event> event = event_of(stored.value);
  return event.ok() ? std::move(event) : Result<Event>(fail(Err::not_found, event.status.message));
}

// The countdown stays: its end is looked at again, until it can be told.
void look_again(Backend* b, const SwitchId& id, const Status& why) {
  log_error("eventd", "a countdown has ended and its event cannot be read; it is told as soon as it can be",
            {{"namespace", id.ns}, {"entity", id.entity}, {"check", id.check.empty() ? "keepalive" : id.check}, {"error", why.message}});
  liveness_put_off(b->ingest->liveness, id, os_mono_ms() + kUnreadAgainMs);
}

// ---- countdowns that ended ----

// What is stored may be another result of that name, which says nothing of the deadline that was missed.
Event keepalive_missed(Event previous, const Expired& x) {
  if (!previous.check) previous.check.emplace();
  if (x.ttl > 0 && x.ttl <= UINT32_MAX) previous.check->timeout = static_cast<uint32_t>(x.ttl);
  return previous;
}

void keepalive_fail(Backend* b, const Expired& x, const Event& previous, const CachedEntity& cached) {
  b->stats.keepalives_dead++;
  const ObjectMeta& m = cached.entity->metadata;
  log_warn("keepalived", "keepalive timed out", {{"namespace", m.ns}, {"entity", m.name}});
  scheduling_ring_leave(b, m.ns, m.name);
  const EntityText text = cached;
  Incoming in;
  const int64_t silent_s = (os_mono_ms() - x.alive_ms) / 1000;  // our clock, not the agent's
  in.event = event_keepalive_fail(keepalive_missed(previous, x), text.entity, now_s(), os_uuid(), silent_s);
  in.origin = EventOrigin::keepalive;
  in.text = &text;
  // Critical is due at its own time, not only when the shorter countdown ends once more.
  const int64_t critical = in.event.check->ttl, warning = in.event.check->timeout;
  const bool is_warning = in.event.check->status == 1;
  (void)ingest_event(b, std::move(in));
  if (!is_warning || critical <= warning) return;
  const int64_t due_ms = std::max(x.alive_ms + critical * 1000, os_mono_ms() + 1000);
  const Switch* s = liveness_find(b->ingest->liveness, x.id);
  if (s && due_ms < s->deadline_ms) liveness_put_off(b->ingest->liveness, x.id, due_ms);
}

// Its entity is known and says who is to be told; what else the stored event would say is made up for by defaults.
Event keepalive_unread(const Expired& x) {
  Event e;
  e.check.emplace();
  e.check->timeout = static_cast<uint32_t>(x.ttl);
  return e;
}

void keepalive_ended(Backend* b, const Expired& x) {
  const CachedEntity* cached = entities_find(b->ingest->entities, x.id.ns, x.id.entity);
  Result<Event> previous = stored_event(b, x.id, "keepalive");
  const bool unread = !previous.ok() && !is_absent(previous.status);
  if (unread && cached) previous = keepalive_unread(x);
  switch (keepalive_expired(cached != nullptr, previous.ok(), cached && cached->entity->deregister)) {
    case KeepaliveVerdict::bury: return unread ? look_again(b, x.id, previous.status) : liveness_bury(b->ingest->liveness, x.id);
    case KeepaliveVerdict::deregister:
      if (Status s = ingest_deregister(b, *cached); !s.ok()) look_again(b, x.id, s);
      return;
    case KeepaliveVerdict::fail: return keepalive_fail(b, x, previous.value, *cached);
  }
}

// Its host is silent, and of that people hear by the keepalive. What it was held back for is made up for when the host is back.
void ttl_hold(Backend* b, const Expired& x, int64_t grace_s) {
  if (liveness_hold(b->ingest->liveness, x.id, grace_s, os_mono_ms()))
    log_warn("eventd", "check ttl expired while its host is silent: held back until the host is back",
             {{"namespace", x.id.ns}, {"entity", x.id.entity}, {"check", x.id.check}});
}

// A host that came back just now has time to run the check. Says when that time is over.
int64_t host_grace_ms(Backend* b, const Expired& x, int64_t grace_s) {
  const Switch* host = liveness_find(b->ingest->liveness, {x.id.ns, x.id.entity, ""});
  const Switch* own = liveness_find(b->ingest->liveness, x.id);
  const int64_t now = os_mono_ms();
  if (host && host->back_ms > 0 && host->back_ms + grace_s * 1000 > now) return host->back_ms + grace_s * 1000;
  return own && own->held ? now + grace_s * 1000 : 0;  // it is back, and nobody heard of it
}

void ttl_ended(Backend* b, const Expired& x) {
  const CachedEntity* cached = entities_find(b->ingest->entities, x.id.ns, x.id.entity);
  const bool ring = x.id.entity.empty();
  Result<Event> previous = ring ? Result<Event>(fail(Err::not_found, "")) : stored_event(b, x.id, x.id.check);
  if (!previous.ok() && !is_absent(previous.status)) return look_again(b, x.id, previous.status);
  switch (
      ttl_expired(cached != nullptr, previous.ok(), !ring && event_status(b, x.id.ns, x.id.entity, "keepalive").value_or(0) != 0, ring)) {
    case TtlVerdict::bury: return liveness_bury(b->ingest->liveness, x.id);
    case TtlVerdict::ignore:
      if (is_absent(store_get(b->store, "checks", x.id.ns, x.id.check).status)) return liveness_bury(b->ingest->liveness, x.id);
      return log_error("eventd", "round robin check ttl not supported", {{"namespace", x.id.ns}, {"check", x.id.check}});
    case TtlVerdict::hold: return ttl_hold(b, x, ttl_grace(x.ttl, previous.value.check ? previous.value.check->interval : 0));
    case TtlVerdict::fail: break;
  }
  const int64_t grace_s = ttl_grace(x.ttl, previous.value.check ? previous.value.check->interval : 0);
  if (const int64_t until_ms = host_grace_ms(b, x, grace_s)) return liveness_put_off(b->ingest->liveness, x.id, until_ms);
  log_warn("eventd", "check ttl expired", {{"namespace", x.id.ns}, {"entity", x.id.entity}, {"check", x.id.check}});
  backend_event(b, event_ttl_fail(previous.value, now_s(), os_uuid(), (os_mono_ms() - x.alive_ms) / 1000), EventOrigin::ttl, {});
}

// ---- the backend's own absence ----

void absence_event(Backend* b, uint32_t status) {
  const CachedEntity* own = entities_find(b->ingest->entities, "sensu-system", b->name);
  if (!own) return;
  backend_event(b, event_backend_away(own->entity, b->ingest->away_from_s, now_s(), b->ingest->restored.extended, status, os_uuid()),
                EventOrigin::api, [](Status s) {
                  if (!s.ok()) log_warn("backend", "the event about the backend's absence was not stored", {{"error", s.message}});
                });
}

void absence_over(Backend* b) {
  if (b->ingest->away_until_ms == 0 || os_mono_ms() < b->ingest->away_until_ms) return;
  b->ingest->away_until_ms = 0;
  absence_event(b, 0);
}

// Written down now and then, so that the next start knows how long we were away: times of events are those of agents' clocks.
constexpr const char* kAliveKind = "cluster";
constexpr const char* kAliveName = "alive";

void write_alive(Backend* b) {
  if (os_mono_ms() < b->ingest->alive_at_ms) return;
  b->ingest->alive_at_ms = os_mono_ms() + kAliveMs;
  StoreWrite w;
  w.object = {kAliveKind, "", kAliveName, std::to_string(now_s()), 0};
  store_write(b->store, {std::move(w)}, [](const Status&) {});  // the next one says it as well
}

Result<int64_t> read_alive(Backend* b) {
  Result<StoredObject> o = store_get(b->store, kAliveKind, "", kAliveName);
  if (!o.ok() && o.status.code != Err::not_found) return o.status;
  return o.ok() ? json_int64(o.value.body).value : 0;
}

// ---- clocks ----

// A silence "for an hour" that was made in this run lasts an hour, whatever the clock is set to meanwhile. One from before the start
// has an end that was right by some clock, and keeps it.
void silences_follow(Backend* b, int64_t by_s) {
  for (const std::string& key : b->ingest->silences_made) {
    const size_t line = key.find('\n');
    Result<StoredObject> o = store_get(b->store, "silenced", key.substr(0, line), key.substr(line + 1));
    Result<Silenced> s = o.ok() ? decode<Silenced>(o.value.body) : Result<Silenced>(o.status);
    if (!s.ok() || s.value.expire <= 0 || s.value.expire_at <= 0) continue;
    s.value.begin += by_s;
    s.value.expire_at += by_s;
    silence_put(b->ingest->silences, s.value);
    StoreWrite w;
    w.object = std::move(o.value);
    w.object.body = encode(s.value);
    w.keep = true;
    store_write(b->store, {std::move(w)}, {});
  }
}

void look_at_clock(Backend* b) {
  const int64_t by_ms = clock_set_by(b->ingest->clock, os_unix_ms(), os_mono_ms());
  if (by_ms == 0) return;
  log_warn("backend", "the clock of this machine was set; countdowns are not touched by it, times of events are",
           {{"by_seconds", by_ms / 1000}});
  silences_follow(b, (by_ms < 0 ? by_ms - 999 : by_ms) / 1000);  // rounded down: one that has begun has begun
}

// While we did not run nobody could be heard.
void look_at_stall(Backend* b) {
  Ingest* ingest = b->ingest;
  const int64_t now = os_mono_ms(), late_ms = ingest->due_ms == 0 ? 0 : now - ingest->due_ms;
  if (late_ms < kStallMs) return;
  const int64_t moved = liveness_stalled(ingest->liveness, late_ms, now);
  log_warn("backend", "the backend did not run for a while: the machine slept, or the process was stopped; deadlines were moved",
           {{"seconds", late_ms / 1000}, {"moved", moved}});
  ingest->away_from_s = now_s() - late_ms / 1000;
  ingest->restored.restored = ingest->restored.extended = moved;
  ingest->restored.away_s = late_ms / 1000;
  ingest->restored.return_s = kRestartReturnMax + kRestartReconnect;
  ingest_tell_absence(b);
}

// ---- the timer ----

// Somebody may have put it anew, and waits for the commit.
bool silence_is_over(Backend* b, const SilenceKey& k) {
  Result<StoredObject> o = store_get(b->store, "silenced", k.ns, k.name);
  Result<Silenced> s = o.ok() ? decode<Silenced>(o.value.body) : Result<Silenced>(o.status);
  return !s.ok() || silence_remaining(s.value, now_s()) == 0;
}

void expire_silences(Backend* b) {
  for (const SilenceKey& k : silence_expired(b->ingest->silences, now_s())) {
    if (!silence_is_over(b, k)) continue;
    StoreWrite w;
    w.op = StoreWrite::drop;
    w.object = {"silenced", k.ns, k.name, "", 0};
    w.keep = true;
    store_write(b->store, {std::move(w)}, {});
  }
}

void on_timer(uv_timer_t* t) {
  auto* ingest = static_cast<Ingest*>(t->data);
  Backend* b = ingest->backend;
  look_at_clock(b);
  look_at_stall(b);
  for (const Expired& x : liveness_tick(ingest->liveness, os_mono_ms(), kExpiredPerTurn))
    x.id.is_keepalive() ? keepalive_ended(b, x) : ttl_ended(b, x);
  expire_silences(b);
  absence_over(b);
  self_look(b);
  write_alive(b);
  ingest->due_ms = 0;
  ingest_timer(b);
}

// ---- caches of what others write ----

void load_silence(Ingest* ingest, const StoredObject& o) {
  Result<Silenced> s = stored_decode<Silenced>(o);
  Status status = s.status;
  if (status.ok()) status = stored_place_check(o, o.ns, silence_name(s.value.subscription, s.value.check));
  if (status.ok()) return silence_put(ingest->silences, s.value);
  silence_delete(ingest->silences, o.ns, o.name);
  log_error("eventd", "stored silence cannot be used", {{"namespace", o.ns}, {"name", o.name}, {"error", status.message}});
}

void on_change(Backend* b, const StoreChange& c) {
  Ingest* ingest = b->ingest;
  if (c.kind == "namespaces") {
    if (c.deleted) ingest->namespaces.erase(c.name);
    else ingest->namespaces.insert(c.name);
  }
  if (c.kind != "silenced") return;
  const std::string key = c.ns + '\n' + c.name;
  if (c.deleted) silence_delete(ingest->silences, c.ns, c.name), ingest->silences_made.erase(key);
  else load_silence(ingest, *c.object), ingest->silences_made.insert(key);
  ingest_timer(b);
}

// ---- rebuilding ----

struct Rebuild { std::vector<SwitchRow> rows; int64_t newest_s = 0; };

// Looks at the few fields it needs; the state of an event is read when its first event arrives.
void rebuild_event(Ingest* ingest, const StoredEvent& e, Rebuild& out) {
  const std::string_view timestamp = json_at(e.head, {"timestamp"});
  const int64_t at = timestamp.empty() ? 0 : json_int64(timestamp).value;
  const std::string_view ttl_raw = json_at(e.head, {"check", "ttl"});
  const int64_t ttl = ttl_raw.empty() ? 0 : json_int64(ttl_raw).value;
  if (e.check != "keepalive") {
    // One of all agents that take turns is never called dead (liveness.h), nor does it have a countdown of its own.
    if (ttl <= 0 || (json_at(e.head, {"check", "round_robin"}) == "true" && json_at(e.head, {"check", "proxy_entity_name"}).size() <= 2))
      return;
    const Result<std::string> output = json_string(json_at(e.head, {"check", "output"}));
    const bool dead = output.ok() && output.value.compare(0, kTtlOutput.size(), kTtlOutput) == 0;
    out.rows.push_back({{e.ns, e.entity, e.check}, ttl, dead, at});
    return;
  }
  const CachedEntity* entity = entities_find(ingest->entities, e.ns, e.entity);
  Result<Event> event = event_decode(e.head, nullptr);
  if (!entity || !event.ok() || !event.value.check) return;
  out.newest_s = std::max(out.newest_s, at);  // of all events only these have our own clock's time
  const bool dead = event.value.check->status != 0;
  out.rows.push_back({{e.ns, e.entity, ""},
                      keepalive_timeout(event.value),
                      dead,
                      dead && event.value.check->last_ok > 0 ? event.value.check->last_ok : at});
}

// In pages, so that the store's memory does not hold all of it at once.
Status rebuild(Backend* b) {
  constexpr int64_t kPage = 1000;
  Ingest* ingest = b->ingest;
  Rebuild found;
  StoredEvent last;
  for (;;) {
    Result<std::vector<StoredEvent>> page = store_list_events(b->store, "", "", last.ns, last.entity, last.check, kPage);
    if (!page.ok()) return page.status;
    for (const StoredEvent& e : page.value) rebuild_event(ingest, e, found);
    if (static_cast<int64_t>(page.value.size()) < kPage) break;
    last = std::move(page.value.back());
  }
  if (found.rows.empty()) return {};
  Result<int64_t> alive_s = read_alive(b);
  if (!alive_s.ok()) return alive_s.status;
  ingest->away_from_s = std::max(found.newest_s, alive_s.value);
  ingest->restored = liveness_restore(ingest->liveness, found.rows, ingest->away_from_s, os_unix_ms(), os_mono_ms());
  log_info("backend", "countdowns go on",
           {{"restored", ingest->restored.restored}, {"extended", ingest->restored.extended}, {"away_seconds", ingest->restored.away_s}});
  return {};
}

Status load(Backend* b) {
  Ingest* ingest = b->ingest;
  if (Status s = entities_load(ingest->entities, b->store); !s.ok()) return s;
  auto namespaces = store_list(b->store, "namespaces"), silences = store_list(b->store, "silenced");
  for (const Status* s : {&namespaces.status, &silences.status})
    if (!s->ok()) return *s;
  for (const StoredObject& o : namespaces.value) ingest->namespaces.insert(o.name);
  for (const StoredObject& o : silences.value) load_silence(ingest, o);
  return rebuild(b);
}

}  // namespace

void ingest_timer(Backend* b) {
  Ingest* ingest = b->ingest;
  if (ingest->closed) return;
  const int64_t now = os_mono_ms();
  int64_t due = std::min(liveness_next_due(ingest->liveness), now + kTimerMaxMs);
  if (const int64_t s = silence_next_due(ingest->silences); s != INT64_MAX) due = std::min(due, now + s * 1000 - os_unix_ms());
  due = std::min(due, ingest->alive_at_ms);
  due = std::min(due, self_next_ms(b));
  if (ingest->away_until_ms) due = std::min(due, ingest->away_until_ms);
  const int64_t wait = std::clamp<int64_t>(due - now, 0, kTimerMaxMs);
  if (uv_is_active(reinterpret_cast<uv_handle_t*>(&ingest->timer)) && uv_timer_get_due_in(&ingest->timer) <= static_cast<uint64_t>(wait))
    return;  // it comes earlier, and looks then
  uv_update_time(b->loop);
  ingest->due_ms = now + wait;
  uv_timer_start(&ingest->timer, on_timer, static_cast<uint64_t>(wait), 0);
}

void ingest_tell_absence(Backend* b) {
  Ingest* ingest = b->ingest;
  if (ingest->restored.restored == 0 || ingest->restored.away_s < kRestartGrace) return;
  ingest->away_until_ms = os_mono_ms() + (std::max(kRestartGrace, ingest->restored.return_s) + kRestartSpread) * 1000;
  absence_event(b, 1);
  ingest_timer(b);
}

Status ingest_deregister(Backend* b, const CachedEntity& cached) {
  const EntityText text = cached;  // the cache forgets it
  const ObjectMeta& m = text.entity->metadata;
  const int64_t now = now_s();
  Result<std::vector<StoredEvent>> events = store_list_events(b->store, m.ns, m.name, "", "", "", 0);
  if (!events.ok()) return events.status;
  if (Status s = ingest_entity_remove(b, m.ns, m.name); !s.ok()) return s;
  log_info("keepalived", "entity deregistered", {{"namespace", m.ns}, {"entity", m.name}});
  for (const StoredEvent& e : events.value) {
    Result<Event> event = event_of(e);
    if (b->pipelines && event.ok()) pipelines_event(b, {std::make_shared<Event>(event_resolved_by_deregistration(event.value, now))});
  }
  const std::string& own = text.entity->deregistration_handler;
  const std::string& handler = own.empty() ? b->config.deregistration_handler : own;
  if (b->pipelines && !handler.empty())
    pipelines_event(b, {std::make_shared<Event>(event_deregistration(text.entity, handler, now, os_uuid()))});
  return {};
}

Status ingest_start(Backend* b) {
  auto* ingest = new Ingest;
  b->ingest = ingest;
  ingest->backend = b;
  uv_timer_init(b->loop, &ingest->timer);
  ingest->timer.data = ingest;
  if (Status s = load(b); !s.ok()) return s;
  store_watch(
      b->store, [b](const StoreChange& c) { on_change(b, c); }, false);
  // What is stored counts again: it is read when the next one comes, which is written whole.
  store_on_lost(b->store, [b](const StoredEvent& e) { b->ingest->events.erase(event_key(e.ns, e.entity, e.check)); });
  ingest_timer(b);
  return {};
}

void ingest_stop(Backend* b, std::function<void()> done) {
  Ingest* ingest = b->ingest;
  if (!ingest) return done();
  ingest->alive_at_ms = 0;
  if (store_stats(b->store).kept == 0) write_alive(b);
  ingest->closed = std::move(done);
  uv_close(reinterpret_cast<uv_handle_t*>(&ingest->timer), [](uv_handle_t* h) { static_cast<Ingest*>(h->data)->closed(); });
}

}  // namespace picket
