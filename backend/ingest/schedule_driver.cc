// backend/ingest/schedule_driver.cc - the scheduler's timer, and the watches that pass it checks, entities, assets and hooks.
#include "backend/ingest/schedule_driver.h"
#include "backend/schedule/scheduler_state.h"

#include <algorithm>

#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/deliver/pipelines.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"
#include "backend/shared/stored_value.h"

namespace picket {
namespace {

// uv counts milliseconds and may be early by one; beyond this the clock is looked at again anyway.
constexpr int64_t kTimerMaxMs = 60'000;

void arm(Scheduling* s);

// Before anything that compares times of the wall clock with those of before.
int64_t now_ns(Scheduling* s) {
  const int64_t now = os_unix_ns(), by_ms = clock_set_by(s->clock, now / 1'000'000, os_mono_ms());
  if (by_ms > 0) scheduler_clock_forward(s->scheduler, by_ms * 1'000'000);
  return now;
}

void on_timer(uv_timer_t* t) {
  auto* s = static_cast<Scheduling*>(t->data);
  std::vector<Publish> due = scheduler_tick(s->scheduler, now_ns(s));
  turns_share(s->backend, due);
  s->on_publish(due);
  arm(s);
}

void arm(Scheduling* s) {
  if (s->closed) return;
  const int64_t due = scheduler_next_due(s->scheduler);
  const int64_t wait_ns = due == INT64_MAX ? kTimerMaxMs * 1'000'000 : due - os_unix_ns();
  const int64_t wait_ms = std::clamp<int64_t>((wait_ns + 999'999) / 1'000'000, 0, kTimerMaxMs);
  uv_update_time(s->backend->loop);
  uv_timer_start(&s->timer, on_timer, static_cast<uint64_t>(wait_ms), 0);
}

// The reference runs a check without assets that nobody has registered, and says nothing. Its events carry it as an annotation.
void say_missing(Scheduling* s, const CheckConfig& check) {
  const StringList missing = assets_missing(check, s->scheduler.catalog);
  if (!missing.empty())
    log_warn("schedulerd", "check uses an unknown asset and runs without it",
             {{"namespace", check.metadata.ns}, {"check", check.metadata.name}, {"asset", missing[0]}});
}

// An asset that is deleted is missed by somebody.
void say_missing_of(Scheduling* s, const std::string& ns, const std::string& asset) {
  for (const auto& [key, check] : s->scheduler.checks) {
    const CheckConfig& c = *check->config;
    if (c.metadata.ns == ns && std::find(c.runtime_assets.begin(), c.runtime_assets.end(), asset) != c.runtime_assets.end())
      say_missing(s, c);
  }
}

void put_check(Scheduling* s, const StoredObject& o) {
  Result<CheckConfig> check = stored_decode<CheckConfig>(o);
  Status status = check.status;
  if (status.ok() && check.value.expect) return scheduler_delete_check(s->scheduler, o.ns, o.name);  // expectations.h
  if (status.ok()) secrets_left_out("schedulerd", "check", check.value.metadata, check.value.secrets);
  if (status.ok()) say_missing(s, check.value);
  if (status.ok()) status = scheduler_put_check(s->scheduler, std::make_shared<const CheckConfig>(std::move(check.value)), os_unix_ns());
  if (status.ok()) return;
  scheduler_delete_check(s->scheduler, o.ns, o.name);
  log_error("schedulerd", "check not scheduled", {{"namespace", o.ns}, {"check", o.name}, {"error", status.message}});
}

template <class T>
void put_definition(std::map<std::string, std::map<std::string, T>>& catalog, const StoredObject& o) {
  Result<T> r = stored_decode<T>(o);
  if (r.ok()) {
    catalog[o.ns][o.name] = std::move(r.value);
    return;
  }
  catalog[o.ns].erase(o.name);
  log_error("schedulerd", "stored definition is invalid and ignored",
            {{"kind", o.kind}, {"namespace", o.ns}, {"name", o.name}, {"error", r.status.message}});
}

template <class T>
void drop_definition(std::map<std::string, std::map<std::string, T>>& catalog, const StoreChange& c) {
  if (auto ns = catalog.find(c.ns); ns != catalog.end()) ns->second.erase(c.name);
}

void on_object(Scheduling* s, const StoredObject& o) {
  if (o.kind == "checks") put_check(s, o);
  if (o.kind == "assets") put_definition(s->scheduler.catalog.assets, o);
  if (o.kind == "hooks") put_definition(s->scheduler.catalog.hooks, o);
}

void on_change(Scheduling* s, const StoreChange& c) {
  if (c.kind != "checks" && c.kind != "assets" && c.kind != "hooks") return;
  if (!c.deleted) {
    on_object(s, *c.object);
  } else if (c.kind == "checks") {
    scheduler_delete_check(s->scheduler, c.ns, c.name);
  } else if (c.kind == "assets") {
    drop_definition(s->scheduler.catalog.assets, c);
    say_missing_of(s, c.ns, c.name);
  } else {
    drop_definition(s->scheduler.catalog.hooks, c);
  }
  arm(s);
}

}  // namespace

Status scheduling_start(Backend* b) {
  Scheduling* s = b->scheduling;
  s->backend = b;
  s->scripts.reset(scripts_open());
  s->scheduler.scripts = s->scripts.get();
  s->scheduler.zone = timezone_local();
  s->scheduler.on_problem = [](const CheckConfig& check, std::string_view message) {
    log_warn("schedulerd", "check not requested", {{"namespace", check.metadata.ns}, {"check", check.metadata.name}, {"error", message}});
  };
  s->scheduler.on_unmatched = [b](const CheckConfig& check, const Entity& proxy, const Status& why) {
    backend_event(b, event_check_unmatched(check, proxy, why, os_unix_ms() / 1000, os_uuid()), EventOrigin::api, [](const Status& stored) {
      if (!stored.ok()) log_warn("schedulerd", "event about unresolved tokens not stored", {{"error", stored.message}});
    });
  };
  uv_timer_init(b->loop, &s->timer);
  s->timer.data = s;
  for (const auto& [ns, entities] : b->entities.namespaces)
    for (const auto& [name, cached] : entities) scheduler_put_entity(s->scheduler, cached.entity);
  for (const char* kind : {"assets", "hooks", "checks"}) {
    auto listed = store_list(b->store, kind);
    if (!listed.ok()) return listed.status;
    for (const StoredObject& o : listed.value) on_object(s, o);
  }
  store_watch(
      b->store,
      [s](const StoreChange& c) {
        if (s->closed) return;
        on_change(s, c);
        requests_changed(s->backend, c);
      },
      false);
  arm(s);
  return {};
}

void scheduling_stop(Backend* b, std::function<void()> done) {
  Scheduling* s = b->scheduling;
  if (!s->backend) return done();
  s->closed = std::move(done);
  // The store's watch points here until the store is closed, so the struct goes with the backend.
  uv_close(reinterpret_cast<uv_handle_t*>(&s->timer), [](uv_handle_t* h) { static_cast<Scheduling*>(h->data)->closed(); });
}

void scheduling_entity(Backend* b, std::shared_ptr<const Entity> entity) {
  scheduler_put_entity(b->scheduling->scheduler, std::move(entity));
}

void scheduling_entity_gone(Backend* b, std::string_view ns, std::string_view name) {
  scheduler_delete_entity(b->scheduling->scheduler, ns, name);
  scheduler_ring_leave_all(b->scheduling->scheduler, ns, name);
  arm(b->scheduling);
}

void scheduling_ring_join(Backend* b, const Entity& entity, int64_t ttl_s) {
  Scheduler& s = b->scheduling->scheduler;
  const int64_t before = scheduler_next_due(s), now = now_ns(b->scheduling);
  scheduler_ring_join(s, entity.metadata.ns, entity.subscriptions, entity.metadata.name, ttl_s, now);
  if (scheduler_next_due(s) < before) arm(b->scheduling);
}

void scheduling_ring_leave(Backend* b, std::string_view ns, std::string_view agent) {
  scheduler_ring_leave_all(b->scheduling->scheduler, ns, agent);
}

Result<int64_t> backend_execute_check(Backend* b, std::string_view ns, std::string_view name, const StringList& subscriptions) {
  const int64_t now_ns = os_unix_ns();
  Result<std::vector<Publish>> due = scheduler_execute(b->scheduling->scheduler, ns, name, subscriptions, now_ns);
  if (!due.ok()) return due.status;
  requests_share(b, due.value);
  arm(b->scheduling);
  return due.value.empty() ? now_ns / 1'000'000'000 : due.value[0].request->issued;
}

}  // namespace picket
