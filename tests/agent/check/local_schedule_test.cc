// tests/agent/check/local_schedule_test.cc - checks without a backend.
#include <doctest/doctest.h>

#include "agent/config/local_checks.h"
#include "agent/check/local_schedule.h"
#include "tests/agent/core/core_story.h"

using namespace picket;

TEST_CASE("the 1.x phase, by its recorded vectors") {
  struct Row { const char* agent; const char* check; int64_t interval_s, now_ms, delay_ms; };
  const Row rows[] = {
      {"i-424242", "test", 60, 1414213569032, 3321},      {"i-424242", "test", 3600, 1414213569032, 783321},
      {"web-01", "check_disk", 30, 1700000000000, 23867}, {"web-02", "check_disk", 30, 1700000000000, 24193},
      {"web-01", "check_http", 300, 1700000000500, 214534}, {"a", "b", 1, 1700000000250, 646},
  };
  for (const Row& r : rows) {
    CAPTURE(r.check);
    CHECK(schedule_interval_next(schedule_phase(r.agent, r.check), r.interval_s * 1000, r.now_ms) == r.now_ms + r.delay_ms);
  }
  CHECK(schedule_interval_next(schedule_phase("i-424242", "test"), 60'000, 1414213572352) == 1414213572353);
}

namespace {
CheckRequest definition(const std::string& json) {
  auto r = local_check_parse(json, "default");
  REQUIRE(r.ok());
  return r.value.request;
}
CheckRequest request(const char* name, uint32_t interval, int64_t issued, bool publish = true) {
  CheckRequest q;
  q.config.emplace();
  q.config->metadata = {name, "default", {}, {}, "", {}};
  q.config->command = "x";
  q.config->interval = interval;
  q.config->publish = publish;
  q.issued = issued;
  return q;
}
}  // namespace

TEST_CASE("a local check keeps its phase over any delay and is caught up once") {
  Schedule s;
  REQUIRE(schedule_add(s, definition(check_json("b", "true")), "a").ok());
  int64_t first = schedule_interval_next(schedule_phase("a", "b"), 10'000, 1700000000250);
  CHECK(schedule_due(s, 1700000000250, false).empty());
  CHECK(schedule_next(s, 1700000000250, false) == first);
  CHECK(schedule_due(s, first, false).size() == 1);
  CHECK(schedule_due(s, first, false).empty());
  CHECK(schedule_next(s, first, false) == first + 10'000);
  auto late = schedule_due(s, first + 3'609'999, false);
  REQUIRE(late.size() == 1);
  CHECK(late[0].issued == (first + 3'600'000) / 1000);
  CHECK(schedule_next(s, first, false) == first + 3'610'000);
}

TEST_CASE("a cron check runs at its minute; a subdued one does not") {
  Schedule s;
  REQUIRE(schedule_add(s, definition(R"({"command":"x","cron":"*/15 * * * *","metadata":{"name":"c"}})"), "a").ok());
  CHECK(schedule_due(s, 1700000000000, false).empty());
  int64_t next = schedule_next(s, 1700000000000, false);
  CHECK(next % 900'000 == 0);
  auto due = schedule_due(s, next, false);
  REQUIRE(due.size() == 1);
  CHECK(due[0].issued == next / 1000);
  CHECK(due[0].config->metadata.annotations[kStartedByAnnotation] == "agent-schedule");
  Schedule t;
  REQUIRE(
      schedule_add(
          t,
          definition(
              R"({"command":"x","interval":10,"metadata":{"name":"c"},"subdues":[{"begin":"2023-11-14T00:00:00Z","end":"2023-11-16T00:00:00Z","repeat":[]}]})"),
          "a")
          .ok());
  CHECK(schedule_due(t, 1700000000000, false).empty());
  next = schedule_next(t, 0, false);
  CHECK(schedule_due(t, next, false).empty());
}

TEST_CASE("a clock that is set back by a day takes no day of runs; one that is set back by seconds gives none twice") {
  for (const char* text :
       {R"({"command":"x","cron":"* * * * *","metadata":{"name":"c"}})", R"({"command":"x","interval":60,"metadata":{"name":"c"}})"}) {
    CAPTURE(text);
    Schedule s;
    REQUIRE(schedule_add(s, definition(text), "a").ok());
    int64_t now = 1'700'000'000'000;
    schedule_due(s, now, false);
    size_t runs = 0;
    for (int i = 0; i < 120; i++) runs += schedule_due(s, now - 86'400'000 + i * 60'000, false).size();
    CHECK(runs >= 118);
    int64_t next = schedule_next(s, 0, false);
    CHECK(schedule_due(s, next, false).size() == 1);
    CHECK(schedule_due(s, next - 5000, false).empty());
    CHECK(schedule_due(s, next + 5000, false).empty());
  }
}

TEST_CASE("what was learned is kept over a sleep of the machine, though a connection seems to be there") {
  Schedule s;
  schedule_learn(s, request("c", 10, 700), 1'000'000);
  schedule_due(s, 1'000'000, false);
  schedule_due(s, 9'000'000, false);
  CHECK(s.learned.size() == 1);
  schedule_due(s, 9'020'000, false);
  schedule_due(s, 9'040'000, false);
  CHECK(s.learned.empty());
}

TEST_CASE("what cannot be scheduled is refused with its name") {
  Schedule s;
  CHECK(schedule_add(s, definition(R"({"command":"x","metadata":{"name":"c"}})"), "a").message ==
        "check \"c\": check interval must be greater than 0 or a valid cron schedule must be provided");
}

TEST_CASE("learned checks go on while there is no backend, never twice in one period") {
  Schedule s;
  schedule_learn(s, request("c", 10, 700), 1000'000);  // their clock is not ours: what counts is when it came
  schedule_learn(s, request("adhoc", 10, 1000, false), 1000'000);
  CheckRequest robin = request("robin", 10, 1000);
  robin.config->round_robin = true;
  schedule_learn(s, robin, 1000'000);
  CHECK(s.learned.size() == 1);
  // Connected: the backend asks.
  CHECK(schedule_due(s, 1015'000, false).empty());
  CHECK(schedule_next(s, 1015'000, false) == INT64_MAX);
  // The connection breaks at 1009; the request of 1010 does not come; 1013 is its time here.
  CHECK(schedule_next(s, 1009'000, true) == 1013'000);
  CHECK(schedule_due(s, 1012'999, true).empty());
  auto due = schedule_due(s, 1013'000, true);
  REQUIRE(due.size() == 1);
  CHECK(due[0].config->metadata.annotations[kStartedByAnnotation] == "offline-schedule");
  CHECK(due[0].issued == 1010);
  CHECK(schedule_due(s, 1013'500, true).empty());
  CHECK(schedule_next(s, 1013'500, true) == 1023'000);
  // The backend is back and asks for the next period.
  schedule_learn(s, request("c", 10, 1020), 1020'000);
  CHECK(schedule_due(s, 1023'000, true).empty());
  // A long sleep is caught up once.
  due = schedule_due(s, 1999'000, true);
  REQUIRE(due.size() == 1);
  CHECK(due[0].issued == 1990);
  CHECK(schedule_due(s, 1999'000, true).empty());
  // The clock is set back: the check does not wait until the old time comes again.
  CHECK(schedule_due(s, 1500'000, true).empty());
  CHECK(schedule_due(s, 1513'000, true).size() == 1);
}

TEST_CASE("late runs of two periods in one second are of two seconds") {
  Schedule s;
  schedule_learn(s, request("c", 1, 1), 1000'250);
  auto late = schedule_due(s, 1005'200, true), next = schedule_due(s, 1005'250, true);  // of 1001.25, left for the last; of 1002.25
  REQUIRE(late.size() == 1);
  REQUIRE(next.size() == 1);
  CHECK(late[0].issued == 1001);
  CHECK(next[0].issued == 1002);
}

TEST_CASE("after a sleep a cron check is dated at the last of its times") {
  struct Row { const char* cron; int64_t due_s, now_s, last_s; const char* why; };
  const int64_t midnight = 1700006400;  // Wednesday, 2023-11-15
  const Row rows[] = {
      {"* * * * *", midnight, midnight + 61, midnight + 60, "the next minute"},
      {"* * * * *", midnight, midnight + 30 * 86'400 + 59, midnight + 30 * 86'400, "a month of minutes"},
      {"0 3 * * *", midnight + 3 * 3600, midnight + 86'400, midnight + 3 * 3600, "nothing was missed"},
      {"0 3 * * 4", midnight - 6 * 86'400 + 3 * 3600, midnight + 10 * 86'400, midnight + 8 * 86'400 + 3 * 3600, "weekly, two were missed"},
      {"0 3 1 1 *", midnight - 318 * 86'400 + 3 * 3600, midnight, midnight - 318 * 86'400 + 3 * 3600, "yearly"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    CHECK(schedule_cron_last(cron_parse(r.cron).value, r.due_s * 1000, r.now_s * 1000 + 999) == r.last_s * 1000);
  }
  Schedule s;
  CheckRequest minutely = request("minutely", 0, 1);
  minutely.config->cron = "CRON_TZ=UTC * * * * *";
  schedule_learn(s, minutely, midnight * 1000 + 800);
  auto due = schedule_due(s, (midnight + 3600) * 1000 + 2999, true);  // 3600 is within the grace
  REQUIRE(due.size() == 1);
  CHECK(due[0].issued == midnight + 3540);
  CHECK(schedule_next(s, 0, true) == (midnight + 3600) * 1000 + kLearnedGraceMs);
}

TEST_CASE("a check the backend stopped asking for is forgotten") {
  Schedule s;
  schedule_learn(s, request("c", 10, 1000), 1000'000);
  schedule_due(s, 1033'000, false);
  CHECK(s.learned.size() == 1);
  schedule_due(s, 1033'001, false);
  CHECK(s.learned.empty());
}

TEST_CASE("what is learned is bounded, in number and in bytes") {
  Schedule s;
  for (size_t i = 0; i < kLearnedMax + 5; i++) schedule_learn(s, request(("c" + std::to_string(i)).c_str(), 10, 1), 1000'000);
  CHECK(s.learned.size() == kLearnedMax);
  Schedule t;
  auto large = [&](const std::string& name, size_t bytes) {
    CheckRequest r = request(name.c_str(), 10, 1);
    r.config->command.assign(bytes, '#');
    schedule_learn(t, r, 1000'000);
    return t.learned.count(name) > 0;
  };
  CHECK(large("a", kLearnedBytesMax / 2));
  CHECK(large("b", kLearnedBytesMax / 4));
  CHECK_FALSE(large("c", kLearnedBytesMax / 2));
  CHECK(large("a", kLearnedBytesMax / 8));  // in its own place
  CHECK(large("c", kLearnedBytesMax / 2));
  CHECK_FALSE(large("c", kLearnedBytesMax));  // grown too large: the old definition is not what is asked for
  CHECK(t.learned.size() == 2);
}

TEST_CASE("cron checks are learned when the backend's hours are ours") {
  Schedule s;
  CheckRequest quarter = request("quarter", 0, 1);
  quarter.config->cron = "CRON_TZ=UTC */15 * * * *";
  schedule_learn(s, quarter, 1700000100'500 + 400'000);  // 22:21:40: not its minute, another time zone or an ad-hoc request
  CHECK(s.learned.empty());
  schedule_learn(s, quarter, 1700000100'000 + 800);  // 22:15:00
  REQUIRE(s.learned.size() == 1);
  CHECK(schedule_next(s, 1700000200'000, true) == 1700001000'000 + kLearnedGraceMs);
  CHECK(schedule_due(s, 1700001002'999, true).empty());
  CHECK(schedule_due(s, 1700001003'000, true).size() == 1);
  CHECK(schedule_due(s, 1700001003'000, true).empty());
}

TEST_CASE("what was learned survives a restart; the period that had begun counts as run") {
  Schedule s;
  schedule_learn(s, request("c", 10, 1000), 1000'000);
  schedule_learn(s, request("d", 3600, 1000), 1000'000);
  CheckRequest secret = request("secret", 10, 1000);
  secret.secrets = {"TOKEN=x"};
  schedule_learn(s, secret, 1000'000);
  CHECK(s.learned_changed);
  std::string text = schedule_learned_text(s);
  CHECK(text.find("TOKEN") == std::string::npos);
  Schedule t;
  REQUIRE(schedule_learned_load(t, text, 1057'000).ok());
  CHECK(t.learned.size() == 2);
  CHECK(t.learned.at("c").request.config->command == "x");
  // 1050 had begun at 1057 and may have been run before the restart: 1060 is next.
  CHECK(schedule_due(t, 1057'000, true).empty());
  CHECK(schedule_next(t, 1057'000, true) == 1063'000);
  CHECK(schedule_due(t, 1063'000, true).size() == 1);
  // Stored again and again, cron included, it stays what it is.
  Schedule u;
  REQUIRE(schedule_learned_load(u, schedule_learned_text(t), 1063'500).ok());
  CHECK(schedule_next(u, 1063'500, true) == 1073'000);
  CHECK_FALSE(schedule_learned_load(u, text.substr(0, text.size() / 2), 0).ok());
  CHECK(schedule_learned_load(u, "{}", 0).message.find("checks") != std::string::npos);
}

TEST_CASE("only what differs is worth storing") {
  Schedule s;
  schedule_learn(s, request("c", 10, 1), 1000'000);
  s.learned_changed = false;
  schedule_learn(s, request("c", 10, 2), 1010'400);
  CHECK_FALSE(s.learned_changed);
  schedule_learn(s, request("c", 10, 3), 1025'000);  // another phase
  CHECK(s.learned_changed);
  s.learned_changed = false;
  schedule_learn(s, request("c", 20, 4), 1035'000);
  CHECK(s.learned_changed);
}

TEST_CASE("the core hands out what was learned once it has settled, and at the stop") {
  Story s;
  s.online();
  s.request(check_json("c", "x", ",\"publish\":true"), 100);
  CHECK(s.tick(0) == "run:x");
  CHECK(core_next_due(s.core, s.now()) <= kScheduleStoreMs);
  CHECK(s.tick(kScheduleStoreMs) == "learned");
  s.request(check_json("d", "y", ",\"publish\":true"), 200);
  core_stop(s.core, s.now());
  CHECK(s.tick(kScheduleStoreMs).find("learned") != std::string::npos);
}

TEST_CASE("a backend whose clock is slow is obeyed after an absence") {
  Story s;
  s.online();
  s.request(check_json("c", "x", ",\"publish\":true"), 1'699'990'000);  // nearly three hours behind
  CHECK(s.tick(0) == "run:x");
  s.done(0, "");
  s.tick(0);
  core_disconnected(s.core, s.now());
  s.core.link.retry_at = kNever;
  CHECK(s.tick(13'000).find("run:x") == 0);
  s.done(0, "");
  s.core.link.retry_at = 0;
  s.tick(14'000);
  core_connected(s.core, s.now(), false, "");
  s.tick(14'000);
  s.request(check_json("c", "x", ",\"publish\":true"), 1'699'990'020);
  CHECK(s.tick(20'000).find("run:x") == 0);
}

TEST_CASE("the core starts local checks on time, with and without a backend") {
  Story s;
  REQUIRE(schedule_add(s.core.schedule, definition(check_json("b", "echo local")), "a1").ok());
  int64_t due = schedule_interval_next(schedule_phase("a1", "b"), 10'000, s.now().unix_ms) - 1'700'000'000'000;
  s.tick(0);
  core_disconnected(s.core, s.now());
  s.core.link.retry_at = kNever;
  CHECK(core_next_due(s.core, s.now()) == due);
  CHECK(s.tick(due - 1) == "");
  CHECK(s.tick(due) == "run:echo local");
  s.done(0, "local\n");
  s.core.link.retry_at = 0;
  s.tick(due);
  core_connected(s.core, s.now(), false, "");
  CHECK(s.tick(due) == "send:keepalive send:event");
  CHECK(s.last({"check", "metadata", "annotations"}) == "{\"picket.io/started-by\":\"agent-schedule\"}");
}
