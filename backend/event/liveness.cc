// backend/event/liveness.cc - countdowns in a heap by deadline; the rebuilding of all of them at a start.
#include "backend/event/liveness.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace picket {
namespace {

bool due_later(const Liveness::Due& a, const Liveness::Due& b) { return a.deadline_ms > b.deadline_ms; }

void push(Liveness& l, const EventKey& key, Countdown& s) {
  s.armed_ms = s.deadline_ms;
  s.generation = ++l.generation;
  l.heap.push_back({s.armed_ms, s.generation, key});
  std::push_heap(l.heap.begin(), l.heap.end(), due_later);
}

// A refresh only writes the new deadline down; the entry in the heap surfaces at the old one and is put back then. So
// there is one entry per countdown, however often it is refreshed.
void arm(Liveness& l, const EventKey& key, Countdown& s, int64_t deadline_ms) {
  s.deadline_ms = deadline_ms;
  if (s.armed_ms == 0 || deadline_ms < s.armed_ms) push(l, key, s);
}

const Countdown* find(const Liveness& l, const EventKey& key) {
  auto it = l.countdowns.find(key);
  return it == l.countdowns.end() ? nullptr : &it->second;
}

bool stale(const Liveness& l, const Liveness::Due& due) {
  const Countdown* s = find(l, due.key);
  return !s || s->generation != due.generation;
}

void drop_first(Liveness& l) {
  std::pop_heap(l.heap.begin(), l.heap.end(), due_later);
  l.heap.pop_back();
}

void not_held(Liveness& l, const EventKey& key, Countdown& s) {
  if (!std::exchange(s.held, false)) return;
  auto of_host = l.held.find(keepalive_key(key));
  if (of_host == l.held.end()) return;
  of_host->second.erase(key);
  if (of_host->second.empty()) l.held.erase(of_host);
}

// The host is back: what was held back counts down anew.
void release(Liveness& l, const EventKey& host, int64_t now_ms) {
  auto of_host = l.held.find(host);
  if (of_host == l.held.end()) return;
  const std::set<EventKey> keys = std::move(of_host->second);
  l.held.erase(of_host);
  for (const EventKey& key : keys) {
    auto it = l.countdowns.find(key);
    if (it == l.countdowns.end() || !std::exchange(it->second.held, false)) continue;
    arm(l, key, it->second, now_ms + it->second.grace * 1000);
  }
}

Status set(Liveness& l, const EventKey& key, int64_t ttl_s, bool dead, int64_t now_ms) {
  if (ttl_s < kLivenessTtlMin)
    return fail(Err::invalid,
                "bad ttl: " + std::to_string(ttl_s) + " is less than the minimum value of " + std::to_string(kLivenessTtlMin));
  if (ttl_s > kLivenessTtlMax) ttl_s = kLivenessTtlMax;
  Countdown& s = l.countdowns[key];
  s.ttl = ttl_s;
  if (s.dead && !dead && key.is_keepalive()) {
    s.back_ms = now_ms;
    release(l, key, now_ms);
  }
  s.dead = dead;
  if (!dead) s.alive_ms = now_ms;
  not_held(l, key, s);
  arm(l, key, s, now_ms + ttl_s * 1000);
  return {};
}

// A stable number from a key, to spread what would otherwise happen at once.
int64_t spread_ms(const EventKey& key, int64_t over_s) {
  uint64_t h = 14695981039346656037u;
  for (unsigned char c : key.text) h = (h ^ c) * 1099511628211u;
  h ^= h >> 32;
  return static_cast<int64_t>(h % static_cast<uint64_t>(over_s * 1000));
}

// By when all agents are back after such an absence.
int64_t return_after(int64_t away_s) { return std::min(3 * away_s, kRestartReturnMax) + kRestartReconnect; }

// What is given at least after an absence, or 0 when more is left of the countdown.
int64_t grace_ms(const EventKey& key, int64_t ttl, int64_t left_ms, int64_t return_s) {
  const int64_t least_ms = std::max(std::min(ttl, kRestartGrace), return_s) * 1000;
  return left_ms < least_ms ? least_ms + spread_ms(key, kRestartSpread) : 0;
}

}  // namespace

Status liveness_alive(Liveness& l, const EventKey& key, int64_t ttl_s, int64_t now_ms) { return set(l, key, ttl_s, false, now_ms); }
Status liveness_dead(Liveness& l, const EventKey& key, int64_t ttl_s, int64_t now_ms) { return set(l, key, ttl_s, true, now_ms); }

void countdown_remove(Liveness& l, const EventKey& key) {
  auto it = l.countdowns.find(key);
  if (it == l.countdowns.end()) return;
  not_held(l, it->first, it->second);
  l.countdowns.erase(it);
}

bool liveness_hold(Liveness& l, const EventKey& key, int64_t grace_s, int64_t now_ms) {
  auto it = l.countdowns.find(key);
  if (it == l.countdowns.end()) return false;
  Countdown& s = it->second;
  const bool first = !std::exchange(s.held, true);
  s.dead = false;  // nobody was notified
  s.grace = std::min(grace_s, s.ttl);
  arm(l, key, s, now_ms + std::min(s.ttl, kHeldLook) * 1000);
  if (first) l.held[keepalive_key(key)].insert(key);
  return first;
}

