#include <algorithm>

#include <doctest/doctest.h>

#include "backend/schedule.h"
#include "common/json.h"

using namespace picket;

namespace {

constexpr int64_t kSecond = 1'000'000'000;

struct World {
  ScriptsPtr scripts{scripts_open()};
  Scheduler s;
  std::string problems;
  World() {
    s.scripts = scripts.get();
    s.on_problem = [this](const CheckConfig& c, std::string_view m) { problems += c.metadata.name + ": " + std::string(m) + "\n"; };
  }
  CheckConfig check(const std::string& name, uint32_t interval, StringList subscriptions = {"linux"}) {
    CheckConfig c;
    c.metadata.name = name;
    c.metadata.ns = "default";
    c.command = "true";
    c.interval = interval;
    c.publish = true;
    c.subscriptions = std::move(subscriptions);
    return c;
  }
  Status put(CheckConfig c, int64_t now_ns) { return scheduler_put_check(s, std::make_shared<const CheckConfig>(std::move(c)), now_ns); }
  void add(CheckConfig c, int64_t now_ns) { REQUIRE(put(std::move(c), now_ns).ok()); }
  void entity(const std::string& name, StringMap labels = {}, const std::string& entity_class = "proxy") {
    Entity e;
    e.metadata.name = name;
    e.metadata.ns = "default";
    e.metadata.labels = std::move(labels);
    e.entity_class = entity_class;
    scheduler_put_entity(s, std::make_shared<const Entity>(e));
  }
  void join(const std::string& agent, int64_t now_ns, StringList subscriptions = {"linux"}, int64_t ttl_s = 120) {
    scheduler_ring_join(s, "default", subscriptions, agent, ttl_s, now_ns);
  }
  // "check>subscription " or "check/entity>subscription "
  std::string tick(int64_t now_ns) {
    std::string out;
    for (const Publish& p : scheduler_tick(s, now_ns))
      out += p.check + (p.proxy_entity.empty() ? "" : "/" + p.proxy_entity) + ">" + p.subscription + " ";
    if (!out.empty()) out.pop_back();
    return out;
  }
  // Runs until `end_ns`, woken only when something is due: "12:what 17:what".
  std::string run(int64_t begin_ns, int64_t end_ns) {
    std::string out;
    for (int64_t now = scheduler_next_due(s); now <= end_ns; now = scheduler_next_due(s)) {
      std::string what = tick(std::max(now, begin_ns));
      if (!what.empty()) out += std::to_string((now - begin_ns) / kSecond) + ":" + what + " ";
    }
    if (!out.empty()) out.pop_back();
    return out;
  }
};

}  // namespace

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

TEST_CASE("round robin: each interval one member, in the order of names, from the first join on") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  CheckConfig c = w.check("rr", 10);
  c.round_robin = true;
  w.add(c, t0);
  CHECK(scheduler_next_due(w.s) == INT64_MAX);
  for (const char* a : {"b", "a", "c"}) w.join(a, t0);
  CHECK(w.run(t0, t0 + 40 * kSecond) == "10:rr>entity:a 20:rr>entity:b 30:rr>entity:c 40:rr>entity:a");
}

TEST_CASE("round robin: hundreds of checks are spread over the members and over the interval, from the first turn on") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  for (int i = 0; i < 300; i++) {
    CheckConfig c = w.check("page-" + std::to_string(i), 60);
    c.round_robin = true;
    w.add(c, t0);
  }
  for (const char* a : {"a", "b", "c", "d", "e"}) w.join(a, t0);
  for (int64_t second = 0; second < 60; second++) {
    CAPTURE(second);
    const std::string what = w.run(t0 + second * kSecond + 1, t0 + (second + 1) * kSecond);
    for (const char* a : {"a", "b", "c", "d", "e"}) CHECK(what.find(std::string(">entity:") + a) != what.npos);
    CHECK(std::count(what.begin(), what.end(), '>') == 5);
  }
}

