// tests/backend/deliver/decisions_test.cc - what was decided about handlers: written when it changes, read as if it were written each time.
#include "backend/deliver/decisions.h"
#include "common/json/json.h"
#include "tests/backend/store/store_fixture.h"

using namespace store_test;

namespace {

const EventKey kDisk{"default", "web1", "disk"};

Event result(uint32_t status, int64_t timestamp, const std::string& id) {
  Event e;
  Entity entity;
  entity.metadata.name = "web1";
  entity.metadata.ns = "default";
  e.entity = std::make_shared<const Entity>(entity);
  e.check.emplace().metadata.name = "disk";
  e.check->status = status;
  e.timestamp = timestamp;
  e.id = id;
  return e;
}

std::vector<RouteNote> says(RouteNote::Outcome outcome, const char* why) { return {{"slack", "", "", outcome, why}}; }

// Until all is committed.
void settle(Fixture& f) { (void)f.write({object(StoreWrite::put, "marks", "", "x")}); }

std::string told(Fixture& f, const Decisions& d) {
  Result<std::string> r = decisions_json(f.store, d, kDisk);
  return r.ok() ? r.value : r.status.message;
}

std::string expected(int64_t timestamp, const Event& e, const std::vector<RouteNote>& notes) {
  JsonObject o;
  o.add("timestamp", timestamp).add("event_timestamp", e.timestamp).add("id", e.id).add("status", e.check->status);
  return o.add_raw("handlers", route_notes_json(notes)).done();
}

}  // namespace

TEST_CASE("a decision that repeats itself is not written again, and reads as if it were") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  Decisions decisions;
  const auto no = says(RouteNote::filtered, "filter is_incident: it is not"), yes = says(RouteNote::delivered, "exit status 0 after 3 ms"),
             late = says(RouteNote::held_back, "filter is_incident: it is not");
  struct Row { uint32_t status; const std::vector<RouteNote>& notes; bool written; const char* why; } rows[] = {
      {0, no, true, "the first"},
      {0, no, false, "the same"},
      {0, no, false, "the same again"},
      {1, no, true, "the same notes about another status"},
      {1, yes, true, "another outcome"},
      {1, yes, false, "that one again"},
      {1, late, true, "another outcome with other words"},
      {0, no, true, "as it was once"},
  };
  int64_t now = 100;
  for (const Row& r : rows) {
    CAPTURE(r.why);
    Event e = result(r.status, now, "id-" + std::to_string(now));
    const int64_t writes = store_stats(f.store).writes;
    decisions_note(f.store, decisions, kDisk, e, r.notes, ++now);
    CHECK(told(f, decisions) == expected(now, e, r.notes));  // before the commit
    settle(f);
    CHECK(told(f, decisions) == expected(now, e, r.notes));
    CHECK(store_stats(f.store).writes - writes == (r.written ? 2 : 1));
  }
  CHECK(decisions.size() == 1);
}

TEST_CASE("after a stop a repeated decision reads as before, after a crash as of its first time") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  Decisions decisions;
  const auto no = says(RouteNote::filtered, "no");
  const Event first = result(0, 10, "a"), second = result(0, 20, "b");
  decisions_note(f.store, decisions, kDisk, first, no, 11);
  decisions_note(f.store, decisions, kDisk, second, no, 21);
  CHECK(told(f, {}) == expected(11, first, no));  // what a crash leaves
  decisions_flush(f.store, decisions);
  f.close();
  REQUIRE(f.open(dir.file()).ok());
  CHECK(told(f, {}) == expected(21, second, no));
}

TEST_CASE("a decision goes with its event, and an event without handlers has none") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  Decisions decisions;
  Event e = result(0, 10, "a");
  decisions_note(f.store, decisions, kDisk, e, {}, 11);
  CHECK(decisions.empty());
  decisions_note(f.store, decisions, kDisk, e, says(RouteNote::filtered, "no"), 11);
  CHECK_FALSE(decisions.extract({"default", "web1", "other"}));
  CHECK(f.write({decisions_drop({"default", "web1", "other"})}).ok());
  CHECK(decisions.extract(kDisk));
  CHECK(f.write({decisions_drop(kDisk)}).ok());
  CHECK(decisions.empty());
  CHECK_FALSE(decisions_json(f.store, decisions, kDisk).ok());
  decisions_note(f.store, decisions, kDisk, e, says(RouteNote::filtered, "no"), 12);  // the event comes again: written anew
  CHECK(told(f, decisions) == expected(12, e, says(RouteNote::filtered, "no")));
}

TEST_CASE("a decision the store did not take is written with the next result") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  Decisions decisions;
  const auto no = says(RouteNote::filtered, "no");
  decisions_note(f.store, decisions, kDisk, result(0, 10, "a"), no, 11);
  settle(f);
  decisions.begin()->second.what++;
  StoreWrite fill = object(StoreWrite::put, "checks", "default", "large", std::string(kStoreQueueMax, 'x'));
  store_write(f.store, {fill}, {});  // the queue is full now
  decisions_note(f.store, decisions, kDisk, result(0, 20, "b"), no, 21);
  while (store_stats(f.store).queued_bytes > 0) settle(f);
  CHECK(decisions.begin()->second.what == 0);
  decisions_note(f.store, decisions, kDisk, result(0, 30, "c"), no, 31);
  CHECK(told(f, {}) == expected(31, result(0, 30, "c"), no));
}

