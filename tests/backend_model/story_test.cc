// tests/backend_model/story_test.cc - the backend's half of the acknowledged way, in random steps: the real session, ingest and
// store on a disk that fills up, fails, stalls and dies, before an agent that is cut off, comes back and sends again.
//
// The rules:
//   1. What was acknowledged, or is said to be known when a connection opens, is stored, over every crash.
//   2. Nothing is counted twice.
//   3. What a restart reads is what memory had, when nothing was on its way.
//   4. What was ended (rows that must go) is not seen again, not while the store takes nothing, and not after a restart.
//   5. A deletion that was refused has changed nothing; the countdown of every event that is there is armed, and nobody is dead for
//      a clock that was set.
// PICKET_MODEL_STEPS=N PICKET_MODEL_SEED=N: a campaign. A failure names its story's seed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "backend/ingest/ingest.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "tests/backend_model/backend_end.h"

using namespace picket;

namespace {

constexpr int kChecks = 40;  // so that of none more than kSeenIdsMax results are on their way at a time
constexpr const char* kStream = "12345678-stream";

struct Sent {
  uint64_t number;
  int check;
  int64_t value;
};

struct Story {
  uint64_t seed;
  std::mt19937_64 dice;
  BackendEnd end;
  ModelDisk::Mode disk = ModelDisk::writes;
  uint64_t next = 1;
  std::deque<Sent> unknown;       // not acknowledged
  int64_t value[kChecks] = {};    // made so far
  int64_t known[kChecks] = {};    // acknowledged
  int64_t deleted[kChecks] = {};  // an event up to here is gone
  struct Deletion {
    int check;
    int64_t until;
  };
  std::map<int, Deletion> deleting;  // not answered: nobody knows
  int deletions = 0;
  std::set<std::string> ended, ended_for_good;
  int rows = 0;
  std::vector<std::string> wrong;
  uint64_t steps = 0;

  explicit Story(uint64_t s) : seed(s), dice(s), end(folder()) { begin(); }
  static std::string folder() {
    std::error_code ignored;
    const std::string shm = "/dev/shm";
    return (std::filesystem::is_directory(shm, ignored) ? shm : std::filesystem::temp_directory_path().string()) + "/picket-model-" +
        os_uuid();
  }
  uint64_t below(uint64_t n) { return dice() % n; }
  void say(const std::string& what) { wrong.push_back("seed " + std::to_string(seed) + " step " + std::to_string(steps) + ": " + what); }

  void begin() {
    if (Status s = backend_end_start(end); !s.ok()) say("no start: " + s.message);
    look();
  }

  // ---- the agent ----

