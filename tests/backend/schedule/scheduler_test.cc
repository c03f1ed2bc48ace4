// tests/backend/schedule/scheduler_test.cc - when checks are due: phases, cron, subdue, proxies, clocks that jump.
#include <algorithm>

#include "common/json/json.h"
#include "tests/backend/schedule/schedule_world.h"

using namespace schedule_world;

TEST_CASE("the phase of c1 is where the reference's servers ran it") {
  // Seen live: name c1, interval 5 runs at ...x0.0938 and ...x5.0938.
  int64_t now = 1795160592 * kSecond;
  int64_t first = now + int64_t(interval_phase("c1", 5, uint64_t(now)));
  CHECK(first / 1'000'000 == 1795160595093);
  CHECK(interval_phase("c1", 5, uint64_t(first)) == 0);
  CHECK(interval_phase("c1", 5, uint64_t(first) + 1) == 5 * kSecond - 1);
}

TEST_CASE("a phase below now wraps around 2^64") {
  // Some name whose hash is smaller than now: the runs are at splay + 2^64 modulo the period, not at splay.
  for (int i = 0; i < 200; i++) {
    std::string name = "check" + std::to_string(i);
    uint64_t now = 1795160592ull * kSecond, period = 7ull * kSecond;
    uint64_t splay = interval_phase(name, 1, 0) /* splay mod 1 s */;
    uint64_t run = now + interval_phase(name, 7, now);
    CHECK((interval_phase(name, 7, run) == 0));
    CHECK((interval_phase(name, 7, run + period) == 0));
    // 2^64 is no multiple of a second: both parts of a second are possible, and no others.
    uint64_t wrapped = (splay + (18446744073709551615ull % kSecond + 1)) % kSecond;
    CHECK((run % kSecond == splay || run % kSecond == wrapped));
  }
}

TEST_CASE("an interval check runs at its phase, once per period, without drift") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  REQUIRE(w.put(w.check("c1", 10), t0).ok());
  int64_t first = scheduler_next_due(w.s);
  CHECK(w.tick(t0) == "");
  CHECK(w.tick(first - 1) == "");
  CHECK(w.tick(first) == "c1>linux");
  CHECK(w.tick(first) == "");
  CHECK(w.tick(first + 10 * kSecond + 300'000'000) == "c1>linux");  // the loop was 0.3 s late
  CHECK(scheduler_next_due(w.s) == first + 20 * kSecond);           // and no drift comes of it
}

TEST_CASE("a request goes out once per subscription and is shared") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  w.add(w.check("c1", 10, {"linux", "web"}), t0);
  auto out = scheduler_tick(w.s, scheduler_next_due(w.s));
  REQUIRE(out.size() == 2);
  CHECK((out[0].request == out[1].request));
  CHECK(out[1].subscription == "web");
  CHECK(out[0].request->config->command == "true");
}

TEST_CASE("what the machine slept through is not made up") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  for (int i = 0; i < 50; i++) w.add(w.check("c" + std::to_string(i), 10), t0);
  w.tick(t0);
  CHECK(w.tick(t0 + 3600 * kSecond) == "");
  std::string hour = w.run(t0 + 3600 * kSecond, t0 + 3610 * kSecond - 1);
  CHECK(std::count(hour.begin(), hour.end(), '>') == 50);  // each once in its period, at its own phase
}

TEST_CASE("a loop that was busy for a moment loses nothing, and runs nothing twice") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  w.add(w.check("slow", 3600), t0);
  w.add(w.check("fast", 1), t0);
  int64_t slow = t0 + int64_t(interval_phase("slow", 3600, uint64_t(t0)));
  w.tick(slow - kSecond);
  std::string what = w.tick(slow + 3 * kSecond);
  CHECK(what.find("slow>linux") != std::string::npos);
  CHECK(std::count(what.begin(), what.end(), '>') == 2);  // fast once, not three times
  CHECK(scheduler_next_due(w.s) > slow + 3 * kSecond);
}

TEST_CASE("a clock that is set back arms everything anew and repeats nothing within a period") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  w.add(w.check("c1", 60), t0);
  w.add(w.check("c2", 10), t0);
  int64_t first = t0 + int64_t(interval_phase("c1", 60, uint64_t(t0)));
  w.run(t0, first);
  CHECK(w.tick(first - 20 * kSecond) == "");
  CHECK(w.run(first - 20 * kSecond, first + 30 * kSecond).find("c1") == std::string::npos);  // its time came round again
  CHECK(w.tick(first - 86400 * kSecond) == "");
  CHECK(scheduler_next_due(w.s) <= first - 86400 * kSecond + 10 * kSecond);  // a day back: nobody waits a day
}

