// cli/nouns/ctl_event.cc - event info, delete, resolve: an event is named by entity and check.
#include "cli/nouns/ctl_incident.h"
#include "cli/show/ctl_resource.h"
#include "common/json/json.h"

namespace picket {

static std::string event_url(const Ctl& ctl) {
  return api_path(*ctl_type("events"), ctl.config.ns, ctl.args[0]) + "/" + path_escape(ctl.args[1]);
}

Status run_event_info(Ctl& ctl) {
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  Result<std::string> got = client_get(ctl, event_url(ctl));
  if (!got.ok()) return got.status;
  if (Status s = show_info(ctl, command_view(ctl), canonical(command_type(ctl), got.value)); !s.ok()) return s;
  if (wanted_format(ctl) != "tabular" || integer_at(got.value, {"check", "status"}) == 0) return {};
  const std::string ack = ctl.program == "sensuctl" ? "" : incident_acknowledged(ctl, ctl.args[0], ctl.args[1]);
  return ack.empty() ? Status{} : say(ctl, ack);
}

Status run_event_delete(Ctl& ctl) {
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  std::string name = ctl.args[0] + "/" + ctl.args[1];
  if (!flag_on(ctl, "skip-confirm") && !confirm_delete(ctl, name, "event resource")) return say(ctl, "Canceled");
  Status s = client_send(ctl, "DELETE", event_url(ctl));
  return s.ok() ? say(ctl, "Deleted") : s;
}

Status run_event_resolve(Ctl& ctl) {
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  Result<std::string> got = client_get(ctl, event_url(ctl));
  if (!got.ok()) return got.status;
  std::string event = canonical(command_type(ctl), got.value), now = std::to_string(ctl.now_ms / 1000);
  std::string_view raw = json_at(event, {"check"});
  if (raw.empty() || raw == "null") return fail(Err::invalid, "the event has no check and cannot be resolved");
  std::string check = json_set(raw, "status", "0");
  check = json_set(check, "output", "\"Resolved manually by sensuctl\"");
  check = json_set(check, "executed", now);
  event = json_set(json_set(event, "check", check), "timestamp", now);
  Status s = client_send(ctl, "PUT", event_url(ctl), event);
  return s.ok() ? say(ctl, "Resolved") : s;
}

}  // namespace picket
