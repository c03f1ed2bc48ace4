// agent/check/learned_schedule.cc - checks a backend asked for, remembered for when it is away; see local_schedule.h.
#include <algorithm>
#include <functional>

#include "agent/check/check_run.h"
#include "agent/check/local_schedule.h"
#include "common/json/json.h"
#include "common/rules/resource_types.h"

namespace picket {
namespace {

constexpr int64_t kMinuteMs = 60'000;

int64_t interval_of(const LearnedCheck& check) {
  return 1000 * (check.cron ? check.cron->every_s : int64_t(check.request.config->interval));
}

// The n-th time after `after_ms` a backend would ask.
int64_t nth_after(const LearnedCheck& check, int64_t after_ms, int n) {
  if (int64_t interval = interval_of(check); interval > 0) return after_ms + n * interval;
  int64_t at = after_ms / 1000;
  for (; n > 0 && at >= 0; n--) at = cron_next(*check.cron, at);
  return at < 0 ? INT64_MAX / 2 : at * 1000;
}

void place(LearnedCheck& check, int64_t last_ms) {
  check.last_ms = last_ms;
  check.next_ms = nth_after(check, last_ms, 1);
  check.forget_ms = nth_after(check, last_ms, kLearnedForget);
}

// The last time until `unix_ms` a backend would have asked, in its phase.
int64_t last_until(const LearnedCheck& check, int64_t unix_ms) {
  int64_t interval = interval_of(check);
  if (interval <= 0) return check.next_ms == 0 ? unix_ms : schedule_cron_last(*check.cron, check.next_ms, unix_ms);
  return check.last_ms + std::max<int64_t>(0, (unix_ms - check.last_ms) / interval) * interval;
}

bool is_learnable(const CheckConfig& config) {
  return config.publish && !config.round_robin && (config.interval != 0 || !config.cron.empty());
}

bool cron_read(LearnedCheck& check) {
  const CheckConfig& config = *check.request.config;
  if (config.cron.empty()) return true;
  Result<CronSchedule> cron = cron_parse(config.cron, timezone_local());
  if (cron.ok()) check.cron = std::move(cron.value);
  return cron.ok();
}

// False: a cron schedule that means other times here than at the backend.
bool is_our_time(const LearnedCheck& check, int64_t came_ms) {
  if (interval_of(check) > 0) return true;
  int64_t named = cron_next(*check.cron, (came_ms - kMinuteMs) / 1000);
  return named >= 0 && named * 1000 <= came_ms;
}

void definition_set(LearnedCheck& check, CheckRequest request) {
  request.issued = 0;
  const std::string text = encode(request);
  check.definition = std::hash<std::string>()(text);
  check.bytes = text.size();
}

// Is there room for this one beside the others, or in the place of its own last definition.
bool has_room(const Schedule& schedule, const std::string& key, size_t bytes) {
  bool is_known = schedule.learned.count(key) > 0;
  if (!is_known && schedule.learned.size() >= kLearnedMax) return false;
  for (const auto& [name, check] : schedule.learned)
    if (name != key) bytes += check.bytes;
  return bytes <= kLearnedBytesMax;
}

bool is_shifted(const LearnedCheck& old, int64_t now_ms) {
  int64_t interval = interval_of(old);
  if (interval <= 0) return false;
  int64_t off = (now_ms - old.last_ms) % interval;
  return std::min(off, interval - off) > kLearnedShiftMs;
}

Status learned_read(Schedule& schedule, std::string_view raw, int64_t unix_ms) {
  Result<CheckRequest> request = decode<CheckRequest>(json_at(raw, {"request"}), Unknown::drop);
  Result<int64_t> last = json_int64(json_at(raw, {"last_ms"}));
  if (!request.ok()) return request.status;
  if (!last.ok()) return because("last_ms", last.status);
  if (!request.value.config || !is_learnable(*request.value.config)) return fail(Err::invalid, "not a scheduled check");
  LearnedCheck check;
  definition_set(check, request.value);
  check.request = std::move(request.value);
  if (!cron_read(check)) return {};
  check.last_ms = std::min(last.value, unix_ms);  // a clock that was set back
  place(check, last_until(check, unix_ms));
  std::string key = check_key(*check.request.config);
  if (has_room(schedule, key, check.bytes)) schedule.learned[key] = std::move(check);
  return {};
}

}  // namespace

void learned_due(Schedule& schedule, int64_t unix_ms, std::vector<CheckRequest>& out) {
  for (auto& [key, check] : schedule.learned) {
    if (check.last_ms > unix_ms) place(check, unix_ms);  // the clock was set back
    if (unix_ms < check.next_ms + kLearnedGraceMs) continue;
    place(check, last_until(check, unix_ms - kLearnedGraceMs));
    if (!is_subdued(*check.request.config, unix_ms)) out.push_back(started_by(check.request, "offline-schedule", check.last_ms));
  }
}

// Nobody looked for a while (the machine slept), or the clock was set: that no request came in these periods says nothing.
static void forget_anew(Schedule& schedule, int64_t unix_ms) {
  for (auto& [key, check] : schedule.learned) check.forget_ms = nth_after(check, unix_ms, kLearnedForget);
}

void learned_forget(Schedule& schedule, int64_t unix_ms) {
  if (schedule.seen_ms != 0 && unix_ms - schedule.seen_ms > kLearnedLookMs) forget_anew(schedule, unix_ms);
  for (auto it = schedule.learned.begin(); it != schedule.learned.end();) {
    bool is_gone = unix_ms > it->second.forget_ms + kLearnedGraceMs;
    schedule.learned_changed |= is_gone;
    it = is_gone ? schedule.learned.erase(it) : std::next(it);
  }
}

void schedule_learn(Schedule& schedule, const CheckRequest& request, int64_t unix_ms) {
  if (!is_learnable(*request.config)) return;
  std::string key = check_key(*request.config);
  auto it = schedule.learned.find(key);
  LearnedCheck check;
  definition_set(check, request);
  if (it != schedule.learned.end() && it->second.definition == check.definition) {
    schedule.learned_changed |= is_shifted(it->second, unix_ms);
    return place(it->second, unix_ms);
  }
  check.request = request;
  if (!cron_read(check) || !is_our_time(check, unix_ms)) return;
  if (!has_room(schedule, key, check.bytes)) {
    schedule.learned_changed |= schedule.learned.erase(key) > 0;  // its old definition is not what is asked for now
    return;
  }
  place(check, unix_ms);
  schedule.learned[key] = std::move(check);
  schedule.learned_changed = true;
}

std::string schedule_learned_text(const Schedule& schedule) {
  std::string checks;
  for (const auto& [key, check] : schedule.learned) {
    if (!check.request.secrets.empty()) continue;
    checks += checks.empty() ? "\n" : ",\n";
    checks += JsonObject().add("last_ms", check.last_ms).add_raw("request", encode(check.request)).done();
  }
  return "{\"version\":1,\"checks\":[" + checks + "\n]}\n";
}

Status schedule_learned_load(Schedule& schedule, std::string_view text, int64_t unix_ms) {
  if (Status s = json_check(text); !s.ok()) return s;
  std::string_view checks = json_at(text, {"checks"});
  Result<std::vector<std::string_view>> items = checks.empty() ? fail(Err::invalid, "list \"checks\" missing") : json_items(checks);
  if (!items.ok()) return items.status;
  for (size_t i = 0; i < items.value.size(); i++)
    if (Status s = learned_read(schedule, items.value[i], unix_ms); !s.ok()) return because("check " + std::to_string(i + 1), s);
  return {};
}

}  // namespace picket