TEST_CASE("what an alert rule remembers is there at once and after a start; what was not sent after all is sent again") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  Event e = result(2, 1700000000, "1");
  std::vector<RouteNote> notes{{"slack", "p", "w", RouteNote::delivered, ""}, {"log", "", "", RouteNote::delivered, ""}};
  notes[0].alert = AlertMemory{true, 3, 2, true};
  notes[0].alert_if_failed = AlertMemory{};
  Decisions decisions;
  CHECK_FALSE(decisions_alert(decisions, kDisk, notes[0]));
  decisions_alerts_keep(decisions, kDisk, notes);
  CHECK(decisions_alert(decisions, kDisk, notes[0])->at == 3);
  CHECK_FALSE(decisions_alert(decisions, kDisk, notes[1]));
  decisions_note(f.store, decisions, kDisk, e, notes, 1700000000);
  settle(f);
  Decisions anew;  // after a start
  REQUIRE(decisions_load(f.store, anew).ok());
  const std::optional<AlertMemory> read = decisions_alert(anew, kDisk, notes[0]);
  REQUIRE(read);
  CHECK(read->notified);
  CHECK(read->open);
  CHECK(read->at == 3);
  CHECK(read->status == 2);
  CHECK_FALSE(decisions_alert(anew, kDisk, {"slack", "p", "other", RouteNote::delivered, ""}));

  std::vector<RouteNote> later = notes;
  later[0].alert = AlertMemory{true, 4, 2};
  decisions_alerts_keep(decisions, kDisk, later);
  decisions_alert_failed(decisions, kDisk, notes[0]);  // the one before
  CHECK_FALSE(notes[0].alert->notified);
  CHECK(decisions_alert(decisions, kDisk, later[0])->notified);
  RouteNote failed = later[0];
  decisions_alert_failed(decisions, kDisk, failed);
  CHECK_FALSE(decisions_alert(decisions, kDisk, later[0])->notified);

  later[0].alert.reset();  // it is well again
  decisions_alerts_keep(decisions, kDisk, later);
  CHECK_FALSE(decisions_alert(decisions, kDisk, later[0]));
}

TEST_CASE("the end that reached nobody is due again, also after a start, and a later incident does not hide it") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  const Event e = result(0, 1700000000, "1");
  std::vector<RouteNote> end{{"slack", "", "", RouteNote::delivered, ""}};
  end[0].alert_if_failed = AlertMemory{true, 3, 2};
  Decisions decisions;
  decisions_alerts_keep(decisions, kDisk, end);
  CHECK_FALSE(decisions_alert(decisions, kDisk, end[0]));
  std::vector<RouteNote> failed = end;
  decisions_alert_failed(decisions, kDisk, failed[0]);
  decisions_alert_failed(decisions, kDisk, failed[0]);  // said twice
  REQUIRE(decisions_alert(decisions, kDisk, end[0]));
  CHECK(decisions_alert(decisions, kDisk, end[0])->notified);
  decisions_note(f.store, decisions, kDisk, e, failed, 1700000000);
  settle(f);
  Decisions anew;  // after a start
  REQUIRE(decisions_load(f.store, anew).ok());
  REQUIRE(decisions_alert(anew, kDisk, end[0]));
  CHECK(decisions_alert(anew, kDisk, end[0])->notified);

  std::vector<RouteNote> incident{{"slack", "", "", RouteNote::held_back, ""}};
  incident[0].alert = AlertMemory{};
  decisions_alerts_keep(decisions, kDisk, incident);  // decided before the end had failed
  decisions_alert_failed(decisions, kDisk, end[0]);
  CHECK_FALSE(decisions_alert(decisions, kDisk, end[0])->notified);
  CHECK(decisions_alert(decisions, kDisk, end[0])->open);
}

TEST_CASE("an incident that was taken over is known until its first decision here, and goes with its end") {
  TempDir dir;
  Fixture f;
  REQUIRE(f.open(dir.file()).ok());
  Decisions decisions;
  Event e = result(2, 1700000000, "1");
  e.check->occurrences = 7, e.check->occurrences_watermark = 9;
  e.check->silenced = {"entity:web1"};
  const EventKey other{"default", "web1", "load"};
  REQUIRE(f.write({decisions_carry(decisions, kDisk, e, 5), decisions_carry(decisions, other, e, 5)}).ok());
  Decisions anew;  // after a start
  REQUIRE(decisions_load(f.store, anew).ok());
  for (Decisions* d : {&decisions, &anew}) {
    const AlertCarried* c = decisions_carried(*d, kDisk);
    REQUIRE(c);
    CHECK(c->occurrences == 7);
    CHECK(c->watermark == 9);
    CHECK(c->status == 2);
    CHECK(c->silenced);
  }
  // Nobody is asked: it stays. A handler has decided: it is over.
  decisions_alerts_keep(anew, kDisk, {});
  decisions_note(f.store, anew, kDisk, e, {}, 6);
  CHECK(decisions_carried(anew, kDisk));
  decisions_alerts_keep(anew, kDisk, says(RouteNote::filtered, "no"));
  decisions_note(f.store, anew, kDisk, e, says(RouteNote::filtered, "no"), 7);
  CHECK_FALSE(decisions_carried(anew, kDisk));
  // It ends, and nobody is asked.
  decisions_note(f.store, anew, other, result(0, 1700000001, "2"), {}, 8);
  CHECK_FALSE(decisions_carried(anew, other));
  settle(f);
  Decisions later;
  REQUIRE(decisions_load(f.store, later).ok());
  CHECK(later.empty());
  // An import that the store did not take: what is stored counts.
  (void)decisions_carry(later, other, e, 9);
  decisions_reload(f.store, later, other);
  CHECK(later.empty());
}
