// tests/agent/core/spacing_test.cc - what waited leaves so that a backend that processes concurrently counts it as in time.
#include <doctest/doctest.h>

#include "agent/check/local_schedule.h"
#include "tests/agent/core/core_story.h"

using namespace picket;

namespace {

struct Offline : Story {
  // A result of another program, handed in now.
  void result(const std::string& check, const std::string& proxy = "") {
    Event e;
    e.timestamp = now().unix_s();
    e.check.emplace();
    e.check->metadata.name = check;
    e.check->proxy_entity_name = proxy;
    core_event(core, now(), std::move(e));
  }
  // A run of the agent's own schedule, every ten seconds.
  void run(const std::string& check, bool with_metrics = false, const std::string& cron = "") {
    Event e;
    e.timestamp = now().unix_s();
    e.check.emplace();
    e.check->metadata.name = check;
    e.check->metadata.annotations[kStartedByAnnotation] = "offline-schedule";
    e.check->interval = cron.empty() ? 10 : 0;
    e.check->cron = cron;
    if (with_metrics) e.metrics.emplace().points.push_back({"m", 1, 2, {}});
    core_event(core, now(), std::move(e));
  }
  void at(int64_t ms) { mono = ms; }
  void connect(const std::string& ack = "") {
    core.link.state = Link::connecting;
    core_connected(core, now(), false, ack);
  }
  // The checks whose results leave at that time, and pings.
  std::string leave(int64_t ms) {
    const size_t before = sent.size();
    const std::string words = tick(ms);
    std::string out;
    for (size_t i = before; i < sent.size(); i++) {
      if (sent[i].compare(0, 5, "event") != 0) continue;
      const std::string_view json = std::string_view(sent[i]).substr(sent[i].find('\n') + 1);
      const std::string_view name = json_at(json, {"check", "metadata", "name"});
      out += (name.empty() ? "metrics" : json_string(name).value) + " ";
    }
    return out + (words.find("ping") != std::string::npos ? "ping" : "");
  }
  int64_t due() { return core_next_due(core, now()); }
};

}  // namespace

