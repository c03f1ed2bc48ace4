// backend/schedule/ring.cc - round robin: which agent has the turn (B-17 to B-19).
#include <algorithm>
#include <utility>

#include "backend/schedule/scheduler_state.h"

namespace picket {
namespace {

void members_changed(Scheduler& s, Ring& ring) {
  ring.epoch = ++s.generation;
  ring.begin.clear();
}

void members_expire(Scheduler& s, Ring& ring, int64_t now_ns) {
  size_t before = ring.members.size();
  for (auto it = ring.members.begin(); it != ring.members.end();) it = it->second <= now_ns ? ring.members.erase(it) : std::next(it);
  if (ring.members.size() != before) members_changed(s, ring);
}

Ring* ring_find(Scheduler& s, const std::string& key) {
  auto it = s.rings.find(key);
  return it == s.rings.end() ? nullptr : &it->second;
}

// The subscriptions whose members take turns for a check, as one name. A check that names several has one ring of all their members,
// so that one of them runs it, not one of each.
std::string ring_name(const CheckConfig& check) {
  StringList subs;
  for (const std::string& s : check.subscriptions)
    if (subscription_has_ring(s)) subs.push_back(s);
  std::sort(subs.begin(), subs.end());
  subs.erase(std::unique(subs.begin(), subs.end()), subs.end());
  std::string name;
  for (const std::string& s : subs) name += (name.empty() ? "" : "\n") + s;
  return name;
}

StringList ring_parts(const std::string& name) {
  StringList parts;
  for (size_t at = 0; at <= name.size();) {
    const size_t end = std::min(name.find('\n', at), name.size());
    parts.push_back(name.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// Brought up to date when somebody looks. Null: it has no member.
Ring* ring_united(Scheduler& s, const std::string& ns, const std::string& name, int64_t now_ns) {
  std::map<std::string, int64_t> members;
  for (const std::string& part : ring_parts(name)) {
    Ring* ring = ring_find(s, schedule_key(ns, part));
    if (!ring) continue;
    members_expire(s, *ring, now_ns);
    for (const auto& [agent, end_ns] : ring->members) {
      int64_t& end = members[agent];
      end = std::max(end, end_ns);
    }
  }
  const std::string key = schedule_key(ns, name);
  if (members.empty()) return s.united.erase(key), nullptr;
  Ring& united = s.united[key];
  const bool same = united.members.size() == members.size() &&
      std::equal(members.begin(), members.end(), united.members.begin(), [](const auto& a, const auto& b) { return a.first == b.first; });
  united.members = std::move(members);
  if (!same) members_changed(s, united);
  return &united;
}

// Those whose time is over have left it. Null: it has no member.
Ring* ring_now(Scheduler& s, const std::string& ns, const std::string& name, int64_t now_ns) {
  if (name.find('\n') != name.npos) return ring_united(s, ns, name, now_ns);
  Ring* ring = ring_find(s, schedule_key(ns, name));
  if (ring) members_expire(s, *ring, now_ns);
  return ring && !ring->members.empty() ? ring : nullptr;
}

using Members = std::map<std::string, int64_t>;

Members::iterator member_at(Members& members, const std::string& name) {
  auto it = members.lower_bound(name);
  return it == members.end() ? members.begin() : it;
}

// The reference begins every check with the first member, so hundreds of them go around together, all with the same one; and
// many that shared few members stay together when others join, which would have nothing to do meanwhile. Here the first turn
// among new members goes to the member it belongs to, and every check after that begins with the member after that of the check before it.
void begin_turns(Ring& ring, RingTrigger& trigger) {
  auto first = member_at(ring.members, ring.begin.empty() ? trigger.next : ring.begin), following = std::next(first);
  ring.begin = (following == ring.members.end() ? ring.members.begin() : following)->first;
  trigger.next = first->first;
  trigger.epoch = ring.epoch;
}

// `count` members in cyclic order, beginning with the one whose turn it is; the following one has the next turn.
StringList take_turns(Ring& ring, RingTrigger& trigger, size_t count) {
  StringList turns;
  if (trigger.epoch != ring.epoch) begin_turns(ring, trigger);
  auto at = ring.members.lower_bound(trigger.next);
  for (size_t i = 0; i < count; i++, ++at) {
    if (at == ring.members.end()) at = ring.members.begin();
    turns.push_back(at->first);
  }
  trigger.next = (at == ring.members.end() ? ring.members.begin() : at)->first;
  return turns;
}

void wait_for_member(Scheduler& s, const CheckPtr& check, const std::string& name, RingTrigger& trigger) {
  trigger.due_ns = 0;
  trigger.generation = ++s.generation;
  for (const std::string& part : ring_parts(name)) {
    auto& waiting = s.waiting[schedule_key(check->config->metadata.ns, part)];
    waiting.erase(std::remove_if(waiting.begin(), waiting.end(), [&](const auto& w) { return w.expired() || w.lock() == check; }),
                  waiting.end());
    waiting.push_back(check);
  }
}

// The first member has come: the phase of the checks that waited begins now. Many that waited are spread over their interval.
void wake_waiting(Scheduler& s, const std::string& ring_key, int64_t now_ns) {
  auto it = s.waiting.find(ring_key);
  if (it == s.waiting.end()) return;
  auto waiting = std::move(it->second);
  s.waiting.erase(it);
  int64_t count = static_cast<int64_t>(waiting.size()), left = count + 1;
  for (const auto& w : waiting) {
    CheckPtr check = w.lock();
    left--;
    if (!check || check->deleted) continue;
    auto trigger = check->triggers.find(ring_name(*check->config));
    if (trigger == check->triggers.end() || trigger->second.due_ns) continue;
    int64_t lease = ring_lease(*check, now_ns);
    ring_rearm(s, check, std::string(trigger->first), now_ns + (check->by_cron() ? lease : lease / count * left));
  }
}

void publish_turns(Scheduler& s, const CheckPtr& check, Ring& ring, const std::string& subscription, int64_t now_ns,
                   std::vector<Publish>& out) {
  const CheckConfig& config = *check->config;
  RingTrigger& trigger = check->triggers[subscription];
  if (!config.proxy_requests) {
    StringList turn = take_turns(ring, trigger, 1);
    if (may_publish(s, *check, now_ns)) publish_to(s, *check, config, {"entity:" + turn[0]}, now_ns, out);
    return;
  }
  EntityList entities = proxy_entities(s, *check, config, now_ns);
  if (may_publish(s, *check, now_ns) && splay(s, check, entities, subscription, now_ns)) return;  // each takes its turn when it goes out
  StringList turns = take_turns(ring, trigger, entities.size());
  if (!may_publish(s, *check, now_ns)) return;
  for (size_t i = 0; i < entities.size(); i++) publish_proxy_to(s, *check, config, *entities[i], {"entity:" + turns[i]}, now_ns, out);
}

}  // namespace

bool subscription_has_ring(std::string_view subscription) {
  std::string_view kind = subscription.substr(0, 7);
  return kind != "entity:" && kind != "client:";
}

int64_t ring_lease(const ScheduledCheck& check, int64_t now_ns) {
  if (!check.by_cron()) return std::max<int64_t>(check.config->interval, kRingIntervalMin) * kNs;
  int64_t next = regular_next(check, now_ns);
  if (next == INT64_MAX) return INT64_MAX;
  return std::max<int64_t>((next - now_ns) / kNs + 1, kRingIntervalMin) * kNs;
}

void ring_rearm(Scheduler& s, const CheckPtr& check, const std::string& subscription, int64_t at_ns) {
  RingTrigger& trigger = check->triggers[subscription];
  trigger.due_ns = at_ns;
  trigger.generation = ++s.generation;
  heap_push(s, {at_ns, trigger.generation, check, subscription, ""});
}

// One interval after it was defined. Hundreds that are defined together would all run in the same second from then on: they have
// the phases of their names.
static int64_t first_trigger(Ring& ring, const ScheduledCheck& check, int64_t lease, int64_t now_ns) {
  const bool together = now_ns - std::exchange(ring.joined_ns, now_ns) < kNs;
  if (!together || check.by_cron()) return now_ns + lease;
  const auto lease_s = static_cast<uint32_t>(lease / kNs);
  return now_ns + static_cast<int64_t>(interval_phase(check.config->metadata.name, lease_s, static_cast<uint64_t>(now_ns)));
}

void rings_subscribe(Scheduler& s, const CheckPtr& check, int64_t now_ns) {
  const std::string name = ring_name(*check->config);
  for (auto it = check->triggers.begin(); it != check->triggers.end();) it = it->first != name ? check->triggers.erase(it) : std::next(it);
  int64_t lease = ring_lease(*check, now_ns);
  if (lease == INT64_MAX) {
    problem(s, *check->config, "the cron schedule has no run time within five years: the check will not run");
    return;
  }
  if (name.empty()) return problem(s, *check->config, "round robin needs a subscription that several agents share: the check will not run");
  if (check->triggers.count(name)) return;
  Ring* ring = ring_now(s, check->config->metadata.ns, name, now_ns);
  if (ring) ring_rearm(s, check, name, first_trigger(*ring, *check, lease, now_ns));
  else wait_for_member(s, check, name, check->triggers[name]);
}

std::string ring_turn(Scheduler& s, const CheckPtr& check, const std::string& subscription, int64_t now_ns) {
  auto trigger = check->triggers.find(subscription);
  Ring* ring = ring_now(s, check->config->metadata.ns, subscription, now_ns);
  return !ring || trigger == check->triggers.end() ? "" : take_turns(*ring, trigger->second, 1)[0];
}

void ring_fire(Scheduler& s, const CheckPtr& check, const std::string& subscription, int64_t now_ns, std::vector<Publish>& out) {
  RingTrigger& trigger = check->triggers[subscription];
  int64_t due = trigger.due_ns;
  Ring* ring = ring_now(s, check->config->metadata.ns, subscription, now_ns);
  if (!ring) {
    wait_for_member(s, check, subscription, trigger);
    return;
  }
  bool missed = now_ns - due > kMissedNs;
  if (!missed) publish_turns(s, check, *ring, subscription, now_ns, out);
  int64_t from = missed ? now_ns : due, lease = ring_lease(*check, from);
  // Hundreds of checks that missed a turn together keep the phases they were spread over.
  if (missed && !check->by_cron()) from -= (now_ns - due) % lease;
  if (lease != INT64_MAX) ring_rearm(s, check, subscription, std::max(from + lease, now_ns + 1));
}

void scheduler_ring_join(Scheduler& s, std::string_view ns, const StringList& subscriptions, std::string_view agent, int64_t ttl_s,
                         int64_t now_ns) {
  int64_t end_ns = now_ns + std::max<int64_t>(ttl_s, 5) * kNs;
  for (const std::string& subscription : subscriptions) {
    if (!subscription_has_ring(subscription)) continue;
    std::string key = schedule_key(ns, subscription);
    Ring& ring = s.rings[key];
    if (ring.members.insert_or_assign(std::string(agent), end_ns).second) members_changed(s, ring);
    wake_waiting(s, key, now_ns);
  }
}

static void leave(Scheduler& s, const std::string& key, std::string_view agent) {
  auto it = s.rings.find(key);
  if (it == s.rings.end()) return;
  if (it->second.members.erase(std::string(agent))) members_changed(s, it->second);
  if (it->second.members.empty()) s.rings.erase(it);  // its triggers notice when they are due
}

void scheduler_ring_leave(Scheduler& s, std::string_view ns, const StringList& subscriptions, std::string_view agent) {
  for (const std::string& subscription : subscriptions) leave(s, schedule_key(ns, subscription), agent);
}

void scheduler_ring_leave_all(Scheduler& s, std::string_view ns, std::string_view agent) {
  std::string prefix = schedule_key(ns, "");
  std::vector<std::string> keys;
  for (const auto& [key, ring] : s.rings)
    if (key.compare(0, prefix.size(), prefix) == 0) keys.push_back(key);
  for (const std::string& key : keys) leave(s, key, agent);
}

}  // namespace picket
