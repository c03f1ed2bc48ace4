// tests/backend/route/route_test.cc - which handlers an event reaches, and the notes for the others.
#include <doctest/doctest.h>

#include <ctime>

#include "backend/route/filter.h"
#include "backend/event/merge.h"
#include "backend/route/route.h"
#include "common/json/json.h"

using namespace picket;

namespace {

struct World {
  PipelineDefinitions definitions;
  ScriptsPtr scripts{scripts_open()};
  RouteContext context;
  Event event;
  World() {
    context.scripts = scripts.get();
    context.now_s = 1700000000;
    Entity entity;
    entity.metadata = {"web1", "default", {{"region", "eu"}, {"password", "hunter2"}}, {}, "", {}};
    event.entity = std::make_shared<const Entity>(entity);
    event.metadata.ns = "default";
    event.check.emplace();
    event.check->metadata.name = "disk";
    event.check->status = 2;
    event.check->output = "full";
    event.check->occurrences = event.check->occurrences_watermark = 1;
    event.check->history = {{0, 1}, {2, 2}};
  }
  Handler& handler(const std::string& name, const std::string& type = "pipe") {
    auto h = std::make_shared<Handler>();
    h->metadata.name = name;
    h->type = type;
    definitions.handlers[name] = h;
    return *h;
  }
  void set(const std::string& name, StringList members) { handler(name, "set").handlers = std::move(members); }
  void filter(const std::string& name, StringList expressions, const std::string& action = "allow") {
    auto f = std::make_shared<EventFilter>();
    f->metadata.name = name;
    f->action = action;
    f->expressions = std::move(expressions);
    definitions.filters[name] = f;
  }
  Routed route() { return route_event(event, definitions, context); }
};

// "a b | c: why": who is notified, and why the others are not.
std::string text_of(const Routed& r) {
  std::string out;
  for (const Delivery& d : r.deliveries) out += d.handler->metadata.name + " ";
  for (const RouteNote& n : r.notes)
    if (n.outcome != RouteNote::delivered)
      out += "| " + (n.handler.empty() ? n.pipeline : n.handler) + " " + route_outcome_name(n.outcome) + ": " + n.why + " ";
  if (!out.empty()) out.pop_back();
  return out;
}

ResourceReference ref(const char* name, const char* type) { return {name, type, "core/v2"}; }

}  // namespace

TEST_CASE("the reason why a silenced event was not sent names the silences") {
  Event event;
  event.check.emplace();
  event.check->silenced = {"*:disk", "linux:*"};
  event.check->is_silenced = true;
  const FilterVerdict v = filter_builtin("not_silenced", event);
  CHECK_FALSE(v.pass);
  CHECK(v.why == "it is silenced by *:disk, linux:*");
}

TEST_CASE("handlers of check and metrics, by name, each once") {
  World w;
  for (const char* n : {"b", "a", "m"}) w.handler(n);
  w.event.check->handlers = {"b", "a", "nobody", "b"};
  w.event.metrics.emplace();
  w.event.metrics->handlers = {"m", "a"};
  CHECK(text_of(w.route()) == "a b m | nobody unknown: handler does not exist");
}