TEST_CASE("issued never repeats and never goes back") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  w.add(w.check("c1", 10), t0);
  auto a = scheduler_execute(w.s, "default", "c1", {}, t0);
  auto b = scheduler_execute(w.s, "default", "c1", {}, t0 + 1);
  auto c = scheduler_execute(w.s, "default", "c1", {}, t0 - 100 * kSecond);
  CHECK(a.value[0].request->issued == 1700000000);
  CHECK(b.value[0].request->issued == 1700000001);
  CHECK(c.value[0].request->issued == 1700000002);
}

TEST_CASE("publish and subdues are asked at the tick; the phase goes on") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  CheckConfig c = w.check("c1", 10);
  w.add(c, t0);
  int64_t first = scheduler_next_due(w.s);
  c.publish = false;
  w.add(c, t0);
  CHECK(scheduler_next_due(w.s) == first);
  CHECK(w.tick(first) == "");
  c.publish = true;
  c.subdues = {{"2023-11-14T22:13:20Z", "2023-11-14T22:13:40Z", {}}};  // 1700000000 .. +20
  w.add(c, first);
  CHECK(w.run(t0, t0 + 60 * kSecond).substr(0, 2) >= "21");
}

TEST_CASE("the day windows of a 5.x check are asked at the tick, those of a ring too") {
  const int64_t t0 = 1700000000 * kSecond;  // a Tuesday, 22:13:20 UTC
  struct Row { const char* subdue; const char* zone; bool runs; std::string why; } rows[] = {
      {R"({"days":{}})", "", true, "no window"},
      {R"({"days":{"all":[{"begin":"10:00PM","end":"11:00PM"}]}})", "", false, "inside, any day"},
      {R"({"days":{"tuesday":[{"begin":"10:00PM","end":"11:00PM"}]}})", "", false, "inside, today"},
      {R"({"days":{"monday":[{"begin":"10:00PM","end":"11:00PM"}]}})", "", true, "another day"},
      {R"({"days":{"tuesday":[{"begin":"9:00PM","end":"6:00AM"}]}})", "", false, "over midnight"},
      {R"({"days":{"tuesday":[{"begin":"8:00AM","end":"9:00AM"},{"begin":"10:13PM","end":"10:14PM"}]}})", "", false, "the second of two"},
      {R"({"days":{"wednesday":[{"begin":"10:00PM","end":"11:00PM"}]}})", "Asia/Tokyo", true, "the evening of a Wednesday that has begun there"},
      {R"({"days":{"tuesday":[{"begin":"10:00PM","end":"11:00PM"}]}})", "America/New_York", false, "Tuesday there; times are UTC"},
      {R"({"days":{"tuesday":[{"begin":"10:00PM","end":"11:00PM"}]}})", "Asia/Tokyo", true, "not Tuesday any more there"},
      {R"({"days":{"all":[{"begin":"22:00","end":"23:00"}]}})", "", true, "what cannot be read does not subdue"},
  };
  for (const Row& r : rows)
    for (const bool ring : {false, true}) {
      CAPTURE(r.why);
      CAPTURE(ring);
      World w;
      if (*r.zone) w.s.zone = timezone_load(r.zone).value;
      w.join("a", t0);
      CheckConfig c = w.check("c1", 10);
      c.round_robin = ring;
      c.subdue = decode<CheckConfig>(std::string("{\"subdue\":") + r.subdue + "}").value.subdue;
      w.add(c, t0);
      CHECK(w.run(t0, t0 + 12 * kSecond).empty() != r.runs);
      CHECK(scheduler_execute(w.s, "default", "c1", {}, t0 + 12 * kSecond).value.size() == 1);  // ad hoc: whatever they say
    }
}

TEST_CASE("changes take effect at once; only interval and cron begin a new phase") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  CheckConfig c = w.check("c1", 100);
  w.add(c, t0);
  int64_t due = scheduler_next_due(w.s);
  c.command = "new";
  c.subscriptions = {"other"};
  w.add(c, t0 + kSecond);
  CHECK(scheduler_next_due(w.s) == due);
  auto out = scheduler_tick(w.s, due);
  REQUIRE(out.size() == 1);
  CHECK(out[0].subscription == "other");
  CHECK(out[0].request->config->command == "new");
  c.interval = 10;
  w.add(c, due + 1);
  CHECK(w.tick(due + 11 * kSecond) == "c1>other");
  c.interval = 0;
  c.cron = "* * * * *";
  w.add(c, due + 12 * kSecond);
  CHECK(scheduler_counts(w.s).cron == 1);
  scheduler_delete_check(w.s, "default", "c1");
  CHECK(w.tick(due + 1000 * kSecond) == "");
  CHECK(scheduler_counts(w.s).cron == 0);
}

