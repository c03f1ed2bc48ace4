// backend/pages/pages.h - what the API's handlers for the dashboard share. They are listed in backend/api/routes.cc, section "Ours".
#pragma once
#include <functional>
#include <string>

#include "backend/api/call.h"

namespace picket {

// May the caller do that, there? ns "" for what has no namespace, name "" for lists.
bool page_may(const ApiCall& call, const std::string& verb, const std::string& ns, const std::string& resource, const std::string& name);

// Work of a call for the loop's next turn: what takes long is cut in pieces.
void page_next_turn(const CallPtr& call, std::function<void()> work);

}  // namespace picket
