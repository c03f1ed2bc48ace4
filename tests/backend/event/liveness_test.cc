// tests/backend/event/liveness_test.cc - countdowns over time: ends, repeats, restarts.
#include <doctest/doctest.h>

#include "backend/event/liveness.h"

using namespace picket;

static const EventKey kAgent{"default", "web1", kKeepaliveCheck};
static std::string names(const std::vector<Expired>& expired) {
  std::string out;
  for (const Expired& e : expired)
    out += std::string(e.key.entity()) + (e.key.is_keepalive() ? "" : "/" + std::string(e.key.check())) + (e.was_alive ? "" : "!") + " ";
  return out;
}
static std::string tick(Liveness& l, int64_t now_s) { return names(liveness_tick(l, now_s * 1000)); }

TEST_CASE("a countdown that is not reset is reported every ttl seconds until it is") {
  Liveness l;
  REQUIRE(liveness_alive(l, kAgent, 8, 0).ok());
  CHECK(tick(l, 7) == "");
  CHECK(tick(l, 8) == "web1 ");
  CHECK(tick(l, 8) == "");
  CHECK(tick(l, 16) == "web1! ");
  CHECK(tick(l, 24) == "web1! ");
  REQUIRE(liveness_alive(l, kAgent, 8, 25'000).ok());
  CHECK(tick(l, 32) == "");
  CHECK(tick(l, 33) == "web1 ");
  countdown_remove(l, kAgent);
  CHECK(tick(l, 1000) == "");
  CHECK(l.countdowns.empty());
}

TEST_CASE("refreshing costs no memory, however often") {
  Liveness l;
  for (int i = 0; i < 10'000; i++) (void)liveness_alive(l, kAgent, 120, i * 1000);
  CHECK(l.heap.size() == 1);
  CHECK(tick(l, 9999 + 119) == "");
  CHECK(tick(l, 9999 + 120) == "web1 ");
}

TEST_CASE("a shorter ttl counts at once") {
  Liveness l;
  (void)liveness_alive(l, kAgent, 3600, 0);
  (void)liveness_alive(l, kAgent, 10, 1000);
  CHECK(liveness_next_due(l) <= 11'000);
  CHECK(tick(l, 11) == "web1 ");
}

TEST_CASE("a ttl below 5 is refused and registers nothing") {
  Liveness l;
  CHECK(liveness_alive(l, kAgent, 4, 0).message == "bad ttl: 4 is less than the minimum value of 5");
  CHECK(l.countdowns.empty());
  CHECK(liveness_alive(l, kAgent, INT64_MAX, 1'700'000'000'000).ok());
  CHECK(tick(l, 1'700'000'001) == "");
}

TEST_CASE("keepalives and checks of one entity have different countdowns") {
  Liveness l;
  (void)liveness_alive(l, kAgent, 10, 0);
  (void)liveness_alive(l, {"default", "web1", "backup"}, 10, 0);
  (void)liveness_alive(l, {"other", "web1", kKeepaliveCheck}, 10, 0);
  countdown_remove(l, kAgent);
  CHECK(liveness_tick(l, 10'000).size() == 2);
}

TEST_CASE("a storm comes in portions") {
  Liveness l;
  for (int i = 0; i < 1000; i++) (void)liveness_alive(l, {"default", "e" + std::to_string(i), kKeepaliveCheck}, 10, 0);
  size_t all = 0;
  for (int i = 0; i < 10; i++) all += liveness_tick(l, 10'000, 100).size();
  CHECK(all == 1000);
  CHECK(liveness_tick(l, 10'000, 100).empty());
}

TEST_CASE("what ended while the backend did not run gets the grace of a start, and what is left of the others stands still") {
  Liveness l;
  const EventKey other{"default", "web2", kKeepaliveCheck}, dead{"default", "web3", kKeepaliveCheck};
  (void)liveness_alive(l, kAgent, 120, 1000'000);
  (void)liveness_alive(l, other, 86'400, 1000'000);
  (void)liveness_dead(l, dead, 120, 1000'000);
  CHECK(liveness_stalled(l, 3600'000, 4700'000) == 2);  // from 1100 on
  CHECK(liveness_find(l, other)->deadline_ms == 4700'000 + (86'400 - 100) * 1000);
  CHECK(tick(l, 4700 + kRestartReturnMax) == "web3! ");  // it was dead before
  CHECK(tick(l, 4700 + kRestartReturnMax + kRestartReconnect + kRestartSpread + 1).find("web1") != std::string::npos);
  (void)liveness_alive(l, kAgent, 120, 5000'000);
  CHECK(liveness_stalled(l, 0, 5000'000) == 0);
}

TEST_CASE("after a restart") {
  // The backend was away from 1000 to 5000.
  struct { CountdownRow row; int64_t earliest, latest; const char* why; } rows[] = {
      {{kAgent, 120, false, 990}, 5125, 5155, "110 of 120 s are left; its agent may wait 120 s for the next try to come back"},
      {{kAgent, 120, false, 890}, 5125, 5155, "10 s are left: agents get time to come back, spread"},
      {{kAgent, 120, false, 500}, 5125, 5155, "its time was over when the backend stopped"},
      {{kAgent, 10, false, 1000}, 5125, 5155, "a short ttl does not bring an agent back sooner"},
      {{kAgent, 86400, false, 1000}, 91400, 91400, "a backup that reports daily has its whole day"},
      {{kAgent, 86400, false, -80000}, 10400, 10400, "and what was left of it"},
      {{kAgent, 60, true, 900}, 5000, 5060, "what was dead is reported again within its ttl"},
      {{kAgent, 3600, true, 900}, 5000, 5120, "or within two minutes"},
      {{kAgent, 3600, true, 900, 4000}, 7600, 7600, "what was said of a silence is said again when it would have been without the restart"},
      {{kAgent, 3600, true, 900, 950}, 5000, 5120, "or soon, when that time is over"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    Liveness l;
    RestoreReport report = liveness_restore(l, {r.row}, 1000, 5'000'000, 5'000'000);
    CHECK(report.away_s == 4000);
    CHECK(report.restored == 1);
    CHECK(tick(l, r.earliest - 1) == "");
    CHECK(tick(l, r.latest + 1) == (r.row.dead ? "web1! " : "web1 "));
  }
}

TEST_CASE("after a short absence agents are back soon, and what fell silent is reported soon") {
  struct { int64_t away_s, ttl, last_alive, earliest, latest; } rows[] = {
      {2, 120, 995, 1117, 1117},  // 115 s were left
      {2, 120, 900, 1062, 1092},  // 20 s: a minute
      {2, 6, 1000, 1013, 1043},   // 3 * 2 + 5
      {20, 6, 1000, 1085, 1115},
  };
  for (auto& r : rows) {
    CAPTURE(r.away_s);
    CAPTURE(r.last_alive);
    Liveness l;
    liveness_restore(l, {{kAgent, r.ttl, false, r.last_alive}}, 1000, (1000 + r.away_s) * 1000, (1000 + r.away_s) * 1000);
    CHECK(tick(l, r.earliest - 1) == "");
    CHECK(tick(l, r.latest + 1) == "web1 ");
  }
}

TEST_CASE("after a restart thousands of silent agents are not reported in one second") {
  Liveness l;
  std::vector<CountdownRow> rows;
  for (int i = 0; i < 10'000; i++) rows.push_back({{"default", "agent" + std::to_string(i), kKeepaliveCheck}, 120, false, 900});
  liveness_restore(l, rows, 1000, 5'000'000, 5'000'000);
  size_t most = 0, all = 0;
  for (int64_t s = 5000; s <= 5160; s++) {
    size_t n = liveness_tick(l, s * 1000).size();
    most = std::max(most, n);
    all += n;
  }
  CHECK(all == 10'000);
  CHECK(most < 1000);
}

TEST_CASE("a start without a stop, or with a clock that went back, trusts nothing it cannot know") {
  Liveness l;
  CHECK(liveness_restore(l, {{kAgent, 120, false, 900}}, 0, 1000'000, 1000'000).away_s == 0);
  CHECK(liveness_restore(l, {{kAgent, 120, false, 900}}, 99999, 1000'000, 1000'000).away_s == 0);
  CHECK(liveness_restore(l, {{kAgent, 3, false, 900}}, 900, 1000'000, 1000'000).restored == 0);
  CHECK(liveness_restore(l, {{kAgent, 120, false, 900}}, 99999, 1000'000, 7000'000).return_s == kRestartReturnMax + kRestartReconnect);
  CHECK(tick(l, 7000 + kRestartReturnMax) == "");  // how long it was nobody knows
}

TEST_CASE("what the end of a countdown means") {
  CHECK(keepalive_expired(false, true, false) == KeepaliveVerdict::remove);
  CHECK(keepalive_expired(true, false, true) == KeepaliveVerdict::remove);
  CHECK(keepalive_expired(true, true, true) == KeepaliveVerdict::deregister);
  CHECK(keepalive_expired(true, true, false) == KeepaliveVerdict::fail);
  CHECK(ttl_expired(true, true, false, false) == TtlVerdict::fail);
  CHECK(ttl_expired(true, true, true, false) == TtlVerdict::hold);
  CHECK(ttl_expired(false, true, false, false) == TtlVerdict::remove);
  CHECK(ttl_expired(true, false, false, false) == TtlVerdict::remove);
  CHECK(ttl_expired(true, true, false, true) == TtlVerdict::ignore);
}

TEST_CASE("a check that falls silent with its host waits for it, and counts down anew when it is back") {
  const EventKey backup{"default", "web1", "backup"}, of_other{"default", "web2", "backup"};
  Liveness l;
  (void)liveness_alive(l, kAgent, 5, 0);
  (void)liveness_alive(l, backup, 12, 0);
  (void)liveness_alive(l, of_other, 12, 0);
  CHECK(tick(l, 5) == "web1 ");
  CHECK(tick(l, 12).find("web1/backup ") != std::string::npos);
  CHECK(liveness_hold(l, backup, 12, 12'000));
  CHECK_FALSE(liveness_hold(l, backup, 12, 12'000));  // said once
  (void)liveness_alive(l, of_other, 3600, 12'000);
  SUBCASE("the host comes back") {
    (void)liveness_alive(l, kAgent, 3600, 16'000);
    CHECK(liveness_find(l, kAgent)->back_ms == 16'000);
    CHECK(tick(l, 27) == "");
    CHECK(tick(l, 28) == "web1/backup ");
    CHECK(l.held.empty());
  }
  SUBCASE("it reports by itself") {
    (void)liveness_alive(l, backup, 12, 14'000);
    CHECK(l.held.empty());
    (void)liveness_alive(l, kAgent, 3600, 16'000);
    CHECK(tick(l, 25) == "");
    CHECK(tick(l, 26) == "web1/backup ");
  }
  SUBCASE("it is deleted") {
    countdown_remove(l, backup);
    CHECK(l.held.empty());
    (void)liveness_alive(l, kAgent, 3600, 16'000);
    CHECK(tick(l, 100) == "");
  }
  SUBCASE("the host never comes back: it is looked at all the same") {
    int times = 0;
    for (int64_t s = 13; s < 200; s++)
      if (tick(l, s).find("backup") != std::string::npos) times++, (void)liveness_hold(l, backup, 12, s * 1000);
    CHECK(times >= 3);
    CHECK(l.held.size() == 1);
  }
}

TEST_CASE("a day's switch of a host that was away has a minute when the host is back, one that runs hourly has its hour") {
  CHECK(ttl_grace(86'400, 0) == 60);
  CHECK(ttl_grace(7200, 3600) == 3610);
  CHECK(ttl_grace(12, 5) == 12);
  const EventKey daily{"default", "web1", "daily"};
  Liveness l;
  (void)liveness_alive(l, kAgent, 120, 0);
  (void)liveness_alive(l, daily, 86'400, 0);
  (void)tick(l, 120);
  (void)tick(l, 86'400);
  liveness_hold(l, daily, ttl_grace(86'400, 0), 86'400'000);
  (void)liveness_alive(l, kAgent, 120, 90'000'000);
  CHECK(tick(l, 90'059) == "");
  CHECK(tick(l, 90'060) == "web1/daily ");
}

TEST_CASE("held back over a restart: what the store knows of it ends again, and is held back again") {
  const EventKey backup{"default", "web1", "backup"};
  Liveness l;
  liveness_restore(l, {{kAgent, 5, true, 900}, {backup, 12, false, 900}}, 1000, 1'001'000, 1'001'000);
  std::string seen;
  int64_t s = 1001;
  for (; s < 1100 && seen.find("backup") == std::string::npos; s++) seen += tick(l, s);
  CHECK(seen.find("backup") != std::string::npos);
  CHECK(liveness_hold(l, backup, 12, s * 1000));
  (void)liveness_alive(l, kAgent, 120, (s + 30) * 1000);
  for (int64_t t = s; t < s + 42; t++) CHECK(tick(l, t).find("backup") == std::string::npos);
  CHECK(tick(l, s + 42) == "web1/backup ");
}

TEST_CASE("what is put off ends then, be it sooner or later") {
  Liveness l;
  (void)liveness_alive(l, kAgent, 60, 0);
  CHECK(tick(l, 60) == "web1 ");
  liveness_put_off(l, kAgent, 90'000);  // critical comes before the countdown ends once more
  CHECK(tick(l, 89) == "");
  CHECK(tick(l, 90) == "web1! ");
  liveness_put_off(l, kAgent, 300'000);
  CHECK(tick(l, 299) == "");
  CHECK(tick(l, 300) == "web1! ");
}
