// tests/backend/ingest/clock_test.cc - the wall clock is set by an hour and a day, both ways: what counts in durations does not
// notice, and it is said.
#include "tests/backend/api/api_world.h"
#include "backend/ingest/ingest.h"
#include "backend/event/own_events.h"
#include "backend/ingest/schedule_driver.h"

using namespace picket;

namespace {

struct Clock {
  std::string* log;
  explicit Clock(std::string& to) : log(&to) {
    log_set_sink([this](std::string_view line) { log->append(line); });
  }
  ~Clock() { os_clock_set(0); }
  static void set(int64_t ahead_s) { os_clock_set(ahead_s * 1'000'000'000); }
};

Event keepalive(const std::string& name, int64_t timestamp, uint32_t warning, int64_t critical) {
  Event e;
  e.timestamp = timestamp;
  e.check.emplace();
  e.check->metadata.name = "keepalive";
  e.check->metadata.ns = e.metadata.ns = "default";
  e.check->interval = 2;
  e.check->timeout = warning;
  e.check->ttl = critical;
  Entity entity;
  entity.entity_class = "agent";
  entity.metadata.name = name;
  entity.metadata.ns = "default";
  entity.subscriptions = {"turns"};
  e.entity = std::make_shared<const Entity>(std::move(entity));
  return e;
}

void alive(World& w, const std::string& name, int64_t timestamp, uint32_t warning = 120, int64_t critical = 0) {
  bool stored = false;
  REQUIRE(ingest_keepalive(w.backend, keepalive(name, timestamp, warning, critical), true, [&](const Status& s) { stored = s.ok(); }).ok());
  CHECK(w.until([&] { return stored; }));
}

// The timer looks now.
void look(World& w) {
  w.backend->ingest->alive_at_ms = 0;
  ingest_timer(w.backend);
  CHECK(w.until([&] { return w.backend->ingest->alive_at_ms != 0; }));
}

int64_t now_s() { return os_unix_ms() / 1000; }

std::string keepalive_of(World& w, const std::string& name) { return w.call("GET", DEFAULT "/events/" + name + "/keepalive").body; }

}  // namespace

TEST_CASE("the clock is set: nobody is dead for it, turns go on, silences last as long as was said, and it is said") {
  for (int64_t by_s : {3600, -3600, 86'400, -86'400}) {
    CAPTURE(by_s);
    World w;
    std::string log;
    Clock clock(log);
    look(w);
    for (int i = 0; i < 20; i++) alive(w, "h" + std::to_string(i), now_s());
    const std::string silence = R"({"metadata":{"namespace":"default"},"subscription":"turns","expire":1800})";
    REQUIRE(w.call("POST", DEFAULT "/silenced", silence).code == 201);
    const std::string ttl = R"({"entity":{"metadata":{"name":"ext","namespace":"default"},"entity_class":"proxy"},)"
                            R"("check":{"metadata":{"name":"c","namespace":"default"},"interval":1,"ttl":60}})";
    REQUIRE(w.call("POST", DEFAULT "/events", ttl).code == 201);
    Clock::set(by_s);
    look(w);
    const Ingest& ingest = *w.backend->ingest;
    for (const auto& [key, s] : ingest.liveness.countdowns) CHECK_FALSE(s.dead);
    CHECK(w.backend->stats.keepalives_dead == 0);
    for (const auto& [key, s] : ingest.liveness.countdowns) CHECK(s.deadline_ms <= os_mono_ms() + 120'000);
    CHECK(log.find("clock of this machine changed") != std::string::npos);
    const Silenced& kept = ingest.silences.entries.begin()->second;
    CHECK(silence_active(kept, now_s()));
    CHECK_FALSE(silence_active(kept, now_s() + 1801));
    w.until([] { return false; }, 30);
    CHECK(store_get(w.backend->store, "silenced", "default", "turns:*").value.body == encode(kept));
    alive(w, "h0", now_s());  // what looks at the scheduler's clock
    Scheduler& scheduler = w.backend->scheduling->scheduler;
    (void)scheduler_tick(scheduler, os_unix_ns());
    CHECK(scheduler.rings["default\nturns"].members.size() == 20);
    for (const auto& [member, end_ns] : scheduler.rings["default\nturns"].members) CHECK(end_ns > os_unix_ns());
  }
}

TEST_CASE("critical goes by how long we have heard nothing, whatever the agent's clock says") {
  World w;
  for (int64_t ahead_s : {0, 3600, -3600, 86'400}) {
    CAPTURE(ahead_s);
    const std::string name = "agent" + std::to_string(ahead_s + 3600);
    alive(w, name, now_s() + ahead_s, 6, 14);
    const auto silent = [&](int64_t s) {
      Liveness& l = w.backend->ingest->liveness;
      l.countdowns[{"default", name, kKeepaliveCheck}].alive_ms = os_mono_ms() - s * 1000;
      liveness_put_off(l, {"default", name, kKeepaliveCheck}, os_mono_ms());
      look(w);
      const std::string event = keepalive_of(w, name);
      CHECK(json_string(json_at(event, {"check", "output"})).value.find(" for " + std::to_string(s) + " seconds") != std::string::npos);
      return std::string(json_at(event, {"check", "status"}));
    };
    CHECK(silent(7) == "1");
    CHECK(silent(13) == "1");
    CHECK(silent(15) == "2");
  }
}

TEST_CASE("a dead agent's event names the deadline that was missed, also when another result took its keepalive's place") {
  World w;
  alive(w, "short", now_s(), 6);
  Event other = keepalive("short", now_s(), 0, 0);
  other.id = os_uuid();
  other.check->output = "I live";
  bool stored = false;
  backend_event(w.backend, std::move(other), EventOrigin::agent, [&](const Status& s) { stored = s.ok(); });
  REQUIRE(w.until([&] { return stored; }));
  Liveness& l = w.backend->ingest->liveness;
  l.countdowns[{"default", "short", kKeepaliveCheck}].alive_ms = os_mono_ms() - 12'000;
  liveness_put_off(l, {"default", "short", kKeepaliveCheck}, os_mono_ms());
  look(w);
  const std::string event = keepalive_of(w, "short");
  CHECK(json_string(json_at(event, {"check", "output"})).value == "No keepalive sent from short for 12 seconds (>= 6)");
  CHECK(json_at(event, {"check", "timeout"}) == "6");
}

TEST_CASE("an event from the future takes the grace after an absence from nobody, and a clock that was set back gives the longest") {
  World w;
  std::string log;
  Clock clock(log);
  alive(w, "h", now_s(), 60);
  const std::string future = R"({"timestamp":)" + std::to_string(now_s() + 86'400) +
      R"(,"entity":{"metadata":{"name":"ext","namespace":"default"},"entity_class":"proxy"},)"
      R"("check":{"metadata":{"name":"c","namespace":"default"},"interval":1,"ttl":60}})";
  REQUIRE(w.call("POST", DEFAULT "/events", future).code == 201);
  w.stop();
  Clock::set(100);
  w.start();
  CHECK(w.backend->ingest->restored.away_s >= 100);
  CHECK(w.backend->ingest->restored.away_s < 110);
  CHECK(w.call("GET", C2 "/namespaces/sensu-system/events/here/backend-away").body.find("\"status\":1") != std::string::npos);
  w.stop();
  Clock::set(-3600);
  w.start();
  CHECK(w.backend->ingest->restored.away_s == 0);
  CHECK(w.backend->ingest->restored.return_s == kRestartReturnMax + kRestartReconnect);
  for (const auto& [key, s] : w.backend->ingest->liveness.countdowns) CHECK(s.deadline_ms >= os_mono_ms() + kRestartReturnMax * 1000);
}

TEST_CASE("a backend that backend was suspended calls nobody dead for it, and says so") {
  World w;
  std::string log;
  Clock clock(log);
  alive(w, "h", now_s(), 60);
  look(w);
  Ingest* ingest = w.backend->ingest;
  ingest->liveness.countdowns[{"default", "h", kKeepaliveCheck}].alive_ms -= 300'000;
  liveness_put_off(ingest->liveness, {"default", "h", kKeepaliveCheck}, os_mono_ms() - 240'000);
  ingest_timer(w.backend);
  ingest->due_ms = os_mono_ms() - 300'000;  // when it should have looked
  CHECK(w.until([&] { return log.find("backend was suspended") != std::string::npos; }));
  CHECK(w.backend->stats.keepalives_dead == 0);
  CHECK(liveness_find(ingest->liveness, {"default", "h", kKeepaliveCheck})->deadline_ms > os_mono_ms() + 100'000);
  CHECK(w.call("GET", C2 "/namespaces/sensu-system/events/here/backend-away").body.find("\"status\":1") != std::string::npos);
}

TEST_CASE("the API waits for as long as --api-serve-wait-time says, whatever the clock does meanwhile") {
  World w;
  std::string log;
  Clock clock(log);
  w.stop();
  w.start(300);
  Clock::set(-3600);
  CHECK(w.call("GET", "/version").code == 503);
  CHECK(w.until([&] { return w.call("GET", "/version").code == 200; }, 2000));
}