TEST_CASE("spacing: results of one check leave one after the other, each when the one before was read and had its second") {
  Offline s;
  for (int64_t t : {0, 10'000, 20'000}) {
    s.at(t);
    s.result("a");
    s.result("b");
  }
  s.at(30'000);
  s.connect();
  CHECK(s.leave(30'000) == "a b ping");
  CHECK(s.leave(35'000) == "");  // however long: a backend that has not read the first may read both at once
  s.pong();
  CHECK(s.leave(35'000) == "");
  CHECK(s.due() == 36'000);
  CHECK(s.leave(35'999) == "");
  CHECK(s.leave(36'000) == "a b ping");
  s.pong();
  CHECK(s.leave(37'000) == "a b ");
}

TEST_CASE("spacing: a pong of a ping that was sent before says nothing") {
  Offline s;
  s.result("a");
  s.at(10'000);
  s.result("a");
  s.at(20'000);
  s.connect();
  s.core.actions.clear();
  ping_send(s.core);
  s.drain();
  const std::string early = s.last_ping;
  CHECK(s.leave(20'000) == "a ping");
  core_pong(s.core, s.now(), early);
  CHECK(s.leave(25'000) == "");
  s.pong();
  CHECK(s.leave(26'000) == "a ");
}

TEST_CASE("spacing: an acknowledged session is not spaced, nor are results in normal operation") {
  Offline s;
  core_spool_opened(s.core, "stream-1", 1, 0);
  s.result("a");
  s.at(10'000);
  s.result("a");
  s.at(20'000);
  s.connect("0");
  CHECK(s.leave(20'000) == "a a ");

  Offline live;
  live.connect();
  live.tick(0);
  live.result("a");
  CHECK(live.leave(0) == "a ");
  live.result("a");
  live.result("a");
  CHECK(live.leave(1) == "a a ");
}

TEST_CASE("spacing: what comes while the backlog leaves keeps its place after it, and then all is at once again") {
  Offline s;
  s.result("a");
  s.at(10'000);
  s.result("a");
  s.at(20'000);
  s.connect();
  CHECK(s.leave(20'000) == "a ping");
  s.result("a");  // made 10 s after the second
  s.pong();
  CHECK(s.leave(21'000) == "a ping");
  s.pong();
  CHECK(s.leave(21'999) == "");
  CHECK(s.leave(22'000) == "a ");
  s.leave(22'500);
  s.pong();
  CHECK(s.leave(23'500) == "");
  s.result("a");
  CHECK(s.leave(23'501) == "a ");
  s.result("a");
  CHECK(s.leave(23'502) == "a ");
}

TEST_CASE("spacing: proxies and checks are apart; metrics alone, and results made close together, do not wait for pongs") {
  Offline s;
  s.result("a", "p1");
  s.result("a", "p2");
  core_metrics(s.core, s.now(), {});
  s.at(1);
  core_metrics(s.core, s.now(), {});
  s.at(1000);
  s.result("a", "p1");
  s.at(20'000);
  s.connect();
  CHECK(s.leave(20'000) == "a a metrics metrics ");
  CHECK(s.leave(20'499) == "");
  CHECK(s.leave(20'500) == "a ping");
}

TEST_CASE("spacing: how long a result waits for the one before it") {
  const int64_t minute = 60'000, hour = 60 * minute;
  struct { int64_t gap, age, outage, want; const char* why; } const rows[] = {
      {10'000, minute, minute, 1000, "a check of ten seconds in an outage of a minute"},
      {1000, minute, minute, 500, "faster than it was made: the backlog ends"},
      {0, minute, minute, 0, "made together"},
      {minute, 9 * minute, 10 * hour, 1000, "the last ten minutes of ten hours"},
      {minute, 11 * minute, 10 * hour, 100, "what is older takes a minute in all"},
      {hour, 11 * minute, 10 * hour, 1000, "but never longer than a recent one"},
  };
  for (const auto& r : rows) {
    CAPTURE(r.why);
    CHECK(spacing_wait(r.gap, r.age, r.outage) == r.want);
  }
}

TEST_CASE("spacing: of the agent's own runs the last 21 periods are sent, of the older ones the metrics; results of others always") {
  Offline s;
  s.result("pushed");
  s.run("old");
  s.run("old", true);
  s.run("hourly", false, "0 * * * *");
  s.at(100'000);
  s.run("new");
  s.at(300'000);
  s.connect();
  CHECK(s.leave(300'000) == "pushed metrics hourly new ");
  CHECK(s.core.old_runs == 2);
  const std::string& metrics = s.sent.at(s.sent.size() - 3);
  CHECK(json_at(std::string_view(metrics).substr(6), {"metrics", "points"}).size() > 2);
  CHECK(json_at(std::string_view(metrics).substr(6), {"entity", "metadata", "name"}) == "\"a1\"");
  s.leave(300'500);
  s.pong();
  CHECK(s.core.outbox.sent.empty());  // what was left out is done with, too

  Offline picket_backend;
  core_spool_opened(picket_backend.core, "stream-1", 1, 0);
  picket_backend.run("old");
  picket_backend.at(900'000);
  picket_backend.connect("0");
  CHECK(picket_backend.leave(900'000) == "old ");
}

TEST_CASE("spacing: runs that are left out take no time, however many they are") {
  Offline s;
  s.core.config.events_rate = 1;
  s.core.config.events_burst = 1;
  for (int i = 0; i < 1000; i++) s.run("c" + std::to_string(i % 10));
  s.at(400'000);
  s.run("recent");
  s.at(500'000);
  s.connect();
  std::string left;
  for (int64_t t = 500'000; t < 500'010; t++) {
    left += s.leave(t);
    s.pong();
  }
  CHECK(left.find("recent") != std::string::npos);
  CHECK(s.core.old_runs == 1000);
}

TEST_CASE("spacing: a connection that breaks begins again with what was not read") {
  Offline s;
  s.result("a");
  s.at(10'000);
  s.result("a");
  s.at(20'000);
  s.connect();
  CHECK(s.leave(20'000) == "a ping");
  core_disconnected(s.core, s.now());
  s.at(30'000);
  s.connect();
  CHECK(s.leave(30'000) == "a ping");
  s.pong();
  CHECK(s.leave(31'000) == "a ");
}
