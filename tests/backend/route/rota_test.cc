// tests/backend/route/rota_test.cc - whose turn it is, in weeks of the wall clock.
#include <doctest/doctest.h>

#include "backend/route/rota.h"
#include "backend/route/route.h"
#include "common/rules/resource_types.h"
#include "common/rules/rota_rules.h"
#include "common/rules/validate.h"
#include "common/time/timezone.h"

using namespace picket;

TEST_CASE("turns of a rota: a week each, at the same time of the wall clock all year, also before the beginning") {
  const HandlerRota rota{"2026-10-19 09:00", "CET-1CEST,M3.5.0,M10.5.0/3", 0, {"anna", "ben", "chris"}};
  struct Row { const char *at, *who, *why; } rows[] = {
      {"2026-10-19T07:00:00Z", "anna", "the first second"},
      {"2026-10-19T06:59:59Z", "chris", "the second before"},
      {"2026-10-26T07:59:59Z", "anna", "the clock was set back on 25 October: her week is an hour longer"},
      {"2026-10-26T08:00:00Z", "ben", "09:00 in winter"},
      {"2026-11-02T08:00:00Z", "chris", "the third week"},
      {"2026-11-09T08:00:00Z", "anna", "and again"},
      {"2026-09-28T06:59:59Z", "chris", "three weeks and a second before"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    CHECK(rota_pick(rota, rfc3339_parse(r.at).value.unix_s) == r.who);
  }
  const HandlerRota daily{"2026-10-19 00:00", "UTC", 1, {"a", "b"}};
  CHECK(rota_pick(daily, rfc3339_parse("2026-10-20T12:00:00Z").value.unix_s) == "b");
  CHECK(rota_pick({}, 0) == "");
}

TEST_CASE("a rota that cannot be followed is refused") {
  struct Row { HandlerRota rota; const char* why; } rows[] = {
      {{"monday", "", 0, {"a"}}, "begin"},        {{"2026-02-30 09:00", "", 0, {"a"}}, "begin"},
      {{"2026-12-07 09:00", "Nowhere/At", 0, {"a"}}, "tz"}, {{"2026-12-07 09:00", "", 9999, {"a"}}, "days"},
      {{"2026-12-07 09:00", "", 0, {}}, "handlers"},        {{"2026-12-07 09:00", "", 0, {"bad name"}}, "handler name"},
  };
  for (const Row& r : rows) {
    const Status s = validate_rota(r.rota);
    CHECK_FALSE(s.ok());
    CHECK_MESSAGE(s.message.find(r.why) != std::string::npos, s.message);
  }
  CHECK_FALSE(validate_rota(std::nullopt).ok());
  CHECK(validate_rota(HandlerRota{"2026-12-07 09:00", "UTC", 7, {"a"}}).ok());
}

TEST_CASE("an event goes to the handler whose turn it is, by name, in a set and in a workflow") {
  PipelineDefinitions d;
  auto add = [&](const std::string& name, const std::string& type, StringList members) {
    auto h = std::make_shared<Handler>();
    h->metadata.name = name;
    h->type = type;
    if (type == "rota") h->rota = HandlerRota{"2026-10-19 00:00", "UTC", 1, members};
    else h->handlers = members;
    d.handlers[name] = h;
  };
  add("anna", "pipe", {}), add("ben", "pipe", {}), add("duty", "rota", {"anna", "ben"}), add("all", "set", {"duty"}),
      add("lost", "rota", {"gone"});
  auto p = std::make_shared<Pipeline>();
  p->workflows.push_back({"w", {}, {}, ResourceReference{"duty", "Handler", "core/v2"}});
  d.pipelines["p"] = p;
  Event e;
  e.entity = std::make_shared<const Entity>();
  e.check.emplace().status = 2;
  RouteContext context;
  context.now_s = rfc3339_parse("2026-10-20T12:00:00Z").value.unix_s;
  auto notes_of = [&](StringList handlers, bool pipeline) {
    e.check->handlers = handlers;
    e.check->pipelines.clear();
    if (pipeline) e.check->pipelines = {{"p", "Pipeline", "core/v2"}};
    std::string out;
    for (const RouteNote& n : route_event(e, d, context).notes) out += n.handler + " " + route_outcome_name(n.outcome) + ";";
    return out;
  };
  CHECK(notes_of({"duty"}, false) == "ben delivered;");
  CHECK(notes_of({"all"}, false) == "ben delivered;");
  CHECK(notes_of({}, true) == "ben delivered;");
  CHECK(notes_of({"lost"}, false) == "gone unknown;");
}

TEST_CASE("a handler that names itself, as a member or in its escalation, is refused") {
  Handler h;
  h.metadata.name = "duty";
  h.metadata.ns = "default";
  h.type = "rota";
  h.rota = HandlerRota{"2026-10-19 09:00", "UTC", 0, {"anna", "duty"}};
  CHECK(validate_handler(h).message.find("rota: handlers: \"duty\" is this handler itself") != std::string::npos);
  h.rota->handlers = {"anna"};
  CHECK(validate_handler(h).ok());
  h.escalate = {{"15m", "duty"}};
  CHECK(validate_handler(h).message.find("escalate: handler: \"duty\" is this handler itself") != std::string::npos);
}
