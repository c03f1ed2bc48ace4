// tests/backend/cluster/owner_test.cc - who acts: members that live, and a choice that hardly moves when one goes.
#include "backend/cluster/owner.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("what a member owns goes to the others when it dies, and nothing else moves") {
  const std::vector<std::string> three{"a", "b", "c"}, two{"a", "b"};
  int owned[3] = {}, moved = 0;
  for (int i = 0; i < 3000; i++) {
    const std::string what = "entity-" + std::to_string(i), before = owner_of(what, three), after = owner_of(what, two);
    owned[before[0] - 'a']++;
    moved += before != after;
    if (before != "c") CHECK(before == after);
  }
  for (int n : owned) CHECK((n > 850 && n < 1150));
  CHECK(moved == owned[2]);
  CHECK(owner_of("x", {}).empty());
}

TEST_CASE("a seat decides while its member lives, then the hash; a member is dead after ten seconds of silence") {
  ClusterMembers m;
  m.self = "a";
  members_heard(m, "b", "{}", 1000);
  CHECK(member_lives(m, "a", 100'000));
  CHECK(member_lives(m, "b", 1000 + kMemberDeadMs - 1));
  CHECK(!member_lives(m, "b", 1000 + kMemberDeadMs));
  CHECK(!member_lives(m, "c", 0));
  CHECK(!owner_is_self(m, "x", "b", 2000));
  CHECK(owner_is_self(m, "x", "b", 1000 + kMemberDeadMs));  // nobody else is left
  CHECK(owner_is_self(m, "x", "a", 2000));
  CHECK(owner_is_self(m, "x", "", 2000) != (owner_of("x", {"a", "b"}) == "b"));
  members_stalled(m, 50'000);
  CHECK(member_lives(m, "b", 50'001));
  CHECK(members_living(m, 50'001) == std::vector<std::string>{"a", "b"});
}
