// tests/backend/event/merge_test.cc - results one after the other, late ones and copies, and what becomes of the state.
#include <doctest/doctest.h>

#include "backend/event/own_events.h"
#include "backend/event/merge.h"

using namespace picket;

namespace {

Event result(uint32_t status, int64_t executed, const std::string& id = "") {
  Event e;
  e.check.emplace();
  e.check->status = status;
  e.check->executed = executed;
  e.id = id;
  return e;
}

std::string history_text(const std::vector<CheckHistory>& history) {
  std::string out;
  for (const CheckHistory& h : history) out += std::to_string(h.executed) + ":" + std::to_string(h.status) + " ";
  return out;
}

Merged merge(EventState& s, Event e, int64_t now) { return event_merge(e, s, {now, true}); }

}  // namespace

TEST_CASE("a spool that is replayed does not make the present look like the past") {
  EventState s;
  merge(s, result(0, 1000, "a"), 1000);
  merge(s, result(0, 2000, "b"), 2000);  // the connection is back, the newest result came first
  EventState before = s;
  Merged late = merge(s, result(2, 1500, "c"), 2005);
  CHECK(late.outcome == MergeOutcome::late);
  CHECK(!late.is_incident);
  CHECK(s.status == 0);
  CHECK(s.occurrences == before.occurrences);
  CHECK(s.last_ok == 2000);
  CHECK(history_text(s.history) == "1000:0 1500:2 2000:0 ");
  Merged next = merge(s, result(0, 2060, "d"), 2060);
  CHECK(next.outcome == MergeOutcome::present);
  CHECK(!next.is_resolution);  // nobody was notified of an incident
}

TEST_CASE("a replay in order, in the first minutes after an outage, is the present each time") {
  EventState s;
  merge(s, result(0, 1000, "a"), 1000);
  CHECK(merge(s, result(2, 1060, "b"), 5000).outcome == MergeOutcome::present);
  CHECK(merge(s, result(2, 1120, "c"), 5000).outcome == MergeOutcome::present);
  Merged ok = merge(s, result(0, 1180, "d"), 5000);
  CHECK(ok.is_resolution);
  CHECK(s.occurrences == 1);
}

TEST_CASE("a TTL failure is disproved by the result that was on its way, not by the old ones after it") {
  EventState s;
  merge(s, result(0, 1000, "a"), 1000);
  Event failure = result(1, 1600);
  event_merge(failure, s, {1600, false});
  CHECK(merge(s, result(0, 1100, "b"), 1605).outcome == MergeOutcome::late);
  CHECK(s.status == 1);
  CHECK(merge(s, result(0, 1597, "c"), 1602).outcome == MergeOutcome::present);
  CHECK(s.status == 0);
}

TEST_CASE("duplicates are recognised by id, and late ones by their history after a restart") {
  EventState s;
  merge(s, result(0, 1000, "a"), 1000);
  merge(s, result(2, 1060, "b"), 1060);
  CHECK(merge(s, result(2, 1060, "b"), 1061).outcome == MergeOutcome::duplicate);
  CHECK(merge(s, result(0, 1000, "a"), 1061).outcome == MergeOutcome::duplicate);
  CHECK(s.occurrences == 1);
  CHECK(s.history.size() == 2);
  Event stored = result(2, 1060, "b");
  stored.check->history = s.history;
  EventState again = event_state_of(stored);
  CHECK(merge(again, result(2, 1060, "b"), 1100).outcome == MergeOutcome::duplicate);
  CHECK(merge(again, result(0, 1000, "a"), 1100).outcome == MergeOutcome::duplicate);
  CHECK(merge(again, result(0, 1000, "other"), 1100).outcome == MergeOutcome::duplicate);
  CHECK(again.history.size() == 2);
}

