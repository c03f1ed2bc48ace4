// backend/incident/incident.h - what lies between the first failing result of an event and the one that ends it, with what became of
// every alert. Pure: time and identity are arguments.
//
// An incident is written when it begins, when its status changes, when a handler decides something new, and when it ends: what repeats
// itself is counted in memory and written with the next of these. So an event that stays OK costs nothing, and one that stays as bad as
// it is costs no write of its own.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"
#include "backend/route/route.h"

namespace picket {

inline constexpr size_t kIncidentDecisionsMax = 64;  // of one incident; further ones are counted in the last like them, or in left_out
inline constexpr size_t kIncidentWhyMax = 400;       // bytes of a reason; the rest is cut
inline constexpr size_t kIncidentOutputMax = 200;    // bytes of the output's first line

// What one handler did about results of the incident, the same several times in a row counted.
struct IncidentDecision {
  std::string handler, pipeline, workflow;
  std::string outcome;       // incident_outcome
  std::string why;           // of the last one
  int64_t at = 0, last = 0;  // unix seconds: of the first and the last one
  int64_t count = 1;
  uint32_t status = 0;   // of the result it was about
  int64_t took_ms = -1;  // of the last delivery; -1 = there was none
};

// Somebody takes care of it.
struct IncidentAck {
  std::string by, reason;
  int64_t at = 0, until = 0;  // unix seconds; until 0 = to its end
  uint32_t worst = 0;         // what was known then
};

struct Incident {
  std::string id, ns, entity, check;
  int64_t begin = 0, end = 0;      // unix seconds, of results; end 0 = it goes on
  uint32_t status = 0, worst = 0;  // of the last result that failed; the worst is critical before others before warning
  int64_t results = 0;             // that failed
  std::string output;              // of the last result that was written, its first line
  std::string ended_by;            // "" = it goes on; kEndedBy...
  bool notified = false;           // something was delivered
  bool undecided = false;          // its handlers have not decided about the last result that was written
  std::optional<IncidentAck> ack;
  std::vector<std::string> escalated;  // remarks of the escalations that were sent
  std::vector<IncidentDecision> decisions;
  int64_t left_out = 0;  // decisions beyond kIncidentDecisionsMax
};
inline constexpr const char* kEndedByResult = "result";     // with status 0
inline constexpr const char* kEndedByDeletion = "deleted";  // of its event, or its entity
inline constexpr const char* kEndedUnseen = "not failing";  // at a start, its event did not fail any more

// What a result does to the incident of its event.
enum class IncidentStep {
  none,  // nothing that has to be written
  began,
  changed,  // another status
  ended,
};
// `current`: the incident that goes on, or none. `event` as merged, with a check; `id`: of a new one.
IncidentStep incident_result(std::optional<Incident>& current, const Event& event, std::string_view id, int64_t now_s);
void incident_end(Incident& incident, int64_t at_s, std::string_view by);

bool incident_acked(const Incident& incident, int64_t now_s);
bool incident_worse(const Incident& incident);  // than when it was acknowledged

// Who gets it when a handler has sent it and nobody has acknowledged it for so long.
struct EscalationRule {
  int64_t after_s = 0;
  std::string after;  // as written
  std::string handler;
};
using EscalationRules = std::map<std::string, std::vector<EscalationRule>>;  // by the handler that sent it
struct Escalation { std::string handler, remark; };
std::vector<Escalation> incident_escalations(const Incident& incident, const EscalationRules& rules, int64_t now_s);

// True: it has to be written.
bool incident_decide(Incident& incident, IncidentDecision decision);
IncidentDecision incident_decision(const RouteNote& note, uint32_t status, int64_t now_s);
// What is called by its own name here: what the filter not_silenced keeps back is silenced.
std::string_view incident_outcome(const RouteNote& note);
// At a start: what was waiting, or not decided, and has left no mark is not waited for any more. True: there was something.
bool incident_interrupted(Incident& incident, int64_t now_s);

// 12 digits in the order of their making: seconds and a fraction, always above `last`, which is the number of the one before.
// `place`: of a cluster's member, below kIncidentPlaces, so that two of them give other ids in the same moment; -1: alone.
inline constexpr uint64_t kIncidentPlaces = 64;
std::string incident_id(int64_t now_ms, uint64_t* last, int place = -1);
uint64_t incident_number(std::string_view id);             // 0 = it is none
int64_t incident_time(const Event& event, int64_t now_s);  // of the result, unix seconds

std::string incident_json(const Incident& incident);
Result<Incident> incident_read(std::string_view json);

}  // namespace picket
