// tests/backend/route/alert_test.cc - alert rules: which results of an incident a handler gets, and what is remembered.
#include <doctest/doctest.h>

#include "backend/event/merge.h"
#include "tests/backend/route/route_world.h"

using namespace picket;

namespace {

// What a handler with an alert rule makes of one result after the other: t notified, . not; what it remembers goes on by itself.
// A result in capitals is one that a filter, a silence or a dependency keeps from the handler.
struct AlertStory {
  RouteWorld w;
  EventState state;
  std::optional<AlertMemory> memory;
  explicit AlertStory(AlertRule rule) {
    Handler& h = w.handler("h");
    h.alert = rule;
    h.filters = {"free"};
    w.filter("free", {"event.check.output != 'kept'"});
    w.event.check->handlers = {"h"};
    w.event.check->history.clear();
    w.context.alert_of = [this](const RouteNote&) { return memory; };
  }
  std::string result(char c) {
    static const std::string kLetters = "oOwWcC";  // ok, warning, critical
    const size_t i = kLetters.find(c);
    w.event.check->status = static_cast<uint32_t>(i / 2);
    w.event.check->output = i % 2 ? "kept" : "";
    event_merge(w.event, state, {1700000000, false});
    Routed r = w.route();
    memory = r.notes[0].alert;
    return r.deliveries.empty() ? "." : "t";
  }
  std::string results(const char* letters) {
    std::string out;
    for (const char* c = letters; *c; c++) out += result(*c);
    return out;
  }
};

}  // namespace

// As the other backend had it, with a history of its length.
static Event taken_over(const AlertCarried& carried) {
  Event e;
  Check& c = e.check.emplace();
  c.status = carried.status;
  c.occurrences = carried.occurrences;
  c.occurrences_watermark = carried.watermark;
  c.history = {{0, 1}};
  for (int64_t i = carried.watermark; i > 0; i--) c.history.push_back({i > carried.occurrences ? 1u : carried.status, 2});
  return e;
}

