// tests/backend_model/joined_test.cc - both real ends of the acknowledged way, joined: the agent's core, outbox and spool, and the
// backend's session, ingest and store. The wire is two queues that are cut; either process is killed, the backend's disk fails.
//
// The rule: when all is well again, every result whose script got `ok` is stored, once.
// PICKET_MODEL_STEPS=N PICKET_MODEL_SEED=N: a campaign. A failure names its story's seed.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "backend/ingest/ingest.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "tests/backend_model/backend_end.h"
#include "tests/model/agent_end.h"

using namespace picket;

namespace {

std::string folder() {
  std::error_code ignored;
  const std::string shm = "/dev/shm";
  return (std::filesystem::is_directory(shm, ignored) ? shm : std::filesystem::temp_directory_path().string()) + "/picket-joined-" +
      os_uuid();
}

AgentConfig config() {
  AgentConfig c;
  c.name = "a1";
  c.ns = "default";
  c.backend_urls = {"ws://one"};
  c.events_rate = 0;
  c.spool_max_bytes = 1 << 30;
  c.spool_max_age_ms = int64_t(1) << 40;
  return c;
}

struct Joined {
  Dice dice;
  AgentEnd agent;
  BackendEnd backend;
  std::deque<std::string> pongs;
  std::set<int64_t> accepted;
  int64_t next = 0;
  uint64_t said = 0;  // acknowledged on this connection
  std::string wrong;

  explicit Joined(uint64_t seed) : dice(seed), agent(seed ^ 77, config(), {10'000, size_t(1) << 30}), backend(folder()) {
    backend.agent = "a1";
    agent.unix_ms = os_unix_ms();
    begin();
    agent_begin(agent);
  }

  void begin() {
    if (Status s = backend_end_start(backend); !s.ok()) wrong = "no start: " + s.message;
  }
  void cut() {
    pongs.clear();
    backend_end_close(backend);
    if (agent.is_open) agent_cut(agent);
  }
  void connect() {
    if (!agent.wants_connect) return;
    Result<uint64_t> acked = backend_end_open(backend, agent.ack_stream);
    if (!acked.ok()) return agent_refuse(agent);
    said = acked.value;
    agent_open(agent, std::to_string(acked.value));
  }
  void to_backend(uint64_t count) {
    for (; count > 0 && agent.is_open && !agent.sent.empty(); count--) {
      const Frame frame = std::move(agent.sent.front());
      agent.sent.pop_front();
      if (frame.kind == Frame::close) return cut();
      if (frame.kind == Frame::ping) pongs.push_back(frame.text);
      else backend_end_read(backend, frame.text);
    }
  }
  void to_agent() {
    backend_end_turn(backend);
    if (agent.is_open && !backend_end_is_open(backend)) return cut();
    if (!agent.is_open) return;
    for (; !pongs.empty(); pongs.pop_front()) agent_pong(agent, pongs.front());
    const uint64_t acked = backend_end_acked(backend);
    if (acked <= said) return;
    said = acked;
    agent_message(agent, "ack\n{\"seq\":" + std::to_string(acked) + "}");
  }
  void hand_in() {
    for (int64_t n = dice.between(1, 4); n > 0; n--) {
      const int64_t id = next++;
      if (agent_hand_in(agent, "r" + std::to_string(id), dice.below(300))) accepted.insert(id);
    }
  }
  void disk_change() {
    const ModelDisk::Mode modes[] = {ModelDisk::writes, ModelDisk::writes, ModelDisk::full, ModelDisk::fails, ModelDisk::stalls};
    disk_set(modes[dice.below(5)]);
  }
  void backend_dies() {
    cut();
    backend_end_crash(backend, static_cast<int>(dice.below(8)));
    begin();
  }
  void agent_dies() {
    cut();
    agent_give_up(agent);
    agent.disk.kill();
    agent_begin(agent);
  }
  void step() {
    const uint64_t what = dice.below(1000);
    if (what < 250) return hand_in();
    if (what < 450) return agent_pass(agent, dice.between(1, 1500));
    if (what < 700) return to_backend(dice.below(12));
    if (what < 850) return to_agent();
    if (what < 940) return connect();
    if (what < 955) return cut();
    if (what < 975) return disk_change();
    if (what < 990) {
      disk_set(ModelDisk::writes);
      (void)backend_end_settle(backend);
      return;
    }
    if (what < 995) return backend_dies();
    agent_dies();
  }
  bool is_drained() const { return spool_events(agent.spool) == 0 && outbox_depth(agent.core->outbox) == 0; }
  void drain() {
    disk_set(ModelDisk::writes);
    for (int i = 0; i < 5000 && !is_drained(); i++) {
      agent_pass(agent, 500);
      connect();
      to_backend(10'000);
      (void)backend_end_settle(backend);
      to_agent();
    }
    if (!is_drained()) wrong = "results still wait at the end";
  }
  void judge() {
    for (int64_t id : accepted) {
      const std::string name = "r" + std::to_string(id);
      Result<StoredEvent> e = store_get_event(backend.backend->store, {"default", "a1", name});
      if (!e.ok()) wrong = name + " is lost";
      else if (json_int64(json_at(e.value.head, {"check", "occurrences"})).value != 1) wrong = name + " was counted twice";
    }
  }
};

uint64_t number_of(const char* variable, uint64_t fallback) {
  const char* text = std::getenv(variable);
  return text ? strtoull(text, nullptr, 10) : fallback;
}

}  // namespace

TEST_CASE("what a script got ok for is stored once, whatever happens between both ends") {
  log_set_sink([](std::string_view) {});
  constexpr uint64_t kStorySteps = 3000;
  const uint64_t all = number_of("PICKET_MODEL_STEPS", 30'000);
  uint64_t seed = number_of("PICKET_MODEL_SEED", 1);
  for (uint64_t done = 0; done < all; done += kStorySteps, seed++) {
    Joined story(seed);
    for (uint64_t i = 0; i < kStorySteps && story.wrong.empty(); i++) story.step();
    if (story.wrong.empty()) story.drain();
    if (story.wrong.empty()) story.judge();
    CAPTURE(seed);
    REQUIRE_MESSAGE(story.wrong.empty(), story.wrong);
  }
  log_set_sink({});
}
