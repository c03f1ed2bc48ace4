// backend/endpoints/api_acknowledge.cc - somebody takes care of an incident, and says so.
#include "backend/api/api_state.h"
#include "backend/deliver/announce.h"
#include "backend/endpoints/endpoints.h"

namespace picket {
namespace {

constexpr size_t kReasonMax = 1000;                     // bytes
constexpr int64_t kAcknowledgedMaxS = 366 * 24 * 3600;  // seconds of `for`

bool reason_read(const CallPtr& call, const std::string& body, std::string* out) {
  auto text = json_string(body_member(body, "reason"));
  if (!text.ok() || text.value.empty()) return answer_error(call, 400, 1, "reason: expected a text"), false;
  if (text.value.size() > kReasonMax)
    return answer_error(call, 400, 1, "reason: longer than " + std::to_string(kReasonMax) + " bytes"), false;
  *out = std::move(text.value);
  return true;
}

bool until_read(const CallPtr& call, const std::string& body, int64_t* out) {
  const std::string_view member = body_member(body, "for");
  if (member.empty()) return true;
  auto seconds = json_int64(member);
  if (!seconds.ok() || seconds.value < 1 || seconds.value > kAcknowledgedMaxS)
    return answer_error(call, 400, 1, "for: expected seconds from 1 to " + std::to_string(kAcknowledgedMaxS)), false;
  *out = call->now_s + seconds.value;
  return true;
}

void acknowledge(const CallPtr& call, std::optional<IncidentAck> ack) {
  const PathVariables& p = call->path;
  call_changes(*call, "events", p.ns, p.id, p.sub);
  incidents_acknowledge(call->backend, {p.ns, p.id, p.sub}, std::move(ack), [call](const Status& s) {
    if (s.code == Err::not_found) return answer_error(call, 404, 2, s.message);
    s.ok() ? answer_json(call, 201, "") : answer_status(call, s);
  });
}

}  // namespace

void event_acknowledge(CallPtr call) {
  std::string body;
  IncidentAck ack;
  if (!call_body(call, 1, &body) || !reason_read(call, body, &ack.reason) || !until_read(call, body, &ack.until)) return;
  ack.by = call->who.username;
  ack.at = call->now_s;
  acknowledge(call, std::move(ack));
}

void event_acknowledge_end(CallPtr call) { acknowledge(call, {}); }

}  // namespace picket
