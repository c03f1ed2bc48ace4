// backend/schedule/scheduler_state.h - what scheduler.cc, ring.cc and publish.cc share.
#pragma once
#include "backend/schedule/scheduler.h"

namespace picket {

inline constexpr int64_t kNs = 1'000'000'000;

// One check's place in one ring.
struct RingTrigger {
  std::string next;    // the member whose turn it is; if it is gone, the one after it by name. Empty before the first turn
  uint64_t epoch = 0;  // the ring's at its last turn: among other members it begins anew
  int64_t due_ns = 0;  // 0 = waits for a first member
  uint64_t generation = 0;
};

struct ScheduledCheck {
  enum Kind { interval, cron, ring_interval, ring_cron } kind = interval;
  std::shared_ptr<const CheckConfig> config;
  std::string key;
  CronSchedule schedule;    // of the cron kinds
  uint64_t generation = 0;  // of the one live entry in the heap
  int64_t due_ns = 0, last_run_ns = 0;
  int64_t last_issued_s = 0;                    // agents discard a request that is not newer than the last one
  std::map<std::string, RingTrigger> triggers;  // of the ring kinds, by subscription
  bool deleted = false;
  // Which entities matched entity_attributes, by the serial of their subject: entities rarely change, ticks are many.
  std::unordered_map<uint64_t, bool> matches;

  bool in_rings() const { return kind == ring_interval || kind == ring_cron; }
  bool by_cron() const { return kind == cron || kind == ring_cron; }
};
using CheckPtr = std::shared_ptr<ScheduledCheck>;

std::string schedule_key(std::string_view ns, std::string_view name);
void heap_push(Scheduler& s, Scheduler::Due due);

// When the check runs next after `after_ns`, by its phase or its cron string; INT64_MAX = never.
int64_t regular_next(const ScheduledCheck& check, int64_t after_ns);

// ring.cc
void rings_subscribe(Scheduler& s, const CheckPtr& check, int64_t now_ns);  // triggers as the subscriptions say
void ring_fire(Scheduler& s, const CheckPtr& check, const std::string& subscription, int64_t now_ns, std::vector<Publish>& out);
std::string ring_turn(Scheduler& s, const CheckPtr& check, const std::string& subscription, int64_t now_ns);  // whose it is; "" = nobody's
int64_t ring_lease(const ScheduledCheck& check, int64_t now_ns);  // nanoseconds between two turns
void ring_rearm(Scheduler& s, const CheckPtr& check, const std::string& subscription, int64_t at_ns);

// publish.cc
bool may_publish(const Scheduler& s, const ScheduledCheck& check, int64_t now_ns);  // publish, subdue, subdues
int64_t next_issued(ScheduledCheck& check, int64_t now_ns);
void publish_due(Scheduler& s, const CheckPtr& check, int64_t now_ns, std::vector<Publish>& out);
void publish_splayed(Scheduler& s, const Scheduler::Due& due, int64_t now_ns, std::vector<Publish>& out);
// One request per entity into the heap, `pause` after each other; false: they are to go out at once. `ring`: see Scheduler::Due.
using EntityList = std::vector<std::shared_ptr<const Entity>>;
bool splay(Scheduler& s, const CheckPtr& check, const EntityList& entities, const std::string& ring, int64_t now_ns);
void publish_to(Scheduler& s, ScheduledCheck& check, const CheckConfig& config, const StringList& subscriptions, int64_t now_ns,
                std::vector<Publish>& out);
void publish_proxy_to(Scheduler& s, ScheduledCheck& check, const CheckConfig& config, const Entity& entity, const StringList& subscriptions,
                      int64_t now_ns, std::vector<Publish>& out);
EntityList proxy_entities(Scheduler& s, ScheduledCheck& check, const CheckConfig& config, int64_t now_ns);
void problem(const Scheduler& s, const CheckConfig& check, std::string_view message);

}  // namespace picket