TEST_CASE("a check without a schedule that works is refused and not run any more") {
  World w;
  CheckConfig c = w.check("c1", 10);
  w.add(c, 0);
  c.interval = 0;
  CHECK(w.put(c, 0).message == "check interval must be greater than 0 or a valid cron schedule must be provided");
  CHECK(w.s.checks.empty());
  c.cron = "nonsense";
  CHECK(w.put(c, 0).message.find("check cron string is invalid: ") == 0);
  c.cron = "* * * * *";
  c.interval = 1;
  CHECK(w.put(c, 0).message == "must only specify either an interval or a cron schedule");
}

TEST_CASE("cron checks run at their times; what can never run is said and never run") {
  World w;
  int64_t t0 = 1704067200 * kSecond;  // 2024-01-01T00:00:00Z
  CheckConfig c = w.check("five", 0);
  c.cron = "*/5 * * * *";
  w.add(c, t0);
  c.metadata.name = "never";
  c.cron = "0 0 30 2 *";
  w.add(c, t0);
  c.metadata.name = "every";
  c.cron = "@every 400s";
  w.add(c, t0);
  CHECK(w.run(t0, t0 + 900 * kSecond) == "300:five>linux 400:every>linux 600:five>linux 800:every>linux 900:five>linux");
  CHECK(w.problems == "never: the cron schedule has no run time within five years: the check will not run\n");
}

TEST_CASE("proxy requests: one request per matching entity, tokens replaced, errors leave one out") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  w.entity("sw1", {{"url", "http://1"}});
  w.entity("sw2", {});
  w.entity("sw3", {{"url", "http://3"}});
  CheckConfig c = w.check("ping", 10);
  c.command = "ping {{ .labels.url }} {{ .name }}";
  c.env_vars = {"SEP=:::x:::", "NAME=:::name:::"};  // the one is no token of 1.x, the other is
  c.proxy_requests = ProxyRequests{{"entity.entity_class == 'proxy'"}, false, 0};
  w.add(c, t0);
  auto out = scheduler_tick(w.s, scheduler_next_due(w.s));
  REQUIRE(out.size() == 2);
  CHECK(out[0].request->config->command == "ping http://1 sw1");
  CHECK(out[0].request->config->proxy_entity_name == "sw1");
  CHECK(out[0].request->config->env_vars == StringList{"SEP=:::x:::", "NAME=sw1"});
  CHECK(out[1].request->config->command == "ping http://3 sw3");
  CHECK(out[0].subscription == "linux");
  CHECK(w.problems.find("ping: proxy entity sw2 is skipped: ") == 0);
  scheduler_delete_entity(w.s, "default", "sw1");
  w.entity("sw3", {{"url", "new"}});
  out = scheduler_tick(w.s, scheduler_next_due(w.s));
  REQUIRE(out.size() == 1);
  CHECK(out[0].request->config->command == "ping new sw3");
}

TEST_CASE("what an entity matched is remembered until it, the check or the time says otherwise") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  for (const char* e : {"a", "b"}) w.entity(e, {{"on", "yes"}});
  CheckConfig c = w.check("ping", 10);
  c.proxy_requests = ProxyRequests{{"entity.labels.on == 'yes'"}, false, 0};
  w.add(c, t0);
  auto tick = [&] { return w.tick(scheduler_next_due(w.s)); };
  CHECK(tick() == "ping/a>linux ping/b>linux");
  CHECK(tick() == "ping/a>linux ping/b>linux");
  w.entity("a", {{"on", "no"}});
  CHECK(tick() == "ping/b>linux");
  c.proxy_requests->entity_attributes = {"entity.labels.on == 'no'"};
  w.add(c, t0);
  CHECK(tick() == "ping/a>linux");
  c.proxy_requests->entity_attributes = {"second(new Date(0) / 1000) == 0 && seconds_since(1700000000) > " +
                                         std::to_string(scheduler_next_due(w.s) / kSecond - 1700000000)};
  w.add(c, t0);
  CHECK(tick() == "");
  CHECK(tick() == "ping/a>linux ping/b>linux");
}

TEST_CASE("splay: a pause before each request") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  w.entity("a");
  w.entity("b");
  CheckConfig c = w.check("ping", 20);
  c.proxy_requests = ProxyRequests{{"true"}, true, 50};
  w.add(c, t0);
  int64_t first = scheduler_next_due(w.s);
  // Seen live: interval 20, coverage 50, two entities: +5 s and +10 s.
  CHECK(w.run(first, first + 19 * kSecond) == "5:ping/a>linux 10:ping/b>linux");
  CHECK(w.run(first, first + 26 * kSecond) == "25:ping/a>linux");
  scheduler_delete_check(w.s, "default", "ping");
  CHECK(w.run(first, first + 60 * kSecond) == "");  // what was waiting for its moment is dropped too
  CHECK(w.s.pending == 0);
}

