// backend/ingest/metric_history.cc - open steps of metric histories in memory, closed ones on their way to the store.
#include "backend/ingest/metric_history.h"

#include <utility>

#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/ingest/ingest.h"

namespace picket {
namespace {

using Kept = MetricHistories::Kept;

int64_t now_s() { return os_unix_ms() / 1000; }

StoredStep step_of(const Kept& k, int64_t at) {
  StoredStep s;
  s.ns = k.ns;
  s.entity = k.entity;
  s.check = k.check;
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
  if (all->lost++ % 10'000 == 0) log_warn("eventd", "metrics of the time without a store are lost", {{"steps", all->lost}, {"why", why}});
}

void waiting_add(MetricHistories* all, Kept& k, int64_t at, std::string data) {
  if (auto it = k.waiting.find(at); it != k.waiting.end()) waiting_drop(all, k, it);
  while (all->waiting_bytes + waiting_size(data) > kHistoryWaitingMax) {
    step_lost(all, "too many wait for it");
    if (k.waiting.empty() || k.waiting.begin()->first > at) return;
    waiting_drop(all, k, k.waiting.begin());
  }
  all->waiting_bytes += waiting_size(data);
  k.waiting[at] = std::move(data);
}

// ---- writing ----

// The series must be told again with a step that was not taken.
void step_refused(Backend* b, const StoredStep& step) {
  auto it = b->histories->all.find(event_key(step.ns, step.entity, step.check));
  if (it == b->histories->all.end()) return;
  it->second.history.series_changed = true;
  waiting_add(b->histories, it->second, step.at, step.data);
}

void step_put(Backend* b, Kept& k, int64_t at, std::string data) {
  auto step = std::make_shared<StoredStep>(step_of(k, at));
  step->data = std::move(data);
  if (std::exchange(k.history.series_changed, false)) step->series = std::make_shared<const std::string>(history_series_encode(k.history));
  StoreWrite w;
  w.op = StoreWrite::put_step;
  w.step = step;
  store_write(b->store, {std::move(w)}, [b, step](const Status& s) {
    if (!s.ok()) step_refused(b, *step);
  });
}

void step_write(Backend* b, Kept& k) {
  k.history.changed = false;
  if (k.history.open.unread) return step_lost(b->histories, "what is stored of that time could not be read");
  auto older = k.waiting.find(k.history.open.at);  // of the same step
  if (older != k.waiting.end()) waiting_drop(b->histories, k, older);
  step_put(b, k, k.history.open.at, history_pack(k.history.open));
}

void waiting_write(Backend* b, Kept& k) {
  std::map<int64_t, std::string> steps = std::move(k.waiting);
  k.waiting.clear();
  for (auto& [at, data] : steps) {
    b->histories->waiting_bytes -= waiting_size(data);
    step_put(b, k, at, std::move(data));
  }
}

HistoryStep step_load(Backend* b, const Kept& k, int64_t at) {
  auto it = k.waiting.find(at);
  if (it != k.waiting.end()) return history_unpack(at, it->second);
  Result<std::string> stored = store_get_step(b->store, step_of(k, at));
  HistoryStep step = history_unpack(at, stored.value);
  step.unread = !stored.ok() && stored.status.code != Err::not_found;
  return step;
}

Kept* kept_of(Backend* b, const std::string& key, const Event& event) {
  MetricHistories* all = b->histories;
  auto it = all->all.find(key);
  if (it != all->all.end()) return &it->second;
  if (all->all.size() >= static_cast<size_t>(b->config.metric_history_events)) {
    if (all->refused++ % 100'000 == 0 && b->config.metric_history_events > 0)
      log_warn("eventd", "metrics of further events are not kept; raise --metric-history-events",
               {{"kept", all->all.size()}, {"entity", event.entity->metadata.name}});
    return nullptr;
  }
  Kept& k = all->all[key];
  k.ns = event.entity->metadata.ns;
  k.entity = event.entity->metadata.name;
  k.check = event.check ? event.check->metadata.name : "";
  return &k;
}

void on_timer(uv_timer_t* t) { metric_history_write(static_cast<MetricHistories*>(t->data)->backend); }

Status load(MetricHistories* all) {
  const int64_t now = now_s();
  auto listed = store_list_series(all->backend->store);
  for (StoredStep& s : listed.value) {
    Kept& k = all->all[event_key(s.ns, s.entity, s.check)];
    k.ns = std::move(s.ns);
    k.entity = std::move(s.entity);
    k.check = std::move(s.check);
    k.history.series = history_series_decode(*s.series, now);
  }
  return listed.status;
}

}  // namespace

void metric_history_take(Backend* b, const Event& event) {
  if (!event.metrics || event.metrics->points.empty()) return;
  const ObjectMeta& m = event.entity->metadata;
  Kept* k = kept_of(b, event_key(m.ns, m.name, event.check ? event.check->metadata.name : ""), event);
  if (!k) return;
  const HistoryStore store{[b, k](const EventHistory&) { step_write(b, *k); }, [b, k](int64_t at) { return step_load(b, *k, at); }};
  history_add(k->history, *event.metrics, event.timestamp, now_s(), store);
  if (!uv_is_active(reinterpret_cast<uv_handle_t*>(&b->histories->timer)))
    uv_timer_start(&b->histories->timer, on_timer, kHistoryFlushMs, kHistoryFlushMs);
}

void metric_history_write(Backend* b) {
  const int64_t over = now_s() - kHistoryStepS - kHistoryFlushMs / 1000;
  const bool takes_writes = !store_stats(b->store).degraded;
  for (auto& [key, k] : b->histories->all) {
    if (k.history.changed && k.history.open.at < over) step_write(b, k);
    if (takes_writes && !k.waiting.empty()) waiting_write(b, k);
  }
}

MetricHistories::Map::node_type metric_history_take_out(Backend* b, std::string_view ns, std::string_view entity, std::string_view check) {
  return b->histories->all.extract(event_key(ns, entity, check));
}

void metric_history_gone(Backend* b, MetricHistories::Map::node_type history) { waiting_forget(b->histories, history.mapped()); }

// What came meanwhile goes on; the steps that wait are of an earlier time, most of them.
void metric_history_put_back(Backend* b, MetricHistories::Map::node_type history) {
  auto put = b->histories->all.insert(std::move(history));
  if (!put.inserted) waiting_forget(b->histories, put.node.mapped());
}

StoreWrite metric_history_drop(std::string_view ns, std::string_view entity, std::string_view check) {
  StoreWrite w;
  w.op = StoreWrite::del_steps;
  w.step = std::make_shared<StoredStep>();
  w.step->ns = ns;
  w.step->entity = entity;
  w.step->check = check;
  return w;
}

Result<std::string> metric_history_json(Backend* b, std::string_view ns, std::string_view entity, std::string_view check) {
  auto it = b->histories->all.find(event_key(ns, entity, check));
  if (it == b->histories->all.end()) return history_json({}, {});
  const Kept& k = it->second;
  const int64_t from = now_s() - kHistoryStepS * kHistorySlots;
  std::map<int64_t, HistoryStep> steps;  // the newest that is known of each
  auto stored = store_list_steps(b->store, ns, entity, check, from);
  if (!stored.ok()) return stored.status;
  for (const StoredStep& s : stored.value) steps[s.at] = history_unpack(s.at, s.data);
  for (auto w = k.waiting.lower_bound(from); w != k.waiting.end(); ++w) steps[w->first] = history_unpack(w->first, w->second);
  if (k.history.open.at != 0) steps[k.history.open.at] = k.history.open;
  std::vector<HistoryStep> in_order;
  for (auto& [at, step] : steps) in_order.push_back(std::move(step));
  return history_json(k.history, in_order);
}

Status metric_histories_start(Backend* b) {
  auto* all = new MetricHistories;
  b->histories = all;
  all->backend = b;
  uv_timer_init(b->loop, &all->timer);
  all->timer.data = all;
  return load(all);
}

void metric_histories_stop(Backend* b, std::function<void()> done) {
  MetricHistories* all = b->histories;
  if (!all) return done();
  for (auto& [key, k] : all->all) {
    if (k.history.changed) step_write(b, k);
    waiting_write(b, k);
  }
  all->closed = std::move(done);
  uv_close(reinterpret_cast<uv_handle_t*>(&all->timer), [](uv_handle_t* h) { static_cast<MetricHistories*>(h->data)->closed(); });
}

}  // namespace picket
