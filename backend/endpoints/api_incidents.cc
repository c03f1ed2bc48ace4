// backend/endpoints/api_incidents.cc - incidents read: the rights are those of the events they belong to.
#include <charconv>
#include <map>

#include "backend/api/api_state.h"
#include "backend/deliver/incidents.h"
#include "backend/deliver/pipelines.h"
#include "backend/endpoints/endpoints.h"

namespace picket {
namespace {

bool may(const ApiCall& call, const char* verb, const std::string& ns, const std::string& name) {
  return call_may(call, RbacRequest{call.who.username, call.who.groups, verb, ns, "events", name}).ok();
}

bool number_read(const CallPtr& call, const char* name, int64_t least, int64_t most, int64_t* out) {
  const std::string text = query_get(call->request.query, name);
  if (text.empty()) return true;
  auto end = std::from_chars(text.data(), text.data() + text.size(), *out);
  if (end.ec == std::errc() && end.ptr == text.data() + text.size() && *out >= least && *out <= most) return true;
  const std::string range = std::to_string(least) + " to " + std::to_string(most);
  return answer_error(call, 400, 1, std::string(name) + "=" + text + ": expected a number from " + range), false;
}

bool wanted_read(const CallPtr& call, IncidentsWanted* w) {
  const std::string& query = call->request.query;
  const std::string open = query_get(query, "open");
  if (!open.empty() && open != "true" && open != "false")
    return answer_error(call, 400, 1, "open=" + open + ": expected true or false"), false;
  w->open = open == "true";
  w->ns = call->path.ns;
  w->entity = query_get(query, "entity");
  w->check = query_get(query, "check");
  return number_read(call, "since", 0, INT64_MAX, &w->since) && number_read(call, "limit", 1, kIncidentsListMax, &w->limit);
}

// Reasons and outputs quote handlers and hosts, which guests of the dashboard may not read.
std::string shown(const ApiCall& call, std::string json) {
  if (!call.who.guest) return json;
  Result<Incident> i = incident_read(json);
  if (!i.ok()) return "null";
  for (IncidentDecision& d : i.value.decisions) d.why.clear();
  return incident_json(i.value);
}

}  // namespace

void incidents_list_get(CallPtr call) {
  IncidentsWanted wanted;
  if (!wanted_read(call, &wanted)) return;
  std::map<std::string, bool, std::less<>> known;
  wanted.visible = [&call, &known](std::string_view ns) {
    auto it = known.find(ns);
    if (it == known.end()) it = known.emplace(std::string(ns), may(*call, "list", std::string(ns), "")).first;
    return it->second;
  };
  auto found = incidents_list(call->backend, wanted);
  if (!found.ok()) return answer_status(call, found.status);
  std::string list = "[";
  for (std::string& json : found.value) list += (list.size() > 1 ? "," : "") + shown(*call, std::move(json));
  answer_json(call, 200, list + "]");
}

void incident_get(CallPtr call) {
  const PathVariables& p = call->path;
  Result<Incident> found = incidents_get(call->backend, p.ns, p.id);
  const std::string name = found.ok() ? found.value.entity + "/" + found.value.check : "";
  if (!may(*call, "get", p.ns, name)) return answer_denied(call, 403, 4, "unauthorized to perform action");
  if (!found.ok()) return answer_unread(call, found.status);
  answer_json(call, 200, shown(*call, incident_json(found.value)));
}

}  // namespace picket
