// tests/model/spool_test.cc - the agent's half of the acknowledged way, in millions of random steps: the real core, outbox
// and spool on a disk that crashes, fills up, forgets and comes back older, before a backend that stalls, breaks off and dies.
//
// The rules:
//   1. What a script got `ok` for arrives, or is counted by an `agent-spool` event. Excused is what no disk held when its
//      process was killed, and what was not forced to the disk when the power went (spool-fsync).
//   2. Nothing arrives twice but after a connection that broke without acknowledgement, or under another stream; and there is
//      another stream only when the state of the machine was set back or lost, or not to be read or written at a start.
//   3. What arrives first arrives in the order it was handed in (under a new stream from the beginning).
//   4. When disk and backend are well again, nothing is left waiting.
//   5. Over one connection the count of what was lost is exact; else what arrived and was not acknowledged may be counted too.
// PICKET_MODEL_STEPS=N PICKET_MODEL_SEED=N: a campaign. A failure names its story's seed.
#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

#include "common/json/json.h"
#include "common/text/log.h"
#include "tests/model/sim_backend.h"

using namespace picket;

namespace {

struct Kinds {
  const char* name;
  bool acknowledges, cuts, crashes, restores, bounds;
};

// A copy of the machine's state-dir, and what was in it.
struct Copy {
  SimDisk::Files files;
  int64_t handed_in = 0;
  std::set<int64_t> in_memory;
};

struct Tale {
  Kinds kinds;
  Dice dice;
  AgentEnd agent;
  SimBackend backend;
  int64_t next = 0;  // the number of the next result, its name
  std::set<int64_t> accepted, excused;
  uint64_t excused_count = 0;  // losses whose count may be lost with the state
  std::optional<Copy> copy;
  uint64_t unreported = 0;  // of the last process
  int64_t last_number = 0;  // of all of them
  int64_t order_floor = -1;
  size_t order_seen = 0;
  std::string order_stream;
  bool was_set_back = false;  // the state of the machine was, or it was not to be read or written at a start
  std::vector<std::string> wrong;
  int64_t hidden_since = 0;
  uint64_t steps = 0;

  Tale(uint64_t seed, Kinds k) : kinds(k), dice(seed), agent(seed ^ 77, config(seed, k), limits(k)) {
    backend.acknowledges = k.acknowledges;
  }
  static AgentConfig config(uint64_t seed, const Kinds& k) {
    AgentConfig c;
    c.name = "a1";
    c.ns = "default";
    c.backend_urls = {"ws://one"};
    c.events_rate = 0;
    c.spool_max_bytes = k.bounds ? 60'000 + int64_t(seed % 7) * 50'000 : 1 << 30;
    c.spool_max_age_ms = k.bounds ? 3'600'000 : int64_t(1) << 40;
    c.spool_fsync = seed % 3 == 0 ? AgentConfig::Fsync::always : AgentConfig::Fsync::interval;
    return c;
  }
  static SpoolLimits limits(const Kinds& k) { return {10'000, k.bounds ? size_t(30'000) : size_t(1) << 30}; }
};

int64_t id_of(const std::string& name) { return strtoll(name.c_str() + 1, nullptr, 10); }

bool is_on_disk(const Spool& spool, uint64_t number) {
  for (const SpoolSegment& s : spool.segments) {
    if (s.is_unread || s.events == 0 || number < s.first || number > s.last) continue;
    for (const NumberRange& gap : s.gaps)
      if (number >= gap.first && number <= gap.last) return false;
    return true;
  }
  return false;
}

void memory_add(std::set<int64_t>& ids, const Spool& spool, const std::deque<OutRecord>& records) {
  for (const OutRecord& r : records) {
    if (is_on_disk(spool, r.number)) continue;
    std::string name = json_string(json_at(r.payload, {"check", "metadata", "name"})).value;
    if (name != kLostCheck) ids.insert(id_of(name));
  }
}

// What no disk holds: it was not to be written, or it was dropped there while it was on its way.
std::set<int64_t> in_memory(const Tale& t) {
  std::set<int64_t> ids;
  memory_add(ids, t.agent.spool, t.agent.spool.unwritten);
  if (!t.agent.core) return ids;
  memory_add(ids, t.agent.spool, t.agent.core->outbox.sent);
  memory_add(ids, t.agent.spool, t.agent.core->outbox.waiting);
  return ids;
}

// ---- the ends of a process ----

void excuse(Tale& t, const std::set<int64_t>& ids) { t.excused.insert(ids.begin(), ids.end()); }
void excuse_from(Tale& t, int64_t first) {
  for (auto it = t.accepted.lower_bound(first); it != t.accepted.end(); ++it) t.excused.insert(*it);
}