TEST_CASE("alert rules: first after N, then every M, and the end only of what was notified") {
  struct {
    AlertRule rule;
    const char* results;
    const char* told;
    const char* why;
  } rows[] = {
      {{0, 0, false}, "occco", "tt..t", "the empty rule tells the first, and the end"},
      {{3, 0, false}, "occo", "t...", "it ended before anybody was told"},
      {{3, 0, false}, "occcco", "t..t.t", "the third, and nothing further"},
      {{3, 5, false}, "occccccccccccco", "t..t....t....tt", "every fifth after the third"},
      {{3, 5, true}, "ocooccco", "t..t..t.", "unless nobody wants to know of the end"},
      {{1, 0, false}, "owwcccwo", "tt.t..tt", "another severity is told"},
      {{2, 0, false}, "owcwcwccco", "t.t......t", "warnings and criticals in turn are failures in a row, told once"},
      {{2, 0, false}, "owwccco", "t.t.t.t", "what became worse is told when it did so twice"},
      {{2, 0, false}, "oCCcco", "t..t.t", "what was silenced when its turn came is told when it is not any more"},
      {{1, 0, false}, "ocCcCco", "tt....t", "what was told is not told again after a silence"},
      {{1, 3, false}, "ocCCCcccco", "tt...t..tt", "a repetition that fell into a silence comes after it"},
      {{1, 0, false}, "oCCo", "t...", "nobody was told, so nobody hears of the end"},
      {{2, 3, false}, "owwwcwwwwwo", "t.t....t..t", "a count that began anew"},
      {{1, 0, false}, "ocooco", "tttttt", "each incident is a new one"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    AlertStory story(r.rule);
    CHECK(story.results(r.results) == r.told);
  }
}

TEST_CASE("alert rules: an end that was kept from the handler is notified by the next OK that nothing keeps") {
  struct {
    AlertRule rule;
    const char* results;
    const char* told;
    const char* why;
  } rows[] = {
      {{1, 0, false}, "ocoo", ".tt.", "told once"},
      {{1, 0, false}, "ocOoo", ".t.t.", "it fell into a silence"},
      {{1, 0, false}, "ocOOOoo", ".t...t.", "a long one"},
      {{1, 0, false}, "ocCOo", ".t..t", "which began before the end"},
      {{1, 0, true}, "ocOoo", ".t...", "unless nobody wants to know of ends"},
      {{1, 0, false}, "oCOoo", ".....", "nor of what nobody was told of"},
      {{2, 0, false}, "ocOo", "....", "nor of what was too short to be told"},
      {{1, 0, false}, "ocOco", ".t.tt", "a new incident is told as one"},
      {{1, 0, false}, "ocOCOoo", ".t...t.", "and nobody thinks that the old one goes on when the new one was kept, too"},
      {{2, 0, false}, "occOcoo", "..t..t.", "or was too short"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    AlertStory story(r.rule);
    story.w.definitions.handlers["h"] = [&] {
      Handler h = *story.w.definitions.handlers["h"];
      h.filters = {"is_incident", "free"};
      return std::make_shared<const Handler>(std::move(h));
    }();
    CHECK(story.results(r.results) == r.told);
  }
}

TEST_CASE("alert rules: an incident that was taken over is not notified again, and its end is") {
  struct {
    AlertRule rule;
    AlertCarried carried;
    const char* results;
    const char* notified;
    const char* why;
  } rows[] = {
      {{1, 0, false}, {4, 4, 2, false}, "cco", "..t", "it was notified there"},
      {{1, 3, false}, {5, 5, 2, false}, "ccco", ".t.t", "at 1 and 4; repetitions go on with 7"},
      {{3, 0, false}, {2, 2, 2, false}, "cco", "t.t", "it was too short there"},
      {{3, 0, false}, {1, 3, 2, false}, "cco", ".tt", "another severity, which is new"},
      {{1, 0, false}, {4, 4, 1, false}, "cco", "t.t", "it becomes worse here"},
      {{1, 0, false}, {4, 4, 2, true}, "cco", "t.t", "it was silenced there"},
      {{1, 0, false}, {4, 4, 2, false}, "o", "t", "it ends at once"},
      {{1, 0, true}, {4, 4, 2, false}, "co", "..", "unless nobody wants to know of ends"},
      {{3, 0, false}, {2, 2, 2, false}, "o", ".", "nor of what was too short"},
      {{1, 0, false}, {4, 4, 2, false}, "cococ", ".tttt", "the next one is a new one"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    AlertStory story(r.rule);
    story.w.definitions.handlers["h"] = [&] {
      Handler h = *story.w.definitions.handlers["h"];
      h.filters = {"not_silenced"};
      return std::make_shared<const Handler>(std::move(h));
    }();
    story.state = event_state_of(taken_over(r.carried));
    story.w.context.carried = &r.carried;
    std::string out;
    for (const char* c = r.results; *c; c++) out += story.result(*c), story.w.context.carried = nullptr;
    CHECK(out == r.notified);
  }
}

TEST_CASE("what is remembered in the place of a delivery that reached nobody") {
  struct {
    const char* results;
    AlertMemory instead;
    const char* why;
  } rows[] = {
      {"oc", {false, 0, 0, false}, "nobody knows of it"},
      {"ocw", {false, 0, 0, true}, "its beginning is known"},
      {"oco", {true, 1, 2, false}, "the end is due"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    AlertStory story({1, 0, false});
    const std::string all = r.results;
    story.results(all.substr(0, all.size() - 1).c_str());
    const std::optional<AlertMemory> before = story.memory;
    story.result(all.back());
    story.memory = before;
    const std::optional<AlertMemory> instead = story.w.route().notes[0].alert_if_failed;
    REQUIRE(instead);
    CHECK(instead->notified == r.instead.notified);
    CHECK(instead->at == r.instead.at);
    CHECK(instead->status == r.instead.status);
    CHECK(instead->open == r.instead.open);
  }
}

TEST_CASE("alert rules: what they say") {
  struct {
    AlertRule rule;
    const char* results;
    const char* why;
  } rows[] = {
      {{3, 0, false}, "oc", "alert rule: occurrence 1 is before occurrence 3"},
      {{3, 0, false}, "occcc", "alert rule: occurrence 4 repeats what was sent at occurrence 3"},
      {{3, 5, false}, "occcc", "alert rule: occurrence 4 is not one of every 5"},
      {{2, 0, false}, "owcw", "alert rule: occurrence 1 is before occurrence 2"},
      {{2, 0, false}, "owcwc", "alert rule: occurrence 1 repeats what was sent before"},
      {{3, 0, false}, "oco", "alert rule: the incident was resolved before it was sent"},
      {{1, 0, true}, "oco", "alert rule: resolutions are not sent"},
  };
  for (auto& r : rows) {
    AlertStory story(r.rule);
    story.results(r.results);
    CHECK(story.w.route().notes[0].why == r.why);
  }
}

TEST_CASE("alert rules: without a memory the watermark says whether the end is of interest") {
  RouteWorld w;
  w.event.check->status = 0;
  w.event.check->history = {{2, 1}, {0, 2}};
  std::string why;
  for (int64_t watermark : {2, 3}) {
    w.event.check->occurrences_watermark = watermark;
    CHECK(alert_rule_passes({3, 5, false}, w.event, {}, &why) == (watermark == 3));
  }
}
