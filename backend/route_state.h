// backend/route_state.h - one event on its way through route.cc and route_payload.cc.
#pragma once
#include "route.h"

namespace picket {

// What several handlers need is made once, when the first one needs it.
struct RouteState {
  const Event& event;
  const PipelineDefinitions& definitions;
  const RouteContext& context;
  Routed out;
  std::shared_ptr<const std::string> payload;
  std::optional<ScriptSubject> subject;
  bool dependencies_known = false;
  std::string failing_dependency;
};

ScriptEnvironment route_environment(const RouteState& r, const EventFilter* filter);
const ScriptSubject& route_subject(RouteState& r);
std::string route_failing_dependency(RouteState& r);  // a sentence, or ""
// Sets the delivery's input, and its mutator when that is a command still to be run.
Status route_mutate(RouteState& r, const std::string& name, Delivery& delivery);

}  // namespace picket
