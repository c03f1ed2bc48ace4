// tests/backend/schedule/schedule_world.h - a scheduler with checks, entities and agents, and what it publishes as a line of text.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>

#include "backend/schedule/scheduler.h"

namespace schedule_world {

using namespace picket;

inline constexpr int64_t kSecond = 1'000'000'000;

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

}  // namespace schedule_world
