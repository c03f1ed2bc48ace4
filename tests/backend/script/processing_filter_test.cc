// tests/backend/script/processing_filter_test.cc - the suites filter-expressions, filter-decisions and proxy-requests of
// conformance/processing.
#include <doctest/doctest.h>

#include "backend/route/filter.h"
#include "tests/support/processing_corpus.h"

using namespace picket;

static ScriptEnvironment at(int64_t now_s) {
  ScriptEnvironment e;
  e.now_s = now_s;
  return e;
}

// With the members that it can name an expression sees what it sees with all of them.
static void check_sparse(Scripts* scripts, const Event& event, const std::string& expression, const Result<bool>& truth, int& sparse) {
  EventFilter filter;
  filter.expressions = {expression};
  const SubjectWords words = words_of(filter);
  sparse += !words.all;
  Result<bool> again = script_truth(scripts, script_subject("event", filter_event_json(event, 0, words)), expression, at(1704110500));
  CHECK(again.ok() == truth.ok());
  CHECK(again.status.message == truth.status.message);
  if (again.ok() && truth.ok()) CHECK(again.value == truth.value);
}

TEST_CASE("corpus: filter-expressions") {
  Suite suite("filter-expressions.json");
  ScriptsPtr scripts(scripts_open());
  int sparse = 0;
  for (std::string_view c : suite.cases) {
    std::string_view expected = expected_6(c);
    if (expected.empty()) continue;
    std::string expression = text_at(c, {"expression"});
    CAPTURE(text_at(c, {"id"}));
    CAPTURE(expression);
    std::string_view event = json_at(c, {"event"});
    if (json_type(event) == JsonType::string) event = json_at(suite.text, {"events", json_string(event).value});
    Result<Event> decoded = decode<Event>(event);
    REQUIRE_MESSAGE(decoded.ok(), decoded.status.message);
    Result<bool> truth = script_truth(scripts.get(), script_subject("event", filter_event_json(decoded.value)), expression, at(1704110500));
    CHECK_MESSAGE(truth.ok() != expects_error(expected), truth.status.message);
    if (truth.ok() && !expects_error(expected)) CHECK(truth.value == (expected == "true"));
    check_sparse(scripts.get(), decoded.value, expression, truth, sparse);
  }
  CHECK((suite.cases.empty() || sparse > 10));
}

TEST_CASE("which members of an event an expression can name") {
  struct { const char *expression, *words; } rows[] = {
      {"event.check.status == 2 && event.entity.labels.env == 'prod'", "event check status 2 entity labels env prod"},
      {"event.check.status == 2 || event.check.status == 1", "event check status 2 1"},
      {"weekday(event.timestamp) >= 1", "weekday event timestamp 1"},
      {"/disk.*full/.test(event.check.output)", "disk full test event check output"},
      {"event.check['status'] == 2", "all"},
      {"(function (e) { return e.check })(event)", "all"},
      {"Object.keys(event).length", "all"},
      {"'status' in event.check", "all"},
      {"JSON.stringify(event)", "all"},
      {"eval('event.' + 'check')", "all"},
      {"event.ch\\u0065ck", "all"},
      {"event.check.hasOwnProperty('sta' + 'tus')", "all"},
      {"event.check.constructor", "all"},
      {"event.check.output == '\xc3\xbc'", "all"},
  };
  for (auto& r : rows) {
    CAPTURE(std::string(r.expression));
    EventFilter filter;
    filter.expressions = {r.expression};
    const SubjectWords words = words_of(filter);
    std::string text;
    for (std::string_view w : words.words) text += (text.empty() ? "" : " ") + std::string(w);
    if (words.all) text = "all";
    CHECK(text == r.words);
  }
  EventFilter long_one;
  for (int i = 0; i < 200; i++) long_one.expressions.push_back("event.check.name != 'name" + std::to_string(i) + "'");
  CHECK(words_of(long_one).all);
  EventFilter with_library;
  with_library.expressions = {"is_ours(event)"};
  with_library.runtime_assets = {"ours"};
  CHECK(words_of(with_library).all);
}

// A window that does, or does not, hold `now`: 12:00 UTC on a Saturday.
static void set_when(EventFilter& filter, std::string_view when) {
  if (when.empty() || when == "null") return;
  filter.when.emplace();
  filter.when->days.all = {when == "\"in\"" ? TimeRange{"11:00AM", "1:00PM"} : TimeRange{"1:00PM", "2:00PM"}};
}

TEST_CASE("corpus: filter-decisions") {
  Suite suite("filter-decisions.json");
  ScriptsPtr scripts(scripts_open());
  // The shared event is written in short form: names and labels where scripts see them.
  Event event;
  Entity entity;
  if (!suite.cases.empty()) {
    event.check.emplace();
    event.check->status = json_uint32(json_at(suite.text, {"event", "check", "status"})).value;
    event.check->metadata.name = text_at(suite.text, {"event", "check", "name"});
    entity.metadata.name = text_at(suite.text, {"event", "entity", "name"});
    entity.metadata.labels = json_string_map(json_at(suite.text, {"event", "entity", "labels"})).value;
  }
  event.entity = std::make_shared<const Entity>(entity);
  for (std::string_view c : suite.cases) {
    std::string_view expected = expected_6(c);
    if (expected.empty()) continue;
    CAPTURE(std::string(c));
    EventFilter filter;
    filter.action = text_at(c, {"action"});
    filter.expressions = json_strings(json_at(c, {"expressions"})).value;
    set_when(filter, json_at(c, {"when"}));
    ScriptSubject subject = script_subject("event", filter_event_json(event));
    CHECK(filter_decide(filter, subject, scripts.get(), at(1704542400)).pass == (expected == "true"));
  }
}

TEST_CASE("corpus: proxy-requests") {
  Suite suite("proxy-requests.json");
  ScriptsPtr scripts(scripts_open());
  std::vector<ScriptSubject> entities;
  if (!suite.cases.empty())
    for (std::string_view e : json_items(suite.at("entities")).value)
      entities.push_back(script_subject("entity", filter_entity_config_json(decode<Entity>(e).value)));
  for (std::string_view c : suite.cases) {
    std::string_view expected = expected_6(c);
    if (expected.empty()) continue;
    CAPTURE(std::string(c));
    auto attributes = json_strings(json_at(c, {"entity_attributes"})).value;
    std::string matched;
    for (const ScriptSubject& e : entities) matched += filter_entity_matches(attributes, e, scripts.get(), at(0)) ? ",true" : ",false";
    CHECK("[" + matched.substr(matched.empty() ? 0 : 1) + "]" == json_compact(expected));
  }
}
