// backend/schedule/scheduler.cc - the heap of due checks: phases, ticks, changes (B-1, B-2, B-20).
#include <algorithm>
#include <cstdint>

#include "common/tls/crypto.h"
#include "backend/schedule/scheduler_state.h"

namespace picket {
namespace {

bool due_later(const Scheduler::Due& a, const Scheduler::Due& b) {
  return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.generation > b.generation;
}

Scheduler::Due heap_pop(Scheduler& s) {
  std::pop_heap(s.heap.begin(), s.heap.end(), due_later);
  Scheduler::Due due = std::move(s.heap.back());
  s.heap.pop_back();
  return due;
}

bool stale(const Scheduler::Due& due) {
  const ScheduledCheck& check = *due.check;
  if (check.deleted) return true;
  if (!due.entity.empty()) return false;
  if (due.ring.empty()) return check.generation != due.generation;
  auto trigger = check.triggers.find(due.ring);
  return trigger == check.triggers.end() || trigger->second.generation != due.generation;
}

// Deletions and changes leave stale entries; when they are the majority they are swept out.
void heap_sweep(Scheduler& s) {
  if (s.heap.size() < 1024 || s.heap.size() < 2 * (s.checks.size() + s.pending)) return;
  s.heap.erase(std::remove_if(s.heap.begin(), s.heap.end(),
                              [&](const Scheduler::Due& due) {
                                if (!stale(due)) return false;
                                if (!due.entity.empty()) s.pending--;
                                return true;
                              }),
               s.heap.end());
  std::make_heap(s.heap.begin(), s.heap.end(), due_later);
}

void arm(Scheduler& s, const CheckPtr& check, int64_t at_ns) {
  check->due_ns = at_ns;
  check->generation = ++s.generation;
  if (at_ns == INT64_MAX) return;
  heap_push(s, {at_ns, check->generation, check, "", ""});
}

ScheduledCheck::Kind kind_of(const CheckConfig& c) {
  if (c.cron.empty()) return c.round_robin ? ScheduledCheck::ring_interval : ScheduledCheck::interval;
  return c.round_robin ? ScheduledCheck::ring_cron : ScheduledCheck::cron;
}

Status schedule_validate(const CheckConfig& c) {
  if (c.cron.empty() && c.interval == 0)
    return fail(Err::invalid, "check interval must be greater than 0 or a valid cron schedule must be provided");
  if (!c.cron.empty() && c.interval != 0) return fail(Err::invalid, "must only specify either an interval or a cron schedule");
  return {};
}

bool is_turns(const std::string& subscription) {
  constexpr std::string_view kTurns = "roundrobin:";
  return subscription.compare(0, kTurns.size(), kTurns) == 0;
}

// A check of 1.x says by its subscriptions that members take turns: of `roundrobin:x` one runs it, and only those are members that have
// subscribed to `roundrobin:x` by that name. What a check names beside such is asked of everybody, as in 1.x: two schedules of one check.
struct Turns { std::shared_ptr<const CheckConfig> plain, turns; };

Turns turns_named(std::shared_ptr<const CheckConfig> config) {
  const StringList& subs = config->subscriptions;
  if (config->round_robin || std::none_of(subs.begin(), subs.end(), is_turns)) return {std::move(config), nullptr};
  auto turns = std::make_shared<CheckConfig>(*config), plain = std::make_shared<CheckConfig>(*config);
  turns->round_robin = true;
  auto keep = [](StringList& list, bool which) {
    list.erase(std::remove_if(list.begin(), list.end(), [&](const std::string& s) { return is_turns(s) != which; }), list.end());
  };
  keep(turns->subscriptions, true);
  keep(plain->subscriptions, false);
  if (plain->subscriptions.empty()) return {std::move(turns), nullptr};
  return {std::move(plain), std::move(turns)};
}

// The key of the second schedule of a check.
std::string turns_key(std::string_view ns, std::string_view name) { return schedule_key(ns, name) + "\nroundrobin"; }

// Does the change begin the schedule anew.
bool same_schedule(const ScheduledCheck& old, const CheckConfig& c) {
  return old.kind == kind_of(c) && old.config->interval == c.interval && old.config->cron == c.cron;
}

void begin(Scheduler& s, const CheckPtr& check, int64_t now_ns) {
  check->triggers.clear();
  if (check->in_rings()) {
    check->generation = ++s.generation;
    rings_subscribe(s, check, now_ns);
    return;
  }
  int64_t next = check->by_cron()
      ? regular_next(*check, now_ns)
      : now_ns + static_cast<int64_t>(interval_phase(check->config->metadata.name, check->config->interval, static_cast<uint64_t>(now_ns)));
  if (next == INT64_MAX) problem(s, *check->config, "the cron schedule has no run time within five years: the check will not run");
  arm(s, check, next);
}

void durations_move(Scheduler& s, int64_t by_ns) {
  for (Scheduler::Due& due : s.heap)
    if (!due.entity.empty()) due.at_ns += by_ns;
  std::make_heap(s.heap.begin(), s.heap.end(), due_later);
  for (auto& [key, ring] : s.rings)
    for (auto& [member, end_ns] : ring.members) end_ns += by_ns;
}

// The clock was set back: times that were armed lie too far ahead. What ran already is not run again when its time
// comes round a second time, unless the jump is longer than the check's own period.
void rearm_all(Scheduler& s, int64_t now_ns) {
  int64_t back = s.last_tick_ns - now_ns;
  durations_move(s, -back);
  std::vector<CheckPtr> checks;
  for (auto& [key, check] : s.checks) checks.push_back(check);
  for (const CheckPtr& check : checks) {
    for (auto& [subscription, trigger] : check->triggers)
      if (trigger.due_ns) ring_rearm(s, check, subscription, trigger.due_ns - back);
    if (check->in_rings()) continue;
    int64_t period = check->by_cron() ? 3600 * kNs : check->config->interval * kNs;
    bool again = check->last_run_ns > now_ns && check->last_run_ns - now_ns < period;
    arm(s, check, regular_next(*check, again ? check->last_run_ns : now_ns));
  }
}

void run_regular(Scheduler& s, const CheckPtr& check, int64_t due_ns, int64_t now_ns, std::vector<Publish>& out) {
  bool missed = now_ns - due_ns > kMissedNs;
  // Armed again before the check is processed: the period is constant.
  int64_t next = regular_next(*check, due_ns);
  if (next <= now_ns) next = regular_next(*check, now_ns);
  arm(s, check, next);
  if (missed) return;
  check->last_run_ns = due_ns;
  publish_due(s, check, now_ns, out);
}

void run(Scheduler& s, const Scheduler::Due& due, int64_t now_ns, std::vector<Publish>& out) {
  if (!due.entity.empty()) publish_splayed(s, due, now_ns, out);
  else if (!due.ring.empty()) ring_fire(s, due.check, due.ring, now_ns, out);
  else run_regular(s, due.check, due.at_ns, now_ns, out);
}

}  // namespace

std::string schedule_key(std::string_view ns, std::string_view name) {
  std::string key(ns);
  return key.append("\n").append(name);
}

void heap_push(Scheduler& s, Scheduler::Due due) {
  s.heap.push_back(std::move(due));
  std::push_heap(s.heap.begin(), s.heap.end(), due_later);
}

void problem(const Scheduler& s, const CheckConfig& check, std::string_view message) {
  if (s.on_problem) s.on_problem(check, message);
}

// All in unsigned 64-bit arithmetic: where the hash is smaller than now, the wrap around 2^64 shifts the phase, and
// every backend of the world computes the same shift.
uint64_t interval_phase(std::string_view check_name, uint32_t interval_s, uint64_t now_ns) {
  std::string hash = md5(check_name);
  uint64_t splay = 0;
  for (int i = 7; i >= 0; i--) splay = splay << 8 | static_cast<unsigned char>(hash[static_cast<size_t>(i)]);
  return (splay - now_ns) % (uint64_t(interval_s) * static_cast<uint64_t>(kNs));
}

int64_t regular_next(const ScheduledCheck& check, int64_t after_ns) {
  if (check.by_cron()) {
    int64_t next_s = cron_next(check.schedule, after_ns / kNs);
    return next_s < 0 ? INT64_MAX : next_s * kNs;
  }
  int64_t from = after_ns + 1;
  return from + static_cast<int64_t>(interval_phase(check.config->metadata.name, check.config->interval, static_cast<uint64_t>(from)));
}

namespace {

void forget(Scheduler& s, const std::string& key) {
  auto it = s.checks.find(key);
  if (it == s.checks.end()) return;
  it->second->deleted = true;
  for (const auto& [ring, trigger] : it->second->triggers) s.united.erase(schedule_key(it->second->config->metadata.ns, ring));
  s.checks.erase(it);
}

void put_schedule(Scheduler& s, const std::string& key, std::shared_ptr<const CheckConfig> config, const CronSchedule& cron,
                  int64_t now_ns) {
  CheckPtr& check = s.checks[key];
  bool keeps_phase = check && same_schedule(*check, *config);
  if (!check) check = std::make_shared<ScheduledCheck>();
  check->key = key;
  check->kind = kind_of(*config);
  check->config = std::move(config);
  check->matches.clear();
  check->schedule = cron;
  CheckPtr held = check;
  if (!keeps_phase) begin(s, held, now_ns);
  else if (held->in_rings()) rings_subscribe(s, held, now_ns);
}

}  // namespace

Status scheduler_put_check(Scheduler& s, std::shared_ptr<const CheckConfig> config, int64_t now_ns) {
  CronSchedule cron;
  Status status = schedule_validate(*config);
  if (status.ok() && !config->cron.empty()) {
    Result<CronSchedule> parsed = cron_parse(config->cron, s.zone);
    if (!parsed.ok()) status = because("check cron string is invalid", parsed.status);
    cron = std::move(parsed.value);
  }
  if (!status.ok()) {
    scheduler_delete_check(s, config->metadata.ns, config->metadata.name);
    return status;
  }
  const std::string key = schedule_key(config->metadata.ns, config->metadata.name),
                    of_turns = turns_key(config->metadata.ns, config->metadata.name);
  Turns both = turns_named(std::move(config));
  put_schedule(s, key, std::move(both.plain), cron, now_ns);
  if (both.turns) put_schedule(s, of_turns, std::move(both.turns), cron, now_ns);
  else forget(s, of_turns);
  heap_sweep(s);
  return {};
}

void scheduler_delete_check(Scheduler& s, std::string_view ns, std::string_view name) {
  forget(s, schedule_key(ns, name));
  forget(s, turns_key(ns, name));
  heap_sweep(s);
}

void scheduler_put_entity(Scheduler& s, std::shared_ptr<const Entity> entity) {
  const ObjectMeta& m = entity->metadata;
  s.entities[m.ns][m.name] = {entity, nullptr};
}

void scheduler_delete_entity(Scheduler& s, std::string_view ns, std::string_view name) {
  auto it = s.entities.find(std::string(ns));
  if (it == s.entities.end()) return;
  it->second.erase(std::string(name));
  if (it->second.empty()) s.entities.erase(it);
}

void scheduler_clock_forward(Scheduler& s, int64_t by_ns) { durations_move(s, by_ns); }

std::vector<Publish> scheduler_tick(Scheduler& s, int64_t now_ns) {
  std::vector<Publish> out;
  if (now_ns < s.last_tick_ns - kNs) rearm_all(s, now_ns);
  s.last_tick_ns = now_ns;
  while (!s.heap.empty() && s.heap.front().at_ns <= now_ns) {
    Scheduler::Due due = heap_pop(s);
    if (!due.entity.empty()) s.pending--;
    if (!stale(due)) run(s, due, now_ns, out);
  }
  return out;
}

int64_t scheduler_next_due(const Scheduler& s) { return s.heap.empty() ? INT64_MAX : s.heap.front().at_ns; }

SchedulerCounts scheduler_counts(const Scheduler& s, std::string_view ns) {
  SchedulerCounts n;
  for (const auto& [key, check] : s.checks) {
    if (!ns.empty() && check->config->metadata.ns != ns) continue;
    int64_t* counters[] = {&n.interval, &n.cron, &n.ring_interval, &n.ring_cron};
    (*counters[check->kind])++;
  }
  return n;
}

}  // namespace picket
