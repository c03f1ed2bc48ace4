// tests/backend/event/silence_test.cc - which entries an event is under, when they begin, end and expire.
#include <doctest/doctest.h>

#include "backend/event/silence.h"

using namespace picket;

namespace {

Silenced entry(const std::string& subscription, const std::string& check, int64_t expire = 0, bool on_resolve = false) {
  Silenced s;
  s.metadata.ns = "default";
  s.subscription = subscription;
  s.check = check;
  s.expire = expire;
  s.expire_on_resolve = on_resolve;
  silence_prepare(s, "admin", 1000);
  return s;
}

Event event(StringList check_subscriptions, StringList entity_subscriptions, const std::string& proxy = "") {
  Event e;
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = "web1";
  entity->metadata.ns = "default";
  entity->entity_class = "agent";
  entity->subscriptions = std::move(entity_subscriptions);
  e.entity = entity;
  e.check.emplace();
  e.check->metadata.name = "disk";
  e.check->command = "check-disk";
  e.check->subscriptions = std::move(check_subscriptions);
  e.check->proxy_entity_name = proxy;
  return e;
}

std::string names(const SilenceIndex& index, const Event& e, int64_t now) {
  std::string out;
  for (const std::string& n : silence_names(index, e, now)) out += n + " ";
  return out;
}

}  // namespace

TEST_CASE("every form of entry, in the order of ids, each once") {
  SilenceIndex index;
  for (auto& e : {entry("web", "disk"), entry("", "disk"), entry("entity:web1", ""), entry("web", "*"), entry("*", "cpu"), entry("db", ""),
                  entry("entity:web1", "disk")})
    silence_put(index, e);
  CHECK(names(index, event({"web", "web"}, {"web", "entity:web1"}), 1000) == "*:disk entity:web1:* entity:web1:disk web:* web:disk ");
  CHECK(names(index, event({"web"}, {"db"}), 1000) == "*:disk entity:web1:* entity:web1:disk ");
  CHECK(names(index, event({}, {"db", "web"}, "web1"), 1000) == "*:disk db:* entity:web1:* entity:web1:disk web:* web:disk ");
}

TEST_CASE("a result of an entity that no agent stands for is under the subscriptions it names") {
  SilenceIndex index;
  for (auto& e : {entry("mysql", ""), entry("web", "disk")}) silence_put(index, e);
  CHECK(names(index, event({"mysql", "web"}, {"entity:web1"}), 1000) == "");  // a host that has none of them
  Event by_api = event({"mysql", "db"}, {});
  Entity proxy = *by_api.entity;
  proxy.entity_class = "proxy";
  by_api.entity = std::make_shared<const Entity>(proxy);
  CHECK(names(index, by_api, 1000) == "mysql:* ");
}

TEST_CASE("an entity answers to its name in 1.x, too") {
  SilenceIndex index;
  for (auto& e : {entry("client:web1", ""), entry("client:web1", "disk"), entry("client:web2", "")}) silence_put(index, e);
  CHECK(names(index, event({}, {}), 1000) == "client:web1:* client:web1:disk ");
}

TEST_CASE("an entry of another namespace, and one for everything, silence nothing") {
  SilenceIndex index;
  Silenced other = entry("", "disk");
  other.metadata.ns = "prod";
  silence_put(index, other);
  silence_put(index, entry("*", "*"));
  CHECK(names(index, event({}, {}), 1000) == "");
}

TEST_CASE("begin and expire") {
  Silenced s = entry("", "disk", 60);
  CHECK(s.metadata.name == "*:disk");
  CHECK(s.begin == 1000);
  CHECK(s.creator == "admin");
  CHECK(s.expire_at == 1060);
  CHECK(silence_remaining(s, 1010) == 50);
  CHECK(silence_remaining(entry("", "x"), 5) == -1);
  SilenceIndex index;
  silence_put(index, s);
  CHECK(names(index, event({}, {}), 999) == "");
  CHECK(names(index, event({}, {}), 1000) == "*:disk ");
  CHECK(names(index, event({}, {}), 1059) == "*:disk ");
  CHECK(names(index, event({}, {}), 1060) == "");
  Silenced future = entry("", "disk", 60);
  future.begin = 5000;
  future.expire_at = 0;
  silence_prepare(future, "admin", 1000);
  CHECK(future.expire_at == 5060);
}

