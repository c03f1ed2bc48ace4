// cli/dispatch/alerting_commands.cc - rows of the command table: why alerts came or did not, incidents, tests.
#include "cli/ctl/ctl_commands.h"

namespace picket {
namespace {

using Flags = std::vector<CtlFlag>;

Flags with(Flags flags, const Flags& more) {
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

Flags list_flags() {
  return {{"since", 0, "duration", "24h", "incidents that were open so long ago, or began since"},
          {"entity", 0, "string", "", "of this entity, or ENTITY/CHECK"},
          {"open", 0, "", "", "only those that have not ended"},
          {"all-namespaces", 0, "", "", "Include records from all namespaces"}};
}

Flags trial_flags() {
  return {{"status", 0, "string", "", "status of the event; 2 without --event"},
          {"event", 0, "string", "", "ENTITY/CHECK: a stored event instead of a made-up one"}};
}

Flags explain_flags() {
  return {{"at", 0, "string", "", "what was done by then: 03:00, 2026-12-01 03:00 or RFC 3339"},
          {"history", 0, "", "", "all incidents of the event that are known"}};
}

Flags ack_flags() {
  return {{"reason", 'r', "string", "", "why, or what is being done"},
          {"for", 0, "duration", "", "so long at most, like 2h"},
          {"withdraw", 0, "", "", "withdraw the acknowledgement"}};
}

}  // namespace

std::vector<CtlCommand> alerting_commands(const Flags& format) {
  const Flags trial = with(format, trial_flags());
  return {
      {"event explain", "[ENTITY] [CHECK]", "show which handlers an event reached, and why not the others", with(format, explain_flags()),
       run_event_explain},
      {"event ack", "ENTITY/CHECK", "acknowledge the open incident of an event, until it ends", ack_flags(), run_event_ack},
      {"handler test", "[NAME]", "send a marked event by a handler, and show what was sent and answered", trial, run_trial},
      {"filter test", "[NAME]", "ask a filter about a marked event", trial, run_trial},
      {"pipeline test", "[NAME]", "send a marked event through a pipeline", trial, run_trial},
      {"incident info", "[ID]", "show an incident with what every handler did", format, run_incident_info},
      {"incident list", "", "list incidents; the exit status is 1 when an open one has notified nobody", with(format, list_flags()),
       run_incident_list},
  };
}

}  // namespace picket
