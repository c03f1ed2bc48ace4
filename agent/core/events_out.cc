// agent/core/events_out.cc - events on their way to the backend: how fast, how far apart, and the pings that prove them read.
#include <algorithm>

#include "agent/core/core.h"
#include "common/text/log.h"
#include "common/types/message.h"

namespace picket {
namespace {

// What leaves next. A run that is left out takes its place all the same: the pong of a later ping releases it.
struct Next { bool may_leave = false, is_old_run = false; };

std::string text_of(Core& core, const OutRecord& record, bool is_old_run) {
  if (!is_old_run) return record.payload;
  core.old_runs++;
  return metrics_only(record.payload);
}

void event_put(Core& core, const OutRecord& record, bool is_old_run) {
  const std::string text = text_of(core, record, is_old_run);
  const std::string type = core.acknowledged ? "event " + std::to_string(record.number) : "event";
  if (!text.empty()) core.actions.emplace_back(Send{message_join(type, text)});
}

Next next_look(Core& core, Now now) {
  OutRecord* head = outbox_head(core.outbox);
  if (!head) return {};
  if (is_old_run(core.spacing, *head)) return {true, true};
  spacing_look(core.spacing, *head);
  const int64_t due = spacing_due(core.spacing, *head, now.mono_ms);
  if (due == INT64_MAX) core.barrier_at = std::min(core.barrier_at, now.mono_ms);  // it waits for the pong of its predecessor
  return {due <= now.mono_ms, false};
}

void old_runs_log(Core& core, Now now) {
  if (core.old_runs == core.old_runs_logged || now.mono_ms < core.old_runs_log_at) return;
  core.old_runs_log_at = now.mono_ms + kLostLogMs;
  log_info("agent", "old runs of this agent's own schedule are not sent: this backend counts only what arrives in time",
           {{"runs", core.old_runs - core.old_runs_logged}, {"periods_sent", kRunsReplayed}});
  core.old_runs_logged = core.old_runs;
}

}  // namespace

void ping_send(Core& core) {
  core.actions.emplace_back(Ping{std::to_string(outbox_pinged(core.outbox))});
  core.barrier_at = kNever;
}

void events_begin(Core& core, Now now) {
  outbox_opened(core.outbox, now.mono_ms, core.config.events_burst);
  if (core.acknowledged) return spacing_end(core.spacing);
  spacing_begin(core.spacing, core.outbox.backlog_end, now.unix_ms);
  if (outbox_depth(core.outbox) == 0) return;
  log_info("agent", "results that waited are sent in order, with a second between those of one check: this backend acknowledges nothing",
           {{"url", core.link.url}, {"in_memory", outbox_depth(core.outbox)}, {"more_on_disk", core.outbox.unloaded_from != 0}});
}

void events_pump(Core& core, Now now) {
  const AgentConfig& c = core.config;
  for (Next next = next_look(core, now); next.may_leave; next = next_look(core, now)) {
    const double rate = next.is_old_run ? 0 : c.events_rate;
    const OutRecord* record = outbox_next(core.outbox, now.mono_ms, rate, c.events_burst);
    if (!record) break;
    spacing_sent(core.spacing, *record, now.mono_ms);
    event_put(core, *record, next.is_old_run);
    if (!core.acknowledged) core.barrier_at = std::min(core.barrier_at, now.mono_ms + kBarrierMs);
  }
  const bool is_full = core.outbox.sent.size() >= kInFlightMax / 2 && core.outbox.barriers.size() < 4;
  if (!core.acknowledged && outbox_wants_ping(core.outbox) && (is_full || now.mono_ms >= core.barrier_at)) ping_send(core);
  if (core.barrier_at <= now.mono_ms) core.barrier_at = kNever;
  old_runs_log(core, now);
}

int64_t events_due(const Core& core, Now now) {
  const int64_t due = outbox_next_due(core.outbox, now.mono_ms, core.config.events_rate);
  if (core.outbox.waiting.empty() || !core.spacing.active) return due;
  const int64_t spaced = spacing_due(core.spacing, core.outbox.waiting.front(), now.mono_ms);
  if (spaced <= now.mono_ms) return due;
  return due == kNever ? spaced : std::max(due, spaced);
}

}  // namespace picket