TEST_CASE("after a restart what is sent again is not counted again, however fresh it is; a new result of an old time is") {
  EventState before;
  Event last;
  for (int64_t at : {1000, 1010, 1020}) {
    last = result(2, at, std::to_string(at));
    (void)event_merge(last, before, {at, true});
  }
  EventState s = event_state_of(last);
  CHECK(merge(s, result(2, 1000, "1000"), 1030).outcome == MergeOutcome::duplicate);
  CHECK(merge(s, result(2, 1010, "1010"), 1030).outcome == MergeOutcome::duplicate);
  CHECK(merge(s, result(2, 1020, "1020"), 1030).outcome == MergeOutcome::duplicate);
  CHECK(s.occurrences == 3);
  CHECK(merge(s, result(2, 1030, "1030"), 1030).outcome == MergeOutcome::present);
  // The agent's clock is set back by ten seconds: the results of this run are distinguished by ids.
  CHECK(merge(s, result(2, 1020, "again"), 1031).outcome == MergeOutcome::present);
}

TEST_CASE("an API client that sends back the event it read is not a duplicate") {
  EventState s;
  Event e = result(2, 1000, "a");
  event_merge(e, s, {1000, false});
  e.check->status = 0;
  CHECK(event_merge(e, s, {1010, false}).is_resolution);
}

TEST_CASE("a clock that was ahead once does not make everything after it late") {
  EventState s;
  merge(s, result(0, 9'000'000, "a"), 1000);  // the agent's clock was a quarter of a year ahead
  Event slow = result(2, 1030, "b");
  slow.check->duration = 45;
  CHECK(merge(s, slow, 1080).outcome == MergeOutcome::present);
  EventState restarted = event_state_of(result(0, 9'000'000));
  CHECK(merge(restarted, result(2, 1030, "b"), 1080).outcome == MergeOutcome::present);
}

TEST_CASE("the history holds 21 results; a late one older than all of them is dropped") {
  EventState s;
  for (int i = 0; i < 30; i++) merge(s, result(0, 1000 + i, std::to_string(i)), 1000 + i);
  REQUIRE(s.history.size() == 21);
  CHECK(s.history[0].executed == 1009);
  CHECK(merge(s, result(2, 500, "x"), 2000).outcome == MergeOutcome::late);
  CHECK(s.history[0].executed == 1009);
  CHECK(merge(s, result(2, 1015, "y"), 2000).outcome == MergeOutcome::late);
  CHECK(s.history.size() == 21);
  CHECK(s.history[0].executed == 1010);
  CHECK(s.seen.size() == kSeenIdsMax);
}

TEST_CASE("a history that came with the first result stays, and is bounded") {
  Event e = result(0, 2000);
  e.check->occurrences = 50;
  for (int i = 0; i < 40; i++) e.check->history.push_back({2, i});
  EventState s;
  CHECK(event_merge(e, s, {2000, false}).is_resolution);
  CHECK(e.check->history.size() == 21);
  CHECK(e.check->occurrences == 1);
}

TEST_CASE("what a client claims is overwritten once there is a previous event") {
  EventState s;
  Event first = result(0, 1000);
  event_merge(first, s, {1000, false});
  Event e = result(2, 1010);
  e.check->history = {{0, 1}, {0, 2}};
  e.check->occurrences = 77;
  e.check->occurrences_watermark = 88;
  e.check->last_ok = 99;
  e.check->state = "passing";
  e.check->total_state_change = 55;
  event_merge(e, s, {1010, false});
  CHECK(history_text(e.check->history) == "1000:0 1010:2 ");
  CHECK(e.check->occurrences == 1);
  CHECK(e.check->occurrences_watermark == 1);
  CHECK(e.check->last_ok == 1000);
  CHECK(e.check->state == "failing");
  CHECK(e.check->total_state_change == 0);
}

TEST_CASE("a timestamp of 0 becomes now") {
  EventState s;
  Event e = result(0, 5);
  event_merge(e, s, {1234, false});
  CHECK(e.timestamp == 1234);
}

TEST_CASE("weights of state changes: truncated percent, in single precision") {
  std::vector<CheckHistory> h(21);
  CHECK(total_state_change(h) == 0);
  h[20].status = 1;
  CHECK(total_state_change(h) == 5);  // 1.18 / 20
  h[20].status = 0;
  h[0].status = 1;
  CHECK(total_state_change(h) == 4);  // 0.80 / 20, which is 4 exactly in single precision
  for (size_t i = 0; i < 21; i++) h[i].status = i % 2;
  CHECK(total_state_change(h) == 98);  // 19.8 / 20, a hair below 99
  h.resize(20);
  CHECK(total_state_change(h) == 0);
}