TEST_CASE("an end that is given counts, whatever begin and expire say; else it follows from begin") {
  struct { int64_t begin, expire, expire_at, end; const char* why; } rows[] = {
      {900, -1, 4600, 4600, "for an hour, made by a tool"},
      {900, 60, 960, 960, "restored from a dump when it was over"},
      {900, 0, 960, 960, "the same, without seconds"},
      {0, 60, 5000, 5000, "begin is filled in, the end stays"},
      {900, 7200, 0, 8100, "begun a while ago, counted from then"},
      {5000, 60, 0, 5060, "not begun yet"},
      {0, 60, 0, 1060, "from now on"},
      {-5, 60, 0, 1060, "from now on"},
      {900, -1, 0, 0, "never ends"},
      {900, 0, 0, 0, "never ends"},
      {900, INT64_MAX, 0, 0, "no number of seconds: refused by the API"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    Silenced s;
    s.metadata.ns = "default";
    s.check = "disk";
    s.begin = r.begin;
    s.expire = r.expire;
    s.expire_at = r.expire_at;
    silence_prepare(s, "admin", 1000);
    CHECK(s.expire_at == r.end);
    CHECK(silence_expire_at(s) == r.end);
    CHECK(silence_active(s, 999'999) == (r.end == 0));
    SilenceIndex index;
    silence_put(index, s);
    CHECK(silence_expired(index, 999'999).size() == (r.end ? 1 : 0));
  }
}

TEST_CASE("a window of maintenance that comes back every week") {
  Silenced s = entry("", "disk");
  s.begin = 0;
  s.windows = {{"2024-01-01T02:00:00Z", "2024-01-01T03:59:59Z", {"weekly"}},
               {"2024-01-03T12:00:00+01:00", "2024-01-03T12:30:00+01:00", {"daily"}}};
  struct { int64_t now; bool active; const char* why; } rows[] = {
      {1704074400, true, "Monday 2:00"},
      {1704081599, true, "Monday 3:59:59, the last second"},
      {1704081600, false, "Monday 4:00"},
      {1704679200, true, "the next Monday 2:00"},
      {1704765600, false, "a Tuesday"},
      {1704454200, true, "a Friday at noon in the other zone, 11:30 UTC"},
      {1703469600, false, "a Monday before it begins"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    CHECK(silence_active(s, r.now) == r.active);
  }
}

TEST_CASE("a window that crosses midnight, or the end of a week or a month, silences to its end") {
  struct { const char *begin, *end, *word; int64_t now; bool active; const char* why; } rows[] = {
      {"2024-01-01T22:00:00Z", "2024-01-02T06:00:00Z", "daily", 1704326400, true, "Thursday 0:00"},
      {"2024-01-01T22:00:00Z", "2024-01-02T06:00:00Z", "daily", 1704348000, true, "Thursday 6:00:00, the last second"},
      {"2024-01-01T22:00:00Z", "2024-01-02T06:00:00Z", "daily", 1704348001, false, "and over"},
      {"2024-01-01T22:00:00Z", "2024-01-02T06:00:00Z", "daily", 1704085200, false, "Monday 5:00, before the first"},
      {"2024-01-01T22:00:00+02:00", "2024-01-02T06:00:00+02:00", "daily", 1704340799, true, "5:59:59 in its zone"},
      {"2024-01-06T22:00:00Z", "2024-01-08T06:00:00Z", "saturdays", 1705294800, true, "from Saturday evening to Monday 5:00"},
      {"2024-01-06T22:00:00Z", "2024-01-08T06:00:00Z", "saturdays", 1705381200, false, "Tuesday 5:00"},
      {"2024-01-05T22:00:00Z", "2024-01-06T06:00:00Z", "weekdays", 1704776400, true, "Tuesday 5:00, begun on Monday"},
      {"2024-01-05T22:00:00Z", "2024-01-06T06:00:00Z", "weekdays", 1704603600, false, "Sunday 5:00: nothing begins on a Saturday"},
      {"2024-01-31T22:00:00Z", "2024-02-01T06:00:00Z", "monthly", 1711947600, true, "1 April 5:00, begun on 31 March"},
      {"2023-12-31T22:00:00Z", "2024-01-01T06:00:00Z", "annually", 1735707600, true, "the next New Year's morning"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    Silenced s = entry("", "disk");
    s.begin = 0;
    s.windows = {{r.begin, r.end, {r.word}}};
    CHECK(silence_active(s, r.now) == r.active);
  }
}

TEST_CASE("expired entries are named once; one that was replaced meanwhile stays") {
  SilenceIndex index;
  silence_put(index, entry("a", "", 10));
  silence_put(index, entry("b", "", 10));
  silence_put(index, entry("b", "", 100));
  CHECK(silence_next_due(index) == 1010);
  auto expired = silence_expired(index, 1050);
  REQUIRE(expired.size() == 1);
  CHECK(expired[0].name == "a:*");
  CHECK(expired[0].ns == "default");
  CHECK(silence_expired(index, 1050).empty());
  CHECK(silence_expired(index, 1100).size() == 1);
  CHECK(index.entries.empty());
}

TEST_CASE("entries go by the name they are stored under") {
  SilenceIndex index;
  silence_put(index, entry("entity:web1", "disk"));
  silence_put(index, entry("", "a:b"));
  silence_delete(index, "default", "entity:web1:disk");
  silence_delete(index, "default", "*:a:b");
  silence_delete(index, "default", "nonsense");
  CHECK(index.entries.empty());
}

TEST_CASE("expire_on_resolve: the entry goes with the incident, and leaves the event") {
  SilenceIndex index;
  silence_put(index, entry("", "disk", 0, true));
  silence_put(index, entry("entity:web1", ""));
  Event e = event({}, {});
  silence_mark(index, e, 1000);
  CHECK(e.check->is_silenced);
  CHECK(silence_resolve(index, e, 1000) == StringList{"*:disk"});
  CHECK(e.check->silenced == StringList{"entity:web1:*"});
  silence_delete(index, "default", "*:disk");
  silence_delete(index, "default", "entity:web1:*");
  silence_mark(index, e, 1000);
  CHECK(!e.check->is_silenced);
}