TEST_CASE(
    "1.x: what names no handler goes to default, keepalives to default when there is no handler keepalive, and handle: false to nobody") {
  struct { StringList defined, named; const char *check, *note, *handle, *expected, *why; } rows[] = {
      {{"default"}, {}, "disk", "default", "", "default", "a result of 1.x that names none"},
      {{"default"}, {}, "disk", "", "", "", "one of Sensu Go that names none: nobody"},
      {{"default", "a"}, {"a"}, "disk", "default", "", "a", "one that names some"},
      {{"ops"}, {}, "disk", "default", "", "| default unknown: handler does not exist", "no such handler"},
      {{"ops"}, {}, "disk", "ops", "", "ops", "another name, by default-handler of the agent"},
      {{"default"}, {"keepalive"}, "keepalive", "", "", "default", "a keepalive without a handler of its name"},
      {{"default", "keepalive"}, {"keepalive"}, "keepalive", "", "", "keepalive", "with one"},
      {{}, {"keepalive"}, "keepalive", "", "", "| keepalive unknown: handler does not exist", "with neither"},
      {{"default"}, {"nobody"}, "disk", "", "", "| nobody unknown: handler does not exist", "other names do not fall back"},
      {{"a"}, {"a"}, "disk", "", "false", "| a filtered: the check has handle: false", "handle: false"},
      {{"a"}, {"a"}, "disk", "", "true", "a", "handle: true"},
      {{"default"}, {}, "disk", "default", "false", "", "handle: false without a name"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    World w;
    for (const std::string& n : r.defined) w.handler(n);
    w.event.check->metadata.name = r.check;
    w.event.check->handlers = r.named;
    if (*r.note) w.event.check->metadata.annotations[kDefaultHandlerAnnotation] = r.note;
    if (*r.handle) w.event.check->metadata.annotations["handle"] = r.handle;
    CHECK(text_of(w.route()) == r.expected);
  }
}

TEST_CASE("sets are expanded to the third level and not further; the other branches still run") {
  World w;
  for (const char* n : {"l1", "l2", "l3"}) w.handler(n);
  w.set("s3", {"l3"});
  w.set("s2", {"s3", "l2"});
  w.set("s1", {"s2", "l1"});
  w.event.check->handlers = {"s1"};
  CHECK(text_of(w.route()) == "l1 l2 | s3 dropped: handler sets nested too deeply: its members are ignored");
  w.set("round", {"round", "l1"});
  w.event.check->handlers = {"round"};
  CHECK(text_of(w.route()).substr(0, 10) == "l1 | round");
}

TEST_CASE("filters are asked in order, the first no ends it, and the note says which and why") {
  World w;
  w.filter("critical", {"event.check.status == 2", "event.entity.labels.region == 'us'"});
  w.filter("night", {"event.check.status == 2"}, "deny");
  w.filter("raises", {"event.nope.x == 1"});
  struct {
    StringList filters;
    const char* expected;
    const char* why;
  } rows[] = {
      {{"is_incident", "not_silenced"}, "h", "both built-in ones pass"},
      {{"has_metrics", "critical"}, "| h filtered: filter has_metrics: it has no metrics", "the first no"},
      {{"critical"}, "| h filtered: filter critical: event.entity.labels.region == 'us' is false", "the expression that decided"},
      {{"night"}, "| h filtered: filter night: event.check.status == 2 is true", "deny"},
      {{"raises"}, "h", "what raises is skipped, as in 6.x"},
      {{"missing"}, "| h failed: filter missing: filter does not exist", "a missing filter holds only this handler"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    w.handler("h").filters = r.filters;
    w.event.check->handlers = {"h"};
    CHECK(text_of(w.route()) == r.expected);
  }
  std::string logged;
  w.context.on_script_error = [&](std::string_view f, std::string_view e) { logged = std::string(f) + " " + std::string(e); };
  w.handler("h").filters = {"raises"};
  const std::string notes = route_notes_json(w.route().notes);
  CHECK(logged.find("raises event.nope.x == 1: TypeError") == 0);
  CHECK(notes.find(R"("outcome":"delivered","not_counted":"filter raises: event.nope.x == 1: TypeError)") != notes.npos);
  w.handler("h").filters = {"raises", "night"};
  const std::string filtered = route_notes_json(w.route().notes);
  CHECK(filtered.find(R"("why":"filter night: event.check.status == 2 is true","not_counted":"filter raises: )") != filtered.npos);
}

TEST_CASE("an event with twenty endless filter expressions takes half a second, and its note says what had no say") {
  World w;
  StringList endless;
  for (int i = 0; i < 20; i++) endless.push_back("for (;;) " + std::to_string(i));
  w.filter("slow", endless);
  w.filter("fine", {"event.check.status == 2"});
  w.handler("h").filters = {"slow", "fine"};
  w.event.check->handlers = {"h"};
  int errors = 0;
  std::string rested;
  w.context.on_script_error = [&](std::string_view, std::string_view) { errors++; };
  w.context.on_script_rest = [&](std::string_view ns, std::string_view) { rested = ns; };
  std::clock_t begin = std::clock();
  Routed r = w.route();
  CHECK(int64_t{std::clock() - begin} * 1000 / CLOCKS_PER_SEC < kScriptBudgetMs + 300);
  REQUIRE(r.notes.size() == 1);
  CHECK(r.notes[0].outcome == RouteNote::delivered);
  CHECK(r.notes[0].why ==
        "filter slow ignored: script time limit of the event exceeded; its other scripts are not run; "
        "filter fine ignored: script time limit of the event exceeded; its other scripts are not run");
  CHECK(errors == 3);  // the first one, the nineteen after it, the other filter
  CHECK(rested == "default");
}

TEST_CASE("each filter sees the members that it names, whatever the filters before it named") {
  World w;
  w.filter("status", {"event.check.status == 2"});
  w.filter("label", {"event.entity.labels.region == 'eu'", "event.check.output == 'full'"});
  w.filter("all", {"Object.keys(event.check).length > 40"});
  w.filter("again", {"event.entity.name == 'web1' && event.check.status == 2"});
  w.filter("changes", {"event.check.status = 0; true", "event.check.status == 0"});
  w.handler("h").filters = {"status", "label", "all", "again", "changes", "again", "status"};
  w.event.check->handlers = {"h"};
  CHECK(text_of(w.route()) == "h");
}

TEST_CASE("one failing handler does not keep the others from being notified") {
  World w;
  w.handler("a").mutator = "missing";
  w.handler("b").filters = {"gone"};
  w.handler("c");
  w.event.check->handlers = {"a", "b", "c"};
  CHECK(text_of(w.route()) == "c | a failed: mutator missing: mutator does not exist | b failed: filter gone: filter does not exist");
}

TEST_CASE("mutators") {
  World w;
  auto pipe = std::make_shared<Mutator>();
  pipe->command = "cat";
  auto script = std::make_shared<Mutator>();
  script->type = "javascript";
  script->eval = "return TEAM + ' ' + event.check.output + ' ' + event.entity.metadata.labels.password";
  script->env_vars = {"TEAM=ops"};
  w.definitions.mutators = {{"pipe", pipe}, {"script", script}};
  auto input = [&](const char* mutator) {
    w.handler("h").mutator = mutator;
    w.event.check->handlers = {"h"};
    Routed r = w.route();
    if (r.deliveries.empty()) return "none: " + text_of(r);
    return (r.deliveries[0].mutator ? "to mutate: " : "final: ") + *r.deliveries[0].input;
  };
  CHECK(input("only_check_output") == "final: full");
  CHECK(input("script") == "final: ops full REDACTED");
  CHECK(input("").substr(0, 8) == "final: {");
  CHECK(input("json") == input(""));
  CHECK(input("pipe").substr(0, 12) == "to mutate: {");
  script->eval = "throw new Error('no')";
  CHECK(input("script") == "none: | h failed: mutator script: Error: no");
  w.event.check.reset();
  w.event.metrics.emplace();
  w.event.metrics->handlers = {"h"};
  w.handler("h").mutator = "only_check_output";
  CHECK(w.route().notes[0].why == "mutator only_check_output: the event has no check and therefore no output");
}

TEST_CASE("pipelines come first; a workflow's own filters and mutator count, the handler's do not") {
  World w;
  w.handler("h").filters = {"has_metrics"};
  w.handler("legacy");
  w.set("group", {"h"});
  auto p = std::make_shared<Pipeline>();
  PipelineWorkflow one{"one", {ref("is_incident", "EventFilter")}, ref("only_check_output", "Mutator"), ref("h", "Handler")};
  PipelineWorkflow no{"no", {ref("has_metrics", "EventFilter")}, {}, ref("h", "Handler")};
  PipelineWorkflow bad{"bad", {}, {}, ref("group", "Handler")};
  PipelineWorkflow lost{"lost", {}, {}, ref("nobody", "Handler")};
  p->workflows = {one, no, bad, lost, one};
  auto empty = std::make_shared<Pipeline>();
  w.definitions.pipelines = {{"p", p}, {"empty", empty}};
  w.event.check->pipelines = {ref("p", "Pipeline"), ref("missing", "Pipeline"), ref("empty", "Pipeline"), ref("p", "Pipeline")};
  w.event.check->handlers = {"legacy"};
  Routed r = w.route();
  CHECK(
      text_of(r) ==
      "h h legacy | h filtered: filter has_metrics: it has no metrics | group failed: a handler of type set cannot be used in a workflow "
      "| nobody unknown: handler does not exist | missing unknown: pipeline does not exist | empty failed: the pipeline has no workflows");
  CHECK(r.deliveries[0].pipeline == "p");
  CHECK(r.deliveries[0].workflow == "one");
  CHECK(*r.deliveries[0].input == "full");
  CHECK(json_check(route_notes_json(r.notes)).ok());
}

// What a handler with an alert rule makes of one result after the other: t notified, . not; what it remembers goes on by itself.
// A result in capitals is one that a filter, a silence or a dependency keeps from the handler.
struct AlertStory {
  World w;
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
  World w;
  w.event.check->status = 0;
  w.event.check->history = {{2, 1}, {0, 2}};
  std::string why;
  for (int64_t watermark : {2, 3}) {
    w.event.check->occurrences_watermark = watermark;
    CHECK(alert_rule_passes({3, 5, false}, w.event, {}, &why) == (watermark == 3));
  }
}

TEST_CASE("what depends on a failing thing is held back, and says so") {
  World w;
  w.handler("h");
  w.event.check->handlers = {"h"};
  w.event.check->metadata.annotations[kDependsOn] = "router/keepalive, mount";
  std::map<std::string, uint32_t> failing;
  w.context.status_of = [&](std::string_view ns, std::string_view e, std::string_view c) -> std::optional<uint32_t> {
    CHECK(ns == "default");
    auto it = failing.find(std::string(e) + "/" + std::string(c));
    return it == failing.end() ? std::optional<uint32_t>() : it->second;
  };
  CHECK(text_of(w.route()) == "h");
  failing["router/keepalive"] = 0;
  CHECK(text_of(w.route()) == "h");
  failing["web1/mount"] = 2;
  CHECK(text_of(w.route()) == "| h held back: it depends on web1/mount, which fails (status 2)");
  w.event.check->status = 0;
  w.event.check->history = {{2, 1}, {2, 2}, {0, 3}};
  CHECK_MESSAGE(text_of(w.route()) == "h", "nobody knows what was told: better once too often");
  w.context.alert_of = [](const RouteNote&) { return AlertMemory{}; };
  CHECK(text_of(w.route()) == "| h held back: the resolved incident was held back");
  w.context.alert_of = [](const RouteNote&) { return AlertMemory{true, 1, 2}; };
  CHECK(text_of(w.route()) == "h");
  w.event.check->metadata.annotations.clear();
  w.context.alert_of = nullptr;
  CHECK_FALSE(w.route().notes[0].alert);
}

TEST_CASE("things that depend on each other do not keep each other quiet") {
  World w;
  w.handler("h");
  w.event.check->handlers = {"h"};
  w.event.check->metadata.annotations[kDependsOn] = "a";
  std::map<std::string, std::string> depends{{"a", "b"}, {"b", "c,d"}, {"c", "a"}, {"d", "disk"}};
  std::map<std::string, uint32_t> failing{{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}};
  w.context.status_of = [&](std::string_view, std::string_view, std::string_view c) -> std::optional<uint32_t> {
    return failing[std::string(c)];
  };
  w.context.dependencies_of = [&](std::string_view, std::string_view entity, std::string_view c) {
    Event e = w.event;
    e.check->metadata.name = c;
    e.check->metadata.annotations[kDependsOn] = depends[std::string(c)];
    CHECK(entity == "web1");
    return event_dependencies(e);
  };
  CHECK(text_of(w.route()) == "h");  // disk on a on b on d on disk
  failing["d"] = 0;                  // b is notified: it depends on what fails no more
  CHECK(text_of(w.route()) == "| h held back: it depends on web1/a, which fails (status 1)");
  depends["d"] = "";
  failing["d"] = 1;
  CHECK(text_of(w.route()) == "| h held back: it depends on web1/a, which fails (status 1)");
}

TEST_CASE("the payload is redacted") {
  World w;
  std::string p = handler_payload(w.event);
  CHECK(p.find("hunter2") == std::string::npos);
  CHECK(json_string(json_at(p, {"entity", "metadata", "labels", "password"})).value == "REDACTED");
  CHECK(json_string(json_at(p, {"entity", "metadata", "labels", "region"})).value == "eu");
}