  static std::string message(const Sent& x) {
    char id[40];
    snprintf(id, sizeof id, "00000000-0000-4000-8000-%012llu", static_cast<unsigned long long>(x.number));
    const std::string at = std::to_string(1'700'000'000 + x.number);
    return "event " + std::to_string(x.number) + "\n{\"timestamp\":" + at + ",\"id\":\"" + id +
        R"(","entity":{"entity_class":"agent","metadata":{"name":"h","namespace":"default"},"subscriptions":["entity:h"]},"check":{)" +
        R"("metadata":{"name":"c)" + std::to_string(x.check) +
        R"(","namespace":"default"},"interval":1,"ttl":86400,"status":1,"output":")" + std::to_string(x.value) + R"(","executed":)" + at +
        R"(},"metadata":{"namespace":"default"}})";
  }
  void make_event() {
    const int check = static_cast<int>(below(kChecks));
    unknown.push_back({next++, check, ++value[check]});
    if (backend_end_is_open(end)) backend_end_read(end, message(unknown.back()));
  }
  void forget_until(uint64_t number) {
    for (; !unknown.empty() && unknown.front().number <= number; unknown.pop_front()) known[unknown.front().check] = unknown.front().value;
  }
  void open() {
    Result<uint64_t> acked = backend_end_open(end, kStream);
    if (!acked.ok()) return;
    if (acked.value >= next) return say("the backend knows number " + std::to_string(acked.value) + " of " + std::to_string(next - 1));
    forget_until(acked.value);
    for (const Sent& x : unknown) backend_end_read(end, message(x));
  }
  void listen() {
    if (backend_end_is_open(end)) forget_until(backend_end_acked(end));
    else if (end.session) backend_end_close(end);
  }

  // ---- what is to be seen at any time ----

  int64_t stored(int check) {
    Result<StoredEvent> e = store_get_event(end.backend->store, {"default", "h", "c" + std::to_string(check)});
    if (!e.ok()) return e.status.code == Err::not_found ? -1 : -2;
    const int64_t v = strtoll(json_string(json_at(e.value.head, {"check", "output"})).value.c_str(), nullptr, 10);
    if (json_int64(json_at(e.value.head, {"check", "occurrences"})).value > v) say("counted twice: c" + std::to_string(check));
    return v;
  }
  void look() {
    for (int c = 0; c < kChecks; c++) {
      const int64_t v = stored(c);
      const std::string name = "c" + std::to_string(c);
      if (v == -2) continue;
      if (v < known[c] && !(v == -1 && known[c] <= gone_until(c)))
        say("lost: " + name + " is " + std::to_string(v) + ", acknowledged " + std::to_string(known[c]));
      const Countdown* s = liveness_find(end.backend->ingest->liveness, {"default", "h", name});
      if (v >= 0 && !is_deleting(c) && (!s || s->dead)) say("not armed: " + name);
    }
    for (const std::string& row : ended)
      if (store_get(end.backend->store, "sessions", "", row).ok()) say("lives again: " + row);
  }

  // ---- steps ----

  void disk_change() {
    const ModelDisk::Mode modes[] = {ModelDisk::writes, ModelDisk::writes, ModelDisk::full, ModelDisk::fails, ModelDisk::stalls};
    disk_set(disk = modes[below(5)]);
  }
  void disk_well() { disk_set(disk = ModelDisk::writes); }
  void settle() {
    disk_well();
    if (!backend_end_settle(end)) say("it does not come to rest: " + backend_end_unrest(end));
    listen();
    ended_for_good = ended;
    look();
  }
  void crash() {
    for (const auto& [id, d] : deleting) gone(d);
    deleting.clear();
    backend_end_close(end);
    backend_end_crash(end, static_cast<int>(below(8)));
    disk = ModelDisk::writes;
    ended = ended_for_good;
    begin();
  }
  void restart() {
    settle();
    backend_end_close(end);
    if (!backend_end_settle(end)) say("it does not come to rest: " + backend_end_unrest(end));
    const std::string before = backend_end_content(end);
    backend_end_stop(end);
    begin();
    if (backend_end_content(end) != before) say("a restart reads something else");
  }
  void stop_on_a_bad_disk() {
    if (disk == ModelDisk::stalls) disk_well();
    backend_end_stop(end);
    disk_well();
    ended = ended_for_good;  // what could not be written by the end is the next start's
    begin();
  }
  void delete_event() {
    const int c = static_cast<int>(below(kChecks)), id = deletions++;
    deleting[id] = {c, value[c]};
    backend_event_delete(end.backend, {"default", "h", "c" + std::to_string(c)}, [this, id](const Status& s) {
      auto it = deleting.find(id);
      if (it == deleting.end()) return;  // a crash came first
      if (s.ok()) gone(it->second);
      deleting.erase(it);
    });
  }
  void gone(const Deletion& d) { deleted[d.check] = std::max(deleted[d.check], d.until); }
  bool is_deleting(int c) const {
    return std::any_of(deleting.begin(), deleting.end(), [c](const auto& d) { return d.second.check == c; });
  }
  int64_t gone_until(int c) const {
    int64_t until = deleted[c];
    for (const auto& [id, d] : deleting)
      if (d.check == c) until = std::max(until, d.until);
    return until;
  }
  void row_put() {
    StoreWrite w;
    w.object = {"sessions", "", "s" + std::to_string(rows++), "{}", 0};
    store_write(end.backend->store, {std::move(w)}, [](const Status&) {});
  }
  void row_end() {
    if (rows == 0) return;
    StoreWrite w;
    w.op = StoreWrite::drop;
    w.object = {"sessions", "", "s" + std::to_string(below(static_cast<uint64_t>(rows))), "", 0};
    w.keep = true;
    ended.insert(w.object.name);
    store_write(end.backend->store, {std::move(w)}, {});
  }
  void clock() {
    const int64_t by[] = {0, 3600, -3600, 86'400, -86'400};
    os_clock_set(by[below(5)] * 1'000'000'000);
    end.backend->ingest->alive_at_ms = 0;  // the timer looks
    ingest_timer(end.backend);
  }
  void step() {
    steps++;
    const uint64_t what = below(1000);
    if (what < 700) return make_event();
    if (what < 780) return backend_end_turn(end), listen();
    if (what < 860) return end.session ? void() : open();
    if (what < 880) return backend_end_close(end);
    if (what < 905) return disk_change();
    if (what < 930) return settle();
    if (what < 945) return delete_event();
    if (what < 960) return row_put();
    if (what < 970) return row_end();
    if (what < 980) return clock();
    if (what < 990) return look();
    if (what < 992) return crash();
    if (what < 993) return restart();
    if (what < 994) return stop_on_a_bad_disk();
  }
};

