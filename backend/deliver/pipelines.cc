// backend/deliver/pipelines.cc - events on their way through their handlers: routed, started, bounded, noted.
#include "backend/deliver/pipelines.h"

#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/text/secrets.h"
#include "backend/deliver/announce.h"
#include "backend/deliver/answers.h"
#include "backend/deliver/builtin.h"
#include "backend/deliver/definitions.h"
#include "backend/deliver/marks.h"
#include "backend/deliver/retry.h"
#include "backend/rows/event_row.h"

namespace picket {
namespace {

// ---- what is kept with the event ----

// What repeats itself is said once.
void note_decisions(Pipelines* p, const HandlerRun& run) {
  incidents_decided(p, run);
  if (run.announcement) return;
  if (!decisions_note(p->backend->store, p->decisions, run.key, *run.event, run.notes, os_unix_ms() / 1000)) return;
  state_changes_told(&p->backend->changes, *run.event, row_told(run.notes));
  for (const RouteNote& n : run.notes)
    if (n.outcome == RouteNote::unknown && run.event->check && (run.event->check->status == 0 || n.handler == "registration")) continue;
    else if (n.outcome == RouteNote::failed || n.outcome == RouteNote::unknown || n.outcome == RouteNote::dropped)
      log_warn("pipelined", "handler did not notify of an event",
               {{"namespace", run.event->entity->metadata.ns},
                {"entity", run.event->entity->metadata.name},
                {"check", run.event->check ? run.event->check->metadata.name : ""},
                {"handler", n.handler},
                {"pipeline", n.pipeline},
                {"outcome", route_outcome_name(n.outcome)},
                {"why", n.why}});
}

// ---- runs ----

void runs_begin(Pipelines* p);

// The next event of the same check is the next of all.
void run_next(Pipelines* p, const EventKey& key) {
  auto it = p->active.find(key);
  if (it == p->active.end()) return;
  std::deque<HandlerRunPtr> later = std::move(it->second);
  p->active.erase(it);
  if (later.empty()) return;
  HandlerRunPtr next = std::move(later.front());
  later.pop_front();
  p->behind--;
  next->followers = std::move(later);
  p->waiting.push_front(std::move(next));
}

void stopped(Pipelines* p) {
  if (p->running > 0 || uv_is_closing(reinterpret_cast<uv_handle_t*>(&p->grace))) return;
  decisions_flush(p->backend->store, p->decisions);
  incidents_flush(p->backend);
  uv_close(reinterpret_cast<uv_handle_t*>(&p->grace), [](uv_handle_t* h) { static_cast<Pipelines*>(h->data)->closed(); });
}

void running_add(Pipelines* p, int count) {
  p->running += count;
  p->backend->stats.handlers_busy = p->running;
}

void run_ended(Pipelines* p, const HandlerRunPtr& run) {
  running_add(p, -1);
  p->waiting_bytes -= run->bytes;
  backend_took(p->backend->times.pipeline, run->began_us);
  for (size_t i = run->next; i < run->deliveries.size(); i++) {
    RouteNote& note = run->notes[run->note_of[i]];
    note.outcome = RouteNote::waiting;
    if (note.why.empty()) note.why = "the backend stopped before it was sent; it is sent after the next start";
  }
  for (size_t i = run->next; i < run->deliveries.size(); i++) decisions_alert_failed(p->decisions, run->key, run->notes[run->note_of[i]]);
  if (auto it = p->under_way.find(run->key); it != p->under_way.end() && it->second == run) p->under_way.erase(it);
  note_decisions(p, *run);
  if (run->next == run->deliveries.size()) unmark(p, *run);
  else mark_uncount(p, *run);  // the backend stops, and the rest comes with the next start
  if (run->event->check) run_next(p, run->key);
  if (p->closed) return stopped(p);
  runs_begin(p);
}

// The status of a command is its own affair; all others know whether they were heard.
bool delivery_failed(const Delivery& delivery, const DeliveryOutcome& outcome) {
  return !outcome.ok && (outcome.not_run || outcome.interrupted || delivery.handler->type != "pipe");
}

std::string lane_of(const Delivery& d) { return d.handler->metadata.ns + "/" + d.handler->metadata.name; }

int width_of(const Pipelines* p, const std::string& lane) {
  return lane_width(p->backend->config.handlers_max, p->failing.count(lane) > 0);
}

// False: it has given its place up and waits until its next handler has room.
bool run_has_room(Pipelines* p, const HandlerRunPtr& run) {
  const std::string lane = lane_of(run->deliveries[run->next]);
  if (lane_enter(p->lanes, lane, width_of(p, lane), run, std::exchange(run->called, false))) return true;
  run->called = true;  // when it comes again
  running_add(p, -1);
  runs_begin(p);
  return false;
}

void count_outcome(BackendStats& stats, const std::string& type, bool ok) {
  BackendStats::Outcomes& of_type = stats.handlers[type];
  (ok ? stats.handlers_ok : stats.handlers_failed)++;
  (ok ? of_type.ok : of_type.failed)++;
}

// It was under way at two ends of the backend, and may be why.
void run_give_up(Pipelines* p, HandlerRun& run) {
  for (; run.next < run.deliveries.size(); run.next++) {
    RouteNote& note = run.notes[run.note_of[run.next]];
    note.outcome = RouteNote::failed;
    note.why = "not retried: the backend stopped twice during this delivery";
    log_error("pipelined", "delivery given up: the backend stopped twice during it, perhaps because of it",
              {{"namespace", run.event->entity->metadata.ns},
               {"entity", run.event->entity->metadata.name},
               {"check", run.event->check ? run.event->check->metadata.name : ""},
               {"handler", note.handler}});
    decisions_alert_failed(p->decisions, run.key, note);
  }
  run.ended = run.next;
}

void run_step(Pipelines* p, const HandlerRunPtr& run);

void run_deliver(Pipelines* p, const HandlerRunPtr& run) {
  const size_t i = run->next++;
  delivery_start(p, run->deliveries[i], *run->event, [p, run, i, began = backend_clock_us()](DeliveryOutcome outcome) {
    outcome.why = delivery_redacted(std::move(outcome.why), *run->deliveries[i].handler);
    if (outcome.goes_on) return void(run->progress = std::move(outcome.why));
    run->progress.clear();
    backend_took(p->backend->times.handler, began);
    const std::string lane = lane_of(run->deliveries[i]);
    lane_leave(p->lanes, lane, width_of(p, lane), p->waiting);
    if (outcome.interrupted) run->next = i;  // it comes again with the next start
    else run->ended = run->next;
    count_outcome(p->backend->stats, run->deliveries[i].handler->type, outcome.ok);
    RouteNote& note = run->notes[run->note_of[i]];
    note.outcome = outcome.interrupted ? RouteNote::waiting : outcome.ok ? RouteNote::delivered : RouteNote::failed;
    if (delivery_failed(run->deliveries[i], outcome)) decisions_alert_failed(p->decisions, run->key, note);
    const std::string& remark = run->deliveries[i].remark;
    note.took_ms = (backend_clock_us() - began) / 1000;
    note.why = remark + (remark.empty() || outcome.why.empty() ? "" : "; ") + outcome.why;
    run_step(p, run);
  });
}

// It goes on when the store has written that it begins again.
void run_count(Pipelines* p, const HandlerRunPtr& run) {
  run->counted = true;
  mark_count(p, *run, [p, run](Status s) {
    if (!s.ok()) log_error("pipelined", "cannot store the restart of a delivery", {{"error", s.message}});
    if (!p->closed) return run_deliver(p, run);
    const std::string lane = lane_of(run->deliveries[run->next]);
    lane_leave(p->lanes, lane, width_of(p, lane), p->waiting);
    run_ended(p, run);
  });
}

void run_step(Pipelines* p, const HandlerRunPtr& run) {
  if (run->next == run->deliveries.size() || p->closed) return run_ended(p, run);
  if (run->again && run->counted) {
    run_give_up(p, *run);
    return run_ended(p, run);
  }
  if (!run_has_room(p, run)) return;
  if (std::exchange(run->again, false) && mark_is_newest(p, run->key, run->mark)) return run_count(p, run);
  run_deliver(p, run);
}

void run_begin(Pipelines* p, HandlerRunPtr run) {
  running_add(p, 1);
  run_step(p, run);
}

// False: an event of the same check runs, and this one comes after it.
bool run_may_begin(Pipelines* p, const HandlerRunPtr& run) {
  if (!run->event->check) return true;
  auto [it, first] = p->active.try_emplace(run->key);
  if (first) {
    it->second = std::move(run->followers);
    return true;
  }
  it->second.push_back(run);
  p->behind++;
  return false;
}

void runs_begin(Pipelines* p) {
  if (std::exchange(p->beginning, true)) return;
  while (!p->closed && p->running < p->backend->config.handlers_max && !p->waiting.empty()) {
    HandlerRunPtr run = std::move(p->waiting.front());
    p->waiting.pop_front();
    if (run->called || run_may_begin(p, run)) run_begin(p, std::move(run));
  }
  p->beginning = false;
}

// route_event writes the notes of deliveries in their order, among those of handlers that get nothing.
void match_notes(HandlerRun& run) {
  size_t note = 0;
  for (size_t i = 0; i < run.deliveries.size(); i++) {
    while (note < run.notes.size() && run.notes[note].outcome != RouteNote::delivered) note++;
    if (note == run.notes.size())
      run.notes.push_back(
          {run.deliveries[i].handler->metadata.name, run.deliveries[i].pipeline, run.deliveries[i].workflow, RouteNote::delivered, ""});
    run.note_of.push_back(note++);
  }
}

void log_notes(const HandlerRun& run) {
  if (log_level() > LogLevel::info) return;  // mostly; the fields are not free
  for (const RouteNote& n : run.notes)
    if (n.outcome != RouteNote::delivered)
      log_info("pipelined", n.outcome == RouteNote::filtered ? "event filtered" : "event not delivered",
               {{"entity_namespace", run.event->entity->metadata.ns},
                {"entity_name", run.event->entity->metadata.name},
                {"check_name", run.event->check ? run.event->check->metadata.name : ""},
                {"handler", n.handler},
                {"outcome", route_outcome_name(n.outcome)},
                {"why", n.why}});
}

// About what an event takes while it waits; handlers without a mutator of their own share one input.
size_t run_bytes(const HandlerRun& run) {
  constexpr size_t kEvent = 4096;
  size_t bytes = kEvent + (run.event->check ? run.event->check->output.size() : 0);
  const std::string* before = nullptr;
  for (const Delivery& d : run.deliveries) {
    if (d.input && d.input.get() != before) bytes += d.input->size();
    before = d.input.get();
  }
  return bytes;
}

// What says that handlers do not keep up must not be dropped for it; there is one a minute.
bool is_overload_event(const Event& e) {
  return e.check && e.check->metadata.name == kHandlersCheck && e.entity->metadata.ns == "sensu-system";
}

bool runs_full(const Pipelines* p, const HandlerRun& run) {
  if (is_overload_event(*run.event)) return false;
  return pipelines_waiting(*p) >= kRunsMax || p->waiting_bytes + run.bytes > kRunsBytesMax ||
      lane_length(p->lanes, lane_of(run.deliveries[0])) >= kLaneMax;
}

void drop(Pipelines* p, HandlerRun& run) {
  Backend* b = p->backend;
  if (b->stats.deliveries_dropped++ % 1000 == 0)
    log_error("pipelined", "handlers overloaded: event not delivered",
              {{"namespace", run.key.ns()},
               {"entity", run.key.entity()},
               {"check", run.key.check()},
               {"waiting", pipelines_waiting(*p)},
               {"bytes", p->waiting_bytes},
               {"dropped", b->stats.deliveries_dropped}});
  p->overload.dropped_ms = os_mono_ms();
  if (b->stats.deliveries_dropped == p->overload.dropped + 1) p->on_overload();
  for (size_t i : run.note_of) {
    RouteNote& note = run.notes[i];
    note.outcome = RouteNote::dropped;
    note.why = "too many events are queued for their handlers";
    decisions_alert_failed(p->decisions, run.key, note);
  }
  unmark(p, run);
  note_decisions(p, run);
}

}  // namespace

size_t pipelines_waiting(const Pipelines& p) { return p.waiting.size() + p.behind + p.lanes.aside; }

StoreWrite pipelines_mark(Pipelines* p, const EventKey& key, uint64_t* number) {
  *number = p->marks[key] = ++p->marks_made;
  return mark_put(p, key);
}

void pipelines_mark_failed(Pipelines* p, const EventKey& key, uint64_t number) { mark_forget(p, key, number); }

Result<std::string> pipelines_under_way(const Pipelines& p, const EventKey& key) {
  auto it = p.under_way.find(key);
  if (it == p.under_way.end()) return fail(Err::not_found, "no delivery in progress");
  const HandlerRun& run = *it->second;
  std::vector<RouteNote> notes = run.notes;
  for (size_t i = run.ended; i < run.deliveries.size(); i++) {
    RouteNote& note = notes[run.note_of[i]];
    note.outcome = RouteNote::waiting;
    note.why = i >= run.next ? "queued" : run.progress.empty() ? "in progress" : run.progress;
  }
  return decisions_text(*run.event, route_notes_json(notes), os_unix_ms() / 1000);
}

// The entity of an event as it was sent; the shared one does not say when it was seen.
static void complete_entity(Event& event, int64_t last_seen) {
  if (last_seen == 0 || event.entity->last_seen == last_seen) return;
  Entity entity = *event.entity;
  entity.last_seen = last_seen;
  event.entity = std::make_shared<const Entity>(std::move(entity));
}

static RouteContext context_of(Pipelines* p, int64_t last_seen) {
  Backend* b = p->backend;
  RouteContext context;
  context.now_s = os_unix_ms() / 1000;
  context.last_seen = last_seen;
  context.scripts = p->scripts.get();
  context.on_console = [](std::string_view line) { log_info("pipelined", "console.log", {{"line", line}}); };
  context.on_script_error = [](std::string_view filter, std::string_view error) {
    log_error("filtering", "expression failed and was ignored", {{"filter", filter}, {"error", error}});
  };
  context.on_script_rest = [](std::string_view ns, std::string_view script) {
    log_warn("filtering", "scripts exceeded their time limit and are not run for a minute",
             {{"namespace", ns}, {"script", script.empty() ? "all scripts of the namespace" : script.substr(0, 200)}});
  };
  context.libraries = [p](const EventFilter& f) { return filter_library_of(p->assets, f.metadata.ns, f.metadata.name); };
  context.status_of = [b](std::string_view ns, std::string_view entity, std::string_view check) {
    return event_status(b, {ns, entity, check});
  };
  context.dependencies_of = [b](std::string_view ns, std::string_view entity, std::string_view check) {
    Result<StoredEvent> stored = event_present(b, {ns, entity, check});
    Result<Event> event = stored.ok() ? event_of(stored.value) : Result<Event>(stored.status);
    return event.ok() ? event_dependencies(event.value) : std::vector<Dependency>{};
  };
  return context;
}

static Routed route(Pipelines* p, const EventKey& key, const Event& event, int64_t last_seen) {
  RouteContext context = context_of(p, last_seen);
  context.alert_of = [p, &key](const RouteNote& whose) { return decisions_alert(p->decisions, key, whose); };
  context.acknowledged = incidents_ack_text(p, key, event);
  context.carried = decisions_carried(p->decisions, key);
  return route_event(event, p->definitions[event.entity->metadata.ns], context);
}

Routed pipelines_route(Pipelines* p, const Event& event, const PipelineDefinitions& definitions) {
  return route_event(event, definitions, context_of(p, 0));
}

void pipelines_event(Backend* b, ToRoute in) {
  Pipelines* p = b->pipelines;
  if (p->closed || !in.event->entity) return;
  if (!filter_libraries_ready(p->assets, in.event->entity->metadata.ns) && p->held.size() < kHeldMax) {
    p->held.push_back(std::move(in));
    return;
  }
  if (!in.whole_output.empty() && in.event->check) in.event->check->output = std::move(in.whole_output);
  auto run = std::make_shared<HandlerRun>();
  run->key = event_key(*in.event);
  run->mark = in.mark;
  run->again = in.again;
  run->counted = in.counted;
  run->incident = std::move(in.incident);
  run->began_us = backend_clock_us();
  Routed routed = route(p, run->key, *in.event, in.last_seen);
  backend_took(b->times.filter, run->began_us);
  if (!routed.deliveries.empty()) complete_entity(*in.event, in.last_seen);
  run->event = std::move(in.event);
  run->deliveries = std::move(routed.deliveries);
  run->notes = std::move(routed.notes);
  match_notes(*run);
  decisions_alerts_keep(p->decisions, run->key, run->notes);
  log_notes(*run);
  if (run->deliveries.empty()) {
    unmark(p, *run);
    return note_decisions(p, *run);
  }
  run->bytes = run_bytes(*run);
  if (runs_full(p, *run)) return drop(p, *run);
  p->waiting_bytes += run->bytes;
  p->under_way[run->key] = run;
  incidents_waiting(p, *run);
  p->waiting.push_back(std::move(run));
  runs_begin(p);
}

void pipelines_deliver(Pipelines* p, const EventKey& key, std::string incident, std::shared_ptr<const Event> event, Routed routed) {
  auto run = std::make_shared<HandlerRun>();
  run->key = key;
  run->incident = std::move(incident);
  run->announcement = true;
  run->began_us = backend_clock_us();
  run->event = std::move(event);
  run->deliveries = std::move(routed.deliveries);
  run->notes = std::move(routed.notes);
  match_notes(*run);
  if (run->deliveries.empty()) return note_decisions(p, *run);
  run->bytes = run_bytes(*run);
  if (runs_full(p, *run)) return drop(p, *run);
  p->waiting_bytes += run->bytes;
  incidents_waiting(p, *run);
  p->waiting.push_back(std::move(run));
  runs_begin(p);
}

// Those whose filters still lack something come to wait again.
static void held_go_on(Pipelines* p) {
  std::deque<ToRoute> held;
  held.swap(p->held);
  for (ToRoute& h : held) pipelines_event(p->backend, std::move(h));
}

Status pipelines_start(Backend* b) {
  Pipelines* p = b->pipelines;
  p->backend = p->assets.backend = b;
  p->assets.on_library = [p] { held_go_on(p); };
  uv_timer_init(b->loop, &p->grace);
  p->grace.data = p;
  p->scripts.reset(scripts_open());
  p->environment = environment_for_commands(os_environment());
  if (Status s = definitions_load(p); !s.ok()) return s;
  if (Status s = decisions_load(b->store, p->decisions); !s.ok()) return s;
  if (Status s = incidents_load(b); !s.ok()) return s;
  store_watch(
      b->store, [p](const StoreChange& c) { definitions_change(p, c); }, false);
  return {};
}

Status pipelines_recover(Backend* b) { return pipelines_recover_of(b, b->pipelines->member); }

Status pipelines_recover_of(Backend* b, const std::string& member) {
  auto listed = store_list(b->store, kUndelivered);
  if (!listed.ok()) return listed.status;
  for (const StoredObject& o : listed.value) {
    if (mark_member(o.body) != member) continue;
    const EventKey key = event_row_key(o.ns, o.name);
    Result<StoredEvent> stored = event_present(b, key);
    if (!stored.ok() && stored.status.code != Err::not_found) return stored.status;
    Result<Event> event = stored.ok() ? event_of(stored.value) : Result<Event>(stored.status);
    if (event.ok() && event.value.entity) {
      const bool counted = mark_is_counted(o.body);
      if (!counted)
        log_warn("pipelined", "handlers of an event were interrupted when the backend stopped; restarting them",
                 {{"namespace", o.ns}, {"event", o.name}});
      uint64_t mark = 0;
      (void)pipelines_mark(b->pipelines, key, &mark);  // it is in the store
      pipelines_event(b, {std::make_shared<Event>(std::move(event.value)), "", 0, mark, true, counted, incidents_of(b->pipelines, key)});
    } else {
      store_write(b->store, {mark_drop(key)}, {});
    }
  }
  return incidents_recover(b);
}

// Waits for the handlers that run, for a while; those that wait keep their marks and begin at the next start.
void pipelines_stop(Backend* b, std::function<void()> done) {
  Pipelines* p = b->pipelines;
  if (!p->backend) return done();
  p->closed = std::move(done);
  uv_timer_start(
      &p->grace,
      [](uv_timer_t* t) {
        auto* pipelines = static_cast<Pipelines*>(t->data);
        for (Process* process : pipelines->processes) process_kill(process);
        sockets_stop(pipelines);
        files_stop(pipelines);
      },
      kStopGraceMs, 0);
  deliver_assets_close(p->assets);
  retries_stop(p);
  stopped(p);
}

}  // namespace picket