TEST_CASE("splay: what the machine slept through does not go out in one moment; a clock set back does not repeat it") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  for (int i = 10; i < 50; i++) w.entity("p" + std::to_string(i));
  CheckConfig c = w.check("ping", 100);
  c.proxy_requests = ProxyRequests{{"true"}, true, 80};  // one every 2 s
  w.add(c, t0);
  int64_t first = scheduler_next_due(w.s);
  CHECK(w.run(first, first + 3 * kSecond) == "2:ping/p10>linux");
  CHECK(w.tick(first + 90 * kSecond) == "");  // asleep for the rest of the round
  CHECK(w.run(first, first + 105 * kSecond) == "102:ping/p10>linux 104:ping/p11>linux");
  w.tick(first + 105 * kSecond);
  w.tick(first + 105 * kSecond - 3600 * kSecond);
  CHECK(w.run(first - 3600 * kSecond, first - 3600 * kSecond + 109 * kSecond) == "106:ping/p12>linux 108:ping/p13>linux");
}

TEST_CASE("no entity matches: nothing is published, and that is said") {
  World w;
  CheckConfig c = w.check("ping", 10);
  c.proxy_requests = ProxyRequests{{"false"}, false, 0};
  w.add(c, 0);
  CHECK(w.tick(scheduler_next_due(w.s)) == "");
  CHECK(w.problems == "ping: no matching entities, check will not be published\n");
}

TEST_CASE("ad hoc: whatever publish says, with the subscriptions of the request") {
  World w;
  CheckConfig c = w.check("c1", 10);
  c.publish = false;
  w.add(c, 0);
  auto out = scheduler_execute(w.s, "default", "c1", {"entity:web1"}, 1700000000 * kSecond);
  REQUIRE(out.ok());
  REQUIRE(out.value.size() == 1);
  CHECK(out.value[0].subscription == "entity:web1");
  CHECK(out.value[0].request->config->subscriptions == StringList{"entity:web1"});
  CHECK(scheduler_execute(w.s, "default", "c2", {}, 0).status.code == Err::not_found);
  CHECK(scheduler_execute(w.s, "other", "c1", {}, 0).status.code == Err::not_found);
}

TEST_CASE("requests carry assets by prefix, hooks by name, and no hook nobody knows") {
  RequestCatalog catalog;
  for (const char* n : {"as1", "as1-extra", "as2"}) catalog.assets["default"][n].metadata.name = n;
  catalog.assets["other"]["as1"].metadata.name = "as1";
  for (const char* n : {"h2", "h1"}) catalog.hooks["default"][n].metadata.name = n;
  catalog.hooks["default"]["h1"].runtime_assets = {"as2"};
  CheckConfig c;
  c.metadata.ns = "default";
  c.runtime_assets = {"as1", "missing"};
  c.check_hooks = {{"critical", {"h2", "gone"}}, {"ok", {"gone"}}, {"non-zero", {"h1", "h2"}}};
  CheckRequest r = check_request_build(c, catalog, 7);
  REQUIRE(r.assets.size() == 2);
  CHECK(r.assets[0].metadata.name == "as1");
  CHECK(r.assets[1].metadata.name == "as1-extra");
  REQUIRE(r.hooks.size() == 2);
  CHECK(r.hooks[0].metadata.name == "h1");
  CHECK(r.config->check_hooks.size() == 2);
  CHECK(r.config->check_hooks[0].hooks == StringList{"h2"});
  CHECK(r.hook_assets.at("h1").size() == 1);
  CHECK(r.hook_assets.at("h2").empty());
  CHECK(r.issued == 7);
  // As recorded from 6.9.2.
  std::string text = encode(check_request_build(CheckConfig{}, catalog, 7));
  CHECK(json_at(text, {"assets"}) == "null");
  CHECK(json_at(text, {"hooks"}) == "null");
  CHECK(json_at(text, {"hook_assets"}) == "{}");
}

TEST_CASE("100,000 checks: a tick looks at what is due") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  for (int i = 0; i < 100'000; i++) w.add(w.check("check-" + std::to_string(i), 60), t0);
  size_t published = 0;
  for (int s = 1; s <= 60; s++) published += scheduler_tick(w.s, t0 + s * kSecond).size();
  CHECK(published == 100'000);
  for (int i = 0; i < 100'000; i++) scheduler_delete_check(w.s, "default", "check-" + std::to_string(i));
  CHECK(w.s.heap.size() < 2048);
}
