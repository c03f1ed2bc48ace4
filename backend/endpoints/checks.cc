// backend/endpoints/checks.cc - what checks have beside the generic routes: hooks and running now.
#include <algorithm>

#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "common/rules/validate.h"

namespace picket {

// Read, change, write: all in one turn of the loop, so nobody comes between.
static void check_change(const CallPtr& call, int success, const std::function<Status(CheckConfig&)>& change) {
  auto found = store_get(call->backend->store, "checks", call->path.ns, call->path.id);
  if (!found.ok()) return answer_unread(call, found.status);
  auto check = decode<CheckConfig>(found.value.body);
  if (!check.ok()) return answer_error(call, 500, 0, check.status.message);
  Status status = change(check.value);
  if (status.ok()) status = validate_check_config(check.value);  // hooks of any type, as recorded
  if (!status.ok()) return answer_status(call, status);
  StoredObject object = found.value;
  object.body = encode(check.value);
  store_put(call, std::move(object), StoreWrite::put_if_revision,
            [call, success](Status s) { s.ok() ? answer_json(call, success, "") : answer_status(call, store_refusal(s, call->path.ns)); });
}

static void hooks_add(std::vector<HookList>& lists, const HookList& added) {
  auto same = std::find_if(lists.begin(), lists.end(), [&](const HookList& l) { return l.type == added.type; });
  if (same == lists.end()) {
    lists.push_back(added);
    return;
  }
  for (const std::string& hook : added.hooks)
    if (std::find(same->hooks.begin(), same->hooks.end(), hook) == same->hooks.end()) same->hooks.push_back(hook);
}

// The type is the body's key; that of the URL is not looked at.
void check_hook_put(CallPtr call) {
  std::string text;
  if (!call_body(call, 0, &text)) return;
  auto list = decode<HookList>(text);
  if (!list.ok()) return answer_error(call, 500, 0, "json: cannot unmarshal: " + list.status.message);
  check_change(call, 201, [&](CheckConfig& check) {
    hooks_add(check.check_hooks, list.value);
    return validate_reference_names(list.value.hooks, "hooks", "hook");
  });
}

void check_hook_delete(CallPtr call) {
  check_change(call, 204, [&](CheckConfig& check) {
    for (auto list = check.check_hooks.begin(); list != check.check_hooks.end(); ++list) {
      if (list->type != call->path.sub) continue;
      auto hook = std::find(list->hooks.begin(), list->hooks.end(), call->path.sub2);
      if (hook == list->hooks.end()) break;
      list->hooks.erase(hook);
      if (list->hooks.empty()) check.check_hooks.erase(list);
      return Status{};
    }
    return fail(Err::not_found, "not found");
  });
}

void check_execute(CallPtr call) {
  std::string text;
  if (!call_body(call, 0, &text)) return;
  std::string_view raw = body_member(text, "subscriptions");
  auto subscriptions = raw.empty() ? Result<StringList>(StringList{}) : json_strings(raw);
  if (!subscriptions.ok()) return answer_error(call, 500, 0, "json: cannot unmarshal: " + subscriptions.status.message);
  call_changes(*call, "checks", call->path.ns, call->path.id);
  auto issued = backend_execute_check(call->backend, call->path.ns, call->path.id, subscriptions.value);
  if (issued.status.code == Err::not_found) return answer_not_found(call);
  if (!issued.ok()) return answer_status(call, issued.status);
  answer(call, 202, JsonObject().add("issued", issued.value).done(), {{"Content-Type", "text/plain; charset=utf-8"}});
}

}  // namespace picket