void process_gone(Tale& t) {
  t.last_number = std::max(t.last_number, int64_t(t.agent.spool.next_number));
  t.unreported = t.agent.spool.unreported;
  backend_closed(t.backend);
  agent_give_up(t.agent);
}

void killed(Tale& t) {
  excuse(t, in_memory(t));
  if (t.agent.spool.unreported != t.agent.spool.unreported_written) t.excused_count += t.agent.spool.unreported;
  process_gone(t);
  t.agent.disk.kill();
}

void power_cut(Tale& t) {
  excuse(t, in_memory(t));
  excuse_from(t, t.agent.flushed_until);
  t.excused_count += t.agent.spool.unreported;
  process_gone(t);
  t.agent.disk.power_cut();
  bool has_segment = false;
  for (const auto& [path, file] : t.agent.disk.files) has_segment |= path.find(".seg") != path.npos;
  if (!has_segment || t.agent.disk.files.count("/spool/stream") == 0) t.was_set_back = true;
}

void stopped(Tale& t) {
  t.last_number = std::max(t.last_number, int64_t(t.agent.spool.next_number));
  t.unreported = t.agent.spool.unreported;
  agent_give_up(t.agent);  // writes what it can
  backend_closed(t.backend);
  t.agent.disk.kill();
}

void stop_cleanly(Tale& t) {
  agent_stop(t.agent);
  for (int i = 0; i < 20 && !t.agent.has_ended && !t.agent.disk.has_stopped; i++) agent_pass(t.agent, 500);
  if (!t.agent.has_ended) return killed(t);
  if (t.agent.disk.refuses || t.agent.disk.capacity != SIZE_MAX) {  // what it cannot write is logged, and nothing can report it later
    excuse(t, in_memory(t));
    t.excused_count += core_spool_unreported(*t.agent.core);
  }
  stopped(t);
}

void begin(Tale& t) {
  // A process that can write nothing at its start under a clock behind the one before gives out that one's numbers. A backend that is
  // met finds it out; when none is met until the next start, nobody does. Three faults at once: not tested here.
  bool is_mute = t.agent.disk.refuses || t.agent.disk.capacity != SIZE_MAX;
  if (is_mute) t.agent.unix_ms = std::max(t.agent.unix_ms, t.last_number / 1000 + 1);
  if (t.agent.disk.hides) {  // the name of the stream cannot be read, nor what was to be reported
    t.was_set_back = true;
    t.excused_count += t.unreported;
  }
  agent_begin(t.agent);
  if (!t.agent.spool.trouble.empty()) t.was_set_back = true;  // the next process cannot know of this one's numbers
  if (t.agent.disk.has_stopped) power_cut(t);
}

// ---- one step each ----

void hand_in(Tale& t) {
  for (int64_t n = t.dice.between(1, 4); n > 0 && t.agent.core && !t.agent.has_ended; n--) {
    int64_t id = t.next++;
    size_t bytes = t.dice.one_in(20) ? 4000 : t.dice.below(300);
    if (agent_hand_in(t.agent, "r" + std::to_string(id), bytes)) t.accepted.insert(id);
    else t.excused.insert(id);
    if (t.agent.spool.fsync == AgentConfig::Fsync::always && t.agent.spool.unwritten.empty() && !t.agent.disk.has_stopped)
      t.agent.flushed_until = t.next;
  }
}

void pass(Tale& t, int64_t ms) {
  if (t.agent.mono_ms + ms - t.hidden_since > kSpoolReadPatienceMs / 2 && t.agent.disk.hides)
    t.agent.disk.hides = false;  // longer is another test's
  int64_t ticked = t.agent.ticked_ms, flushed = t.agent.flushed_until;
  agent_pass(t.agent, ms);
  // The end counts calls; here names count, for one that got no answer had a name as well.
  if (t.agent.core && t.agent.ticked_ms != ticked && !t.agent.disk.has_stopped && t.agent.spool.unwritten.empty())
    t.agent.flushed_until = t.next;
  else t.agent.flushed_until = flushed;
}

void connect(Tale& t) {
  if (!t.agent.wants_connect) return;
  if (t.dice.one_in(4)) return agent_refuse(t.agent);
  std::string stream = t.agent.ack_stream;
  agent_open(t.agent, backend_open(t.backend, stream));
}

void cut(Tale& t) {
  if (!t.agent.is_open) return;
  backend_closed(t.backend);
  agent_cut(t.agent);
}

