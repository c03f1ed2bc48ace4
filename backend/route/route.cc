// backend/route/route.cc - handlers and pipelines of an event expanded, filtered, mutated into deliveries (B-60 to B-67).
#include "backend/route/route.h"

#include <algorithm>
#include <map>

#include "common/json/json.h"
#include "backend/route/filter.h"
#include "backend/event/merge.h"
#include "backend/route/rota.h"
#include "backend/route/route_state.h"

namespace picket {
namespace {

// ---- which handlers ----

struct Expansion {
  std::map<std::string, std::shared_ptr<const Handler>> handlers;  // by name: that is the order, and duplicates run once
  std::vector<RouteNote> notes;
};

// `now_s`: of the turns of rotas.
void expand(const PipelineDefinitions& definitions, const StringList& names, int level, int64_t now_s, Expansion& out) {
  for (const std::string& name : names) {
    if (out.handlers.count(name)) continue;
    auto it = definitions.handlers.find(name);
    if (it == definitions.handlers.end()) out.notes.push_back({name, "", "", RouteNote::unknown, "handler does not exist"});
    else if (it->second->type == "rota" && it->second->rota && level < kSetDepthMax)
      expand(definitions, {rota_pick(*it->second->rota, now_s)}, level + 1, now_s, out);
    else if (it->second->type != "set") out.handlers[name] = it->second;
    else if (level < kSetDepthMax) expand(definitions, it->second->handlers, level + 1, now_s, out);
    else out.notes.push_back({name, "", "", RouteNote::dropped, "handler sets nested too deeply: its members are ignored"});
  }
}

constexpr const char* kDefaultHandler = "default";

std::string annotation_of(const Check& check, const char* key) {
  auto it = check.metadata.annotations.find(key);
  return it == check.metadata.annotations.end() ? std::string() : it->second;
}

// 1.x: keepalives nobody has a handler for go to `default`, if there is one. So do our own events, which name `keepalive` too.
std::string keepalive_or_default(const PipelineDefinitions& definitions, const std::string& name) {
  const bool other = name == "keepalive" && !definitions.handlers.count(name) && definitions.handlers.count(kDefaultHandler);
  return other ? kDefaultHandler : name;
}

// 1.x: `"handle": false` of a check or a result.
bool is_handled(const Event& event) { return !event.check || annotation_of(*event.check, "handle") != "false"; }

StringList names_of(const Event& event, const PipelineDefinitions& definitions) {
  StringList names;
  if (event.check && is_handled(event)) {
    for (const std::string& name : event.check->handlers) names.push_back(keepalive_or_default(definitions, name));
    if (names.empty() && event.check->pipelines.empty() && event.pipelines.empty())
      if (std::string name = annotation_of(*event.check, kDefaultHandlerAnnotation); !name.empty()) names.push_back(std::move(name));
  }
  if (event.metrics) names.insert(names.end(), event.metrics->handlers.begin(), event.metrics->handlers.end());
  return names;
}

// ---- one handler ----

struct Decision {
  RouteNote::Outcome outcome = RouteNote::delivered;
  std::string why;
  std::string not_counted;  // see RouteNote
};

// `ends`: alert_ends, which the event itself may not show.
Decision filter_one(RouteState& r, const std::string& name, bool ends) {
  if (name == "is_incident" && ends) return {};
  if (filter_is_builtin(name)) {
    FilterVerdict v = filter_builtin(name, r.event);
    return v.pass ? Decision{} : Decision{RouteNote::filtered, "filter " + name + ": " + v.why, ""};
  }
  auto it = r.definitions.filters.find(name);
  if (it == r.definitions.filters.end()) return {RouteNote::failed, "filter " + name + ": filter does not exist", ""};
  ScriptEnvironment environment = route_environment(r, it->second.get());
  FilterVerdict v = filter_decide(*it->second, route_subject(r, *it->second), r.context.scripts, environment);
  for (const std::string& error : v.errors)
    if (r.context.on_script_error) r.context.on_script_error(name, error);
  Decision d;
  if (!v.errors.empty()) d.not_counted = "filter " + name + ": " + v.errors[0];
  if (!v.pass) d.outcome = RouteNote::filtered, d.why = "filter " + name + ": " + v.why;
  else if (!v.unrun.empty()) d.why = "filter " + name + " ignored: " + v.unrun;
  return d;
}

Decision filter_all(RouteState& r, const StringList& names, bool ends) {
  Decision all;
  for (const std::string& name : names) {
    Decision d = filter_one(r, name, ends);
    if (all.not_counted.empty()) all.not_counted = std::move(d.not_counted);
    if (d.outcome != RouteNote::delivered) {
      all.outcome = d.outcome;
      all.why = std::move(d.why);
      break;
    }
    if (!d.why.empty()) all.why += (all.why.empty() ? "" : "; ") + d.why;
  }
  return all;
}

void decide(RouteState& r, std::shared_ptr<const Handler> handler, const StringList& filters, const std::string& mutator,
            const std::string& pipeline, const std::string& workflow) {
  RouteNote note{handler->metadata.name, pipeline, workflow, RouteNote::delivered, ""};
  const std::optional<AlertMemory> memory = alert_memory(r, *handler, filters, note);
  Delivery delivery;
  Decision d = filter_all(r, filters, alert_ends(r.event, memory));
  if (d.outcome == RouteNote::delivered)
    if (std::string why = alert_hold_back(r, *handler, memory); !why.empty()) d.outcome = RouteNote::held_back, d.why = std::move(why);
  if (d.outcome == RouteNote::delivered)
    if (std::string why = alert_acknowledged(r, *handler, filters); !why.empty()) d.outcome = RouteNote::held_back, d.why = std::move(why);
  if (d.outcome == RouteNote::delivered && r.out.deliveries.size() >= kDeliveriesMax)
    d.outcome = RouteNote::dropped, d.why = "an event has at most " + std::to_string(kDeliveriesMax) + " handlers";
  if (d.outcome == RouteNote::delivered)
    if (Status s = route_mutate(r, mutator, delivery); !s.ok())
      d.outcome = RouteNote::failed, d.why = "mutator " + mutator + ": " + s.message;
  note.alert = alert_remember(r, *handler, memory, d.outcome == RouteNote::delivered);
  if (d.outcome == RouteNote::delivered) note.alert_if_failed = alert_if_failed(r, *handler, memory);
  note.outcome = d.outcome;
  note.why = d.why;
  note.not_counted = std::move(d.not_counted);
  r.out.notes.push_back(std::move(note));
  delivery.remark = std::move(d.why);
  if (d.outcome != RouteNote::delivered) return;
  delivery.handler = std::move(handler);
  delivery.pipeline = pipeline;
  delivery.workflow = workflow;
  r.out.deliveries.push_back(std::move(delivery));
}

// ---- pipelines ----

void run_workflow(RouteState& r, const std::string& pipeline, const PipelineWorkflow& w) {
  std::string name = w.handler ? w.handler->name : "";
  auto note = [&](RouteNote::Outcome outcome, std::string why) {
    r.out.notes.push_back({name, pipeline, w.name, outcome, std::move(why)});
  };
  if (!w.handler) return note(RouteNote::failed, "the workflow has no handler");
  auto it = r.definitions.handlers.find(name);
  if (it == r.definitions.handlers.end()) return note(RouteNote::unknown, "handler does not exist");
  if (it->second->type == "rota" && it->second->rota) {
    name = rota_pick(*it->second->rota, r.context.now_s);
    it = r.definitions.handlers.find(name);
    if (it == r.definitions.handlers.end()) return note(RouteNote::unknown, "handler does not exist");
  }
  if (it->second->type == "set" || it->second->type == "rota")
    return note(RouteNote::failed, "a handler of type set cannot be used in a workflow");
  StringList filters;
  for (const ResourceReference& f : w.filters) filters.push_back(f.name);
  decide(r, it->second, filters, w.mutator ? w.mutator->name : "", pipeline, w.name);
}

void run_pipelines(RouteState& r, const std::vector<ResourceReference>& references, std::vector<std::string>& done) {
  for (const ResourceReference& reference : references) {
    if (std::find(done.begin(), done.end(), reference.name) != done.end()) continue;
    done.push_back(reference.name);
    auto it = r.definitions.pipelines.find(reference.name);
    if (it == r.definitions.pipelines.end()) {
      r.out.notes.push_back({"", reference.name, "", RouteNote::unknown, "pipeline does not exist"});
      continue;
    }
    if (it->second->workflows.empty()) r.out.notes.push_back({"", reference.name, "", RouteNote::failed, "the pipeline has no workflows"});
    for (const PipelineWorkflow& w : it->second->workflows) run_workflow(r, reference.name, w);
  }
}

// The handlers it would have gone to, with the reason.
void not_handled(RouteState& r) {
  const std::string why = "the check has handle: false";
  for (const std::string& name : r.event.check->handlers) r.out.notes.push_back({name, "", "", RouteNote::filtered, why});
  for (const auto* references : {&r.event.pipelines, &r.event.check->pipelines})
    for (const ResourceReference& p : *references) r.out.notes.push_back({"", p.name, "", RouteNote::filtered, why});
}

}  // namespace

Routed route_event(const Event& event, const PipelineDefinitions& definitions, const RouteContext& context) {
  RouteState r{event, definitions, context, {}, nullptr, {}, {}, {}, {}};
  if (event.entity) r.budget.account = event.entity->metadata.ns;
  std::vector<std::string> pipelines;
  if (is_handled(event)) run_pipelines(r, event.pipelines, pipelines);
  if (event.check && is_handled(event)) run_pipelines(r, event.check->pipelines, pipelines);
  if (!is_handled(event)) not_handled(r);
  Expansion expansion;
  expand(definitions, names_of(event, definitions), 1, context.now_s, expansion);
  for (const auto& [name, handler] : expansion.handlers) decide(r, handler, handler->filters, handler->mutator, "", "");
  r.out.notes.insert(r.out.notes.end(), expansion.notes.begin(), expansion.notes.end());
  return std::move(r.out);
}

const char* route_outcome_name(RouteNote::Outcome outcome) {
  static const char* const kNames[] = {"delivered", "filtered", "held back", "failed", "unknown", "dropped", "waiting"};
  return kNames[outcome];
}

static std::string memory_json(const AlertMemory& m) {
  JsonObject o;
  o.add("told", m.notified).add("at", m.at).add("status", m.status);
  if (m.open) o.add("open", true);
  return o.done();
}

std::string route_notes_json(const std::vector<RouteNote>& notes) {
  std::string out = "[";
  for (const RouteNote& n : notes) {
    JsonObject o;
    o.add("handler", n.handler);
    if (!n.pipeline.empty()) o.add("pipeline", n.pipeline).add("workflow", n.workflow);
    o.add("outcome", route_outcome_name(n.outcome));
    if (!n.why.empty()) o.add("why", n.why);
    if (!n.not_counted.empty()) o.add("not_counted", n.not_counted);
    if (n.took_ms >= 0) o.add("took_ms", n.took_ms);
    if (n.alert) o.add_raw("alert", memory_json(*n.alert));
    out += (out.size() > 1 ? "," : "") + o.done();
  }
  return out + "]";
}

}  // namespace picket
