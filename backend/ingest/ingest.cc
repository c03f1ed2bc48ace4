// backend/ingest/ingest.cc - the steps of one event in a straight line: attribute, silence, merge, write, route.
#include "backend/ingest/ingest.h"

#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/rules/resource_types.h"
#include "backend/deliver/pipelines.h"
#include "backend/shared/event_log.h"
#include "backend/ingest/event_memory.h"
#include "backend/event/own_events.h"
#include "backend/ingest/metric_history.h"
#include "backend/ingest/schedule_driver.h"

namespace picket {

namespace {

int64_t now_s() { return os_unix_ms() / 1000; }

// One event on its way through the steps below.
struct EventInFlight {
  Backend* backend;
  Incoming in;
  EntityText text;  // whose event it is
  int64_t last_seen = 0;
  EventKey key;
  EventSlot* slot = nullptr;
  Merged merged;
  std::string whole_output;  // what truncation took from the stored event
  std::vector<StoreWrite> batch;
  int64_t began_us = 0;
  bool made_entity = false;  // a proxy entity that comes into being with this event
};

// ---- whose event is it (B-50) ----

bool needs_stored_entity(const Event& event) {
  return event.check && (!event.check->proxy_entity_name.empty() || event.entity->entity_class != "agent");
}

Entity proxy_entity(const Event& event) {
  const std::string& name = event.check->proxy_entity_name;
  Entity e;
  if (name.empty()) e = *event.entity;
  else e.metadata.name = name;
  e.metadata.ns = event.entity->metadata.ns;
  e.metadata.created_by = event.entity->metadata.created_by;
  e.entity_class = "proxy";
  entity_subscription_add(e);
  return e;
}

// The stored entity stands for the submitted one; what is not stored yet is created with the event.
void use_stored_entity(EventInFlight& p) {
  const Event& event = p.in.event;
  const std::string& name = event.check->proxy_entity_name.empty() ? event.entity->metadata.name : event.check->proxy_entity_name;
  Entities& entities = p.backend->entities;
  if (const CachedEntity* known = entities_find(entities, event.entity->metadata.ns, name)) {
    p.text = *known;
    return;
  }
  const CachedEntity& made = entities_set(entities, entity_text(proxy_entity(event)), false);
  entity_writes(p.batch, made, false);
  p.text = made;
  p.made_entity = true;
  scheduling_entity(p.backend, made.entity);
}

void attribute(EventInFlight& p) {
  Event& event = p.in.event;
  if (p.in.origin != EventOrigin::ttl && needs_stored_entity(event)) {
    use_stored_entity(p);
  } else if (p.in.text && p.in.text->entity == event.entity) {
    p.text = *p.in.text;
  } else {
    p.text = entity_text(*event.entity);
  }
  event.entity = p.text.entity;
  p.last_seen = event.entity->last_seen != 0 ? event.entity->last_seen : p.in.last_seen;
}

// ---- merge ----

void slot_read(Backend* b, const EventKey& key, EventSlot& slot) {
  Result<StoredEvent> stored = event_present(b, key);
  slot.unread = !stored.ok() && stored.status.code != Err::not_found;
  Result<Event> previous = stored.ok() ? event_decode(stored.value.head, nullptr) : Result<Event>(stored.status);
  if (previous.ok()) slot.state = event_state_of(previous.value);
  slot.token = stored.ok() ? stored.value.revision : 0;
}

EventSlot& slot_of(Backend* b, const EventKey& key) {
  auto [it, added] = b->events.try_emplace(key);
  if (added || it->second.unread) slot_read(b, key, it->second);
  return it->second;
}

// Every result says its ttl anew. One that forgets it (a ping without the parameter) ends the watch over its check, as in the reference.
void countdown_end(const EventInFlight& p, int64_t ttl_before_s) {
  if (p.key.is_keepalive()) return;  // that of the agent is kept by keepalives
  Liveness& liveness = p.backend->ingest->liveness;
  const bool was_running = liveness_find(liveness, p.key) != nullptr;
  countdown_remove(liveness, p.key);
  if (was_running)
    log_warn("eventd", "a result without a ttl stopped the ttl timer of its check: missing results no longer alert",
             {{"namespace", p.key.ns()}, {"entity", p.key.entity()}, {"check", p.key.check()}, {"ttl_before", ttl_before_s}});
}

void merge(EventInFlight& p) {
  Event& event = p.in.event;
  const int64_t now = now_s();
  silence_mark(p.backend->ingest->silences, event, now);
  p.slot = &slot_of(p.backend, p.key);
  if (p.slot->state.known && expectation_announces(event)) return void(p.merged.outcome = MergeOutcome::duplicate);  // or it would be good
  if (p.in.origin != EventOrigin::ttl && !p.key.is_keepalive()) expectation_apply(p.backend, *p.text.entity, event);
  const int64_t ttl_before = p.slot->state.known ? p.slot->state.ttl : 0;
  MergeOptions options;
  options.now_s = now;
  options.may_be_late = p.in.origin == EventOrigin::agent;
  options.seen_ids_max = p.in.comes_again ? kSeenIdsStalledMax : std::min(kSeenIdsStalledMax, kSeenIdsMax + p.in.unacknowledged);
  p.merged = event_merge(event, p.slot->state, options);
  if (p.merged.outcome == MergeOutcome::present && ttl_before > 0 && event.check->ttl <= 0) countdown_end(p, ttl_before);
}

void resolve_silences(EventInFlight& p) {
  if (!p.merged.is_resolution) return;
  Event& event = p.in.event;
  Ingest* ingest = p.backend->ingest;
  for (const std::string& name : silence_resolve(ingest->silences, event, now_s())) {
    silence_delete(ingest->silences, event.entity->metadata.ns, name);
    store_write(p.backend->store, {write_kept(write_drop("silenced", event.entity->metadata.ns, name))}, {});  // it stays ended
  }
}

// The countdown of the check (B-52). Keepalives have one of their own.
void countdown_reset(EventInFlight& p) {
  const Event& event = p.in.event;
  if (p.key.is_keepalive() && p.in.origin == EventOrigin::api) return ingest_loaded_keepalive(p.backend, event);
  if (event.check->ttl <= 0 || p.in.origin == EventOrigin::keepalive || p.key.is_keepalive()) return;
  if (p.in.origin == EventOrigin::ttl) return;  // it counts down again by itself
  const bool ring = event.check->round_robin && event.check->proxy_entity_name.empty();
  const EventKey of_ring = ring ? EventKey(p.key.ns(), "", p.key.check()) : EventKey();
  if (Status s = liveness_alive(p.backend->ingest->liveness, ring ? of_ring : p.key, event.check->ttl, os_mono_ms()); !s.ok())
    log_warn("eventd", "check ttl is not monitored", {{"check", p.key.check()}, {"error", s.message}});
  ingest_timer(p.backend);
}

// ---- store ----

// Metrics are for the pipeline only, the entity has its own row.
std::string event_head(Event& event) {
  std::optional<Metrics> metrics = std::move(event.metrics);
  std::shared_ptr<const Entity> entity = std::move(event.entity);
  event.metrics.reset();
  event.entity = nullptr;
  std::string head = encode(event);
  event.metrics = std::move(metrics);
  event.entity = std::move(entity);
  return head;
}

// What it was merged with, and what the next is to be merged with.
StoreWrite write_merged(EventInFlight& p, StoredEvent event) {
  event.revision = p.slot->token;
  StoreWrite w = write_event(std::move(event));
  w.token = store_token(p.backend->store);
  if (w.token != 0) p.slot->token = w.token;
  return w;
}

// A result from the past: only the history of the present event learns of it (merge.h).
void rewrite_late(EventInFlight& p) {
  Result<StoredEvent> stored = event_present(p.backend, p.key);
  Result<Event> present = stored.ok() ? event_decode(stored.value.head, nullptr) : Result<Event>(stored.status);
  if (!present.ok()) return;
  event_set_history(present.value, p.slot->state);
  stored.value.head = encode(present.value);
  p.batch.push_back(write_merged(p, std::move(stored.value)));
}

// It came before, and may still wait until the store is writable again. An answer now that it is stored must be right.
void write_pending(EventInFlight& p) {
  if (!store_event_is_pending(p.backend->store, p.key)) return;
  Result<StoredEvent> pending = event_present(p.backend, p.key);
  if (pending.ok()) p.batch.push_back(write_merged(p, std::move(pending.value)));
}

bool same_text(const std::shared_ptr<const std::string>& a, const std::shared_ptr<const std::string>& b) {
  return a == b || (a && b && *a == *b);
}

void write_present(EventInFlight& p) {
  if (p.slot->unread) return;
  StoredEvent e{p.key, event_head(p.in.event), nullptr, 0, p.last_seen};
  summary_add(p.backend->times.stored_bytes, int64_t(e.head.size()), p.began_us / 1000);
  if (!same_text(p.slot->entity_json, p.text.json)) e.entity_json = p.text.json;
  p.slot->entity_json = p.text.json;
  p.batch.push_back(write_merged(p, std::move(e)));
}

bool has_pipeline(const Event& event) {
  return (event.check &&
          (!event.check->handlers.empty() || !event.check->pipelines.empty() ||
           event.check->metadata.annotations.count(kDefaultHandlerAnnotation))) ||
      (event.metrics && !event.metrics->handlers.empty()) || !event.pipelines.empty();
}

void count(Backend* b, const Event& event, bool ok) {
  (ok ? b->stats.events_ok : b->stats.events_failed)++;
  if (!ok) return;
  if (event.check) b->stats.events_check++;
  if (event.metrics) b->stats.events_metrics++, b->stats.metric_points += static_cast<int64_t>(event.metrics->points.size());
}

// A result from the past alerts nobody; its metrics carry their own time, and those that store them need them all.
void keep_metrics_only(Event& event) {
  event.check->handlers.clear();
  event.check->pipelines.clear();
  event.check->metadata.annotations.erase(kDefaultHandlerAnnotation);
  event.pipelines.clear();
}

// In the file's line everything is in its place again: head and entity.
void log_event(const EventInFlight& p) {
  if (p.backend->event_log) event_log_add(p.backend->event_log, event_encode_with(p.in.event, entity_text_seen(*p.text.json, p.last_seen)));
}

Status unread_status() { return fail(Err::unavailable, "cannot read the stored event, so it is not overwritten; see the log"); }

StoreDone refused_unread(StoreDone done) {
  if (!done) return done;
  return [done = std::move(done)](const Status& s) { done(s.ok() ? unread_status() : s); };
}

// In a cluster: what it takes to merge an event again.
struct MergeAgain {
  EventKey key;
  std::shared_ptr<Event> event;
  EventOrigin origin = EventOrigin::api;
  std::vector<StoreWrite> extra;
  std::function<std::vector<StoreWrite>()> extra_again;
};

// What happens when the commit is known.
struct AfterCommit {
  Backend* backend;
  EventKey key;
  std::shared_ptr<Event> routed;  // null: nobody wants to hear of it
  std::string whole_output;
  int64_t last_seen = 0;
  uint64_t mark = 0;                   // that its handlers have not ended; 0 = none was written
  std::string incident;                // the event's; "" = none
  std::shared_ptr<const Entity> made;  // that came into being with the event
  int64_t began_us = 0;
  std::function<void(Status)> done;
  std::shared_ptr<MergeAgain> again;  // in a cluster
};

std::shared_ptr<MergeAgain> merge_again_of(EventInFlight& p) {
  if (!store_is_clustered(p.backend->store)) return nullptr;
  auto again = std::make_shared<MergeAgain>();
  again->key = p.key;
  again->origin = p.in.origin;
  again->extra = p.in.extra;
  again->extra_again = p.in.extra_again;
  return again;
}

// What another member wrote counts, and this is merged with it as if it came now.
void merge_again(AfterCommit& a) {
  Backend* b = a.backend;
  MergeAgain& m = *a.again;
  b->events.erase(m.key);
  if (a.mark) pipelines_mark_failed(b->pipelines, m.key, a.mark);
  Incoming in;
  in.event = std::move(*m.event);
  if (!a.whole_output.empty() && in.event.check) in.event.check->output = std::move(a.whole_output);
  in.origin = m.origin;
  in.last_seen = a.last_seen;
  in.extra = m.extra_again ? m.extra_again() : std::move(m.extra);
  in.extra_again = std::move(m.extra_again);
  in.merged_again = true;
  in.done = std::move(a.done);
  (void)ingest_event(b, std::move(in));
}

// Only events that somebody wants to hear of are kept until the commit.
std::shared_ptr<Event> routed_event(EventInFlight& p) {
  if (p.merged.outcome == MergeOutcome::late) keep_metrics_only(p.in.event);
  if (p.merged.outcome == MergeOutcome::duplicate || !has_pipeline(p.in.event)) return nullptr;
  return std::make_shared<Event>(std::move(p.in.event));
}

uint64_t mark_undelivered(EventInFlight& p, bool routed) {
  uint64_t mark = 0;
  if (routed && !p.slot->unread && (p.merged.is_incident || p.merged.is_resolution))
    p.batch.push_back(pipelines_mark(p.backend->pipelines, p.key, &mark));
  return mark;
}

// The sender's own writes go with the event, or not at all.
void join_extra(EventInFlight& p) {
  if (p.slot->unread) p.in.done = refused_unread(std::move(p.in.done)), p.in.extra.clear();
  for (StoreWrite& w : p.in.extra) p.batch.push_back(std::move(w));
}

// What belongs to no incident costs nothing here. Of an event that cannot be read only its status is known.
std::string incident_of(EventInFlight& p) {
  if (p.merged.outcome != MergeOutcome::present || !(p.merged.is_incident || p.merged.is_resolution || p.slot->unread)) return "";
  std::string id = incidents_result(p.backend, p.key, p.in.event, has_pipeline(p.in.event), p.batch);
  if (p.backend->pipelines->escalating) ingest_timer(p.backend);
  return id;
}

// A store that takes nothing does not keep anybody from being alerted.
void after_commit(AfterCommit& a, Status s) {
  Backend* b = a.backend;
  backend_took(b->times.event, a.began_us);
  if (s.code == Err::precondition && a.again) return merge_again(a);
  if (a.made && !s.ok() && s.code != Err::unavailable) entity_reload(b, a.made->metadata.ns, a.made->metadata.name);
  if (!s.ok()) ingest_timer(b);  // which says that the store takes nothing (self_report.h)
  if (a.mark && !s.ok()) pipelines_mark_failed(b->pipelines, a.key, a.mark);
  if (a.routed && (s.ok() || s.code == Err::unavailable))
    pipelines_event(
        b, {std::move(a.routed), std::move(a.whole_output), a.last_seen, s.ok() ? a.mark : 0, false, false, std::move(a.incident)});
  if (a.done) a.done(std::move(s));
}

Status commit(EventInFlight&& p) {
  Backend* b = p.backend;
  const bool unread = p.slot->unread;
  if (p.merged.outcome != MergeOutcome::late && p.merged.outcome != MergeOutcome::duplicate) state_changes_note(&b->changes, p.in.event);
  std::string incident = incident_of(p);
  std::shared_ptr<MergeAgain> again = merge_again_of(p);
  AfterCommit after{b,          {},      routed_event(p), std::move(p.whole_output), p.last_seen, 0, std::move(incident), nullptr,
                    p.began_us, nullptr, nullptr};
  if (again) again->event = after.routed ? after.routed : std::make_shared<Event>(std::move(p.in.event));
  after.again = std::move(again);
  if (!after.routed && !after.incident.empty()) incidents_settled(b, p.key, after.incident);
  join_extra(p);
  after.mark = mark_undelivered(p, after.routed != nullptr);
  if (p.made_entity) after.made = p.text.entity;
  if (after.mark) after.key = std::move(p.key);
  after.done = std::move(p.in.done);
  backend_took(b->times.update, p.began_us);
  Status taken =
      store_hand_in(b->store, std::move(p.batch), [after = std::move(after)](Status s) mutable { after_commit(after, std::move(s)); });
  return unread ? unread_status() : taken;
}

Status admit(Backend* b, const Event& event) {
  if (Status s = validate_event(event); !s.ok()) return s;
  if (!b->namespaces.count(event.entity->metadata.ns))
    return fail(Err::not_found, "namespace " + json_quote(event.entity->metadata.ns) + " not found");
  return {};
}

// A result that cannot be stored would leave a check that runs and never shows. What can be stored of it is, with the reason.
bool made_storable(Incoming& in, const Status& why) {
  if (in.origin != EventOrigin::agent || why.code != Err::invalid || !in.event.entity || !in.event.check) return false;
  const std::string name = in.event.check->metadata.name;
  if (!event_make_storable(in.event) || !validate_event(in.event).ok()) return false;
  log_error(
      "eventd", "invalid result; the reason is stored instead",
      {{"namespace", in.event.entity->metadata.ns}, {"entity", in.event.entity->metadata.name}, {"check", name}, {"error", why.message}});
  return true;
}

Status refuse(Backend* b, Incoming& in, Status s) {
  count(b, in.event, false);
  if (in.done) in.done(std::move(s));
  return {};
}

// In a cluster one may be refused only because it follows an event that is to be merged again: it follows again then.
Status extra_write(Backend* b, std::vector<StoreWrite> extra, std::function<std::vector<StoreWrite>()> again, StoreDone done) {
  if (!again) return store_hand_in(b->store, std::move(extra), std::move(done));
  return store_hand_in(b->store, std::move(extra), [b, again, done = std::move(done)](Status s) {
    if (s.code == Err::precondition) (void)extra_write(b, again(), again, done);
    else done(std::move(s));
  });
}

// Not stored, not merged: straight to the pipeline (B-42).
Status metrics_only(Backend* b, Incoming in) {
  metric_history_take(b, event_key(in.event), in.event);
  if (has_pipeline(in.event)) pipelines_event(b, {std::make_shared<Event>(std::move(in.event))});
  if (!in.extra.empty()) return extra_write(b, std::move(in.extra), std::move(in.extra_again), std::move(in.done));
  if (in.done) in.done({});
  return {};
}

}  // namespace

Status ingest_event(Backend* b, Incoming in) {
  if (in.event.timestamp == 0) in.event.timestamp = now_s();
  if (Status s = admit(b, in.event); !s.ok() && (!made_storable(in, s) || !(s = admit(b, in.event)).ok()))
    return refuse(b, in, std::move(s));
  if (in.comes_again && !in.event.check)  // nothing would know it then, and it would be notified twice
    return refuse(b, in, fail(Err::unavailable, "the store is not writable; metrics without a check are rejected until it is"));
  if (!in.merged_again) count(b, in.event, true);
  in.event.pipelines_listed = false;  // what is stored and passed on knows only lists with something in them
  if (!in.event.check) return metrics_only(b, std::move(in));
  EventInFlight p{};
  p.backend = b;
  p.began_us = backend_clock_us();
  p.in = std::move(in);
  attribute(p);
  p.key = event_key(p.in.event);
  merge(p);
  if (p.merged.outcome != MergeOutcome::duplicate && !p.in.merged_again) metric_history_take(b, p.key, p.in.event);
  if (p.merged.outcome == MergeOutcome::present) {
    p.whole_output = event_truncate_output(p.in.event);
    resolve_silences(p);
    if (!p.in.merged_again) log_event(p);
    write_present(p);
    countdown_reset(p);
  } else if (p.merged.outcome == MergeOutcome::late) {
    rewrite_late(p);
  } else {
    write_pending(p);
  }
  return commit(std::move(p));
}

void backend_event(Backend* b, Event event, EventOrigin origin, std::function<void(Status)> committed) {
  Incoming in;
  in.event = std::move(event);
  in.origin = origin;
  in.done = std::move(committed);
  (void)ingest_event(b, std::move(in));
}

void backend_event_delete(Backend* b, const EventKey& key, StoreDone done) {
  std::vector<StoreWrite> batch;
  auto memory = std::make_shared<EventMemory>(event_forget(b, key, false, batch));
  store_write(b->store, std::move(batch), [b, memory, done = std::move(done)](Status s) {
    event_memory_settle(b, *memory, s);
    if (done) done(std::move(s));
  });
}

}  // namespace picket
