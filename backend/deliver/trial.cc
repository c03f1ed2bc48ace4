// backend/deliver/trial.cc - see trial.h.
#include "backend/deliver/trial.h"

#include <utility>

#include "common/json/json.h"
#include "common/os/os.h"
#include "backend/deliver/answers.h"
#include "backend/route/filter.h"

namespace picket {
namespace {

constexpr const char* kTestHandler = "test";  // of a filter that is tried alone

// One test on its way; owned by what it waits for.
struct TrialState {
  Pipelines* pipelines = nullptr;
  Trial test;
  Routed routed;
  std::vector<size_t> note_of;
  std::vector<std::string> sent;  // by note
  size_t next = 0;
  std::function<void(Result<std::string>)> done;
};
using TrialStatePtr = std::shared_ptr<TrialState>;

// Whatever was sent before: a test is sent now.
std::shared_ptr<const Handler> without_rule(const Handler& h) {
  auto copy = std::make_shared<Handler>(h);
  copy->alert.reset();
  return copy;
}

Status not_there(const Trial& t, const char* kind) {
  return fail(Err::not_found, std::string("no ") + kind + " " + t.name + " in namespace " + t.ns);
}

Status prepare_handler(const Trial& t, PipelineDefinitions& d, Event& event) {
  auto it = d.handlers.find(t.name);
  if (it == d.handlers.end()) return not_there(t, "handler");
  event.check->handlers = {t.name};
  for (auto& [name, h] : d.handlers) h = without_rule(*h);  // of the members of a set, too
  return {};
}

Status prepare_filter(const Trial& t, PipelineDefinitions& d, Event& event) {
  if (!filter_is_builtin(t.name) && !d.filters.count(t.name)) return not_there(t, "filter");
  auto h = std::make_shared<Handler>();
  h->metadata.name = kTestHandler;
  h->metadata.ns = t.ns;
  h->type = "pipe";
  h->filters = {t.name};
  d.handlers = {{kTestHandler, h}};
  event.check->handlers = {kTestHandler};
  return {};
}

Status prepare_pipeline(const Trial& t, PipelineDefinitions& d, Event& event) {
  if (!d.pipelines.count(t.name)) return not_there(t, "pipeline");
  event.check->pipelines = {{t.name, "Pipeline", "core/v2"}};
  for (auto& [name, h] : d.handlers) h = without_rule(*h);
  return {};
}

Status prepare(const Trial& t, PipelineDefinitions& d, Event& event) {
  event.pipelines.clear();
  event.check->pipelines.clear();
  event.check->handlers.clear();
  event.metrics.reset();
  if (t.kind == Trial::filter) return prepare_filter(t, d, event);
  return t.kind == Trial::pipeline ? prepare_pipeline(t, d, event) : prepare_handler(t, d, event);
}

std::string note_json(const RouteNote& n, const std::string& sent) {
  JsonObject o;
  o.add("handler", n.handler);
  if (!n.pipeline.empty()) o.add("pipeline", n.pipeline).add("workflow", n.workflow);
  o.add("outcome", route_outcome_name(n.outcome)).add("why", n.why);
  if (n.took_ms >= 0) o.add("took_ms", n.took_ms);
  if (!n.not_counted.empty()) o.add("not_counted", n.not_counted);
  if (!sent.empty()) o.add("sent", sent);
  return o.done();
}

void conclude(const TrialStatePtr& t) {
  t->pipelines->trials--;
  std::string list = "[";
  for (size_t i = 0; i < t->routed.notes.size(); i++) list += (i ? "," : "") + note_json(t->routed.notes[i], t->sent[i]);
  t->done(JsonObject().add_raw("handlers", list + "]").done());
}

void step(const TrialStatePtr& t);

void delivered(const TrialStatePtr& t, size_t i, int64_t began_us, DeliveryOutcome o) {
  RouteNote& note = t->routed.notes[t->note_of[i]];
  const Handler& handler = *t->routed.deliveries[i].handler;
  note.outcome = o.ok ? RouteNote::delivered : RouteNote::failed;
  note.why = delivery_redacted(std::move(o.why), handler);
  note.took_ms = (backend_clock_us() - began_us) / 1000;
  t->sent[t->note_of[i]] = delivery_redacted(o.sent.substr(0, kSentMax), handler);
  step(t);
}

void step(const TrialStatePtr& t) {
  if (t->next == t->routed.deliveries.size()) return conclude(t);
  const size_t i = t->next++;
  t->routed.deliveries[i].test = true;
  delivery_start(t->pipelines, t->routed.deliveries[i], *t->test.event, [t, i, began = backend_clock_us()](DeliveryOutcome o) {
    if (!o.goes_on) delivered(t, i, began, std::move(o));
  });
}

}  // namespace

Event trial_event(const std::string& ns, const Event* stored, std::optional<uint32_t> status, int64_t now_s) {
  Event e = stored ? *stored : Event{};
  if (!stored) {
    auto entity = std::make_shared<Entity>();
    entity->entity_class = "proxy";
    entity->metadata.name = "picket-test";
    entity->metadata.ns = ns;
    e.entity = entity;
    e.check.emplace().metadata.name = "test";
    e.check->metadata.ns = ns;
    e.check->status = 2;
    e.check->occurrences = e.check->occurrences_watermark = 1;
    e.check->output = "sent by `handler test`";
  }
  Check& c = *e.check;
  if (status) c.status = *status;
  if (c.history.empty() || c.history.back().status != c.status) c.occurrences = 1;
  // An OK that ends something is what handlers are asked about.
  c.history = {{c.status == 0 ? 2u : 0u, now_s - 60}, {c.status, now_s}};
  c.executed = c.issued = e.timestamp = now_s;
  c.output = "[TEST] " + c.output;
  c.metadata.annotations[kTestAnnotation] = "true";
  c.state = c.status == 0 ? "passing" : "failing";
  e.id = os_uuid();
  return e;
}

void trial_start(Backend* b, Trial test, std::function<void(Result<std::string>)> done) {
  Pipelines* p = b->pipelines;
  if (p->closed) return done(fail(Err::unavailable, "the backend is stopping"));
  if (p->trials >= kTrialsMax) return done(fail(Err::unavailable, "too many tests are running; try again later"));
  PipelineDefinitions definitions = p->definitions[test.ns];
  Event event = *test.event;
  if (Status s = prepare(test, definitions, event); !s.ok()) return done(s);
  test.event = std::make_shared<const Event>(std::move(event));
  auto t = std::make_shared<TrialState>();
  t->pipelines = p;
  t->routed = pipelines_route(p, *test.event, definitions);
  t->test = std::move(test);
  t->done = std::move(done);
  for (size_t i = 0; i < t->routed.notes.size(); i++)
    if (t->routed.notes[i].outcome == RouteNote::delivered) t->note_of.push_back(i);
  t->sent.resize(t->routed.notes.size());
  p->trials++;
  if (t->test.kind == Trial::filter) return conclude(t);
  step(t);
}

}  // namespace picket
