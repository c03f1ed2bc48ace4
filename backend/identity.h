// backend/identity.h - everything that depends on a user's identity and rights, and the one place that ends it.
//
// A right goes away when a password is changed or reset, a user is disabled, leaves a group or all of its groups, an API key,
// a role, a binding or a namespace is changed or deleted. All of these are writes to the store: the writer calls no part, the
// store's watch comes by here, and every row of kDependents is asked. What is asked for with each request anyway (tokens, API keys,
// remembered logins) has a row too, so that the list is whole; what goes on for longer than a request has a function that asks
// again, and ends what may no more. A new kind of thing that is done in somebody's name gets a row here.
#pragma once
#include <functional>

#include "backend/shared/backend.h"

namespace picket {

inline constexpr int64_t kIdentityLookMs = 1000;  // between two looks: a thousand new roles are not a thousand looks at all agents

struct Identities {
  Backend* backend = nullptr;
  uv_timer_t timer{};
  bool due = false;
  int64_t looked_ms = 0;
  std::function<void()> closed;
};

struct Dependent {
  const char* what;
  const char* how;         // what makes it end
  void (*look)(Backend*);  // null: it asks each time it is used
};
extern const Dependent kDependents[];
extern const int kDependentsCount;

Status identity_start(Backend* backend);
void identity_stop(Backend* backend, std::function<void()> done);

}  // namespace picket
