// agent/core/spacing.cc - see spacing.h.
#include "agent/core/spacing.h"

#include <algorithm>
#include <functional>

#include "agent/check/local_schedule.h"
#include "common/json/json.h"

namespace picket {
namespace {

// Entity, proxy entity and check, as the backend will file it; 0: it has no check.
uint64_t key_read(std::string_view payload) {
  const std::string_view check = json_at(payload, {"check", "metadata", "name"});
  if (check.empty()) return 0;
  std::string key(json_at(payload, {"entity", "metadata", "name"}));
  key.append(1, '\n').append(json_at(payload, {"check", "proxy_entity_name"})).append(1, '\n').append(check);
  return std::max<uint64_t>(std::hash<std::string>()(key), 1);
}

bool needs_read(int64_t gap_ms) { return gap_ms >= kReadGapMs; }

// The clock may have been set between two results: then they were as far apart as they may.
int64_t gap_of(const Unsettled& before, const OutRecord& record) {
  const int64_t gap = record.stored_ms - before.stored_ms;
  return gap < 0 ? 2 * kSpacedMs : gap;
}

bool is_settled(const Unsettled& u, int64_t now) { return u.read_at != INT64_MAX && now >= u.read_at + kSpacedMs; }

bool is_own_run(std::string_view payload) { return !json_at(payload, {"check", "metadata", "annotations", kStartedByAnnotation}).empty(); }

int64_t cron_period_s(std::string_view raw, int64_t unix_s) {
  const Result<std::string> text = json_string(raw);
  const Result<CronSchedule> cron = text.ok() ? cron_parse(text.value) : Result<CronSchedule>(text.status);
  if (!cron.ok()) return 0;
  const int64_t next = cron_next(cron.value, unix_s);
  return cron_next(cron.value, next) - next;
}

// 0: not known.
int64_t period_s(std::string_view payload, int64_t unix_s) {
  const std::string_view cron = json_at(payload, {"check", "cron"});
  if (cron.size() > 2) return cron_period_s(cron, unix_s);
  return json_int64(json_at(payload, {"check", "interval"})).value;
}

}  // namespace

void spacing_begin(Spacing& spacing, uint64_t backlog_end, int64_t unix_ms) { spacing = {true, backlog_end, unix_ms, 0, {}}; }

void spacing_end(Spacing& spacing) { spacing = {}; }

int64_t spacing_wait(int64_t gap_ms, int64_t age_ms, int64_t outage_ms) {
  int64_t wait = std::min(kSpacedMs, gap_ms / 2);
  if (age_ms > kRecentMs && outage_ms > 0) wait = std::min(wait, int64_t(double(gap_ms) * kOldReplayMs / double(outage_ms)));
  return wait;
}

void spacing_look(Spacing& spacing, OutRecord& head) {
  const bool waited = head.number < spacing.backlog_end;
  if (head.keyed || !spacing.active || (!waited && spacing.unsettled.empty())) return;
  if (spacing.oldest_ms == 0) spacing.oldest_ms = head.stored_ms;
  head.key = key_read(head.payload);
  head.keyed = true;
}

int64_t spacing_due(const Spacing& spacing, const OutRecord& record, int64_t now) {
  const auto it = spacing.unsettled.find(record.key);
  if (record.key == 0 || it == spacing.unsettled.end() || is_settled(it->second, now)) return 0;
  const Unsettled& before = it->second;
  const int64_t gap = gap_of(before, record);
  const int64_t wait = spacing_wait(gap, spacing.opened_ms - record.stored_ms, spacing.opened_ms - spacing.oldest_ms);
  const int64_t from = needs_read(gap) ? before.read_at : before.sent_at;
  return from == INT64_MAX ? INT64_MAX : from + wait;
}

void spacing_sent(Spacing& spacing, const OutRecord& record, int64_t now) {
  if (!spacing.active || record.key == 0) return;
  const bool follows = spacing.unsettled.count(record.key) > 0;  // made while the backlog left: the same holds for it
  if (record.number < spacing.backlog_end || follows) spacing.unsettled[record.key] = {record.number, record.stored_ms, now, INT64_MAX};
}

void spacing_read(Spacing& spacing, uint64_t number, int64_t now) {
  for (auto it = spacing.unsettled.begin(); it != spacing.unsettled.end();) {
    Unsettled& u = it->second;
    if (u.number <= number && u.read_at == INT64_MAX) u.read_at = now;
    it = is_settled(u, now) ? spacing.unsettled.erase(it) : std::next(it);
  }
}

bool is_old_run(const Spacing& spacing, const OutRecord& record) {
  if (!spacing.active || record.number >= spacing.backlog_end || !is_own_run(record.payload)) return false;
  const int64_t period = period_s(record.payload, record.stored_ms / 1000);
  return period > 0 && spacing.opened_ms - record.stored_ms > kRunsReplayed * period * 1000;
}

std::string metrics_only(std::string_view payload) {
  if (json_type(json_at(payload, {"metrics"})) != JsonType::object) return "";
  const Result<std::vector<JsonMember>> members = json_members(payload);
  JsonObject out;
  for (const JsonMember& m : members.value)
    if (m.key != "check") out.add_raw(m.key, m.raw);
  return out.done();
}

}  // namespace picket
