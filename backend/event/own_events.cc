// backend/event/own_events.cc - keepalives, registrations, TTL failures and reports of the backend, field by field.
#include "backend/event/own_events.h"

#include "common/rules/expectation.h"
#include "common/template/go_number.h"
#include "common/time/timezone.h"

namespace picket {
namespace {

Event event_start(EntityPtr entity, int64_t now_s, const std::string& id) {
  Event event;
  event.metadata.ns = entity ? entity->metadata.ns : "";
  event.entity = std::move(entity);
  event.timestamp = now_s;
  event.id = id;
  event.check.emplace();
  event.check->metadata.ns = event.metadata.ns;
  return event;
}

// The definition part of a stored keepalive carries over to the next one, whichever way it goes.
void keepalive_fill(Check& check, const Check& from, const Entity& entity, int64_t now_s) {
  check.metadata.name = "keepalive";
  check.interval = from.interval ? from.interval : static_cast<uint32_t>(kKeepaliveIntervalDefault);
  check.timeout = from.timeout ? from.timeout : static_cast<uint32_t>(kKeepaliveTimeoutDefault);
  check.ttl = from.ttl;
  check.handlers = entity.keepalive_handlers;
  if (check.handlers.empty()) check.handlers = {"keepalive"};
  check.executed = check.issued = now_s;
  check.scheduler = "etcd";
}

Event event_oneshot(EntityPtr entity, int64_t now_s, const char* name, const std::string& handler, const std::string& id) {
  Event event = event_start(std::move(entity), now_s, id);
  event.check->metadata.name = name;
  event.check->interval = 1;
  event.check->handlers = {handler};
  event.check->status = 1;
  return event;
}

std::string seconds_text(int64_t n) { return std::to_string(n) + " seconds"; }

}  // namespace

int64_t keepalive_timeout(const Event& keepalive) {
  return keepalive.check && keepalive.check->timeout ? keepalive.check->timeout : kKeepaliveTimeoutDefault;
}

Status keepalive_validate(const Event& keepalive) {
  if (!keepalive.entity) return fail(Err::invalid, "keepalive contains no entity");
  if (keepalive.timestamp == 0) return fail(Err::invalid, "keepalive contains invalid timestamp");
  if (keepalive.entity->metadata.name.empty()) return fail(Err::invalid, "keepalive contains an entity without a name");
  return {};
}

Event event_keepalive_pass(const Event& keepalive, EntityPtr entity, int64_t now_s, const std::string& id) {
  const Entity& from = *entity;
  Event event = event_start(entity, now_s, id);
  keepalive_fill(*event.check, keepalive.check ? *keepalive.check : Check{}, from, now_s);
  event.check->output = "Keepalive last sent from " + from.metadata.name + " at " + go_time_utc(keepalive.timestamp);
  event.sequence = keepalive.sequence;
  event.pipelines = keepalive.pipelines;
  event.metadata.labels = keepalive.metadata.labels;
  event.metadata.annotations = keepalive.metadata.annotations;
  return event;
}

Event event_keepalive_fail(const Event& previous, EntityPtr entity, int64_t now_s, const std::string& id, int64_t silent_s) {
  const Entity& from = *entity;
  Event event = event_start(entity, now_s, id);
  Check& check = *event.check;
  keepalive_fill(check, previous.check ? *previous.check : Check{}, from, now_s);
  int64_t silent = silent_s < 0 ? now_s - from.last_seen : silent_s, threshold = check.timeout;
  check.status = 1;
  if (check.ttl != 0 && silent >= check.ttl) {
    check.status = 2;
    threshold = check.ttl;
  }
  check.output =
      "No keepalive sent from " + from.metadata.name + " for " + seconds_text(silent) + " (>= " + std::to_string(threshold) + ")";
  event.sequence = previous.sequence;
  event.pipelines = previous.pipelines;
  event.metadata.labels = previous.metadata.labels;
  event.metadata.annotations = previous.metadata.annotations;
  return event;
}

Event event_registration(EntityPtr entity, int64_t timestamp_s) {
  return event_oneshot(std::move(entity), timestamp_s, "registration", "registration", "");
}

Event event_deregistration(EntityPtr entity, const std::string& handler, int64_t now_s, const std::string& id) {
  Event event = event_oneshot(std::move(entity), now_s, "deregistration", handler, id);
  event.metadata.ns.clear();  // recorded: `metadata {}`, unlike the registration's
  return event;
}

Event event_resolved_by_deregistration(const Event& stored, int64_t now_s) {
  Event event = stored;
  event.timestamp = now_s;
  if (!event.check) return event;
  event.check->status = 0;
  event.check->output = "Resolving due to entity deregistering";
  event.check->history.clear();
  return event;
}

// 1.x: `ttl_status` of the result (an annotation here) is the status of its silence.
static uint32_t ttl_status(const StringMap& annotations) {
  auto it = annotations.find("ttl_status");
  int64_t status = 0;
  if (it == annotations.end() || !go_int_parse(it->second, &status) || status == 0) return 1;  // 0: nobody would be told of the silence
  return status < 0 || status > UINT32_MAX ? 3 : uint32_t(status);
}

// When the last result came: written down with the first event of a silence.
static int64_t last_result(const Check& check, int64_t now_s, int64_t silent_s) {
  auto it = check.metadata.annotations.find(kLastResultAnnotation);
  int64_t at = 0;
  if (it != check.metadata.annotations.end() && go_int_parse(it->second, &at) && at > 0) return at;
  return silent_s < 0 ? check.executed : now_s - silent_s;
}

static std::string silence_text(const Check& check, int64_t last_s, int64_t now_s) {
  if (check.metadata.annotations.count(kExpectedAnnotation)) return silence_words(check, last_s, now_s);
  return "Last check execution was " + seconds_text(now_s - last_s) + " ago: " + silence_reason(check, last_s);
}

// The check is made again from its definition part: duration, issued, hooks and silenced of the last result are gone.
Event event_ttl_fail(const Event& stored, int64_t now_s, const std::string& id, int64_t silent_s) {
  Event event = stored;
  event.timestamp = now_s;
  event.id = id;
  event.metrics.reset();
  event.metadata.labels.erase("sensu.io/output_truncated_bytes");
  if (!stored.check) return event;
  Check check;
  static_cast<CheckConfig&>(check) = *stored.check;
  check.scheduler = stored.check->scheduler;
  check.status = ttl_status(check.metadata.annotations);
  check.state = "failing";
  check.executed = now_s;
  const int64_t last_s = last_result(*stored.check, now_s, silent_s);
  check.metadata.annotations[kLastResultAnnotation] = std::to_string(last_s);
  check.output = silence_text(check, last_s, now_s);
  event.check = std::move(check);
  return event;
}

Event event_check_unmatched(const CheckConfig& config, const Entity& proxy, const Status& why, int64_t now_s, const std::string& id) {
  Event event = event_start(std::make_shared<const Entity>(proxy), now_s, id);
  event.pipelines = config.pipelines;
  Check& check = *event.check;
  static_cast<CheckConfig&>(check) = config;
  check.proxy_entity_name = proxy.metadata.name;
  check.secrets.clear();
  check.subdues.clear();
  check.executed = check.issued = now_s;
  check.status = 3;
  check.output = why.code == Err::not_found ? why.message : "error while substituting check tokens: " + why.message;
  return event;
}

Event event_expected(const CheckConfig& definition, EntityPtr entity, int64_t now_s, const std::string& id) {
  Event event = event_start(std::move(entity), now_s, id);
  Check& check = *event.check;
  check.metadata.name = definition.metadata.name;
  expectation_join(definition, check);
  expectation_announce(*definition.expect, kByDefinition, now_s, check);
  return event;
}

Event event_backend_away(EntityPtr backend, int64_t away_from_s, int64_t now_s, int64_t switches, uint32_t status, const std::string& id) {
  Event event = event_start(std::move(backend), now_s, id);
  Check& check = *event.check;
  check.metadata.name = "backend-away";
  check.interval = 60;
  check.executed = check.issued = now_s;
  check.status = status;
  check.handlers = {"keepalive"};
  check.output = status == 0
      ? "The backend is running again after an outage since " + go_time_utc(away_from_s) + "; all agents had time to report"
      : "The backend was down for " + seconds_text(now_s - away_from_s) + ", from " + go_time_utc(away_from_s) + " to " +
          go_time_utc(now_s) + "; " + std::to_string(switches) +
          " keepalive and TTL timers were extended by this time to avoid false alerts";
  return event;
}

Event event_agent_clock(EntityPtr agent, int64_t ahead_s, int64_t now_s, uint32_t status, const std::string& id) {
  const Entity& from = *agent;
  Event event = event_start(agent, now_s, id);
  Check& check = *event.check;
  check.metadata.name = kClockCheck;
  check.interval = static_cast<uint32_t>(kKeepaliveIntervalDefault);
  check.executed = check.issued = now_s;
  check.status = status;
  check.handlers = from.keepalive_handlers.empty() ? StringList{"keepalive"} : from.keepalive_handlers;
  check.output = "The clock of " + from.metadata.name;
  if (status == 0) check.output += " is in sync with the backend's";
  else
    check.output += " is " + seconds_text(ahead_s < 0 ? -ahead_s : ahead_s) + (ahead_s < 0 ? " behind" : " ahead of") +
        " the backend's: the timestamps of its events are wrong by this; check its NTP service";
  return event;
}

}  // namespace picket
