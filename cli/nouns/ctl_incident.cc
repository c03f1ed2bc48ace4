// cli/nouns/ctl_incident.cc - incident list and info, and the past of one event for event explain.
#include "cli/nouns/ctl_incident.h"

#include "cli/show/ctl_resource.h"
#include "cli/show/incident_text.h"
#include "common/json/json.h"
#include "common/options/options.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

constexpr int kNobodyNotified = 1;  // exit status

std::string incidents_path(const std::string& ns) {
  return ns.empty() ? "/api/picket/v1/incidents" : "/api/picket/v1/namespaces/" + path_escape(ns) + "/incidents";
}

Status old_backend(const Status& s) {
  if (s.code != Err::not_found) return s;
  return fail(Err::not_found, "this backend does not offer incidents: it is not picket, or an older version");
}

// True: it was printed in a format for programs.
bool print_raw(Ctl& ctl, const std::string& json) {
  const std::string format = wanted_format(ctl);
  if (format == "yaml") ctl.write_out(yaml_from_json(json).value);
  else if (format == "json" || format == "wrapped-json") ctl.write_out(json_shown(json) + "\n");
  else return false;
  return true;
}

// `--entity web1` or `--entity web1/disk`.
Result<std::string> list_query_text(const Ctl& ctl) {
  std::string query = "?limit=1000", entity = flag_text(ctl, "entity");
  if (flag_on(ctl, "open")) query += "&open=true";
  const size_t slash = std::min(entity.find('/'), entity.size());
  if (entity.find('/', slash + 1) != entity.npos || slash + 1 == entity.size() || (slash == 0 && !entity.empty()))
    return fail(Err::invalid, "--entity \"" + entity + "\": expected ENTITY or ENTITY/CHECK");
  if (!entity.empty()) query += "&entity=" + url_encode(entity.substr(0, slash));
  if (slash + 1 < entity.size()) query += "&check=" + url_encode(entity.substr(slash + 1));
  Result<int64_t> since = duration_parse_ms(flag_text(ctl, "since"));
  if (!since.ok()) return because("--since", since.status);
  if (since.value < 0)
    return fail(Err::invalid, "--since " + flag_text(ctl, "since") + ": must not be negative; expected how long ago, e.g. 24h");
  return query + "&since=" + std::to_string((ctl.now_ms - since.value) / 1000);
}

// No incidents of an entity that there is not are no good news: its name may be misspelt.
Status entity_exists(Ctl& ctl) {
  const std::string entity = flag_text(ctl, "entity"), name = entity.substr(0, entity.find('/')), ns = list_namespace(ctl);
  if (name.empty() || ns.empty()) return {};
  Result<std::string> got = client_get(ctl, "/api/core/v2/namespaces/" + path_escape(ns) + "/entities/" + path_escape(name));
  if (got.status.code != Err::not_found) return got.status;
  return fail(Err::not_found,
              "--entity " + name + ": no such entity in namespace " + ns + ", and no incidents of it; `entity list` shows all");
}

}  // namespace

Result<std::string> incidents_fetch(Ctl& ctl, const std::string& ns, const std::string& query) {
  Result<std::string> got = client_get(ctl, incidents_path(ns) + query);
  return got.ok() ? got : Result<std::string>(old_backend(got.status));
}

Status run_incident_list(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Result<std::string> query = list_query_text(ctl);
  if (!query.ok()) return query.status;
  Result<std::string> got = incidents_fetch(ctl, list_namespace(ctl), query.value);
  if (!got.ok()) return got.status;
  std::vector<TableRow> rows;
  const std::vector<std::string_view> items = json_items(got.value).value;
  if (Status s = items.empty() ? entity_exists(ctl) : Status{}; !s.ok()) return s;
  for (std::string_view i : items) {
    if (incident_alerted_nobody(i, ctl.now_ms / 1000)) ctl.exit_status = kNobodyNotified;
    rows.push_back(incident_row(i, ctl.now_ms / 1000));
  }
  if (!print_raw(ctl, got.value)) ctl.write_out(table_draw(incident_titles(), rows));
  return {};
}

