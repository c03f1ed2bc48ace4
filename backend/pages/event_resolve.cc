// backend/pages/event_resolve.cc - an event is resolved where it lies: a browser's numbers are doubles, and reading, changing and writing
// back there would damage 64-bit attributes.
#include "backend/api/api_state.h"
#include "backend/pages/pages.h"

namespace picket {

namespace {

constexpr size_t kResolveOutputMax = 4096;

bool output_read(const CallPtr& call, std::string* output) {
  *output = "Resolved by " + call->who.username;
  if (call->request.body.empty()) return true;
  std::string text;
  if (!call_body(call, 1, &text)) return false;
  const std::string_view member = body_member(text, "output");
  if (member.empty()) return true;
  auto given = json_string(member);
  if (!given.ok()) return answer_error(call, 400, 1, "output: " + given.status.message), false;
  if (given.value.size() > kResolveOutputMax)
    return answer_error(call, 400, 1, "output: longer than " + std::to_string(kResolveOutputMax) + " bytes"), false;
  *output = std::move(given.value);
  return true;
}

// The newest state of an event is kept until it can be stored, so what is refused while it is on its way is nevertheless seen.
Status resolve_refusal(const Status& s, const std::string& ns) {
  Status refusal = store_refusal(s, ns);
  if (refusal.code == Err::unavailable) refusal.message += "; the event shows as resolved here, and is stored so when that is possible";
  return refusal;
}

}  // namespace

void event_resolve(CallPtr call) {
  std::string output;
  if (Status s = store_failure(call->backend->store); !s.ok()) return answer_status(call, s);  // before anything has changed
  if (!output_read(call, &output)) return;
  const PathVariables& p = call->path;
  auto stored = event_present(call->backend, {p.ns, p.id, p.sub});
  if (!stored.ok()) return answer_unread(call, stored.status);
  std::string json = "{\"entity\":" + (stored.value.entity_json ? *stored.value.entity_json : "null");
  json.append(stored.value.head.size() > 2 ? "," : "").append(stored.value.head, 1, std::string::npos);
  auto event = event_decode(json, nullptr);
  if (!event.ok() || !event.value.check) return answer_error(call, 500, 0, "the stored event cannot be read: " + event.status.message);
  event.value.check->status = 0;
  event.value.check->output = output;
  event.value.check->executed = event.value.timestamp = call->now_s;
  event.value.id = "";
  event.value.sequence = 0;
  call_changes(*call, "events", p.ns, p.id, p.sub);
  backend_event(call->backend, std::move(event.value), EventOrigin::api, [call](Status s) {
    s = resolve_refusal(s, call->path.ns);
    s.ok() ? answer_json(call, 201, "") : answer_status(call, s);
  });
}

}  // namespace picket