TEST_CASE("round robin: workers that come and go leave hundreds of checks spread in every interval, none left out") {
  World w;
  int64_t t0 = 1700000000 * kSecond, now = t0;
  for (int i = 0; i < 300; i++) {
    CheckConfig c = w.check("page-" + std::to_string(i), 60);
    c.round_robin = true;
    w.add(c, t0);
  }
  w.join("a", t0, {"linux"}, 10000);
  auto each_has = [&](std::initializer_list<const char*> workers, long share) {
    for (int interval = 0; interval < 3; interval++, now += 60 * kSecond) {
      const std::string what = w.run(now, now + 60 * kSecond - 1) + " ";
      CAPTURE(interval);
      for (const char* worker : workers) {
        CAPTURE(worker);
        long runs = 0;
        const std::string name = std::string(">entity:") + worker + " ";
        for (size_t at = what.find(name); at != what.npos; at = what.find(name, at + 1)) runs++;
        CHECK(runs == share);
      }
    }
  };
  now = scheduler_next_due(w.s);
  each_has({"a"}, 300);
  for (const char* worker : {"b", "c", "d", "e"}) w.join(worker, now, {"linux"}, 10000);
  each_has({"a", "b", "c", "d", "e"}, 60);
  for (const char* worker : {"b", "c"}) scheduler_ring_leave_all(w.s, "default", worker);
  each_has({"a", "d", "e"}, 100);
}

TEST_CASE("round robin: as 1.x says it, by the names of subscriptions") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  CheckConfig c = w.check("rr", 10);
  c.subscriptions = {"roundrobin:linux"};
  w.add(c, t0);
  for (const char* a : {"b", "a"}) w.join(a, t0);
  CHECK(w.run(t0, t0 + 30 * kSecond) == "10:rr>entity:a 20:rr>entity:b 30:rr>entity:a");
}

TEST_CASE("round robin: an interval of 2 runs every 5 s, as 6.9.2 does") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  w.join("a", t0);
  w.join("b", t0);
  CheckConfig c = w.check("rr", 2);
  c.round_robin = true;
  w.add(c, t0);
  CHECK(w.run(t0, t0 + 15 * kSecond) == "5:rr>entity:a 10:rr>entity:b 15:rr>entity:a");
}

TEST_CASE("round robin: members that leave, expire and join in the middle") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  CheckConfig c = w.check("rr", 10);
  c.round_robin = true;
  w.add(c, t0);
  w.join("a", t0, {"linux"}, 25);
  w.join("b", t0);
  w.join("d", t0);
  CHECK(w.run(t0, t0 + 10 * kSecond) == "10:rr>entity:a");
  scheduler_ring_leave(w.s, "default", {"linux"}, "b");  // whose turn it would be
  w.join("c", t0 + 11 * kSecond);
  CHECK(w.run(t0, t0 + 20 * kSecond) == "20:rr>entity:c");
  CHECK(w.run(t0, t0 + 30 * kSecond) == "30:rr>entity:d");
  CHECK(w.run(t0, t0 + 40 * kSecond) == "40:rr>entity:c");  // a was silent for 25 s
  scheduler_ring_leave_all(w.s, "default", "c");
  scheduler_ring_leave_all(w.s, "default", "d");
  CHECK(w.run(t0, t0 + 70 * kSecond) == "");
  w.join("z", t0 + 70 * kSecond);
  CHECK(w.run(t0, t0 + 80 * kSecond) == "80:rr>entity:z");
}

TEST_CASE("round robin: every subscription turns on its own, entity subscriptions not at all") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  CheckConfig c = w.check("rr", 10, {"linux", "web", "entity:a"});
  c.round_robin = true;
  w.add(c, t0);
  w.join("a", t0, {"linux", "web", "entity:a"});
  w.join("b", t0, {"web"});
  CHECK(w.run(t0, t0 + 20 * kSecond) == "10:rr>entity:a rr>entity:a 20:rr>entity:a rr>entity:b");
  c.subscriptions = {"web"};
  w.add(c, t0 + 21 * kSecond);
  CHECK(w.run(t0, t0 + 30 * kSecond) == "30:rr>entity:a");
}

TEST_CASE("round robin with proxy entities: agents and entities come and go in the middle") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  auto at = [&](int64_t s) { return t0 + s * kSecond; };
  for (const char* e : {"p1", "p2"}) w.entity(e);
  CheckConfig c = w.check("rr", 10);
  c.round_robin = true;
  c.proxy_requests = ProxyRequests{{"entity.entity_class == 'proxy'"}, false, 0};
  w.add(c, t0);
  for (const char* a : {"a", "b", "c"}) w.join(a, t0);
  CHECK(w.run(t0, at(10)) == "10:rr/p1>entity:a rr/p2>entity:b");
  scheduler_ring_leave(w.s, "default", {"linux"}, "c");  // whose turn it would be
  CHECK(w.run(t0, at(20)) == "20:rr/p1>entity:a rr/p2>entity:b");
  w.join("aa", at(21));
  CHECK(w.run(t0, at(30)) == "30:rr/p1>entity:a rr/p2>entity:aa");
  w.entity("p3");  // another number of values: the reference's trigger is another one
  const std::string three = w.run(t0, at(40));
  CHECK(three.find("rr/p1>") != three.npos);
  CHECK(three.find("rr/p3>") != three.npos);
  for (const char* a : {"a", "aa", "b"}) scheduler_ring_leave_all(w.s, "default", a);
  CHECK(w.run(t0, at(70)) == "");
  w.join("z", at(70));
  const std::string alone = w.run(t0, at(90));
  CHECK(alone.find("rr/p1>entity:z rr/p2>entity:z rr/p3>entity:z") != alone.npos);
}

