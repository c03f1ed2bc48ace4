// cli/verbs/alert_obstacles.cc - definitions and events looked through for what keeps an alert from coming.
#include "cli/verbs/alert_obstacles.h"

#include <algorithm>

#include "backend/route/filter.h"
#include "backend/route/route.h"
#include "backend/schedule/scheduler.h"
#include "common/rules/expectation.h"
#include "common/time/cron.h"
#include "common/json/json.h"
#include "common/time/time_window.h"

namespace picket {
namespace {

constexpr size_t kDecisionsMax = 200;  // failing events whose decisions are asked for

// ---- what there is ----

template <class T, class Put>
void load(Ctl& ctl, AlertFacts& f, const std::string& ns, const char* kind, Put put) {
  auto list_of = [&](const std::string& in) {
    return client_list(ctl, "/api/core/v2/" + (in.empty() ? std::string() : "namespaces/" + path_escape(in) + "/") + kind, {});
  };
  auto list = list_of(ns);
  if (ns.empty() && list.status.code == Err::denied && !ctl.config.ns.empty()) {  // a role binding gives rights in its namespace
    list = list_of(ctl.config.ns);
    if (list.ok()) f.seen_in[kind] = ctl.config.ns;
  }
  if (!list.ok()) return void(f.unseen.insert(kind));
  for (const std::string& json : list.value)
    if (Result<T> value = decode<T>(json); value.ok()) put(std::move(value.value));
}

template <class T>
std::string key_of(const T& value) {
  return value.metadata.ns + "/" + value.metadata.name;
}

template <class T>
void load_map(Ctl& ctl, AlertFacts& f, const std::string& ns, const char* kind, std::map<std::string, T>& into) {
  load<T>(ctl, f, ns, kind, [&](T value) {
    std::string key = key_of(value);
    into[std::move(key)] = std::move(value);
  });
}

std::string event_key(const Event& e) { return e.entity->metadata.ns + "/" + e.entity->metadata.name + "/" + e.check->metadata.name; }

void load_decisions(Ctl& ctl, AlertFacts& f) {
  for (const Event& e : f.events) {
    if (e.check->status == 0 || f.decisions.size() >= kDecisionsMax) continue;
    const ObjectMeta& m = e.entity->metadata;
    Result<std::string> decided = client_get(ctl,
                                             "/api/picket/v1/namespaces/" + path_escape(m.ns) + "/events/" + path_escape(m.name) + "/" +
                                                 path_escape(e.check->metadata.name) + "/decisions?under_way=true");
    if (decided.ok()) f.decisions[event_key(e)] = std::move(decided.value);
  }
}

// ---- looking ----

struct Look {
  const AlertFacts& f;
  std::vector<Obstacle> out;
  bool sees(const char* kind, const std::string& ns) const {
    auto only = f.seen_in.find(kind);
    return !f.unseen.count(kind) && (only == f.seen_in.end() || only->second == ns);
  }
  void say(const std::string& ns, const std::string& entity, const std::string& check, const std::string& what, const std::string& remedy,
           bool meant = false) {
    out.push_back({ns, entity, check, meant, what, remedy});
  }
};

bool is_ours(const std::string& mutator) { return mutator.empty() || mutator == "json" || mutator == "only_check_output"; }

// `who`: "check web", "handler ops"; `check`: whose alerts it is about, "" = of many.
void look_at_assets(Look& l, const std::string& ns, const std::string& check, const std::string& who, const StringList& names) {
  if (!l.sees("assets", ns)) return;
  for (const std::string& name : names)
    if (auto it = l.f.assets.lower_bound(ns + "/" + name);
        it == l.f.assets.end() || it->compare(0, ns.size() + 1 + name.size(), ns + "/" + name))
      l.say(ns, "", check, who + " names the asset " + name + ", which does not exist: it runs without it",
            "create the asset, or correct the name");
}

void look_at_filters(Look& l, const std::string& ns, const std::string& check, const std::string& who, const StringList& names) {
  for (const std::string& name : names) {
    if (filter_is_builtin(name)) continue;
    auto it = l.f.filters.find(ns + "/" + name);
    if (it != l.f.filters.end()) look_at_assets(l, ns, check, "filter " + name, it->second.runtime_assets);
    else if (l.sees("filters", ns))
      l.say(ns, "", check, who + " names the filter " + name + ", which does not exist: it sends no alerts",
            "create the filter, or correct the name");
  }
}

void look_at_mutator(Look& l, const std::string& ns, const std::string& check, const std::string& who, const std::string& name) {
  if (is_ours(name)) return;
  auto it = l.f.mutators.find(ns + "/" + name);
  if (it != l.f.mutators.end()) look_at_assets(l, ns, check, "mutator " + name, it->second.runtime_assets);
  else if (l.sees("mutators", ns))
    l.say(ns, "", check, who + " names the mutator " + name + ", which does not exist: it sends no alerts",
          "create the mutator, or correct the name");
}

void look_at_handler(Look& l, const std::string& ns, const std::string& check, const std::string& who, const std::string& name,
                     int level = 1) {
  if (!l.sees("handlers", ns)) return;
  auto it = l.f.handlers.find(ns + "/" + name);
  if (it == l.f.handlers.end()) {
    if (name == "keepalive" && l.f.handlers.count(ns + "/default")) return;
    return l.say(ns, "", check, who + " names the handler " + name + ", which does not exist: it sends no alerts",
                 "create the handler, or correct the name");
  }
  const Handler& h = it->second;
  if (h.type == "set" && level >= kSetDepthMax)
    return l.say(ns, "", check, who + " nests the handler set " + name + " too deeply: its members are ignored",
                 "nest sets at most " + std::to_string(kSetDepthMax - 1) + " deep");
  if (h.type == "set" && h.handlers.empty())
    l.say(ns, "", check, "handler set " + name + " has no members: it sends no alerts", "add handlers to it");
  if (h.type == "set") {
    for (const std::string& member : h.handlers) look_at_handler(l, ns, check, "handler set " + name, member, level + 1);
    return;
  }
  if (h.rota && level <= kSetDepthMax)
    for (const std::string& member : h.rota->handlers) look_at_handler(l, ns, check, "rota " + name, member, level + 1);
  for (const HandlerEscalation& e : h.escalate)
    if (!l.f.handlers.count(ns + "/" + e.handler))
      l.say(ns, "", check, "handler " + name + " escalates to the handler " + e.handler + ", which does not exist",
            "create the handler, or correct the name");
  look_at_filters(l, ns, check, "handler " + name, h.filters);
  look_at_mutator(l, ns, check, "handler " + name, h.mutator);
  look_at_assets(l, ns, check, "handler " + name, h.runtime_assets);
  if (!h.secrets.empty()) l.say(ns, "", check, "handler " + name + " uses secrets, which are not supported", "use env_vars");
}

void look_at_workflow(Look& l, const std::string& ns, const std::string& check, const std::string& pipeline, const PipelineWorkflow& w) {
  const std::string who = "workflow " + pipeline + "/" + w.name;
  StringList filters;
  for (const ResourceReference& r : w.filters) filters.push_back(r.name);
  look_at_filters(l, ns, check, who, filters);
  if (w.mutator) look_at_mutator(l, ns, check, who, w.mutator->name);
  if (!w.handler) return l.say(ns, "", check, who + " has no handler", "add one");
  auto it = l.f.handlers.find(ns + "/" + w.handler->name);
  if (it != l.f.handlers.end() && it->second.type == "set")
    return l.say(ns, "", check, who + " uses a handler set, which workflows do not support", "add a workflow for each of its members");
  look_at_handler(l, ns, check, who, w.handler->name);
}

void look_at_pipeline(Look& l, const std::string& ns, const std::string& check, const std::string& who, const std::string& name) {
  if (!l.sees("pipelines", ns)) return;
  auto it = l.f.pipelines.find(ns + "/" + name);
  if (it == l.f.pipelines.end())
    return l.say(ns, "", check, who + " names the pipeline " + name + ", which does not exist: it sends no alerts",
                 "create the pipeline, or correct the name");
  if (it->second.workflows.empty()) l.say(ns, "", check, "pipeline " + name + " has no workflows: it sends no alerts", "add one");
  for (const PipelineWorkflow& w : it->second.workflows) look_at_workflow(l, ns, check, name, w);
}

// ---- which agents run it ----

bool has(const StringList& list, const std::string& word) { return std::find(list.begin(), list.end(), word) != list.end(); }

bool somebody_has(const AlertFacts& f, const std::string& ns, const std::string& subscription) {
  for (const auto& [key, e] : f.entities) {
    if (e.metadata.ns != ns || e.entity_class != "agent") continue;
    if (has(e.subscriptions, subscription) || subscription == "entity:" + e.metadata.name || subscription == "client:" + e.metadata.name)
      return true;
  }
  return false;
}

void look_who_runs(Look& l, const CheckConfig& c) {
  const ObjectMeta& m = c.metadata;
  if (c.subscriptions.empty()) l.say(m.ns, "", m.name, "check " + m.name + " has no subscriptions: no agent runs it", "add subscriptions");
  // An entity's own subscription has one member, so there are no turns to take (backend/schedule/ring.cc).
  const bool in_turns = std::any_of(c.subscriptions.begin(), c.subscriptions.end(), subscription_has_ring);
  if (c.round_robin && !c.subscriptions.empty() && !in_turns)
    l.say(m.ns, "", m.name, "check " + m.name + " is round robin, but has only entity subscriptions: no agent runs it",
          "add a subscription that several agents share, or remove round_robin");
  if (!l.sees("entities", m.ns)) return;
  for (const std::string& s : c.subscriptions)
    if (!somebody_has(l.f, m.ns, s))
      l.say(m.ns, "", m.name, "check " + m.name + " has the subscription " + s + ", but no agent does",
            "correct the name, or add it to an agent");
  if (!c.proxy_requests) return;
  ScriptsPtr scripts(scripts_open());
  for (const auto& [key, e] : l.f.entities)
    if (e.metadata.ns == m.ns &&
        filter_entity_matches(c.proxy_requests->entity_attributes, script_subject("entity", filter_entity_config_json(e)), scripts.get(),
                              {}))
      return;
  l.say(m.ns, "", m.name, "check " + m.name + ": no entity matches its proxy_requests",
        "correct entity_attributes, or create the entities");
}

void look_when_it_runs(Look& l, const CheckConfig& c) {
  const ObjectMeta& m = c.metadata;
  if (!c.publish) l.say(m.ns, "", m.name, "check " + m.name + " is not published: it runs only on request", "set publish: true", true);
  if (!c.cron.empty()) {
    Result<CronSchedule> cron = cron_parse(c.cron, timezone_local());
    if (!cron.ok() || cron_next(cron.value, l.f.now_s) < 0)
      l.say(m.ns, "", m.name, "check " + m.name + ": cron schedule never matches: " + c.cron, "correct the schedule");
  }
  const bool by_day = c.subdue && window_contains(*c.subdue, l.f.now_s * kNsPerSecond, timezone_offset(*timezone_local(), l.f.now_s)).value;
  if (by_day || subdued(c.subdues, l.f.now_s * kNsPerSecond))
    l.say(m.ns, "", m.name, "check " + m.name + " is subdued at the moment", "wait for the end of the time window, or change subdue", true);
  if (c.subdue && !window_days_validate(*c.subdue).ok())
    l.say(m.ns, "", m.name, "check " + m.name + ": subdue: " + window_days_validate(*c.subdue).message, "correct the day");
  if (c.ttl > 0 && c.round_robin && c.proxy_entity_name.empty())
    l.say(m.ns, "", m.name, "check " + m.name + " has a ttl and round_robin: the ttl is not monitored",
          "set proxy_entity_name, to whose event the ttl then applies");
}

// Others run it and report.
void look_who_reports(Look& l, const CheckConfig& c) {
  const ObjectMeta& m = c.metadata;
  if (!l.sees("entities", m.ns) || !c.proxy_entity_name.empty()) return;
  auto has_one = [&](const Entity& e) {
    return std::any_of(c.subscriptions.begin(), c.subscriptions.end(), [&](const std::string& s) { return has(e.subscriptions, s); });
  };
  for (const auto& [key, e] : l.f.entities)
    if (e.metadata.ns == m.ns && has_one(e)) return;
  l.say(m.ns, "", m.name, "check " + m.name + " is expected, but no entity has one of its subscriptions: nothing is missed",
        "correct the name, or add it to an agent");
}

void look_at_check(Look& l, const CheckConfig& c) {
  const ObjectMeta& m = c.metadata;
  const std::string who = "check " + m.name;
  if (c.expect) look_who_reports(l, c);
  else look_who_runs(l, c), look_when_it_runs(l, c);
  for (const std::string& h : c.handlers) look_at_handler(l, m.ns, m.name, who, h);
  for (const std::string& h : c.output_metric_handlers) look_at_handler(l, m.ns, m.name, who, h);
  for (const ResourceReference& p : c.pipelines) look_at_pipeline(l, m.ns, m.name, who, p.name);
  if (c.handlers.empty() && c.pipelines.empty())
    l.say(m.ns, "", m.name, who + " has neither a handler nor a pipeline: no alerts are sent", "add handlers, if alerts are wanted", true);
  look_at_assets(l, m.ns, m.name, who, c.runtime_assets);
  for (const HookList& list : c.check_hooks)
    for (const std::string& hook : list.hooks)
      if (l.sees("hooks", m.ns) && !l.f.hooks.count(m.ns + "/" + hook))
        l.say(m.ns, "", m.name, who + " names the hook " + hook + ", which does not exist", "create the hook, or correct the name");
  if (!c.output_metric_thresholds.empty() && c.output_metric_format.empty())
    l.say(m.ns, "", m.name, who + " has thresholds but no output_metric_format: the thresholds have no effect", "set output_metric_format");
  if (!c.secrets.empty()) l.say(m.ns, "", m.name, who + " uses secrets, which are not supported", "use env_vars");
  if (auto it = m.annotations.find("handle"); it != m.annotations.end() && it->second == "false")
    l.say(m.ns, "", m.name, who + " has handle: false: no alerts are sent", "remove the annotation", true);
}

// ---- agents ----

void look_at_agents(Look& l) {
  std::set<std::string> without;
  for (const auto& [key, e] : l.f.entities) {
    const ObjectMeta& m = e.metadata;
    if (e.entity_class != "agent") continue;
    for (const std::string& h : e.keepalive_handlers) look_at_handler(l, m.ns, "keepalive", "agent " + m.name, h);
    if (e.keepalive_handlers.empty()) without.insert(m.ns);
    if (e.last_seen == 0)
      l.say(m.ns, m.name, "keepalive", "agent " + m.name + " was never seen: its absence raises no alert",
            "start it, or delete the entity");
  }
  for (const std::string& ns : without)
    if (l.sees("handlers", ns) && !l.f.handlers.count(ns + "/keepalive") && !l.f.handlers.count(ns + "/default"))
      l.say(ns, "", "keepalive", "namespace " + ns + " has no handler named keepalive or default: dead agents raise no alert",
            "create one, or set keepalive-handlers on the agents");
}

// ---- events ----

const Event* event_find(const AlertFacts& f, const std::string& ns, const std::string& entity, const std::string& check) {
  for (const Event& e : f.events)
    if (e.entity->metadata.ns == ns && e.entity->metadata.name == entity && e.check->metadata.name == check) return &e;
  return nullptr;
}

// Pushed results name handlers that no definition shows.
void look_at_names(Look& l, const Event& e) {
  const ObjectMeta& m = e.entity->metadata;
  const std::string& check = e.check->metadata.name;
  if (check == "keepalive" || l.f.checks.count(m.ns + "/" + check)) return;
  for (const std::string& h : e.check->handlers) look_at_handler(l, m.ns, check, m.name + "/" + check, h);
  for (const ResourceReference& p : e.check->pipelines) look_at_pipeline(l, m.ns, check, m.name + "/" + check, p.name);
}

void look_at_decisions(Look& l, const Event& e) {
  const ObjectMeta& m = e.entity->metadata;
  const std::string name = m.name + "/" + e.check->metadata.name;
  auto it = l.f.decisions.find(event_key(e));
  if (it == l.f.decisions.end()) return;
  for (std::string_view h : json_items(json_at(it->second, {"handlers"})).value) {
    const std::string outcome = text_at(h, {"outcome"}), why = text_at(h, {"why"});
    if (outcome == "delivered") continue;
    const std::string who = text_at(h, {"handler"}).empty() ? "pipeline " + text_at(h, {"pipeline"}) : "handler " + text_at(h, {"handler"});
    const bool meant = outcome == "filtered" || outcome == "held back" || outcome == "waiting";
    l.say(m.ns, m.name, e.check->metadata.name, name + " fails, and " + who + ": " + outcome + ": " + why.substr(0, why.find('\n')),
          "see `event explain " + m.name + " " + e.check->metadata.name + "`", meant);
  }
}

void look_at_time(Look& l, const Event& e) {
  constexpr int64_t kMissedRuns = 3, kSlack = 60;
  const ObjectMeta& m = e.entity->metadata;
  const std::string& check = e.check->metadata.name;
  const Event* host = event_find(l.f, m.ns, m.name, "keepalive");
  const bool host_silent = check != "keepalive" && host && host->check->status != 0;
  const int64_t age = l.f.now_s - e.timestamp;
  if (host_silent && e.check->ttl > 0 && age > e.check->ttl)
    return l.say(m.ns, m.name, check, m.name + "/" + check + " is overdue, but held back while its host is down",
                 "fix the host; the check is reported when the host is back", true);
  if (host_silent) return;
  auto definition = l.f.checks.find(m.ns + "/" + check);
  if (definition == l.f.checks.end() || !definition->second.publish || definition->second.interval == 0 || definition->second.round_robin)
    return;
  if (age > kMissedRuns * definition->second.interval + kSlack)
    l.say(m.ns, m.name, check,
          m.name + "/" + check + ": last result is " + std::to_string(age) + " s old, expected every " +
              std::to_string(definition->second.interval) + " s",
          "check the agent's subscriptions and log");
}

// Which of the silences that the last result was under are still there. Where they cannot be seen, all.
StringList silences_left(const Look& l, const Event& e) {
  const std::string& ns = e.entity->metadata.ns;
  auto seen = l.f.seen_in.find("silenced");
  if (l.f.unseen.count("silenced") || (seen != l.f.seen_in.end() && seen->second != ns)) return e.check->silenced;
  StringList left;
  for (const std::string& name : e.check->silenced)
    if (std::any_of(l.f.silences.begin(), l.f.silences.end(),
                    [&](const Silenced& s) { return s.metadata.ns == ns && s.metadata.name == name && s.begin <= l.f.now_s; }))
      left.push_back(name);
  return left;
}

void look_at_silenced(Look& l, const Event& e) {
  if (!e.check->is_silenced) return;
  const ObjectMeta& m = e.entity->metadata;
  const std::string &check = e.check->metadata.name, name = m.name + "/" + check;
  if (const StringList left = silences_left(l, e); !left.empty())
    return l.say(m.ns, m.name, check, name + " is silenced by " + join(left, ", "), "use `silenced delete` to end the silence", true);
  l.say(m.ns, m.name, check, name + " was silenced by " + join(e.check->silenced, ", ") + " at its last result; that has ended",
        "handlers decide with the next result", true);
}

// A ping that nothing is expected of: when its job stops, nobody hears of it. So is one whose name was misspelt.
void look_at_ping(Look& l, const Event& e) {
  const ObjectMeta& m = e.entity->metadata;
  const std::string& check = e.check->metadata.name;
  auto by = e.check->metadata.annotations.find(kReportedByAnnotation);
  if (by == e.check->metadata.annotations.end() || by->second != "ping" || e.check->ttl > 0) return;
  l.say(m.ns, m.name, check, m.name + "/" + check + " comes by pings, but nothing is expected of it: when they stop, no alert is sent",
        "define a check with `expect`, or put a ttl into each ping; delete the event of a misspelt name");
}

void look_at_event(Look& l, const Event& e) {
  const ObjectMeta& m = e.entity->metadata;
  const std::string& check = e.check->metadata.name;
  look_at_names(l, e);
  look_at_ping(l, e);
  look_at_time(l, e);
  look_at_silenced(l, e);
  for (const Dependency& d : event_dependencies(e))
    if (const Event* other = event_find(l.f, m.ns, d.entity, d.check); other && other->check->status != 0)
      l.say(m.ns, m.name, check, m.name + "/" + check + " depends on " + d.entity + "/" + d.check + ", which fails: it is held back",
            "fix the dependency", true);
  if (auto it = e.check->metadata.annotations.find("handle"); it != e.check->metadata.annotations.end() && it->second == "false")
    l.say(m.ns, m.name, check, m.name + "/" + check + " has handle: false: no alerts are sent", "send the event without it", true);
  if (e.check->status == 0) return;
  const bool names_somebody = !e.check->handlers.empty() || !e.check->pipelines.empty() || !e.pipelines.empty() ||
      e.check->metadata.annotations.count(kDefaultHandlerAnnotation);
  if (!names_somebody)
    l.say(m.ns, m.name, check, m.name + "/" + check + " fails, but has neither a handler nor a pipeline: no alerts are sent",
          "add handlers to the check", true);
  look_at_decisions(l, e);
  if (m.ns == "sensu-system" || check == "agent-spool" || check == "agent-clock")
    l.say(m.ns, "", "", m.name + "/" + check + ": " + e.check->output.substr(0, e.check->output.find('\n')), "see docs/ALERTING.md");
}

void look_at_silences(Look& l) {
  for (const Silenced& s : l.f.silences)
    if (s.expire_at == 0 && s.expire <= 0 && !s.expire_on_resolve && s.windows.empty())
      l.say(s.metadata.ns, "", s.check, "the silence " + s.metadata.name + " never expires",
            "`silenced delete " + s.metadata.name + "`, or set an expiry", true);
}

}  // namespace

std::string alert_facts_left_out(const AlertFacts& f) {
  std::map<std::string, StringList> in;  // by namespace
  for (const auto& [kind, ns] : f.seen_in) in[ns].push_back(kind);
  std::string out;
  for (const auto& [ns, kinds] : in) out += (out.empty() ? "" : "; ") + join(kinds, ", ") + " were checked in namespace " + ns + " only";
  if (!f.unseen.empty())
    out += (out.empty() ? "" : "; ") + join(StringList(f.unseen.begin(), f.unseen.end()), ", ") + " could not be checked";
  return out;
}

AlertFacts alert_facts(Ctl& ctl, const std::string& ns) {
  AlertFacts f;
  f.now_s = ctl.now_ms / 1000;
  load_map(ctl, f, ns, "checks", f.checks);
  load_map(ctl, f, ns, "handlers", f.handlers);
  load_map(ctl, f, ns, "filters", f.filters);
  load_map(ctl, f, ns, "mutators", f.mutators);
  load_map(ctl, f, ns, "pipelines", f.pipelines);
  load_map(ctl, f, ns, "hooks", f.hooks);
  load_map(ctl, f, ns, "entities", f.entities);
  load<Asset>(ctl, f, ns, "assets", [&](Asset a) { f.assets.insert(key_of(a)); });
  load<Silenced>(ctl, f, ns, "silenced", [&](Silenced s) { f.silences.push_back(std::move(s)); });
  load<Event>(ctl, f, ns, "events", [&](Event e) {
    if (e.check && e.entity) f.events.push_back(std::move(e));
  });
  load_decisions(ctl, f);
  return f;
}

std::vector<Obstacle> alert_obstacles(const AlertFacts& f) {
  Look l{f, {}};
  for (const auto& [key, check] : f.checks) look_at_check(l, check);
  look_at_agents(l);
  for (const Event& e : f.events) look_at_event(l, e);
  look_at_silences(l);
  std::set<std::string> said;
  auto again = [&](const Obstacle& o) { return !said.insert(o.ns + "\n" + o.entity + "\n" + o.check + "\n" + o.what).second; };
  l.out.erase(std::remove_if(l.out.begin(), l.out.end(), again), l.out.end());
  return std::move(l.out);
}

std::vector<Obstacle> obstacles_of(const std::vector<Obstacle>& all, const std::string& ns, const std::string& entity,
                                   const std::string& check) {
  std::vector<Obstacle> out;
  for (const Obstacle& o : all)
    if ((o.ns == ns || o.ns == "sensu-system") && (o.entity.empty() || o.entity == entity) && (o.check.empty() || o.check == check))
      out.push_back(o);
  return out;
}

}  // namespace picket
