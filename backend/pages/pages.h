// backend/pages/pages.h - the API's handlers for the dashboard, and what they share.
// Their rows are in backend/endpoints/routes.cc, section "Ours".
#pragma once
#include <functional>
#include <string>

#include "backend/api/call.h"

namespace picket {

void summary_get(CallPtr call), may_post(CallPtr call);          // summary.cc
void changes_get(CallPtr call);                                  // changes.cc
void event_rows_get(CallPtr call), event_resolve(CallPtr call);  // rows_get.cc, event_resolve.cc
void entity_rows_get(CallPtr call), silence_preview(CallPtr call);

// May the caller do that, there? ns "" for what has no namespace, name "" for lists.
bool page_may(const ApiCall& call, const std::string& verb, const std::string& ns, const std::string& resource, const std::string& name);

// Work of a call for the loop's next turn: what takes long is cut in pieces.
void page_next_turn(const CallPtr& call, std::function<void()> work);

}  // namespace picket