void liveness_put_off(Liveness& l, const EventKey& key, int64_t until_ms) {
  auto it = l.countdowns.find(key);
  if (it == l.countdowns.end()) return;
  not_held(l, key, it->second);
  arm(l, key, it->second, until_ms);
}

const Countdown* liveness_find(const Liveness& l, const EventKey& key) { return find(l, key); }

std::optional<Countdown> liveness_take(Liveness& l, const EventKey& key) {
  const Countdown* found = liveness_find(l, key);
  if (!found) return std::nullopt;
  std::optional<Countdown> taken = *found;
  countdown_remove(l, key);
  return taken;
}

void liveness_put_back(Liveness& l, const EventKey& key, const Countdown& taken) {
  auto [it, added] = l.countdowns.try_emplace(key, taken);
  if (!added) return;
  it->second.armed_ms = 0;
  if (taken.held) l.held[keepalive_key(key)].insert(key);
  arm(l, key, it->second, taken.deadline_ms);
}

std::vector<Expired> liveness_tick(Liveness& l, int64_t now_ms, size_t max) {
  std::vector<Expired> expired;
  while (!l.heap.empty() && (max == 0 || expired.size() < max)) {
    if (stale(l, l.heap.front())) {
      drop_first(l);
      continue;
    }
    if (l.heap.front().deadline_ms > now_ms) break;
    EventKey key = l.heap.front().key;
    drop_first(l);
    Countdown& s = l.countdowns[key];
    s.armed_ms = 0;
    if (s.deadline_ms > now_ms) {
      push(l, key, s);
      continue;
    }
    expired.push_back({key, s.ttl, !s.dead, s.alive_ms});
    s.dead = true;
    arm(l, key, s, now_ms + s.ttl * 1000);
  }
  return expired;
}

int64_t liveness_next_due(const Liveness& l) { return l.heap.empty() ? INT64_MAX : l.heap.front().deadline_ms; }

int64_t liveness_stalled(Liveness& l, int64_t for_ms, int64_t now_ms) {
  int64_t moved = 0;
  for (auto& [key, s] : l.countdowns) {
    const int64_t left_ms = std::clamp<int64_t>(s.deadline_ms - (now_ms - for_ms), 0, s.ttl * 1000);  // when we stopped
    const int64_t grace = grace_ms(key, s.ttl, left_ms, return_after(for_ms / 1000));
    const int64_t deadline_ms = now_ms + std::max(left_ms, grace);
    if (s.dead || deadline_ms <= s.deadline_ms) continue;
    arm(l, key, s, deadline_ms);
    moved++;
  }
  return moved;
}

RestoreReport liveness_restore(Liveness& l, const std::vector<CountdownRow>& rows, int64_t away_from_s, int64_t wall_ms, int64_t now_ms) {
  RestoreReport report;
  const int64_t wall_s = wall_ms / 1000;
  const bool known = away_from_s <= wall_s;
  if (away_from_s <= 0 || !known) away_from_s = wall_s;
  report.away_s = wall_s - away_from_s;
  report.return_s = return_after(known ? report.away_s : kRestartReturnMax);
  for (const CountdownRow& row : rows) {
    if (row.ttl_s < kLivenessTtlMin) continue;
    int64_t ttl = std::min(row.ttl_s, kLivenessTtlMax);
    const EventKey& key = row.key;
    Countdown& s = l.countdowns[key];
    s = {};
    s.ttl = ttl;
    s.dead = row.dead;
    s.alive_ms = now_ms - std::max<int64_t>(wall_s - row.last_alive_s, 0) * 1000;
    report.restored++;
    if (row.dead) {
      const int64_t left_ms = row.reported_s > 0 ? std::clamp<int64_t>(row.reported_s + ttl - wall_s, 0, ttl) * 1000 : 0;
      arm(l, key, s, now_ms + std::max(left_ms, std::min(ttl * 1000, spread_ms(key, kRestartDeadSpread))));
      continue;
    }
    const int64_t left_ms = std::clamp<int64_t>(row.last_alive_s + ttl - away_from_s, 0, ttl) * 1000;
    const int64_t grace = grace_ms(key, ttl, left_ms, report.return_s);
    if (grace > 0 || report.away_s > 0) report.extended++;
    arm(l, key, s, now_ms + std::max(left_ms, grace));
  }
  return report;
}

KeepaliveVerdict keepalive_expired(bool entity_known, bool event_known, bool entity_deregister) {
  if (!entity_known || !event_known) return KeepaliveVerdict::remove;
  return entity_deregister ? KeepaliveVerdict::deregister : KeepaliveVerdict::fail;
}

TtlVerdict ttl_expired(bool entity_known, bool event_known, bool keepalive_failing, bool round_robin) {
  if (round_robin) return TtlVerdict::ignore;  // `round robin check ttl not supported`
  if (!entity_known || !event_known) return TtlVerdict::remove;
  return keepalive_failing ? TtlVerdict::hold : TtlVerdict::fail;
}

int64_t ttl_grace(int64_t ttl_s, int64_t interval_s) {
  constexpr int64_t kRunTime = 10;  // to be asked for, to run, to arrive
  return std::min(ttl_s, std::max(kRestartGrace, interval_s + kRunTime));
}

}  // namespace picket