void to_backend(Tale& t, size_t count) {
  for (; count > 0 && t.agent.is_open && !t.agent.sent.empty(); count--) {
    Frame frame = std::move(t.agent.sent.front());
    t.agent.sent.pop_front();
    if (!backend_read(t.backend, std::move(frame))) return cut(t);
  }
}

void to_agent(Tale& t, size_t count) {
  for (; count > 0 && t.agent.is_open && !t.backend.to_agent.empty() && !t.agent.disk.has_stopped; count--) {
    Frame frame = std::move(t.backend.to_agent.front());
    t.backend.to_agent.pop_front();
    if (frame.kind == Frame::ping) agent_pong(t.agent, frame.text);
    else agent_message(t.agent, frame.text);
  }
}

void disk_changes(Tale& t) {
  SimDisk& disk = t.agent.disk;
  switch (t.dice.below(6)) {
    case 0: disk.capacity = disk.used() + t.dice.below(20'000); break;
    case 1: disk.refuses = true; break;
    case 2:
      if (!std::exchange(disk.hides, true)) t.hidden_since = t.agent.mono_ms;
      break;
    default: disk.capacity = SIZE_MAX; disk.refuses = disk.hides = false;
  }
}

void clock_jumps(Tale& t) {
  constexpr int64_t kSpans[] = {5'000, 3'600'000, 86'400'000, int64_t(86'400'000) * 400};
  int64_t span = kSpans[t.dice.below(4)];
  t.agent.unix_ms = std::max<int64_t>(0, t.agent.unix_ms + (t.dice.one_in(2) ? span : -span));
}

void rules_watch(Tale& t) {
  for (std::string& w : t.backend.wrong) t.wrong.push_back(std::move(w));
  t.backend.wrong.clear();
  for (; t.order_seen < t.backend.order.size(); t.order_seen++) {
    const std::string& name = t.backend.order[t.order_seen];
    int64_t id = id_of(name);
    const std::string& stream = t.backend.arrived[name].front().stream;
    if (std::exchange(t.order_stream, stream) != stream) t.order_floor = -1;  // what a stream is new for may come again
    if (id < t.order_floor) t.wrong.push_back("result " + std::to_string(id) + " after " + std::to_string(t.order_floor));
    t.order_floor = id;
  }
}

void restore(Tale& t) {
  if (!t.copy) {
    if (t.agent.disk.has_stopped) return;
    t.copy = Copy{t.agent.disk.files, t.next, in_memory(t)};
    return;
  }
  excuse(t, t.copy->in_memory);
  excuse_from(t, t.copy->handed_in);
  t.excused_count += t.agent.spool.unreported;
  process_gone(t);
  t.agent.disk.kill();
  t.agent.disk.removed.clear();
  t.agent.disk.files = std::move(t.copy->files);
  for (auto& [path, file] : t.agent.disk.files) {
    file.flushed = file.text.size();
    file.is_named = true;
  }
  t.copy.reset();
  t.was_set_back = true;
  backend_commit(t.backend, t.backend.waiting.size());
  rules_watch(t);
  t.order_floor = -1;
  if (t.dice.one_in(3)) clock_jumps(t);
  begin(t);
}

void crash(Tale& t) {
  switch (t.dice.below(4)) {
    case 0: killed(t); break;
    case 1: power_cut(t); break;
    case 2: stop_cleanly(t); break;
    case 3: t.agent.disk.stops_in = int64_t(t.dice.below(20)); return;
  }
  if (t.dice.one_in(2)) pass(t, t.dice.between(0, 20'000));
  begin(t);
}

void step(Tale& t) {
  t.steps++;
  if (t.agent.disk.has_stopped || (t.agent.core && t.agent.has_ended)) {
    power_cut(t);
    return begin(t);
  }
  uint64_t what = t.dice.below(1000);
  if (what < 260) hand_in(t);
  else if (what < 420) pass(t, t.dice.between(1, 1500));
  else if (what < 600) to_backend(t, t.dice.below(12));
  else if (what < 720) to_agent(t, t.dice.below(6));
  else if (what < 860) backend_commit(t.backend, t.dice.below(10));
  else if (what < 930) backend_acknowledge(t.backend);
  else if (what < 970) connect(t);
  else if (what < 980 && t.kinds.cuts) cut(t);
  else if (what < 984 && t.kinds.cuts) backend_dies(t.backend), cut(t);
  else if (what < 988) disk_changes(t);
  else if (what < 991) clock_jumps(t);
  else if (what < 993 && t.kinds.cuts && t.dice.one_in(10)) pass(t, 4'000'000);
  else if (what < 997 && t.kinds.crashes) crash(t);
  else if (t.kinds.restores && t.dice.one_in(3)) restore(t);
  rules_watch(t);
}

// ---- the end: all is well again, and everything must come to rest ----

bool is_drained(const Tale& t) {
  return t.agent.core && spool_events(t.agent.spool) == 0 && outbox_depth(t.agent.core->outbox) == 0 && t.backend.waiting.empty() &&
      core_spool_unreported(*t.agent.core) == 0 && t.agent.core->loss_event == 0;
}

void drain(Tale& t) {
  t.agent.disk.capacity = SIZE_MAX;
  t.agent.disk.refuses = t.agent.disk.hides = false;
  t.agent.disk.stops_in = -1;
  if (t.agent.disk.has_stopped) {
    power_cut(t);
    begin(t);
  }
  for (int i = 0; i < 5000 && !is_drained(t); i++) {
    pass(t, 500);
    if (t.agent.wants_connect) agent_open(t.agent, backend_open(t.backend, t.agent.ack_stream));
    to_backend(t, 10'000);
    backend_commit(t.backend, 10'000);
    backend_acknowledge(t.backend);
    to_agent(t, 10'000);
  }
  rules_watch(t);
  if (!is_drained(t))
    t.wrong.push_back("at the end " + std::to_string(spool_events(t.agent.spool)) + " results still wait in the spool, " +
                      std::to_string(outbox_depth(t.agent.core->outbox)) + " in memory, untold " +
                      std::to_string(core_spool_unreported(*t.agent.core)));
}

void judge(Tale& t) {
  uint64_t missing = 0;
  std::string some;
  for (int64_t id : t.accepted) {
    if (t.backend.arrived.count("r" + std::to_string(id)) > 0 || t.excused.count(id) > 0) continue;
    if (missing++ < 5) some += " " + std::to_string(id);
  }
  if (missing > t.backend.reported_lost + t.excused_count)
    t.wrong.push_back(std::to_string(missing) + " results are missing, told were " + std::to_string(t.backend.reported_lost) + ":" + some);
  if (t.backend.session <= 1 && !t.kinds.crashes && missing != t.backend.reported_lost)
    t.wrong.push_back(std::to_string(missing) + " are missing and " + std::to_string(t.backend.reported_lost) + " were told:" + some);
  for (const auto& [name, all] : t.backend.arrived)
    for (size_t i = 1; i < all.size(); i++)
      if (t.kinds.acknowledges ? all[i].stream == all[i - 1].stream : all[i].session == all[i - 1].session)
        t.wrong.push_back(name + " came twice");
  if (t.kinds.acknowledges && !t.was_set_back && t.backend.streams.size() > 1) t.wrong.push_back("more than one stream");
}

uint64_t from_environment(const char* name, uint64_t fallback) {
  const char* text = getenv(name);
  return text ? strtoull(text, nullptr, 10) : fallback;
}

void tell(const Kinds& kinds, uint64_t share) {
  log_set_level(LogLevel::fatal);
  constexpr uint64_t kTaleSteps = 3000;
  uint64_t tales = from_environment("PICKET_MODEL_STEPS", 240'000) / share / kTaleSteps, seed = from_environment("PICKET_MODEL_SEED", 1);
  CHECK(tales > 0);
  for (uint64_t i = 0; i < tales; i++) {
    Tale t(seed + i, kinds);
    begin(t);
    while (t.steps < kTaleSteps && t.wrong.empty()) step(t);
    if (t.wrong.empty()) drain(t);
    if (t.wrong.empty()) judge(t);
    CAPTURE(seed + i);
    CAPTURE(t.steps);
    for (const std::string& w : t.wrong) FAIL_CHECK(w);
    if (!t.wrong.empty()) return;
  }
}

constexpr Kinds kKinds[] = {
    // acknowledges, connections break, crashes, is set back, small bounds
    {"acknowledged steady bounds", true, false, false, false, true},
    {"plain steady bounds", false, false, false, false, true},
    {"acknowledged", true, true, false, false, false},
    {"plain", false, true, false, false, false},
    {"acknowledged bounds", true, true, false, false, true},
    {"plain bounds", false, true, false, false, true},
    {"acknowledged crashes", true, true, true, false, false},
    {"plain crashes", false, true, true, false, false},
    {"acknowledged crashes bounds", true, true, true, false, true},
    {"acknowledged set back", true, true, true, true, true},
};

}  // namespace

TEST_CASE("what was handed in arrives once and in order, or is reported to be lost") {
  for (const Kinds& kinds : kKinds) {
    SUBCASE(kinds.name) { tell(kinds, sizeof kKinds / sizeof kKinds[0]); }
  }
}
