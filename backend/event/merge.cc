// backend/event/merge.cc - history, occurrences, watermark, flapping and state of the next result (B-43 to B-47).
#include "backend/event/merge.h"

#include <algorithm>

namespace picket {
namespace {

// FNV-1a: ids are random, so any hash distinguishes them.
uint64_t id_hash(const std::string& id) {
  uint64_t h = 14695981039346656037u;
  for (unsigned char c : id) h = (h ^ c) * 1099511628211u;
  return h;
}

bool id_seen(const EventState& state, uint64_t hash) { return std::find(state.seen.begin(), state.seen.end(), hash) != state.seen.end(); }

void id_remember(EventState& state, const std::string& id, size_t max = kSeenIdsMax) {
  if (id.empty()) return;
  if (state.seen.size() >= max) state.seen.erase(state.seen.begin(), state.seen.end() - static_cast<std::ptrdiff_t>(max - 1));
  state.seen.push_back(id_hash(id));
}

void history_append(std::vector<CheckHistory>& history, CheckHistory entry) {
  history.push_back(entry);
  if (history.size() > kHistoryMax) history.erase(history.begin());
}

// At its own time; after entries of the same second. Older than all of a full history: not at all.
void history_insert(std::vector<CheckHistory>& history, CheckHistory entry) {
  auto at = std::upper_bound(history.begin(), history.end(), entry,
                             [](const CheckHistory& a, const CheckHistory& b) { return a.executed < b.executed; });
  if (at == history.begin() && history.size() >= kHistoryMax) return;
  history.insert(at, entry);
  if (history.size() > kHistoryMax) history.erase(history.begin());
}

bool history_has(const std::vector<CheckHistory>& history, CheckHistory entry) {
  return std::any_of(history.begin(), history.end(),
                     [&](const CheckHistory& h) { return h.status == entry.status && h.executed == entry.executed; });
}

void count_occurrences(Check& check) {
  const std::vector<CheckHistory>& h = check.history;
  size_t n = h.size();
  check.occurrences = n > 1 && h[n - 1].status == h[n - 2].status ? check.occurrences + 1 : 1;
  if (n > 1 && h[n - 1].status != 0 && h[n - 2].status == 0) check.occurrences_watermark = 1;
  else if (check.occurrences > check.occurrences_watermark) check.occurrences_watermark++;
}

// The low threshold must be set and does nothing: so it is in every release of the reference.
void judge_state(Check& check) {
  check.total_state_change = total_state_change(check.history);
  bool flapping = check.low_flap_threshold != 0 && check.high_flap_threshold != 0 && check.total_state_change >= check.high_flap_threshold;
  check.state = flapping ? "flapping" : check.status == 0 ? "passing" : "failing";
  if (check.state == "passing") check.last_ok = check.executed;
}

// A clock that was ahead once must not make everything after it late: what is known counts as of its arrival at most,
// and a time in the future says nothing.
bool is_late(const EventState& state, const Check& check, const MergeOptions& options) {
  if (!options.may_be_late || !state.known) return false;
  int64_t newest = state.received_s ? std::min(state.executed, state.received_s) : state.executed;
  int64_t finished = check.executed + static_cast<int64_t>(std::clamp(check.duration, 0.0, 1e9)) + 1;
  return newest <= options.now_s && finished < newest && finished < options.now_s - kLateSeconds;
}

void state_advance(EventState& state, const Event& event) {
  const Check& check = *event.check;
  state.known = true;
  state.history = check.history;
  state.last_ok = check.last_ok;
  state.occurrences = check.occurrences;
  state.occurrences_watermark = check.occurrences_watermark;
  state.executed = check.executed;
  state.timestamp = event.timestamp;
  state.ttl = check.ttl;
  state.status = check.status;
  state.total_state_change = check.total_state_change;
  state.state = check.state;
}

}  // namespace

EventState event_state_of(const Event& event) {
  EventState state;
  if (!event.check) return state;
  state_advance(state, event);
  state.read_executed = state.executed;
  id_remember(state, event.id);
  return state;
}

// Older changes weigh less: 0.80 for the oldest, 1.18 for the newest. The last steps are single precision, as in the
// reference: the percentage is truncated, so the rounding can be seen.
uint32_t total_state_change(const std::vector<CheckHistory>& history) {
  if (history.size() < kHistoryMax) return 0;
  double sum = 0, weight = 0.8;
  for (size_t i = 1; i < history.size(); i++, weight += 0.02)
    if (history[i].status != history[i - 1].status) sum += weight;
  return static_cast<uint32_t>(static_cast<float>(sum) / 20.0f * 100.0f);
}

bool event_is_incident(const Event& event) { return event.check && event.check->status != 0; }

bool event_is_resolution(const Event& event) {
  if (!event.check || event.check->status != 0) return false;
  const std::vector<CheckHistory>& h = event.check->history;
  return h.size() >= 2 && h[h.size() - 2].status != 0;
}

Merged event_merge(Event& event, EventState& state, const MergeOptions& options) {
  Check& check = *event.check;
  CheckHistory entry{check.status, check.executed};
  if (event.timestamp == 0) event.timestamp = options.now_s;
  if (options.may_be_late && !event.id.empty() && id_seen(state, id_hash(event.id))) return {MergeOutcome::duplicate, false, false};
  // Sent again after a start, when of what is stored only the newest id is known: the history shows the others.
  if (options.may_be_late && check.executed < state.read_executed && history_has(state.history, entry))
    return {MergeOutcome::duplicate, false, false};
  if (is_late(state, check, options)) {
    // A late result that is in the history already: its id was forgotten, or lost in a restart.
    if (history_has(state.history, entry)) return {MergeOutcome::duplicate, false, false};
    history_insert(state.history, entry);
    id_remember(state, event.id, options.seen_ids_max);
    return {MergeOutcome::late, false, false};
  }
  // Without a previous event the history that came with the result stays (the reference keeps it too).
  if (state.known) check.history = state.history;
  if (state.known) check.last_ok = state.last_ok;
  check.occurrences = state.occurrences;
  if (state.known) check.occurrences_watermark = state.occurrences_watermark;
  if (check.history.size() > kHistoryMax) check.history.erase(check.history.begin(), check.history.end() - kHistoryMax);
  history_append(check.history, entry);
  count_occurrences(check);
  judge_state(check);
  state_advance(state, event);
  state.received_s = options.now_s;
  id_remember(state, event.id, options.seen_ids_max);
  return {MergeOutcome::present, event_is_incident(event), event_is_resolution(event)};
}

void event_set_history(Event& event, const EventState& state) {
  if (event.check) event.check->history = state.history;
}

std::string event_truncate_output(Event& event) {
  if (!event.check || event.check->max_output_size <= 0) return {};
  size_t max = static_cast<size_t>(event.check->max_output_size), size = event.check->output.size();
  if (size <= max) return {};
  std::string whole = event.check->output;
  event.check->output.resize(max);
  event.metadata.labels["sensu.io/output_truncated_bytes"] = std::to_string(size - max);
  return whole;
}

}  // namespace picket
