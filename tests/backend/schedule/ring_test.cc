// tests/backend/schedule/ring_test.cc - round robin: rings of agents, whose turn it is, and proxy requests handed out by turns.
#include <algorithm>

#include "tests/backend/schedule/schedule_world.h"

using namespace schedule_world;

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
  for (const char* a : {"b", "a"}) w.join(a, t0, {"linux", "roundrobin:linux"});
  w.join("no-member", t0, {"linux"});
  CHECK(w.run(t0, t0 + 30 * kSecond) == "10:rr>entity:a 20:rr>entity:b 30:rr>entity:a");
  c.subscriptions = {"roundrobin:linux", "web"};  // beside the turns it is asked of everybody in web
  w.add(c, t0 + 31 * kSecond);
  std::string both = w.run(t0, t0 + 50 * kSecond);
  CHECK(both.find("rr>web") != std::string::npos);
  CHECK(both.find("rr>entity:b") != std::string::npos);
  CHECK(both.find("no-member") == std::string::npos);
  scheduler_delete_check(w.s, "default", "rr");
  CHECK(w.run(t0, t0 + 90 * kSecond) == "");
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

TEST_CASE("round robin: one run an interval, by one of all that have any of the subscriptions; entity subscriptions do not turn") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  CheckConfig c = w.check("rr", 10, {"linux", "web", "entity:a"});
  c.round_robin = true;
  w.add(c, t0);
  w.join("a", t0, {"linux", "web", "entity:a"});
  w.join("b", t0, {"web"});
  CHECK(w.run(t0, t0 + 40 * kSecond) == "10:rr>entity:a 20:rr>entity:b 30:rr>entity:a 40:rr>entity:b");
  w.join("c", t0 + 41 * kSecond, {"linux"});
  scheduler_ring_leave_all(w.s, "default", "a");
  CHECK(w.run(t0, t0 + 60 * kSecond) == "50:rr>entity:b 60:rr>entity:c");
  scheduler_ring_leave_all(w.s, "default", "b");
  scheduler_ring_leave_all(w.s, "default", "c");
  CHECK(w.run(t0, t0 + 80 * kSecond) == "");
  w.join("d", t0 + 80 * kSecond, {"web"});  // whichever ring gets the first member wakes it, once
  CHECK(w.run(t0, t0 + 90 * kSecond) == "90:rr>entity:d");
  w.join("e", t0 + 91 * kSecond, {"linux"});
  CHECK(w.run(t0, t0 + 110 * kSecond) == "100:rr>entity:d 110:rr>entity:e");
  c.subscriptions = {"web"};
  w.add(c, t0 + 111 * kSecond);
  CHECK(w.run(t0, t0 + 130 * kSecond) == "121:rr>entity:d");
  CheckConfig only = w.check("mine", 10, {"entity:d"});
  only.round_robin = true;
  w.add(only, t0 + 130 * kSecond);
  CHECK(w.problems.find("mine: round robin needs a subscription that several agents share") != std::string::npos);
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

TEST_CASE("round robin: checks that are defined together do not run in the same second ever after") {
  World w;
  int64_t t0 = 1700000000 * kSecond;
  w.join("a", t0, {"linux"}, 1000);
  for (int i = 0; i < 300; i++) {
    CheckConfig c = w.check("page-" + std::to_string(i), 60);
    c.round_robin = true;
    w.add(c, t0 + i);
  }
  w.run(t0, t0 + 60 * kSecond);
  for (int64_t second = 60; second < 120; second++) {
    CAPTURE(second);
    const std::string what = w.run(t0 + second * kSecond + 1, t0 + (second + 1) * kSecond);
    CHECK(std::count(what.begin(), what.end(), '>') < 20);
  }
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