Status run_incident_info(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  Result<std::string> got = client_get(ctl, incidents_path(ctl.config.ns) + "/" + path_escape(ctl.args[0]));
  if (got.status.code == Err::not_found)
    return fail(Err::not_found, "no incident " + ctl.args[0] + " in namespace " + ctl.config.ns + "; `incident list` shows all");
  if (!got.ok()) return got.status;
  if (incident_alerted_nobody(got.value, ctl.now_ms / 1000)) ctl.exit_status = kNobodyNotified;
  if (!print_raw(ctl, got.value)) ctl.write_out(incident_info(got.value, ctl.now_ms / 1000));
  return {};
}

// ---- acknowledgements ----

std::string incident_acknowledged(Ctl& ctl, const std::string& entity, const std::string& check) {
  const std::string query = "?open=true&entity=" + url_encode(entity) + "&check=" + url_encode(check);
  Result<std::string> got = client_get(ctl, incidents_path(ctl.config.ns) + query);
  const auto items = got.ok() ? json_items(got.value) : Result<std::vector<std::string_view>>(got.status);
  return items.ok() && !items.value.empty() ? incident_ack_text(items.value[0]) : "";
}

// "web1/disk", or "web1 disk" as the other commands take it.
static Result<std::string> ack_path(Ctl& ctl) {
  const size_t slash = ctl.args.empty() ? std::string::npos : ctl.args[0].find('/');
  if (ctl.args.size() == 1 && slash != std::string::npos) ctl.args = {ctl.args[0].substr(0, slash), ctl.args[0].substr(slash + 1)};
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  return "/api/picket/v1/namespaces/" + path_escape(ctl.config.ns) + "/events/" + path_escape(ctl.args[0]) + "/" +
      path_escape(ctl.args[1]) + "/acknowledge";
}

Status run_event_ack(Ctl& ctl) {
  Result<std::string> path = ack_path(ctl);
  if (!path.ok()) return path.status;
  if (flag_on(ctl, "withdraw")) {
    Status s = client_send(ctl, "DELETE", path.value);
    return s.ok() ? say(ctl, "Withdrawn") : s;
  }
  if (flag_text(ctl, "reason").empty()) return fail(Err::invalid, "--reason is missing: the others want to know who does what");
  JsonObject body;
  body.add("reason", flag_text(ctl, "reason"));
  if (flag_given(ctl, "for")) body.add("for", duration_parse_ms(flag_text(ctl, "for")).value / 1000);
  Status s = client_send(ctl, "PUT", path.value, body.done());
  return s.ok() ? say(ctl, "Acknowledged") : s;
}

// ---- event explain --history, --at ----

static Result<std::string> incidents_of_event(Ctl& ctl) {
  return incidents_fetch(ctl, ctl.config.ns, "?limit=1000&entity=" + url_encode(ctl.args[0]) + "&check=" + url_encode(ctl.args[1]));
}

Status event_explain_history(Ctl& ctl) {
  Result<std::string> got = incidents_of_event(ctl);
  if (!got.ok()) return got.status;
  if (print_raw(ctl, got.value)) return {};
  const auto items = json_items(got.value);
  if (items.value.empty()) return say(ctl, "No incident of " + ctl.args[0] + "/" + ctl.args[1] + " is known.");
  for (std::string_view i : items.value) ctl.write_out(incident_info(i, ctl.now_ms / 1000) + "\n");
  return {};
}

Status event_explain_at(Ctl& ctl, const std::string& text) {
  Result<int64_t> at = moment_parse(text, ctl.now_ms / 1000);
  if (!at.ok()) return because("--at", at.status);
  Result<std::string> got = incidents_of_event(ctl);
  if (!got.ok()) return got.status;
  const std::string name = ctl.args[0] + "/" + ctl.args[1];
  for (std::string_view i : json_items(got.value).value) {
    const int64_t end = integer_at(i, {"end"});
    if (integer_at(i, {"begin"}) > at.value || (end != 0 && end < at.value)) continue;
    if (print_raw(ctl, std::string(i))) return {};
    ctl.write_out(name + " was failing at " + human_time(at.value) + ": incident " + text_at(i, {"id"}) + ", begun " +
                  human_time(integer_at(i, {"begin"})) + ".\nWhat its handlers had done by then:\n" + incident_decisions(i, at.value));
    return {};
  }
  return say(ctl, name + " was not failing at " + human_time(at.value) + ", or it is not known any more; see --history.");
}

}  // namespace picket
