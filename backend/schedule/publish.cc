// backend/schedule/publish.cc - from a due check to requests: subdues, proxy entities, splay (B-8 to B-16).
#include <algorithm>

#include "common/time/timezone.h"
#include "common/time/time_window.h"
#include "backend/route/filter.h"
#include "backend/schedule/scheduler_state.h"

namespace picket {
namespace {

// Where a splayed request goes out: `pause` after the one before.
int64_t splay_pause(const ScheduledCheck& check, size_t matches, int64_t now_ns) {
  const ProxyRequests& proxy = *check.config->proxy_requests;
  int64_t period = check.config->interval * kNs;
  if (check.by_cron()) {
    int64_t next = regular_next(check, now_ns);
    if (next != INT64_MAX && next - now_ns < 5 * kNs) next = regular_next(check, next);
    period = next == INT64_MAX ? 0 : next - now_ns;
  }
  uint32_t coverage = proxy.splay_coverage ? std::min(proxy.splay_coverage, 100u) : 90;
  return period / 100 * coverage / static_cast<int64_t>(matches);
}

void publish_proxies(Scheduler& s, const CheckPtr& check, int64_t now_ns, std::vector<Publish>& out) {
  const CheckConfig& config = *check->config;
  EntityList entities = proxy_entities(s, *check, config, now_ns);
  if (entities.empty() || splay(s, check, entities, "", now_ns)) return;
  for (const auto& entity : entities) publish_proxy_to(s, *check, config, *entity, config.subscriptions, now_ns, out);
}

}  // namespace

// As in the reference: round robin begins with a request and pauses after it, the others begin with a pause.
bool splay(Scheduler& s, const CheckPtr& check, const EntityList& entities, const std::string& ring, int64_t now_ns) {
  if (entities.empty() || !check->config->proxy_requests->splay || s.pending + entities.size() > kPendingMax) return false;
  const int64_t pause = splay_pause(*check, entities.size(), now_ns);
  int64_t at_ns = now_ns + (ring.empty() ? pause : 0);
  for (const auto& entity : entities) {
    s.pending++;
    heap_push(s, {at_ns, ++s.generation, check, ring, entity->metadata.name});
    at_ns += pause;
  }
  return true;
}

// The day windows of 5.x; 6.7 keeps them and looks away.
static bool subdued_by_day(const Scheduler& s, const CheckConfig& c, int64_t now_ns) {
  if (!c.subdue) return false;
  Result<bool> inside = window_contains(*c.subdue, now_ns, s.zone ? timezone_offset(*s.zone, now_ns / kNs) : 0);
  return inside.ok() && inside.value;
}

bool may_publish(const Scheduler& s, const ScheduledCheck& check, int64_t now_ns) {
  const CheckConfig& c = *check.config;
  return c.publish && !subdued(c.subdues, now_ns) && !subdued_by_day(s, c, now_ns);
}

// Agents of 6.7.3 and later discard a request that is not newer than the last one of the same check, so this never goes
// back and never repeats, whatever the clock does.
int64_t next_issued(ScheduledCheck& check, int64_t now_ns) {
  check.last_issued_s = std::max(now_ns / kNs, check.last_issued_s + 1);
  return check.last_issued_s;
}

static void publish_request(const CheckConfig& check, const StringList& subscriptions, CheckRequest request, std::vector<Publish>& out) {
  auto shared = std::make_shared<const CheckRequest>(std::move(request));
  for (const std::string& subscription : subscriptions)
    out.push_back({check.metadata.ns, subscription, check.metadata.name, shared->config->proxy_entity_name, shared});
}

void publish_to(Scheduler& s, ScheduledCheck& check, const CheckConfig& config, const StringList& subscriptions, int64_t now_ns,
                std::vector<Publish>& out) {
  if (subscriptions.empty()) return;
  CheckRequest request = check_request_build(config, s.catalog, next_issued(check, now_ns));
  publish_request(config, subscriptions, std::move(request), out);
}

void publish_proxy_to(Scheduler& s, ScheduledCheck& check, const CheckConfig& config, const Entity& entity, const StringList& subscriptions,
                      int64_t now_ns, std::vector<Publish>& out) {
  Result<CheckConfig> substituted = check_for_proxy(config, entity);
  if (!substituted.ok()) {
    problem(s, config, "proxy entity " + entity.metadata.name + " is skipped: " + substituted.status.message);
    if (s.on_unmatched) s.on_unmatched(config, entity, substituted.status);
    return;
  }
  // Proxy requests of one tick differ in the entity, which is part of the agents' key: they may share their time.
  check.last_issued_s = std::max(check.last_issued_s, now_ns / kNs);
  CheckRequest request = check_request_build(substituted.value, s.catalog, check.last_issued_s);
  publish_request(substituted.value, subscriptions, std::move(request), out);
}

// Expressions that ask for the time, or speak, are evaluated every time.
static bool depends_on_entity_only(const StringList& expressions) {
  for (const std::string& e : expressions)
    for (const char* word : {"Date", "hour", "weekday", "minute", "second", "random", "console", "eval", "unction"})
      if (e.find(word) != e.npos) return false;
  return true;
}

static bool entity_matches(Scheduler& s, ScheduledCheck& check, const StringList& attributes, const ScriptSubject& subject, bool keep,
                           const ScriptEnvironment& environment) {
  if (keep)
    if (auto known = check.matches.find(subject.serial); known != check.matches.end()) return known->second;
  ScriptBudget budget;
  budget.account = check.config->metadata.ns;
  ScriptEnvironment of_entity = environment;
  of_entity.budget = &budget;
  bool is_known = true, matches = filter_entity_matches(attributes, subject, s.scripts, of_entity, &is_known);
  if (keep && is_known) check.matches[subject.serial] = matches;
  return matches;
}

EntityList proxy_entities(Scheduler& s, ScheduledCheck& check, const CheckConfig& config, int64_t now_ns) {
  EntityList matching;
  const StringList& attributes = config.proxy_requests->entity_attributes;
  auto of_ns = s.entities.find(config.metadata.ns);
  if (of_ns != s.entities.end() && s.scripts) {
    ScriptEnvironment environment;
    environment.now_s = now_ns / kNs;
    bool keep = depends_on_entity_only(attributes);
    if (check.matches.size() > 2 * of_ns->second.size() + 64) check.matches.clear();  // entities that changed or went
    for (auto& [name, e] : of_ns->second) {
      if (!e.subject) e.subject = std::make_shared<const ScriptSubject>(script_subject("entity", filter_entity_config_json(*e.entity)));
      if (entity_matches(s, check, attributes, *e.subject, keep, environment)) matching.push_back(e.entity);
    }
  }
  if (matching.empty()) problem(s, config, "no matching entities, check will not be published");
  return matching;
}

void publish_due(Scheduler& s, const CheckPtr& check, int64_t now_ns, std::vector<Publish>& out) {
  if (!may_publish(s, *check, now_ns)) return;
  if (check->config->proxy_requests) publish_proxies(s, check, now_ns, out);
  else publish_to(s, *check, *check->config, check->config->subscriptions, now_ns, out);
}

// The entity, the check and the ring may have changed since the tick: what is true now counts. What the machine slept
// through is not made up, or all that is left of a round would go out in one moment.
void publish_splayed(Scheduler& s, const Scheduler::Due& due, int64_t now_ns, std::vector<Publish>& out) {
  const CheckConfig& config = *due.check->config;
  auto of_ns = s.entities.find(config.metadata.ns);
  if (of_ns == s.entities.end() || !config.publish || !config.proxy_requests || now_ns - due.at_ns > kMissedNs) return;
  auto it = of_ns->second.find(due.entity);
  if (it == of_ns->second.end()) return;
  StringList subscriptions = config.subscriptions;
  if (!due.ring.empty()) {
    const std::string member = ring_turn(s, due.check, due.ring, now_ns);
    if (member.empty()) return;
    subscriptions = {"entity:" + member};
  }
  publish_proxy_to(s, *due.check, config, *it->second.entity, subscriptions, now_ns, out);
}

Result<std::vector<Publish>> scheduler_execute(Scheduler& s, std::string_view ns, std::string_view name, const StringList& subscriptions,
                                               int64_t now_ns) {
  auto it = s.checks.find(schedule_key(ns, name));
  if (it == s.checks.end()) return fail(Err::not_found, "check " + std::string(name) + " not found in namespace " + std::string(ns));
  ScheduledCheck& check = *it->second;
  CheckConfig config = *check.config;
  if (auto turns = s.checks.find(it->first + "\nroundrobin"); turns != s.checks.end())
    config.subscriptions.insert(config.subscriptions.end(), turns->second->config->subscriptions.begin(),
                                turns->second->config->subscriptions.end());
  if (!subscriptions.empty()) config.subscriptions = subscriptions;
  std::vector<Publish> out;
  if (!config.proxy_requests) {
    publish_to(s, check, config, config.subscriptions, now_ns, out);
    return out;
  }
  check.last_issued_s = std::max(now_ns / kNs, check.last_issued_s + 1);
  for (const auto& entity : proxy_entities(s, check, config, now_ns))
    publish_proxy_to(s, check, config, *entity, config.subscriptions, now_ns, out);
  return out;
}

}  // namespace picket
