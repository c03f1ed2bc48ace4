// backend/ingest/countdowns.cc - countdowns that ended: what is said of an agent or a check that fell silent, or why nothing is.
#include <algorithm>

#include "common/text/log.h"
#include "common/os/os.h"
#include "common/rules/expectation.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"
#include "backend/ingest/schedule_driver.h"

namespace picket {
namespace {

int64_t now_s() { return os_unix_ms() / 1000; }

bool is_absent(const Status& s) { return s.code == Err::not_found; }

// An event that cannot be understood is as good as absent (that was said when it was read); one that cannot be read is not.
Result<Event> present_event(Backend* b, const EventKey& key) {
  Result<StoredEvent> stored = event_present(b, key);
  if (!stored.ok()) return stored.status;
  Result<Event> event = event_of(stored.value);
  return event.ok() ? std::move(event) : Result<Event>(fail(Err::not_found, event.status.message));
}

// The countdown stays: its end is looked at again, until it can be reported.
void look_again(Backend* b, const EventKey& key, const Status& why) {
  log_error("eventd", "countdown expired, but its event cannot be read; retrying",
            {{"namespace", key.ns()}, {"entity", key.entity()}, {"check", key.check()}, {"error", why.message}});
  liveness_put_off(b->ingest->liveness, key, os_mono_ms() + kUnreadAgainMs);
}

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
  const Countdown* s = liveness_find(b->ingest->liveness, x.key);
  if (s && due_ms < s->deadline_ms) liveness_put_off(b->ingest->liveness, x.key, due_ms);
}

// Its entity is known and says who is to be notified; what else the stored event would say is made up for by defaults.
Event keepalive_unread(const Expired& x) {
  Event e;
  e.check.emplace();
  e.check->timeout = static_cast<uint32_t>(x.ttl);
  return e;
}

void keepalive_ended(Backend* b, const Expired& x) {
  const CachedEntity* cached = entities_find(b->entities, x.key.ns(), x.key.entity());
  Result<Event> previous = present_event(b, x.key);
  const bool unread = !previous.ok() && !is_absent(previous.status);
  if (unread && cached) previous = keepalive_unread(x);
  switch (keepalive_expired(cached != nullptr, previous.ok(), cached && cached->entity->deregister)) {
    case KeepaliveVerdict::remove: return unread ? look_again(b, x.key, previous.status) : countdown_remove(b->ingest->liveness, x.key);
    case KeepaliveVerdict::deregister:
      if (Status s = ingest_deregister(b, *cached); !s.ok()) look_again(b, x.key, s);
      return;
    case KeepaliveVerdict::fail: return keepalive_fail(b, x, previous.value, *cached);
  }
}

// Its host is silent, and of that people hear by the keepalive. What it was held back for is made up for when the host is back.
void ttl_hold(Backend* b, const Expired& x, int64_t grace_s) {
  if (liveness_hold(b->ingest->liveness, x.key, grace_s, os_mono_ms()))
    log_warn("eventd", "check ttl expired while its host is down: held back until the host is back",
             {{"namespace", x.key.ns()}, {"entity", x.key.entity()}, {"check", x.key.check()}});
}

// A host that came back just now has time to run the check. Says when that time is over.
int64_t host_grace_ms(Backend* b, const Expired& x, int64_t grace_s) {
  const Countdown* host = liveness_find(b->ingest->liveness, keepalive_key(x.key));
  const Countdown* own = liveness_find(b->ingest->liveness, x.key);
  const int64_t now = os_mono_ms();
  if (host && host->back_ms > 0 && host->back_ms + grace_s * 1000 > now) return host->back_ms + grace_s * 1000;
  return own && own->held ? now + grace_s * 1000 : 0;  // it is back, and nobody heard of it
}

// When a silence is said again, if not every ttl seconds: when the next result that is expected is missed. -1: every ttl seconds.
int64_t missed_next_s(Backend* b, const Expired& x, const Entity& entity, Check& check) {
  if (const auto expected = expectation_of(b, entity, x.key.check())) {
    expectation_stamp(*expected->expect, kByDefinition, now_s(), check);
    return expectation_deadline(*expected->expect, now_s());
  }
  const auto stamped = expectation_stamped(check);
  return stamped ? expectation_deadline(*stamped, now_s()) : -1;
}

// The ttl that is stored is the time to the next report, so that a start knows it.
void silence_report(Backend* b, const Expired& x, Event previous, const Entity& entity) {
  const int64_t silent_s = (os_mono_ms() - x.alive_ms) / 1000;
  const int64_t next_s = previous.check ? missed_next_s(b, x, entity, *previous.check) : -1;
  const int64_t period_s = std::max(next_s - now_s(), kLivenessTtlMin);
  if (next_s > 0) previous.check->ttl = period_s;
  backend_event(b, event_ttl_fail(previous, now_s(), os_uuid(), silent_s), EventOrigin::ttl, {});
  if (next_s > 0) (void)liveness_dead(b->ingest->liveness, x.key, period_s, os_mono_ms());
}

void ttl_ended(Backend* b, const Expired& x) {
  const CachedEntity* cached = entities_find(b->entities, x.key.ns(), x.key.entity());
  const bool ring = x.key.entity().empty();
  Result<Event> previous = ring ? Result<Event>(fail(Err::not_found, "")) : present_event(b, x.key);
  if (!previous.ok() && !is_absent(previous.status)) return look_again(b, x.key, previous.status);
  switch (ttl_expired(cached != nullptr, previous.ok(), !ring && event_status(b, keepalive_key(x.key)).value_or(0) != 0, ring)) {
    case TtlVerdict::remove: return countdown_remove(b->ingest->liveness, x.key);
    case TtlVerdict::ignore:
      if (is_absent(store_get(b->store, "checks", x.key.ns(), x.key.check()).status)) return countdown_remove(b->ingest->liveness, x.key);
      return log_error("eventd", "round robin check ttl not supported", {{"namespace", x.key.ns()}, {"check", x.key.check()}});
    case TtlVerdict::hold: return ttl_hold(b, x, ttl_grace(x.ttl, previous.value.check ? previous.value.check->interval : 0));
    case TtlVerdict::fail: break;
  }
  if (previous.value.check && expectation_is_over(b, *cached->entity, *previous.value.check))
    return countdown_remove(b->ingest->liveness, x.key);
  const int64_t grace_s = ttl_grace(x.ttl, previous.value.check ? previous.value.check->interval : 0);
  if (const int64_t until_ms = host_grace_ms(b, x, grace_s)) return liveness_put_off(b->ingest->liveness, x.key, until_ms);
  log_warn("eventd", "check ttl expired", {{"namespace", x.key.ns()}, {"entity", x.key.entity()}, {"check", x.key.check()}});
  silence_report(b, x, std::move(previous.value), *cached->entity);
}

}  // namespace

void countdowns_look(Backend* b) {
  for (const Expired& x : liveness_tick(b->ingest->liveness, os_mono_ms(), kExpiredPerTurn)) {
    if (others_act(b, x.key)) {
      liveness_put_off(b->ingest->liveness, x.key, os_mono_ms() + kOthersLookMs);
      continue;
    }
    x.key.is_keepalive() ? keepalive_ended(b, x) : ttl_ended(b, x);
  }
}

}  // namespace picket
