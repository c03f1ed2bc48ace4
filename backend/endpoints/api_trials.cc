// backend/endpoints/api_trials.cc - handlers, filters and pipelines tried with a marked event.
#include "backend/api/api_state.h"
#include "backend/deliver/pipelines.h"
#include "backend/deliver/trial.h"
#include "backend/endpoints/endpoints.h"

namespace picket {
namespace {

struct Wanted {
  std::string entity, check;
  std::optional<uint32_t> status;
};

bool text_read(const CallPtr& call, const std::string& body, const char* name, std::string* out) {
  const std::string_view member = body_member(body, name);
  if (member.empty()) return true;
  auto text = json_string(member);
  if (!text.ok()) return answer_error(call, 400, 1, std::string(name) + ": " + text.status.message), false;
  *out = std::move(text.value);
  return true;
}

bool wanted_read(const CallPtr& call, Wanted* w) {
  std::string body = "{}";
  if (!call->request.body.empty() && !call_body(call, 1, &body)) return false;
  if (!text_read(call, body, "entity", &w->entity) || !text_read(call, body, "check", &w->check)) return false;
  if (w->entity.empty() != w->check.empty()) return answer_error(call, 400, 1, "entity and check: expected both, or none"), false;
  const std::string_view status = body_member(body, "status");
  if (status.empty()) return true;
  auto number = json_uint32(status);
  if (!number.ok()) return answer_error(call, 400, 1, "status: " + number.status.message), false;
  w->status = number.value;
  return true;
}

// Its content is disclosed by the answer.
bool event_read(const CallPtr& call, const Wanted& w, std::optional<Event>* out) {
  if (w.entity.empty()) return true;
  const std::string name = w.entity + "/" + w.check;
  if (!call_may(*call, {call->who.username, call->who.groups, "get", call->path.ns, "events", name}).ok())
    return answer_denied(call, 403, 4, "unauthorized to get the event " + name), false;
  auto stored = event_present(call->backend, {call->path.ns, w.entity, w.check});
  if (!stored.ok()) return answer_unread(call, stored.status), false;
  auto event = event_of(stored.value);
  if (!event.ok() || !event.value.check) return answer_error(call, 500, 0, "the stored event cannot be read"), false;
  *out = std::move(event.value);
  return true;
}

void trial_call(const CallPtr& call, Trial::Kind kind) {
  Wanted wanted;
  std::optional<Event> stored;
  if (!wanted_read(call, &wanted) || !event_read(call, wanted, &stored)) return;
  Event event = trial_event(call->path.ns, stored ? &*stored : nullptr, wanted.status, call->now_s);
  Trial test{kind, call->path.ns, call->path.id, std::make_shared<const Event>(std::move(event))};
  trial_start(call->backend, std::move(test),
              [call](Result<std::string> r) { r.ok() ? answer_json(call, 200, std::move(r.value)) : answer_status(call, r.status); });
}

}  // namespace

void handler_test(CallPtr call) { trial_call(call, Trial::handler); }
void filter_test(CallPtr call) { trial_call(call, Trial::filter); }
void pipeline_test(CallPtr call) { trial_call(call, Trial::pipeline); }

}  // namespace picket
