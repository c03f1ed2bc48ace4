// tests/backend/rows/state_changes_test.cc - the journal's list: what is a change, its bound, what a reader sees.
#include <doctest/doctest.h>

#include "backend/rows/state_changes.h"

using namespace picket;

namespace {

Event event(const std::string& name, std::vector<uint32_t> statuses, const std::string& ns = "default") {
  Event e;
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = name, entity->metadata.ns = ns;
  e.entity = entity;
  e.check = Check{};
  e.check->metadata.name = "disk";
  for (uint32_t s : statuses) e.check->history.push_back({s, 100});
  e.check->status = statuses.back();
  e.check->executed = 100 + int64_t(statuses.size());
  return e;
}

std::string list(const StateChanges& changes, int64_t limit = 100, int64_t since = 0) {
  return state_changes_json(changes, {"", since, limit, [](const std::string& ns) { return ns == "default"; }});
}

}  // namespace

TEST_CASE("what is a change: another status than the result before; a first result only when it fails") {
  StateChanges c;
  state_changes_note(&c, event("a", {0, 2}));
  CHECK(c.newest.empty());  // nobody may ask
  c.wanted = true;
  state_changes_note(&c, event("a", {0}));
  state_changes_note(&c, event("a", {2, 2}));
  CHECK(c.newest.empty());
  state_changes_note(&c, event("a", {2}));
  state_changes_note(&c, event("b", {2, 1}));
  state_changes_note(&c, event("b", {1, 0}));
  REQUIRE(c.newest.size() == 3);
  CHECK(list(c, 1) ==
        R"({"since_start":0,"changes":[{"at":102,"namespace":"default","entity":"b","check":"disk","from":1,"to":0,"told":""}]})");
  CHECK(list(c, 9, 103) == R"({"since_start":0,"changes":[]})");
}

TEST_CASE("told belongs to the newest change of the event, if it is of that status") {
  StateChanges c;
  c.wanted = true;
  state_changes_note(&c, event("a", {0, 2}));
  state_changes_told(&c, event("a", {0, 1}), "told");
  CHECK(c.newest[0].told == "");
  state_changes_told(&c, event("a", {0, 2}), "filtered");
  state_changes_told(&c, event("b", {0, 2}), "told");
  CHECK(c.newest[0].told == "filtered");
}

TEST_CASE("bounded, and silent about namespaces one may not see") {
  StateChanges c;
  c.wanted = true;
  for (size_t i = 0; i < kChangesMax + 10; i++) state_changes_note(&c, event("e" + std::to_string(i), {0, 1}, "prod"));
  CHECK(c.newest.size() == kChangesMax);
  CHECK(c.newest.back().entity == "e10");
  CHECK(list(c) == R"({"since_start":0,"changes":[]})");
}
