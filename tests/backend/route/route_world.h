// tests/backend/route/route_world.h - definitions and an event to route, without a backend.
#pragma once
#include "backend/route/route.h"
#include "backend/script/script.h"

namespace picket {

struct RouteWorld {
  PipelineDefinitions definitions;
  ScriptsPtr scripts{scripts_open()};
  RouteContext context;
  Event event;
  RouteWorld() {
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

}  // namespace picket
