// backend/schedule/scheduler.h - which check is due for which agents (B-1 to B-21). Every rule, no clock, no timer.
//
// The caller passes it checks, entities, ring members, assets and hooks as they change, asks scheduler_next_due when
// to come back, and calls scheduler_tick then. A tick returns the requests to publish. What is due is found by a heap, so
// 100,000 checks cost what is due. Times are unix nanoseconds of the wall clock.
//
// Ticks that were missed (the machine slept, the clock was set forward) are not made up: what is more than kMissedNs late
// waits for its next regular time, each check in its own phase. When the clock is set back, all is armed anew; a run whose time comes
// round again
// within one period of the last one is left out.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/time/cron.h"
#include "common/basic/result.h"
#include "common/types/types.h"
#include "backend/schedule/check_request.h"
#include "backend/script/script.h"

namespace picket {

inline constexpr int64_t kMissedNs = 5'000'000'000;
inline constexpr int64_t kRingIntervalMin = 5;  // seconds; round robin is not faster than that
inline constexpr size_t kPendingMax = 100'000;  // splayed requests waiting for their moment; beyond it they go out at once

// A request to be sent now to every session that has the subscription.
struct Publish {
  std::string ns, subscription, check, proxy_entity;
  std::shared_ptr<const CheckRequest> request;  // shared by the subscriptions of one tick
};

struct ScheduledCheck;  // scheduler_state.h
struct Ring {
  std::map<std::string, int64_t> members;  // agent -> when its membership ends (unix ns)
  uint64_t epoch = 0;                      // which members these are: another number when one comes or goes
  std::string begin;                       // where the next check begins that has had no turn among them; empty before the first
  int64_t joined_ns = 0;                   // when the last check was defined for it
};
struct ScheduledEntity {
  std::shared_ptr<const Entity> entity;
  std::shared_ptr<const ScriptSubject> subject;  // made on first use
};

struct Scheduler {
  RequestCatalog catalog;                                                              // assets and hooks: change it directly
  std::shared_ptr<const Timezone> zone;                                                // of cron schedules without one; null = UTC
  Scripts* scripts = nullptr;                                                          // for proxy_requests; owned by the caller
  std::function<void(const CheckConfig& check, std::string_view message)> on_problem;  // for the log; may be empty
  // A proxy entity lacks what the definition's tokens ask for: its event is to say so, as an agent's would; may be empty.
  std::function<void(const CheckConfig& check, const Entity& proxy, const Status& why)> on_unmatched;

  std::unordered_map<std::string, std::shared_ptr<ScheduledCheck>> checks;              // by "ns\ncheck"
  std::map<std::string, std::map<std::string, ScheduledEntity>> entities;               // by namespace, name
  std::unordered_map<std::string, Ring> rings;                                          // by "ns\nsubscription"
  std::unordered_map<std::string, Ring> united;                                         // of several subscriptions: "ns\na\nb"
  std::unordered_map<std::string, std::vector<std::weak_ptr<ScheduledCheck>>> waiting;  // ring -> checks without a member
  struct Due {
    int64_t at_ns;
    uint64_t generation;  // entries with another one than the check's are stale
    std::shared_ptr<ScheduledCheck> check;
    std::string ring;    // a round robin trigger of that subscription, or ""
    std::string entity;  // a splayed request for that proxy entity, or ""; with a ring: to whose turn it is there then
  };
  std::vector<Due> heap;  // earliest first
  size_t pending = 0;     // splayed requests in the heap
  uint64_t generation = 0;
  int64_t last_tick_ns = 0;
};

// Creates or changes. The phase of an interval check changes only with its interval, that of a cron check with its cron
// string; everything else is used from the next tick on. An invalid schedule is an error and the check is not run.
Status scheduler_put_check(Scheduler& scheduler, std::shared_ptr<const CheckConfig> check, int64_t now_ns);
void scheduler_delete_check(Scheduler& scheduler, std::string_view ns, std::string_view name);

void scheduler_put_entity(Scheduler& scheduler, std::shared_ptr<const Entity> entity);
void scheduler_delete_entity(Scheduler& scheduler, std::string_view ns, std::string_view name);

bool subscription_has_ring(std::string_view subscription);  // an entity's own has not: its one member has no turns to take
// Joins or refreshes (every keepalive): `entity:*` subscriptions have no ring and are ignored.
void scheduler_ring_join(Scheduler& scheduler, std::string_view ns, const StringList& subscriptions, std::string_view agent, int64_t ttl_s,
                         int64_t now_ns);
void scheduler_ring_leave(Scheduler& scheduler, std::string_view ns, const StringList& subscriptions, std::string_view agent);
void scheduler_ring_leave_all(Scheduler& scheduler, std::string_view ns, std::string_view agent);

// The clock was set forward by so much: what counts in durations (memberships, the pauses of a splay) moves along. The regular
// times of checks are those of the clock. Set back, the next tick notices it.
void scheduler_clock_forward(Scheduler& scheduler, int64_t by_ns);

std::vector<Publish> scheduler_tick(Scheduler& scheduler, int64_t now_ns);
int64_t scheduler_next_due(const Scheduler& scheduler);  // unix ns, or INT64_MAX

// Ad hoc: now, whatever publish, subdue, round robin and splay say. `subscriptions` replaces the check's when not empty.
Result<std::vector<Publish>> scheduler_execute(Scheduler& scheduler, std::string_view ns, std::string_view name,
                                               const StringList& subscriptions, int64_t now_ns);

struct SchedulerCounts { int64_t interval = 0, cron = 0, ring_interval = 0, ring_cron = 0; };
SchedulerCounts scheduler_counts(const Scheduler& scheduler, std::string_view ns = {});  // "" = all

// Nanoseconds from now to the first run of an interval check: depends on name and interval only (B-2).
uint64_t interval_phase(std::string_view check_name, uint32_t interval_s, uint64_t now_ns);

}  // namespace picket
