// backend/ingest/metric_history.cc - open steps of metric histories in memory, closed ones on their way to the store.
#include "backend/ingest/metric_history.h"

#include <utility>

#include "common/text/log.h"
#include "common/os/os.h"

namespace picket {
namespace {

using Kept = MetricHistories::Kept;
using Keyed = MetricHistories::Map::value_type;  // the event's key, and what is kept of it

int64_t now_s() { return os_unix_ms() / 1000; }

StoredStep step_of(const EventKey& key, int64_t at) {
  StoredStep s;
  s.key = key;
  s.at = at;
  s.slot = history_slot_of(at);
  return s;
}

// ---- steps that the store did not take ----

size_t waiting_size(const std::string& data) { return data.size() + kHistoryWaitingOverhead; }

void waiting_drop(MetricHistories* all, Kept& k, std::map<int64_t, std::string>::iterator step) {
  all->waiting_bytes -= waiting_size(step->second);
  k.waiting.erase(step);
}

void waiting_forget(MetricHistories* all, Kept& k) {
  while (!k.waiting.empty()) waiting_drop(all, k, k.waiting.begin());
}

void step_lost(MetricHistories* all, const char* why) {
  if (all->lost++ % 10'000 == 0)
    log_warn("eventd", "metrics received while the store was not writable are lost", {{"steps", all->lost}, {"why", why}});
}

void waiting_add(MetricHistories* all, Kept& k, int64_t at, std::string data) {
  if (auto it = k.waiting.find(at); it != k.waiting.end()) waiting_drop(all, k, it);
  while (all->waiting_bytes + waiting_size(data) > kHistoryWaitingMax) {
    step_lost(all, "too many are queued");
    if (k.waiting.empty() || k.waiting.begin()->first > at) return;
    waiting_drop(all, k, k.waiting.begin());
  }
  all->waiting_bytes += waiting_size(data);
  k.waiting[at] = std::move(data);
}

// ---- writing ----

// The series must be described again with a step that was not taken.
void step_refused(Backend* b, const StoredStep& step) {
  auto it = b->histories->all.find(step.key);
  if (it == b->histories->all.end()) return;
  it->second.history.series_changed = true;
  waiting_add(b->histories, it->second, step.at, step.data);
}

void step_put(Backend* b, Keyed& e, int64_t at, std::string data) {
  Kept& k = e.second;
  auto step = std::make_shared<StoredStep>(step_of(e.first, at));
  step->data = std::move(data);
  if (std::exchange(k.history.series_changed, false)) step->series = std::make_shared<const std::string>(history_series_encode(k.history));
  store_write(b->store, {write_step(step)}, [b, step](const Status& s) {
    if (!s.ok()) step_refused(b, *step);
  });
}

void step_write(Backend* b, Keyed& e) {
  Kept& k = e.second;
  k.history.changed = false;
  if (k.history.open.unread) return step_lost(b->histories, "cannot read the stored metrics of that time");
  auto older = k.waiting.find(k.history.open.at);  // of the same step
  if (older != k.waiting.end()) waiting_drop(b->histories, k, older);
  step_put(b, e, k.history.open.at, history_pack(k.history.open));
}

void waiting_write(Backend* b, Keyed& e) {
  Kept& k = e.second;
  std::map<int64_t, std::string> steps = std::move(k.waiting);
  k.waiting.clear();
  for (auto& [at, data] : steps) {
    b->histories->waiting_bytes -= waiting_size(data);
    step_put(b, e, at, std::move(data));
  }
}

HistoryStep step_load(Backend* b, const Keyed& e, int64_t at) {
  const Kept& k = e.second;
  auto it = k.waiting.find(at);
  if (it != k.waiting.end()) return history_unpack(at, it->second);
  Result<std::string> stored = store_get_step(b->store, step_of(e.first, at));
  HistoryStep step = history_unpack(at, stored.value);
  step.unread = !stored.ok() && stored.status.code != Err::not_found;
  return step;
}

Keyed* kept_of(Backend* b, const EventKey& key) {
  MetricHistories* all = b->histories;
  auto it = all->all.find(key);
  if (it != all->all.end()) return &*it;
  if (all->all.size() >= static_cast<size_t>(b->config.metric_history_events)) {
    if (all->refused++ % 100'000 == 0 && b->config.metric_history_events > 0)
      log_warn("eventd", "metrics of additional events are not kept; raise --metric-history-events",
               {{"kept", all->all.size()}, {"namespace", key.ns()}, {"entity", key.entity()}, {"check", key.check()}});
    return nullptr;
  }
  return &*all->all.try_emplace(key).first;
}

void on_timer(uv_timer_t* t) { metric_history_write(static_cast<MetricHistories*>(t->data)->backend); }

Status load(MetricHistories* all) {
  const int64_t now = now_s();
  auto listed = store_list_series(all->backend->store);
  for (StoredStep& s : listed.value) all->all[s.key].history.series = history_series_decode(*s.series, now);
  return listed.status;
}

}  // namespace

void metric_history_take(Backend* b, const EventKey& key, const Event& event) {
  if (!event.metrics || event.metrics->points.empty()) return;
  Keyed* e = kept_of(b, key);
  if (!e) return;
  const HistoryStore store{[b, e](const EventHistory&) { step_write(b, *e); }, [b, e](int64_t at) { return step_load(b, *e, at); }};
  history_add(e->second.history, *event.metrics, event.timestamp, now_s(), store);
  if (!uv_is_active(reinterpret_cast<uv_handle_t*>(&b->histories->timer)))
    uv_timer_start(&b->histories->timer, on_timer, kHistoryFlushMs, kHistoryFlushMs);
}

void metric_history_write(Backend* b) {
  const int64_t over = now_s() - kHistoryStepS - kHistoryFlushMs / 1000;
  const bool takes_writes = !store_stats(b->store).degraded;
  for (Keyed& e : b->histories->all) {
    if (e.second.history.changed && e.second.history.open.at < over) step_write(b, e);
    if (takes_writes && !e.second.waiting.empty()) waiting_write(b, e);
  }
}

void metric_history_gone(Backend* b, MetricHistories::Map::node_type history) { waiting_forget(b->histories, history.mapped()); }

// What came meanwhile goes on; the steps that wait are of an earlier time, most of them.
void metric_history_put_back(Backend* b, MetricHistories::Map::node_type history) {
  auto put = b->histories->all.insert(std::move(history));
  if (!put.inserted) waiting_forget(b->histories, put.node.mapped());
}

Result<std::string> metric_history_json(Backend* b, const EventKey& key) {
  auto it = b->histories->all.find(key);
  if (it == b->histories->all.end()) return history_json({}, {});
  const Kept& k = it->second;
  const int64_t from = now_s() - kHistoryStepS * kHistorySlots;
  std::map<int64_t, HistoryStep> steps;  // the newest that is known of each
  auto stored = store_list_steps(b->store, key, from);
  if (!stored.ok()) return stored.status;
  for (const StoredStep& s : stored.value) steps[s.at] = history_unpack(s.at, s.data);
  for (auto w = k.waiting.lower_bound(from); w != k.waiting.end(); ++w) steps[w->first] = history_unpack(w->first, w->second);
  if (k.history.open.at != 0) steps[k.history.open.at] = k.history.open;
  std::vector<HistoryStep> in_order;
  for (auto& [at, step] : steps) in_order.push_back(std::move(step));
  return history_json(k.history, in_order);
}

Status metric_histories_start(Backend* b) {
  MetricHistories* all = b->histories;
  all->backend = b;
  uv_timer_init(b->loop, &all->timer);
  all->timer.data = all;
  return load(all);
}

void metric_histories_stop(Backend* b, std::function<void()> done) {
  MetricHistories* all = b->histories;
  if (!all->backend) return done();
  for (Keyed& e : all->all) {
    if (e.second.history.changed) step_write(b, e);
    waiting_write(b, e);
  }
  all->closed = std::move(done);
  uv_close(reinterpret_cast<uv_handle_t*>(&all->timer), [](uv_handle_t* h) { static_cast<MetricHistories*>(h->data)->closed(); });
}

}  // namespace picket
