// backend/route/alert.cc - which handlers are notified how often, and which wait for something else to be well: additions of ours.
#include <algorithm>

#include "backend/event/merge.h"
#include "backend/route/route_state.h"

namespace picket {
namespace {

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

const std::vector<Dependency>& dependencies(RouteState& r) {
  if (!r.dependencies) r.dependencies = event_dependencies(r.event);
  return *r.dependencies;
}

bool same(const Dependency& a, const Dependency& b) { return a.entity == b.entity && a.check == b.check; }

uint32_t status_of(const RouteState& r, const Dependency& d) {
  return r.context.status_of(r.event.entity->metadata.ns, d.entity, d.check).value_or(0);
}

// By what fails: things that depend on each other do not keep each other quiet, or nobody would be notified of any.
bool leads_back(const RouteState& r, const Dependency& from) {
  if (!r.context.dependencies_of) return false;
  const Dependency own{r.event.entity->metadata.name, r.event.check->metadata.name};
  std::vector<Dependency> chain{from};
  for (size_t i = 0; i < chain.size() && chain.size() < kDependencyChainMax; i++)
    for (Dependency& d : r.context.dependencies_of(r.event.entity->metadata.ns, chain[i].entity, chain[i].check)) {
      if (same(d, own)) return true;
      const bool known = std::any_of(chain.begin(), chain.end(), [&](const Dependency& c) { return same(c, d); });
      if (!known && status_of(r, d) != 0) chain.push_back(std::move(d));
    }
  return false;
}

std::string find_failing(RouteState& r) {
  if (!r.context.status_of || !event_is_incident(r.event)) return "";
  for (const Dependency& d : dependencies(r)) {
    const uint32_t status = status_of(r, d);
    if (status != 0 && !leads_back(r, d))
      return "it depends on " + d.entity + "/" + d.check + ", which fails (status " + std::to_string(status) + ")";
  }
  return "";
}

// Whatever their status. What is older than the history counts while the status stays.
int64_t failing_in_a_row(const Check& c) {
  auto ok = std::find_if(c.history.rbegin(), c.history.rend(), [](const CheckHistory& h) { return h.status == 0; });
  return std::max<int64_t>(ok - c.history.rbegin(), c.occurrences);
}

bool remembers(RouteState& r, const Handler& handler) { return r.event.check && (handler.alert || !dependencies(r).empty()); }

// Who was silenced has heard nothing, nor who waits for more occurrences than there were. Repetitions go on in their rhythm.
std::optional<AlertMemory> carried_memory(const AlertCarried& carried, const AlertRule& rule, const StringList& filters) {
  const int64_t after = std::max<int64_t>(rule.after, 1), every = rule.every, n = carried.occurrences;
  const bool hears_silences = std::find(filters.begin(), filters.end(), "not_silenced") == filters.end();
  if (carried.watermark < after || (carried.silenced && !hears_silences)) return {};
  if (n < after) return AlertMemory{true, 0, 0};  // of another status
  return AlertMemory{true, every == 0 ? after : n - (n - after) % every, carried.status};
}

std::string incident_waits(const AlertRule& rule, const Check& c, const AlertMemory& memory) {
  const int64_t after = std::max<uint32_t>(rule.after, 1), n = memory.notified ? c.occurrences : failing_in_a_row(c);
  const std::string count = "occurrence " + std::to_string(n);
  if (!memory.notified || memory.status != c.status) return n >= after ? "" : count + " is before occurrence " + std::to_string(after);
  if (rule.every == 0) return count + " repeats what was sent" + (memory.at ? " at occurrence " + std::to_string(memory.at) : " before");
  return n - memory.at >= rule.every ? "" : count + " is not one of every " + std::to_string(rule.every);
}

}  // namespace

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

bool alert_rule_passes(const AlertRule& rule, const Event& event, const std::optional<AlertMemory>& memory, std::string* why) {
  std::string reason;
  if (alert_ends(event, memory)) {
    // The watermark survives the resolution: without a memory it says whether the incident can have been notified.
    const bool is_due = memory ? alert_end_is_due(memory) : event.check->occurrences_watermark >= std::max<int64_t>(rule.after, 1);
    if (rule.skip_resolution) reason = "resolutions are not sent";
    else if (!is_due) reason = "the incident was resolved before it was sent";
  } else if (event_is_incident(event)) {
    reason = incident_waits(rule, *event.check, memory.value_or(AlertMemory{}));
  }
  if (!reason.empty()) *why = "alert rule: " + reason;
  return reason.empty();
}

std::optional<AlertMemory> alert_memory(RouteState& r, const Handler& handler, const StringList& filters, const RouteNote& whose) {
  if (!r.context.alert_of || !remembers(r, handler)) return {};
  const Check& c = *r.event.check;
  std::optional<AlertMemory> memory = r.context.alert_of(whose);
  if (!memory && r.context.carried) memory = carried_memory(*r.context.carried, handler.alert.value_or(AlertRule{}), filters);
  // Whatever was before, this is a new one.
  if (event_is_incident(r.event) && failing_in_a_row(c) == 1) return AlertMemory{false, 0, 0, alert_end_is_due(memory)};
  if (memory && memory->status == c.status && c.occurrences <= memory->at) memory->at = 0;
  return memory;
}

std::string alert_hold_back(RouteState& r, const Handler& handler, const std::optional<AlertMemory>& memory) {
  std::string why;
  if (handler.alert && !alert_rule_passes(*handler.alert, r.event, memory, &why)) return why;
  if (memory && !alert_end_is_due(memory) && event_is_resolution(r.event)) return "the resolved incident was held back";
  return find_failing(r);
}

std::string alert_acknowledged(const RouteState& r, const Handler& handler, const StringList& filters) {
  if (r.context.acknowledged.empty() || !event_is_incident(r.event)) return "";
  const bool of_problems = handler.alert || std::find(filters.begin(), filters.end(), "is_incident") != filters.end();
  return of_problems ? r.context.acknowledged : "";
}

bool alert_ends(const Event& event, const std::optional<AlertMemory>& memory) {
  return event_is_resolution(event) || (event.check && event.check->status == 0 && alert_end_is_due(memory));
}

std::optional<AlertMemory> alert_remember(RouteState& r, const Handler& handler, const std::optional<AlertMemory>& before, bool notified) {
  if (!remembers(r, handler)) return {};
  const Check& c = *r.event.check;
  if (event_is_incident(r.event))
    return notified ? AlertMemory{true, c.occurrences, c.status, alert_end_is_due(before)} : before.value_or(AlertMemory{});
  const bool wanted = !handler.alert || !handler.alert->skip_resolution;
  return !notified && wanted && alert_end_is_due(before) ? before : std::nullopt;
}

std::optional<AlertMemory> alert_if_failed(RouteState& r, const Handler& handler, const std::optional<AlertMemory>& before) {
  if (!remembers(r, handler)) return {};
  if (event_is_incident(r.event)) return AlertMemory{false, 0, 0, alert_end_is_due(before)};
  if (!alert_ends(r.event, before)) return {};
  return before.value_or(AlertMemory{false, 0, 0, true});
}

}  // namespace picket
