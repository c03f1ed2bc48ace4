// agent/check/local_schedule.cc - see local_schedule.h.
#include "agent/check/local_schedule.h"

#include <algorithm>

#include "agent/check/check_run.h"
#include "common/tls/crypto.h"
#include "common/text/log.h"
#include "common/rules/resource_types.h"
#include "common/time/time_window.h"

namespace picket {
namespace {

// The last due time until `unix_ms`: what a run at that moment is for. `next_ms`: one that was due, perhaps long ago.
int64_t local_last(const LocalCheck& check, int64_t unix_ms) {
  if (check.cron) return schedule_cron_last(*check.cron, check.next_ms, unix_ms);
  int64_t interval = int64_t(check.request.config->interval) * 1000;
  return schedule_interval_next(check.phase, interval, unix_ms) - interval;
}

int64_t local_next(const LocalCheck& check, int64_t after_ms) {
  if (check.cron) {
    int64_t next = cron_next(*check.cron, after_ms / 1000);
    return next < 0 ? INT64_MAX : next * 1000;
  }
  return schedule_interval_next(check.phase, int64_t(check.request.config->interval) * 1000, after_ms);
}

// The clock was set back: what was placed beyond it would sleep for as long. By a little, the next time stays, so that none has
// two runs.
bool is_set_back(const Schedule& schedule, const LocalCheck& check, int64_t unix_ms) {
  int64_t interval = check.cron ? kClockSetBackMs : int64_t(check.request.config->interval) * 1000;
  return schedule.seen_ms - unix_ms > std::min(interval, kClockSetBackMs);
}

void local_due(Schedule& schedule, int64_t unix_ms, std::vector<CheckRequest>& out) {
  for (auto& [key, check] : schedule.local) {
    if (check.next_ms == 0 || is_set_back(schedule, check, unix_ms)) check.next_ms = local_next(check, unix_ms - 1);
    if (unix_ms < check.next_ms) continue;
    int64_t due_ms = local_last(check, unix_ms);
    check.next_ms = local_next(check, unix_ms);
    if (is_subdued(*check.request.config, unix_ms)) {
      log_info("agent", "check not run: it is subdued", {{"check", key}});
      continue;
    }
    out.push_back(started_by(check.request, "agent-schedule", due_ms));
  }
}

}  // namespace

bool is_subdued(const CheckConfig& config, int64_t unix_ms) {
  int64_t ns = unix_ms * 1'000'000;
  if (subdued(config.subdues, ns)) return true;
  if (!config.subdue) return false;
  Result<bool> inside = window_contains(*config.subdue, ns, timezone_offset(*timezone_local(), unix_ms / 1000));
  return inside.ok() && inside.value;
}

CheckRequest started_by(CheckRequest request, const char* who, int64_t due_ms) {
  request.issued = due_ms / 1000;
  request.config->metadata.annotations[kStartedByAnnotation] = who;
  return request;
}

uint64_t schedule_phase(const std::string& agent, const std::string& check) {
  std::string hash = md5(agent + ":" + check);
  uint64_t h = 0;
  for (int i = 7; i >= 0; i--) h = h << 8 | static_cast<unsigned char>(hash[size_t(i)]);
  return h;
}

int64_t schedule_cron_last(const CronSchedule& cron, int64_t due_ms, int64_t unix_ms) {
  constexpr int64_t kDayS = 86'400;
  int64_t at = due_ms / 1000, until = unix_ms / 1000;
  if (int64_t recent = until - at > kDayS ? cron_next(cron, until - kDayS) : -1; recent >= 0 && recent <= until) at = recent;
  for (int64_t next = cron_next(cron, at); next >= 0 && next <= until; next = cron_next(cron, next)) at = next;
  return at * 1000;
}

int64_t schedule_interval_next(uint64_t phase, int64_t interval, int64_t after_ms) {
  int64_t place = int64_t(phase % uint64_t(interval));
  int64_t wait = (place - after_ms % interval + interval) % interval;
  return after_ms + (wait == 0 ? interval : wait);
}

Status schedule_add(Schedule& schedule, CheckRequest request, const std::string& agent) {
  CheckConfig& config = *request.config;
  if (Status s = validate_check_definition(config); !s.ok()) return because("check \"" + config.metadata.name + "\"", s);
  LocalCheck check;
  std::string key = check_key(config);
  if (!config.cron.empty()) {
    Result<CronSchedule> cron = cron_parse(config.cron, timezone_local());
    if (!cron.ok()) return because("check \"" + config.metadata.name + "\"", cron.status);
    check.cron = std::move(cron.value);
  }
  check.phase = schedule_phase(agent, config.metadata.name);
  check.request = std::move(request);
  schedule.local[key] = std::move(check);
  return {};
}

std::vector<CheckRequest> schedule_due(Schedule& schedule, int64_t unix_ms, bool offline) {
  std::vector<CheckRequest> out;
  local_due(schedule, unix_ms, out);
  if (offline) learned_due(schedule, unix_ms, out);
  else learned_forget(schedule, unix_ms);
  schedule.seen_ms = unix_ms;
  return out;
}

int64_t schedule_next(const Schedule& schedule, int64_t unix_ms, bool offline) {
  int64_t next = INT64_MAX;
  for (const auto& [key, check] : schedule.local) next = std::min(next, check.next_ms == 0 ? unix_ms : check.next_ms);
  if (!offline) return next;
  for (const auto& [key, check] : schedule.learned) next = std::min(next, check.next_ms + kLearnedGraceMs);
  return next;
}

std::vector<ScheduledRun> schedule_upcoming(const Schedule& schedule, bool offline, size_t max) {
  std::vector<ScheduledRun> runs;
  for (const auto& [key, check] : schedule.local)
    if (check.next_ms != INT64_MAX) runs.push_back({check.next_ms, key, false});
  if (offline)
    for (const auto& [key, check] : schedule.learned) runs.push_back({check.next_ms + kLearnedGraceMs, key, true});
  std::sort(runs.begin(), runs.end(), [](const ScheduledRun& a, const ScheduledRun& b) { return a.at_ms < b.at_ms; });
  if (runs.size() > max) runs.resize(max);
  return runs;
}

}  // namespace picket
