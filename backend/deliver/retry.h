// backend/deliver/retry.h - deliveries to a service that says "not now": tried again, a few times, with growing waits.
//
// A hook that is limited (429), overloaded (5xx) or not reached, a mail server that is busy (4xx): kTriesMax tries in all, kRetryWaitS
// between them, or what the service asks for up to kRetryWaitMaxS. A handler that failed for good tries once from then on, until
// one delivery succeeds: a dead service costs every event one timeout, not three, and the others' handlers do not wait for it.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "backend/deliver/pipelines.h"

namespace picket {

inline constexpr int kTriesMax = 3;
inline constexpr int64_t kRetryWaitS[] = {1, 5};
inline constexpr int64_t kRetryWaitMaxS = 30;

// How one try ended.
struct TryOutcome {
  Status status;
  bool again = false;  // it may go better later
  int64_t wait_s = 0;  // what the service asks for; 0 = it does not say
};
using TryDone = std::function<void(TryOutcome)>;

// `attempt` is called for every try and answers once, later. `done` gets the outcome and the number of tries; with `again` it is not the
// last one, and there is another.
// An OK may carry the answer as its message. Err::unavailable and 0 tries: the backend stops while it waited.
void retry_start(Pipelines* pipelines, const std::string& handler, std::function<void(TryDone)> attempt,
                 std::function<void(Status, int tries, bool again)> done, int tries_max = kTriesMax);
void retries_stop(Pipelines* pipelines);  // those that wait end now

}  // namespace picket
