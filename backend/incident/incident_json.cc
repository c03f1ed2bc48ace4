// backend/incident/incident_json.cc - an incident as it is stored, and as the API answers it: one form.
#include "backend/incident/incident.h"

#include <algorithm>
#include <string>

#include "common/json/json_fields.h"

namespace picket {
namespace {

std::string decision_json(const IncidentDecision& d) {
  JsonObject o;
  o.add("at", d.at).add("last", d.last).add("count", d.count).add("handler", d.handler);
  if (!d.pipeline.empty()) o.add("pipeline", d.pipeline).add("workflow", d.workflow);
  o.add("outcome", d.outcome).add("status", d.status);
  if (d.took_ms >= 0) o.add("took_ms", d.took_ms);
  if (!d.why.empty()) o.add("why", d.why);
  return o.done();
}

std::string ack_json(const IncidentAck& a) {
  JsonObject o;
  o.add("by", a.by).add("reason", a.reason).add("at", a.at).add("until", a.until).add("worst", a.worst);
  return o.done();
}

IncidentAck ack_read(std::string_view json) {
  IncidentAck a{json_text_at(json, "by"), json_text_at(json, "reason"), json_integer_at(json, "at"), json_integer_at(json, "until"), 0};
  a.worst = json_uint32(json_at(json, {"worst"})).value;
  return a;
}

IncidentDecision decision_read(std::string_view json) {
  IncidentDecision d;
  d.handler = json_text_at(json, "handler");
  d.pipeline = json_text_at(json, "pipeline");
  d.workflow = json_text_at(json, "workflow");
  d.outcome = json_text_at(json, "outcome");
  d.why = json_text_at(json, "why");
  d.at = json_integer_at(json, "at");
  d.last = json_integer_at(json, "last");
  d.count = std::max<int64_t>(json_integer_at(json, "count"), 1);
  d.status = json_uint32(json_at(json, {"status"})).value;
  if (!json_at(json, {"took_ms"}).empty()) d.took_ms = json_integer_at(json, "took_ms");
  return d;
}

}  // namespace

std::string incident_json(const Incident& i) {
  std::string list = "[";
  for (const IncidentDecision& d : i.decisions) list += (list.size() > 1 ? "," : "") + decision_json(d);
  JsonObject o;
  o.add("id", i.id).add("namespace", i.ns).add("entity", i.entity).add("check", i.check);
  o.add("begin", i.begin).add("end", i.end).add("status", i.status).add("worst", i.worst).add("results", i.results);
  o.add("output", i.output).add("ended_by", i.ended_by).add("notified", i.notified).add("undecided", i.undecided);
  if (i.ack) o.add_raw("acknowledged", ack_json(*i.ack));
  if (!i.escalated.empty()) o.add("escalated", i.escalated);
  return o.add_raw("decisions", list + "]").add("left_out", i.left_out).done();
}

Result<Incident> incident_read(std::string_view json) {
  if (Status s = json_check(json); !s.ok()) return because("read an incident", s);
  Incident i;
  i.id = json_text_at(json, "id");
  i.ns = json_text_at(json, "namespace");
  i.entity = json_text_at(json, "entity");
  i.check = json_text_at(json, "check");
  i.begin = json_integer_at(json, "begin");
  i.end = json_integer_at(json, "end");
  i.status = json_uint32(json_at(json, {"status"})).value;
  i.worst = json_uint32(json_at(json, {"worst"})).value;
  i.results = json_integer_at(json, "results");
  i.output = json_text_at(json, "output");
  i.ended_by = json_text_at(json, "ended_by");
  i.notified = json_truth_at(json, "notified");
  i.undecided = json_truth_at(json, "undecided");
  if (const std::string_view ack = json_at(json, {"acknowledged"}); !ack.empty()) i.ack = ack_read(ack);
  if (const std::string_view list = json_at(json, {"escalated"}); !list.empty()) i.escalated = json_strings(list).value;
  i.left_out = json_integer_at(json, "left_out");
  for (std::string_view d : json_items(json_at(json, {"decisions"})).value) i.decisions.push_back(decision_read(d));
  if (i.id.empty() || i.entity.empty() || i.check.empty()) return fail(Err::invalid, "an incident without id, entity or check");
  return i;
}

}  // namespace picket
