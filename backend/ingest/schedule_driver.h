// backend/ingest/schedule_driver.h - the timer that drives scheduler.h, and what it needs to know from the store.
#pragma once
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "backend/ingest/clock_watch.h"
#include "backend/schedule/scheduler.h"
#include "backend/shared/backend.h"

namespace picket {

struct Scheduling {
  Backend* backend = nullptr;
  Scheduler scheduler;
  ScriptsPtr scripts;
  ClockSetWatch clock;
  uv_timer_t timer{};
  std::function<void(const std::vector<Publish>&)> on_publish = [](const std::vector<Publish>&) {};  // set by sessions_start
  std::function<void()> closed;
};

Status scheduling_start(Backend* backend);
void scheduling_stop(Backend* backend, std::function<void()> done);

void scheduling_entity(Backend* backend, std::shared_ptr<const Entity> entity);
void scheduling_entity_gone(Backend* backend, std::string_view ns, std::string_view name);
void scheduling_ring_join(Backend* backend, const Entity& entity, int64_t ttl_s);
void scheduling_ring_leave(Backend* backend, std::string_view ns, std::string_view agent);

// ---- turns.cc; of a cluster ----
void turns_share(Backend* backend, std::vector<Publish>& due);           // takes out those of round robins: they go by the log
void requests_share(Backend* backend, const std::vector<Publish>& due);  // to the agents of all members
void requests_changed(Backend* backend, const StoreChange& change);

}  // namespace picket
