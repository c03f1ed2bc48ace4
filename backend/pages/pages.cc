// backend/pages/pages.cc - rights and turns, for the handlers of this room.
#include "backend/pages/pages.h"

#include <utility>

#include "backend/api/api_state.h"

namespace picket {

bool page_may(const ApiCall& call, const std::string& verb, const std::string& ns, const std::string& resource, const std::string& name) {
  return call_may(call, RbacRequest{call.who.username, call.who.groups, verb, ns, resource, name}).ok();
}

void page_next_turn(const CallPtr& call, std::function<void()> work) {
  if (call->api->turns.size() >= kPageTurnsMax) return answer_error(call, 503, 0, "too many lists for pages are being made; try again");
  call->api->turns.push_back({call, std::move(work)});
  api_wake(call->api);
}

bool page_turns_step(Api* api) {
  for (PageTurn& turn : std::exchange(api->turns, {})) turn.work();
  return !api->turns.empty();
}

void page_turns_end(Api* api) {
  for (PageTurn& turn : std::exchange(api->turns, {})) answer_error(turn.call, 503, 0, "the backend is stopping");
}

}  // namespace picket
