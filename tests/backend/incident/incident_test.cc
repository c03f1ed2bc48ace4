// tests/backend/incident/incident_test.cc - incidents: when one begins, changes and ends, what is counted and kept of it, and how many.
#include <doctest/doctest.h>

#include "backend/event/merge.h"
#include "backend/incident/incident.h"
#include "backend/incident/incident_table.h"

using namespace picket;

namespace {

Event result(uint32_t status, int64_t at, const std::string& output = "x") {
  Event e;
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = "web1", entity->metadata.ns = "default";
  e.entity = entity;
  e.check.emplace().metadata.name = "disk";
  e.check->status = status;
  e.check->executed = at;
  e.check->output = output;
  return e;
}

// Results of one event as the backend takes them, with the steps they make.
struct Story {
  EventState state;
  std::optional<Incident> current;
  std::vector<Incident> ended;
  int64_t now = 1000;
  int ids = 0;
  std::string steps;

  void take(uint32_t status, const std::string& output = "x") {
    Event e = result(status, now += 10, output);
    MergeOptions options;
    options.now_s = now;
    (void)event_merge(e, state, options);
    static const char kLetters[] = {'.', 'B', 'C', 'E'};
    steps += kLetters[static_cast<int>(incident_result(current, e, "i" + std::to_string(++ids), now))];
    if (current && current->end != 0) ended.push_back(*current), current.reset();
  }
};

IncidentDecision decided(RouteNote::Outcome outcome, const std::string& why, int64_t at = 1, const std::string& handler = "slack") {
  return incident_decision({handler, "", "", outcome, why}, 2, at);
}

}  // namespace

