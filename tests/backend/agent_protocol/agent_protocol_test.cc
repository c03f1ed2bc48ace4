// tests/backend/agent_protocol/agent_protocol_test.cc - a session's rules: what the upgrade request says, which subscriptions
// change, what may be acknowledged.
#include <doctest/doctest.h>

#include "backend/agent_protocol/agent_protocol.h"

using namespace picket;

namespace {
std::string join(const StringList& list) {
  std::string out;
  for (const std::string& s : list) out += "[" + s + "]";
  return out;
}
}  // namespace

TEST_CASE("the upgrade request: headers in any case, items as they come") {
  AgentHello h = hello_read({{"sensu-agentname", "web1"},
                             {"SENSU-NAMESPACE", "default"},
                             {"Sensu-User", "agent"},
                             {"Sensu-Subscriptions", "rec, spaced,,rec,"},
                             {"Picket-Ack", "0f6b-1"}});
  CHECK(h.name == "web1");
  CHECK(h.ns == "default");
  CHECK(h.usable);
  CHECK(join(h.subscriptions) == "[rec][ spaced]");
  CHECK(h.ack_stream == "0f6b-1");
}

TEST_CASE("the upgrade request shows an agent before 5.12, which knows no entity_config") {
  struct { std::vector<std::pair<std::string, std::string>> headers; bool want; } const rows[] = {
      {{{"User-Agent", "Go-http-client/1.1"}}, false},
      {{{"User-Agent", "Go-http-client/1.1"}, {"Accept", "application/octet-stream"}}, true},
      {{{"Accept", "application/json"}}, true},
      {{}, true},
      {{{"User-Agent", "curl/7"}}, true},
  };
  for (const auto& r : rows) CHECK(hello_read(r.headers).knows_config == r.want);
}

TEST_CASE("names that cannot be an entity's and streams that cannot be a key") {
  struct Row { const char* name; bool usable; const char* stream; const char* kept; const char* why; } rows[] = {
      {"", false, "", "", "nothing said"},
      {"a b", false, "a b", "", "a blank"},
      {"a/b", false, "a/b", "", "a slash"},
      {"a:b.c-d_e", true, "A-9", "A-9", "all that is allowed"},
      {"web", true, "12345678901234567890123456789012345678901234567890123456789012345", "", "65 characters"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    AgentHello h = hello_read({{"Sensu-AgentName", r.name}, {"Picket-Ack", r.stream}});
    CHECK(h.usable == r.usable);
    CHECK(h.ack_stream == r.kept);
  }
}

TEST_CASE("subscriptions: what a change takes and brings") {
  const StringList before = subscriptions_sorted({"b", "a", "b", ""});
  CHECK(join(before) == "[a][b]");
  const SubscriptionChange c = subscriptions_change(before, subscriptions_sorted({"c", "b"}));
  CHECK(join(c.removed) == "[a]");
  CHECK(join(c.added) == "[c]");
  CHECK(subscriptions_sorted(StringList(5000, "x")).size() == 1);
  StringList many;
  for (size_t i = 0; i < kSubscriptionsMax + 10; i++) many.push_back("s" + std::to_string(i));
  CHECK(subscriptions_sorted(many).size() == kSubscriptionsMax);
}

TEST_CASE("the type line of an event") {
  struct Row { const char* line; bool is_event; uint64_t number; } rows[] = {
      {"event", true, 0},     {"event 1", true, 1},  {"event 18446744073709551", true, 18446744073709551ull},
      {"event ", false, 0},   {"event x", false, 0}, {"event -1", false, 0},
      {"event 1 ", false, 0}, {"EVENT", false, 0},   {"event 0", false, 0},
      {"event\r", false, 0},  {"events", false, 0},  {"event  1", false, 0},
      {"event 999999999999999999999999999999", false, 0},
  };
  for (const Row& r : rows) {
    CAPTURE(r.line);
    CHECK(event_line(r.line).is_event == r.is_event);
    CHECK(event_line(r.line).number == r.number);
  }
}

TEST_CASE("acknowledged is what is committed without a gap, and nothing twice") {
  AckTrack t;
  t.accepted = t.committed = t.acked = 10;
  CHECK_FALSE(ack_accept(t, 10));  // sent again: the first copy arrived
  CHECK(ack_accept(t, 11));
  CHECK(ack_accept(t, 15));  // the spool had dropped what is between
  CHECK(ack_accept(t, 16));
  CHECK_FALSE(ack_accept(t, 15));  // on its way
  ack_done(t, 15);                 // refused by validation, at once
  CHECK_FALSE(ack_due(t));
  ack_done(t, 11);
  CHECK(ack_due(t));
  CHECK(ack_payload(t) == "{\"seq\":15}");
  CHECK_FALSE(ack_due(t));
  ack_done(t, 16);
  CHECK(ack_payload(t) == "{\"seq\":16}");
  CHECK(t.in_flight.empty());
}

TEST_CASE("a wrong clock is reported once, when several keepalives say so, and once when it is right again") {
  struct { int64_t ahead; int told; } rows[] = {
      {0, -1},   {61, -1}, {-61, -1}, {5, -1},                // twice may be messages that were late
      {61, -1},  {90, -1}, {95, 1},   {96, -1}, {40, -1},     // neither far nor near: as before
      {-30, 0},  {31, -1}, {-3600, -1}, {-3600, -1}, {-3600, 1},
  };
  ClockWatch watch;
  for (auto& r : rows) {
    CAPTURE(r.ahead);
    const std::optional<uint32_t> status = clock_judge(watch, r.ahead);
    CHECK((status ? int(*status) : -1) == r.told);
  }
  ClockWatch reported_before{0, true, true};
  CHECK(clock_judge(reported_before, 2000) == std::nullopt);
  CHECK(clock_judge(reported_before, 0) == std::optional<uint32_t>(0));
}
