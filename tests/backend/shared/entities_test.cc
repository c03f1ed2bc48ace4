// tests/backend/shared/entities_test.cc - entities: who decides about a configuration, and that secrets do not come back as the
// word REDACTED.
#include <doctest/doctest.h>

#include "backend/shared/entities.h"

using namespace picket;

namespace {
Entity agent(const char* name, StringMap labels = {}) {
  Entity e;
  e.entity_class = "agent";
  e.metadata.name = name;
  e.metadata.ns = "default";
  e.metadata.labels = std::move(labels);
  e.subscriptions = {"linux"};
  e.redact = {"password"};
  return e;
}
}  // namespace

TEST_CASE("entity_config: the stored configuration, with its own subscription and class") {
  Entities all;
  Entity e = agent("web", {{"region", "eu"}, {"sensu.io/managed_by", "sensu-agent"}});
  e.entity_class = "proxy";
  e.system.hostname = "secret";
  CachedEntity& c = entities_set(all, entity_text(e), false);
  CHECK(entity_config_message(&c, "default") ==
        R"({"metadata":{"name":"web","namespace":"default","labels":{"region":"eu"}},"entity_class":"agent",)"
        R"("subscriptions":["linux","entity:web"],"deregister":false,"deregistration":{},"redact":["password"]})");
  CHECK(
      entity_config_message(nullptr, "n\"s") ==
      R"({"metadata":{"name":"not found","namespace":"n\"s"},"entity_class":"agent","subscriptions":null,"deregister":false,"deregistration":{}})");
}

TEST_CASE("redacted values never go back to the agent") {
  Entities all;
  Entity e = agent("web", {{"password", "REDACTED"}, {"region", "REDACTED"}});
  CHECK(entity_has_redacted_values(e));
  CachedEntity& own = entities_set(all, entity_text(e), true);
  CHECK(entity_config_message(&own, "default").find("not found") != std::string::npos);
  CachedEntity& changed = entities_set(all, entity_text(e), false);  // a user has changed it
  const std::string sent = entity_config_message(&changed, "default");
  CHECK(sent.find("\"password\":\"") == std::string::npos);
  CHECK(sent.find("\"region\":\"REDACTED\"") != std::string::npos);  // not a key of the list
  Entity back = e;
  entity_unredact(back, agent("web", {{"password", "hunter2"}}));
  CHECK(back.metadata.labels["password"] == "hunter2");
}

TEST_CASE("a configuration has a new version when it changes, not when the agent is seen") {
  Entities all;
  Entity e = agent("web");
  const uint64_t first = entities_set(all, entity_text(e), false).config_version;
  e.last_seen = 99;
  e.system.hostname = "h";
  CHECK(entities_set(all, entity_text(e), false).config_version == first);
  e.subscriptions.push_back("new");
  CHECK(entities_set(all, entity_text(e), false).config_version > first);
  CHECK(entities_find(all, "default", "web")->entity->last_seen == 99);
  entities_erase(all, "default", "web");
  CHECK(entities_find(all, "default", "web") == nullptr);
}

TEST_CASE("one text of an entity, whenever it was seen") {
  Entities all;
  Entity e;
  e.metadata = {"a", "default", {}, {}, "", {}};
  e.last_seen = 5;
  auto first = entities_set(all, entity_text(e), false).json;
  CHECK(first->find("\"last_seen\":0") != std::string::npos);
  e.last_seen = 6;
  const CachedEntity& again = entities_set(all, entity_text(e), false);
  CHECK(bool(again.json == first));
  CHECK(again.entity->last_seen == 6);
  std::vector<StoreWrite> batch;
  entity_writes(batch, again, false);
  CHECK(batch[0].object.body == encode(e));
  CHECK(entity_text_seen(R"({"system":{"last_seen":1},"last_seen":12,"metadata":{"labels":{"last_seen":"x"}}})", 345) ==
        R"({"system":{"last_seen":1},"last_seen":345,"metadata":{"labels":{"last_seen":"x"}}})");
  CHECK(entity_text_seen("{}", 7) == "{}");
}

TEST_CASE("what a keepalive changes of a known entity") {
  Entity stored = agent("web", {{"tier", "gold"}});
  Entity seen = agent("web", {{"tier", "silver"}});
  seen.system.os = "linux";
  seen.sensu_agent_version = "6.9.2";
  const Entity after = entity_with_state(stored, seen, 1700000000);
  CHECK(after.metadata.labels.at("tier") == "gold");
  CHECK(after.system.os == "linux");
  CHECK(after.last_seen == 1700000000);
  CHECK(after.sensu_agent_version == "6.9.2");
  entity_subscription_add(stored);
  entity_subscription_add(stored);
  CHECK(stored.subscriptions.size() == 2);
}
