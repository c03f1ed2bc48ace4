// cli/nouns/ctl_incident.h - incidents for other commands: those of a namespace as the API answers them, and the past of one event.
#pragma once
#include <string>

#include "cli/ctl/ctl.h"

namespace picket {

// `query`: "?open=true"; ns "" = of all namespaces.
Result<std::string> incidents_fetch(Ctl& ctl, const std::string& ns, const std::string& query);

// "Acknowledged by anna until ...: reason" of the open incident of an event, or "".
std::string incident_acknowledged(Ctl& ctl, const std::string& entity, const std::string& check);

// Of the event named by the arguments.
Status event_explain_history(Ctl& ctl);
Status event_explain_at(Ctl& ctl, const std::string& moment);

}  // namespace picket
