// backend/route/payload.cc - what a handler gets on its standard input, and how filters see the event.
#include <algorithm>

#include "backend/route/filter.h"
#include "backend/event/merge.h"
#include "backend/route/route_state.h"

namespace picket {
namespace {

std::shared_ptr<const std::string> route_payload(RouteState& r) {
  if (!r.payload) r.payload = std::make_shared<const std::string>(handler_payload(r.event, r.context.last_seen));
  return r.payload;
}

Status mutate_script(RouteState& r, const Mutator& mutator, Delivery& delivery) {
  ScriptSubject subject = script_subject("event", *route_payload(r));
  int64_t time_ms = mutator.timeout ? std::min<int64_t>(int64_t(mutator.timeout) * 1000, kMutatorTimeMaxMs) : 0;
  Result<std::string> result =
      script_mutate(r.context.scripts, subject, mutator.eval, mutator.env_vars, time_ms, route_environment(r, nullptr));
  if (!result.ok()) return result.status;
  delivery.input = std::make_shared<const std::string>(std::move(result.value));
  return {};
}

Status mutate_to_output(const RouteState& r, Delivery& delivery) {
  if (!r.event.check) return fail(Err::invalid, "the event has no check and therefore no output");
  delivery.input = std::make_shared<const std::string>(r.event.check->output);
  return {};
}

}  // namespace

ScriptEnvironment route_environment(RouteState& r, const EventFilter* filter) {
  ScriptEnvironment e;
  e.now_s = r.context.now_s;
  e.on_console = r.context.on_console;
  e.on_rest = r.context.on_script_rest;
  e.budget = &r.budget;
  if (filter && !filter->runtime_assets.empty() && r.context.libraries) e.libraries = r.context.libraries(*filter);
  return e;
}

// With the members that this filter and those before it can name.
const ScriptSubject& route_subject(RouteState& r, const EventFilter& filter) {
  SubjectWords words = words_of(filter);
  if (r.subject && r.subject_words.covers(words)) return *r.subject;
  if (r.subject) words_join(words, r.subject_words);
  r.subject_words = std::move(words);
  r.subject = script_subject("event", filter_event_json(r.event, r.context.last_seen, r.subject_words));
  return *r.subject;
}

Status route_mutate(RouteState& r, const std::string& name, Delivery& delivery) {
  if (name == "only_check_output") return mutate_to_output(r, delivery);
  if (!name.empty() && name != "json") {
    auto it = r.definitions.mutators.find(name);
    if (it == r.definitions.mutators.end()) return fail(Err::not_found, "mutator does not exist");
    if (it->second->type == "javascript") return mutate_script(r, *it->second, delivery);
    delivery.mutator = it->second;
  }
  delivery.input = route_payload(r);
  return {};
}

std::string handler_payload(const Event& event, int64_t last_seen) {
  if (!event.entity) return event_encode_with(event, "null");
  Entity entity = entity_redacted(*event.entity);
  if (last_seen != 0) entity.last_seen = last_seen;
  return event_encode_with(event, encode(entity));
}

}  // namespace picket
