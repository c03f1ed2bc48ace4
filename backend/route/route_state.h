// backend/route/route_state.h - one event on its way through route.cc and payload.cc.
#pragma once
#include "backend/route/filter.h"
#include "backend/route/route.h"

namespace picket {

// What several handlers need is made once, when the first one needs it.
struct RouteState {
  const Event& event;
  const PipelineDefinitions& definitions;
  const RouteContext& context;
  Routed out;
  std::shared_ptr<const std::string> payload;
  std::optional<ScriptSubject> subject;
  SubjectWords subject_words;
  std::optional<std::vector<Dependency>> dependencies;
  ScriptBudget budget = {};  // of all its scripts together
};

// alert.cc: additions of ours, after the filters had their say.
std::optional<AlertMemory> alert_memory(RouteState& r, const Handler& handler, const StringList& filters, const RouteNote& whose);
std::string alert_hold_back(RouteState& r, const Handler& handler, const std::optional<AlertMemory>& memory);  // a sentence, or ""
// A sentence when the incident is acknowledged, or "". `filters`: of the handler, or its workflow.
std::string alert_acknowledged(const RouteState& r, const Handler& handler, const StringList& filters);
// It ends an incident, or is the first OK that may notify of an end that was kept from this handler.
bool alert_ends(const Event& event, const std::optional<AlertMemory>& memory);
// What is remembered after this event.
std::optional<AlertMemory> alert_remember(RouteState& r, const Handler& handler, const std::optional<AlertMemory>& before, bool notified);
std::optional<AlertMemory> alert_if_failed(RouteState& r, const Handler& handler, const std::optional<AlertMemory>& before);

ScriptEnvironment route_environment(RouteState& r, const EventFilter* filter);
const ScriptSubject& route_subject(RouteState& r, const EventFilter& filter);
// Sets the delivery's input, and its mutator when that is a command still to be run.
Status route_mutate(RouteState& r, const std::string& name, Delivery& delivery);

}  // namespace picket