TEST_CASE("output is cut for the store, and whole for the pipeline") {
  Event e = result(0, 1);
  e.check->output = "0123456789";
  CHECK(event_truncate_output(e) == "");
  e.check->max_output_size = 10;
  CHECK(event_truncate_output(e) == "");
  e.check->max_output_size = 4;
  CHECK(event_truncate_output(e) == "0123456789");
  CHECK(e.check->output == "0123");
  CHECK(e.metadata.labels["sensu.io/output_truncated_bytes"] == "6");
}

TEST_CASE("internal events have the reference's texts") {
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = "web1";
  entity->metadata.ns = "default";
  entity->last_seen = 1000;
  Event keepalive;
  keepalive.timestamp = 1795160511;
  keepalive.sequence = 3;
  keepalive.check.emplace();
  keepalive.check->interval = 5;
  keepalive.check->timeout = 5;
  keepalive.check->ttl = 10;
  Event pass = event_keepalive_pass(keepalive, entity, 1795160512, "u");
  CHECK(pass.check->output == "Keepalive last sent from web1 at 2026-11-20 07:41:51 +0000 UTC");
  CHECK(pass.check->handlers == StringList{"keepalive"});
  CHECK(pass.check->scheduler == "etcd");
  CHECK(pass.sequence == 3);
  CHECK(pass.check->executed == 1795160512);
  struct { int64_t now; uint32_t status; const char* output; } rows[] = {
      {1005, 1, "No keepalive sent from web1 for 5 seconds (>= 5)"},
      {1010, 2, "No keepalive sent from web1 for 10 seconds (>= 10)"},
      {1016, 2, "No keepalive sent from web1 for 16 seconds (>= 10)"},
  };
  for (auto& r : rows) {
    Event f = event_keepalive_fail(pass, entity, r.now, "u");
    CHECK(f.check->status == r.status);
    CHECK(f.check->output == r.output);
    CHECK(f.check->ttl == 10);
  }
  entity->keepalive_handlers = {"pager"};
  CHECK(event_keepalive_fail(pass, entity, 1005, "u").check->handlers == StringList{"pager"});

  Event stored = result(0, 100);
  stored.check->metadata.name = "backup";
  stored.check->ttl = 6;
  stored.check->handlers = {"slack"};
  stored.check->duration = 3;
  stored.check->silenced = {"x"};
  stored.check->output = "fine";
  Event ttl = event_ttl_fail(stored, 106, "u");
  CHECK(ttl.check->output == "Last check execution was 6 seconds ago: expected every 6 s, last 1970-01-01 00:01 UTC");
  CHECK(ttl.check->status == 1);
  CHECK(ttl.check->handlers == StringList{"slack"});
  CHECK(ttl.check->duration == 0);
  CHECK(ttl.check->silenced.empty());
  CHECK(ttl.check->executed == 106);
  CHECK(event_ttl_fail(ttl, 200, "u").check->output ==
        "Last check execution was 100 seconds ago: expected every 6 s, last 1970-01-01 00:01 UTC");
  for (auto [text, status] : {std::pair<const char*, uint32_t>{"2", 2}, {"0", 1}, {"-1", 3}, {"two", 1}, {"", 1}, {"99999999999", 3}}) {
    stored.check->metadata.annotations["ttl_status"] = text;
    CHECK(event_ttl_fail(stored, 106, "u").check->status == status);
  }
  Event gone = event_resolved_by_deregistration(stored, 200);
  CHECK(gone.check->output == "Resolving due to entity deregistering");
  CHECK(gone.check->history.empty());
  CHECK(event_backend_away(entity, 1000, 5000, 12, 1, "").check->output.find("The backend was down for 4000 seconds") == 0);
  Event clock = event_agent_clock(entity, -95, 5000, 1, "");
  CHECK(clock.check->output.find(" is 95 seconds behind the backend's") != std::string::npos);
  CHECK(clock.check->handlers == (entity->keepalive_handlers.empty() ? StringList{"keepalive"} : entity->keepalive_handlers));
  CHECK(keepalive_timeout(Event{}) == 120);
  CHECK(keepalive_validate(Event{}).code == Err::invalid);
}