uint64_t number_of(const char* variable, uint64_t fallback) {
  const char* text = std::getenv(variable);
  return text ? strtoull(text, nullptr, 10) : fallback;
}

}  // namespace

TEST_CASE("while the disk is full an agent's session stays open: all it sends is taken on, nothing acknowledged, and it comes again once") {
  log_set_sink([](std::string_view) {});
  Story story(1);
  BackendEnd& end = story.end;
  story.settle();
  story.open();
  auto one_more = [&story](int check) {
    story.unknown.push_back({story.next++, check, ++story.value[check]});
    backend_end_read(story.end, Story::message(story.unknown.back()));
  };
  for (int i = 0; i < 3; i++) one_more(i);
  story.settle();
  CHECK(story.unknown.empty());
  disk_set(story.disk = ModelDisk::full);
  for (int i = 0; i < 200; i++) {  // of one check more than a check remembers as long as all is well
    one_more(i < 100 ? 0 : 1 + i % 9);
    if (i >= 60 && i % 10 == 0) backend_end_turn(end);  // before that nobody knows that the disk is full
  }
  for (int i = 0; i < 100; i++) backend_end_turn(end);
  REQUIRE(backend_end_is_open(end));
  CHECK(backend_end_acked(end) == 0);
  CHECK(story.stored(0) == story.value[0]);  // as readers see it
  CHECK(story.stored(9) == story.value[9]);
  disk_set(story.disk = ModelDisk::writes);
  for (int i = 0; i < 200'000 && backend_end_is_open(end); i++) backend_end_turn(end);
  CHECK_FALSE(backend_end_is_open(end));
  story.listen();
  story.open();  // and sends again
  REQUIRE(backend_end_is_open(end));
  story.settle();
  CHECK(story.unknown.empty());
  story.restart();
  CHECK_MESSAGE(story.wrong.empty(), story.wrong[0]);
  log_set_sink({});
}

TEST_CASE("what was acknowledged is stored, what has ended stays ended, and memory is what a restart would read") {
  log_set_sink([](std::string_view) {});
  constexpr uint64_t kStorySteps = 5000;
  const uint64_t all = number_of("PICKET_MODEL_STEPS", 100'000);
  uint64_t seed = number_of("PICKET_MODEL_SEED", 1);
  for (uint64_t done = 0; done < all; done += kStorySteps, seed++) {
    Story story(seed);
    for (uint64_t i = 0; i < kStorySteps && story.wrong.empty(); i++) story.step();
    if (story.wrong.empty()) story.restart();
    CAPTURE(seed);
    REQUIRE_MESSAGE(story.wrong.empty(), story.wrong[0]);
  }
  os_clock_set(0);
  log_set_sink({});
}
