// backend/endpoints/api_login.h - a name and a password of an API request to an identity, bounded per address and written to the audit log.
#pragma once
#include <functional>

#include "backend/api/call.h"

namespace picket {

// Calls `next`, or answers: 401 with `refusal`, 429 with Retry-After after too many wrong ones, 503.
void api_login(const CallPtr& call, const Credentials& given, std::function<void(const Identity&)> next,
               const char* refusal = "Unauthorized");

}  // namespace picket
