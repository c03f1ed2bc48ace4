#include "metric_history.h"

#include <algorithm>

#include "common/log.h"
#include "common/os.h"
#include "ingest.h"

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

// A store that takes nothing loses the step; the series must be told again.
void step_write(Backend* b, Kept& k) {
  EventHistory& h = k.history;
  auto step = std::make_shared<StoredStep>(step_of(k, h.open.at));
  step->data = history_pack(h.open);
  if (h.series_changed) step->series = std::make_shared<const std::string>(history_series_encode(h));
  h.series_changed = h.changed = false;
  StoreWrite w;
  w.op = StoreWrite::put_step;
  w.step = std::move(step);
  store_write(b->store, {std::move(w)}, [b, key = event_key(k.ns, k.entity, k.check)](const Status& s) {
    auto it = b->histories->all.find(key);
    if (!s.ok() && it != b->histories->all.end()) it->second.history.series_changed = true;
  });
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

void on_timer(uv_timer_t* t) {
  auto* all = static_cast<MetricHistories*>(t->data);
  const int64_t over = now_s() - kHistoryStepS - kHistoryFlushMs / 1000;
  for (auto& [key, k] : all->all)
    if (k.history.changed && k.history.open.at < over) step_write(all->backend, k);
}

void load(MetricHistories* all) {
  const int64_t now = now_s();
  for (StoredStep& s : store_list_series(all->backend->store)) {
    Kept& k = all->all[event_key(s.ns, s.entity, s.check)];
    k.ns = std::move(s.ns);
    k.entity = std::move(s.entity);
    k.check = std::move(s.check);
    k.history.series = history_series_decode(*s.series, now);
  }
}

}  // namespace

void metric_history_take(Backend* b, const Event& event) {
  if (!event.metrics || event.metrics->points.empty()) return;
  const ObjectMeta& m = event.entity->metadata;
  Kept* k = kept_of(b, event_key(m.ns, m.name, event.check ? event.check->metadata.name : ""), event);
  if (!k) return;
  const HistoryStore store{[b, k](const EventHistory&) { step_write(b, *k); },
                           [b, k](int64_t at) { return history_unpack(at, store_get_step(b->store, step_of(*k, at))); }};
  history_add(k->history, *event.metrics, event.timestamp, now_s(), store);
  if (!uv_is_active(reinterpret_cast<uv_handle_t*>(&b->histories->timer)))
    uv_timer_start(&b->histories->timer, on_timer, kHistoryFlushMs, kHistoryFlushMs);
}

StoreWrite metric_history_forget(Backend* b, std::string_view ns, std::string_view entity, std::string_view check) {
  b->histories->all.erase(event_key(ns, entity, check));
  StoreWrite w;
  w.op = StoreWrite::del_steps;
  w.step = std::make_shared<StoredStep>();
  w.step->ns = ns;
  w.step->entity = entity;
  w.step->check = check;
  return w;
}

std::string metric_history_json(Backend* b, std::string_view ns, std::string_view entity, std::string_view check) {
  auto it = b->histories->all.find(event_key(ns, entity, check));
  if (it == b->histories->all.end()) return history_json({}, {});
  const EventHistory& h = it->second.history;
  std::vector<HistoryStep> steps;
  for (const StoredStep& s : store_list_steps(b->store, ns, entity, check, now_s() - kHistoryStepS * kHistorySlots))
    if (s.at != h.open.at) steps.push_back(history_unpack(s.at, s.data));
  auto behind = std::find_if(steps.begin(), steps.end(), [&](const HistoryStep& s) { return s.at > h.open.at; });
  if (h.open.at != 0) steps.insert(behind, h.open);
  return history_json(h, steps);
}

Status metric_histories_start(Backend* b) {
  auto* all = new MetricHistories;
  b->histories = all;
  all->backend = b;
  uv_timer_init(b->loop, &all->timer);
  all->timer.data = all;
  load(all);
  return {};
}

void metric_histories_stop(Backend* b, std::function<void()> done) {
  MetricHistories* all = b->histories;
  if (!all) return done();
  for (auto& [key, k] : all->all)
    if (k.history.changed) step_write(b, k);
  all->closed = std::move(done);
  uv_close(reinterpret_cast<uv_handle_t*>(&all->timer), [](uv_handle_t* h) { static_cast<MetricHistories*>(h->data)->closed(); });
}

}  // namespace picket
