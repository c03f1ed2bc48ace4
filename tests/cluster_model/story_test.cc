// tests/cluster_model/story_test.cc - members over a simulated etcd with a seed: no batch is lost, doubled or reordered, whatever breaks,
// and the same log gives the same state from any checkpoint.
//
// PICKET_MODEL_STEPS=N PICKET_MODEL_SEED=N: a campaign. A failure names its story's seed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "tests/cluster_model/sim_etcd.h"
#include "tests/cluster_model/sim_member.h"
#include "tests/model/dice.h"

using namespace picket;

namespace {

constexpr uint64_t kStorySteps = 4000;
constexpr int kMembers = 3;

struct Kinds {
  const char* name;
  bool network, kills, quorum, trims;
};

struct Request { int member; uint64_t life; ClusterAction action; bool is_ghost; };

struct Story {
  Dice dice;
  Kinds kinds;
  SimEtcd etcd;
  std::vector<SimMember> members{kMembers};
  std::vector<Request> requests;
  std::vector<Request> ghosts;  // puts that a hung etcd may still let go
  int64_t quorum_back_ms = 0;
  SimCopy checkpoint;
  Fates fates;
  std::map<uint64_t, int> owner;  // id: member
  std::map<uint64_t, std::string> counter_of;
  std::set<uint64_t> excused;  // of processes that were killed
  uint64_t ids = 0, steps = 0;
  bool calm = false;  // nothing breaks any more
  std::vector<std::string> wrong;
  Story(uint64_t seed, const Kinds& k) : dice(seed), kinds(k) {
    for (int i = 0; i < kMembers; i++) members[static_cast<size_t>(i)].name = std::string(1, static_cast<char>('a' + i));
  }
};

int64_t now(const Story& s) { return s.etcd.now_ms; }
bool has_quorum(const Story& s) { return now(s) >= s.quorum_back_ms; }
bool runs(const Story& s, const SimMember& m) { return m.up && now(s) >= m.stopped_until_ms; }

// ---- what machines ask for ----

void drive(Story& s, SimMember& m) {
  while (!m.log.actions.empty()) {
    ClusterAction action = std::move(m.log.actions.front());
    m.log.actions.pop_front();
    if (auto* a = std::get_if<LogApply>(&action)) {
      m.to_apply.push_back(std::move(*a));
    } else if (auto* w = std::get_if<LogWatch>(&action)) {
      m.watch_from = w->from;
    } else if (auto* r = std::get_if<LogRead>(&action)) {
      m.reads = r->on;
    } else if (std::get_if<LogRebuild>(&action)) {
      m.rebuild = true;
    } else if (auto* refused = std::get_if<LogRefused>(&action)) {
      sim_member_forget(m, refused->tags, s.fates, Fate::refused);
    } else if (auto* unknown = std::get_if<LogUnknown>(&action)) {
      sim_member_forget(m, unknown->tags, s.fates, Fate::unknown);
    } else if (!std::get_if<LogMember>(&action) && !std::get_if<LogElsewhere>(&action)) {
      s.requests.push_back({static_cast<int>(&m - s.members.data()), m.life, std::move(action), false});
    }
  }
}

// What etcd does with it, and the answer to the machine, unless that is lost.
template <class Answer>
void answer(Story& s, const Request& r, Answer give) {
  SimMember& m = s.members[static_cast<size_t>(r.member)];
  if (r.is_ghost || !m.up || m.life != r.life) return;
  give(m.log);
  drive(s, m);
}

void fail_request(Story& s, const Request& r) {
  const Status why = fail(Err::unavailable, "nobody answers");
  answer(s, r, [&](ClusterLog& log) {
    if (auto* a = std::get_if<LogRegister>(&r.action)) cluster_log_registered(log, a->call, LogAnswer::failed, {}, now(s));
    if (auto* a = std::get_if<LogBeat>(&r.action)) cluster_log_beaten(log, a->call, LogAnswer::failed, now(s));
    if (auto* a = std::get_if<LogAlive>(&r.action)) cluster_log_renewed(log, a->call, LogAnswer::failed, now(s));
    if (auto* a = std::get_if<LogPut>(&r.action)) cluster_log_put(log, a->call, LogAnswer::failed, now(s));
    if (auto* a = std::get_if<LogIndex>(&r.action)) cluster_log_indexed(log, a->call, why, now(s));
    if (auto* a = std::get_if<LogFetch>(&r.action)) cluster_log_fetched(log, a->call, why, now(s));
  });
}

void carry_out(Story& s, const Request& r, bool answers) {
  Request to = r;
  to.is_ghost |= !answers;
  const std::string& name = s.members[static_cast<size_t>(r.member)].name;
  if (auto* a = std::get_if<LogRegister>(&r.action)) {
    const LogRegistration got = sim_register(s.etcd, name, r.is_ghost);
    answer(s, to, [&](ClusterLog& log) { cluster_log_registered(log, a->call, LogAnswer::done, got, now(s)); });
  } else if (auto* beat = std::get_if<LogBeat>(&r.action)) {
    const LogAnswer got = sim_beat(s.etcd, name, *beat);
    answer(s, to, [&](ClusterLog& log) { cluster_log_beaten(log, beat->call, got, now(s)); });
  } else if (auto* alive = std::get_if<LogAlive>(&r.action)) {
    const LogAnswer got = sim_renew(s.etcd, alive->lease);
    answer(s, to, [&](ClusterLog& log) { cluster_log_renewed(log, alive->call, got, now(s)); });
  } else if (auto* put = std::get_if<LogPut>(&r.action)) {
    const LogAnswer got = sim_put(s.etcd, name, *put);
    answer(s, to, [&](ClusterLog& log) { cluster_log_put(log, put->call, got, now(s)); });
  } else if (auto* index = std::get_if<LogIndex>(&r.action)) {
    answer(s, to, [&](ClusterLog& log) { cluster_log_indexed(log, index->call, sim_index(s.etcd), now(s)); });
  } else if (auto* fetch = std::get_if<LogFetch>(&r.action)) {
    answer(s, to, [&](ClusterLog& log) { cluster_log_fetched(log, fetch->call, sim_fetch(s.etcd, *fetch), now(s)); });
  }
  if (!answers) fail_request(s, r);
}

Request take(Story& s, std::vector<Request>& all) {
  const size_t i = s.dice.below(all.size());
  Request r = std::move(all[i]);
  all.erase(all.begin() + static_cast<int64_t>(i));
  return r;
}

void serve(Story& s) {
  if (s.requests.empty()) return;
  const Request r = take(s, s.requests);
  if (!has_quorum(s)) return fail_request(s, r);
  if (s.calm || !s.kinds.network) return carry_out(s, r, true);
  switch (s.dice.below(12)) {
    case 0: return fail_request(s, r);      // it never got there
    case 1: return carry_out(s, r, false);  // the answer was lost
    case 2:                                 // it hangs in an etcd, and its sender gives up
      s.ghosts.push_back(r);
      s.ghosts.back().is_ghost = true;
      return fail_request(s, r);
    case 3: carry_out(s, r, true); return carry_out(s, r, true);  // done twice, answered twice
    default: return carry_out(s, r, true);
  }
}

void ghost_walks(Story& s) {
  if (s.ghosts.empty() || !has_quorum(s)) return;
  const Request r = take(s, s.ghosts);
  if (!std::get_if<LogIndex>(&r.action) && !std::get_if<LogFetch>(&r.action)) carry_out(s, r, false);
}

// ---- the watch ----

void watch_deliver(Story& s, SimMember& m) {
  if (m.watch_from == 0 || !m.reads || !has_quorum(s) || !runs(s, m)) return;
  if (m.watch_from <= s.etcd.compacted && m.log.position < s.etcd.compacted) {
    m.watch_from = 0;
    cluster_log_compacted(m.log, now(s));
    return drive(s, m);
  }
  const auto& h = s.etcd.history;
  auto at = std::lower_bound(h.begin(), h.end(), m.watch_from, [](const LogEvent& e, int64_t rev) { return e.revision < rev; });
  std::vector<LogEvent> events;
  size_t want = 1 + s.dice.below(4);
  while (at != h.end() && (want > 0 || events.back().revision == at->revision)) {
    events.push_back(*at++);
    if (want > 0) want--;
  }
  if (events.empty()) return;
  m.watch_from = events.back().revision + 1;
  cluster_log_seen(m.log, std::move(events), now(s));
  drive(s, m);
}

// ---- what members do ----

void hand_in(Story& s, SimMember& m) {
  if (!runs(s, m) || m.waiting.size() > 200) return;
  const uint64_t id = ++s.ids;
  s.owner[id] = static_cast<int>(&m - s.members.data());
  s.fates[id] = Fate::waits;
  if (s.dice.one_in(8)) {
    sim_member_create(m, "t" + std::to_string(s.dice.below(s.ids / 4 + 1)), id, now(s));
  } else {
    const std::string counter = s.dice.one_in(4) ? "shared" + std::to_string(s.dice.below(3)) : m.name + std::to_string(s.dice.below(4));
    s.counter_of[id] = counter;
    sim_member_count(m, counter, id, now(s));
  }
  drive(s, m);
}

void rebuild(Story& s, SimMember& m) {
  if (!m.rebuild || !m.to_apply.empty() || !runs(s, m)) return;
  m.rebuild = false;
  if (s.checkpoint.position > m.copy.position) m.copy = s.checkpoint;
  cluster_log_rebuilt(m.log, m.copy.position, m.copy.writers[m.name], now(s));
  drive(s, m);
}

void work(Story& s, SimMember& m) {
  if (!runs(s, m)) return;
  if (cluster_log_due(m.log) <= now(s)) cluster_log_tick(m.log, now(s));
  drive(s, m);
  for (uint64_t n = s.dice.below(4); n > 0; n--) sim_member_apply(m, s.fates, now(s));
  drive(s, m);
  rebuild(s, m);
}

void kill(Story& s, SimMember& m) {
  for (const auto& [tag, w] : m.waiting) s.excused.insert(w.id);
  sim_member_kill(m);
}

void start(Story& s, SimMember& m) {
  if (m.up) return;
  sim_member_start(m, now(s));
  drive(s, m);
}

// ---- what breaks ----

void checkpoint(Story& s) {
  const SimMember& m = s.members[s.dice.below(kMembers)];
  if (m.copy.position > s.checkpoint.position) s.checkpoint = m.copy;
  sim_trim(s.etcd, s.dice.one_in(2) ? s.checkpoint.position : s.checkpoint.position / 2);
  sim_compact(s.etcd, s.etcd.revision - s.dice.between(0, 30));
}

void trouble(Story& s) {
  SimMember& m = s.members[s.dice.below(kMembers)];
  switch (s.dice.below(6)) {
    case 0:
      if (s.kinds.network && m.watch_from > 0) m.watch_from = m.log.position + 1;
      return;  // cut, and opened again
    case 1:
      if (s.kinds.kills && s.dice.one_in(2)) kill(s, m);
      return;
    case 2:
      if (s.kinds.kills) m.stopped_until_ms = now(s) + s.dice.between(100, 30'000);
      return;
    case 3:
      if (s.kinds.quorum) s.quorum_back_ms = now(s) + s.dice.between(100, 20'000);
      return;
    case 4:
      if (s.kinds.trims) checkpoint(s);
      return;
    default: ghost_walks(s);
  }
}

void step(Story& s) {
  s.steps++;
  SimMember& m = s.members[s.dice.below(kMembers)];
  switch (s.dice.below(8)) {
    case 0: sim_pass(s.etcd, s.dice.one_in(200) ? s.dice.between(0, 15'000) : s.dice.between(0, 20), has_quorum(s)); return;
    case 1:
    case 2: return work(s, m);
    case 3:
    case 4: return serve(s);
    case 5: return watch_deliver(s, m);
    case 6: return s.calm ? void() : hand_in(s, m);
    default:
      if (s.calm || s.dice.one_in(4)) return start(s, m);
      if (s.dice.one_in(6)) trouble(s);
  }
}

// ---- the end, and what is true then ----

bool is_idle(const Story& s) {
  for (const SimMember& m : s.members) {
    const bool same = s.etcd.all_records.empty() || m.copy.position == s.etcd.all_records.back().revision;
    if (!m.up || !m.waiting.empty() || !m.to_apply.empty() || !same || !cluster_log_ready(m.log)) return false;
  }
  return true;
}

std::string unrest(const Story& s) {
  std::string out;
  for (const SimMember& m : s.members)
    out += " " + m.name + ": waiting " + std::to_string(m.waiting.size()) + ", to apply " + std::to_string(m.to_apply.size()) + ", at " +
        std::to_string(m.copy.position) + ", reading " + std::to_string(static_cast<int>(m.log.reading)) + ", epoch " +
        std::to_string(m.log.epoch) + ", seen " + std::to_string(m.log.position) + ";";
  return out;
}

void settle(Story& s) {
  s.calm = true;
  s.quorum_back_ms = 0;
  for (SimMember& m : s.members) m.stopped_until_ms = 0;
  while (!s.ghosts.empty()) ghost_walks(s);
  for (int i = 0; i < 400'000 && !is_idle(s); i++) step(s);
  if (!is_idle(s)) s.wrong.push_back("at the end of story it does not settle:" + unrest(s));
}

// The whole log from its first record, as if nothing had ever been trimmed.
void judge_log(Story& s) {
  SimCopy whole;
  std::map<uint64_t, int> stored;
  std::map<std::string, uint64_t> last;  // by counter and member: in the order in which they were handed in
  for (const LogEvent& e : s.etcd.all_records) {
    const Result<LogRecord> r = log_record_decode(e.value);
    const std::vector<BatchVerdict> decided = sim_apply(whole, e.revision, e.value);
    for (size_t i = 0; i < decided.size(); i++) {
      if (!decided[i].status.ok()) continue;
      const uint64_t id = sim_id_of(r.value.batches[i][0]);
      if (++stored[id] > 1) s.wrong.push_back("stored twice: " + std::to_string(id));
      if (!s.counter_of.count(id)) continue;
      uint64_t& before_id = last[s.counter_of[id] + "/" + r.value.member];
      if (id < before_id) s.wrong.push_back("out of order: " + std::to_string(id) + " after " + std::to_string(before_id));
      before_id = id;
    }
  }
  for (const auto& [id, fate] : s.fates) {
    if (fate == Fate::stored && stored[id] != 1) s.wrong.push_back("lost: " + std::to_string(id));
    if (fate == Fate::refused && stored[id] != 0) s.wrong.push_back("refused, but stored: " + std::to_string(id));
    if (fate == Fate::waits && !s.excused.count(id)) s.wrong.push_back("nobody said what became of " + std::to_string(id));
  }
  for (const SimMember& m : s.members) {
    if (m.copy.hash != whole.hash) s.wrong.push_back("other decisions at " + m.name);
    bool same = m.copy.rows.size() == whole.rows.size();
    for (const auto& [row, v] : whole.rows) {
      auto it = m.copy.rows.find(row);
      same &= it != m.copy.rows.end() && it->second.token == v.token && it->second.count == v.count && it->second.id == v.id;
    }
    if (!same) s.wrong.push_back("another state at " + m.name);
  }
  int64_t counted = 0, counters = 0;
  for (const auto& [row, v] : whole.rows) counted += v.count;
  for (const auto& [id, n] : stored) counters += n > 0 && s.counter_of.count(id);
  if (counted != counters) s.wrong.push_back("counters say " + std::to_string(counted) + ", stored were " + std::to_string(counters));
}

uint64_t from_environment(const char* name, uint64_t fallback) {
  const char* text = getenv(name);
  return text ? strtoull(text, nullptr, 10) : fallback;
}

void run_stories(const Kinds& kinds, uint64_t share) {
  const uint64_t stories = from_environment("PICKET_MODEL_STEPS", 1'000'000) / share / kStorySteps;
  const uint64_t seed = from_environment("PICKET_MODEL_SEED", 1);
  CHECK(stories > 0);
  uint64_t stored = 0, all = 0, resent = 0, registered = 0, caught_up = 0;
  for (uint64_t i = 0; i < stories; i++) {
    Story s(seed + i, kinds);
    for (SimMember& m : s.members) start(s, m);
    while (s.steps < kStorySteps) step(s);
    settle(s);
    if (s.wrong.empty()) judge_log(s);
    for (const auto& [id, fate] : s.fates) stored += fate == Fate::stored;
    all += s.fates.size();
    for (const SimMember& m : s.members) {
      resent += static_cast<uint64_t>(m.log.resent);
      registered += static_cast<uint64_t>(m.log.registered);
      caught_up += static_cast<uint64_t>(m.log.caught_up);
    }
    CAPTURE(seed + i);
    for (const std::string& w : s.wrong) FAIL_CHECK(w);
    if (!s.wrong.empty()) return;
  }
  CHECK(stored * 4 > all);  // else nothing was tried
  MESSAGE(std::string(kinds.name) << ": " << all << " batches, " << stored << " stored, " << resent << " records sent again, " << registered
                                  << " registrations, " << caught_up << " times caught up");
}

constexpr Kinds kKinds[] = {
    // network, kills, quorum, trims
    {"calm", false, false, false, false},
    {"network", true, false, false, false},
    {"network, quorum", true, false, true, false},
    {"network, trims", true, false, false, true},
    {"kills, trims", false, true, false, true},
    {"everything", true, true, true, true},
};

}  // namespace

TEST_CASE("no batch is lost, doubled or reordered, and members that applied the same log have the same rows") {
  for (const Kinds& kinds : kKinds) {
    SUBCASE(kinds.name) { run_stories(kinds, sizeof kKinds / sizeof kKinds[0]); }
  }
}
