// backend/deliver/announce.cc - acknowledgements and escalations: decided on incidents, sent as events.
#include "backend/deliver/announce.h"

#include <algorithm>
#include <set>

#include "common/options/options.h"
#include "common/os/os.h"
#include "common/text/log.h"

namespace picket {
namespace {

int64_t now_s() { return os_unix_ms() / 1000; }

struct Announcement {
  const char* kind;
  StringList handlers;
  std::string headline;  // before the output
  std::string remark;    // of the decisions
};

// Whoever is named gets it, whatever its filters and rules say.
std::shared_ptr<const Handler> unconditional(const Handler& h) {
  auto copy = std::make_shared<Handler>(h);
  copy->alert.reset();
  copy->filters.clear();
  return copy;
}

Result<Event> event_now(const Backend* b, const EventKey& key) {
  Result<StoredEvent> stored = event_present(b, key);
  Result<Event> event = stored.ok() ? event_of(stored.value) : Result<Event>(stored.status);
  if (event.ok() && (!event.value.check || !event.value.entity)) return fail(Err::not_found, "the event has no check");
  return event;
}

void announce(Pipelines* p, const EventKey& key, const std::string& incident, const Announcement& a) {
  Result<Event> event = event_now(p->backend, key);
  if (!event.ok() || p->closed || a.handlers.empty()) return;
  Event& e = event.value;
  e.pipelines.clear();
  e.metrics.reset();
  e.check->pipelines.clear();
  e.check->handlers = a.handlers;
  e.check->output = a.headline + "\n" + e.check->output;
  e.check->metadata.annotations[kAnnouncement] = a.kind;
  PipelineDefinitions definitions = p->definitions[std::string(key.ns())];
  for (auto& [name, h] : definitions.handlers) h = unconditional(*h);
  Routed routed = pipelines_route(p, e, definitions);
  for (Delivery& d : routed.deliveries) d.remark = a.remark;
  for (RouteNote& n : routed.notes)
    if (n.outcome != RouteNote::delivered) n.why = a.remark + "; " + n.why;
  pipelines_deliver(p, key, incident, std::make_shared<const Event>(std::move(e)), std::move(routed));
}

StringList notified(const Incident& i) {
  std::set<std::string> names;
  for (const IncidentDecision& d : i.decisions)
    if (d.outcome == "delivered") names.insert(d.handler);
  return {names.begin(), names.end()};
}

// ---- escalations ----

EscalationRules rules_of(const PipelineDefinitions& definitions) {
  EscalationRules rules;
  for (const auto& [name, h] : definitions.handlers)
    for (const HandlerEscalation& e : h->escalate)
      if (const Result<int64_t> after = duration_parse_ms(e.after); after.ok())
        rules[name].push_back({after.value / 1000, e.after, e.handler});
  return rules;
}

void escalate(Pipelines* p, const EventKey& key, Incident& i, const EscalationRules& rules, int64_t now) {
  for (const Escalation& due : incident_escalations(i, rules, now)) {
    i.escalated.push_back(due.remark);
    log_info("pipelined", "incident escalated",
             {{"namespace", i.ns}, {"entity", i.entity}, {"check", i.check}, {"incident", i.id}, {"handler", due.handler}});
    announce(p, key, i.id, {"escalated", {due.handler}, "Not acknowledged: " + due.remark, due.remark});
  }
}

}  // namespace

bool incidents_may_escalate(const Backend* b) { return b->pipelines->escalating && !b->pipelines->incidents.live.empty(); }

void incidents_escalate(Backend* b) {
  Pipelines* p = b->pipelines;
  if (!incidents_may_escalate(b)) return;
  std::map<std::string, EscalationRules> rules;
  for (const auto& [ns, definitions] : p->definitions) rules[ns] = rules_of(definitions);
  std::vector<EventKey> open;  // what is sent may change the map
  for (const auto& [key, i] : p->incidents.live)
    if (i.end == 0 && !rules[std::string(key.ns())].empty()) open.push_back(key);
  const int64_t now = now_s();
  for (const EventKey& key : open)
    if (auto it = p->incidents.live.find(key); it != p->incidents.live.end())
      escalate(p, key, it->second, rules[std::string(key.ns())], now);
}

// ---- acknowledgements ----

std::string incidents_ack_text(const Pipelines* p, const EventKey& key, const Event& event) {
  if (!event.check || event.check->status == 0 || p->incidents.live.empty()) return "";
  auto it = p->incidents.live.find(key);
  if (it == p->incidents.live.end() || !incident_acked(it->second, now_s()) || incident_worse(it->second)) return "";
  return "acknowledged by " + it->second.ack->by + ": " + it->second.ack->reason;
}

void incidents_acknowledge(Backend* b, const EventKey& key, std::optional<IncidentAck> ack, StoreDone done) {
  Pipelines* p = b->pipelines;
  auto it = p->incidents.live.find(key);
  if (it == p->incidents.live.end() || it->second.end != 0)
    return done(fail(Err::not_found, "the event " + event_row_name(key) + " has no open incident"));
  if (!ack && !it->second.ack) return done(fail(Err::not_found, "the incident is not acknowledged"));
  const bool given = ack.has_value();
  if (given) ack->worst = it->second.worst;
  const IncidentAck said = given ? *ack : *it->second.ack;
  it->second.ack = std::move(ack);
  const std::string id = it->second.id, word = given ? "Acknowledged by " : "Not acknowledged any more: ";
  announce(p, key, id,
           {"acknowledged", notified(it->second), word + said.by + ": " + said.reason,
            given ? "acknowledged by " + said.by : "acknowledgement withdrawn"});
  incidents_write(b, key, std::move(done));
}

}  // namespace picket
