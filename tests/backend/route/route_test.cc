// tests/backend/route/route_test.cc - which handlers an event reaches, and the notes for the others.
#include <doctest/doctest.h>

#include <ctime>

#include "backend/route/filter.h"
#include "backend/event/merge.h"
#include "common/json/json.h"
#include "tests/backend/route/route_world.h"

using namespace picket;

namespace {

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
  RouteWorld w;
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
    RouteWorld w;
    for (const std::string& n : r.defined) w.handler(n);
    w.event.check->metadata.name = r.check;
    w.event.check->handlers = r.named;
    if (*r.note) w.event.check->metadata.annotations[kDefaultHandlerAnnotation] = r.note;
    if (*r.handle) w.event.check->metadata.annotations["handle"] = r.handle;
    CHECK(text_of(w.route()) == r.expected);
  }
}

TEST_CASE("sets are expanded to the third level and not further; the other branches still run") {
  RouteWorld w;
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
  RouteWorld w;
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
  RouteWorld w;
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
  RouteWorld w;
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
  RouteWorld w;
  w.handler("a").mutator = "missing";
  w.handler("b").filters = {"gone"};
  w.handler("c");
  w.event.check->handlers = {"a", "b", "c"};
  CHECK(text_of(w.route()) == "c | a failed: mutator missing: mutator does not exist | b failed: filter gone: filter does not exist");
}

TEST_CASE("mutators") {
  RouteWorld w;
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
  RouteWorld w;
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

TEST_CASE("what depends on a failing thing is held back, and says so") {
  RouteWorld w;
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
  RouteWorld w;
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
  RouteWorld w;
  std::string p = handler_payload(w.event);
  CHECK(p.find("hunter2") == std::string::npos);
  CHECK(json_string(json_at(p, {"entity", "metadata", "labels", "password"})).value == "REDACTED");
  CHECK(json_string(json_at(p, {"entity", "metadata", "labels", "region"})).value == "eu");
}
