// backend/deliver/announce.h - what happens to an incident beside its results, sent to its handlers: it is acknowledged, or escalated.
//
// The message is the event as it is, with a headline before its output. Neither filters nor alert rules are asked. What became of it
// is a decision of the incident. An escalation that a crash interrupts is sent again, an acknowledgement's message is not.
#pragma once
#include <string>

#include "backend/deliver/pipelines.h"

namespace picket {

inline constexpr const char* kAnnouncement = "picket.io/announcement";  // annotation of the check: acknowledged, escalated
inline constexpr int64_t kEscalationLookMs = 5000;                      // so late an escalation may be

// Acknowledges the incident of an event that goes on; nothing = it is not acknowledged any more. Err::not_found: it does not fail.
void incidents_acknowledge(Backend* backend, const EventKey& key, std::optional<IncidentAck> ack, StoreDone done);
// Why a problem is not sent now; "" = the incident is not acknowledged, or has become worse since.
std::string incidents_ack_text(const Pipelines* pipelines, const EventKey& key, const Event& event);

void incidents_escalate(Backend* backend);  // those that are due
bool incidents_may_escalate(const Backend* backend);

}  // namespace picket