TEST_CASE("an incident: begun by the first failing result, changed by another status, ended by the first that does not fail") {
  struct Row { std::vector<uint32_t> statuses; const char* steps; std::vector<uint32_t> worst; const char* why; } rows[] = {
      {{0, 0, 0}, "...", {}, "nothing fails: nothing is written"},
      {{2}, "B", {}, "the first result of all"},
      {{0, 2, 2, 2, 0, 0}, ".B..E.", {2}, "what repeats itself is written with the end"},
      {{0, 1, 2, 1, 0}, ".BCCE", {2}, "the worst stays the worst"},
      {{0, 3, 1, 0}, ".BCE", {3}, "unknown is worse than a warning"},
      {{0, 127, 2, 3, 0}, ".BCCE", {2}, "critical is the worst"},
      {{0, 2, 0, 2, 0, 1, 0}, ".BEBEBE", {2, 2, 1}, "flapping: each has its own"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    Story s;
    for (uint32_t status : r.statuses) s.take(status);
    CHECK(s.steps == r.steps);
    std::vector<uint32_t> worst;
    for (const Incident& i : s.ended) worst.push_back(i.worst);
    CHECK(worst == r.worst);
  }
}

TEST_CASE("an incident says when it began and ended, how often it failed, and what it said when its status changed") {
  Story s;
  for (auto [status, output] :
       {std::pair<uint32_t, const char*>{0, "fine"}, {1, "80 %\nmore"}, {1, "81 %"}, {2, "95 %"}, {2, "96 %"}, {0, "fine"}})
    s.take(status, output);
  REQUIRE(s.ended.size() == 1);
  const Incident& i = s.ended[0];
  CHECK(i.begin == 1020);
  CHECK(i.end == 1060);
  CHECK(i.results == 4);
  CHECK(i.output == "95 %");
  CHECK(i.ended_by == kEndedByResult);
  CHECK(i.id == "i2");
}

TEST_CASE("an event that failed before its incidents were kept begins with the first failing result that is known") {
  Event e = result(2, 500);
  e.check->history = {{0, 100}, {2, 200}, {1, 300}, {2, 500}};
  std::optional<Incident> current;
  CHECK(incident_result(current, e, "a", 600) == IncidentStep::began);
  CHECK(current->begin == 200);
}

TEST_CASE("an end is never before its beginning, whatever the clocks say") {
  std::optional<Incident> current;
  (void)incident_result(current, result(2, 500), "a", 600);
  (void)incident_result(current, result(0, 300), "b", 600);
  CHECK(current->end == 500);
}

TEST_CASE("decisions: what repeats itself is counted, what was tried is written") {
  struct Row { RouteNote::Outcome outcome; const char* why; const char* shown; int64_t count; bool written; const char* note; } rows[] = {
      {RouteNote::held_back, "occurrence 1 is before occurrence 3", "held back", 1, true, "the first"},
      {RouteNote::held_back, "occurrence 2 is before occurrence 3", "held back", 2, false, "the same for another occurrence"},
      {RouteNote::delivered, "sent to hook", "delivered", 1, true, "another outcome"},
      {RouteNote::delivered, "sent to hook", "delivered", 2, true, "a second alert counts, and is written"},
      {RouteNote::filtered, "filter not_silenced: the event is silenced", "silenced", 1, true, "a silence by its own name"},
      {RouteNote::filtered, "filter is_prod: x is false", "filtered", 1, true, "another filter"},
      {RouteNote::failed, "HTTP status 500", "failed", 1, true, "a failure"},
      {RouteNote::failed, "HTTP status 502", "failed", 1, true, "for another reason"},
  };
  Incident i;
  for (const Row& r : rows) {
    CAPTURE(r.note);
    CHECK(incident_decide(i, decided(r.outcome, r.why)) == r.written);
    CHECK(i.decisions.back().outcome == r.shown);
    CHECK(i.decisions.back().why == r.why);
    CHECK(i.decisions.back().count == r.count);
  }
  CHECK(i.decisions.size() == 6);
  CHECK(i.notified);
}

TEST_CASE("what waits is replaced by how it ended; what a stop interrupted says so") {
  Incident i;
  i.undecided = true;
  (void)incident_decide(i, decided(RouteNote::waiting, "queued"));
  CHECK(i.undecided);
  (void)incident_decide(i, decided(RouteNote::delivered, "sent", 2));
  REQUIRE(i.decisions.size() == 1);
  CHECK(i.decisions[0].outcome == "delivered");
  CHECK_FALSE(i.undecided);
  CHECK_FALSE(incident_interrupted(i, 9));
  (void)incident_decide(i, decided(RouteNote::waiting, "queued"));
  CHECK(incident_interrupted(i, 9));
  CHECK(i.decisions.back().outcome == "failed");
  Incident none;
  none.undecided = true;
  CHECK(incident_interrupted(none, 9));
  CHECK(none.decisions.size() == 1);
}

TEST_CASE("an incident is bounded: the same outcomes of a handler are counted in one, others are counted as left out") {
  Incident i;
  for (size_t n = 0; n < 2 * kIncidentDecisionsMax; n++) (void)incident_decide(i, decided(RouteNote::failed, "no " + std::to_string(n)));
  CHECK(i.decisions.size() == kIncidentDecisionsMax);
  CHECK(i.decisions.back().count == int64_t(kIncidentDecisionsMax) + 1);
  CHECK(i.left_out == 0);
  (void)incident_decide(i, decided(RouteNote::failed, "other", 1, "mail"));
  CHECK(i.left_out == 1);
  (void)incident_decide(i, decided(RouteNote::failed, std::string(5000, 'x')));
  CHECK(i.decisions.back().why.size() == kIncidentWhyMax);
}

TEST_CASE("an incident is read as it was written") {
  Incident i;
  i.id = "674c2a1b9f3e", i.ns = "default", i.entity = "web1", i.check = "disk";
  i.begin = 10, i.end = 20, i.status = 1, i.worst = 2, i.results = 3, i.output = "\"<x>\"", i.ended_by = kEndedByDeletion;
  i.undecided = true, i.left_out = 4;
  RouteNote note{"h", "p", "w", RouteNote::delivered, "sent"};
  (void)incident_decide(i, incident_decision(note, 2, 11));
  const std::string json = incident_json(i);
  Result<Incident> back = incident_read(json);
  REQUIRE(back.ok());
  CHECK(incident_json(back.value) == json);
  CHECK(back.value.decisions[0].workflow == "w");
  for (const char* bad : {"", "[]", "{}", "{\"id\":\"a\"}", "nonsense"}) CHECK_FALSE(incident_read(bad).ok());
}

TEST_CASE("ids are in the order of their making, whatever the clock does") {
  uint64_t last = 0;
  CHECK(incident_id(0x674c2a1bLL * 1000, &last) == "674c2a1b0000");
  CHECK(incident_id(0x674c2a1bLL * 1000, &last) == "674c2a1b0001");
  CHECK(incident_id(5000, &last) == "674c2a1b0002");
  CHECK(incident_id(0x674c2a1bLL * 1000 + 999, &last) == "674c2a1bfda7");
  CHECK(incident_number("674c2a1bfda7") == last);
  CHECK(incident_number("nothing") == 0);
}

// ---- how many ----

namespace {

constexpr int64_t kDay = 24 * 3600;
const EventKey kDisk{"default", "web1", "disk"};

Incident ended(int64_t begin, int64_t end) {
  Incident i;
  i.id = std::to_string(begin);
  i.begin = begin, i.end = end;
  return i;
}

}  // namespace

TEST_CASE("kept: the last of each event, all of the last days, and never more than the bounds") {
  IncidentTable t;
  const int64_t now = 100 * kDay;
  for (int n = 0; n < 30; n++) incidents_enter(t, kDisk, ended(kDay * n, kDay * n + 1), 100);
  CHECK(incidents_trim(t, kDisk, now).size() == 10);
  CHECK(t.count == kIncidentsPerEvent);
  CHECK(t.bytes == 2000);
  for (int n = 0; n < 50; n++) incidents_enter(t, kDisk, ended(now - 1000 + n, now - 1000 + n), 100);
  CHECK(incidents_trim(t, kDisk, now).size() == 20);  // the old ones are none of the last 20 now
  CHECK(t.count == 50);
  for (int n = 0; n < 600; n++) incidents_enter(t, kDisk, ended(now + n, now + n), 100);
  CHECK(incidents_trim(t, kDisk, now).size() == 150);
  CHECK(t.of[kDisk].size() == kIncidentsPerEventMax);
  CHECK(t.ended.size() == t.count);
}

TEST_CASE("the first of all to have ended makes room in all; what goes on stays") {
  IncidentTable t;
  Incident open = ended(5, 0);
  incidents_enter(t, {"default", "web1", "open"}, open, 100);
  incidents_enter(t, kDisk, ended(10, 11), kIncidentBytesMax - 150);
  incidents_enter(t, {"default", "web2", "disk"}, ended(20, 21), 100);
  const auto gone = incidents_trim(t, {"default", "web2", "disk"}, 30);
  REQUIRE(gone.size() == 1);
  CHECK(gone[0].key == kDisk);
  CHECK(incidents_last(t, kDisk) == nullptr);
  CHECK(incidents_last(t, {"default", "web1", "open"})->id == open.id);
  open.end = 40;
  incidents_enter(t, {"default", "web1", "open"}, open, 150);
  CHECK(t.bytes == 250);
  CHECK(t.count == 2);
  incidents_remove(t, {"default", "web1", "open"}, open.id);
  CHECK(t.ended.size() == 1);
}
