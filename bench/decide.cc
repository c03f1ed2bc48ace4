// bench/decide.cc - CPU per event of the backend's decisions: merge, silences, filters, routing, payload.
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>

#include "backend/route/filter.h"
#include "backend/event/merge.h"
#include "backend/route/route.h"
#include "backend/event/silence.h"

using namespace picket;

static Event sample() {
  auto entity = std::make_shared<Entity>();
  entity->metadata.name = "web1";
  entity->metadata.ns = "default";
  entity->metadata.labels = {{"region", "eu"}, {"env", "prod"}, {"password", "x"}};
  entity->entity_class = "agent";
  entity->subscriptions = {"linux", "web", "entity:web1"};
  entity->system.interfaces = {{"eth0", "02:00:00:00:00:01", {"192.0.2.2/24", "fd00::2/64"}}};
  Event e;
  e.timestamp = 1700000000;
  e.metadata.ns = "default";
  e.entity = entity;
  e.check.emplace();
  e.check->metadata.name = "disk";
  e.check->metadata.ns = "default";
  e.check->command = "check_disk -w 80 -c 90";
  e.check->subscriptions = {"linux"};
  e.check->interval = 60;
  e.check->output = std::string(900, 'x');
  e.check->executed = 1700000000;
  return e;
}

static void measure(const char* what, const std::function<void(int)>& f) {
  int n = 0;
  std::clock_t begin = std::clock();  // processor time: others may use the machine, too
  double took = 0;
  while (took < 0.5) {
    for (int i = 0; i < 200; i++) f(n++);
    took = double(std::clock() - begin) / CLOCKS_PER_SEC;
  }
  std::printf("%-58s %8.2f us\n", what, took * 1e6 / n);
}

int main() {
  const Event event = sample();
  EventState state;
  measure("merge", [&](int i) {
    Event e = event;
    e.check->executed += i;
    e.check->status = i % 7 == 0;
    event_merge(e, state, {e.check->executed, true});
  });
  SilenceIndex silences;
  for (int i = 0; i < 10'000; i++) {
    Silenced s;
    s.metadata.ns = "default";
    s.check = "check-" + std::to_string(i);
    silence_put(silences, s);
  }
  Event incident = event;
  incident.check->status = 2;
  incident.check->history = std::vector<CheckHistory>(21, CheckHistory{2, 1700000000});
  measure("silences, 10,000 entries", [&](int) { silence_mark(silences, incident, 1700000000); });

  ScriptsPtr scripts(scripts_open());
  ScriptEnvironment environment;
  const std::string expression = "event.check.status == 2 && event.entity.labels.env == 'prod'";
  EventFilter names;
  names.expressions = {expression};
  const SubjectWords words = words_of(names);
  measure("the event as scripts see it, JSON", [&](int) { filter_event_json(incident); });
  measure("first expression, of members that it names", [&](int) {
    (void)script_truth(scripts.get(), script_subject("event", filter_event_json(incident, 0, words)), expression, environment);
  });
  measure("first expression, may look at all of the event",
          [&](int) { (void)script_truth(scripts.get(), script_subject("event", filter_event_json(incident)), expression, environment); });
  ScriptSubject subject = script_subject("event", filter_event_json(incident));
  measure("each further expression", [&](int) { (void)script_truth(scripts.get(), subject, expression, environment); });
  measure("payload", [&](int) { handler_payload(incident); });

  PipelineDefinitions definitions;
  RouteContext context;
  context.scripts = scripts.get();
  auto handler = std::make_shared<Handler>();
  handler->metadata.name = "slack";
  handler->type = "pipe";
  handler->filters = {"is_incident", "not_silenced"};
  definitions.handlers["slack"] = handler;
  Event ok = event;
  ok.check->handlers = incident.check->handlers = {"slack"};
  measure("route, built-in filters say no", [&](int) { route_event(ok, definitions, context); });
  measure("route, built-in filters say yes", [&](int) { route_event(incident, definitions, context); });
  auto filter = std::make_shared<EventFilter>();
  filter->action = "allow";
  filter->expressions = {expression};
  definitions.filters["prod"] = filter;
  auto scripted = std::make_shared<Handler>(*handler);
  scripted->filters.push_back("prod");
  definitions.handlers["slack"] = scripted;
  measure("route, one script says yes", [&](int) { route_event(incident, definitions, context); });
  return 0;
}
