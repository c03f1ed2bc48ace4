// tests/backend/event/event_key_test.cc - one event, one key: its parts, its order, the names of rows.
#include <doctest/doctest.h>

#include "backend/event/event_key.h"

using namespace picket;

TEST_CASE("a key is its three parts, in the order of the store's tables") {
  const EventKey key{"default", "web1", "disk"};
  CHECK(key.ns() == "default");
  CHECK(key.entity() == "web1");
  CHECK(key.check() == "disk");
  CHECK_FALSE(key.is_keepalive());
  CHECK(keepalive_key(key) == EventKey("default", "web1", "keepalive"));
  CHECK(keepalive_key(key).is_keepalive());
  CHECK(EventKey("a", "b", "c").hash == EventKey("a", "b", "c").hash);
  CHECK_FALSE(EventKey("a", "bc", "") == EventKey("a", "b", "c"));
  CHECK(EventKey("a", "b", "c") < EventKey("a", "b-c", "a"));  // as SQLite compares columns, not as a joined text would be
  CHECK(EventKey("a", "b", "") < EventKey("a", "b", "c"));
}

TEST_CASE("parts may be empty, and the key of no event has none") {
  const EventKey none, ring{"default", "", "disk"}, metrics{"default", "web1", ""}, blank{"", "", ""};
  for (const EventKey* key : {&none, &blank}) {
    CHECK(key->ns() == "");
    CHECK(key->entity() == "");
    CHECK(key->check() == "");
  }
  CHECK(ring.entity() == "");
  CHECK(ring.check() == "disk");
  CHECK(metrics.entity() == "web1");
  CHECK(metrics.check() == "");
}

TEST_CASE("rows of an event are named ENTITY/CHECK") {
  for (const EventKey& key : {EventKey("default", "web1", "disk"), EventKey("default", "web1", ""), EventKey("default", "web1", "a/b")})
    CHECK(event_row_key("default", event_row_name(key)) == key);
  CHECK(event_row_name({"default", "web1", "disk"}) == "web1/disk");
  CHECK(event_row_key("default", "web1") == EventKey("default", "web1", ""));
}

TEST_CASE("an event's key is that of its entity and its check") {
  Event e;
  Entity entity;
  entity.metadata.ns = "default";
  entity.metadata.name = "web1";
  e.entity = std::make_shared<const Entity>(entity);
  CHECK(event_key(e) == EventKey("default", "web1", ""));
  e.check.emplace().metadata.name = "disk";
  CHECK(event_key(e) == EventKey("default", "web1", "disk"));
}
