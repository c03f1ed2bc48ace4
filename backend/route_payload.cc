// backend/route_payload.cc - what a handler gets on its standard input, and what else a decision needs from the event.
#include <algorithm>

#include "filter.h"
#include "merge.h"
#include "route_state.h"

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
  if (!r.event.check) return fail(Err::invalid, "the event has no check, and so no output");
  delivery.input = std::make_shared<const std::string>(r.event.check->output);
  return {};
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

void dependencies_of(const StringMap& annotations, const std::string& own_entity, std::vector<Dependency>& out) {
  auto it = annotations.find(kDependsOn);
  if (it == annotations.end()) return;
  std::string_view list = it->second;
  while (!list.empty()) {
    std::string_view item = trim(list.substr(0, list.find(',')));
    list.remove_prefix(std::min(list.size(), list.find(',') == list.npos ? list.size() : list.find(',') + 1));
    size_t slash = item.find('/');
    if (item.empty()) continue;
    if (slash == item.npos) out.push_back({own_entity, std::string(item)});
    else out.push_back({std::string(item.substr(0, slash)), std::string(item.substr(slash + 1))});
  }
}

std::string find_failing(const RouteState& r) {
  if (!r.context.status_of || !event_is_incident(r.event)) return "";
  const std::string& ns = r.event.entity->metadata.ns;
  for (const Dependency& d : event_dependencies(r.event)) {
    std::optional<uint32_t> status = r.context.status_of(ns, d.entity, d.check);
    if (status.value_or(0) != 0)
      return "it depends on " + d.entity + "/" + d.check + ", which fails (status " + std::to_string(*status) + ")";
  }
  return "";
}

}  // namespace

ScriptEnvironment route_environment(const RouteState& r, const EventFilter* filter) {
  ScriptEnvironment e;
  e.now_s = r.context.now_s;
  e.on_console = r.context.on_console;
  if (filter && !filter->runtime_assets.empty() && r.context.libraries) e.libraries = r.context.libraries(*filter);
  return e;
}

const ScriptSubject& route_subject(RouteState& r) {
  if (!r.subject) r.subject = script_subject("event", filter_event_json(r.event, r.context.last_seen));
  return *r.subject;
}

std::string route_failing_dependency(RouteState& r) {
  if (!r.dependencies_known) r.failing_dependency = find_failing(r);
  r.dependencies_known = true;
  return r.failing_dependency;
}

Status route_mutate(RouteState& r, const std::string& name, Delivery& delivery) {
  if (name == "only_check_output") return mutate_to_output(r, delivery);
  if (!name.empty() && name != "json") {
    auto it = r.definitions.mutators.find(name);
    if (it == r.definitions.mutators.end()) return fail(Err::not_found, "there is no such mutator");
    if (it->second->type == "javascript") return mutate_script(r, *it->second, delivery);
    delivery.mutator = it->second;
  }
  delivery.input = route_payload(r);
  return {};
}

std::vector<Dependency> event_dependencies(const Event& event) {
  std::vector<Dependency> out;
  if (!event.entity || !event.check) return out;
  const std::string& own = event.entity->metadata.name;
  dependencies_of(event.check->metadata.annotations, own, out);
  dependencies_of(event.entity->metadata.annotations, own, out);
  // Nothing depends on itself: an entity's annotation may well name one of the entity's own checks.
  out.erase(
      std::remove_if(out.begin(), out.end(), [&](const Dependency& d) { return d.entity == own && d.check == event.check->metadata.name; }),
      out.end());
  return out;
}

// The watermark survives the resolution, so it says whether the incident that ends was ever told.
bool alert_rule_passes(const AlertRule& rule, const Event& event, std::string* why) {
  if (!event.check) return true;
  const Check& c = *event.check;
  int64_t after = std::max<uint32_t>(rule.after, 1);
  auto no = [&](std::string reason) { return *why = "alert rule: " + std::move(reason), false; };
  if (event_is_resolution(event)) {
    if (rule.skip_resolution) return no("resolutions are not told");
    return c.occurrences_watermark >= after || no("the incident ended before occurrence " + std::to_string(after));
  }
  if (!event_is_incident(event)) return true;
  std::string count = "occurrence " + std::to_string(c.occurrences);
  if (c.occurrences < after) return no(count + " comes before occurrence " + std::to_string(after));
  if (c.occurrences == after) return true;
  if (rule.every == 0) return no(count + " repeats what was told at occurrence " + std::to_string(after));
  return (c.occurrences - after) % rule.every == 0 || no(count + " is not one of every " + std::to_string(rule.every));
}

std::string handler_payload(const Event& event, int64_t last_seen) {
  if (!event.entity) return event_encode_with(event, "null");
  Entity entity = entity_redacted(*event.entity);
  if (last_seen != 0) entity.last_seen = last_seen;
  return event_encode_with(event, encode(entity));
}

}  // namespace picket
