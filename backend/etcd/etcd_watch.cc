// backend/etcd/etcd_watch.cc - a watch over a WebSocket: opened, cut, opened again where it was.
//
//             time is up         socket opens      `created`          socket closed, cancelled
//   waiting   dial: -> opening   -                 -                  -
//   opening   abort: -> leaving  the request       -> open            report the cut, -> waiting
//   open      -                  -                 -                  report the cut, -> waiting
//   leaving   (aborted: `closed` is to come)                          report the cut, -> waiting
//   ended     (compacted: only the end is left)                       nothing
#include <algorithm>
#include <utility>

#include "backend/etcd/etcd_client_state.h"

namespace picket {

struct EtcdWatch {
  enum State { waiting, opening, open, leaving, ended } state = waiting;
  EtcdClient* client = nullptr;
  EtcdWatchRequest request;  // start_revision: of the first event that was not delivered; 0: from now on
  EtcdWatchHandler handler;  // empty: closed by its owner
  Ws* ws = nullptr;
  uv_timer_t timer{};  // waiting: until the next dial; opening: until that has taken too long
  bool timer_open = true, reading = true;
  int64_t wait_ms = 0;
  std::string endpoint, why;
  EtcdHeader header;
  std::vector<EtcdEvent> held;  // of the last revision of a fragment: more of it may follow
};

namespace {

void dial(EtcdWatch* w);

void free_if_closed(EtcdWatch* w) {
  if (w->handler || w->ws || w->timer_open) return;
  EtcdClient* c = w->client;
  delete w;
  etcd_closed_one(c);
}

void timer_set(EtcdWatch* w, int64_t ms) {
  uv_timer_start(
      &w->timer, [](uv_timer_t* t) { dial(static_cast<EtcdWatch*>(t->data)); }, uint64_t(ms), 0);
}

void deliver(EtcdWatch* w, EtcdWatchEvent event) {
  if (!w->handler) return;
  EtcdWatchHandler handler = w->handler;  // it may close the watch
  event.endpoint = w->endpoint;
  event.header = w->header;
  handler(std::move(event));
}

void leave(EtcdWatch* w, const std::string& why) {
  if (!w->ws || w->state == EtcdWatch::leaving) return;
  w->state = EtcdWatch::leaving;
  w->why = why;
  ws_abort(w->ws);
}

// ---- what comes ----

void on_created(EtcdWatch* w, const EtcdWatchMessage& message) {
  uv_timer_stop(&w->timer);
  w->state = EtcdWatch::open;
  w->wait_ms = 0;
  w->header = message.header;
  if (w->request.start_revision == 0) w->request.start_revision = message.header.revision + 1;
  EtcdWatchEvent event;
  event.kind = EtcdWatchEvent::opened;
  deliver(w, std::move(event));
}

void on_compacted(EtcdWatch* w, int64_t revision) {
  w->state = EtcdWatch::ended;
  EtcdWatchEvent event;
  event.kind = EtcdWatchEvent::compacted;
  event.compact_revision = revision;
  if (w->ws) ws_abort(w->ws);
  deliver(w, std::move(event));
}

// The events of a fragment's last revision wait for the next one, so that a revision is delivered whole.
void on_events(EtcdWatch* w, EtcdWatchMessage message) {
  std::vector<EtcdEvent> events = std::move(w->held);
  w->held.clear();
  for (EtcdEvent& e : message.events)
    if (e.kv.mod_revision >= w->request.start_revision) events.push_back(std::move(e));
  if (message.fragment && !events.empty()) {
    const int64_t last = events.back().kv.mod_revision;
    auto first = std::find_if(events.begin(), events.end(), [last](const EtcdEvent& e) { return e.kv.mod_revision == last; });
    w->held.assign(std::make_move_iterator(first), std::make_move_iterator(events.end()));
    events.erase(first, events.end());
  }
  if (events.empty()) return;
  w->request.start_revision = events.back().kv.mod_revision + 1;
  EtcdWatchEvent event;
  event.kind = EtcdWatchEvent::changes;
  event.events = std::move(events);
  deliver(w, std::move(event));
}

void on_message(EtcdWatch* w, std::string_view text) {
  if (w->state != EtcdWatch::opening && w->state != EtcdWatch::open) return;
  Result<EtcdWatchMessage> message = etcd_watch_read(text);
  if (!message.ok()) return leave(w, message.status.message);
  EtcdWatchMessage& m = message.value;
  if (m.canceled && m.compact_revision > 0) return on_compacted(w, m.compact_revision);
  if (m.canceled) return leave(w, "cancelled by etcd: " + (m.cancel_reason.empty() ? std::string("no reason given") : m.cancel_reason));
  if (m.created) return on_created(w, m);
  if (m.header.revision > w->header.revision) w->header = m.header;
  on_events(w, std::move(m));
}

// ---- the end of a connection, and the next ----

void on_closed(EtcdWatch* w, const WsEvent& event) {
  w->ws = nullptr;
  w->held.clear();
  uv_timer_stop(&w->timer);
  if (!w->handler || w->state == EtcdWatch::ended) return free_if_closed(w);
  EtcdWatchEvent cut;
  cut.kind = EtcdWatchEvent::cut;
  cut.why = !w->why.empty() ? w->why : event.error.empty() ? "etcd closed the connection" : event.error;
  w->why.clear();
  w->state = EtcdWatch::waiting;
  etcd_unwell(w->client, w->endpoint, cut.why);
  w->wait_ms = std::clamp(w->wait_ms * 2, kEtcdRewatchMsMin, kEtcdRewatchMsMax);
  timer_set(w, w->wait_ms);
  deliver(w, std::move(cut));
}

void on_ws(EtcdWatch* w, const WsEvent& event) {
  switch (event.kind) {
    case WsEvent::open:
      if (w->state != EtcdWatch::opening) return;
      ws_send(w->ws, etcd_watch_json(w->request));
      return ws_read(w->ws, w->reading);
    case WsEvent::message: return on_message(w, event.data);
    case WsEvent::closed: return on_closed(w, event);
    case WsEvent::pong:
    case WsEvent::drained: return;
  }
}

// Not where it was cut just now, when there is another.
EtcdEndpoint* endpoint_for(EtcdWatch* w) {
  EtcdEndpoint* e = w->endpoint.empty() ? nullptr : etcd_choose(w->client, {w->endpoint});
  EtcdEndpoint* any = etcd_choose(w->client, {});
  return any && any->well ? any : e ? e : any;
}

void dial(EtcdWatch* w) {
  if (w->state == EtcdWatch::opening) return leave(w, "no watch within " + std::to_string(kEtcdWatchOpenMs) + " ms");
  if (w->state != EtcdWatch::waiting) return;
  EtcdEndpoint* e = endpoint_for(w);
  if (!e) return timer_set(w, kEtcdRewatchMsMax);
  WsConnect request;
  w->endpoint = e->url;
  request.url = "ws" + e->url.substr(4) + "/v3/watch";
  request.tls = w->client->tls;
  request.handshake_timeout_ms = kEtcdWatchOpenMs;
  request.message_max = kEtcdMessageMax;
  w->state = EtcdWatch::opening;
  w->ws = ws_connect(w->client->net, std::move(request), [w](Ws*, const WsEvent& event) { on_ws(w, event); });
  timer_set(w, kEtcdWatchOpenMs);
}

void watch_end(EtcdWatch* w) {
  w->handler = nullptr;
  w->state = EtcdWatch::ended;
  if (w->ws) ws_abort(w->ws);
  uv_close(reinterpret_cast<uv_handle_t*>(&w->timer), [](uv_handle_t* timer) {
    auto* watch = static_cast<EtcdWatch*>(timer->data);
    watch->timer_open = false;
    free_if_closed(watch);
  });
}

}  // namespace

EtcdWatch* etcd_watch(EtcdClient* c, const EtcdWatchRequest& request, EtcdWatchHandler handler) {
  auto* w = new EtcdWatch;
  w->client = c;
  w->request = request;
  w->handler = std::move(handler);
  uv_timer_init(c->net->loop, &w->timer);
  w->timer.data = w;
  c->open++;
  c->watches.push_back(w);
  timer_set(w, 0);
  return w;
}

void etcd_watch_elsewhere(EtcdWatch* w, const std::string& why) { leave(w, why); }

void etcd_watch_read(EtcdWatch* w, bool on) {
  w->reading = on;
  if (w->ws && w->state == EtcdWatch::open) ws_read(w->ws, on);
}

void etcd_watch_close(EtcdWatch* w) {
  std::vector<EtcdWatch*>& all = w->client->watches;
  all.erase(std::find(all.begin(), all.end(), w));
  watch_end(w);
}

void etcd_watches_close(EtcdClient* c) {
  std::vector<EtcdWatch*> all;
  all.swap(c->watches);
  for (EtcdWatch* w : all) watch_end(w);
}

}  // namespace picket