TEST_CASE("round robin with proxy entities: entity i goes to the i-th turn, repeating when the ring is small") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  for (const char* e : {"p1", "p2", "p3"}) w.entity(e);
  w.entity("agent", {}, "agent");
  CheckConfig c = w.check("rr", 10);
  c.round_robin = true;
  c.proxy_requests = ProxyRequests{{"entity.entity_class == 'proxy'"}, false, 0};
  w.add(c, t0);
  w.join("a", t0);
  w.join("b", t0);
  CHECK(w.run(t0, t0 + 10 * kSecond) == "10:rr/p1>entity:a rr/p2>entity:b rr/p3>entity:a");
  CHECK(w.run(t0, t0 + 20 * kSecond) == "20:rr/p1>entity:b rr/p2>entity:a rr/p3>entity:b");
}

TEST_CASE("proxy requests: one request per matching entity, tokens replaced, errors leave one out") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  w.entity("sw1", {{"url", "http://1"}});
  w.entity("sw2", {});
  w.entity("sw3", {{"url", "http://3"}});
  CheckConfig c = w.check("ping", 10);
  c.command = "ping {{ .labels.url }} {{ .name }}";
  c.proxy_requests = ProxyRequests{{"entity.entity_class == 'proxy'"}, false, 0};
  w.add(c, t0);
  auto out = scheduler_tick(w.s, scheduler_next_due(w.s));
  REQUIRE(out.size() == 2);
  CHECK(out[0].request->config->command == "ping http://1 sw1");
  CHECK(out[0].request->config->proxy_entity_name == "sw1");
  CHECK(out[1].request->config->command == "ping http://3 sw3");
  CHECK(out[0].subscription == "linux");
  CHECK(w.problems.find("ping: proxy entity sw2 is left out: ") == 0);
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

TEST_CASE("splay in a ring: each request goes to whose turn it is when it goes out") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  auto at = [&](int64_t s) { return t0 + s * kSecond; };
  for (const char* e : {"p1", "p2", "p3"}) w.entity(e);
  CheckConfig c = w.check("rr", 30);
  c.round_robin = true;
  c.proxy_requests = ProxyRequests{{"true"}, true, 50};
  w.add(c, t0);
  w.join("a", t0, {"linux"}, 1000);
  w.join("b", t0, {"linux"}, 1000);
  // The reference pauses after each request of a ring: the first goes out at once.
  CHECK(w.run(t0, at(59)) == "30:rr/p1>entity:a 35:rr/p2>entity:b 40:rr/p3>entity:a");
  CHECK(w.run(t0, at(62)) == "60:rr/p1>entity:b");
  scheduler_ring_leave_all(w.s, "default", "a");  // whose turn it would be
  CHECK(w.run(t0, at(69)) == "65:rr/p2>entity:b");
  scheduler_ring_leave_all(w.s, "default", "b");
  CHECK(w.run(t0, at(80)) == "");  // nobody is left for the third
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

TEST_CASE("round robin: checks that missed a turn together stay spread over their interval") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  for (int i = 0; i < 10; i++) {
    CheckConfig c = w.check("page-" + std::to_string(i), 10);
    c.round_robin = true;
    w.add(c, t0);
  }
  w.join("a", t0, {"linux"}, 1000);
  w.run(t0, t0 + 20 * kSecond);
  w.tick(t0 + 60 * kSecond);  // the process stood still for 40 s
  for (int64_t second = 60; second < 80; second++) {
    CAPTURE(second);
    const std::string what = w.run(t0 + second * kSecond + 1, t0 + (second + 1) * kSecond);
    CHECK(std::count(what.begin(), what.end(), '>') == 1);
  }
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
